"""Forged forms: without a token, or with somebody else's, no address does anything at all."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import text

from assessment.foundation.db import Base
from assessment.foundation.frame import Frame
from assessment.organisations.duties import ROLES
from support.sweep import Target, asked, holds

JSON = {"Accept": "application/json"}


def stand(frame: Frame) -> dict[str, Any]:
    """How many rows every table has, and a digest of everything that has a state or a version."""
    with frame.read() as db:
        found: dict[str, Any] = {
            name: db.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in Base.metadata.tables
        }
        for name, table in Base.metadata.tables.items():
            if "version" in table.c and "state" in table.c:
                rows = db.execute(text(f'SELECT id, state, version FROM "{name}" ORDER BY id')).all()
                found[f"{name}.state"] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


@pytest.mark.parametrize("forged", ["no token", "another session's token", "rubbish"])
def test_a_forged_form_changes_nothing(world: Any, records: dict[str, Target], forged: str) -> None:
    """Sent by whoever may open the page, to a site that keeps what it writes: there must be nothing to keep."""
    world.app.extensions["assessment"]["frame"] = world.frame
    senders = {role: world.own(role, records["task"].unit) for role in ROLES}
    tokens = {"another session's token": world.viewer("verifier", "verifier.second").token, "rubbish": "x.y.z"}
    data = {"csrf_token": tokens[forged]} if forged in tokens else {}
    before, wrong = stand(world.frame), []
    for endpoint, route, method, address in asked(world, records):
        if method == "GET":
            continue
        sender = next(senders[role] for role in ROLES if not route.duties or holds(role, route.duties))
        status = sender.ask(method, address, data, **JSON).status_code
        if status != 400:
            wrong.append(f"{method} {address} ({endpoint}) by {sender.role}: {status}")
    world.app.extensions["assessment"]["frame"] = world.dry
    assert not wrong, "\n".join(wrong)
    assert stand(world.frame) == before


def test_everything_but_looking_asks_for_a_token(world: Any) -> None:
    """No view is exempt: the gate asks for all, and no rule takes a method that it does not know."""
    methods = {method for rule in world.app.url_map.iter_rules() for method in rule.methods or ()}
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}
    assert len([rule for rule in world.app.url_map.iter_rules() if "POST" in (rule.methods or ())]) >= 150
