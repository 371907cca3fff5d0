"""What a reported value can be, whether a report is complete or late, and what in it calls a person; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from assessment.foundation.exact import canonical, parse_decimal, rounded
from assessment.foundation.i18n import N_, Sentence, say

RATE_PLACES = 6
"""A rolled-up rate is written with these places; a reported one stays as it was reported."""

_GROUPED = re.compile(r"[-+\u2212]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", re.ASCII)
"""Thousands as people group them; a comma anywhere else stays a fault."""

LAST_HOUR = timedelta(hours=1)
TIMES_LAST = 3


class Stage(StrEnum):
    """The three columns, none of which overwrites another."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    VALIDATED = "validated"

    @property
    def label(self) -> str:
        return _STAGES[self]


_STAGES = {Stage.CLAIMED: N_("Claimed"), Stage.VERIFIED: N_("Verified"), Stage.VALIDATED: N_("Validated")}


class ValueKind(StrEnum):
    """Why there is a number, or none; 0 is given."""

    GIVEN = "given"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    WITHHELD = "withheld"

    @property
    def label(self) -> str:
        return _KINDS[self]


_KINDS = {
    ValueKind.GIVEN: N_("Given"),
    ValueKind.MISSING: N_("Missing"),
    ValueKind.NOT_APPLICABLE: N_("Not applicable"),
    ValueKind.WITHHELD: N_("Withheld"),
}


@dataclass(frozen=True)
class Value:
    """A number and its kind. ``number`` is set for a kind other than *given* only by a decision (zero by decision)."""

    number: Decimal | None
    kind: ValueKind = ValueKind.GIVEN

    def __str__(self) -> str:
        return written(self)


MISSING = Value(None, ValueKind.MISSING)
NOT_APPLICABLE = Value(None, ValueKind.NOT_APPLICABLE)
WITHHELD = Value(None, ValueKind.WITHHELD)


_REASONS = {
    "n/a": NOT_APPLICABLE, "na": NOT_APPLICABLE, "不适用": NOT_APPLICABLE, "withheld": WITHHELD, "不提供": WITHHELD,
}  # fmt: skip


def given(number: Decimal | int) -> Value:
    return Value(Decimal(number), ValueKind.GIVEN)


def read_value(text: str) -> Value:
    """A cell as people write it: a number, empty (missing), ``n/a`` or ``withheld``; anything else is a ValueError."""
    word = text.strip()
    if not word:
        return MISSING
    if not word[0].isdigit() and (reason := _REASONS.get(word.casefold())):
        return reason
    if "," in word and _GROUPED.fullmatch(word):
        word = word.replace(",", "")
    return Value(parse_decimal(word.replace("\u2212", "-")))


def written(value: Value) -> str:
    """The cell that ``read_value`` reads back."""
    if value.number is not None:
        return canonical(value.number)
    return {ValueKind.NOT_APPLICABLE: "n/a", ValueKind.WITHHELD: "withheld"}.get(value.kind, "")


# --- completeness and timeliness -------------------------------------------------------------------------------------


def missing_codes(expected: Iterable[str], values: Mapping[str, Value]) -> list[str]:
    """What is asked for and not answered; "not applicable" and "withheld" are answers."""
    return [code for code in expected if values.get(code, MISSING).kind == ValueKind.MISSING]


def days_late(due_on: date, received_on: date) -> int:
    """Whole days after the last day on which it would have been on time."""
    return max(0, (received_on - due_on).days)


