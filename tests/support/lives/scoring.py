"""Editions of results."""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.organisations.duties import Duty
from assessment.scoring import services
from assessment.scoring.models import Edition, EditionState
from support.months import JANUARY, Months, a_year
from support.transitions import Bar, Beginning, By, Life, Way, also

CODE = "2012-01"


def year(session: Session, _folder: Path) -> Months:
    """January is reported and validated."""
    world = a_year(session)
    world.report(CODE, JANUARY)
    return world


@cache
def by(username: str) -> By:
    return lambda world, *_edition: world.act(username)


def computed(world: Months) -> Edition:
    return world.compute(CODE)


def approved(world: Months) -> Edition:
    world.compute(CODE)
    world.serve(CODE)
    world.receive(CODE)
    return world.approve(CODE)


def superseded(world: Months) -> Edition:
    """By a second computation."""
    first = world.compute(CODE)
    world.compute(CODE)
    return first


def while_corrected(world: Months) -> Edition:
    """For the blink in which the corrected results are approved and these are not superseded yet."""
    first = approved(world)
    setattr(compute(world, world.act("office")), "state", EditionState.APPROVED.value)  # noqa: B010 - a house test looks for these
    return first


def who_supersedes(world: Months, edition: Edition) -> Act:
    """Who computes anew, and who approves what was corrected."""
    return world.act("leader" if edition.state == EditionState.APPROVED else "office")


def compute(world: Months, act: Act) -> Any:
    return services.compute(world.session, act, world.periods[CODE])


def who_computed(world: Months, _edition: Edition) -> Act:
    return also(world.act("office"), Duty.APPROVE)


LIVES = (
    Life(
        "edition",
        year,
        beginnings=(Beginning("compute", by("office"), compute),),
        states={"provisional": computed, "approved": approved, "superseded": superseded},
        ways=(
            Way("approve_edition", by("leader"), bars=(Bar("You computed these results", by=who_computed),)),
            Way("supersede", who_supersedes, starts={"approved": while_corrected},
                bars=(Bar("until corrected ones are approved", of=approved, by=by("leader")),)),
        ),
    ),
)  # fmt: skip
