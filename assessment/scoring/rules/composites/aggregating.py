"""From indicators to headings to a total: means of any power, or Copeland's pairwise comparison."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import Any

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number, power, product_of_powers, sign_of, total
from assessment.programmes.rules.indicators import Dimension
from assessment.programmes.rules.normalised import Aggregation, Normalised
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, DimensionScore, ItemScore, Step, Trouble
from assessment.scoring.rules.composites.columns import scale_of
from assessment.scoring.rules.facts import CannotScore
from assessment.scoring.rules.values import Kind

ZERO = Fraction(0)
ONE = Fraction(1)
HALF = Fraction(1, 2)
TOTAL = "score"


@dataclass(frozen=True)
class Part:
    """What one indicator or heading contributes for one unit; no score where it does not apply or is not known."""

    code: str
    weight: Fraction
    score: Number | None
    applies: bool = True
    blocked: bool = False


@dataclass(frozen=True)
class Aggregated:
    """A unit's total on the scale, its headings, and how they came about."""

    total: Number | None
    dimensions: tuple[DimensionScore, ...]
    maximum: Fraction
    steps: tuple[Step, ...]
    troubles: tuple[Trouble, ...] = ()


def aggregated(
    scheme: Scheme, group: str, units: Sequence[str], columns: Mapping[str, Sequence[ItemScore]]
) -> list[Aggregated]:
    """The total of every unit, in the order of the columns."""
    assert scheme.composite is not None
    tree = _Tree(scheme, group, units, columns)
    top = _Level(TOTAL, scheme.composite.aggregate, None, scheme.indicators)
    totals = tree.whole(top, ONE)
    high = scale_of(scheme).high
    return [
        Aggregated(
            part.score, tuple(tree.dimensions[place]), high, tuple(tree.steps[place]), tuple(tree.troubles[place])
        )
        for place, part in enumerate(totals)
    ]


@dataclass(frozen=True)
class _Level:
    code: str
    aggregation: Aggregation
    available: Fraction | None
    entries: tuple[Any, ...]


class _Tree:
    """One peer group on its way up, all units at once, for Copeland's method compares them."""

    def __init__(
        self, scheme: Scheme, group: str, units: Sequence[str], columns: Mapping[str, Sequence[ItemScore]]
    ) -> None:
        """Begin with the indicators."""
        self.group, self.units, self.columns, self.scale = group, units, columns, scale_of(scheme)
        self.dimensions: list[list[DimensionScore]] = [[] for _ in units]
        self.steps: list[list[Step]] = [[] for _ in units]
        self.troubles: list[list[Trouble]] = [[] for _ in units]

    def whole(self, level: _Level, weight: Fraction) -> list[Part]:
        """A heading of all units, or the total: first what stands beneath it."""
        below = [column for entry in level.entries if (column := self._column(entry))]
        rows = list(zip(*below, strict=True))
        usable = [self._usable(level, row, steps) for row, steps in zip(rows, self.steps, strict=True)]
        scores = _copeland(usable) if level.aggregation.power is None else [self._mean(level, row) for row in usable]
        parts = []
        for place, (row, used, found) in enumerate(zip(rows, usable, scores, strict=True)):
            score = None if isinstance(found, CannotScore) else found
            blocked = any(part.blocked for part in row) or isinstance(found, CannotScore)
            if isinstance(found, CannotScore):
                facts = {"unit": self.units[place], **found.facts}
                self.troubles[place].append(Trouble(self.units[place], "", found.message, facts))
            self.steps[place] += _told(level, used, score)
            parts.append(Part(level.code, weight, score, any(part.applies for part in row), blocked))
            if level.code != TOTAL:
                self.dimensions[place].append(DimensionScore(level.code, score, self.scale.high))
        return parts

    def _column(self, entry: Any) -> list[Part]:
        if isinstance(entry, Dimension):
            level = _Level(entry.code, entry.aggregation, entry.available, entry.items)
            return self.whole(level, Fraction(entry.points)) if any(self._in_group(one) for one in entry.leaves) else []
        if not self._in_group(entry):
            return []
        weight = Fraction(entry.points_in(self.group) or 0)
        return [
            Part(entry.code, weight, self._on_scale(entry, item), _applies(item), item.trouble is not None)
            for item in self.columns[entry.code]
        ]

    def _in_group(self, item: Any) -> bool:
        return item.code in self.columns

    def _on_scale(self, entry: Any, item: ItemScore) -> Number | None:
        """A normalised score lies on the scale; points of another rule reach as far up as their share of the full."""
        if item.counted is None or isinstance(entry, Normalised):
            return item.counted
        return self.scale.at(item.counted / item.points)

    def _usable(self, level: _Level, row: Sequence[Part], steps: list[Step]) -> list[Part]:
        """The parts with a score; none where one is blocked, or fewer are there than the heading needs."""
        present = [part for part in row if part.score is not None]
        applicable = sum(part.applies for part in row)
        if any(part.blocked for part in row):
            return []
        if level.available is not None and applicable and len(present) < level.available * applicable:
            message = N_("{name}: {present} of {applicable} parts have a score, fewer than {share}; it has none.")
            facts = {"present": str(len(present)), "applicable": str(applicable)}
            share = f"{shown(level.available * 100)}%"
            steps.append(Step(About.STATE, message, {"name": level.code, "share": share, **facts}))
            return []
        return present

    def _mean(self, level: _Level, parts: Sequence[Part]) -> Number | CannotScore | None:
        if not parts:
            return None
        try:
            return mean_of_power(level.aggregation.power or ZERO, [(p.score or ZERO, p.weight) for p in parts])
        except ValueError:
            code = next(part.code for part in parts if sign_of(part.score or ZERO) < 0)
            message = N_(
                "{unit}: “{name}” is negative and cannot be taken into a {mean} mean; choose another normalisation."
            )
            return CannotScore(message, name=code, mean=str(level.aggregation))


