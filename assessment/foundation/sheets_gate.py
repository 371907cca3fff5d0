"""The gate before a workbook's reader: how much a sheet would take up, and what the reader would take for empty."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
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
IS_PERCENT = N_(
    "Cell {cell} shows {shown} %, but holds {held}; write {shown} as a plain number, without a percent format."
)
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
    """Refuse a sheet that would fill the memory, or that a reader would take for what it does not show."""
    try:
        lengths = _Texts(parts.get("xl/sharedstrings.xml", b"<sst/>")).lengths
        percents = _Styles(parts.get("xl/styles.xml", b"<styleSheet/>")).percents
        xml = parts[_part_of(parts, name).lower()]
        if _is_plain(xml, lengths, percents):
            return
        gate = _Sheet(lengths, percents)
        gate.parse(xml)
    except (expat.ExpatError, KeyError, ValueError, IndexError) as fault:
        raise Unreadable(NOT_A_WORKBOOK) from fault
    if gate.places:
        raise Unreadable(gate.places[0].message, places=gate.places)


def _part_of(parts: Mapping[str, bytes], name: str) -> str:
    links = {sheet["name"]: sheet["id"] for sheet in _Elements("sheet", parts["xl/workbook.xml"]).found}
    relations = _Elements("Relationship", parts["xl/_rels/workbook.xml.rels"]).found
    target = {relation["Id"]: relation["Target"] for relation in relations}[links[name]]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


# A sheet as spreadsheets write it: rows of cells that name their place and hold a number, a text or nothing. Most are;
# to look at each of their cells by itself takes ten times as long. Whatever is written otherwise goes the long way.
_VALUE = rb"<v>[^<]*+</v>|<is><t[^<>]*+>[^<]*+</t></is>"
_HEAD = rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]++")?(?: t="(?:s|n|b|str|inlineStr)")?'
_CELL = _HEAD + rb"(?:/>|>(?:" + _VALUE + rb")?</c>)"
_ROW = re.compile(rb"\s*+<row[^<>]*+>(?:(?<=/>)|(?<!/>)(?:\s*+" + _CELL + rb")*+\s*+</row>)")
_PLACE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_TEXT = re.compile(rb' t="s"><v>([0-9]++)</v>')


def _is_plain(xml: bytes, lengths: Sequence[int], percents: frozenset[str] = frozenset()) -> bool:
    """Whether the sheet holds nothing but plain cells; raises ``Unreadable`` where those would be too many."""
    begin, end = xml.find(b"<sheetData>"), xml.find(b"</sheetData>")
    if b"<!" in xml or begin < 0 or end < begin or xml.count(b"sheetData") != 2:
        return False
    rows = xml[begin + len(b"<sheetData>") : end]
    if "0" in percents or any(f' s="{style}"'.encode() in rows for style in percents):
        return False
    at, rows_end = 0, len(rows.rstrip())
    while at < rows_end:
        found = _ROW.match(rows, at)
        if found is None:
            return False
        at = found.end()
    places = _PLACE.findall(rows)
    columns, numbers = {column for column, _ in places}, {number for _, number in places}
    wide = max((_column_of(column.decode()) for column in columns), default=0)
    if wide > MOST_COLUMNS or wide * max(map(int, numbers), default=0) > MOST_CELLS or len(places) > MOST_CELLS:
        raise Unreadable(TOO_LARGE)
    if sum(lengths[int(text)] for text in _TEXT.findall(rows)) > MOST_TEXT:
        raise Unreadable(TOO_LARGE)
    return True


def _column_of(name: str) -> int:
    place = 0
    for letter in name:
        place = place * 26 + ord(letter) - 64
    return place


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


class _Styles(_Pass):
    """The numbers of the cell formats that show a number a hundred times as large, as a percentage."""

    def __init__(self, xml: bytes) -> None:
        super().__init__()
        self._formats = {"9", "10"}  # 0% and 0.00%, which need no definition (ECMA-376, 18.8.30)
        self._used: list[str] = []
        self._within = False
        self.parse(xml)
        self.percents = frozenset(str(place) for place, used in enumerate(self._used) if used in self._formats)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and "%" in _LITERAL.sub("", attributes.get("formatCode", "")):
            self._formats.add(attributes.get("numFmtId", ""))
        elif tag == "cellXfs":
            self._within = True
        elif tag == "xf" and self._within:
            self._used.append(attributes.get("numFmtId", ""))

    def end(self, tag: str) -> None:
        self._within = self._within and tag != "cellXfs"


# In a number format: text, a sign shown as it is or used as filling, and a condition. A % there is none.
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')


class _Sheet(_Pass):
    """How far a sheet reaches, how much text it names, and its cells that would be read for what they do not show."""

    def __init__(self, lengths: Sequence[int], percents: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._lengths = lengths
        self._percents = percents
        self._style = "0"
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
            self._style = attributes.get("s", "0")
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
            self._column = _column_of(column)
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
        if self._kind == "e":
            self._refuse(SHOWS_ERROR)
        elif self._formula and not self._value and self._kind != "str":
            self._refuse(NO_RESULT)
        elif self._kind in ("", "n") and self._value and self._style in self._percents:
            held = Decimal(f"{float(self._value):.15g}")
            self._refuse(IS_PERCENT, held=f"{held:f}", shown=_short(held * 100))

    def _refuse(self, message: str, **facts: str) -> None:
        self.places.append(Place(self._row, message, {"cell": f"{letters(self._column)}{self._row}", **facts}))


def _short(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
