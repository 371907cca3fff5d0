"""The short way through the gate and the long one: they let the same sheets pass."""


import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.foundation import sheets_gate
from assessment.foundation.archives import unpack
from assessment.foundation.sheets_gate import Unreadable, _is_plain, _Sheet
from assessment.foundation.tables import write_xlsx

texts = st.text(st.characters(codec="utf-8"), max_size=8)
cells = st.one_of(st.none(), st.integers(-(10**9), 10**9), texts, st.booleans())


def sheet_of(rows: list[list[object]]) -> bytes:
    width = max(map(len, rows), default=1) or 1
    padded = [[*row, *[None] * (width - len(row))] for row in rows]
    return unpack(write_xlsx([f"c{n}" for n in range(width)], padded, "t"))["xl/worksheets/sheet1.xml"]


@given(st.lists(st.lists(cells, max_size=4), max_size=6))
def test_what_spreadsheets_write_goes_the_short_way(rows: list[list[object]]) -> None:
    xml = sheet_of(rows)
    assert _is_plain(xml, [])
    long = _Sheet([])
    long.parse(xml)
    assert long.places == []


ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
WHOLE = '<worksheet xmlns="x"><sheetData>{}</sheetData></worksheet>'


@pytest.mark.parametrize(
    "inside",
    ['<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', '<row r="1"><c r="A1" t="e"><v>#DIV/0!</v></c></row>',
     '<row r="1"><c><v>1</v></c></row>', '<row r="1"><x:c r="A1"/></row>', "<row r='1'><c r='A1'/></row>",
     '<row r="1"><c r="A1"><v>1</v></c><!-- --></row>', "<sheetData/>" + ROW, ROW + "<row", "x" + ROW],
)  # fmt: skip
def test_whatever_is_written_otherwise_goes_the_long_way(inside: str) -> None:
    assert not _is_plain(WHOLE.format(inside).encode(), [])


def test_a_sheet_too_far_or_with_too_much_text_is_refused_on_the_short_way() -> None:
    for inside in ('<row r="1"/><row r="1048576"><c r="XFD1048576"/></row>', '<row r="1"><c r="ZZZ1"/></row>'):
        with pytest.raises(Unreadable):
            _is_plain(WHOLE.format(inside).encode(), [])
    text = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>0</v></c></row>'
    with pytest.raises(Unreadable):
        _is_plain(WHOLE.format(text).encode(), [sheets_gate.MOST_TEXT])


def test_the_expression_does_not_go_back_and_forth() -> None:
    """Millions of cells with a fault at the very end are given up at once, not tried in every other way."""
    many = '<row r="1">' + '<c r="A1"><v>1</v></c>' * 200_000 + "<c"
    assert not _is_plain(WHOLE.format(many).encode(), [])
    assert re.search(rb"\*\+", sheets_gate._ROW.pattern)
