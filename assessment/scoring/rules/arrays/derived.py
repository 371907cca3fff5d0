"""Indicators whose value or target a formula computes: scores enclosed in float64, and exact ones on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.foundation.exact import rounded
from assessment.foundation.reals import Number, total
from assessment.programmes.rules.indicators import (
    LETTER,
    Completion,
    Control,
    Deduct,
    Efficacy,
    Given,
    Item,
    PeerMinmax,
    Steps,
)
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.standing import Rounding
from assessment.scoring.rules.arrays.enclosed import Enclosed, within
from assessment.scoring.rules.arrays.lines import REFUSED, RULED_OUT, Ints, Line, States, rising
from assessment.scoring.rules.arrays.readings import KNOWN, Readings, enclosed, nearest
from assessment.scoring.rules.arrays.stored import GIVEN, MISSING, NOT_APPLICABLE, WIDEST, WITHHELD, Unfit
from assessment.scoring.rules.facts import ZERO, CannotScore, Facts, Peers
from assessment.scoring.rules.items import apply
from assessment.scoring.rules.targets import target_of


def derives(scheme: Scheme, item: Item) -> bool:
    """Whether a formula has a hand in what this indicator scores."""
    return item.reads in scheme.formulas or getattr(item, "target", None) in scheme.formulas


class Derived:
    """One indicator; scores are enclosed where the cell is given, and exact for whoever asks."""

    def __init__(self, item: Item, points: Fraction, readings: Readings) -> None:
        """Score all units; `states` says of each cell what the sheet knows of it."""
        self.item, self.points, self.readings = item, points, readings
        self._outcomes: dict[int, tuple[int, Number]] = {}
        reading = readings.column(item.reads)
        self.states = self._states(reading.states)
        with np.errstate(all="ignore"):
            scores = _RULES[type(item)](item, points, reading.number, self)
        mid = np.where(self.states == GIVEN, scores.mid, 0)
        err = np.where(self.states == GIVEN, scores.err, 0)
        for place in np.flatnonzero(~Enclosed(mid, err).is_known).tolist():
            self.states[place], number = self._outcome(place)
            near = nearest(number)
            mid[place], err[place] = near.mid, near.err
        self.scores = Enclosed(mid, err)

    def _states(self, found: States) -> States:
        divided = RULED_OUT if "divisor_is_zero" in self.item.not_applicable else REFUSED
        return np.array([GIVEN, divided, REFUSED, NOT_APPLICABLE, MISSING, WITHHELD], np.uint8)[found]

    def exactly(self, place: int) -> Number:
        """The score of a unit whose cell is given."""
        return self._outcome(place)[1]

    def _outcome(self, place: int) -> tuple[int, Number]:
        """State and score by the explained engine's own rule."""
        if place not in self._outcomes:
            self._outcomes[place] = self._applied(place)
        return self._outcomes[place]

    def _applied(self, place: int) -> tuple[int, Number]:
        item, unit = self.item, self.readings.unit(self.item, place)
        actual = self.readings.exactly(item.reads, place)
        try:
            target, _ = target_of(self.readings.scheme, unit, item, item.reads)
            score = apply(item, Facts(self.points, actual, target, self.peers)).score
        except CannotScore:
            return REFUSED, ZERO
        return (RULED_OUT, ZERO) if score is None else (GIVEN, score)

    @cached_property
    def peers(self) -> Peers:
        """The extremes of the group, which stand for all of it."""
        return Peers(self.readings.extremes(self.item.reads) or ())

    @property
    def given(self) -> list[int]:
        """The units that have a score."""
        return np.flatnonzero(self.states == GIVEN).tolist()

    def mean(self) -> Fraction | None:
        """The exact mean of all scores; None where there are none."""
        scores = [self.exactly(place) for place in self.given]
        mean = total(scores) / Fraction(len(scores)) if scores else None
        if mean is not None and not isinstance(mean, Fraction):
            raise Unfit("a mean of endless numbers is left to the explained engine")
        return mean

    def rounded(self, rounding: Rounding) -> Line:
        """The scores as the scheme rounds items, each exactly where its bound leaves it open."""
        scaled = self.scores * Enclosed.of(Fraction(10**rounding.places))
        counts = np.rint(scaled.mid)
        if np.abs(counts).max(initial=0) > WIDEST:
            raise Unfit("the scores of this indicator have too many digits")
        open_ = (np.abs(scaled.mid - counts) + 2 * scaled.err >= 0.5) & (self.states == GIVEN)
        whole: Ints = counts.astype(np.int64)
        for place in np.flatnonzero(open_).tolist():
            whole[place] = int(rounded(self.exactly(place), rounding.places, rounding.mode).scaleb(rounding.places))
        return Line(whole, Fraction(1, 10**rounding.places))


