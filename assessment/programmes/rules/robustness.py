"""How a scheme tests its own ranks: what is varied, how often, and which range is shown."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from assessment.foundation.exact import canonical, shown
from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.shape import Model, Number, Share

Normalisation = Literal["as_scheme", "min_max", "z_score", "percentile_rank"]
NORMALISATIONS: tuple[Normalisation, ...] = get_args(Normalisation)
Mean = Literal["as_scheme", "arithmetic", "geometric", "harmonic"]
MEANS: tuple[Mean, ...] = get_args(Mean)


def _several(known: tuple[str, ...]) -> Any:
    """One of the known words or a list of them, each once."""

    def taken(value: Any) -> tuple[str, ...]:
        named = (value,) if isinstance(value, str) else value
        if not isinstance(named, tuple) or not named or not all(name in known for name in named):
            raise Ill(N_("Name one or several of {known}: each draw takes one of them."), known=", ".join(known))
        return tuple(dict.fromkeys(named))

    words = {"enum": list(known)}
    schema = {"anyOf": [words, {"type": "array", "minItems": 1, "items": words}]}
    return PlainValidator(taken), PlainSerializer(list), WithJsonSchema(schema)


Normalisations = Annotated[tuple[Normalisation, ...], *_several(NORMALISATIONS)]
Means = Annotated[tuple[Mean, ...], *_several(MEANS)]


class Robustness(Model):
    """The method sensitivity of ranks: weights varied evenly by up to a share of themselves and made a whole again.

    With several `normalisation`s each draw takes one of them at random, and so with several means by which parts are
    taken together, at every heading and in the total (`aggregation`). `data_error` varies the values themselves, by up
    to this share, in draws of their own. The `interval` names the two percentiles between which a rank range lies.
    """

    draws: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    weights: Share = Fraction(1, 4)
    normalisation: Normalisations = ("as_scheme",)
    aggregation: Means = ("as_scheme",)
    interval: tuple[Number, Number] = (Decimal(5), Decimal(95))
    data_error: Share | None = None
    seed: int = 1

    def plainly(self) -> dict[str, Any]:
        """All that is said and all that goes without saying, as plain data: what is stored beside the ranges."""
        return {
            "draws": self.draws,
            "seed": self.seed,
            "weights": shown(self.weights * 100),
            "normalisation": list(self.normalisation),
            # Only where it is varied, so that what was frozen before reads as it did.
            **({} if self.aggregation == ("as_scheme",) else {"aggregation": list(self.aggregation)}),
            "interval": [canonical(end) for end in self.interval],
            "data_error": None if self.data_error is None else shown(self.data_error * 100),
        }

    @model_validator(mode="after")
    def _a_range(self) -> "Robustness":
        low, high = self.interval
        if not 0 <= low < high <= 100:
            raise Ill(N_("Write the interval as two percentiles, the lower one first, such as [5, 95]."))
        return self
