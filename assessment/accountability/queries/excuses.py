"""Which periods are excused on which ladder, and what units were given on account of a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assessment.accountability.models import (
    Case,
    CaseState,
    ExcuseState,
    Interview,
    InterviewState,
    LadderExcuse,
    Outcome,
)
from assessment.foundation.actors import Actor
from assessment.foundation.sql import among
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period
from assessment.scoring.models import Edition

ENDED_IN = {
    Outcome.INTERVIEW.value: "interview",
    Outcome.CIRCULATED_CRITICISM.value: "circulated_criticism",
}
"""The decisions that a ladder can count, in its words."""


def excused(session: Session, programme_id: int) -> dict[tuple[int, int], dict[str, str]]:
    """(unit, period) -> ladder -> why, of the excuses that stand."""
    query = select(LadderExcuse).join(Period, Period.id == LadderExcuse.period_id)
    query = query.where(Period.programme_id == programme_id, LadderExcuse.state == ExcuseState.GRANTED.value)
    found: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for one in session.scalars(query.order_by(LadderExcuse.id)):
        found[one.unit_id, one.period_id][one.ladder] = one.reason
    return found


def standing_excuse(session: Session, unit_id: int, period_id: int, ladder: str) -> LadderExcuse | None:
    query = select(LadderExcuse).where(
        LadderExcuse.unit_id == unit_id, LadderExcuse.period_id == period_id, LadderExcuse.ladder == ladder
    )
    return session.scalars(query.where(LadderExcuse.state == ExcuseState.GRANTED.value)).first()


def excuses(session: Session, unit_ids: Iterable[int]) -> list[LadderExcuse]:
    """The newest first, those withdrawn too."""
    query = select(LadderExcuse).where(among(LadderExcuse.unit_id, unit_ids))
    return list(session.scalars(query.order_by(LadderExcuse.id.desc())))


def may_see_excuse(_session: Session, excuse: LadderExcuse, viewer: Actor) -> bool:
    """The unit whose period it is, the office and who opens cases."""
    duties = (Duty.OPEN_CASES, Duty.PREPARE, Duty.AUDIT, Duty.REPLY, Duty.OBJECT, Duty.RECEIVE_PAPERS)
    return any(viewer.holds(duty, excuse.unit_id) for duty in duties)


def given(session: Session) -> dict[tuple[int, int], frozenset[str]]:
    """(unit, period) -> what units were given on account of a period's results."""
    found: dict[tuple[int, int], frozenset[str]] = defaultdict(frozenset)
    for _, unit_id, period_id, action in _given(session):
        found[unit_id, period_id] |= {action}
    return dict(found)


def given_by_case(session: Session) -> list[tuple[int, int]]:
    """(case, period) of everything that a unit was given on account of a period's results."""
    return [(case_id, period_id) for case_id, _, period_id, _ in _given(session)]


def _given(session: Session) -> Iterator[tuple[int, int, int, str]]:
    """(case, unit, period, action); what was cancelled, revoked or not served yet was given to nobody."""
    held = Interview.state != InterviewState.CANCELLED.value
    talks: dict[int | None, bool] = {}
    for case_id, is_held in session.execute(select(Interview.case_id, held).order_by(Interview.id)):
        talks[case_id] = talks.get(case_id, False) or bool(is_held)
    query = select(Case, Edition.period_id).join(Edition, Edition.id == Case.edition_id).order_by(Case.id)
    answered = or_(Case.settled_by != "", Case.outcome.in_(list(ENDED_IN)))
    for case, period_id in session.execute(query.where(answered)):
        if case.settled_by and (case.settled_by != "interview" or talks.get(case.id, True)):
            yield case.id, case.unit_id, period_id, case.settled_by
        elif case.outcome in ENDED_IN and case.served_at is not None and case.state != CaseState.REVOKED:
            yield case.id, case.unit_id, period_id, ENDED_IN[case.outcome]
