"""Reports in and out as tables: one row a value, or one row a unit with a column a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, Sentence, said, say
from assessment.foundation.tables import Cell, Row, Table, TableFault, TableFaults, read_table
from assessment.organisations.queries import unit_views
from assessment.programmes.files import Imported
from assessment.programmes.models import Period, Programme
from assessment.programmes.queries import periods
from assessment.submissions.drafts import as_text
from assessment.submissions.grids import WITH_THE_UNIT, GridRow, fields_by_unit
from assessment.submissions.models import Submission
from assessment.submissions.process import may_report
from assessment.submissions.queries import (
    Field,
    Versions,
    as_values,
    claimed_versions,
    deadlines_of,
    latest,
    of_period,
    with_values,
)
from assessment.submissions.rules import MISSING, Stage, Value, missing_codes, read_value, written
from assessment.submissions.services import submit_many

COLUMNS = ("unit", "period", "value", "number")
REMARK = "#"
"""How a column or a row begins that is for people only."""
EXPORT = ("unit", "period", "source", "value", "claimed", "verified", "validated", "state", "received")


@dataclass
class Found:
    """What a file says about one report, and the row where it begins to."""

    submission: Submission
    row: int
    asked: frozenset[str]
    values: dict[str, Value] = field(default_factory=dict)
    is_sent: bool = False
    """Received already, exactly as the file says."""


@dataclass(frozen=True)
class Checked:
    """A table held against what is asked for; nothing in it is wrong, and nothing is sent yet."""

    new: tuple[Found, ...]
    same: int
    changed: int
    """How many of the new ones were sent before, differently."""
    notes: tuple[Sentence, ...]


def import_submissions(
    session: Session,
    act: Act,
    programme: Programme,
    source: Path | bytes | Table,
    name: str,
    *,
    period: str = "",
    dry_run: bool = False,
) -> Imported:
    """Send the reports that a table holds, by one act, or refuse with every fault by row and column.

    ``unit,period,value,number`` or ``unit,period`` and a column a value; empty is missing, ``n/a`` not applicable,
    ``withheld`` withheld. ``period`` stands in for the column. What was sent already as it stands is left alone.
    """
    table = read_table(source, name)
    checked = check_submissions(session, act, programme, table, name, period=period)
    if not dry_run and checked.new:
        body = {"file": table.sha256, "name": name}
        submit_many(session, act, [(one.submission, one.values) for one in checked.new], body)
    return Imported(len(checked.new) - checked.changed, checked.changed, checked.same, dry_run, checked.notes)


def check_submissions(
    session: Session, act: Act, programme: Programme, table: Table, name: str, *, period: str = ""
) -> Checked:
    """The same without sending anything; raises ``TableFaults`` with every fault by row and column."""
    reading = _Reading(session, act, programme, table, period)
    found = reading.read()
    if reading.faults:
        raise TableFaults(sorted(reading.faults, key=lambda fault: (fault.row or 0, fault.column or "")), name)
    new = tuple(one for one in found if not one.is_sent)
    changed = sum(bool(one.submission.receipts) for one in new)
    return Checked(new, len(found) - len(new), changed, tuple(_notes(new, reading.claims)))


class _Reading:
    """One pass over a table: every cell read, every fault kept."""

    def __init__(self, session: Session, act: Act, programme: Programme, table: Table, period: str) -> None:
        self.session, self.act, self.table, self.period = session, act, table, period
        self.faults: list[TableFault] = []
        self.found: dict[int, Found] = {}
        self.claims: dict[int, dict[str, tuple[int, Value]]] = {}
        self.is_long = {"value", "number"} <= set(table.columns)
        self.codes = [one for one in table.columns if one not in ("unit", "period") and not one.startswith(REMARK)]
        self.periods = {one.code: one for one in periods(session, programme.id)}
        self.known: dict[str, dict[str, list[Found]]] = {}
        self.values = _Read()

    def read(self) -> list[Found]:
        needed = ("unit",) if self.period else ("unit", "period")
        for column in needed:
            if column not in self.table.columns:
                message = N_("This column is missing; it holds the {what}.")
                self.faults.append(TableFault(None, column, message, {"what": column}))
        if self.faults:
            return []
        for row in self.table.rows:
            if not row.text("unit").startswith(REMARK):
                self._row(row)
        found = list(self.found.values())
        self._check(found)
        return found

    def _row(self, row: Row) -> None:
        some = self._reports(row)
        if not some:
            return
        if self.is_long:
            self._cell(some, row, "number", row.text("value"), row.text("number"))
            return
        if self._is_taken_whole(some[0], row):
            return
        for code in self.codes:
            self._cell(some, row, code, code, row.cells[code])

    def _is_taken_whole(self, one: Found, row: Row) -> bool:
        """Most rows are one report without a fault; then its cells need not be looked at one by one."""
        if one.values or not one.asked.issuperset(self.codes):
            return False
        values = {code: self.values[row.cells[code]] for code in self.codes}
        if None in values.values():
            return False
        one.row, one.values = row.number, cast(dict[str, Value], values)
        self.found[one.submission.id] = one
        return True

    def _cell(self, some: list[Found], row: Row, column: str, code: str, text: str) -> None:
        one = next((one for one in some if code in one.asked), None)
        if one is None:
            self._fault(row, column, N_("Nobody reports a value “{code}” for this unit and period."), code=code[:40])
            return
        if self.found.setdefault(one.submission.id, one) is one and not one.values:
            one.row = row.number
        if code in one.values:
            self._fault(row, column, N_("This value stands here twice; keep one."))
            return
        value = self.values[text]
        if value is None:
            shown = text.strip()[:40]
            self._fault(row, column, N_("“{text}” is not a number, empty, “n/a” or “withheld”."), text=shown)
        else:
            one.values[code] = value

    def _fault(self, row: Row, column: str, message: str, **facts: str) -> None:
        self.faults.append(TableFault(row.number, column, message, facts))

    def _reports(self, row: Row) -> list[Found]:
        code = row.text("period") or self.period
        period = self.periods.get(code)
        if period is None:
            self._fault(row, "period", N_("There is no period “{code}”; write it as 2012-01."), code=code[:20])
            return []
        if code not in self.known:
            self.known[code] = self._of(period)
        some = self.known[code].get(row.text("unit"), [])
        if not some:
            unit = row.text("unit")[:40]
            self._fault(row, "unit", N_("No report of “{unit}” is asked for in this period."), unit=unit)
        return some

    def _of(self, period: Period) -> dict[str, list[Found]]:
        """The reports of the units that the table names."""
        every = of_period(self.session, period.id)
        units = unit_views(self.session, {one.unit_id for one in every}, period.last_day)
        named = {row.text("unit") for row in self.table.rows}
        fields = {source: fields_by_unit(self.session, period, source) for source in {one.source for one in every}}
        asked = {
            (source, unit): frozenset(field.code for field in some)
            for source, by_unit in fields.items()
            for unit, some in by_unit.items()
        }
        found: dict[str, list[Found]] = {}
        for one in every:
            code = units[one.unit_id].code
            if code in named:
                mine = asked.get((one.source, one.unit_id), asked[one.source, None])
                found.setdefault(code, []).append(Found(one, 0, mine))
        return found

    def _check(self, found: list[Found]) -> None:
        """What stands against sending each report, unless it was received as the file says."""
        submissions = [one.submission for one in found]
        self.claims = claimed_versions(self.session, submissions)
        known = deadlines_of(self.session, submissions)
        for one in found:
            claims = self.claims.get(one.submission.id, {})
            is_waiting = one.submission.state in WITH_THE_UNIT
            one.is_sent = not is_waiting and all(
                claims.get(code, (0, MISSING))[1] == value for code, value in one.values.items()
            )
            if one.is_sent:
                continue
            against = may_report(self.session, one.submission, self.act, known[one.submission.id])
            if not against and not is_waiting:
                against = say("This report has been sent already; take it back before you send another.")
            if against:
                self.faults.append(TableFault(one.row, "unit", "{what}", {"what": against}))


class _Read(dict[str, Value | None]):
    """Cells read once, however often the same text comes again; None cannot be read."""

    def __missing__(self, text: str) -> Value | None:
        try:
            self[text] = read_value(text)
        except ValueError:
            self[text] = None
        return self[text]


def _notes(new: Iterable[Found], claims: Mapping[int, Versions]) -> Iterator[Sentence]:
    for one in new:
        before = {code: value for code, (_, value) in claims.get(one.submission.id, {}).items()}
        lacking = missing_codes(sorted(one.asked), {**before, **one.values})
        if lacking:
            yield say("Row {row}: the report stays incomplete; it lacks {codes}.", row=one.row, codes=lacking)


def template(
    period: Period, fields: Sequence[Field], rows: Iterable[GridRow], language: str
) -> tuple[tuple[str, ...], list[Sequence[Cell]]]:
    """Columns and rows that reporters may fill in and send back, with what is known already.

    What begins with ``#`` is a remark and is not read again: a column with the units' names, a row with the values'.
    """
    names = ["#", said(say("Unit"), language), "", *(said(field.name, language) for field in fields)]
    lines: list[Sequence[Cell]] = [names]
    for row in rows:
        cells = [_known(row, field.code) for field in fields]
        lines.append([row.unit.code, said(row.unit.name, language), period.code, *cells])
    return ("unit", "# name", "period", *(field.code for field in fields)), lines


def _known(row: GridRow, code: str) -> Cell:
    """The cell as a spreadsheet holds it: numbers as numbers, what cannot be read as it was typed."""
    cell = row.cells.get(code)
    if cell is None or code not in row.asked:
        return None
    value = row.values.get(code)
    return value.number if value is not None and value.number is not None else as_text((cell["number"], cell["kind"]))


def export_rows(session: Session, period: Period) -> Iterator[Sequence[object]]:
    """Every value of a period in its three columns."""
    submissions = of_period(session, period.id)
    with_values(session, submissions)
    units = unit_views(session, {one.unit_id for one in submissions}, period.last_day)
    for one in submissions:
        columns: list[Mapping[str, Value]] = [as_values(latest(one.values, stage)) for stage in Stage]
        for code in sorted({code for column in columns for code in column}):
            cells = [written(column[code]) if code in column else "" for column in columns]
            yield (units[one.unit_id].code, period.code, one.source, code, *cells, one.state, one.first_complete_at)
