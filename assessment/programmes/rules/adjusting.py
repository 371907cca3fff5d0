"""What is added to or taken from a score, or limits its band: bonuses, deductions and vetoes."""

from typing import Literal

from pydantic import model_validator

from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.shape import Model, Name, Named, Positive

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
Event = Literal["falsification.established", "incident.critical"]


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


class Deductions(Adjusting):
    """Deductions."""


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
