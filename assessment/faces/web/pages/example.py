"""The examples' two levers: looking through another person's eyes, and moving the clock on by a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.faces.web import sessions
from assessment.faces.web.kit import (
    _,
    banner,
    current_act,
    current_session,
    local_path,
    not_there,
    now,
    public,
    signed_in,
)  # fmt: skip
from assessment.foundation import clock
from assessment.foundation.i18n import Bilingual, local_day
from assessment.organisations import queries
from assessment.organisations.duties import ROLES
from assessment.organisations.models import AccountState, Holding, Person, PostDuty, valid_on

pages = Blueprint("example", __name__, url_prefix="/example")

ORDER = ("leader", "assessment_office", "supervision_office", "team_leader", "team_member", "locality_head",
         "locality_officer")  # fmt: skip
"""Who is offered first; the other roles follow."""
FIRST = 7


@dataclass(frozen=True)
class Somebody:
    person_id: int
    name: str
    title: Bilingual
    unit: Bilingual


@pages.get("/people")
@public
def people() -> str:
    """Everybody in the example by role; there are no passwords here."""
    if not banner.may_see_as():
        raise not_there()
    day = local_day(now())
    return render_template(
        "account/people.html",
        roles=by_role(current_session(), day),
        first=FIRST,
        next=local_path(request.args.get("next")),
        here=sessions.here(),
    )


def by_role(session: Session, day: date) -> list[tuple[str, list[Somebody]]]:
    """Each person once, under the role that needs all the duties they hold."""
    duties: dict[int, set[str]] = {}
    rows = session.execute(
        select(Holding.person_id, PostDuty.duty)
        .join(PostDuty, PostDuty.post_id == Holding.post_id)
        .join(Person, Person.id == Holding.person_id)
        .where(valid_on(Holding, day), valid_on(PostDuty, day), Person.state == AccountState.ACTIVE.value)
    )
    for person_id, duty in rows:
        duties.setdefault(person_id, set()).add(duty)
    units = queries.units_on(session, day)
    found: dict[str, list[Somebody]] = {role: [] for role in (*ORDER, *ROLES)}
    for one in queries.people(session, day):
        if one.id in duties and one.posts:
            post = one.posts[0]
            unit = units.get(post.unit_id)
            some = Somebody(one.id, one.name, post.title, unit.name if unit else Bilingual("", ""))
            found[role_of(duties[one.id])].append(some)
    return [(ROLES[role][0], some) for role, some in found.items() if some]


def role_of(duties: set[str]) -> str:
    """The role whose duties fit best: most of them held, fewest left over."""

    def fit(role: str) -> tuple[int, int]:
        wanted = {str(duty) for duty in ROLES[role][1]}
        return (len(wanted & duties), -len(wanted - duties))

    return max(ROLES, key=fit)


@pages.post("/people/<int:person_id>")
@public
def see_as(person_id: int) -> Response:
    """Change eyes: a session of its own kind, whose every act is marked."""
    if not banner.may_see_as():
        raise not_there()
    session = current_session()
    person = session.get(Person, person_id) if person_id < 2**31 else None
    if person is None or person.state != AccountState.ACTIVE:
        raise not_there()
    token = sessions.change_eyes(session, person, now())
    going = redirect(local_path(request.form.get("next")) or url_for("home.index"), 303)
    return sessions.hand_out(going, token)  # type: ignore[arg-type]


@pages.post("/clock")
@signed_in
def move() -> Response:
    """Business time goes on by a day, and the clock does what is due in it."""
    mover = current_app.extensions["assessment"]["move_clock"]
    if mover is None or not clock.stands_still(current_session()):
        raise not_there()
    mover(current_session(), current_act(), now() + timedelta(days=1))
    flash(_("The clock moved on by a day. What was due has been done."))
    return redirect(local_path(request.form.get("next")) or url_for("home.index"), 303)  # type: ignore[return-value]
