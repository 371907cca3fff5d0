"""What inspections ask of whom: visits to make, reports to comment on, visits to settle, campaigns to approve."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assessment.faces.web.kit import (
    Waiting,
    address_of,
    waiting,
)
from assessment.foundation.i18n import N_, Label, Sentence, local_day, say
from assessment.inspections import queries
from assessment.inspections.models import (
    CampaignState,
    VisitState,
)
from assessment.inspections.process import CAMPAIGN, VISIT
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views


@waiting
def visits_to_make(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    """An inspector's own visits."""
    if not (officer.holds(Duty.INSPECT) or officer.holds(Duty.LEAD_INSPECTION)):
        return []
    some = queries.visits(session, person_id=officer.person_id)
    mine = [one for one in some if one.state in (VisitState.ASSIGNED, VisitState.UNDER_WAY)][:8]
    units = unit_views(session, {one.unit_id for one in mine}, local_day(at))
    return [
        Waiting(
            say("Visit {number}, {unit}", number=one.number, unit=units[one.unit_id].name),
            say("You are on its team."), None, address_of("visit", one.id), Label(N_("Go to the visit")),
            VISIT.word(one.state),
        )
        for one in mine
    ]  # fmt: skip


@waiting
def reports_to_comment(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    units = officer.unit_ids_for(Duty.ANSWER_NOTICES)
    some = queries.visits(session, unit_ids=units, state=VisitState.REPORTED.value, limit=50) if units else []
    until = queries.comments_until(session, some)
    return [
        Waiting(
            say("Comment on the inspection report {number}", number=one.number),
            _until(until[one.id]), until[one.id], address_of("visit", one.id), Label(N_("Read and comment")),
        )
        for one in some
        if until[one.id] is None or until[one.id] >= at  # type: ignore[operator]
    ][:8]  # fmt: skip


def _until(moment: datetime | None) -> Sentence:
    if moment is None:
        return say("Your time to comment starts when you have received it.")
    return say("Until {moment}; then it is settled as reported.", moment=moment)


@waiting
def visits_to_settle(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    if not officer.holds(Duty.SETTLE_FINDINGS):
        return []
    found = []
    for one in queries.campaigns(session):
        if one.state == CampaignState.UNDER_WAY and officer.holds(Duty.SETTLE_FINDINGS, one.unit_id):
            counts = queries.count_visits(session, one.id)
            waiting_ones = counts.get(VisitState.REPORTED.value, 0) + counts.get(VisitState.COMMENTED.value, 0)
            if waiting_ones:
                text = say(
                    "Campaign {number}: settled once the units have commented or their time is over.", number=one.number
                )
                word = say("{count} visits to settle", count=waiting_ones)
                found.append(Waiting(word, text, None, address_of("campaign", one.id), Label(N_("Settle them"))))
    return found


@waiting
def campaigns_to_approve(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    if not officer.holds(Duty.APPROVE):
        return []
    return [
        Waiting(
            say("Approve the campaign “{title}”", title=one.title),
            say("From {first} to {last}.", first=one.first_day, last=one.last_day),
            None, address_of("campaign", one.id), Label(N_("Read the plan")), CAMPAIGN.word(one.state),
        )
        for one in queries.campaigns(session)
        if one.state == CampaignState.DRAFTED and officer.holds(Duty.APPROVE, one.unit_id)
    ]  # fmt: skip
