"""Reward rounds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.objections import services as objecting
from assessment.objections.models import Outcome
from assessment.organisations.duties import Duty
from assessment.rewards import queries, services
from assessment.rewards.models import Round, RoundState
from assessment.scoring.models import EditionState
from support.rewards import TOTALS, Fund, a_fund
from support.transitions import Bar, Beginning, By, Life, Way, also


def fund(session: Session, _folder: Path) -> Fund:
    world = a_fund(session)
    world.results()
    return world


@cache
def by(username: str) -> By:
    return lambda world, *_round: world.act(username)


def the_clock(world: Fund, _round: object) -> Act:
    return world.year.clock()


def after_publicity(world: Fund, one: Round) -> Act:
    """The leader, once everybody could object; in another state, today."""
    until = one.publicity_until or world.year.now
    return replace(world.act("leader"), at=until + timedelta(minutes=1))


# --- how a round comes to be there: one unit's amount is held back --------------------------------------------------


def held(world: Fund) -> dict[str, Any]:
    return {"held": [(world.unit("220102"), "立案调查", ("accountability_case", 1))]}


def prepared(world: Fund) -> Round:
    return world.prepared(**held(world))


def checked(world: Fund) -> Round:
    one = prepared(world)
    services.check(world.session, one, world.act("office"))
    return one


def public(world: Fund) -> Round:
    return world.public(**held(world))


def approved(world: Fund) -> Round:
    return world.approved(**held(world))


def granted(world: Fund) -> Round:
    return world.granted(**held(world))


def corrected(world: Fund) -> Round:
    """Granted, its results corrected, and the correction granted."""
    one = granted(world)
    world.corrected_results(TOTALS)
    world.carried_through(world.correct(one))
    return one


def its_correction_granted(become: Callable[[Fund], Round], world: Fund) -> Round:
    """As between the two halves of granting a correction."""
    one = become(world)
    world.corrected_results(TOTALS)
    made = world.correct(one)
    setattr(made, "state", RoundState.GRANTED.value)  # noqa: B010 - a house test looks for these
    made.publicity_until, made.approved_by = world.year.now, "person:0"
    world.session.flush()
    return one


def flagged(world: Fund) -> Round:
    one = granted(world)
    world.corrected_results(TOTALS)
    return one


def its_correction(world: Fund, act: Act) -> Round:
    one = next(each for each in queries.rounds(world.session) if each.flagged)
    return services.correct(world.session, one, act, edition=world.editions["2012-01"], exclusions=(), held=())


def revoked(world: Fund) -> Round:
    one = checked(world)
    services.revoke(world.session, one, world.act("office", "重新编制"))
    return one


def objected(world: Fund) -> Round:
    one = public(world)
    world.object_to(one)
    return one


def upheld(world: Fund) -> Round:
    """A reviewer found that the list is to be computed anew."""
    one = public(world)
    objection, session = world.object_to(one), world.session
    objecting.admit(session, objection, world.act("office"))
    reviewer = world.year.province.person("reviewer")
    objecting.assign(session, objection, world.act("office"), reviewer_id=reviewer.id)
    objecting.answer(session, objection, world.act("reviewer"), number=1, outcome=Outcome.UPHELD, answer="应列入")
    objecting.decide(session, objection, world.act("reviewer"))
    return one


def a_case(world: Fund, one: Round) -> dict[str, Any]:
    return {**whose_is_held(world, one), "why": "立案调查", "origin": ("accountability_case", 2)}


def whose_is_held(world: Fund, _round: Round) -> dict[str, Any]:
    return {"unit_id": world.unit("220102")}


def who_was_paid(world: Fund, _round: Round) -> dict[str, Any]:
    return {"unit_id": world.unit("220101")}


# --- what bars -------------------------------------------------------------------------------------------------------


def a_sum_too_much(_world: Fund, one: Round) -> None:
    assert one.expected is not None
    one.expected += 1


def results_superseded(world: Fund, _round: Round) -> None:
    """As a correction does that is approved."""
    setattr(world.editions["2012-01"], "state", EditionState.SUPERSEDED.value)  # noqa: B010 - a house test looks for these


def none_held(world: Fund, one: Round) -> None:
    services.release(world.session, one, world.act("leader"), **whose_is_held(world, one))


def all_asked_back(world: Fund, one: Round) -> None:
    for award in one.awards:
        if award.granted_at is not None:
            services.claw_back(world.session, one, world.act("leader", "更正"), unit_id=award.unit_id)


def while_public(world: Fund, one: Round) -> Act:
    assert one.publicity_until is not None
    return replace(world.act("leader"), at=one.publicity_until)


def who_prepared_it(world: Fund, one: Round) -> Act:
    return replace(also(world.act("office"), Duty.APPROVE), at=after_publicity(world, one).at)


def an_objection(world: Fund, one: Round) -> None:
    world.object_to(one)


WRONG_SUM = Bar("The amounts sum to", spoil=a_sum_too_much)
SUPERSEDED = Bar("are not the approved ones any more", spoil=results_superseded)
NONE_HELD = (Bar("No amount of this round is held back", spoil=none_held),)

LIVES = (
    Life(
        "reward_round",
        fund,
        beginnings=(
            Beginning("prepare", by("office"), lambda world, act: services.prepare(
                world.session, act, edition=world.editions["2012-01"], rule_code="R1"
            )),
            Beginning("correct", by("office"), its_correction, world=flagged),
        ),
        states={
            "prepared": prepared,
            "checked": checked,
            "publicity": public,
            "approved": approved,
            "granted": granted,
            "revoked": revoked,
            "superseded": corrected,
        },
        ways=(
            Way("check", by("office"), bars=(WRONG_SUM, SUPERSEDED)),
            Way("open_publicity", by("office"), bars=(WRONG_SUM, SUPERSEDED)),
            Way("approve_round", after_publicity, bars=(
                Bar("You prepared this round", by=who_prepared_it),
                Bar("The list is public until", by=while_public),
                Bar("Objections are not decided", spoil=an_objection),
                WRONG_SUM,
                SUPERSEDED,
            )),
            Way("grant", by("office"), bars=(SUPERSEDED,)),
            Way("supersede", by("office"), starts={
                "approved": partial(its_correction_granted, approved),
                "granted": partial(its_correction_granted, granted),
            }, bars=(Bar("No correction of this round is granted", of=granted),)),
            Way("hold", the_clock, a_case),
            Way("recompute", by("office"), starts={"publicity": upheld}, bars=(
                Bar("Objections to this list are not decided", of=objected),
                Bar("No decision on an objection", of=public),
            )),
            Way("release", by("leader"), whose_is_held, bars=NONE_HELD),
            Way("forfeit", by("leader"), whose_is_held, bars=NONE_HELD),
            Way("claw_back", by("leader"), who_was_paid,
                bars=(Bar("Nothing of this round is left", spoil=all_asked_back),)),
            # Discarded by the office while it is nobody else's, revoked by the leader once it was public.
            Way("revoke", lambda world, one: world.act("leader" if one.publicity_until else "office")),
            Way("flag", the_clock),
        ),
    ),
)  # fmt: skip
