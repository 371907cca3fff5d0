"""The short sentences of a scheme: when to escalate, what a ladder counts, who is eligible."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, get_args

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from assessment.foundation.exact import canonical, parse_decimal
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number
from assessment.programmes.rules.adjusting import Counter
from assessment.programmes.rules.faults import Ill

CLOCKS = ("days_to_due", "days_overdue")
MEASURES = ("rank_from_bottom", "rank", "total")
FACTS = ("in_bottom", "worse_than_last_year", "below_standard")
ACTIONS = (
    "early_warning",
    "circulated_criticism",
    "interview",
    "special_inspection",
    "trace",
    "accountability_of_government_head",
    "accountability_of_party_head",
    "regional_permit_restriction",
)
RECORDED = ("early_warning", "circulated_criticism", "interview", "special_inspection")
"""The actions of which it is recorded on account of what period a unit was given them, so that they can be counted."""
COUNTERS: tuple[str, ...] = get_args(Counter)
VETOES = "vetoes"
TALLIES = (*COUNTERS, VETOES)
"""What happened at a unit in a period, as a number of times."""

_COMPARISON = re.compile(r"(?P<name>[\w.]+) (?P<sign><=|>=|<|>|=) (?P<number>\S+)")
_COUNT = re.compile(
    r"(?:(?P<periods>periods|months|quarters|years) where (?P<where>.+?)|(?P<what>[\w.]+))"
    r" (?P<mode>consecutive|cumulative)(?: within (?P<within>year|quarter|(?P<window>[1-9][0-9]{0,2}) (?P<of>\w+)))?",
    re.ASCII,
)
_BANDS = re.compile(r"band in \((?P<bands>\w+(?:, ?\w+)*)\)")
_SIGNS: dict[str, Callable[[Number, Fraction], bool]] = {
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "=": lambda left, right: left == right,
}


@dataclass(frozen=True)
class Comparison:
    """A measure held against a number: `rank_from_bottom <= 1`."""

    name: str
    sign: str
    number: Decimal

    def holds(self, value: Number | Decimal | int) -> bool:
        """Whether it is true of a value."""
        exact = Fraction(value) if isinstance(value, Decimal | int) else value
        return _SIGNS[self.sign](exact, Fraction(self.number))

    def __str__(self) -> str:
        return f"{self.name} {self.sign} {canonical(self.number)}"


@dataclass(frozen=True)
class InBands:
    """The unit's band is one of these: `band in (failed)`."""

    bands: tuple[str, ...]

    def __str__(self) -> str:
        return f"band in ({', '.join(self.bands)})"


@dataclass(frozen=True)
class Counting:
    """What a ladder counts: periods in which all conditions hold, or the times something happened."""

    what: str
    where: tuple[Comparison | InBands | str, ...]
    consecutive: bool
    within: str | None
    window: int | None = None
    """How many periods up to the newest it counts within: 12 for `within 12 months`."""

    @property
    def values(self) -> tuple[str, ...]:
        """The values of the scheme that its conditions compare."""
        names = (part.name for part in self.where if isinstance(part, Comparison))
        return tuple(name for name in names if name not in MEASURES and name not in TALLIES)

    @property
    def bands(self) -> tuple[str, ...]:
        """The bands that its conditions name."""
        return tuple(band for part in self.where if isinstance(part, InBands) for band in part.bands)

    @property
    def tallies(self) -> tuple[str, ...]:
        """What it asks to be counted at each unit: tasks, days late, practices, vetoes."""
        names = (self.what, *(part.name for part in self.where if isinstance(part, Comparison)))
        return tuple(name for name in names if name in TALLIES)

    def __str__(self) -> str:
        where = f" where {' and '.join(map(str, self.where))}" if self.where else ""
        within = f" within {self.within}" if self.within else ""
        return f"{self.what}{where} {'consecutive' if self.consecutive else 'cumulative'}{within}"


