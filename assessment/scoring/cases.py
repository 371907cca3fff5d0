"""The worked cases of a scheme, worked: every number that does not come out is named with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.exact import parse_decimal, rounded, shown
from assessment.foundation.i18n import Sentence, say
from assessment.foundation.reals import Number
from assessment.foundation.tables import Row, Table
from assessment.programmes.rules.cases import Case, CaseAdjustment, Cases, line_at
from assessment.programmes.rules.reading import Document
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results, Scorecard
from assessment.scoring.rules.composition import CompositeInput, compose, quarter_parts, year_parts
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import Adjustment, AdjustmentKind, Kind, UnitInput
from assessment.scoring.scoresheet import Sheet, troubles

NOTHING = ("", "none")
NOT_APPLICABLE = "n/a"
STANDING = ("group", "rank", "score", "band")


@dataclass(frozen=True)
class Place:
    """A case in its file."""

    file: str
    document: Document
    number: int
    case: Case

    def fault(self, what: Sentence, *path: str) -> Sentence:
        """What is wrong, with the line on which the case says otherwise."""
        line = line_at(("cases", self.number, *path), self.document) or 1
        where = {"file": self.file, "line": line, "name": self.case.name}
        return say("“{file}”, line {line}, “{name}”: {what}", what=what, **where)


def work(scheme: Scheme, cases: Cases, document: Document, file: str) -> list[Sentence]:
    """Work every case; what does not come out as expected, in the order of the file."""
    if cases.scheme != scheme.scheme:
        facts = {"file": file, "other": cases.scheme, "scheme": scheme.scheme}
        return [say("“{file}” holds cases of “{other}”, not of “{scheme}”.", **facts)]
    return [
        fault
        for number, case in enumerate(cases.cases)
        for fault in _worked(scheme, Place(file, document, number, case))
    ]


def _worked(scheme: Scheme, place: Place) -> Iterator[Sentence]:
    if place.case.units:
        units, faults = _units(scheme, place)
        section = "units"
    else:
        parts, faults = _parts(scheme, place)
        section = "year" if place.case.year else "quarter"
    if faults:
        yield from (place.fault(fault, section) for fault in faults)
        return
    results = score(scheme, units) if place.case.units else compose(scheme, parts)
    for unit, expected in place.case.expected.items():
        for column, cell in expected.items():
            found = _found(scheme, results, unit, column)
            if found is None:
                what = say("There is no result “{column}”; write one of score, rank, band or a code.", column=column)
                yield place.fault(what, "expected", unit, column)
            elif not _comes_out(cell, found, exactly=column in STANDING):
                facts = {"unit": unit, "column": column, "found": _shown(found), "expected": cell or NOTHING[1]}
                what = say("{unit}, {column}: {found} comes out, not {expected}.", **facts)
                yield place.fault(what, "expected", unit, column)
                yield from _reasons(scheme, results, unit, place)


def _reasons(scheme: Scheme, results: Results, unit: str, place: Place) -> Iterator[Sentence]:
    """Why a unit has no score at all."""
    mine = replace(results, troubles=tuple(one for one in results.troubles if one.unit == unit))
    yield from (place.fault(trouble, "units", unit) for trouble in troubles(scheme, mine))


def _units(scheme: Scheme, place: Place) -> tuple[list[UnitInput], list[Sentence]]:
    """The units of a case, read as a spreadsheet of their own would be; columns left out are missing."""
    case = place.case
    columns = dict.fromkeys(name for cells in case.units.values() for name in cells)
    rows = [Row(number, {scheme.unit_column: unit, **case.units[unit]}) for number, unit in enumerate(case.units, 1)]
    sheet = Sheet(scheme, Table((scheme.unit_column, *columns), tuple(rows)), place.file, is_partial=True)
    units = sheet.units()
    unread = [name for name in columns if name not in sheet.known]
    faults = [*sheet.faults, *(say("The scheme reads no column “{column}”; check its name.", column=n) for n in unread)]
    faults += _strange_codes(scheme, case)
    if faults:
        return [], faults
    kinds = _kinds(scheme)
    return [replace(one, adjustments=_adjustments(kinds, case.adjustments.get(one.code, ()))) for one in units], []


def _parts(scheme: Scheme, place: Place) -> tuple[list[CompositeInput], list[Sentence]]:
    """The units of a quarter or year, with the published totals of its parts."""
    case, faults = place.case, _strange_codes(scheme, place.case)
    if case.year and scheme.year is None:
        return [], [say("The scheme does not say how a year is made of its parts; add “year:”.")]
    months = dict.fromkeys(name for cells in case.quarter.values() for name in cells if name != "group")
    known = {part.code for part in year_parts(scheme, {})} if case.year else months.keys()
    kinds, units = _kinds(scheme), []
    for unit, cells in case.given.items():
        unread = cells.keys() - known - {"group"}
        faults += [say("The scheme reads no column “{column}”; check its name.", column=one) for one in sorted(unread)]
        totals = {name: _total(text, faults) for name, text in cells.items() if name != "group" and name in known}
        editions = dict.fromkeys(totals, "1")
        made = year_parts(scheme, totals, editions) if case.year else quarter_parts(
            {month: totals.get(month) for month in months}, editions
        )  # fmt: skip
        group = cells.get("group", scheme.groups[0])
        units.append(CompositeInput(unit, group, made, _adjustments(kinds, case.adjustments.get(unit, ()))))
    return units, faults


def _total(text: str, faults: list[Sentence]) -> Decimal | None:
    if text in {"", NOT_APPLICABLE}:
        return None
    try:
        return parse_decimal(text)
    except ValueError:
        faults.append(say("“{text}” is not a decimal number; write one such as 96.4.", text=text[:60]))
        return None


def _strange_codes(scheme: Scheme, case: Case) -> list[Sentence]:
    kinds = _kinds(scheme)
    return [
        say("The scheme has no bonus, deduction or veto “{code}”.", code=one.code)
        for given in case.adjustments.values()
        for one in given
        if one.code not in kinds
    ]


def _kinds(scheme: Scheme) -> dict[str, AdjustmentKind]:
    kinds = {item.code: AdjustmentKind.BONUS for item in (scheme.bonus.items if scheme.bonus else ())}
    kinds |= {item.code: AdjustmentKind.DEDUCTION for item in (scheme.deductions.items if scheme.deductions else ())}
    return kinds | {veto.code: AdjustmentKind.VETO for veto in scheme.vetoes}


def _adjustments(kinds: dict[str, AdjustmentKind], given: tuple[CaseAdjustment, ...]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(kinds[one.code], one.code, one.points, matter=one.matter) for one in given)


def _found(scheme: Scheme, results: Results, unit: str, column: str) -> str | Number | None:
    """A result by the name of its column, exactly; "" where there is none, None where there is no such column."""
    card = results.of(unit)
    if column in STANDING:
        return _standing(card, column) if card is not None else ""
    item = card.item(column) if card is not None else None
    if item is None and column not in scheme.codes:
        return None
    if card is None:
        return ""
    if item is not None:
        counted = item.counted
        return counted if counted is not None else NOT_APPLICABLE if item.kind is Kind.NOT_APPLICABLE else ""
    heading = next((one for one in card.dimensions if one.code == column), None)
    return heading.exact if heading is not None and heading.exact is not None else ""


def _standing(card: Scorecard, column: str) -> str | Number:
    if column == "score":
        return "" if card.total_published is None else Fraction(card.total_published)
    if column == "rank":
        return "" if card.rank is None else Fraction(card.rank)
    return card.group if column == "group" else card.band or ""


def _comes_out(expected: str, found: str | Number, *, exactly: bool) -> bool:
    """Words letter by letter; what is published exactly, the score of an indicator to the places that are written."""
    if isinstance(found, str):
        return found == expected or (found in NOTHING and expected in NOTHING)
    try:
        number = parse_decimal(expected)
    except ValueError:
        return False
    if exactly:
        return found == Fraction(number)
    exponent = number.as_tuple().exponent
    return rounded(found, -exponent if isinstance(exponent, int) and exponent < 0 else 0, "half_up") == number


def _shown(found: str | Number) -> str:
    return found or NOTHING[1] if isinstance(found, str) else shown(found)
