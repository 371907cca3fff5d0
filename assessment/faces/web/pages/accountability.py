"""Accountability: prompts with their computation, cases with what the law asks for, interviews."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from assessment.accountability import ladders, queries, rules, services
from assessment.accountability.models import (
    BEFORE_A_CASE,
    Ballot,
    Case,
    CaseState,
    Circulation,
    CircumstanceKind,
    Interview,
    Motion,
    Outcome,
    Part,
    Source,
)
from assessment.accountability.papers import render_case_paper
from assessment.accountability.process import CASE
from assessment.delivery.queries import papers_about
from assessment.faces.web.kit import (
    Column,
    access,
    act_label,
    act_word,
    address,
    address_of,
    buttons,
    choice,
    current_act,
    current_session,
    download,
    frame,
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
)  # fmt: skip
from assessment.faces.web.kit.transactions import stop_reading
from assessment.faces.web.pages import accountability_forms as forms
from assessment.faces.web.pages.accountability_papers import case_paper
from assessment.faces.web.pages.audit import VEILED
from assessment.faces.web.pages.ladder_looks import looks
from assessment.foundation import audit
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_, Bilingual, Label, local_day
from assessment.organisations.duties import Duty
from assessment.organisations.models import Person
from assessment.organisations.officers import person_id_of
from assessment.organisations.queries import posts_held, unit_views

pages = Blueprint("accountability", __name__, url_prefix="/accountability")
address("accountability_case", "accountability.show", "case_id", N_("Case"))
address("interview", "accountability.interview", "interview_id", N_("Interview"))
scope(Case, queries.may_know)
scope(Interview, queries.may_see_interview)
scope(Motion, queries.may_see_circular)
address("case_motion", "accountability.circular", "motion_id", N_("Circular"))
VEILED.update(("accountability_case", "interview", "case_motion"))
act_word("open_file", N_("Read the case"))
act_word("take_dossier", N_("Took the dossier"))
for state, form in (
    ("prompted", "soon"), ("settled", ""), ("dismissed", ""), ("notice_served", "going"), ("replied", "going"),
    ("lapsed", "going"), ("law_reviewed", "soon"), ("decided", "going"), ("executed", "done"), ("expired", ""),
    ("revoked", ""),
):  # fmt: skip
    shape("accountability_case", state, form)
for state, form in (("called", "going"), ("held", "going"), ("committed", "soon"), ("done", "done")):
    shape("interview", state, form)

LOOKING = (Duty.OPEN_CASES, Duty.PREPARE, Duty.CALL_INTERVIEWS, Duty.AUDIT)
PROMPTERS = (Duty.OPEN_CASES, Duty.PREPARE, Duty.SETTLE_FINDINGS)


# --- lists -----------------------------------------------------------------------------------------------------------


@pages.get("")
@signed_in
def index() -> Response | str:
    """Prompts first, because they wait; then every case that one may know of."""
    session = current_session()
    known = queries.cases_seen(session, viewer())
    units = unit_views(session, {case.unit_id for case in known}, local_day(now()))
    readable = queries.readable(session, known, viewer())
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
        proposed=rules.proposed,
        source=_source,
        may_prompt=any(viewer().holds(duty) for duty in PROMPTERS),
        talks=talks_of(session)[:5],
        **_near(session),
    )


def _near(session: Session) -> dict[str, Any]:
    """Who is one more period from a proposal, for those who answer prompts."""
    reach = viewer().unit_ids_for_any(LOOKING)
    near = [one for one in looks(session) if one.standing.unit_id in reach and one.is_near] if reach else []
    units = unit_views(session, {one.standing.unit_id for one in near}, local_day(now()))
    return {"near": near, "near_units": units, "may_look": bool(reach)}


def _page_of(case: Case) -> str:
    return address_of("accountability_case", case.id)


def _source(case: Case) -> Label:
    return Label(Source(case.source).label)


def talks_of(session: Session) -> list[Interview]:
    duties = (Duty.CALL_INTERVIEWS, Duty.ANSWER_NOTICES, Duty.AUDIT, *queries.OF_THE_UNIT)
    return queries.interviews(session, viewer().unit_ids_for_any(duties))


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
    case = _noted(case)
    session = current_session()
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
        declarations=_declarations(session, case) if is_full else [],
        readings=queries.readings(session, case)[::-1][:40] if is_full else [],
        trace=_trace(session, case) if is_full else [],
        talks=queries.interviews_of(session, case.id),
        origin=address_of(*case.origin),
        is_open=case.state in queries.OPEN,
        told_facts=[fact for fact in case.standing_facts if fact.told_at is not None],
        has_supplement=any(one.kind == queries.SUPPLEMENT for one in papers_about(session, (queries.KIND, case.id))),
        evidence=_evidence,
        **forms.words(case),
    )


def _noted(case: Case) -> Case:
    """Who opens a file is in the trail, once a day; on SQLite a note waits for readers, its own request's too."""
    case_id, act = case.id, current_act()
    if request.method != "GET" or queries.was_opened_today(current_session(), case, viewer()):
        return case
    stop_reading()
    with frame().write() as session:
        services.note_reading(session, session.get_one(Case, case_id), act)
    return access(Case, case_id)


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


def _declarations(session: Session, case: Case) -> list[tuple[str, Label, str, Any, str]]:
    """Who declared what in which part: (who, part, words, moment, why he or she stepped aside)."""
    found: list[tuple[str, Label, str, Any, str]] = [
        (one.label, Label(Part(one.part).label), one.text, one.declared_at, "") for one in case.declarations
    ]
    for one in case.investigators:
        person = session.get_one(Person, one.person_id)
        found.append((person.name, Label(N_("Investigator")), one.declaration, one.declared_at, one.aside_why))
    return found


@pages.get("/circulars/<int:motion_id>")
@signed_in
def circular(motion_id: int) -> str:
    """What others are told of a decision: of a body, never of a person; its revocation in the same place."""
    session = current_session()
    motion = access(Motion, motion_id)
    case = motion.case
    unit = unit_views(session, {case.unit_id}, local_day(case.prompted_at))[case.unit_id]
    return render_template(
        "accountability/circular.html", motion=motion, case=case, unit=unit,
        is_full=queries.may_see(session, case, viewer()),
    )  # fmt: skip


def _word_of(words: Any, value: str) -> Label:
    return Label(words(value).label)


for name, words in (
    ("outcome_word", Outcome), ("circulation_word", Circulation), ("ballot_word", Ballot),
    ("circumstance_word", CircumstanceKind),
):  # fmt: skip
    pages.add_app_template_global(partial(_word_of, words), name)


@pages.get("/<int:case_id>/<any(case_notice, case_supplement, decision, case_proposal, early_warning):paper>.pdf")
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
    return made(form, "accountability/prompt.html", _prompted)


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


def made(form: Any, template: str, make: Any, **facts: Any) -> Response | str | tuple[str, int]:
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            return redirect(make(form), 303)  # type: ignore[return-value]
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template(template, form=form, refusal=refusal, **facts)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page
