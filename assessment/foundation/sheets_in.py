"""XLSX workbooks coming in: weighed before they are opened, read without float noise."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from assessment.foundation.archives import BadArchive, TooLarge, unpack
from assessment.foundation.i18n import N_
from assessment.foundation.sheets_gate import NOT_A_WORKBOOK, TOO_LARGE, Unreadable, pass_gate

DIGITS = 15  # what a spreadsheet keeps and shows of a number
OLD_OR_LOCKED = N_("This is an old or password-protected Excel file; save it as .xlsx without a password, or as CSV.")


def is_workbook(content: bytes) -> bool:
    """By its first bytes; an old .xls or a locked workbook is refused with what to do."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(OLD_OR_LOCKED)
    return content.startswith(b"PK\x03\x04")


def read(content: bytes) -> list[list[str]]:
    """The rows, from the first, of the first visible sheet, every cell as text."""
    parts = _unpack(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            visible = (SheetVisibleEnum.Visible, SheetTypeEnum.WorkSheet)
            names = [sheet.name for sheet in workbook.sheets_metadata if (sheet.visible, sheet.typ) == visible]
            if not names:
                raise Unreadable(NOT_A_WORKBOOK)
            pass_gate(parts, names[0])
            sheet = workbook.get_sheet_by_name(names[0])
            return [[text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, ValueError, OverflowError, OSError) as fault:
        raise Unreadable(NOT_A_WORKBOOK) from fault
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # the reader is Rust: its panics are no ordinary exceptions
            raise
        raise Unreadable(NOT_A_WORKBOOK) from fault


def read_sheets(content: bytes) -> dict[str, list[list[str]]]:
    """The rows of every visible sheet by its name, for workbooks whose sheets mean different things."""
    parts = _unpack(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            visible = (SheetVisibleEnum.Visible, SheetTypeEnum.WorkSheet)
            names = [sheet.name for sheet in workbook.sheets_metadata if (sheet.visible, sheet.typ) == visible]
            for name in names:
                pass_gate(parts, name)
            sheets = {name: workbook.get_sheet_by_name(name) for name in names}
            return {
                name: [[text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
                for name, sheet in sheets.items()
            }
    except (CalamineError, ValueError, OverflowError, OSError) as fault:
        raise Unreadable(NOT_A_WORKBOOK) from fault
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        raise Unreadable(NOT_A_WORKBOOK) from fault


def _unpack(content: bytes) -> dict[str, bytes]:
    try:
        parts = unpack(content)
    except BadArchive as fault:
        raise Unreadable(TOO_LARGE if isinstance(fault, TooLarge) else NOT_A_WORKBOOK) from fault
    if "xl/workbook.xml" not in parts:
        raise Unreadable(NOT_A_WORKBOOK)
    return parts


def plain(number: Decimal) -> str:
    """A decimal number in full, without an exponent."""
    if not number.is_finite():
        raise ValueError(f"not a number that a table can hold: {number}")
    return format(number, "f")


def text_of(cell: object) -> str:
    """A cell's value as text: exact decimals, ISO dates; 12.0 is ``12`` and 0.30000000000000004 is ``0.3``."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))
        text = f"{cell:.{DIGITS}g}"
        return text if text.lstrip("-").replace(".", "").isdigit() else plain(Decimal(text))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return cell.isoformat() if isinstance(cell, (dt.date, dt.time)) else str(cell)
