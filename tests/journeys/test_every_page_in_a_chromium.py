"""Every page of the example as a chromium draws it: in both languages and themes, at a desk and on a small phone."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import text

from support.sweep import ROUTES, Target, methods_of, open_pages, rules
from support.visitors import SERIOUS, TOO_WIDE, served_app
from support.web import HTML

pytestmark = [pytest.mark.face, pytest.mark.usefixtures("quick_officers")]

PARTS = 4
"""Shards of each language, so that two workers finish together."""
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""Colours are the only thing that a theme changes; by tag axe would also ask for the enhanced contrast of AAA."""
FULL_AT = {"en": DESK, "zh": PHONE}
"""Where the whole of axe looks; what depends on width is so seen at both."""


ELSEWHERE: dict[str, tuple[str, str]] = {
    "inspections.walk": ("team.leader.1", "SELECT max(id) AS visit_id FROM visit WHERE state = 'under_way'"),
    "objections.lodge": ("head.220102", """SELECT max(c.id) AS scorecard_id FROM scorecard c
        JOIN unit u ON u.id = c.unit_id JOIN edition e ON e.id = c.edition_id JOIN period p ON p.id = e.period_id
        WHERE u.code = '220102' AND p.code = '2012-10'"""),
    "scoring.what_if": ("leader", """SELECT max(e.id) AS edition FROM edition e JOIN period p ON p.id = e.period_id
        WHERE p.code = '2012-09'"""),
    "submissions.receipt": ("office", "SELECT min(id) AS submission_id FROM submission WHERE state = 'submitted'"),
}  # fmt: skip
"""Pages that the sweep's own records do not open -> somebody who may, and the arguments of their address."""
NOT_HERE = {
    # opened by journeys or by the pages' own tests, for the example has no record that does
    "accountability.circular", "panels.ballot", "panels.mark_unit", "practices.use_practice", "rewards.correct",
    "rewards.prepare",
    # whoever is signed in is sent on; the first journey of tests/browser looks at it
    "account.sign_in",
    # closed to the public here: tests/faces/web/test_public_results.py
    "results.index", "results.show", "results.data", "results.package", "results.document",
    # papers, which this record has not
    "inspections.bulletin_pdf", "rewards.letter",
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(world: Any, records: dict[str, Target]) -> list[tuple[str, Any, str]]:
    """Address, who looks at it, and its endpoint: every page once, every open action once, then the public's."""
    found = [one for one in open_pages(world, records) if not one[0].startswith("/api/")]
    found += elsewhere(world)
    nobody = world.browser().client
    return found + [
        (address, None, endpoint) for address, viewer, endpoint in found
        if is_public(endpoint) and nobody.get(address, headers=HTML).status_code == 200  # some an office may close
    ]  # fmt: skip


def elsewhere(world: Any) -> Iterator[tuple[str, Any, str]]:
    urls = world.app.url_map.bind("localhost")
    for endpoint, (username, query) in ELSEWHERE.items():
        with world.frame.read() as session:
            arguments = dict(session.execute(text(query)).one()._mapping)
        yield urls.build(endpoint, arguments), world.viewer("", username), endpoint


def is_public(endpoint: str) -> bool:
    return endpoint in ROUTES and ROUTES[endpoint].public


@pytest.fixture(scope="module")
def address(world: Any) -> Iterator[str]:
    with served_app(world.app) as found:
        yield found


@pytest.fixture
def look(browser: Any, address: str) -> Iterator[Any]:
    """``look(viewer, language)`` gives a window of this person, and what its console complained of."""
    contexts: list[Any] = []

    def opened(viewer: Any, language: str) -> tuple[Any, list[str]]:
        if not contexts or contexts[-1][1] != (viewer, language):
            for context, *_ in contexts:
                context.close()
            contexts[:] = [window(browser, address, viewer, language)]
        return contexts[0][2:]

    yield opened
    for context, *_ in contexts:
        context.close()


def window(browser: Any, address: str, viewer: Any, language: str) -> tuple[Any, Any, Any, list[str]]:
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    kept = SimpleCookie(viewer.cookies if viewer else "")
    kept["language"] = language
    context.add_cookies([{"name": one.key, "value": one.value, "url": address} for one in kept.values()])
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    return context, (viewer, language), page, complaints


@pytest.mark.parametrize("language", FULL_AT)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_serves_every_reader(
    pages: list[Any], look: Any, address: str, language: str, part: int
) -> None:
    mine = sorted(pages, key=lambda one: one[1].person_id if one[1] else 0)[part::PARTS]
    wrong, drawn = [], 0
    for path, viewer, endpoint in mine:
        page, complaints = look(viewer, language)
        complaints.clear()
        if not is_page(page, address + path):
            continue
        drawn += 1
        who = viewer.role if viewer else "nobody"
        found = [*faults(page, FULL_AT[language]), *complaints]
        wrong += [f"{path} ({endpoint}, {who}): {fault}" for fault in found]
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(wrong)
    assert drawn >= 40


def is_page(page: Any, address: str) -> bool:
    """Papers and files are downloads."""
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    try:
        answer = page.goto(address)
    except PlaywrightError as fault:
        if "Download is starting" in fault.message:
            return False
        raise
    return str(answer.headers.get("content-type", "")).startswith("text/html")


def faults(page: Any, full_at: dict[str, int]) -> Iterator[str]:
    other = PHONE if full_at is DESK else DESK
    page.evaluate(Axe().axe_script)
    page.set_viewport_size(other)
    yield from too_wide(page)
    page.set_viewport_size(full_at)
    yield from too_wide(page)
    yield from (f"light: {fault}" for fault in heard(page, EVERYTHING))
    page.emulate_media(color_scheme="dark")
    yield from (f"dark: {fault}" for fault in heard(page, COLOURS))


def too_wide(page: Any) -> Iterator[str]:
    over, width = page.evaluate(TOO_WIDE), page.viewport_size["width"]
    if over > 0:
        yield f"{over} px too wide at {width} px"


def heard(page: Any, options: dict[str, Any]) -> Iterator[str]:
    for one in page.evaluate("options => axe.run(document, options)", options)["violations"]:
        if one["impact"] in SERIOUS:
            yield f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}"


def test_no_page_is_left_out(world: Any, pages: list[Any]) -> None:
    """Whoever adds a page finds it here, or a record for it, or says why not."""
    seen = {endpoint for _path, _viewer, endpoint in pages}
    readable = {
        rule.endpoint for rule in rules(world)
        if rule.endpoint in ROUTES and "GET" in methods_of(rule) and 200 in ROUTES[rule.endpoint].ok
    }  # fmt: skip
    programs = {one for one in readable if one.startswith("api.")}
    assert readable - seen - programs - {"static"} == NOT_HERE
