"""What a computation is made from, and what pages, papers and upper rooms read of its results."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from assessment.adjustments import queries as adjustments
from assessment.adjustments.queries import AdjustmentView
from assessment.foundation.actors import Actor
from assessment.foundation.trail_verifier import canonical
from assessment.organisations.duties import Duty
from assessment.organisations.queries import subtree_ids
from assessment.practices import queries as practices
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, PeriodState
from assessment.programmes.queries import AssessedUnit
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.standing import CollectedValue
from assessment.remediation import queries as remediation
from assessment.scoring.models import Edition, EditionState, Scorecard
from assessment.scoring.rules.frozen import frozen_unit
from assessment.scoring.rules.values import Adjustment, AdjustmentKind, Kind, UnitInput, Value
from assessment.submissions import queries as submissions
from assessment.submissions.queries import ValidatedValue
from assessment.submissions.rules import ValueKind

COUNTED = ("remediation", "practice")
SERVED = tuple(
    state.value
    for state in (
        PeriodState.OBJECTIONS,
        PeriodState.APPROVED,
        PeriodState.PUBLICITY,
        PeriodState.PUBLISHED,
        PeriodState.CONSEQUENCES,
        PeriodState.CLOSED,
    )
)
PUBLIC = tuple(state.value for state in (PeriodState.PUBLISHED, PeriodState.CONSEQUENCES, PeriodState.CLOSED))


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

    @property
    def has_undecided(self) -> bool:
        return any(view.is_open for views in self.adjustments.values() for view in views)


def gather(session: Session, period: Period, as_at: datetime) -> Gathered:
    """Read what was validated, counted, promised and confirmed for a period; counts are as at its last moment."""
    scheme = programmes.scheme(session, period.scheme_version_id)
    units = tuple(programmes.assessed_units(session, period))
    below = {one.unit_id: _leaves(session, one, units, period) for one in units}
    leaves = sorted({leaf for some in below.values() for leaf in some})
    counted, behind = _counted(session, leaves, period, as_at)
    late = submissions.timeliness(session, period.id)
    validated = submissions.validated_values(session, period.id)
    reported = {unit: _values(found) for unit, found in validated.items()}
    targets = programmes.targets_on(session, period.programme_id, period.last_day)
    proposed = adjustments.for_period(session, period.id)
    inputs, totals = [], {}
    for one in units:
        values = reported.get(one.unit_id, {})
        totals[one.unit_id] = _totals(counted, below[one.unit_id], late.get(one.unit_id, 0))
        values = {**values, **_counted_values(scheme, totals[one.unit_id])}
        promised = targets.get(one.unit_id, {})
        month = period.last_day.month
        values |= {
            name: Value(promised[name].term)
            for name in _from_letter(scheme)
            if name in promised and promised[name].term is not None
        }
        inputs.append(
            UnitInput(
                one.unit.code,
                values,
                {"level": str(one.unit.level)},
                {name: target.term for name, target in promised.items() if target.term is not None},
                {name: due for name, target in promised.items() if (due := target.by_month(month)) is not None},
                tuple(
                    as_input(view)
                    for view in proposed.get(one.unit_id, [])
                    if view.is_confirmed and view.kind in _SCORED
                ),
                group=one.group,
            )
        )
    return Gathered(scheme, units, tuple(inputs), totals, behind, late, proposed, validated)


_SCORED = tuple(kind.value for kind in AdjustmentKind)


def proposed_anew(session: Session, period: Period, gathered: Gathered) -> Gathered:
    """The same with what has been proposed since; a proposal that nobody has confirmed changes no input."""
    return replace(gathered, adjustments=adjustments.for_period(session, period.id))


def with_proposed(gathered: Gathered) -> tuple[UnitInput, ...]:
    """The same inputs as if every adjustment still undecided were confirmed."""
    inputs = []
    for one, given in zip(gathered.units, gathered.inputs, strict=True):
        views = [view for view in gathered.adjustments.get(one.unit_id, []) if view.kind in _SCORED]
        inputs.append(replace(given, adjustments=tuple(as_input(view) for view in views)))
    return tuple(inputs)


def as_input(view: AdjustmentView) -> Adjustment:
    """An adjustment as the rules take it."""
    band = view.effect.partition("=")[2] if view.kind == AdjustmentKind.BAND_CAP.value else ""
    return Adjustment(AdjustmentKind(view.kind), view.clause, view.points or Decimal(0), band, f"adjustment {view.id}")


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


def _counted(
    session: Session, unit_ids: list[int], period: Period, as_at: datetime
) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, tuple[int, ...]]]]:
    """By unit and counter: how many, and which; ``year:`` counts from the year's first day, for cumulative values."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    behind: dict[int, dict[str, tuple[int, ...]]] = defaultdict(dict)
    for prefix, first_day in (("", period.first_day), ("year:", period.first_day.replace(month=1, day=1))):
        for room in (remediation, practices):
            for unit_id, found in room.counted(session, unit_ids, first_day, period.last_day, as_at).items():
                for name in found:
                    counts[unit_id][prefix + name] = found[name]
                    behind[unit_id][prefix + name] = tuple(found.ids(name))
    return counts, behind


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


