"""Lines from the worst to the best of a peer group, for hundreds of indicators at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assessment.programmes.rules.indicators import PeerMinmax
from assessment.scoring.rules.arrays.lines import Floats

Pair = tuple[int, int]
"""A numerator and its denominator, not reduced: reducing costs more than all else."""


def extremes(counts: Floats, gaps: Floats) -> tuple[Floats, Floats]:
    """The least and the greatest count of each row (indicator) that is no gap; (0, 0) where all are.

    A gap holds nought. Where nought is an extreme it may be a gap's, and is looked for again with the gaps far away.
    """
    lows, highs = counts.min(axis=1), counts.max(axis=1)
    far = 2.0**60
    for found, sign in ((lows, far), (highs, -far)):
        again = found == 0
        if again.any():
            rows = slice(None) if again.all() else np.flatnonzero(again)
            away = gaps[rows] * sign
            away += counts[rows]
            found[rows] = away.min(axis=1) if sign > 0 else away.max(axis=1)
            found[np.abs(found) >= far] = 0
    return lows, highs


def lines_among_peers(
    items: Sequence[PeerMinmax], points: Floats, lows: Floats, highs: Floats
) -> tuple[Floats, Floats]:
    """Slopes and bases over the counts as they are stored, in float64."""
    widths = highs - lows
    widths[widths == 0] = np.inf
    falling = np.array([item.direction == "lower_is_better" for item in items])
    floors = np.array([item.floor for item in items], np.float64) / 100
    slopes = np.where(falling, -points, points) * (1 - floors) / widths
    bases = points * floors - slopes * np.where(falling, highs, lows)
    for place in np.flatnonzero(np.isinf(widths)).tolist():
        top, bottom = items[place].all_equal.as_integer_ratio()
        bases[place] = points[place] * (top / bottom / 100)
    return slopes, bases


def line_among_peers(item: PeerMinmax, points: Pair, low: int, high: int) -> tuple[Pair, Pair, int]:
    """Slope and base over what lies above the worst, and the worst: exactly."""
    top, bottom = points
    if low == high:
        mark, mark_of = item.all_equal.as_integer_ratio()
        return (0, 1), (top * mark, bottom * mark_of * 100), 0
    least, least_of = item.floor.as_integer_ratio()
    slope, one = top * (100 * least_of - least), bottom * least_of * 100
    worst = low
    if item.direction == "lower_is_better":
        slope, worst = -slope, high
    return (slope, one * (high - low)), (top * least, one), worst
