"""Indicators as columns of whole numbers, of which the scores are lines or ratios: exact, and fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.foundation.exact import RoundingMode
from assessment.programmes.rules.indicators import LETTER, Completion, Control, Deduct, Efficacy, Given, Item, Steps
from assessment.programmes.rules.shape import Bound, Span
from assessment.programmes.rules.standing import Rounding
from assessment.scoring.rules.arrays.stored import GIVEN, Stored, Unfit

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.uint8]

RULED_OUT, REFUSED, NOUGHT = 4, 5, 6
"""What a rule makes of a given value, beside the kinds of `stored`: not applicable, blocked, counted as 0."""

EXACT = 2**53
"""Whole numbers up to here are exact in a float64."""


@dataclass(frozen=True, eq=False)
class Line:
    """Scores ``slope * counts + base``."""

    counts: Ints
    slope: Fraction
    base: Fraction = Fraction(0)


@dataclass(frozen=True, eq=False)
class Ratio:
    """Scores ``points * tops / bottoms``, each unit against its own target."""

    points: Fraction
    tops: Ints
    bottoms: Ints


@dataclass(frozen=True, eq=False)
class Cells:
    """One indicator's values: ``numbers / 10**places``; a rule writes into `states` what it makes of given ones."""

    numbers: Ints
    places: int
    states: States

    def mark(self, where: npt.NDArray[np.bool_], state: int) -> None:
        """Set the state of given values."""
        self.states[where & (self.states == GIVEN)] = state


def scaled(numbers: Ints, factor: int) -> Ints:
    """Numbers times a factor; raises ``Unfit`` where they leave the exact range."""
    if factor == 1:
        return numbers
    most = max(int(numbers.max(initial=0)), -int(numbers.min(initial=0)))
    if most * factor > EXACT:
        raise Unfit(f"{most} x {factor} does not fit")
    return numbers * factor


def _clamped(cells: Cells, low: Fraction | None, high: Fraction | None) -> tuple[Ints, Fraction]:
    """Counts and their unit; count times unit is the value, kept within the bounds."""
    one = Fraction(1, 10**cells.places)
    fine = lcm(*((bound / one).denominator for bound in (low, high) if bound is not None))
    counts, unit = scaled(cells.numbers, fine), one / fine
    if low is not None:
        counts = np.maximum(counts, _within(low / unit))
    if high is not None:
        counts = np.minimum(counts, _within(high / unit))
    return counts, unit


def _within(bound: Fraction) -> int:
    if abs(bound) > EXACT:
        raise Unfit(f"{bound} does not fit")
    return int(bound)


def given(item: Given, points: Fraction, cells: Cells) -> Line:
    """The value is the score."""
    one = 10**cells.places
    cells.mark((cells.numbers < 0) | (cells.numbers > _within(Fraction(floor(points * one)))), REFUSED)
    return Line(cells.numbers, Fraction(1, one))


def completion(item: Completion, points: Fraction, cells: Cells) -> Line:
    """Against a fixed target: between nothing and the cap."""
    assert isinstance(item.target, Decimal)
    target = Fraction(item.target)
    counts, unit = _clamped(cells, Fraction(0), target * Fraction(item.cap))
    return Line(counts, points / target * unit)


def control(item: Control, points: Fraction, cells: Cells) -> Line:
    """Against a fixed limit: full points up to it, none from twice as much."""
    assert isinstance(item.target, Decimal)
    target = Fraction(item.target)
    counts, unit = _clamped(cells, target, 2 * target)
    return Line(counts, -points / target * unit, 2 * points)


def efficacy(item: Efficacy, points: Fraction, cells: Cells) -> Line:
    """60 at the unacceptable value, 100 at the satisfactory one, kept within the limits if there are any."""
    worst, best = Fraction(item.unacceptable), Fraction(item.satisfactory)
    slope = 40 / (best - worst)
    low, high = None, None
    if item.clip is not None:
        low, high = sorted(worst + (Fraction(mark) - 60) / slope for mark in item.clip)
    counts, unit = _clamped(cells, low, high)
    return Line(counts, points * slope * unit / 100, points * (60 - worst * slope) / 100)


def steps(item: Steps, points: Fraction, cells: Cells) -> Line:
    """The points of the step that holds the value."""
    table = rising(item)
    first = [_within(Fraction(_first(span.low, 10**cells.places))) for span, _ in table[1:] if span.low is not None]
    decimals = max(0, *(-int(earned.as_tuple().exponent) for _, earned in table))
    earned = np.array([int(earned.scaleb(decimals)) for _, earned in table], np.int64)
    return Line(earned[np.searchsorted(np.array(first, np.int64), cells.numbers, "right")], Fraction(1, 10**decimals))


def rising(item: Steps) -> list[tuple[Span, Decimal]]:
    """The steps from the lowest up."""
    return sorted(item.table, key=lambda row: (row[0].low is not None, row[0].low.at if row[0].low else 0, _open(row)))


def _open(row: tuple[Span, Decimal]) -> bool:
    """Of two steps that begin at the same number the one that owns it is the lower."""
    return row[0].low is not None and not row[0].low.owned


