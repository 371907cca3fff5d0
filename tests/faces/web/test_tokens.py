"""Tokens for programs: shown once, kept as a hash, dead with revocation, time, suspension, password or guessing."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from assessment.faces.api.routes import ROUTES
from assessment.faces.web import sessions
from assessment.faces.web.pages import account_again
from assessment.foundation import audit, clock
from assessment.foundation.actors import Act
from assessment.foundation.frame import Frame
from assessment.organisations import second_factors as factors
from assessment.organisations import services
from assessment.organisations.models import ApiToken, Person, Resource, SecondFactor, SignInAttempt
from assessment.organisations.officers import officer_on
from assessment.organisations.passwords import hash_password
from assessment.organisations.services.sign_ins import MOST_ATTEMPTS
from support.kept import kept
from support.organisations import NOW, QUICK, TODAY, Province, make_province
from support.web import STANDS_AT, SiteUnderTest, let_in, site

PEOPLE = {"lee": ("locality_officer", "220101"), "kim": ("locality_officer", "220102"), "ada": ("administrator", "22")}
PASSWORD = "quiet-maple-harbour-88"
PROGRAM = {"name": "Scores into the portal", "resources": ["units", "scores"], "current": PASSWORD}


@kept
def world(session: Any) -> Province:
    clock.stand_at(session, STANDS_AT)
    province = make_province(session)
    for name, (role, code) in PEOPLE.items():
        province.officer(name, role, code)
        province.people[name].language = "en"
        let_in(session, province.people[name], PASSWORD)
    return province


class Stage:
    """A site, its people, and programs that ask it."""

    def __init__(self, frame: Frame, folder: Path) -> None:
        self.frame = frame
        with frame.write() as session:
            self.ids = {name: person.id for name, person in world(session).people.items()}
        self.site: SiteUnderTest = site(frame, folder)

    def make(self, name: str = "lee", days: int = 90, **changes: Any) -> str:
        """By the page, as people do."""
        ends = (clock.system_now() + timedelta(days=days)).date()
        browser = self.site.browser(self.ids[name])
        made = browser.post("/account/tokens", {**PROGRAM, "ends": ends.isoformat(), **changes})
        found = re.search(r'id="token" value="([\w-]{43})"', made.text)
        assert found is not None, made.text
        return found[1]

    def try_to_make(self, **changes: Any) -> Any:
        ends = (clock.system_now() + timedelta(days=90)).date().isoformat()
        return self.site.browser(self.ids["lee"]).post("/account/tokens", {**PROGRAM, "ends": ends, **changes})

    def ask(self, token: str, path: str = "/api/v1/units", **headers: str) -> Any:
        client = self.site.app.test_client(use_cookies=False)
        return client.get(path, headers={"Authorization": f"Bearer {token}", **headers})

    def do(self, what: Callable[..., None], by: str, **facts: Any) -> None:
        """An act of somebody on lee's account."""
        with self.frame.write() as session:
            officer = officer_on(session, self.ids[by], TODAY)
            what(session, session.get_one(Person, self.ids["lee"]), Act(officer, NOW, "Because."), **facts)

    def rows(self) -> list[ApiToken]:
        with self.frame.read() as session:
            return list(session.scalars(select(ApiToken).order_by(ApiToken.id)))


@pytest.fixture
def stage(frame: Frame, tmp_path: Path) -> Stage:
    return Stage(frame, tmp_path)


def test_a_token_is_shown_once_and_reads_as_its_owner(stage: Stage) -> None:
    token = stage.make()
    assert token not in stage.site.browser(stage.ids["lee"]).get("/account/tokens").text
    assert token not in [row.token_hash for row in stage.rows()]
    found = stage.ask(token)
    assert [one["code"] for one in found.json["items"]] == ["220101"]
    assert [one["code"] for one in stage.ask(stage.make("kim")).json["items"]] == ["220102"]


@pytest.mark.parametrize(
    ("given", "sentence"), [("", "Enter the password you have now."), ("not-the-password", "not the password you have")]
)
def test_a_session_left_open_makes_no_token(stage: Stage, given: str, sentence: str) -> None:
    answer = stage.try_to_make(current=given)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "not-the-password" not in answer.text
    assert stage.rows() == []


def test_guesses_on_that_page_are_counted_as_at_the_door(stage: Stage) -> None:
    for number in range(MOST_ATTEMPTS):
        assert "not the password you have" in stage.try_to_make(current=f"guess-{number}").text
    right = stage.try_to_make()
    assert (right.status_code, "not the password you have" in right.text) == (422, False)
    assert stage.rows() == []


def test_a_slip_in_the_form_costs_no_attempt(stage: Stage) -> None:
    assert stage.try_to_make(name="", current="not-the-password").status_code == 422
    with stage.frame.read() as session:
        assert session.scalars(select(SignInAttempt)).all() == []


