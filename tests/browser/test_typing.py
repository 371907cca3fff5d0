"""Typing into the grid of a period, in a chromium: nothing that was typed is lost, whatever becomes of the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from support.programmes import SCHEME
from support.typists import CODES, Office, an_office, field, is_saved, settled, sitting
from support.visitors import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with an_office(tmp_path, SCHEME) as found:
        yield found


@pytest.fixture
def first(browser: Any, office: Office) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield sitting(context, office, "first")
    context.close()


@pytest.fixture
def second(browser: Any, office: Office) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield sitting(context, office, "second")
    context.close()


def pasted(page: Any, name: str, block: str) -> None:
    """What a spreadsheet puts on the clipboard, pasted into a field."""
    field(page, name).evaluate(
        """(field, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            field.focus();
            field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        block,
    )


def test_a_block_from_a_spreadsheet_fills_the_cells_and_bad_ones_stay_as_typed(office: Office, first: Any) -> None:
    pasted(first, office.cell("220101", "cameras"), '1,010\t90\t100\t90\r\n1O\tn/a\t"5"\twithheld\textra\r\n')
    bad = field(first, office.cell("220102", "cameras"))
    assert (bad.input_value(), bad.get_attribute("aria-invalid")) == ("1O", "true")
    said = first.locator("[data-pasted]").inner_text()
    assert "1 cells are marked" in said
    assert "1 cells lay outside" in said
    is_saved(first)
    held = settled(office)
    assert [held[office.cell("220101", code)] for code in CODES] == ["1,010", "90", "100", "90"]
    assert [held[office.cell("220102", code)] for code in CODES] == ["1O", "", "5", ""]
    assert first.locator("[data-answered]").inner_text() == "7 of 8 answered"
    first.reload()
    assert field(first, office.cell("220102", "online")).input_value() == "n/a"
    assert field(first, office.cell("220102", "online_rate")).input_value() == "withheld"


def test_keys_move_as_in_a_spreadsheet_and_enter_sends_nothing(office: Office, first: Any) -> None:
    field(first, office.cell("220101", "cameras")).focus()
    for key, unit, code in (
        ("ArrowRight", "220101", "online"), ("Enter", "220102", "online"), ("ArrowUp", "220101", "online"),
        ("ArrowLeft", "220101", "cameras"), ("ArrowDown", "220102", "cameras"), ("Enter", "220102", "cameras"),
    ):  # fmt: skip
        first.keyboard.press(key)
        assert first.evaluate("document.activeElement.name") == office.cell(unit, code), key
    assert office.live.one("SELECT count(*) FROM submission WHERE state <> 'due'")[0] == 0


def test_the_slower_one_sees_both_values_keeps_his_own_and_decides(office: Office, first: Any, second: Any) -> None:
    cell = office.cell("220101", "cameras")
    field(first, cell).fill("5")
    is_saved(first)
    field(second, cell).fill("6")
    contest = second.locator(".contest")
    contest.wait_for()
    assert "has entered: 5. You typed: 6." in contest.inner_text()
    assert field(second, cell).input_value() == "6"
    assert settled(office)[cell] == "5"
    Visitor(second, office.live.address).approve_of_page()
    contest.get_by_role("button", name="Keep mine").click()
    second.wait_for_timeout(2500)
    assert settled(office)[cell] == "6"
    field(first, cell).fill("7")
    first.locator(".contest").get_by_role("button", name="Take theirs").click()
    assert field(first, cell).input_value() == "6"


def test_an_expired_session_loses_nothing_that_was_typed(office: Office, first: Any) -> None:
    cell = office.cell("220102", "all")
    with office.live.frame.write() as session:
        session.execute(text("UPDATE sign_in SET ended_at = created_at"))
    field(first, cell).fill("77")
    first.locator("[data-saved].unsent", has_text="session has ended").wait_for()
    first.get_by_role("button", name="Save the drafts").click()
    assert "What you typed is kept" in first.locator("main").inner_text()
    del office.cookies["first"]
    first.context.add_cookies([office.cookie_of("first")])
    first.goto(office.live.address + office.grid)  # at once, as after signing in: the same sitting goes on by itself
    assert field(first, cell).input_value() == "77"
    is_saved(first)
    assert settled(office)[cell] == "77"


def test_what_waits_in_the_browser_is_wiped_at_sign_out(office: Office, first: Any) -> None:
    first.route("**/cells*", lambda route: route.abort())
    field(first, office.cell("220101", "all")).fill("8")
    first.locator("[data-saved].unsent", has_text="kept in this browser").wait_for()
    assert first.evaluate("Object.keys(localStorage).length") == 1
    first.goto(office.live.address + "/account")
    assert first.evaluate("Object.keys(localStorage).length") == 1
    leave = first.locator("form[action$='/sign-out'] button")
    with first.expect_event("dialog"):  # it comes once all that waits has been counted, after the click
        first.once("dialog", lambda asked: asked.dismiss())
        leave.click()
    assert first.evaluate("Object.keys(localStorage).length") == 1  # asked first, and stayed
    first.once("dialog", lambda asked: asked.accept())
    with first.expect_navigation():
        leave.click()
    assert first.evaluate("Object.keys(localStorage).length") == 0


def test_the_grid_works_on_a_phone_and_without_scripts(browser: Any, office: Office, second: Any) -> None:
    Visitor(second, office.live.address).approve_of_page()
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = sitting(context, office, "first")
    for code, number in zip(CODES, ("5", "90", "100", "90"), strict=True):
        field(page, office.cell("220101", code)).fill(number)
    page.get_by_role("button", name="Check and send").click()
    assert page.locator("h1").inner_text() == "1 report is ready to be sent."
    page.get_by_role("button", name="Send the ticked reports").click()
    sent = office.live.one("SELECT receipt, content_hash FROM submission WHERE state = 'submitted'")
    assert sent.receipt in page.locator("main").inner_text()
    context.close()
