"""What the ladders of a scheme say after a period: read from published results and counts, computed by the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability.models import Case, CaseState, Outcome
from assessment.accountability.rules import KINDS, PERIODS, Climb, Past, Step, climb
from assessment.foundation.i18n import Sentence, say
from assessment.foundation.workdays import end_of
from assessment.organisations.queries import continued_on
from assessment.practices import queries as practices
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.rules.conditions import ACTIONS
from assessment.programmes.rules.consequences import Ladder, LadderReward
from assessment.programmes.rules.scheme import Scheme
from assessment.remediation import queries as remediation
from assessment.scoring import queries as scoring
from assessment.scoring.measures import Measured, measured
from assessment.scoring.models import Edition
from assessment.submissions import queries as submissions

LATE = "submission.late_days"
ENDED_IN = {
    Outcome.INTERVIEW.value: "interview",
    Outcome.CIRCULATED_CRITICISM.value: "circulated_criticism",
}
"""The decisions that a ladder can count, in its words."""


@dataclass(frozen=True)
class Standing:
    """A unit's place on one ladder."""

    unit_id: int
    ladder: Ladder
    climb: Climb


def standings(session: Session, period: Period, instead: Mapping[int, int] = MappingProxyType({})) -> list[Standing]:
    """Every unit's place on every ladder that counts periods of this kind; those ``is_due`` are to be prompted.

    ``instead``: period -> another edition to count by than the one in force.
    """
    scheme = programmes.scheme(session, period.scheme_version_id)
    ladders = [ladder for ladder in scheme.ladders if kind_counted(scheme, ladder, period) == period.kind]
    if not ladders:
        return []
    past = _past(session, period, scheme, ladders, instead)
    found = []
    for ladder in ladders:
        for unit_id, history in past.items():
            if history[-1].period == period.code and ladder.per in (None, "peer_group", history[-1].group):
                found.append(Standing(unit_id, ladder, climb(ladder, history)))
    return found


def due_now(session: Session, period: Period) -> list[Standing]:
    return [one for one in standings(session, period) if one.climb.is_due]


def kind_counted(scheme: Scheme, ladder: Ladder, period: Period) -> str:
    """A ladder names its periods, or counts those in which the scheme assesses."""
    return KINDS.get(ladder.count.what) or (scheme.periods.every if scheme.periods else period.kind)


def kept(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The computation as a case keeps it."""
    return [{"message": step.message, "facts": dict(step.facts)} for step in steps]


def told(computation: Iterable[Mapping[str, Any]]) -> list[Sentence]:
    return [say(step["message"], **step["facts"]) for step in computation]


# --- reading ---------------------------------------------------------------------------------------------------------


def _past(
    session: Session, period: Period, scheme: Scheme, ladders: list[Ladder], instead: Mapping[int, int]
) -> dict[int, list[Past]]:
    """Each unit's periods up to this one, oldest first, with as much as these ladders ask for."""
    programme_id = period.programme_id
    known = {one.id: one for one in programmes.periods(session, programme_id) if one.last_day <= period.last_day}
    past: dict[int, list[Past]] = defaultdict(list)
    given = _given(session) if any(ladder.count.what in ACTIONS for ladder in ladders) else {}
    counters = {ladder.count.what for ladder in ladders} - {PERIODS, *KINDS, *ACTIONS}
    counts: dict[int, dict[int, dict[str, int]]] = {}
    now = continued_on(session, period.last_day)
    values = dict.fromkeys(name for ladder in ladders for name in ladder.count.values)
    asks = bool(values) or any("below_standard" in ladder.count.where for ladder in ladders)
    found: dict[int, dict[str, Measured]] = {}
    for one in scoring.standings(session, programme_id, period.kind, instead=instead):
        if one.period_id not in known:
            continue
        if counters and one.period_id not in counts:
            counts[one.period_id] = _counts(session, known[one.period_id], counters)
        if asks and one.edition_id not in found:
            found[one.edition_id] = measured(session, one.edition_id, values)
        said = found.get(one.edition_id, {}).get(one.unit_code)
        past[now.get(one.unit_id, one.unit_id)].append(
            Past(
                one.period_code, period.kind, one.group_code, one.rank, one.size, one.total,
                counters=counts.get(one.period_id, {}).get(one.unit_id, {}),
                values=said.values if said else {},
                facts=_facts(scheme, period.kind, one, said),
                actions=given.get((one.unit_id, one.period_id), frozenset()),
            )
        )  # fmt: skip
    return {unit_id: _with_last_year(history) for unit_id, history in past.items()}


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


def _counts(session: Session, period: Period, wanted: set[str]) -> dict[int, dict[str, int]]:
    """What was counted at each unit itself: a unit above answers for its own tasks, not again for those below it."""
    unit_ids = [one.unit_id for one in programmes.assessed_units(session, period)]
    as_at = end_of(period.last_day, ZoneInfo(period.programme.zone))
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for word, room in (("remediation", remediation), ("practice", practices)):
        names = [name for name in wanted if name.startswith(f"{word}.")]
        if names:
            for unit_id, counted in room.counted(session, unit_ids, period.first_day, period.last_day, as_at).items():
                found[unit_id].update({name: counted[name] for name in names})
    if LATE in wanted:
        for unit_id, days in submissions.timeliness(session, period.id).items():
            found[unit_id][LATE] = days
    return dict(found)


def _given(session: Session) -> dict[tuple[int, int], frozenset[str]]:
    """(unit, period) -> what units were given on account of a period's results."""
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    query = select(Case.unit_id, Edition.period_id, Case.settled_by, Case.outcome, Case.state).join(
        Edition, Edition.id == Case.edition_id
    )
    for unit_id, period_id, settled_by, outcome, state in session.execute(query):
        if settled_by:
            found[unit_id, period_id].add(settled_by)
        if outcome in ENDED_IN and state != CaseState.REVOKED:
            found[unit_id, period_id].add(ENDED_IN[outcome])
    return {key: frozenset(actions) for key, actions in found.items()}
