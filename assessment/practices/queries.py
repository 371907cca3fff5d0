"""Reads of practices: the library, and what counts in a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Actor
from assessment.foundation.sql import among
from assessment.organisations.duties import Duty
from assessment.practices.models import Practice, PracticeState, PracticeUse

LIBRARY = (PracticeState.ACCEPTED, PracticeState.COMMENDED)
ACCEPTED, COMMENDED = COUNTERS = ("practice.accepted", "practice.commended")


@dataclass(frozen=True)
class Counted(Mapping[str, int]):
    """How many of a unit's practices were accepted and commended, by the scheme's own words, and which."""

    accepted: tuple[int, ...] = ()
    commended: tuple[int, ...] = ()

    def __getitem__(self, counter: str) -> int:
        return len(self.ids(counter))

    def __iter__(self) -> Iterator[str]:
        return iter(COUNTERS)

    def __len__(self) -> int:
        return 2

    def ids(self, counter: str) -> tuple[int, ...]:
        return {ACCEPTED: self.accepted, COMMENDED: self.commended}[counter]


def counted(
    session: Session,
    unit_ids: Iterable[int],
    first_day: date,
    last_day: date,
    as_at: datetime,
    programme_id: int | None = None,
) -> dict[int, Counted]:
    """Practices handed in on these days, as they stood at a moment; every unit asked for has an entry."""
    wanted = set(unit_ids)
    query = (
        select(Practice.id, Practice.unit_id, Practice.commended_at, Practice.withdrawn_at)
        .where(Practice.submitted_on.between(first_day, last_day), Practice.accepted_at <= as_at)
        .order_by(Practice.id)
    )
    if programme_id is not None:
        query = query.where(Practice.programme_id == programme_id)
    accepted: dict[int, list[int]] = {unit_id: [] for unit_id in wanted}
    commended: dict[int, list[int]] = {unit_id: [] for unit_id in wanted}
    for practice in session.execute(query):
        gone = practice.withdrawn_at is not None and practice.withdrawn_at <= as_at
        if practice.unit_id not in wanted or gone:
            continue
        accepted[practice.unit_id].append(practice.id)
        if practice.commended_at is not None and practice.commended_at <= as_at:
            commended[practice.unit_id].append(practice.id)
    return {one: Counted(tuple(accepted[one]), tuple(commended[one])) for one in sorted(wanted)}


def listed(own: Iterable[int], judged: Iterable[int]) -> tuple[ColumnElement[bool], list[ColumnElement[Any]]]:
    """Which practices the list shows, and in which order: what waits for the judge, oldest first; what became of one's
    own; then the library, which all localities read, commended ones first; both newest first."""
    waits = and_(Practice.state == PracticeState.SUBMITTED.value, among(Practice.unit_id, judged))
    shelf = case((waits, 0), (Practice.state == PracticeState.COMMENDED, 2), (Practice.state.in_(LIBRARY), 3), else_=1)
    oldest_first = case((waits, Practice.submitted_at))
    seen = or_(Practice.state.in_(LIBRARY), among(Practice.unit_id, own), waits)
    return seen, [shelf, oldest_first, Practice.submitted_at.desc(), Practice.id.desc()]


def commended(session: Session, newest: int) -> list[Practice]:
    """So many of those that a leader commended last."""
    query = select(Practice).where(Practice.state == PracticeState.COMMENDED.value)
    return list(session.scalars(query.order_by(Practice.submitted_at.desc(), Practice.id.desc()).limit(newest)))


def to_judge(session: Session, unit_ids: Iterable[int]) -> list[Practice]:
    """What waits for the office, oldest first."""
    wanted = set(unit_ids)
    query = select(Practice).where(Practice.state == PracticeState.SUBMITTED.value)
    waiting = session.scalars(query.order_by(Practice.submitted_at, Practice.id))
    return [practice for practice in waiting if practice.unit_id in wanted]


def may_see(session: Session, practice: Practice, viewer: Actor) -> bool:
    """What stands in the library everybody reads; the rest its locality and those who judge it."""
    if practice.state in LIBRARY:
        return True
    duties = (Duty.REPORT, Duty.PREPARE, Duty.APPROVE, Duty.AUDIT)
    return any(viewer.holds(duty, practice.unit_id) for duty in duties)


# --- who uses it -----------------------------------------------------------------------------------------------------


def standing_use(session: Session, practice_id: int, unit_id: int) -> PracticeUse | None:
    """What a unit has said of using a practice, as long as it does."""
    return session.scalar(
        select(PracticeUse).where(
            PracticeUse.practice_id == practice_id, PracticeUse.unit_id == unit_id, PracticeUse.ended_at.is_(None)
        )
    )


def times_used(session: Session, practice_ids: Iterable[int]) -> dict[int, int]:
    """By practice: how many other localities say that they use it now."""
    query = (
        select(PracticeUse.practice_id, func.count())
        .where(PracticeUse.practice_id.in_(list(practice_ids)), PracticeUse.ended_at.is_(None))
        .group_by(PracticeUse.practice_id)
    )
    return {practice_id: count for practice_id, count in session.execute(query)}  # noqa: C416 - rows are no pairs to types


def newly_used(session: Session, unit_ids: Iterable[int], since: datetime) -> list[PracticeUse]:
    """Who has taken up practices of these units since a moment, newest first: their authors are told."""
    query = (
        select(PracticeUse)
        .join(Practice)
        .where(Practice.unit_id.in_(list(unit_ids)), PracticeUse.said_at >= since, PracticeUse.ended_at.is_(None))
        .order_by(PracticeUse.said_at.desc(), PracticeUse.id.desc())
    )
    return list(session.scalars(query))


def may_see_use(session: Session, use: PracticeUse, viewer: Actor) -> bool:
    """As the practice it is about."""
    return may_see(session, use.practice, viewer)
