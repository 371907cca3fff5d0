"""Where units stand on the ladders of their programmes after the newest published period, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import ladders
from assessment.accountability.ladders import Standing
from assessment.accountability.pasts import Pasts
from assessment.accountability.rules import proposed
from assessment.cycles.queries import published_editions
from assessment.foundation import audit
from assessment.foundation.frame import only_reads
from assessment.foundation.i18n import Bilingual, Label, Sentence
from assessment.foundation.kept import Kept
from assessment.programmes.models import Period
from assessment.scoring import queries as scoring

KEPT: Kept[str, tuple[Look, ...]] = Kept(most=2)
"""By the head of the trail."""


@dataclass(frozen=True)
class Newest:
    """The newest published period of a kind."""

    programme_id: int
    title: Bilingual


@dataclass(frozen=True)
class Look:
    """One unit on one ladder: the count, how it came about, what it proposed now, and what more of the same would."""

    standing: Standing
    period: Newest

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


def looks(session: Session) -> tuple[Look, ...]:
    """Whoever is on a ladder; who is nearest to a proposal first. Counted again after each act, not at each look.

    Every act that could change a count leaves a row in the trail, so that the trail's head says whether it still holds.
    """
    head = audit.head(session) if only_reads(session) else ""
    found = KEPT.get(head) if head else None
    if found is None:
        found = _counted(session)
        if head and head == audit.head(session):
            KEPT.put(head, found)
    return found


def looks_of(session: Session, unit_id: int) -> list[Look]:
    """Every ladder that counts a unit's periods, begun or not."""
    found: list[Look] = []
    for period in newest(session):
        pasts = Pasts(session, period.programme_id, published_editions(session, period.programme_id), {unit_id})
        found += [Look(one, _named(period)) for one in ladders.standings(session, period, pasts=pasts)]
    return sorted(found, key=_nearest)


def _counted(session: Session) -> tuple[Look, ...]:
    found = [
        Look(one, _named(period))
        for period in newest(session)
        for one in ladders.begun(session, period, published_editions(session, period.programme_id))
    ]
    return tuple(sorted(found, key=_nearest))


def _named(period: Period) -> Newest:
    return Newest(period.programme_id, period.title)


def _nearest(look: Look) -> tuple[bool, bool]:
    return not look.due, not (look.is_near and look.standing.is_begun)
