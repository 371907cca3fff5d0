"""A table back to whoever sent it, as a workbook in which every fault stands at its cell and at the end of its row."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from assessment.foundation.exact import canonical, parse_decimal
from assessment.foundation.i18n import N_, say
from assessment.foundation.sheets_out import AS_IT_STANDS, MADE, Formats, put, sheet_name
from assessment.foundation.tables import Table, TableFault, as_text

FAULTS = N_("# faults")
"""The column's name; what begins with ``#`` is a remark, and is not read when the file comes back mended."""


def marked(table: Table, faults: Sequence[TableFault], title: str, language: str) -> bytes:
    """The table's own rows in their own places; faults of the whole file stand in the header."""
    by_row: dict[int, list[TableFault]] = defaultdict(list)
    for fault in faults:
        by_row[fault.row or 1].append(fault)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, AS_IT_STANDS) as workbook:
        workbook.set_properties({"title": title, "created": MADE})
        sheet = workbook.add_worksheet(sheet_name(title))
        sheet.freeze_panes(1, 0)
        page = _Page(workbook, sheet, table.columns, language)
        page.line(1, list(table.columns), by_row.get(1, ()), say(FAULTS).in_language(language))
        for row in table.rows:
            cells = [_as_cell(row.cells[column]) for column in table.columns]
            page.line(row.number, cells, by_row.get(row.number, ()))
        sheet.set_column(len(table.columns), len(table.columns), 60)
    return buffer.getvalue()


class _Page:
    """One sheet, written from the top."""

    def __init__(self, workbook: Any, sheet: Any, columns: Sequence[str], language: str) -> None:
        self.sheet, self.columns, self.language = sheet, list(columns), language
        self.bad = workbook.add_format({"quote_prefix": True, "bg_color": "#FBE3E0", "font_color": "#9B1C13"})
        self.formats = Formats(workbook)

    def line(self, number: int, cells: Sequence[Any], faults: Sequence[TableFault], told: str = "") -> None:
        said = [say(fault.message, **fault.facts).in_language(self.language) for fault in faults]
        at = {fault.column: text for fault, text in zip(faults, said, strict=True) if fault.column in self.columns}
        for place, cell in enumerate(cells):
            why = at.get(self.columns[place])
            if why is None:
                put(self.sheet, number - 1, place, cell, self.formats)
            else:
                self.sheet.write_string(number - 1, place, str(cell), self.bad)
                self.sheet.write_comment(number - 1, place, why, {"x_scale": 2})
        whole = "; ".join(filter(None, [told, *said]))
        if whole:
            self.sheet.write_string(number - 1, len(cells), whole, self.bad if said else None)


def _as_cell(text: str) -> str | Decimal:
    """Numbers stay numbers, if that loses no sign of them; everything else is text, and never a formula."""
    try:
        number = parse_decimal(text)
    except ValueError:
        return as_text(text)
    return number if canonical(number) == text else text
