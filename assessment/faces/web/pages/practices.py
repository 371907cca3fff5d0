"""Practices: cases and methods that localities share, judged by the office, read by all."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length

from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    Waiting,
    access,
    acts,
    address,
    address_of,
    buttons,
    choice,
    current_act,
    current_session,
    holding,
    language,
    listing,
    now,
    scope,
    search,
    shape,
    signed_in,
    stripped,
    timeline,
    viewer,
    waiting,
)
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_, Label, local_day, say
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.practices import queries, services
from assessment.practices.models import Practice, PracticeState
from assessment.practices.process import PRACTICE
from assessment.programmes.models import Programme
from assessment.programmes.queries import programmes

pages = Blueprint("practices", __name__, url_prefix="/practices")
address("practice", "practices.show", "practice_id", N_("Practice"))
scope(Practice, queries.may_see)
shape("practice", "submitted", "going")


@pages.get("")
@signed_in
def index() -> Response | str:
    """The library, and below it what became of one's own."""
    session = current_session()
    library = queries.library(session)
    mine = queries.of_units(session, viewer().unit_ids_for(Duty.REPORT))
    waiting_ones = queries.to_judge(session, viewer().unit_ids_for(Duty.PREPARE))
    others = [one for one in (*waiting_ones, *mine) if one.state not in queries.LIBRARY]
    every = list(dict.fromkeys((*others, *library)))
    units = unit_views(session, {one.unit_id for one in every}, local_day(now()))
    found = listing(
        "practices",
        every,
        [
            Column("title", N_("Title"), lambda one: one.title, link=_page_of, is_head=True),
            Column("unit", N_("Unit"), lambda one: units[one.unit_id].name),
            Column("day", N_("Handed in"), lambda one: one.submitted_on, is_minor=True),
            Column("state", N_("State"), lambda one: PRACTICE.word(one.state)),
        ],
        [
            choice("state", N_("State"), lambda one: one.state, [(s.value, PRACTICE.words[s]) for s in PracticeState]),
            search(lambda one: one.title, lambda one: units[one.unit_id].name, lambda one: one.text),
        ],
    )
    return found.answer(
        "practices/index.html",
        library=library,
        commended=[one for one in library if one.state == PracticeState.COMMENDED][:6],
        units=units,
        to_judge=waiting_ones,
        may_share=viewer().holds(Duty.REPORT),
    )


def _page_of(practice: Practice) -> str:
    return address_of("practice", practice.id)


@pages.get("/<int:practice_id>")
@signed_in
def show(practice_id: int) -> str:
    session = current_session()
    practice = access(Practice, practice_id)
    return render_template(
        "practices/show.html",
        practice=practice,
        unit=unit_views(session, {practice.unit_id}, practice.submitted_on)[practice.unit_id],
        offers=buttons(practice),
        happened=timeline(session, practice),
    )


class ShareForm(Form):
    programme_id = SelectField(N_("Programme"), coerce=int, choices=[])
    unit_id = SelectField(N_("Unit"), coerce=int, choices=[])
    title = StringField(N_("Title"), [DataRequired(N_("Give the practice a title.")), Length(max=200)], [stripped])
    text = TextAreaField(
        N_("What was done, and what it brought"),
        [DataRequired(N_("Say what was done and what it brought.")), Length(max=services.LONGEST)],
    )
    evidence = TextAreaField(
        N_("Evidence"), description=N_("Where it can be seen: documents, figures, places. No names of persons.")
    )


@pages.route("/submit_practice", methods=["GET", "POST"])
@holding(Duty.REPORT)
def submit_practice() -> Response | str | tuple[str, int]:
    session = current_session()
    form = ShareForm()
    units = unit_views(session, viewer().unit_ids_for(Duty.REPORT), local_day(now()))
    form.programme_id.choices = [SelectChoice(one.id, one.title.in_language(language())) for one in programmes(session)]
    ordered = sorted(units.values(), key=lambda unit: (unit.id != viewer().home_unit_id, unit.code))
    form.unit_id.choices = [SelectChoice(one.id, one.name.in_language(language())) for one in ordered]
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            made = _shared(session, form)
            return redirect(url_for(".show", practice_id=made.id), 303)
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template("practices/share.html", form=form, refusal=refusal)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


def _shared(session: Any, form: ShareForm) -> Practice:
    programme = session.get_one(Programme, form.programme_id.data)
    new = services.NewPractice(form.unit_id.data, form.title.data, form.text.data, form.evidence.data or "")
    return services.submit_practice(session, current_act(), programme, new)


acts(
    pages,
    Practice,
    PRACTICE,
    {
        "accept": Action(
            services.accept,
            explain=lambda session, one: say("It enters the library and counts from the day it was handed in."),
        ),
        "decline": Action(services.decline),
        "commend": Action(services.commend, explain=lambda session, one: say("It stands at the head of the library.")),
        "withdraw_practice": Action(services.withdraw_practice),
        "take_back": Action(services.take_back),
    },
)


@waiting
def to_judge(session: Any, officer: Any, at: Any) -> list[Waiting]:
    """Practices that wait for the office."""
    reach = officer.unit_ids_for(Duty.PREPARE)
    some = queries.to_judge(session, reach) if reach else []
    if not some:
        return []
    sentence = say("The oldest was handed in on {day}.", day=some[0].submitted_on)
    where = url_for("practices.index", state="submitted")
    return [Waiting(say("Practices to judge: {count}", count=len(some)), sentence, None, where, Label(N_("Read them")))]
