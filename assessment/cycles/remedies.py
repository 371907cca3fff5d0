"""What a unit may object to: whose it is, until when, what it rests on, and by when it is decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import queries as cases
from assessment.accountability.models import Case, CaseState
from assessment.adjustments import queries as adjustments
from assessment.adjustments.models import Adjustment
from assessment.bulletins.models import Bulletin, BulletinState
from assessment.cycles import queries
from assessment.delivery import queries as delivery
from assessment.delivery.services import calendar
from assessment.foundation.actors import Actor
from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import Sentence, reading_zone, say
from assessment.foundation.workdays import Duration, due
from assessment.inspections.models import Finding, FindingState, Visit, VisitState
from assessment.inspections.queries import REPORT_PAPER, findings_of
from assessment.objections import queries as objections
from assessment.objections.models import Objection
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period, PeriodState
from assessment.remediation.queries import notices_from
from assessment.rewards import queries as rewards
from assessment.rewards.models import Award, RoundState
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition, EditionState, Scorecard

INSPECTION_WITHIN = Duration(30, "d")
"""To object to an inspection report and its findings; and to decide on it."""
DECISION_DECIDED_WITHIN = Duration(1, "m")
"""规则 2019: a review is asked for within a month (kept with each case) and decided within a month."""
Matter = tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class Remedy:
    """A unit's right to object to one thing, while it is open."""

    origin: tuple[str, object]
    unit_id: int
    window_until: datetime
    decide_by: datetime
    matter: Matter
    period_id: int | None = None
    only: frozenset[str] | None = None
    """Where only what has changed can be disputed: the codes that have."""


def remedy(session: Session, subject: Any, at: datetime, codes: Sequence[str] = ("",)) -> Remedy:
    """The right to object to a thing now; raises ``NotNow`` with what stands against it.

    ``codes`` say which parts are disputed; "" is the whole. They narrow the matter that recusal is computed on.
    """
    found = REMEDIES[type(subject)](session, subject, at, codes)
    if at > found.window_until:
        raise NotNow(say("The time to object ended at {until}.", until=found.window_until))
    return found


def is_open(session: Session, subject: Any, at: datetime) -> bool:
    try:
        return remedy(session, subject, at) is not None
    except NotNow:
        return False


def may_see(session: Session, objection: Objection, viewer: Actor) -> bool:
    """As in its room; one against a decision of a case is read by those who read the case, and its reviewers."""
    if objection.origin_kind != cases.KIND:
        return objections.may_see(session, objection, viewer)
    case = session.get(Case, int(objection.origin_id))
    own = viewer.holds(Duty.REVIEW, objection.unit_id) or viewer.holds(Duty.OBJECT, objection.unit_id)
    return own or (case is not None and cases.may_see(session, case, viewer))


# --- scores, provisional, corrected and published ------------------------------------------------------------------


def _score(session: Session, card: Scorecard, at: datetime, codes: Sequence[str]) -> Remedy:
    edition = session.get_one(Edition, card.edition_id)
    period = session.get_one(Period, edition.period_id)
    correction = scoring.correction_waiting(session, period.id)
    origin, only = ("scorecard", card.id), None
    if period.state == PeriodState.OBJECTIONS:
        until = queries.objection_windows(session, period).get(card.unit_id)
    elif correction is not None and correction.id == edition.id:
        before = scoring.edition_in_force(session, period.id)
        until = queries.objection_windows(session, period, later_than=before.number if before else 0).get(card.unit_id)
        only = changed_codes(session, card)
    elif edition.state == EditionState.APPROVED:
        origin, until = ("edition", edition.id), published_until(session, period, edition, card.unit_id)
    else:
        until = None
    if until is None:
        raise NotNow(say("Objections can be lodged once the score is received, until its window ends."))
    limit = queries.limit_of(
        session, period, lambda calendar: calendar.from_lodging.decide_within, queries.DECIDE_WITHIN
    )
    return Remedy(
        origin, card.unit_id, until, queries.after(session, period, at, limit),
        (origin, *_matter_of_score(session, period, card, codes)), period.id, only,
    )  # fmt: skip


def _matter_of_score(session: Session, period: Period, card: Scorecard, codes: Sequence[str]) -> Matter:
    """What the disputed items rest on; who disputes the whole (a point without a subject) disputes every item."""
    is_whole = not all(codes)
    matter = scoring.matter_of(session, card, () if is_whole else codes)
    views = adjustments.for_period(session, period.id).get(card.unit_id, [])
    return (*matter, *(("adjustment", view.id) for view in views if is_whole or view.clause in codes))


def published_until(session: Session, period: Period, edition: Edition, unit_id: int) -> datetime | None:
    """Until when a unit may object to published results; nothing before it has received their bulletin."""
    bulletin = session.scalar(
        select(Bulletin).where(Bulletin.edition_id == edition.id, Bulletin.state == BulletinState.PUBLISHED.value)
    )
    if bulletin is None:
        return None
    served = delivery.newest_services(session, ["bulletin"], "bulletin", [bulletin.id])
    since = served.get(str(bulletin.id), {}).get(unit_id)
    limit = queries.limit_of(
        session, period, lambda calendar: calendar.from_service.object_to_published_within,
        queries.OBJECT_TO_PUBLISHED_WITHIN,
    )  # fmt: skip
    return queries.after(session, period, since, limit) if since is not None else None


