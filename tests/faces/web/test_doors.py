"""The door: signing in and out, passwords, sessions, and what a copied cookie is worth."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from assessment.faces.web import sessions
from assessment.foundation import clock
from assessment.organisations import passwords
from assessment.organisations.models import Credential, Person, SignIn
from support.web import Browser, SiteUnderTest, let_in

As = Callable[[str], Browser]
PASSWORD = "quiet-maple-harbour-88"


def enter(browser: Browser, username: str, password: str, **more: str) -> int:
    browser.get("/sign-in")
    return browser.post("/sign-in", {"username": username, "password": password, **more}).status_code


def cookie(browser: Browser) -> str:
    found = browser.client.get_cookie(sessions.COOKIE)
    assert found is not None
    return found.value


def test_name_and_password_open_the_door(the_site: SiteUnderTest) -> None:
    browser = the_site.anonymous()
    assert enter(browser, "OLGA ", PASSWORD) == 303
    assert browser.get("/").status_code == 200


def test_after_sign_in_one_is_where_one_wanted_to_be(the_site: SiteUnderTest) -> None:
    browser = the_site.anonymous()
    going = browser.get("/account")
    assert going.status_code == 303
    browser.get(going.headers["Location"])
    answer = browser.post("/sign-in", {"username": "lena", "password": PASSWORD, "next": "/account"})
    assert answer.headers["Location"] == "/account"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_leads_to_no_other_site(the_site: SiteUnderTest, elsewhere: str) -> None:
    browser = the_site.anonymous()
    enter(browser, "lena", PASSWORD, next=elsewhere)
    assert browser.last is not None
    assert browser.last.headers["Location"] == "/"


def test_an_unknown_name_and_a_wrong_password_answer_alike(the_site: SiteUnderTest) -> None:
    unknown, wrong = the_site.anonymous(), the_site.anonymous()
    assert enter(unknown, "nobody", "wrong-password-1") == enter(wrong, "lena", "wrong-password-1") == 401
    assert unknown.last is not None
    assert wrong.last is not None
    first = unknown.last.text.replace(unknown.token, "").replace("nobody", "")
    assert first == wrong.last.text.replace(wrong.token, "").replace("lena", "")


def test_an_unknown_name_costs_the_same_work_as_a_known_one(
    the_site: SiteUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same hash is computed once, at the same strength, so that the time tells nothing."""
    with the_site.frame.write() as db:  # hashed at full strength, as in life
        credential = db.get(Credential, db.query(Person.id).filter_by(username="lena").scalar())
        assert credential is not None
        credential.password_hash = passwords.hash_password(PASSWORD)
    worked: list[str] = []
    verify = PasswordHasher.verify

    def noted(self: PasswordHasher, kept: str, password: str) -> bool:
        worked.append(kept.rsplit("$", 2)[0])  # kind, version, memory, passes and lanes
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    browser = the_site.anonymous()
    assert enter(browser, "lena", "wrong") == enter(browser, "nobody", "wrong") == 401
    known, unknown = worked
    assert known == unknown


def test_after_ten_wrong_passwords_the_right_one_is_refused_too(the_site: SiteUnderTest) -> None:
    browser = the_site.anonymous()
    assert {enter(browser, "lena", f"wrong-{n}") for n in range(10)} == {401}
    assert enter(browser, "lena", PASSWORD) == 429


def test_a_copied_cookie_is_dead_after_sign_out(the_site: SiteUnderTest, as_: As) -> None:
    lena, thief = as_("lena"), the_site.anonymous()
    thief.client.set_cookie(sessions.COOKIE, cookie(lena))
    assert thief.get("/account").status_code == 200
    lena.post("/sign-out")
    assert thief.get("/account").status_code == 401
    assert thief.post("/sign-out").status_code == 401


def test_the_cookie_is_hidden_from_scripts_and_other_sites(the_site: SiteUnderTest) -> None:
    browser = the_site.anonymous()
    enter(browser, "lena", PASSWORD)
    assert browser.last is not None
    mine = next(one for one in browser.last.headers.getlist("Set-Cookie") if one.startswith(f"{sessions.COOKIE}="))
    assert "HttpOnly" in mine
    assert "SameSite=Lax" in mine


