"""Whether a real number is 0, decided by algebra instead of digits.

A number is written as a sum of products of *atoms*: roots of whole numbers that share no factor, logarithms of such
numbers, and sums within roots. What cancels is 0. What is left is not 0 where a theorem says so: different roots of
fractions are linearly independent over the fractions (Besicovitch), and so are logarithms of multiplicatively
independent numbers together with 1, even over all algebraic numbers (Baker).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import floor, lcm

from assessment.foundation.reals.bases import coprime_base, exponents_over
from assessment.foundation.reals.numbers import Log, Number, Power, Product, Real, Sum, log, power, sign_of, total

ROOT, LOG, WITHIN = "root", "log", "within"
MOST_TERMS = 2_000
HIGHEST = 60

Atom = tuple[str, int]
Monomial = tuple[tuple[Atom, Fraction], ...]
Polynomial = dict[Monomial, Fraction]

ONE = Fraction(1)
UNIT: Monomial = ()


class _Unknown(Exception):
    """Too large, or of a form that no rule here covers."""


class _NotMadeUp(Exception):
    """A fraction that the base of whole numbers does not make up yet."""

    def __init__(self, value: Fraction) -> None:
        super().__init__()
        self.value = value


def is_zero(value: Real) -> bool | None:
    """True or False where algebra decides it, else None."""
    base: tuple[int, ...] = ()
    for _ in range(200):
        algebra = _Algebra(base)
        try:
            return algebra.vanishes(algebra.expand(value))
        except _NotMadeUp as missing:
            base = coprime_base([*base, missing.value])
        except _Unknown:
            return None
    return None


@dataclass
class _Algebra:
    """Polynomials in atoms over one base of whole numbers; every atom is positive."""

    base: tuple[int, ...]
    sums: list[Polynomial] = field(default_factory=list)

    def expand(self, value: Number) -> Polynomial:
        """Write a number as a polynomial."""
        match value:
            case Fraction():
                return {UNIT: value} if value else {}
            case Sum():
                found = self.expand(value.constant)
                for factor, real in value.terms:
                    found = _added(found, self.expand(real), factor)
                return found
            case Product():
                return reduce(self.multiply, map(self.expand, value.factors))
            case Power():
                return self.raised(self.expand(value.base), value.exponent, sign_of(value.base))
            case Log():
                return self.log(self.expand(value.argument))
        raise _Unknown

    def multiply(self, one: Polynomial, other: Polynomial) -> Polynomial:
        """Each term with each."""
        if len(one) * len(other) > MOST_TERMS:
            raise _Unknown
        found: Polynomial = {}
        for left, left_factor in one.items():
            for right, right_factor in other.items():
                monomial, factor = self._product(left, right)
                found = _added(found, {monomial: left_factor * right_factor * factor})
        return found

    def _product(self, one: Monomial, other: Monomial) -> tuple[Monomial, Fraction]:
        exponents = dict(one)
        for atom, exponent in other:
            exponents[atom] = exponents.get(atom, Fraction(0)) + exponent
        factor = ONE
        for (kind, number), exponent in exponents.items():
            if kind == ROOT and not 0 <= exponent < 1:
                whole = floor(exponent)
                factor *= Fraction(number) ** whole
                exponents[kind, number] = exponent - whole
        return tuple(sorted((atom, exponent) for atom, exponent in exponents.items() if exponent)), factor

    def raised(self, base: Polynomial, exponent: Fraction, sign: int = 1) -> Polynomial:
        """A power of a polynomial of known sign."""
        if len(base) == 1:
            [(monomial, factor)] = base.items()
            powers = {tuple((atom, own * exponent) for atom, own in monomial): ONE}
            return self.multiply(self.multiply({UNIT: ONE}, powers), self._root(factor, exponent))
        if exponent.denominator == 1 and exponent >= 0:
            if exponent > HIGHEST:
                raise _Unknown
            return reduce(self.multiply, [base] * int(exponent), {UNIT: ONE})
        leading = abs(base[min(base)]) * sign
        inner = {monomial: factor / leading for monomial, factor in base.items()}
        if inner not in self.sums:
            self.sums.append(inner)
        atom = (WITHIN, self.sums.index(inner))
        return self.multiply({((atom, exponent),): ONE}, self._root(leading, exponent))

    def _root(self, value: Fraction, exponent: Fraction) -> Polynomial:
        if exponent.denominator == 1:
            return {UNIT: value ** int(exponent)}
        monomial = tuple(((ROOT, number), times * exponent) for number, times in self._exponents(value) if times)
        return self.multiply({UNIT: ONE}, {monomial: ONE})

    def _exponents(self, value: Fraction) -> Iterator[tuple[int, int]]:
        try:
            return zip(self.base, exponents_over(self.base, value), strict=True)
        except ValueError:
            raise _NotMadeUp(value) from None

    def log(self, argument: Polynomial) -> Polynomial:
        """The logarithm of a single product of roots, as a sum of logarithms of whole numbers."""
        if len(argument) != 1:
            raise _Unknown
        [(monomial, factor)] = argument.items()
        found: Polynomial = {}
        for number, times in self._exponents(factor):
            found = _added(found, {(((LOG, number), ONE),): Fraction(times)} if times else {})
        for (kind, number), exponent in monomial:
            if kind != ROOT:
                raise _Unknown
            found = _added(found, {(((LOG, number), ONE),): exponent})
        return found

    # --- deciding ----------------------------------------------------------------------------------------------------

    def vanishes(self, found: Polynomial) -> bool:
        """Whether a polynomial is 0; `_Unknown` where no rule says."""
        if not found:
            return True
        if (opened := self._opened(found)) is not None:
            return self.vanishes(opened)
        hidden = [monomial for monomial in found if any(map(_is_hidden, monomial))]
        if hidden:
            return self._cancels(found, hidden)
        found = self._without_divisors(found)
        if all(sum(exponent for (kind, _), exponent in monomial if kind == LOG) <= 1 for monomial in found):
            return False
        raise _Unknown

    def _opened(self, found: Polynomial) -> Polynomial | None:
        """Multiply by a power of a sum within, which is not 0, where that leaves whole powers of it; then open it."""
        for place in {number for monomial in found for (kind, number), _ in monomial if kind == WITHIN}:
            atom = (WITHIN, place)
            exponents = [dict(monomial).get(atom, Fraction(0)) for monomial in found]
            least = min(exponents)
            if any((exponent - least).denominator != 1 for exponent in exponents):
                continue
            opened: Polynomial = {}
            for (monomial, factor), exponent in zip(found.items(), exponents, strict=True):
                rest = {tuple(pair for pair in monomial if pair[0] != atom): factor}
                inner = self.raised(self.sums[place], exponent - least)
                opened = _added(opened, self.multiply(rest, inner))
            return opened
        return None

    def _cancels(self, found: Polynomial, hidden: list[Monomial]) -> bool:
        """Whether one term with roots of sums equals the rest with its sign turned, compared by their powers."""
        term = hidden[0]
        rest = {monomial: factor for monomial, factor in found.items() if monomial != term}
        if len(hidden) > 1 and len(found) > 2:
            raise _Unknown
        # All atoms are positive: the sign of a single term is that of its factor.
        side = sign_of(next(iter(rest.values())) if len(rest) == 1 else self._value(rest)) if rest else 0
        if side * sign_of(found[term]) >= 0:
            return False
        degree = lcm(*(exponent.denominator for monomial in hidden for atom, exponent in monomial if atom[0] != ROOT))
        one = self.raised({term: found[term]}, Fraction(degree))
        other = self.raised({monomial: -factor for monomial, factor in rest.items()}, Fraction(degree))
        return self.vanishes(_added(one, other, -ONE))

    def _without_divisors(self, found: Polynomial) -> Polynomial:
        """Multiply by the logarithms that are divided by."""
        least: dict[Atom, Fraction] = {}
        for monomial in found:
            for atom, exponent in monomial:
                if atom[0] == LOG and exponent < 0:
                    least[atom] = min(least.get(atom, exponent), exponent)
        factor: Monomial = tuple(sorted((atom, -exponent) for atom, exponent in least.items()))
        return self.multiply(found, {factor: ONE})

    def _value(self, found: Polynomial) -> Number:
        """The number that a polynomial without sums under roots stands for."""
        terms: list[Number] = []
        for monomial, factor in found.items():
            term: Number = factor
            for (kind, number), exponent in monomial:
                term *= power(log(Fraction(number)) if kind == LOG else Fraction(number), exponent)
            terms.append(term)
        return total(terms)


def _is_hidden(pair: tuple[Atom, Fraction]) -> bool:
    (kind, _), exponent = pair
    return kind == WITHIN or (kind == LOG and exponent.denominator != 1)


def _added(one: Polynomial, other: Polynomial, factor: Fraction = ONE) -> Polynomial:
    found = dict(one)
    for monomial, own in other.items():
        found[monomial] = found.get(monomial, Fraction(0)) + own * factor
        if not found[monomial]:
            del found[monomial]
    return found
