"""Issue notices with their tasks, and sign for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.delivery import queries as delivery
from assessment.delivery.models import ON_ITS_WAY, SERVED, Paper
from assessment.delivery.services import calendar, serve_many
from assessment.delivery.services import receive as receive_paper
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import Bilingual, reading_zone, say
from assessment.foundation.workdays import Duration, due
from assessment.remediation.models import Notice, Task
from assessment.remediation.process import TASK
from assessment.remediation.queries import chunks
from assessment.remediation.services.writing import set_all

PLAN_WITHIN = Duration(10, "w")
PAPER = "notice"


@dataclass(frozen=True)
class NewTask:
    """One thing to be put right, and until when."""

    title: Bilingual
    origin: tuple[str, object]
    """What it comes from: the finding."""
    severity: str
    severity_name: Bilingual
    due_at: datetime
    place: str = ""
    clause: str = ""
    is_major: bool = False
    needs_plan: bool = True
    found_by: tuple[str, ...] = ()
    """The keys of those who inspected there; none of them closes it."""
    ask_extension_by: datetime | None = None
    """Where more time must be asked for earlier than the deadline itself."""
    similar_to_id: int | None = None
    """The task whose problem was found again elsewhere in the unit."""


@dataclass(frozen=True)
class NewNotice:
    """A notice to one unit, with the tasks it lists."""

    unit_id: int
    number: str
    origin: tuple[str, object]
    """What it comes from: the visit."""
    tasks: Sequence[NewTask]
    scheme_version_id: int | None = None
    is_illustrative: bool = False
    plan_within: Duration = PLAN_WITHIN


def issue_notice(
    session: Session,
    act: Act,
    *,
    unit_id: int,
    origin: tuple[str, object],
    tasks: Sequence[NewTask],
    number: str,
    scheme_version_id: int | None = None,
    is_illustrative: bool = False,
) -> Notice:
    """Issue one notice with its tasks, and serve it."""
    new = NewNotice(unit_id, number, origin, tasks, scheme_version_id, is_illustrative)
    return issue_notices(session, act, [new])[0]


def issue_notices(session: Session, act: Act, items: Sequence[NewNotice]) -> list[Notice]:
    """Issue many notices by one act, and serve each on its unit; their tasks' clocks stand in the paper."""
    empty = next((one for one in items if not one.tasks), None)
    if empty is not None:
        raise Invalid(say("Notice {number} lists no task.", number=empty.number))
    notices = [_notice(new, act) for new in items]
    session.add_all(notices)
    session.flush()
    tasks = [
        _task(notice, place, task, act)
        for notice, new in zip(notices, items, strict=True)
        for place, task in enumerate(new.tasks, 1)
    ]
    session.add_all(tasks)
    session.flush()
    audit.record(
        session, act, "issue_notice", None, kind="notice", touched=[*notices, *tasks],
        relied_on=[*(one.origin for one in items), *(task.origin for one in items for task in one.tasks)],
        body={"notices": [[one.number, one.unit_id, len(one.tasks)] for one in items]},
    )  # fmt: skip
    serve_many(session, act, PAPER, [(one.unit_id, ("notice", one.id), _title(one), one.number) for one in notices])
    return notices


def _notice(new: NewNotice, act: Act) -> Notice:
    return Notice(
        number=new.number, unit_id=new.unit_id, origin_kind=new.origin[0], origin_id=str(new.origin[1]),
        scheme_version_id=new.scheme_version_id, issued_at=act.at, plan_within=str(new.plan_within),
        is_illustrative=new.is_illustrative,
    )  # fmt: skip


def _title(notice: Notice) -> Bilingual:
    return Bilingual(f"整改通知书{notice.number}", f"Remediation notice {notice.number}")


def _task(notice: Notice, place: int, new: NewTask, act: Act) -> Task:
    if new.due_at <= act.at:
        raise Invalid(say("The deadline of “{title}” lies before the notice.", title=new.title))
    task = Task(
        number=f"{notice.number}-{place:03d}", notice_id=notice.id, unit_id=notice.unit_id,
        origin_kind=new.origin[0], origin_id=str(new.origin[1]), title_zh=new.title.zh, title_en=new.title.en,
        place=new.place, clause=new.clause, severity=new.severity, severity_zh=new.severity_name.zh,
        severity_en=new.severity_name.en, is_major=new.is_major, needs_plan=new.needs_plan, issued_at=act.at,
        first_due_at=new.due_at, due_at=new.due_at, ask_extension_by=new.ask_extension_by or new.due_at,
        found_by=" ".join(new.found_by), similar_to_id=new.similar_to_id, reopen_count=0, escalated_to="",
        is_excused=False,
    )  # fmt: skip
    TASK.begin(task, "issue_notice", act)
    return task


# --- receipt ---------------------------------------------------------------------------------------------------------


def receive(session: Session, task: Task, act: Act) -> None:
    """Sign for the notice of a task: all of its tasks that are still issued are received with it."""
    whole = session.scalars(select(Task).where(Task.notice_id == task.notice_id, Task.state == task.state))
    receive_all(session, list(whole), act)


def receive_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    """Receive tasks with their notices. A unit signs for the paper by this; the clock follows papers already served."""
    notices = _notices(session, {task.notice_id for task in tasks})
    TASK.perform_all(session, tasks, "receive", act, relied_on=[("notice", one) for one in sorted(notices)])
    served: dict[datetime, list[int]] = {}
    for notice_id, at in _served(session, notices.values(), act).items():
        served.setdefault(at, []).append(notice_id)
    for at, ids in served.items():
        mine = set(ids)
        set_all(session, [task for task in tasks if task.notice_id in mine], received_at=at)
        for one in mine:
            notices[one].plan_by = notices[one].plan_by or due(
                at, Duration.parse(notices[one].plan_within), calendar(session), reading_zone()
            )


def _notices(session: Session, ids: Iterable[int]) -> dict[int, Notice]:
    found: dict[int, Notice] = {}
    for some in chunks(ids):
        found.update({one.id: one for one in session.scalars(select(Notice).where(Notice.id.in_(some)))})
    return found


def _served(session: Session, notices: Iterable[Notice], act: Act) -> dict[int, datetime]:
    """When each notice was served; papers that still wait are signed for by this very act."""
    wanted = {str(one.id): one for one in notices}
    papers: dict[int, Paper] = {}
    for some in chunks(int(one) for one in wanted):
        rows = session.scalars(
            select(Paper).where(Paper.kind == PAPER, Paper.subject_kind == "notice")
            .where(Paper.subject_id.in_([str(one) for one in some]), Paper.state.in_([*SERVED, *ON_ITS_WAY]))
        )  # fmt: skip
        papers.update({int(paper.subject_id): paper for paper in rows})
    found = {}
    for notice_id, paper in papers.items():
        if not delivery.is_served(paper):
            if not act.by.holds("receive_papers", paper.unit_id):
                raise NotNow(say("Notice {number} has not been received yet.", number=paper.number))
            receive_paper(session, paper, act)
        found[notice_id] = paper.served_at or act.at
    missing = [one.number for one in wanted.values() if one.id not in found]
    if missing:
        raise NotNow(say("Notice {number} has not been served.", number=missing[0]))
    return found
