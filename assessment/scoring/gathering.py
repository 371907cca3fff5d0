"""What a month's scores are computed from: read once, unit by unit, with the records behind each counted value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from assessment.adjustments import queries as adjustments
from assessment.adjustments.queries import AdjustmentView
from assessment.organisations.queries import UnitView, heirs_on, subtree_ids, units_on
from assessment.practices import queries as practices
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.queries import AssessedUnit
from assessment.programmes.rules.changes import Since
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.standing import CollectedValue
from assessment.remediation import queries as remediation
from assessment.scoring import history
from assessment.scoring.editions import edition_in_force, period_before, year_before
from assessment.scoring.promises import promises
from assessment.scoring.rules.values import Adjustment, AdjustmentKind, Kind, UnitInput, Value
from assessment.submissions import queries as submissions
from assessment.submissions.queries import ValidatedValue
from assessment.submissions.rules import ValueKind


@dataclass(frozen=True)
class Gathered:
    """Everything a month's scores are computed from, unit by unit, with the records behind each counted value."""

    scheme: Scheme
    units: tuple[AssessedUnit, ...]
    inputs: tuple[UnitInput, ...]
    counted: Mapping[int, Mapping[str, int]]
    behind: Mapping[int, Mapping[str, tuple[int, ...]]]
    late_days: Mapping[int, int]
    adjustments: Mapping[int, list[AdjustmentView]]
    reported: Mapping[int, Mapping[str, ValidatedValue]]

    def records(self, unit_id: int, counter: str) -> list[tuple[str, object]]:
        """(kind, id) of everything that a counter counts of a unit."""
        return [(kind_behind(counter), one) for one in self.behind.get(unit_id, {}).get(counter, ())]

    @property
    def has_undecided(self) -> bool:
        return any(view.is_open for views in self.adjustments.values() for view in views)


def gather(session: Session, period: Period, as_at: datetime, *, counting: bool = True) -> Gathered:
    """Read what was validated, counted, promised and confirmed for a period; counts are as at its last moment.

    Without ``counting`` every counted value is 0: for whoever looks at the others only.
    """
    scheme = programmes.scheme(session, period.scheme_version_id)
    units = tuple(programmes.assessed_units(session, period))
    below = {one.unit_id: _leaves(session, one, units, period) for one in units}
    leaves = sorted({leaf for some in below.values() for leaf in some})
    asked = counters_of(scheme) if counting else frozenset()
    counted, behind = _counted(session, leaves, period, as_at, asked)
    late = submissions.timeliness(session, period.id)
    totals = {one.unit_id: _totals(counted, below[one.unit_id], late.get(one.unit_id, 0)) for one in units}
    validated = submissions.validated_values(session, period.id)
    reported = _reported(session, scheme, period, units, below, validated)
    promised = promises(session, scheme, period, units)
    previous, a_year_ago = (_earlier(session, scheme, period, units, below, since) for since in SINCE)
    proposed = adjustments.for_period(session, period.id)
    everybody = units_on(session, period.last_day)
    inputs = [
        UnitInput(
            one.unit.code,
            {
                **reported[one.unit_id],
                **_counted_values(scheme, totals[one.unit_id]),
                **_from_letter(scheme, promised[one.unit_id].targets),
            },
            _attributes(scheme, one, everybody),
            promised[one.unit_id].targets,
            promised[one.unit_id].schedules,
            tuple(
                as_input(view, scheme)
                for view in proposed.get(one.unit_id, [])
                if view.is_confirmed and view.kind in SCORED
            ),
            previous.get(one.unit_id, {}),
            one.group,
            a_year_ago.get(one.unit_id, {}),
            promised[one.unit_id].letters,
        )
        for one in units
    ]
    return Gathered(scheme, units, tuple(inputs), totals, behind, late, proposed, validated)


SCORED = tuple(kind.value for kind in AdjustmentKind)


def proposed_anew(session: Session, period: Period, gathered: Gathered) -> Gathered:
    """The same with what has been proposed since; a proposal that nobody has confirmed changes no input."""
    return replace(gathered, adjustments=adjustments.for_period(session, period.id))


def with_proposed(gathered: Gathered) -> tuple[UnitInput, ...]:
    """The same inputs as if every adjustment still undecided were confirmed."""
    inputs = []
    for one, given in zip(gathered.units, gathered.inputs, strict=True):
        views = [view for view in gathered.adjustments.get(one.unit_id, []) if view.kind in SCORED]
        inputs.append(replace(given, adjustments=tuple(as_input(view, gathered.scheme) for view in views)))
    return tuple(inputs)


def as_input(view: AdjustmentView, scheme: Scheme) -> Adjustment:
    """An adjustment as the rules take it; the matter it is about where the scheme asks. A period is no matter: what is
    counted over it, or proposed without a record, may be about as many matters as there are adjustments."""
    band = view.effect.partition("=")[2] if view.kind == AdjustmentKind.BAND_CAP.value else ""
    points = view.points or Decimal(0)
    asks = scheme.bonus is not None and scheme.bonus.same_matter == "highest_only"
    matter = f"{view.origin_kind} {view.origin_id}" if asks and view.origin_id and view.origin_kind != PERIOD else ""
    return Adjustment(AdjustmentKind(view.kind), view.clause, points, band, f"adjustment {view.id}", matter)


PERIOD = Period.__tablename__
SINCE: tuple[Since, ...] = ("period_before", "year_before")


