"""An objection from its form to its application, as those who handle it meet it in a browser."""

from datetime import timedelta
from pathlib import Path

import pytest

from assessment.cycles import services as cycles
from assessment.foundation import audit, clock
from assessment.foundation.actors import Act
from assessment.foundation.frame import Frame
from assessment.objections.services import NewPoint
from assessment.organisations.officers import officer_on
from assessment.scoring.models import Scorecard
from assessment.submissions import queries as submissions
from assessment.submissions.rules import given
from support.objections import RECEIVED_AT, a_score_received, an_officer
from support.web import Browser, SiteUnderTest, site

PEOPLE = {"olga": ("locality_officer", "220101"), "zoe": ("locality_officer", "220201"),
          "otto": ("assessment_office", "220000"), "rita": ("review_officer", "220000"),
          "vera": ("review_officer", "220000")}  # fmt: skip
LODGED = {
    "ground": "The count is wrong.", "subject_1": "cameras", "statement_1": "Twelve were installed.",
    "requested_1": "12", **{f"subject_{n}": "" for n in range(2, 6)},
}  # fmt: skip


class World:
    """The site at the day after the receipt, with a score to object to."""

    def __init__(self, the_site: SiteUnderTest, people: dict[str, int], card: int, unit: int, period: int) -> None:
        self.site, self.people, self.card, self.unit, self.period = the_site, people, card, unit, period

    def as_(self, name: str) -> Browser:
        return self.site.browser(self.people[name])

    def lodge(self) -> int:
        with self.site.frame.write() as session:
            officer = officer_on(session, self.people["olga"], RECEIVED_AT.date())
            made = cycles.lodge(
                session, session.get_one(Scorecard, self.card), Act(officer, RECEIVED_AT), ground="Wrong.",
                points=[NewPoint("cameras", "Twelve were installed.")],
            )  # fmt: skip
            session.flush()
            return made.id


@pytest.fixture
def world(frame: Frame, tmp_path: Path) -> World:
    with frame.write() as session:
        served = a_score_received(session)
        people = {
            name: an_officer(session, served.world.units[code], name, role).person_id
            for name, (role, code) in PEOPLE.items()
        }
        report = submissions.find(session, served.period.id, served.card.unit_id)
        assert report is not None
        hand = Act(officer_on(session, people["vera"], RECEIVED_AT.date()), RECEIVED_AT)
        audit.record(session, hand, "verify", report)
        clock.stand_at(session, RECEIVED_AT + timedelta(days=1))
        found = served.card.id, served.card.unit_id, served.period.id
    return World(site(frame, tmp_path), people, *found)


def test_an_objection_is_lodged_and_handled_page_by_page(world: World) -> None:
    olga = world.as_("olga")
    assert "You may object" in olga.get("/objections").text
    assert olga.get(f"/objections/lodge/{world.card}").status_code == 200
    made = olga.post(f"/objections/lodge/{world.card}", LODGED)
    assert made.status_code == 303
    where = made.location
    assert "disputes one point" in olga.get(where).text

    otto = world.as_("otto")
    assert "Admit or refuse objection" in otto.get("/").text
    _press(otto, f"{where}/admit")
    page = otto.get(f"{where}/assign").text
    assert "Rita" in page
    assert "Vera had a hand in this matter (“verify”" in page
    assert otto.post(f"{where}/assign", {"reviewer_id": str(world.people["vera"])}).status_code == 422
    _press(otto, f"{where}/assign", reviewer_id=str(world.people["rita"]))

    rita = world.as_("rita")
    assert "Decide objection" in rita.get("/").text
    _press(rita, f"{where}/answer?point=1", number="1", outcome="upheld", granted="12", answer="The sheet shows 12.")
    _press(rita, f"{where}/decide")
    assert "was upheld" in rita.get(where).text

    assert "12" in otto.get(f"{where}/apply").text
    _press(otto, f"{where}/apply")
    with world.site.frame.read() as session:
        report = submissions.find(session, world.period, world.unit)
        assert report is not None
        assert submissions.validated(report)["cameras"] == given(12)


def _press(browser: Browser, address: str, **fields: str) -> None:
    assert browser.get(address).status_code == 200
    answer = browser.post(address, fields)
    assert answer.status_code == 303, answer.text


def test_what_is_missing_is_said_and_what_was_typed_stays(world: World) -> None:
    olga = world.as_("olga")
    olga.get(f"/objections/lodge/{world.card}")
    answer = olga.post(f"/objections/lodge/{world.card}", {**LODGED, "statement_1": "", "requested_1": "many"})
    assert answer.status_code == 422
    assert "Write a number" in answer.text
    assert "The count is wrong." in answer.text


def test_another_locality_neither_sees_nor_lodges(world: World) -> None:
    number = world.lodge()
    zoe = world.as_("zoe")
    assert zoe.get(f"/objections/{number}").status_code == 404
    assert zoe.get(f"/objections/lodge/{world.card}").status_code in (403, 404)
    assert "YY-2012-0001" not in zoe.get("/objections").text


def test_after_the_window_the_form_says_when_it_ended(world: World) -> None:
    with world.site.frame.write() as session:
        clock.stand_at(session, RECEIVED_AT + timedelta(days=30))
    answer = world.as_("olga").get(f"/objections/lodge/{world.card}")
    assert answer.status_code == 409
    assert "The time to object ended" in answer.text


def test_the_list_is_exported_as_it_is_filtered(world: World) -> None:
    world.lodge()
    otto = world.as_("otto")
    assert "YY-2012-0001" in otto.get("/objections?waits=admit&as=csv").text
    assert "YY-2012-0001" not in otto.get("/objections?waits=apply&as=csv").text
