"""Panels and their ballots."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.panels import services
from assessment.panels.models import Panel, Seat
from assessment.panels.services import NewPanel
from support.panels import AFTER, SALT, VOTES, Hall, a_hall, scheme_with
from support.transitions import Bar, Beginning, Life, Way

GOOD = {"S1": "good"}


def hall(session: Session, _folder: Path) -> Hall:
    return a_hall(session, scheme_with(VOTES), members=4)


def office(world: Hall, _one: object = None) -> Act:
    return world.office()


def office_after(world: Hall, _one: object = None) -> Act:
    return world.office(AFTER)


def first(world: Hall, _one: object = None) -> Act:
    return world.by(0)


def another(world: Hall, _one: object) -> Act:
    return world.by(1)


def late(world: Hall, _one: object) -> Act:
    return world.by(0, AFTER)


# --- panels ----------------------------------------------------------------------------------------------------------


def new(world: Hall, act: Act) -> object:
    members = [one.id for one in world.members]
    return services.convene(world.session, act, NewPanel(world.period, "TP-1", 3, 1, members))


def closed(world: Hall) -> Panel:
    panel = world.opened()
    for number in range(3):
        world.vote(number, GOOD)
    services.close_ballot(world.session, panel, world.office(AFTER))
    return panel


def counted(world: Hall) -> Panel:
    panel = closed(world)
    services.count_ballots(world.session, panel, world.office(AFTER))
    return panel


def cancelled(world: Hall) -> Panel:
    panel = world.convened()
    services.cancel_panel(world.session, panel, world.office().because("改期"))
    return panel


# --- ballots ---------------------------------------------------------------------------------------------------------


def empty(world: Hall) -> Seat:
    world.opened()
    return world.seat(0)


def marked(world: Hall) -> Seat:
    world.opened()
    for code in world.reports:
        world.mark(0, code, GOOD)
    return world.seat(0)


def handed_in(world: Hall) -> Seat:
    marked(world)
    world.hand_in(0)
    return world.seat(0)


def one_more(world: Hall, act: Act) -> object:
    province = world.province
    province.officer("judge9", "review_officer", "220000")
    return services.seat_member(world.session, world.panel, act, province.people["judge9"].id)


def a_mark(world: Hall, _one: object) -> dict[str, Any]:
    return {"report": world.reports["220101"], "answers": GOOD}


OF_ONES_OWN = (Bar("another member", by=another), Bar("does not count", by=late))

LIVES = (
    Life(
        "panel",
        hall,
        beginnings=(Beginning("convene", office, new),),
        states={
            "convened": lambda world: world.convened(),
            "open": lambda world: world.opened(),
            "closed": closed,
            "counted": counted,
            "cancelled": cancelled,
        },
        ways=(
            Way("open_ballot", office, bars=(Bar("after reporting closes", of=lambda world: world.convened(days=40)),)),
            Way("close_ballot", office_after, bars=(Bar("The panel votes until", by=office),)),
            Way("count_ballots", office_after),
            Way("cancel_panel", office),
        ),
    ),
    Life(
        "panel_seat",
        hall,
        beginnings=(Beginning("seat_member", office, one_more, world=lambda world: world.convened()),),
        states={"asked": marked, "handed_in": handed_in},
        ways=(
            Way("mark_unit", first, a_mark, bars=OF_ONES_OWN),
            Way("hand_in", first, lambda *_: {"salt": SALT}, bars=(*OF_ONES_OWN, Bar("no mark yet", of=empty))),
        ),
    ),
)
