"""Fonts drawn with PostScript outlines, which reportlab refuses: the glyphs a paper uses are redrawn as TrueType."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import FF_SYMBOLIC, TTEncoding, TTFont, TTFontFace

TOLERANCE = 1.0  # units of the em a redrawn curve may stray; invisible at 1/1000 of a character


class OutlineFace(TTFontFace):
    """What reportlab asks of a face, answered from a font with CFF outlines.

    Only the glyphs of one subset are converted, when the paper is closed: a whole
    Chinese font takes 14 seconds, a bulletin's few hundred characters a third of one.
    """

    def __init__(self, path: Path, index: int) -> None:
        pdfmetrics.TypeFace.__init__(self, None)
        self.filename = str(path)
        self._lock = RLock()
        self._source = open_font(path, index)
        self._glyphs: dict[int, tuple[Any, int]] = {}
        self._characters: dict[int, str] = self._source.getBestCmap()
        self._outlines = self._source.getGlyphSet()
        self.subfontNameX = b"-%d" % index if index else b""
        self._read_metrics()
        self._hhea = self._source["hhea"]
        self._source.close()  # what is needed of it is in memory

    def _read_metrics(self) -> None:
        head, hhea, metrics = self._source["head"], self._source["hhea"], self._source["hmtx"].metrics
        scale = 1000 / head.unitsPerEm
        order = self._source.getReverseGlyphMap()
        name = self._source["name"].getDebugName(6) or Path(self.filename).stem
        self.name = name.encode("ascii", "replace")
        self.familyName = self.fullName = self.name
        self.unitsPerEm = head.unitsPerEm
        self.charToGlyph = {code: order[glyph] for code, glyph in self._characters.items()}
        self.charWidths = {code: metrics[glyph][0] * scale for code, glyph in self._characters.items()}
        self.defaultWidth = metrics[".notdef"][0] * scale
        self.bbox = [edge * scale for edge in (head.xMin, head.yMin, head.xMax, head.yMax)]
        self.ascent, self.descent = hhea.ascent * scale, hhea.descent * scale
        self.capHeight = self.ascent
        self.stemV = 50 + int((self._source["OS/2"].usWeightClass / 65.0) ** 2)
        self.italicAngle = 0
        self.flags = FF_SYMBOLIC

    def makeSubset(self, subset: list[int]) -> bytes:  # noqa: N802 - reportlab's name
        """A TrueType font of these characters, in this order, reached by their place in the list."""
        from fontTools.fontBuilder import FontBuilder
        from fontTools.ttLib import newTable
        from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

        with self._lock:
            names, places = [".notdef"], []
            for code in subset:
                name = f"u{code:X}" if code in self._characters else ".notdef"
                if name not in names:
                    names.append(name)
                places.append(name)
            drawn = {name: self._redraw(0 if name == ".notdef" else int(name[1:], 16)) for name in names}
        # FontBuilder would write the moment of building into the file: the same paper must be the same bytes.
        builder = FontBuilder(font=None, unitsPerEm=self.unitsPerEm, isTTF=True)
        builder.font.recalcTimestamp = False
        builder.font["head"].created = builder.font["head"].modified = 0
        builder.setupGlyphOrder(names)
        builder.setupGlyf({name: glyph for name, (glyph, _) in drawn.items()})
        glyf = builder.font["glyf"]
        builder.setupHorizontalMetrics(
            {name: (width, getattr(glyf[name], "xMin", 0)) for name, (_, width) in drawn.items()}
        )
        builder.setupHorizontalHeader(ascent=self._hhea.ascent, descent=self._hhea.descent)
        builder.setupMaxp()
        table = CmapSubtable.newSubtable(6)
        table.platformID, table.platEncID, table.language = 1, 0, 0
        table.cmap = dict(enumerate(places))
        builder.font["cmap"] = newTable("cmap")
        builder.font["cmap"].tableVersion, builder.font["cmap"].tables = 0, [table]
        made = BytesIO()
        builder.font.save(made)
        return made.getvalue()

    def _redraw(self, code: int) -> tuple[Any, int]:
        """The glyph of a character with quadratic curves, and its width; drawn once in the life of the process."""
        if code not in self._glyphs:
            from fontTools.pens.cu2quPen import Cu2QuPen
            from fontTools.pens.ttGlyphPen import TTGlyphPen

            outline = self._outlines[self._characters.get(code, ".notdef") if code else ".notdef"]
            pen = TTGlyphPen(None)
            outline.draw(Cu2QuPen(pen, TOLERANCE * self.unitsPerEm / 1000, reverse_direction=True))
            self._glyphs[code] = (pen.glyph(), round(outline.width))
        return self._glyphs[code]


class OutlineFont(TTFont):
    """A reportlab font on an ``OutlineFace``."""

    def __init__(self, name: str, path: Path, index: int) -> None:


        face = OutlineFace(path, index)


        self.fontName, self.face, self.encoding = name, face, TTEncoding()
        self.state: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self._asciiReadable = True
        self.shapable = False


def open_font(path: Path, index: int) -> Any:
    from fontTools.ttLib import TTFont as FontFile

    return FontFile(path, fontNumber=index, lazy=True, recalcTimestamp=False)
