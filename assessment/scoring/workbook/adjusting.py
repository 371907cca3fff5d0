"""Confirmed adjustments as rows, and bonuses and deductions as formulas over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessment.foundation.i18n import N_
from assessment.programmes.rules.adjusting import Adjusting
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.values import AdjustmentKind, UnitInput
from assessment.scoring.workbook.book import HEAD_ROWS, Book, Sheet, bilingual
from assessment.scoring.workbook.parameters import Parameters

SPARE = 12
"""Empty rows beneath, so that a reader can try what another adjustment would do."""
COLUMNS = (
    ("unit", N_("Unit"), 14), ("kind", N_("Kind"), 11), ("code", N_("Code"), 10), ("points", N_("Points"), 9),
    ("band", N_("Band"), 11), ("origin", N_("Where it comes from"), 34), ("matter", N_("Matter"), 22),
    ("counts", N_("Points that count"), 11), ("limit", N_("Best band allowed"), 11),
)  # fmt: skip
UNIT, KIND, CODE, POINTS, BAND, ORIGIN, MATTER, COUNTS, LIMIT = range(len(COLUMNS))


@dataclass(frozen=True)
class Adjustments:
    """The sheet of adjustments, and what of it concerns a unit."""

    sheet: Sheet
    scheme: Scheme
    parameters: Parameters
    last: int

    def _column(self, place: int) -> str:
        return self.sheet.span((HEAD_ROWS, place), (self.last, place))

    def bonus(self, unit: str) -> str:
        """The bonus points that count for the unit whose code stands in a cell."""
        return self._capped(unit, self.scheme.bonus, "bonus")

    def deductions(self, unit: str) -> str:
        """The points deducted."""
        return self._capped(unit, self.scheme.deductions, "deduction")

    def _capped(self, unit: str, adjusting: Adjusting | None, kind: str) -> str:
        if adjusting is None:
            return "0"
        rest = self._sum(unit, kind)  # also what a clause outside the scheme's list gives, such as a severity
        groups: dict[str, list[str]] = {}
        for item in adjusting.items:
            if item.at_most is None and item.group is None:
                continue
            earned = self._sum(unit, kind, self.parameters.code(item.code))
            rest += f"-{earned}"
            if item.at_most is not None:
                earned = f"MIN({self.parameters.of(item.code, 'at_most', item.at_most)},{earned})"
            groups.setdefault(item.group or "", []).append(earned)
        sums = [
            f"MIN({self.parameters.of(kind, f'cap of {group}', adjusting.groups[group])},{'+'.join(earned)})"
            if group else "+".join(earned)
            for group, earned in groups.items()
        ]  # fmt: skip
        return f"MIN({self.parameters.of(kind, 'cap', adjusting.cap)},{'+'.join([*sums, rest])})"

    def _sum(self, unit: str, kind: str, code: str = "") -> str:
        by_code = f"*EXACT({self._column(CODE)},{code})" if code else ""
        return (
            f'SUMPRODUCT(EXACT({self._column(UNIT)},{unit})*EXACT({self._column(KIND)},"{kind}"){by_code}'
            f"*{self._column(COUNTS)})"
        )

    def vetoes(self, unit: str, item: str) -> str:
        """How many vetoes take all points of an indicator from the unit; empty where the scheme has none such."""
        codes = [self.parameters.code(veto.code) for veto in self.scheme.vetoes if veto.effect.item_zero == item]
        return "+".join(
            f'SUMPRODUCT(EXACT({self._column(UNIT)},{unit})*EXACT({self._column(KIND)},"veto")'
            f"*EXACT({self._column(CODE)},{code}))"
            for code in codes
        )

    def best_band(self, unit: str) -> str:
        """The place of the best band that vetoes and caps leave to the unit."""
        return f"SUMPRODUCT(MAX(EXACT({self._column(UNIT)},{unit})*{self._column(LIMIT)}))"


def adjustments(book: Book, scheme: Scheme, parameters: Parameters, units: Sequence[UnitInput]) -> Adjustments:
    """Write the confirmed adjustments of all units."""
    sheet = book.sheet(N_("Adjustments"), (HEAD_ROWS, 1))
    sheet.heading(bilingual(N_("Adjustments")).replace("\n", " "), bilingual(
        N_("Only confirmed bonuses, deductions, vetoes and caps; the empty rows are for trying others.")
    ).replace("\n", " "))  # fmt: skip
    for place, (code, message, width) in enumerate(COLUMNS):
        sheet.column(place, code, bilingual(message), width)
    found = [(unit.code, one) for unit in units for one in unit.adjustments]
    last = HEAD_ROWS + len(found) + SPARE - 1
    for row in range(HEAD_ROWS, last + 1):
        unit, one = found[row - HEAD_ROWS] if row - HEAD_ROWS < len(found) else ("", None)
        for place, text in ((UNIT, unit), (KIND, one.kind.value if one else ""), (CODE, one.code if one else ""),
                            (BAND, one.band if one else ""), (ORIGIN, one.origin if one else ""),
                            (MATTER, one.matter if one else "")):  # fmt: skip
            if text:
                sheet.text(row, place, text, "input")
            else:
                sheet.raw.write_blank(row, place, None, book.style("input"))
        if one is None:
            sheet.raw.write_blank(row, POINTS, None, book.style("input"))
        else:
            sheet.number(row, POINTS, one.points, "input")
        sheet.formula(row, COUNTS, _counts(sheet, scheme, row, last), 0, "formula", "General")
        sheet.formula(row, LIMIT, _limit(sheet, scheme, parameters, row), 0, "formula", "0")
    return Adjustments(sheet, scheme, parameters, last)


def _counts(sheet: Sheet, scheme: Scheme, row: int, last: int) -> str:
    points = f"N({sheet.cell(row, POINTS)})"
    if scheme.bonus is None or scheme.bonus.same_matter == "all":
        return points
    def column(place: int) -> str:
        return sheet.span((HEAD_ROWS, place), (last, place))

    same = (
        f'EXACT({column(UNIT)},{sheet.cell(row, UNIT)})*EXACT({column(MATTER)},{sheet.cell(row, MATTER)})'
        f'*EXACT({column(KIND)},"{AdjustmentKind.BONUS.value}")'
    )
    better = f"(({column(POINTS)}>{points})+({column(POINTS)}={points})*(ROW({column(POINTS)})<ROW()))"
    stands_back = (
        f'AND(EXACT({sheet.cell(row, KIND)},"bonus"),{sheet.cell(row, MATTER)}<>"",SUMPRODUCT({same}*{better})>0)'
    )
    return f"IF({stands_back},0,{points})"


def _limit(sheet: Sheet, scheme: Scheme, parameters: Parameters, row: int) -> str:
    """The place of the band that a row allows at most, from 1 for the best; 0 where it limits nothing."""
    if not scheme.bands:
        return "0"
    codes = [band.code for band, _ in scheme.band_table]
    found = "0"
    for veto in scheme.vetoes:
        band = veto.effect.band or veto.effect.band_at_most
        if band:
            place = parameters.of(veto.code, f"place of the band {band}", codes.index(band) + 1)
            found = f"IF(EXACT({sheet.cell(row, CODE)},{parameters.code(veto.code)}),{place},{found})"
    capped = f"IFERROR(MATCH({sheet.cell(row, BAND)},{parameters.bands},0),0)"
    kind = sheet.cell(row, KIND)
    return f'IF(EXACT({kind},"veto"),{found},IF(EXACT({kind},"band_cap"),{capped},0))'
