"""The least total with which a unit would be in a better band, or have a better rank."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assessment.foundation.exact import rounded
from assessment.scoring.rules.margins.trial import Standing, Trial
from assessment.scoring.rules.standing import limits


class Goal(StrEnum):
    """What would have been reached."""

    FULL = "full"
    BAND = "band"
    RANK = "rank"


@dataclass(frozen=True)
class Needed:
    """The least published total with which a unit would be in a better band, or have a better rank.

    None where no total would do; `limits` says what keeps the band down whatever the total.
    """

    goal: Goal
    now: Decimal
    total: Decimal | None
    standing: Standing | None
    limits: tuple[str, ...] = ()

    @property
    def points(self) -> Decimal | None:
        """How many points more that would be."""
        return None if self.total is None else self.total - self.now


def needed_totals(trial: Trial) -> list[Needed]:
    """The least totals for a better rank and a better band, where there is anything better."""
    card = trial.card
    if card.total_published is None or card.rank is None:
        return []
    found = []
    if card.rank > 1:
        found.append(_needed(trial, Goal.RANK, card.total_published))
    if card.band and card.band != trial.scheme.band_table[0][0].code:
        found.append(_needed(trial, Goal.BAND, card.total_published))
    return found


def _needed(trial: Trial, goal: Goal, now: Decimal) -> Needed:
    candidates = _candidates(trial, now)
    if not candidates or not reaches(trial, goal, trial.with_total(candidates[-1])):
        origins = [origin for origin, _ in limits(trial.scheme, trial.own)] if goal is Goal.BAND else []
        return Needed(goal, now, None, None, tuple(origins))
    low, high = -1, len(candidates) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if reaches(trial, goal, trial.with_total(candidates[middle])):
            high = middle
        else:
            low = middle
    return Needed(goal, now, candidates[high], trial.with_total(candidates[high]))


def _candidates(trial: Trial, now: Decimal) -> list[Decimal]:
    """The totals above its own at which anything can change: those of others, a step beyond, where bands begin."""
    places = trial.scheme.rounding.of_total.places
    step = Decimal(1).scaleb(-places)
    others = [card.total_published for card in trial.results.scorecards
              if card.group == trial.card.group and card.total_published is not None]  # fmt: skip
    bounds = [rounded(span.low.at, places, "half_up") for _, span in trial.scheme.band_table if span.low]
    at = {total for total in (*others, *bounds) if total >= now}
    return sorted({one for total in at for one in (total, total + step) if one > now})


def reaches(trial: Trial, goal: Goal, standing: Standing) -> bool:
    """Whether a standing is better than the unit's own, in rank or in band."""
    if goal is Goal.RANK:
        return standing.rank is not None and trial.card.rank is not None and standing.rank < trial.card.rank
    codes = [band.code for band, _ in trial.scheme.band_table]
    return codes.index(standing.band) < codes.index(trial.card.band or codes[-1])
