"""Reads of tasks: lists, what is overdue, what is to be escalated, who did what, and the counts that scores use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assessment.foundation.actors import Actor
from assessment.foundation.audit import TOUCHED, AuditRef, AuditRow, identity
from assessment.foundation.db import kind_of
from assessment.foundation.i18n import Bilingual, local_day, reading_zone
from assessment.foundation.sql import among
from assessment.organisations.duties import Duty
from assessment.organisations.models import Unit
from assessment.programmes import queries as programmes
from assessment.remediation.models import (
    Escalation,
    FalseClosure,
    Listing,
    Notice,
    RemediationPlan,
    SecondLook,
    SecondLookTask,
    SupervisionLetter,
    Task,
    TaskEvidence,
    TaskReport,
    TaskState,
)
from assessment.remediation.rules import Clocks, Report, Rung, is_further, level_reached

S = TaskState
WITH_THE_UNIT = (S.ISSUED, S.RECEIVED, S.PLAN_RETURNED, S.PLAN_ACCEPTED, S.UNDER_WAY, S.RETURNED)
WITH_THE_OFFICE = (S.PLAN_FILED, S.REPORTED_DONE, S.RECHECKED)
OPEN = (*WITH_THE_UNIT, *WITH_THE_OFFICE)
ENDED = (S.CLOSED, S.WITHDRAWN)
READERS = (
    Duty.PLAN_INSPECTIONS, Duty.SETTLE_FINDINGS, Duty.ACCEPT_PLANS, Duty.LEAD_INSPECTION, Duty.INSPECT, Duty.APPROVE,
    Duty.OPEN_CASES, Duty.REPORT, Duty.ANSWER_NOTICES, Duty.RECEIVE_PAPERS, Duty.PREPARE, Duty.SET_VALUES,
    Duty.REVIEW, Duty.INVESTIGATE, Duty.REVIEW_LAW, Duty.DECIDE_CASES, Duty.AUDIT,
)  # fmt: skip
INSPECTING = (Duty.INSPECT, Duty.LEAD_INSPECTION)
CHUNK = 500


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(set(ids))
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def may_see(viewer: Actor, unit_id: int) -> bool:
    """The unit itself, those above it, and whoever has work with its tasks; to all others it is not there."""
    return any(viewer.holds(duty, unit_id) for duty in READERS)


# --- single records --------------------------------------------------------------------------------------------------


def plan_of(session: Session, task_id: int) -> RemediationPlan | None:
    """The plan filed last."""
    return session.scalar(
        select(RemediationPlan).where(RemediationPlan.task_id == task_id).order_by(RemediationPlan.turn.desc()).limit(1)
    )


def reports_of(session: Session, task_id: int) -> list[TaskReport]:
    """Every report that it is done, the first one first."""
    return list(session.scalars(select(TaskReport).where(TaskReport.task_id == task_id).order_by(TaskReport.turn)))


def last_reports(session: Session, task_ids: Iterable[int]) -> dict[int, TaskReport]:
    found: dict[int, TaskReport] = {}
    for some in chunks(task_ids):
        rows = session.scalars(select(TaskReport).where(TaskReport.task_id.in_(some)).order_by(TaskReport.turn))
        found.update({row.task_id: row for row in rows})
    return found


def last_report_ids(session: Session, task_ids: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in chunks(task_ids):
        query = select(TaskReport.task_id, TaskReport.id).where(TaskReport.task_id.in_(some))
        found.update(dict(session.execute(query.order_by(TaskReport.turn)).all()))
    return found


def evidence_of(session: Session, report_ids: Iterable[int]) -> dict[int, list[TaskEvidence]]:
    found: dict[int, list[TaskEvidence]] = defaultdict(list)
    for some in chunks(report_ids):
        query = select(TaskEvidence).where(TaskEvidence.report_id.in_(some)).order_by(TaskEvidence.id)
        for row in session.scalars(query):
            found[row.report_id].append(row)
    return found


def used_elsewhere(session: Session, task_id: int, hashes: Iterable[str]) -> dict[str, list[Task]]:
    """Other tasks for which a file with the same bytes was handed in: a flag for a person."""
    found: dict[str, list[Task]] = defaultdict(list)
    rows = session.execute(
        select(TaskEvidence.sha256, Task)
        .join(TaskReport, TaskReport.id == TaskEvidence.report_id)
        .join(Task, Task.id == TaskReport.task_id)
        .where(TaskEvidence.sha256.in_(set(hashes)), Task.id != task_id)
        .order_by(Task.id)
    )
    for sha256, task in rows:
        if task not in found[sha256]:
            found[sha256].append(task)
    return found


def escalations_of(session: Session, task_id: int) -> list[Escalation]:
    return list(session.scalars(select(Escalation).where(Escalation.task_id == task_id).order_by(Escalation.id)))


def letters_of(session: Session, task_id: int) -> list[SupervisionLetter]:
    return list(session.scalars(select(SupervisionLetter).where(SupervisionLetter.task_id == task_id)))


def listing_of(session: Session, task_id: int) -> Listing | None:
    return session.scalar(select(Listing).where(Listing.task_id == task_id))


def listings(session: Session, *, public_only: bool) -> list[tuple[Listing, Task]]:
    """Listed tasks, those still open first, then the newest; with their tasks."""
    query = select(Listing, Task).join(Task, Task.id == Listing.task_id)
    if public_only:
        query = query.where(Listing.published_at.is_not(None))
    query = query.order_by(Listing.closure_published_at.is_not(None), Listing.listed_at.desc(), Listing.id.desc())
    return [(listing, task) for listing, task in session.execute(query)]


def similar_to(session: Session, task_id: int) -> list[Task]:
    """The same problem at the unit's other installations."""
    return list(session.scalars(select(Task).where(Task.similar_to_id == task_id).order_by(Task.id)))


