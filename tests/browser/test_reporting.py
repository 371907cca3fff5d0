"""The pages on which localities report and are heard, on a small phone: nothing sideways, nothing unheard."""

from __future__ import annotations

from typing import Any

import pytest

from support.visitors import Live, Visitor

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
OFFICER = "officer.220102"
RECORDS = {
    "period": "SELECT id FROM period WHERE state = 'open' AND kind = 'month' ORDER BY last_day",
    "holding": "SELECT h.id FROM holding h JOIN person p ON p.id = h.person_id WHERE p.username = 'reviewer'",
    "letter": "SELECT max(id) FROM letter",
    "check": "SELECT max(id) FROM counter_check",
    "objection": "SELECT max(id) FROM objection",
}
PAGES = {
    "admin": ("/mail", "/organisations/holdings/{holding}/hand_over", "/organisations/import/people"),
    "office": (
        "/submissions/periods/{period}/completeness", "/submissions/periods/{period}/completeness?view=list",
        "/submissions/checks/freeze_counter_check", "/submissions/periods/{period}/changes", "/programmes/1/letters",
        "/programmes/letters/{letter}/amend", "/objections/outcomes", "/delivery/extensions",
    ),
    OFFICER: ("/my-place", "/account", "/submissions/import"),
    "head.220100": ("/submissions/periods/{period}/grid", "/submissions/periods/{period}/answers"),
    "reviewer": ("/objections/{objection}",),
    "verifier": ("/submissions/checks/{check}",),
}  # fmt: skip
"""Whose page -> addresses; what stands in braces is the id of a record of the example."""


@pytest.mark.parametrize("who", PAGES)
def test_pages_of_reporting_on_a_small_phone(browser: Any, live: Live, who: str) -> None:
    ids = {name: live.one(query)[0] for name, query in RECORDS.items()}
    context = browser.new_context(viewport=PHONE, has_touch=True)
    phone = Visitor(context.new_page(), live.address)
    phone.become(live.one("SELECT id FROM person WHERE username = :name", name=who)[0])
    for path in PAGES[who]:
        phone.go(path.format(**ids))
        phone.approve_of_page()
    context.close()
