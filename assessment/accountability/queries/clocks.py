"""What a case waits for: the time to reply, to ask for a review, the end of its effect, the term of its texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability.models import Case, CaseState, Outcome
from assessment.accountability.queries.lists import cases
from assessment.accountability.queries.words import DECISION, KIND, NOTICE, RETAINED_YEARS, SUPPLEMENT
from assessment.delivery import queries as delivery
from assessment.foundation.i18n import Sentence, local_day, reading_zone, say
from assessment.foundation.workday_table import load_calendar
from assessment.foundation.workdays import Calendar, Duration, due, end_of
from assessment.organisations.recusal import years_before


def reply_dues(session: Session, some: Sequence[Case]) -> dict[int, datetime]:
    """case id -> until when its unit may reply: the time runs from service, so an unserved notice has none."""
    served = delivery.newest_services(session, [NOTICE, SUPPLEMENT], KIND, [case.id for case in some])
    longer = delivery.extensions_until(session, KIND, [case.id for case in some])
    found = {}
    for case in some:
        since = served.get(str(case.id), {}).get(case.unit_id)
        if since is not None:
            end = due(since, Duration.parse(case.reply_within), _calendar(session), reading_zone())
            found[case.id] = max(end, longer.get(str(case.id), end))
    return found


def reply_due(session: Session, case: Case) -> datetime | None:
    return reply_dues(session, [case]).get(case.id)


def due_to_lapse(session: Session, now: datetime) -> list[Case]:
    """Cases whose unit has let its time pass: the clock notes it, and the case goes on without a reply."""
    waiting = cases(session, states=[CaseState.NOTICE_SERVED.value])
    ends = reply_dues(session, waiting)
    return [case for case in waiting if case.id in ends and ends[case.id] < now]


def notice_served_at(session: Session, case: Case) -> datetime | None:
    return delivery.service_of(session, NOTICE, (KIND, case.id)).get(case.unit_id)


def decision_served_at(session: Session, case: Case) -> datetime | None:
    """Of a decision that was made anew, when the new one was received."""
    served = delivery.newest_services(session, [DECISION], KIND, [case.id])
    return served.get(str(case.id), {}).get(case.unit_id)


def appeal_until(session: Session, case: Case) -> datetime | None:
    """Until when the unit may ask for a review; nothing before the decision is served."""
    since = decision_served_at(session, case) if case.served_at is not None else None
    return due(since, Duration.parse(case.appeal_within), _calendar(session), reading_zone()) if since else None


def due_to_expire(session: Session, now: datetime) -> list[Case]:
    """Decisions whose effect is over."""
    ended = cases(session, states=[CaseState.EXECUTED.value, CaseState.SERVED.value])
    return [case for case in ended if not expires_later(session, case, now)]


def expires_later(session: Session, case: Case, now: datetime) -> Sentence | None:
    """What keeps the effect from ending; one that found nothing has none beyond its time for review."""
    if case.outcome == Outcome.NO_CASE:
        until = appeal_until(session, case)
        if until is None:
            return say("The decision has not been received yet.")
        return say("The unit may ask for a review until {until}.", until=until) if now <= until else None
    if case.state != CaseState.EXECUTED:
        return say("The decision has not been carried out yet.")
    if case.effect_until is None:
        return say("No day was set on which the effect of this decision ends.")
    end = end_of(case.effect_until, reading_zone())
    return say("The effect of this decision lasts until {day}.", day=case.effect_until) if now <= end else None


def _calendar(session: Session) -> Calendar:
    found: Calendar | None = session.info.get("calendar")
    if found is None:
        found = session.info["calendar"] = load_calendar(session)
    return found


def kept_until(case: Case) -> date:
    """The last day on which a case's texts are kept: some years after everything else has ended."""
    ends = [one for one in (case.prompted_at, case.decided_at, case.executed_at, case.revoked_at) if one is not None]
    last = max([local_day(one) for one in ends] + ([case.effect_until] if case.effect_until else []))
    return years_before(last, -RETAINED_YEARS)


def kept_longer(case: Case, now: datetime) -> Sentence | None:
    """What keeps a case's texts from being sealed."""
    until = kept_until(case)
    return say("Its texts are kept until {day}.", day=until) if local_day(now) <= until else None


ENDED = (CaseState.DISMISSED.value, CaseState.SETTLED.value, CaseState.EXPIRED.value, CaseState.REVOKED.value)


def ending_terms(session: Session, day: date) -> list[tuple[Case, date]]:
    """Cases that are over and not sealed, with the last day of their term, where that is no later than ``day``."""
    long_ago = end_of(years_before(day, RETAINED_YEARS), reading_zone())
    query = select(Case).where(Case.state.in_(ENDED), Case.sealed_at.is_(None), Case.prompted_at <= long_ago)
    found = [(case, kept_until(case)) for case in session.scalars(query.order_by(Case.id))]
    return [(case, until) for case, until in found if until <= day]