def may_see_listing(session: Session, listing: Listing, viewer: Actor) -> bool:
    return may_see(viewer, listing.unit_id)


def tasks_of_notice(session: Session, notice_id: int) -> list[Task]:
    return list(session.scalars(select(Task).where(Task.notice_id == notice_id).order_by(Task.id)))


def tasks_from(session: Session, origin_kind: str, origin_ids: Iterable[object]) -> dict[str, Task]:
    """The task of each origin (a finding), by the text of its id."""
    found: dict[str, Task] = {}
    wanted = sorted({str(one) for one in origin_ids})
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        rows = session.scalars(select(Task).where(Task.origin_kind == origin_kind, Task.origin_id.in_(some)))
        found.update({task.origin_id: task for task in rows})
    return found


def notices_from(session: Session, origin_kind: str, origin_ids: Iterable[object]) -> list[Notice]:
    wanted = [str(one) for one in origin_ids]
    return list(session.scalars(select(Notice).where(Notice.origin_kind == origin_kind, Notice.origin_id.in_(wanted))))


# --- who did what ----------------------------------------------------------------------------------------------------


def acts_of(
    session: Session, key: str, actions: Iterable[str], records: Iterable[tuple[str, object]]
) -> dict[tuple[str, str], int]:
    """Which of these records somebody changed by one of these acts: record -> number of the row. In one query.

    Acts of the open transaction have no number yet; they count with 0.
    """
    names = set(actions)
    wanted = {(kind, str(one)) for kind, one in records}
    rows = session.execute(
        select(AuditRef.kind, AuditRef.record_id, AuditRow.seq)
        .join(AuditRow, AuditRow.seq == AuditRef.seq)
        .where(AuditRow.who == key, AuditRow.act.in_(names), AuditRef.relation == TOUCHED)
        .where(AuditRef.kind.in_({kind for kind, _ in wanted}))
        .order_by(AuditRow.seq.desc())
    )
    found = {(kind, record_id): seq for kind, record_id, seq in rows if (kind, record_id) in wanted}
    found.update((record, 0) for record in _acts_in_this_transaction(session, key, names) & wanted)
    return found


