"""Remediation: tasks by age and gravity, each from notice to closure, one by one or many by one act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, get_template_attribute, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from wtforms import DateField, IntegerField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Regexp

from assessment.delivery.queries import extensions_about, papers_about
from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    NoForm,
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
    choice,
    current_act,
    current_session,
    download,
    due_word,
    holding,
    language,
    listing,
    not_there,
    now,
    options,
    scope,
    search,
    shape,
    signed_in,
    timeline,
    viewer,
    waiting,
)
from assessment.faces.web.pages.uploads import keep_files, recorded, send
from assessment.foundation import audit
from assessment.foundation.errors import NotPermitted, Refusal
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
from assessment.remediation.process import SECOND_LOOK, SUPERVISION_LETTER, TASK

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


# --- the list --------------------------------------------------------------------------------------------------------


@pages.get("")
@signed_in
def index() -> Response | str:
    """All tasks one may see, the most urgent first; the address holds the filter."""
    session, mine = current_session(), queries.visible_units(viewer())
    wanted = chosen(mine)
    lines = queries.tasks(session, wanted, now(), limit=100_000)
    units = units_of({one.unit_id for one in lines})
    found = listing("tasks", lines, columns(units), filters(session, mine))
    overdue = queries.count(session, queries.Filter(mine, due="overdue"), now())
    open_ones = queries.count(session, queries.Filter(mine, state="open"), now())
    return found.answer(
        "remediation/index.html",
        overdue=overdue,
        open_ones=open_ones,
        closed=queries.by_state(session, mine).get(S.CLOSED.value, 0),
        bulk=[(name, Label(TASK.transition(name).label)) for name in bulk_actions()],
        looks=viewer().holds(Duty.DRAW),
        prompts=len(queries.prompts(session, now(), mine)) if viewer().holds(Duty.ACCEPT_PLANS) else 0,
    )


def chosen(mine: frozenset[int]) -> queries.Filter:
    """The part of the filter that the database answers: open ones, unless the address says otherwise."""
    state, unit = request.args.get("state", "open"), request.args.get("unit", "")
    units = mine & {int(unit)} if unit.isdecimal() and len(unit) < 10 else mine
    return queries.Filter(
        units, state="" if state == "all" or request.args.get("due") == "overdue" else state,
        severity=request.args.get("severity", ""), due=request.args.get("due", ""), waits=request.args.get("waits", ""),
    )  # fmt: skip


def columns(units: dict[int, Any]) -> list[Column]:
    return [
        Column("pick", N_("Choose"), lambda t: "", shown=pick),
        Column("number", N_("Number"), lambda t: t.number, is_minor=True),
        Column("title", N_("Task"), lambda t: t.title, link=lambda t: address_of("task", t.id), is_head=True),
        Column("unit", N_("Unit"), lambda t: units[t.unit_id].name, key_for_sorting=lambda t: units[t.unit_id].code),
        Column("severity", N_("Severity"), lambda t: t.severity_name, is_minor=True),
        Column("due", N_("Due"), lambda t: t.due_at, shown=due_shown),
        Column("state", N_("State"), lambda t: TASK.word(t.state), shown=state_shown),
    ]


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


def filters(session: Any, mine: frozenset[int]) -> list[Any]:
    """Already applied in the database; shown here with what is chosen."""
    states = [("open", N_("Open")), ("all", N_("All states")), *((s.value, TASK.words[s]) for s in S)]
    severities = list(queries.severities(session, mine).items())
    return [
        answered("state", N_("State"), states), answered("severity", N_("Severity"), severities),
        answered("due", N_("Due"), DUE), answered("waits", N_("Waits for"), WAITS),
        search(lambda t: t.number, lambda t: t.title, lambda t: t.place),
    ]  # fmt: skip


def answered(name: str, label: str, choices: Sequence[tuple[str, Any]]) -> Any:
    made = choice(name, label, lambda t: "", choices)
    return type(made)(made.name, made.label, lambda item, chosen: True, made.choices)


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
        next_level=queries.next_rung(task, queries.rungs_of(session, notice.scheme_version_id), now()),
        recheck_by=last.reported_at + RECHECK_WITHIN if last and task.state == S.REPORTED_DONE else None,
        may_ask=may_ask_extension(task),
        may_write=may_write_letter(task),
        is_overdue=queries.task_is_overdue(task, now()),
        happened=timeline(session, task),
    )


def origin(session: Any, task: Task) -> tuple[Any, str]:
    """The word and the address of what the task comes from."""
    where = address_of(task.origin_kind, task.origin_id)
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
        "start_work": Action(services.start_work),
        "report_done": Action(report_done, DoneForm, prepare=keep_evidence, explain=lambda session, task: say(
            "Add what shows the fix, taken on the day of the fix or later. The supervision then looks at it again.")),
        "recheck": Action(services.recheck, RecheckForm, explain=lambda session, task: say(
            "You record that it was put right. If it was not, return it with a reason instead.")),
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
    },
)  # fmt: skip


# --- many by one act -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bulk:
    """An act over many tasks: what it asks, and what it calls."""

    service: Callable[..., Any]
    form: type[Form] = NoForm


def file_plans(session: Any, tasks: Sequence[Task], act: Any, plan: services.NewPlan) -> None:
    services.file_plan_all(session, tasks, act, plan)


BULK: dict[str, Bulk] = {
    "receive": Bulk(services.receive_all),
    "file_plan": Bulk(file_plans, PlanForm),
    "accept_plan": Bulk(services.accept_plan_all),
    "return_plan": Bulk(services.return_plan_all, ReasonForm),
    "start_work": Bulk(services.start_work_all),
    "recheck": Bulk(services.recheck_all, RecheckForm),
    "close_task": Bulk(services.close_task_all),
    "return_task": Bulk(services.return_task_all, ReasonForm),
    "escalate": Bulk(services.escalate_all),
}


def bulk_actions() -> list[str]:
    """What this person can do with tasks anywhere."""
    found = []
    for name in BULK:
        duty = TASK.transition(name).duty
        if any(viewer().holds(one) for one in ((duty,) if isinstance(duty, str) else duty)):
            found.append(name)
    return found


@pages.get("/bulk")
@signed_in
def bulk_start() -> Response:
    """From the list: the chosen tasks and the chosen act, or all that the filter shows."""
    if request.args.get("action") not in BULK:
        raise not_there()
    kept = {key: request.args.getlist(key) for key in request.args if key not in ("csrf_token", "action")}
    return redirect(url_for(".bulk", action=request.args["action"], **kept), 303)  # type: ignore[arg-type, return-value]


@pages.route("/bulk/<action>", methods=["GET", "POST"])
@signed_in
def bulk(action: str) -> Response | str | tuple[str, int]:
    """First how many can be done and which not, then the act: all of them or none."""
    if action not in BULK:
        raise not_there()
    if action not in bulk_actions():
        word = Label(TASK.transition(action).label)
        raise NotPermitted(say("You do not hold the duty for “{action}” here.", action=word))
    session, form = current_session(), BULK[action].form()
    ready, others = sorted_out(session, picked(session), action)
    refusal: Refusal | None = None
    if request.method == "POST" and ready and form.validate():
        try:
            BULK[action].service(session, ready, current_act(), **form.facts())
            session.flush()
            flash(_("Done for {n} tasks.", n=len(ready)))
            return redirect(url_for(".index"), 303)  # type: ignore[return-value]
        except NotPermitted:
            raise
        except Refusal as found:
            refusal = found
            form.take_over(found)
    row = TASK.transition(action)
    page = render_template(
        "remediation/bulk.html", row=row, form=form, refusal=refusal, ready=ready, others=others[:50], left=len(others)
    )
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


def picked(session: Any) -> list[Task]:
    """The tasks that were chosen, of those one may see."""
    mine = queries.visible_units(viewer())
    if request.args.get("all"):
        lines = queries.tasks(session, chosen(mine), now(), limit=100_000)
        words = request.args.get("q", "").casefold()
        ids = [one.id for one in lines if not words or words in f"{one.number}{one.title.zh}{one.title.en}".casefold()]
    else:
        ids = [int(one) for one in request.args.getlist("ids") if one.isdecimal() and len(one) < 10]
    found: list[Task] = []
    for some in queries.chunks(ids):
        found += session.scalars(select(Task).where(Task.id.in_(some), Task.unit_id.in_(mine)).order_by(Task.id))
    return found


def sorted_out(session: Any, tasks: Sequence[Task], action: str) -> tuple[list[Task], list[Task]]:
    """Those at the right step of a unit one acts for, and the others."""
    row = TASK.transition(action)
    duties = (row.duty,) if isinstance(row.duty, str) else row.duty

    def fits(task: Task) -> bool:
        held = any(viewer().holds(one, task.unit_id) for one in duties)
        return held and task.state in TASK.transition(action, task).sources and not (
            action == "start_work" and task.state == S.RECEIVED and task.needs_plan
        )

    ready = [task for task in tasks if fits(task)]
    return ready, [task for task in tasks if task not in set(ready)]


# --- more time, letters ----------------------------------------------------------------------------------------------


def may_ask_extension(task: Task) -> bool:
    return viewer().holds(Duty.ANSWER_NOTICES, task.unit_id) and task.state in queries.WITH_THE_UNIT


def may_write_letter(task: Task) -> bool:
    may = SUPERVISION_LETTER.may_open("issue_supervision_letter", viewer(), task.unit_id)
    return may and task.state in queries.OPEN


class ExtensionForm(ReasonForm):
    until = DateField(N_("Until"), [DataRequired(N_("Say by which day."))])


@pages.route("/<int:task_id>/ask_extension", methods=["GET", "POST"])
@signed_in
def ask_extension(task_id: int) -> Response | str | tuple[str, int]:
    task = access(Task, task_id)
    if not viewer().holds(Duty.ANSWER_NOTICES, task.unit_id):
        raise NotPermitted(say("You do not answer notices for this unit."))

    def do(form: ExtensionForm) -> str:
        made = services.ask_extension(
            current_session(), [task], current_act(), end_of(form.until.data, reading_zone())  # type: ignore[arg-type]
        )
        current_session().flush()
        return address_of("extension", made.id)

    text = say(
        "More time can be asked for until {moment}, with a reason. Somebody else decides.", moment=task.ask_extension_by
    )
    return asked_on_a_page(ExtensionForm(), do, task, N_("Ask for an extension"), text)


class LetterForm(Form):
    number = StringField(N_("Number"), [DataRequired(N_("Give the letter a number.")), Length(max=60)])
    demand = TextAreaField(
        N_("What is asked"), [DataRequired(N_("Say what the unit is asked to do.")), Length(max=4000)]
    )


@pages.route("/<int:task_id>/issue_supervision_letter", methods=["GET", "POST"])
@signed_in
def issue_supervision_letter(task_id: int) -> Response | str | tuple[str, int]:
    task = access(Task, task_id)
    if not SUPERVISION_LETTER.may_open("issue_supervision_letter", viewer(), task.unit_id):
        raise NotPermitted(say("You do not hold the duty to issue supervision letters."))

    def do(form: LetterForm) -> str:
        made = services.issue_supervision_letter(
            current_session(), current_act(), task=task, number=form.number.data or "", demand=form.demand.data or ""
        )
        return address_of("supervision_letter", made.id)

    text = say("It is served on the unit, which answers within 10 working days of receipt.")
    return asked_on_a_page(LetterForm(), do, task, N_("Issue a supervision letter"), text)


def asked_on_a_page(
    form: Any, do: Callable[[Any], str], task: Task, heading: str, text: Sentence
) -> Response | str | tuple[str, int]:
    """An act that opens a record about a task: its page, its refusals, its redirect."""
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            return redirect(do(form), 303)  # type: ignore[return-value]
        except NotPermitted:
            raise
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template("remediation/ask.html", form=form, refusal=refusal, task=task, heading=heading, text=text)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


@pages.get("/letters/<int:letter_id>")
@signed_in
def letter(letter_id: int) -> str:
    session = current_session()
    one = access(SupervisionLetter, letter_id)
    return render_template(
        "remediation/letter.html",
        letter=one,
        task=session.get_one(Task, one.task_id),
        unit=units_of([one.unit_id])[one.unit_id],
        offers=buttons(one),
        happened=timeline(session, one),
    )


class AnswerForm(Form):
    answer = TextAreaField(N_("Answer"), [DataRequired(N_("Write the answer.")), Length(max=8000)])


acts(
    pages, SupervisionLetter, SUPERVISION_LETTER,
    {
        "receive_letter": Action(services.receive_letter),
        "answer_letter": Action(services.answer_letter, AnswerForm),
        "accept_answer": Action(services.accept_answer),
        "return_answer": Action(services.return_answer),
        "close_letter": Action(services.close_letter),
    },
    path="/letters/<int:record_id>",
)  # fmt: skip


# --- second looks ----------------------------------------------------------------------------------------------------


@pages.get("/looks")
@holding(Duty.DRAW, Duty.PLAN_INSPECTIONS, Duty.INSPECT, Duty.LEAD_INSPECTION, Duty.AUDIT)
def looks() -> str:
    session = current_session()
    return render_template(
        "remediation/looks.html",
        looks=queries.looks(session, queries.visible_units(viewer())),
        may_freeze=viewer().holds(Duty.DRAW),
    )


class FreezeForm(Form):
    number = StringField(N_("Number"), [DataRequired(N_("Give the second look a number.")), Length(max=60)])
    unit_id = SelectField(N_("Below which unit"), coerce=int, choices=[])
    size = IntegerField(N_("How many are drawn"), [DataRequired(N_("Say how many.")), NumberRange(1, 10_000)])


@pages.route("/looks/freeze_second_look", methods=["GET", "POST"])
@holding(Duty.DRAW)
def freeze_second_look() -> Response | str | tuple[str, int]:
    session, form = current_session(), FreezeForm()
    units = units_of(viewer().unit_ids_for(Duty.DRAW))
    ordered = sorted(units.values(), key=lambda unit: unit.code)
    form.unit_id.choices = options([(unit.id, unit.name) for unit in ordered if unit.level != "body"])
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            made = services.freeze_second_look(
                session, current_act(), unit_id=form.unit_id.data, number=form.number.data or "",
                size=form.size.data or 0,
            )  # fmt: skip
            return redirect(address_of("second_look", made.id), 303)  # type: ignore[return-value]
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template("remediation/freeze.html", form=form, refusal=refusal)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


@pages.get("/looks/<int:look_id>")
@signed_in
def look(look_id: int) -> str:
    session = current_session()
    one = access(SecondLook, look_id)
    rows = queries.roll_of(session, one.id, drawn_only=True)
    return render_template(
        "remediation/look.html",
        look=one,
        rows=rows,
        units=units_of({task.unit_id for _row, task in rows}),
        offers=buttons(one),
        happened=timeline(session, one),
    )


class SeedForm(Form):
    seed = StringField(
        N_("Seed"), [DataRequired(N_("Enter the seed.")), Regexp(r"[0-9]{20}$", message=N_("A seed has 20 digits."))],
        description=N_("20 digits, from dice or a public number that nobody knew when the roll was frozen."),
    )  # fmt: skip


class LookForm(Form):
    task_id = SelectField(N_("Task"), coerce=int, choices=[])
    holds = RadioField(N_("Is it put right?"), [DataRequired(N_("Choose one."))],
                       choices=options([("yes", N_("Yes")), ("no", N_("No"))]))  # fmt: skip
    note = TextAreaField(N_("What was found"), [Length(max=4000)])

    def facts(self) -> dict[str, Any]:
        return {"task_id": self.task_id.data, "holds": self.holds.data == "yes", "note": self.note.data or ""}


def fill_look(form: Any, session: Any, one: SecondLook) -> None:
    rows = queries.roll_of(session, one.id, drawn_only=True)
    form.task_id.choices = options([(task.id, task.title) for row, task in rows if row.looked_at is None])


acts(
    pages, SecondLook, SECOND_LOOK,
    {
        "draw_second_look": Action(services.draw_second_look, SeedForm),
        "look_again": Action(services.look_again, LookForm, fill=fill_look),
        "close_second_look": Action(services.close_second_look),
    },
    path="/looks/<int:record_id>",
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


@pages.get("/escalations")
@holding(Duty.ACCEPT_PLANS, Duty.APPROVE, Duty.AUDIT)
def escalations() -> Response | str:
    """Tasks whose age has reached a level that nobody has raised them to yet."""
    session = current_session()
    some = queries.prompts(session, now(), queries.visible_units(viewer()))
    units = units_of({one.task.unit_id for one in some})
    found = listing(
        "escalations", some,
        [
            Column("pick", N_("Choose"), lambda p: "", shown=lambda p: pick(p.task)),
            Column("task", N_("Task"), lambda p: p.task.title, is_head=True,
                   link=lambda p: address_of("task", p.task.id)),
            Column("unit", N_("Unit"), lambda p: units[p.task.unit_id].name),
            Column("due", N_("Due"), lambda p: p.task.due_at, shown=lambda p: due_shown(queries.line(p.task, now()))),
            Column("level", N_("Level reached"), lambda p: p.rung.name),
            Column("proposes", N_("Proposes"), lambda p: Label(PROPOSALS.get(p.rung.proposes, "")), is_minor=True),
        ],
    )  # fmt: skip
    return found.answer("remediation/escalations.html", may_act="escalate" in bulk_actions())


PROPOSALS = {
    "supervision_letter": N_("A supervision letter"),
    "listed_supervision": N_("Listed supervision"),
    "special_inspection": N_("A special inspection"),
}
