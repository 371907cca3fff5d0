"""Real numbers as what they are made of: sums, products, powers and logarithms of fractions, refined on demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from math import prod
from typing import Any, ClassVar, TypeAlias, TypeVar, Union
from weakref import WeakValueDictionary

from assessment.foundation.exact import Refinable, RoundingMode, rounded
from assessment.foundation.reals.bases import coprime_base, exponents_over, root_of
from assessment.foundation.reals.enclosures import Enclosure, Precision, TooWide, precision

FIRST = 30
PATIENCE = 120
LAST = 1_000  # a logarithm to so many digits takes 10 ms, one to 20,000 half a minute

Number: TypeAlias = Union["Real", Fraction]
Kind = TypeVar("Kind", bound="Real")
ZERO = Fraction(0)
ONE = Fraction(1)
HALF = Fraction(1, 2)

_MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
# Wide enough for every digit there is: cutting and rounding a bound must not round it before.
_WIDE = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX)


class Undecided(ArithmeticError):
    """Two numbers agree to 1,000 digits, and no theorem used here says whether they are equal."""


class Real(Refinable):
    """A real number: as close as asked for, ordered and rounded correctly; equal numbers are found to be equal.

    Never a fraction in disguise where one step shows it (the root of 4 is the fraction 2); a longer way to a fraction
    is found when it matters: when it is compared, rounded or shown.
    """

    __hash__: ClassVar[None]  # type: ignore[assignment]
    _made: ClassVar[WeakValueDictionary[tuple[Any, ...], Real]] = WeakValueDictionary()

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: tuple[int, Enclosure] | None = None

    @classmethod
    def made(cls: type[Kind], *parts: Any) -> Kind:
        """The number of this kind made of these parts: always the same object, so that equals cancel at once."""
        key = (cls, *map(_key, parts))
        found = Real._made.get(key)
        if not isinstance(found, cls):
            found = Real._made[key] = cls(*parts)
        return found

    def _enclose(self, digits: Precision) -> Enclosure:
        raise NotImplementedError

    def enclosure(self, digits: int) -> Enclosure:
        """Two decimals it lies between, computed with so many digits; `TooWide` if they are too few."""
        if self._known is None or self._known[0] < digits:
            self._known = digits, self._enclose(precision(digits))
        return self._known[1]

    def sign(self) -> int:
        """1, 0 or -1, decided: by more digits, or by algebra where it may be 0."""
        for sign in self._signs():
            if sign:
                return sign
        return 0

    def _signs(self) -> Iterator[int]:
        """What more and more digits say, until algebra says that the number is 0 and the digits end."""
        digits, is_zero = FIRST, None
        while True:
            bounds = self.bounds(digits)
            yield 0 if bounds is None else bounds.sign
            if digits == PATIENCE:
                from assessment.foundation.reals.identities import is_zero as decided  # it stands on this module

                is_zero = decided(self)
                if is_zero:
                    return
            if digits > LAST and is_zero is None:
                raise Undecided
            digits *= 2

    def rounded(self, places: int, mode: RoundingMode) -> Decimal:
        """Round once, correctly."""
        digits = FIRST
        while True:
            if (bounds := self.bounds(digits)) is not None:
                low, high = (_cut(bound, places, _MODES[mode]) for bound in bounds)
                if low == high:
                    return low
                if digits >= PATIENCE and (high - low).scaleb(places) == 1:
                    # Only the point half-way is left in doubt.
                    half = (Fraction(low) + Fraction(high)) / 2
                    side = sign_of(self - half)
                    return rounded(half, places, mode) if not side else high if side > 0 else low
            digits *= 2

    def bounds(self, digits: int) -> Enclosure | None:
        """Its enclosure, or None where so many digits are too few."""
        try:
            return self.enclosure(digits)
        except TooWide:
            return None

    def truncated(self, places: int) -> tuple[int, bool]:
        """How many units of the last place, cut towards 0, with the number's sign; and whether that is all of it."""
        if (bounds := self.bounds(FIRST)) is not None and bounds.sign:
            low, high = (abs(_cut(bound, places, ROUND_DOWN)) for bound in bounds)
            if low == high and low not in {abs(bounds.low), abs(bounds.high)}:
                return int(low.scaleb(places, _WIDE)), False
        scaled = abs(self) * Fraction(10) ** places
        whole = _floor(scaled)
        return whole, sign_of(scaled - whole) == 0

    # --- arithmetic --------------------------------------------------------------------------------------------------

    def __add__(self, other: Number | int) -> Number:
        return _sum([(ONE, self), (ONE, _number(other))])

    __radd__ = __add__

    def __sub__(self, other: Number | int) -> Number:
        return _sum([(ONE, self), (-ONE, _number(other))])

    def __rsub__(self, other: Number | int) -> Number:
        return _sum([(-ONE, self), (ONE, _number(other))])

    def __neg__(self) -> Number:
        return _sum([(-ONE, self)])

    def __abs__(self) -> Number:
        return -self if self.sign() < 0 else self

    def __mul__(self, other: Number | int) -> Number:
        other = _number(other)
        return _product((self, other)) if isinstance(other, Real) else _sum([(other, self)])

    __rmul__ = __mul__

    def __truediv__(self, other: Number | int) -> Number:
        return self * reciprocal(_number(other))

    def __rtruediv__(self, other: Number | int) -> Number:
        return reciprocal(self) * _number(other)

    # --- order -------------------------------------------------------------------------------------------------------

    def _compared(self, other: Number | Decimal | int) -> int:
        if self is other:
            return 0
        if isinstance(other, Decimal):
            other = Fraction(other)
        own, against = self.bounds(FIRST), other.bounds(FIRST) if isinstance(other, Real) else None
        if own and against and (own.low > against.high or own.high < against.low):
            return 1 if own.low > against.high else -1
        return sign_of(self - other)

    def __eq__(self, other: object) -> bool:
        return self._compared(other) == 0 if isinstance(other, (Real, Fraction, Decimal, int)) else NotImplemented

    def __lt__(self, other: Number | Decimal | int) -> bool:
        return self._compared(other) < 0

    def __le__(self, other: Number | Decimal | int) -> bool:
        return self._compared(other) <= 0

    def __gt__(self, other: Number | Decimal | int) -> bool:
        return self._compared(other) > 0

    def __ge__(self, other: Number | Decimal | int) -> bool:
        return self._compared(other) >= 0

    def __floor__(self) -> int:
        return _floor(self)

    def __str__(self) -> str:
        """Thirty places, as a frozen record keeps it."""
        return format(self.rounded(30, "half_even"), "f")

    def __repr__(self) -> str:
        return f"<Real {self}>"


