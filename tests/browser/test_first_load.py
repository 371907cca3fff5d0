"""What a first visit to the home page costs a slow line, and that nothing in a page runs or is drawn unasked."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from support.visitors import Live
from support.walkers import PATIENCE, walking

pytestmark = pytest.mark.face

MOST = 150 * 1024
"""Bytes of all bodies of a first visit, each compressed as a proxy in front would (gzip, level 6): the program itself
leaves compression to it."""
ROLES = ("leader", "office", "supervision", "team.leader.1", "officer.220623", "auditor", "admin")
INLINE = "document.querySelectorAll('script:not([src]), style, [style], [onclick], [onload], [onerror]').length"


@pytest.mark.parametrize("username", ROLES)
def test_a_first_visit_is_light_and_strict(browser: Any, live: Live, username: str) -> None:
    with walking(browser, live, username) as door:
        cookies = door.page.context.cookies()
    empty = browser.new_context()
    empty.add_cookies(cookies)  # who one is, and a cache that holds nothing
    answers: list[Any] = []
    page = empty.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  playwright binds no builtin
    home = page.goto(live.address + "/", wait_until="networkidle")
    sizes = {answer.url: len(gzip.compress(answer.body(), 6)) for answer in answers}
    assert len(sizes) >= 3  # the page, its sheet, its script
    assert sum(sizes.values()) <= MOST, sizes
    assert all(url.startswith(live.address) for url in sizes), "a request left the house"
    policy = home.header_value("content-security-policy")
    assert "script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.evaluate(INLINE) == 0
    empty.close()
