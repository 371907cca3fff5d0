"""Reads of papers and extensions: who has been served since when, what lies in an inbox, what time was granted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, selectinload

from assessment.delivery.models import (
    ON_ITS_WAY,
    SERVED,
    Extension,
    ExtensionItem,
    ExtensionState,
    Paper,
    PaperState,
)
from assessment.foundation.actors import Actor
from assessment.foundation.i18n import Bilingual
from assessment.foundation.sql import among
from assessment.organisations.duties import Duty
from assessment.organisations.models import Unit

Subject = tuple[str, object]


def _about(kind: str, subject: Subject) -> list[ColumnElement[bool]]:
    return [Paper.kind == kind, Paper.subject_kind == subject[0], Paper.subject_id == str(subject[1])]


def service_of(session: Session, kind: str, subject: Subject) -> dict[int, datetime | None]:
    """For every unit to which such a paper went: since when it is served, None while it is not."""
    return services_of(session, kind, subject[0], [subject[1]]).get(str(subject[1]), {})


def services_of(
    session: Session, kind: str, subject_kind: str, subject_ids: Iterable[object]
) -> dict[str, dict[int, datetime | None]]:
    """The same for many subjects, by the text of their id; of several papers for a unit the first service counts."""
    found: dict[str, dict[int, datetime | None]] = {}
    wanted = sorted({str(one) for one in subject_ids})
    for start in range(0, len(wanted), 500):
        papers = session.scalars(
            select(Paper).where(
                Paper.kind == kind,
                Paper.subject_kind == subject_kind,
                Paper.subject_id.in_(wanted[start : start + 500]),
                Paper.state != PaperState.FAILED.value,
            )
        )
        for paper in papers:
            units = found.setdefault(paper.subject_id, {})
            moments = [one for one in (units.get(paper.unit_id), paper.served_at) if one is not None]
            units[paper.unit_id] = min(moments, default=None)
    return found


def newest_services(
    session: Session, kinds: Iterable[str], subject_kind: str, subject_ids: Iterable[object]
) -> dict[str, dict[int, datetime | None]]:
    """By subject and unit, since when the newest paper of these kinds is served; ``None`` while it is not.

    Where a thing was put to a unit again, time runs from the last time.
    """
    found: dict[str, dict[int, datetime | None]] = {}
    wanted = sorted({str(one) for one in subject_ids})
    for start in range(0, len(wanted), 500):
        query = select(Paper).where(
            Paper.kind.in_(list(kinds)),
            Paper.subject_kind == subject_kind,
            Paper.subject_id.in_(wanted[start : start + 500]),
            Paper.state != PaperState.FAILED.value,
        )
        for paper in session.scalars(query.order_by(Paper.id)):
            found.setdefault(paper.subject_id, {})[paper.unit_id] = paper.served_at
    return found


def papers_about(session: Session, subject: Subject, unit_ids: Iterable[int] | None = None) -> list[Paper]:
    """Every paper about a record, the newest first."""
    query = select(Paper).where(_is_about(subject))
    if unit_ids is not None:
        query = query.where(among(Paper.unit_id, unit_ids))
    return list(session.scalars(query.order_by(Paper.id.desc())))


def states_about(session: Session, subject: Subject) -> dict[str, int]:
    """How many papers about a record stand in each state."""
    query = select(Paper.state, func.count()).where(_is_about(subject)).group_by(Paper.state)
    return {state: number for state, number in session.execute(query)}  # noqa: C416 - a row is no pair to the types


def _is_about(subject: Subject) -> ColumnElement[bool]:
    return and_(Paper.subject_kind == subject[0], Paper.subject_id == str(subject[1]))


SERVED_AT = case(
    (Paper.state == PaperState.DEEMED_RECEIVED.value, Paper.deemed_at),
    (Paper.state == PaperState.RECEIVED.value, Paper.received_at),
)
"""``Paper.served_at`` in the database."""
RECEIPTS_BY: Mapping[str, Any] = {
    "unit": Unit.code, "state": Paper.state, "available": Paper.available_at, "opened": Paper.opened_at,
    "served": SERVED_AT, "by": Paper.received_by,
    "deemed": case((Paper.state.in_([one.value for one in ON_ITS_WAY]), Paper.deemed_at)),
}  # fmt: skip


@dataclass(frozen=True)
class Receipts:
    """Who received what is about a record: ``states`` as one chooses them, ``words`` of the unit's name."""

    subject: Subject
    states: Collection[str] = ()
    words: str = ""

    def where(self) -> ColumnElement[bool]:
        found = [_is_about(self.subject)]
        if self.states:
            found.append(Paper.state.in_(self.states))
        if self.words:
            names = (Unit.name_zh, Unit.name_en)
            found.append(or_(*(name.icontains(self.words, autoescape=True) for name in names)))
        return and_(*found)

    def count(self, session: Session) -> int:
        query = select(func.count()).select_from(Paper).join(Unit, Unit.id == Paper.unit_id)
        return session.scalar(query.where(self.where())) or 0

    def read(self, session: Session, sort: str, limit: int | None, offset: int) -> list[Paper]:
        """Sorted by one of ``RECEIPTS_BY``; otherwise those first that have not received it, by unit code."""
        key = RECEIPTS_BY.get(sort.removeprefix("-"))
        query = select(Paper).join(Unit, Unit.id == Paper.unit_id).where(self.where())
        if key is None:
            query = query.order_by(Paper.state.in_(_words(SERVED)))
        else:
            query = query.order_by(key.is_(None), key.desc() if sort.startswith("-") else key)
        return list(session.scalars(query.order_by(Unit.code, Paper.id).limit(limit).offset(offset)))