TAKEN_BACK_BY = {"accept_plan": "take_back_plan", "return_plan": "take_back_plan", "recheck": "take_back_recheck"}
"""Acts of the supervision that whoever did them may take back, and the act that does it."""


@dataclass(frozen=True)
class LastAct:
    """The newest row of the trail that changed a task."""

    seq: int
    who: str
    act: str
    label: str

    def may_be_taken_back_by(self, key: str) -> bool:
        return self.act in TAKEN_BACK_BY and self.who == key


def last_acts(session: Session, task_ids: Iterable[int]) -> dict[int, LastAct]:
    """By task; acts of the open transaction have no row yet."""
    found: dict[int, LastAct] = {}
    for some in chunks(task_ids):
        newest = (
            select(AuditRef.record_id, func.max(AuditRef.seq).label("seq"))
            .where(AuditRef.kind == "task", AuditRef.relation == TOUCHED, AuditRef.record_id.in_(map(str, some)))
            .group_by(AuditRef.record_id)
            .subquery()
        )
        query = select(newest.c.record_id, AuditRow.seq, AuditRow.who, AuditRow.act, AuditRow.label)
        for record_id, *facts in session.execute(query.join(AuditRow, AuditRow.seq == newest.c.seq)):
            found[int(record_id)] = LastAct(*facts)
    return found


def newest_to_take_back(session: Session, key: str) -> tuple[str, list[int]] | None:
    """Somebody's newest act on tasks, if it can be taken back: by which act, and the tasks."""
    row = session.execute(
        select(AuditRow.seq, AuditRow.act)
        .where(AuditRow.who == key, AuditRow.kind == "task")
        .order_by(AuditRow.seq.desc())
        .limit(1)
    ).first()
    if row is None or row.act not in TAKEN_BACK_BY:
        return None
    ids = session.scalars(
        select(AuditRef.record_id)
        .where(AuditRef.seq == row.seq, AuditRef.kind == "task", AuditRef.relation == TOUCHED)
        .order_by(AuditRef.record_id)
    )
    return TAKEN_BACK_BY[row.act], [int(one) for one in ids]


def acted_on(
    session: Session, actions: Iterable[str], records: Iterable[tuple[str, object]]
) -> set[tuple[str, str]]:
    """Which of these records anybody changed by one of these acts, also in the open transaction."""
    names = set(actions)
    wanted = {(kind, str(one)) for kind, one in records}
    found = _acts_in_this_transaction(session, "", names) & wanted
    ids = sorted(record_id for _, record_id in wanted)
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(AuditRef.kind, AuditRef.record_id)
            .join(AuditRow, AuditRow.seq == AuditRef.seq)
            .where(AuditRow.act.in_(names), AuditRef.relation == TOUCHED)
            .where(AuditRef.kind.in_({kind for kind, _ in wanted}), AuditRef.record_id.in_(ids[start : start + CHUNK]))
        )
        found |= {(kind, record_id) for kind, record_id in rows} & wanted
    return found


def _acts_in_this_transaction(session: Session, key: str, names: set[str]) -> set[tuple[str, str]]:
    """Records that somebody changed by these acts since the transaction began; without a key: anybody."""
    found: set[tuple[str, str]] = set()
    for entry in session.info.get("trail", ()):
        if (not key or entry.act.by.key == key) and entry.action in names:
            changed = entry.touched if entry.subject is None else (entry.subject, *entry.touched)
            found.update(
                (str(one[0]), str(one[1])) if isinstance(one, tuple) else (kind_of(one), identity(one))
                for one in changed
            )
    return found


# --- lists -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filter:
    """What a list of tasks shows: the address holds the same."""

    unit_ids: frozenset[int] = frozenset()
    within: frozenset[int] = frozenset()
    """All units that one may see, where ``unit_ids`` are fewer."""
    state: str = ""
    """A state, ``open``, or ``standing``: not withdrawn."""
    severity: str = ""
    due: str = ""
    """``overdue``, ``soon`` (within seven days), ``later``."""
    words: str = ""
    waits: str = ""
    """``unit`` or ``office``: with whom it lies."""
    age: str = ""
    """One of ``AGES``: since its notice."""
    closed: str = ""
    """``in_time`` or ``late``: of those closed; ``recurred``: of all."""
    units: Select[int] | None = None
    """Units found by their code or name, of those one may see."""
    visits: Select[Any] | None = None
    """The visits (their ids as text) whose notices it comes from: those of one campaign."""


