"""Ladders: repeated failure counted over periods, what the count proposes now, and every step of the counting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessment.accountability.rules.past import KINDS, Past, place_of
from assessment.foundation.i18n import N_, Sentence, say
from assessment.programmes.rules.conditions import Counting
from assessment.programmes.rules.consequences import Ladder


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

    Beyond the highest rung its action falls due again each time, unless the count begins anew there. A period in
    which the unit was not ranked breaks a run where the ladder resets at a period not counted, and is passed over
    where it does not; an excused one is passed over always.
    """
    past = [one for one in history if counts_kind(ladder.count, one)]
    if not past:
        return Climb(ladder.code, "", 0)
    steps: list[Step] = []
    count, is_new = 0, False
    for one in _within(ladder.count, past):
        is_new = False
        times = one.times(ladder.count)
        if ladder.code in one.excused:
            facts = {"period": one.period, "why": one.excused[ladder.code]}
            steps.append(Step(N_("{period}: excused ({why}); passed over"), facts))
        elif times is None and ladder.reset != "period not counted":
            steps.append(Step(N_("{period}: no rank; passed over"), {"period": one.period}))
        elif not times:
            count = 0 if ladder.count.consecutive or ladder.reset == "period not counted" else count
            steps.append(Step(N_("{period}: {found}; not counted, the count is {count}"), _told(ladder, one, count)))
        else:
            count, is_new = _from_anew(ladder, count) + times, True
            steps.append(Step(N_("{period}: {found}; the count is {count}"), _told(ladder, one, count)))
    action = rung(ladder, count) if is_new else ""
    following = min((at for at in ladder.at if at > _from_anew(ladder, count)), default=None)
    next_action = ladder.at[following] if following else ""
    return Climb(ladder.code, past[-1].period, count, action, following, next_action, tuple(steps))


def rung(ladder: Ladder, count: int) -> str:
    """What a count proposes: its own rung's action, beyond the highest rung that rung's."""
    highest = max(ladder.at)
    return str(ladder.at.get(count, ladder.at[highest] if count > highest else ""))


def counts_kind(counting: Counting, past: Past) -> bool:
    return counting.what not in KINDS or past.kind == KINDS[counting.what]


def _from_anew(ladder: Ladder, count: int) -> int:
    """The count that the next period adds to: none, once the highest rung is reached where the ladder begins anew."""
    return 0 if ladder.reset == "highest rung" and count >= max(ladder.at) else count


def _within(counting: Counting, past: Sequence[Past]) -> Sequence[Past]:
    """The periods of the newest one's year or quarter, or the last so many, where the ladder counts within them."""
    now = past[-1]
    if counting.window is not None:
        return [one for one in past if place_of(one.period) > place_of(now.period) - counting.window]
    if counting.within == "year":
        return [one for one in past if one.year == now.year]
    if counting.within == "quarter":
        return [one for one in past if one.quarter == now.quarter]
    return past


def _told(ladder: Ladder, past: Past, count: int) -> dict[str, Any]:
    return {"period": past.period, "found": past.found(ladder.count), "count": count}
