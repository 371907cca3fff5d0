"""Rules that hold a value against those of the peer group."""

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.items import Direction, Item
from assessment.programmes.rules.shape import NotNegative, Positive, number

PEER_MEAN = "peer_mean"


class PeerMinmax(Item):
    """From the worst (`floor`) to the best (100) of the peer group."""

    rule: Literal["peer_minmax"]
    direction: Direction = "higher_is_better"
    floor: NotNegative = Decimal(0)
    all_equal: NotNegative = Decimal(100)

    @model_validator(mode="after")
    def _below_hundred(self) -> "PeerMinmax":
        if self.floor >= 100 or self.all_equal > 100:
            raise Ill(N_("The floor lies below 100, and what equals earn is at most 100."))
        return self


class Position(Item):
    """By place in the peer group: points less `step` for each place behind the first; equals share the better place."""

    rule: Literal["position"]
    step: Positive
    direction: Direction = "higher_is_better"
    least: NotNegative = Decimal(0)

    @model_validator(mode="after")
    def _least_below_full(self) -> "Position":
        full = min(self.points.values()) if isinstance(self.points, dict) else self.points
        if self.least >= full:
            raise Ill(N_("The least points of the last places lie below the points of the indicator."))
        return self


def _average(value: Any) -> Decimal | str:
    if isinstance(value, str):
        if value.isidentifier():
            return value
        raise Ill(
            N_("“{value}” is not an average; write “peer_mean”, a number, or the name of a value."), value=value[:60]
        )
    return number(value)


Average = Annotated[
    Decimal | str,
    PlainValidator(_average),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]


class Sliding(Item):
    """A base for the average, and for each `width` beyond it base / divisor more, by a smaller share each time.

    The last divisor holds for all that lies farther out; the same is lost below the average.
    """

    rule: Literal["sliding"]
    base: Positive
    average: Average = PEER_MEAN
    width: Positive = Decimal(10)
    divisors: Annotated[tuple[Positive, ...], Field(min_length=1)] = (Decimal(20), Decimal(40), Decimal(60))
    cap: Positive = Decimal(1)

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.average,) if isinstance(self.average, str) and self.average != PEER_MEAN else ()

    @model_validator(mode="after")
    def _slower_and_slower(self) -> "Sliding":
        if any(earlier > later for earlier, later in pairwise(self.divisors)):
            raise Ill(N_("The divisors rise, such as [20, 40, 60]: farther out a step is worth less."))
        full = min(self.points.values()) if isinstance(self.points, dict) else self.points
        if self.base > full * self.cap:
            raise Ill(N_("The base is more than can be earned; raise the points or the cap."))
        return self