def _applies(item: ItemScore) -> bool:
    return item.kind is not Kind.NOT_APPLICABLE


def mean_of_power(exponent: Fraction, pairs: Sequence[tuple[Number, Fraction]]) -> Number:
    """The weighted generalised mean; a negative part is a ValueError unless the power is 1.

    A part that is 0 makes the mean 0 where the power is not positive: that is its limit.
    """
    whole = sum((weight for _, weight in pairs), ZERO)
    shares = [(value, weight / whole) for value, weight in pairs]
    if exponent == 1:
        return total(value * share for value, share in shares)
    signs = [sign_of(value) for value, _ in pairs]
    if min(signs) < 0:
        raise ValueError("a negative part")
    if 0 in signs and exponent <= 0:
        return ZERO
    if exponent == 0:
        return product_of_powers(shares)
    summed = total(power(value, exponent) * share for value, share in shares if sign_of(value))
    return power(summed, 1 / exponent) if sign_of(summed) else ZERO


def _copeland(rows: Sequence[Sequence[Part]]) -> list[Number | CannotScore | None]:
    """For each unit the weight of the parts on which it beats each other unit, equals by half, added up.

    Two units are compared on the parts that both have, whose weights make a whole; with none in common they are equal.
    """
    weights = {part.code: part.weight for row in rows for part in row}
    common = lcm(*(weight.denominator for weight in weights.values()))
    whole_weights = {code: int(weight * common) for code, weight in weights.items()}
    places = [_places(rows, code) for code in weights]
    found: list[Number | CannotScore | None] = []
    for own, row in enumerate(rows):
        others = (_beats(own, other, places, list(whole_weights.values())) for other, one in enumerate(rows)
                  if one and other != own)  # fmt: skip
        found.append(sum(others, ZERO) if row else None)
    return found


def _places(rows: Sequence[Sequence[Part]], code: str) -> list[int | None]:
    """A part's place among the units, from the lowest, equals sharing one: whole numbers, quickly compared."""
    places: list[int | None] = [None] * len(rows)
    present = [(part.score or ZERO, place) for place, row in enumerate(rows) for part in row if part.code == code]
    ordered = sorted(present, key=lambda one: one[0])
    for rank, (_, equals) in enumerate(groupby(ordered, key=lambda one: one[0])):
        for _, place in equals:
            places[place] = rank
    return places


def _beats(own: int, other: int, places: Sequence[Sequence[int | None]], weights: Sequence[int]) -> Fraction:
    twice = whole = 0
    for column, weight in zip(places, weights, strict=True):
        rank, against = column[own], column[other]
        if rank is not None and against is not None:
            whole += weight
            twice += 2 * weight if rank > against else weight if rank == against else 0
    return Fraction(twice, 2 * whole) if whole else HALF


_SAID: Mapping[str, str] = {
    "arithmetic": N_("{name}: arithmetic mean of {parts} = {score}"),
    "geometric": N_("{name}: geometric mean of {parts} = {score}"),
    "harmonic": N_("{name}: harmonic mean of {parts} = {score}"),
    "copeland": N_("{name}: Copeland's comparison with all other units on {parts} = {score}"),
}


def _told(level: _Level, parts: Sequence[Part], found: Number | None) -> Iterator[Step]:
    if found is not None:
        whole = sum((part.weight for part in parts), ZERO)
        told = ", ".join(f"{part.code} {shown(part.score or ZERO)} ({part.weight / whole})" for part in parts)
        message = _SAID.get(str(level.aggregation), N_("{name}: generalised mean ({mean}) of {parts} = {score}"))
        facts = {"name": level.code, "parts": told, "score": shown(found), "mean": str(level.aggregation)}
        yield Step(About.FORMULA, message, facts)
    elif level.code == TOTAL and not any(part.blocked for part in parts):
        yield Step(About.STATE, N_("No indicator applies to this unit; it is not ranked."))
