"""Enclosures: two decimals between which a real number certainly lies, and arithmetic that keeps the promise."""

from __future__ import annotations

from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal, DivisionByZero, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

ZERO = Decimal(0)


class TooWide(ArithmeticError):
    """An enclosure holds 0 where it must not yet; ask again with more digits."""


class Enclosure(NamedTuple):
    """A closed interval."""

    low: Decimal
    high: Decimal

    @property
    def sign(self) -> int:
        """1 or -1 where all of it lies on one side of 0, else 0: not known."""
        return (self.low > 0) - (self.high < 0)


class Precision:
    """Arithmetic on enclosures with so many significant digits, each bound rounded outwards."""

    def __init__(self, digits: int) -> None:
        """Set up the two directions of rounding."""
        self.digits = digits
        traps = [InvalidOperation, DivisionByZero]
        self._down, self._up = (
            Context(prec=digits, rounding=rounding, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=traps)
            for rounding in (ROUND_FLOOR, ROUND_CEILING)
        )

    def of(self, value: Fraction) -> Enclosure:
        """Enclose a fraction."""
        top, bottom = Decimal(value.numerator), Decimal(value.denominator)
        return Enclosure(self._down.divide(top, bottom), self._up.divide(top, bottom))

    def add(self, one: Enclosure, other: Enclosure) -> Enclosure:
        """Their sum."""
        return Enclosure(self._down.add(one.low, other.low), self._up.add(one.high, other.high))

    def multiply(self, one: Enclosure, other: Enclosure) -> Enclosure:
        """Their product."""
        corners = [(a, b) for a in one for b in other]
        return Enclosure(
            min(self._down.multiply(a, b) for a, b in corners), max(self._up.multiply(a, b) for a, b in corners)
        )

    def reciprocal(self, one: Enclosure) -> Enclosure:
        """1 divided by it."""
        if not one.sign:
            raise TooWide
        unit = Decimal(1)
        return Enclosure(self._down.divide(unit, one.high), self._up.divide(unit, one.low))

    def log(self, one: Enclosure) -> Enclosure:
        """The natural logarithm."""
        return self._rising(one, Context.ln)

    def power(self, one: Enclosure, exponent: Fraction) -> Enclosure:
        """A power of a positive number, of any exponent; a reciprocal also of a negative one."""
        if exponent == -1:
            return self.reciprocal(one)
        if exponent == Fraction(1, 2):
            return self._rising(one, Context.sqrt)
        scaled = self.multiply(self.of(exponent), self.log(one))
        return self._stretched(scaled, Context.exp)

    def _rising(self, one: Enclosure, function: Callable[[Context, Decimal], Decimal]) -> Enclosure:
        if one.low <= 0:
            raise TooWide
        return self._stretched(one, function)

    def _stretched(self, one: Enclosure, function: Callable[[Context, Decimal], Decimal]) -> Enclosure:
        # The decimal module gives ln, exp and sqrt to the nearest digit: one digit further out on either side is safe.
        return Enclosure(
            self._down.next_minus(function(self._down, one.low)), self._up.next_plus(function(self._up, one.high))
        )


@lru_cache(maxsize=32)
def precision(digits: int) -> Precision:
    """The arithmetic with so many digits."""
    return Precision(digits)
