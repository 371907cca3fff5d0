"""A workbook whose cells compute: its styles, its sheets, and text that stays text however it begins."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from assessment.foundation.exact import Refinable, rounded
from assessment.foundation.i18n import translate
from assessment.foundation.reals import Number
from assessment.foundation.sheets_out import AS_IT_STANDS, MADE

A3, A4 = 8, 9
HEAD_ROWS = 4  # title, subtitle, codes, names
INK, PAPER, LINE = "#1F3A5F", "#EEF2F7", "#C9D3DF"
STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": INK},
    "subtitle": {"font_color": "#5B6573"},
    "head": {"bold": True, "bg_color": INK, "font_color": "#FFFFFF", "align": "center", "valign": "vcenter",
             "border": 1, "border_color": LINE},
    "names": {"bg_color": PAPER, "font_color": INK, "text_wrap": True, "align": "center", "valign": "top",
              "font_size": 9, "border": 1, "border_color": LINE},
    "group": {"bold": True, "bg_color": "#DCE5F0", "font_color": INK, "bottom": 1, "bottom_color": LINE},
    "full": {"bg_color": "#DCE5F0", "font_color": INK, "italic": True, "bottom": 1, "bottom_color": LINE},
    "text": {"bottom": 1, "bottom_color": LINE},
    "wrapped": {"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": LINE},
    "label": {"bold": True, "font_color": INK, "valign": "top", "text_wrap": True, "bottom": 1, "bottom_color": LINE},
    "input": {"font_color": "#0B3FB3", "bg_color": "#FFF9E3", "bottom": 1, "bottom_color": LINE, "align": "right"},
    "formula": {"bottom": 1, "bottom_color": LINE, "align": "right", "num_format": "0.00##"},
    "whole": {"bottom": 1, "bottom_color": LINE, "align": "center", "num_format": "0"},
    "strong": {"bold": True, "bottom": 1, "bottom_color": LINE, "align": "right"},
    "centred": {"bottom": 1, "bottom_color": LINE, "align": "center"},
    "as_published": {"italic": True, "font_color": "#5B6573", "bottom": 1, "bottom_color": LINE, "align": "right"},
    "by_value": {"bg_color": "#E6E0EE", "bottom": 1, "bottom_color": LINE, "align": "right", "num_format": "0.00##"},
    "good": {"font_color": "#1B6B3A", "bold": True},
    "bad": {"font_color": "#FFFFFF", "bg_color": "#B3261E", "bold": True},
}  # fmt: skip


def bilingual(message: str) -> str:
    """A heading in both languages, one above the other."""
    return f"{translate(message, 'zh')}\n{translate(message, 'en')}"


def side_by_side(message: str) -> str:
    """A heading in both languages on one line."""
    return f"{translate(message, 'zh')} {translate(message, 'en')}"


@dataclass
class Book:
    """An open workbook; `content` closes it and gives its bytes, the same for the same cells."""

    title: str
    by_value: list[str] = field(default_factory=list)
    """Cells that hold a value where a formula was wanted, each as ``sheet!cell``."""

    def __post_init__(self) -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, AS_IT_STANDS | {"constant_memory": False, "in_memory": True})
        self._book.set_properties({"title": self.title, "created": MADE})
        self._book.set_calc_mode("auto")
        self._formats: dict[tuple[str, str], Any] = {}

    def style(self, name: str, number: str = "") -> Any:
        """One of the book's styles, with a number format of its own."""
        if (name, number) not in self._formats:
            made = {"font_name": "Arial", "font_size": 10, "quote_prefix": True, **STYLES[name]}
            self._formats[name, number] = self._book.add_format(made | ({"num_format": number} if number else {}))
        return self._formats[name, number]

    def sheet(self, message: str, frozen: tuple[int, int] = (0, 0), paper: int = A3) -> Sheet:
        """A sheet named in both languages, wide, its headings in view and on every printed page."""
        name = side_by_side(message)
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8&F · &A&R&8&P / &N")
        if frozen != (0, 0):
            sheet.freeze_panes(*frozen)
            sheet.repeat_rows(0, frozen[0] - 1)
        return Sheet(self, name, sheet)

    def content(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._buffer.getvalue()


@dataclass(frozen=True)
class Sheet:
    """One sheet of a book; rows and columns count from 0."""

    book: Book
    name: str
    raw: Any

    def cell(self, row: int, column: int, *, fixed: bool = False) -> str:
        """A reference to a cell, from any sheet."""
        return f"'{self.name}'!{xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed)}"

    def span(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        """A reference to a range, from any sheet."""
        ends = [xl_rowcol_to_cell(*place, row_abs=True, col_abs=True) for place in (first, last)]
        return f"'{self.name}'!{ends[0]}:{ends[1]}"

    def text(self, row: int, column: int, text: str, style: str = "text") -> None:
        """Text, never a formula."""
        self.raw.write_string(row, column, text, self.book.style(style))

    def number(self, row: int, column: int, number: Number | Decimal | int, style: str, shown: str = "") -> None:
        """An exact number; a fraction that no decimal equals stands there as a division."""
        made = self.book.style(style, shown)
        if isinstance(number, Fraction) and not _is_decimal(number):
            self.raw.write_formula(
                row, column, f"={number.numerator}/{number.denominator}", made, as_float(number)
            )
        else:
            self.raw.write_number(row, column, as_float(number), made)

    def formula(self, row: int, column: int, formula: str, now: object, style: str, shown: str = "") -> None:
        """A formula with what it gives now, for readers that do not compute."""
        value = "" if now is None else now if isinstance(now, str) else as_float(now)  # type: ignore[arg-type]
        self.raw.write_formula(row, column, f"={formula}", self.book.style(style, shown), value)

    def value(self, row: int, column: int, now: Number | Decimal | int | str | None, shown: str = "") -> None:
        """A value where no formula can stand; noted and counted."""
        self.book.by_value.append(self.cell(row, column).replace("'", ""))
        if now is None or isinstance(now, str):
            self.text(row, column, now or "", "by_value")
        else:
            self.number(row, column, now, "by_value", shown)

    def heading(self, title: str, subtitle: str) -> None:
        """The two lines above a table."""
        self.text(0, 0, title, "title")
        self.text(1, 0, subtitle, "subtitle")
        self.raw.set_row(0, 24)
        self.raw.set_row(HEAD_ROWS - 1, 48)

    def column(self, place: int, code: str, names: str, width: float = 11) -> None:
        """A column's code and its names."""
        self.text(HEAD_ROWS - 2, place, code, "head")
        self.text(HEAD_ROWS - 1, place, names, "names")
        self.raw.set_column(place, place, width)

    def row(self, row: int, cells: Sequence[str], style: str = "text") -> None:
        """Texts from the first column on."""
        for place, text in enumerate(cells):
            self.text(row, place, text, style)


def as_float(number: Number | Decimal | int) -> float:
    """A number as a spreadsheet keeps it."""
    return float(rounded(number, 12, "half_even")) if isinstance(number, Refinable) else float(number)


def _is_decimal(number: Fraction) -> bool:
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1
