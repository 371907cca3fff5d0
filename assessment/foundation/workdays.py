"""Working days and time limits: counted by a table of official days, and never guessed beyond its end."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType

from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import say

ONE = timedelta(days=1)
LAST_MOMENT = time(23, 59, 59)


class BeyondCalendar(NotNow):
    """A day for which nobody has announced yet whether it is worked."""


class BadDuration(Invalid, ValueError):
    """A text that is no time limit."""


@dataclass(frozen=True)
class Calendar:
    """Which days are worked, from the first to the last day for which this is known."""

    days: Mapping[date, bool]
    first: date
    last: date

    def is_working(self, day: date) -> bool:
        """Raises ``BeyondCalendar`` for a day that the table does not know."""
        if not self.first <= day <= self.last or day not in self.days:
            raise BeyondCalendar(
                say(
                    "Working days are known from {first} to {last} only, and {day} is needed; "
                    "the administrator must enter the official days of {year} first.",
                    first=self.first, last=self.last, day=day, year=str(day.year),
                )
            )  # fmt: skip
        return self.days[day]


def plain_calendar(first: date, last: date, exceptions: Mapping[date, bool] = MappingProxyType({})) -> Calendar:
    """Monday to Friday, with exceptions: for a country without swapped days, and for tests."""
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return Calendar({day: exceptions.get(day, day.weekday() < 5) for day in span}, first, last)


def add_working_days(calendar: Calendar, start: date, n: int) -> date:
    """The n-th working day after the start, which itself does not count; before it, if n is negative."""
    day, step = start, ONE if n > 0 else -ONE
    left = abs(n)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """How many working days follow the start, up to and with the end; none if the end is not later."""
    return sum(calendar.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


@dataclass(frozen=True)
class Duration:
    """A time limit as the rules state it: ``3w`` working days, ``60d`` natural days, ``1m`` months."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Raises ``BadDuration``, which is also a ``ValueError``."""
        found = re.fullmatch(r"([0-9]{1,4})([wdm])", text.strip())
        if found is None:
            raise BadDuration(
                say(
                    "“{text}” is not a time limit; write 3w for 3 working days, 60d for 60 days, 1m for 1 month.",
                    text=text[:40],
                )
            )
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    def in_language(self, language: str) -> str:
        """As a sentence says it: ``3 working days``."""
        if self.unit == "w":
            said = say("1 working day") if self.count == 1 else say("{count} working days", count=self.count)
        elif self.unit == "d":
            said = say("1 day") if self.count == 1 else say("{count} days", count=self.count)
        else:
            said = say("1 month") if self.count == 1 else say("{count} months", count=self.count)
        return said.in_language(language)

    def last_day(self, start: date, calendar: Calendar) -> date:
        """The last day of a time limit that a day's service starts; that day itself does not count."""
        if self.unit == "w":
            return add_working_days(calendar, start, self.count)
        if self.unit == "d":
            return start + timedelta(days=self.count)
        month = start.year * 12 + start.month - 1 + self.count
        year, month = month // 12, month % 12 + 1
        return date(year, month, min(start.day, monthrange(year, month)[1]))


def due(start: datetime, duration: Duration, calendar: Calendar, zone: tzinfo) -> datetime:
    """The end of the last day in the zone, 23:59:59, as a moment in UTC."""
    if start.tzinfo is None:
        raise ValueError(f"a moment without a zone: {start!r}")
    return end_of(duration.last_day(start.astimezone(zone).date(), calendar), zone)


def end_of(day: date, zone: tzinfo) -> datetime:
    """The last second of a day in the zone, as a moment in UTC."""
    return datetime.combine(day, LAST_MOMENT, tzinfo=zone).astimezone(UTC)
