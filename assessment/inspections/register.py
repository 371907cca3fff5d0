"""The year's register: every campaign with its weight, what it overlaps with, and who let a cap be exceeded and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.inspections.models import Campaign, CampaignObject, CampaignState, Visit
from assessment.programmes import queries as programmes

NOT_DRAWN = (CampaignState.DRAFTED, CampaignState.APPROVED)


@dataclass(frozen=True)
class YearLine:
    """A campaign as the register shows it."""

    campaign: Campaign
    objects: int
    visits: int
    units: frozenset[int]
    """On its roll."""
    overlaps: tuple[str, ...]
    """Numbers of campaigns that may visit some of these units in the same days."""
    over: tuple[int, ...]
    """Those of its units that are inspected on more days this year than its scheme's cap."""
    approved_by: str
    """Who let that be; empty before."""


@dataclass(frozen=True)
class UnitYear:
    """A unit's year: days on which it was inspected, visits that are drawn, and days that plans may add."""

    unit_id: int
    made: int
    drawn: int
    possible: int
    cap: int | None
    campaigns: tuple[str, ...]

    @property
    def days(self) -> int:
        return self.made + self.drawn + self.possible

    @property
    def is_over(self) -> bool:
        return self.cap is not None and self.days > self.cap


@dataclass(frozen=True)
class Year:
    lines: Sequence[YearLine]
    units: Sequence[UnitYear]


def years(session: Session) -> list[int]:
    """Those in which there are campaigns, the newest first."""
    days = session.execute(select(Campaign.first_day, Campaign.last_day)).all()
    return sorted({year for first, last in days for year in range(first.year, last.year + 1)}, reverse=True)


def year_of(session: Session, year: int) -> Year:
    """A campaign belongs to each year that it reaches into; a day of inspection to its own."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    query = select(Campaign).where(Campaign.first_day <= last, Campaign.last_day >= first)
    some = list(session.scalars(query.order_by(Campaign.first_day, Campaign.number)))
    rolls = _rolls(session, [one.id for one in some])
    caps = {one.id: programmes.scheme(session, one.scheme_version_id).inspection_days for one in some}
    units = _units(session, some, rolls, caps, (first, last))
    days = {one.unit_id: one.days for one in units}
    visits = dict(session.execute(select(Visit.campaign_id, func.count()).group_by(Visit.campaign_id)).all())
    approvals = _approvals(session, some)
    lines = []
    for one in some:
        cap, roll = caps[one.id], rolls[one.id]
        over = tuple(unit for unit in sorted(roll) if cap is not None and days[unit] > cap)
        lines.append(YearLine(
            one, sum(roll.values()), visits.get(one.id, 0), frozenset(roll), _overlaps(one, some, rolls), over,
            approvals.get(str(one.id), ""),
        ))  # fmt: skip
    return Year(lines, units)


def _rolls(session: Session, ids: Sequence[int]) -> Mapping[int, Counter[int]]:
    """Campaign -> unit -> objects."""
    found: dict[int, Counter[int]] = defaultdict(Counter)
    rows = session.execute(
        select(CampaignObject.campaign_id, CampaignObject.unit_id, func.count())
        .where(CampaignObject.campaign_id.in_(ids))
        .group_by(CampaignObject.campaign_id, CampaignObject.unit_id)
    )
    for campaign_id, unit_id, count in rows:
        found[campaign_id][unit_id] = count
    return found


def _units(
    session: Session,
    some: Sequence[Campaign],
    rolls: Mapping[int, Counter[int]],
    caps: Mapping[int, int | None],
    year: tuple[date, date],
) -> list[UnitYear]:
    """Visits on one day at one unit are one day, as in the check before approval."""
    made = dict(session.execute(
        select(Visit.unit_id, func.count(Visit.visited_on.distinct()))
        .where(Visit.visited_on >= year[0], Visit.visited_on <= year[1]).group_by(Visit.unit_id)
    ).all())  # fmt: skip
    drawn = dict(session.execute(
        select(Visit.unit_id, func.count())
        .where(Visit.visited_on.is_(None), Visit.campaign_id.in_([one.id for one in some])).group_by(Visit.unit_id)
    ).all())  # fmt: skip
    possible: Counter[int] = Counter()
    for one in some:
        if one.state in NOT_DRAWN:
            possible.update({unit: min(count, one.sample) for unit, count in rolls[one.id].items()})
    found = []
    for unit in sorted(set(made) | set(drawn).union(*(rolls[one.id] for one in some))):
        mine = [one for one in some if unit in rolls[one.id]]
        cap = min((cap for one in mine if (cap := caps[one.id]) is not None), default=None)
        numbers = tuple(one.number for one in mine)
        found.append(UnitYear(unit, made.get(unit, 0), drawn.get(unit, 0), possible[unit], cap, numbers))
    return found


def _overlaps(
    mine: Campaign, some: Sequence[Campaign], rolls: Mapping[int, Counter[int]]
) -> tuple[str, ...]:  # fmt: skip
    return tuple(
        one.number
        for one in some
        if one.id != mine.id
        and one.first_day <= mine.last_day
        and one.last_day >= mine.first_day
        and not rolls[one.id].keys().isdisjoint(rolls[mine.id])
    )


def _approvals(session: Session, some: Sequence[Campaign]) -> Mapping[str, str]:
    """Who approved each campaign, as the trail names him."""
    rows = audit.acts_on(session, [("campaign", one.id) for one in some])
    return {row.subject_id: row.label for row in rows if row.act == "approve_campaign"}
