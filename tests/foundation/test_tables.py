"""Tables in and out: what is forgiven, what is refused with its place, and what can do no harm."""

from __future__ import annotations

import io
import random
import re
import time
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.foundation import sheets_in
from assessment.foundation.errors import Invalid
from assessment.foundation.tables import LARGEST_FILE, Cell, Table, TableFaults, read_table, write_csv, write_xlsx


def cells(table: Table) -> list[list[str]]:
    return [[row.cells[column] for column in table.columns] for row in table.rows]


def faults(content: bytes | Path, name: str = "data.csv") -> list[str]:
    with pytest.raises(TableFaults) as caught:
        read_table(content, name)
    for fault in caught.value.table_faults:
        assert fault.sentence.in_language("zh") != str(fault.sentence)
    return [str(fault.sentence) for fault in caught.value.table_faults]


def workbook(*rows: list[object], **options: object) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("data")
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    return buffer.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """A workbook with some parts replaced; their names' dots and slashes written as underscores."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, parts.get(re.sub(r"[./]", "_", part), old.read(part)))
    return buffer.getvalue()


def sheet_xml(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_is_read_however_it_was_saved(encoding: str, separator: str, end: str) -> None:
    lines = [["单位", "完成率", "备注"], ["成都市", "96.40", "一、二"], ["绵阳市", "-4.18", ""]]
    content = end.join(separator.join(line) for line in lines).encode(encoding)
    table = read_table(content, "data.csv")
    assert table.columns == ("单位", "完成率", "备注")
    assert cells(table) == lines[1:]


def test_rows_keep_the_number_a_spreadsheet_shows_and_blank_ones_are_skipped() -> None:
    table = read_table(b'\n , \nunit,value,,\n\nA,"1\n2",,\n,,,\nB,3\n', "data.csv")
    assert table.columns == ("unit", "value")
    assert [(row.number, row.cells) for row in table.rows] == [
        (5, {"unit": "A", "value": "1\n2"}),
        (7, {"unit": "B", "value": "3"}),
    ]


def test_short_rows_are_filled_and_cells_keep_their_blanks_until_asked_for_text() -> None:
    row = read_table(b"unit,value\n A \n", "data.csv").rows[0]
    assert row.cells == {"unit": " A ", "value": ""}
    assert (row.text("unit"), row.text("value"), row.text("no such column")) == ("A", "", "")


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        (b"id\nA;1\nB;2\n", ("id",)),
        (b'"a;b",c\n1,2\n', ("a;b", "c")),
        (b'unit;"rate, %"\nA;1,5\n', ("unit", "rate, %")),
        (b"unit;rate, %\nA;5\nB;6\n", ("unit", "rate, %")),
        (b"unit,note\nA,x;y;z\nB,p;q\n", ("unit", "note")),
        (b"unit\tnote; more\nA\tx\n", ("unit", "note; more")),
    ],
)
def test_the_separator_is_told_from_the_header(content: bytes, columns: tuple[str, ...]) -> None:
    assert read_table(content, "data.csv").columns == columns


def test_all_faults_are_told_at_once_with_their_places() -> None:
    found = faults(b"unit,value\nA,1,2\nB,\x02\nC,1\nD,3,4\n")
    assert [sentence.partition(":")[0] for sentence in found] == ["Row 2", "Row 3, column “value”", "Row 5"]


def test_many_faults_end_with_their_count() -> None:
    found = faults(b"unit,value\n" + b"A,1,2\n" * 700)
    assert len(found) == 501
    assert found[-1] == "There are 200 more faults of these kinds."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n ,\n\t\n", "empty"),
        (b"unit,,value\nA,1,2\n", "Column B has no name"),
        (b"unit,value,\nA,1,2\n", "Column C has no name"),
        (b"unit,value, unit\nA,1,2\n", "Two columns have this name"),
        (b'unit,value\nA,1\nB,"2\nC,3\n', "quotation marks"),
        (b'unit,value\nA,"1"2\n', "quotation marks"),
        (b"unit\n" + b"x" * 140_000 + b"\n", "too long"),
        (b"\x00\x01binary\xff\xfe\x00", "neither text"),
        (b"u\x00n\x00i\x00t\x00", "neither text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff", "neither text"),
        (b"\xff\xfe\x00", "neither text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old or password-protected"),
        (b"PK\x03\x04 nothing of the kind", "not an Excel workbook"),
        (b"x" * (LARGEST_FILE + 1), "larger than 10 MB"),
        (b",".join(b"c%d" % i for i in range(1_001)), "too many rows or columns"),
        (b",".join(b"c%d" % i for i in range(900)) + b"\n" + b"1\n" * 5_000, "too many rows or columns"),
        (b"unit\n" + b"A\n" * 200_001, "too many rows or columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(content: bytes, words: str) -> None:
    assert words in faults(content)[0]


def test_a_file_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "cannot be opened" in faults(tmp_path / "missing.csv")[0]
    assert "cannot be opened (Is a directory)" in faults(tmp_path)[0]
    (tmp_path / "there.csv").write_bytes(b"unit\nA\n")
    assert read_table(tmp_path / "there.csv", "there.csv").columns == ("unit",)


def test_the_faults_are_a_refusal_that_names_the_file() -> None:
    with pytest.raises(Invalid) as caught:
        read_table(b"", "nothing.csv")
    assert "nothing.csv" in str(caught.value.sentence)
    assert len(caught.value.faults) == 1


def test_no_bytes_whatever_raise_anything_but_faults() -> None:
    chance = random.Random(20)
    good = workbook(["unit", "value"], ["A", 1.5], ["B", "text"])
    text = '单位,值\n"甲",1\n乙;"2"\n'.encode()
    for _ in range(600):
        content = bytearray(chance.choice((good, text, chance.randbytes(60))))
        for _ in range(chance.randint(0, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            read_table(bytes(content[: chance.choice((len(content), chance.randrange(1, len(content))))]), "data")
        except TableFaults:
            continue


def test_a_workbook_gives_exact_decimals_and_iso_dates_without_float_noise() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "value")
        numbers = (12.0, 0.1 + 0.2, 96.4, -4.18, 1e-9, 1e21, -0.0, 1234567890123456)
        for row, number in enumerate(numbers, 1):
            sheet.write_number(row, 0, number)
        sheet.write_datetime(9, 0, datetime(2012, 9, 29), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
        sheet.write_datetime(10, 0, datetime(2012, 9, 29, 8, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))  # noqa: DTZ001
        sheet.write_number(11, 0, 1.5, book.add_format({"num_format": "[h]:mm"}))
        sheet.write_boolean(12, 0, True)
        sheet.write_formula(13, 0, "=1+1", value=2)
    assert [row.cells["value"] for row in read_table(buffer.getvalue(), "data.xlsx").rows] == [
        "12", "0.3", "96.4", "-4.18", "0.000000001", "1000000000000000000000", "0", "1234567890123456",
        "2012-09-29", "2012-09-29T08:30:00", "36:00:00", "true", "2",
    ]  # fmt: skip


def test_a_workbook_is_told_by_its_content_and_its_first_visible_sheet_is_read() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("lists").very_hidden()
        shown = book.add_worksheet("数据")
        shown.activate()
        shown.write_row(2, 1, ["unit", "value"])
        shown.write_row(4, 1, ["A", 1])
    with pytest.raises(TableFaults):
        read_table(buffer.getvalue(), "data.csv")  # column A has no name
    table = read_table(workbook([], ["unit", "value"], [], ["A", 1]), "named.csv")
    assert [(row.number, row.cells) for row in table.rows] == [(4, {"unit": "A", "value": "1"})]


def test_errors_and_uncomputed_formulas_are_not_taken_for_missing_values() -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>unit</t></is></c><c r="B1" t="inlineStr"><is><t>v</t></is></c></row>'
        '<row r="2"><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="3"><c r="B3"><f>1+1</f></c></row>'
    )
    found = faults(repacked(workbook(["unit"]), xl_worksheets_sheet1_xml=sheet_xml(rows)), "data.xlsx")
    assert found[0].startswith("Row 2: Cell B2 shows an error")
    assert found[1].startswith("Row 3: Cell B3 holds a formula without its result")


@pytest.mark.parametrize("number_format", [9, 10, "0.0%", '0"%"0.00%', "[Red]0%"])
def test_a_percent_cell_is_not_taken_for_the_share_that_it_holds(number_format: int | str) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["unit", "rate"])
        sheet.write_row(1, 0, ["A", 74.4])
        sheet.write(2, 0, "B")
        sheet.write_number(2, 1, 0.744, book.add_format({"num_format": number_format}))
    assert faults(buffer.getvalue(), "data.xlsx") == [
        "Row 3: Cell B3 shows 74.4 %, but holds 0.744; write 74.4 as a plain number, without a percent format."
    ]


@pytest.mark.parametrize("number_format", ["0.00", '0.0"%"', "0.0\\%", "0.0_%"])
def test_a_number_that_is_shown_as_it_is_held_is_read(number_format: str) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "rate")
        sheet.write_number(1, 0, 74.4, book.add_format({"num_format": number_format}))
        sheet.write(2, 0, "", book.add_format({"num_format": 10}))
        sheet.write(3, 0, "74.4%", book.add_format({"num_format": 10}))
    assert cells(read_table(buffer.getvalue(), "data.xlsx")) == [["74.4"], ["74.4%"]]


def lying(content: bytes) -> bytes:
    """The archive's directory claims that every part unpacks to one byte."""
    at = 0
    changed = bytearray(content)
    while (at := changed.find(b"PK\x01\x02", at)) >= 0:
        changed[at + 24 : at + 28] = (1).to_bytes(4, "little")
        at += 4
    return bytes(changed)


