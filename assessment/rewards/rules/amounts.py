"""Amounts that a unit earns by itself: what a formula gives, and the step that it reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.exact import RoundingMode, rounded
from assessment.foundation.reals import Number


@dataclass(frozen=True)
class Bounded:
    """A whole amount, and the bound that it was set to: floor, cap or none."""

    amount: int
    bound: str = ""


def bounded(value: Number, mode: RoundingMode, floor: int | None = None, cap: int | None = None) -> Bounded:
    """An exact number as a whole amount: set to a bound that it lies beyond, otherwise rounded, once."""
    if cap is not None and value > cap:
        return Bounded(cap, "cap")
    if floor is not None and value < floor:
        return Bounded(floor, "floor")
    return Bounded(int(rounded(value, 0, mode)))


def step_reached(value: Fraction, steps: Sequence[Fraction]) -> int | None:
    """Which step a value reaches, best first; a step is reached by what equals it. None below all of them."""
    return next((place for place, least in enumerate(steps) if value >= least), None)
