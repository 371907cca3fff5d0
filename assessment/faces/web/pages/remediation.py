"""Remediation: tasks by age and gravity, each from notice to closure, one by one or many by one act."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, get_template_attribute, render_template, url_for
from markupsafe import Markup
from wtforms import DateField, MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from assessment.delivery.queries import extensions_about, papers_about
from assessment.faces.web.kit import (
    Action,
    Form,
    ReasonForm,
    Waiting,
    _,
    access,
    act_word,
    acts,
    address,
    address_of,
    buttons,
    chip_class,
    current_session,
    download,
    due_word,
    language,
    now,
    options,
    scope,
    shape,
    signed_in,
    timeline,
    viewer,
    waiting,
)
from assessment.faces.web.pages.uploads import keep_files, recorded, send
from assessment.foundation import audit
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_, Bilingual, Label, Sentence, local_day, reading_zone, say
from assessment.foundation.workdays import Duration, end_of
from assessment.inspections.models import Visit
from assessment.inspections.queries import teams_of
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.programmes.models import SchemeVersion
from assessment.remediation import queries, services
from assessment.remediation.models import (
    Method,
    Notice,
    RemediationPlan,
    SecondLook,
    SupervisionLetter,
    Task,
    TaskEvidence,
    TaskState,
)
from assessment.remediation.papers import NoticePaper, TaskLine, render_notice
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
DUE = [("overdue", N_("Overdue")), ("soon", N_("Due within a week")), ("later", N_("Later"))]
WAITS = [("unit", N_("The unit")), ("office", N_("The supervision"))]


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


@pages.get("/notices/<int:notice_id>")
@signed_in
def notice(notice_id: int) -> str:
    session = current_session()
    one = access(Notice, notice_id)
    tasks = queries.tasks_of_notice(session, one.id)
    return render_template(
        "remediation/notice.html",
        notice=one,
        unit=units_of([one.unit_id])[one.unit_id],
        lines=[queries.line(task, now()) for task in tasks],
        open_ones=sum(task.state in queries.OPEN for task in tasks),
        papers=papers_about(session, ("notice", one.id)),
        origin=address_of(one.origin_kind, one.origin_id),
        plan_within=Duration.parse(one.plan_within),
        due_shown=due_shown,
        state_shown=state_shown,
        happened=timeline(session, one),
    )


@pages.get("/notices/<int:notice_id>.pdf")
@signed_in
def notice_pdf(notice_id: int) -> Response:
    """整改通知书: as it was issued, in the reader's language."""
    session = current_session()
    one = access(Notice, notice_id)
    visit = session.get(Visit, int(one.origin_id)) if one.origin_kind == "visit" else None
    authority, is_example = authority_of(session, one)
    tasks = queries.tasks_of_notice(session, one.id)
    team = teams_of(session, [visit.id])[visit.id] if visit else []
    paper = NoticePaper(
        number=one.number, authority=authority, unit=units_of([one.unit_id])[one.unit_id].name,
        origin=visit.number if visit else "", visited_on=visit.visited_on if visit else None,
        inspectors=tuple(member.code for member in team), plan_within=in_both(Duration.parse(one.plan_within)),
        is_example=is_example,
        tasks=tuple(
            TaskLine(task.number, task.title, task.place, task.clause, task.severity_name,
                     local_day(task.first_due_at))
            for task in tasks
        ),
    )  # fmt: skip
    day = local_day(one.issued_at)
    content = render_notice(paper, language(), day)
    return download(content, f"{one.number}-{language()}.pdf", "application/pdf", is_inline=True)


def in_both(fact: Any) -> Bilingual:
    return Bilingual(fact.in_language("zh"), fact.in_language("en"))


def authority_of(session: Any, one: Notice) -> tuple[Bilingual, bool]:
    """Who issues it: the authority of the programme whose scheme it goes by."""
    version = session.get(SchemeVersion, one.scheme_version_id) if one.scheme_version_id else None
    if version is None:
        return Bilingual("", ""), False
    return version.programme.authority, version.programme.is_example


# --- forms -----------------------------------------------------------------------------------------------------------


