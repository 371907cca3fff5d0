"""The played example behind a server that a chromium can reach, and what every page has to keep."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import text
from waitress.server import create_server

from assessment.faces.web.app import create_app
from assessment.foundation.frame import Frame
from assessment.foundation.settings import Settings
from support.example import quick_engine

SERIOUS = ("serious", "critical")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Live:
    """An instance that is being served."""

    settings: Settings
    frame: Frame
    address: str

    def one(self, query: str, **facts: Any) -> Any:
        """The first row that answers."""
        with self.frame.read() as session:
            return session.execute(text(query), facts).first()


def is_complaint(said: Any) -> bool:
    """A chromium notes a form drawn again with what it lacks (422), too, and asks for a picture beside files."""
    is_lacking = said.text.startswith("Failed to load resource") and " 422 " in said.text
    return said.type == "error" and not is_lacking and not said.location.get("url", "").endswith("/favicon.ico")


@contextmanager
def served(settings: Settings) -> Iterator[Live]:
    engine = quick_engine(settings)
    frame = Frame(engine)
    try:
        with served_app(create_app(settings, frame)) as address:
            yield Live(settings, frame, address)
    finally:
        engine.dispose()


@contextmanager
def served_app(app: Any) -> Iterator[str]:
    """On a port that was free; its address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=10)


class Visitor:
    """Somebody who looks at every page passed as a picture could not: complaints, width, what a screen reader hears."""

    def __init__(self, page: Any, address: str) -> None:
        page.set_default_timeout(10_000)
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.context.add_cookies([{"name": "language", "value": "en", "url": address}])
        page.on("console", lambda said: self.complaints.append(said.text) if is_complaint(said) else None)
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))

    def go(self, path: str) -> None:
        answer = self.page.goto(self.address + path)
        assert answer.status == 200, f"{path}: {answer.status}"

    def press(self, name: str) -> None:
        """The first button or link of this name, as a thumb finds it, and the page behind it."""
        found = self.page.locator("main").get_by_role("button", name=name)
        found = found.or_(self.page.locator("main").get_by_role("link", name=name)).first
        with self.page.expect_navigation():
            found.click()

    def become(self, person_id: int) -> None:
        """By the example's own button."""
        self.go("/example/people")
        with self.page.expect_navigation():
            self.page.locator(f"form[action$='/people/{person_id}'] button").evaluate("button => button.click()")

    def heading(self) -> str:
        return str(self.page.locator("h1").inner_text())

    def approve_of_page(self) -> None:
        """No complaints, no sideways scroll, nothing serious for whoever does not see."""
        where = self.page.url
        assert not self.complaints, f"{where}: {self.complaints}"
        over = self.page.evaluate(TOO_WIDE)
        assert over <= 0, f"{where} is {over} px too wide"
        found = Axe().run(self.page).response["violations"]
        bad = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found if one["impact"] in SERIOUS]
        assert not bad, f"{where}: {bad}"
