"""Periods."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments import services as adjusting
from assessment.adjustments.models import Adjustment
from assessment.cycles import services
from assessment.cycles.consequences import prompt_from_ladders
from assessment.cycles.process import PERIOD
from assessment.foundation.actors import Act
from assessment.foundation.filestore import FileStore
from assessment.organisations.duties import Duty
from assessment.programmes import services as programmes
from assessment.programmes.models import Period
from assessment.submissions.models import Submission, SubmissionState
from support.lives import bulletins
from support.lives.bulletins import Results
from support.months import EXTRA, FEBRUARY, JANUARY, a_year
from support.programmes import SCHEME
from support.transitions import Bar, Beginning, By, Life, Way, also

CODE = "2012-01"
PRAISE = """
rewards: [{code: R2, zh: 通报表扬, en: Praise, period: month, mode: top, places: 2, per: peer_group, ties: all}]
"""


def year(session: Session, folder: Path) -> Results:
    return Results(**vars(a_year(session, SCHEME + EXTRA + PRAISE)), store=FileStore(folder / "store"))


Stand = Callable[[Results], Period]
"""Brings a period into a state."""


@cache
def by(username: str) -> By:
    return lambda world, *_period: world.act(username)


def the_clock(world: Results, _period: object = None) -> Act:
    return world.clock()


def planned(world: Results) -> Period:
    return world.periods[CODE]


def reporting(world: Results) -> Period:
    world.open(CODE)
    return planned(world)


def verifying(world: Results) -> Period:
    world.report(CODE, JANUARY)
    return planned(world)


def provisional(world: Results) -> Period:
    period = verifying(world)
    world.compute(CODE)
    return period


def objections(world: Results) -> Period:
    """Every window is over."""
    period = provisional(world)
    world.serve(CODE)
    world.receive(CODE)
    world.settle_adjustments(CODE)
    return period


def approved(world: Results) -> Period:
    """With points off for a county that reported late."""
    world.edition = world.approved(CODE, JANUARY, {"220202": 2})
    return planned(world)


def publicity(world: Results) -> Period:
    period = approved(world)
    services.announce(world.session, period, world.act("office"))
    return period


def published(world: Results) -> Period:
    """Without its bulletin, which takes a second to be rendered and signed: that is for ``publish`` to prove."""
    period = approved(world)
    PERIOD.perform(world.session, period, "publish", world.act("office"))
    return period


def consequences(world: Results) -> Period:
    period = published(world)
    services.begin_consequences(world.session, period, world.act("office"))
    return period


def counted(world: Results) -> Period:
    """The clock has counted the ladders by its results."""
    period = consequences(world)
    prompt_from_ladders(world.session, world.clock())
    return period


def waived(world: Results) -> Period:
    """Everything that follows from it is settled."""
    period = counted(world)
    services.waive(world.session, period, world.act("leader", "本月不表扬"), rule_code="R2")
    return period


def closed(world: Results) -> Period:
    period = waived(world)
    services.close(world.session, period, world.act("office"))
    return period


def cancelled(world: Results) -> Period:
    services.cancel(world.session, planned(world), world.act("leader", "与二月合并"))
    return planned(world)


def publish(world: Results, _period: Period, act: Act) -> None:
    """With its bulletin, wholly or not at all."""
    bulletin = bulletins.approved(world)
    services.publish(world.session, bulletin, act, **bulletins.signed(world, bulletin))


def a_fact_fell(approved_one: Stand) -> Stand:
    """The deduction was lifted afterwards."""

    def build(world: Results) -> Period:
        period = approved_one(world)
        world.now += timedelta(days=1)
        for one in world.session.scalars(select(Adjustment).where(Adjustment.period_id == period.id)):
            adjusting.lift(world.session, one, world.act("leader", "公文误投"))
        return period

    return build


def being_corrected(approved_one: Stand) -> Stand:
    """Corrected results are computed, and on their way to whom they change."""

    def build(world: Results) -> Period:
        period = a_fact_fell(approved_one)(world)
        services.correct(world.session, period, world.act("office", "公文误投"))
        world.session.flush()
        return period

    return build


def told_of_it(approved_one: Stand) -> Stand:
    def build(world: Results) -> Period:
        period = being_corrected(approved_one)(world)
        world.receive(CODE)
        return period

    return build


def heard_on_it(approved_one: Stand) -> Stand:
    """The time to object to the change is over."""

    def build(world: Results) -> Period:
        period = told_of_it(approved_one)(world)
        world.now += timedelta(days=8)
        return period

    return build


def a_quarter(world: Results) -> Period:
    """Whose three months are published."""
    for code, reports in (("2012-01", JANUARY), ("2012-02", FEBRUARY), ("2012-03", FEBRUARY)):
        world.approved(code, reports)
        PERIOD.perform(world.session, world.periods[code], "publish", world.act("office"))
    return world.periods["2012-Q1"]


def an_unfinished_quarter(world: Results) -> Period:
    return world.periods["2012-Q2"]


# --- what bars -------------------------------------------------------------------------------------------------------


def one_unsettled(world: Results, period: Period) -> None:
    """A report that was not validated after all."""
    one = world.session.scalars(select(Submission).where(Submission.period_id == period.id)).first()
    setattr(one, "state", SubmissionState.VERIFIED.value)  # noqa: B010 - a house test looks for assignments to it


def beyond_the_table(_world: Results, period: Period) -> None:
    period.is_provisional = True


def window_open(world: Results) -> Period:
    period = provisional(world)
    world.serve(CODE)
    world.receive(CODE)
    return period


def nobody_received(world: Results) -> Period:
    period = provisional(world)
    world.serve(CODE)
    return period


def not_heard_adjustments(world: Results) -> Period:
    """One county reported late: a deduction is proposed, and nobody has decided on it."""
    world.report(CODE, JANUARY, {"220202": 2})
    world.compute(CODE)
    world.serve(CODE)
    world.receive(CODE)
    return planned(world)


def eight_days_later(world: Results, _period: object) -> Act:
    return replace(world.act("leader"), at=world.now + timedelta(days=8))


def who_computed(world: Results, _period: Period) -> Act:
    return also(world.act("office"), Duty.APPROVE)


def a_next_scheme(world: Results) -> None:
    """Of another field of work, whose periods nobody has planned."""
    office, leader = world.act("office"), world.act("leader")
    source = SCHEME.replace("scheme: cameras", "scheme: patrols")
    version = programmes.write_scheme(world.session, office, source, unit_id=world.province.unit("22").id)
    programmes.check(world.session, version, office)
    programmes.submit(world.session, version, office)
    programmes.approve_scheme(world.session, version, leader)
    programmes.bring_into_force(world.session, version, office, from_period="2012-01")
    world.version = version


FINAL: dict[str, Stand] = {
    "approved": approved,
    "publicity": publicity,
    "published": published,
    "consequences": consequences,
    "closed": closed,
}
COMPUTING = (
    Bar("parts are not published", of=an_unfinished_quarter),
    Bar("Reporting has not begun", of=planned),
    Bar("have no validated values", spoil=one_unsettled, states=("verifying", "provisional", "objections")),
)

LIVES = (
    Life(
        "period",
        year,
        beginnings=(
            Beginning("plan", by("office"), lambda world, act: services.plan(world.session, world.version, act),
                      a_next_scheme, told="plan_periods"),
        ),
        states={
            "planned": planned,
            "open": reporting,
            "verifying": verifying,
            "provisional": provisional,
            "objections": objections,
            **FINAL,
            "cancelled": cancelled,
        },
        ways=(
            Way("open_reporting", the_clock),
            Way("close_reporting", the_clock),
            Way("compute", by("office"), starts={"planned": a_quarter}, bars=COMPUTING),
            Way("serve", the_clock, bars=(
                Bar("beyond the working-day table", spoil=beyond_the_table),
                Bar("to serve them earlier, move that step", by=by("office")),
            )),
            Way("approve", by("leader"), bars=(
                Bar("You computed these results", by=who_computed),
                Bar("Units may object until", of=window_open),
                Bar("Not every unit has received", of=nobody_received),
                Bar("neither confirmed nor refused", of=not_heard_adjustments, by=eight_days_later),
            )),
            Way("publish", by("office"), do=publish, carried=True),
            Way("announce", by("office")),
            Way("begin_consequences", by("office")),
            Way("waive", by("leader"), lambda *_: {"rule_code": "R2"},
                bars=(Bar("No reward of this period", of=waived),)),
            Way("close", by("office"), starts={"consequences": waived}, bars=(
                Bar("have not been counted", of=consequences),
                Bar("neither prepared nor waived", of=counted),
            )),
            Way("cancel", by("leader")),
            Way("correct", by("office"), starts={state: a_fact_fell(build) for state, build in FINAL.items()},
                bars=(Bar("Nothing that these results rest on", of=approved),)),
            Way("approve_correction", by("leader"),
                starts={state: heard_on_it(build) for state, build in FINAL.items()}, bars=(
                    Bar("No corrected results wait", of=approved),
                    Bar("You computed these results", by=who_computed),
                    Bar("has received the corrected one", of=being_corrected(approved)),
                    Bar("may object to the change", of=told_of_it(approved)),
                )),
        ),
    ),
)  # fmt: skip
