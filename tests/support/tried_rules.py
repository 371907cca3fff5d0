"""One indicator and the facts it is tried with, as short as can be written."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from assessment.programmes.rules.indicators import Indicator, Item
from assessment.scoring.rules.facts import Facts, Peers

ITEM: TypeAdapter[Item] = TypeAdapter(Indicator)


def indicator(**parameters: Any) -> Item:
    return ITEM.validate_python({"code": "x", "points": Decimal(10), **parameters})


def facts(actual: str, target: str | None = None) -> Facts:
    return Facts(Fraction(10), Fraction(actual), None if target is None else Fraction(target), Peers(()))