SMALL = workbook(["unit"], ["A"])
STRING = '<c r="A{0}" t="s"><v>0</v></c>'
BOMBS = {
    "zeros": repacked(SMALL, docProps_app_xml=b"0" * 200_000_000),
    "lying sizes": lying(repacked(SMALL, docProps_app_xml=b"0" * 200_000_000)),
    "far cell": repacked(SMALL, xl_worksheets_sheet1_xml=sheet_xml('<row><c r="XFD1048576"><v>1</v></c></row>')),
    "far row": repacked(SMALL, xl_worksheets_sheet1_xml=sheet_xml('<row r="99999999999"><c/><c/><c/></row>')),
    "wide": repacked(SMALL, xl_worksheets_sheet1_xml=sheet_xml("<row>" + "<c/>" * 2_000_000 + "</row>")),
    "long": repacked(SMALL, xl_worksheets_sheet1_xml=sheet_xml("<row/>" * 150_000 + '<row><c r="ZZ150000"/></row>')),
    "one text everywhere": repacked(
        SMALL,
        xl_sharedStrings_xml=b"<sst><si><t>" + b"x" * 100_000 + b"</t></si></sst>",
        xl_worksheets_sheet1_xml=sheet_xml("".join(f"<row>{STRING.format(n)}</row>" for n in range(1, 20_000))),
    ),
    "entities": repacked(
        SMALL,
        xl_worksheets_sheet1_xml=b'<!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>',
    ),
    "no such part": repacked(SMALL, xl__rels_workbook_xml_rels=b"<Relationships/>"),
    "not XML": repacked(SMALL, xl_worksheets_sheet1_xml=b"<worksheet><sheetData>"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_workbook_that_would_fill_the_memory_is_refused(bomb: str) -> None:
    tracemalloc.start()
    sentence = faults(BOMBS[bomb], "bomb.xlsx")[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "workbook" in sentence
    assert peak < 200_000_000


def test_a_part_that_stands_twice_is_refused() -> None:
    buffer = io.BytesIO(SMALL)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/worksheets/Sheet1.xml", sheet_xml(""))
    assert "not an Excel workbook" in faults(buffer.getvalue())[0]


def test_a_word_document_is_no_workbook() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert "not an Excel workbook" in faults(buffer.getvalue(), "data.xlsx")[0]


signs = st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\t\n\r,;'\"")
texts = st.text(signs, max_size=8)
live = st.tuples(st.sampled_from(["", "'", "''"]), st.sampled_from("=+-@＝＋－＠\t\r\n'"), texts).map("".join)
numbers = st.integers(-(10**18), 10**18) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4
)
some = texts | live | numbers | st.booleans() | st.none() | st.dates(date(1890, 1, 1))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[Cell]]]:
    named = (texts | live).map(str.strip).filter(bool)
    columns = draw(st.lists(named, min_size=1, max_size=4, unique=True))
    rows = draw(st.lists(st.lists(some, min_size=len(columns), max_size=len(columns)), max_size=6))
    return columns, rows


