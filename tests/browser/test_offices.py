"""What the offices come for over the year: reports, tasks, rewards, the trail, search and what-if; in any language."""

from __future__ import annotations

import re
from typing import Any

import pytest

from support.visitors import Live
from support.walkers import walking

pytestmark = pytest.mark.face

PHONE = 360


def test_a_provider_sends_what_is_complete_and_keeps_the_rest(browser: Any, live: Live) -> None:
    with walking(browser, live, "provider") as provider:
        provider.start()
        provider.follow("Open the board")
        provider.follow("Fill in the reports")
        cells = provider.page.locator("main input[name^='cell-']")
        names = [str(cells.nth(n).get_attribute("name")) for n in range(5)]
        report = int(names[0].split("-")[1])
        assert names[3].startswith(f"cell-{report}-")
        for number, name in enumerate(names):
            provider.write(name, str(3 + number))
        provider.follow("Check and send")
        assert provider.heading() == "1 report is ready to be sent."
        provider.follow("Send the ticked reports")
        assert provider.pages == 5
        sent = live.one("SELECT receipt FROM submission WHERE id = :id AND state = 'submitted'", id=report)
        assert sent.receipt in provider.text()
    with walking(browser, live, "provider", width=PHONE, language="zh", scripts=False) as provider:
        provider.start()
        provider.take(provider.page.locator("main a.btn.main"))
        provider.take(provider.page.locator("main a[href*='/grid']").first)
        assert provider.page.locator(f"main input[name='{names[4]}']").input_value() == "7"


def test_a_verifier_confirms_a_report_by_keys(browser: Any, live: Live) -> None:
    report = live.one("SELECT id FROM submission WHERE state = 'submitted' AND source = 'unit'").id
    with walking(browser, live, "verifier", keys=True) as verifier:
        verifier.start()
        verifier.take(verifier.page.locator("main a[href*='state=submitted']").first)
        verifier.take(verifier.page.locator(f"main a[href='/submissions/{report}']").first)
        verifier.take(verifier.page.locator("main a[href$='/verify']"))
        verifier.follow("Confirm everything as claimed")
        assert verifier.pages == 5
    assert live.one("SELECT state FROM submission WHERE id = :id", id=report).state == "verified"


def test_supervision_closes_what_was_rechecked_and_reads_what_was_drawn_again(browser: Any, live: Live) -> None:
    with walking(browser, live, "supervision", keys=True) as office:
        office.start()
        office.follow("Close them")
        assert "state=rechecked" in office.page.url
        office.take(office.page.locator("main table a[href^='/remediation/']").first)
        task = office.page.url.rsplit("/", 1)[1]
        office.take(office.page.locator("main a[href$='/close_task']"))
        office.take(office.page.locator("main form button.main"))
        assert live.one("SELECT state FROM task WHERE id = :id", id=task).state == "closed"
        assert office.pages == 5
    with walking(browser, live, "supervision", width=PHONE, language="zh", scripts=False) as office:
        office.start("/remediation/looks")
        office.take(office.page.locator("main a[href^='/remediation/looks/']:not([href*='freeze'])").first)


def test_a_locality_reads_the_whole_list_of_a_round_made_public(browser: Any, live: Live) -> None:
    reward = live.one("SELECT r.id, count(*) AS awards FROM reward_round r JOIN award a ON a.round_id = r.id"
                      " WHERE r.state = 'publicity' GROUP BY r.id")  # fmt: skip
    with walking(browser, live, "officer.220102", width=PHONE, scripts=False) as officer:
        officer.start("/rewards")
        officer.take(officer.page.locator(f"main a[href='/rewards/{reward.id}']").first)
        assert officer.pages == 2
        assert officer.page.locator("main table tbody tr").count() >= reward.awards


def test_an_auditor_recomputes_an_edition_and_reads_the_trail(browser: Any, live: Live) -> None:
    edition = live.one("SELECT max(id) AS id FROM edition WHERE state = 'approved'").id
    with walking(browser, live, "auditor") as auditor:
        auditor.start(f"/scoring/editions/{edition}")
        assert re.fullmatch(r"Computed again, all [\d,]+ results are the same to the last digit\.", auditor.heading())
        auditor.start()
        auditor.take(auditor.page.locator("main a[href='/audit']").first)
        auditor.take(auditor.page.locator("main table a[href^='/audit/']").first)
        assert re.search(r"/audit/(of/\w+/)?\d+$", auditor.page.url)


def test_a_leader_supposes_other_weights_and_nothing_is_recorded(browser: Any, live: Live) -> None:
    edition = live.one("SELECT max(e.id) AS id FROM edition e JOIN period p ON p.id = e.period_id"
                       " WHERE p.code = '2012-09'").id  # fmt: skip
    with walking(browser, live, "leader") as leader:
        leader.start(f"/scoring/what-if?edition={edition}")
        before = live.one("SELECT max(seq) FROM audit_row")[0]
        answer = leader.page.locator("#what-if")
        said = answer.inner_text()
        leader.page.locator("main form[data-live] input:not([type=hidden])").first.fill("90")
        leader.page.wait_for_url("**=90**")
        assert answer.inner_text() != said
        assert live.one("SELECT max(seq) FROM audit_row")[0] == before


def test_somebody_finds_a_task_by_a_word_and_a_case_by_its_number(browser: Any, live: Live) -> None:
    with walking(browser, live, "supervision", keys=True) as office:
        office.start()
        office.page.keyboard.press("/")
        office.page.keyboard.type("Lens covered")
        with office.page.expect_navigation():
            office.page.keyboard.press("Enter")
        office.arrive()
        office.take(office.page.locator("main a[href^='/remediation/']").first)
        assert re.search(r"/remediation/\d+$", office.page.url)
    with walking(browser, live, "leader", width=PHONE, language="zh", scripts=False) as leader:
        leader.start("/search")
        leader.write("q", "WZ-2012-017")
        leader.take(leader.page.locator("main form button"))
        leader.take(leader.page.locator("main a[href^='/accountability/']").first)
        assert "WZ-2012-017" in leader.text()
