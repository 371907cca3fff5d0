"""Each step of a task, for one and for many: plan, work, report, re-check, closure, and the ways back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import Sentence, local_day, say
from assessment.remediation.models import FalseClosure, Method, RemediationPlan, Task, TaskEvidence, TaskReport
from assessment.remediation.process import TASK
from assessment.remediation.queries import chunks, last_report_ids, last_reports
from assessment.remediation.services.writing import add_rows, set_all

Fact = TypeVar("Fact")


@dataclass(frozen=True)
class NewPlan:
    """五到位: measures, money, person, deadline, safeguards; none may be missing."""

    measures: str
    money: str
    person: str
    deadline: date
    safeguards: str


@dataclass(frozen=True)
class NewEvidence:
    """A file in the store that shows the fix, and the day it was taken."""

    sha256: str
    name: str
    mime: str
    size: int
    taken_on: date


@dataclass(frozen=True)
class Done:
    """A report that a task is done."""

    fixed_on: date
    evidence: Sequence[NewEvidence]
    note: str = ""


def _for(facts: Fact | Mapping[int, Fact], task: Task) -> Fact:
    """A bulk act gives the same facts for all, or each task's own by its id."""
    return facts[task.id] if isinstance(facts, Mapping) else facts


def _turns(session: Session, model: type[Any], tasks: Sequence[Task]) -> dict[int, int]:
    """The next number of a task's plan or report."""
    found: dict[int, int] = {}
    for some in chunks(task.id for task in tasks):
        rows = session.execute(
            select(model.task_id, func.max(model.turn)).where(model.task_id.in_(some)).group_by(model.task_id)
        )
        found.update(dict(rows.all()))
    return {task.id: found.get(task.id, 0) + 1 for task in tasks}


# --- plan ------------------------------------------------------------------------------------------------------------


def file_plan(session: Session, task: Task, act: Act, plan: NewPlan) -> None:
    """The unit says how it will put it right; all five things are named."""
    file_plan_all(session, [task], act, plan)


def file_plan_all(session: Session, tasks: Sequence[Task], act: Act, plans: NewPlan | Mapping[int, NewPlan]) -> None:
    for task in tasks:
        _check_plan(_for(plans, task), task)
    TASK.perform_all(session, tasks, "file_plan", act)
    turns = _turns(session, RemediationPlan, tasks)
    add_rows(session, RemediationPlan, [_plan_row(task, turns[task.id], _for(plans, task), act) for task in tasks])


def _plan_row(task: Task, turn: int, plan: NewPlan, act: Act) -> dict[str, Any]:
    return {
        "task_id": task.id, "turn": turn, "measures": plan.measures.strip(), "money": plan.money.strip(),
        "person": plan.person.strip(), "deadline": plan.deadline, "safeguards": plan.safeguards.strip(),
        "filed_at": act.at, "filed_by": act.by.label,
    }  # fmt: skip


def _check_plan(plan: NewPlan, task: Task) -> None:
    empty = {
        name: say("Fill this in: a plan names measures, money, person, deadline and safeguards.")
        for name in ("measures", "money", "person", "safeguards")
        if not getattr(plan, name).strip()
    }
    if empty:
        raise Invalid(say("The plan is not complete."), fields=empty)
    last = local_day(task.due_at)
    if plan.deadline > last:
        sentence = say("The plan's deadline lies after the task's, {day}; ask for an extension first.", day=last)
        raise Invalid(sentence, fields={"deadline": sentence})


def accept_plan(session: Session, task: Task, act: Act) -> None:
    TASK.perform(session, task, "accept_plan", act)


def accept_plan_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    TASK.perform_all(session, tasks, "accept_plan", act)


def return_plan(session: Session, task: Task, act: Act) -> None:
    TASK.perform(session, task, "return_plan", act)


def return_plan_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    TASK.perform_all(session, tasks, "return_plan", act)


def take_back_plan(session: Session, task: Task, act: Act) -> None:
    """Undo one's own decision on a plan, by an act of its own: the plan waits again."""
    take_back_plan_all(session, [task], act)


