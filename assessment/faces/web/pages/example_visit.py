"""A guided first visit to the examples: eight stops, each through the eyes of the person whose question it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from assessment.faces.web import sessions
from assessment.faces.web.kit import banner, current_session, not_there, now, public
from assessment.faces.web.pages import example as room
from assessment.foundation.i18n import N_, local_day
from assessment.organisations.duties import ROLES
from assessment.organisations.models import Person

COOKIE = "visit"


@dataclass(frozen=True)
class Stop:
    """Who looks, where, and what is to be seen there."""

    role: str
    endpoint: str
    title: str
    told: str

    @property
    def role_word(self) -> str:
        return ROLES[self.role][0]


STOPS = (
    Stop("leader", "home.index", N_("Who leads, who slips, what waits for me?"),
         N_("A leader's first page. The heading is the answer; what waits for a decision comes first.")),
    Stop("leader", "scoring.ranking", N_("Why this rank?"),
         N_("Press any rank: the rule, the inputs and the evidence behind every point are one page away.")),
    Stop("locality_head", "place.show", N_("Where do we stand, and what did we lose points for?"),
         N_("A locality sees its own place, its losses and its deadlines; nobody else is named.")),
    Stop("locality_head", "home.index", N_("What is asked of us, until when?"),
         N_("Open the first thing that is asked. Each step says what happens next; nothing is sent unasked.")),
    Stop("team_member", "home.index", N_("Where do I go next?"),
         N_("An inspector's page is made for a phone: one item a screen, photos in place, nothing lost offline.")),
    Stop("supervision_office", "remediation.board", N_("What was put right, and what is overdue?"),
         N_("Every count leads to the problems behind it. Only a second look closes one.")),
    Stop("assessment_office", "bulletins.index", N_("What goes out in print?"),
         N_("Open a bulletin and its PDF: ranked, signed, in both languages, to be verified by anyone.")),
    Stop("auditor", "audit.index", N_("Can I recompute it?"),
         N_("Every act is in the trail and cannot be changed unseen. Any edition can be computed again.")),
)  # fmt: skip


@room.pages.get("/visit")
@public
def visit() -> str:
    if not banner.may_see_as():
        raise not_there()
    return render_template("account/visit.html", stops=STOPS, at=stop_at())


@room.pages.post("/visit/<int:number>")
@public
def go(number: int) -> Response:
    """To a stop, through its person's eyes; 0 ends the visit and leaves one where one is."""
    if not banner.may_see_as() or number > len(STOPS):
        raise not_there()
    if number == 0:
        going = redirect(url_for("home.index"), 303)
        going.delete_cookie(COOKIE)
        return going  # type: ignore[return-value]
    stop = STOPS[number - 1]
    person = somebody(current_session(), stop.role)
    if person is None:
        raise not_there()
    going = redirect(url_for(stop.endpoint), 303)
    if (here := sessions.here()) is None or here.person_id != person.id:
        going = sessions.hand_out(going, sessions.change_eyes(current_session(), person, now()))  # type: ignore[arg-type,assignment]
    going.set_cookie(COOKIE, str(number), samesite="Lax", httponly=True)
    return going  # type: ignore[return-value]


def somebody(session: Session, role: str) -> Person | None:
    """The first person whose post needs the duties of a role."""
    word = ROLES[role][0]
    people = next((some for label, some in room.by_role(session, local_day(now())) if label == word), [])
    return session.get(Person, people[0].person_id) if people else None


def stop_at() -> int:
    """The stop at which a visitor is; 0 where nobody is led."""
    said = request.cookies.get(COOKIE, "")
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 3 else 0
    return number if number <= len(STOPS) else 0


def strip() -> Any:
    """What the base page shows while somebody is led: the stop, its number, and how many there are."""
    number = stop_at() if banner.may_see_as() else 0
    return {"stop": STOPS[number - 1], "number": number, "last": len(STOPS)} if number else None
