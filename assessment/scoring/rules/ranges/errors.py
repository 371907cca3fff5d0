"""How far ranks depend on errors in the data: every value varied by itself, everything scored again by the scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from hashlib import shake_256

import numpy as np

from assessment.foundation.exact import rounded
from assessment.programmes.rules.indicators import Given
from assessment.programmes.rules.robustness import Robustness
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.arrays.coverage import covers
from assessment.scoring.rules.arrays.standings import explained, standings
from assessment.scoring.rules.arrays.stored import Unfit, store
from assessment.scoring.rules.ranges.contest import Contest
from assessment.scoring.rules.ranges.found import RankRange
from assessment.scoring.rules.ranges.summary import summed_up
from assessment.scoring.rules.values import UnitInput, Value

FINER = 3
"""Decimals beyond those of the value, so that small counts vary too."""


def error_ranges(
    scheme: Scheme, units: Sequence[UnitInput], contests: Sequence[Contest], said: Robustness
) -> list[RankRange]:
    """Rank ranges where each given value errs evenly by up to `data_error` of itself.

    Each draw is scored as the scheme says; a unit that it leaves without a total is last in it.
    """
    ordered = sorted(units, key=lambda unit: unit.code)
    names = sorted({name for unit in ordered for name in unit.values})
    limits = _limits(scheme)
    places = {unit.code: place for place, unit in enumerate(ordered)}
    ranks = np.zeros((said.draws, len(ordered)), np.uint32)
    fast = covers(scheme)
    for draw in range(said.draws):
        ranks[draw] = _ranks(scheme, _varied(ordered, names, said, draw, limits), fast)
    found: list[RankRange] = []
    for contest in contests:
        mine = ranks[:, [places[unit] for unit in contest.units]]
        mine[mine == 0] = len(contest.units)
        if contest.units:
            found += summed_up(contest, mine, said.interval)
    return found


def _limits(scheme: Scheme) -> dict[str, Decimal]:
    """What values that are scores themselves cannot exceed: the least of their full points in any group."""
    limits: dict[str, Decimal] = {}
    for item in scheme.items:
        if isinstance(item, Given):
            found = [points for group in scheme.groups if (points := item.points_in(group)) is not None]
            limits[item.reads] = min(found, default=Decimal(0))
    return limits


def _ranks(scheme: Scheme, units: Sequence[UnitInput], fast: bool) -> list[int]:
    names = tuple(unit.code for unit in units)
    if fast:
        try:
            return [int(rank) for rank in standings(scheme, store(units)).rank]
        except Unfit:
            pass
    return [int(rank) for rank in explained(scheme, names, units).rank]


def _varied(
    units: Sequence[UnitInput], names: Sequence[str], said: Robustness, draw: int, limits: dict[str, Decimal]
) -> list[UnitInput]:
    """The units with every given number varied; chance goes by code and name, not by the order of rows or columns."""
    reach = said.data_error or Fraction(0)
    text = shake_256(f"{said.seed},data,{draw}".encode()).digest(4 * len(units) * len(names))
    numbers = iter(np.frombuffer(text, "<u4").tolist())
    varied = []
    for unit in units:
        values = dict(unit.values)
        for name in names:
            chance = next(numbers)
            value = unit.values.get(name)
            if value is not None and isinstance(value.number, Decimal):
                values[name] = _erring(value, value.number, reach, chance, limits.get(name))
        varied.append(replace(unit, values=values))
    return varied


def _erring(value: Value, number: Decimal, reach: Fraction, chance: int, most: Decimal | None) -> Value:
    exponent = number.as_tuple().exponent
    places = min(max(-exponent if isinstance(exponent, int) else 0, 0) + FINER, 12)
    error = reach * Fraction(2 * chance + 1 - 2**32, 2**32)
    erring = rounded(Fraction(number) * (1 + error), places, "half_even")
    return replace(value, number=min(erring, most) if most is not None else erring)
