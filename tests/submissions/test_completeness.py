"""The completeness board, value by value: every state is told, every count is that of the list it leads to."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.organisations.models import Unit
from assessment.submissions import services
from assessment.submissions.completeness import Progress, completeness, progress
from assessment.submissions.models import Submission, SubmissionState
from assessment.submissions.rules import Stage, ValueKind
from support.organisations import Province
from support.programmes import SCHEME, TREE, act
from support.submissions import IN_TIME, WIDE, WIDE_VALUES, a_period_open, values
from support.web import Browser, questions_of_the_page, site

STATES = st.sampled_from(list(SubmissionState))
KINDS = st.dictionaries(st.sampled_from(list(Stage)), st.sampled_from(list(ValueKind)))
FURTHEST = {Progress.CLAIMED: 1, Progress.VERIFIED: 2, Progress.VALIDATED: 3}


@settings(max_examples=60)
@given(STATES, KINDS, st.booleans())
def test_no_value_is_further_than_its_report(state: SubmissionState, kinds: dict[str, str], is_typed: bool) -> None:
    """A report that was taken back or sent back holds older columns; they do not make its values claimed again."""
    found = progress(state, kinds, is_typed)
    reach = {"submitted": 1, "endorsed": 1, "verified": 2, "validated": 3}.get(state, 0)
    assert FURTHEST.get(found, 0) <= reach
    if found in FURTHEST:
        assert ValueKind.GIVEN in kinds.values()
    if found == Progress.DRAFTED:
        assert is_typed
        assert state == "draft"
    if not kinds and not is_typed:
        assert found == Progress.MISSING


class Office:
    """A site with a period open, as the office meets it: 60 counties and 20 values, or the small province."""

    def __init__(self, frame: Frame, folder: Path, source: str = SCHEME) -> None:
        self.frame = frame
        with frame.write() as session:
            clock.stand_at(session, IN_TIME)
            self.world, submissions = a_period_open(session, source=source)
            province = Province(session, {code: session.get_one(Unit, one) for code, one in self.world.units.items()})
            province.officer("officer", "assessment_office", "220000")
            province.officer("local", "locality_officer", "220101")
            self.people = {name: person.id for name, person in province.people.items()}
            self.ids = {code: one.id for code, one in submissions.items()}
            self.period = self.world.periods["2012-01"].id
        self.site, self.where = site(frame, folder), f"/submissions/periods/{self.period}/completeness"

    def browser(self, name: str = "officer") -> Browser:
        return self.site.browser(self.people[name])

    def sent(self, code: str) -> None:
        with self.frame.write() as session:
            services.submit(session, session.get_one(Submission, self.ids[code]), self.sender(code), values())

    def sender(self, code: str) -> Any:
        return act(self.world.locality(code), IN_TIME)


@pytest.fixture
def office(frame: Frame, tmp_path: Path) -> Office:
    return Office(frame, tmp_path)


def rows(browser: Browser, where: str) -> list[dict[str, str]]:
    mark = "&" if "?" in where else "?"
    return list(csv.DictReader(io.StringIO(browser.get(f"{where}{mark}as=csv").data.decode("utf-8-sig"))))


def counts(page: str) -> dict[str, int]:
    """Address -> the number that stands in its link."""
    found = re.findall(r'<li class="mark [a-z_]+"><a class="plain" href="([^"]+)">[^<]+<b>(\d+)</b>', page)
    return {address.replace("&amp;", "&"): int(number) for address, number in found}


def test_each_value_is_told_as_far_as_it_is(office: Office) -> None:
    for code in ("220102", "220201"):
        office.sent(code)
    with office.frame.write() as session:
        report = {code: session.get_one(Submission, one) for code, one in office.ids.items()}
        typed = {"cameras": ("7", "given"), "online": ("", "withheld"), "all": ("", "given")}
        services.save_draft(session, report["220101"], office.sender("220101"), typed)
        found_true = {"cameras": values()["cameras"]}
        services.verify(session, report["220102"], act(office.world.verifier, IN_TIME), found_true)
        services.return_submission(session, report["220201"], act(office.world.verifier, IN_TIME, "Unreadable."))
    found = {(row["Unit"], row["Value"]): row["State"] for row in rows(office.browser(), office.where)}
    names = ("New cameras", "Cameras online", "Cameras in all")
    assert [found["Unit 220101", name] for name in names] == ["Being typed", "Being typed", "Missing"]
    assert [found["Unit 220102", name] for name in names] == ["Verified", "Claimed", "Claimed"]
    assert [found["Unit 220201", name] for name in names] == ["Sent back"] * 3


def test_what_came_after_its_time_or_is_not_there_when_the_time_is_over_is_late(office: Office) -> None:
    office.sent("220101")
    with office.frame.write() as session:
        due = session.get_one(Submission, office.ids["220102"])
        assert not any(line.is_late for line in completeness(session, due.period, due.due_at))
        after = list(completeness(session, due.period, due.late_until))
    assert {line.unit.code for line in after if line.is_late} == {"220102", "220201"}


def test_every_count_is_that_of_the_list_it_leads_to(office: Office) -> None:
    office.sent("220101")
    browser = office.browser()
    for where in (office.where, f"{office.where}?q=cameras", f"{office.where}?state=missing&q=220102"):
        told = counts(browser.get(where).text)
        assert told
        for address, number in told.items():
            assert len(rows(browser, address)) == number, (where, address)
    whole = rows(browser, office.where)
    assert sum(counts(browser.get(office.where).text).values()) == len(whole)  # nothing is late yet


def test_the_file_holds_what_the_filter_shows(office: Office) -> None:
    office.sent("220101")
    browser = office.browser()
    assert {row["Unit"] for row in rows(browser, f"{office.where}?state=missing")} == {"Unit 220102", "Unit 220201"}
    with office.frame.read() as session:
        above = session.get_one(Unit, office.world.units["220200"]).id
    assert {row["Unit"] for row in rows(browser, f"{office.where}?above={above}")} == {"Unit 220201"}
    page = browser.get(f"{office.where}?above={above}").text
    assert "Unit 220201" in page
    assert "Unit 220101" not in page


def test_localities_have_no_board_of_others(office: Office) -> None:
    assert office.browser("local").get(office.where).status_code == 403


@pytest.fixture
def wide(frame: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Office:
    counties = {f"2201{n:02}": ("220100", "county") for n in range(3, request.param)}
    monkeypatch.setattr("support.programmes.TREE", {**TREE, **counties})
    return Office(frame, tmp_path, WIDE)


@pytest.mark.parametrize("wide", [6, 60], indirect=True)
def test_the_board_asks_five_questions_however_many_units(wide: Office) -> None:
    asked, page = questions_of_the_page(wide.frame.engine, wide.browser(), wide.where)
    assert page.text.count('<td class="mark missing">') == WIDE_VALUES * len(wide.ids)
    assert len(asked) <= 5, "\n\n".join(asked)