def test_whoever_has_a_second_factor_shows_it_again(stage: Stage) -> None:
    with stage.site.app.app_context(), stage.frame.write() as session:
        lee, secret = session.get_one(Person, stage.ids["lee"]), factors.new_secret()
        sealed = account_again.sealer().seal(secret, services.place_of(lee.id))
        step = factors.step_at(clock.system_now())
        session.add(SecondFactor(person_id=lee.id, sealed=sealed, since=NOW, last_step=step - 2))
    assert "Enter the code." in stage.try_to_make().text
    wrong = "000000" if factors.code_at(secret, step) != "000000" else "111111"
    assert "This code is not right" in stage.try_to_make(code=wrong).text
    assert stage.rows() == []
    assert stage.try_to_make(code=factors.code_at(secret, step)).status_code == 200
    assert len(stage.rows()) == 1


def test_making_and_revoking_stand_in_the_trail_without_the_token(stage: Stage) -> None:
    token = stage.make()
    browser = stage.site.browser(stage.ids["lee"])
    browser.get("/account/tokens")
    assert browser.post(f"/account/tokens/{stage.rows()[0].id}/revoke").status_code == 303
    assert stage.ask(token).status_code == 401
    assert browser.post(f"/account/tokens/{stage.rows()[0].id}/revoke").status_code == 404
    with stage.frame.read() as session:
        acts = [row for row in session.scalars(select(audit.AuditRow)) if "token" in row.act]
        assert [row.act for row in acts] == ["make_token", "revoke_token"]
        bodies = session.scalars(select(audit.AuditBody.body)).all()
        assert not any(token in (body or "") for body in bodies)


