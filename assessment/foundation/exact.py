"""Exact numbers: decimals read strictly, written one way, rounded once, and whole amounts shared without loss."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal, Protocol, TypeVar

RoundingMode = Literal["half_up", "half_even"]
Rational = Fraction | Decimal | int

MOST_DIGITS = 40

_DECIMAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)


class _Sortable(Protocol):
    def __lt__(self, other: object, /) -> bool: ...


Key = TypeVar("Key", bound="str | int | _Sortable")


class Refinable:
    """A number with endless digits that can still be rounded and cut exactly (`foundation.reals`).

    Not an abstract class of the library's kind: asking whether a number is one of those takes five times as long.
    """

    def rounded(self, places: int, mode: RoundingMode) -> Decimal:
        """Rounded once."""
        raise NotImplementedError

    def truncated(self, places: int) -> tuple[int, bool]:
        """Its size in units of the last place, cut; and whether nothing was cut off."""
        raise NotImplementedError

    def sign(self) -> int:
        """1, 0 or -1."""
        raise NotImplementedError


Exact = Fraction | Decimal | int | Refinable


def parse_decimal(text: str) -> Decimal:
    """Read a decimal number as it is written; anything else (NaN, infinity, separators, blanks) is a ValueError."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not a decimal number")
    number = Decimal(text)
    is_short = len(text) <= MOST_DIGITS and "e" not in text and "E" not in text
    return number if is_short else fitting(number)


def fitting(value: Decimal) -> Decimal:
    """The number itself, or a ValueError where it could not be written out in at most 40 digits."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is not a finite number")
    whole = max(len(digits) + exponent, 1)
    decimals = max(-exponent, 0)
    if whole + decimals > MOST_DIGITS:
        raise ValueError(f"the number has more than {MOST_DIGITS} digits")
    return value


def canonical(value: Decimal | int) -> str:
    """The one text of a number: no exponent, no trailing zeros, no plus, zero without a sign."""
    text = str(value)
    is_plain = text.replace("-", "").replace(".", "").isdigit()
    if len(text) > MOST_DIGITS or not is_plain:  # endless, huge, or with an exponent
        text = format(fitting(Decimal(value)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", "0"} else text


def rounded(value: Exact, places: int, mode: RoundingMode) -> Decimal:
    """Round once and exactly; `half_up` moves halves away from zero, `half_even` (GB/T 8170) to the even digit."""
    if not 0 <= places <= MOST_DIGITS:
        raise ValueError("places lie between 0 and 40")
    if isinstance(value, Refinable):
        return value.rounded(places, mode)
    if isinstance(value, float) or not isinstance(value, (Fraction, Decimal, int)):
        raise TypeError("only exact numbers are rounded")
    numerator, denominator = value.as_integer_ratio()
    whole, rest = divmod(abs(numerator) * 10**places, denominator)
    twice = 2 * rest - denominator
    if twice > 0 or (twice == 0 and (mode == "half_up" or whole % 2 == 1)):
        whole += 1
    negative = numerator < 0 and whole != 0
    # Built from its digits: arithmetic on a Decimal would round to the context's precision.
    return Decimal((int(negative), tuple(int(digit) for digit in str(whole)), -places))


def shown(value: Exact, places: int = 12) -> str:
    """A number for a reader: its canonical text, cut after `places` decimals and then marked with an ellipsis."""
    # In whole numbers: explanations show thousands of numbers, and fractions of fractions are slow.
    if isinstance(value, Refinable):
        sign = "-" if value.sign() < 0 else ""
        whole, is_all = value.truncated(places)
        head, tail = divmod(whole, 10**places)
        decimals = f"{tail:0{places}d}"
        return f"{sign}{head}.{decimals}…" if not is_all else f"{sign}{head}.{decimals}".rstrip("0").rstrip(".")
    return _cut(*value.as_integer_ratio(), places)


@lru_cache(maxsize=1 << 14)  # points, targets and standards are the same for every unit
def _cut(numerator: int, denominator: int, places: int) -> str:
    sign = "-" if numerator < 0 else ""
    head, rest = divmod(abs(numerator), denominator)
    if not rest:
        return f"{sign}{head}"
    tail, rest = divmod(rest * 10**places, denominator)
    decimals = f"{tail:0{places}d}"
    return f"{sign}{head}.{decimals}…" if rest else f"{sign}{head}.{decimals.rstrip('0')}"


def largest_remainder(pool: int, weights: Mapping[Key, Rational] | Iterable[tuple[Key, Rational]]) -> dict[Key, int]:
    """Share whole units by weight: floors first, the rest by largest remainder, ties by larger weight, then by key."""
    shares = {key: Fraction(weight) for key, weight in (weights.items() if isinstance(weights, Mapping) else weights)}
    total = sum(shares.values(), Fraction(0))
    if pool < 0 or any(weight < 0 for weight in shares.values()):
        raise ValueError("a pool and its weights are not negative")
    if total == 0:
        if pool:
            raise ValueError("a pool cannot be shared when all weights are 0")
        return dict.fromkeys(shares, 0)
    quotas = {key: pool * weight / total for key, weight in shares.items()}
    return round_to_sum(pool, quotas, shares)


def round_to_sum(pool: int, quotas: Mapping[Key, Fraction], weights: Mapping[Key, Fraction]) -> dict[Key, int]:
    """Whole amounts for quotas that sum to the pool; leftovers by largest remainder, larger weight, then key."""
    amounts = {key: quota.numerator // quota.denominator for key, quota in quotas.items()}
    left = pool - sum(amounts.values())
    order = sorted(quotas)
    order.sort(key=lambda key: (quotas[key] - amounts[key], weights[key]), reverse=True)
    for key in order[:left]:
        amounts[key] += 1
    return amounts