@dataclass(frozen=True)
class Eligibility:
    """Who may receive a reward; all conditions must hold."""

    bands: tuple[str, ...] = ()
    no_veto: bool = False
    no_open_case: bool = False
    comparisons: tuple[Comparison, ...] = ()

    def __str__(self) -> str:
        parts = [f"band in ({', '.join(self.bands)})"] if self.bands else []
        parts += ["no veto"] * self.no_veto + ["no open case"] * self.no_open_case
        return " and ".join([*parts, *map(str, self.comparisons)])


def _comparison(text: str, names: tuple[str, ...] | None) -> Comparison | None:
    """A comparison of one of these names, or of any, which is then held against the values of the scheme."""
    found = _COMPARISON.fullmatch(text)
    known = (found["name"].isidentifier() or found["name"] in COUNTERS) if found else False
    if not found or not known or (names is not None and found["name"] not in names):
        return None
    try:
        return Comparison(found["name"], found["sign"], parse_decimal(found["number"]))
    except ValueError:
        return None


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def parse_trigger(value: Any) -> Comparison:
    """Read `days_overdue >= 10`."""
    if found := _comparison(_text(value), CLOCKS):
        return found
    raise Ill(
        N_("“{value}” is not a trigger; write “days_to_due <= 3” or “days_overdue >= 10”."), value=str(value)[:80]
    )


def parse_counting(value: Any) -> Counting:
    """Read `periods where rank_from_bottom <= 1 consecutive`."""
    found = _COUNT.fullmatch(_text(value))
    where = tuple(_condition(part) for part in found["where"].split(" and ")) if found and found["where"] else ()
    if not found or None in where or (found["what"] and found["what"] not in (*TALLIES, *ACTIONS)):
        raise Ill(
            N_(
                "“{value}” cannot be counted; write “periods where rank_from_bottom <= 1 consecutive” or "
                "“remediation.false_closures cumulative within year”."
            ),
            value=str(value)[:80],
        )
    periods = found["periods"] or "periods"
    if found["window"] and found["of"] not in {periods, "periods"}:
        raise Ill(
            N_("A ladder counts within periods of its own kind; write “within {count} {periods}”."),
            count=found["window"], periods=periods,
        )  # fmt: skip
    window = int(found["window"]) if found["window"] else None
    within = f"{window} {found['of']}" if window else found["within"]
    conditions = tuple(part for part in where if part is not None)
    return Counting(found["periods"] or found["what"], conditions, found["mode"] == "consecutive", within, window)


def _condition(text: str) -> Comparison | InBands | str | None:
    if found := _BANDS.fullmatch(text):
        return InBands(tuple(band.strip() for band in found["bands"].split(",")))
    return text if text in FACTS else _comparison(text, None)


def parse_eligibility(value: Any) -> Eligibility:
    """Read `band in (excellent, good) and no veto and no open case`."""
    bands: tuple[str, ...] = ()
    comparisons: list[Comparison] = []
    parts = _text(value).split(" and ")
    for part in parts:
        if found := _BANDS.fullmatch(part):
            bands = tuple(band.strip() for band in found["bands"].split(","))
        elif compared := _comparison(part, MEASURES):
            comparisons.append(compared)
        elif part not in {"no veto", "no open case"}:
            raise Ill(
                N_(
                    "“{value}” is not a condition; join “band in (excellent, good)”, “no veto”, “no open case” "
                    "and “total >= 60” by “and”."
                ),
                value=str(value)[:80],
            )
    return Eligibility(bands, "no veto" in parts, "no open case" in parts, tuple(comparisons))


_TEXT = (PlainSerializer(str), WithJsonSchema({"type": "string"}))

Trigger = Annotated[Comparison, PlainValidator(parse_trigger), *_TEXT]
Count = Annotated[Counting, PlainValidator(parse_counting), *_TEXT]
Eligible = Annotated[Eligibility, PlainValidator(parse_eligibility), *_TEXT]
