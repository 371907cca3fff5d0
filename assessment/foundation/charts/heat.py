"""Six half-open steps of one hue, dark = look here: of marks lost, of days a task has stood open."""

from __future__ import annotations

from fractions import Fraction

BOUNDS = (5, 10, 15, 20, 30)
"""Per cent at which a darker step begins."""


def step_of(share: Fraction) -> int:
    """The step, 0 to 5, of a share of 1; what is below 0 (a bonus) is in the lightest."""
    part, whole = share.numerator * 100, share.denominator
    return sum(part >= bound * whole for bound in BOUNDS)


def ink_on(step: int) -> str:
    """The class of words written on a step."""
    return "rev" if step >= 4 else "b"
