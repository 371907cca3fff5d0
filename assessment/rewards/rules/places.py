"""Rewards by place: amounts on the steps of a ladder, the first places, and the most improved, with their ties."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.exact import largest_remainder

FULL_MARKS = Fraction(100)


@dataclass(frozen=True)
class Ranked:
    """A unit of one peer group as it was published; `before` is its total in the period before."""

    unit: str
    rank: int | None
    total: Decimal | None
    before: Decimal | None = None


@dataclass(frozen=True)
class OnStep:
    """What a unit's place is worth: the positions that it shares with its ties, their sum, and its whole part."""

    unit: str
    amount: int
    positions: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Placed:
    """A unit among the first places, and what it was placed by."""

    unit: str
    place: int
    by: Fraction


def on_steps(
    units: Sequence[Ranked], top: Sequence[int], from_bottom: Sequence[int], ties: str = "share_the_sum"
) -> tuple[OnStep, ...]:
    """Amounts by rank. Ties share the sum of their steps, the remainder one by one in the order of the unit codes.

    With ties by key every unit has its own step; what the scheme's ranking left tied follows the unit codes. Whatever
    the size of the group, a ladder and its mirror sum to 0.
    """
    ranked = sorted((one for one in units if one.rank is not None), key=lambda one: (one.rank, one.unit))
    size = len(ranked)
    found: dict[str, OnStep] = {}
    start = 0
    while start < size:
        end = start + 1
        while ties == "share_the_sum" and end < size and ranked[end].rank == ranked[start].rank:
            end += 1
        positions = tuple(range(start + 1, end + 1))
        total = sum(_step(top, position) + _step(from_bottom, size - position + 1) for position in positions)
        tied = [one.unit for one in ranked[start:end]]
        for unit, amount in zip(tied, _shared(total, len(tied)), strict=True):
            found[unit] = OnStep(unit, amount, positions, total)
        start = end
    return tuple(found.get(one.unit, OnStep(one.unit, 0, (), 0)) for one in units)


def _step(steps: Sequence[int], position: int) -> int:
    return steps[position - 1] if position <= len(steps) else 0


def _shared(total: int, count: int) -> list[int]:
    """Whole parts of a sum; what is over goes one by one to the first."""
    whole, rest = divmod(abs(total), count)
    sign = -1 if total < 0 else 1
    return [sign * (whole + (place < rest)) for place in range(count)]


def places_of_all(places: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Places shared among peer groups by size: largest remainder, ties to the larger group, then by its code."""
    return largest_remainder(places, sizes) if any(sizes.values()) else dict.fromkeys(sizes, 0)


def first_places(units: Sequence[Ranked], places: int, ties: str = "all") -> tuple[Placed, ...]:
    """The first by total; with ties `all`, whoever equals the last of them is among them."""
    by = {one.unit: Fraction(one.total) for one in units if one.rank is not None and one.total is not None}
    return _placed(by, places, ties, by)


GAINS: dict[str, Callable[[Fraction, Fraction], Fraction | None]] = {
    "points": lambda now, before: now - before,
    "percent": lambda now, before: (now - before) / before * 100 if before > 0 else None,
    # How much of what was missing to full marks has been made good.
    "gap_closed": lambda now, before: (now - before) / (FULL_MARKS - before) * 100 if before < FULL_MARKS else None,
}


def gain(one: Ranked, by: str) -> Fraction | None:
    """How much better a unit has become; none where it was not assessed both times."""
    if one.total is None or one.before is None or one.rank is None:
        return None
    return GAINS[by](Fraction(one.total), Fraction(one.before))


def most_improved(units: Sequence[Ranked], places: int, by: str, ties: str = "all") -> tuple[Placed, ...]:
    """Who gained most; who gained nothing is not among them, even if places are left."""
    gains = {one.unit: found for one in units if (found := gain(one, by)) is not None and found > 0}
    totals = {one.unit: Fraction(one.total) for one in units if one.total is not None}
    return _placed(gains, places, ties, totals)


def _placed(by: Mapping[str, Fraction], places: int, ties: str, key: Mapping[str, Fraction]) -> tuple[Placed, ...]:
    """The largest first. By key: ties are broken by the larger total, then by unit code."""
    order = sorted(by, key=lambda unit: (-by[unit], -key[unit], unit) if ties == "key" else (-by[unit], unit))
    if ties == "key":
        return tuple(Placed(unit, place, by[unit]) for place, unit in enumerate(order[:places], 1))
    placed: list[Placed] = []
    for position, unit in enumerate(order, 1):
        tied = placed and placed[-1].by == by[unit]
        place = placed[-1].place if tied else position
        if place > places:
            break
        placed.append(Placed(unit, place, by[unit]))
    return tuple(placed)
