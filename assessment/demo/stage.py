"""The stage: days in their order, one transaction each, and who acts on them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.cycles.tick import catch_up
from assessment.foundation import clock
from assessment.foundation.actors import CLOCK, SETUP, Act
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.settings import Settings
from assessment.foundation.workdays import Calendar, add_working_days
from assessment.organisations.models import Person, Unit
from assessment.organisations.officers import Officer, officer_on

FILES = Path(__file__).parent / "files"
ZONE = ZoneInfo("Asia/Shanghai")

Deed = Callable[["Scene"], Any]
Preparation = Callable[["Stage", datetime], Any]


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A time of a day in the programmes' zone."""
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE)


@dataclass
class Scene:
    """One deed of a day: its session and moment, and what was prepared for it before the day's transaction."""

    stage: Stage
    session: Session
    at: datetime
    prepared: Any = None

    @property
    def day(self) -> date:
        return self.at.astimezone(ZONE).date()

    def act(self, username: str, reason: str = "") -> Act:
        """An act of a person, now."""
        return Act(self.stage.officer(self.session, username, self.day), self.at, reason)

    def by_set_up(self) -> Act:
        return Act(SETUP, self.at)

    def by_clock(self) -> Act:
        return Act(CLOCK, self.at)


@dataclass(order=True)
class _Planned:
    at: datetime
    order: int
    deed: Deed = field(compare=False)
    preparation: Preparation | None = field(compare=False, default=None)


class Stage:
    """Keeps what is to happen, plays it day by day, and knows people and units by name and code."""

    def __init__(self, frame: Frame, settings: Settings) -> None:
        self.frame, self.settings = frame, settings
        self.store = FileStore(settings.uploads)
        self.calendar: Calendar | None = None
        self.people: dict[str, int] = {}
        self.units: dict[str, int] = {}
        self.periods: dict[tuple[str, str], int] = {}
        """Those asked for already, by programme and code."""
        self._agenda: list[_Planned] = []
        self._order = count()
        self._clocks: set[datetime] = set()
        self._officers: dict[str, Officer] = {}

    # --- planning ------------------------------------------------------------------------------------------------

    def plan(self, at: datetime, deed: Deed, preparation: Preparation | None = None) -> None:
        """Something to be done at a moment; ``preparation`` runs before its day begins, outside the transaction."""
        heapq.heappush(self._agenda, _Planned(at, next(self._order), deed, preparation))

    def plan_clock(self, *moments: datetime | None) -> None:
        """The clock looks at the diary at these moments."""
        for at in moments:
            if at is not None and at not in self._clocks:
                self._clocks.add(at)
                self.plan(at, lambda scene: catch_up(scene.session, scene.at))

    def workday(self, start: date, n: int) -> date:
        """The n-th working day after a day."""
        assert self.calendar is not None
        return add_working_days(self.calendar, start, n)

    # --- playing -------------------------------------------------------------------------------------------------

    def play(self, until: datetime) -> int:
        """Play every day up to a moment; returns how many there were."""
        days = 0
        while self._agenda and self._agenda[0].at <= until:
            day = self._agenda[0].at.astimezone(ZONE).date()
            self._play_day(day, until)
            days += 1
        return days

    def _play_day(self, day: date, until: datetime) -> None:
        end = min(until, moment(day + timedelta(days=1), 0) - timedelta(microseconds=1))
        prepared = {
            one.order: one.preparation(self, one.at)
            for one in sorted(self._agenda)
            if one.at <= end and one.preparation is not None
        }
        with self.frame.write() as session:
            if self.calendar is not None:
                session.info["calendar"] = self.calendar
            clock.stand_at(session, self._agenda[0].at)
            while self._agenda and self._agenda[0].at <= end:
                one = heapq.heappop(self._agenda)
                one.deed(Scene(self, session, one.at, prepared.get(one.order)))
            clock.stand_at(session, end)

    # --- people and units ----------------------------------------------------------------------------------------

    def know(self, session: Session) -> None:
        """Read everybody's number, and every unit's."""
        self.people = dict(session.execute(select(Person.username, Person.id)).all())
        self.units = dict(session.execute(select(Unit.code, Unit.id)).all())

    def officer(self, session: Session, username: str, day: date) -> Officer:
        """Somebody as an actor of the day being played; nobody who acts here changes his post in the year."""
        known = self._officers.get(username)
        if known is None:
            known = officer_on(session, self.people[username], day)
        if known.day != day:
            known = replace(known, day=day)
        self._officers[username] = known
        return known

    def unit_ids(self, codes: Iterable[str]) -> list[int]:
        return [self.units[code] for code in codes]


def read(name: str) -> bytes:
    """A file of the examples."""
    return (FILES / name).read_bytes()
