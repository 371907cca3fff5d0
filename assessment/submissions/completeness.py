"""How far each value of a period is, unit by unit: read with a handful of queries, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased, joinedload

from assessment.foundation.i18n import N_, Bilingual
from assessment.organisations.models import Placement, Unit, UnitName, valid_on
from assessment.organisations.queries import UnitView
from assessment.programmes.models import Period
from assessment.programmes.queries import scheme
from assessment.submissions.grids import fields_by_unit
from assessment.submissions.models import Submission, SubmissionState, SubmissionValue
from assessment.submissions.queries import Deadlines, Field, deadlines_of, sources_of
from assessment.submissions.rules import Stage, ValueKind


class Progress(StrEnum):
    """How far a value that is asked for has come; of one that is sent back or refused, that."""

    MISSING = "missing"
    DRAFTED = "drafted"
    RETURNED = "returned"
    CLAIMED = "claimed"
    VERIFIED = "verified"
    VALIDATED = "validated"
    WITHHELD = "withheld"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Progress.MISSING: N_("Missing"),
    Progress.DRAFTED: N_("Being typed"),
    Progress.RETURNED: N_("Sent back"),
    Progress.CLAIMED: N_("Claimed"),
    Progress.VERIFIED: N_("Verified"),
    Progress.VALIDATED: N_("Validated"),
    Progress.WITHHELD: N_("Withheld"),
    Progress.NOT_APPLICABLE: N_("Not applicable"),
}
WAITS = frozenset({Progress.MISSING, Progress.DRAFTED, Progress.RETURNED})
"""Not with the office yet, or not any more."""
_REACHED = {
    SubmissionState.SUBMITTED: (Stage.CLAIMED,),
    SubmissionState.ENDORSED: (Stage.CLAIMED,),
    SubmissionState.VERIFIED: (Stage.VERIFIED, Stage.CLAIMED),
    SubmissionState.VALIDATED: (Stage.VALIDATED, Stage.VERIFIED, Stage.CLAIMED),
}
"""State of a report -> the columns that count in it, the furthest first; what a report taken back held does not."""
_OF_STAGE = {
    Stage.CLAIMED: Progress.CLAIMED, Stage.VERIFIED: Progress.VERIFIED, Stage.VALIDATED: Progress.VALIDATED,
}  # fmt: skip
_OF_KIND = {
    ValueKind.MISSING: Progress.MISSING, ValueKind.WITHHELD: Progress.WITHHELD,
    ValueKind.NOT_APPLICABLE: Progress.NOT_APPLICABLE,
}  # fmt: skip


def progress(state: str, kinds: Mapping[str, str], is_typed: bool) -> Progress:
    """``kinds``: the kind of the newest version in each column; ``is_typed``: something stands in the working copy."""
    if state == SubmissionState.RETURNED and (is_typed or Stage.CLAIMED in kinds):
        return Progress.RETURNED
    for stage in _REACHED.get(SubmissionState(state), ()):
        if stage in kinds:
            return _OF_KIND.get(ValueKind(kinds[stage]), _OF_STAGE[stage])
    return Progress.DRAFTED if is_typed and state == SubmissionState.DRAFT else Progress.MISSING


@dataclass(frozen=True)
class ValueLine:
    """One value that is asked of one unit."""

    submission: Submission
    unit: UnitView
    above: UnitView | None
    """The unit directly above it, as a rule its prefecture."""
    field: Field
    progress: Progress
    received_at: datetime | None
    """When the value was first claimed."""
    deadlines: Deadlines
    is_late: bool
    """Received after the time, or not there although the time is over."""


def completeness(
    session: Session, period: Period, now: datetime, shows: Callable[[Submission], bool] = lambda _: True
) -> list[ValueLine]:
    """Every value asked for a period, by unit code, then in the order of the scheme.

    ``shows``: whether the reader may see a report; others are as if they were not there.
    """
    placed = {one: units for one, units in _reports(session, period).items() if shows(one)}
    kinds, received = _versions(session, period)
    known = deadlines_of(session, placed)
    rules = scheme(session, period.scheme_version_id)
    sources = {*sources_of(rules), *(one.source for one in placed)}
    asked = {source: fields_by_unit(session, period, source) for source in sources}
    lines = []
    for one, (unit, above) in placed.items():
        of_source = asked[one.source]
        typed = one.draft.typed if one.draft is not None else {}
        for field in of_source.get(one.unit_id, of_source[None]):
            key, cell = (one.id, field.code), typed.get(field.code)
            is_typed = cell is not None and (bool(cell["number"].strip()) or cell["kind"] in _SAID)
            reached = progress(one.state, kinds.get(key, {}), is_typed)
            late = _is_late(reached, received.get(key), known[one.id], now)
            lines.append(ValueLine(one, unit, above, field, reached, received.get(key), known[one.id], late))
    return lines


_SAID = (ValueKind.NOT_APPLICABLE, ValueKind.WITHHELD)


def _is_late(reached: Progress, received_at: datetime | None, known: Deadlines, now: datetime) -> bool:
    if reached in WAITS:
        return now > (known.returned_until or known.on_time_until)
    return received_at is None or received_at > known.on_time_until


def _reports(session: Session, period: Period) -> dict[Submission, tuple[UnitView, UnitView | None]]:
    """Every report of a period with its draft, its unit and the unit above, by unit code, in one query."""
    day, above, above_name = period.last_day, aliased(Unit), aliased(UnitName)
    query = (
        select(Submission, Unit, UnitName, above, above_name)
        .join(Unit, Unit.id == Submission.unit_id)
        .outerjoin(UnitName, and_(UnitName.unit_id == Unit.id, valid_on(UnitName, day)))
        .outerjoin(Placement, and_(Placement.unit_id == Unit.id, valid_on(Placement, day)))
        .outerjoin(above, above.id == Placement.parent_id)
        .outerjoin(above_name, and_(above_name.unit_id == above.id, valid_on(above_name, day)))
        .where(Submission.period_id == period.id)
        .options(joinedload(Submission.draft))
        .order_by(Unit.code, Submission.source)
    )
    return {
        row[0]: (_view(row[1], row[2], row[3]), _view(row[3], row[4], None) if row[3] is not None else None)
        for row in session.execute(query)
    }


def _view(unit: Unit, name: UnitName | None, above: Unit | None) -> UnitView:
    called = Bilingual(name.name_zh, name.name_en) if name is not None else unit.name
    return UnitView(unit.id, unit.code, called, unit.level, above.id if above is not None else None)


Key = tuple[int, str]
"""Report and value code."""


def _versions(session: Session, period: Period) -> tuple[dict[Key, dict[str, str]], dict[Key, datetime]]:
    """The kind of the newest version in each column, and when each value was first claimed."""
    V = SubmissionValue  # noqa: N806 - its columns, not its records
    query = (
        select(V.submission_id, V.value_code, V.stage, V.kind, V.set_at)
        .join(Submission, Submission.id == V.submission_id)
        .where(Submission.period_id == period.id)
        .order_by(V.version_number, V.id)
    )
    kinds: dict[Key, dict[str, str]] = {}
    received: dict[Key, datetime] = {}
    for submission_id, code, stage, kind, set_at in session.execute(query):
        key = (submission_id, code)
        kinds.setdefault(key, {})[stage] = kind
        if stage == Stage.CLAIMED and kind != ValueKind.MISSING:
            received.setdefault(key, set_at)
    return kinds, received
