"""Columns of numbers in float64, each with a bound on how far it can lie from the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

import numpy as np
import numpy.typing as npt

from assessment.programmes.rules.formulas import MOST_BITS, Arithmetic
from assessment.scoring.rules.arrays.lines import Floats
from assessment.scoring.rules.arrays.stored import Unfit

HALF_AN_ULP = 2.0**-53
SLACK = 1 + 2.0**-40
"""Bounds are float64 too; a handful of roundings of a bound are less than this."""
TINY = 2.0**-1000
"""More than all that is lost where a product or quotient is too small for a float64."""


@dataclass(frozen=True, eq=False)
class Enclosed:
    """The true number lies within `err` of `mid`; an `err` that is not finite says that nothing is known.

    An `err` of 0 is a promise: so 0 is known to be 0. (Running error analysis: Higham 2002, 3.3.)
    """

    mid: Floats
    err: Floats

    @classmethod
    def of(cls, number: Fraction) -> Enclosed:
        """The float64 next to a number."""
        try:
            mid = number.numerator / number.denominator
        except OverflowError as error:
            raise Unfit("a number leaves the range of float64") from error
        known = Fraction(mid) == number
        return cls(np.array(mid), np.array(0.0 if known else abs(mid) * HALF_AN_ULP * SLACK + TINY))

    @property
    def is_known(self) -> npt.NDArray[np.bool_]:
        """Where anything is known."""
        known: npt.NDArray[np.bool_] = np.isfinite(self.err) & np.isfinite(self.mid)
        return known

    @property
    def is_nought(self) -> npt.NDArray[np.bool_]:
        """Where the number is certainly 0."""
        nought: npt.NDArray[np.bool_] = (self.mid == 0) & (self.err == 0)
        return nought

    def unless(self, unknown: npt.NDArray[np.bool_]) -> Enclosed:
        """The same, with nothing known in some places."""
        return Enclosed(self.mid, np.where(unknown, np.inf, self.err))

    def signs(self) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
        """The sign of each number, and where that is certain."""
        signs: npt.NDArray[np.int8] = np.sign(self.mid).astype(np.int8)
        return signs, (np.abs(self.mid) > self.err) | self.is_nought

    def __neg__(self) -> Enclosed:
        return Enclosed(-self.mid, self.err)

    def __add__(self, other: Enclosed) -> Enclosed:
        return _rounded(self.mid + other.mid, self.err + other.err)

    def __sub__(self, other: Enclosed) -> Enclosed:
        return _rounded(self.mid - other.mid, self.err + other.err)

    def __mul__(self, other: Enclosed) -> Enclosed:
        err = np.abs(self.mid) * other.err + np.abs(other.mid) * self.err + self.err * other.err
        return _rounded(self.mid * other.mid, err, np.where(self.is_nought | other.is_nought, 0.0, TINY))

    def __truediv__(self, other: Enclosed) -> Enclosed:
        mid, least = self.mid / other.mid, np.abs(other.mid) - other.err
        err = np.where(least > 0, (self.err + np.abs(mid) * other.err) / least, np.inf)
        return _rounded(mid, err, np.where(self.is_nought, 0.0, TINY))


def _rounded(mid: Floats, err: Floats, more: Floats | float = 0.0) -> Enclosed:
    """The result of one operation of float64, which errs by at most half an ulp itself."""
    return Enclosed(mid, (err + HALF_AN_ULP * np.abs(mid)) * SLACK + more)


def lesser(one: Enclosed, other: Enclosed) -> Enclosed:
    """The smaller number in each place."""
    return _either(np.minimum(one.mid, other.mid), one, other)


def greater(one: Enclosed, other: Enclosed) -> Enclosed:
    """The greater number in each place."""
    return -lesser(-one, -other)


def _either(mid: Floats, one: Enclosed, other: Enclosed) -> Enclosed:
    """Where it is certain which of the two is the smaller, the other's error is left behind."""
    apart = np.abs(one.mid - other.mid) > 2 * (one.err + other.err)
    err = np.where(apart, np.where(one.mid < other.mid, one.err, other.err), np.maximum(one.err, other.err))
    return Enclosed(mid, err)


def within(number: Enclosed, low: Fraction | None, high: Fraction | None) -> Enclosed:
    """Kept within bounds."""
    if low is not None:
        number = greater(number, Enclosed.of(low))
    return number if high is None else lesser(number, Enclosed.of(high))


def magnitude(number: Enclosed) -> Enclosed:
    """Without its sign."""
    return Enclosed(np.abs(number.mid), number.err)


def root(number: Enclosed) -> Enclosed:
    """The square root, where the number is certainly not negative."""
    least = number.mid - number.err
    err = np.where(least > 0, number.err / np.sqrt(least), np.where(number.is_nought, 0, np.inf))
    return _rounded(np.sqrt(number.mid), err, np.where(number.is_nought, 0.0, TINY))


def logarithm(number: Enclosed, function: Callable[[Floats], Floats] = np.log) -> Enclosed:
    """The logarithm, where the number is certainly positive; libraries promise four ulps, and are given sixteen."""
    mid, least = function(number.mid), number.mid - number.err
    err = np.where(least > 0, number.err / least, np.inf)
    return _rounded(mid, err + 32 * HALF_AN_ULP * np.abs(mid) + 2.0**-60)


ENCLOSED: Arithmetic[Enclosed] = Arithmetic(
    Enclosed.of,
    {
        "min": lambda *numbers: reduce(lesser, numbers), "max": lambda *numbers: reduce(greater, numbers),
        "abs": magnitude, "sqrt": root, "log": logarithm, "log10": lambda number: logarithm(number, np.log10),
    },
    lambda number: number,
)  # fmt: skip
"""What a formula's operators and functions do to whole columns."""


@dataclass(frozen=True)
class Width:
    """At most so many binary digits above and below the line."""

    top: int
    bottom: int

    @classmethod
    def of(cls, number: Fraction) -> Width:
        """As many as a number has."""
        return cls(number.numerator.bit_length(), number.denominator.bit_length())

    def __neg__(self) -> Width:
        return self

    def __add__(self, other: Width) -> Width:
        return Width(max(self.top + other.bottom, other.top + self.bottom) + 1, self.bottom + other.bottom)

    __sub__ = __add__

    def __mul__(self, other: Width) -> Width:
        return Width(self.top + other.top, self.bottom + other.bottom)

    def __truediv__(self, other: Width) -> Width:
        return self * Width(other.bottom, other.top)


def _widest(*widths: Width) -> Width:
    return Width(max(one.top for one in widths), max(one.bottom for one in widths))


def _refused(width: Width) -> Width:
    if width.top + width.bottom > MOST_BITS:
        raise Unfit("a formula may make numbers of more digits than are allowed; the explained engine says which")
    return width


_FEW = Width(64, 64)
WIDTHS: Arithmetic[Width] = Arithmetic(
    Width.of,
    {"min": _widest, "max": _widest, "abs": _widest, "sqrt": _widest, "log": lambda _: _FEW, "log10": lambda _: _FEW},
    _refused,
)
"""How long a formula's numbers can become: at most, whatever the values."""
