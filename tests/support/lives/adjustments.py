"""Adjustments: bonuses and deductions."""

from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from assessment.adjustments import services
from assessment.adjustments.models import Adjustment
from assessment.foundation.actors import CLOCK, Act
from support.adjustments import a_proposal, leader
from support.lives.planned import Planned, planned
from support.programmes import SCHEME, Somebody, act
from support.transitions import Bar, Beginning, Life, Way


def year(session: Session, _folder: Path) -> Planned:
    return planned(session, SCHEME)


def office(world: Planned, _one: object = None) -> Act:
    return act(world.office)


def the_clock(world: Planned, _one: object = None) -> Act:
    return act(CLOCK)


def confirmer(world: Planned, _one: object = None) -> Act:
    return act(leader(world))


def the_proposer(world: Planned, _one: object) -> Act:
    """A leader who proposed it himself."""
    return act(Somebody(world.office.key, leader(world).duties))


def proposed(world: Planned) -> Adjustment:
    made = services.propose(world.session, act(world.office), a_proposal(world))
    assert made is not None
    return made


def heard(world: Planned) -> Adjustment:
    one = proposed(world)
    services.hear(world.session, one, the_clock(world))
    return one


def confirmed(world: Planned) -> Adjustment:
    one = heard(world)
    services.confirm(world.session, one, confirmer(world))
    return one


def refused(world: Planned) -> Adjustment:
    one = heard(world)
    services.refuse(world.session, one, confirmer(world).because("证据不足"))
    return one


def lifted(world: Planned) -> Adjustment:
    one = confirmed(world)
    services.lift(world.session, one, confirmer(world).because("依据已撤销"))
    return one


BY_HIMSELF = Bar("You proposed this adjustment", by=the_proposer)

LIVES = (
    Life(
        "adjustment",
        year,
        beginnings=(
            Beginning("propose", office, lambda world, by: services.propose(world.session, by, a_proposal(world))),
        ),
        states={"proposed": proposed, "heard": heard, "confirmed": confirmed, "refused": refused, "lifted": lifted},
        ways=(
            Way("hear", the_clock),
            Way("confirm", confirmer, bars=(BY_HIMSELF,)),
            Way("refuse", confirmer, bars=(BY_HIMSELF,)),
            Way("lift", confirmer),
            Way("overrule", confirmer, lambda *_: {"by": ("objection", 1)}),
            Way("amend", confirmer, lambda *_: {"by": ("objection", 1), "points": Decimal("0.5")}),
        ),
    ),
)
