"""What a computation is made from, and what pages, papers and upper rooms read of its results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, func, inspect, select
from sqlalchemy.orm import Session, defer, undefer

from assessment.foundation.actors import Actor
from assessment.foundation.i18n import Bilingual
from assessment.foundation.sql import among
from assessment.foundation.trail_verifier import canonical
from assessment.organisations.duties import Duty
from assessment.organisations.queries import continued_on
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, PeriodState
from assessment.scoring.composing import is_adjusted_since
from assessment.scoring.editions import correction_waiting as correction_waiting
from assessment.scoring.editions import corrections as corrections
from assessment.scoring.editions import edition_in_force as edition_in_force
from assessment.scoring.editions import editions_in_force as editions_in_force
from assessment.scoring.editions import period_before as period_before
from assessment.scoring.gathering import gather as gather
from assessment.scoring.models import Edition, EditionState, Scorecard
from assessment.scoring.rules.frozen import frozen_unit

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


# --- results -------------------------------------------------------------------------------------------------------


def inputs_text(period: Period, method: str, units: list[dict[str, Any]]) -> str:
    """Everything a computation starts from, as an edition freezes it."""
    return canonical({"period": period.code, "scheme": method, "units": units}).decode("utf-8")


def has_changed_since(session: Session, period: Period, edition: Edition) -> bool:
    """Whether a computation now would start from other inputs: a decision applied, an adjustment confirmed or lifted.

    What was counted is frozen with the provisional scores: a task reopened since changes no edition of before. A
    composite keeps to the editions it was composed from; a later change of one of them is flagged, not followed.
    """
    if period.is_composite:
        return is_adjusted_since(session, period, edition)
    gathered = gather(session, period, edition.cut_off, counting=False)
    counted = {name for name, value in gathered.scheme.values.items() if "." in value.from_}
    now = inputs_text(period, edition.method, [frozen_unit(one) for one in gathered.inputs])
    return _without(now, counted) != _without(edition.inputs, counted)


def _without(text: str, names: set[str]) -> Any:
    whole = json.loads(text)
    for unit in whole["units"]:
        unit["values"] = {name: value for name, value in unit["values"].items() if name not in names}
    return whole


def league_table(session: Session, edition_id: int, *, is_light: bool = False) -> list[Scorecard]:
    """All scorecards of an edition by group (scheme order), rank, then unit code; units not ranked come last.

    ``is_light``: without the marks of each item, which are read where somebody looks at them (`with_marks`).
    """
    edition = session.get_one(Edition, edition_id)
    order = {code: place for place, code in enumerate(programmes.scheme(session, edition.scheme_version_id).groups)}
    query = select(Scorecard).where(Scorecard.edition_id == edition_id)
    cards = session.scalars(query.options(defer(Scorecard.items), defer(Scorecard.notes)) if is_light else query)
    return sorted(
        cards,
        key=lambda card: (order.get(card.group_code, len(order)), card.rank is None, card.rank or 0, card.unit_code),
    )


def names_in(session: Session, edition_id: int, unit_ids: Iterable[int]) -> dict[int, Bilingual]:
    """What an edition calls these units, of those that it scores."""
    query = select(Scorecard.unit_id, Scorecard.name_zh, Scorecard.name_en)
    rows = session.execute(query.where(Scorecard.edition_id == edition_id, among(Scorecard.unit_id, unit_ids)))
    return {unit_id: Bilingual(zh, en) for unit_id, zh, en in rows}


def with_marks(session: Session, cards: Iterable[Scorecard]) -> None:
    """Read the marks of each item of these, all at once."""
    lacking = [card.id for card in cards if "items" in inspect(card).unloaded]
    for start in range(0, len(lacking), 500):
        some = select(Scorecard).where(Scorecard.id.in_(lacking[start : start + 500]))
        session.scalars(some.options(undefer(Scorecard.items), undefer(Scorecard.notes))).all()


def scorecard(session: Session, edition_id: int, unit_id: int) -> Scorecard | None:
    return session.scalar(select(Scorecard).where(Scorecard.edition_id == edition_id, Scorecard.unit_id == unit_id))


def ranks_before(session: Session, period: Period) -> dict[int, int]:
    """Each unit's rank in the period of the same kind before this one, for the movement beside it."""
    before = period_before(session, period)
    edition = edition_in_force(session, before.id) if before else None
    if edition is None:
        return {}
    rows = session.execute(
        select(Scorecard.unit_id, Scorecard.rank).where(Scorecard.edition_id == edition.id, Scorecard.rank.is_not(None))
    )
    now = continued_on(session, period.last_day)
    return {now.get(unit_id, unit_id): rank for unit_id, rank in rows if rank is not None}


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
    unit_code: str
    edition_id: int

    @property
    def from_bottom(self) -> int | None:
        return None if self.rank is None else self.size - self.rank + 1


def series(
    session: Session,
    programme_id: int,
    kind: str,
    states: Iterable[str] = PUBLIC,
    instead: Mapping[int, int] = MappingProxyType({}),
) -> list[tuple[int, str, int]]:
    """The periods of a kind, oldest first: id, code, and the edition in force (or the one to read instead)."""
    rows = session.execute(
        select(Period.id, Period.code, Edition.id)
        .join(Edition, Edition.period_id == Period.id)
        .where(Period.programme_id == programme_id, Period.kind == kind, Period.state.in_(list(states)))
        .where(Edition.state == EditionState.APPROVED.value)
        .order_by(Period.first_day)
    )
    return [(period_id, code, instead.get(period_id, edition_id)) for period_id, code, edition_id in rows]


def standings(
    session: Session,
    programme_id: int,
    kind: str,
    states: Iterable[str] = PUBLIC,
    instead: Mapping[int, int] = MappingProxyType({}),
    only: ColumnElement[bool] | None = None,
) -> list[Standing]:
    """Every unit's place in every period of a kind, oldest first: the bump chart's and the ladders' data.

    ``instead``: period -> another edition to read than the one in force, to compare them. ``only``: which scorecards.
    """
    read = series(session, programme_id, kind, states, instead)
    sizes, places = _places(session, [edition_id for _period, _code, edition_id in read], only)
    return [
        Standing(
            period_id,
            code,
            card.unit_id,
            card.group_code,
            card.total,
            card.rank,
            sizes.get((edition_id, card.group_code), 0),
            card.band,
            card.unit_code,
            edition_id,
        )
        for period_id, code, edition_id in read
        for card in places.get(edition_id, ())
    ]


_PLACE = ("edition_id", "unit_id", "unit_code", "group_code", "total", "rank", "band")


def _places(
    session: Session, edition_ids: Sequence[int], only: ColumnElement[bool] | None
) -> tuple[dict[tuple[int, str], int], dict[int, list[Any]]]:
    """How many are ranked in each group of each edition; and everybody's place, without the explanations."""
    if not edition_ids:
        return {}, {}
    inside = Scorecard.edition_id.in_(edition_ids)
    query = select(*(getattr(Scorecard, name) for name in _PLACE)).where(inside)
    places: dict[int, list[Any]] = {}
    for place in session.execute(
        (query if only is None else query.where(only))
        .order_by(Scorecard.group_code, Scorecard.rank, Scorecard.unit_code)
    ):  # fmt: skip
        places.setdefault(place.edition_id, []).append(place)
    group = (Scorecard.edition_id, Scorecard.group_code)
    counts = session.execute(select(*group, func.count(Scorecard.rank)).where(inside).group_by(*group))
    return {(edition_id, code): count for edition_id, code, count in counts}, places


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