@dataclass(frozen=True)
class TaskLine:
    """A task as a list shows it."""

    id: int
    number: str
    title: Bilingual
    place: str
    unit_id: int
    severity: str
    severity_name: Bilingual
    is_major: bool
    state: str
    due_at: datetime
    is_overdue: bool
    reopen_count: int
    escalated_to: str


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """As ``rules.Clocks.is_overdue`` for the present, in the database: nothing reported, or reported too late."""
    return and_(
        Task.state != S.WITHDRAWN.value,
        Task.state != S.CLOSED.value,
        Task.due_at < now,
        or_(Task.reported_at.is_(None), Task.reported_at > Task.due_at),
    )


AGES = {"week": (0, 7), "month": (7, 30), "quarter": (30, 90), "older": (90, 36_500)}
"""From how many days after its notice on, and before how many."""


def _filtered(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [among(Task.unit_id, wanted.unit_ids)]
    if wanted.units is not None:
        found.append(Task.unit_id.in_(wanted.units))
    if wanted.state == "open":
        found.append(Task.state.in_([one.value for one in OPEN]))
    elif wanted.state == "standing":
        found.append(Task.state != S.WITHDRAWN.value)
    elif wanted.state:
        found.append(Task.state == wanted.state)
    if wanted.severity:
        found.append(Task.severity == wanted.severity)
    if wanted.waits:
        states = WITH_THE_UNIT if wanted.waits == "unit" else WITH_THE_OFFICE
        found.append(Task.state.in_([one.value for one in states]))
    if wanted.visits is not None:
        notices = select(Notice.id).where(Notice.origin_kind == "visit", Notice.origin_id.in_(wanted.visits))
        found.append(Task.notice_id.in_(notices))
    found += _due(wanted.due, now) + _aged(wanted.age, now) + _closed(wanted.closed)
    if wanted.words:
        columns = (Task.number, Task.title_zh, Task.title_en, Task.place)
        found.append(or_(*(column.icontains(wanted.words, autoescape=True) for column in columns)))
    return found


def _due(due: str, now: datetime) -> list[ColumnElement[bool]]:
    waiting = Task.state.in_([one.value for one in OPEN])
    in_a_week = now + timedelta(days=7)
    if due == "overdue":
        return [is_overdue(now)]
    if due == "soon":
        return [waiting, Task.due_at >= now, Task.due_at <= in_a_week]
    return [waiting, Task.due_at > in_a_week] if due == "later" else []


def _aged(age: str, now: datetime) -> list[ColumnElement[bool]]:
    if age not in AGES:
        return []
    first, last = AGES[age]
    return [Task.issued_at <= now - timedelta(days=first), Task.issued_at > now - timedelta(days=last)]


def _closed(closed: str) -> list[ColumnElement[bool]]:
    if closed == "recurred":
        return [Task.reopen_count > 0, Task.state != S.WITHDRAWN.value]
    ended = [Task.state == S.CLOSED.value, Task.closed_in_time.is_(closed == "in_time")]
    return ended if closed in ("in_time", "late") else []


SORTED_BY: Mapping[str, Any] = {
    "number": Task.number, "title": Task.title_zh, "unit": Unit.code, "severity": Task.severity, "due": Task.due_at,
    "state": Task.state,
}  # fmt: skip
LINE = (
    Task.id, Task.number, Task.title_zh, Task.title_en, Task.place, Task.unit_id, Task.severity, Task.severity_zh,
    Task.severity_en, Task.is_major, Task.state, Task.due_at, Task.reported_at, Task.reopen_count, Task.escalated_to,
)  # fmt: skip


def tasks(
    session: Session, wanted: Filter, now: datetime, limit: int | None = 100, offset: int = 0, sort: str = ""
) -> list[TaskLine]:
    """What the filter leaves, sorted (``-due``: downwards), else the most urgent first: overdue, major, by deadline."""
    query = select(*LINE).where(*_filtered(wanted, now)).limit(limit).offset(offset)
    column = SORTED_BY.get(sort.removeprefix("-"))
    if column is None:
        query = query.order_by(case((is_overdue(now), 0), else_=1), Task.is_major.desc(), Task.due_at, Task.id)
    else:
        query = query.join(Unit, Unit.id == Task.unit_id) if column is Unit.code else query
        query = query.order_by(column.desc() if sort.startswith("-") else column, Task.id)
    return [_line(row, now) for row in session.execute(query)]


def _line(row: Any, now: datetime) -> TaskLine:
    return TaskLine(
        row.id, row.number, Bilingual(row.title_zh, row.title_en), row.place, row.unit_id, row.severity,
        Bilingual(row.severity_zh, row.severity_en), row.is_major, row.state, row.due_at, task_is_overdue(row, now),
        row.reopen_count, row.escalated_to,
    )  # fmt: skip


def task_ids(session: Session, wanted: Filter, now: datetime) -> list[int]:
    return list(session.scalars(select(Task.id).where(*_filtered(wanted, now)).order_by(Task.id)))


@dataclass(frozen=True)
class Standing:
    """How things stand over all tasks one may see, and how many of them the filter leaves."""

    every: int
    left: int
    open: int
    overdue: int
    closed: int
    severities: Mapping[str, Bilingual]


def standing(session: Session, wanted: Filter, now: datetime) -> Standing:
    """All of it by one query, whatever the number of tasks."""

    def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((and_(*conditions), 1)))

    grades = (Task.severity, Task.severity_zh, Task.severity_en)
    counts = (
        func.count(), number(*_filtered(wanted, now)), number(Task.state.in_([one.value for one in OPEN])),
        number(is_overdue(now)), number(Task.state == S.CLOSED.value),
    )  # fmt: skip
    query = select(*grades, *counts).where(among(Task.unit_id, wanted.within or wanted.unit_ids)).group_by(*grades)
    rows = session.execute(query.order_by(Task.severity)).all()
    every, left, open_, overdue, closed = (sum(int(row[n]) for row in rows) for n in range(3, 8))
    return Standing(every, left, open_, overdue, closed, {code: Bilingual(zh, en) for code, zh, en, *_ in rows})


