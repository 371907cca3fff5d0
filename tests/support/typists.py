"""A small instance that is being served with a period open, and a chromium of its own that can be killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assessment.faces.web import sessions
from assessment.foundation import clock
from assessment.foundation.db import Base
from assessment.foundation.frame import Frame
from assessment.organisations.models import Person, Unit
from assessment.organisations.services.sign_ins import open_session
from assessment.submissions import queries
from assessment.submissions.models import Submission
from support.databases import import_all_models
from support.example import quick_engine, settings_of
from support.organisations import Province
from support.submissions import IN_TIME, a_period_open
from support.visitors import Live, served

CODES = ("cameras", "online", "all", "online_rate")


@dataclass
class Office:
    """Two officers of a prefecture, their period, and what the server holds of what they type."""

    live: Live
    people: dict[str, int]
    ids: dict[str, int]
    period: int
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def grid(self) -> str:
        return f"/submissions/periods/{self.period}/grid"

    def cell(self, unit: str, code: str) -> str:
        return f"cell-{self.ids[unit]}-{code}"

    def cookie_of(self, name: str) -> dict[str, str]:
        """Signed in, without the detour over the door."""
        if name not in self.cookies:
            token = sessions.new_token()
            with self.live.frame.write() as session:
                person = session.get_one(Person, self.people[name])
                now = clock.system_now()
                open_session(session, person, token=token, source="127.0.0.1", now=now, proved_at=now)
            self.cookies[name] = {"name": sessions.COOKIE, "value": token, "url": self.live.address}
        return self.cookies[name]

    def stored(self) -> dict[str, str]:
        """Field name -> text, as the server holds it."""
        with self.live.frame.read() as session:
            return {
                f"cell-{one}-{code}": text
                for one in self.ids.values()
                for code, (text, _kind) in queries.typed(session.get_one(Submission, one)).items()
            }


@contextmanager
def an_office(folder: Path, source: str) -> Iterator[Office]:
    import_all_models()
    settings = settings_of(folder / "instance")
    settings.instance.mkdir(parents=True)
    engine = quick_engine(settings)
    Base.metadata.create_all(engine)
    with Frame(engine).write() as session:
        clock.stand_at(session, IN_TIME)
        world, submissions = a_period_open(session, source=source)
        province = Province(session, {code: session.get_one(Unit, one) for code, one in world.units.items()})
        for name in ("first", "second"):
            province.officer(name, "locality_officer", "220100")
        people = {name: one.id for name, one in province.people.items()}
        ids = {code: one.id for code, one in submissions.items() if code.startswith("2201") and code != "220100"}
        period = world.periods["2012-01"].id
    engine.dispose()
    with served(settings) as live:
        yield Office(live, people, ids, period)


@contextmanager
def killable(path: str, profile: Path, playwright: Any) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """A chromium in a process group of its own, with a profile that outlives it."""
    command = [path, "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run", "--disable-gpu",
               "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stderr is not None
        address = next(found[1] for line in process.stderr if (found := re.search(r"listening on (ws://\S+)", line)))
        browser = playwright.chromium.connect_over_cdp(address)
        yield process, browser.contexts[0]
    finally:
        kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """As a power cut would: the whole group at once, without a word."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
    if process.stderr is not None:
        process.stderr.close()


def settled(office: Office, patience: float = 3.0) -> dict[str, str]:
    """What the server holds once it has worked off what had reached it."""
    before, deadline = office.stored(), time.monotonic() + patience
    while time.monotonic() < deadline:
        time.sleep(0.3)
        now = office.stored()
        if now == before:
            return now
        before = now
    return before


def sitting(context: Any, office: Office, name: str) -> Any:
    context.add_cookies([office.cookie_of(name), {"name": "language", "value": "en", "url": office.live.address}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(office.live.address + office.grid)
    return page


def field(page: Any, name: str) -> Any:
    return page.locator(f"[name='{name}']")


def is_saved(page: Any) -> None:
    page.locator("[data-saved]:not(.unsent)", has_text=re.compile(r"Saved \d\d:\d\d")).wait_for()
