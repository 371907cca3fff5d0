"""From a scheme and its units to what a simulation needs, by the faster engine where it covers the scheme."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.arrays.coverage import covers
from assessment.scoring.rules.arrays.standings import standings
from assessment.scoring.rules.arrays.stored import Unfit, store
from assessment.scoring.rules.ranges.contest import Contest, contests_of_arrays
from assessment.scoring.rules.values import UnitInput


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