def line(task: Task, now: datetime) -> TaskLine:
    return _line(task, now)


def task_is_overdue(task: Any, now: datetime) -> bool:
    ended = task.state in (S.WITHDRAWN, S.CLOSED)
    return not ended and task.due_at < now and (task.reported_at is None or task.reported_at > task.due_at)


def count(session: Session, wanted: Filter, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Task).where(*_filtered(wanted, now))) or 0


def by_state(session: Session, unit_ids: Iterable[int]) -> dict[str, int]:
    rows = session.execute(
        select(Task.state, func.count()).where(Task.unit_id.in_(set(unit_ids))).group_by(Task.state)
    )
    return dict(rows.all())


def overdue(session: Session, now: datetime, unit_ids: Iterable[int] | None = None) -> list[Task]:
    """Open tasks whose deadline has passed without a report in time, the longest first."""
    query = select(Task).where(is_overdue(now)).order_by(Task.due_at, Task.id)
    if unit_ids is not None:
        query = query.where(Task.unit_id.in_(set(unit_ids)))
    return list(session.scalars(query))


def notices_to_be_received(session: Session) -> list[int]:
    """Notices with tasks still issued: they may have been received, or deemed so, meanwhile (the clock looks)."""
    return list(session.scalars(select(Task.notice_id).where(Task.state == S.ISSUED.value).distinct()))


def to_be_received(session: Session, notice_ids: Iterable[int]) -> list[Task]:
    """The tasks of these notices that are still issued."""
    wanted = select(Task).where(Task.state == S.ISSUED.value).order_by(Task.id)
    return [task for some in chunks(notice_ids) for task in session.scalars(wanted.where(Task.notice_id.in_(some)))]


