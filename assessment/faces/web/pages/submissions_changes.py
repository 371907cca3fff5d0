"""What was changed in a period after it was first given: by whom, from what to what, why, before or after approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, url_for

from assessment.faces.web.kit import (
    Column,
    access,
    choice,
    current_session,
    listing,
    search,
    signed_in,
    viewer,
)
from assessment.faces.web.pages import submissions as room
from assessment.foundation import audit
from assessment.foundation.i18n import N_, Label
from assessment.organisations.queries import UnitView, unit_views
from assessment.programmes.models import Period
from assessment.submissions import queries
from assessment.submissions.models import Submission, SubmissionValue
from assessment.submissions.rules import Stage, Value, ValueKind, written


@dataclass(frozen=True)
class Change:
    """One value of one column with the version before it."""

    submission: Submission
    unit: UnitView
    before: SubmissionValue
    after: SubmissionValue
    is_since_approval: bool


def changes_of(period: Period, approved_at: datetime | None) -> list[Change]:
    """Every later version of a value in a report that the viewer may see, the newest first."""
    session = current_session()
    some = [one for one in queries.of_period(session, period.id) if queries.may_see(session, one, viewer())]
    queries.with_values(session, some)
    units = unit_views(session, {one.unit_id for one in some}, period.last_day)
    found = []
    for one in some:
        last: dict[tuple[str, str], SubmissionValue] = {}
        for row in one.values:  # by version number
            key = (row.value_code, row.stage)
            if key in last:
                since = approved_at is not None and row.set_at > approved_at
                found.append(Change(one, units[one.unit_id], last[key], row, since))
            last[key] = row
    return sorted(found, key=lambda change: (change.after.set_at, change.after.id), reverse=True)


def approved_at(period: Period) -> datetime | None:
    """When the period's results were last approved, by the trail."""
    acts = [row.at for row in audit.history(current_session(), period) if row.act == "approve"]
    return max(acts, default=None)


@room.pages.get("/periods/<int:period_id>/changes")
@signed_in
def changes(period_id: int) -> Response | str:
    """The list, narrowed to what was changed after the results were approved if one asks so."""
    period = access(Period, period_id)
    approved = approved_at(period)
    some = changes_of(period, approved)
    found = listing(
        "changes",
        some,
        [
            Column("unit", N_("Unit"), lambda one: one.unit.name, is_head=True, link=versions_of,
                   key_for_sorting=lambda one: one.unit.code),
            Column("value", N_("Value"), lambda one: one.after.value_code),
            Column("column", N_("Column"), lambda one: Label(Stage(one.after.stage).label), is_minor=True),
            Column("before", N_("Before"), lambda one: as_written(one.before), is_number=True),
            Column("after", N_("After"), lambda one: as_written(one.after), is_number=True),
            Column("when", N_("When"), lambda one: one.after.set_at),
            Column("who", N_("Who"), lambda one: one.after.set_by, is_minor=True),
            Column("why", N_("Why"), lambda one: one.after.reason, is_minor=True),
        ],
        [
            choice("since", N_("Since"), lambda one: "approval" if one.is_since_approval else "settled",
                   [("approval", N_("the approval of results")), ("settled", N_("before it"))]),
            choice("column", N_("Column"), lambda one: one.after.stage, [(one.value, one.label) for one in Stage]),
            search(lambda one: one.unit.name, lambda one: one.after.value_code, lambda one: one.after.set_by),
        ],
    )  # fmt: skip
    return found.answer(
        "submissions/changes.html", period=period, approved_at=approved,
        since=sum(one.is_since_approval for one in some), count=len(some),
    )  # fmt: skip


def versions_of(one: Change) -> str:
    return url_for("submissions.versions", submission_id=one.submission.id, code=one.after.value_code)


def as_written(row: Any) -> str:
    return written(Value(row.number, ValueKind(row.kind)))
