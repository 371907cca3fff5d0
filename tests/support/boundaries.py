"""Large spreadsheets in the stored form: ordinary, and with every total between two places."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.arrays.stored import Columns, Stored

WIDTH = 100_000


def peers_scheme(count: int, lower: frozenset[int] = frozenset(), more: str = "missing: reweight") -> Scheme:
    """So many indicators of equal points against the peers, some of them the lower the better."""
    shares = {200: "0.5", 100: "1", 50: "2", 25: "4", 20: "5", 10: "10"}
    share = shares.get(count, "1")
    rest = f"{100 - (count - 1)}" if count not in shares else share  # the last one makes the points a hundred
    lines = [
        f"  - {{code: i{place}, points: {share if place < count - 1 else rest}, rule: peer_minmax, direction: "
        f"{'lower_is_better' if place in lower else 'higher_is_better'}}}"
        for place in range(count)
    ]
    return load_scheme("\n".join(["format: 1", "scheme: peers", 'version: "1"', more, "indicators:", *lines, ""]))


def stored(numbers: np.ndarray, gaps: np.ndarray, places: int = 0) -> Stored:
    """Indicators x units; a gap is missing."""
    nothing = Columns((), (), np.zeros((0, numbers.shape[1])), np.zeros((0, numbers.shape[1]), np.uint8))
    columns = Columns(
        tuple(f"i{place}" for place in range(len(numbers))), (places,) * len(numbers),
        np.where(gaps, 0, numbers).astype(np.float64), gaps.astype(np.uint8),
    )  # fmt: skip
    return Stored(tuple(f"u{place:05d}" for place in range(numbers.shape[1])), columns, nothing, nothing)


def ordinary(units: int, count: int = 100, seed: int = 1) -> tuple[Scheme, Stored]:
    """Random values with two decimals, every third indicator the lower the better, 5 % missing."""
    dice = np.random.default_rng(seed)
    scheme = peers_scheme(count, frozenset(range(0, count, 3)))
    return scheme, stored(dice.integers(0, WIDTH, (count, units)), dice.random((count, units)) < 0.05, 2)


def with_formulas(units: int, count: int = 100, seed: int = 1) -> tuple[Scheme, Stored]:
    """Random counts, of which every indicator is a rate; every tenth divisor is 0, 5 % of the counts are missing."""
    dice = np.random.default_rng(seed)
    share = {100: "1", 10: "10"}[count]
    lines = [
        f"  - {{code: r{place}, points: {share}, rule: peer_minmax, not_applicable: divisor_is_zero}}"
        for place in range(count)
    ]
    rates = [f"  r{place}: i{2 * place} / i{2 * place + 1} * 100" for place in range(count)]
    said = ["format: 1", "scheme: rates", 'version: "1"', "missing: reweight", "formulas:", *rates, "indicators:"]
    numbers = dice.integers(1, WIDTH, (2 * count, units))
    numbers[1::2] *= dice.random((count, units)) >= 0.1
    return load_scheme("\n".join([*said, *lines, ""])), stored(numbers, dice.random((2 * count, units)) < 0.05)


@dataclass(frozen=True)
class Bounded:
    """A spreadsheet whose totals all end in half a unit of the last place, and what they round to, halves up."""

    scheme: Scheme
    stored: Stored
    expected: list[int]


def on_boundaries(units: int, seed: int = 1) -> Bounded:
    """100 indicators: half of them as wide as `WIDTH`, half of them as wide as different primes, 5 % missing.

    A unit's score over `WIDTH` is a whole number; one of its values is moved until the total ends in half a hundredth.
    """
    dice = random.Random(seed)
    lower = frozenset(range(0, 96, 3))
    widths = [WIDTH] * 48 + _primes(50) + [WIDTH] * 2
    numbers = [
        [dice.randrange(width) if width == WIDTH else dice.choice([0, width]) for _ in range(units)] for width in widths
    ]
    gaps = [[dice.random() < 0.05 and place < 98 for _ in range(units)] for place in range(100)]
    fixed = [98 if unit >= 2 else 99 for unit in range(units)]
    for place in range(98):
        numbers[place][10 + place], numbers[place][110 + place] = 0, widths[place]
        gaps[place][10 + place] = gaps[place][110 + place] = False
    for place, first in ((98, 0), (99, 2)):
        numbers[place] = [dice.randrange(WIDTH - 1000) for _ in range(units)]
        numbers[place][first], numbers[place][first + 1] = 0, WIDTH
    expected = []
    for unit in range(units):
        present = [place for place in range(100) if not gaps[place][unit]]
        whole = sum(_gained(place, numbers[place][unit], widths[place], lower) for place in present)
        step = 5 * len(present)
        missing = (step - whole) % (2 * step)
        numbers[fixed[unit]][unit] += missing
        expected.append(((whole + missing) // step + 1) // 2)
    return Bounded(peers_scheme(100, lower), stored(np.array(numbers), np.array(gaps)), expected)


def _gained(place: int, number: int, width: int, lower: frozenset[int]) -> int:
    above = width - number if place in lower else number
    return above * WIDTH // width


def _primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 900_001
    while len(found) < count:
        if all(candidate % divisor for divisor in range(3, 1000, 2)):
            found.append(candidate)
        candidate += 2
    return found
