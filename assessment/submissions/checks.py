"""Counter-verification: which verified values can be drawn, what in them called a person, how often verifiers err."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Actor
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.programmes.models import Period
from assessment.submissions.models import CounterCheck, CounterCheckItem
from assessment.submissions.queries import claimed, flags_of_many, latest, of_period, with_values
from assessment.submissions.rules import Stage, over_reporting

ROLL_COLUMNS = ("id", "risks")
READERS = (Duty.SET_VALUES, Duty.VERIFY, Duty.APPROVE, Duty.AUDIT)


def on_the_roll(session: Session, period: Period) -> list[CounterCheckItem]:
    """Every number that a verifier confirmed or found for a period, by name.

    Its risks are the flags of the value, those of its whole report, and that something else had been claimed.
    """
    submissions = of_period(session, period.id)
    with_values(session, submissions)
    flagged = flags_of_many(session, period, submissions)
    units = unit_views(session, {one.unit_id for one in submissions}, period.last_day)
    found = []
    for one in submissions:
        before = claimed(one)
        for code, row in latest(one.values, Stage.VERIFIED).items():
            if row.number is None:
                continue
            over = over_reporting(before[code].number if code in before else None, row.number)
            risks = sum(flag.value_code in (code, "") for flag in flagged.get(one.id, ()))
            risks += over is not None and over.share != 0
            name = f"{units[one.unit_id].code}/{one.source}/{code}"
            found.append(
                CounterCheckItem(
                    submission_id=one.id, value_code=code, name=name, risks=risks, verified=row.number, is_by_risk=False
                )
            )
    return sorted(found, key=lambda item: item.name)


@dataclass(frozen=True)
class Result:
    """What a counter-check has shown so far."""

    drawn: int
    checked: int
    wrong: int
    wrong_at_random: int
    checked_at_random: int

    @property
    def rate(self) -> Fraction | None:
        """The share of wrong values among those drawn at random: the only part that speaks for all."""
        return Fraction(self.wrong_at_random, self.checked_at_random) if self.checked_at_random else None


def result_of(check: CounterCheck) -> Result:
    drawn = [item for item in check.items if item.place is not None]
    checked = [item for item in drawn if item.checked_at is not None]
    plain = [item for item in checked if not item.is_by_risk]
    return Result(len(drawn), len(checked), sum(map(is_wrong, checked)), sum(map(is_wrong, plain)), len(plain))


def is_wrong(item: CounterCheckItem) -> bool:
    return item.checked_at is not None and item.found != item.verified


def difference(item: CounterCheckItem) -> Decimal | None:
    if item.found is None or item.verified is None:
        return None
    return item.found - item.verified


def counter_checks(session: Session, period_id: int | None = None) -> list[CounterCheck]:
    query = select(CounterCheck).order_by(CounterCheck.id.desc())
    return list(session.scalars(query if period_id is None else query.where(CounterCheck.period_id == period_id)))


def may_see(session: Session, check: CounterCheck, viewer: Actor) -> bool:
    """Those who verify, set values, approve and audit: the assessed learn of it by what is corrected."""
    return any(viewer.holds(duty, check.unit_id) for duty in READERS)