# --- escalation ------------------------------------------------------------------------------------------------------


def rungs_of(session: Session, scheme_version_id: int | None) -> tuple[Rung, ...]:
    """The escalation levels of a scheme, mildest first."""
    if scheme_version_id is None:
        return ()
    found = programmes.scheme(session, scheme_version_id).escalation
    return tuple(
        Rung(one.level, Bilingual(one.zh, one.en), one.when, tuple(one.tell), one.propose or "") for one in found
    )


@dataclass(frozen=True)
class Prompt:
    """A task whose age has reached a level: a person raises it, or accepts an excuse."""

    task: Task
    rung: Rung


def prompts(session: Session, now: datetime, unit_ids: Iterable[int] | None = None) -> list[Prompt]:
    """What the scheme's levels ask a person to decide today; never done by itself."""
    query = (
        select(Task, Notice.scheme_version_id)
        .join(Notice, Notice.id == Task.notice_id)
        .where(Task.state.in_([one.value for one in WITH_THE_UNIT]), Task.is_excused.is_(False))
        .order_by(Task.due_at, Task.id)
    )
    if unit_ids is not None:
        query = query.where(Task.unit_id.in_(set(unit_ids)))
    ladders: dict[int | None, tuple[Rung, ...]] = {}
    found = []
    for task, version in session.execute(query):
        if version not in ladders:
            ladders[version] = rungs_of(session, version)
        rung = next_rung(task, ladders[version], now)
        if rung is not None:
            found.append(Prompt(task, rung))
    return found


def next_rung(task: Task, rungs: Sequence[Rung], now: datetime) -> Rung | None:
    """The level a task's age has reached and nobody has raised it to yet."""
    if task.state not in WITH_THE_UNIT or task.is_excused:
        return None
    rung = level_reached(rungs, local_day(task.due_at), local_day(now))
    return rung if rung is not None and is_further(rungs, rung, task.escalated_to) else None


# --- counted values --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted(Mapping[str, int]):
    """The tasks (or false closures) behind each count of a unit: a count is the length of its list."""

    lists: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return len(self.lists[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.lists)

    def __len__(self) -> int:
        return len(self.lists)

    def ids(self, name: str) -> tuple[int, ...]:
        """Which records are counted."""
        return self.lists[name]


DUE, IN_TIME, OVERDUE, OVERDUE_MAJOR, FALSE = COUNTERS = (
    "remediation.due", "remediation.closed_in_time", "remediation.overdue", "remediation.overdue_major",
    "remediation.false_closures",
)  # fmt: skip


def kind_counted(name: str) -> str:
    """What a counter counts: the kind of the records behind it, for the explanation of a score."""
    return FalseClosure.__tablename__ if name == FALSE else Task.__tablename__


def counted(
    session: Session, unit_ids: Iterable[int], first_day: date, last_day: date, as_at: datetime
) -> dict[int, Counted]:
    """For each unit: the tasks whose deadline lies in the period, in time, overdue, as things stood ``as_at``.

    A task counts in the period of its deadline and in no other, so that no lateness is counted twice. One whose report
    came in time and waits for the re-check counts as in time: its unit's clock has stopped.
    """
    wanted = set(unit_ids)
    found: dict[int, dict[str, list[int]]] = {unit: {name: [] for name in COUNTERS} for unit in wanted}
    for task_id, unit_id, is_major, clocks in _clocks(session, first_day, last_day, wanted):
        if clocks.is_withdrawn(as_at):
            continue
        lists = found[unit_id]
        lists[DUE].append(task_id)
        if clocks.in_time(as_at):
            lists[IN_TIME].append(task_id)
        if clocks.is_overdue(as_at):
            lists[OVERDUE].append(task_id)
            if is_major:
                lists[OVERDUE_MAJOR].append(task_id)
    for row in _false_closures(session, first_day, last_day, as_at):
        if row.unit_id in wanted:
            found[row.unit_id][FALSE].append(row.id)
    return {unit: Counted({name: tuple(ids) for name, ids in lists.items()}) for unit, lists in found.items()}


def _clocks(
    session: Session, first_day: date, last_day: date, unit_ids: set[int]
) -> Iterator[tuple[int, int, bool, Clocks]]:
    rows = session.execute(
        select(Task.id, Task.unit_id, Task.is_major, Task.due_at, Task.withdrawn_at)
        .where(*_within(Task.due_at, first_day, last_day), among(Task.unit_id, unit_ids))
        .order_by(Task.id)
    ).all()
    reports: dict[int, list[Report]] = defaultdict(list)
    for task_id, reported_at, returned_at in session.execute(
        select(TaskReport.task_id, TaskReport.reported_at, TaskReport.returned_at)
        .join(Task, Task.id == TaskReport.task_id)
        .where(*_within(Task.due_at, first_day, last_day), among(Task.unit_id, unit_ids))
        .order_by(TaskReport.turn)
    ):
        reports[task_id].append(Report(reported_at, returned_at))
    for row in rows:
        yield row.id, row.unit_id, row.is_major, Clocks(row.due_at, reports.get(row.id, ()), row.withdrawn_at)


def _within(column: InstrumentedAttribute[datetime], first_day: date, last_day: date) -> list[ColumnElement[bool]]:
    zone = reading_zone()
    start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=zone)
    end = datetime(last_day.year, last_day.month, last_day.day, 23, 59, 59, 999999, tzinfo=zone)
    return [column >= start, column <= end]


