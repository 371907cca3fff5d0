"""Practices that localities share."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.practices import queries, services
from assessment.practices.models import Practice, PracticeUse
from assessment.practices.services import NewPractice
from support.lives.planned import Planned, with_scheme
from support.programmes import Somebody
from support.transitions import Bar, Beginning, By, Life, Way

JUNE = datetime(2012, 6, 15, 3, tzinfo=UTC)


def year(session: Session, _folder: Path) -> Planned:
    return with_scheme(session)


def unit(world: Planned, _one: object = None) -> Act:
    return Act(world.locality("220101"), JUNE)


def office(world: Planned, _one: object = None) -> Act:
    return Act(world.office, JUNE)


def leader(world: Planned, _one: object = None) -> Act:
    return Act(world.leader, JUNE)


def judge_and_party(duties_of: str) -> By:
    """Somebody with the judge's duties who handed the practice in."""
    return lambda world, _one: Act(Somebody(world.locality("220101").key, getattr(world, duties_of).duties), JUNE)


def who_accepted(world: Planned, _one: object) -> Act:
    return Act(Somebody(world.office.key, world.leader.duties), JUNE)


def handed_in(world: Planned, by: Act | None = None) -> Practice:
    new = NewPractice(world.units["220101"], "Night patrols", "What we did.")
    return services.submit_practice(world.session, by or unit(world), world.programme, new)


def accepted(world: Planned) -> Practice:
    one = handed_in(world)
    services.accept(world.session, one, office(world))
    return one


def declined(world: Planned) -> Practice:
    one = handed_in(world)
    services.decline(world.session, one, office(world).because("nothing new"))
    return one


def commended(world: Planned) -> Practice:
    one = accepted(world)
    services.commend(world.session, one, leader(world))
    return one


def withdrawn(world: Planned) -> Practice:
    one = handed_in(world)
    services.withdraw_practice(world.session, one, unit(world))
    return one


def other(world: Planned, _one: object = None) -> Act:
    return Act(world.locality("220102"), JUNE)


def used(world: Planned, by: Act | None = None) -> PracticeUse:
    """The library's first, or one made for this; a refused opening must leave nothing behind."""
    known = world.session.scalars(select(Practice).where(Practice.state.in_(queries.LIBRARY)).order_by(Practice.id))
    one = known.first() or accepted(world)
    unit_id = world.units["220102"]
    return services.use_practice(world.session, one, by or other(world), unit_id=unit_id, note="Since May.")


def used_no_more(world: Planned) -> PracticeUse:
    one = used(world)
    services.stop_using(world.session, one, other(world))
    return one


OWN = Bar("You handed this practice in", by=judge_and_party("office"))

LIVES = (
    Life(
        "practice",
        year,
        beginnings=(Beginning("submit_practice", unit, handed_in),),
        states={
            "submitted": handed_in,
            "accepted": accepted,
            "declined": declined,
            "commended": commended,
            "withdrawn": withdrawn,
        },
        ways=(
            Way("accept", office, bars=(OWN,)),
            Way("decline", office, bars=(OWN,)),
            Way("commend", leader, bars=(
                Bar("a leader who did not", by=judge_and_party("leader")),
                Bar("a leader who did not", by=who_accepted),
            )),
            Way("withdraw_practice", unit),
            Way("take_back", office),
        ),
    ),
    Life(
        "practice_use",
        year,
        beginnings=(Beginning("use_practice", other, used, world=accepted),),
        states={"in_use": used, "ended": used_no_more},
        ways=(Way("stop_using", other),),
    ),
)  # fmt: skip
