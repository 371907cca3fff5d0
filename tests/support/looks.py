"""A page as a chromium draws it, in a language, both themes and two widths: what is wrong with it, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error as PlaywrightError

from support.visitors import SERIOUS, TOO_WIDE, is_complaint
from support.walkers import PATIENCE

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
FULL_AT = {"en": DESK, "zh": PHONE}
"""Where the whole of axe looks; what depends on width is so seen at both."""
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""Colours are the only thing that a theme changes; by tag axe would also ask for the enhanced contrast of AAA."""


@dataclass
class Window:
    """Somebody's, in one language; ``cookies`` say whose."""

    context: Any
    address: str
    cookies: str
    language: str
    page: Any = None
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        kept = SimpleCookie(self.cookies)
        kept["language"] = self.language
        self.context.add_cookies([{"name": one.key, "value": one.value, "url": self.address} for one in kept.values()])
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda said: self.complaints.append(said.text) if is_complaint(said) else None)
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))

    def look(self, path: str) -> list[str] | None:
        """Everything wrong with the page; None where there is none, but a paper or file."""
        self.complaints.clear()
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(color_scheme="light")
        try:
            answer = self.page.goto(self.address + path)
        except PlaywrightError as fault:
            if "Download is starting" in fault.message:
                return None
            raise
        if not str(answer.headers.get("content-type", "")).startswith("text/html"):
            return None
        if answer.status != 200:
            return [f"answered {answer.status}"]
        return [*self._faults(), *self.complaints]

    def _faults(self) -> Iterator[str]:
        """The page is drawn once: widths and themes change in it as they do for who turns a phone or the light off."""
        full_at = FULL_AT[self.language]
        self.page.set_viewport_size(PHONE if full_at is DESK else DESK)
        yield from self._too_wide()
        self.page.set_viewport_size(full_at)
        yield from self._too_wide()
        self.page.evaluate(Axe().axe_script)
        yield from (f"light: {fault}" for fault in self._heard(EVERYTHING))
        self.page.emulate_media(color_scheme="dark")
        yield from (f"dark: {fault}" for fault in self._heard(COLOURS))

    def _too_wide(self) -> Iterator[str]:
        over, width = self.page.evaluate(TOO_WIDE), self.page.viewport_size["width"]
        if over > 0:
            yield f"{over} px too wide at {width} px"

    def _heard(self, options: dict[str, Any]) -> Iterator[str]:
        for one in self.page.evaluate("options => axe.run(document, options)", options)["violations"]:
            if one["impact"] in SERIOUS:
                yield f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}"


@dataclass
class Windows:
    """One at a time, kept while the same person looks."""

    browser: Any
    address: str
    opened: Window | None = None

    def of(self, cookies: str, language: str) -> Window:
        if self.opened is None or (self.opened.cookies, self.opened.language) != (cookies, language):
            self.close()
            context = self.browser.new_context(viewport=DESK, reduced_motion="reduce")
            self.opened = Window(context, self.address, cookies, language)
        return self.opened

    def close(self) -> None:
        if self.opened is not None:
            self.opened.context.close()
        self.opened = None
