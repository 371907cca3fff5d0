"""The door under siege: ten thousand guesses from everywhere, and cookies that were copied before a session ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from assessment.faces.web import sessions
from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.organisations import services
from assessment.organisations.models import Person, SignInAttempt
from support.ledger import Ledger
from support.organisations import by_setup, make_province
from support.web import Browser, SiteUnderTest, let_in, site

PASSWORD = "quiet-maple-harbour-88"
ENDINGS = ("signed out", "ended with their account, which was opened again")


@pytest.fixture
def door(frame: Frame, tmp_path: Path) -> SiteUnderTest:
    with frame.write() as session:
        province = make_province(session)
        for name in ("olga", "otto"):
            province.officer(name, "locality_officer", "220101")
            let_in(session, province.person(name), PASSWORD)
    return site(frame, tmp_path)


def enter(browser: Browser, username: str, password: str, source: str) -> int:
    here = {"environ_overrides": {"REMOTE_ADDR": source}}
    if not browser.token:
        browser.get("/sign-in", **here)
    return browser.post("/sign-in", {"username": username, "password": password}, **here).status_code


def besieged(door: SiteUnderTest, guesses: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[int], int]:
    """Status by status what the guesses met, and how many were compared with a password at all."""
    compared, verify, found, browser = [0], PasswordHasher.verify, Counter[int](), door.anonymous()

    def counted(self: PasswordHasher, kept: str, password: str) -> bool:
        compared[0] += 1
        return verify(self, kept, password)

    with monkeypatch.context() as patch:
        patch.setattr(PasswordHasher, "verify", counted)
        for number in range(guesses):  # each from an address of its own: only the account can count them
            source = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
            found[enter(browser, "olga", f"guess-{number}", source)] += 1
    return found, compared[0]


def wait_a_quarter(door: SiteUnderTest) -> None:
    with door.frame.write() as session:
        session.execute(update(SignInAttempt).values(at=clock.system_now() - timedelta(minutes=16)))


def test_of_many_guesses_from_everywhere_ten_are_looked_at(
    door: SiteUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert besieged(door, 14, monkeypatch) == (Counter({401: 10, 429: 4}), 10)
    assert enter(door.anonymous(), "otto", PASSWORD, "10.9.9.9") == 303
    wait_a_quarter(door)
    assert enter(door.anonymous(), "olga", PASSWORD, "10.9.9.8") == 303


def replayed(door: SiteUnderTest, ending: str) -> int:
    """What a cookie copied before the session ended is answered afterwards, also once its owner may come again."""
    with door.frame.read() as session:
        person_id = session.scalars(select(Person.id).where(Person.username == "olga")).one()
    owner, thief = door.browser(person_id), door.anonymous()
    found = owner.client.get_cookie(sessions.COOKIE)
    assert found is not None
    thief.client.set_cookie(sessions.COOKIE, found.value)
    assert thief.get("/account").status_code == 200
    if ending == "signed out":
        owner.post("/sign-out")
    else:
        for service in (services.suspend, services.reinstate):
            with door.frame.write() as session:
                service(session, session.get_one(Person, person_id), by_setup(reason=ending))
    return thief.get("/account").status_code


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_cookie_copied_before_is_dead_afterwards(door: SiteUnderTest, ending: str) -> None:
    assert replayed(door, ending) == 401


@pytest.mark.trust
def test_of_two_hundred_copied_cookies_none_opens_anything(
    door: SiteUnderTest, size: Callable[[int], int], ledger: Ledger
) -> None:
    each = size(100)
    found = Counter(replayed(door, ending) for _ in range(each) for ending in ENDINGS)
    ledger.note(
        "A9", "A session that ended is over", f"{2 * each} cookies copied, then their sessions {' or '.join(ENDINGS)}",
        f"{found[401]} of {found.total()} answered 401", "all", found[401] == found.total(),
    )  # fmt: skip


@pytest.mark.trust
def test_of_ten_thousand_guesses_none_is_let_in(
    door: SiteUnderTest, size: Callable[[int], int], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = size(10_000)
    found, compared = besieged(door, count, monkeypatch)
    others = enter(door.anonymous(), "otto", PASSWORD, "10.200.9.9") == 303
    wait_a_quarter(door)
    back = enter(door.anonymous(), "olga", PASSWORD, "10.200.9.8") == 303
    ledger.note(
        "A10", "Guessing does not work, and locks nobody else out",
        f"{count:,} guesses at one account, each from another address; then its owner, after a quarter of an hour",
        f"{found[303]} let in, {compared} compared; another user {'in' if others else 'OUT'}, "
        f"the owner {'back in' if back else 'OUT'}", "0, 10 a quarter of an hour",
        not found[303] and compared <= 10 * (1 + count // 5000) and others and back,
    )  # fmt: skip
