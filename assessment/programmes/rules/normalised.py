"""Rules of composite indicators: a value is denominated, imputed, treated and normalised within its peer group."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from assessment.foundation.exact import canonical
from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.items import Direction, Item, MissingPolicy, Points
from assessment.programmes.rules.shape import Model, Name, Number, Positive, number

Imputation = Literal["none", "mean", "median", "group_mean", "group_median", "carried_forward"]

# What an imputation means for a value that it does not fill: left out, taken from the period before, or asked for.
POLICIES: dict[str, MissingPolicy] = {"none": "reweight", "carried_forward": "carry_forward"}


class Denominator(Model):
    """What a value is divided by, such as the population; the quotient is multiplied by `times`."""

    by: Name
    times: Positive = Decimal(1)


class Treatment(Model):
    """What is done where |skewness| and excess kurtosis both exceed their limits.

    At most `winsorise` of the outermost values are brought in to the next one; where that is not enough, a logarithm
    is taken of all values as they were, or they stay as the last winsorising left them.
    """

    winsorise: Annotated[int, Field(ge=0, le=1000)] = 5
    skewness: Positive = Decimal(2)
    kurtosis: Positive = Decimal("3.5")
    otherwise: Literal["log", "none"] = "log"


def _treatment(value: Any) -> Any:
    return {} if value == "winsorise" else value


def _denominator(value: Any) -> Any:
    return {"by": value} if isinstance(value, str) else value


Treated = Annotated[
    Literal["none", "log"] | Treatment,
    BeforeValidator(_treatment, json_schema_input_type=Literal["none", "log", "winsorise"] | Treatment),
]
Denominated = Annotated[
    Denominator | None, BeforeValidator(_denominator, json_schema_input_type=Name | Denominator | None)
]


class Normalised(Item):
    """What all these rules say. In a composite, the points are the indicator's weight among its neighbours."""

    takes_treatment: ClassVar[bool] = True
    is_bounded: ClassVar[bool] = True

    points: Points = Decimal(1)
    direction: Direction = "higher_is_better"
    denominate: Denominated = None
    impute: Imputation | None = None
    treat: Treated | None = None

    @property
    def rule_name(self) -> str:
        """The rule as the scheme names it."""
        return str(getattr(self, "rule"))  # noqa: B009 - each of them has one, this class none

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.denominate.by,) if self.denominate else ()

    @model_validator(mode="after")
    def _one_answer_for_gaps(self) -> "Normalised":
        if self.impute and self.missing:
            raise Ill(N_("What happens to a missing value is said twice; keep “impute” or “missing”."))
        if not self.takes_treatment and self.treat not in {None, "none"}:
            raise Ill(N_("This rule holds the value as measured against fixed bounds; leave out “treat”."))
        return self


class MinMax(Normalised):
    """From the lowest of the peer group to its highest, over the whole scale."""

    rule: Literal["min_max"]
    all_equal: Number | None = None


class ZScore(Normalised):
    """Distance from the mean in standard deviations (of the sample, n - 1)."""

    is_bounded = False

    rule: Literal["z_score"]
    mean: Number = Decimal(0)
    deviation: Positive = Decimal(1)


class Goalposts(Normalised):
    """From `low` to `high`, whatever the others have, or from the one's logarithm to the other's."""

    takes_treatment = False

    rule: Literal["goalposts"]
    low: Number
    high: Number
    logarithmic: bool = False
    beyond: Literal["truncated", "counted"] = "truncated"

    @model_validator(mode="after")
    def _apart(self) -> "Goalposts":
        if self.low >= self.high:
            raise Ill(N_("The low goalpost must lie below the high one; “direction” says which is better."))
        if self.logarithmic and self.low <= 0:
            raise Ill(N_("Logarithmic goalposts must be greater than 0."))
        return self


class DistanceToTarget(Normalised):
    """From the worst of the peer group to a target; what lies beyond it counts unless capped."""

    rule: Literal["distance_to_target"]
    target: Number
    cap: bool = False

    @model_validator(mode="after")
    def _as_measured(self) -> "DistanceToTarget":
        if self.treat == "log":
            raise Ill(N_("The target is held against the value as measured; leave out the logarithm."))
        return self


class PercentileRank(Normalised):
    """The share of the others that are worse, over the whole scale."""

    rule: Literal["percentile_rank"]


class Rank(Normalised):
    """The place counted from the lowest, which has 1; equals share the lower place."""

    is_bounded = False

    rule: Literal["rank"]


class Borda(Normalised):
    """How many of the others are worse."""

    is_bounded = False

    rule: Literal["borda"]


@dataclass(frozen=True)
class Aggregation:
    """How parts make a whole: a mean of some power (1 arithmetic, 0 geometric, -1 harmonic), or Copeland's method."""

    power: Fraction | None

    @property
    def needs_positive(self) -> bool:
        """Whether negative parts cannot be taken."""
        return self.power is not None and self.power != 1

    def __str__(self) -> str:
        if self.power is None:
            return "copeland"
        return next((name for name, power in _MEANS.items() if power == self.power), f"power {self.power}")


ARITHMETIC = Aggregation(Fraction(1))
COPELAND = Aggregation(None)
_MEANS = {"arithmetic": Fraction(1), "geometric": Fraction(0), "harmonic": Fraction(-1)}


def _aggregation(value: Any) -> Aggregation:
    if isinstance(value, str) and value in _MEANS:
        return Aggregation(_MEANS[value])
    if value == "copeland":
        return COPELAND
    if isinstance(value, dict) and set(value) == {"power"}:
        power = number(value["power"])
        if abs(power) > 100:
            raise Ill(N_("{power} is too large a power; it lies between -100 and 100."), power=canonical(power))
        return Aggregation(Fraction(power))
    raise Ill(N_("Write “arithmetic”, “geometric”, “harmonic”, “copeland”, or a generalised mean as {example}."),
              example="{power: 0.5}")  # fmt: skip


Aggregate = Annotated[
    Aggregation,
    PlainValidator(_aggregation),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [*_MEANS, "copeland"]},
                {
                    "type": "object",
                    "properties": {"power": {"type": "number"}},
                    "required": ["power"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
