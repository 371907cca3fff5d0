"""Accountability: prompts with their computation, cases with what the law asks for, interviews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from assessment.accountability import ladders, queries, services
from assessment.accountability.models import BEFORE_A_CASE, Case, CaseState, Interview, InterviewState, Source
from assessment.accountability.papers import render_call, render_case_paper
from assessment.accountability.process import CASE, INTERVIEW
from assessment.delivery.queries import papers_about
from assessment.faces.web.kit import (
    Action,
    Column,
    Waiting,
    access,
    act_label,
    acts,
    address,
    address_of,
    buttons,
    choice,
    current_act,
    current_session,
    download,
    holding,
    language,
    listing,
    not_there,
    now,
    scope,
    search,
    shape,
    signed_in,
    viewer,
    waiting,
)  # fmt: skip
from assessment.faces.web.pages import accountability_forms as forms
from assessment.faces.web.pages.accountability_papers import call_paper, case_paper
from assessment.faces.web.pages.audit import VEILED
from assessment.foundation import audit
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_, Bilingual, Label, Sentence, local_day, say
from assessment.organisations.duties import Duty
from assessment.organisations.models import Person
from assessment.organisations.officers import person_id_of
from assessment.organisations.queries import posts_held, unit_views

pages = Blueprint("accountability", __name__, url_prefix="/accountability")
address("accountability_case", "accountability.show", "case_id", N_("Case"))
address("interview", "accountability.interview", "interview_id", N_("Interview"))
scope(Case, queries.may_know)
scope(Interview, queries.may_see_interview)
VEILED.update(("accountability_case", "interview"))
for state, form in (
    ("prompted", "soon"), ("settled", ""), ("dismissed", ""), ("notice_served", "going"), ("replied", "going"),
    ("lapsed", "going"), ("law_reviewed", "soon"), ("decided", "going"), ("executed", "done"), ("expired", ""),
    ("revoked", ""),
):  # fmt: skip
    shape("accountability_case", state, form)
for state, form in (("called", "going"), ("held", "going"), ("committed", "soon"), ("done", "done")):
    shape("interview", state, form)

PROMPTERS = (Duty.OPEN_CASES, Duty.PREPARE, Duty.SETTLE_FINDINGS)


# --- lists -----------------------------------------------------------------------------------------------------------


@pages.get("")
@signed_in
def index() -> Response | str:
    """Prompts first, because they wait; then every case that one may know of."""
    session = current_session()
    known = queries.cases_seen(session, viewer())
    units = unit_views(session, {case.unit_id for case in known}, local_day(now()))
    readable = {case.id for case in known if queries.may_see(session, case, viewer())}
    found = listing(
        "cases",
        [case for case in known if case.state != CaseState.PROMPTED],
        [
            Column("number", N_("Number"), lambda one: one.number, link=_page_of, is_head=True),
            Column("unit", N_("Unit"), lambda one: units[one.unit_id].name),
            Column("title", N_("Matter"), lambda one: one.title if one.id in readable else "\u2014"),
            Column("opened", N_("Opened"), lambda one: one.opened_at and local_day(one.opened_at), is_minor=True),
            Column("state", N_("State"), lambda one: CASE.word(one.state)),
        ],
        [
            choice("state", N_("State"), lambda one: one.state, [(s.value, CASE.words[s]) for s in CaseState]),
            search(lambda one: one.number, lambda one: units[one.unit_id].name),
        ],
    )
    return found.answer(
        "accountability/index.html",
        prompts=[case for case in known[::-1] if case.state == CaseState.PROMPTED and case.id in readable],
        open_count=sum(case.state in queries.OPEN for case in known),
        case_count=sum(case.state not in BEFORE_A_CASE for case in known),
        units=units,
        told=ladders.told,
        source=_source,
        may_prompt=any(viewer().holds(duty) for duty in PROMPTERS),
        talks=_talks(session)[:5],
    )


def _page_of(case: Case) -> str:
    return address_of("accountability_case", case.id)


def _source(case: Case) -> Label:
    return Label(Source(case.source).label)


def _talks(session: Session) -> list[Interview]:
    duties = (Duty.CALL_INTERVIEWS, Duty.ANSWER_NOTICES, Duty.AUDIT, *queries.OF_THE_UNIT)
    reach = frozenset().union(*(viewer().unit_ids_for(duty) for duty in duties))
    return queries.interviews(session, reach)


def _talk_page(talk: Interview) -> str:
    return address_of("interview", talk.id)


@pages.get("/interviews")
@signed_in
def interviews() -> Response | str:
    session = current_session()
    talks = _talks(session)
    units = unit_views(session, {one.unit_id for one in talks}, local_day(now()))
    found = listing(
        "interviews",
        talks,
        [
            Column("number", N_("Number"), lambda one: one.number, link=_talk_page, is_head=True),
            Column("unit", N_("Unit"), lambda one: units[one.unit_id].name),
            Column("when", N_("Takes place"), lambda one: one.takes_place_at),
            Column("state", N_("State"), lambda one: INTERVIEW.word(one.state)),
        ],
        [choice("state", N_("State"), lambda one: one.state, [(s.value, INTERVIEW.words[s]) for s in InterviewState])],
    )  # fmt: skip
    may_call = viewer().holds(Duty.CALL_INTERVIEWS)
    return found.answer("accountability/interviews.html", may_call=may_call, count=len(talks))


# --- one case --------------------------------------------------------------------------------------------------------


@pages.get("/<int:case_id>")
@signed_in
def show(case_id: int) -> str:
    session = current_session()
    case = access(Case, case_id)
    unit = unit_views(session, {case.unit_id}, local_day(case.prompted_at))[case.unit_id]
    offers = buttons(case)
    if not queries.may_see(session, case, viewer()):
        return render_template("accountability/locked.html", case=case, unit=unit, offers=offers)
    is_full = queries.sees_all(session, case, viewer()) or viewer().holds(Duty.AUDIT, case.unit_id)
    checklist = queries.requirements(session, case) if case.state not in BEFORE_A_CASE else []
    return render_template(
        "accountability/show.html" if is_full else "accountability/of_unit.html",
        case=case,
        unit=unit,
        offers=offers,
        source=_source(case),
        told=ladders.told(case.computation),
        checklist=checklist,
        lacking=[one.missing for one in checklist if not one.is_met],
        reply_due=queries.reply_due(session, case),
        appeal_until=queries.appeal_until(session, case),
        people=_people(session, case) if is_full else [],
        trace=_trace(session, case) if is_full else [],
        talks=queries.interviews_of(session, case.id),
        origin=address_of(*case.origin),
        is_open=case.state in queries.OPEN,
        told_facts=[fact for fact in case.standing_facts if fact.told_at is not None],
        has_supplement=any(one.kind == queries.SUPPLEMENT for one in papers_about(session, (queries.KIND, case.id))),
        evidence=_evidence,
        **forms.words(case),
    )


def _evidence(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    return [(kind, record_id, address_of(kind, record_id)) for kind, record_id in pairs]


def _people(session: Session, case: Case) -> list[tuple[Label, str]]:
    """Who has which part; no two parts in one hand."""
    parts: list[tuple[Label, str]] = []
    for label, key in (
        (Label(N_("Opened by")), case.opened_by),
        *((Label(N_("Investigator")), f"person:{one.person_id}") for one in case.investigators),
        (Label(N_("Legal reviewer")), case.reviewed_by),
        (Label(N_("Decided by")), case.decided_by),
    ):
        person = session.get(Person, person_id_of(key) or 0) if key else None
        if person is not None:
            parts.append((label, person.name))
    return parts


def _trace(session: Session, case: Case) -> list[dict[str, Any]]:
    """From the newest act on the case, its origin and its evidence back to the first, with the posts held that day."""
    held: dict[Any, list[str]] = {}
    found = []
    rows = audit.acts_on(session, queries.matter_of(case))
    for row in reversed(rows[-60:]):
        day = local_day(row.at)
        if day not in held:
            posts = posts_held(session, case.unit_id, day)
            held[day] = [f"{post.title.in_language(language())} · {post.person}" for post in posts]
        found.append({"row": row, "what": act_label(row.kind, row.act), "posts": held[day]})
    return found


@pages.get("/<int:case_id>/<any(case_notice, case_supplement, decision, early_warning):paper>.pdf")
@signed_in
def paper(case_id: int, paper: str) -> Response:
    """The paper as the unit received it, in the reader's language."""
    session = current_session()
    case = access(Case, case_id)
    made = case_paper(session, case, paper, language())
    is_warned = paper == queries.WARNING and any(viewer().holds(duty, case.unit_id) for duty in queries.OF_THE_UNIT)
    if made is None or not (queries.may_see(session, case, viewer()) or is_warned):
        raise not_there()
    name = f"{case.number}-{paper}.{language()}.pdf"
    return download(render_case_paper(made), name, "application/pdf", is_inline=True)


