"""What the scheme says in numbers: every parameter once, in a cell of its own that formulas point at."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.i18n import N_
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.shape import Named
from assessment.scoring.workbook.book import HEAD_ROWS, Book, Sheet, bilingual

OWNER, PARAMETER, NUMBER, NAMES = range(4)


@dataclass
class Parameters:
    """The sheet of parameters; a parameter is written when a formula first asks for it."""

    sheet: Sheet
    scheme: Scheme
    bands: str = ""
    """Where the codes of the bands stand, best first."""
    band_names: str = ""
    _next: int = HEAD_ROWS
    _cells: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, owner: str, name: str, number: Decimal | Fraction | int) -> str:
        """The cell of a parameter of an indicator, a veto, or the scheme."""
        if (owner, name) not in self._cells:
            self.sheet.text(self._next, OWNER, owner)
            self.sheet.text(self._next, PARAMETER, name)
            self.sheet.number(self._next, NUMBER, number, "input", "General")
            self.sheet.text(self._next, NAMES, self._names(owner))
            self._cells[owner, name] = self.sheet.cell(self._next, NUMBER, fixed=True)
            self._next += 1
        return self._cells[owner, name]

    def code(self, code: str) -> str:
        """The cell in which a code of the scheme stands, for comparing with it."""
        if (code, "") not in self._cells:
            self.sheet.row(self._next, (code, "code", code, self._names(code)))
            self._cells[code, ""] = self.sheet.cell(self._next, OWNER, fixed=True)
            self._next += 1
        return self._cells[code, ""]

    def _names(self, owner: str) -> str:
        adjusting = [one.items for one in (self.scheme.bonus, self.scheme.deductions) if one]
        named: dict[str, Named] = {one.code: one for some in adjusting for one in some}
        named |= {one.code: one for one in self.scheme.bands} | {one.code: one for one in self.scheme.vetoes}
        named |= {one.code: one for one in self.scheme.items}
        return f"{named[owner].zh} {named[owner].en}".strip() if owner in named else ""

    def write_bands(self) -> None:
        """The bands, best first, in one block."""
        table = [band for band, _ in self.scheme.band_table]
        if not table:
            return
        first = self._next
        for band in table:
            self.sheet.row(self._next, (band.code, "band", band_label(band.code, band.zh, band.en), ""))
            self._next += 1
        self.bands = self.sheet.span((first, OWNER), (self._next - 1, OWNER))
        self.band_names = self.sheet.span((first, NUMBER), (self._next - 1, NUMBER))


def band_label(code: str, zh: str, en: str) -> str:
    """A band as the sheet names it."""
    return f"{zh} {en}".strip() or code


def parameters(book: Book, scheme: Scheme) -> Parameters:
    """Begin the sheet of parameters."""
    sheet = book.sheet(N_("Parameters"), (HEAD_ROWS, 1))
    sheet.heading(bilingual(N_("Parameters")).replace("\n", " "), bilingual(
        N_("What the scheme says; change a number, and every score that rests on it follows.")
    ).replace("\n", " "))  # fmt: skip
    sheet.column(OWNER, "code", bilingual(N_("Code")), 16)
    sheet.column(PARAMETER, "parameter", bilingual(N_("Parameter")), 34)
    sheet.column(NUMBER, "number", bilingual(N_("Number")), 22)
    sheet.column(NAMES, "name", bilingual(N_("Name")), 48)
    found = Parameters(sheet, scheme)
    found.write_bands()
    return found
