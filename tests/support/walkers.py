"""Somebody who walks through the pages for a purpose: by pointer or keys, with or without scripts, counting pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.visitors import TOO_WIDE, Live, Visitor

PATIENCE = 60_000
"""ms; the machine may be busy, and no journey is about speed."""
MOST_TABS = 400


class Walker(Visitor):
    """Each page that opens is counted, fits its window and complains of nothing."""

    def __init__(self, live: Live, context: Any, language: str, *, keys: bool) -> None:
        super().__init__(context.new_page(), live.address)
        self.page.set_default_timeout(PATIENCE)
        self.live, self.keys = live, keys
        context.add_cookies([{"name": "language", "value": language, "url": live.address}])
        self.trail: list[str] = []

    def start(self, path: str = "/") -> None:
        """The first page of a journey; what is counted begins here."""
        self.go(path)
        self.trail = []
        self.arrive()

    @property
    def pages(self) -> int:
        return len(self.trail)

    def arrive(self) -> None:
        self.trail.append(self.page.url)
        assert not self.complaints, f"{self.page.url}: {self.complaints}"
        assert self.page.evaluate(TOO_WIDE) <= 0, f"{self.page.url} is too wide"

    def follow(self, name: str | re.Pattern[str], within: str = "main") -> None:
        """The first link or button of this name."""
        area = self.page.locator(within)
        self.take(area.get_by_role("button", name=name).or_(area.get_by_role("link", name=name)).first)

    def take(self, found: Any) -> None:
        found.wait_for()
        with self.page.expect_navigation():
            if self.keys:
                self.reach(found)
                self.page.keyboard.press("Enter")
            else:
                found.click()
        self.arrive()

    def reach(self, found: Any) -> None:
        """By the tabulator alone."""
        target = found.element_handle()
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if target.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"no tabulator reaches {found} on {self.page.url}")

    def write(self, name: str, what: str) -> None:
        """Into the field ``name``."""
        found = self.page.locator(f"main [name='{name}']").first
        if self.keys:
            self.reach(found)
            self.page.keyboard.type(what)
        else:
            found.fill(what)

    def choose(self, name: str, value: str) -> None:
        """One of the round buttons ``name``."""
        buttons = self.page.locator(f"main [type=radio][name='{name}']")
        wanted = buttons.and_(self.page.locator(f"[value='{value}']"))
        if not self.keys:
            wanted.check()
            return
        self.reach(buttons.first)
        self.page.keyboard.press("Space")
        for _ in range(buttons.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow reaches {value} on {self.page.url}")

    def text(self) -> str:
        return str(self.page.locator("main").inner_text())


@contextmanager
def walking(
    browser: Any, live: Live, username: str = "", *, width: int = 1280, language: str = "en", scripts: bool = True,
    keys: bool = False,
) -> Iterator[Walker]:  # fmt: skip
    """A window of this person (nobody's without), on the first page."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, has_touch=width < 600, java_script_enabled=scripts
    )
    try:
        walker = Walker(live, context, language, keys=keys)
        if username:
            walker.become(live.one("SELECT id FROM person WHERE username = :name", name=username).id)
        yield walker
    finally:
        context.close()
