"""What people do with the example, in a chromium: on a phone, at a desk, on the first day of an empty instance."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assessment.faces.cli import founding
from assessment.foundation.db import make_engine
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from support.example import settings_of
from support.visitors import Live, Visitor, served

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffff3f0005fe02fea735"
    "81f20000000049454e44ae426082"
)
BUSY = """
    SELECT h.person_id, u.id AS unit_id, min(t.id) AS task_id, t.number AS number
    FROM unit u JOIN task t ON t.unit_id = u.id JOIN post p ON p.unit_id = u.id JOIN holding h ON h.post_id = p.id
    JOIN person x ON x.id = h.person_id
    WHERE x.username = 'officer.' || u.code AND t.state = 'under_way'
    AND t.due_at < (SELECT stands_at FROM business_clock)
    AND u.id IN (SELECT unit_id FROM paper WHERE state = 'available')
    AND u.id IN (SELECT unit_id FROM submission WHERE state = 'due' AND source = 'unit')
    GROUP BY u.id ORDER BY u.id"""
"""Officers with an overdue task, a paper to sign for and an open report; each test takes another."""


@pytest.fixture
def phone(browser: Any, live: Live) -> Iterator[Visitor]:
    context = browser.new_context(viewport=PHONE, has_touch=True)
    yield Visitor(context.new_page(), live.address)
    context.close()


@pytest.fixture
def desk(page: Any, live: Live) -> Visitor:
    return Visitor(page, live.address)


# --- a locality's officer on a phone ---------------------------------------------------------------------------------


def test_an_officer_signs_for_a_paper_and_reports_an_overdue_task_from_a_phone(phone: Visitor, live: Live) -> None:
    officer = live.one(BUSY)
    phone.become(officer.person_id)
    assert "asked of you" in phone.heading()
    assert "overdue" in phone.heading()
    phone.approve_of_page()

    phone.press("Sign for receipt")
    phone.approve_of_page()
    phone.press("Sign for receipt")
    phone.press("Sign for receipt")
    assert live.one("SELECT count(*) FROM paper WHERE state = 'received' AND unit_id = :id", id=officer.unit_id)[0]
    phone.approve_of_page()

    phone.go("/")
    phone.press("Answer it")
    phone.approve_of_page()
    task = phone.page.url.rsplit("/", 1)[1]
    phone.press("Report it done")
    phone.page.get_by_label("Fixed on").fill("2012-11-10")
    phone.page.get_by_label("Evidence taken on").fill("2012-11-11")
    phone.page.locator("input[type=file]").set_input_files(
        {"name": "after.png", "mimeType": "image/png", "buffer": PNG}
    )
    phone.approve_of_page()
    phone.press("Report it done")
    assert live.one("SELECT state FROM task WHERE id = :id", id=task).state == "reported_done"
    phone.go("/remediation?state=reported_done")
    assert phone.page.locator(f"main a[href$='/remediation/{task}']").first.is_visible()
    phone.approve_of_page()


def test_a_draft_waits_until_its_officer_comes_back_and_sends_it(phone: Visitor, live: Live) -> None:
    officer = live.one(BUSY + " LIMIT 1 OFFSET 1")
    phone.become(officer.person_id)
    phone.press("Fill in the report")
    phone.approve_of_page()
    cells = phone.page.locator("input[name^='number-']")
    names = [str(cells.nth(n).get_attribute("name")) for n in range(cells.count())]
    typed = {name: str(3 + n) for n, name in enumerate(names)}
    for name, number in typed.items():
        phone.page.locator(f"input[name='{name}']").fill(number)
    phone.press("Save the draft")
    phone.go("/remediation")
    phone.go("/")
    phone.press("Fill in the report")
    kept = {name: phone.page.locator(f"input[name='{name}']").input_value() for name in names}
    assert kept == typed

    phone.press("Check and send")
    assert phone.heading() == "Check your answers"
    phone.approve_of_page()
    phone.press("Send the report")
    sent = live.one("SELECT receipt, content_hash FROM submission WHERE unit_id = :id AND state = 'submitted'",
                    id=officer.unit_id)  # fmt: skip
    said = phone.page.locator("main").inner_text()
    assert sent.receipt in said
    assert sent.content_hash in said
    assert re.search(r"\d{1,2} Nov 2012, \d\d:\d\d", said)
    phone.approve_of_page()


# --- a leader at a desk ----------------------------------------------------------------------------------------------


def test_a_leader_looks_approves_the_quarter_and_downloads_the_bulletin(desk: Visitor, live: Live) -> None:
    leader = live.one("SELECT id FROM person WHERE username = 'leader'").id
    desk.become(leader)
    assert re.search(r"leads\. .* asked of you", desk.heading())
    desk.approve_of_page()
    desk.press("Quarter 3, 2012")
    desk.approve_of_page()
    desk.press("Approve the results")
    desk.press("Read the ranking that you approve")
    desk.approve_of_page()
    desk.page.go_back()
    desk.press("Approve the results")
    assert live.one("SELECT state FROM period WHERE code = '2012-Q3'").state == "approved"

    desk.go("/bulletins")
    bulletin = live.one("SELECT id, number FROM bulletin WHERE state = 'published' ORDER BY published_at DESC, id DESC")
    with desk.page.expect_navigation():
        desk.page.locator(f"main a[href$='/bulletins/{bulletin.id}']").first.click()
    desk.approve_of_page()
    assert downloaded(desk, "PDF English") == filed(live, bulletin.number, "en")
    switch(desk, "中文")
    assert desk.page.locator("html").get_attribute("lang") == "zh-Hans"
    desk.approve_of_page()
    assert downloaded(desk, "PDF 中文") == filed(live, bulletin.number, "zh")
    desk.go("/")
    assert "领先" in desk.heading()
    desk.approve_of_page()
    switch(desk, "English")
    assert "leads." in desk.heading()


def switch(desk: Visitor, name: str) -> None:
    with desk.page.expect_navigation():
        desk.page.locator("header").get_by_role("link", name=name).first.click()


def downloaded(desk: Visitor, name: str) -> str:
    link = desk.page.get_by_role("link", name=name).first.get_attribute("href")
    answer = desk.page.context.request.get(desk.address + str(link))
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")
    return hashlib.sha256(answer.body()).hexdigest()


def filed(live: Live, number: str, language: str) -> str:
    """The file that lies in the instance's folder."""
    return hashlib.sha256((live.settings.documents / "bulletins" / f"{number}.{language}.pdf").read_bytes()).hexdigest()


# --- the first day ---------------------------------------------------------------------------------------------------


def test_the_administrator_of_an_empty_instance_must_choose_his_own_password(page: Any, tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "empty")
    engine = make_engine(settings.database_url)
    founding.prepare(settings, engine)
    password = founding.found(Frame(engine), Bilingual("本级机关", "The authority"), "authority")
    engine.dispose()
    with served(settings) as live:
        admin = Visitor(page, live.address)
        admin.go("/sign-in")
        admin.approve_of_page()
        page.get_by_label("User name").fill("admin")
        page.locator("input[type=password]").fill(password)
        admin.press("Sign in")
        admin.go("/organisations")
        assert page.url.endswith("/account/password")  # nothing else opens before that
        admin.approve_of_page()
        for field in page.locator("input[type=password]").all():
            field.fill("a longer sentence of my own")
        page.locator("input[type=password]").first.fill(password)
        page.locator("main form button").last.click()
        page.wait_for_url(lambda url: not url.endswith("/account/password"))
        admin.go("/organisations")
        admin.approve_of_page()
