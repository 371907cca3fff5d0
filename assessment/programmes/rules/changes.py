"""Changes of a value since an earlier period: what an indicator of improvement scores, by whatever rule."""

from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import model_validator

from assessment.foundation.exact import canonical
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number as Computed
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.items import Direction
from assessment.programmes.rules.shape import Model, Name, Named, Number

Since = Literal["period_before", "year_before"]


class Standard(Model):
    """What a value must at least or at most be to meet the standard."""

    at_most: Number | None = None
    at_least: Number | None = None

    @model_validator(mode="after")
    def _one_side(self) -> "Standard":
        if (self.at_most is None) == (self.at_least is None):
            raise Ill(N_("A standard is either “at_most” or “at_least” a number."))
        return self

    def holds(self, value: Computed) -> bool:
        """Whether a value meets the standard."""
        return value <= Fraction(self.limit) if self.at_most is not None else value >= Fraction(self.limit)

    @property
    def limit(self) -> Decimal:
        """The number that the standard names."""
        found = self.at_most if self.at_most is not None else self.at_least
        return found if found is not None else Decimal(0)

    def __str__(self) -> str:
        return f"{'≤' if self.at_most is not None else '≥'} {canonical(self.limit)}"


class Change(Named):
    """How much better a value has become, so that more is always better: -4 is a worsening by 4.

    `absolute`: the difference. `percent`: of the earlier value. `gap_closed`: percent of what was missing to `full`,
    the best that can be reached. Who meets the standard may be left out, always or from being called worse.
    """

    of: Name
    by: Literal["absolute", "percent", "gap_closed"]
    direction: Direction = "higher_is_better"
    since: Since = "year_before"
    full: Number | None = None
    standard_met: Literal["counts", "left_out", "left_out_if_worse"] = "counts"
    without_earlier: Literal["missing", "left_out"] = "missing"

    @model_validator(mode="after")
    def _full_where_there_is_a_gap(self) -> "Change":
        if self.full is not None and self.by != "gap_closed":
            raise Ill(N_("“full” is for “by: gap_closed”; leave it out."))
        return self

    @property
    def best(self) -> Decimal:
        """What a gap is measured to: 100, or 0 where less is better, unless the scheme says otherwise."""
        if self.full is not None:
            return self.full
        return Decimal(100 if self.direction == "higher_is_better" else 0)
