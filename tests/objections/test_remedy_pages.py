"""Asking for the review of a decision from the case's own page, and who meets it on the way."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from support.accountability import make_court
from support.web import Browser, SiteUnderTest, site

REQUEST = {"ground": "事实不清", "subject_1": "", "statement_1": "设备8月已到货", "requested_1": "",
           **{f"subject_{n}": "" for n in range(2, 6)}}  # fmt: skip


@dataclass
class Stage:
    site: SiteUnderTest
    people: dict[str, int]
    case_id: int

    def as_(self, username: str) -> Browser:
        return self.site.browser(self.people[username])

    @property
    def lodging(self) -> str:
        return f"/objections/lodge/accountability_case/{self.case_id}"


@pytest.fixture
def stage(frame: Frame, tmp_path: Path) -> Stage:
    """A decision that the unit has received, and a review officer."""
    with frame.write() as session:
        court = make_court(session)
        court.province.officer("rita", "review_officer")
        case = court.served()
        court.receive(case, "decision")
        clock.stand_at(session, court.now + timedelta(hours=1))
        people = {name: person.id for name, person in court.province.people.items()}
        case_id = case.id
    return Stage(site(frame, tmp_path), people, case_id)


def test_the_unit_asks_for_a_review_where_it_reads_the_decision(stage: Stage) -> None:
    head = stage.as_("head")
    page = head.get(f"/accountability/{stage.case_id}").text
    assert "Ask for a review" in page
    assert stage.lodging in page
    assert head.get(stage.lodging).status_code == 200
    assert head.post(stage.lodging, {**REQUEST, "statement_1": ""}).status_code == 422
    made = head.post(stage.lodging, REQUEST)
    assert made.status_code == 303
    assert "设备8月已到货" in head.get(made.location).text
    assert "Admit or refuse objection" in stage.as_("rita").get("/").text
    assert stage.as_("office").get(made.location).status_code == 404, "no office reads cases"
    assert stage.as_("other").get(made.location).status_code == 404
    assert stage.as_("auditor").get(made.location).status_code == 404, "an auditor says why in the case first"
    rita = stage.as_("rita")
    rita.get(f"{made.location}/admit")
    assert rita.post(f"{made.location}/admit").status_code == 303


def test_nobody_else_is_offered_the_review_nor_after_its_time(stage: Stage) -> None:
    assert stage.as_("other").get(stage.lodging).status_code == 404
    assert stage.as_("judge").get(stage.lodging).status_code == 403
    with stage.site.frame.write() as session:
        clock.stand_at(session, clock.business_now(session) + timedelta(days=60))
    head = stage.as_("head")
    assert "Ask for a review" not in head.get(f"/accountability/{stage.case_id}").text
    late = head.get(stage.lodging)
    assert late.status_code == 409
    assert "The time to object ended" in late.text
