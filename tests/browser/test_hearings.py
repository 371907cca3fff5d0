"""Measures that touch somebody are heard, reviewed and decided by others: each of them at their own window."""

from __future__ import annotations

import re
from typing import Any

import pytest

from support.visitors import Live
from support.walkers import walking

pytestmark = pytest.mark.face

PHONE = 360


def test_an_investigator_declares_on_a_phone_that_nothing_ties_him(browser: Any, live: Live) -> None:
    case = live.one("SELECT id FROM accountability_case WHERE state = 'opened'").id
    with walking(browser, live, "investigator", width=PHONE, language="zh", keys=True) as investigator:
        investigator.start()
        investigator.take(investigator.page.locator(f"main a[href='/accountability/{case}']").first)
        declare = investigator.page.locator("main a[href$='/declare']")
        investigator.take(declare)
        investigator.take(investigator.page.locator("main form button.main"))
        assert investigator.pages == 4
        assert declare.count() == 0


def test_a_lawyer_passes_the_review_without_scripts(browser: Any, live: Live) -> None:
    case = live.one("SELECT id FROM accountability_case WHERE state = 'reported'").id
    with walking(browser, live, "lawyer", language="zh", scripts=False) as lawyer:
        lawyer.start()
        lawyer.take(lawyer.page.locator(f"main a.btn[href='/accountability/{case}']"))
        lawyer.take(lawyer.page.locator("main a[href$='/review_law']"))
        lawyer.take(lawyer.page.locator("main form button.main"))
        assert lawyer.page.locator("main .errors a[href='#opinion']").is_visible()  # nothing is passed unsaid
        lawyer.write("opinion", "程序合法，事实清楚，依据充分。")
        lawyer.take(lawyer.page.locator("main form button.main"))
        assert lawyer.pages == 5
    assert live.one("SELECT state FROM accountability_case WHERE id = :id", id=case).state == "law_reviewed"


def test_a_deciding_body_moves_votes_and_decides_each_at_their_own_window(browser: Any, live: Live) -> None:
    case = live.one("SELECT id FROM accountability_case WHERE state = 'law_reviewed' ORDER BY id").id
    with walking(browser, live, "decider") as first:
        first.start()
        first.take(first.page.locator(f"main a[href='/accountability/{case}']").first)
        first.follow("Move a decision")
        first.page.locator("main [name='outcome']").select_option("written_inspection")
        first.write("decision", "More was claimed than was found; the circumstances are slight.")
        first.write("execute_by", "2012-12-14")
        first.write("effect_until", "2013-05-14")
        first.follow("Move a decision")
        vote(first)
    for username, width, language in (("decider.second", PHONE, "zh"), ("decider.third", 1280, "en")):
        with walking(browser, live, username, width=width, language=language, scripts=width > PHONE) as other:
            other.start()
            other.take(other.page.locator(f"main a[href='/accountability/{case}']").first)
            vote(other)
    with walking(browser, live, "decider") as first:
        first.start(f"/accountability/{case}")
        first.follow("Decide the case")
        first.follow("Decide the case")
    assert live.one("SELECT state FROM accountability_case WHERE id = :id", id=case).state == "decided"


def vote(member: Any) -> None:
    member.take(member.page.locator("main a[href$='/vote']"))
    member.choose("ballot", "in_favour")
    member.take(member.page.locator("main form button.main"))
    assert member.page.locator("main a[href$='/vote']").count() == 0


def test_a_reviewer_answers_every_point_by_keys_before_he_decides(browser: Any, live: Live) -> None:
    objection = live.one("SELECT id FROM objection WHERE state = 'assigned'").id
    with walking(browser, live, "reviewer", keys=True) as reviewer:
        reviewer.start()
        reviewer.follow("Answer its points")
        assert reviewer.page.url.endswith(f"/objections/{objection}")
        assert reviewer.page.locator("main a[href$='/decide']").count() == 0
        reviewer.follow(re.compile("^Answer a point"))
        reviewer.choose("outcome", "dismissed")
        reviewer.write("answer", "The outage was of the unit's own line; such days count.")
        reviewer.follow("Answer a point")
        reviewer.take(reviewer.page.locator("main a[href$='/decide']"))
        reviewer.take(reviewer.page.locator("main form button.main"))
        assert reviewer.pages == 6
    assert live.one("SELECT state FROM objection WHERE id = :id", id=objection).state == "decided"