# --- prompting and calling -------------------------------------------------------------------------------------------


@pages.route("/prompt", methods=["GET", "POST"])
@holding(*PROMPTERS)
def prompt() -> Response | str | tuple[str, int]:
    """A person puts a matter before the authority; it opens nothing."""
    form = forms.PromptForm()
    form.unit_id.choices = forms.unit_choices(PROMPTERS)
    return _made(form, "accountability/prompt.html", _prompted)


def _prompted(form: forms.PromptForm) -> str:
    kind, record_id = form.record()
    title = Bilingual(form.title_zh.data, form.title_en.data or form.title_zh.data)
    new = services.NewPrompt(
        form.unit_id.data, title, Source.PERSON, (kind, record_id), occurrence=now().isoformat(), computation=()
    )
    case = services.prompt(current_session(), current_act(), new)
    return address_of("accountability_case", case.id) if case and queries.may_see(
        current_session(), case, viewer()
    ) else url_for(".index")  # fmt: skip


@pages.route("/interviews/call", methods=["GET", "POST"])
@holding(Duty.CALL_INTERVIEWS)
def call_interview() -> Response | str | tuple[str, int]:
    """Call an interview, also to carry out a decision (``?case=``)."""
    case_id = request.args.get("case", "")
    case = access(Case, int(case_id)) if case_id.isdecimal() and len(case_id) < 10 else None
    form = forms.CallForm()
    form.unit_id.choices = forms.unit_choices((Duty.CALL_INTERVIEWS,), case.unit_id if case else None)
    return _made(form, "accountability/call.html", lambda filled: _called(filled, case), case=case)


