"""The door with two locks: nobody passes on half of the proof, and nobody opens the second one by way of the first."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from assessment.faces.web import sessions
from assessment.faces.web.pages import account_again
from assessment.foundation import clock
from assessment.organisations import second_factors as factors
from assessment.organisations import services
from assessment.organisations.models import Person, SecondFactor, SignIn
from support.web import Browser, SiteUnderTest, let_in, site

As = Callable[[str], Browser]
PASSWORD = "quiet-maple-harbour-88"


class Telephone:
    """What shows the codes of a person, and a clock that the test may move on by steps."""

    def __init__(self, site: SiteUnderTest, person_id: int) -> None:
        self.site, self.person_id = site, person_id

    def code(self) -> str:
        """The next code not taken yet."""
        with self.site.app.app_context(), self.site.frame.write() as db:
            found = db.get_one(SecondFactor, self.person_id)
            secret = account_again.sealer().open(found.sealed or found.pending or "", services.place_of(self.person_id))
            step = factors.step_at(clock.system_now())
            found.last_step = min(found.last_step, step - 1)  # half a minute has gone by
        return factors.code_at(secret, step)

    def wrong(self) -> str:
        return "000000" if self.code() != "000000" else "111111"


def enter(browser: Browser, username: str, password: str = PASSWORD, **more: str) -> int:
    browser.get("/sign-in")
    return browser.post("/sign-in", {"username": username, "password": password, **more}).status_code


def text_of(browser: Browser) -> str:
    assert browser.last is not None
    return browser.last.text


def pending_code(site: SiteUnderTest, person_id: int) -> str:
    with site.app.app_context(), site.frame.read() as db:
        found = db.get_one(SecondFactor, person_id)
        secret = account_again.sealer().open(found.pending or "", services.place_of(person_id))
    return factors.code_at(secret, factors.step_at(clock.system_now()))


def set_up(site: SiteUnderTest, browser: Browser, person_id: int) -> list[str]:
    """From the page of the account to the recovery codes that it shows once."""
    browser.get("/account/second-factor")
    assert browser.post("/account/second-factor/begin").status_code == 303
    page = browser.get("/account/second-factor/set-up")
    assert "<svg" in page.text
    done = browser.post("/account/second-factor/set-up", {"code": pending_code(site, person_id)})
    assert done.status_code == 200
    return re.findall(r"<li>([a-z0-9-]{29})</li>", done.text)


@pytest.fixture
def telephone(the_site: SiteUnderTest, people: dict[str, int]) -> Telephone:
    """Olga's; she has set it up."""
    browser = the_site.anonymous()
    enter(browser, "olga")
    set_up(the_site, browser, people["olga"])
    return Telephone(the_site, people["olga"])


# --- whom it is asked of ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ada", "lena"])
def test_who_administers_or_approves_sets_it_up_before_anything_opens(
    the_site: SiteUnderTest, people: dict[str, int], name: str
) -> None:
    browser = the_site.anonymous()
    assert enter(browser, name) == 303
    for address in ("/", "/account", f"/trial/{people['olga']}"):
        assert browser.get(address).headers["Location"] == "/account/second-factor", address
    browser.get("/account/second-factor")
    sent = browser.post(f"/trial/{people['olga']}/touch", {"email": "x@y.example"})
    assert sent.headers["Location"] == "/account/second-factor"
    with the_site.frame.read() as db:
        assert db.get_one(Person, people["olga"]).email == ""
    codes = set_up(the_site, browser, people[name])
    assert len(codes) == 10
    assert browser.get("/").status_code == 200


