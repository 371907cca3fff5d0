"""The value nearest to a unit's own that would have reached full marks, a better band or a better rank."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from assessment.foundation.exact import rounded
from assessment.foundation.reals import Number
from assessment.programmes.rules.indicators import (
    PEER_MEAN,
    Banded,
    Efficacy,
    Given,
    Item,
    Panel,
    PeerMinmax,
    Position,
    Sliding,
    Steps,
)
from assessment.scoring.rules.margins.totals import Goal, Needed, reaches
from assessment.scoring.rules.margins.trial import Standing, Trial
from assessment.scoring.rules.reading import find
from assessment.scoring.rules.targets import agreed_value
from assessment.scoring.rules.values import Kind, UnitInput

COMPUTED_PLACES = 2
"""Decimals in which a value is varied that is computed by a formula, and so has none of its own."""
FARTHEST = 2**40
"""Steps of a value's last decimal, beyond which nothing is looked for."""
DOUBLED = tuple(2**power for power in range(40))
"""Where it is looked, too, if peers move along: one who falls into a band far out may fill its quota there."""
Grid = Callable[[int], Fraction]


@dataclass(frozen=True)
class Margin:
    """The value nearest to a unit's own, in its own decimals, that would have reached a goal.

    None where no value that earns as much or more would.
    """

    code: str
    value: str
    goal: Goal
    now: Number
    needed: Decimal | None
    standing: Standing | None


def margins(trial: Trial, totals: Sequence[Needed], only: str = "") -> list[Margin]:
    """For each value of each indicator (or of one): the nearest that would have reached each goal there is.

    `totals` are those needed for a better rank and band; without them only full marks are looked for.
    Composite indicators have none: there every value moves the scale for all others.
    """
    if trial.scheme.composite is not None or trial.card.total_exact is None:
        return []
    needed = {one.goal: one.total for one in totals}
    found = []
    for item in trial.items:
        score = trial.card.item(item.code)
        if score is None or score.kind is not Kind.GIVEN or score.exact is None or (only and item.code != only):
            continue
        for name, now in _values(trial, item).items():
            search = _Search(trial, item, name, now)
            if score.exact < score.points:
                found.append(search.margin(Goal.FULL, None))
            found += [search.margin(goal, total) for goal, total in needed.items()]
    return found


def _values(trial: Trial, item: Item) -> dict[str, Number]:
    """What an indicator reads and a trial may change; votes of a panel change each other's weight and stand aside."""
    if trial.is_composed:
        score = trial.card.item(item.code)
        return {item.code: score.exact * 100 / score.points} if score and score.exact is not None else {}
    if isinstance(item, Panel) and (item.votes is not None or item.trim):
        return {}
    names = item.parts if item.parts != (item.reads,) else (agreed_value(item, trial.own),)
    found = {name: find(trial.scheme, trial.own, name).number for name in names}
    return {name: number for name, number in found.items() if number is not None}