class PlanForm(Form):
    """五到位: five things, none of which may be missing."""

    measures = TextAreaField(N_("Measures"), [DataRequired(N_("Say what will be done.")), Length(max=4000)])
    money = StringField(N_("Money"), [DataRequired(N_("Say what it costs and who pays.")), Length(max=500)])
    person = StringField(
        N_("Person in charge"), [DataRequired(N_("Name the post that answers for the work.")), Length(max=200)],
        description=N_("The post, not a name."),
    )
    deadline = DateField(N_("Deadline"), [DataRequired(N_("Say by which day."))])
    safeguards = TextAreaField(
        N_("Safeguards"), [DataRequired(N_("Say what keeps people and service safe meanwhile.")), Length(max=4000)]
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {"plan": self.plan()}

    def plan(self) -> services.NewPlan:
        return services.NewPlan(
            self.measures.data or "", self.money.data or "", self.person.data or "", self.deadline.data,
            self.safeguards.data or "",
        )  # fmt: skip


class DoneForm(Form):
    fixed_on = DateField(N_("Fixed on"), [DataRequired(N_("Say on which day it was fixed."))])
    taken_on = DateField(
        N_("Evidence taken on"), [DataRequired(N_("Say on which day the evidence was taken."))],
        description=N_("On the day of the fix or later."),
    )
    files = MultipleFileField(
        N_("Evidence"), description=N_("Photographs of the installation, test records, invoices; at most 10 MB each.")
    )
    note = TextAreaField(N_("Note"), [Length(max=4000)])


def keep_evidence(record_id: int) -> Any:
    access(Task, record_id)
    return keep_files()


def report_done(session: Any, task: Task, act: Any, prepared: Any, **facts: Any) -> None:
    files = recorded(session, prepared, act.at)
    shown = [
        services.NewEvidence(one.stored.sha256, one.name, one.mime, one.stored.size, facts["taken_on"]) for one in files
    ]
    try:
        services.report_done(session, task, act, services.Done(facts["fixed_on"], shown, facts["note"] or ""))
    except Refusal as refusal:
        refusal.fields = {"files" if name == "evidence" else name: said for name, said in refusal.fields.items()}
        raise


class RecheckForm(Form):
    method = RadioField(
        N_("How"), choices=options([(Method.VISIT.value, N_("On the spot")), (Method.REMOTE.value, N_("From afar"))]),
        default=Method.VISIT.value,
    )  # fmt: skip
    note = TextAreaField(N_("What was seen"), [Length(max=4000)])


class SimilarForm(Form):
    places = TextAreaField(
        N_("Places"), [DataRequired(N_("Write one place a line."))],
        description=N_("One a line, exactly: the place and the device. Each becomes a task, linked to this one."),
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {"places": (self.places.data or "").splitlines()}


class AgainForm(ReasonForm):
    """A way back that sets a new deadline."""

    due_on = DateField(N_("New deadline"), [DataRequired(N_("Say by which day."))])

    def facts(self) -> dict[str, Any]:
        return {"due_at": end_of(self.due_on.data, reading_zone())}


@pages.app_template_global()
def plan_of(task: Task) -> RemediationPlan | None:
    """What is judged when a plan is accepted or returned."""
    return queries.plan_of(current_session(), task.id)


acts(
    pages, Task, TASK,
    {
        "receive": Action(services.receive, explain=lambda session, task: say(
            "You sign for the whole notice: all of its tasks are received with it.")),
        "file_plan": Action(services.file_plan, PlanForm, explain=lambda session, task: say(
            "A plan names five things: measures, money, person, deadline, safeguards. None may be missing.")),
        "accept_plan": Action(services.accept_plan, template="remediation/plan.html",
                              explain=lambda session, task: say("The unit can start the work.")),
        "return_plan": Action(services.return_plan, template="remediation/plan.html"),
        "take_back_plan": Action(services.take_back_plan, explain=lambda session, task: say(
            "Your decision is undone by an act of its own; the plan waits again.")),
        "start_work": Action(services.start_work),
        "report_done": Action(report_done, DoneForm, prepare=keep_evidence, explain=lambda session, task: say(
            "Add what shows the fix, taken on the day of the fix or later. The supervision then looks at it again.")),
        "recheck": Action(services.recheck, RecheckForm, explain=lambda session, task: say(
            "You record that it was put right. If it was not, return it with a reason instead.")),
        "take_back_recheck": Action(services.take_back_recheck, explain=lambda session, task: say(
            "Your re-check is undone by an act of its own; the report waits to be looked at again.")),
        "close_task": Action(services.close_task, explain=lambda session, task: say(
            "With this the task is closed: you answer for it. You neither fixed, reported nor found it.")),
        "return_task": Action(services.return_task),
        "reopen": Action(services.reopen, AgainForm, explain=lambda session, task: say(
            "It keeps its number and counts once more.")),
        "establish_false_closure": Action(services.establish_false_closure, AgainForm, explain=lambda session, one: say(
            "You establish that what was reported done was not so. It is counted, and a case is prompted.")),
        "withdraw": Action(services.withdraw),
        "escalate": Action(services.escalate),
        "accept_excuse": Action(services.accept_excuse),
        "report_similar": Action(services.report_similar, SimilarForm, explain=lambda session, task: say(
            "The same problem at the unit's other installations: each is put right like this one, without points.")),
    },
)  # fmt: skip


# --- what waits ------------------------------------------------------------------------------------------------------


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
        (Duty.ACCEPT_PLANS, S.PLAN_FILED, N_("Plans to accept or return: {count}"), N_("Read the plans")),
        (Duty.INSPECT, S.REPORTED_DONE, N_("Reported fixes to re-check: {count}"), N_("Re-check them")),
        (Duty.ACCEPT_PLANS, S.RECHECKED, N_("Re-checked tasks to close: {count}"), N_("Close them")),
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