def _false_closures(session: Session, first_day: date, last_day: date, as_at: datetime) -> list[FalseClosure]:
    query = select(FalseClosure).where(*_within(FalseClosure.established_at, first_day, last_day))
    return [row for row in session.scalars(query.order_by(FalseClosure.id)) if row.established_at <= as_at]


# --- second looks ----------------------------------------------------------------------------------------------------


def looks(session: Session, unit_ids: Iterable[int]) -> list[SecondLook]:
    query = select(SecondLook).where(SecondLook.unit_id.in_(set(unit_ids))).order_by(SecondLook.id.desc())
    return list(session.scalars(query))


def roll_of(session: Session, look_id: int, *, drawn_only: bool = False) -> list[tuple[SecondLookTask, Task]]:
    """The tasks on a second look's roll, in the order of the draw."""
    query = (
        select(SecondLookTask, Task)
        .join(Task, Task.id == SecondLookTask.task_id)
        .where(SecondLookTask.second_look_id == look_id)
        .order_by(SecondLookTask.place, Task.number)
    )
    if drawn_only:
        query = query.where(SecondLookTask.place.is_not(None))
    return list(session.execute(query))


# --- who sees what ---------------------------------------------------------------------------------------------------


def may_see_task(session: Session, task: Task, viewer: Actor) -> bool:
    return may_see(viewer, task.unit_id)


def may_see_notice(session: Session, notice: Notice, viewer: Actor) -> bool:
    return may_see(viewer, notice.unit_id)


def may_see_letter(session: Session, letter: SupervisionLetter, viewer: Actor) -> bool:
    return may_see(viewer, letter.unit_id)


def may_see_look(session: Session, look: SecondLook, viewer: Actor) -> bool:
    """What will be looked at again is not shown to those whose closures are looked at."""
    return any(viewer.holds(duty, look.unit_id) for duty in (Duty.DRAW, Duty.PLAN_INSPECTIONS, *INSPECTING, Duty.AUDIT))


def may_see_evidence(session: Session, evidence: TaskEvidence, viewer: Actor) -> bool:
    report = session.get_one(TaskReport, evidence.report_id)
    return may_see(viewer, session.get_one(Task, report.task_id).unit_id)


def visible_units(viewer: Actor) -> frozenset[int]:
    """Every unit whose tasks this person may see."""
    reach = getattr(viewer, "unit_ids_for", None)
    return frozenset().union(*(reach(duty) for duty in READERS)) if reach else frozenset()
