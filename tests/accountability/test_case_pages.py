"""The pages of cases: each sees what is his or hers, presses what would work, and an auditor says why first."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from assessment.accountability import queries
from assessment.accountability.models import Case
from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.organisations.duties import ROLES, Duty
from assessment.organisations.officers import key_of
from support.accountability import Court, make_court
from support.web import Browser, SiteUnderTest, site


@dataclass
class Stage:
    site: SiteUnderTest
    people: dict[str, int]
    case_id: int

    def as_(self, username: str) -> Browser:
        return self.site.browser(self.people[username])

    @property
    def address(self) -> str:
        return f"/accountability/{self.case_id}"


@pytest.fixture
def stage(frame: Frame, tmp_path: Path) -> Stage:
    with frame.write() as session:
        court: Court = make_court(session)
        case = court.replied()
        court.find(case)
        court.hear_again(case, ("另有说明",))
        clock.stand_at(session, court.now)
        people = {name: person.id for name, person in court.province.people.items()}
        case_id = case.id
    return Stage(site(frame, tmp_path), people, case_id)


def test_each_reads_what_is_his_or_hers(stage: Stage) -> None:
    leader = stage.as_("leader").get(stage.address)
    assert leader.status_code == 200
    assert "What the law asks for before a decision" in leader.text
    assert "Chain of responsibility" in leader.text
    head = stage.as_("head").get(stage.address)
    assert head.status_code == 200
    assert "Chain of responsibility" not in head.text
    for name in ("other", "admin", "office"):
        assert stage.as_(name).get(stage.address).status_code == 404, name
        assert "WZ-2012" not in stage.as_(name).get("/accountability").text


NEED = {*queries.AUTHORITY, *queries.OF_THE_UNIT}


def test_of_all_roles_only_need_opens_a_case_and_each_reading_is_in_the_log(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        court = make_court(session)
        number = court.replied().id
        clock.stand_at(session, court.now)
        people = {(role, code): court.province.officer(f"{role}.{code}", role, code).person_id
                  for role in ROLES for code in ("22", "220201")}  # fmt: skip
    shown = site(frame, tmp_path)
    read = set()
    for (role, code), person_id in people.items():
        answer = shown.browser(person_id).get(f"/accountability/{number}")
        needs, audits = code == "22" and NEED & set(ROLES[role][1]), code == "22" and Duty.AUDIT in ROLES[role][1]
        assert answer.status_code == (200 if needs or audits else 404), (role, code)
        if needs:
            read.add(person_id)
        else:
            assert "逾期两个月" not in answer.text, "an auditor says why first"
    with frame.read() as session:
        assert {row.who for row in queries.readings(session, session.get_one(Case, number))} == set(map(key_of, read))
    assert len(read) >= 3


def test_an_investigator_answers_a_point_from_the_page(stage: Stage) -> None:
    browser = stage.as_("ida")
    assert f"{stage.address}/answer_point" in browser.get(stage.address).text
    browser.get(f"{stage.address}/answer_point")
    assert browser.post(f"{stage.address}/answer_point", {"number": "1", "answer": ""}).status_code == 422
    assert browser.post(f"{stage.address}/answer_point", {"number": "1", "answer": "8月到货"}).status_code == 303
    assert "8月到货" in browser.get(stage.address).text
    assert stage.as_("leader").get(f"{stage.address}/answer_point").status_code == 403


def test_an_auditor_says_why_before_reading(stage: Stage) -> None:
    browser = stage.as_("auditor")
    closed = browser.get(stage.address)
    assert "Say why you need to read this case" in closed.text
    assert "重大隐患" not in closed.text
    assert browser.get(f"{stage.address}/case_notice.pdf").status_code == 404
    browser.get(f"{stage.address}/read_case")
    assert browser.post(f"{stage.address}/read_case", {"reason": "年度审计"}).status_code == 303
    assert "Chain of responsibility" in browser.get(stage.address).text


def test_the_notice_names_no_person(stage: Stage) -> None:
    paper = stage.as_("head").get(f"{stage.address}/case_notice.pdf")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    assert stage.as_("other").get(f"{stage.address}/case_notice.pdf").status_code == 404


def test_the_trail_tells_that_a_case_moved_and_not_why(stage: Stage) -> None:
    address = f"{stage.address}/strike_fact"
    browser = stage.as_("ida")
    browser.get(address)
    assert browser.post(address, {"number": "1", "reason": "证人撤回"}).status_code == 303
    for name, where in (("head", f"/audit/of/accountability_case/{stage.case_id}"), ("auditor", "/audit")):
        page = stage.as_(name).get(where)
        assert page.status_code == 200
        assert "Strike a finding of fact" in page.text
        assert "证人撤回" not in page.text
    assert "证人撤回" not in stage.as_("auditor").get("/audit/export.csv").text


def test_where_nothing_can_be_chosen_the_page_says_so_and_has_no_button(stage: Stage) -> None:
    address, browser = f"{stage.address}/strike_fact", stage.as_("ida")
    button = '<button class="btn main">Strike a finding of fact</button>'
    assert button in browser.get(address).text
    assert browser.post(address, {"number": "1", "reason": "证人撤回"}).status_code == 303
    left = browser.get(address).text
    assert "There is nothing to choose from here now." in left
    assert button not in left


def test_a_vote_without_a_motion_is_refused_in_words(stage: Stage) -> None:
    answer = stage.as_("judge").post(f"{stage.address}/vote", {"ballot": "in_favour"})
    assert answer.status_code == 409
    assert "cannot be done now" in answer.text
