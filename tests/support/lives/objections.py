"""Objections."""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.objections import services
from assessment.objections.models import Objection, Outcome
from assessment.organisations.duties import Duty
from support import objections
from support.organisations import NOW, Province
from support.transitions import Bar, Beginning, Life, Way, also

PEOPLE = ("olga", "otto", "sven", "rita", "ruth")


def county(session: Session, _folder: Path) -> Province:
    world = objections.a_county(session)
    world.officer("ruth", "review_officer", "22")
    return world


@cache
def by(username: str) -> Any:
    return lambda world, *_: world.act(username)


def on(step: Any) -> Any:
    return lambda world: step(world.session, world)


def lodged(world: Province) -> Objection:
    return objections.lodged(world.session, world)


def inadmissible(world: Province) -> Objection:
    objection = lodged(world)
    services.find_inadmissible(world.session, objection, world.act("otto", reason="逾期"))
    return objection


def applied(world: Province) -> Objection:
    objection = objections.decided(world.session, world)
    services.apply(world.session, objection, world.act("otto"))
    return objection


def closed(world: Province) -> Objection:
    objection = applied(world)
    services.close(world.session, objection, world.act("otto"))
    return objection


def withdrawn(world: Province) -> Objection:
    objection = lodged(world)
    services.withdraw(world.session, objection, world.act("olga"))
    return objection


def lodge(world: Province, act: Act) -> Objection:
    return services.lodge(
        world.session, act, origin=("scorecard", 1), unit_id=world.unit("220101").id, period_id=None, ground="?",
        points=objections.TWO_POINTS, matter=objections.MATTER, window_until=objections.IN_A_WEEK, decide_by=NOW,
    )  # fmt: skip


def to_rita(world: Province, _objection: Objection) -> dict[str, Any]:
    return {"reviewer_id": world.people["rita"].id}


def had_a_hand_in_it(world: Province, _objection: Objection) -> None:
    touched = [("submission_value", 7)]
    audit.record(world.session, world.act("rita"), "validate", None, kind="submission", touched=touched)


def a_point_open(_world: Province, objection: Objection) -> None:
    objection.points[1].outcome, objection.points[1].answer = None, ""


def only_prepares(world: Province, _objection: Objection) -> Act:
    """The supervision office's, who also prepares rewards; not the office that keeps the values."""
    return also(world.act("sven"), Duty.PREPARE)


OTHER_OFFICE = Bar("is handled by the assessment office", by=by("sven"))
REVIEWER = (
    Bar("is assigned to another reviewer", by=by("ruth")),
    Bar("had a hand in", spoil=had_a_hand_in_it),
)

LIVES = (
    Life(
        "objection",
        county,
        beginnings=(Beginning("lodge", by("olga"), lodge),),
        states={
            "lodged": lodged,
            "admitted": on(objections.admitted),
            "inadmissible": inadmissible,
            "assigned": on(objections.answered),
            "decided": on(objections.decided),
            "applied": applied,
            "closed": closed,
            "withdrawn": withdrawn,
        },
        ways=(
            Way("admit", by("otto"), bars=(OTHER_OFFICE,)),
            Way("find_inadmissible", by("otto"), bars=(OTHER_OFFICE,)),
            Way("assign", by("otto"), to_rita, bars=(OTHER_OFFICE,)),
            Way("answer", by("rita"), lambda *_: {"number": 1, "outcome": Outcome.DISMISSED, "answer": "见表。"},
                bars=REVIEWER),
            Way("decide", by("rita"), bars=(*REVIEWER, Bar("Answer each point", spoil=a_point_open))),
            # The objection's own part of the joint act that makes the disputed thing as decided.
            Way("apply", by("otto"), bars=(Bar("Only whoever holds the duty", by=only_prepares),)),
            Way("close", by("otto"), bars=(OTHER_OFFICE,)),
            Way("withdraw", by("olga")),
        ),
    ),
)  # fmt: skip
