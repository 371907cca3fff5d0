"""Fonts inside a paper: only the characters it uses, and those cut and packed once for all papers that use the same."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reportlab.lib.rl_accel import escapePDF, fp_str
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream
from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC, SUBSETN, makeToUnicodeCMap

REMEMBERED = 64  # of some ten to fifty kilobytes; titles and headings of one kind of paper are always the same
SPACE = 32
ORDER = (*range(33, 256), *range(1, 32))  # first the codes that most often are one byte of a string, and not four
ESCAPED = tuple(escapePDF(bytes((code,))) for code in range(256))


class Subsets:
    """The characters that one file takes of one font, in the order in which they are first written.

    A code has one byte, so a font comes in parts of 254 characters: code 0 shows what is missing, and readers of the
    file may widen 32, the space.
    """

    def __init__(self, font: Any, name: str) -> None:
        self.font, self._name = font, name
        self._parts: list[dict[int, int]] = []  # code -> character
        self._places: dict[str, tuple[str, str]] = {}

    def place(self, character: str) -> tuple[str, str]:
        """The font in the file that has the character, and its code there as it is written in a string."""
        found = self._places.get(character)
        if found is None:
            part, code = self._next(ord(character))
            found = self._places[character] = (f"/{self._name}+{part}", ESCAPED[code])
        return found

    def _next(self, character: int) -> tuple[int, int]:
        if not self._parts or len(self._parts[-1]) == len(ORDER):
            self._parts.append({})
        part = self._parts[-1]
        code = ORDER[len(part)]
        part[code] = character
        return len(self._parts) - 1, code

    def embed(self, document: Any) -> None:
        """Put what was written into reportlab's document."""
        for number, part in enumerate(self._parts):
            characters = (0, *(part.get(code, SPACE) for code in range(1, max(part) + 1)))
            cut = cut_out(self.font, number, characters)
            name = f"{self._name}+{number}"
            entry = PDFDictionary({
                "Type": "/Font", "Subtype": "/TrueType", "Name": PDFName(name), "BaseFont": PDFName(cut.name),
                "FirstChar": 0, "LastChar": len(characters) - 1, "Widths": cut.widths,
                "ToUnicode": document.Reference(deflated(cut.characters), f"characters:{cut.name}"),
                "FontDescriptor": document.Reference(_descriptor(self.font.face, cut, document), f"face:{cut.name}"),
            })  # fmt: skip
            document.idToObject["BasicFonts"].dict[name] = document.Reference(entry, name)


@dataclass(frozen=True)
class Cut:
    """Some characters of a font as they lie in a file."""

    name: str
    widths: bytes
    characters: bytes
    """The table from codes to characters, deflated."""
    font: bytes
    """The font file, deflated; it has ``length`` bytes."""
    length: int


@lru_cache(REMEMBERED)
def cut_out(font: Any, number: int, characters: tuple[int, ...]) -> Cut:
    name = b"".join((SUBSETN(number), b"+", font.face.name, font.face.subfontNameX)).decode("pdfdoc")
    widths = " ".join(fp_str(font.face.getCharWidth(code)) for code in characters)
    made = font.face.makeSubset(list(characters))
    table = makeToUnicodeCMap(name, characters).encode("ascii")
    return Cut(name, f"[ {widths} ]".encode("ascii"), zlib.compress(table), zlib.compress(made), len(made))


def _descriptor(face: Any, cut: Cut, document: Any) -> PDFDictionary:
    file = deflated(cut.font, Length1=cut.length)
    return PDFDictionary({
        "Type": "/FontDescriptor", "FontName": PDFName(cut.name), "FontBBox": PDFArray(face.bbox),
        "Flags": face.flags & ~FF_NONSYMBOLIC | FF_SYMBOLIC, "Ascent": face.ascent, "Descent": face.descent,
        "CapHeight": face.capHeight, "ItalicAngle": face.italicAngle, "StemV": face.stemV,
        "MissingWidth": face.defaultWidth, "FontFile2": document.Reference(file, f"font:{cut.name}"),
    })  # fmt: skip


def deflated(content: bytes, **facts: object) -> PDFStream:
    """A stream of bytes that are packed already."""
    return PDFStream(PDFDictionary({"Filter": "/FlateDecode", **facts}), content)
