"""One peer group's scores as arrays: added up in float64 with a proven bound, and exactly wherever asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from assessment.foundation.reals import Number, total
from assessment.programmes.rules.indicators import Item, PeerMinmax
from assessment.scoring.rules.arrays.combinations import combinations
from assessment.scoring.rules.arrays.derived import Derived
from assessment.scoring.rules.arrays.enclosed import HALF_AN_ULP
from assessment.scoring.rules.arrays.gaps import BLOCKED, GONE, MEAN, ZERO, Gaps
from assessment.scoring.rules.arrays.lines import Floats, Ints, Ratio, States
from assessment.scoring.rules.arrays.peers import Pair, line_among_peers
from assessment.scoring.rules.arrays.stored import GIVEN, MISSING, Unfit

Places = npt.NDArray[np.intp]


@dataclass(eq=False)
class Sheet:
    """Indicators x units of a peer group; score = ``slopes * counts + bases`` where a cell is given."""

    items: Sequence[Item]
    points: Sequence[Pair]
    counts: Floats
    states: States
    slopes: Floats
    bases: Floats
    reach: Floats
    """The largest count of each indicator."""
    gaps: Gaps
    lines: dict[int, tuple[Pair, Pair, int]] = field(default_factory=dict)
    """Exactly: slope, base, and what is taken from the counts first; among peers worked out when somebody asks."""
    extremes: Floats = field(default_factory=lambda: np.zeros((0, 2)))
    """The least and the greatest count of each indicator among peers."""
    means: dict[int, Fraction] = field(default_factory=dict)
    ratios: dict[int, Ratio] = field(default_factory=dict)
    derived: dict[int, Derived] = field(default_factory=dict)

    def blocked(self) -> npt.NDArray[np.bool_]:
        """The units that cannot be scored until somebody acts."""
        found = np.zeros(self.states.shape[1], np.bool_)
        found[self.gaps.units(BLOCKED)] = True
        return found

    def maximum(self) -> tuple[Ints, int]:
        """The points that apply to each unit, as whole numbers with their common denominator."""
        one = lcm(*(bottom for _, bottom in self.points))
        whole = [top * (one // bottom) for top, bottom in self.points]
        if sum(whole) > 2**52:
            raise Unfit("the points have too many decimals")
        lost = self.gaps.sums(np.array(whole, np.float64), GONE)
        return sum(whole) - lost.astype(np.int64), one

    def earned(self) -> tuple[Floats, Floats]:
        """Each unit's points, and how far they can lie from the truth.

        Counts are exact; a slope or base (at most eight operations), a product and each of at most ``terms``
        additions, in whatever order, err by at most half an ulp each. So the error is below ``(terms + 10) * 2**-53``
        times the sum of all magnitudes, and what is derived brings its own; doubled for safety.
        """
        slopes, bases = self.slopes, self.bases
        found = slopes @ self.counts + (bases.sum() - self.gaps.sums(bases))
        size = float(np.abs(slopes) @ self.reach + 2 * np.abs(bases).sum())
        for item, ratio in self.ratios.items():
            scores = float(ratio.points) * (ratio.tops / ratio.bottoms)
            found += np.where(self.states[item] == GIVEN, scores, 0)
            size += float(scores.max(initial=0))
        if self.means:
            means = self._means()
            found += self.gaps.sums(means, MEAN)
            size += float(np.abs(means).sum())
        wrong = np.zeros(found.size)
        for item, one in self.derived.items():
            given = self.states[item] == GIVEN
            found += np.where(given, one.scores.mid, 0)
            wrong += np.where(given, one.scores.err, 0)
            size += float(np.abs(one.scores.mid).max(initial=0))
        terms = 3 * len(self.items)
        return found, 2 * (wrong + (terms + 10) * HALF_AN_ULP * size)

    def line(self, item: int) -> tuple[Pair, Pair, int]:
        """An indicator's slope and base, exactly, and what is taken from its counts first."""
        if item not in self.lines:
            made = self.items[item]
            assert isinstance(made, PeerMinmax)
            low, high = map(int, self.extremes[item])
            self.lines[item] = line_among_peers(made, self.points[item], low, high)
        return self.lines[item]

    def _means(self) -> Floats:
        return np.array([float(self.means.get(item, 0)) for item in range(len(self.items))])

    def earned_beside(self, units: Places) -> list[Number]:
        """What some units earn by indicators that a formula has a hand in, exactly."""
        given = self.states == GIVEN
        return [
            total(one.exactly(unit) for item, one in self.derived.items() if given[item, unit])
            for unit in units.tolist()
        ]

    def earned_exactly(self, units: Places) -> list[Pair]:
        """The points of some units by all other indicators, exactly."""
        states, counts = self.states[:, units], self.counts[:, units].astype(np.int64)
        given = states == GIVEN
        lines = [self.line(item) for item in range(len(self.items))]
        terms = [
            (slope, (counts[item] - shift) * given[item]) for item, (slope, _, shift) in enumerate(lines) if slope[0]
        ]
        terms += [(base, given[item].astype(np.int64)) for item, (_, base, _) in enumerate(lines) if base[0]]
        terms += [
            (mean.as_integer_ratio(), (states[item] == MISSING).astype(np.int64)) for item, mean in self.means.items()
        ]
        one = lcm(*(bottom for (_, bottom), _ in terms))
        coefficients = [top * (one // bottom) for (top, bottom), _ in terms]
        columns = np.array([column for _, column in terms], np.int64).reshape(len(terms), len(units))
        sums = combinations(coefficients, columns)
        if not self.ratios:
            return [(total, one) for total in sums]
        exact = [Fraction(total, one) for total in sums]
        for item, ratio in self.ratios.items():
            for place in np.flatnonzero(given[item]).tolist():
                unit = units[place]
                exact[place] += ratio.points * Fraction(int(ratio.tops[unit]), int(ratio.bottoms[unit]))
        return [total.as_integer_ratio() for total in exact]

    def shares(self) -> Floats:
        """The share of its points that each unit earns by each indicator; NaN where it does not count."""
        shares = self.counts * self.slopes[:, None] + self.bases[:, None]
        for item, ratio in self.ratios.items():
            shares[item] = float(ratio.points) * (ratio.tops / ratio.bottoms)
        for item, one in self.derived.items():
            shares[item] = one.scores.mid
        items, units, effects = self.gaps.cells
        shares[items, units] = np.where(effects == MEAN, self._means()[items], np.where(effects == ZERO, 0, np.nan))
        shares /= floats(self.points)[:, None]
        return shares


def floats(pairs: Sequence[Pair]) -> Floats:
    """Pairs as they are in float64."""
    return np.array([top / bottom for top, bottom in pairs])
