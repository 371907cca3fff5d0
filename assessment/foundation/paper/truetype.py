"""A TrueType file of a few glyphs that are drawn and packed already: what a paper embeds of a large font."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any


@dataclass(frozen=True)
class PackedGlyph:
    """A glyph as the file holds it, and what the file's tables say of it; lengths in font units."""

    data: bytes
    width: int
    bounds: tuple[int, int, int, int] | None
    """Left, bottom, right, top; None for one without ink."""
    contours: int
    points: int


def packed(glyph: Any, width: int) -> PackedGlyph:
    """Pack a glyph that a fontTools pen drew of contours only."""
    if glyph.numberOfContours == 0:
        return PackedGlyph(b"", width, None, 0, 0)
    glyph.recalcBounds(None)
    data = bytes(glyph.compile(None, recalcBBoxes=False))
    bounds = (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax)
    return PackedGlyph(data + b"\0" * (-len(data) % 4), width, bounds, glyph.numberOfContours, len(glyph.coordinates))


def font_file(
    glyphs: Sequence[PackedGlyph], places: Sequence[int], units_per_em: int, ascent: int, descent: int
) -> bytes:
    """The file: ``glyphs`` begin with the one for what is missing; character n of the file shows ``glyphs[places[n]]``.

    The tables are those of the OpenType specification, 1.9; the file names no moment, so that the same glyphs are the
    same bytes.
    """
    from fontTools.ttLib.sfnt import SFNTWriter

    tables = _tables(glyphs, places, units_per_em, ascent, descent)
    made = BytesIO()
    writer = SFNTWriter(made, len(tables), sfntVersion="\x00\x01\x00\x00")
    for tag in sorted(tables):
        writer[tag] = tables[tag]
    writer.close()
    return made.getvalue()


def _tables(
    glyphs: Sequence[PackedGlyph], places: Sequence[int], units_per_em: int, ascent: int, descent: int
) -> Mapping[str, bytes]:
    inked = [(glyph, glyph.bounds) for glyph in glyphs if glyph.bounds is not None]
    edges = [bounds for _, bounds in inked] or [(0, 0, 0, 0)]
    left, bottom = min(one[0] for one in edges), min(one[1] for one in edges)
    right, top = max(one[2] for one in edges), max(one[3] for one in edges)
    offsets, end = [0], 0
    for glyph in glyphs:
        end += len(glyph.data)
        offsets.append(end)
    gaps = [glyph.width - bounds[2] for glyph, bounds in inked] or [0]
    return {
        "head": struct.pack(
            ">4I2H2Q4h2H3h", 0x00010000, 0x00010000, 0, 0x5F0F3CF5, 3, units_per_em, 0, 0,
            left, bottom, right, top, 0, 3, 2, 1, 0,
        ),
        "hhea": struct.pack(
            ">I3hH11hH", 0x00010000, ascent, descent, 0, max(glyph.width for glyph in glyphs), left, min(gaps), right,
            1, 0, 0, 0, 0, 0, 0, 0, len(glyphs),
        ),
        "maxp": struct.pack(
            ">I14H", 0x00010000, len(glyphs), max(glyph.points for glyph in glyphs),
            max(glyph.contours for glyph in glyphs), 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
        ),
        "hmtx": b"".join(struct.pack(">Hh", glyph.width, (glyph.bounds or (0,))[0]) for glyph in glyphs),
        "loca": struct.pack(f">{len(offsets)}I", *offsets),
        "glyf": b"".join(glyph.data for glyph in glyphs),
        # One subtable (Macintosh, Roman) of format 6: reportlab reaches characters by their place in the subset.
        "cmap": struct.pack(">4HI5H", 0, 1, 1, 0, 12, 6, 10 + 2 * len(places), 0, 0, len(places))
        + struct.pack(f">{len(places)}H", *places),
    }  # fmt: skip
