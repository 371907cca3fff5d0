"""Working days and time limits: official days, swapped days, and no guess beyond the table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.frame import Frame
from assessment.foundation.workday_table import (
    ANNOUNCED_YEARS,
    BY_HAND,
    STATUTORY,
    WorkingDay,
    cover_year,
    fill,
    load_calendar,
    set_day,
)
from assessment.foundation.workdays import (
    BadDuration,
    BeyondCalendar,
    Calendar,
    Duration,
    add_working_days,
    due,
    plain_calendar,
    working_days_between,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def calendar(frame: Frame) -> Calendar:
    with frame.write() as session:
        fill(session, [2012, 2013])
    with frame.read() as session:
        return load_calendar(session)


def test_swapped_days_are_worked_and_holidays_are_not(calendar: Calendar) -> None:
    assert calendar.is_working(date(2012, 9, 29))  # a Saturday, worked for the October holiday
    assert calendar.is_working(date(2012, 9, 28))
    assert not calendar.is_working(date(2012, 10, 5))  # a Friday
    assert not calendar.is_working(date(2012, 10, 13))


def test_the_day_of_service_does_not_count(calendar: Calendar) -> None:
    assert add_working_days(calendar, date(2012, 9, 27), 3) == date(2012, 10, 8)  # 28 and 29 September, 8 October
    assert add_working_days(calendar, date(2012, 10, 3), 1) == date(2012, 10, 8)
    assert add_working_days(calendar, date(2012, 10, 3), 0) == date(2012, 10, 3)
    assert add_working_days(calendar, date(2012, 10, 9), -2) == date(2012, 9, 29)


def test_a_deadline_ends_with_its_last_day_in_the_zone(calendar: Calendar) -> None:
    served = datetime(2012, 9, 27, 17, 30, tzinfo=UTC)  # already the 28th in Shanghai
    assert due(served, Duration.parse("3w"), calendar, SHANGHAI) == datetime(2012, 10, 9, 15, 59, 59, tzinfo=UTC)
    assert due(served, Duration.parse("60d"), calendar, SHANGHAI) == datetime(2012, 11, 27, 15, 59, 59, tzinfo=UTC)
    assert due(served, Duration.parse("60d"), calendar, SHANGHAI).tzinfo is UTC
    with pytest.raises(ValueError, match="without a zone"):
        due(served.replace(tzinfo=None), Duration.parse("3w"), calendar, SHANGHAI)


@pytest.mark.parametrize(
    ("start", "text", "last"),
    [
        (date(2012, 1, 31), "1m", date(2012, 2, 29)),
        (date(2013, 1, 31), "1m", date(2013, 2, 28)),
        (date(2012, 12, 5), "1m", date(2013, 1, 5)),
        (date(2012, 2, 1), "0d", date(2012, 2, 1)),
        (date(2012, 2, 1), "30d", date(2012, 3, 2)),
    ],
)
def test_natural_days_and_months_are_counted_by_the_ordinary_calendar(start: date, text: str, last: date) -> None:
    assert Duration.parse(text).last_day(start, plain_calendar(start, start)) == last


@pytest.mark.parametrize("text", ["", "3", "w", "3 w", "-3w", "3.5d", "3W", "３w", "three", "99999d", "3w\n4"])
def test_what_is_no_time_limit_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadDuration, match="write 3w for 3 working days") as refused:
        Duration.parse(text)
    assert isinstance(refused.value, Invalid)
    assert isinstance(refused.value, ValueError)


def test_a_time_limit_says_itself() -> None:
    limits = {text: Duration.parse(text) for text in ("1w", "5d", "1m")}
    said = {text: [limit.in_language("en"), limit.in_language("zh")] for text, limit in limits.items()}
    assert said == {"1w": ["1 working day", "1个工作日"], "5d": ["5 days", "5日"], "1m": ["1 month", "1个月"]}
    assert str(Duration.parse(" 3w ")) == "3w"
    assert [Duration(2, unit).in_language("zh") for unit in "wdm"] == ["2个工作日", "2日", "2个月"]
    assert Duration(1, "d").in_language("en") == "1 day"


def test_beyond_the_table_a_deadline_is_refused_and_not_guessed(calendar: Calendar) -> None:
    for start, days in ((date(2013, 12, 30), 3), (date(2012, 1, 4), -3)):
        with pytest.raises(BeyondCalendar, match=r"known from 1 Jan 2012 to 31 Dec 2013 only") as refused:
            add_working_days(calendar, start, days)
        assert isinstance(refused.value, NotNow)
    with pytest.raises(BeyondCalendar):
        Calendar({}, date(2012, 1, 1), date(2012, 12, 31)).is_working(date(2012, 3, 1))


days_in_2012 = st.integers(0, 300).map(lambda n: date(2012, 1, 1) + timedelta(days=n))


@given(days_in_2012, st.integers(1, 60), st.dictionaries(days_in_2012, st.booleans(), max_size=40))
def test_counting_forward_and_counting_between_agree(start: date, n: int, exceptions: dict[date, bool]) -> None:
    calendar = plain_calendar(date(2012, 1, 1), date(2013, 12, 31), exceptions)
    last = add_working_days(calendar, start, n)
    assert calendar.is_working(last)
    assert working_days_between(calendar, start, last) == n
    assert working_days_between(calendar, last, start) == 0


def test_all_announced_years_can_be_filled_twice_without_a_change(frame: Frame) -> None:
    for _ in range(2):
        with frame.write() as session:
            fill(session, ANNOUNCED_YEARS)
    with frame.read() as session:
        assert session.scalar(select(func.count()).select_from(WorkingDay)) == 365 * 23 + 6
        calendar = load_calendar(session)
    assert (calendar.first, calendar.last) == (date(2004, 1, 1), date(2026, 12, 31))
    assert calendar.is_working(date(2026, 10, 10))


def test_later_years_are_statutory_only_and_carry_no_deadline(frame: Frame) -> None:
    with frame.write() as session:
        fill(session, [2026, 2027])
        assert session.get_one(WorkingDay, date(2027, 3, 1)).source == STATUTORY
        calendar = load_calendar(session)
        assert calendar.last == date(2026, 12, 31)
        with pytest.raises(BeyondCalendar):
            add_working_days(calendar, date(2026, 12, 31), 1)
        plans = load_calendar(session, provisional=True)
        assert add_working_days(plans, date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_a_year_entered_by_hand_can_be_relied_on_and_is_not_overwritten(frame: Frame) -> None:
    with frame.write() as session:
        fill(session, [2026, 2027])
        set_day(session, date(2027, 2, 20), True, "State Council notice of November 2026")
        cover_year(session, 2027)
        fill(session, [2026, 2027])
        row = session.get_one(WorkingDay, date(2027, 2, 20))
        assert (row.is_working, row.source, row.note) == (True, BY_HAND, "State Council notice of November 2026")
        assert load_calendar(session).last == date(2027, 12, 31)


def test_what_is_announced_later_replaces_statutory_days_but_not_hand_entered_ones(frame: Frame) -> None:
    with frame.write() as session:
        for day, source in ((date(2012, 9, 29), STATUTORY), (date(2012, 9, 28), BY_HAND)):
            session.add(WorkingDay(day=day, is_working=False, covered=False, source=source, note=""))
        fill(session, [2012])
        calendar = load_calendar(session)
        assert calendar.is_working(date(2012, 9, 29))
        assert not calendar.is_working(date(2012, 9, 28))
        assert calendar.last == date(2012, 12, 31)


def test_a_calendar_ends_before_a_gap(frame: Frame) -> None:
    with frame.write() as session:
        fill(session, [2010, 2012])
        assert load_calendar(session).last == date(2010, 12, 31)


def test_changes_without_ground_are_refused(frame: Frame) -> None:
    with frame.write() as session:
        with pytest.raises(Invalid, match="empty"):
            load_calendar(session)
        with pytest.raises(Invalid, match="fill its year first"):
            set_day(session, date(2012, 1, 4), True, "notice")
        with pytest.raises(Invalid, match="not wholly"):
            cover_year(session, 2012)
        fill(session, [2012])
        with pytest.raises(Invalid, match="Name the notice"):
            set_day(session, date(2012, 1, 4), True, " ")