def test_nobody_revokes_another_ones_token(stage: Stage) -> None:
    token = stage.make()
    browser = stage.site.browser(stage.ids["ada"])
    browser.get("/account/tokens")
    assert browser.post(f"/account/tokens/{stage.rows()[0].id}/revoke").status_code == 404
    assert stage.ask(token).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"resources": []}, "Choose what the program may read."),
        ({"resources": ["cases"]}, "is not a valid choice"),
        ({"days": 400}, "within a year"),
        ({"days": -2}, "within a year"),
        ({"ends": "9999-12-31"}, "within a year"),
        ({"ends": "soon"}, "Last day"),
        ({"name": "  "}, "Name the program"),
    ],
)
def test_what_cannot_be_made_is_said(stage: Stage, changes: dict[str, Any], sentence: str) -> None:
    ends = (clock.system_now() + timedelta(days=changes.pop("days", 90))).date().isoformat()
    answer = stage.site.browser(stage.ids["lee"]).post("/account/tokens", {**PROGRAM, "ends": ends, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert stage.rows() == []


def test_the_twenty_first_token_has_to_wait_for_a_place(stage: Stage) -> None:
    with stage.frame.write() as session:
        lee, now = session.get_one(Person, stage.ids["lee"]), clock.system_now()
        for number in range(20):
            services.make_token(
                session, lee, Act(officer_on(session, lee.id, TODAY), NOW), token=f"{number:043}", name="p",
                resources=["units"], now=now, ends_at=now + timedelta(days=1),
            )  # fmt: skip
    answer = stage.try_to_make()
    assert answer.status_code == 409
    assert "20 tokens already" in answer.text


def test_its_use_is_written_down_at_most_every_five_minutes(stage: Stage) -> None:
    token = stage.make()
    stage.ask(token)
    first = stage.rows()[0].last_used_at
    assert first is not None
    stage.ask(token)
    assert stage.rows()[0].last_used_at == first
    with stage.frame.write() as session:
        session.scalars(select(ApiToken)).one().last_used_at = first - timedelta(minutes=6)
    stage.ask(token)
    assert (stage.rows()[0].last_used_at or first) >= first


def test_a_token_ends_on_its_day(stage: Stage) -> None:
    token = stage.make()
    with stage.frame.write() as session:
        row = session.scalars(select(ApiToken)).one()
        row.made_at, row.ends_at = long_ago(9), long_ago(1)
    assert stage.ask(token).status_code == 401
    assert "No program reads as you" in stage.site.browser(stage.ids["lee"]).get("/account/tokens").text


def long_ago(days: int) -> datetime:
    return clock.system_now() - timedelta(days=days)


def test_suspension_ends_it_for_good(stage: Stage) -> None:
    token = stage.make()
    stage.do(services.suspend, "ada")
    assert stage.ask(token).status_code == 401
    stage.do(services.reinstate, "ada")
    assert stage.ask(token).status_code == 401
    assert stage.rows()[0].ended_why == "suspension"
    with stage.frame.read() as session:
        assert "end_tokens" in [row.act for row in session.scalars(select(audit.AuditRow))]


def test_a_new_password_ends_it(stage: Stage) -> None:
    token = stage.make()
    hashed = hash_password("quiet-maple-harbour-88", QUICK)
    stage.do(services.change_password, "lee", password_hash=hashed, now=NOW)
    assert stage.ask(token).status_code == 401


def test_a_token_made_through_anothers_eyes_is_worth_nothing_once_the_clock_runs(stage: Stage) -> None:
    token = sessions.new_token()
    with stage.frame.write() as session:
        lee, now = session.get_one(Person, stage.ids["lee"]), clock.system_now()
        services.make_token(
            session, lee, Act(officer_on(session, lee.id, TODAY, seen_as=True), NOW), token=token, name="p",
            resources=["units"], now=now, ends_at=now + timedelta(days=1), is_seen_as=True,
        )  # fmt: skip
    assert stage.ask(token).status_code == 200
    with stage.frame.write() as session:
        session.delete(session.scalars(select(clock.BusinessClock)).one())
    assert stage.ask(token).status_code == 401


def test_after_ten_wrong_tokens_an_address_waits_and_people_do_not(stage: Stage) -> None:
    token = stage.make()
    assert [stage.ask(f"wrong-{n}").status_code for n in range(10)] == [401] * 10
    late = stage.ask(token)
    assert (late.status_code, late.headers["Retry-After"], late.mimetype) == (429, "900", "application/problem+json")
    assert stage.site.browser(stage.ids["lee"]).get("/account").status_code == 200
    with stage.frame.write() as session:
        assert not services.begin_attempt(session, "lee", "127.0.0.1", clock.system_now()).is_locked
        for row in session.scalars(select(SignInAttempt)):
            row.at = long_ago(1)
    assert stage.ask(token).status_code == 200


def test_cookies_open_nothing_there_and_none_are_set(stage: Stage) -> None:
    browser = stage.site.browser(stage.ids["lee"])
    answer = browser.get("/api/v1/units")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    told = stage.ask(stage.make(), Origin="https://elsewhere.example", Cookie="language=zh")
    assert "Set-Cookie" not in told.headers
    assert not any(name.startswith("Access-Control") for name, _ in told.headers)
    assert told.headers["Cache-Control"] == "private, no-cache"


def test_what_is_refused_is_said_in_the_language_asked_for(stage: Stage) -> None:
    token = stage.make()
    english = stage.ask(token, "/api/v1/tasks", **{"Accept-Language": "en"})
    assert (english.status_code, english.mimetype) == (403, "application/problem+json")
    assert "does not read tasks" in english.json["detail"]
    assert "不能读取" in stage.ask(token, "/api/v1/tasks", **{"Accept-Language": "zh"}).json["detail"]
    assert stage.ask("", **{"Accept-Language": "zh-CN"}).json["detail"].startswith("此处需要有效的令牌")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/units?colour=red", 422), ("/api/v1/units?limit=0", 422), ("/api/v1/units?limit=501", 422),
        ("/api/v1/units?limit=5&limit=6", 422), ("/api/v1/units?cursor=x", 422), ("/api/v1/units?level=moon", 422),
        ("/api/v1/units?parent=-1", 422), ("/api/v1/units?code=", 422), ("/api/v1/units?cursor=dGFza3M6MQ", 422),
        ("/api/v1/units/1?level=county", 422), ("/api/v1/units/99999999999999999999", 404), ("/api/v1/none", 404),
        ("/api/v1/units/1%00", 400), ("/api/v1/scores?unit=%00", 400),
    ],
)  # fmt: skip
def test_bad_input_gets_a_problem_with_a_sentence(stage: Stage, path: str, status: int) -> None:
    answer = stage.ask(stage.make(), path, **{"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["detail"].endswith((".", "”."))


def test_it_only_reads(stage: Stage) -> None:
    token = stage.make()
    client = stage.site.app.test_client(use_cookies=False)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.open("/api/v1/units", method=method, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")


def test_every_list_filter_and_search_is_understood_by_the_database(stage: Stage) -> None:
    token = stage.make("ada", resources=list(Resource))
    samples = {int: "1", bool: "true", str: "x"}
    for route in (one for one in ROUTES if one.is_list and not one.is_of_record):
        for one in route.filters:
            value = one.choices[0] if one.choices else samples[one.kind]
            answer = stage.ask(token, f"/api/v1{route.path}?{one.name}={value}")
            assert answer.status_code == 200, (route.name, one.name)
    for name in ("lee", "ada"):
        page = stage.site.browser(stage.ids[name]).get("/search?q=Gamma 22010%25 [1]")
        assert page.status_code == 200
    assert "220101" in stage.site.browser(stage.ids["lee"]).get("/search?q=gamma").text
    assert "220101" not in stage.site.browser(stage.ids["kim"]).get("/search?q=gamma").text.partition("<main")[2]
