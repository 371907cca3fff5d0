"""Tables in and out: forgiving of how a file was saved, strict about what it says, harmless when opened again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from assessment.foundation import sheets_in, sheets_out
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import N_, Sentence, say
from assessment.foundation.sheets_gate import MOST_CELLS, Place, Unreadable, letters

LARGEST_FILE = 10 * 1024 * 1024
MOST_COLUMNS = 1_000
MOST_ROWS = 200_000
MOST_FAULTS = 500  # more would bury the reader; the last one says that there are more

CLOSED = N_("The file cannot be opened ({why}); check its name and that you may read it.")
NOT_A_TABLE = N_(
    "The file is neither text in UTF-8 or GB18030 nor an Excel workbook; save it as CSV UTF-8 or as .xlsx."
)

Cell = str | int | Decimal | bool | date | datetime | None


@dataclass(frozen=True)
class Row:
    """One row; ``number`` is the row a spreadsheet shows beside it, so that people find it."""

    number: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """The cell without the blanks around it, seen or unseen; empty if there is no such column."""
        return _bare(self.cells.get(column, ""))


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sha256: str = field(default="", compare=False)
    """Of the file it was read from."""


@dataclass(frozen=True)
class TableFault:
    """One thing wrong with a file, where it is, and what would put it right; ``message`` is a msgid."""

    row: int | None
    column: str | None
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        what = say(self.message, **self.facts)
        if self.row is not None and self.column:
            return say("Row {row}, column “{column}”: {what}", row=self.row, column=self.column, what=what)
        if self.row is not None:
            return say("Row {row}: {what}", row=self.row, what=what)
        return say("Column “{column}”: {what}", column=self.column, what=what) if self.column else what


class TableFaults(Invalid):
    """A file that cannot be taken as it is, with all that is wrong with it at once."""

    def __init__(self, faults: Iterable[TableFault], name: str = "") -> None:
        self.table_faults = tuple(faults)
        summary = say("“{name}” cannot be used as it is; nothing was taken from it.", name=name)
        super().__init__(summary, faults=[fault.sentence for fault in self.table_faults])


def read_table(source: Path | bytes | Table, name: str, limit: int = LARGEST_FILE) -> Table:
    """The first row with text as columns, every later row that is not blank as cells; raises ``TableFaults``.

    A file is read before the transaction that writes what it says begins; a table that was read already is handed on.
    """
    if isinstance(source, Table):
        return source
    faults: list[TableFault] = []
    try:
        content = _content(source, limit)
        table = _table(_grid(content), faults)
    except Unreadable as fault:
        found = [TableFault(at.row, None, at.message, at.facts) for at in fault.places]
        raise TableFaults(_first(found), name) from fault
    if faults:
        raise TableFaults(_first(faults), name)
    return replace(table, sha256=sha256(content).hexdigest())


def _first(faults: list[TableFault]) -> list[TableFault]:
    if len(faults) <= MOST_FAULTS:
        return faults
    more = {"count": len(faults) - MOST_FAULTS}
    return [*faults[:MOST_FAULTS], TableFault(None, None, N_("There are {count} more faults of these kinds."), more)]


def _content(source: Path | bytes, limit: int) -> bytes:
    if isinstance(source, bytes):
        content = source
    else:
        try:
            with source.open("rb") as file:
                content = file.read(limit + 1)
        except (OSError, ValueError) as fault:
            why = fault.strerror if isinstance(fault, OSError) else str(fault)
            closed = Place(None, CLOSED, {"why": why})
            raise Unreadable(closed.message, places=[closed]) from fault
    if len(content) > limit:
        large = Place(None, N_("The file is larger than {limit} MB; split it."), {"limit": limit // 1024 // 1024})
        raise Unreadable(large.message, places=[large])
    return content


def _grid(content: bytes) -> Iterator[list[str]]:
    """The rows of whatever kind of file this is; its content decides, not its name."""
    return iter(sheets_in.read(content)) if sheets_in.is_workbook(content) else _csv_rows(_decoded(content))


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(NOT_A_TABLE)


def _csv_rows(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):  # noqa: B007 - the number is told when the next row fails
            yield row
    except csv.Error as fault:
        message = N_("From here on the quotation marks do not pair, or a cell is too long; check the quoted text.")
        raise Unreadable(message, row=number + 1) from fault


def _delimiter(text: str) -> str:
    """The separator by which the header falls apart and most of the next rows have as many cells as it."""
    best, best_key = ",", (0, 0)
    for delimiter in (",", ";", "\t"):  # on a tie the first wins
        reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter)
        try:
            sample = [row for row in islice(reader, 200) if any(cell.strip() for cell in row)]
        except csv.Error:
            continue
        if not sample or len(sample[0]) < 2 or any(cell.count('"') % 2 for cell in sample[0]):
            continue  # it does not stand in the header, or it cuts a quoted name in two
        key = (sum(len(row) == len(sample[0]) for row in sample), len(sample[0]))
        if key > best_key:
            best, best_key = delimiter, key
    return best


def _table(grid: Iterator[list[str]], faults: list[TableFault]) -> Table:
    filled = ((number, row) for number, row in enumerate(grid, 1) if any(_unharmed(cell).strip() for cell in row))
    full = list(islice(filled, MOST_ROWS + 1))
    if not full:
        raise Unreadable(N_("The file is empty; its first row must name the columns."))
    header_row, header = full[0]
    columns = [_bare(_unharmed(cell)) for cell in header[: MOST_COLUMNS + 1]]
    if len(full) * len(columns) > MOST_CELLS or len(full) > MOST_ROWS:
        raise Unreadable(N_("The table has too many rows or columns; split it into several files."))
    while not columns[-1] and not any(row[len(columns) - 1].strip() for _, row in full if len(row) >= len(columns)):
        columns.pop()
    if _is_title(columns, [row for _, row in full[1:]]):
        message = N_("The first row must name the columns; “{text}” looks like a title: delete this row.")
        faults.append(TableFault(header_row, None, message, {"text": columns[0][:60]}))
    else:
        _check_columns(columns, header_row, faults)
    rows = [] if faults else [_row(number, cells, columns, faults) for number, cells in full[1:]]
    return Table(tuple(columns), tuple(rows))


def _is_title(columns: list[str], rows: list[list[str]]) -> bool:
    """Whether one cell stands alone over a table that is wider."""
    if len(columns) == 1:
        return bool(rows) and all(sum(bool(cell.strip()) for cell in row) > 1 for row in rows)
    return len(columns) > 2 and bool(columns[0]) and not any(columns[1:])


def _check_columns(columns: list[str], row: int, faults: list[TableFault]) -> None:
    if len(columns) > MOST_COLUMNS:
        raise Unreadable(N_("The table has too many rows or columns; split it into several files."))
    for place, column in enumerate(columns, 1):
        if not column:
            facts = {"letter": letters(place)}
            faults.append(TableFault(row, None, N_("Column {letter} has no name; name it or delete it."), facts))
        elif _CONTROL.search(column):
            raise Unreadable(NOT_A_TABLE)
        elif columns.index(column) < place - 1:
            faults.append(TableFault(row, column, N_("Two columns have this name; name each differently.")))


def _row(number: int, cells: list[str], columns: list[str], faults: list[TableFault]) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        message = N_("The row has more cells than there are columns; put quotation marks around text with separators.")
        faults.append(TableFault(number, None, message))
    padded = cells[: len(columns)] + [""] * (len(columns) - len(cells))
    whole = "\n".join(padded)  # most rows hold nothing that each cell would have to be asked for
    if "'" in whole:
        padded = [_unharmed(cell) for cell in padded]
    for column, cell in zip(columns, padded, strict=True) if _CONTROL.search(whole) else ():
        if _CONTROL.search(cell):
            faults.append(TableFault(number, column, N_("The cell holds a control character; type its text again.")))
    return Row(number, dict(zip(columns, padded, strict=True)))


# A spreadsheet takes a cell that begins like this for a formula; an apostrophe in front (OWASP ASVS 1.2.10) makes it
# text. Text that already looks so treated gets one more, so that reading, which takes one away, gives back the same.
_LIVE = re.compile(r"'*[=+\-@＝＋－＠\t\r\n\0]")
_TREATED = re.compile(r"'+[=+\-@＝＋－＠\t\r\n\0]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


_UNSEEN = "\u200b\u200e\u200f\u2060\ufeff"  # zero width, marks of direction: what pages leave around copied text


def _bare(text: str) -> str:
    text = text.strip()
    return text if text.isascii() else text.strip(_UNSEEN).strip()


def _unharmed(text: str) -> str:
    return text[1:] if _TREATED.match(text) else text


def _clean(text: str) -> str:
    """Without what no spreadsheet and no XML can hold; half a character becomes the sign for an unknown one."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = _clean(cell)
        return "'" + text if _LIVE.match(text) else text
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return sheets_in.plain(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return str(cell)
    raise TypeError(f"a table holds text, exact numbers and dates, not {type(cell).__name__}")


def _quoted(text: str, signs: str = '",\r\n') -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in signs) else text


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with LF. Numbers are those cells given as ``int`` or ``Decimal``; a text such as ``-5`` stays text."""
    lines = [",".join(_quoted(_written(column), '",;\t\r\n') for column in columns)]  # no other separator is seen in it
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{len(row)} cells under {len(columns)} columns")
        lines.append(",".join(_quoted(_written(cell)) for cell in row))
    return ("\n".join(lines) + "\n").encode()


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Cell]], title: str) -> bytes:
    """A workbook of one sheet: typed cells, never a formula, and the same bytes for the same table."""
    typed = ([as_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return sheets_out.write([as_text(column) for column in columns], typed, title)


def as_text(text: str) -> str:
    """In a workbook a text cell is text, however it begins."""
    text = _clean(text)
    return "'" + text if _TREATED.match(text) else text