def _called(form: forms.CallForm, case: Case | None) -> str:
    talk = services.call_interview(
        current_session(), current_act(), unit_id=form.unit_id.data, takes_place_at=forms.moment(form.takes_place_at),
        place=form.place.data, reason=form.reason.data, case=case,
    )  # fmt: skip
    return address_of("interview", talk.id)


def _made(form: Any, template: str, make: Any, **facts: Any) -> Response | str | tuple[str, int]:
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            return redirect(make(form), 303)  # type: ignore[return-value]
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template(template, form=form, refusal=refusal, **facts)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


@pages.get("/interviews/<int:interview_id>")
@signed_in
def interview(interview_id: int) -> str:
    session = current_session()
    talk = access(Interview, interview_id)
    unit = unit_views(session, {talk.unit_id}, local_day(talk.called_at))[talk.unit_id]
    case = session.get(Case, talk.case_id) if talk.case_id else None
    return render_template(
        "accountability/interview.html",
        talk=talk,
        unit=unit,
        offers=buttons(talk),
        case=case if case and queries.may_see(session, case, viewer()) else None,
        happened=[
            {"row": row, "what": act_label(row.kind, row.act), "posts": []}
            for row in reversed(audit.history(session, talk))
        ],
    )


@pages.get("/interviews/<int:interview_id>/call.pdf")
@signed_in
def call(interview_id: int) -> Response:
    talk = access(Interview, interview_id)
    content = render_call(call_paper(current_session(), talk, language()))
    return download(content, f"{talk.number}.{language()}.pdf", "application/pdf", is_inline=True)


# --- actions ---------------------------------------------------------------------------------------------------------


def _to_list(case: Case, result: Any) -> str:
    return url_for("accountability.index")