class Sum(Real):
    """A fraction and multiples of other real numbers."""

    def __init__(self, constant: Fraction, terms: tuple[tuple[Fraction, Real], ...]) -> None:
        """At least one term, none with the factor 0."""
        super().__init__()
        self.constant, self.terms = constant, terms

    def _enclose(self, digits: Precision) -> Enclosure:
        total = digits.of(self.constant)
        for factor, real in self.terms:
            total = digits.add(total, digits.multiply(digits.of(factor), real.enclosure(digits.digits)))
        return total


class Product(Real):
    """Real numbers multiplied."""

    def __init__(self, factors: tuple[Real, ...]) -> None:
        """Two factors or more."""
        super().__init__()
        self.factors = factors

    def _enclose(self, digits: Precision) -> Enclosure:
        found = self.factors[0].enclosure(digits.digits)
        for real in self.factors[1:]:
            found = digits.multiply(found, real.enclosure(digits.digits))
        return found


class Power(Real):
    """A positive number to a fractional power; or the reciprocal of one that is not 0."""

    def __init__(self, base: Number, exponent: Fraction) -> None:
        """The base is known to be positive, or not 0 where the exponent is -1."""
        super().__init__()
        self.base, self.exponent = base, exponent

    def _enclose(self, digits: Precision) -> Enclosure:
        return digits.power(_enclosed(self.base, digits), self.exponent)


class Log(Real):
    """The natural logarithm of a positive number."""

    def __init__(self, argument: Number) -> None:
        """The argument is known to be positive."""
        super().__init__()
        self.argument = argument

    def _enclose(self, digits: Precision) -> Enclosure:
        return digits.log(_enclosed(self.argument, digits))


def _cut(bound: Decimal, places: int, rounding: str) -> Decimal:
    found = bound.quantize(Decimal((0, (1,), -places)), rounding, _WIDE)
    return found or abs(found)


def _key(part: Any) -> Any:
    """What tells a part from others: fractions by value, real numbers by themselves (a part lives as long as they)."""
    if isinstance(part, tuple):
        return tuple(map(_key, part))
    return id(part) if isinstance(part, Real) else part.as_integer_ratio()  # a fraction's own hash is slow


