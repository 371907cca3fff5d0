"""Where units stand on the ladders of their programmes after the newest published period, as a page shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import ladders
from assessment.accountability.ladders import Standing
from assessment.accountability.rules import proposed
from assessment.cycles.queries import published_editions
from assessment.foundation.i18n import Bilingual, Label, Sentence
from assessment.programmes.models import Period
from assessment.scoring import queries as scoring


@dataclass(frozen=True)
class Look:
    """One unit on one ladder: the count, how it came about, what it proposed now, and what more of the same would."""

    standing: Standing
    period: Period

    @property
    def name(self) -> Bilingual:
        ladder = self.standing.ladder
        return Bilingual(ladder.zh or ladder.code, ladder.en or ladder.code)

    @property
    def counts(self) -> str:
        """What is counted, in the scheme's own words."""
        return str(self.standing.ladder.count)

    @property
    def due(self) -> Label | None:
        action = self.standing.climb.action
        return proposed(action) if action else None

    @property
    def preview(self) -> Sentence | None:
        ahead = self.standing.ahead
        return ahead.sentence if ahead else None

    @property
    def is_near(self) -> bool:
        """Whether one more period that counts is enough."""
        ahead = self.standing.ahead
        return ahead is not None and ahead.periods == 1

    @property
    def steps(self) -> list[Sentence]:
        return [step.sentence for step in self.standing.climb.steps]


def newest(session: Session) -> list[Period]:
    """The newest published period of each kind of each programme."""
    found: dict[tuple[int, str], Period] = {}
    query = select(Period).where(Period.state.in_(scoring.PUBLIC)).order_by(Period.last_day, Period.id)
    for period in session.scalars(query):
        found[period.programme_id, period.kind] = period
    return list(found.values())


def looks(
    session: Session, *, only: int | None = None, among: Collection[int] | None = None, programme_id: int | None = None
) -> list[Look]:
    """Those of one unit, or of some; who is nearest to a proposal first."""
    found: list[Look] = []
    for period in newest(session):
        if programme_id in (None, period.programme_id):
            instead = published_editions(session, period.programme_id)
            standings = ladders.standings(session, period, instead, only=only)
            found += [Look(one, period) for one in standings if among is None or one.unit_id in among]
    return sorted(found, key=lambda one: (not one.due, not (one.is_near and one.standing.is_begun)))
