"""A button is open exactly when pressing it works: every process, its states as the example left them, every role."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.faces.cli.docs import processes
from assessment.foundation import clock
from assessment.foundation.actors import Act
from assessment.foundation.errors import Refusal
from assessment.foundation.workflow import Process
from assessment.organisations.duties import ROLES
from assessment.organisations.models import Person
from assessment.organisations.officers import officer_on
from support.sweep import model_of, name_at, some_of

REASON = "Because the sweep asks."
CHOSEN = [(room, process) for room, process in processes()]


def works(session: Session, process: Process[Any], record: Any, action: str, act: Act) -> bool:
    """Whether ``perform`` would do it; nothing of it stays."""
    before = list(session.info.get("trail", []))
    nested = session.begin_nested()
    try:
        process.perform(session, record, action, act)
    except Refusal:
        return False
    finally:
        nested.rollback()
        session.info["trail"] = before
        session.refresh(record)
    return True


@pytest.mark.parametrize(("room", "process"), CHOSEN, ids=[process.name for _room, process in CHOSEN])
def test_a_button_is_open_exactly_when_pressing_works(world: Any, room: str, process: Process[Any]) -> None:
    model = model_of(process.name)
    wrong = []
    with world.dry.write() as session:
        now = clock.business_now(session)
        officers: dict[int, Any] = {}

        def officer(person_id: int) -> Any:
            if person_id not in officers:
                officers[person_id] = officer_on(session, person_id, now.date())
            return officers[person_id]

        for record in some_of(session, model):
            for role in ROLES:
                who = officer(somebody(session, role, process.unit_of(record)))
                act = Act(who, now, REASON)
                offered = {offer.action: offer for offer in process.available(session, record, act)}
                for action in {row.action for row in process.transitions}:
                    is_open = action in offered and offered[action].is_open
                    if is_open != works(session, process, record, action, act):
                        wrong.append(f"{process.name} {record.id} ({record.state}): {action} by {role}")
    assert not wrong, "\n".join(wrong)


def somebody(session: Session, role: str, unit_id: int | None) -> int:
    """Who has the role where the record lies; where nobody has, a stranger."""
    username = name_at(session, role, unit_id) or f"stranger.{role}"
    return session.scalars(select(Person.id).where(Person.username == username)).one()