def _enclosed(value: Number, digits: Precision) -> Enclosure:
    return value.enclosure(digits.digits) if isinstance(value, Real) else digits.of(value)


def _number(value: Number | Decimal | int) -> Number:
    return value if isinstance(value, Real) or type(value) is Fraction else Fraction(value)


def _floor(value: Number) -> int:
    if not isinstance(value, Real):
        return value.numerator // value.denominator
    # The nearest whole number is found without knowing on which side of it the value lies; then that is decided.
    nearest = int(value.rounded(0, "half_even"))
    return nearest - (sign_of(value - nearest) < 0)


def sign_of(value: Number) -> int:
    """1, 0 or -1."""
    return value.sign() if isinstance(value, Real) else (value > 0) - (value < 0)


def _sum(terms: Iterable[tuple[Fraction, Number]]) -> Number:
    """Add up multiples; sums within are opened, and what occurs twice is added."""
    constant, found = ZERO, dict[int, tuple[Fraction, Real]]()
    for factor, value in terms:
        if not isinstance(value, Real):
            constant += factor * value
            continue
        inner = ((ONE, value),) if not isinstance(value, Sum) else value.terms
        constant += factor * value.constant if isinstance(value, Sum) else 0
        for times, real in inner:
            earlier = found.get(id(real), (ZERO, real))[0]
            found[id(real)] = earlier + factor * times, real
    left = tuple((factor, real) for factor, real in found.values() if factor)
    if not left:
        return constant
    if not constant and len(left) == 1 and left[0][0] == 1:
        return left[0][1]
    return Sum.made(constant, tuple(sorted(left, key=lambda term: id(term[1]))))


def _product(factors: Iterable[Real]) -> Product:
    return Product.made(tuple(sorted(factors, key=id)))


def total(values: Iterable[Number]) -> Number:
    """The sum of many numbers, at once."""
    return _sum((ONE, value) for value in values)


def reciprocal(value: Number) -> Number:
    """1 divided by it; `ZeroDivisionError` for 0."""
    if not isinstance(value, Real):
        return 1 / value
    if not value.sign():
        raise ZeroDivisionError("a number that is 0")
    if not isinstance(value, Power):
        return Power.made(value, -ONE)
    return value.base if value.exponent == -1 else power(value.base, -value.exponent)


def power(base: Number, exponent: Fraction) -> Number:
    """A positive number to any fractional power."""
    if sign_of(base) <= 0:
        raise ValueError("only positive numbers are raised to a fractional power")
    if exponent in {0, 1}:
        return base if exponent else ONE
    if isinstance(base, Power):
        return power(base.base, base.exponent * exponent)
    if not isinstance(base, Real) and (root := root_of(base, exponent.denominator)) is not None:
        return root**exponent.numerator
    return Power.made(base, exponent)


def sqrt(value: Number) -> Number:
    """The square root of a number that is not negative."""
    return ZERO if not sign_of(value) else power(value, HALF)


def log(value: Number, base: Number | None = None) -> Number:
    """The logarithm of a positive number, natural unless a base is given; a fraction where it is one."""
    if sign_of(value) <= 0:
        raise ValueError("only positive numbers have a logarithm")
    if value == 1:
        return ZERO
    if base is None:
        return Log.made(value)
    if not isinstance(value, Real) and not isinstance(base, Real):
        ratio = _ratio_of_exponents(value, base)
        if ratio is not None:
            return ratio
    return log(value) * reciprocal(log(base))


def _ratio_of_exponents(value: Fraction, base: Fraction) -> Fraction | None:
    """The logarithm where value and base are powers of one number, else None."""
    numbers = coprime_base([value, base])
    over = exponents_over(numbers, value), exponents_over(numbers, base)
    ratios = {Fraction(one, other) if other else None for one, other in zip(*over, strict=True)}
    return ratios.pop() if len(ratios) == 1 else None


def product_of_powers(factors: Iterable[tuple[Number, Fraction]]) -> Number:
    """Positive numbers to fractional powers, multiplied."""
    exponents, found = dict[Fraction, Fraction](), []
    for value, exponent in factors:
        if isinstance(value, Real):
            found.append(power(value, exponent))
        else:
            exponents[value] = exponents.get(value, ZERO) + exponent
    found += [power(value, exponent) for value, exponent in exponents.items()]
    reals = [value for value in found if isinstance(value, Real)]
    factor = prod((value for value in found if not isinstance(value, Real)), start=ONE)
    if not reals:
        return factor
    return factor * (reals[0] if len(reals) == 1 else _product(reals))
