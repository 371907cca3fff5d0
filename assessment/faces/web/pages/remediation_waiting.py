"""What remediation asks of whom: of units their tasks, of the supervision what lies with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for

from assessment.faces.web.kit import (
    Waiting,
    address_of,
    waiting,
)
from assessment.faces.web.pages import remediation as room
from assessment.foundation.i18n import N_, Label, say
from assessment.organisations.duties import Duty
from assessment.remediation import queries
from assessment.remediation.process import TASK


@waiting
def tasks_to_answer(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    """The unit's: what is due next, each task by itself while they are few."""
    mine = officer.unit_ids_for(Duty.ANSWER_NOTICES)
    if not mine:
        return []
    wanted = queries.Filter(mine, waits="unit")
    lines = queries.tasks(session, wanted, at, limit=6)
    return [
        Waiting(
            one.title, say("Task {number}. It is due on {moment}.", number=one.number, moment=one.due_at),
            one.due_at, address_of("task", one.id), Label(N_("Answer it")), TASK.word(one.state),
        )
        for one in lines
    ]  # fmt: skip


@waiting
def tasks_for_the_supervision(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    """Plans to judge, fixes to look at again, tasks to close: counted, with a link to the list."""
    asks = (
        (Duty.ACCEPT_PLANS, room.S.PLAN_FILED, N_("Plans to accept or return: {count}"), N_("Read the plans")),
        (Duty.INSPECT, room.S.REPORTED_DONE, N_("Reported fixes to re-check: {count}"), N_("Re-check them")),
        (Duty.ACCEPT_PLANS, room.S.RECHECKED, N_("Re-checked tasks to close: {count}"), N_("Close them")),
    )
    found = []
    for duty, state, title, button in asks:
        mine = officer.unit_ids_for(duty)
        count = queries.count(session, queries.Filter(mine, state=state.value), at) if mine else 0
        if count:
            where = url_for("remediation.index", state=state.value)
            text = say("They lie with the supervision; the units' clocks stand still.")
            found.append(Waiting(say(title, count=count), text, None, where, Label(button)))
    return found


@waiting
def levels_reached(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    mine = officer.unit_ids_for(Duty.ACCEPT_PLANS)
    some = queries.prompts(session, at, mine) if mine else []
    if not some:
        return []
    return [
        Waiting(
            say("Tasks that reached a level of escalation: {count}", count=len(some)),
            say("Raise them to it, or accept an excuse. Nothing happens by itself."),
            None, url_for("remediation.escalations"), Label(N_("Decide")),
        )
    ]  # fmt: skip