def test_an_hour_without_a_click_ends_a_session(the_site: SiteUnderTest, as_: As) -> None:
    lena = as_("lena")
    with the_site.frame.write() as db:
        db.execute(update(SignIn).values(last_seen_at=clock.system_now() - timedelta(minutes=61)))
    assert lena.get("/account").status_code == 401


def test_looking_at_pages_writes_last_seen_at_most_every_five_minutes(the_site: SiteUnderTest, as_: As) -> None:
    lena = as_("lena")

    def seen() -> object:
        with the_site.frame.read() as db:
            return db.query(SignIn.last_seen_at).scalar()

    before = seen()
    lena.get("/account")
    assert seen() == before
    with the_site.frame.write() as db:
        db.execute(update(SignIn).values(last_seen_at=clock.system_now() - timedelta(minutes=6)))
    lena.get("/account")
    assert clock.system_now() - seen() < timedelta(minutes=1)  # type: ignore[operator]


def test_what_was_typed_survives_an_ended_session(the_site: SiteUnderTest, as_: As, people: dict[str, int]) -> None:
    olga = as_("olga")
    with the_site.frame.write() as db:
        db.execute(update(SignIn).values(ended_at=clock.system_now()))
    path = f"/trial/{people['olga']}/touch"
    answer = olga.post(path, {"email": "half-an-hour-of-work@x", "password": "secret-word"})
    assert answer.status_code == 401
    assert "half-an-hour-of-work@x" in answer.text
    assert "secret-word" not in answer.text
    kept = olga.post(
        "/sign-in",
        {"username": "olga", "password": PASSWORD, "next": path, "kept:email": "half-an-hour-of-work@x"},
    )
    assert kept.status_code == 200
    assert f'action="{path}"' in kept.text
    assert olga.post(path, {"email": "half-an-hour-of-work@x"}).status_code == 200


def test_a_one_time_password_opens_one_door_only(the_site: SiteUnderTest, people: dict[str, int]) -> None:
    with the_site.frame.write() as db:
        olga = db.get(Person, people["olga"])
        assert olga is not None
        let_in(db, olga, "once-only-once-only", once=True)
    browser = the_site.anonymous()
    assert enter(browser, "olga", "once-only-once-only") == 303
    assert browser.get("/").headers["Location"] == "/account/password"
    browser.get("/account/password")
    good = {"current": "once-only-once-only"} | dict.fromkeys(("new_password", "repeated"), "four-plain-words-here")
    weak = dict.fromkeys(("new_password", "repeated"), "password1")
    assert browser.post("/account/password", good | {"repeated": "something else"}).status_code == 422
    assert browser.post("/account/password", good | {"current": "wrong"}).status_code == 422
    assert browser.post("/account/password", good | weak).status_code == 422
    assert browser.post("/account/password", good).status_code == 303
    assert browser.get("/").status_code == 200


def test_a_password_change_ends_every_other_session(as_: As, the_site: SiteUnderTest) -> None:
    here, elsewhere = as_("lena"), as_("lena")
    assert elsewhere.get("/").status_code == 200
    changed = {"current": PASSWORD, "new_password": "another-quiet-place", "repeated": "another-quiet-place"}
    assert here.post("/account/password", changed).status_code == 303
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 401
    assert enter(the_site.anonymous(), "lena", PASSWORD) == 401


def test_one_ends_ones_own_sessions_only(the_site: SiteUnderTest, as_: As) -> None:
    lena, other, olga = as_("lena"), as_("lena"), as_("olga")
    with the_site.frame.read() as db:
        numbers = [one for (one,) in db.query(SignIn.id).order_by(SignIn.id)]
    assert lena.post(f"/account/sessions/{numbers[2]}/end").status_code == 404
    assert olga.get("/").status_code == 200
    assert lena.post(f"/account/sessions/{numbers[1]}/end").status_code == 303
    assert other.get("/").status_code == 401


def test_language_and_mail_address_are_ones_own_to_change(
    the_site: SiteUnderTest, as_: As, people: dict[str, int]
) -> None:
    lena = as_("lena")
    assert lena.post("/account", {"language": "zh", "mails": "daily", "email": "no address"}).status_code == 422
    assert "no address" in (lena.last.text if lena.last else "")
    asked = {"language": "zh", "mails": "daily", "email": "lena@province.example"}
    assert lena.post("/account", asked).status_code == 303
    lena.client.delete_cookie("language")
    assert '<html lang="zh-Hans"' in lena.get("/", headers={"Accept-Language": "en"}).text
