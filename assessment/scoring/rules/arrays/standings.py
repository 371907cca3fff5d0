"""The exact engine at speed: totals, ranks and bands of thousands of units as arrays, the same as the explained one's.

Totals are computed in float64 with a proven error bound; wherever a rounding boundary or a neighbour lies within the
bound they are computed again in whole numbers. What the arrays do not cover the explained engine scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from assessment.foundation.exact import rounded
from assessment.foundation.reals import Undecided
from assessment.programmes.rules.scheme import ALL, Scheme
from assessment.scoring.rules.arrays.blas import one_thread
from assessment.scoring.rules.arrays.coverage import covers
from assessment.scoring.rules.arrays.entering import sheet
from assessment.scoring.rules.arrays.league import League
from assessment.scoring.rules.arrays.lines import Ints
from assessment.scoring.rules.arrays.sheet import Places
from assessment.scoring.rules.arrays.stored import Stored, Unfit
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import UnitInput

UNRANKED = 0


@dataclass(frozen=True, eq=False)
class Standings:
    """Published totals (whole numbers of the last published place), ranks and bands, by unit.

    A unit without a total has rank 0 and band -1; its group is -1 where it belongs to none.
    """

    units: tuple[str, ...]
    groups: tuple[str, ...]
    bands: tuple[str, ...]
    places: int
    group: Ints
    total: Ints
    rank: Ints
    band: Ints

    def rows(self) -> Iterator[tuple[str, str, Decimal | None, int | None, str | None]]:
        """Unit, group, total, rank and band of each unit that belongs to a group."""
        for place, unit in enumerate(self.units):
            if self.group[place] < 0:
                continue
            group, rank, band = self.groups[self.group[place]], int(self.rank[place]), int(self.band[place])
            total = rounded(Fraction(int(self.total[place]), 10**self.places), self.places, "half_up")
            yield unit, group, total if rank else None, rank or None, self.bands[band] if band >= 0 else None


def standings(scheme: Scheme, stored: Stored) -> Standings:
    """Score, band and rank all units, each within its peer group, exactly."""
    if not covers(scheme):
        return explained(scheme, stored.units, stored.inputs())
    try:
        with one_thread():
            return _standings(scheme, stored)
    except (Unfit, Undecided):
        return explained(scheme, stored.units, stored.inputs())


def explained(scheme: Scheme, names: tuple[str, ...], units: Sequence[UnitInput]) -> Standings:
    """The same by the explained engine, one unit at a time."""
    cards = {card.unit: card for card in score(scheme, units).scorecards}
    groups = tuple(dict.fromkeys([*scheme.groups, *(card.group for card in cards.values())]))
    empty = _empty(scheme, names, groups)
    for place, unit in enumerate(names):
        if (card := cards.get(unit)) is None:
            continue
        empty.group[place] = groups.index(card.group)
        if card.total_published is not None and card.rank is not None:
            empty.total[place] = int(card.total_published.scaleb(empty.places))
            empty.rank[place] = card.rank
            empty.band[place] = empty.bands.index(card.band) if card.band else -1
    return empty


def _empty(scheme: Scheme, names: tuple[str, ...], groups: tuple[str, ...]) -> Standings:
    count = len(names)
    return Standings(
        names, groups, tuple(band.code for band, _ in scheme.band_table), scheme.rounding.of_total.places,
        np.full(count, -1), np.zeros(count, np.int64), np.full(count, UNRANKED), np.full(count, -1),
    )  # fmt: skip


def _standings(scheme: Scheme, stored: Stored) -> Standings:
    groups, group = grouped(scheme, stored)
    result = _empty(scheme, stored.units, groups)
    result.group[:] = group
    for place, code in enumerate(groups):
        members: Places | slice = slice(None) if (group == place).all() else np.flatnonzero(group == place)
        if np.arange(group.size)[members].size:
            league = League(scheme, stored, members, sheet(scheme, code, stored, members))
            units, totals, ranks, bands = league.placed()
            result.total[units], result.rank[units], result.band[units] = totals, ranks, bands
    return result


def grouped(scheme: Scheme, stored: Stored) -> tuple[tuple[str, ...], Ints]:
    """The peer groups, and which of them each unit belongs to; -1 where not exactly one holds it."""
    if scheme.groups == (ALL,) and not any(stored.groups):
        return (ALL,), np.zeros(len(stored.units), np.int64)
    found: list[str | None] = []
    for place, unit in enumerate(stored.units):
        named = stored.groups[place] if stored.groups else ""
        attributes = stored.attributes[place] if stored.attributes else {}
        claims = (named,) if named else scheme.group_of(unit, attributes)
        found.append(claims[0] if len(claims) == 1 else None)
    groups = tuple(dict.fromkeys([*scheme.groups, *(one for one in found if one is not None)]))
    order = {code: place for place, code in enumerate(groups)}
    return groups, np.array([-1 if one is None else order[one] for one in found])
