"""How heavily a campaign would lie on each unit: days of inspection this year, and documents asked for elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.foundation.i18n import Bilingual
from assessment.inspections.models import Campaign, CampaignObject, Visit
from assessment.inspections.queries import objects_of
from assessment.programmes import queries as programmes


@dataclass(frozen=True)
class Burden:
    """The plan's weight on the units of its roll."""

    cap: int | None
    """Days a year that the scheme allows at one unit; none: it says nothing."""
    days: Mapping[int, tuple[int, int]]
    """Unit -> days of other campaigns this year, and days that this one adds at most."""
    asked: tuple[tuple[str, str, Bilingual], ...]
    """A document, and the campaign (number, title) that asks the same units for it already."""

    @property
    def excess(self) -> dict[int, int]:
        """Units that would be inspected on more days than the cap, and on how many."""
        totals = {unit: before + added for unit, (before, added) in self.days.items()}
        return {unit: days for unit, days in totals.items() if self.cap is not None and days > self.cap}


def burden_of(session: Session, campaign: Campaign) -> Burden:
    """A visit is a day; visits on the same day at the same unit are one. Re-inspections count like others."""
    roll = Counter(one.unit_id for one in objects_of(session, campaign.id))
    before = days_by_unit(session, campaign.first_day.year, except_for=campaign.id)
    days = {unit: (before.get(unit, 0), min(count, campaign.sample)) for unit, count in sorted(roll.items())}
    cap = programmes.scheme(session, campaign.scheme_version_id).inspection_days
    return Burden(cap, days, tuple(_asked_elsewhere(session, campaign, set(roll))))


def days_by_unit(session: Session, year: int, *, except_for: int = 0) -> dict[int, int]:
    """Days with a visit this year, planned ones included, by unit."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    made = (
        select(Visit.unit_id, func.count(Visit.visited_on.distinct()))
        .where(Visit.campaign_id != except_for, Visit.visited_on >= first, Visit.visited_on <= last)
        .group_by(Visit.unit_id)
    )
    planned = (
        select(Visit.unit_id, func.count())
        .join(Campaign, Campaign.id == Visit.campaign_id)
        .where(Visit.campaign_id != except_for, Visit.visited_on.is_(None))
        .where(Campaign.first_day <= last, Campaign.last_day >= first)
        .group_by(Visit.unit_id)
    )
    found: Counter[int] = Counter()
    for query in (made, planned):
        found.update(dict(session.execute(query).all()))
    return dict(found)


def _asked_elsewhere(session: Session, campaign: Campaign, units: set[int]) -> list[tuple[str, str, Bilingual]]:
    wanted = {_plain(line): line.strip() for line in campaign.documents.splitlines() if line.strip()}
    if not wanted:
        return []
    year = campaign.first_day.year
    others = session.scalars(
        select(Campaign)
        .where(Campaign.id != campaign.id, Campaign.documents != "")
        .where(Campaign.first_day <= date(year, 12, 31), Campaign.last_day >= date(year, 1, 1))
        .where(Campaign.id.in_(select(CampaignObject.campaign_id).where(CampaignObject.unit_id.in_(units))))
        .order_by(Campaign.id)
    )
    return [
        (wanted[_plain(line)], other.number, other.title)
        for other in others
        for line in other.documents.splitlines()
        if _plain(line) in wanted
    ]


def _plain(line: str) -> str:
    return "".join(line.split()).casefold()
