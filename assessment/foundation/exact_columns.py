"""Database columns for exact numbers: canonical decimal text, and scaled whole numbers."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from assessment.foundation.exact import canonical, fitting, parse_decimal

_LARGEST = 2**63 - 1


def _exact(value: Any) -> Decimal | int:
    if isinstance(value, bool) or not isinstance(value, (Decimal, int)):
        raise TypeError(f"an exact column takes Decimal or int, not {type(value).__name__}")
    return value


def _decimal(value: Any) -> Decimal:
    return fitting(Decimal(_exact(value)))


class ExactNumber(TypeDecorator[Decimal]):
    """Any decimal of at most 40 digits, kept as its canonical text; not for sorting or comparing in the database."""

    impl = String(42)
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> str | None:
        """Write the canonical text."""
        return None if value is None else canonical(_exact(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read it back, as strictly as it was written."""
        return None if value is None else parse_decimal(value)


class Scaled(TypeDecorator[Decimal]):
    """Decimals with a fixed number of places, kept as whole numbers so that the database can sort and sum them."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        """Keep `places` decimals."""
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Write the whole number; a value with more places is refused, never rounded."""
        if value is None:
            return None
        scaled: Fraction = Fraction(_decimal(value)) * 10**self.places
        if scaled.denominator != 1 or abs(scaled.numerator) > _LARGEST:
            raise ValueError(f"{value} does not fit into {self.places} places exactly")
        return scaled.numerator

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Read it back with all its places."""
        if value is None:
            return None
        return Decimal((int(value < 0), tuple(int(digit) for digit in str(abs(value))), -self.places))
