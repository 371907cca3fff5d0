"""What was changed in a period after it was first given: by whom, from what to what, why, before or after approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
from assessment.faces.web.kit.words import actor
from assessment.faces.web.pages import submissions as room
from assessment.foundation import audit
from assessment.foundation.i18n import N_, Label
from assessment.organisations.queries import UnitView, unit_views
from assessment.programmes.models import Period
from assessment.submissions import queries
from assessment.submissions.models import SubmissionValue
from assessment.submissions.rules import Stage, Value, ValueKind, written


@dataclass(frozen=True)
class Change:
    """One value of one column with the version before it."""

    unit: UnitView
    before: Value
    after: Value
    version: SubmissionValue
    is_since_approval: bool


def changes_of(period: Period, approved_at: datetime | None) -> list[Change]:
    """Every later version of a value in a report that the viewer may see, the newest first."""
    session = current_session()
    rows = queries.changes(session, period.id, queries.seen(viewer()))
    units = unit_views(session, {row.unit_id for row in rows}, period.last_day)
    return [
        Change(
            units[row.unit_id], Value(row.was, ValueKind(row.was_kind)),
            Value(row.version.number, ValueKind(row.version.kind)), row.version,
            approved_at is not None and row.version.set_at > approved_at,
        )
        for row in rows
    ]  # fmt: skip


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
            Column("value", N_("Value"), lambda one: one.version.value_code),
            Column("column", N_("Column"), lambda one: Label(Stage(one.version.stage).label), is_minor=True),
            Column("before", N_("Before"), lambda one: written(one.before), is_number=True),
            Column("after", N_("After"), lambda one: written(one.after), is_number=True),
            Column("when", N_("When"), lambda one: one.version.set_at),
            Column("who", N_("Who"), lambda one: actor(one.version.set_by), is_minor=True),
            Column("why", N_("Why"), lambda one: one.version.reason, is_minor=True),
        ],
        [
            choice("since", N_("Since"), lambda one: "approval" if one.is_since_approval else "settled",
                   [("approval", N_("the approval of results")), ("settled", N_("before it"))]),
            choice("column", N_("Column"), lambda one: one.version.stage, [(one.value, one.label) for one in Stage]),
            search(lambda one: one.unit.name, lambda one: one.version.value_code, lambda one: one.version.set_by),
        ],
    )  # fmt: skip
    return found.answer(
        "submissions/changes.html", period=period, approved_at=approved,
        since=sum(one.is_since_approval for one in some), count=len(some),
    )  # fmt: skip


def versions_of(one: Change) -> str:
    return url_for("submissions.versions", submission_id=one.version.submission_id, code=one.version.value_code)
