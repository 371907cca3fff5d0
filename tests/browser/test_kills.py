"""A browser killed in the middle of typing, as a power cut would: what is older than five seconds is on the server."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from support import browsers
from support.needs import lacking
from support.programmes import SCHEME
from support.typists import CODES, Office, an_office, field, is_saved, kill, killable, settled, sitting

pytestmark = pytest.mark.browser
UNITS = ("220101", "220102")
MAY_BE_LOST = 5.0
"""Seconds: what is older than this is on the server."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with an_office(tmp_path, SCHEME) as found:
        yield found


@pytest.fixture
def chromium() -> str:
    path = browsers.chromium()
    if path is None:
        lacking(browsers.SENTENCE)
    return path


def typed_until(page: Any, office: Office, chance: random.Random, seconds: float, number: int) -> list[Any]:
    """(field, text, when it was typed) of everything somebody types, one field after the other."""
    typed, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        name = office.cell(chance.choice(UNITS), chance.choice(CODES))
        text = str(number * 10_000 + len(typed))
        field(page, name).fill(text)
        typed.append((name, text, time.monotonic()))
        time.sleep(chance.uniform(0.05, 0.6))
    return typed


def test_no_field_older_than_five_seconds_is_lost_when_the_browser_is_killed(
    office: Office, chromium: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kills, chance, lost, old, oldest = request.config.getoption("--kills"), random.Random(1), [], 0, 0.0
    with sync_playwright() as playwright:
        for number in range(1, kills + 1):
            with killable(chromium, tmp_path / f"profile-{number % 3}", playwright) as (process, context):
                page = sitting(context, office, "first")
                typed = typed_until(page, office, chance, chance.uniform(5.2, 7.5), number)
                kill(process)
                killed = time.monotonic()
            held = settled(office)
            for name in {one[0] for one in typed}:
                mine = [(text, at) for field_name, text, at in typed if field_name == name]
                due = [text for text, at in mine if killed - at > MAY_BE_LOST]
                kept = [place for place, (text, _at) in enumerate(mine) if held.get(name) == text]
                old += bool(due)
                if due and (not kept or kept[0] < len(due) - 1):
                    lost.append((number, name, due[-1], held.get(name)))
                oldest = max([oldest, *(killed - at for text, at in mine[(kept[0] if kept else -1) + 1 :])])
    print(f"\n{kills} kills: {old} fields older than {MAY_BE_LOST} s, {len(lost)} lost; oldest loss {oldest:.1f} s")
    assert old >= kills
    assert lost == []


def test_after_a_crash_the_browser_offers_what_had_not_reached_the_server(
    office: Office, chromium: str, tmp_path: Path
) -> None:
    cell = office.cell("220101", "online")
    with sync_playwright() as playwright:
        with killable(chromium, tmp_path / "profile", playwright) as (process, context):
            page = sitting(context, office, "first")
            page.route("**/cells*", lambda route: route.abort())
            field(page, cell).fill("42")
            page.locator("[data-saved].unsent").wait_for()
            time.sleep(7)  # chromium writes its local store to disk every five seconds
            kill(process)
        assert settled(office).get(cell) is None
        with killable(chromium, tmp_path / "profile", playwright) as (process, context):
            page = sitting(context, office, "first")
            page.get_by_role("button", name="Put them back").click()
            is_saved(page)
            kill(process)
    assert settled(office)[cell] == "42"


