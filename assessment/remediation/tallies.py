"""What became of the tasks one may see, summed by the database: by unit, severity, campaign or age."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, literal, or_, select
from sqlalchemy.orm import Session

from assessment.foundation.i18n import Bilingual
from assessment.foundation.sql import among, seconds_between
from assessment.organisations.models import Unit
from assessment.remediation.models import Notice, Task
from assessment.remediation.queries import AGES, OPEN, S, is_overdue
from assessment.remediation.rules import Tally

CLOSED = Task.state == S.CLOSED.value


def _standing(unit_ids: Iterable[int]) -> ColumnElement[bool]:
    """Withdrawn tasks do not count."""
    return and_(among(Task.unit_id, unit_ids), Task.state != S.WITHDRAWN.value)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _sums(now: datetime) -> dict[str, ColumnElement[Any]]:
    """One a field of ``Tally``, in its order."""
    took = case((CLOSED, seconds_between(Task.issued_at, Task.closed_at)))
    return {
        "found": func.count(), "open": _number(Task.state != S.CLOSED.value), "overdue": _number(is_overdue(now)),
        "due": _number(or_(CLOSED, Task.due_at < now)), "closed": _number(CLOSED),
        "in_time": _number(and_(CLOSED, Task.closed_in_time.is_(True))), "recurred": _number(Task.reopen_count > 0),
        "seconds": func.coalesce(func.sum(took), 0),
    }  # fmt: skip


def _tally(sums: Iterable[Any]) -> Tally:
    return Tally(*map(int, sums))


# --- by unit: as many lines as there are units, so that they are read by the page -------------------------------------


@dataclass(frozen=True)
class Whole:
    """All tasks one may see, withdrawn ones aside."""

    units: int
    found: int
    closed: int


def whole(session: Session, unit_ids: Iterable[int]) -> Whole:
    query = select(func.count(distinct(Task.unit_id)), func.count(), _number(CLOSED)).where(_standing(unit_ids))
    return Whole(*session.execute(query).one())


OF_UNITS: Mapping[str, Any] = {"": Unit.code, "name_zh": Unit.name_zh, "name_en": Unit.name_en}
SHARES = {
    "closed_share": ("closed", "found"), "in_time_share": ("in_time", "due"), "recurrence": ("recurred", "found"),
    "mean_days": ("seconds", "closed"),
}  # fmt: skip


def by_unit(
    session: Session, unit_ids: Iterable[int], now: datetime, sort: str, limit: int | None, offset: int
) -> list[tuple[int, Tally]]:
    """Units that have tasks, by code, by ``name_zh`` or ``name_en``, or by a field of ``Tally`` (``-``: downwards)."""
    name, sums, standing = sort.removeprefix("-"), _sums(now), _standing(unit_ids)
    key = OF_UNITS[name] if name in OF_UNITS else _size(name, sums)
    order = (key.is_(None), key.desc() if sort.startswith("-") else key, Unit.code)
    query = (
        select(Unit.id, *sums.values())
        .join(Unit, Unit.id == Task.unit_id)
        .where(standing)
        .group_by(Unit.id, Unit.code, Unit.name_zh, Unit.name_en)
        .order_by(*order)
    )
    if name in OF_UNITS:  # the units of the page are known before anything is summed
        some = select(Unit.id).where(Unit.id.in_(select(Task.unit_id).where(standing))).order_by(*order)
        query = query.where(Task.unit_id.in_(some.limit(limit).offset(offset)))
    else:
        query = query.limit(limit).offset(offset)
    return [(unit_id, _tally(found)) for unit_id, *found in session.execute(query)]


def _size(name: str, sums: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """What a column is sorted by; shares of counts below 2**26 that differ are different doubles."""
    if name not in SHARES:
        return sums[name]
    part, of = (sums[one] for one in SHARES[name])
    return part * literal(1.0) / func.nullif(of, 0)


# --- by what has few values ------------------------------------------------------------------------------------------


def _grouped(session: Session, by: Any, query: Select[Any], now: datetime) -> dict[Any, Tally]:
    rows = session.execute(query.with_only_columns(by, *_sums(now).values()).group_by(by))
    return {group: _tally(found) for group, *found in rows}


def by_severity(session: Session, unit_ids: Iterable[int], now: datetime) -> dict[str, Tally]:
    return _grouped(session, Task.severity, select(Task).where(_standing(unit_ids)), now)


def by_age(session: Session, unit_ids: Iterable[int], now: datetime) -> dict[str, Tally]:
    return _grouped(session, _age(now), select(Task).where(_standing(unit_ids)), now)


def by_campaign(session: Session, unit_ids: Iterable[int], now: datetime, visits: Select[str, int]) -> dict[int, Tally]:
    """``visits``: the ids of visits as text, each with its campaign; what comes from no visit is in no campaign."""
    some = visits.subquery()
    visit, campaign = some.c
    of_a_visit = and_(Notice.origin_kind == "visit", visit == Notice.origin_id)
    query = select(Task).join(Notice, Notice.id == Task.notice_id).join(some, of_a_visit)
    return _grouped(session, campaign, query.where(_standing(unit_ids)), now)


def severities(session: Session, unit_ids: Iterable[int]) -> dict[str, Bilingual]:
    """Those there are, by code."""
    names = func.max(Task.severity_zh), func.max(Task.severity_en)
    query = select(Task.severity, *names).where(_standing(unit_ids)).group_by(Task.severity).order_by(Task.severity)
    return {code: Bilingual(zh, en) for code, zh, en in session.execute(query)}


def _age(now: datetime) -> ColumnElement[str]:
    """One of ``AGES``: for how long its notice has been out."""
    younger = [(Task.issued_at > now - timedelta(days=last), name) for name, (_, last) in AGES.items()]
    return case(*younger, else_="older")


@dataclass(frozen=True)
class Standing:
    """So many tasks of one age and severity that are open."""

    age: str
    severity: str
    severity_name: Bilingual
    number: int


def ages_of_open(session: Session, unit_ids: Iterable[int], now: datetime) -> list[Standing]:
    names = func.max(Task.severity_zh), func.max(Task.severity_en)
    age = _age(now).label("age")
    query = (
        select(age, Task.severity, *names, func.count())
        .where(among(Task.unit_id, unit_ids), Task.state.in_([one.value for one in OPEN]))
        .group_by(age, Task.severity)
        .order_by(age, Task.severity)
    )
    return [Standing(age, code, Bilingual(zh, en), n) for age, code, zh, en, n in session.execute(query)]
