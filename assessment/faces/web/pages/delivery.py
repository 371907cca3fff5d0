"""Pages of papers and extensions: a unit's inbox, a paper with its receipt, what became of every delivery."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, get_template_attribute, render_template
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import DateTimeLocalField, TextAreaField
from wtforms.validators import DataRequired, Length

from assessment.accountability import queries as cases
from assessment.delivery import queries, services
from assessment.delivery.models import ON_ITS_WAY, Extension, ExtensionState, Paper, PaperState
from assessment.delivery.process import EXTENSION, GRANTERS, PAPER
from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    Waiting,
    _,
    access,
    act_word,
    acts,
    address,
    address_of,
    badge,
    buttons,
    chip_class,
    choice,
    current_session,
    holding,
    kind_word,
    listing,
    now,
    said,
    scope,
    search,
    signed_in,
    timeline,
    viewer,
    waiting,
)  # fmt: skip
from assessment.foundation.i18n import N_, Bilingual, Label, Sentence, local_day, reading_zone, say
from assessment.organisations.duties import Duty
from assessment.organisations.queries import UnitView, unit_views

pages = Blueprint("delivery", __name__, url_prefix="/delivery")
address("paper", "delivery.show", "paper_id", N_("Paper"))
address("extension", "delivery.extension", "extension_id", N_("Extension"))
scope(Paper, cases.may_see_paper)
scope(Extension, queries.may_see_extension)
act_word("serve", N_("Served"))
act_word("issue", N_("Issued"))

KINDS = {
    "provisional_score": N_("Provisional score"),
    "notice": N_("Remediation notice"),
    "letter": N_("Responsibility letter"),
    "inspection_report": N_("Inspection report"),
    "decision": N_("Decision"),
    "bulletin": N_("Ranking bulletin"),
    "corrigendum": N_("Corrigendum"),
    "supervision_letter": N_("Supervision letter"),
    "listed_supervision": N_("Listed supervision"),
    "supervision_bulletin": N_("Supervision bulletin"),
    "case_notice": N_("Case notice"),
    "case_supplement": N_("Further facts in a case"),
    "case_proposal": N_("Proposal to the competent organ"),
    "case_circular": N_("Circulated criticism"),
    "case_restoration": N_("Revocation of a criticism"),
    "interview_call": N_("Call to an interview"),
    "early_warning": N_("Early warning"),
    "reply": N_("Reply"),
    "revocation": N_("Revocation of a decision"),
    "reward_list": N_("Public list of rewards"),
    "grant_letter": N_("Letter of award"),
    "claw_back": N_("Notice of claw-back"),
}
MOST_AT_ONCE = 200
"""So many papers are signed for by one act."""
STATES = [(state.value, PAPER.word(state)) for state in PaperState]


def kind_label(kind: str) -> Label:
    return Label(KINDS.get(kind, kind.replace("_", " ")))


def units_of(some: Iterable[Any]) -> dict[int, UnitView]:
    day = local_day(now())
    return unit_views(current_session(), {one.unit_id for one in some}, day)


@badge("delivery.index")
def papers_waiting(session: Session, officer: Any) -> int:
    """Those to be signed for by this person; nobody else is told of them on every page."""
    mine = officer.unit_ids_for(Duty.RECEIVE_PAPERS) if officer.holds(Duty.RECEIVE_PAPERS) else ()
    return queries.count_waiting(session, mine) if mine else 0


# --- papers ----------------------------------------------------------------------------------------------------------


@pages.get("")
@signed_in
def index() -> Response | str:
    """The inbox of the units for which this person receives papers; for others, what they may watch."""
    session, officer = current_session(), viewer()
    if not officer.holds(Duty.RECEIVE_PAPERS):
        return deliveries()
    mine = officer.unit_ids_for(Duty.RECEIVE_PAPERS)
    papers: list[Any] = list(queries.inbox(session, mine, limit=2000))
    units = units_of(papers)
    newest = sorted(papers, key=lambda paper: (paper.available_at, paper.id), reverse=True)
    found = listing("inbox", newest, paper_columns(units, own=True), paper_filters(session))
    return found.answer(
        "delivery/index.html", waiting_count=queries.count_waiting(session, mine), own=True, units=units,
        to_sign=[(paper, kind_label(paper.kind)) for paper in papers if paper.waits][:MOST_AT_ONCE],
    )  # fmt: skip


@pages.get("/deliveries")
@holding(*queries.WATCHERS)
def deliveries() -> Response | str:
    """What became of every paper that this person may watch."""
    session = current_session()
    papers = queries.deliveries(session, viewer())
    found = listing("deliveries", papers, paper_columns(units_of(papers), own=False), paper_filters(session))
    count = sum(paper.state in ON_ITS_WAY for paper in papers)
    return found.answer("delivery/index.html", waiting_count=count, own=False, to_sign=[])


def paper_columns(units: dict[int, UnitView], *, own: bool) -> list[Column]:
    def unit(paper: Any) -> Bilingual:
        return units[paper.unit_id].name

    return [
        Column("title", N_("Paper"), lambda p: p.title, link=lambda p: address_of("paper", p.id), is_head=True,
               shown=titled if own else None),
        Column("kind", N_("Kind"), lambda p: kind_label(p.kind), is_minor=True),
        Column("number", N_("Number"), lambda p: p.number, is_minor=True),
        Column("unit", N_("Unit"), unit, is_minor=True),
        Column("available", N_("In the inbox since"), lambda p: p.available_at, is_minor=True),
        Column("state", N_("State"), lambda p: PAPER.word(p.state), shown=chip),
        Column("deemed", N_("Deemed received on"), lambda p: p.deemed_at if p.state in ON_ITS_WAY else None),
    ]  # fmt: skip


def titled(paper: Any) -> Any:
    """Its title, marked where nobody of the unit has opened it yet."""
    if paper.state != PaperState.AVAILABLE:
        return paper.title
    return Markup('{} <span class="waits new">{}</span>').format(said(paper.title), _("unread"))


def chip(paper: Any) -> Markup:
    draw = get_template_attribute("_macros.html", "chip")
    drawn = draw(PAPER.word(paper.state), chip_class(PAPER, paper.state))
    return Markup(drawn)  # noqa: S704 - our own macro, which has escaped what is in it


def paper_filters(session: Session) -> list[Any]:
    return [
        choice("state", N_("State"), lambda p: p.state, STATES),
        choice("kind", N_("Kind"), lambda p: p.kind, [(kind, kind_label(kind)) for kind in queries.kinds(session)]),
        search(lambda p: p.title, lambda p: p.number),
    ]


@pages.get("/<int:paper_id>")
@signed_in
def show(paper_id: int) -> str:
    session = current_session()
    paper = access(Paper, paper_id)
    return render_template(
        "delivery/show.html",
        paper=paper,
        kind=kind_label(paper.kind),
        unit=units_of([paper])[paper.unit_id],
        subject=address_of(paper.subject_kind, paper.subject_id),
        subject_word=kind_word(paper.subject_kind),
        offers=buttons(paper),
        happened=timeline(session, paper),
        heading=heading(paper),
        **strip(paper),
    )


def heading(paper: Paper) -> Sentence:
    """What became of it, in a sentence."""
    if paper.state == PaperState.RECEIVED:
        return say("Received on {moment}.", moment=paper.received_at)
    if paper.state == PaperState.DEEMED_RECEIVED:
        return say("Deemed received on {moment}: nobody signed for it.", moment=paper.deemed_at)
    if paper.state in ON_ITS_WAY:
        return say("Sign for it until {moment}; after that it is deemed received.", moment=paper.deemed_at)
    if paper.state == PaperState.FAILED:
        return say("It could not be served.")
    return say("Issued, and not served yet.")


def strip(paper: Paper) -> dict[str, Any]:
    """Where the paper is on its way."""
    last = PaperState.DEEMED_RECEIVED if paper.state == PaperState.DEEMED_RECEIVED else PaperState.RECEIVED
    moments = [
        (PaperState.AVAILABLE, paper.available_at),
        (PaperState.OPENED, paper.opened_at),
        (last, paper.served_at),
    ]
    places = [(PAPER.word(state), moment, _place(paper, state, moment)) for state, moment in moments]
    return {"places": [] if paper.state == PaperState.FAILED else places}


def _place(paper: Paper, state: PaperState, moment: datetime | None) -> str:
    return "now" if paper.state == state else ("did" if moment else "")


acts(
    pages, Paper, PAPER,
    {
        "open_paper": Action(services.open_paper, explain=lambda session, paper: say(
            "The trail notes that you opened it. No time limit starts by this.")),
        "receive": Action(services.receive, explain=lambda session, paper: say(
            "You sign by name for your unit. Time limits that start with service start now.")),
        "fail": Action(services.fail),
    },
)  # fmt: skip


@waiting
def papers_to_sign_for(session: Session, officer: Any, at: datetime) -> Iterable[Waiting]:
    mine = officer.unit_ids_for(Duty.RECEIVE_PAPERS)
    if not mine:
        return []
    papers = [paper for paper in queries.inbox(session, mine, limit=40) if paper.waits]
    units = units_of(papers)
    return [
        Waiting(
            paper.title
            if paper.unit_id == officer.home_unit_id
            else say("{unit}: {title}", unit=units[paper.unit_id].name, title=paper.title),
            say("Sign for it until {moment}; after that it is deemed received.", moment=paper.deemed_at),
            paper.deemed_at, address_of("paper", paper.id), Label(N_("Sign for receipt")), PAPER.word(paper.state),
        )
        for paper in papers
    ]  # fmt: skip


# --- extensions ------------------------------------------------------------------------------------------------------


@pages.get("/extensions")
@signed_in
def extensions() -> Response | str:
    """Requests for more time that this person made, may decide or may audit."""
    session, officer = current_session(), viewer()
    duties = (Duty.REPORT, Duty.ANSWER_NOTICES, Duty.PROVIDE_DATA, Duty.AUDIT, *GRANTERS)
    mine = frozenset().union(*(officer.unit_ids_for(duty) for duty in duties))
    some = [one for one in queries.extensions(session, mine) if queries.may_see_extension(session, one, officer)]
    units = units_of(some)
    columns = [
        Column("unit", N_("Asked by"), lambda e: units[e.unit_id].name, is_head=True,
               link=lambda e: address_of("extension", e.id)),
        Column("count", N_("Deadlines"), lambda e: len(e.items), is_number=True),
        Column("until", N_("Asked until"), lambda e: e.asked_until),
        Column("decide", N_("To be decided by"), lambda e: e.decide_by if e.state == ExtensionState.ASKED else None),
        Column("granted", N_("Granted until"), lambda e: e.granted_until, is_minor=True),
        Column("state", N_("State"), lambda e: EXTENSION.word(e.state)),
    ]  # fmt: skip
    states = [(state.value, EXTENSION.word(state)) for state in ExtensionState]
    found = listing("extensions", some, columns, [choice("state", N_("State"), lambda e: e.state, states)])
    open_ones = sum(one.state == ExtensionState.ASKED for one in some)
    return found.answer("delivery/extensions.html", open_ones=open_ones)


@pages.get("/extensions/<int:extension_id>")
@signed_in
def extension(extension_id: int) -> str:
    one = access(Extension, extension_id)
    return render_template(
        "delivery/extension.html",
        extension=one,
        unit=units_of([one])[one.unit_id],
        units=units_of(one.items),
        items=[
            (item, address_of(item.subject_kind, item.subject_id), kind_word(item.subject_kind)) for item in one.items
        ],
        offers=buttons(one),
        happened=timeline(current_session(), one),
    )


class GrantForm(Form):
    until = DateTimeLocalField(N_("Until"), [DataRequired(N_("Choose until when."))])
    reason = TextAreaField(N_("Reason"), [Length(max=4000)])


def fill_grant(form: GrantForm, _session: Session, one: Extension) -> None:
    if not form.is_submitted():
        form.until.data = one.asked_until.astimezone(reading_zone()).replace(tzinfo=None)


def grant_facts(form: GrantForm) -> dict[str, Any]:
    return {"until": form.until.data.replace(tzinfo=reading_zone())}


acts(
    pages, Extension, EXTENSION,
    {
        "grant_extension": Action(services.grant_extension, GrantForm, fill=fill_grant, facts=grant_facts),
        "refuse_extension": Action(services.refuse_extension),
    },
    path="/extensions/<int:record_id>",
)  # fmt: skip


@waiting
def extensions_to_decide(session: Session, officer: Any, at: datetime) -> Iterable[Waiting]:
    mine = frozenset().union(*(officer.unit_ids_for(duty) for duty in GRANTERS))
    some = queries.extensions(session, mine, state=ExtensionState.ASKED) if mine else []
    units = units_of(some)
    return [
        Waiting(
            say("{unit} asks for more time", unit=units[one.unit_id].name),
            say("Asked until {moment}; to be decided by {by}.", moment=one.asked_until, by=one.decide_by),
            one.decide_by, address_of("extension", one.id), Label(N_("Decide")), EXTENSION.word(one.state),
        )
        for one in some
        if officer.holds(one.grant_duty, one.unit_id) and one.asked_by != officer.key
    ]  # fmt: skip