def as_read(cell: Cell) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def same(read: str, written: Cell) -> bool:
    """Text to the letter; a number by its value, for a workbook keeps no zeros at its end."""
    if isinstance(written, (int, Decimal)) and not isinstance(written, bool):
        return Decimal(read) == written
    return read == as_read(written)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_what_is_written_is_read_back_the_same(table: tuple[list[str], list[list[Cell]]]) -> None:
    columns, rows = table
    filled = [row for row in rows if any(as_read(cell).strip() for cell in row)]
    for content in (write_csv(columns, rows), write_xlsx(columns, rows, "表")):
        read = read_table(content, "back")
        assert list(read.columns) == columns
        assert len(read.rows) == len(filled)
        for got, put in zip(cells(read), filled, strict=True):
            assert all(same(a, b) for a, b in zip(got, put, strict=True)), (got, put)


LIVE_SIGNS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "\0=", "\x01="]


@pytest.mark.parametrize("sign", LIVE_SIGNS)
def test_no_cell_of_an_export_is_a_live_formula(sign: str) -> None:
    text = f"{sign}HYPERLINK(1)"
    lines = write_csv([text], [[text], ["x"]]).decode().removesuffix("\n")
    for record in (lines[: len(lines) // 2], lines):
        assert record.lstrip('"').startswith(("'", "HYPERLINK"))
    with zipfile.ZipFile(io.BytesIO(write_xlsx([text], [[text]], text))) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert xml.count(b't="inlineStr"') == 2
    assert b"quotePrefix" in write_styles(text)


def write_styles(text: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(write_xlsx(["a"], [[text]], "t"))) as archive:
        return archive.read("xl/styles.xml")


def test_true_negative_numbers_stay_numbers() -> None:
    assert write_csv(["n"], [[-5], [Decimal("-4.180")], ["-5"]]) == b"n\n-5\n-4.180\n'-5\n"
    with zipfile.ZipFile(io.BytesIO(write_xlsx(["n"], [[-5], [Decimal("-4.180")]], "t"))) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    assert b"<v>-5</v>" in xml
    assert b"<v>-4.18</v>" in xml


def test_numbers_longer_than_a_spreadsheet_keeps_are_written_as_text() -> None:
    number = Decimal("1234567890.12345678")
    table = read_table(write_xlsx(["n"], [[number], [510100199901011234]], "t"), "t.xlsx")
    assert cells(table) == [["1234567890.12345678"], ["510100199901011234"]]


def test_a_csv_is_utf8_with_line_feeds_and_quotes_only_where_needed() -> None:
    written = write_csv(["单位", "a,b"], [["甲", 'say "x"'], ["乙;丙", None]])
    assert written.decode() == '单位,"a,b"\n甲,"say ""x"""\n乙;丙,\n'


def test_the_same_table_gives_the_same_workbook() -> None:
    table = (["单位", "日"], [["甲", date(2012, 11, 14)], ["乙", datetime(2012, 11, 14, 8, tzinfo=UTC)]])
    first = write_xlsx(*table, "排名: 2012/10")
    time.sleep(1.1)
    assert write_xlsx(*table, "排名: 2012/10") == first


@pytest.mark.parametrize("cell", [1.5, b"x", Decimal("NaN")])
def test_what_is_not_exact_is_not_written(cell: object) -> None:
    for write in (write_csv, lambda columns, rows: write_xlsx(columns, rows, "t")):
        with pytest.raises((TypeError, ValueError)):
            write(["n"], [[cell]])  # type: ignore[list-item]


def test_a_row_of_another_length_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="2 cells under 1"):
        write_csv(["a"], [["x", "y"]])
    with pytest.raises(ValueError, match="2 cells under 1"):
        write_xlsx(["a"], [["x", "y"]], "t")


def test_what_excel_cannot_hold_is_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match="take the CSV file"):
        write_xlsx(["a"], [["x" * 32_768]], "t")
    monkeypatch.setattr("assessment.foundation.sheets_out.MOST_ROWS", 2)
    with pytest.raises(Invalid, match="take the CSV file"):
        write_xlsx(["a"], [["x"], ["y"]], "t")


def test_a_crash_of_the_reader_is_told_as_a_bad_file(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException): ...

    class Broken:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise PanicException

    monkeypatch.setattr(sheets_in, "CalamineWorkbook", Broken)
    assert "not an Excel workbook" in faults(SMALL)[0]
