"""An objection carried from its lodging to the application of what was decided."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from assessment.cycles import services as cycles
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.objections import services
from assessment.objections.models import Objection, Outcome

Acting = Callable[[str], Act]
UPHELD = Outcome.UPHELD


def decided(
    session: Session,
    objection: Objection,
    act: Acting,
    outcomes: Mapping[int, Outcome],
    *,
    by: str = "office",
    reviewer: str = "reviewer",
    person_id: int,
    facts: Mapping[int, Mapping[str, Any]] = MappingProxyType({}),
) -> None:
    """Admitted and assigned by one, every point answered by another; ``facts``: what else an answer says."""
    session.flush()
    audit.link(session)
    services.admit(session, objection, act(by))
    services.assign(session, objection, act(by), reviewer_id=person_id)
    for point in objection.points:
        services.answer(
            session, objection, act(reviewer), number=point.number, outcome=outcomes[point.number], answer="已核实",
            **(facts.get(point.number) or {"granted": point.requested if outcomes[point.number] is UPHELD else None}),
        )  # fmt: skip
    services.decide(session, objection, act(reviewer))
    session.flush()


def applied(session: Session, objection: Objection, act: Act) -> None:
    cycles.apply(session, objection, act)
    session.flush()
    audit.link(session)