def _first(low: Bound, one: int) -> int:
    """The first whole number of a step."""
    at = Fraction(low.at) * one
    return ceil(at) if low.owned else floor(at) + 1


def deduct(item: Deduct, points: Fraction, cells: Cells) -> Line:
    """Points lost for each unit beyond the threshold, down to the cap or to nothing."""
    over, per, each = Fraction(item.over), Fraction(item.per), Fraction(item.each)
    most = min(points, Fraction(item.at_most)) if item.at_most is not None else points
    if item.zero_from is not None:
        limit = _within(Fraction(ceil(Fraction(item.zero_from) * 10**cells.places)))
        cells.mark(cells.numbers >= limit, NOUGHT)
    if item.part_of_a_step == "dropped":
        fine = lcm((over * 10**cells.places).denominator, (per * 10**cells.places).denominator)
        numbers = scaled(cells.numbers, fine)
        beyond = np.maximum(numbers - _within(over * 10**cells.places * fine), 0)
        whole = Cells(beyond // _within(per * 10**cells.places * fine), 0, cells.states)
        counts, unit = _clamped(whole, None, most / each)
        return Line(counts, -each * unit, points)
    counts, unit = _clamped(cells, over, over + most * per / each)
    return Line(counts, -each / per * unit, points + each / per * over)


LINES: Mapping[type[Item], Callable[[Any, Fraction, Cells], Line]] = {
    Given: given,
    Completion: completion,
    Control: control,
    Efficacy: efficacy,
    Steps: steps,
    Deduct: deduct,
}


def against_targets(
    item: Completion | Control, points: Fraction, cells: Cells, stored: Stored, members: Ints | slice
) -> Ratio:
    """Against each unit's own target: the letter's (its schedule first), or another value."""
    targets, decimals = _targets(item, cells, stored, members)
    common = max(cells.places, decimals)
    tops = scaled(cells.numbers, 10 ** (common - cells.places))
    bottoms = scaled(targets, 10 ** (common - decimals))
    nothing = (bottoms == 0) & (cells.states == GIVEN)
    if "target_is_zero" in item.not_applicable:
        cells.mark(nothing, RULED_OUT)
    elif item.full_when != "target_is_zero":
        cells.mark(nothing, REFUSED)
    fulfilled = tops >= 0 if isinstance(item, Completion) else tops <= 0
    bottoms = np.maximum(bottoms, 1)
    if isinstance(item, Completion):
        cap = Fraction(item.cap)
        tops, bottoms = scaled(tops, cap.denominator), scaled(bottoms, cap.denominator)
        tops = np.clip(tops, 0, scaled(bottoms // cap.denominator, cap.numerator))
    else:
        tops = 2 * bottoms - np.clip(tops, bottoms, 2 * bottoms)
    return Ratio(points, np.where(nothing, np.where(fulfilled, bottoms, 0), tops), bottoms)


def _targets(item: Completion | Control, cells: Cells, stored: Stored, members: Ints | slice) -> tuple[Ints, int]:
    """Each unit's target as a whole number with so many decimals; who has none is refused."""
    sources = [stored.schedules] if item.schedule else []
    sources += [stored.targets] if item.target == LETTER else [stored.values]
    name = item.reads if item.target == LETTER else str(item.target)
    found = [(source, row) for source in sources if (row := source.row(name)) is not None]
    decimals = max((source.places[row] for source, row in found), default=0)
    targets, wanting = np.zeros(cells.numbers.size, np.int64), np.ones(cells.numbers.size, np.bool_)
    for source, row in found:
        mine = wanting & (source.kinds[row][members] == GIVEN)
        numbers = scaled(source.whole(row, members), 10 ** (decimals - source.places[row]))
        targets[mine] = numbers[mine]
        wanting &= ~mine
    cells.mark(wanting | (targets < 0), REFUSED)
    return targets, decimals


def rounded_line(line: Line | Ratio, rounding: Rounding) -> Line:
    """The scores themselves, rounded as the scheme rounds items."""
    one = 10**rounding.places
    if isinstance(line, Ratio):
        tops = scaled(line.tops, line.points.numerator * one)
        bottoms = scaled(line.bottoms, line.points.denominator)
    else:
        denominator = lcm(line.slope.denominator, line.base.denominator)
        base = line.base * denominator * one
        tops = scaled(line.counts, int(abs(line.slope) * denominator * one)) * (1 if line.slope >= 0 else -1)
        if denominator > EXACT or abs(base) > EXACT:
            raise Unfit("the denominators of this indicator do not fit")
        tops, bottoms = tops + int(base), np.full(tops.shape, denominator)
    return Line(_nearest(tops, bottoms, rounding.mode), Fraction(1, one))


def _nearest(tops: Ints, bottoms: Ints, mode: RoundingMode) -> Ints:
    """As `foundation.exact.rounded`, for whole columns."""
    whole, rest = np.divmod(np.abs(tops), bottoms)
    twice = 2 * rest - bottoms
    up = (twice > 0) | ((twice == 0) & ((mode == "half_up") | (whole % 2 == 1)))
    rounded: Ints = np.sign(tops) * (whole + up)
    return rounded