def take_back_plan_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    TASK.perform_all(session, tasks, "take_back_plan", act)


def start_work(session: Session, task: Task, act: Act) -> None:
    TASK.perform(session, task, "start_work", act)


def start_work_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    TASK.perform_all(session, tasks, "start_work", act)


# --- report ----------------------------------------------------------------------------------------------------------


def report_done(session: Session, task: Task, act: Act, done: Done) -> None:
    """The unit says that it is fixed, and shows it: at least one file, taken on or after the day of the fix."""
    report_done_all(session, [task], act, done)


def report_done_all(session: Session, tasks: Sequence[Task], act: Act, dones: Done | Mapping[int, Done]) -> None:
    for task in tasks:
        _check_done(_for(dones, task), task, act)
    body = {"evidence": [[task.id, *(one.sha256 for one in _for(dones, task).evidence)] for task in tasks]}
    TASK.perform_all(session, tasks, "report_done", act, body=body)
    turns = _turns(session, TaskReport, tasks)
    add_rows(session, TaskReport, [_report_row(task, turns[task.id], _for(dones, task), act) for task in tasks])
    reports = last_report_ids(session, [task.id for task in tasks])
    add_rows(session, TaskEvidence, [
        {"report_id": reports[task.id], "sha256": one.sha256, "name": one.name, "mime": one.mime, "size": one.size,
         "taken_on": one.taken_on}
        for task in tasks
        for one in _for(dones, task).evidence
    ])  # fmt: skip
    set_all(session, tasks, reported_at=act.at)


def _report_row(task: Task, turn: int, done: Done, act: Act) -> dict[str, Any]:
    return {
        "task_id": task.id, "turn": turn, "fixed_on": done.fixed_on, "note": done.note.strip(), "reported_at": act.at,
        "reported_by": act.by.key, "reporter": act.by.label,
    }  # fmt: skip


def _check_done(done: Done, task: Task, act: Act) -> None:
    today = local_day(act.at)
    issued = local_day(task.issued_at)
    fault: dict[str, Sentence] = {}
    if done.fixed_on > today:
        fault["fixed_on"] = say("The day of the fix cannot lie after today, {today}.", today=today)
    elif done.fixed_on < issued and task.reopen_count == 0:
        fault["fixed_on"] = say("The day of the fix lies before the notice of {day}.", day=issued)
    if not done.evidence:
        fault["evidence"] = say("Add at least one file that shows the fix.")
    for one in done.evidence:
        if one.taken_on < done.fixed_on:
            fault["evidence"] = say("“{name}” was taken on {day}, before the fix.", name=one.name, day=one.taken_on)
        elif one.taken_on > today:
            fault["evidence"] = say("“{name}” bears a day after today, {today}.", name=one.name, today=today)
    if fault:
        raise Invalid(next(iter(fault.values())), fields=fault)


# --- re-check and closure --------------------------------------------------------------------------------------------


def recheck(session: Session, task: Task, act: Act, method: Method = Method.VISIT, note: str = "") -> None:
    """Somebody of the supervision looked at it again, on the spot or from afar, and found it put right."""
    recheck_all(session, [task], act, method, note)


def recheck_all(
    session: Session, tasks: Sequence[Task], act: Act, method: Method = Method.VISIT, note: str = ""
) -> None:
    method = Method(method)
    TASK.perform_all(session, tasks, "recheck", act, body={"method": method})
    reports = list(last_reports(session, [task.id for task in tasks]).values())
    set_all(
        session, reports, rechecked_at=act.at, recheck_by=act.by.label, recheck_note=note.strip(), method=method.value
    )


def take_back_recheck(session: Session, task: Task, act: Act) -> None:
    """Undo one's own re-check, by an act of its own: the report waits to be looked at again."""
    take_back_recheck_all(session, [task], act)


def take_back_recheck_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    TASK.perform_all(session, tasks, "take_back_recheck", act)
    reports = list(last_reports(session, [task.id for task in tasks]).values())
    set_all(session, reports, rechecked_at=None, recheck_by="", recheck_note="", method=None)


