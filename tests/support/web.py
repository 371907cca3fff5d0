"""The site as a browser meets it: people to be, pages to ask for, forms to send as they were drawn."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from assessment.faces.web import pages, sessions
from assessment.faces.web.app import create_app
from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.foundation.settings import Settings
from assessment.organisations import passwords
from assessment.organisations.models import Credential, Person
from assessment.organisations.services.sign_ins import open_session
from support.organisations import QUICK

LONG_AGO = datetime(2012, 1, 1, tzinfo=UTC)
STANDS_AT = datetime(2012, 11, 13, 1, 30, tzinfo=UTC)
HTML = {"Accept": "text/html"}


@dataclass
class Browser:
    """A client that keeps cookies, asks for HTML and fills in the token of the page it looked at last."""

    client: FlaskClient
    token: str = ""
    last: TestResponse | None = field(default=None, repr=False)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._keep(self.client.get(path, headers={**HTML, **options.pop("headers", {})}, **options))

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        sent = {"csrf_token": self.token, **(data or {})}
        return self._keep(self.client.post(path, data=sent, headers={**HTML, **options.pop("headers", {})}, **options))

    def _keep(self, response: TestResponse) -> TestResponse:
        self.last = response
        text = response.text if response.mimetype == "text/html" else ""
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        if found:
            self.token = html.unescape(found[1])
        return response


@dataclass
class SiteUnderTest:
    app: Flask
    frame: Frame

    def anonymous(self) -> Browser:
        browser = Browser(self.app.test_client())
        browser.client.set_cookie("language", "en")
        return browser

    def browser(self, person_id: int) -> Browser:
        """Somebody signed in, without the detour over the door."""
        browser, token = self.anonymous(), sessions.new_token()
        with self.frame.write() as db:
            person = db.get(Person, person_id)
            assert person is not None
            now = clock.system_now()
            open_session(db, person, token=token, source="127.0.0.1", now=now, proved_at=now)
        browser.client.set_cookie(sessions.COOKIE, token)
        browser.get("/account")
        return browser


def settings(folder: Path, **changes: str) -> Settings:
    return Settings.from_environment({"ASSESSMENT_INSTANCE": str(folder), "ASSESSMENT_SECRET": "a secret", **changes})


def site(frame: Frame, folder: Path, rooms: Iterable[Blueprint] | None = None, **changes: str) -> SiteUnderTest:
    """Every room of the house, or only these."""
    app = create_app(settings(folder, **changes), frame, rooms=pages.found() if rooms is None else rooms)
    app.testing = True
    return SiteUnderTest(app, frame)


def let_in(db: Any, person: Person, password: str = "", *, once: bool = False, at: datetime = LONG_AGO) -> None:
    """Give an account a password; a one-time one must be changed first."""
    until = datetime(2099, 1, 1, tzinfo=UTC) if once else None
    hashed = passwords.hash_password(password, QUICK)
    credential = db.get(Credential, person.id) or Credential(person_id=person.id)
    credential.password_hash, credential.must_change, credential.set_at = hashed, once, at
    credential.usable_until = until
    db.add(credential)
    db.flush()


def questions_of_the_page(engine: Engine, browser: Browser, path: str) -> tuple[list[str], TestResponse]:
    """What a page asks the database beyond the gate (clock, sign-in, person, units, duties and posts), and the page."""
    asked = list[str]()
    browser.get(path)  # what a process reads once

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement != "BEGIN":
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    page = browser.get(path)
    event.remove(engine, "before_cursor_execute", note)
    gate = max(n for n, one in enumerate(asked) if "FROM holding" in one or "JOIN holding" in one)
    return asked[gate + 1 :], page
