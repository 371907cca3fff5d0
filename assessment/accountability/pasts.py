"""What ladders count of each unit: read from published results, counts, vetoes and what was given and excused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.rules import Past
from assessment.adjustments import queries as adjustments
from assessment.adjustments.models import AdjustmentKind
from assessment.foundation.sql import among
from assessment.foundation.workdays import end_of
from assessment.organisations.queries import continued_on
from assessment.practices import queries as practices
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.rules.conditions import ACTIONS, VETOES
from assessment.programmes.rules.consequences import Ladder
from assessment.programmes.rules.rewards import LadderReward
from assessment.programmes.rules.scheme import Scheme
from assessment.remediation import queries as remediation
from assessment.scoring import queries as scoring
from assessment.scoring.measures import Measured, measured
from assessment.scoring.models import Scorecard
from assessment.submissions import queries as submissions

LATE = "submission.late_days"


@dataclass
class Pasts:
    """The past of the units of one programme; what was read for one period is not read again for the next.

    ``instead``: period -> the edition to count by, where it is not the approved one. ``among``: read of these units
    only, and of what they were before a succession.
    """

    session: Session
    programme_id: int
    instead: Mapping[int, int] = field(default_factory=dict)
    among: Collection[int] | None = None
    _standings: dict[str, list[scoring.Standing]] = field(default_factory=dict)
    _counted: dict[tuple[int, frozenset[str]], dict[int, dict[str, int]]] = field(default_factory=dict)

    def up_to(self, period: Period, scheme: Scheme, ladders: Collection[Ladder]) -> dict[int, list[Past]]:
        """Each unit's periods up to this one, oldest first, with as much as these ladders ask for."""
        planned = programmes.periods(self.session, self.programme_id)
        known = {one.id: one for one in planned if one.last_day <= period.last_day}
        counts = [ladder.count for ladder in ladders]
        given = queries.given(self.session) if any(count.what in ACTIONS for count in counts) else {}
        excused = queries.excused(self.session, self.programme_id)
        tallies = frozenset(name for count in counts for name in count.tallies)
        values = tuple(dict.fromkeys(name for count in counts for name in count.values))
        asks = bool(values) or any("below_standard" in count.where for count in counts)
        now = continued_on(self.session, period.last_day)
        past: dict[int, list[Past]] = defaultdict(list)
        for one in self._places(period.kind, now):
            unit_id = now.get(one.unit_id, one.unit_id)
            if one.period_id not in known or not (self.among is None or unit_id in self.among):
                continue
            tally = self._tallies(known[one.period_id], tallies).get(one.unit_id, {}) if tallies else {}
            said = self._values(one.edition_id, values).get(one.unit_code) if asks else None
            past[unit_id].append(
                Past(
                    one.period_code, period.kind, one.group_code, one.rank, one.size, one.total, one.band,
                    counters=tally, values=said.values if said else {}, facts=_facts(scheme, period.kind, one, said),
                    actions=given.get((one.unit_id, one.period_id), frozenset()),
                    excused=excused.get((one.unit_id, one.period_id), {}),
                )
            )  # fmt: skip
        return {unit_id: _with_last_year(history) for unit_id, history in past.items()}

    def _places(self, kind: str, now: Mapping[int, int]) -> list[scoring.Standing]:
        if kind not in self._standings:
            only = None
            if self.among is not None:
                before = (then for then, heir in now.items() if heir in self.among)
                only = among(Scorecard.unit_id, {*self.among, *before})
            found = scoring.standings(self.session, self.programme_id, kind, instead=self.instead, only=only)
            self._standings[kind] = found
        return self._standings[kind]

    def _values(self, edition_id: int, names: tuple[str, ...]) -> dict[str, Measured]:
        # Editions never change, so that what one said stands as long as the session.
        known: dict[tuple[int, tuple[str, ...]], dict[str, Measured]] = self.session.info.setdefault("measured", {})
        key = (edition_id, names)
        if key not in known:
            known[key] = measured(self.session, edition_id, names)
        return known[key]

    def _tallies(self, period: Period, wanted: frozenset[str]) -> dict[int, dict[str, int]]:
        key = (period.id, wanted)
        if key not in self._counted:
            scored = [one.unit_id for one in self._standings[period.kind] if one.period_id == period.id]
            self._counted[key] = _counted(self.session, period, wanted, scored)
        return self._counted[key]


def _facts(scheme: Scheme, kind: str, one: scoring.Standing, said: Measured | None) -> frozenset[str]:
    """The bottom is where the scheme's own ladder of money takes; the standard is that of its values."""
    steps = [
        len(reward.from_bottom)
        for reward in scheme.rewards
        if isinstance(reward, LadderReward) and reward.period == kind and reward.per in {"peer_group", one.group_code}
    ]
    in_bottom = one.from_bottom is not None and one.from_bottom <= max(steps, default=0)
    below = said is not None and said.is_below_standard
    return frozenset({"in_bottom"} if in_bottom else ()) | frozenset({"below_standard"} if below else ())


def _with_last_year(history: list[Past]) -> list[Past]:
    """Whether each period was worse than the same one a year before, where that is known."""
    totals = {one.period: one.total for one in history}
    told = []
    for one in history:
        before = totals.get(f"{int(one.year) - 1}{one.period[4:]}")
        worse = before is not None and one.total is not None and one.total < before
        told.append(replace(one, facts=one.facts | {"worse_than_last_year"}) if worse else one)
    return told


def _counted(
    session: Session, period: Period, wanted: frozenset[str], unit_ids: Collection[int]
) -> dict[int, dict[str, int]]:
    """What was counted at each unit itself: a unit above answers for its own tasks, not again for those below it."""
    same = {ended: now for ended, now in continued_on(session, period.last_day).items() if now in unit_ids}
    as_at = end_of(period.last_day, ZoneInfo(period.programme.zone))
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for word, room in (("remediation", remediation), ("practice", practices)):
        names = [name for name in wanted if name.startswith(f"{word}.")]
        if names:
            everywhere = [*unit_ids, *same]
            for where, counted in room.counted(session, everywhere, period.first_day, period.last_day, as_at).items():
                unit_id = same.get(where, where)
                found[unit_id].update({name: found[unit_id].get(name, 0) + counted[name] for name in names})
    if LATE in wanted:
        for unit_id, days in submissions.timeliness(session, period.id).items():
            found[unit_id][LATE] = days
    if VETOES in wanted:
        for period_id in (period.id, *(part.part_id for part in period.parts)):
            for unit_id, views in adjustments.for_period(session, period_id).items():
                vetoes = sum(one.is_confirmed and one.kind == AdjustmentKind.VETO for one in views)
                found[unit_id][VETOES] = found[unit_id].get(VETOES, 0) + vetoes
    return dict(found)
