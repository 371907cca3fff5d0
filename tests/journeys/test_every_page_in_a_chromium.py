"""Every page of the example as a chromium draws it: in both languages and themes, at a desk and on a small phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from assessment.faces.web import pages as rooms
from assessment.faces.web import sessions
from assessment.faces.web.app import create_app
from assessment.foundation import clock
from assessment.organisations.models import Person, SignIn
from assessment.organisations.passwords import fingerprint
from support.looks import FULL_AT, Windows
from support.sweep import ROUTES, Target, methods_of, open_pages, rules
from support.visitors import served_app
from support.web import HTML

pytestmark = [pytest.mark.face, pytest.mark.usefixtures("quick_officers")]

PARTS = 5
"""Shards of each language, so that two workers finish together."""
RECORDS = (
    """UPDATE case_motion SET circular = '一次督办中发现虚报，予以通报。' WHERE fate = 'carried'""",
    """UPDATE accountability_case SET circulated_at = decided_at WHERE id = (SELECT min(case_id) FROM case_motion)""",
    """UPDATE reward_round SET flagged = 'A score of this period was corrected.'
    WHERE id = (SELECT max(id) FROM reward_round WHERE state = 'granted')""",
    """UPDATE outbox_item SET kind = 'mail', payload = '{"to": "head@example.org", "subject": "Two tasks",
    "body": "https://assessment.example.org/remediation?state=issued&sort=-due&severity=critical&unit=220102"}'
    WHERE id = (SELECT min(id) FROM outbox_item)""",
)
"""What the example never came to: a circulated criticism, a granted round whose ground has moved, a mail."""
ELSEWHERE: dict[str, str] = {
    "inspections.walk": """SELECT 'team.leader.1' AS username, max(id) AS visit_id FROM visit
        WHERE state = 'under_way'""",
    "mail.show": "SELECT 'admin' AS username, min(id) AS item_id FROM outbox_item WHERE kind = 'mail'",
    "objections.lodge": """SELECT 'head.220102' AS username, max(c.id) AS scorecard_id FROM scorecard c
        JOIN unit u ON u.id = c.unit_id JOIN edition e ON e.id = c.edition_id JOIN period p ON p.id = e.period_id
        WHERE u.code = '220102' AND p.code = '2012-10'""",
    "practices.use_practice": """SELECT 'officer.220102' AS username, min(p.id) AS practice_id FROM practice p
        JOIN unit u ON u.id = p.unit_id WHERE p.state = 'commended' AND u.code <> '220102' AND NOT EXISTS
        (SELECT 1 FROM practice_use s JOIN unit v ON v.id = s.unit_id WHERE s.practice_id = p.id AND v.code = '220102')
        """,
    "rewards.correct": "SELECT 'office' AS username, max(id) AS round_id FROM reward_round WHERE flagged <> ''",
    "rewards.prepare": """SELECT 'office' AS username, edition_id, rule_code FROM reward_round
        WHERE state = 'publicity'""",
    "scoring.what_if": """SELECT 'leader' AS username, max(e.id) AS edition FROM edition e
        JOIN period p ON p.id = e.period_id WHERE p.code = '2012-09'""",
    "submissions.receipt": """SELECT 'office' AS username, min(id) AS submission_id FROM submission
        WHERE state = 'submitted'""",
}
"""Pages that the sweep's own records do not open -> somebody who may, and the arguments of their address."""
PUBLIC = {
    "account.sign_in": "",
    "results.index": "",
    "results.show": "SELECT max(id) AS record_id FROM bulletin WHERE state = 'published'",
}
"""Pages for nobody in particular -> the arguments of their address; the house of this file publishes its results."""
NOT_HERE = {
    # its scheme asks no panel: test_ballots_in_a_chromium.py beside this file
    "panels.ballot", "panels.mark_unit",
    # files and papers of which this record has none, or which only the house of this file gives
    "inspections.bulletin_pdf", "rewards.letter", "results.data", "results.package", "results.document",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    path: str
    endpoint: str
    who: str = "nobody"
    cookies: str = ""


@pytest.fixture(scope="module")
def house(world: Any) -> Any:
    return create_app(replace(world.settings, public=True), world.dry, rooms=rooms.found())


@pytest.fixture(scope="module")
def pages(world: Any, house: Any, records: dict[str, Target]) -> list[Page]:
    """Every page once, every open action once, then the public's; those of one person beside each other."""
    with world.frame.write() as session:
        for statement in RECORDS:
            session.execute(text(statement))
    opened = [one for one in open_pages(world, records) if not one[0].startswith("/api/")]
    found = [Page(path, endpoint, viewer.role, viewer.cookies) for path, viewer, endpoint in opened]
    found += [*elsewhere(world), half_signed_in(world)]
    nobody = house.test_client()
    shown = [Page(one.path, one.endpoint) for one in found if is_public(one.endpoint)]
    shown += [Page(built(world, endpoint, first(world, query)), endpoint) for endpoint, query in PUBLIC.items()]
    found += [one for one in shown if nobody.get(one.path, headers=HTML).status_code == 200]  # some an office may close
    return sorted(found, key=lambda one: (one.who, one.cookies, one.path))


def elsewhere(world: Any) -> Iterator[Page]:
    for endpoint, query in ELSEWHERE.items():
        arguments = first(world, query)
        viewer = world.viewer("", arguments.pop("username"))
        yield Page(built(world, endpoint, arguments), endpoint, f"person {viewer.person_id}", viewer.cookies)


def half_signed_in(world: Any) -> Page:
    """Somebody whose password was right, and whose code is asked for."""
    token = sessions.new_token()
    with world.frame.write() as session:
        person_id = session.scalars(select(Person.id).where(Person.username == "admin")).one()
        now = clock.system_now()
        session.add(SignIn(
            token_hash=fingerprint(token), person_id=person_id, source="", agent="", awaits_code=True, created_at=now,
            last_seen_at=now, ends_at=now + timedelta(hours=1),
        ))  # fmt: skip
    return Page("/sign-in/code", "account.code", "half signed in", f"{sessions.COOKIE}={token}")


def first(world: Any, query: str) -> dict[str, Any]:
    if not query:
        return {}
    with world.frame.read() as session:
        return dict(session.execute(text(query)).one()._mapping)


def built(world: Any, endpoint: str, arguments: dict[str, Any]) -> str:
    return str(world.app.url_map.bind("localhost").build(endpoint, arguments))


def is_public(endpoint: str) -> bool:
    return endpoint in ROUTES and ROUTES[endpoint].public


@pytest.fixture
def windows(browser: Any, house: Any) -> Iterator[Windows]:
    with served_app(house) as address:
        found = Windows(browser, address)
        yield found
        found.close()


@pytest.mark.parametrize("language", FULL_AT)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_serves_every_reader(pages: list[Page], windows: Windows, language: str, part: int) -> None:
    wrong, drawn = [], 0
    for one in pages[part * len(pages) // PARTS : (part + 1) * len(pages) // PARTS]:
        found = windows.of(one.cookies, language).look(one.path)
        drawn += found is not None
        wrong += [f"{one.path} ({one.endpoint}, {one.who}): {fault}" for fault in found or ()]
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(wrong)
    assert drawn >= 30


def test_no_page_is_left_out(world: Any, pages: list[Page]) -> None:
    """Whoever adds a page finds it here, or a record for it, or says why not."""
    seen = {one.endpoint for one in pages}
    readable = {
        rule.endpoint for rule in rules(world)
        if rule.endpoint in ROUTES and "GET" in methods_of(rule) and 200 in ROUTES[rule.endpoint].ok
    }  # fmt: skip
    programs = {one for one in readable if one.startswith("api.")}
    assert readable - seen - programs - {"static"} == NOT_HERE