@dataclass(frozen=True)
class _Search:
    """The search for the nearest value of one indicator that reaches a goal."""

    trial: Trial
    item: Item
    name: str
    now: Number

    @cached_property
    def _step(self) -> Fraction:
        return Fraction(1, 10**self.places)

    @cached_property
    def places(self) -> int:
        """The most decimals in which any unit of the peer group has the value; two where it is computed."""
        numbers = [value.number for unit in self._group if (value := unit.values.get(self.name)) is not None]
        if self.trial.is_composed:
            return self.trial.scheme.rounding.of_total.places
        if self.name not in self.trial.own.values or not all(isinstance(one, Decimal) for one in numbers if one):
            return COMPUTED_PLACES
        return max((_places(one) for one in numbers if isinstance(one, Decimal)), default=0)

    @cached_property
    def _group(self) -> tuple[UnitInput, ...]:
        cards = (card for card in self.trial.results.scorecards if card.group == self.trial.card.group)
        return tuple(self.trial.units[card.unit] for card in cards)

    @cached_property
    def _is_alone(self) -> bool:
        """Whether the value moves the unit's own points only, not those of its peers."""
        item = self.item
        among_peers = isinstance(item, PeerMinmax | Position) or (
            isinstance(item, Sliding) and item.average == PEER_MEAN
        )
        return not among_peers and (self.trial.is_composed or self.trial.scheme.policy(item) != "peer_mean")

    @cached_property
    def _is_local(self) -> bool:
        """Whether its published total alone says how far the unit comes: nothing else separates equals."""
        ranking = self.trial.scheme.ranking
        keys = {key.value for key in ranking.then}
        return self._is_alone and ranking.of == "published_total" and self.item.code not in keys

    @cached_property
    def _least(self) -> Number | None:
        """No value below it: what nobody has less than 0 of, cannot be less."""
        numbers = [find(self.trial.scheme, unit, self.name).number for unit in self._group]
        known = [number for number in numbers if number is not None]
        return Fraction(0) if all(number >= 0 for number in known) else None

    @cached_property
    def _most(self) -> Fraction | None:
        """No value above it: a period's total is at most 100, and what bonuses add."""
        if not self.trial.is_composed:
            return None
        bonus = self.trial.scheme.bonus
        return Fraction(100) + (Fraction(bonus.cap) if bonus and bonus.mode == "add" else 0)

    def margin(self, goal: Goal, total: Decimal | None) -> Margin:
        """The nearest value that reaches the goal; for a band or rank `total` is what it takes where peers stay put."""
        found = [self._nearest(goal, total, sign) for sign in (1, -1)]
        reached = [number for number in found if number is not None]
        if not reached:
            return Margin(self.item.code, self.name, goal, self.now, None, None)
        best = min(reached, key=lambda number: abs(number - self.now))
        scores = self.trial.supposed(self.item, self.name, best, alone=self._is_alone)
        needed = rounded(best, self.places, "half_up")
        standing = self.trial.with_scores(self.item, scores)
        return Margin(self.item.code, self.name, goal, self.now, needed, standing)

    def _reached(self, goal: Goal, total: Decimal | None, number: Fraction) -> bool:
        if (self._least is not None and number < self._least) or (self._most is not None and number > self._most):
            return False
        scores = self.trial.supposed(self.item, self.name, number, alone=self._is_alone)
        own = scores[self.trial.unit]
        if own.exact is None or any(one.trouble for one in scores.values()):
            return False
        if goal is Goal.FULL:
            return own.exact >= own.points
        if self._is_local:
            published = self.trial.total_with(own)
            return total is not None and published is not None and published >= total
        return reaches(self.trial, goal, self.trial.with_scores(self.item, scores))

    def _nearest(self, goal: Goal, total: Decimal | None, sign: int) -> Fraction | None:
        """Outwards, piece by piece between the places where the rule bends; on a piece it only rises or falls."""
        if self._is_local and goal is not Goal.FULL and total is None:
            return None
        at = self._grid(sign)
        inner = 0
        doubled = () if self._is_alone or not self._has_quota else DOUBLED
        for outer in [*sorted({*self._bends(sign), *doubled}), FARTHEST]:
            if outer <= inner:
                continue
            if self._reached(goal, total, at(outer)):
                return at(self._first(goal, total, at, inner, outer))
            inner = outer
        return None

    @property
    def _has_quota(self) -> bool:
        return any(band.has_quota for band, _ in self.trial.scheme.band_table)

    def _first(self, goal: Goal, total: Decimal | None, at: Grid, low: int, high: int) -> int:
        """The first step of a piece that reaches the goal; `low` does not, `high` does."""
        while high - low > 1:
            middle = (low + high) // 2
            if self._reached(goal, total, at(middle)):
                high = middle
            else:
                low = middle
        return high

    def _grid(self, sign: int) -> Grid:
        """step -> the value so many of its last decimals away; 0 is the value itself, or the next on its other side."""
        start = _cut(self.now, self._step)
        if sign < 0 and start != self.now:
            start += self._step
        return lambda step: start + sign * step * self._step

    def _bends(self, sign: int) -> list[int]:
        """How many steps away the rule bends, and on either side of it; ascending."""
        start = self._grid(sign)(0)
        found = set()
        ends = [end for end in (self._least, self._most) if end is not None]
        for bend in (*_bends(self.trial, self.item), *ends):
            whole = int(_cut((bend - start) / self._step * sign, Fraction(1)))
            found |= {whole - 1, whole, whole + 1, whole + 2}
        return sorted(step for step in found if 0 < step < FARTHEST)


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _cut(number: Number, step: Fraction) -> Fraction:
    """The last place of the grid that is not above a number."""
    places = len(str(step.denominator)) - 1
    near = Fraction(rounded(number, places, "half_up"))
    return near - step if near > number else near


def _bends(trial: Trial, item: Item) -> Iterator[Fraction]:
    """The values at which a rule changes its slope or jumps."""
    match item:
        case Steps():
            for span, _ in item.table:
                yield from (Fraction(bound.at) for bound in (span.low, span.high) if bound)
        case Banded():
            yield from map(Fraction, item.standards)
        case Efficacy():
            worst, best = Fraction(item.unacceptable), Fraction(item.satisfactory)
            marks = [Fraction(mark) for mark in item.clip or ()] + [Fraction(100)]
            yield from (worst + (mark - 60) * (best - worst) / 40 for mark in marks)
        case Given():
            full = Fraction(100) if trial.is_composed else Fraction(item.points_in(trial.card.group) or 0)
            yield from (Fraction(0), full)
        case Panel():
            yield from (Fraction(0), Fraction(100))
        case Position() | PeerMinmax():
            found = (find(trial.scheme, unit, item.reads).number for unit in trial.units.values())
            yield from (number for number in found if isinstance(number, Fraction))
        case _:
            return
