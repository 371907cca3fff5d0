"""What pages, papers and the period's process read of objections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from assessment.foundation.actors import Actor
from assessment.foundation.i18n import Bilingual, Sentence
from assessment.objections.models import Objection, ObjectionState
from assessment.organisations.duties import Duty
from assessment.organisations.officers import officer_on
from assessment.organisations.queries import people_holding
from assessment.organisations.recusal import barred

UNDECIDED = tuple(
    state.value
    for state in (ObjectionState.LODGED, ObjectionState.ADMITTED, ObjectionState.ASSIGNED, ObjectionState.DECIDED)
)
"""A decided one still has to be applied before results are final."""
UNANSWERED = UNDECIDED[:3]
"""Nobody has decided them yet."""
READERS = (
    Duty.OBJECT,
    Duty.ADMIT_OBJECTIONS,
    Duty.ADMIT_INSPECTION_OBJECTIONS,
    Duty.REVIEW,
    Duty.APPROVE,
    Duty.SET_VALUES,
    Duty.SETTLE_FINDINGS,
    Duty.PREPARE,
    Duty.CONFIRM_ADJUSTMENTS,
    Duty.AUDIT,
)


def open_in(session: Session, period_id: int) -> list[Objection]:
    """Those that keep a period's results from approval."""
    return list(
        session.scalars(
            select(Objection)
            .where(Objection.period_id == period_id, Objection.state.in_(UNDECIDED))
            .order_by(Objection.id)
        )
    )


def under_objection(session: Session, period_id: int) -> frozenset[int]:
    """Units whose score prints ※."""
    return frozenset(one.unit_id for one in open_in(session, period_id))


def against(session: Session, kind: str, record_id: object) -> list[Objection]:
    return list(
        session.scalars(
            select(Objection)
            .where(Objection.origin_kind == kind, Objection.origin_id == str(record_id))
            .order_by(Objection.id)
        )
    )


def against_any(session: Session, kind: str, record_ids: Iterable[object]) -> list[Objection]:
    """The same for many records of one kind."""
    wanted = sorted({str(one) for one in record_ids})
    found: list[Objection] = []
    for start in range(0, len(wanted), 500):
        query = select(Objection).where(
            Objection.origin_kind == kind, Objection.origin_id.in_(wanted[start : start + 500])
        )
        found += session.scalars(query)
    return sorted(found, key=lambda one: one.id)


def of_units(session: Session, unit_ids: Iterable[int] | None = None, states: Iterable[str] = ()) -> list[Objection]:
    query = select(Objection).options(selectinload(Objection.points))
    query = query.order_by(Objection.lodged_at.desc(), Objection.id.desc())
    if unit_ids is not None:
        query = query.where(Objection.unit_id.in_(list(unit_ids)))
    if states:
        query = query.where(Objection.state.in_(list(states)))
    return list(session.scalars(query))


def late(session: Session, now: datetime) -> int:
    """How many wait for a decision beyond their time."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Objection)
            .where(Objection.state.in_(UNANSWERED), Objection.decide_by < now)
        )
        or 0
    )


def in_states(session: Session, *states: ObjectionState) -> list[Objection]:
    """Those that stand at a step, the one to be decided soonest first."""
    query = select(Objection).where(Objection.state.in_([state.value for state in states]))
    return list(session.scalars(query.order_by(Objection.decide_by, Objection.id)))


@dataclass(frozen=True)
class Candidate:
    """Somebody who reviews objections, and what bars this one from a matter."""

    person_id: int
    name: str
    post: Bilingual
    barred: Sentence


def candidates(session: Session, objection: Objection, day: date) -> list[Candidate]:
    """Everybody who reviews objections of the unit; those whom an act or a post bars, too, with the sentence."""
    found = []
    matter = [(one.kind, one.record_id) for one in objection.matter]
    for one in people_holding(session, Duty.REVIEW, objection.unit_id, day):
        officer = officer_on(session, one.person_id, day)
        against = barred(session, officer, matter, [objection.unit_id], day)
        post = officer.posts[0].title if officer.posts else Bilingual("", "")
        found.append(Candidate(one.person_id, officer.name, post, against))
    return sorted(found, key=lambda one: (bool(one.barred), one.name))


def may_see(session: Session, objection: Objection, viewer: Actor) -> bool:
    return any(viewer.holds(duty, objection.unit_id) for duty in READERS)
