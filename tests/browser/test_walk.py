"""A visit on a phone: dead network, killed browser, expired session, two inspectors; nothing is lost, nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from support import browsers
from support.visitors import Live, Visitor

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
UNDER_WAY = """
    SELECT v.id AS visit_id, a.person_id AS leader, b.person_id AS member FROM visit v
    JOIN visit_inspector a ON a.visit_id = v.id AND a.is_leader AND a.replaced_at IS NULL
    JOIN visit_inspector b ON b.visit_id = v.id AND NOT b.is_leader AND b.replaced_at IS NULL
    WHERE v.state = 'under_way' ORDER BY v.id"""


@pytest.fixture
def profile(browser: Any, tmp_path: Path) -> Any:
    """A browser whose profile outlives it: ``open()`` starts it, closing it is killing it."""
    return lambda name: browser.browser_type.launch_persistent_context(
        str(tmp_path / name), executable_path=browsers.chromium(), viewport=PHONE, has_touch=True,
        args=["--no-sandbox", "--disable-dev-shm-usage"],
    )  # fmt: skip


def visitor(context: Any, live: Live, person_id: int) -> Visitor:
    found = Visitor(context.pages[0], live.address)
    found.become(person_id)
    return found


def answer(one: Visitor, word: str, note: str) -> None:
    number = one.page.locator("[data-item]:visible").get_attribute("data-item")
    item = one.page.locator(f"[data-item='{number}']")
    item.get_by_label(word, exact=True).check()
    item.get_by_label("Note").fill(note)
    item.get_by_role("button", name="Save and go on").click()
    item.wait_for(state="hidden")  # it goes on when the phone has kept the answer, not with the click


def notes(live: Live, visit_id: int) -> dict[str, tuple[str, int]]:
    with live.frame.read() as session:
        rows = session.execute(
            text("SELECT note, writer, version FROM visit_answer WHERE visit_id = :id"), {"id": visit_id}
        )
        return {row.note: (row.writer, row.version) for row in rows}


def test_what_is_written_without_a_network_survives_a_killed_browser_and_an_ended_session(
    profile: Any, live: Live
) -> None:
    row = live.one(UNDER_WAY)
    before = notes(live, row.visit_id)
    context = profile("phone")
    phone = visitor(context, live, row.leader)
    phone.go(f"/inspections/visits/{row.visit_id}/walk")
    assert phone.page.locator("[data-item]:visible").count() == 1
    phone.approve_of_page()
    answer(phone, "In order", "with a network")
    phone.page.get_by_text("receipt").first.wait_for(state="attached")
    context.set_offline(True)
    for number in range(3):
        answer(phone, "In order", f"without {number}")
    phone.page.get_by_text("3 unsent").wait_for()
    assert "without 0" not in notes(live, row.visit_id)
    context.close()  # killed: nothing was said goodbye to

    with live.frame.write() as session:
        session.execute(text("UPDATE sign_in SET ended_at = created_at"))
    context = profile("phone")
    phone = Visitor(context.pages[0], live.address)
    phone.page.goto(f"{live.address}/inspections/visits/{row.visit_id}/walk")
    assert "/example/people?next=" in phone.page.url  # asked who one is, and nothing is lost
    phone.become(row.leader)
    phone.go(f"/inspections/visits/{row.visit_id}/walk")
    phone.page.locator("[data-unsent]").wait_for(state="hidden")
    for _ in range(50):
        if {"without 0", "without 1", "without 2"} <= notes(live, row.visit_id).keys():  # in any order
            break
        phone.page.wait_for_timeout(100)
    context.close()
    written = {note for note in notes(live, row.visit_id) if note not in before}
    assert written == {"with a network", "without 0", "without 1", "without 2"}
    assert all(version == 1 for note, (_, version) in notes(live, row.visit_id).items() if note in written)


def test_a_finding_sent_twice_is_one_and_two_inspectors_see_each_other(profile: Any, live: Live) -> None:
    row = live.one(UNDER_WAY)
    count = "SELECT count(*) FROM finding WHERE visit_id = :id"
    before = live.one(count, id=row.visit_id)[0]
    first, second = profile("first"), profile("second")
    one, other = visitor(first, live, row.leader), visitor(second, live, row.member)
    for someone in (one, other):
        someone.go(f"/inspections/visits/{row.visit_id}/walk")
        for _ in range(5):
            someone.page.get_by_role("button", name="Next item").click()
    # the receipt is lost on its way: the server has it, the phone does not know and sends it again
    one.page.route("**/walk/*", lambda route: (route.fetch(), route.abort()))
    item = one.page.locator("[data-item]:visible")
    item.get_by_label("A problem", exact=True).check()
    item.get_by_label("Exact place and device").fill("机柜7 Cabinet 7")
    item.get_by_label("What was seen").fill("No label")
    item.get_by_role("button", name="Save and go on").click()
    one.page.get_by_text("1 unsent").wait_for()
    one.page.unroute("**/walk/*")
    one.page.evaluate("window.dispatchEvent(new Event('online'))")
    one.page.locator("[data-unsent]").wait_for(state="hidden")
    assert live.one(count, id=row.visit_id)[0] == before + 1
    answer(other, "In order", "I saw it otherwise")
    other.page.get_by_role("button", name="Previous item").click()
    other.page.get_by_text("wrote here on").wait_for()
    assert "I saw it otherwise" not in notes(live, row.visit_id)
    other.page.get_by_role("button", name="Send mine over it").click()
    other.page.locator("[data-unsent]").wait_for(state="hidden")
    assert notes(live, row.visit_id)["I saw it otherwise"][1] == 2
    first.close()
    second.close()


def test_without_scripts_the_items_stand_one_below_the_other(browser: Any, live: Live) -> None:
    row = live.one(UNDER_WAY)
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    plain = Visitor(context.new_page(), live.address)
    plain.become(row.member)
    plain.page.goto(f"{live.address}/inspections/visits/{row.visit_id}/walk")
    items = plain.page.locator("[data-item]")
    assert items.count() > 5
    item = items.nth(7)
    item.get_by_label("In order", exact=True).check()
    item.get_by_label("Note").fill("plainly")
    item.get_by_role("button", name="Save and go on").click()
    plain.page.wait_for_url("**#item-*")
    assert "plainly" in notes(live, row.visit_id)
    context.close()


UNSENT = """() => new Promise((done) => {
  const asked = indexedDB.open("visits", 1);
  asked.onsuccess = () => {
    const every = asked.result.transaction("queue").objectStore("queue").getAll();
    every.onsuccess = () => done(every.result.map((one) => one.person));
  };
})"""


def test_what_was_not_sent_is_wiped_at_sign_out_when_one_says_so(profile: Any, live: Live) -> None:
    row = live.one(UNDER_WAY)
    context = profile("left")
    phone = visitor(context, live, row.leader)
    phone.go(f"/inspections/visits/{row.visit_id}/walk")
    phone.page.route("**/walk/*", lambda route: route.abort())
    answer(phone, "In order", "on a borrowed phone")
    phone.page.get_by_text("1 unsent").wait_for()
    phone.go("/account")
    leave = phone.page.locator("form[action$='/sign-out'] button")
    with phone.page.expect_event("dialog"):  # it comes once all that waits has been counted, after the click
        phone.page.once("dialog", lambda asked: asked.dismiss())
        leave.click()
    assert len(phone.page.evaluate(UNSENT)) == 1  # asked first, and stayed
    phone.page.once("dialog", lambda asked: asked.accept())
    with phone.page.expect_navigation():
        leave.click()
    assert phone.page.evaluate(UNSENT) == []
    assert "on a borrowed phone" not in notes(live, row.visit_id)
    context.close()
