"""What the ladders of a scheme say after a period: where each unit stands, and what one more period would bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.candidates import candidates
from assessment.accountability.pasts import Pasts
from assessment.accountability.rules import Ahead, Climb, Past, Step, ahead, climb
from assessment.foundation.i18n import Sentence, say
from assessment.organisations.queries import continued_on
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.rules.conditions import ACTIONS
from assessment.programmes.rules.consequences import Ladder
from assessment.programmes.rules.ladder_checks import kind_counted
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring import queries as scoring


@dataclass(frozen=True)
class Standing:
    """A unit's place on one ladder."""

    unit_id: int
    ladder: Ladder
    climb: Climb
    history: tuple[Past, ...] = ()

    @property
    def ahead(self) -> Ahead | None:
        """What more periods would trigger, and how many."""
        return ahead(self.ladder, self.history)

    @property
    def is_begun(self) -> bool:
        return self.climb.count > 0


def standings(
    session: Session,
    period: Period,
    instead: Mapping[int, int] | None = None,
    *,
    pasts: Pasts | None = None,
) -> list[Standing]:
    """Every unit's place on every ladder that counts periods of this kind, by what is in force.

    ``instead``: period -> another edition to count by; whoever prompts hands in those that were published.
    ``pasts``: what was read before, or is read of some units only.
    """
    scheme = programmes.scheme(session, period.scheme_version_id)
    ladders = counting(scheme, period)
    if not ladders:
        return []
    read = pasts or Pasts(session, period.programme_id, instead or {})
    found = []
    past = read.up_to(period, scheme, ladders)
    for ladder in ladders:
        for unit_id, history in past.items():
            if history[-1].period == period.code and ladder.per in (None, "peer_group", history[-1].group):
                found.append(Standing(unit_id, ladder, climb(ladder, history), tuple(history)))
    return found


def begun(session: Session, period: Period, instead: Mapping[int, int]) -> list[Standing]:
    """The standings of those that a ladder counts at all: who was never counted is not even read."""
    scheme = programmes.scheme(session, period.scheme_version_id)
    ladders = counting(scheme, period)
    if not ladders:
        return []
    read = scoring.series(session, period.programme_id, period.kind, instead=instead)
    asks = any(one.count.what in ACTIONS for one in ladders)
    given = {unit_id for unit_id, _period in queries.given(session)} if asks else ()
    some = candidates(session, ladders, [edition_id for _period, _code, edition_id in read], given)
    if some is not None:
        now = continued_on(session, period.last_day)
        some = frozenset(now.get(unit_id, unit_id) for unit_id in some)
    found = standings(session, period, pasts=Pasts(session, period.programme_id, instead, some))
    return [one for one in found if one.is_begun]


def counting(scheme: Scheme, period: Period) -> list[Ladder]:
    """The ladders of a scheme that count periods of this one's kind."""
    return [ladder for ladder in scheme.ladders if (kind_counted(scheme, ladder) or period.kind) == period.kind]


def due_now(
    session: Session, period: Period, instead: Mapping[int, int] | None = None, *, pasts: Pasts | None = None
) -> list[Standing]:
    return [one for one in standings(session, period, instead, pasts=pasts) if one.climb.is_due]


def kept(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The computation as a case keeps it."""
    return [{"message": step.message, "facts": dict(step.facts)} for step in steps]


def told(computation: Iterable[Mapping[str, Any]]) -> list[Sentence]:
    return [say(step["message"], **step["facts"]) for step in computation]
