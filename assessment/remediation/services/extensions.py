"""More time for tasks: asked in time with a reason, granted by somebody else, written into the task's deadline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from assessment.delivery import queries as delivery
from assessment.delivery import services as papers
from assessment.delivery.models import Extension, ExtensionItem, ExtensionState
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import say
from assessment.organisations.duties import Duty
from assessment.remediation.models import Task
from assessment.remediation.queries import WITH_THE_UNIT, chunks


def ask_extension(session: Session, tasks: Sequence[Task], act: Act, until: datetime) -> Extension:
    """Ask for more time for one unit's tasks; for major ones the scheme wants the request earlier."""
    units = {task.unit_id for task in tasks}
    if len(units) != 1:
        raise Invalid(say("An extension is asked for the tasks of one unit."))
    ended = next((task for task in tasks if task.state not in WITH_THE_UNIT), None)
    if ended is not None:
        raise NotNow(say("Task {number} is not with the unit now; there is nothing to extend.", number=ended.number))
    return papers.ask_extension(
        session, act, unit_id=units.pop(), until=until, grant_duty=Duty.EXTEND_TASKS,
        deadlines=[papers.Deadline(one.unit_id, ("task", one.id), one.due_at, one.ask_extension_by) for one in tasks],
    )  # fmt: skip


def grant_extension(session: Session, extension: Extension, act: Act, until: datetime | None = None) -> None:
    papers.grant_extension(session, extension, act, until=until)
    session.flush()
    _extend(session, [int(item.subject_id) for item in extension.items if item.subject_kind == "task"], act)


def refuse_extension(session: Session, extension: Extension, act: Act) -> None:
    papers.refuse_extension(session, extension, act)


def take_over_extensions(session: Session, act: Act) -> int:
    """The clock's: extensions granted elsewhere (on the page of deliveries) reach their tasks; how many did."""
    waiting = session.scalars(
        select(Task.id)
        .select_from(ExtensionItem)
        .join(Extension, Extension.id == ExtensionItem.extension_id)
        .join(Task, cast(Task.id, String) == ExtensionItem.subject_id)
        .where(ExtensionItem.subject_kind == "task", Extension.state == ExtensionState.GRANTED.value)
        .where(Task.due_at == ExtensionItem.due_at)
    )
    return _extend(session, list(waiting), act)


def _extend(session: Session, task_ids: Sequence[int], act: Act) -> int:
    until = delivery.extensions_until(session, "task", task_ids)
    tasks = [
        task
        for some in chunks(task_ids)
        for task in session.scalars(select(Task).where(Task.id.in_(some)))
        if str(task.id) in until and until[str(task.id)] > task.due_at
    ]
    if not tasks:
        return 0
    before = [[task.number, task.due_at, until[str(task.id)]] for task in tasks]
    for task in tasks:
        task.due_at = until[str(task.id)]
        task.ask_extension_by = max(task.ask_extension_by, task.first_due_at)
    audit.record(session, act, "extend", None, kind="task", touched=tasks, body={"deadlines": before})
    return len(tasks)