def test_a_first_administrator_chooses_a_password_then_sets_it_up(
    the_site: SiteUnderTest, people: dict[str, int]
) -> None:
    with the_site.frame.write() as db:
        let_in(db, db.get_one(Person, people["ada"]), "once-only-once-only", once=True)
    browser = the_site.anonymous()
    enter(browser, "ada", "once-only-once-only")
    assert browser.get("/account/second-factor").headers["Location"] == "/account/password"
    browser.get("/account/password")
    chosen = dict.fromkeys(("new_password", "repeated"), "four-plain-words-here")
    browser.post("/account/password", {"current": "once-only-once-only", **chosen})
    assert browser.get("/").headers["Location"] == "/account/second-factor"
    set_up(the_site, browser, people["ada"])
    assert browser.get("/").status_code == 200


def test_others_need_none(the_site: SiteUnderTest) -> None:
    browser = the_site.anonymous()
    assert enter(browser, "olga") == 303
    assert browser.get("/").status_code == 200


def test_in_the_example_nobody_is_asked_for_one(example: SiteUnderTest, people: dict[str, int]) -> None:
    browser = example.anonymous()
    browser.get("/example/people")
    assert browser.post(f"/example/people/{people['lena']}").status_code == 303
    assert browser.get("/").status_code == 200
    assert browser.get("/account/second-factor").status_code == 409


# --- two steps -------------------------------------------------------------------------------------------------------


def test_the_password_alone_opens_nothing(the_site: SiteUnderTest, telephone: Telephone) -> None:
    browser = the_site.anonymous()
    assert enter(browser, "olga", next="/account") == 200
    assert "Enter the code" in text_of(browser)
    for address in ("/", "/account", "/account/second-factor", "/account/sessions"):
        assert browser.get(address).headers["Location"].startswith("/sign-in/code"), address
    browser.get("/sign-in/code")
    assert browser.post("/account/password", {}).headers["Location"].startswith("/sign-in/code")
    assert browser.post("/sign-in/code", {"code": telephone.wrong()}).status_code == 401
    half = browser.client.get_cookie(sessions.COOKIE)
    done = browser.post("/sign-in/code", {"code": telephone.code(), "next": "/account"})
    assert (done.status_code, done.headers["Location"]) == (303, "/account")
    assert browser.get("/account").status_code == 200
    thief = the_site.anonymous()
    assert half is not None
    thief.client.set_cookie(sessions.COOKIE, half.value)
    assert thief.get("/account").status_code == 401, "the token from before the code opens something"


def test_a_code_opens_once(the_site: SiteUnderTest, telephone: Telephone) -> None:
    first, second = the_site.anonymous(), the_site.anonymous()
    enter(first, "olga")
    enter(second, "olga")
    code = telephone.code()
    assert first.post("/sign-in/code", {"code": code}).status_code == 303
    assert second.post("/sign-in/code", {"code": code}).status_code == 401


def test_ten_minutes_after_the_password_it_is_asked_for_again(the_site: SiteUnderTest, telephone: Telephone) -> None:
    browser = the_site.anonymous()
    enter(browser, "olga")
    with the_site.frame.write() as db:
        db.execute(update(SignIn).values(ends_at=clock.system_now() - timedelta(seconds=1)))
    answer = browser.post("/sign-in/code", {"code": telephone.code()})
    assert answer.status_code == 401
    assert "longer than ten minutes" in answer.text


