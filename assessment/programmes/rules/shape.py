"""The small words of a scheme file: names, exact numbers, shares, limits in days, months and half-open steps."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, WithJsonSchema

from assessment.foundation.exact import canonical, fitting, parse_decimal, shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number as Computed
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.formulas import Formula, parse_formula


class Model(BaseModel):
    """A part of a scheme: unknown keys are refused, nothing is guessed, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class Named(Model):
    """A part with a name in both languages."""

    zh: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """The name in a language, or in the other one where it has none."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.isidentifier() or len(value) > 60:
        raise Ill(
            N_("“{value}” is not a code; use letters, digits and underscores, beginning with a letter."),
            value=str(value)[:60],
        )
    return value


def number(value: Any) -> Decimal:
    """An exact number as the reader of the file left it."""
    if isinstance(value, str) and _is_number(value):
        raise Ill(N_("“{value}” is a text because of its quotation marks; write the number without them."), value=value)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise Ill(N_("“{value}” is not a number; write a decimal number."), value=_word(value))
    try:
        return fitting(Decimal(value))
    except ValueError:
        raise Ill(N_("The number has more than 40 digits.")) from None


def _is_number(text: str) -> bool:
    try:
        parse_decimal(text)
    except ValueError:
        return False
    return True


def _positive(value: Any) -> Decimal:
    if (found := number(value)) <= 0:
        raise Ill(N_("{value} is too small; the number must be greater than 0."), value=canonical(found))
    return found


def _not_negative(value: Any) -> Decimal:
    if (found := number(value)) < 0:
        raise Ill(N_("{value} is too small; the number must not be negative."), value=canonical(found))
    return found


def _word(value: Any) -> str:
    return "…" if isinstance(value, (dict, tuple, list)) else str(value)[:60]


_AS_NUMBER = WithJsonSchema({"type": "number"})
_AS_WRITTEN = PlainSerializer(str)

Name = Annotated[str, PlainValidator(_name), WithJsonSchema({"type": "string", "maxLength": 60})]
Number = Annotated[Decimal, PlainValidator(number), _AS_NUMBER]
Positive = Annotated[Decimal, PlainValidator(_positive), _AS_NUMBER]
NotNegative = Annotated[Decimal, PlainValidator(_not_negative), _AS_NUMBER]
FormulaText = Annotated[
    Formula, PlainValidator(parse_formula), _AS_WRITTEN, WithJsonSchema({"type": "string", "maxLength": 500})
]


def _share(value: Any) -> Fraction:
    if isinstance(value, str) and value.endswith("%"):
        try:
            share = Fraction(parse_decimal(value[:-1])) / 100
        except ValueError:
            share = Fraction(-1)
        if 0 <= share <= 1:
            return share
    raise Ill(N_("“{value}” is not a share; write a percentage between 0% and 100%, such as 30%."), value=_word(value))


Share = Annotated[
    Fraction,
    PlainValidator(_share),
    PlainSerializer(lambda share: f"{shown(share * 100)}%"),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?%$"}),
]


@dataclass(frozen=True)
class Limit:
    """A time limit: `3w` is three working days, `60d` sixty natural days."""

    days: int
    working: bool

    def __str__(self) -> str:
        return f"{self.days}{'w' if self.working else 'd'}"


def parse_limit(value: Any) -> Limit:
    """Read `3w` or `60d`."""
    if isinstance(value, Limit):
        return value
    if isinstance(value, str) and (found := re.fullmatch(r"([0-9]{1,4})([wd])", value, re.ASCII)):
        return Limit(int(found[1]), found[2] == "w")
    raise Ill(
        N_("“{value}” is not a time limit; write 3w for three working days or 60d for sixty days."), value=_word(value)
    )


LimitText = Annotated[
    Limit, PlainValidator(parse_limit), _AS_WRITTEN, WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,4}[wd]$"})
]

_AFTER_LAST_PART = "after its last part is published"


def _limit_after_last_part(value: Any) -> Limit:
    if isinstance(value, str) and value.endswith(_AFTER_LAST_PART):
        return parse_limit(value.removesuffix(_AFTER_LAST_PART).strip())
    raise Ill(N_("Write this limit as “1w after its last part is published”."))


LimitAfterLastPart = Annotated[
    Limit,
    PlainValidator(_limit_after_last_part),
    PlainSerializer(lambda limit: f"{limit} {_AFTER_LAST_PART}"),
    WithJsonSchema({"type": "string", "pattern": f"^[0-9]{{1,4}}[wd] {_AFTER_LAST_PART}$"}),
]


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year, written 2012-01."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def _month(value: Any) -> Month:
    if isinstance(value, str) and (found := re.fullmatch(r"([12][0-9]{3})-(0[1-9]|1[0-2])", value, re.ASCII)):
        return Month(int(found[1]), int(found[2]))
    raise Ill(N_("“{value}” is not a month; write it as 2012-01."), value=_word(value))


MonthText = Annotated[
    Month,
    PlainValidator(_month),
    _AS_WRITTEN,
    WithJsonSchema({"type": "string", "pattern": "^[12][0-9]{3}-(0[1-9]|1[0-2])$"}),
]


def one_or_more(value: Any) -> Any:
    """One word stands for a list of it alone."""
    return (value,) if isinstance(value, str) else value


class Interval(Model):
    """A step of a table. A bound left out is taken from the neighbour, so that every boundary has one owner."""

    from_: Annotated[Decimal | None, PlainValidator(number), _AS_NUMBER] = None
    above: Annotated[Decimal | None, PlainValidator(number), _AS_NUMBER] = None
    below: Annotated[Decimal | None, PlainValidator(number), _AS_NUMBER] = None
    up_to: Annotated[Decimal | None, PlainValidator(number), _AS_NUMBER] = None

    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))


@dataclass(frozen=True)
class Bound:
    """One end of a step; `owned` says that the boundary belongs to this step."""

    at: Decimal
    owned: bool


@dataclass(frozen=True)
class Span:
    """A step with both its ends; None is unbounded."""

    low: Bound | None
    high: Bound | None

    def holds(self, value: Computed | Decimal) -> bool:
        """Whether a value belongs to this step."""
        return _beyond(value, self.low, 1) and _beyond(value, self.high, -1)

    def __str__(self) -> str:
        left = f"{'[' if self.low.owned else '('}{canonical(self.low.at)}" if self.low else "(−∞"
        right = f"{canonical(self.high.at)}{']' if self.high.owned else ')'}" if self.high else "∞)"
        return f"{left}, {right}"


def _beyond(value: Computed | Decimal, bound: Bound | None, direction: int) -> bool:
    if bound is None:
        return True
    distance = ((Fraction(value) if isinstance(value, Decimal) else value) - Fraction(bound.at)) * direction
    return distance > 0 or (distance == 0 and bound.owned)


class HasInterval(Protocol):
    """Anything that carries the bounds of a step."""

    @property
    def from_(self) -> Decimal | None: ...
    @property
    def above(self) -> Decimal | None: ...
    @property
    def below(self) -> Decimal | None: ...
    @property
    def up_to(self) -> Decimal | None: ...


def spans(steps: Sequence[HasInterval]) -> tuple[Span, ...]:
    """The steps from top to bottom or bottom to top as written, without gap or overlap, or `Ill`."""
    given = [(_own(step.from_, step.above, True), _own(step.below, step.up_to, False)) for step in steps]
    falling = _falling(given)
    ordered = given if falling else given[::-1]
    found = [_filled(ordered, index) for index in range(len(ordered))]
    for upper, lower in pairwise(found):
        _check_boundary(upper, lower)
    if found and (found[0].high or found[-1].low):
        raise _without_end(found[0].high, found[-1].low)
    return tuple(found if falling else found[::-1])


def _without_end(top: Bound | None, bottom: Bound | None) -> Ill:
    if top is not None:
        return Ill(N_("The intervals leave a gap above {at}; every value needs one."), at=canonical(top.at))
    at = canonical(bottom.at) if bottom else ""
    return Ill(N_("The intervals leave a gap below {at}; every value needs one."), at=at)


def _own(with_it: Decimal | None, without_it: Decimal | None, low: bool) -> Bound | None:
    if with_it is not None and without_it is not None:
        names = ("from", "above") if low else ("up_to", "below")
        raise Ill(N_("Say either “{one}” or “{other}”, not both."), one=names[0], other=names[1])
    owned = low if with_it is not None else not low
    at = with_it if with_it is not None else without_it
    return Bound(at, owned) if at is not None else None


def _falling(given: Sequence[tuple[Bound | None, Bound | None]]) -> bool:
    """Whether the steps are written from the top down."""
    if len(given) < 2:
        return True
    marks = [low or high for low, high in given]
    if any(mark is None for mark in marks):
        raise Ill(N_("Every interval needs a bound: from, above, below or up_to."))
    first, last = given[0], given[-1]
    if first[1] is None and last[0] is None:
        return True
    if first[0] is None and last[1] is None:
        return False
    start, end = marks[0], marks[-1]
    return bool(start and end and start.at > end.at)


def _filled(ordered: Sequence[tuple[Bound | None, Bound | None]], index: int) -> Span:
    low, high = ordered[index]
    if high is None and index > 0 and (above := ordered[index - 1][0]):
        high = Bound(above.at, not above.owned)
    if low is None and index + 1 < len(ordered) and (beneath := ordered[index + 1][1]):
        low = Bound(beneath.at, not beneath.owned)
    span = Span(low, high)
    if low and high and (low.at > high.at or (low.at == high.at and not (low.owned and high.owned))):
        raise Ill(N_("The interval {span} holds no value; write the intervals in order."), span=str(span))
    return span


def _check_boundary(upper: Span, lower: Span) -> None:
    if upper.low is None or lower.high is None:
        raise Ill(N_("Every interval needs a bound: from, above, below or up_to."))
    at, other = upper.low.at, lower.high.at
    if at != other:
        message = (
            N_("The intervals leave a gap between {low} and {high}; every value needs one.")
            if other < at
            else N_("The intervals overlap between {low} and {high}; every value needs only one.")
        )
        raise Ill(message, low=canonical(min(at, other)), high=canonical(max(at, other)))
    if upper.low.owned == lower.high.owned:
        message = (
            N_("{at} belongs to two intervals; give the boundary one owner.")
            if upper.low.owned
            else N_("{at} belongs to no interval; give the boundary one owner.")
        )
        raise Ill(message, at=canonical(at))