def _from_letter(scheme: Scheme) -> list[str]:
    return [name for name, value in scheme.values.items() if value.from_ == "letter"]


# --- results -------------------------------------------------------------------------------------------------------


def edition_in_force(session: Session, period_id: int) -> Edition | None:
    """The edition that stands for a period: the approved one, and until one is approved the newest."""
    return editions_in_force(session, [period_id]).get(period_id)


def editions_in_force(session: Session, period_ids: Sequence[int]) -> dict[int, Edition]:
    """The editions that stand for some periods, by period."""
    is_approved = case((Edition.state == EditionState.APPROVED.value, 1), else_=0)
    query = (
        select(Edition)
        .where(Edition.period_id.in_(period_ids), Edition.state != EditionState.SUPERSEDED.value)
        .order_by(is_approved, Edition.number)
    )
    return {edition.period_id: edition for edition in session.scalars(query)}


def correction_waiting(session: Session, period_id: int) -> Edition | None:
    """A corrected edition that was computed after results were approved, and is not approved itself yet."""
    before = edition_in_force(session, period_id)
    if before is None or before.state != EditionState.APPROVED:
        return None
    return session.scalar(
        select(Edition)
        .where(Edition.period_id == period_id, Edition.state == EditionState.PROVISIONAL.value)
        .where(Edition.number > before.number)
        .order_by(Edition.number.desc())
        .limit(1)
    )


def corrections(session: Session) -> list[tuple[Edition, Period]]:
    """Every corrected edition that waits for its approval, with its period."""
    stands = select(Edition.period_id).where(Edition.state == EditionState.APPROVED.value)
    rows = session.execute(
        select(Edition, Period)
        .join(Period, Period.id == Edition.period_id)
        .where(Edition.state == EditionState.PROVISIONAL.value, Edition.period_id.in_(stands))
        .order_by(Edition.id)
    )
    return [(edition, period) for edition, period in rows]


def inputs_text(period: Period, method: str, units: list[dict[str, Any]]) -> str:
    """Everything a computation starts from, as an edition freezes it."""
    return canonical({"period": period.code, "scheme": method, "units": units}).decode("utf-8")


def has_changed_since(session: Session, period: Period, edition: Edition) -> bool:
    """Whether a computation now would start from other inputs: a decision applied, an adjustment confirmed or lifted.

    What was counted is frozen with the provisional scores: a task reopened since changes no edition of before. A
    composite keeps to the editions it was composed from; a later change of one of them is flagged, not followed.
    """
    if period.is_composite:
        return False
    gathered = gather(session, period, edition.cut_off)
    counted = {name for name, value in gathered.scheme.values.items() if "." in value.from_}
    now = inputs_text(period, edition.method, [frozen_unit(one) for one in gathered.inputs])
    return _without(now, counted) != _without(edition.inputs, counted)


def _without(text: str, names: set[str]) -> Any:
    whole = json.loads(text)
    for unit in whole["units"]:
        unit["values"] = {name: value for name, value in unit["values"].items() if name not in names}
    return whole


def league_table(session: Session, edition_id: int) -> list[Scorecard]:
    """All scorecards of an edition by group (scheme order), rank, then unit code; units not ranked come last."""
    edition = session.get_one(Edition, edition_id)
    order = {code: place for place, code in enumerate(programmes.scheme(session, edition.scheme_version_id).groups)}
    cards = session.scalars(select(Scorecard).where(Scorecard.edition_id == edition_id))
    return sorted(
        cards,
        key=lambda card: (order.get(card.group_code, len(order)), card.rank is None, card.rank or 0, card.unit_code),
    )


