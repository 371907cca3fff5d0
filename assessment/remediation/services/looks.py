"""Second looks: closed tasks drawn by a seed that was unknown when the roll was frozen, and looked at again."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.draw import draw, population_hash
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import local_day, say
from assessment.organisations.queries import subtree_ids
from assessment.remediation.models import SecondLook, SecondLookTask, Task, TaskState
from assessment.remediation.process import SECOND_LOOK
from assessment.remediation.queries import roll_of


def freeze_second_look(session: Session, act: Act, *, unit_id: int, number: str, size: int) -> SecondLook:
    """Put all tasks closed by now below a unit on the roll, and fix it by its hash; the seed comes afterwards."""
    units = subtree_ids(session, unit_id, local_day(act.at))
    closed = session.scalars(
        select(Task).where(Task.state == TaskState.CLOSED.value, Task.unit_id.in_(units)).order_by(Task.number)
    ).all()
    if not 0 < size <= len(closed):
        sentence = say("There are {count} closed tasks; choose a sample between 1 and that.", count=len(closed))
        raise Invalid(sentence, fields={"size": sentence})
    fixed = population_hash(task.number for task in closed)
    look = SecondLook(
        number=number, unit_id=unit_id, size=size, population=len(closed), population_hash=fixed, frozen_at=act.at
    )
    SECOND_LOOK.start(session, look, "freeze_second_look", act, body={"population": fixed, "size": size})
    session.flush()
    session.add_all(SecondLookTask(second_look_id=look.id, task_id=task.id) for task in closed)
    return look


def draw_second_look(session: Session, look: SecondLook, act: Act, seed: str) -> None:
    """Enter the seed (20 digits: dice or a public number) and draw."""
    if not re.fullmatch(r"[0-9]{20}", seed):
        sentence = say("A seed has 20 digits: from dice, or from a public number.")
        raise Invalid(sentence, fields={"seed": sentence})
    SECOND_LOOK.perform(session, look, "draw_second_look", act, body={"seed": seed})
    look.seed, look.drawn_at = seed, act.at
    roll = {task.number: row for row, task in roll_of(session, look.id)}
    if population_hash(roll) != look.population_hash:
        raise NotNow(say("The roll is not the one that was frozen; this cannot be drawn."))
    for one in draw(sorted(roll), look.size, seed):
        roll[one.id].place, roll[one.id].ticket = one.order, one.ticket


def look_again(session: Session, look: SecondLook, act: Act, task_id: int, holds: bool, note: str = "") -> None:
    """Record what was found at a drawn task; that a closure was false, a person then establishes on the task."""
    row = session.scalar(
        select(SecondLookTask).where(SecondLookTask.second_look_id == look.id, SecondLookTask.task_id == task_id)
    )
    if row is None or row.place is None:
        raise Invalid(say("This task was not drawn."))
    if not holds and not note.strip():
        sentence = say("Say what was found.")
        raise Invalid(sentence, fields={"note": sentence})
    SECOND_LOOK.perform(
        session, look, "look_again", act, touched=[row], relied_on=[("task", task_id)],
        body={"task": task_id, "holds": holds},
    )  # fmt: skip
    row.holds, row.note, row.looked_at = holds, note.strip(), act.at


def close_second_look(session: Session, look: SecondLook, act: Act) -> None:
    if any(row.looked_at is None for row, _ in roll_of(session, look.id, drawn_only=True)):
        raise NotNow(say("Some drawn tasks have not been looked at yet."))
    SECOND_LOOK.perform(session, look, "close_second_look", act)
