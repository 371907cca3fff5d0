"""The life of a report, from being asked for to being validated."""

from decimal import Decimal

from assessment.foundation import audit
from assessment.foundation.frame import Frame
from assessment.submissions import queries, services
from assessment.submissions.rules import given
from support.programmes import act
from support.submissions import IN_TIME, a_period_open, values


def test_only_leaf_bodies_are_asked_to_report(frame: Frame) -> None:
    with frame.write() as session:
        _, submissions = a_period_open(session)
        assert sorted(submissions) == ["220101", "220102", "220201"]


def test_a_report_goes_from_draft_to_validated_and_the_trail_holds(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one = submissions["220101"]
        unit = world.locality("220101")
        services.save_draft(session, one, act(unit, IN_TIME), {"cameras": ("1x", "given")})
        assert one.state == "draft"
        services.submit(session, one, act(unit, IN_TIME), values())
        assert (one.state, one.first_complete_at) == ("submitted", IN_TIME)
        assert one.receipt.startswith("2012-01-")
        services.verify(session, one, act(world.verifier, IN_TIME), {"cameras": given(8)})
        services.validate(session, one, act(world.office, IN_TIME))
        assert one.state == "validated"
        assert queries.validated(one)["cameras"] == given(8)
        assert queries.claimed(one)["cameras"] == given(10)
    with frame.read() as session:
        assert audit.verify(session) == []


def test_prefectures_get_the_roll_up_of_their_counties(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        reports = []
        for code, (cameras, online, whole) in {
            "220101": (10, 90, 100),
            "220102": (20, 45, 50),
            "220201": (7, 1, 3),
        }.items():
            reports.append((submissions[code], values(cameras, online, whole, "90")))
        services.submit_many(session, act(world.locality("220000"), IN_TIME), reports)
        services.validate_many(session, act(world.office, IN_TIME), list(submissions.values()))
    with frame.read() as session:
        found = queries.validated_values(session, world.periods["2012-01"].id)
        above = found[world.units["220100"]]
        assert (above["cameras"].number, above["all"].number, above["online_rate"].number) == (30, 150, 90)
        assert found[world.units["220200"]]["online_rate"].number == Decimal("33.333333")
        assert len(above["cameras"].value_ids) == 2
        assert audit.verify(session) == []
