"""A scheme as a composite indicator: on which scale, how parts are aggregated, and what every indicator shares."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.normalised import ARITHMETIC, Aggregate, Imputation, Treated
from assessment.programmes.rules.shape import Model, Name, Share, number


def _scale(value: Any) -> tuple[Decimal, Decimal]:
    if not isinstance(value, tuple) or len(value) != 2:
        raise Ill(N_("Write the scale as its two ends, such as [0, 100]."))
    low, high = number(value[0]), number(value[1])
    if low < 0 or low >= high:
        raise Ill(N_("A scale begins at 0 or above, and its end lies above its beginning."))
    return low, high


Scale = Annotated[
    tuple[Decimal, Decimal],
    PlainValidator(_scale),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
]
FULL: tuple[Decimal, Decimal] = (Decimal(0), Decimal(100))


class CompositeIndicator(Model):
    """What makes a scheme a composite: headings are aggregated into a total, not summed.

    `available` is the share of its indicators that a unit must have a value for; without it a unit is not ranked and
    enters no statistic. `impute` and `treat` hold for every indicator that says nothing else. `group` names the
    property of units (a column) within which group means and medians are taken.
    """

    scale: Scale = FULL
    aggregate: Aggregate = ARITHMETIC
    available: Share | None = None
    impute: Imputation | None = None
    treat: Treated | None = None
    group: Name | None = None
