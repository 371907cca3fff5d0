"""Acts through pages: buttons, forms, reasons, racing writers, the trail, the example's levers, the first page."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from assessment.faces.web import refusals
from assessment.faces.web.kit import home
from assessment.faces.web.kit.home import Waiting
from assessment.faces.web.pages import account, health
from assessment.faces.web.pages import example as example_pages
from assessment.faces.web.pages import home as home_pages
from assessment.foundation import clock
from assessment.foundation.audit import AuditRow
from assessment.foundation.errors import NotNow
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Label, say
from assessment.organisations.models import Person, SignIn
from support.web import STANDS_AT, Browser, SiteUnderTest, site

As = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def olga_is_active(the_site: SiteUnderTest, people: dict[str, int]) -> None:
    with the_site.frame.write() as db:
        db.execute(update(Person).where(Person.id == people["olga"]).values(state="active", version=1))


def olga(the_site: SiteUnderTest, people: dict[str, int]) -> Person:
    with the_site.frame.read() as db:
        found = db.get(Person, people["olga"])
    assert found is not None
    return found


def acts_of(frame: Frame) -> list[str]:
    with frame.read() as db:
        return list(db.scalars(select(AuditRow.act).order_by(AuditRow.seq)))


def test_a_button_is_drawn_for_whoever_may_press_it(as_: As, people: dict[str, int]) -> None:
    assert f"/trial/{people['olga']}/suspend" in as_("ada").get(f"/trial/{people['olga']}").text
    assert "/suspend" not in as_("lena").get(f"/trial/{people['olga']}").text


def test_a_locked_act_is_shown_with_what_stands_against_it(as_: As, people: dict[str, int]) -> None:
    text = as_("ada").get(f"/trial/{people['ada']}").text
    assert "/suspend" not in text
    assert "This is your own account; another administrator does this." in text


def test_an_act_says_what_it_changes_before_it_is_done(
    the_site: SiteUnderTest, as_: As, people: dict[str, int]
) -> None:
    text = as_("ada").get(f"/trial/{people['olga']}/suspend").text
    assert "afterwards it is “suspended”" in text
    assert 'name="version" type="hidden" value="1"' in text or 'type="hidden" value="1"' in text
    assert olga(the_site, people).state == "active"


def test_an_act_is_done_once_with_its_reason_and_told(the_site: SiteUnderTest, as_: As, people: dict[str, int]) -> None:
    ada, path = as_("ada"), f"/trial/{people['olga']}"
    ada.get(f"{path}/suspend")
    answer = ada.post(f"{path}/suspend", {"reason": "on leave", "name": "x", "version": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert olga(the_site, people).state == "suspended"
    text = ada.get(path).text
    assert "Done: Suspend the account." in text
    assert "on leave" in text
    assert 'class="chip soon">suspended' in text
    again = ada.post(f"{path}/suspend", {"reason": "on leave", "name": "x", "version": "1"})
    assert again.status_code == 409
    assert acts_of(the_site.frame).count("suspend") == 1


def test_an_act_without_its_reason_is_refused_on_its_page(
    the_site: SiteUnderTest, as_: As, people: dict[str, int]
) -> None:
    answer = as_("ada").post(f"/trial/{people['olga']}/suspend", {"name": "kept text", "version": "1"})
    assert answer.status_code == 422
    assert "kept text" in answer.text
    assert "needs a reason" in answer.text
    assert "<title>Error: " in answer.text
    assert olga(the_site, people).state == "active"


def test_a_services_refusal_stands_at_the_field_it_names(as_: As, people: dict[str, int]) -> None:
    answer = as_("ada").post(f"/trial/{people['olga']}/suspend", {"name": "bad", "reason": "r", "version": "1"})
    assert answer.status_code == 422
    assert '<a href="#name">' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_whoever_comes_second_sees_both_and_loses_nothing(
    the_site: SiteUnderTest, as_: As, people: dict[str, int]
) -> None:
    ada, path = as_("ada"), f"/trial/{people['olga']}/suspend"
    with the_site.frame.write() as db:
        db.execute(update(Person).where(Person.id == people["olga"]).values(version=2, name="Somebody else's"))
    answer = ada.post(path, {"name": "mine", "reason": "my long reason", "version": "1"})
    assert answer.status_code == 409
    for words in ("Somebody else changed this", "mine", "my long reason", "Somebody else&#39;s"):
        assert words in answer.text
    assert ada.post(path, {"name": "mine", "reason": "my long reason", "version": "2"}).status_code == 303


# --- the trail -------------------------------------------------------------------------------------------------------


def test_auditors_filter_read_and_export_the_trail(the_site: SiteUnderTest, as_: As) -> None:
    audrey = as_("audrey")
    text = audrey.get("/audit?kind=person&act=invite").text
    assert "Invite a person" in text
    assert audrey.get("/audit?after=2012-13-45&below=x&record=%25").status_code == 200
    assert audrey.get("/audit/1").status_code == 200
    lines = audrey.get("/audit/export.csv").text.splitlines()
    assert lines[0].startswith("seq,at,who")
    whole = audrey.post("/audit/export")
    assert whole.mimetype == "application/x-ndjson"
    assert len(whole.text.splitlines()) == len(lines)
    whole.close()
    assert acts_of(the_site.frame)[-1] == "export"


def test_others_see_the_acts_on_what_they_may_see(the_site: SiteUnderTest, as_: As, people: dict[str, int]) -> None:
    lena = as_("lena")
    with the_site.frame.read() as db:
        invited = db.scalars(select(AuditRow).where(AuditRow.act == "invite"))
        on = {row.subject_id: row.seq for row in invited}
    assert lena.get(f"/audit/{on[str(people['olga'])]}").status_code == 200
    assert lena.get(f"/audit/{on[str(people['audrey'])]}").status_code == 404
    assert lena.get(f"/audit/of/person/{people['olga']}").status_code == 200
    assert lena.get(f"/audit/of/person/{people['audrey']}").status_code == 404
    assert lena.get("/audit/99999999999999999999").status_code == 404


# --- the example -----------------------------------------------------------------------------------------------------


def test_a_real_province_knows_no_seeing_as(as_: As, people: dict[str, int]) -> None:
    lena = as_("lena")
    assert lena.get("/example/people").status_code == 404
    assert lena.post(f"/example/people/{people['olga']}").status_code == 404
    assert lena.post("/example/clock").status_code == 404


def test_in_the_example_one_looks_through_anothers_eyes_and_every_act_says_so(
    example: SiteUnderTest, people: dict[str, int]
) -> None:
    browser = example.anonymous()
    assert browser.get("/").headers["Location"].startswith("/example/people")
    browser.get("/example/people")
    assert browser.post(f"/example/people/{people['ada']}", {"next": "/account"}).headers["Location"] == "/account"
    assert "(seen as)" in browser.get("/account").text
    browser.post(f"/trial/{people['olga']}/suspend", {"name": "x", "reason": "why", "version": "1"})
    with example.frame.read() as db:
        row = db.scalar(select(AuditRow).where(AuditRow.act == "suspend"))
    assert row is not None
    assert "seen as" in row.label
    assert browser.get("/account/password").status_code == 409


def test_changing_eyes_ends_the_session_before(example: SiteUnderTest, people: dict[str, int]) -> None:
    browser = example.anonymous()
    browser.get("/example/people")
    browser.post(f"/example/people/{people['lena']}")
    browser.get("/example/people")
    browser.post(f"/example/people/{people['olga']}")
    with example.frame.read() as db:
        assert [one.ended_at is None for one in db.scalars(select(SignIn).order_by(SignIn.id))] == [False, True]


def test_the_example_is_open_on_this_machine_only(example: SiteUnderTest, frame: Frame, tmp_path: Path) -> None:
    stranger = example.anonymous()
    assert stranger.get("/example/people", headers={"Host": "evil.example"}).status_code == 404
    rooms = [account.pages, example_pages.pages, health.pages, home_pages.pages]
    outside = site(frame, tmp_path / "outside", rooms, ASSESSMENT_HOST="0.0.0.0").anonymous()
    assert outside.get("/example/people").status_code == 404
    outside.client.application.extensions["assessment"]["see_as_anywhere"] = True
    assert outside.get("/example/people").status_code == 200


def test_the_clock_moves_by_a_day(example: SiteUnderTest, people: dict[str, int]) -> None:
    example.app.extensions["assessment"]["move_clock"] = lambda session, act, moment: clock.stand_at(session, moment)
    lena = example.browser(people["lena"])
    assert "13 Nov 2012" in lena.get("/").text
    assert lena.post("/example/clock", {"next": "/account"}).headers["Location"] == "/account"
    assert "14 Nov 2012" in lena.get("/").text


# --- the first page --------------------------------------------------------------------------------------------------


def test_the_first_pages_heading_is_the_answer(
    example: SiteUnderTest, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    lena = example.browser(people["lena"])
    assert "Nothing is asked of you now." in lena.get("/").text
    due = [STANDS_AT + timedelta(days=days) for days in (9, -2, 1)]
    asked = [Waiting(say("Thing {n}", n=n), say("Do it."), at, f"/x/{n}", Label("Do it")) for n, at in enumerate(due)]
    monkeypatch.setattr(home, "ASKS", [lambda session, officer, now: asked])
    text = lena.get("/").text
    assert "<h1>Three things are asked of you. One is overdue.</h1>" in text
    assert text.index("Thing 1") < text.index("Thing 2") < text.index("Thing 0")
    assert text.count("btn main") == 1
    assert "Overdue 2 days" in text
    assert "Due tomorrow" in text


def test_health_is_told_to_machines_and_people(the_site: SiteUnderTest) -> None:
    client = the_site.app.test_client()
    assert client.get("/healthz").text == "ok\n"
    found = client.get("/readyz").json
    assert {check["name"] for check in found["checks"]} >= {"The database can be written"}  # type: ignore[index]
    assert the_site.anonymous().get("/readyz").mimetype == "text/html"




def test_a_refusal_half_way_shows_the_record_as_it_stands(
    the_site: SiteUnderTest, as_: As, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service had moved the record when it was refused; the page must not show what never came to be."""

    def half_way(*_: object) -> None:
        raise NotNow(say("Not while it rains."))

    monkeypatch.setattr("assessment.organisations.services.accounts.end_sessions", half_way)
    answer = as_("ada").post(f"/trial/{people['olga']}/suspend", {"name": "x", "reason": "r", "version": "1"})
    assert answer.status_code == 409
    assert "Not while it rains." in answer.text
    assert "Now it is “active”" in answer.text
    assert acts_of(the_site.frame)[-1] == "refused"


@pytest.mark.parametrize(("sqlstate", "status"), [("23505", 409), ("40P01", 409), ("23514", 500), ("", 500)])
def test_who_loses_a_race_sends_it_again_and_a_bug_stays_a_bug(
    the_site: SiteUnderTest, sqlstate: str, status: int
) -> None:
    class Refused(Exception):
        pass

    refused = Refused("duplicate key")
    refused.sqlstate = sqlstate  # type: ignore[attr-defined]
    app = the_site.anonymous().client.application
    app.testing = False
    with app.test_request_context("/"):
        assert refusals.unsettled(IntegrityError("INSERT", {}, refused)).status_code == status
