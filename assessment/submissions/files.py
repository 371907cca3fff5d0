"""Reports in and out as tables: one row a value, or one row a unit with a column a value."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, said, say
from assessment.foundation.tables import Cell, Row, Table, TableFault, TableFaults, read_table
from assessment.organisations.queries import unit_views
from assessment.programmes.files import Imported
from assessment.programmes.models import Period, Programme
from assessment.programmes.queries import periods
from assessment.submissions.drafts import as_text
from assessment.submissions.grids import GridRow
from assessment.submissions.models import Submission, SubmissionState
from assessment.submissions.process import may_report
from assessment.submissions.queries import Field, as_values, claimed, form_of, latest, of_period, with_values
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
    values: dict[str, Value] = field(default_factory=dict)


def import_submissions(
    session: Session,
    act: Act,
    programme: Programme,
    source: Path | bytes,
    name: str,
    *,
    period: str = "",
    dry_run: bool = False,
) -> Imported:
    """Send the reports that a table holds, by one act, or refuse with every fault by row and column.

    ``unit,period,value,number`` or ``unit,period`` and a column a value; empty is missing, ``n/a`` not applicable,
    ``withheld`` withheld. ``period`` stands in for the column. What was sent already as it stands is left alone.
    """
    content = source if isinstance(source, bytes) else None
    table = read_table(source, name)
    reading = _Reading(session, act, programme, table, period)
    reading.read()
    if reading.faults:
        raise TableFaults(sorted(reading.faults, key=lambda fault: (fault.row or 0, fault.column or "")), name)
    new, same = reading.sorted_out()
    changed = sum(1 for one in new if claimed(one.submission))
    if not dry_run and new:
        content = content if content is not None else Path(str(source)).read_bytes()
        body = {"file": hashlib.sha256(content).hexdigest(), "name": name}
        submit_many(session, act, [(one.submission, one.values) for one in new], body)
    return Imported(len(new) - changed, changed, len(same), dry_run, tuple(reading.notes(new)))


class _Reading:
    """One pass over a table: every cell read, every fault kept."""

    def __init__(self, session: Session, act: Act, programme: Programme, table: Table, period: str) -> None:
        self.session, self.act, self.table, self.period = session, act, table, period
        self.faults: list[TableFault] = []
        self.found: dict[int, Found] = {}
        self.is_long = {"value", "number"} <= set(table.columns)
        self.periods = {one.code: one for one in periods(session, programme.id)}
        self.known: dict[str, dict[str, list[Submission]]] = {}
        self.asked: dict[int, frozenset[str]] = {}

    def read(self) -> None:
        needed = ("unit",) if self.period else ("unit", "period")
        for column in needed:
            if column not in self.table.columns:
                message = N_("This column is missing; it holds the {what}.")
                self.faults.append(TableFault(None, column, message, {"what": column}))
        if self.faults:
            return
        for row in self.table.rows:
            if not row.text("unit").startswith(REMARK):
                self._row(row)
        for one in self.found.values():
            self._check(one)

    def _row(self, row: Row) -> None:
        some = self._submissions(row)
        for column, code, text in self._cells(row):
            if not some:
                return
            one = next((one for one in some if code in self._asked(one)), None)
            if one is None:
                message = N_("Nobody reports a value “{code}” for this unit and period.")
                self.faults.append(TableFault(row.number, column, message, {"code": code[:40]}))
                continue
            found = self.found.setdefault(one.id, Found(one, row.number))
            if code in found.values:
                self.faults.append(TableFault(row.number, column, N_("This value stands here twice; keep one.")))
                continue
            try:
                found.values[code] = read_value(text)
            except ValueError:
                message = N_("“{text}” is not a number, empty, “n/a” or “withheld”.")
                self.faults.append(TableFault(row.number, column, message, {"text": text[:40]}))

    def _cells(self, row: Row) -> Iterator[tuple[str, str, str]]:
        """(column, value code, text) of each value in the row."""
        if self.is_long:
            yield "number", row.text("value"), row.text("number")
            return
        for column in self.table.columns:
            if column not in ("unit", "period") and not column.startswith(REMARK):
                yield column, column, row.text(column)

    def _submissions(self, row: Row) -> list[Submission]:
        code = row.text("period") or self.period
        period = self.periods.get(code)
        if period is None:
            message = N_("There is no period “{code}”; write it as 2012-01.")
            self.faults.append(TableFault(row.number, "period", message, {"code": code[:20]}))
            return []
        if code not in self.known:
            self.known[code] = self._of(period)
        some = self.known[code].get(row.text("unit"), [])
        if not some:
            message = N_("No report of “{unit}” is asked for in this period.")
            self.faults.append(TableFault(row.number, "unit", message, {"unit": row.text("unit")[:40]}))
        return some

    def _of(self, period: Period) -> dict[str, list[Submission]]:
        every = of_period(self.session, period.id)
        units = unit_views(self.session, {one.unit_id for one in every}, period.last_day)
        named = {row.text("unit") for row in self.table.rows}
        submissions = [one for one in every if units[one.unit_id].code in named]
        with_values(self.session, submissions)
        found: dict[str, list[Submission]] = {}
        for one in submissions:
            found.setdefault(units[one.unit_id].code, []).append(one)
        return found

    def _asked(self, one: Submission) -> frozenset[str]:
        if one.id not in self.asked:
            self.asked[one.id] = frozenset(field.code for field in form_of(self.session, one))
        return self.asked[one.id]

    def _check(self, one: Found) -> None:
        against = _against(self.session, one, self.act)
        if against:
            self.faults.append(TableFault(one.row, "unit", "{what}", {"what": against}))

    def sorted_out(self) -> tuple[list[Found], list[Found]]:
        """What is to be sent, and what stands there already."""
        new: list[Found] = []
        same: list[Found] = []
        for one in self.found.values():
            (same if _is_sent(one) else new).append(one)
        return new, same

    def notes(self, new: Iterable[Found]) -> Iterator[Sentence]:
        for one in new:
            lacking = missing_codes(sorted(self._asked(one.submission)), {**claimed(one.submission), **one.values})
            if lacking:
                yield say("Row {row}: the report stays incomplete; it lacks {codes}.", row=one.row, codes=lacking)


def _is_sent(one: Found) -> bool:
    known = claimed(one.submission)
    waiting = (SubmissionState.DUE, SubmissionState.DRAFT, SubmissionState.RETURNED)
    return one.submission.state not in waiting and all(
        known.get(code, MISSING) == one.values[code] for code in one.values
    )


def _against(session: Session, one: Found, act: Act) -> Sentence:
    if _is_sent(one):
        return NOTHING
    against = may_report(session, one.submission, act)
    if against:
        return against
    if one.submission.state not in (SubmissionState.DUE, SubmissionState.DRAFT, SubmissionState.RETURNED):
        return say("This report has been sent already; take it back before you send another.")
    return NOTHING


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