def changed_codes(session: Session, card: Scorecard) -> frozenset[str]:
    """The items of a corrected score that differ from the approved one, and the values they rest on; "" is its rank."""
    period_id = session.get_one(Edition, card.edition_id).period_id
    before = scoring.edition_in_force(session, period_id)
    old = scoring.scorecard(session, before.id, card.unit_id) if before is not None else None
    known = {item["code"]: item["exact"] for item in old.items} if old is not None else {}
    changed = [item for item in card.items if known.get(item["code"]) != item["exact"]]
    return frozenset(
        {"", *(item["code"] for item in changed), *(c for item in changed for c in item.get("inputs", ()))}
    )


def _adjustment(session: Session, one: Adjustment, at: datetime, codes: Sequence[str]) -> Remedy:
    """With the score of its period: the window of that score is the hearing on it."""
    period = session.get_one(Period, one.period_id)
    until = queries.objection_windows(session, period).get(one.unit_id)
    if one.state in ("refused", "lifted"):
        raise NotNow(say("It does not count any more; there is nothing to object to."))
    told = queries.told_up_to(session, period.id).get(one.unit_id)
    if period.state != PeriodState.OBJECTIONS or until is None or told is None or told < one.proposed_at:
        raise NotNow(say("An adjustment is disputed with the score that lists it, once that is received."))
    limit = queries.limit_of(
        session, period, lambda calendar: calendar.from_lodging.decide_within, queries.DECIDE_WITHIN
    )
    matter = (("adjustment", one.id), (one.origin_kind, one.origin_id))
    return Remedy(matter[0], one.unit_id, until, queries.after(session, period, at, limit), matter, period.id)


# --- inspections, decisions, rewards -------------------------------------------------------------------------------


def _visit(session: Session, visit: Visit, at: datetime, codes: Sequence[str]) -> Remedy:
    found = findings_of(session, [visit.id])[visit.id]
    wanted = {int(code) for code in codes if code.isdecimal()}
    disputed = found if not all(codes) else [one for one in found if one.number in wanted]
    matter = (("visit", visit.id), *(("finding", one.id) for one in disputed))
    return _of_inspection(session, visit, ("visit", visit.id), at, matter)


def _finding(session: Session, finding: Finding, at: datetime, codes: Sequence[str]) -> Remedy:
    if finding.state == FindingState.DROPPED:
        raise NotNow(say("This finding has been dropped; there is nothing to object to."))
    visit = session.get_one(Visit, finding.visit_id)
    matter = (("finding", finding.id), ("visit", visit.id))
    return _of_inspection(session, visit, matter[0], at, matter)


def _of_inspection(session: Session, visit: Visit, origin: tuple[str, object], at: datetime, matter: Matter) -> Remedy:
    """Against the settled report: before that the unit comments. The time runs from what told it last."""
    if visit.state not in (VisitState.SETTLED, VisitState.CLOSED):
        raise NotNow(say("Comment on the report first; an objection is lodged against the settled report."))
    told = [delivery.service_of(session, REPORT_PAPER, ("visit", visit.id)).get(visit.unit_id)]
    for notice in notices_from(session, "visit", [visit.id]):
        told.append(delivery.service_of(session, "notice", ("notice", notice.id)).get(visit.unit_id))
    if any(one is None for one in told):
        raise NotNow(say("The time to object begins when the report and its notice are received."))
    start = max(one for one in told if one is not None)
    return Remedy(origin, visit.unit_id, _after(session, start, INSPECTION_WITHIN),
                  _after(session, at, INSPECTION_WITHIN), matter)  # fmt: skip


def _decision(session: Session, case: Case, at: datetime, codes: Sequence[str]) -> Remedy:
    until = cases.appeal_until(session, case)
    if case.state not in (CaseState.SERVED, CaseState.EXECUTED, CaseState.EXPIRED) or until is None:
        raise NotNow(say("A review can be asked for once the decision is received."))
    waiting = [one.number for one in objections.against(session, cases.KIND, case.id)
               if one.state in objections.UNDECIDED]  # fmt: skip
    if waiting:  # two decisions about one decision could ask for two different things
        raise NotNow(say("A review of this decision is under way already: {numbers}.", numbers=waiting))
    matter = tuple(cases.matter_of(case))
    return Remedy((cases.KIND, case.id), case.unit_id, until, _after(session, at, DECISION_DECIDED_WITHIN), matter)


def _award(session: Session, award: Award, at: datetime, codes: Sequence[str]) -> Remedy:
    """Within the publicity; every unit of the list has its line in it, also one that receives nothing."""
    one = award.round
    if one.state != RoundState.PUBLICITY or one.publicity_until is None:
        raise NotNow(say("Objections to a reward are lodged while its list is public."))
    behind = ((award.exclusion_kind, award.exclusion_id), (award.held_kind, award.held_id))
    matter = (("award", award.id), (rewards.KIND, one.id), *((kind, record) for kind, record in behind if kind))
    limit = queries.DECIDE_WITHIN
    return Remedy(matter[0], award.unit_id, one.publicity_until, _after(session, at, limit), matter)


def _after(session: Session, start: datetime, limit: Duration) -> datetime:
    return due(start, limit, calendar(session), reading_zone())


REMEDIES: dict[type, Callable[[Session, Any, datetime, Sequence[str]], Remedy]] = {
    Scorecard: _score,
    Adjustment: _adjustment,
    Visit: _visit,
    Finding: _finding,
    Case: _decision,
    Award: _award,
}


def unknown_part(found: Remedy, codes: Sequence[str]) -> Sentence | None:
    """What stands against disputing these parts, where only what has changed can be disputed."""
    beyond = sorted(set(codes) - found.only) if found.only is not None else []
    if not beyond:
        return None
    return say("Only what the correction has changed can be disputed now; {parts} stands as approved.", parts=beyond)
