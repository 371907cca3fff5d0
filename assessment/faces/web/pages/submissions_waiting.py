"""Which reports wait on somebody's first page: to be sent, endorsed, or checked."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import Select, select

from assessment.faces.web.kit import Waiting, address_of, waiting
from assessment.faces.web.pages import submissions as room
from assessment.foundation.i18n import N_, Label, local_day, say
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.programmes.models import Period
from assessment.submissions import queries
from assessment.submissions.models import Submission
from assessment.submissions.process import SUBMISSION

WITH_WHO_REPORTS = ("due", "draft", "returned")


@waiting
def to_send(session: Any, officer: Any, at: Any) -> list[Waiting]:
    """What the units of an officer are asked for, what is asked of several units together as one."""
    units = officer.unit_ids_for(Duty.REPORT)
    if not units:
        return []
    mine = _open().where(Submission.state.in_(WITH_WHO_REPORTS), Submission.source == "unit")
    some = [one for one in session.scalars(mine) if one.unit_id in units]
    known = queries.deadlines_of(session, some)
    names = unit_views(session, {one.unit_id for one in some}, local_day(at))
    found = []
    for ask in room.asked_together([room.Line(one, names[one.unit_id], known[one.id]) for one in some])[:12]:
        soonest = min(ask.lines, key=lambda line: line.deadlines.returned_until or line.deadlines.on_time_until)
        found.append(
            Waiting(
                say("Report {what}", what=ask.title),
                soonest.deadlines.sentence(),
                soonest.deadlines.returned_until or soonest.deadlines.on_time_until,
                ask.address,
                Label(N_("Fill in the report") if len(ask.lines) == 1 else N_("Fill in the reports")),
                SUBMISSION.word(soonest.submission.state),
            )
        )
    return found


@waiting
def to_send_as_provider(session: Any, officer: Any, _at: Any) -> list[Waiting]:
    """What a data provider is asked for of all units, as one."""
    lines = officer.unit_ids_for(Duty.PROVIDE_DATA)
    if not lines:
        return []
    theirs = _open().where(Submission.state.in_(WITH_WHO_REPORTS), Submission.source != "unit")
    some = [one for one in session.scalars(theirs.where(Submission.by_ballot.is_(False))) if one.unit_id in lines]
    if not some:
        return []
    deadlines = queries.deadlines_of(session, some[:1])[some[0].id]
    return [
        Waiting(
            say("{count} reports of your own line to send", count=len(some)),
            deadlines.sentence(),
            deadlines.returned_until or deadlines.on_time_until,
            url_for("submissions.index", period=some[0].period_id),
            Label(N_("Open the board")),
        )
    ]


@waiting
def to_endorse(session: Any, officer: Any, _at: Any) -> list[Waiting]:
    """Reports of units below that are verified once the unit above has endorsed them."""
    units = officer.unit_ids_for(Duty.REPORT)
    if not units:
        return []
    sent = session.scalars(_open().where(Submission.state == "submitted", Submission.endorser_unit_id.in_(units)))
    some = [one for one in sent if one.submitted_by != officer.key]
    if not some:
        return []
    address = url_for("submissions.index", state="submitted") if len(some) > 1 else address_of("submission", some[0].id)
    what = say("Reports to endorse: {count}", count=len(some))
    why = say("They are verified once you have endorsed them.")
    return [Waiting(what, why, some[0].period.verify_by, address, Label(N_("Look at them")))]


@waiting
def to_check(session: Any, officer: Any, _at: Any) -> list[Waiting]:
    """How many reports wait for those who verify, and for those who validate."""
    found = []
    for duty, states, title in (
        (Duty.VERIFY, ("submitted", "endorsed"), N_("Reports to verify: {count}")),
        (Duty.SET_VALUES, ("submitted", "endorsed", "verified"), N_("Reports to validate: {count}")),
    ):
        reach = officer.unit_ids_for(duty)
        if not reach:
            continue
        some = room.can_be_checked(session.scalars(_open().where(Submission.state.in_(states))), *states)
        some = [one for one in some if one.unit_id in reach]
        if some:
            by = some[0].period.verify_by
            sentence = say("Verify by {moment}.", moment=by) if by else say("They have been sent.")
            address = url_for("submissions.index", period=some[0].period_id)
            found.append(Waiting(say(title, count=len(some)), sentence, by, address, Label(N_("Open the board"))))
    return found


def _open() -> Select[Submission]:
    """Reports of the periods that take reports or are being verified."""
    return select(Submission).join(Period).where(Period.state.in_([state.value for state in room.OPEN]))
