"""What can be done with adjustments; many of one kind by one act is usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments.models import Adjustment, AdjustmentKind
from assessment.adjustments.process import ADJUSTMENT
from assessment.foundation import audit
from assessment.foundation.actors import Act


@dataclass(frozen=True)
class Proposal:
    """One adjustment as another room, a count or a person proposes it."""

    unit_id: int
    period_id: int
    kind: AdjustmentKind
    clause: str
    ground: str
    origin: tuple[str, object]
    points: Decimal | None = None
    effect: str = ""
    occurrence: str = ""
    ground_en: str = ""
    evidence: tuple[tuple[str, object], ...] = ()

    @property
    def identity(self) -> tuple[str, int, str, str, str]:
        return (self.clause, self.unit_id, self.origin[0], str(self.origin[1]), self.occurrence)


def propose(session: Session, act: Act, proposal: Proposal) -> Adjustment | None:
    """Propose one; ``None`` when the same fact has proposed it before."""
    made = propose_many(session, act, [proposal])
    return made[0] if made else None


def propose_many(session: Session, act: Act, proposals: Sequence[Proposal]) -> list[Adjustment]:
    """Propose what has not been proposed before from the same fact, by one act."""
    known = _known(session, proposals)
    made = []
    for proposal in proposals:
        if proposal.identity in known:
            continue
        known.add(proposal.identity)
        adjustment = Adjustment(
            unit_id=proposal.unit_id,
            period_id=proposal.period_id,
            kind=proposal.kind.value,
            clause=proposal.clause,
            points=proposal.points,
            effect=proposal.effect,
            ground=proposal.ground,
            ground_en=proposal.ground_en,
            origin_kind=proposal.origin[0],
            origin_id=str(proposal.origin[1]),
            origin_occurrence=proposal.occurrence,
            evidence=[[kind, str(record_id)] for kind, record_id in proposal.evidence],
            proposed_by=act.by.key,
            proposed_at=act.at,
        )
        ADJUSTMENT.begin(adjustment, "propose", act)
        made.append(adjustment)
    if made:
        session.add_all(made)
        counted = {(kind, record_id) for one in made for kind, record_id in one.evidence}
        origins = sorted({(one.origin_kind, one.origin_id) for one in made} | counted)
        audit.record(session, act, "propose", None, kind="adjustment", touched=made, relied_on=origins)
    return made


def _known(session: Session, proposals: Sequence[Proposal]) -> set[tuple[str, int, str, str, str]]:
    """What has been proposed before under these clauses, in whatever period: a fact counts once, in one period."""
    units = sorted({proposal.unit_id for proposal in proposals})
    found: set[tuple[str, int, str, str, str]] = set()
    for start in range(0, len(units), 500):
        rows = session.execute(
            select(
                Adjustment.clause,
                Adjustment.unit_id,
                Adjustment.origin_kind,
                Adjustment.origin_id,
                Adjustment.origin_occurrence,
            ).where(
                Adjustment.clause.in_({proposal.clause for proposal in proposals}),
                Adjustment.origin_kind.in_({proposal.origin[0] for proposal in proposals}),
                Adjustment.unit_id.in_(units[start : start + 500]),
            )
        )
        found |= set(rows)
    return found


def hear(session: Session, adjustment: Adjustment, act: Act) -> None:
    """The unit's right to be heard on it has been given: its provisional score's window, or the finding's comment."""
    ADJUSTMENT.perform(session, adjustment, "hear", act)


def hear_all(session: Session, adjustments: Sequence[Adjustment], act: Act) -> None:
    ADJUSTMENT.perform_all(session, adjustments, "hear", act)


def confirm(session: Session, adjustment: Adjustment, act: Act) -> None:
    ADJUSTMENT.perform(session, adjustment, "confirm", act, relied_on=[(adjustment.origin_kind, adjustment.origin_id)])
    adjustment.decided_at = act.at


def confirm_all(session: Session, adjustments: Sequence[Adjustment], act: Act) -> None:
    origins = sorted({(one.origin_kind, one.origin_id) for one in adjustments})
    ADJUSTMENT.perform_all(session, adjustments, "confirm", act, relied_on=origins)
    for one in adjustments:
        one.decided_at = act.at


def refuse(session: Session, adjustment: Adjustment, act: Act) -> None:
    ADJUSTMENT.perform(session, adjustment, "refuse", act)
    adjustment.decided_at = act.at


def lift(session: Session, adjustment: Adjustment, act: Act) -> None:
    """Its origin has fallen; it counts no longer from the next edition on."""
    ADJUSTMENT.perform(session, adjustment, "lift", act)
    adjustment.decided_at = act.at


def overrule(session: Session, adjustment: Adjustment, act: Act, *, by: tuple[str, object]) -> None:
    """An upheld objection lifts it, at once and by name; called by the joint act that applies the decision."""
    ADJUSTMENT.perform(session, adjustment, "overrule", act, relied_on=[by], body={"by": list(by)})
    adjustment.decided_at = act.at


def amend(
    session: Session, adjustment: Adjustment, act: Act, *, points: Decimal, by: tuple[str, object]
) -> None:
    """An objection upheld in part leaves it other points; whether they favour the unit is asked by ``is_better``."""
    body = {"by": list(by), "before": str(adjustment.points), "points": str(points)}
    ADJUSTMENT.perform(session, adjustment, "amend", act, relied_on=[by], body=body)
    adjustment.points = points


def is_better(adjustment: Adjustment, points: Decimal) -> bool:
    """Whether the unit stands better with these points: taken fewer, or given more."""
    if adjustment.points is None or points < 0:
        return False
    return points < adjustment.points if adjustment.kind == AdjustmentKind.DEDUCTION else points > adjustment.points
