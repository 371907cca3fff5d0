"""Rules that hold a value against a target, a standard or a table."""

from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from assessment.foundation.exact import canonical
from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.items import LETTER, Item
from assessment.programmes.rules.shape import Interval, Name, NotNegative, Number, Positive, Span, number, spans


def _target(value: Any) -> Decimal | str:
    if isinstance(value, str):
        if value.isidentifier():
            return value
        raise Ill(N_("“{value}” is not a target; write a number, “letter”, or the name of a value."), value=value[:60])
    return number(value)


_NUMBER_SCHEMA: dict[str, Any] = {"type": "number"}
Target = Annotated[
    Decimal | str, PlainValidator(_target), WithJsonSchema({"anyOf": [_NUMBER_SCHEMA, {"type": "string"}]})
]


def _clip(value: Any) -> tuple[Decimal, Decimal] | None:
    if value == "none":
        return None
    if not isinstance(value, tuple) or len(value) != 2:
        raise Ill(N_("Write the limits as [0, 100], or “none”."))
    low, high = number(value[0]), number(value[1])
    if low >= high:
        raise Ill(N_("The lower limit must lie below the upper one."))
    return low, high


Clip = Annotated[
    tuple[Decimal, Decimal] | None,
    PlainValidator(_clip),
    WithJsonSchema(
        {"anyOf": [{"const": "none"}, {"type": "array", "items": _NUMBER_SCHEMA, "minItems": 2, "maxItems": 2}]}
    ),
]


class Given(Item):
    """The value is the score."""

    rule: Literal["given"]


class Targeted(Item):
    """What rules with a target share."""

    target: Target
    schedule: Literal["letter"] | None = None
    full_when: Literal["target_is_zero"] | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.target,) if isinstance(self.target, str) and self.target != LETTER else ()

    @model_validator(mode="after")
    def _one_answer_for_zero(self) -> "Targeted":
        if self.full_when and "target_is_zero" in self.not_applicable:
            raise Ill(N_("A target of 0 is either not applicable or earns full points; keep one."))
        if isinstance(self.target, Decimal) and self.target <= 0:
            raise Ill(N_("A fixed target must be greater than 0; to ask for none at all use the rule “deduct”."))
        if self.schedule and self.target != LETTER:
            raise Ill(N_("Only a target from the letter has a schedule; write “target: letter”."))
        return self


class Completion(Targeted):
    """More is better: points x actual / target, at most `cap` times the points.

    With `growth`, a letter may set a target of growth instead; a letter that sets both counts as `when_both` says.
    """

    rule: Literal["completion"]
    cap: Positive = Decimal(1)
    growth: Name | None = None
    when_both: Literal["absolute", "growth"] | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        return (*super().needs, *((self.growth,) if self.growth else ()))

    @model_validator(mode="after")
    def _growth_is_agreed_in_the_letter(self) -> "Completion":
        if self.growth and self.target != LETTER:
            raise Ill(N_("Growth is agreed in the letter; write “target: letter”, or leave out “growth”."))
        if self.when_both and not self.growth:
            raise Ill(N_("“when_both” is for an indicator with “growth”; name the value of the growth."))
        return self


class Control(Targeted):
    """Less is better: points x (2 - actual / target)."""

    rule: Literal["control"]


class Efficacy(Item):
    """From the unacceptable value (60) to the satisfactory one (100), in either direction."""

    rule: Literal["efficacy"]
    satisfactory: Number
    unacceptable: Number
    clip: Clip = (Decimal(0), Decimal(100))

    @model_validator(mode="after")
    def _two_values(self) -> "Efficacy":
        if self.satisfactory == self.unacceptable:
            raise Ill(N_("The satisfactory and the unacceptable value are equal; they must differ."))
        return self


class Banded(Item):
    """Between standards, from the best down: each earns its coefficient of the points, evenly between two of them.

    As in the evaluation of enterprises by the Ministry of Finance; beyond the last standard nothing is earned. Falling
    standards: more is better; rising ones: less is better.
    """

    rule: Literal["banded"]
    standards: Annotated[tuple[Number, ...], Field(min_length=2)]
    coefficients: tuple[NotNegative, ...] = (Decimal(1), Decimal("0.8"), Decimal("0.6"), Decimal("0.4"), Decimal("0.2"))

    @model_validator(mode="after")
    def _each_its_own(self) -> "Banded":
        if len(self.standards) != len(self.coefficients):
            raise Ill(
                N_("{standards} standards have {coefficients} coefficients; give each its own."),
                standards=len(self.standards),
                coefficients=len(self.coefficients),
            )
        signs = {(upper > lower) - (upper < lower) for upper, lower in pairwise(self.standards)}
        if signs not in ({1}, {-1}):
            raise Ill(N_("Write the standards from the best to the worst, all falling or all rising."))
        if self.coefficients[0] > 1 or any(upper <= lower for upper, lower in pairwise(self.coefficients)):
            raise Ill(N_("The coefficients fall from at most 1, such as [1, 0.8, 0.6, 0.4, 0.2]."))
        return self

    @property
    def higher_is_better(self) -> bool:
        """Whether the standards fall."""
        return self.standards[0] > self.standards[-1]


class PointStep(Interval):
    """One step and the points it earns."""

    points: NotNegative


class Steps(Item):
    """A table of half-open steps."""

    rule: Literal["steps"]
    steps: Annotated[tuple[PointStep, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _no_gap(self) -> "Steps":
        spans(self.steps)
        most = max(step.points for step in self.steps)
        full = min(self.points.values()) if isinstance(self.points, dict) else self.points
        if most > full:
            raise Ill(
                N_("A step earns {most} points, more than the {full} of the indicator."),
                most=canonical(most),
                full=canonical(full),
            )
        return self

    @cached_property
    def table(self) -> tuple[tuple[Span, Decimal], ...]:
        """Each step with its points."""
        return tuple(zip(spans(self.steps), (step.points for step in self.steps), strict=True))
