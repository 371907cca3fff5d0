"""Calendars as other programs read them: RFC 5545, dates with stable names that count how often they were changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

FRESH_FOR = timedelta(hours=4)
"""How long a reading program may wait before it asks again (RFC 7986, 5.7)."""


@dataclass(frozen=True)
class Dated:
    """One date of a calendar: a moment in a zone, or whole days from ``first`` to ``last``."""

    uid: str
    """The same for as long as the matter exists, whatever becomes of its date."""
    title: str
    moment: datetime | None = None
    zone: str = "UTC"
    first: date | None = None
    last: date | None = None
    text: str = ""
    address: str = ""
    sequence: int = 0
    """Grows with every change."""
    changed_at: datetime | None = None


def written(name: str, dates: Iterable[Dated], language: str) -> bytes:
    """The calendar as a file; the same dates give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Five Measures//calendar//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", FRESH_FOR, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", FRESH_FOR)
    moments = []
    for one in dates:
        calendar.add_component(_event(one))
        moments += [one.moment] if one.moment is not None else []
    if moments:
        years = [moment.year for moment in moments]
        calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
    return bytes(calendar.to_ical())


def _event(one: Dated) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("summary", one.title)
    event.add("sequence", one.sequence)
    changed = (one.changed_at or datetime(2000, 1, 1, tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    if one.moment is not None:
        event.add("dtstart", one.moment.astimezone(ZoneInfo(one.zone)).replace(microsecond=0))
    elif one.first is not None:
        event.add("dtstart", one.first)
        event.add("dtend", (one.last or one.first) + timedelta(days=1))  # the day after the last, as the RFC counts
    event.add("transp", "TRANSPARENT")  # a date by which to have done something occupies nobody
    if one.text:
        event.add("description", one.text)
    if one.address:
        event.add("url", one.address)
    return event
