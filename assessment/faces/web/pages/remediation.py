"""Remediation: tasks by age and gravity, each from notice to closure, one by one or many by one act."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, get_template_attribute, render_template
from markupsafe import Markup

from assessment.delivery.queries import extensions_about
from assessment.faces.web.kit import (
    _,
    access,
    act_word,
    address,
    address_of,
    buttons,
    chip_class,
    current_session,
    due_word,
    now,
    scope,
    shape,
    signed_in,
    timeline,
    viewer,
)
from assessment.faces.web.pages.uploads import send
from assessment.foundation import audit
from assessment.foundation.i18n import N_, Sentence, local_day, say
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.remediation import queries
from assessment.remediation.models import (
    Notice,
    SecondLook,
    SupervisionLetter,
    Task,
    TaskEvidence,
    TaskState,
)
from assessment.remediation.process import LISTED_SUPERVISION, SUPERVISION_LETTER, TASK

pages = Blueprint("remediation", __name__, url_prefix="/remediation")
address("task", "remediation.show", "task_id", N_("Task"))
address("notice", "remediation.notice", "notice_id", N_("Remediation notice"))
address("supervision_letter", "remediation.letter", "letter_id", N_("Supervision letter"))
address("second_look", "remediation.look", "look_id", N_("Second look"))
scope(Task, queries.may_see_task)
scope(Notice, queries.may_see_notice)
scope(SupervisionLetter, queries.may_see_letter)
scope(SecondLook, queries.may_see_look)
scope(TaskEvidence, queries.may_see_evidence)
shape("task", "received", "going")
shape("task", "plan_accepted", "going")
act_word("issue_notice", N_("Notice issued and served"))
act_word("extend", N_("Deadline extended"))

S = TaskState
RECHECK_WITHIN = timedelta(days=10)  # the site is looked at within ten days of the report (Hubei; domain 2.3)


def today() -> date:
    return local_day(now())


def units_of(ids: Iterable[int]) -> dict[int, Any]:
    return unit_views(current_session(), set(ids), today())


def pick(line: Any) -> Markup:
    word = _("Choose task {number}", number=line.number)
    return Markup('<input type="checkbox" name="ids" value="{}" form="bulk" aria-label="{}">').format(line.id, word)


def macro(name: str) -> Callable[..., Any]:
    return get_template_attribute("_macros.html", name)


def state_shown(line: Any) -> Any:
    return macro("chip")(TASK.word(line.state), chip_class(TASK, line.state))


def due_shown(line: Any) -> Any:
    ended = line.state in (S.CLOSED, S.WITHDRAWN)
    waits_for_us = line.state in (S.REPORTED_DONE, S.RECHECKED) and not line.is_overdue
    word = None if ended or waits_for_us else due_word(line.due_at, now())
    return macro("chip")(*word) if word else local_day(line.due_at)


# --- one task --------------------------------------------------------------------------------------------------------


@pages.get("/<int:task_id>")
@signed_in
def show(task_id: int) -> str:
    session = current_session()
    task = access(Task, task_id)
    reports = queries.reports_of(session, task.id)
    files = queries.evidence_of(session, [one.id for one in reports])
    last = reports[-1] if reports else None
    notice = session.get_one(Notice, task.notice_id)
    shown = files.get(last.id, []) if last else []
    return render_template(
        "remediation/show.html",
        task=task,
        notice=notice,
        unit=units_of([task.unit_id])[task.unit_id],
        offers=buttons(task),
        places=strip(session, task),
        status=status(task),
        plan=queries.plan_of(session, task.id),
        report=last,
        earlier=reports[:-1],
        files=shown,
        elsewhere=queries.used_elsewhere(session, task.id, [one.sha256 for one in shown]) if shown else {},
        found_at=origin(session, task),
        extensions=extensions_about(session, ("task", task.id)),
        escalations=queries.escalations_of(session, task.id),
        letters=queries.letters_of(session, task.id),
        listed=queries.listing_of(session, task.id),
        similar=queries.similar_to(session, task.id),
        first=session.get_one(Task, task.similar_to_id) if task.similar_to_id else None,
        next_level=queries.next_rung(task, queries.rungs_of(session, notice.scheme_version_id), now()),
        recheck_by=last.reported_at + RECHECK_WITHIN if last and task.state == S.REPORTED_DONE else None,
        may_ask=may_ask_extension(task),
        may_write=may_write_letter(task),
        may_list=may_list(session, task),
        is_overdue=queries.task_is_overdue(task, now()),
        happened=timeline(session, task),
    )


def origin(session: Any, task: Task) -> tuple[Any, str]:
    """The word and the address of what the task comes from."""
    where = address_of(task.origin_kind, task.origin_id)
    if task.similar_to_id is not None:
        return say("Task {number}", number=session.get_one(Task, task.similar_to_id).number), where
    return say("Finding {number}", number=task.origin_id), where


def status(task: Task) -> Sentence:
    """What is due now, in a sentence."""
    day = local_day(task.due_at)
    if task.state == S.CLOSED and task.closed_at is not None:
        return say("Closed on {day}.", day=local_day(task.closed_at))
    if task.state == S.WITHDRAWN:
        return say("Withdrawn: its finding has fallen.")
    if task.state == S.REPORTED_DONE and task.reported_at is not None:
        return say("Re-check by {day}, 10 days after the report.", day=local_day(task.reported_at + RECHECK_WITHIN))
    if task.state == S.RECHECKED:
        return say("Re-checked; somebody who had no part in it closes it.")
    if task.state == S.PLAN_FILED:
        return say("The plan waits for the supervision office; the fix is due on {day}.", day=day)
    if task.due_at < now():
        return say("It was due on {day}.", day=day)
    return say("To be put right by {day}.", day=day)


def may_ask_extension(task: Task) -> bool:
    return viewer().holds(Duty.ANSWER_NOTICES, task.unit_id) and task.state in queries.WITH_THE_UNIT


def may_list(session: Any, task: Task) -> bool:
    may = LISTED_SUPERVISION.may_open("list_task", viewer(), task.unit_id)
    return may and task.is_major and task.state in queries.OPEN and queries.listing_of(session, task.id) is None


def may_write_letter(task: Task) -> bool:
    may = SUPERVISION_LETTER.may_open("issue_supervision_letter", viewer(), task.unit_id)
    return may and task.state in queries.OPEN


ROAD = (S.ISSUED, S.RECEIVED, S.PLAN_FILED, S.PLAN_ACCEPTED, S.UNDER_WAY, S.REPORTED_DONE, S.RECHECKED, S.CLOSED)
STANDS_BY = {S.PLAN_RETURNED: S.RECEIVED, S.RETURNED: S.UNDER_WAY}
MOVES = {
    S.ISSUED: "issue_notice", S.RECEIVED: "receive", S.PLAN_FILED: "file_plan", S.PLAN_ACCEPTED: "accept_plan",
    S.UNDER_WAY: "start_work", S.REPORTED_DONE: "report_done", S.RECHECKED: "recheck", S.CLOSED: "close_task",
}  # fmt: skip


def strip(session: Any, task: Task) -> list[tuple[Any, Any, str]]:
    """Where the task is on its road; a task that needs no plan has a shorter one."""
    if task.state == S.WITHDRAWN:
        return []
    road = [one for one in ROAD if task.needs_plan or one not in (S.PLAN_FILED, S.PLAN_ACCEPTED)]
    here = road.index(STANDS_BY.get(S(task.state), S(task.state)))
    when = {row.act: row.at for row in audit.history(session, task)}
    places = []
    for place, state in enumerate(road):
        moment = when.get(MOVES[state]) if place <= here else None
        small = local_day(moment) if moment else ""
        places.append((TASK.words[state], small, "now" if place == here else ("did" if place < here else "")))
    return places


@pages.get("/evidence/<int:evidence_id>")
@signed_in
def evidence(evidence_id: int) -> Response:
    one = access(TaskEvidence, evidence_id)
    return send(one.sha256, one.name, one.mime)  # type: ignore[no-any-return]