@dataclass(frozen=True)
class InboxLine:
    """A paper as an inbox lists it."""

    id: int
    kind: str
    unit_id: int
    subject_kind: str
    subject_id: str
    title: Bilingual
    number: str
    state: str
    dated: date | None
    available_at: datetime | None
    deemed_at: datetime | None
    received_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether somebody should still sign for it."""
        return self.state in ON_ITS_WAY


def inbox(
    session: Session, unit_ids: Iterable[int], *, kind: str = "", state: str = "", limit: int = 200, offset: int = 0
) -> list[InboxLine]:
    """What lies in the inboxes of these units: first what waits to be signed for, then the newest."""
    query = select(Paper).where(*_in_inbox(unit_ids, kind, state))
    query = query.order_by(Paper.state.in_(_words(ON_ITS_WAY)).desc(), Paper.available_at.desc(), Paper.id.desc())
    return [
        InboxLine(
            one.id, one.kind, one.unit_id, one.subject_kind, one.subject_id, one.title, one.number, one.state,
            one.dated, one.available_at, one.deemed_at, one.received_at,
        )
        for one in session.scalars(query.limit(limit).offset(offset))
    ]  # fmt: skip


def count_inbox(session: Session, unit_ids: Iterable[int], *, kind: str = "", state: str = "") -> int:
    return session.scalar(select(func.count()).select_from(Paper).where(*_in_inbox(unit_ids, kind, state))) or 0


def count_waiting(session: Session, unit_ids: Iterable[int]) -> int:
    """How many papers wait to be signed for."""
    query = (
        select(func.count())
        .select_from(Paper)
        .where(Paper.unit_id.in_(set(unit_ids)), Paper.state.in_(_words(ON_ITS_WAY)))
    )
    return session.scalar(query) or 0


def _in_inbox(unit_ids: Iterable[int], kind: str, state: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Paper.unit_id.in_(set(unit_ids)), Paper.available_at.is_not(None)]
    if kind:
        conditions.append(Paper.kind == kind)
    if state:
        conditions.append(Paper.state == state)
    return conditions


def _words(states: Sequence[PaperState]) -> list[str]:
    return [state.value for state in states]


def kinds(session: Session) -> list[str]:
    """The kinds of paper there are."""
    return sorted(session.scalars(select(Paper.kind).distinct()))


def due_to_be_deemed(session: Session, now: datetime, limit: int = 5000) -> list[Paper]:
    """Papers for which nobody signed in time: the clock deems them received."""
    query = (
        select(Paper).where(Paper.state.in_(_words(ON_ITS_WAY)), Paper.deemed_at <= now).order_by(Paper.id).limit(limit)
    )
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def is_served(paper: Paper) -> bool:
    return paper.state in SERVED


# --- extensions ------------------------------------------------------------------------------------------------------


def extension_until(session: Session, subject: Subject) -> datetime | None:
    """Until when the time for a record was extended; the last one granted counts."""
    return extensions_until(session, subject[0], [subject[1]]).get(str(subject[1]))


def extensions_until(session: Session, subject_kind: str, subject_ids: Iterable[object]) -> dict[str, datetime]:
    """The same for many records of a kind, by the text of their id."""
    wanted = {str(one) for one in subject_ids}
    query = (
        select(ExtensionItem.subject_id, Extension.granted_until)
        .join(Extension, Extension.id == ExtensionItem.extension_id)
        .where(Extension.state == ExtensionState.GRANTED.value, ExtensionItem.subject_kind == subject_kind)
        .order_by(Extension.decided_at, Extension.id)
    )
    # Extensions are few: of many records it is less to read all of them than to name each.
    rows = session.execute(query.where(ExtensionItem.subject_id.in_(wanted)) if len(wanted) <= 500 else query)
    return {subject_id: until for subject_id, until in rows if until is not None and subject_id in wanted}


def extensions_about(session: Session, subject: Subject) -> list[Extension]:
    """Every request about a record, the newest first, whatever became of it."""
    return list(
        session.scalars(
            select(Extension)
            .join(ExtensionItem)
            .where(ExtensionItem.subject_kind == subject[0], ExtensionItem.subject_id == str(subject[1]))
            .options(selectinload(Extension.items))
            .order_by(Extension.id.desc())
        ).unique()
    )


def extensions(session: Session, unit_ids: Iterable[int], *, state: str = "", grant_duty: str = "") -> list[Extension]:
    """The requests about these units, those to be decided soonest first."""
    about = select(ExtensionItem.extension_id).where(ExtensionItem.unit_id.in_(set(unit_ids)))
    query = select(Extension).where(Extension.id.in_(about)).options(selectinload(Extension.items))
    if state:
        query = query.where(Extension.state == state)
    if grant_duty:
        query = query.where(Extension.grant_duty == grant_duty)
    return list(session.scalars(query.order_by(Extension.decide_by, Extension.id)))


# --- who sees what ---------------------------------------------------------------------------------------------------

OF_CASES = frozenset(
    {
        "case_notice", "case_supplement", "decision", "revocation", "interview_call", "early_warning", "case_report",
        "case_circular", "case_restoration", "case_proposal", "appeal",
    }
)  # fmt: skip
"""Kinds of paper that belong to a case: not for everybody above a unit, and never for administrators."""
CASE_DUTIES = (Duty.RECEIVE_PAPERS, Duty.REPLY, Duty.OPEN_CASES, Duty.REVIEW_LAW, Duty.DECIDE_CASES)
"""Investigators read the papers of the cases given to them, auditors those for which they said why: the case's own room
adds them, which knows the case."""
WATCHERS = (
    Duty.ADMINISTER, Duty.AUDIT, Duty.PLAN_CYCLES, Duty.PREPARE, Duty.PUBLISH, Duty.APPROVE, Duty.OPEN_CASES,
    Duty.PLAN_INSPECTIONS, Duty.SETTLE_FINDINGS, Duty.LEAD_INSPECTION,
)  # fmt: skip
"""Who sees what became of papers that are not their own."""


def may_see_paper(session: Session, paper: Paper, officer: Actor) -> bool:
    """The unit's own people once it is there; those who watch deliveries; of a case only whoever is charged with it."""
    if officer.holds(Duty.RECEIVE_PAPERS, paper.unit_id):
        return paper.available_at is not None
    duties = CASE_DUTIES if paper.kind in OF_CASES else WATCHERS
    return any(officer.holds(duty, paper.unit_id) for duty in duties)


