"""Fonts cut for one paper: fontTools reads what was packed by hand, and finds the glyphs that were drawn."""

from io import BytesIO

import pytest
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from assessment.foundation.paper.truetype import PackedGlyph, font_file, packed


def square(side: int, width: int) -> PackedGlyph:
    pen = TTGlyphPen(None)
    pen.moveTo((10, -5))
    pen.lineTo((10, side))
    pen.lineTo((10 + side, side))
    pen.qCurveTo((10 + side, 40), (10 + side, -5))
    pen.closePath()
    return packed(pen.glyph(), width)


@pytest.fixture
def font() -> TTFont:
    nothing = packed(TTGlyphPen(None).glyph(), 250)
    glyphs = [square(500, 1000), nothing, square(300, 600), square(700, 900)]
    return TTFont(BytesIO(font_file(glyphs, [2, 1, 0, 3], 1000, 880, -120)))


def test_each_place_shows_its_glyph(font: TTFont) -> None:
    names = font.getGlyphOrder()
    cmap = font["cmap"].tables[0].cmap
    assert [names.index(cmap.get(place, names[0])) for place in range(4)] == [2, 1, 0, 3]


def test_outlines_and_widths_are_those_drawn(font: TTFont) -> None:
    names = font.getGlyphOrder()
    assert [font["hmtx"][name] for name in names] == [(1000, 10), (250, 0), (600, 10), (900, 10)]
    drawn = font["glyf"][names[2]]
    assert list(drawn.coordinates) == [(10, -5), (10, 300), (310, 300), (310, 40), (310, -5)]
    assert list(drawn.flags) == [1, 1, 1, 0, 1]
    assert font["glyf"][names[1]].numberOfContours == 0


def test_the_tables_say_what_holds_for_all_glyphs(font: TTFont) -> None:
    head, hhea, maxp = font["head"], font["hhea"], font["maxp"]
    assert (head.xMin, head.yMin, head.xMax, head.yMax) == (10, -5, 710, 700)
    assert (hhea.ascent, hhea.descent, hhea.advanceWidthMax) == (880, -120, 1000)
    assert (hhea.minRightSideBearing, hhea.xMaxExtent) == (190, 710)
    assert (maxp.numGlyphs, maxp.maxPoints, maxp.maxContours) == (4, 5, 1)


def test_the_same_glyphs_are_the_same_bytes() -> None:
    assert font_file([square(5, 9)], [0], 1000, 8, -2) == font_file([square(5, 9)], [0], 1000, 8, -2)
