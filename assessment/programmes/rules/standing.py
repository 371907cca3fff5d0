"""What stands beside the indicators: collected values, bands, rounding, ranking, peer groups, gaps, periods."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from assessment.foundation.exact import RoundingMode
from assessment.foundation.i18n import N_
from assessment.programmes.rules.adjusting import Counter
from assessment.programmes.rules.changes import Standard
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.items import MissingPolicy
from assessment.programmes.rules.shape import Interval, Model, MonthText, Name, Named, NotNegative, Share

Source = Literal["submission", "provider", "panel", "letter"] | Counter


class CollectedValue(Named):
    """A value that is collected or counted for every unit."""

    unit: str = ""
    kind: Literal["cumulative", "level", "rate", "count"] | None = None
    from_: Annotated[Source, Field(alias="from")] = "submission"
    of: tuple[Name, Name] | None = None
    evidence: Literal["required", "optional", "none"] = "optional"
    own: bool = False
    endorsed_by: Literal["parent"] | None = None
    standard: Standard | None = None
    succession: Literal["added", "averaged", "dropped"] | None = None

    @property
    def through_successions(self) -> str:
        """What becomes of figures of before when units are merged or split: amounts are added, all else as stated."""
        return self.succession or ("added" if self.kind in {"cumulative", "level", "count"} else "dropped")

    @model_validator(mode="after")
    def _rates_have_parts(self) -> "CollectedValue":
        if self.kind == "rate" and self.of is None:
            raise Ill(N_("A rate names its two counts: of: [part, whole]."))
        if self.of is not None and self.kind != "rate":
            raise Ill(N_("Only a rate has two counts; write “kind: rate” or leave out “of”."))
        return self


class Band(Interval, Named):
    """A band of scores; with `quota`, at most that share of each peer group, and with `quota_of_all` so many in all.

    The number of all is shared among the peer groups by their size and largest remainder.
    """

    code: Name
    quota: Share | None = None
    quota_rounding: Literal["down", "half_up"] = "down"
    quota_of_all: Annotated[int, Field(ge=0)] | None = None

    @property
    def has_quota(self) -> bool:
        """Whether only some may be in this band."""
        return self.quota is not None or self.quota_of_all is not None

    @model_validator(mode="after")
    def _one_quota(self) -> "Band":
        if self.quota is not None and self.quota_of_all is not None:
            raise Ill(N_("A band has either a share of each peer group or a number of all; keep one quota."))
        return self


class Rounding(Model):
    """How a number is rounded, once."""

    mode: RoundingMode
    places: Annotated[int, Field(ge=0, le=12)]


class Roundings(Model):
    """Which numbers are rounded; by default items stay exact and the total has two places."""

    total: Rounding | None = None
    item: Rounding | None = None

    @property
    def of_total(self) -> Rounding:
        """How the published total is rounded."""
        return self.total or self.item or Rounding(mode="half_up", places=2)


class TieKey(Model):
    """A value that separates equal scores."""

    value: Name
    descending: bool

    def __str__(self) -> str:
        return f"{self.value} {'desc' if self.descending else 'asc'}"


def _tie_key(value: Any) -> TieKey:
    words = value.split() if isinstance(value, str) else []
    if len(words) != 2 or words[1] not in {"asc", "desc"} or not words[0].isidentifier():
        raise Ill(N_("Write a tie-break key as “late_days asc” (less is better) or “bonus desc” (more is better)."))
    return TieKey(value=words[0], descending=words[1] == "desc")


def _as_word(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Ties = Annotated[
    Literal["1224", "1223"],
    BeforeValidator(_as_word, json_schema_input_type=Literal["1224", "1223", 1224, 1223]),
]


class Ranking(Model):
    """Which value is ranked, how ties count, and what separates them."""

    of: Literal["published_total", "exact_total"] = "published_total"
    ties: Ties = "1224"
    then: tuple[
        Annotated[
            TieKey,
            PlainValidator(_tie_key),
            PlainSerializer(str),
            WithJsonSchema({"type": "string", "pattern": "^\\S+ (asc|desc)$"}),
        ],
        ...,
    ] = ()


class Members(Model):
    """Who belongs to a peer group: all, listed units, or those with the given properties."""

    units: tuple[str, ...] | None = None
    where: dict[str, tuple[str, ...]] = {}

    def holds(self, unit: str, attributes: "dict[str, str]") -> bool:
        """Whether a unit belongs to the group."""
        if self.units is not None:
            return unit in self.units
        return all(attributes.get(name, "") in values for name, values in self.where.items())


def _members(value: Any) -> Members:
    if value == "all":
        return Members()
    if isinstance(value, tuple) and value and all(isinstance(unit, str) for unit in value):
        return Members(units=value)
    if isinstance(value, dict) and value:
        where = {name: (wanted,) if isinstance(wanted, str) else wanted for name, wanted in value.items()}
        if all(
            isinstance(name, str) and isinstance(wanted, tuple) and all(isinstance(word, str) for word in wanted)
            for name, wanted in where.items()
        ):
            return Members(where=where)
    raise Ill(N_("Write who belongs to the group as “all”, as a list of units, or as {level: county}."))


_STRINGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "minItems": 1}


class PeerGroup(Named):
    """Units that are ranked with each other."""

    of: Annotated[
        Members | None,
        PlainValidator(_members),
        WithJsonSchema(
            {
                "anyOf": [
                    {"const": "all"},
                    _STRINGS,
                    {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, _STRINGS]}},
                ]
            }
        ),
    ] = None


class Missing(Model):
    """What happens where a value was not given, by its source; otherwise the results are blocked."""

    default: MissingPolicy = "block"
    submission: MissingPolicy | None = None
    provider: MissingPolicy | None = None
    panel: MissingPolicy | None = None
    withheld: Literal["block", "zero_by_decision"] | None = None

    def policy(self, source: str) -> MissingPolicy:
        """The policy for values of a source."""
        return getattr(self, source, None) or self.default


def _for_all(value: Any) -> Any:
    return {"default": value} if isinstance(value, str) else value


MissingText = Annotated[Missing, BeforeValidator(_for_all, json_schema_input_type=MissingPolicy | Missing)]


class Reorganised(Model):
    """What a unit answers for that took over others in the middle of a period.

    Reports of the units that ended are `added` to its own, or left out; so are the targets of their letters, unless
    the letter of the successor was amended since.
    """

    reports: Literal["of_successor", "added"] = "of_successor"
    targets: Literal["of_successor", "added"] = "of_successor"


class Periods(Model):
    """What is assessed, how often."""

    every: Literal["month", "quarter", "year"]
    from_: Annotated[MonthText, Field(alias="from")]
    to: MonthText

    @model_validator(mode="after")
    def _forwards(self) -> "Periods":
        if self.to < self.from_:
            raise Ill(N_("The last period lies before the first."))
        return self


class YearEnd(Model):
    """The year-end assessment 年终考核: a scheme of its own, and what it weighs beside the quarters together."""

    scheme: Annotated[str, Field(pattern=r"^[\w.-]{1,60}$")]
    share: Share

    @model_validator(mode="after")
    def _a_part(self) -> "YearEnd":
        if not 0 < self.share < 1:
            raise Ill(N_("The year-end assessment has a share between 0% and 100%, such as 60%; else leave it out."))
        return self


class Year(Model):
    """How a year is made of its quarters, and a quarter of its months.

    `weights` are those of the quarters among each other; with `year_end` they share what it leaves. `without_part` says
    what follows where a unit has no score for a part; one whose other parts weigh less than `at_least` is not ranked.
    """

    weights: dict[str, NotNegative]
    quarter: Literal["mean_of_months"] | None = None
    year_end: YearEnd | None = None
    without_part: Literal["others_carry", "not_ranked", "block"] = "others_carry"
    at_least: Share | None = None

    @model_validator(mode="after")
    def _hundred(self) -> "Year":
        if (total := sum(self.weights.values(), Decimal(0))) != 100:
            raise Ill(N_("The weights of the year sum to {total}; they must sum to 100."), total=total)
        return self
