"""The grid of a period: the reports of many units side by side as they are typed, read with a handful of queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from assessment.foundation.i18n import NOTHING, Bilingual, Sentence, say
from assessment.organisations.models import Unit, UnitName, valid_on
from assessment.organisations.queries import UnitView, unit_views
from assessment.programmes.models import Period
from assessment.programmes.queries import assessed_units, scheme
from assessment.submissions.drafts import Cell, of_values
from assessment.submissions.models import Submission, SubmissionState
from assessment.submissions.queries import (
    Deadlines,
    Field,
    claimed_versions,
    deadlines_of,
    fields_of,
    form_of,
    locked,
    working_copy,
)
from assessment.submissions.rules import Value, ValueKind, missing_codes, read_value

WITH_THE_UNIT = (SubmissionState.DUE, SubmissionState.DRAFT, SubmissionState.RETURNED)


@dataclass(frozen=True)
class GridRow:
    """One report: what stands in its cells, and what still stands against sending it."""

    submission: Submission
    unit: UnitView
    deadlines: Deadlines
    against: Sentence
    """Why nothing can be typed here now."""
    fields: tuple[Field, ...]
    cells: Mapping[str, Cell]

    @property
    def is_open(self) -> bool:
        return not self.against

    @cached_property
    def asked(self) -> frozenset[str]:
        return frozenset(field.code for field in self.fields)

    @cached_property
    def values(self) -> dict[str, Value]:
        """What can be read of the cells."""
        read = ((code, value_of(cell)) for code, cell in self.cells.items() if code in self.asked)
        return {code: value for code, value in read if value is not None}

    @cached_property
    def unreadable(self) -> list[Field]:
        return [one for one in self.fields if one.code in self.cells and value_of(self.cells[one.code]) is None]

    @cached_property
    def lacking(self) -> list[Field]:
        """Asked for and not answered; an answer that cannot be read is a fault of its own."""
        bad = {field.code for field in self.unreadable}
        codes = set(missing_codes((field.code for field in self.fields), self.values)) - bad
        return [field for field in self.fields if field.code in codes]

    @property
    def answered(self) -> int:
        return len(self.fields) - len(self.lacking) - len(self.unreadable)

    @property
    def is_complete(self) -> bool:
        return self.answered == len(self.fields)


@dataclass(frozen=True)
class Grid:
    """All reports of one source for one period that somebody may fill in; columns in the order of the scheme."""

    period: Period
    source: str
    fields: tuple[Field, ...]
    rows: tuple[GridRow, ...]

    @property
    def open_rows(self) -> list[GridRow]:
        return [row for row in self.rows if row.is_open]

    @property
    def asked(self) -> int:
        return sum(len(row.fields) for row in self.rows)

    @property
    def answered(self) -> int:
        return sum(row.answered for row in self.rows)


def value_of(cell: Cell) -> Value | None:
    """The cell as a value, or None where it cannot be read."""
    text, kind = cell["number"], cell["kind"]
    if kind in (ValueKind.NOT_APPLICABLE, ValueKind.WITHHELD):
        return None if text.strip() else Value(None, ValueKind(kind))
    try:
        return read_value(text)
    except ValueError:
        return None


def grid(session: Session, period: Period, source: str, unit_ids: Collection[int], now: datetime) -> Grid:
    """The reports of these units, by unit code."""
    units = reports(session, period, source, unit_ids)
    submissions = list(units)
    known = deadlines_of(session, submissions)
    sent = claimed_versions(session, (one for one in submissions if one.draft is None))
    fields = fields_by_unit(session, period, source)
    rows = []
    for one in submissions:
        before = {code: value for code, (_, value) in sent.get(one.id, {}).items()}
        cells = one.draft.typed if one.draft is not None else of_values(before)
        against = _against(session, one, now, known[one.id])
        rows.append(GridRow(one, units[one], known[one.id], against, fields.get(one.unit_id, fields[None]), cells))
    asked = {field.code for row in rows for field in row.fields}
    columns = tuple(field for field in fields[None] if field.code in asked)
    return Grid(period, source, columns, tuple(sorted(rows, key=lambda row: row.unit.code)))


def row_of(session: Session, submission: Submission, now: datetime) -> GridRow:
    """One report alone."""
    unit = unit_views(session, {submission.unit_id}, submission.period.last_day)[submission.unit_id]
    known = deadlines_of(session, [submission])[submission.id]
    against = _against(session, submission, now, known)
    return GridRow(submission, unit, known, against, form_of(session, submission), working_copy(submission))


def reports(session: Session, period: Period, source: str, unit_ids: Collection[int]) -> dict[Submission, UnitView]:
    """With their drafts and the names of their units, in one query: the whole tree is not needed for that."""
    query = (
        select(Submission, Unit, UnitName.name_zh, UnitName.name_en)
        .join(Unit, Unit.id == Submission.unit_id)
        .outerjoin(UnitName, and_(UnitName.unit_id == Unit.id, valid_on(UnitName, period.last_day)))
        .where(Submission.period_id == period.id, Submission.source == source)
        .options(joinedload(Submission.draft))
    )
    if len(unit_ids) <= 500:
        query = query.where(Submission.unit_id.in_(unit_ids))
    return {
        one: UnitView(unit.id, unit.code, Bilingual(zh, en) if zh is not None else unit.name, unit.level, None)
        for one, unit, zh, en in session.execute(query)
        if one.unit_id in unit_ids
    }


def fields_by_unit(session: Session, period: Period, source: str) -> dict[int | None, tuple[Field, ...]]:
    """What each unit is asked for; under None, what all are that are not named."""
    rules = scheme(session, period.scheme_version_id)
    whole = fields_of(rules, source)
    found: dict[int | None, tuple[Field, ...]] = {None: whole}
    if any(field.is_own for field in whole):
        above = fields_of(rules, source, is_leaf=False)
        found.update({one.unit_id: above for one in assessed_units(session, period) if not one.is_leaf})
    return found


def _against(session: Session, submission: Submission, now: datetime, known: Deadlines) -> Sentence:
    against = locked(session, submission, now, known)
    if against:
        return against
    if submission.state not in WITH_THE_UNIT:
        return say("Sent on {moment}.", moment=submission.submitted_at)
    return NOTHING
