"""Indicators of a scheme: what is scored, for how many points, by which rule."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Discriminator, Field, GetJsonSchemaHandler, Tag, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from assessment.foundation.i18n import N_
from assessment.programmes.rules.against_peers import PEER_MEAN, PeerMinmax, Position, Sliding
from assessment.programmes.rules.against_targets import (
    Banded,
    Completion,
    Control,
    Efficacy,
    Given,
    PointStep,
    Steps,
    Targeted,
)
from assessment.programmes.rules.counted import Deduct, DeductSeveral, Losing, Loss, Panel
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.items import LETTER, Direction, Item, MissingPolicy, WhenZero
from assessment.programmes.rules.normalised import (
    ARITHMETIC,
    Aggregate,
    Aggregation,
    Borda,
    DistanceToTarget,
    Goalposts,
    MinMax,
    PercentileRank,
    Rank,
    ZScore,
)
from assessment.programmes.rules.shape import Name, Named, Positive, Share

__all__ = [
    "LETTER", "PEER_MEAN", "Banded", "Borda", "Completion", "Control", "Deduct", "DeductSeveral", "Dimension",
    "Direction", "DistanceToTarget", "Efficacy", "Entry", "Given", "Goalposts", "Indicator", "Item", "Losing",
    "Loss", "MinMax", "MissingPolicy", "Panel", "PeerMinmax", "PercentileRank", "PointStep", "Position", "Rank",
    "Sliding", "Steps", "Targeted", "WhenZero", "ZScore", "all_dimensions", "all_items",
]  # fmt: skip

Indicator = Annotated[
    Given
    | Completion
    | Control
    | Efficacy
    | Banded
    | PeerMinmax
    | Position
    | Sliding
    | Steps
    | Deduct
    | DeductSeveral
    | Panel
    | MinMax
    | ZScore
    | Goalposts
    | DistanceToTarget
    | PercentileRank
    | Rank
    | Borda,
    Field(discriminator="rule"),
]


class Dimension(Named):
    """A heading with its indicators or further headings, written `- build: {zh: ..., en: ...}` with `items:` beneath.

    In a composite it also says what it weighs among its neighbours, how its parts are aggregated, and the share of
    them without which it has no score.
    """

    code: Name
    points: Positive = Decimal(1)
    aggregate: Aggregate | None = None
    available: Share | None = None
    items: Annotated[tuple["Entry", ...], Field(min_length=1)]

    @property
    def aggregation(self) -> Aggregation:
        """How its parts make a whole."""
        return self.aggregate or ARITHMETIC

    @property
    def leaves(self) -> tuple[Item, ...]:
        """Every indicator beneath, in the order of the file."""
        return tuple(all_items(self.items))

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
        names = {name: properties[name] for name in ("zh", "en", "points", "aggregate", "available")}
        beneath = {"type": ["object", "null"], "additionalProperties": False, "properties": names}
        folded = {
            "properties": {"items": True},
            "additionalProperties": beneath,
            "minProperties": 2,
            "maxProperties": 2,
        }
        unfolded = {"properties": properties, "additionalProperties": False, "required": ["code"]}
        del schema["additionalProperties"]
        schema.update(properties={"items": properties["items"]}, required=["items"], anyOf=[folded, unfolded])
        return schema

    def in_language(self, language: str) -> str:
        """The name, or the code of a heading without one."""
        return super().in_language(language) or self.code


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "dimension" if "items" in value else "indicator"
    return "dimension" if isinstance(value, Dimension) else "indicator"


Entry = Annotated[Annotated[Dimension, Tag("dimension")] | Annotated[Indicator, Tag("indicator")], Discriminator(_kind)]


Dimension.model_rebuild()


def all_items(entries: tuple[Any, ...]) -> Iterator[Item]:
    """Every indicator, in the order of the file."""
    for entry in entries:
        yield from all_items(entry.items) if isinstance(entry, Dimension) else (entry,)


def all_dimensions(entries: tuple[Any, ...]) -> Iterator[Dimension]:
    """Every heading, each before those beneath it."""
    for entry in entries:
        if isinstance(entry, Dimension):
            yield entry
            yield from all_dimensions(entry.items)
