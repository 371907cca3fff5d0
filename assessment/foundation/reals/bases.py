"""Fractions as products of whole numbers that share no factor, which tells whether roots and logarithms are related."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd


def coprime_base(values: Iterable[Fraction | int]) -> tuple[int, ...]:
    """Whole numbers above 1, no two with a common factor and none a power, of which all values are products."""
    base: list[int] = []
    waiting = [n for value in values for n in value.as_integer_ratio() if abs(n) > 1]
    while waiting:
        number = abs(waiting.pop())
        for place, other in enumerate(base):
            if (common := gcd(number, other)) > 1:
                del base[place]
                waiting += [n for n in (number // common, other // common, common) if n > 1]
                break
        else:
            base.append(number)
    return tuple(sorted(_without_power(number) for number in base))


def exponents_over(base: Sequence[int], value: Fraction | int) -> tuple[int, ...]:
    """How often each member of a base divides a positive value; ValueError where the base does not make it up."""
    top, bottom = value.as_integer_ratio()
    found = []
    for number in base:
        times = 0
        while top % number == 0:
            top, times = top // number, times + 1
        while bottom % number == 0:
            bottom, times = bottom // number, times - 1
        found.append(times)
    if top != 1 or bottom != 1:
        raise ValueError("the base does not make up this value")
    return tuple(found)


def root_of(value: Fraction, degree: int) -> Fraction | None:
    """The root of a positive fraction where that is a fraction, else None."""
    top, bottom = (whole_root(n, degree) for n in value.as_integer_ratio())
    return None if top is None or bottom is None else Fraction(top, bottom)


def whole_root(number: int, degree: int) -> int | None:
    """The root of a positive whole number where that is whole, else None."""
    if degree == 1 or number == 1:
        return number
    if degree >= number.bit_length():
        return None
    # Newton's method in whole numbers, from above.
    root = 1 << -(-number.bit_length() // degree)
    while True:
        lower = ((degree - 1) * root + number // root ** (degree - 1)) // degree
        if lower >= root:
            break
        root = lower
    return root if root**degree == number else None


def _without_power(number: int) -> int:
    """The number of which it is the highest power."""
    for degree in range(number.bit_length(), 1, -1):
        if (root := whole_root(number, degree)) is not None:
            return root
    return number
