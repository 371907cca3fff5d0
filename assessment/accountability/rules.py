"""Ladders: repeated failure counted over periods, what the count proposes now, and every step of the counting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_, Sentence, say
from assessment.foundation.reals import Number
from assessment.programmes.rules.conditions import ACTIONS, MEASURES, Comparison, Counting
from assessment.programmes.rules.consequences import Ladder

PERIODS = "periods"
KINDS = {"months": "month", "quarters": "quarter", "years": "year"}


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
    counters: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Number] = field(default_factory=dict)
    """What the ladders compare of the scheme's own values."""
    facts: frozenset[str] = frozenset()
    """Facts found elsewhere: ``worse_than_last_year``, ``in_bottom``, ``below_standard``."""
    actions: frozenset[str] = frozenset()
    """What was done to the unit on account of this period: ``interview``."""

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
        if name not in MEASURES:
            return self.values.get(name)
        if self.rank is None:
            return None
        return Decimal(self.rank if name == "rank" else self.size - self.rank + 1)


@dataclass(frozen=True)
class Step:
    """One line of the computation: a message with its facts, as a page shows it and a case keeps it."""

    message: str
    facts: Mapping[str, Any]

    @property
    def sentence(self) -> Sentence:
        return say(self.message, **self.facts)


@dataclass(frozen=True)
class Climb:
    """Where a unit stands on a ladder after its newest period."""

    ladder: str
    period: str
    count: int
    action: str = ""
    """What is due now; empty when nothing is."""
    next_count: int | None = None
    next_action: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def is_due(self) -> bool:
        return bool(self.action)


def climb(ladder: Ladder, history: Sequence[Past]) -> Climb:
    """Count one unit's periods, oldest first; the ladder triggers only when its newest period counts.

    Beyond the highest rung its action falls due again each time. A period in which the unit was not ranked breaks a
    run where the ladder resets at a period not counted, and is passed over where it does not.
    """
    past = [one for one in history if _is_of_kind(ladder.count, one)]
    if not past:
        return Climb(ladder.code, "", 0)
    now = past[-1]
    steps: list[Step] = []
    count = 0
    for one in _within(ladder.count, past):
        times = _times(ladder.count, one)
        if times is None and ladder.reset is None:
            steps.append(Step(N_("{period}: no rank; passed over"), {"period": one.period}))
        elif not times:
            count = 0 if ladder.count.consecutive or ladder.reset else count
            steps.append(Step(N_("{period}: {found}; not counted, the count is {count}"), _told(ladder, one, count)))
        else:
            count += times
            steps.append(Step(N_("{period}: {found}; the count is {count}"), _told(ladder, one, count)))
    action = rung(ladder, count) if _times(ladder.count, now) else ""
    following = min((at for at in ladder.at if at > count), default=None)
    return Climb(
        ladder.code, now.period, count, action, following, ladder.at[following] if following else "", tuple(steps)
    )


def rung(ladder: Ladder, count: int) -> str:
    """What a count proposes: its own rung's action, beyond the highest rung that rung's."""
    highest = max(ladder.at)
    return str(ladder.at.get(count, ladder.at[highest] if count > highest else ""))


def _is_of_kind(counting: Counting, past: Past) -> bool:
    return counting.what not in KINDS or past.kind == KINDS[counting.what]


def _within(counting: Counting, past: Sequence[Past]) -> Iterable[Past]:
    """The periods of the newest one's year or quarter, where the ladder counts within one."""
    now = past[-1]
    if counting.within == "year":
        return [one for one in past if one.year == now.year]
    if counting.within == "quarter":
        return [one for one in past if one.quarter == now.quarter]
    return past


def _times(counting: Counting, past: Past) -> int | None:
    """How often a period counts; ``None`` where its conditions ask for a rank or total that it does not have."""
    if counting.what in ACTIONS:
        return int(counting.what in past.actions)
    if counting.what != PERIODS and counting.what not in KINDS:
        return past.counters.get(counting.what, 0)
    found = [_holds(condition, past) for condition in counting.where]
    return None if None in found else int(all(found))


def _holds(condition: Comparison | str, past: Past) -> bool | None:
    if isinstance(condition, str):
        return condition in past.facts
    value = past.measure(condition.name)
    return None if value is None else condition.holds(value)


def _told(ladder: Ladder, past: Past, count: int) -> dict[str, Any]:
    return {"period": past.period, "found": _found(ladder.count, past), "count": count}


def _found(counting: Counting, past: Past) -> str:
    """What was held against the conditions, in the scheme's own words: ``rank_from_bottom = 1``."""
    if counting.what in ACTIONS:
        return f"{counting.what} = {int(counting.what in past.actions)}"
    if not counting.where:
        return f"{counting.what} = {past.counters.get(counting.what, 0)}"
    parts = []
    for condition in counting.where:
        if isinstance(condition, str):
            parts.append(f"{condition} = {int(condition in past.facts)}")
        else:
            value = past.measure(condition.name)
            parts.append(f"{condition.name} = {'-' if value is None else shown(value)}")
    return ", ".join(parts)