def _earlier(
    session: Session,
    scheme: Scheme,
    period: Period,
    units: Sequence[AssessedUnit],
    below: Mapping[int, Sequence[int]],
    since: Since,
) -> dict[int, dict[str, Value]]:
    """What the scheme asks of an earlier period; nothing where there was none, or it has no scores."""
    names = scheme.looks_back(since)
    before = (period_before if since == "period_before" else year_before)(session, period) if names else None
    edition = edition_in_force(session, before.id) if before else None
    if before is None or edition is None:
        return {}
    earlier = history.read_earlier(session, before, edition, period.last_day)
    return history.earlier_values(session, scheme, names, units, below, earlier)


def _attributes(scheme: Scheme, one: AssessedUnit, units: Mapping[int, UnitView]) -> dict[str, str]:
    """The level always, as every edition has it; what else the scheme sorts by, where it does."""
    known = programmes.attributes_of(one.unit, units)
    return {name: text for name, text in known.items() if name == "level" or name in scheme.attributes}


def _leaves(session: Session, one: AssessedUnit, units: Iterable[AssessedUnit], period: Period) -> list[int]:
    if one.is_leaf:
        return [one.unit_id]
    below = subtree_ids(session, one.unit_id, period.last_day)
    return [other.unit_id for other in units if other.is_leaf and other.unit_id in below]


def _values(found: Mapping[str, ValidatedValue]) -> dict[str, Value]:
    """As the rules take them; a decision to count a missing value as nought is named by the value's record."""
    return {
        code: Value(
            one.number if one.kind == ValueKind.GIVEN else None,
            Kind(one.kind.value),
            f"submission_value {one.value_ids[-1]}" if one.by_decision and one.value_ids else "",
        )
        for code, one in found.items()
    }


def counters_of(scheme: Scheme) -> frozenset[str]:
    """The counters that its values, bonuses and deductions name; ``year:`` counts from the year's first day."""
    values = {counter_of(value) for value in scheme.values.values() if "." in value.from_}
    clauses = [*(scheme.bonus.items if scheme.bonus else ()), *(scheme.deductions.items if scheme.deductions else ())]
    return frozenset(values | {one.count for one in clauses if one.count is not None})


def _counted(
    session: Session, unit_ids: list[int], period: Period, as_at: datetime, asked: frozenset[str]
) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, tuple[int, ...]]]]:
    """By unit and counter asked for: how many, and which."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    behind: dict[int, dict[str, tuple[int, ...]]] = defaultdict(dict)
    # What was opened at a unit that has ended since is counted with the one that carries on its matters.
    heirs = {ended: heir for ended, heir in heirs_on(session, period.last_day).items() if heir in unit_ids}
    for prefix, first_day in (("", period.first_day), ("year:", period.first_day.replace(month=1, day=1))):
        for room in (remediation, practices):
            names = [name for name in room.COUNTERS if f"{prefix}{name}" in asked]
            if not names:
                continue
            everywhere = [*unit_ids, *heirs]
            for where, found in room.counted(session, everywhere, first_day, period.last_day, as_at).items():
                unit_id = heirs.get(where, where)
                for name in names:
                    counts[unit_id][prefix + name] = counts[unit_id].get(prefix + name, 0) + found[name]
                    behind[unit_id][prefix + name] = (*behind[unit_id].get(prefix + name, ()), *found.ids(name))
    return counts, behind


def kind_behind(counter: str) -> str:
    """The kind of the records that a counter counts; empty where it counts none, but days."""
    name = counter.removeprefix("year:")
    if name in remediation.COUNTERS:
        return remediation.kind_counted(name)
    return "practice" if name in practices.COUNTERS else ""


def counter_of(value: CollectedValue) -> str:
    """The counter behind a counted value of the scheme."""
    return f"year:{value.from_}" if value.kind == "cumulative" else value.from_


def _totals(counted: Mapping[int, Mapping[str, int]], leaves: Iterable[int], late: int) -> dict[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for leaf in leaves:
        for name, number in counted.get(leaf, {}).items():
            totals[name] += number
    return {**totals, "submission.late_days": late}


def _counted_values(scheme: Scheme, totals: Mapping[str, int]) -> dict[str, Value]:
    """Counters under the names that the scheme gives them; nothing counted is 0, not missing."""
    return {
        name: Value(Decimal(totals.get(counter_of(value), 0)))
        for name, value in scheme.values.items()
        if "." in value.from_
    }


def _from_letter(scheme: Scheme, targets: Mapping[str, Decimal]) -> dict[str, Value]:
    return {
        name: Value(targets[name])
        for name, value in scheme.values.items()
        if value.from_ == "letter" and name in targets
    }


def _reported(
    session: Session,
    scheme: Scheme,
    period: Period,
    units: Sequence[AssessedUnit],
    below: Mapping[int, Sequence[int]],
    validated: Mapping[int, Mapping[str, ValidatedValue]],
) -> dict[int, dict[str, Value]]:
    """What units reported; with it what those had reported that they took over, where the scheme adds it."""
    reported = {unit_id: _values(found) for unit_id, found in validated.items()}
    mine = {one.unit_id: reported.get(one.unit_id, {}) for one in units}
    if scheme.reorganised.reports == "of_successor":
        return mine
    taken = history.taken_over(session, period)
    return {
        one.unit_id: history.with_reports(scheme, one, mine[one.unit_id], below[one.unit_id], taken, reported)
        for one in units
    }
