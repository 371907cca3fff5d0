"""The life of an adjustment: each step done, and each refused to whoever may not or not yet."""

from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from assessment.adjustments import queries, services
from assessment.adjustments.models import AdjustmentKind
from assessment.foundation import audit
from assessment.foundation.actors import CLOCK
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from support.adjustments import a_proposal, leader, proposed
from support.programmes import NOW, Somebody, a_year_planned, act


def test_an_adjustment_is_proposed_heard_confirmed_and_lifted_and_the_trail_holds(frame: Frame) -> None:
    with frame.write() as session:
        world, (one, _) = proposed(session)
        by_leader = act(leader(world))
        assert one.state == "proposed"
        services.hear(session, one, act(CLOCK))
        assert one.state == "heard"
        services.confirm(session, one, by_leader)
        assert (one.state, one.decided_at) == ("confirmed", NOW)
        services.lift(session, one, by_leader.because("The finding fell."))
        assert one.state == "lifted"
    with frame.read() as session:
        assert audit.verify(session) == []
        assert [row.act for row in audit.history(session, one)] == ["propose", "hear", "confirm", "lift"]


def test_a_locality_proposes_nothing(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        with pytest.raises(NotPermitted, match="Propose an adjustment"):
            services.propose(session, act(world.locality("220101")), a_proposal(world))


def test_the_same_fact_proposes_once(frame: Frame) -> None:
    with frame.write() as session:
        world, made = proposed(session)
        again = services.propose_many(
            session, act(world.office), [a_proposal(world, code) for code in ("220101", "220102")]
        )
        assert (len(made), again) == (2, [])
        assert services.propose(session, act(world.office), a_proposal(world, occurrence="reopened 1")) is not None


def test_the_same_fact_proposes_nothing_in_a_later_period_either(frame: Frame) -> None:
    with frame.write() as session:
        world, _ = proposed(session)
        assert services.propose(session, act(world.office), a_proposal(world, month="2012-02")) is None


def test_what_was_refused_is_not_proposed_again_from_the_same_fact(frame: Frame) -> None:
    with frame.write() as session:
        world, (one, _) = proposed(session)
        services.refuse(session, one, act(leader(world), reason="Not proved."))
        assert services.propose(session, act(world.office), a_proposal(world)) is None


def test_one_act_that_proposes_twice_the_same_makes_one(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        made = services.propose_many(session, act(world.office), [a_proposal(world), a_proposal(world)])
        assert len(made) == 1


def test_nobody_confirms_or_refuses_what_he_proposed(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        everywhere = frozenset(world.units.values())
        both = Somebody("both", dict.fromkeys(("prepare", "confirm_adjustments"), everywhere))
        one = services.propose(session, act(both), a_proposal(world))
        assert one is not None
        session.flush()
        services.hear(session, one, act(CLOCK))
        for decide in (services.confirm, services.refuse):
            with pytest.raises(NotNow, match="You proposed this adjustment"):
                decide(session, one, act(both, reason="Because."))
        services.confirm(session, one, act(leader(world)))


def test_hearing_follows_from_service_and_is_noted_by_nobodys_hand(frame: Frame) -> None:
    with frame.write() as session:
        world, (one, _) = proposed(session)
        for who in (world.locality("220101"), world.office, leader(world)):
            with pytest.raises(NotPermitted, match="Note that the unit was heard"):
                services.hear(session, one, act(who))
        services.hear(session, one, act(CLOCK))
        with pytest.raises(NotNow, match="Heard"):
            services.hear(session, one, act(CLOCK))


def test_nothing_is_confirmed_before_the_unit_was_heard_nor_by_the_office(frame: Frame) -> None:
    with frame.write() as session:
        world, (one, _) = proposed(session)
        with pytest.raises(NotNow, match="Proposed"):
            services.confirm(session, one, act(leader(world)))
        services.hear(session, one, act(CLOCK))
        with pytest.raises(NotPermitted, match="Confirm the adjustment"):
            services.confirm(session, one, act(world.office))


def test_refusing_needs_a_reason_and_an_adjustment_still_open(frame: Frame) -> None:
    with frame.write() as session:
        world, (one, _) = proposed(session)
        with pytest.raises(Invalid, match="needs a reason"):
            services.refuse(session, one, act(leader(world)))
        services.refuse(session, one, act(leader(world), reason="Not proved."))
        assert one.state == "refused"
        with pytest.raises(NotNow, match="Refused"):
            services.refuse(session, one, act(leader(world), reason="Still not."))


def test_lifting_needs_a_reason_and_something_to_lift(frame: Frame) -> None:
    with frame.write() as session:
        world, (one, other) = proposed(session)
        with pytest.raises(Invalid, match="needs a reason"):
            services.lift(session, one, act(CLOCK))
        services.lift(session, one, act(CLOCK, reason="The finding was dropped."))
        with pytest.raises(NotNow, match="Lifted"):
            services.lift(session, one, act(CLOCK, reason="Again."))
        with pytest.raises(NotPermitted, match="Lift the adjustment"):
            services.lift(session, other, act(world.office, reason="Mine."))


def test_many_are_confirmed_by_one_act(frame: Frame) -> None:
    with frame.write() as session:
        world, made = proposed(session, "220101", "220102", "220201")
        services.hear_all(session, made, act(CLOCK))
        services.confirm_all(session, made, act(leader(world), reason="As listed."))
    with frame.read() as session:
        rows = [row for row in audit.export(session) if row["act"] == "confirm"]
        assert len(rows) == 1
        touched = {ref[2] for ref in rows[0]["refs"] if ref[:2] == ["touched", "adjustment"]}
        assert touched == {str(one.id) for one in made}
        assert ["relied_on", "finding", "7", ""] in rows[0]["refs"]
        assert audit.verify(session) == []


def test_many_are_confirmed_all_or_none(frame: Frame) -> None:
    with frame.write() as session:
        world, made = proposed(session)
        services.hear(session, made[0], act(CLOCK))
        with pytest.raises(NotNow, match="Proposed"):
            services.confirm_all(session, made, act(leader(world)))
        assert [one.state for one in made] == ["heard", "proposed"]


def test_scores_read_open_and_confirmed_ones_only(frame: Frame) -> None:
    with frame.write() as session:
        world, (one, other) = proposed(session)
        services.hear(session, one, act(CLOCK))
        services.confirm(session, one, act(leader(world)))
        services.refuse(session, other, act(leader(world), reason="Not proved."))
        found = queries.for_period(session, world.periods["2012-01"].id)
        assert list(found) == [world.units["220101"]]
        (view,) = found[world.units["220101"]]
        assert (view.is_confirmed, view.is_open, view.points) == (True, False, Decimal("1.5"))
        assert queries.undecided(session) == []


def test_points_are_a_magnitude_and_a_deduction_has_some(frame: Frame) -> None:
    for points in (Decimal(-1), None):
        with pytest.raises(IntegrityError), frame.write() as session:
            world = a_year_planned(session)
            services.propose(session, act(world.office), a_proposal(world, points=points))
    with frame.write() as session:
        world = a_year_planned(session)
        veto = a_proposal(world, kind=AdjustmentKind.VETO, clause="V1", points=None, effect="band=failed")
        assert services.propose(session, act(world.office), veto) is not None


def test_a_unit_sees_its_own_and_nobody_elses(frame: Frame) -> None:
    with frame.write() as session:
        world, (one, _) = proposed(session)
        assert queries.may_see(session, one, world.locality("220101"))
        assert not queries.may_see(session, one, world.locality("220201"))
        assert queries.may_see(session, one, leader(world))
