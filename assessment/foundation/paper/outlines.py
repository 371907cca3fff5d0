"""Fonts drawn with PostScript outlines, which reportlab refuses: the glyphs a paper uses are redrawn as TrueType."""

from __future__ import annotations

from pathlib import Path
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import FF_SYMBOLIC, TTEncoding, TTFont, TTFontFace

from assessment.foundation.paper.fontfile import advances_of, characters_of, open_font, outlines_of
from assessment.foundation.paper.truetype import PackedGlyph, font_file, packed

TOLERANCE = 1.0  # units of the em a redrawn curve may stray; invisible at 1/1000 of a character


class OutlineFace(TTFontFace):
    """What reportlab asks of a face, answered from a font with CFF outlines.

    Only the glyphs of one subset are converted, when the paper is closed: a whole
    Chinese font takes 14 seconds, a bulletin's few hundred characters a third of one.
    """

    def __init__(self, path: Path, index: int) -> None:
        pdfmetrics.TypeFace.__init__(self, None)
        self.filename = str(path)
        self.subfontNameX = b"-%d" % index if index else b""
        self._lock = RLock()
        self._glyphs: dict[int, PackedGlyph] = {}
        # fontTools' own tables would each hold the 65,000 glyphs of a Chinese font by name.
        with open_font(path, index) as source:
            self._read_metrics(source)
            self._outlines = outlines_of(source, path)

    def _read_metrics(self, source: Any) -> None:
        head, hhea, advance = source["head"], source["hhea"], advances_of(source)
        scale = 1000 / head.unitsPerEm
        name = source["name"].getDebugName(6) or Path(self.filename).stem
        self.name = name.encode("ascii", "replace")
        self.familyName = self.fullName = self.name
        self.unitsPerEm = head.unitsPerEm
        self.charToGlyph = characters_of(source)
        usual = advance(0)
        # Only those that differ: reportlab takes the others for as wide as the sign of a missing glyph.
        self.charWidths = {
            code: width * scale for code, glyph in self.charToGlyph.items() if (width := advance(glyph)) != usual
        }
        self.defaultWidth = usual * scale
        self.bbox = [edge * scale for edge in (head.xMin, head.yMin, head.xMax, head.yMax)]
        self._heights = (hhea.ascent, hhea.descent)
        self.ascent, self.descent = hhea.ascent * scale, hhea.descent * scale
        self.capHeight = self.ascent
        self.stemV = 50 + int((source["OS/2"].usWeightClass / 65.0) ** 2)
        self.italicAngle = 0
        self.flags = FF_SYMBOLIC

    def makeSubset(self, subset: list[int]) -> bytes:  # noqa: N802 - reportlab's name
        """A TrueType font of these characters, in this order, reached by their place in the list."""
        with self._lock:
            drawn: dict[int | None, PackedGlyph] = {None: self._redraw(None)}
            drawn |= {code: self._redraw(code) for code in subset if code in self.charToGlyph}
        places = {code: place for place, code in enumerate(drawn)}
        return font_file(
            list(drawn.values()), [places.get(code, 0) for code in subset], self.unitsPerEm, *self._heights
        )

    def _redraw(self, code: int | None) -> PackedGlyph:
        """The glyph of a character with quadratic curves; drawn once in the life of the process."""
        glyph = 0 if code is None else self.charToGlyph[code]
        if glyph not in self._glyphs:
            from fontTools.pens.cu2quPen import Cu2QuPen
            from fontTools.pens.ttGlyphPen import TTGlyphPen

            pen = TTGlyphPen(None)
            redrawing = Cu2QuPen(pen, TOLERANCE * self.unitsPerEm / 1000, reverse_direction=True)
            self._outlines[glyph].draw(redrawing)
            self._outlines.items[glyph] = None  # what fontTools unpacked
            width = self.defaultWidth if code is None else self.getCharWidth(code)
            self._glyphs[glyph] = packed(pen.glyph(), round(width * self.unitsPerEm / 1000))
        return self._glyphs[glyph]


class OutlineFont(TTFont):
    """A reportlab font on an ``OutlineFace``."""

    def __init__(self, name: str, path: Path, index: int) -> None:

        face = OutlineFace(path, index)

        self.fontName, self.face, self.encoding = name, face, TTEncoding()
        self.state: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self._asciiReadable = True
        self.shapable = False
