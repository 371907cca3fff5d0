"""XLSX workbooks going out: typed cells, never a formula, the same bytes for the same table."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import say
from assessment.foundation.sheets_in import DIGITS, plain

LONGEST_TEXT = 32_767  # Excel's own limits
MOST_ROWS = 1_048_576
MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # the same in every workbook, so that its bytes depend on the table only
AS_IT_STANDS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def write(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str) -> bytes:
    """One sheet, its header bold and held in view; numbers of more than 15 digits become text, so that none is lost."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, AS_IT_STANDS) as workbook:  # closed also on a refusal: it holds a file on disk
        workbook.set_properties({"title": title, "created": MADE})
        sheet = workbook.add_worksheet(sheet_name(title))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, min(40, max(9, 2 + sum(1 + (sign > "\u2e7f") for sign in column))))
        bold = workbook.add_format({"bold": True, "quote_prefix": True})
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, bold)
        _fill(sheet, len(columns), rows, Formats(workbook))
    return buffer.getvalue()


def _fill(sheet: Any, width: int, rows: Iterable[Sequence[Any]], formats: Formats) -> None:
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise ValueError(f"{len(row)} cells under {width} columns")
        if number >= MOST_ROWS:
            raise Invalid(say("A sheet holds {limit} rows; take the CSV file instead.", limit=MOST_ROWS))
        for place, cell in enumerate(row):
            put(sheet, number, place, cell, formats)


class Formats:
    """Each format once; the quote prefix keeps a text that begins like a formula a text, even when it is edited."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.text = workbook.add_format({"quote_prefix": True})

    def number(self, places: int) -> Any:
        code = f"0.{'0' * places}" if places else "0"
        if code not in self._made:
            self._made[code] = self._workbook.add_format({"num_format": code})
        return self._made[code]


def put(sheet: Any, row: int, place: int, cell: object, formats: Formats) -> None:
    """One cell, counted from 0: text as text, exact numbers as numbers as far as a spreadsheet holds them."""
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, (int, Decimal)):
        _put_number(sheet, row, place, Decimal(cell), formats)
    elif isinstance(cell, dt.date) and not isinstance(cell, dt.datetime) and cell.year >= 1901:
        sheet.write_datetime(row, place, cell, formats.day)
    elif isinstance(cell, (str, dt.date)):
        text = cell if isinstance(cell, str) else cell.isoformat()
        if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
            raise Invalid(say("Row {row} holds a text too long for Excel; take the CSV file instead.", row=row + 1))
        sheet.write_string(row, place, text, formats.text)
    else:
        raise TypeError(f"a table holds text, exact numbers and dates, not {type(cell).__name__}")


def _put_number(sheet: Any, row: int, place: int, number: Decimal, formats: Formats) -> None:
    text = plain(number)
    if len(text.replace(".", "").lstrip("-0")) > DIGITS:
        sheet.write_string(row, place, text, formats.text)
    else:
        sheet.write_number(row, place, float(number), formats.number(len(text.partition(".")[2])))


def sheet_name(title: str) -> str:
    """A title as a sheet may be called."""
    allowed = "".join(" " if sign in "[]:*?/\\'" or sign < " " else sign for sign in title)
    return allowed.strip()[:31].strip() or "Sheet1"
