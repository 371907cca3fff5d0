"""Pages of interviews: who was called when, the minutes, and what was undertaken."""

from __future__ import annotations

from flask import Response, render_template, request

from assessment.accountability import queries, services
from assessment.accountability.models import Case, Interview, InterviewState
from assessment.accountability.papers import render_call
from assessment.accountability.process import INTERVIEW
from assessment.faces.web.kit import (
    Action,
    Column,
    access,
    act_label,
    acts,
    address_of,
    buttons,
    choice,
    current_act,
    current_session,
    download,
    holding,
    language,
    listing,
    now,
    signed_in,
    viewer,
)
from assessment.faces.web.pages import accountability as room
from assessment.faces.web.pages import accountability_forms as forms
from assessment.faces.web.pages.accountability_papers import call_paper
from assessment.foundation import audit
from assessment.foundation.i18n import N_, local_day
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views


def _talk_page(talk: Interview) -> str:
    return address_of("interview", talk.id)


@room.pages.get("/interviews")
@signed_in
def interviews() -> Response | str:
    session = current_session()
    talks = room.talks_of(session)
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


@room.pages.route("/interviews/call", methods=["GET", "POST"])
@holding(Duty.CALL_INTERVIEWS)
def call_interview() -> Response | str | tuple[str, int]:
    """Call an interview, also to carry out a decision (``?case=``)."""
    case_id = request.args.get("case", "")
    case = access(Case, int(case_id)) if case_id.isdecimal() and len(case_id) < 10 else None
    form = forms.CallForm()
    form.unit_id.choices = forms.unit_choices((Duty.CALL_INTERVIEWS,), case.unit_id if case else None)
    return room.made(form, "accountability/call.html", lambda filled: _called(filled, case), case=case)


def _called(form: forms.CallForm, case: Case | None) -> str:
    talk = services.call_interview(
        current_session(), current_act(), unit_id=form.unit_id.data, takes_place_at=forms.moment(form.takes_place_at),
        place=form.place.data, reason=form.reason.data, case=case,
    )  # fmt: skip
    return address_of("interview", talk.id)


@room.pages.get("/interviews/<int:interview_id>")
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


@room.pages.get("/interviews/<int:interview_id>/call.pdf")
@signed_in
def call(interview_id: int) -> Response:
    talk = access(Interview, interview_id)
    content = render_call(call_paper(current_session(), talk, language()))
    return download(content, f"{talk.number}.{language()}.pdf", "application/pdf", is_inline=True)


acts(room.pages, Interview, INTERVIEW, {
    "hold_interview": Action(services.hold_interview, forms.MinutesForm),
    "record_commitment": Action(services.record_commitment, forms.CommitmentForm),
    "fulfil_commitment": Action(services.fulfil_commitment, forms.FulfilForm, fill=forms.FulfilForm.fill),
    "conclude_interview": Action(services.conclude_interview),
    "cancel_interview": Action(services.cancel_interview),
}, path="/interviews/<int:record_id>")  # fmt: skip
