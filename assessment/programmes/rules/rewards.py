"""Rewards in a scheme: a pool, a ladder, a formula, thresholds, the first places, the most improved."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from assessment.foundation.exact import RoundingMode
from assessment.foundation.i18n import N_
from assessment.programmes.rules.conditions import Eligible
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.shape import FormulaText, Model, Name, Named, Number

LARGEST = 10**15
"""No amount is larger: whatever all units receive together still fits into a database's whole number."""

Whole = Annotated[int, Field(ge=0, le=LARGEST)]
AtLeastOne = Annotated[int, Field(ge=1, le=LARGEST)]
Amount = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]


class _Reward(Named):
    code: Name
    period: Literal["month", "quarter", "year"]
    per: str = "peer_group"
    eligible: Eligible | None = None
    basis: str | None = None


class _Money(_Reward):
    unit: Annotated[str, Field(min_length=1, max_length=20)]
    """The smallest unit in which amounts are whole."""
    ring_fence: str | None = None


class PoolReward(_Money):
    """A pool shared by weight between a floor and a cap."""

    mode: Literal["pool"]
    pool: AtLeastOne
    share: FormulaText
    floor: Whole = 0
    cap: AtLeastOne | None = None
    ineligible: Literal["keep_the_floor", "nothing"] = "keep_the_floor"


class LadderReward(_Money):
    """Amounts by rank from the top, and from the bottom."""

    mode: Literal["ladder"]
    top: Annotated[tuple[Whole, ...], Field(min_length=1)]
    bottom: Literal["mirror"] | tuple[Amount, ...] | None = None
    zero_sum: bool = False
    ties: Literal["share_the_sum", "key"] = "share_the_sum"

    @property
    def from_bottom(self) -> tuple[int, ...]:
        """What the last, the last but one ... receive; usually negative."""
        if self.bottom == "mirror":
            return tuple(-amount for amount in self.top)
        return self.bottom if isinstance(self.bottom, tuple) else ()

    @model_validator(mode="after")
    def _sums_to_nothing(self) -> "LadderReward":
        if self.zero_sum and (left := sum(self.top) + sum(self.from_bottom)):
            raise Ill(N_("A zero-sum ladder sums to 0, this one to {left}; write “bottom: mirror”."), left=left)
        return self


class FormulaReward(_Money):
    """An amount for each unit by itself, from its rank, total, marks and values; bounded, and rounded once."""

    mode: Literal["formula"]
    amount: FormulaText
    round: RoundingMode
    floor: Amount | None = None
    cap: Amount | None = None

    @model_validator(mode="after")
    def _bounds_in_order(self) -> "FormulaReward":
        if self.floor is not None and self.cap is not None and self.cap < self.floor:
            facts = {"cap": self.cap, "floor": self.floor}
            raise Ill(N_("The cap ({cap}) lies below the floor ({floor}); exchange them."), **facts)
        return self


class Threshold(Model):
    """What whoever has this total, or this band, or better, receives; a negative amount is a deduction."""

    from_: Annotated[Number | None, Field(alias="from")] = None
    band: Name | None = None
    amount: Amount

    def __str__(self) -> str:
        return f"{self.band or self.from_} → {self.amount}"

    @model_validator(mode="after")
    def _one_bound(self) -> "Threshold":
        if (self.from_ is None) == (self.band is None):
            raise Ill(N_("A step begins at a total or at a band; write “from: 90” or “band: good”, and not both."))
        return self


class ThresholdReward(_Money):
    """The amount of the first step that a unit reaches, best step first; below all of them there is none."""

    mode: Literal["thresholds"]
    steps: Annotated[tuple[Threshold, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _best_first(self) -> "ThresholdReward":
        if len({step.band is None for step in self.steps}) > 1:
            raise Ill(N_("All steps go by totals, or all by bands; a unit could be above the one and below the other."))
        totals = [step.from_ for step in self.steps if step.from_ is not None]
        for above, below in pairwise(totals):
            if below >= above:
                raise Ill(N_("The highest step stands first; {below} after {above} would never be reached."),
                          above=str(above), below=str(below))  # fmt: skip
        return self


class _Places(_Reward):
    places: AtLeastOne | None = None
    """So many in each peer group."""
    places_of_all: AtLeastOne | None = None
    """So many in all, shared among the peer groups by their size and largest remainder."""
    ties: Literal["all", "key"] = "all"

    @model_validator(mode="after")
    def _one_number(self) -> "_Places":
        if (self.places is None) == (self.places_of_all is None):
            raise Ill(N_("Write either places, for each peer group, or places_of_all, to be shared among them."))
        if self.places_of_all is not None and self.per != "peer_group":
            raise Ill(N_("Places of all are shared among all peer groups; take out “per: {group}”."), group=self.per)
        return self


class TopReward(_Places):
    """The first places."""

    mode: Literal["top"]


class MostImproved(_Places):
    """Those who gained most since the period before."""

    mode: Literal["most_improved"]
    by: Literal["points", "percent", "gap_closed"]


MoneyReward = PoolReward | LadderReward | FormulaReward | ThresholdReward
Reward = Annotated[MoneyReward | TopReward | MostImproved, Field(discriminator="mode")]
