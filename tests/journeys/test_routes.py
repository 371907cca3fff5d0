"""Every route, asked by every role for its own, another unit's and a missing record: nobody sees what is not theirs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from assessment.faces.cli.docs import processes
from assessment.faces.web.kit.chips import PROCESSES
from assessment.foundation.workflow import Process
from assessment.organisations.duties import ROLES
from support.sweep import (
    DONE,
    KINDS,
    LOCAL,
    ROUTES,
    Route,
    Target,
    act_of,
    address_of,
    asked,
    holds,
    methods_of,
    real_id,
    route_of,
    rules,
)

pytestmark = pytest.mark.usefixtures("quick_officers")

MISSING = 987_654_321
SEEING_MOST = ("assessment_office", "auditor", "locality_officer")
"""Who asks for records that are not there as well: what nobody sees, the others do not see either."""
JSON = {"Accept": "application/json"}
"""Error pages are then short; what is decided is the same."""


@dataclass(frozen=True)
class Cell:
    """One request: what is asked, whether its record is within reach, and what must come back."""

    endpoint: str
    method: str
    address: str
    relation: str
    expected: frozenset[int]
    is_loud: bool = True
    """What is done stands in the trail."""

    def __str__(self) -> str:
        return f"{self.method} {self.address} ({self.endpoint}, {self.relation})"


def test_every_route_has_its_row(world: Any) -> None:
    views = {rule.endpoint for rule in world.app.url_map.iter_rules()}
    plain = {name for name in views if act_of(world.app, name) is None}
    assert plain - set(ROUTES) == set(), "say in tests/support/sweep.py who may open these"
    assert set(ROUTES) - plain == set(), "these rows name no route"
    kinds = {act_of(world.app, name)[0] for name in views - plain}  # type: ignore[index]
    assert kinds | {route.kind for route in ROUTES.values() if route.kind} <= set(KINDS)


def test_no_address_answers_for_two_views(world: Any) -> None:
    found: dict[tuple[str, str], str] = {}
    for rule in world.app.url_map.iter_rules():
        path = re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda argument: f"<{argument[1] or ''}>", rule.rule)
        for method in methods_of(rule):
            known = found.setdefault((method, path), rule.endpoint)
            assert known == rule.endpoint, f"{method} {path} is {known} and {rule.endpoint}"


def test_exactly_the_public_pages_open_to_nobody(world: Any, records: dict[str, Target]) -> None:
    browser = world.browser()
    wrong = []
    for endpoint, route, method, address in asked(world, records):
        answer = browser.client.open(address, method=method, headers=JSON)
        answer.close()
        status = answer.status_code
        # Without anybody signed in there is no token either: a public form is stopped at the token, all else before.
        expected = (route.ok if method == "GET" else frozenset({400})) if route.public else frozenset({401})
        if status not in expected:
            wrong.append(f"{method} {address} ({endpoint}): {status}, not {sorted(expected)}")
    assert not wrong, "\n".join(wrong)


def test_a_suspended_account_opens_nothing(world: Any, records: dict[str, Target]) -> None:
    viewer = world.viewer("assessment_office", "office.clerk")
    with world.frame.write() as db:
        db.execute(text("UPDATE person SET state = 'suspended' WHERE id = :id"), {"id": viewer.person_id})
    wrong = []
    for endpoint, route, method, address in asked(world, records):
        if route.public:
            continue
        data = {"csrf_token": viewer.token} if method != "GET" else None
        status = viewer.ask(method, address, data, **JSON).status_code
        if status != 401:
            wrong.append(f"{method} {address} ({endpoint}): {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_own_and_nothing_else(world: Any, records: dict[str, Target], role: str) -> None:
    wrong, count = [], 0
    for viewer, cell in cells(world, records, role):
        count += 1
        world.dry.written = 0
        data = {"csrf_token": viewer.token} if cell.method != "GET" else None
        answer = viewer.ask(cell.method, cell.address, data, **JSON)
        answer.close()
        if answer.status_code not in cell.expected:
            wrong.append(f"{cell}: {answer.status_code}, not {sorted(cell.expected)}")
        elif cell.method != "GET" and answer.status_code < 400 and cell.is_loud and not world.dry.written:
            wrong.append(f"{cell}: {answer.status_code} left nothing in the trail")
    assert not wrong, "\n".join(wrong)
    assert count >= 400


SILENT = {"submissions.autosave", "bulletins.check_file", "account.sign_out", "account.enter", "audit.export"}
"""What changes nothing that anybody is held to (a draft), or opens and closes sessions in transactions of its own."""


# --- what is asked ---------------------------------------------------------------------------------------------------


def cells(world: Any, records: dict[str, Target], role: str) -> Iterator[tuple[Any, Cell]]:
    for rule in rules(world):
        endpoint, route = rule.endpoint, route_of(world, rule.endpoint)
        for method in methods_of(rule):
            if not route.kind:
                viewer = world.own(role, "220102")
                expected = plain(route, method, role)
                loud = endpoint not in SILENT and not route.may_idle
                yield viewer, Cell(endpoint, method, address_of(world, rule, route, None), "-", expected, loud)
                continue
            target = records[route.kind]
            mine = world.own(role, target.unit)
            other = world.own(role, target.neighbour) if role in LOCAL else world.stranger(role)
            here = address_of(world, rule, route, real_id(world, endpoint, route, records))
            asks = [(mine, "own", here), (other, "other's", here)]
            if role in SEEING_MOST:
                asks.append((mine, "missing", address_of(world, rule, route, MISSING)))
            for viewer, relation, address in asks:
                expected = of_record(world, endpoint, route, method, role, relation, target)
                loud = endpoint not in SILENT and not route.may_idle
                yield viewer, Cell(endpoint, method, address, relation, expected, loud)


def plain(route: Route, method: str, role: str) -> frozenset[int]:
    if route.duties and not holds(role, route.duties):
        return frozenset({403})
    return route.ok if method == "GET" else route.posted


def of_record(
    world: Any, endpoint: str, route: Route, method: str, role: str, relation: str, target: Target
) -> frozenset[int]:
    """What must come back, from the tables of duties, kinds and processes alone."""
    open_to_all = frozenset({200, 303, 404})
    if route.public:
        return open_to_all if relation != "missing" else frozenset({404})
    if route.duties and not holds(role, route.duties):
        return frozenset({403})
    kind = KINDS[route.kind]
    is_near = relation == "own" or (relation == "other's" and (kind.is_open or reads_the_trail(endpoint, role)))
    sees = role in kind.sees and is_near
    if not sees:
        return frozenset({404})
    act = act_of(world.app, endpoint)
    if act is not None:
        return of_act(world, act, role, relation, target)
    if route.of_unit and not (relation == "own" and holds(role, route.of_unit)):
        return frozenset({403, 404}) if method == "GET" else frozenset({403})
    return route.ok if method == "GET" else route.posted


def reads_the_trail(endpoint: str, role: str) -> bool:
    """The trail is one for the whole installation: its auditors read all of it."""
    return endpoint.startswith("audit.") and role == "auditor"


def of_act(world: Any, act: tuple[str, str], role: str, relation: str, target: Target) -> frozenset[int]:
    """Wrong state before missing duty, as the process decides; what stands against it may then still refuse."""
    kind, action = act
    process: Process[Any] = PROCESSES[kind]
    with world.frame.read() as db:
        state = db.scalar(text(f"SELECT state FROM {kind} WHERE id = :id"), {"id": target.id})
    rows = [row for row in process.transitions if row.action == action]
    fitting = [row for row in rows if state in [source.value for source in row.sources]]
    if not fitting:
        return frozenset({409})
    if not (relation == "own" and holds(role, fitting[0].duty)):
        return frozenset({403})
    return DONE


def test_the_sweep_knows_every_process() -> None:
    assert {process.name for _room, process in processes()} >= {process.name for process in PROCESSES.values()}
