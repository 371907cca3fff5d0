"""Indicators of a scheme: what is scored, for how many points, by which rule."""

from collections.abc import Iterator, Mapping
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
from assessment.programmes.rules.shape import Name, Named

__all__ = [
    "LETTER", "PEER_MEAN", "Banded", "Completion", "Control", "Deduct", "DeductSeveral", "Dimension", "Direction",
    "Efficacy", "Entry", "Given", "Indicator", "Item", "Losing", "Loss", "MissingPolicy", "Panel", "PeerMinmax",
    "PointStep", "Position", "Sliding", "Steps", "Targeted", "WhenZero", "all_items",
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
    | Panel,
    Field(discriminator="rule"),
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
