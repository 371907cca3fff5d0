"""What each role comes for, in how many pages, on the device they hold: by keys, in both languages, without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from support.visitors import Live
from support.walkers import walking

pytestmark = pytest.mark.face

PHONE = 360


def test_a_leader_is_two_clicks_from_the_evidence_under_any_rank(browser: Any, live: Live) -> None:
    with walking(browser, live, "leader", keys=True) as leader:
        leader.start()
        ranks = leader.page.locator("main .league td.rank a")
        cards = [str(ranks.nth(n).get_attribute("href")) for n in range(ranks.count())]
        assert len(set(cards)) >= 10
        leader.take(ranks.first)
        leader.follow(re.compile("Show B1"))
        assert leader.pages - 1 == 2
        item = leader.page.locator("#steps-B1")
        assert item.locator("a[href*='/submissions/'], a[href*='/evidence/'], a[href*='/remediation/']").count()
        for card in (cards[1], cards[-1]):
            leader.go(card)
            assert leader.page.get_by_role("link", name=re.compile(r"^Show [A-Z]\d")).count() == 10, card


def test_the_office_finds_what_is_missing_and_reads_the_bulletin_as_printed(browser: Any, live: Live) -> None:
    period = live.one("SELECT id FROM period WHERE code = '2012-11'").id
    with walking(browser, live, "office", language="zh", scripts=False) as office:
        office.start()
        office.start(f"/submissions/periods/{period}/completeness")
        missing = office.page.locator("main a[href*='state=missing']").first
        office.take(missing)
        assert "state=missing" in office.page.url
        office.start("/")
        office.take(office.page.locator("main a[href^='/scoring?period=']").first)
        assert office.page.locator("table.heat tbody tr").count() >= 60
        office.start("/bulletins")
        office.take(office.page.locator("main a[href^='/bulletins/']:not([href*='.'])").last)
        paper = office.page.locator("main a[href$='.zh.pdf'], main a[href*='zh'][href*='pdf']").first
        answer = office.page.context.request.get(live.address + str(paper.get_attribute("href")))
        assert answer.body().startswith(b"%PDF")


def test_an_officer_files_a_reply_in_four_pages(browser: Any, live: Live) -> None:
    case = live.one("SELECT a.id, u.code FROM accountability_case a JOIN unit u ON u.id = a.unit_id"
                    " WHERE a.state = 'notice_served' ORDER BY a.id")  # fmt: skip
    with walking(browser, live, f"head.{case.code}" if has(live, f"head.{case.code}") else f"officer.{case.code}",
                 width=PHONE) as officer:  # fmt: skip
        officer.start()
        officer.take(officer.page.locator(f"main a[href$='/accountability/{case.id}']").first)
        officer.follow("Reply")
        officer.write("points", "The lens was cleaned on 2 October.\n\nThe photograph shows it.")
        officer.follow("Reply")
        assert officer.pages == 4
    assert live.one("SELECT state FROM accountability_case WHERE id = :id", id=case.id).state == "replied"


def has(live: Live, username: str) -> bool:
    return live.one("SELECT id FROM person WHERE username = :name", name=username) is not None


def test_an_officer_objects_to_a_score_and_reads_the_letter(browser: Any, live: Live) -> None:
    with walking(browser, live, "head.220102", width=PHONE, language="zh", scripts=False) as head:
        head.start("/my-place")
        head.start("/objections")
        lodge = live.one("SELECT c.id FROM scorecard c JOIN edition e ON e.id = c.edition_id JOIN unit u"
                         " ON u.id = c.unit_id JOIN period p ON p.id = e.period_id WHERE u.code = '220102'"
                         " AND p.code = '2012-10' ORDER BY c.id DESC").id  # fmt: skip
        head.start(f"/scoring/scorecards/{lodge}")
        head.take(head.page.locator("main a[href*='/objections/'][href*='lodge'], main a.btn.main").first)
        head.write("ground", "在线率的分母不对")
        head.page.locator("main [name='subject_1']").select_option(index=1)
        head.write("statement_1", "平台故障两天，不应计入。")
        head.take(head.page.locator("main form button.main"))
        assert live.one("SELECT count(*) FROM objection o JOIN unit u ON u.id = o.unit_id WHERE u.code = '220102'"
                        " AND o.state = 'lodged'")[0] == 1  # fmt: skip
        letter = live.one("SELECT l.id FROM letter l JOIN unit u ON u.id = l.unit_id WHERE u.code = '220102'").id
        head.start(f"/programmes/letters/{letter}")


def test_an_inspector_is_one_tap_from_the_next_visit(browser: Any, live: Live) -> None:
    with walking(browser, live, "team.leader.1", width=PHONE) as inspector:
        inspector.start()
        inspector.follow("Go to the visit")
        assert inspector.pages - 1 == 1
        assert re.search(r"/inspections/visits/\d+$", inspector.page.url)
        inspector.take(inspector.page.locator("main a[href$='/walk']").first)
        assert inspector.page.locator("[data-item]:visible").count() == 1


def test_an_administrator_adds_a_unit_and_invites_a_person(browser: Any, live: Live) -> None:
    with walking(browser, live, "admin", keys=True) as admin:
        admin.start("/organisations/people/invite")
        admin.write("name", "Zhao Liu")
        admin.write("username", "zhao.liu")
        admin.follow("Invite a person")
        assert has(live, "zhao.liu")
    unit = live.one("SELECT id FROM unit WHERE code = '220100'").id
    with walking(browser, live, "admin", width=PHONE, language="zh", scripts=False) as admin:
        admin.start(f"/organisations/add_unit?below={unit}")
        for name, word in (("code", "220199"), ("name_zh", "新区"), ("name_en", "New District")):
            admin.write(name, word)
        admin.page.locator("main [name='level']").select_option("county")
        admin.take(admin.page.locator("main form button.main"))
        assert live.one("SELECT id FROM unit WHERE code = '220199'") is not None


def test_anybody_checks_a_bulletin_by_number_and_by_file(browser: Any, live: Live) -> None:
    number = live.one("SELECT number FROM bulletin WHERE state = 'published' ORDER BY id DESC").number
    with walking(browser, live, keys=True) as reader:
        reader.start("/verify")
        reader.write("number", number)
        reader.follow("Look it up")
        assert "was published on" in reader.heading()
    paper = live.settings.documents / "bulletins" / f"{number}.en.pdf"
    with walking(browser, live, width=PHONE, scripts=False) as reader:
        reader.start("/verify")
        reader.page.locator("main input[type=file]").set_input_files(paper)
        reader.follow("Check the file")
        assert reader.heading() == f"This is bulletin {number}, as it was published."
        reader.page.locator("main input[type=file]").set_input_files(
            {"name": "other.pdf", "mimeType": "application/pdf", "buffer": paper.read_bytes().replace(b"1", b"2", 9)}
        )
        reader.follow("Check the file")
        assert reader.heading() == "This file is not a bulletin as it was published."


def test_a_leader_reads_the_trace_of_a_prompt_and_dismisses_it(browser: Any, live: Live) -> None:
    prompt = live.one("SELECT id FROM accountability_case WHERE state = 'prompted' ORDER BY id DESC").id
    with walking(browser, live, "leader") as leader:
        leader.start()
        leader.take(leader.page.locator(f"main a[href='/accountability/{prompt}']").first)
        leader.follow("The whole trace")
        leader.start(f"/accountability/{prompt}")
        leader.follow("Dismiss the prompt")
        leader.write("reason", "The task was closed rightly; the second look saw another device.")
        leader.follow("Dismiss the prompt")
    assert live.one("SELECT state FROM accountability_case WHERE id = :id", id=prompt).state == "dismissed"
