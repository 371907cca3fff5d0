"""Practices: cases and methods that localities share, judged by the office, read by all."""

from __future__ import annotations

from datetime import timedelta
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
    not_there,
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
from assessment.practices.models import Practice, PracticeState, PracticeUse
from assessment.practices.process import PRACTICE, USE
from assessment.programmes.models import Programme
from assessment.programmes.queries import programmes

RECENT = timedelta(days=90)
"""How long the author is told on the library's page that somebody has taken a practice up."""

pages = Blueprint("practices", __name__, url_prefix="/practices")
address("practice", "practices.show", "practice_id", N_("Practice"))
address("practice_use", "practices.use", "use_id", N_("Use of a practice"))
scope(Practice, queries.may_see)
scope(PracticeUse, queries.may_see_use)
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
    news = queries.newly_used(session, viewer().unit_ids_for(Duty.REPORT), now() - RECENT)
    whose = {one.unit_id for one in every} | {one.unit_id for one in news}
    units = unit_views(session, whose, local_day(now()))
    used = queries.times_used(session, [one.id for one in every])
    found = listing(
        "practices",
        every,
        [
            Column("title", N_("Title"), lambda one: one.title, link=_page_of, is_head=True),
            Column("unit", N_("Unit"), lambda one: units[one.unit_id].name),
            Column("day", N_("Handed in"), lambda one: one.submitted_on, is_minor=True),
            Column("used", N_("Used by"), lambda one: used.get(one.id, 0), is_number=True),
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
        news=news,
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
        users=unit_views(session, {use.unit_id for use in practice.uses}, local_day(now())),
        may_use=bool(_may_use(session, practice)),
        ending={use.id: buttons(use) for use in practice.uses},
        offers=buttons(practice),
        # Who did what is for those who have to do with the unit; the library itself names no persons.
        happened=timeline(session, practice) if practice.unit_id in viewer().unit_ids else [],
    )


def _may_use(session: Any, practice: Practice) -> list[int]:
    """Units for which the viewer could say that they use it."""
    if practice.state not in queries.LIBRARY:
        return []
    standing = {use.unit_id for use in practice.uses if use.ended_at is None}
    return sorted(viewer().unit_ids_for(Duty.REPORT) - standing - {practice.unit_id})


@pages.get("/uses/<int:use_id>")
@signed_in
def use(use_id: int) -> Response:
    """What a unit said of using a practice is read with the practice."""
    one = access(PracticeUse, use_id)
    return redirect(url_for(".show", practice_id=one.practice_id, _anchor=f"use-{one.id}"))


class UseForm(Form):
    unit_id = SelectField(N_("Unit"), coerce=int, choices=[])
    note = TextAreaField(
        N_("How it is used"), [Length(max=services.LONGEST)],
        description=N_("Since when, where, and what was adapted. The author and all localities read it."),
    )  # fmt: skip


@pages.route("/<int:practice_id>/use_practice", methods=["GET", "POST"])
@holding(Duty.REPORT)
def use_practice(practice_id: int) -> Response | str | tuple[str, int]:
    session = current_session()
    practice = access(Practice, practice_id)
    form, refusal = UseForm(), None
    units = unit_views(session, set(_may_use(session, practice)), local_day(now()))
    if not units:
        raise not_there()
    ordered = sorted(units.values(), key=lambda unit: (unit.id != viewer().home_unit_id, unit.code))
    form.unit_id.choices = [SelectChoice(one.id, one.name.in_language(language())) for one in ordered]
    if request.method == "POST" and form.validate():
        try:
            facts = {"unit_id": form.unit_id.data, "note": form.note.data or ""}
            services.use_practice(session, practice, current_act(), **facts)
            return redirect(url_for(".show", practice_id=practice.id), 303)
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template("practices/use.html", form=form, refusal=refusal, practice=practice)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


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


acts(pages, PracticeUse, USE, {"stop_using": Action(services.stop_using)}, "/uses/<int:record_id>")


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
