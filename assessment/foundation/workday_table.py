"""The working-day table of an installation: filled from what was announced, and edited where that was changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import chinese_calendar
import holidays
from sqlalchemy import Select, String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from assessment.foundation.db import Base
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import N_, say
from assessment.foundation.workdays import Calendar

ANNOUNCED_YEARS = range(2004, 1 + max(day.year for day in chinese_calendar.holidays))
ANNOUNCED = N_("announced by the State Council")
STATUTORY = N_("statutory only")  # the swapped days of such a year are not announced yet
BY_HAND = N_("entered by hand")


class WorkingDay(Base):
    """One day: worked or not, who says so, and whether a deadline may rest on it."""

    __tablename__ = "working_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    covered: Mapped[bool]
    source: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(200), default="")


def fill(session: Session, years: Iterable[int]) -> None:
    """Enter whole years; what was entered by hand stays, what was statutory only gives way to what is announced."""
    new = []
    for year in sorted(set(years)):
        known = {row.day: row for row in session.scalars(_of_year(year))}
        covered = year in ANNOUNCED_YEARS
        source = ANNOUNCED if covered else STATUTORY
        for day, is_working in _announced(year) if covered else _statutory(year):
            row = known.get(day)
            if row is None:
                fresh = {"day": day, "is_working": is_working, "covered": covered, "source": source, "note": ""}
                new.append(fresh)
            elif covered and row.source == STATUTORY:
                row.is_working, row.covered, row.source = is_working, True, ANNOUNCED
            elif covered:
                row.covered = True
    if new:
        session.execute(insert(WorkingDay), new)
    session.flush()


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def _announced(year: int) -> Iterator[tuple[date, bool]]:
    return ((day, bool(chinese_calendar.is_workday(day))) for day in _days(year))


def _statutory(year: int) -> Iterator[tuple[date, bool]]:
    statutory = holidays.country_holidays("CN", years=year)
    return ((day, day.weekday() < 5 and day not in statutory) for day in _days(year))


def load_calendar(session: Session, provisional: bool = False) -> Calendar:
    """The days on which deadlines may rest: the years without a gap from the first covered one.

    With ``provisional`` the days that are statutory only belong to it, too: for plans that are shown, never served.
    """
    rows = session.execute(select(WorkingDay.day, WorkingDay.is_working, WorkingDay.covered).order_by(WorkingDay.day))
    days: dict[date, bool] = {}
    last: date | None = None
    for day, is_working, covered in rows:
        if covered or provisional:
            if last is not None and day - last > timedelta(days=1):
                break
            days[day], last = is_working, day
        elif last is not None:
            break
    if last is None:
        raise Invalid(say("The working-day table is empty; fill it before a deadline is fixed."))
    return Calendar(days, next(iter(days)), last)


def set_day(session: Session, day: date, is_working: bool, note: str) -> WorkingDay:
    """Change one day, with the notice that changed it."""
    if not note.strip():
        raise Invalid(say("Name the notice by which the day was changed."))
    row = session.get(WorkingDay, day)
    if row is None:
        raise Invalid(say("{day} is not in the working-day table; fill its year first.", day=day))
    row.is_working, row.source, row.note = is_working, BY_HAND, note.strip()
    session.flush()
    return row


def cover_year(session: Session, year: int) -> None:
    """Let deadlines rest on a year, once its official days have been announced and entered by hand."""
    rows = session.scalars(_of_year(year)).all()
    if len(rows) != len(list(_days(year))):
        raise Invalid(say("{year} is not wholly in the working-day table; fill it first.", year=str(year)))
    for row in rows:
        row.covered = True
    session.flush()


def _of_year(year: int) -> Select[WorkingDay]:
    return select(WorkingDay).where(WorkingDay.day.between(date(year, 1, 1), date(year, 12, 31)))