def _given(item: Given, points: Fraction, value: Enclosed, made: Derived) -> Enclosed:
    low, is_low = value.signs()
    high, is_high = (Enclosed.of(points) - value).signs()
    return value.unless((low < 0) | (high < 0) | ~is_low | ~is_high)


def _completion(item: Completion, points: Fraction, value: Enclosed, made: Derived) -> Enclosed:
    target = _target(item, made.readings)
    return within(Enclosed.of(points) * value / target, ZERO, points * Fraction(item.cap)).unless(_is_open(target))


def _control(item: Control, points: Fraction, value: Enclosed, made: Derived) -> Enclosed:
    target = _target(item, made.readings)
    share = within(Enclosed.of(Fraction(2)) - value / target, ZERO, Fraction(1))
    return (Enclosed.of(points) * share).unless(_is_open(target))


def _target(item: Completion | Control, readings: Readings) -> Enclosed:
    """The target of each unit; nothing is known of one that is not there."""
    if isinstance(item.target, Decimal):
        return Enclosed.of(Fraction(item.target))
    if item.target != LETTER:
        column = readings.column(item.target)
        return column.number.unless(column.states != KNOWN)
    stored = readings.stored
    found = Enclosed(np.zeros(readings.units.size), np.full(readings.units.size, np.inf))
    for columns in (stored.targets, *((stored.schedules,) if item.schedule else ())):
        row = columns.row(item.reads)
        if row is not None:
            mine, own = columns.kinds[row, readings.units] == GIVEN, enclosed(columns, row, readings.units)
            found = Enclosed(np.where(mine, own.mid, found.mid), np.where(mine, own.err, found.err))
    return found


def _is_open(target: Enclosed) -> npt.NDArray[np.bool_]:
    """Where a target is not certainly one that can be divided by; what then follows the explained engine knows."""
    signs, known = target.signs()
    return ~known | (signs <= 0)


def _efficacy(item: Efficacy, points: Fraction, value: Enclosed, made: Derived) -> Enclosed:
    worst, best = Fraction(item.unacceptable), Fraction(item.satisfactory)
    mark = (value - Enclosed.of(worst)) * Enclosed.of(40 / (best - worst)) + Enclosed.of(Fraction(60))
    low, high = (None, None) if item.clip is None else map(Fraction, item.clip)
    return within(mark, low, high) * Enclosed.of(points / 100)


def _peer_minmax(item: PeerMinmax, points: Fraction, value: Enclosed, made: Derived) -> Enclosed:
    ends = made.readings.extremes(item.reads)
    if ends is None or ends[0] == ends[1]:
        return Enclosed.of(points * Fraction(item.all_equal) / 100)
    worst, best = map(nearest, ends if item.direction == "higher_is_better" else ends[::-1])
    floor = Fraction(item.floor)
    share = (value - worst) / (best - worst)
    return Enclosed.of(points * floor / 100) + Enclosed.of(points * (100 - floor) / 100) * share


def _steps(item: Steps, points: Fraction, value: Enclosed, made: Derived) -> Enclosed:
    table, passed, open_ = rising(item), np.zeros(value.mid.shape, np.intp), np.zeros(value.mid.shape, np.bool_)
    for span, _ in table[1:]:
        if span.low is not None:
            signs, known = (value - Enclosed.of(Fraction(span.low.at))).signs()
            passed += (signs > 0) | ((signs == 0) & span.low.owned)
            open_ |= ~known
    earned = [Enclosed.of(Fraction(points)) for _, points in table]
    mid, err = np.array([one.mid for one in earned]), np.array([one.err for one in earned])
    return Enclosed(mid[passed], err[passed]).unless(open_)


def _deduct(item: Deduct, points: Fraction, value: Enclosed, made: Derived) -> Enclosed:
    most = min(points, Fraction(item.at_most)) if item.at_most is not None else points
    times = (value - Enclosed.of(Fraction(item.over))) / Enclosed.of(Fraction(item.per))
    if item.part_of_a_step == "dropped":
        low, high = np.floor(times.mid - 2 * times.err), np.floor(times.mid + 2 * times.err)
        times = Enclosed(low, np.where(low == high, 0.0, np.inf))
    left = Enclosed.of(points) - within(times * Enclosed.of(Fraction(item.each)), ZERO, most)
    if item.zero_from is None:
        return left
    signs, known = (value - Enclosed.of(Fraction(item.zero_from))).signs()
    return Enclosed(np.where(signs >= 0, 0, left.mid), np.where(signs >= 0, 0, left.err)).unless(~known)


_RULES: Mapping[type[Item], Callable[[Any, Fraction, Enclosed, Derived], Enclosed]] = {
    Given: _given,
    Completion: _completion,
    Control: _control,
    Efficacy: _efficacy,
    PeerMinmax: _peer_minmax,
    Steps: _steps,
    Deduct: _deduct,
}
