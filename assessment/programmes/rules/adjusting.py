"""What is added to or taken from a score, or limits its band: bonuses, deductions and vetoes."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from pydantic import model_validator

from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.shape import Model, Name, Named, NotNegative, Positive

Counter = Literal[
    "submission.late_days",
    "remediation.due",
    "remediation.closed_in_time",
    "remediation.overdue",
    "remediation.overdue_major",
    "remediation.false_closures",
    "practice.accepted",
    "practice.commended",
]
Event = Literal[
    "falsification.established",
    "incident.critical",
    "supervision.listed",
    "case.interview",
    "case.written_inspection",
    "case.circulated_criticism",
    "case.proposal",
]
"""Facts that propose an adjustment once each: a decided case that found fault, falsification, listed supervision."""


class BonusItem(Named):
    """Points that may be added, each time it is confirmed."""

    code: Name
    each: Positive
    count: Counter | None = None
    at_most: Positive | None = None
    group: Name | None = None
    basis: str | None = None


class Adjusting(Model):
    """Points added or taken, those of a group together within the group's cap, and all together at most `cap`."""

    cap: Positive
    groups: dict[Name, Positive] = {}
    items: tuple[BonusItem, ...]

    @model_validator(mode="after")
    def _groups_have_caps(self) -> "Adjusting":
        for item in self.items:
            if item.group is not None and item.group not in self.groups:
                raise Ill(N_("The group “{group}” of {code} has no cap; add it under groups."),
                          group=item.group, code=item.code)  # fmt: skip
        return self


class Bonus(Adjusting):
    """Bonuses; with `same_matter: highest_only` a matter praised at several levels counts once, at the highest."""

    mode: Literal["add", "tie_break_only", "separate"]
    same_matter: Literal["all", "highest_only"] = "all"


class OverReportStep(Model):
    """From how much more than was verified (in percent of it) this step counts, and how often it takes the points."""

    above: NotNegative
    times: Positive


class DeductionItem(BonusItem):
    """Points that may be taken, each time it is confirmed; for over-reporting by steps, the highest reached counts."""

    on: Event | None = None
    """The fact that proposes it, once for each time it is established."""
    over_reporting: tuple[OverReportStep, ...] = ()
    nothing_found: Positive | None = None
    """How often the points are taken where something was claimed and nothing at all found; else as at the last step."""

    @model_validator(mode="after")
    def _steps_rise(self) -> "DeductionItem":
        if self.over_reporting and self.count is not None:
            raise Ill(N_("{code} goes by a count or by over-reporting, not by both; make two of it."), code=self.code)
        if self.on is not None and (self.over_reporting or self.count is not None):
            raise Ill(N_("{code} goes by an event or by what is counted, not by both; make two of it."), code=self.code)
        if self.nothing_found is not None and not self.over_reporting:
            raise Ill(N_("“nothing_found” of {code} belongs to the steps of over_reporting; write those first."),
                      code=self.code)  # fmt: skip
        found = [(step.above, step.times) for step in self.over_reporting]
        if any(one[0] >= other[0] or one[1] > other[1] for one, other in pairwise(found)):
            raise Ill(N_("The steps of over-reporting of {code} must rise, and take no less the higher they are."),
                      code=self.code)  # fmt: skip
        return self

    def times(self, share: Fraction | None) -> Decimal | None:
        """How often the points are taken for what was claimed above what was verified, as a share of that.

        ``share`` is None where nothing at all was found; the answer is None where no step is reached. What was claimed
        too low takes nothing.
        """
        if not self.over_reporting:
            return None
        if share is None:
            return self.nothing_found or self.over_reporting[-1].times
        reached = [step.times for step in self.over_reporting if share * 100 > Fraction(step.above)]
        return reached[-1] if reached else None


class Deductions(Adjusting):
    """Deductions."""

    items: tuple[DeductionItem, ...]


class VetoEffect(Model):
    """What a veto does; the score itself stays as it is."""

    band: Name | None = None
    band_at_most: Name | None = None
    item_zero: Name | None = None
    no_commendation: bool = False

    @model_validator(mode="after")
    def _one_effect(self) -> "VetoEffect":
        if (
            sum(
                (self.band is not None, self.band_at_most is not None, self.item_zero is not None, self.no_commendation)
            )
            != 1
        ):
            raise Ill(N_("A veto has one effect: band, band_at_most, item_zero or no_commendation: true."))
        return self


class Veto(Named):
    """An event that settles or limits the band, whatever the score."""

    code: Name
    on: Event
    effect: VetoEffect
    basis: str | None = None