def test_after_five_wrong_codes_the_right_one_waits(the_site: SiteUnderTest, telephone: Telephone) -> None:
    browser = the_site.anonymous()
    enter(browser, "olga")
    statuses = [browser.post("/sign-in/code", {"code": telephone.wrong()}).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert browser.post("/sign-in/code", {"code": telephone.code()}).status_code == 429
    another = the_site.anonymous()
    assert enter(another, "olga") == 200
    assert another.post("/sign-in/code", {"code": telephone.code()}).status_code == 429, "a password resets it"
    assert enter(the_site.anonymous(), "lena") == 303, "somebody else is locked out"


def test_a_recovery_code_opens_once(the_site: SiteUnderTest, people: dict[str, int]) -> None:
    browser = the_site.anonymous()
    enter(browser, "olga")
    code = set_up(the_site, browser, people["olga"])[0]
    other = the_site.anonymous()
    enter(other, "olga")
    assert other.post("/sign-in/code", {"code": code.upper()}).status_code == 303
    assert "9 are left" in other.get("/").text
    third = the_site.anonymous()
    enter(third, "olga")
    assert third.post("/sign-in/code", {"code": code}).status_code == 401


def test_what_was_typed_survives_both_steps(
    the_site: SiteUnderTest, telephone: Telephone, people: dict[str, int]
) -> None:
    browser, path = the_site.anonymous(), f"/trial/{people['olga']}/touch"
    enter(browser, "olga", **{"next": path, "kept:email": "half-an-hour@work.example"})
    assert 'name="kept:email" value="half-an-hour@work.example"' in text_of(browser)
    kept = {"next": path, "kept:email": "half-an-hour@work.example"}
    done = browser.post("/sign-in/code", {"code": telephone.code(), **kept})
    assert done.status_code == 200
    assert f'action="{path}"' in done.text


def test_a_one_time_password_leads_round_no_second_factor(the_site: SiteUnderTest, telephone: Telephone) -> None:
    with the_site.frame.write() as db:
        let_in(db, db.get_one(Person, telephone.person_id), "once-only-once-only", once=True)
    browser = the_site.anonymous()
    assert enter(browser, "olga", "once-only-once-only") == 200
    assert browser.get("/account/password").headers["Location"].startswith("/sign-in/code")


# --- shown anew ------------------------------------------------------------------------------------------------------


def signed_in(site: SiteUnderTest, telephone: Telephone) -> Browser:
    browser = site.anonymous()
    enter(browser, "olga")
    assert browser.post("/sign-in/code", {"code": telephone.code()}).status_code == 303
    browser.get("/account/second-factor")
    return browser


@pytest.mark.parametrize("what", ["begin", "recovery-codes", "remove"])
def test_an_open_session_is_not_enough_to_change_the_second_factor(
    the_site: SiteUnderTest, telephone: Telephone, what: str
) -> None:
    browser, path = signed_in(the_site, telephone), f"/account/second-factor/{what}"
    with the_site.frame.read() as db:
        before = db.get_one(SecondFactor, telephone.person_id).sealed
    for sent in (
        {}, {"current": PASSWORD}, {"code": telephone.code()}, {"current": "wrong", "code": telephone.code()},
        {"current": PASSWORD, "code": telephone.wrong()},
    ):  # fmt: skip
        assert browser.post(path, sent).status_code == 422, sent
    with the_site.frame.read() as db:
        found = db.get_one(SecondFactor, telephone.person_id)
        assert (found.sealed, found.pending) == (before, None)
    assert browser.post(path, {"current": PASSWORD, "code": telephone.code()}).status_code in (200, 303)


def test_a_new_password_takes_the_old_one_and_a_code(the_site: SiteUnderTest, telephone: Telephone) -> None:
    browser = signed_in(the_site, telephone)
    assert "Code of the second factor" in browser.get("/account/password").text
    chosen = {"current": PASSWORD} | dict.fromkeys(("new_password", "repeated"), "another-quiet-place")
    assert browser.post("/account/password", chosen).status_code == 422
    assert browser.post("/account/password", chosen | {"code": telephone.wrong()}).status_code == 422
    assert browser.post("/account/password", chosen | {"code": telephone.code()}).status_code == 303
    assert browser.get("/").status_code == 200, "the session that changed it is asked for the code again"


def test_setting_up_later_than_ten_minutes_takes_the_password(the_site: SiteUnderTest, people: dict[str, int]) -> None:
    browser = the_site.anonymous()
    enter(browser, "olga")
    with the_site.frame.write() as db:
        db.execute(update(SignIn).values(created_at=clock.system_now() - timedelta(minutes=11)))
    browser.get("/account/second-factor")
    assert browser.post("/account/second-factor/begin").status_code == 422
    assert browser.post("/account/second-factor/begin", {"current": PASSWORD}).status_code == 303
    assert browser.post("/account/second-factor/set-up", {"code": "12"}).status_code == 422
    good = {"code": pending_code(the_site, people["olga"])}
    assert browser.post("/account/second-factor/set-up", good).status_code == 200


def test_a_first_code_without_a_key_on_offer_leads_back_to_the_beginning(the_site: SiteUnderTest) -> None:
    browser = the_site.anonymous()
    enter(browser, "olga")
    assert browser.get("/account/second-factor/set-up").headers["Location"] == "/account/second-factor"
    browser.get("/account/second-factor")
    assert "Begin" in browser.post("/account/second-factor/set-up").text
    late = browser.post("/account/second-factor/set-up", {"code": "123456"})
    assert (late.status_code, "Begin again" in late.text) == (409, True)


def test_setting_it_up_ends_every_other_session(the_site: SiteUnderTest, people: dict[str, int]) -> None:
    elsewhere, here = the_site.anonymous(), the_site.anonymous()
    enter(elsewhere, "olga")
    enter(here, "olga")
    set_up(the_site, here, people["olga"])
    assert elsewhere.get("/").status_code == 401
    assert here.get("/").status_code == 200


# --- taken away by two -----------------------------------------------------------------------------------------------


def test_a_lost_telephone_from_the_persons_page_to_the_second_hand(
    the_site: SiteUnderTest, telephone: Telephone, people: dict[str, int], tmp_path: Path
) -> None:
    whole = site(the_site.frame, tmp_path)
    ada, olga = whole.browser(people["ada"]), whole.browser(telephone.person_id)
    page = ada.get(f"/organisations/people/{telephone.person_id}")
    assert "Second factor lost" in page.text
    ada.get(f"/organisations/people/{telephone.person_id}/ask_factor_reset")
    asked = ada.post(f"/organisations/people/{telephone.person_id}/ask_factor_reset", {"reason": "called back"})
    assert asked.status_code == 303
    where = asked.headers["Location"]
    assert "another administrator confirms it" in ada.get(where).text
    assert ada.get(f"{where}/confirm_factor_reset").status_code in (403, 409)
    assert "asked that your second factor be taken away" in olga.get("/").text
    assert "called back" in olga.get(where).text
    assert the_site.anonymous().get(where).status_code in (303, 404)


# --- sessions --------------------------------------------------------------------------------------------------------


def test_the_page_of_sessions_says_where_and_ends_all_others(the_site: SiteUnderTest) -> None:
    here, elsewhere = the_site.anonymous(), the_site.anonymous()
    firefox = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    elsewhere.get("/sign-in")
    elsewhere.post("/sign-in", {"username": "olga", "password": PASSWORD}, headers=firefox)
    enter(here, "olga")
    assert "Firefox, Windows" in here.get("/account/sessions").text
    assert here.post("/account/sessions/end_others").status_code == 303
    assert elsewhere.get("/").status_code == 401
    assert "signed out" in here.get("/account/sessions").text


def test_an_eleventh_session_ends_the_oldest(the_site: SiteUnderTest, people: dict[str, int]) -> None:
    browsers = [the_site.browser(people["olga"]) for _ in range(11)]
    assert browsers[0].get("/").status_code == 401
    assert [one.get("/").status_code for one in browsers[1:]] == [200] * 10
    with the_site.frame.read() as db:
        assert db.scalars(select(SignIn.ended_why).where(SignIn.ended_at.is_not(None))).all() == ["too many"]


def test_eight_hours_end_a_session_however_busy(the_site: SiteUnderTest, as_: As) -> None:
    olga = as_("olga")
    with the_site.frame.write() as db:
        row = db.scalars(select(SignIn)).one()
        assert row.ends_at - row.created_at == timedelta(hours=8)
        row.ends_at = clock.system_now()
    assert olga.get("/account").status_code == 401
