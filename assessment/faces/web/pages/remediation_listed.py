"""Listed supervision 挂牌督办: a major task supervised in public, and its closure in the same place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, current_app, render_template
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from assessment.faces.web.kit import (
    Action,
    Form,
    Waiting,
    access,
    acts,
    address,
    address_of,
    buttons,
    current_act,
    current_session,
    is_signed_in,
    not_there,
    public,
    scope,
    signed_in,
    timeline,
    viewer,
    waiting,
)
from assessment.faces.web.pages import remediation as room
from assessment.faces.web.pages.remediation_letters import asked_on_a_page
from assessment.foundation.errors import NotPermitted
from assessment.foundation.i18n import N_, Bilingual, Label, say
from assessment.organisations.duties import Duty
from assessment.remediation import queries, services
from assessment.remediation.models import Listing, ListingState, Task
from assessment.remediation.process import LISTED_SUPERVISION

address("listed_supervision", "remediation.listed_task", "listing_id", N_("Listed supervision"))
scope(Listing, queries.may_see_listing)


@room.pages.get("/listed")
@public
def listed() -> str:
    """The public list: bodies and problems, never persons; a closure stands where the listing stood."""
    if not (is_signed_in() or current_app.extensions["assessment"]["settings"].public):
        raise not_there()
    session = current_session()
    rows = queries.listings(session, public_only=not (is_signed_in() and may_list()))
    units = room.units_of({listing.unit_id for listing, _task in rows})
    return render_template("remediation/listed.html", rows=rows, units=units, may_open=may_list())


def may_list() -> bool:
    return any(viewer().holds(duty) for duty in (Duty.ACCEPT_PLANS, Duty.APPROVE, Duty.AUDIT))


@room.pages.get("/listed/<int:listing_id>")
@signed_in
def listed_task(listing_id: int) -> str:
    session, one = current_session(), access(Listing, listing_id)
    return render_template(
        "remediation/listed_task.html",
        listing=one,
        task=session.get_one(Task, one.task_id),
        unit=room.units_of([one.unit_id])[one.unit_id],
        offers=buttons(one),
        happened=timeline(session, one),
    )


class ListForm(Form):
    number = StringField(N_("Number"), [DataRequired(N_("Give the listing a number.")), Length(max=60)])
    demand = TextAreaField(
        N_("What is asked"), [DataRequired(N_("Say what the unit is asked to do.")), Length(max=4000)],
        description=N_("It is read by everybody: bodies and installations, no persons."),
    )  # fmt: skip


@room.pages.route("/<int:task_id>/list_task", methods=["GET", "POST"])
@signed_in
def list_task(task_id: int) -> Response | str | tuple[str, int]:
    task = access(Task, task_id)
    if not LISTED_SUPERVISION.may_open("list_task", viewer(), task.unit_id):
        raise NotPermitted(say("You do not hold the duty to put tasks under listed supervision."))

    def do(form: Any) -> str:
        demand = Bilingual(form.demand.data or "", form.demand.data or "")
        made = services.list_task(
            current_session(), current_act(), task=task, number=form.number.data or "", demand=demand
        )
        return address_of("listed_supervision", made.id)

    text = say("The unit is told at once; a leader publishes the listing within 5 working days.")
    return asked_on_a_page(ListForm(), do, task, N_("Put under listed supervision"), text)


acts(
    room.pages, Listing, LISTED_SUPERVISION,
    {
        "publish_listing": Action(services.publish_listing, explain=lambda session, one: say(
            "It then stands on the public list until its closure is published in the same place.")),
        "publish_closure": Action(services.publish_closure),
    },
    path="/listed/<int:record_id>",
)  # fmt: skip


@waiting
def listings_to_publish(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    """A listing waits for the leader, a closure for whoever may publish it."""
    found = []
    for listing, task in queries.listings(session, public_only=False):
        where, about = address_of("listed_supervision", listing.id), say("Task {number}", number=task.number)
        if listing.state == ListingState.LISTED and officer.holds(Duty.APPROVE, listing.unit_id):
            title = say("Publish the listed supervision {number}", number=listing.number)
            found.append(Waiting(title, about, listing.publish_by, where, Label(N_("Read and publish"))))
        ended = task.state in queries.ENDED and listing.state == ListingState.PUBLIC
        if ended and officer.holds(Duty.ACCEPT_PLANS, listing.unit_id):
            title = say("Publish the closure of {number}", number=listing.number)
            found.append(Waiting(title, about, None, where, Label(N_("Publish the closure"))))
    return found
