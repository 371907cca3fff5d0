"""Adjustments proposed for two counties, by a person who found the fact."""

from decimal import Decimal

from sqlalchemy.orm import Session

from assessment.adjustments import services
from assessment.adjustments.models import Adjustment, AdjustmentKind
from assessment.adjustments.services import Proposal
from support.kept import kept
from support.programmes import Somebody, World, a_year_planned, act

FACT = ("finding", 7)


def a_proposal(world: World, code: str = "220101", *, month: str = "2012-01", **changes: object) -> Proposal:
    facts: dict[str, object] = {
        "unit_id": world.units[code],
        "period_id": world.periods[month].id,
        "kind": AdjustmentKind.DEDUCTION,
        "clause": "D1",
        "ground": "False report found on inspection",
        "origin": FACT,
        "points": Decimal("1.5"),
    }
    return Proposal(**{**facts, **changes})  # type: ignore[arg-type]


def leader(world: World, name: str = "leader of adjustments") -> Somebody:
    """Somebody who confirms adjustments everywhere."""
    return Somebody(name, {"confirm_adjustments": frozenset(world.units.values())})


@kept
def proposed(session: Session, *codes: str) -> tuple[World, list[Adjustment]]:
    """A planned year and one adjustment for each of these counties, proposed by the office in one act."""
    world = a_year_planned(session)
    made = services.propose_many(
        session, act(world.office), [a_proposal(world, code) for code in codes or ("220101", "220102")]
    )
    session.flush()
    return world, made
