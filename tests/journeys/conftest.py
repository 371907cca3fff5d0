"""The played example with somebody for every role: at its own unit, and a stranger from another province."""

import functools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assessment.faces.web import pages, sessions
from assessment.faces.web.app import create_app
from assessment.foundation import clock, schema
from assessment.foundation.actors import SETUP, Act
from assessment.foundation.db import Base
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.foundation.settings import Settings
from assessment.organisations import officers, services
from assessment.organisations.duties import ROLES
from assessment.organisations.models import ApiToken, Person, Resource, Unit
from assessment.organisations.passwords import fingerprint
from assessment.organisations.services.sign_ins import open_session
from support.example import copied, quick_engine
from support.sweep import FILES, LOCAL, PEOPLE, DryFrame, Target, targets
from support.web import Browser

TODAY = date(2012, 11, 13)
LONG_AGO = date(2010, 1, 1)
OURS, THEIRS = "220000", "510000"
"""The province whose year was played, and the one whose table was only published: strangers to each other."""


@pytest.fixture(autouse=True)
def _no_log_of_refusals(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands are meant here; each in a log would bury what failed."""
    caplog.set_level(logging.ERROR, "assessment.security")


@dataclass(frozen=True)
class Viewer:
    """Somebody in front of the site, whose cookies no answer takes away: also signing out is a request like others."""

    role: str
    person_id: int
    token: str
    """The token of a form once looked at."""
    cookies: str
    bearer: str
    """The token of a program that reads as this person."""
    client: Any = field(repr=False)

    def ask(self, method: str, address: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
        known = {"Cookie": self.cookies, "Accept": "text/html"}
        if address.startswith("/api/"):
            known = {"Authorization": f"Bearer {self.bearer}"}
        answer = self.client.open(address, method=method, data=data, headers={**known, **headers}, buffered=True)
        answer.close()
        answer.request.environ["wsgi.input"].close()  # werkzeug keeps large uploads in a file
        return answer


@dataclass
class World:
    settings: Settings
    frame: Frame
    dry: DryFrame
    app: Any
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def site(self, frame: Frame) -> Any:
        """Not in Flask's testing mode: a bug is then a 500 to be counted, and its trace lies in ``broken``."""
        return create_app(self.settings, frame, rooms=pages.found())

    def viewer(self, role: str, username: str) -> Viewer:
        """Somebody by user name; opened once."""
        if username not in self.viewers:
            token = sessions.new_token()
            with self.frame.write() as db:
                person = db.scalars(select(Person).where(Person.username == username)).one()
                now = clock.system_now()
                open_session(db, person, token=token, source="127.0.0.1", now=now, proved_at=now)
                person_id = person.id
                db.add(read_all(person_id, token, clock.system_now()))
            self.viewers[username] = self.look(role, person_id, token)
        return self.viewers[username]

    def look(self, role: str, person_id: int, token: str, language: str = "en") -> Viewer:
        browser = self.browser(token, language)
        names = (sessions.COOKIE, "five_measures_form", "language")
        kept = {name: browser.client.get_cookie(name) for name in names}
        cookies = "; ".join(f"{name}={found.value}" for name, found in kept.items() if found is not None)
        return Viewer(role, person_id, browser.token, cookies, token, self.app.test_client(use_cookies=False))

    def browser(self, token: str = "", language: str = "en") -> Browser:
        """A window that keeps its cookies; without a token nobody's."""
        browser = Browser(self.app.test_client())
        browser.client.set_cookie("language", language)
        if token:
            browser.client.set_cookie(sessions.COOKIE, token)
            browser.get("/account")
        return browser

    def own(self, role: str, unit_code: str) -> Viewer:
        """Who has this role where a record lies."""
        if role in LOCAL:
            return self.viewer(role, f"{role.removeprefix('locality_')}.{unit_code}")
        return self.viewer(role, PEOPLE[role])

    def stranger(self, role: str) -> Viewer:
        return self.viewer(role, f"stranger.{role}")

    def counts(self) -> dict[str, int]:
        """Rows of every table."""
        with self.frame.read() as db:
            return {
                name: db.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }


@pytest.fixture(scope="module")
def world(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A copy of the example behind a site that undoes what it writes."""
    settings = copied(played, tmp_path_factory.mktemp("world") / "instance")
    engine = quick_engine(settings)
    schema.migrate(engine)  # an instance played before may be older than the newest migration
    frame, dry = Frame(engine), DryFrame(engine)
    made = World(settings, frame, dry, None)
    made.app = made.site(dry)
    with frame.write() as db:
        add_strangers(db)
    yield made
    engine.dispose()


@pytest.fixture(scope="module")
def records(world: World) -> dict[str, Target]:
    """One record of every kind."""
    world.viewer("verifier", "verifier.second")  # whose session nobody else may end
    with world.frame.write() as db:
        for statement in FILES:
            db.execute(text(statement))
    with world.frame.read() as db:
        return targets(db)


def read_all(person_id: int, token: str, now: datetime) -> ApiToken:
    """A token of the interface that reads every resource; its text is the session's, which nothing else uses."""
    return ApiToken(
        person_id=person_id, name="sweep", resources=" ".join(Resource), token_hash=fingerprint(token), made_at=now,
        ends_at=now + timedelta(days=1), last_used_at=now,
    )  # fmt: skip


def add_strangers(db: Session) -> None:
    """One person for every role at another province, and an account that was suspended with a session open."""
    act = Act(SETUP, datetime(2012, 11, 12, tzinfo=UTC))
    unit = db.scalars(select(Unit).where(Unit.code == THEIRS)).one()
    for role in ROLES:
        post = services.add_post(
            db, act, unit_id=unit.id, title=Bilingual("外省岗位", "Post elsewhere"), role=role, valid_from=LONG_AGO
        )
        person = services.invite(db, act, username=f"stranger.{role}", name=f"Stranger {role}")
        services.let_in(db, [person], act)
        services.appoint(db, person, act, post=post, valid_from=LONG_AGO)
    db.flush()


@pytest.fixture(scope="module")
def quick_officers() -> Iterator[None]:
    """Nobody's duties change while nothing is written: who somebody is needs to be read once."""
    found = officers.officer_on
    known: dict[Any, Any] = {}

    @functools.wraps(found)
    def remembered(session: Session, person_id: int, day: date, **marks: Any) -> Any:
        key = (person_id, day, *marks.items())
        if key not in known:
            known[key] = found(session, person_id, day, **marks)
        return known[key]

    patch = pytest.MonkeyPatch()
    patch.setattr(officers, "officer_on", remembered)
    line, lines = sessions._post_line, {}

    def line_remembered(session: Session, officer: Any, day: date) -> Any:
        if officer.person_id not in lines:
            lines[officer.person_id] = line(session, officer, day)
        return lines[officer.person_id]

    patch.setattr(sessions, "_post_line", line_remembered)
    yield
    patch.undo()
