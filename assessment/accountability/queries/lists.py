"""Lists of cases, prompts, interviews and commitments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from assessment.accountability.models import (
    Case,
    CaseInvestigator,
    CaseState,
    Commitment,
    Interview,
    InterviewState,
    Outcome,
)
from assessment.accountability.queries.seeing import may_know
from assessment.accountability.queries.words import AUTHORITY, OF_THE_UNIT, OPEN, WITHOUT_FAULT
from assessment.foundation.sql import among
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer
from assessment.organisations.queries import heirs_on
from assessment.scoring.models import Edition


def cases(session: Session, *, states: Iterable[str] = (), unit_ids: Iterable[int] | None = None) -> list[Case]:
    """Cases and prompts, newest first."""
    query = (
        select(Case)
        .options(selectinload(Case.investigators))
        .order_by(Case.prompted_at.desc(), Case.id.desc())
    )
    if states:
        query = query.where(Case.state.in_(list(states)))
    if unit_ids is not None:
        query = query.where(among(Case.unit_id, unit_ids))
    return list(session.scalars(query))


def cases_seen(session: Session, viewer: Officer) -> list[Case]:
    """Every case and prompt of which this officer may know, newest first."""
    duties = (*AUTHORITY, *OF_THE_UNIT, Duty.INVESTIGATE, Duty.AUDIT)
    reach = viewer.unit_ids_for_any(duties)
    return [case for case in cases(session, unit_ids=reach) if may_know(session, case, viewer)]


def prompts(session: Session) -> list[Case]:
    """What waits for a leader to be opened, dismissed or answered more softly; the oldest first."""
    return cases(session, states=[CaseState.PROMPTED.value])[::-1]


def open_case_units(session: Session) -> dict[int, list[int]]:
    """unit id -> ids of the cases that are open against it: what keeps a reward back.

    A case against a unit that has ended is also one against whoever carries on its matters: nobody escapes by merging.
    """
    found: dict[int, list[int]] = defaultdict(list)
    heirs = heirs_on(session, date.max)
    for unit_id, case_id in session.execute(
        select(Case.unit_id, Case.id).where(Case.state.in_(OPEN)).order_by(Case.id)
    ):
        for one in dict.fromkeys((unit_id, heirs.get(unit_id, unit_id))):
            found[one].append(case_id)
    return dict(found)


def ended_with_fault(case: Case) -> bool | None:
    """Whether a case found fault; ``None`` while it is open."""
    if case.state in OPEN or case.state == CaseState.PROMPTED:
        return None
    return case.state not in WITHOUT_FAULT and case.outcome != Outcome.NO_CASE


def known_origins(session: Session, unit_ids: Iterable[int] | None = None) -> set[tuple[str, int, str, str, str]]:
    """What has prompted before: (rule, unit, origin kind, origin id, occurrence)."""
    query = select(Case.rule, Case.unit_id, Case.origin_kind, Case.origin_id, Case.origin_occurrence)
    if unit_ids is not None:
        query = query.where(Case.unit_id.in_(list(unit_ids)))
    return set(session.execute(query))


def prompts_of(session: Session, period_id: int) -> list[Case]:
    """Prompts that a period's results gave rise to and nobody has answered."""
    query = select(Case).join(Edition, Edition.id == Case.edition_id).where(Edition.period_id == period_id)
    return list(session.scalars(query.where(Case.state == CaseState.PROMPTED.value).order_by(Case.id)))


def prompted_by_ladders(session: Session, period_id: int) -> set[tuple[int, str]]:
    """(unit, ladder) of everything that an edition of this period has prompted."""
    query = select(Case.unit_id, Case.rule).join(Edition, Edition.id == Case.edition_id)
    return {(unit_id, rule) for unit_id, rule in session.execute(query.where(Edition.period_id == period_id))}


def of_origin(session: Session, kind: str, record_id: object) -> list[Case]:
    """The prompts and cases that a record gave rise to."""
    query = select(Case).where(Case.origin_kind == kind, Case.origin_id == str(record_id))
    return list(session.scalars(query.order_by(Case.id)))


def interviews(session: Session, unit_ids: Iterable[int] | None = None) -> list[Interview]:
    query = select(Interview).order_by(Interview.takes_place_at.desc(), Interview.id.desc())
    if unit_ids is not None:
        query = query.where(among(Interview.unit_id, unit_ids))
    return list(session.scalars(query))


def interviews_of(session: Session, case_id: int) -> list[Interview]:
    return list(session.scalars(select(Interview).where(Interview.case_id == case_id).order_by(Interview.id)))


def commitments_due(session: Session, unit_ids: Iterable[int]) -> list[Commitment]:
    """What units undertook in interviews and have not done yet."""
    return list(
        session.scalars(
            select(Commitment)
            .join(Interview)
            .where(Interview.unit_id.in_(list(unit_ids)), Commitment.done_at.is_(None))
            .where(Interview.state == InterviewState.COMMITTED.value)
            .order_by(Commitment.due_on)
        )
    )


def investigating(session: Session, person_id: int) -> list[Case]:
    """The cases that somebody investigates."""
    query = select(Case).join(CaseInvestigator).where(
        CaseInvestigator.person_id == person_id, CaseInvestigator.stepped_aside_at.is_(None)
    )
    return list(session.scalars(query.order_by(Case.id)))
