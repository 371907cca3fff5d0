"""Indicators of a scheme: what is scored, for how many points, by which rule."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, GetJsonSchemaHandler, PlainValidator, Tag, WithJsonSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from assessment.foundation.exact import canonical
from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.shape import (
    Interval,
    Name,
    Named,
    NotNegative,
    Number,
    OneOrMore,
    Positive,
    Span,
    number,
    spans,
)

MissingPolicy = Literal["block", "zero_by_decision", "reweight", "peer_mean", "carry_forward"]
WhenZero = Literal["target_is_zero", "divisor_is_zero"]

LETTER = "letter"


def _points(value: Any) -> Decimal | dict[str, Decimal]:
    shares = value if isinstance(value, dict) else {"": value}
    points = {group: number(share) for group, share in shares.items()}
    for share in points.values():
        if share <= 0:
            raise Ill(
                N_("{value} is too small; points must be greater than 0. Leave out groups without the indicator."),
                value=canonical(share),
            )
    return points if isinstance(value, dict) else points[""]


def _target(value: Any) -> Decimal | str:
    if isinstance(value, str):
        if value.isidentifier():
            return value
        raise Ill(N_("“{value}” is not a target; write a number, “letter”, or the name of a value."), value=value[:60])
    return number(value)


_NUMBER_SCHEMA: dict[str, Any] = {"type": "number"}
Points = Annotated[
    Decimal | dict[str, Decimal],
    PlainValidator(_points),
    WithJsonSchema({"anyOf": [_NUMBER_SCHEMA, {"type": "object", "additionalProperties": _NUMBER_SCHEMA}]}),
]
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


class Item(Named):
    """What all indicators say, whatever their rule."""

    code: Name
    points: Points
    value: Name | None = None
    basis: str | None = None
    source: str | None = None
    missing: MissingPolicy | None = None
    not_applicable: Annotated[tuple[WhenZero, ...], OneOrMore] = ()

    @property
    def reads(self) -> str:
        """The value that is scored: the one named, else the one of the indicator's own code."""
        return self.value or self.code

    @property
    def needs(self) -> tuple[str, ...]:
        """Other values that the rule reads, such as one that serves as the target."""
        return ()

    def points_in(self, group: str) -> Decimal | None:
        """The full mark in a peer group; None where the indicator is no part of that group's assessment."""
        return self.points.get(group) if isinstance(self.points, dict) else self.points

    def in_language(self, language: str) -> str:
        """The name, or the code of an indicator without one."""
        return super().in_language(language) or self.code


class Given(Item):
    """The value is the score."""

    rule: Literal["given"]


class _Targeted(Item):
    target: Target
    schedule: Literal["letter"] | None = None
    full_when: Literal["target_is_zero"] | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.target,) if isinstance(self.target, str) and self.target != LETTER else ()

    @model_validator(mode="after")
    def _one_answer_for_zero(self) -> "_Targeted":
        if self.full_when and "target_is_zero" in self.not_applicable:
            raise Ill(N_("A target of 0 is either not applicable or earns full points; keep one."))
        if isinstance(self.target, Decimal) and self.target <= 0:
            raise Ill(N_("A fixed target must be greater than 0; to ask for none at all use the rule “deduct”."))
        if self.schedule and self.target != LETTER:
            raise Ill(N_("Only a target from the letter has a schedule; write “target: letter”."))
        return self


class Completion(_Targeted):
    """More is better: points x actual / target, at most `cap` times the points."""

    rule: Literal["completion"]
    cap: Positive = Decimal(1)


class Control(_Targeted):
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


class PeerMinmax(Item):
    """From the worst (`floor`) to the best (100) of the peer group."""

    rule: Literal["peer_minmax"]
    direction: Literal["higher_is_better", "lower_is_better"] = "higher_is_better"
    floor: NotNegative = Decimal(0)
    all_equal: NotNegative = Decimal(100)

    @model_validator(mode="after")
    def _below_hundred(self) -> "PeerMinmax":
        if self.floor >= 100 or self.all_equal > 100:
            raise Ill(N_("The floor lies below 100, and what equals earn is at most 100."))
        return self


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


class Deduct(Item):
    """Points are lost for each unit of the value, until none are left."""

    rule: Literal["deduct"]
    each: Positive
    per: Positive = Decimal(1)
    part_of_a_step: Literal["dropped", "proportional"]
    over: NotNegative = Decimal(0)
    at_most: Positive | None = None
    zero_from: Positive | None = None


Indicator = Annotated[
    Given | Completion | Control | Efficacy | PeerMinmax | Steps | Deduct, Field(discriminator="rule")
]


class Dimension(Named):
    """A heading with its indicators, written `- build: {zh: ..., en: ...}` with `items:` beneath."""

    code: Name
    items: Annotated[tuple[Indicator, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "code" in value:
            return value
        heads = [key for key in value if key != "items"]
        if len(heads) != 1:
            raise Ill(
                N_("Write a heading as its code with its names, and “items” beneath; nothing else stands beside them.")
            )
        names = value[heads[0]] if value[heads[0]] is not None else {}
        if not isinstance(names, dict) or "items" in names or "code" in names:
            raise Ill(N_("After the heading's code stand its names: {zh: ..., en: ...}."))
        return {"code": heads[0], **names, "items": value["items"]}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe the heading as the file has it."""
        schema = handler.resolve_ref_schema(handler(core))
        properties = schema["properties"]
        names = {
            "type": "object",
            "additionalProperties": False,
            "properties": {"zh": properties["zh"], "en": properties["en"]},
        }
        items = properties["items"]
        schema.update(
            properties={"items": items},
            required=["items"],
            additionalProperties=names,
            minProperties=2,
            maxProperties=2,
        )
        return schema

    def in_language(self, language: str) -> str:
        """The name, or the code of a heading without one."""
        return super().in_language(language) or self.code


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "dimension" if "items" in value else "indicator"
    return "dimension" if isinstance(value, Dimension) else "indicator"


Entry = Annotated[Annotated[Dimension, Tag("dimension")] | Annotated[Indicator, Tag("indicator")], Discriminator(_kind)]


def all_items(entries: tuple[Any, ...]) -> Iterator[Item]:
    """Every indicator, in the order of the file."""
    for entry in entries:
        yield from entry.items if isinstance(entry, Dimension) else (entry,)
