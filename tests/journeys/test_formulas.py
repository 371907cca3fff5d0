"""Every file that the house gives away holds texts that begin like formulas, and not one of them is live."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import String, Text, inspect

from assessment.faces import exports
from assessment.faces.web.kit import lists
from assessment.foundation.db import Base
from assessment.foundation.sheets_marked import marked
from assessment.foundation.tables import Row, Table, TableFault, read_table, write_csv, write_xlsx
from support.databases import import_all_models
from support.house import modules

import_all_models()

LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
FORMULA = "cmd|' /C calc'!A0"
NEGATIVE = Decimal("-5.20")
BEGINS_LIVE = re.compile(r"[=+\-@＝＋－＠\t\r\n\0]")


def text_fields() -> Iterator[str]:
    """Every column of every table that can hold a text, by its name: any of them may reach a file."""
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__tablename__):
        for column in inspect(mapper.class_).columns:
            if isinstance(column.type, (String, Text)):
                yield f"{column.table.name}.{column.name}"


def rows_with(sign: str, width: int) -> list[list[Any]]:
    """A row for each cell that holds the text, the others hold what cells hold besides."""
    others: list[Any] = [NEGATIVE, -7, date(2012, 1, 31), None, "plain"]
    return [[sign + FORMULA if place == n else others[(place + n) % 5] for place in range(width)] for n in range(width)]


def exported_columns() -> dict[str, list[str]]:
    """Every export there is by its columns: those of the console, and a list as pages give it with each text field."""
    found = {kind: list(export.columns) for kind, export in exports.EXPORTS.items()}
    fields = list(text_fields())
    found |= {f"list {n}": fields[n : n + 12] for n in range(0, len(fields), 12)}
    return found


def is_text_cell(cell: str) -> bool:
    """What a spreadsheet takes for text, or for a number: never for a formula."""
    return not BEGINS_LIVE.match(cell) or re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell) is not None


@pytest.mark.parametrize("kind", exported_columns())
def test_no_cell_of_any_csv_is_live_and_negative_numbers_stay_numbers(kind: str) -> None:
    for sign in LIVE:
        in_csv(kind, exported_columns()[kind], sign)


def in_csv(kind: str, columns: list[str], sign: str) -> None:
    rows = [[lists.cell(cell) for cell in row] for row in rows_with(sign, len(columns))]
    content = write_csv(columns, rows).decode()
    found = list(csv.reader(io.StringIO(content, newline="")))
    assert all(is_text_cell(cell) for row in found for cell in row), kind
    for given, row in zip(rows, found[1:], strict=True):
        assert [cell for cell in row if cell == "-5.20"] == ["-5.20"] * given.count(NEGATIVE)
        assert row.count("-7") == given.count(-7)
    back = [cell for row in read_table(content.encode(), "a.csv").rows for cell in row.cells.values()]
    kept = sign.replace("\0", "") + FORMULA  # a NUL is no character of any file
    assert back.count(kept) == len(columns)


@pytest.mark.parametrize("kind", exported_columns())
def test_no_cell_of_any_workbook_is_a_formula(kind: str) -> None:
    for sign in LIVE:
        in_workbook(kind, exported_columns()[kind], sign)


def in_workbook(kind: str, columns: list[str], sign: str) -> None:
    content = write_xlsx(columns, rows_with(sign, len(columns)), kind)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f" not in sheet
    cells = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sum(cell == -5.2 for row in cells for cell in row) == sum(
        row.count(NEGATIVE) for row in rows_with(sign, len(columns))
    )


BESIDES = {
    "assessment.foundation.tables": "the way for all others",
    "assessment.foundation.sheets_out": "its workbooks",
    "assessment.foundation.sheets_marked": "a table sent back with its faults; its texts go the same way",
    "assessment.foundation.draw": "the canonical text that a draw's hash is over; nobody is given it as a file",
    "assessment.demo.figures": "writes the examples' own files, which hold no text of users",
    "assessment.scoring.workbook.book": "a workbook whose cells compute on purpose; its texts are written as texts",
}
"""Who writes a table, and why it may."""


def test_every_list_and_every_export_goes_the_same_way() -> None:
    writers = set()
    for module in modules():
        names = {name for name, _line in module.imported()}
        text = module.path.read_text(encoding="utf-8")
        if "csv.writer" in text or "xlsxwriter" in names:
            writers.add(module.name)
    assert writers - BESIDES.keys() == set()


@pytest.mark.parametrize("sign", LIVE, ids=repr)
def test_nor_is_there_one_in_a_table_that_is_sent_back(sign: str) -> None:
    table = Table(("unit", sign + "x"), (Row(2, {"unit": sign + FORMULA, sign + "x": "-5.2"}),))
    faults = [TableFault(2, "unit", "{what}", {"what": sign + FORMULA})]
    content = marked(table, faults, sign + FORMULA, "en")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
    [row] = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1:]
    assert row[1] == -5.2