def close_task(session: Session, task: Task, act: Act) -> None:
    """销号: by nobody who fixed it, reported the fix, recorded the finding, or holds a post at the unit."""
    close_task_all(session, [task], act)


def close_task_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    # No row may be closed without its moment, not even between two statements: so this comes before the act itself.
    punctual = [task for task in tasks if task.reported_at is not None and task.reported_at <= task.due_at]
    late = [task for task in tasks if task.reported_at is None or task.reported_at > task.due_at]
    set_all(session, punctual, closed_at=act.at, closed_in_time=True)
    set_all(session, late, closed_at=act.at, closed_in_time=False)
    TASK.perform_all(session, tasks, "close_task", act, relied_on=_matter(tasks))


def _matter(tasks: Sequence[Task]) -> list[tuple[str, object]]:
    return [(task.origin_kind, task.origin_id) for task in tasks]


def return_task(session: Session, task: Task, act: Act) -> None:
    """It is not put right, or not shown: the unit reports again; the deadline stays."""
    return_task_all(session, [task], act)


def return_task_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    TASK.perform_all(session, tasks, "return_task", act)
    _open_again(session, tasks, act)


def _open_again(session: Session, tasks: Sequence[Task], act: Act) -> None:
    """The last report falls: from now on the task is unanswered."""
    reports = list(last_reports(session, [task.id for task in tasks]).values())
    set_all(session, reports, returned_at=act.at)
    set_all(session, tasks, reported_at=None)


# --- the ways back ---------------------------------------------------------------------------------------------------


def reopen(session: Session, task: Task, act: Act, due_at: datetime) -> None:
    """It has recurred: the same number, counted once more, with a new deadline."""
    reopen_all(session, [task], act, due_at)


def reopen_all(session: Session, tasks: Sequence[Task], act: Act, due_at: datetime) -> None:
    _check_new_deadline(due_at, act)
    TASK.perform_all(session, tasks, "reopen", act, body={"due_at": due_at})
    # What was closed in time stays so in the counts of its period: the report did stand then. It is due again later.
    _reopened(session, tasks, act, due_at)


def establish_false_closure(session: Session, task: Task, act: Act, due_at: datetime) -> FalseClosure:
    """A person finds that what was reported closed was not so: it is reopened, counted, and prompts a case."""
    return establish_false_closure_all(session, [task], act, due_at)[0]


def establish_false_closure_all(
    session: Session, tasks: Sequence[Task], act: Act, due_at: datetime
) -> list[FalseClosure]:
    _check_new_deadline(due_at, act)
    found = [
        FalseClosure(
            task_id=task.id, unit_id=task.unit_id, occurrence=task.reopen_count + 1, established_at=act.at,
            finding=act.reason,
        )
        for task in tasks
    ]  # fmt: skip
    TASK.perform_all(session, tasks, "establish_false_closure", act, touched=found, body={"due_at": due_at})
    session.add_all(found)
    _reopened(session, tasks, act, due_at)
    return found


def _check_new_deadline(due_at: datetime, act: Act) -> None:
    if due_at <= act.at:
        sentence = say("Choose a deadline after today.")
        raise Invalid(sentence, fields={"due_at": sentence})


def _reopened(session: Session, tasks: Sequence[Task], act: Act, due_at: datetime) -> None:
    by_count: dict[int, list[Task]] = {}
    for task in tasks:
        by_count.setdefault(task.reopen_count, []).append(task)
    for count, some in by_count.items():
        set_all(
            session, some, reopen_count=count + 1, due_at=due_at, ask_extension_by=due_at, closed_at=None,
            closed_in_time=None, escalated_to="", is_excused=False,
        )  # fmt: skip
    _open_again(session, tasks, act)


def withdraw(session: Session, task: Task, act: Act) -> None:
    """Its finding has fallen: it counts nowhere from now on."""
    withdraw_all(session, [task], act)


def withdraw_all(session: Session, tasks: Sequence[Task], act: Act) -> None:
    TASK.perform_all(session, tasks, "withdraw", act, relied_on=_matter(tasks))
    set_all(session, tasks, withdrawn_at=act.at, closed_at=None, closed_in_time=None)
