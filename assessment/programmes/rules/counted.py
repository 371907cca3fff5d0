"""Rules that take counts: points lost for each of something, votes and marks of a panel."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from assessment.foundation.exact import canonical, shown
from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.items import Item
from assessment.programmes.rules.shape import Model, Name, NotNegative, Positive, number


class Losing(Model):
    """What is lost for each unit of a value."""

    each: Positive
    per: Positive = Decimal(1)
    part_of_a_step: Literal["dropped", "proportional"]
    over: NotNegative = Decimal(0)
    at_most: Positive | None = None
    zero_from: Positive | None = None


class Deduct(Losing, Item):
    """Points are lost for each unit of the value, until none are left."""

    rule: Literal["deduct"]


class Loss(Losing):
    """One thing for which points are lost, each with its own cap."""

    value: Name


class DeductSeveral(Item):
    """Points are lost for several things, together at most `at_most`, until none are left."""

    rule: Literal["deduct_several"]
    losses: Annotated[tuple[Loss, ...], Field(min_length=1)]
    at_most: Positive | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(loss.value for loss in self.losses)

    @model_validator(mode="after")
    def _each_once(self) -> "DeductSeveral":
        _no_value(self)
        if len(set(self.parts)) < len(self.parts):
            raise Ill(N_("A value stands here twice; keep one."))
        return self


def _no_value(item: Item) -> None:
    if item.value is not None:
        raise Ill(N_("This rule names its values itself; leave out “value”."))


def _trim(value: Any) -> int | Fraction:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and (found := re.fullmatch(r"([0-9]{1,2}(?:\.[0-9]{1,4})?)%", value, re.ASCII)):
        share = Fraction(found[1]) / 100
        if share < Fraction(1, 2):
            return share
    raise Ill(N_("Write how many of the highest and of the lowest are left out as 1, or as a share below half: 10%."))


Trim = Annotated[
    int | Fraction,
    PlainValidator(_trim),
    PlainSerializer(lambda trim: trim if isinstance(trim, int) else f"{shown(trim * 100)}%"),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "%$"}]}),
]


def _mark(value: Any) -> Decimal:
    mark = number(value)
    if not 0 <= mark <= 100:
        raise Ill(N_("{mark} is not a mark; marks lie between 0 and 100."), mark=canonical(mark))
    return mark


Mark = Annotated[Decimal, PlainValidator(_mark), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100})]


class Panel(Item):
    """The mean of votes (how many gave each mark) or of marks (one value a judge), out of 100.

    The highest and lowest `trim` are left out. Abstentions are excluded or count as 0; who gives no mark abstains.
    """

    rule: Literal["panel"]
    votes: dict[Name, Mark] | None = None
    marks: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    abstentions: Name | None = None
    abstaining: Literal["excluded", "zero"] = "excluded"
    trim: Trim = 0
    at_least: Annotated[int, Field(ge=1)] = 1
    too_few: Literal["block", "not_applicable"] = "block"

    @property
    def parts(self) -> tuple[str, ...]:
        counts = (*self.votes, *((self.abstentions,) if self.abstentions else ())) if self.votes else ()
        return self.marks or counts

    @property
    def some_suffice(self) -> bool:
        return self.marks is not None

    @model_validator(mode="after")
    def _votes_or_marks(self) -> "Panel":
        _no_value(self)
        if (self.marks is None) == (not self.votes):
            raise Ill(N_("A panel has either votes (how many gave each mark) or marks (one value a judge)."))
        if self.abstentions and self.marks:
            raise Ill(N_("A judge without a mark abstained; “abstentions” counts votes only."))
        if len(set(self.parts)) < len(self.parts):
            raise Ill(N_("A value stands here twice; keep one."))
        return self
