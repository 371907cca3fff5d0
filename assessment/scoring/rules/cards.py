"""What scoring gives: scorecards whose every number says how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from assessment.foundation.i18n import N_, Label, Sentence, say
from assessment.foundation.reals import Number
from assessment.scoring.rules.values import Kind


class About(StrEnum):
    """What a step of an explanation is about, so that a page can set it apart."""

    INPUT = "input"
    TARGET = "target"
    PEERS = "peers"
    FORMULA = "formula"
    BOUND = "bound"
    STATE = "state"
    ADJUSTMENT = "adjustment"
    ROUNDING = "rounding"
    BAND = "band"
    RANK = "rank"


KEYS = {"late_days": N_("lateness in days"), "bonus": N_("bonus")}
"""What a tie-break key of the software's own is called; a step keeps the key, as the scheme writes it."""


@dataclass(frozen=True)
class Step:
    """One step of an explanation: a msgid with its facts, all of them text already."""

    about: About
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        """The step as a sentence for a reader."""
        key = self.facts.get("key")
        return say(self.message, **{**self.facts, "key": Label(KEYS[key])} if key in KEYS else self.facts)


@dataclass(frozen=True)
class Trouble:
    """Why a unit cannot be scored as things stand; it blocks the results until somebody acts."""

    unit: str
    code: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        """The trouble as a sentence for a reader."""
        return say(self.message, **self.facts)


@dataclass(frozen=True)
class Explanation:
    """How an item's score came about: its rule, the clause it rests on, and every step."""

    rule: str
    clause: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class ItemScore:
    """One indicator of one unit; `exact` is None where it does not count (or cannot be computed)."""

    code: str
    points: Fraction
    kind: Kind
    exact: Number | None
    published: Decimal | None
    explanation: Explanation
    undecided: bool = False
    trouble: Trouble | None = None

    @property
    def counted(self) -> Number | None:
        """What enters the total: the published number where items are rounded, else the exact one."""
        return self.exact if self.published is None else Fraction(self.published)


@dataclass(frozen=True)
class DimensionScore:
    """The sum of a heading's indicators, and the points they could have earned."""

    code: str
    exact: Number | None
    maximum: Fraction


@dataclass(frozen=True)
class Scorecard:
    """One unit's scores for a period."""

    unit: str
    group: str
    items: tuple[ItemScore, ...]
    dimensions: tuple[DimensionScore, ...]
    maximum: Fraction
    bonus: Fraction
    deductions: Fraction
    total_exact: Number | None
    total_published: Decimal | None
    steps: tuple[Step, ...]
    vetoes: tuple[str, ...] = ()
    commendable: bool = True
    rank: int | None = None
    tied: bool = False
    band: str | None = None
    hindered: tuple[Trouble, ...] = ()

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """All that keeps this unit from being scored: in its indicators, and in what a composite makes of them."""
        return (*(item.trouble for item in self.items if item.trouble), *self.hindered)

    @property
    def undecided(self) -> tuple[str, ...]:
        """Indicators that count as 0 although no decision says so yet."""
        return tuple(item.code for item in self.items if item.undecided)

    def item(self, code: str) -> ItemScore | None:
        """The score of an indicator, if the unit has it."""
        return next((item for item in self.items if item.code == code), None)


@dataclass(frozen=True)
class Results:
    """All scorecards by group, rank and unit, and whatever blocks them."""

    scorecards: tuple[Scorecard, ...]
    troubles: tuple[Trouble, ...]

    def of(self, unit: str) -> Scorecard | None:
        """The scorecard of a unit."""
        return next((card for card in self.scorecards if card.unit == unit), None)