def may_see_extension(session: Session, extension: Extension, officer: Actor) -> bool:
    """Whoever reports or answers for one of its units, decides on it, or audits."""
    duties = (Duty.REPORT, Duty.ANSWER_NOTICES, Duty.PROVIDE_DATA, Duty.AUDIT, extension.grant_duty)
    units = {extension.unit_id, *(item.unit_id for item in extension.items)}
    return any(officer.holds(duty, unit_id) for duty in duties for unit_id in units)


def deliveries(session: Session, officer: Reader, limit: int = 2000) -> list[Paper]:
    """The newest papers of all units that this officer may watch."""
    watched = frozenset[int]().union(*(officer.unit_ids_for(duty) for duty in WATCHERS))
    cases = frozenset[int]().union(*(officer.unit_ids_for(duty) for duty in CASE_DUTIES))
    own = officer.unit_ids_for(Duty.RECEIVE_PAPERS)
    query = select(Paper).where(
        or_(
            and_(Paper.kind.not_in(OF_CASES), Paper.unit_id.in_(watched)),
            and_(Paper.kind.in_(OF_CASES), Paper.unit_id.in_(cases), Paper.available_at.is_not(None)),
            and_(Paper.available_at.is_not(None), Paper.unit_id.in_(own)),
        )
    )
    return list(session.scalars(query.order_by(Paper.id.desc()).limit(limit)))


class Reader(Actor, Protocol):
    """An officer, as far as lists need one."""

    def unit_ids_for(self, duty: str) -> frozenset[int]: ...
