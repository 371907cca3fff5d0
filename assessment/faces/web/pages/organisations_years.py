"""A unit over the years, with what it was before a merger or renaming: ranks, tasks and cases as far as one may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import queries as cases
from assessment.accountability.models import Case
from assessment.faces.web.kit import address_of, now, viewer
from assessment.foundation.i18n import Bilingual, local_day
from assessment.organisations.models import Unit
from assessment.organisations.queries import UnitView, lineage, unit_views
from assessment.programmes.models import Period
from assessment.remediation import queries as remediation
from assessment.remediation.models import FalseClosure, Task, TaskState
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition, EditionState, Scorecard


@dataclass(frozen=True)
class Place:
    """A rank with the period it was had in, and its scorecard."""

    title: Bilingual
    rank: int | None
    address: str


@dataclass(frozen=True)
class Year:
    """One year of one unit of the line."""

    year: int
    unit: UnitView
    places: tuple[Place, ...]
    counts: tuple[int, int, int] | None
    """Tasks by their deadline, those still open past it, false closures; none where the viewer may not see them."""
    cases: tuple[tuple[str, str], ...]


def years_of(session: Session, unit: Unit) -> list[Year]:
    """The newest first; a unit that carries on another's matters has that one's years as well."""
    line = sorted(lineage(session, unit.id, date.max))
    views = unit_views(session, line, local_day(now()))
    known = [case for case in cases.cases(session, unit_ids=line) if cases.may_know(session, case, viewer())]
    found = [year for unit_id in line for year in _years(session, views[unit_id], known)]
    return sorted(found, key=lambda one: (-one.year, one.unit.code))


def _years(session: Session, unit: UnitView, known: list[Case]) -> Iterator[Year]:
    places = _places(session, unit.id)
    sees_tasks = remediation.may_see(viewer(), unit.id)
    due, late, false = _tasks(session, unit.id) if sees_tasks else (Counter[int](), Counter[int](), Counter[int]())
    opened = [(local_day(case.opened_at).year, case) for case in known if case.unit_id == unit.id and case.opened_at]
    for year in {*places, *due, *false, *(year for year, _ in opened)}:
        counts = (due[year], late[year], false[year]) if sees_tasks else None
        mine = tuple((case.number, address_of(cases.KIND, case.id)) for when, case in opened if when == year)
        yield Year(year, unit, tuple(places.get(year, ())), counts, mine)


def _places(session: Session, unit_id: int) -> dict[int, list[Place]]:
    """Of each programme the published result of the year; where there is none, that of its last period."""
    rows = session.execute(
        select(Scorecard, Period)
        .join(Edition, Edition.id == Scorecard.edition_id)
        .join(Period, Period.id == Edition.period_id)
        .where(Scorecard.unit_id == unit_id, Edition.state == EditionState.APPROVED.value)
        .where(Period.state.in_(list(scoring.PUBLIC)))
        .order_by(Period.programme_id, Period.last_day, Period.first_day.desc(), Period.id)  # the longest comes last
    )
    last = {(period.last_day.year, period.programme_id): (card, period) for card, period in rows}
    found: dict[int, list[Place]] = {}
    for (year, _), (card, period) in last.items():
        found.setdefault(year, []).append(Place(period.title, card.rank, address_of("scorecard", card.id)))
    return found


def _tasks(session: Session, unit_id: int) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """By the year of the deadline: tasks, and those still open past it; false closures by the year of their finding."""
    due: Counter[int] = Counter()
    late: Counter[int] = Counter()
    for task in session.scalars(
        select(Task).where(Task.unit_id == unit_id, Task.state != TaskState.WITHDRAWN.value).order_by(Task.id)
    ):
        year = local_day(task.due_at).year
        due[year] += 1
        late[year] += remediation.task_is_overdue(task, now())
    closures = session.scalars(select(FalseClosure.established_at).where(FalseClosure.unit_id == unit_id))
    return due, late, Counter(local_day(one).year for one in closures)
