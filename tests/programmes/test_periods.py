"""Periods planned from the scheme's calendar and the working days, and moved with a reason."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.programmes import services
from assessment.programmes.services.periods import span_of
from support.programmes import a_province, a_scheme_in_force, act


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        ("2012-Q4", date(2012, 10, 1), date(2012, 12, 31)),
        ("2012", date(2012, 1, 1), date(2012, 12, 31)),
    ],
)
def test_a_code_says_which_days(code: str, first: date, last: date) -> None:
    assert span_of(code)[1:] == (first, last)


@pytest.mark.parametrize("code", ["2012-13", "2012-Q5", "12", "2012-1", "２０１２"])
def test_another_code_is_refused(code: str) -> None:
    with pytest.raises(Invalid):
        span_of(code)


def test_a_year_is_planned_with_its_quarters_and_working_days(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        planned = {one.code: one for one in services.plan_periods(session, act(world.office), world.version)}
        assert len(planned) == 17
        # The Spring Festival of 2012: 22 to 28 January were off, the 29th (Sunday) was worked.
        assert planned["2012-01"].report_by == datetime(2012, 2, 3, 15, 59, 59, tzinfo=UTC)
        quarter = planned["2012-Q1"]
        assert [(part.part.code, part.weight) for part in quarter.parts] == [
            ("2012-01", 1), ("2012-02", 1), ("2012-03", 1),
        ]  # fmt: skip
        assert [part.weight for part in planned["2012"].parts] == [Decimal(n) for n in (10, 30, 30, 30)]
        assert quarter.report_by is None
        assert quarter.provisional_on is not None
        assert services.plan_periods(session, act(world.office), world.version) == []


def test_moments_beyond_the_working_day_table_are_marked_as_estimates(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        assert services.plan_period(session, act(world.office), world.version, "2013-12").is_provisional
        assert not services.plan_period(session, act(world.office), world.version, "2013-06").is_provisional
        with pytest.raises(Invalid, match="planned already"):
            services.plan_period(session, act(world.office), world.version, "2013-06")


def test_only_the_office_plans_and_only_by_an_approved_scheme(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        with pytest.raises(NotPermitted):
            services.plan_periods(session, act(world.leader), world.version)
    with frame.write() as session:
        session.rollback()
        from support.programmes import SCHEME

        other = SCHEME.replace("scheme: cameras", "scheme: other")
        version = services.write_scheme(session, act(world.office), other, unit_id=world.units["220000"])
        with pytest.raises(NotNow, match="approved scheme"):
            services.plan_periods(session, act(world.office), version)


def test_a_period_is_moved_with_a_reason_and_never_into_the_past(frame: Frame) -> None:
    later = datetime(2012, 2, 8, 15, 59, 59, tzinfo=UTC)
    with frame.write() as session:
        world = a_scheme_in_force(session)
        period = services.plan_period(session, act(world.office), world.version, "2012-01")
        with pytest.raises(Invalid, match="Say why"):
            services.move_period(session, period, act(world.office), report_by=later)
        with pytest.raises(NotPermitted):
            services.move_period(session, period, act(world.leader, reason="storm"), report_by=later)
        with pytest.raises(Invalid, match="in order"):
            services.move_period(session, period, act(world.office, reason="storm"), report_by=later)


def test_a_moment_that_has_passed_stays(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        period = services.plan_period(session, act(world.office), world.version, "2012-01")
        moved = datetime(2012, 2, 6, 1, tzinfo=UTC)
        services.move_period(session, period, act(world.office, reason="storm"), report_by=moved)
        assert period.report_by == moved
        after = datetime(2012, 2, 7, tzinfo=UTC)
        with pytest.raises(NotNow, match="has passed"):
            services.move_period(
                session, period, act(world.office, after, "storm"), report_by=datetime(2012, 3, 1, tzinfo=UTC)
            )
        with pytest.raises(Invalid, match="has passed"):
            services.move_period(
                session, period, act(world.office, after, "storm"), provisional_on=datetime(2012, 2, 1, tzinfo=UTC)
            )


def test_an_example_province_has_its_units(frame: Frame) -> None:
    with frame.write() as session:
        assert len(a_province(session).units) == 6
