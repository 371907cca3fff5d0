"""What is known of one unit in one period, and how a ladder's conditions are held against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_, Label
from assessment.foundation.reals import Number
from assessment.programmes.rules.conditions import ACTIONS, MEASURES, TALLIES, Comparison, Counting, InBands

PERIODS = "periods"
KINDS = {"months": "month", "quarters": "quarter", "years": "year"}
_PROPOSED = {
    "early_warning": N_("early warning"),
    "circulated_criticism": N_("circulated criticism"),
    "interview": N_("interview"),
    "special_inspection": N_("special inspection"),
    "trace": N_("trace back"),
    "accountability_of_government_head": N_("accountability of the head of government"),
    "accountability_of_party_head": N_("accountability of the head of the Party committee"),
    "regional_permit_restriction": N_("restriction of permits in the region"),
}


def proposed(action: str) -> Label:
    """The word for what a ladder proposes."""
    return Label(_PROPOSED[action])


@dataclass(frozen=True)
class Past:
    """What is known of one unit in one period: its place, its counts, and what it was given for it."""

    period: str
    """Code: ``2012-03``, ``2012-Q1``, ``2012``; the year comes first."""
    kind: str
    group: str = ""
    rank: int | None = None
    size: int = 0
    total: Decimal | None = None
    band: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Number] = field(default_factory=dict)
    """What the ladders compare of the scheme's own values."""
    facts: frozenset[str] = frozenset()
    """Facts found elsewhere: ``worse_than_last_year``, ``in_bottom``, ``below_standard``."""
    actions: frozenset[str] = frozenset()
    """What was done to the unit on account of this period: ``interview``."""
    excused: Mapping[str, str] = field(default_factory=dict)
    """Ladder -> why a leader has excused the unit's period on it: the period is passed over."""
    supposed: int | None = None
    """How often the period would count, where it has not come yet."""

    @property
    def year(self) -> str:
        return self.period[:4]

    @property
    def quarter(self) -> str:
        """The quarter it lies in; a quarter is its own, and a year is none."""
        part = self.period[5:]
        if part.isdecimal():
            return f"{self.year}-Q{(int(part) + 2) // 3}"
        return self.period

    def measure(self, name: str) -> Number | Decimal | None:
        if name == "total":
            return self.total
        if name in TALLIES:
            return Decimal(self.counters.get(name, 0))
        if name not in MEASURES:
            return self.values.get(name)
        if self.rank is None:
            return None
        return Decimal(self.rank if name == "rank" else self.size - self.rank + 1)

    def times(self, counting: Counting) -> int | None:
        """How often it counts; ``None`` where the conditions ask for a rank, band or value that it does not have."""
        if self.supposed is not None:
            return self.supposed
        if counting.what in ACTIONS:
            return int(counting.what in self.actions)
        if counting.what in TALLIES:
            return self.counters.get(counting.what, 0)
        found = [self._holds(condition) for condition in counting.where]
        return None if None in found and False not in found else int(all(found))

    def _holds(self, condition: Comparison | InBands | str) -> bool | None:
        if isinstance(condition, str):
            return condition in self.facts
        if isinstance(condition, InBands):
            return self.band in condition.bands if self.band else None
        value = self.measure(condition.name)
        return None if value is None else condition.holds(value)

    def found(self, counting: Counting) -> str:
        """What was held against the conditions, in the scheme's own words: ``rank_from_bottom = 1``."""
        if counting.what in ACTIONS:
            return f"{counting.what} = {int(counting.what in self.actions)}"
        if not counting.where:
            return f"{counting.what} = {self.counters.get(counting.what, 0)}"
        return ", ".join(self._said(condition) for condition in counting.where)

    def _said(self, condition: Comparison | InBands | str) -> str:
        if isinstance(condition, str):
            return f"{condition} = {int(condition in self.facts)}"
        if isinstance(condition, InBands):
            return f"band = {self.band or '-'}"
        value = self.measure(condition.name)
        return f"{condition.name} = {'-' if value is None else shown(value)}"


def place_of(period: str) -> int:
    """How many periods of its kind lie before it: ``2012-03`` follows ``2012-02``, ``2013`` follows ``2012``."""
    year, part = int(period[:4]), period[5:]
    if part.isdecimal():
        return year * 12 + int(part) - 1
    return year * 4 + int(part[1:]) - 1 if part else year


def after(period: str) -> str:
    """The next period of its kind."""
    place, part = place_of(period) + 1, period[5:]
    if part.isdecimal():
        return f"{place // 12}-{place % 12 + 1:02}"
    return f"{place // 4}-Q{place % 4 + 1}" if part else str(place)