def scorecard(session: Session, edition_id: int, unit_id: int) -> Scorecard | None:
    return session.scalar(select(Scorecard).where(Scorecard.edition_id == edition_id, Scorecard.unit_id == unit_id))


def period_before(session: Session, period: Period) -> Period | None:
    """The period of the same kind that came before."""
    return session.scalar(
        select(Period)
        .where(
            Period.programme_id == period.programme_id, Period.kind == period.kind, Period.last_day < period.first_day
        )
        .order_by(Period.last_day.desc())
        .limit(1)
    )


def ranks_before(session: Session, period: Period) -> dict[int, int]:
    """Each unit's rank in the period of the same kind before this one, for the movement beside it."""
    before = period_before(session, period)
    edition = edition_in_force(session, before.id) if before else None
    if edition is None:
        return {}
    rows = session.execute(
        select(Scorecard.unit_id, Scorecard.rank).where(Scorecard.edition_id == edition.id, Scorecard.rank.is_not(None))
    )
    return {unit_id: rank for unit_id, rank in rows if rank is not None}


@dataclass(frozen=True)
class Standing:
    """A unit's place in one period, for charts and counters over time."""

    period_id: int
    period_code: str
    unit_id: int
    group_code: str
    total: Decimal | None
    rank: int | None
    size: int
    band: str

    @property
    def from_bottom(self) -> int | None:
        return None if self.rank is None else self.size - self.rank + 1


def standings(
    session: Session,
    programme_id: int,
    kind: str,
    states: Iterable[str] = PUBLIC,
    instead: Mapping[int, int] = MappingProxyType({}),
) -> list[Standing]:
    """Every unit's place in every period of a kind, oldest first: the bump chart's and the ladders' data.

    ``instead``: period -> another edition to read than the one in force, to compare them.
    """
    rows = session.execute(
        select(Period, Edition.id)
        .join(Edition, Edition.period_id == Period.id)
        .where(Period.programme_id == programme_id, Period.kind == kind, Period.state.in_(list(states)))
        .where(Edition.state == EditionState.APPROVED.value)
        .order_by(Period.first_day)
    )
    return [
        Standing(
            period.id,
            period.code,
            card.unit_id,
            card.group_code,
            card.total,
            card.rank,
            sizes[card.group_code],
            card.band,
        )
        for period, edition_id in rows
        for sizes, cards in [_places(session, instead.get(period.id, edition_id))]
        for card in cards
    ]


def _places(session: Session, edition_id: int) -> tuple[Mapping[str, int], Sequence[Any]]:
    """Everybody's place, without the explanations; and how many are ranked in each group."""
    places = session.execute(
        select(Scorecard.unit_id, Scorecard.group_code, Scorecard.total, Scorecard.rank, Scorecard.band)
        .where(Scorecard.edition_id == edition_id)
        .order_by(Scorecard.group_code, Scorecard.rank, Scorecard.unit_code)
    ).all()
    return Counter(place.group_code for place in places if place.rank is not None), places


def matter_of(session: Session, card: Scorecard, codes: Iterable[str] = ()) -> list[tuple[str, object]]:
    """Every record the explanation of these items cites: what recusal is computed on when they are disputed."""
    wanted = set(codes)
    found: list[tuple[str, object]] = [("scorecard", card.id)]
    for item in card.items:
        if not wanted or item["code"] in wanted or wanted & set(item.get("inputs", ())):
            found += [(kind, record_id) for kind, record_id in item.get("cites", ())]
    return found


def may_see(session: Session, card: Scorecard, viewer: Actor) -> bool:
    """Published scores are everybody's who signs in; provisional ones, also later, are the unit's and the office's."""
    edition = session.get_one(Edition, card.edition_id)
    period = session.get_one(Period, edition.period_id)
    if period.state in PUBLIC and edition.approved_at is not None:
        return True
    own = any(viewer.holds(duty, card.unit_id) for duty in (Duty.REPORT, Duty.OBJECT, Duty.SIGN_LETTERS))
    return (own and period.state in SERVED) or may_see_all(viewer, card.unit_id)


def may_see_all(viewer: Actor, unit_id: int) -> bool:
    return any(
        viewer.holds(duty, unit_id)
        for duty in (Duty.COMPUTE, Duty.PREPARE, Duty.APPROVE, Duty.REVIEW, Duty.PUBLISH, Duty.AUDIT)
    )
