"""Raise tasks to the level their age has reached, or accept an excuse; a person's decision, never the clock's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import say
from assessment.remediation.models import Escalation, Notice, Task
from assessment.remediation.process import TASK
from assessment.remediation.queries import next_rung, rungs_of
from assessment.remediation.rules import Rung
from assessment.remediation.services.writing import set_all


def escalate(session: Session, task: Task, act: Act) -> None:
    """Take the level that the task's age has reached; whom it tells and what it proposes stand in the scheme."""
    escalate_all(session, [task], act)


def escalate_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    reached = _reached(session, tasks, act)
    TASK.perform_all(
        session, tasks, "escalate", act, body={"levels": [[task.number, reached[task.id].level] for task in tasks]}
    )
    for level in {rung.level for rung in reached.values()}:
        set_all(session, [task for task in tasks if reached[task.id].level == level], escalated_to=level)
    session.add_all(_row(task, reached[task.id], act) for task in tasks)


def _reached(session: Session, tasks: Sequence[Task], act: Act) -> dict[int, Rung]:
    ladders: dict[int, tuple[Rung, ...]] = {}
    found: dict[int, Rung] = {}
    for task in tasks:
        if task.notice_id not in ladders:
            notice = session.get_one(Notice, task.notice_id)
            ladders[task.notice_id] = rungs_of(session, notice.scheme_version_id)
        rung = next_rung(task, ladders[task.notice_id], act.at)
        if rung is None:
            raise NotNow(say("Task {number} has reached no further level of escalation.", number=task.number))
        found[task.id] = rung
    return found


def _row(task: Task, rung: Rung, act: Act) -> Escalation:
    return Escalation(
        task_id=task.id, level=rung.level, name_zh=rung.name.zh, name_en=rung.name.en, told=list(rung.tell),
        proposes=rung.proposes, decided_at=act.at, decided_by=act.by.label, reason=act.reason,
    )  # fmt: skip


def accept_excuse(session: Session, task: Task, act: Act) -> None:
    """A good reason stops the escalation of this task; its deadline stays."""
    accept_excuse_all(session, [task], act)


def accept_excuse_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    TASK.perform_all(session, tasks, "accept_excuse", act)
    set_all(session, tasks, is_excused=True)
    session.add_all(
        Escalation(
            task_id=task.id, level="", name_zh="", name_en="", told=[], proposes="", decided_at=act.at,
            decided_by=act.by.label, reason=act.reason,
        )
        for task in tasks
    )  # fmt: skip