class Timeliness(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    AWAITED = "awaited"

    @property
    def label(self) -> str:
        return _TIMELINESS[self]


_TIMELINESS = {
    Timeliness.ON_TIME: N_("On time"),
    Timeliness.LATE: N_("Late"),
    Timeliness.MISSING: N_("Not received"),
    Timeliness.AWAITED: N_("Awaited"),
}


def timeliness_of(due_at: datetime, first_complete_at: datetime | None, now: datetime) -> Timeliness:
    """By the first complete receipt alone: what is corrected afterwards does not make a report late."""
    if first_complete_at is not None:
        return Timeliness.ON_TIME if first_complete_at <= due_at else Timeliness.LATE
    return Timeliness.AWAITED if now <= due_at else Timeliness.MISSING


# --- over-reporting --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OverReport:
    """By how much more (or less) was claimed than verified; ``share`` is None where nothing at all was found."""

    share: Fraction | None

    @property
    def is_full(self) -> bool:
        return self.share is None


def over_reporting(claimed: Decimal | None, verified: Decimal | None) -> OverReport | None:
    """(claimed - verified) / verified, signed and exact; claimed where 0 is verified is a full over-report."""
    if claimed is None or verified is None:
        return None
    if verified == 0:
        return OverReport(None) if claimed > 0 else OverReport(Fraction(0))
    return OverReport((Fraction(claimed) - Fraction(verified)) / abs(Fraction(verified)))


# --- what calls a person ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flag:
    """Something a person should look at; it decides nothing."""

    code: str
    value_code: str
    sentence: Sentence


@dataclass(frozen=True)
class Looked:
    """What is known of one report when it is looked over."""

    claimed: Mapping[str, Value]
    previous: Mapping[str, Value] = field(default_factory=dict)
    targets: Mapping[str, Decimal] = field(default_factory=dict)
    rates: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    running: Collection[str] = ()
    """Values that only grow over the year: there, last period is a floor, and growth is no surprise in itself."""
    evidence_required: Collection[str] = ()
    evidence: Collection[str] = ()
    used_elsewhere: Collection[str] = ()
    submitted_at: datetime | None = None
    closes_at: datetime | None = None


def flags(report: Looked) -> tuple[Flag, ...]:
    """Everything in a report that calls a person, by value."""
    found: list[Flag] = []
    for code in report.claimed:
        found += _value_flags(code, report)
    if report.submitted_at is not None and report.closes_at is not None:
        left = report.closes_at - report.submitted_at
        if timedelta(0) <= left <= LAST_HOUR:
            found.append(Flag("last_hour", "", say("Sent in the last hour before the deadline.")))
    return (*found, *_heaping(report))


def _value_flags(code: str, report: Looked) -> Iterable[Flag]:
    value = report.claimed[code]
    if value.kind == ValueKind.WITHHELD:
        yield Flag("withheld", code, say("The value is withheld; ask why."))
    if code in report.evidence_required and code not in report.evidence and value.kind == ValueKind.GIVEN:
        yield Flag("no_evidence", code, say("The scheme asks for evidence, and none is attached."))
    if code in report.used_elsewhere:
        yield Flag("evidence_reused", code, say("The same file is used as evidence elsewhere."))
    if value.number is None:
        return
    if code in report.rates:
        yield from _rate_flags(code, value.number, report)
    yield from _leap_flags(code, value.number, report)
    target = report.targets.get(code)
    if target is not None and target == value.number and target != 0:
        yield Flag("equals_target", code, say("Equals the target to the digit."))


def _rate_flags(code: str, rate: Decimal, report: Looked) -> Iterable[Flag]:
    part, whole = (report.claimed.get(name, MISSING).number for name in report.rates[code])
    if part is None or whole is None:
        return
    if not is_derivable(rate, part, whole):
        yield Flag(
            "rate_not_derivable", code,
            say("{part} of {whole} does not make {rate} %.", part=part, whole=whole, rate=rate),
        )  # fmt: skip


def is_derivable(rate: Decimal, part: Decimal, whole: Decimal) -> bool:
    """Whether the counts make this percentage, as far as it is written out, by either way of rounding."""
    if whole == 0:
        return part == 0 and rate == 0
    exact = Fraction(part) / Fraction(whole) * 100
    places = max(0, -int(rate.as_tuple().exponent))
    return any(rounded(exact, min(places, 40), mode) == rate for mode in ("half_up", "half_even"))


def _leap_flags(code: str, number: Decimal, report: Looked) -> Iterable[Flag]:
    last = report.previous.get(code, MISSING).number
    if last is None:
        return
    if code in report.running:
        if number < last:
            yield Flag("fell", code, say("Adds up over the year, and is less than last period’s {last}.", last=last))
        return
    if last > 0 and Fraction(number) > TIMES_LAST * Fraction(last):
        yield Flag("leap", code, say("More than three times last period’s {last}.", last=last))


HEAPING_FROM = 5


def _heaping(report: Looked) -> Sequence[Flag]:
    """Many whole numbers that all end in 0 or 5 look guessed."""
    numbers = [value.number for value in report.claimed.values() if value.number is not None]
    whole = [int(number) for number in numbers if number == int(number) and abs(number) >= 10]
    if len(whole) >= HEAPING_FROM and all(number % 5 == 0 for number in whole):
        return [Flag("heaping", "", say("All {count} larger numbers end in 0 or 5.", count=len(whole)))]
    return []


# --- roll-up ---------------------------------------------------------------------------------------------------------


def rolled_up(values: Sequence[Value]) -> Value:
    """The sum of what the leaf bodies below report; missing if one of them is, not applicable only if all are."""
    relevant = [value for value in values if value.kind != ValueKind.NOT_APPLICABLE or value.number is not None]
    if not relevant:
        return NOT_APPLICABLE if values else MISSING
    if any(value.number is None for value in relevant):
        return MISSING
    return given(_decimal(sum((Fraction(value.number or 0) for value in relevant), Fraction(0))))


def rolled_up_rate(part: Value, whole: Value) -> Value:
    """A rate of several bodies is made of their counts, never of their rates."""
    if part.kind == ValueKind.NOT_APPLICABLE or whole.kind == ValueKind.NOT_APPLICABLE:
        return NOT_APPLICABLE
    if part.number is None or whole.number is None:
        return MISSING
    if whole.number == 0:
        return NOT_APPLICABLE
    exact = rounded(Fraction(part.number) / Fraction(whole.number) * 100, RATE_PLACES, "half_up")
    return given(parse_decimal(canonical(exact)))


def _decimal(number: Fraction) -> Decimal:
    """A sum of decimals is a decimal: written out from its digits, without a context's precision."""
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    whole = int(number * 10**places)
    return Decimal((int(whole < 0), tuple(int(digit) for digit in str(abs(whole))), -places))
