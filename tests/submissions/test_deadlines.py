"""Deadlines by the server's clock, to the second: on time, late, refused; across clock changes and holidays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.delivery import services as delivery
from assessment.foundation.actors import Act
from assessment.foundation.errors import NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.workday_table import fill, load_calendar
from assessment.foundation.workdays import BeyondCalendar, Duration, due, end_of, plain_calendar
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period
from assessment.submissions import queries, services
from assessment.submissions.models import Submission
from assessment.submissions.rules import Timeliness, days_late, timeliness_of
from support.programmes import SCHEME, Somebody, act
from support.submissions import IN_TIME, a_period_open, values

SECOND = timedelta(seconds=1)


def sent(frame: Frame, zone: str, which: str, offset: timedelta) -> tuple[Timeliness, int]:
    """A county's report, sent so long after one of its moments."""
    with frame.write() as session:
        world, asked = a_period_open(session, source=SCHEME.replace("Asia/Shanghai", zone))
        one = asked["220101"]
        at = getattr(one, which) + offset
        services.submit(session, one, act(world.locality("220101"), at), values())
        line = next(line for line in queries.board(session, one.period, at) if line.submission is one)
        return line.timeliness, line.days_late


ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "UTC")


@pytest.mark.parametrize("zone", ZONES)
def test_the_moments_of_a_period_end_with_the_day_of_its_programmes_zone(frame: Frame, zone: str) -> None:
    with frame.write() as session:
        _world, asked = a_period_open(session, source=SCHEME.replace("Asia/Shanghai", zone))
        there, one = ZoneInfo(zone), asked["220101"]
        ends = [moment.astimezone(there).time() for moment in (one.due_at, one.late_until)]
        session.rollback()
    assert ends == [time(23, 59, 59)] * 2


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
@pytest.mark.parametrize(
    ("which", "offset", "expected"),
    [
        ("due_at", -SECOND, (Timeliness.ON_TIME, 0)),
        ("due_at", timedelta(0), (Timeliness.ON_TIME, 0)),
        ("due_at", SECOND, (Timeliness.LATE, 1)),
        ("late_until", timedelta(0), (Timeliness.LATE, 3)),
    ],
)
def test_one_second_before_is_on_time_and_one_second_after_is_late(
    frame: Frame, zone: str, which: str, offset: timedelta, expected: tuple[Timeliness, int]
) -> None:
    assert sent(frame, zone, which, offset) == expected


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_one_second_after_closing_is_refused_with_the_moment(frame: Frame, zone: str) -> None:
    with pytest.raises(NotNow, match=r"Reporting closed on 6 Feb 2012, 23:59 \(" + zone):
        sent(frame, zone, "late_until", SECOND)