acts(pages, Case, CASE, {
    "dismiss": Action(services.dismiss),
    "warn": Action(
        services.warn, explain=lambda session, case: say("The warning is served at once; it states no fault.")
    ),
    "settle_by_interview": Action(
        services.settle_by_interview, forms.SettleForm, facts=forms.SettleForm.told,
        goes_to=lambda case, talk: address_of("interview", talk.id),
    ),
    "ask_inspection": Action(services.ask_inspection),
    "open_case": Action(
        services.open_case, forms.OpenForm, fill=forms.OpenForm.fill,
        explain=lambda session, case: say(
            "A ladder or score has only prompted this. Whoever opens a case does not decide it."
        ),
    ),
    "declare": Action(services.declare, forms.DeclareForm),
    "serve_notice": Action(
        services.serve_notice, forms.NoticeForm,
        explain=lambda session, case: say("The unit has 10 working days from receipt to reply."),
    ),
    "serve_supplement": Action(
        services.serve_supplement,
        explain=lambda session, case: say(
            "These findings of fact are served on the unit, and its time to reply begins again: {numbers}.",
            numbers=[fact.number for fact in queries.untold_facts(case)],
        ),
    ),
    "reply": Action(services.reply, forms.ReplyForm, facts=forms.ReplyForm.told),
    "add_fact": Action(services.add_fact, forms.FactForm, fill=forms.FactForm.fill, facts=forms.FactForm.told),
    "strike_fact": Action(services.strike_fact, forms.StrikeForm, fill=forms.StrikeForm.fill),
    "name_responsible": Action(
        services.name_responsible, forms.ResponsibleForm, fill=forms.ResponsibleForm.fill,
        facts=forms.ResponsibleForm.told,
    ),
    "answer_point": Action(services.answer_point, forms.AnswerForm, fill=forms.AnswerForm.fill),
    "file_report": Action(services.file_report, forms.ReportForm, facts=forms.ReportForm.told),
    "review_law": Action(services.review_law, forms.ReviewForm),
    "return_report": Action(services.return_report),
    "decide": Action(services.decide, forms.DecideForm, facts=forms.DecideForm.told),
    "serve_decision": Action(services.serve_decision),
    "record_organ_answer": Action(services.record_organ_answer, forms.OrganForm),
    "execute": Action(services.execute, forms.HowForm),
    "revoke": Action(
        services.revoke, explain=lambda session, case: say("It is told in the same range in which it was published.")
    ),
    "read_case": Action(
        services.read_case,
        explain=lambda session, case: say("Your reason and name are kept in the trail; the case is open to you today."),
    ),
})  # fmt: skip

acts(pages, Interview, INTERVIEW, {
    "hold_interview": Action(services.hold_interview, forms.MinutesForm),
    "record_commitment": Action(services.record_commitment, forms.CommitmentForm),
    "fulfil_commitment": Action(services.fulfil_commitment, forms.FulfilForm, fill=forms.FulfilForm.fill),
    "conclude_interview": Action(services.conclude_interview),
    "cancel_interview": Action(services.cancel_interview),
}, path="/interviews/<int:record_id>")  # fmt: skip


# --- what waits ------------------------------------------------------------------------------------------------------


@waiting
def what_waits(session: Session, officer: Any, at: Any) -> list[Waiting]:
    """For each, the step that only he or she can take."""
    if not any(officer.holds(duty) for duty in (*queries.AUTHORITY, Duty.INVESTIGATE, Duty.REPLY)):
        return []
    found: list[Waiting] = []
    open_cases = queries.cases(session, states=[CaseState.PROMPTED.value, *queries.OPEN])
    dues = queries.reply_dues(session, [case for case in open_cases if case.state == CaseState.NOTICE_SERVED])
    units = unit_views(session, {case.unit_id for case in open_cases}, local_day(at))
    for case in open_cases:
        if not queries.may_see(session, case, officer):
            continue
        step = _step_of(session, case, officer)
        if step is not None:
            button, sentence = step
            word = CASE.word(case.state)
            title = say("{unit}: {matter}", unit=units[case.unit_id].name, matter=case.title)
            found.append(Waiting(title, sentence, dues.get(case.id), _page_of(case), Label(button), word))
    return found


STEPS: dict[str, tuple[str, str, Sentence]] = {
    "prompted": (
        Duty.OPEN_CASES, N_("Open, dismiss or answer"), say("A prompt waits for a person; it opens nothing by itself."),
    ),
    "opened": (
        Duty.INVESTIGATE, N_("Declare and serve the notice"),
        say("Two investigators declare before the notice is served."),
    ),
    "notice_served": (Duty.REPLY, N_("Reply"), say("You may reply point by point; silence is no admission.")),
    "replied": (Duty.INVESTIGATE, N_("Answer the reply"), say("Each point is answered before the report is filed.")),
    "lapsed": (
        Duty.INVESTIGATE, N_("File the report"), say("No reply came in time; the facts must be proved all the same."),
    ),
    "returned": (Duty.INVESTIGATE, N_("Mend the report"), say("The legal review has returned the report.")),
    "reported": (Duty.REVIEW_LAW, N_("Review the case"), say("The report waits for the legal review.")),
    "law_reviewed": (Duty.DECIDE_CASES, N_("Decide the case"), say("Everything the law asks for is there.")),
    "decided": (Duty.DECIDE_CASES, N_("Serve the decision"), say("The decision has no effect until it is served.")),
}  # fmt: skip


def _step_of(session: Session, case: Case, officer: Any) -> tuple[str, Sentence] | None:
    duty, button, sentence = STEPS[case.state]
    if not officer.holds(duty, case.unit_id):
        return None
    if duty == Duty.INVESTIGATE and not queries.is_investigator(case, officer):
        return None
    return button, sentence
