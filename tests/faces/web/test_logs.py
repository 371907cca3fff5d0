"""What the logs hold after a day of secrets: none of them, and no line that somebody else wrote."""

import logging
import re

import pytest

from assessment.faces.web import sessions
from assessment.faces.web.pages import account_again
from assessment.foundation import clock
from assessment.organisations import second_factors as factors
from assessment.organisations import services
from assessment.organisations.models import Person, SecondFactor
from support.web import Browser, SiteUnderTest, let_in

PASSWORD = "quiet-maple-harbour-88"


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Every logger there is, at its most talkative."""
    caplog.set_level(logging.DEBUG)
    for name in ("assessment", "assessment.web", "assessment.security", "werkzeug", "sqlalchemy.engine", "waitress"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def cookie(browser: Browser, name: str) -> str:
    found = browser.client.get_cookie(name)
    assert found is not None
    return found.value


def test_a_day_of_secrets_leaves_none_in_the_logs(
    the_site: SiteUnderTest, people: dict[str, int], everything: pytest.LogCaptureFixture
) -> None:
    """Signs in rightly and wrongly, changes the password, sets up a second factor, makes a calendar."""
    secrets = {"password": PASSWORD, "wrong password": "wrong-password-77", "one-time": "once-only-once-only",
               "new password": "four-plain-words-here", "field": "password-in-the-name-field"}  # fmt: skip
    with the_site.frame.write() as db:
        let_in(db, db.get_one(Person, people["olga"]), secrets["one-time"], once=True)
    browser = the_site.anonymous()
    for name, password in ((secrets["field"], "x"), ("olga", secrets["wrong password"]), ("olga", secrets["one-time"])):
        browser.get("/sign-in")
        browser.post("/sign-in", {"username": name, "password": password})
    secrets["first session"] = cookie(browser, sessions.COOKIE)
    browser.get("/account/password")
    chosen = dict.fromkeys(("new_password", "repeated"), secrets["new password"])
    assert browser.post("/account/password", {"current": secrets["one-time"], **chosen}).status_code == 303
    browser.get("/account/second-factor")
    browser.post("/account/second-factor/begin")
    browser.get("/account/second-factor/set-up")
    with the_site.app.app_context(), the_site.frame.read() as db:
        found = db.get_one(SecondFactor, people["olga"])
        secret = account_again.sealer().open(found.pending or "", services.place_of(people["olga"]))
    code = factors.code_at(secret, factors.step_at(clock.system_now()))
    secrets |= {"shared secret": secret, "code": code}
    shown = browser.post("/account/second-factor/set-up", {"code": code})
    secrets |= dict(enumerate(re.findall(r"<li>([a-z0-9-]{29})</li>", shown.text)))  # type: ignore[arg-type]
    calendar = re.search(r"/calendar/([\w-]+)\.ics", browser.post("/account/calendar").text)
    assert calendar is not None
    secrets["calendar"] = calendar[1]
    the_site.anonymous().get(f"/calendar/{calendar[1]}.ics")
    secrets |= {"session": cookie(browser, sessions.COOKIE), "form": browser.token,
                "form cookie": cookie(browser, "five_measures_form")}  # fmt: skip
    browser.token = "rubbish-as-a-token"
    browser.post("/account", {"email": "x@y.example"})
    browser.post("/sign-out")
    secrets["forged token"] = "rubbish-as-a-token"
    everything.handler.flush()
    lines = "\n".join(everything.handler.format(record) for record in everything.records)
    assert len(lines) > 500, "nothing was logged, so nothing was tested"
    assert len(secrets) >= 20
    assert [name for name, value in secrets.items() if value in lines] == []


def test_nobody_writes_a_line_into_the_log(
    the_site: SiteUnderTest, everything: pytest.LogCaptureFixture
) -> None:
    browser = the_site.anonymous()
    browser.get("/sign-in")
    forged = "olga%0d%0aWARNING assessment.security sign-in failed from 10.0.0.1"
    browser.get(f"/no-such-page-{forged}")
    browser.post("/sign-in", {"username": "olga\r\nWARNING forged", "password": "x"}, headers={"User-Agent": "a b"})
    browser.post(f"/trial/{forged}")
    for record in everything.records:
        if record.name.startswith("assessment"):
            assert "\n" not in record.getMessage(), record.getMessage()
