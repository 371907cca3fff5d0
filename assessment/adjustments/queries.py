"""What scores, papers and pages read of adjustments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments.models import Adjustment, AdjustmentState
from assessment.foundation.actors import Actor
from assessment.foundation.i18n import Bilingual
from assessment.organisations.duties import Duty

OPEN = (AdjustmentState.PROPOSED.value, AdjustmentState.HEARD.value)
READERS = (
    Duty.PREPARE,
    Duty.APPROVE,
    Duty.CONFIRM_ADJUSTMENTS,
    Duty.SETTLE_FINDINGS,
    Duty.REPORT,
    Duty.OBJECT,
    Duty.REVIEW,
    Duty.AUDIT,
)


@dataclass(frozen=True)
class AdjustmentView:
    """One adjustment by value, as a score uses and prints it."""

    id: int
    unit_id: int
    state: str
    kind: str
    clause: str
    points: Decimal | None
    effect: str
    ground: Bilingual
    origin_kind: str
    origin_id: str
    evidence: tuple[tuple[str, str], ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_confirmed(self) -> bool:
        return self.state == AdjustmentState.CONFIRMED.value


def for_period(session: Session, period_id: int) -> dict[int, list[AdjustmentView]]:
    """By unit: confirmed and still undecided ones, in the order they were proposed."""
    found: dict[int, list[AdjustmentView]] = defaultdict(list)
    rows = session.scalars(
        select(Adjustment)
        .where(Adjustment.period_id == period_id)
        .where(Adjustment.state.in_([*OPEN, AdjustmentState.CONFIRMED.value]))
        .order_by(Adjustment.id)
    )
    for row in rows:
        found[row.unit_id].append(view(row))
    return dict(found)


def view(row: Adjustment) -> AdjustmentView:
    return AdjustmentView(
        row.id,
        row.unit_id,
        row.state,
        row.kind,
        row.clause,
        row.points,
        row.effect,
        row.reason,
        row.origin_kind,
        row.origin_id,
        tuple((kind, record_id) for kind, record_id in row.evidence),
    )


def undecided(session: Session, period_id: int | None = None) -> list[Adjustment]:
    query = select(Adjustment).where(Adjustment.state.in_(OPEN)).order_by(Adjustment.id)
    if period_id is not None:
        query = query.where(Adjustment.period_id == period_id)
    return list(session.scalars(query))


def may_see(session: Session, adjustment: Adjustment, viewer: Actor) -> bool:
    """The unit itself and whoever has work with scores; another unit's is not there."""
    return any(viewer.holds(duty, adjustment.unit_id) for duty in READERS)
