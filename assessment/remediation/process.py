"""How a task lives from issue to closure, how a supervision letter is answered, and how closed tasks are looked at again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, local_day, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer
from assessment.organisations.recusal import barred_by_post
from assessment.remediation.models import (
    LetterState,
    Listing,
    ListingState,
    LookState,
    SecondLook,
    SupervisionLetter,
    Task,
)
from assessment.remediation.models import TaskState as S
from assessment.remediation.queries import TAKEN_BACK_BY, acted_on, acts_of, last_acts, last_reports, similar_to

ISSUERS = (Duty.SETTLE_FINDINGS, Duty.PLAN_INSPECTIONS, Duty.OPEN_CASES)
RECHECKERS = (Duty.INSPECT, Duty.LEAD_INSPECTION)
CLOSERS = (Duty.ACCEPT_PLANS, Duty.INSPECT, Duty.LEAD_INSPECTION)

HAND_IN_THE_FIX = ("file_plan", "start_work", "report_done")
RECORDED = ("record_finding",)
FELL = ("drop_finding", "overturn_finding")


def holds_no_post_there(session: Session, tasks: Sequence[Task], act: Act) -> Sentence:
    if not isinstance(act.by, Officer):
        return NOTHING
    return barred_by_post(session, act.by, {task.unit_id for task in tasks}, local_day(act.at))


def had_no_part(session: Session, tasks: Sequence[Task], act: Act) -> Sentence:
    """Closed by nobody who fixed, reported the fix, found it (both of the pair), or holds a post at the unit."""
    fixed = acts_of(session, act.by.key, HAND_IN_THE_FIX, [("task", task.id) for task in tasks])
    found = acts_of(session, act.by.key, RECORDED, [(task.origin_kind, task.origin_id) for task in tasks])
    for task in tasks:
        seq = fixed.get(("task", str(task.id)))
        if seq is not None:
            return say("You had a hand in the fix of task {number} (audit {seq}); somebody else closes it.",
                       number=task.number, seq=seq)  # fmt: skip
        seq = found.get((task.origin_kind, task.origin_id))
        if seq is not None:
            return say("You recorded the finding of task {number} (audit {seq}); somebody else closes it.",
                       number=task.number, seq=seq)  # fmt: skip
        if act.by.key in task.found_by.split():
            return say("You inspected where task {number} comes from; somebody else closes it.", number=task.number)
    return holds_no_post_there(session, tasks, act)


def may_close(session: Session, tasks: Sequence[Task], act: Act) -> Sentence:
    """A re-check of the report that stands, by whoever; then the four kinds of people who may not."""
    reports = last_reports(session, [task.id for task in tasks])
    for task in tasks:
        report = reports.get(task.id)
        if report is None or report.rechecked_at is None:
            return say("Task {number} has not been re-checked since it was reported done.", number=task.number)
    return had_no_part(session, tasks, act)


def their_findings_fell(session: Session, tasks: Sequence[Task], act: Act) -> Sentence:
    """A task falls with its finding and in no other way; one that comes from elsewhere, by somebody without a post there."""
    by_finding = [task for task in tasks if task.origin_kind == "finding"]
    fallen = acted_on(session, FELL, [("finding", task.origin_id) for task in by_finding])
    for task in by_finding:
        if ("finding", task.origin_id) not in fallen:
            return say("Task {number} is withdrawn when its finding falls; overturn the finding first.",
                       number=task.number)  # fmt: skip
    return holds_no_post_there(session, [task for task in tasks if task.origin_kind != "finding"], act)


def its_finding_fell(session: Session, task: Task, act: Act) -> Sentence:
    return their_findings_fell(session, [task], act)


def one_by_one(session: Session, task: Task, act: Act) -> Sentence:
    return may_close(session, [task], act)


def no_post(session: Session, task: Task, act: Act) -> Sentence:
    return holds_no_post_there(session, [task], act)


def plan_is_not_needed(session: Session, tasks: Sequence[Task], act: Act) -> Sentence:
    waiting = next((task for task in tasks if task.state == S.RECEIVED and task.needs_plan), None)
    return say("Task {number} needs an accepted plan before work starts.", number=waiting.number) if waiting else NOTHING


def needs_no_plan(session: Session, task: Task, act: Act) -> Sentence:
    return plan_is_not_needed(session, [task], act)


def none_reported_yet(session: Session, task: Task, act: Act) -> Sentence:
    """They are reported together, once, and only of a problem that was found itself."""
    if task.similar_to_id is not None:
        return say("This task is itself a similar problem; report others with the first one.")
    found = similar_to(session, task.id)
    return say("Similar problems were reported already: {count}.", count=len(found)) if found else NOTHING


def is_not_excused(session: Session, task: Task, act: Act) -> Sentence:
    return say("An excuse was accepted for this task; it is not escalated.") if task.is_excused else NOTHING


def is_own_and_newest(session: Session, tasks: Sequence[Task], act: Act) -> Sentence:
    """Who decided takes it back himself, and only while nobody has acted on it: neither the unit nor a colleague."""
    rows = last_acts(session, [task.id for task in tasks])
    for task in tasks:
        row = rows.get(task.id)
        if row is None or row.act not in TAKEN_BACK_BY:
            return say("Something has been done with task {number} since (audit {seq}); it is not taken back any more.",
                       number=task.number, seq=row.seq if row else 0)  # fmt: skip
        if row.who != act.by.key:
            return say("{who} decided on task {number}; only who did it takes it back.",
                       who=row.label, number=task.number)  # fmt: skip
    return NOTHING


def is_own(session: Session, task: Task, act: Act) -> Sentence:
    return is_own_and_newest(session, [task], act)


OPEN = (
    S.ISSUED, S.RECEIVED, S.PLAN_FILED, S.PLAN_RETURNED, S.PLAN_ACCEPTED, S.UNDER_WAY, S.REPORTED_DONE, S.RECHECKED,
    S.RETURNED,
)  # fmt: skip
WITH_THE_UNIT = (S.ISSUED, S.RECEIVED, S.PLAN_RETURNED, S.PLAN_ACCEPTED, S.UNDER_WAY, S.RETURNED)

TASK: Process[Task] = Process(
    "task",
    states=S,
    initial=S.ISSUED,
    openings=(Opening("issue_notice", ISSUERS, N_("Issue a remediation notice")),),
    transitions=(
        Transition("receive", (S.ISSUED,), S.RECEIVED, (Duty.RECEIVE_PAPERS, Duty.CLOCK), N_("Sign for the notice")),
        Transition("file_plan", (S.RECEIVED, S.PLAN_RETURNED), S.PLAN_FILED, Duty.ANSWER_NOTICES, N_("Send the plan")),
        Transition("accept_plan", (S.PLAN_FILED,), S.PLAN_ACCEPTED, Duty.ACCEPT_PLANS, N_("Accept the plan"),
                   guard=no_post, guard_many=holds_no_post_there),
        Transition("return_plan", (S.PLAN_FILED,), S.PLAN_RETURNED, Duty.ACCEPT_PLANS, N_("Return the plan"),
                   guard=no_post, guard_many=holds_no_post_there, needs_reason=True),
        Transition("take_back_plan", (S.PLAN_ACCEPTED, S.PLAN_RETURNED), S.PLAN_FILED, Duty.ACCEPT_PLANS,
                   N_("Take back the decision on the plan"), guard=is_own, guard_many=is_own_and_newest),
        Transition("start_work", (S.PLAN_ACCEPTED, S.RECEIVED), S.UNDER_WAY, Duty.ANSWER_NOTICES, N_("Start the work"),
                   guard=needs_no_plan, guard_many=plan_is_not_needed),
        Transition("report_done", (S.UNDER_WAY, S.RETURNED), S.REPORTED_DONE, Duty.ANSWER_NOTICES, N_("Report it done")),
        Transition("recheck", (S.REPORTED_DONE,), S.RECHECKED, RECHECKERS, N_("Record the re-check"),
                   guard=no_post, guard_many=holds_no_post_there),
        Transition("take_back_recheck", (S.RECHECKED,), S.REPORTED_DONE, RECHECKERS, N_("Take back the re-check"),
                   guard=is_own, guard_many=is_own_and_newest),
        Transition("close_task", (S.RECHECKED,), S.CLOSED, CLOSERS, N_("Close the task"), guard=one_by_one, guard_many=may_close),
        Transition("return_task", (S.REPORTED_DONE, S.RECHECKED), S.RETURNED, CLOSERS, N_("Return it"),
                   guard=no_post, guard_many=holds_no_post_there, needs_reason=True),
        Transition("reopen", (S.CLOSED,), S.RETURNED, CLOSERS, N_("Reopen the task"),
                   guard=no_post, guard_many=holds_no_post_there, needs_reason=True),
        Transition("establish_false_closure", (S.CLOSED,), S.RETURNED, (Duty.SETTLE_FINDINGS, Duty.ACCEPT_PLANS),
                   N_("Establish a false closure"), guard=no_post, guard_many=holds_no_post_there, needs_reason=True),
        Transition("withdraw", (*OPEN, S.CLOSED), S.WITHDRAWN, (Duty.SETTLE_FINDINGS, Duty.CLOCK),
                   N_("Withdraw the task"), guard=its_finding_fell, guard_many=their_findings_fell, needs_reason=True),
        Transition("escalate", WITH_THE_UNIT, None, (Duty.ACCEPT_PLANS, Duty.APPROVE), N_("Raise it to the level reached"),
                   guard=is_not_excused),
        Transition("report_similar", OPEN, None, ISSUERS[:2], N_("Add similar problems"),
                   guard=none_reported_yet),
        Transition("accept_excuse", WITH_THE_UNIT, None, (Duty.ACCEPT_PLANS, Duty.APPROVE), N_("Accept an excuse"),
                   guard=is_not_excused, needs_reason=True),
    ),
    words={
        S.ISSUED: Word("task", "Issued"),
        S.RECEIVED: Word("task", "Received"),
        S.PLAN_FILED: Word("task", "Plan filed"),
        S.PLAN_RETURNED: Word("task", "Plan returned"),
        S.PLAN_ACCEPTED: Word("task", "Plan accepted"),
        S.UNDER_WAY: Word("task", "Under way"),
        S.REPORTED_DONE: Word("task", "Reported done"),
        S.RECHECKED: Word("task", "Re-checked"),
        S.RETURNED: Word("task", "Returned"),
        S.CLOSED: Word("task", "Closed"),
        S.WITHDRAWN: Word("task", "Withdrawn"),
    },
    unit_of=lambda task: task.unit_id,
)  # fmt: skip


L = LetterState

SUPERVISION_LETTER: Process[SupervisionLetter] = Process(
    "supervision_letter",
    states=L,
    initial=L.ISSUED,
    openings=(Opening("issue_supervision_letter", (Duty.ACCEPT_PLANS, Duty.APPROVE), N_("Issue a supervision letter")),),
    transitions=(
        Transition("receive_letter", (L.ISSUED,), L.RECEIVED, (Duty.RECEIVE_PAPERS, Duty.CLOCK), N_("Sign for the letter")),
        Transition("answer_letter", (L.RECEIVED, L.RETURNED), L.ANSWERED, (Duty.ANSWER_NOTICES, Duty.REPLY),
                   N_("Send the answer")),
        Transition("accept_answer", (L.ANSWERED,), L.ACCEPTED, (Duty.ACCEPT_PLANS, Duty.APPROVE), N_("Accept the answer")),
        Transition("return_answer", (L.ANSWERED,), L.RETURNED, (Duty.ACCEPT_PLANS, Duty.APPROVE), N_("Return the answer"),
                   needs_reason=True),
        Transition("close_letter", (L.ACCEPTED,), L.CLOSED, (Duty.ACCEPT_PLANS, Duty.APPROVE), N_("Close the letter")),
    ),
    words={
        L.ISSUED: Word("supervision letter", "Issued"),
        L.RECEIVED: Word("supervision letter", "Received"),
        L.ANSWERED: Word("supervision letter", "Answered"),
        L.RETURNED: Word("supervision letter", "Returned"),
        L.ACCEPTED: Word("supervision letter", "Accepted"),
        L.CLOSED: Word("supervision letter", "Closed"),
    },
    unit_of=lambda letter: letter.unit_id,
)  # fmt: skip


SECOND_LOOK: Process[SecondLook] = Process(
    "second_look",
    states=LookState,
    initial=LookState.FROZEN,
    openings=(Opening("freeze_second_look", Duty.DRAW, N_("Freeze the roll of a second look")),),
    transitions=(
        Transition("draw_second_look", (LookState.FROZEN,), LookState.DRAWN, Duty.DRAW, N_("Enter the seed and draw")),
        Transition("look_again", (LookState.DRAWN,), None, RECHECKERS, N_("Record a second look")),
        Transition("close_second_look", (LookState.DRAWN,), LookState.CLOSED, (Duty.DRAW, Duty.PLAN_INSPECTIONS),
                   N_("Close the second look")),
    ),
    words={
        LookState.FROZEN: Word("second look", "Roll frozen"),
        LookState.DRAWN: Word("second look", "Drawn"),
        LookState.CLOSED: Word("second look", "Closed"),
    },
    unit_of=lambda look: look.unit_id,
)  # fmt: skip


def is_put_right(session: Session, listing: Listing, act: Act) -> Sentence:
    task = session.get_one(Task, listing.task_id)
    if task.state in (S.CLOSED, S.WITHDRAWN):
        return NOTHING
    return say("Task {number} is not closed yet.", number=task.number)


LISTED_SUPERVISION: Process[Listing] = Process(
    "listed_supervision",
    states=ListingState,
    initial=ListingState.LISTED,
    openings=(Opening("list_task", (Duty.ACCEPT_PLANS, Duty.APPROVE), N_("Put under listed supervision")),),
    transitions=(
        Transition("publish_listing", (ListingState.LISTED,), ListingState.PUBLIC, Duty.APPROVE, N_("Publish the listing")),
        Transition("publish_closure", (ListingState.PUBLIC,), ListingState.CLOSURE_PUBLIC,
                   (Duty.ACCEPT_PLANS, Duty.APPROVE), N_("Publish the closure"), guard=is_put_right),
    ),
    words={
        ListingState.LISTED: Word("listed supervision", "Listed"),
        ListingState.PUBLIC: Word("listed supervision", "Public"),
        ListingState.CLOSURE_PUBLIC: Word("listed supervision", "Closure public"),
    },
    unit_of=lambda listing: listing.unit_id,
)  # fmt: skip
