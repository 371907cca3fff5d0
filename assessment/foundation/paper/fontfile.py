"""A large font file read where it lies: the glyph of a character, its width, and the outlines that are drawn."""

from __future__ import annotations

import os
import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, RawIOBase
from pathlib import Path
from typing import Any

# Windows' and Unicode's tables of all characters, then of those below U+10000: the order of OpenType's readers.
PREFERRED = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
ALL_CHARACTERS = 12  # the format of a table that lists groups of characters


def open_font(path: Path, index: int) -> Any:
    from fontTools.ttLib import TTFont as FontFile

    return FontFile(path, fontNumber=index, lazy=True, recalcTimestamp=False)


class Characters(Mapping[int, int]):
    """The glyph of each character, kept as groups that lie side by side: dicts of a Chinese font take 30 MB."""

    def __init__(self, groups: array[int]) -> None:
        """``groups`` is flat: first character, last character, glyph of the first; in order, none within another."""
        self._firsts, self._lasts, self._glyphs = groups[0::3], groups[1::3], groups[2::3]

    def __getitem__(self, code: int) -> int:
        place = bisect_right(self._firsts, code) - 1
        if place < 0 or code > self._lasts[place]:
            raise KeyError(code)
        return self._glyphs[place] + code - self._firsts[place]

    def __iter__(self) -> Iterator[int]:
        for first, last in zip(self._firsts, self._lasts, strict=True):
            yield from range(first, last + 1)

    def __len__(self) -> int:
        return sum(self._lasts) - sum(self._firsts) + len(self._firsts)


def characters_of(source: Any) -> Characters:
    """Of an open font. Tables of other formats, which small fonts have, are read by fontTools."""
    groups = _groups(source.reader["cmap"])
    if groups is None:
        glyphs = source.getReverseGlyphMap()
        groups = array("I")
        for code, name in sorted(source.getBestCmap().items()):
            groups.extend((code, code, glyphs[name]))
    return Characters(groups)


def _groups(table: bytes) -> array[int] | None:
    """The groups of the best subtable; None where it is of another format, or not in order."""
    (count,) = struct.unpack_from(">H", table, 2)
    records = (struct.unpack_from(">HHI", table, 4 + 8 * n) for n in range(count))
    places = {(platform, encoding): place for platform, encoding, place in records}
    place = next((places[one] for one in PREFERRED if one in places), None)
    if place is None or struct.unpack_from(">H", table, place)[0] != ALL_CHARACTERS:
        return None
    (size,) = struct.unpack_from(">I", table, place + 12)
    groups = array("I", table[place + 16 : place + 16 + 12 * size])
    if sys.byteorder == "little":
        groups.byteswap()
    firsts, lasts = groups[0::3], groups[1::3]
    in_order = all(first <= last for first, last in zip(firsts, lasts, strict=True)) and all(
        last < following for last, following in zip(lasts, firsts[1:], strict=False)
    )
    return groups if in_order else None


def advances_of(source: Any) -> Callable[[int], int]:
    """How far each glyph of an open font carries, in font units; glyphs after the last listed are as wide as it."""
    table, last = source.reader["hmtx"], source["hhea"].numberOfHMetrics - 1

    def advance(glyph: int) -> int:
        found: int = struct.unpack_from(">H", table, 4 * min(glyph, last))[0]
        return found

    return advance


def outlines_of(source: Any, path: Path) -> Any:
    """The PostScript outlines of an open font by glyph. They stay in the file: of 25 MB a paper draws few."""
    from fontTools.cffLib import CFFFontSet

    entry = source.reader.tables["CFF "]
    fonts = CFFFontSet()
    fonts.decompile(BufferedReader(Section(path, entry.offset, entry.length)), None)
    top = fonts.topDictIndex[0]
    top.charset = ()  # glyphs are asked for by number: 65,000 names need not be read
    return top.CharStrings.charStringsIndex


class Section(RawIOBase):
    """A part of a file. Forked processes share no place in it, and of a file that is replaced the old one is read."""

    def __init__(self, path: Path, start: int, size: int) -> None:
        self._file = os.open(path, os.O_RDONLY)
        self._start, self._size, self._at = start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        self._at = offset + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        data = os.pread(self._file, min(len(buffer), max(0, self._size - self._at)), self._start + self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            os.close(self._file)
        super().close()
