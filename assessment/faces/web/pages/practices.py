"""Practices: cases and methods that localities share, judged by the office, read by all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import defer
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
    not_there,
    now,
    paged,
    scope,
    search,
    shape,
    signed_in,
    stripped,
    timeline,
    viewer,
    waiting,
)
from assessment.faces.web.kit.words import said
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_, Bilingual, Label, local_day, say
from assessment.foundation.sql import among
from assessment.organisations.duties import Duty
from assessment.organisations.models import Unit
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
    """What waits, what became of one's own, and the library; a country's is thousands: the database cuts it."""
    session = current_session()
    own, judged = viewer().unit_ids_for(Duty.REPORT), viewer().unit_ids_for(Duty.PREPARE)
    seen, in_turn = queries.listed(own, judged)
    filters = [
        choice("state", N_("State"), lambda one: one.state, [(s.value, PRACTICE.words[s]) for s in PracticeState]),
        search(lambda one: one.title, lambda one: one.unit_id, lambda one: one.text),
    ]
    narrowed = and_(seen, *narrowing(*(one.chosen for one in filters)))
    counts = session.execute(
        select(func.count().filter(narrowed), func.count(), func.count().filter(Practice.state.in_(queries.LIBRARY)),
               func.count().filter(Practice.state == PracticeState.SUBMITTED.value, among(Practice.unit_id, judged)))
        .select_from(Practice).join(Unit, Unit.id == Practice.unit_id).where(seen)
    ).one()  # fmt: skip

    def read(sort: str, limit: int | None, offset: int) -> list[Any]:
        query = select(Practice, USED, Unit).options(defer(Practice.text), defer(Practice.evidence))
        query = query.join(Unit, Unit.id == Practice.unit_id).where(narrowed).order_by(*ordering(sort), *in_turn)
        rows = session.execute(query.limit(limit).offset(offset))
        return [Line(one, used, unit.name) for one, used, unit in rows]

    news = queries.newly_used(session, own, now() - RECENT)
    best = queries.commended(session, 6)
    found = paged("practices", read, (counts[0], counts[1]), [
        Column("title", N_("Title"), lambda one: one.practice.title, link=_page_of, is_head=True),
        Column("unit", N_("Unit"), lambda one: one.unit),
        Column("day", N_("Handed in"), lambda one: one.practice.submitted_on, is_minor=True),
        Column("used", N_("Used by"), lambda one: one.used, is_number=True),
        Column("state", N_("State"), lambda one: PRACTICE.word(one.practice.state)),
    ], filters)  # fmt: skip
    return found.answer(
        "practices/index.html", library=counts[2], commended=best, to_judge=counts[3], news=news,
        units=unit_views(session, {*(one.unit_id for one in best), *(one.unit_id for one in news)}, local_day(now())),
        may_share=viewer().holds(Duty.REPORT),
    )  # fmt: skip


class Line(NamedTuple):
    """A practice of the list, and by how many other localities it is used."""

    practice: Practice
    used: int
    unit: Bilingual


USED = (
    select(func.count())
    .where(PracticeUse.practice_id == Practice.id, PracticeUse.ended_at.is_(None))
    .correlate(Practice)
    .scalar_subquery()
)


def narrowing(state: str, words: str) -> list[ColumnElement[bool]]:
    """What the address asks for."""
    texts = (Practice.title, Practice.text, Unit.name_zh, Unit.name_en)
    of = [Practice.state == state] if state else []
    return [*of, or_(*(text.icontains(words, autoescape=True) for text in texts))] if words else of


def ordering(sort: str) -> list[ColumnElement[Any]]:
    """The columns by which the address sorts; states by their words."""
    words = sorted(PracticeState, key=lambda state: said(PRACTICE.words[state]))
    by: dict[str, Any] = {
        "title": Practice.title, "unit": Unit.name_zh if language() == "zh" else Unit.name_en,
        "day": Practice.submitted_on, "used": USED,
        "state": case({state.value: place for place, state in enumerate(words)}, value=Practice.state),
    }  # fmt: skip
    column = by.get(sort.lstrip("-"))
    if column is None:
        return []
    return [column.desc() if sort.startswith("-") else column.asc()]


def _page_of(line: Line) -> str:
    return address_of("practice", line.practice.id)


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
