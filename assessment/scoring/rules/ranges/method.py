"""From a scheme and its results, or its units, to rank ranges."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.programmes.rules.robustness import Robustness
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.arrays.coverage import covers
from assessment.scoring.rules.arrays.standings import standings
from assessment.scoring.rules.arrays.stored import Unfit, store
from assessment.scoring.rules.cards import Results
from assessment.scoring.rules.ranges.contest import Contest, contests, contests_of_arrays
from assessment.scoring.rules.ranges.found import RankRange
from assessment.scoring.rules.ranges.summary import rank_ranges
from assessment.scoring.rules.ranges.tree import CannotVary
from assessment.scoring.rules.values import UnitInput


def method_ranges(scheme: Scheme, results: Results, said: Robustness) -> list[RankRange]:
    """The rank ranges of explained results; none where the total is no mean of weighted parts."""
    try:
        return rank_ranges(scheme, contests(scheme, results), said)
    except CannotVary:
        return []


def quick_contests(scheme: Scheme, units: Sequence[UnitInput]) -> list[Contest] | None:
    """The groups by the engine of arrays; None where it does not cover the scheme, or some unit has no rank."""
    if not covers(scheme):
        return None
    try:
        stored = store(units)
        found = standings(scheme, stored)
        return contests_of_arrays(scheme, stored, found) if (found.rank > 0).all() else None
    except Unfit:
        return None
