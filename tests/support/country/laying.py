"""A made-up country laid into an empty database: places, people, a scheme in force, and all that went before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.cycles import services as cycles
from assessment.foundation import clock, workday_table
from assessment.foundation.actors import Act
from assessment.foundation.frame import Frame
from assessment.organisations.officers import officer_on
from assessment.programmes import services as programmes
from assessment.programmes.models import Period, SchemeVersion
from support.country import records
from support.country.places import Places, settle
from support.country.scheme import source
from support.country.sizes import Size


@dataclass(frozen=True)
class Country:
    """A country as it lies in a database."""

    frame: Frame
    size: Size
    places: Places
    version_id: int
    period_id: int
    """The newest period, which nobody has reported for yet."""

    def act(self, session: Session, username: str, at: datetime) -> Act:
        return Act(officer_on(session, self.places.people[username], at.date()), at)

    def period(self, session: Session) -> Period:
        return session.get_one(Period, self.period_id)


def lay(frame: Frame, size: Size, *, tell: Callable[[str], object] = lambda _: None) -> Country:
    """Make it, a transaction a period; ``tell`` hears of each step."""
    with frame.write() as session:
        workday_table.fill(session, size.years)
        places = settle(session, size)
    tell(f"{len(places.people)} people in {size.provinces + size.prefectures + size.counties + 1} units")
    with frame.write() as session:
        version = _in_force(session, size, places)
        periods = {period.code: period.id for period in session.scalars(select(Period))}
        version_id = version.id
        clock.stand_at(session, session.get_one(Period, periods[size.months[-1]]).opens_at)
    country = Country(frame, size, places, version_id, periods[size.months[-1]])
    with frame.write() as session:
        records.tasked(session, size, places, session.get_one(SchemeVersion, version_id))
    tell(f"{size.tasks} tasks")
    for code in reversed(size.months[max(0, size.periods - 1 - size.filled) : -1]):
        with frame.write() as session:
            period, version = session.get_one(Period, periods[code]), session.get_one(SchemeVersion, version_id)
            records.reported(session, size, places, period)
            records.computed(session, size, places, version, period)
            records.close(session, [period])
        tell(f"{code}: {size.counties} reports and scorecards")
    return country


def _in_force(session: Session, size: Size, places: Places) -> SchemeVersion:
    """The scheme approved and its periods planned, as people do it; the newest gets its diary."""
    at = datetime(size.first_day.year, 1, 4, 1, tzinfo=UTC)
    office, leader = (
        Act(officer_on(session, places.people[name], at.date()), at) for name in ("assessment_office", "leader")
    )
    version = programmes.write_scheme(session, office, source(size), unit_id=places.root, is_illustrative=True)
    programmes.check(session, version, office)
    programmes.submit(session, version, office)
    programmes.approve_scheme(session, version, leader)
    programmes.bring_into_force(session, version, office, from_period=size.months[0])
    planned = programmes.plan_periods(session, office, version)
    session.flush()
    cycles.plan_diary(session, office, [period for period in planned if period.code == size.months[-1]])
    return version
