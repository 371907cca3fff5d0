"""What every indicator of a scheme says, whatever its rule: code, points, the values it reads, what gaps do."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from assessment.foundation.exact import canonical
from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.shape import Name, Named, number, one_or_more

MissingPolicy = Literal["block", "zero_by_decision", "reweight", "peer_mean", "carry_forward"]
WhenZero = Literal["target_is_zero", "divisor_is_zero"]
Direction = Literal["higher_is_better", "lower_is_better"]

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


_NUMBER_SCHEMA: dict[str, Any] = {"type": "number"}
Points = Annotated[
    Decimal | dict[str, Decimal],
    PlainValidator(_points),
    WithJsonSchema({"anyOf": [_NUMBER_SCHEMA, {"type": "object", "additionalProperties": _NUMBER_SCHEMA}]}),
]


class Item(Named):
    """What all indicators say, whatever their rule."""

    code: Name
    points: Points
    value: Name | None = None
    basis: str | None = None
    source: str | None = None
    missing: MissingPolicy | None = None
    not_applicable: Annotated[
        tuple[WhenZero, ...], BeforeValidator(one_or_more, json_schema_input_type=WhenZero | tuple[WhenZero, ...])
    ] = ()

    @property
    def reads(self) -> str:
        """The value that is scored: the one named, else the one of the indicator's own code."""
        return self.value or self.code

    @property
    def parts(self) -> tuple[str, ...]:
        """All values that are scored; more than one where the rule takes several together."""
        return (self.reads,)

    @property
    def some_suffice(self) -> bool:
        """Whether some of the parts will do, as with the marks of a panel, of which one may be wanting."""
        return False

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
