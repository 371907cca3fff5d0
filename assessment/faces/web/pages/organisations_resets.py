"""Taking away a lost second factor: asked for on the person's page, confirmed by another, declined by the person."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.faces.web.kit import (
    Action,
    ReasonForm,
    Waiting,
    _,
    access,
    acts,
    address,
    address_of,
    buttons,
    current_act,
    current_session,
    holding,
    scope,
    signed_in,
    timeline,
    waiting,
)
from assessment.faces.web.pages import organisations as room
from assessment.foundation.i18n import N_, Label, say
from assessment.organisations import process, queries, services
from assessment.organisations.duties import Duty
from assessment.organisations.models import FactorReset, Person, ResetState
from assessment.organisations.process import FACTOR_RESET

address("factor_reset", "organisations.factor_reset", "reset_id", N_("Reset of a second factor"))


def may_see_reset(session: Session, reset: FactorReset, officer: Any) -> bool:
    """The person it is about, and administrators who look after the account."""
    if officer.person_id == reset.person_id:
        return True
    return bool(officer.holds(Duty.ADMINISTER)) and queries.may_see_person(session, reset.person, officer)


scope(FactorReset, may_see_reset)


@room.pages.get("/resets/<int:reset_id>")
@signed_in
def factor_reset(reset_id: int) -> str:
    reset = access(FactorReset, reset_id)
    session = current_session()
    labels = {key: room_label(session, key) for key in (reset.asked_by, reset.decided_by) if key}
    return render_template(
        "organisations/factor_reset.html", reset=reset, offers=buttons(reset), labels=labels,
        happened=timeline(session, reset),
    )  # fmt: skip


def room_label(session: Session, key: str) -> str:
    """Who it was, by name; a machine by its key."""
    kind, _colon, number = key.partition(":")
    person = session.get(Person, int(number)) if kind == "person" else None
    return person.name if person else key


@room.pages.route("/people/<int:person_id>/ask_factor_reset", methods=["GET", "POST"])
@holding(Duty.ADMINISTER)
def ask_factor_reset(person_id: int) -> Any:
    one = access(Person, person_id)

    def do(_form: Any) -> str:
        made = services.ask_factor_reset(current_session(), one, current_act())
        return address_of("factor_reset", made.id)

    note = say("First make sure, by telephone or face to face, that it is {name} who asks. Nothing changes until "
               "another administrator confirms it, and {name} is told at once.", name=one.name)  # fmt: skip
    return room.carry_out(_("Ask that the second factor be taken away"), ReasonForm(), address_of("person", one.id), do,
                          note)  # fmt: skip


acts(
    room.pages, FactorReset, FACTOR_RESET,
    {
        "confirm_factor_reset": Action(services.confirm_factor_reset, explain=lambda session, one: say(
            "{name} then signs in with the password alone, and sets up a new second factor. Every session of {name} "
            "ends. Make sure yourself that it is {name} who asked.", name=one.person.name)),
        "decline_factor_reset": Action(services.decline_factor_reset, ReasonForm),
    },
    path="/resets/<int:record_id>",
)  # fmt: skip


def reset_line(session: Session, one: Person) -> dict[str, Any]:
    """What a person's page says of it to an administrator: the request that is open, or where one is made."""
    act, reset = current_act(), services.open_reset(session, one.id)
    may = act.by.holds(Duty.ADMINISTER) and not process.is_somebody_elses(session, one, act)
    if reset is not None and may_see_reset(session, reset, act.by):
        return {"address": address_of("factor_reset", reset.id), "is_open": True}
    if reset is None and may and services.has_second_factor(session, one.id):
        return {"address": url_for("organisations.ask_factor_reset", person_id=one.id), "is_open": False}
    return {}


@waiting
def resets_to_confirm(session: Session, officer: Any, at: Any) -> list[Waiting]:
    """For the person it is about, who may not have asked; for administrators, those that others asked for."""
    found = []
    for reset in session.scalars(
        select(FactorReset).where(FactorReset.state == ResetState.ASKED.value).order_by(FactorReset.id)
    ):
        where = address_of("factor_reset", reset.id)
        if officer.person_id == reset.person_id:
            title = say("Somebody asked that your second factor be taken away")
            text = say("If you did not ask for it, decline it now, and change your password.")
            found.append(Waiting(title, text, None, where, Label(N_("Look at it"))))
        elif officer.holds(Duty.ADMINISTER) and not process.is_second_hand(session, reset, current_act()):
            title = say("The second factor of {name} is to be taken away", name=reset.person.name)
            text = say("It has no effect until a second administrator confirms it.")
            found.append(Waiting(title, text, None, where, Label(N_("Confirm"))))
    return found
