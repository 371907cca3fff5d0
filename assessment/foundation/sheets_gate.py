"""The gate before a workbook's reader: how much a sheet would take up, and what the reader would take for empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from assessment.foundation.i18n import N_

MOST_CELLS = 1_000_000  # of the rectangle that the used cells span: the reader holds all of it in memory
MOST_COLUMNS = 16_384  # the format's own limit
MOST_ELEMENTS = 8_000_000
MOST_TEXT = 64 * 1024 * 1024  # a shared text is copied into every cell that names it

NOT_A_WORKBOOK = N_("This is not an Excel workbook that can be read; save it again as .xlsx, or as CSV.")
TOO_LARGE = N_("The workbook is too large when unpacked; delete what is not needed, or save the sheet as CSV.")
SHOWS_ERROR = N_("Cell {cell} shows an error such as #DIV/0!; mend its formula or type the value.")
NO_RESULT = N_("Cell {cell} holds a formula without its result; open the file, save it, and send it again.")


@dataclass(frozen=True)
class Place:
    """What prevents reading, and where."""

    row: int | None
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Unreadable(Exception):
    """A file without a table that could be read, with the places that prevent it."""

    def __init__(self, message: str, row: int | None = None, places: Sequence[Place] = ()) -> None:
        super().__init__(message)
        self.places = tuple(places) or (Place(row, message),)


def pass_gate(parts: Mapping[str, bytes], name: str) -> None:
    """Refuse a sheet that would fill the memory, or whose errors a reader would silently take for missing values."""
    try:
        gate = _Sheet(_Texts(parts.get("xl/sharedstrings.xml", b"<sst/>")).lengths)
        gate.parse(parts[_part_of(parts, name).lower()])
    except (expat.ExpatError, KeyError, ValueError, IndexError) as fault:
        raise Unreadable(NOT_A_WORKBOOK) from fault
    if gate.places:
        raise Unreadable(gate.places[0].message, places=gate.places)


def _part_of(parts: Mapping[str, bytes], name: str) -> str:
    links = {sheet["name"]: sheet["id"] for sheet in _Elements("sheet", parts["xl/workbook.xml"]).found}
    relations = _Elements("Relationship", parts["xl/_rels/workbook.xml.rels"]).found
    target = {relation["Id"]: relation["Target"] for relation in relations}[links[name]]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def letters(place: int) -> str:
    """The letters over a column: 1 is A, 28 is AB."""
    text = ""
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


class _Pass:
    """One pass over a part's XML, without namespaces, entities of its own, or more elements than anyone needs."""

    def __init__(self) -> None:
        self._elements = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._opened
        self._parser.EndElementHandler = lambda tag: self.end(tag.rpartition(":")[2])
        self._parser.CharacterDataHandler = self.text
        self._parser.StartDoctypeDeclHandler = self._doctype

    def parse(self, xml: bytes) -> None:
        self._parser.Parse(xml, True)

    def _opened(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise Unreadable(TOO_LARGE)
        self.start(tag.rpartition(":")[2], attributes)

    def _doctype(self, *_: object) -> None:
        raise Unreadable(NOT_A_WORKBOOK)

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


class _Elements(_Pass):
    """The attributes, without prefixes, of every element of one name."""

    def __init__(self, wanted: str, xml: bytes) -> None:
        super().__init__()
        self._wanted = wanted
        self.found: list[dict[str, str]] = []
        self.parse(xml)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self._wanted:
            self.found.append({name.rpartition(":")[2]: value for name, value in attributes.items()})


class _Texts(_Pass):
    """The lengths of the shared texts."""

    def __init__(self, xml: bytes) -> None:
        super().__init__()
        self.lengths: list[int] = []
        self.parse(xml)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text.encode())


class _Sheet(_Pass):
    """How far a sheet reaches, how much text it names, and its cells with an error or an uncomputed formula."""

    def __init__(self, lengths: Sequence[int]) -> None:
        super().__init__()
        self._lengths = lengths
        self.places: list[Place] = []
        self._weight = self._rows = self._columns = self._row = self._column = 0
        self._kind = self._inside = self._value = ""
        self._formula = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._inside = tag
        if tag == "row":
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = 0
        elif tag == "c":
            self._move_to(attributes.get("r", ""))
            self._kind, self._formula, self._value = attributes.get("t", ""), False, ""
        elif tag == "f":
            self._formula = True

    def _move_to(self, reference: str) -> None:
        column = reference.rstrip("0123456789").upper()
        if not reference:
            self._column += 1
        elif len(column) > 3 or not (column.isascii() and column.isalpha()):
            raise Unreadable(NOT_A_WORKBOOK)
        else:
            self._row = int(reference[len(column) :])
            self._column = 0
            for letter in column:
                self._column = self._column * 26 + ord(letter) - 64
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
        if self._rows * self._columns > MOST_CELLS or self._columns > MOST_COLUMNS:
            raise Unreadable(TOO_LARGE)

    def text(self, text: str) -> None:
        if self._inside in ("v", "t"):
            self._value += text

    def end(self, tag: str) -> None:
        self._inside = ""
        if tag != "c":
            return
        if self._kind == "s":
            self._weight += self._lengths[int(self._value)]
            if self._weight > MOST_TEXT:
                raise Unreadable(TOO_LARGE)
        cell = {"cell": f"{letters(self._column)}{self._row}"}
        if self._kind == "e":
            self.places.append(Place(self._row, SHOWS_ERROR, cell))
        elif self._formula and not self._value and self._kind != "str":
            self.places.append(Place(self._row, NO_RESULT, cell))