@given(st.sampled_from(ZONES), st.dates(date(2011, 1, 1), date(2013, 12, 31)), st.integers(0, 60))
def test_a_time_limit_ends_with_its_day_by_the_clocks_of_the_place_whatever_they_did_in_between(
    zone: str, start: date, days: int
) -> None:
    there = ZoneInfo(zone)
    begun = datetime.combine(start, time(12), tzinfo=there)
    calendar = plain_calendar(date(2010, 1, 1), date(2015, 1, 1))
    end = due(begun.astimezone(UTC), Duration(days, "d"), calendar, there).astimezone(there)
    assert (end.date(), end.time()) == (start + timedelta(days=days), time(23, 59, 59))


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2012, 3, 25), 23), (date(2012, 10, 28), 25), (date(2012, 6, 1), 24)]
)
def test_days_on_which_clocks_change_are_shorter_and_longer_and_make_nobody_late(day: date, hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before, end = end_of(day - timedelta(days=1), berlin), end_of(day, berlin)
    assert end - before == timedelta(hours=hours)
    assert timeliness_of(end, end, end) == Timeliness.ON_TIME
    assert timeliness_of(end, end + SECOND, end) == Timeliness.LATE
    assert days_late(day, (end + SECOND).astimezone(berlin).date()) == 1


def test_holidays_move_a_deadline_and_days_worked_instead_do_not(frame: Frame) -> None:
    """1 October 2012: seven days of holiday, with 29 September, a Saturday, worked in their place."""
    zone = ZoneInfo("Asia/Shanghai")
    with frame.write() as session:
        fill(session, [2012])
        calendar = load_calendar(session)
    friday = datetime(2012, 9, 28, 9, tzinfo=zone)
    ends = [due(friday, Duration(n, "w"), calendar, zone).astimezone(zone).date() for n in (1, 2)]
    assert ends == [date(2012, 9, 29), date(2012, 10, 8)]


def test_beyond_the_calendars_years_a_limit_in_working_days_is_refused_with_what_to_do_and_one_in_days_is_not(
    frame: Frame,
) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    with frame.write() as session:
        fill(session, [2012])
        calendar = load_calendar(session)
    start = datetime(2012, 12, 27, 9, tzinfo=zone)
    with pytest.raises(BeyondCalendar, match="enter the official days of 2013 first"):
        due(start, Duration(5, "w"), calendar, zone)
    assert due(start, Duration(10, "d"), calendar, zone).astimezone(zone).date() == date(2013, 1, 6)


# --- more time -------------------------------------------------------------------------------------------------------


def extension_asked(session, world, one: Submission, days: int):  # type: ignore[no-untyped-def]
    return delivery.ask_extension(
        session, act(world.locality("220101"), IN_TIME, "The office was flooded."), unit_id=one.unit_id,
        until=one.due_at + timedelta(days=days), grant_duty=Duty.EXTEND_REPORTING,
        deadlines=[delivery.Deadline(one.unit_id, ("submission", one.id), one.due_at)],
    )  # fmt: skip


def granting(world, key: str = "office") -> Act:  # type: ignore[no-untyped-def]
    everywhere = frozenset(world.units.values())
    return act(Somebody(key, {Duty.EXTEND_REPORTING.value: everywhere}), IN_TIME, "True.")


def test_an_extension_is_granted_by_somebody_else_and_counts_to_the_second(frame: Frame) -> None:
    with frame.write() as session:
        world, asked = a_period_open(session)
        one = asked["220101"]
        extension = extension_asked(session, world, one, 9)
        asker = world.locality("220101")
        with pytest.raises((NotNow, NotPermitted)):
            delivery.grant_extension(session, extension, granting(world, asker.key))
        delivery.grant_extension(session, extension, granting(world))
        known = queries.deadlines(session, one)
        assert "Extended: on time until" in str(known.sentence())
        assert "(Asia/Shanghai, UTC+08)" in str(known.sentence())
        end = one.due_at + timedelta(days=9)
        services.submit(session, one, act(asker, end), values())
        line = next(line for line in queries.board(session, one.period, end) if line.submission is one)
        assert (line.timeliness, line.days_late) == (Timeliness.ON_TIME, 0)


def test_an_extension_that_has_expired_is_named_in_the_refusal(frame: Frame) -> None:
    with frame.write() as session:
        world, asked = a_period_open(session)
        one = asked["220101"]
        delivery.grant_extension(session, extension_asked(session, world, one, 9), granting(world))
        with pytest.raises(NotNow, match="The extension ended on 12 Feb 2012, 23:59"):
            services.submit(
                session, one, act(world.locality("220101"), one.due_at + timedelta(days=9, seconds=1)), values()
            )


def test_what_a_browsers_clock_says_has_no_influence(frame: Frame) -> None:
    """The moment is the act's, which the server makes; a form has no field for it."""
    with frame.write() as session:
        world, asked = a_period_open(session)
        one = asked["220101"]
        services.submit(session, one, act(world.locality("220101"), one.due_at + SECOND), values())
        assert one.first_complete_at == one.due_at + SECOND
        assert isinstance(one.period, Period)
