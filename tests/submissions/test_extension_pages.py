"""More time for a report: asked for on its page, granted by somebody else, seen wherever the deadline is."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.delivery.models import Extension
from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.organisations.models import Unit
from assessment.submissions import queries
from assessment.submissions.models import Submission
from support.organisations import Province
from support.submissions import IN_TIME, a_period_open
from support.web import Browser, SiteUnderTest, site


class Desk:
    def __init__(self, frame: Frame, folder: Path) -> None:
        self.frame = frame
        with frame.write() as session:
            clock.stand_at(session, IN_TIME)
            world, reports = a_period_open(session)
            province = Province(session, {code: session.get_one(Unit, one) for code, one in world.units.items()})
            for name, role, unit in (("local", "locality_officer", "220101"), ("other", "locality_officer", "220102"),
                                     ("office", "assessment_office", "220000")):  # fmt: skip
                province.officer(name, role, unit)
            self.people = {name: person.id for name, person in province.people.items()}
            self.report, self.due_at = reports["220101"].id, reports["220101"].due_at
        self.site: SiteUnderTest = site(frame, folder)
        self.where = f"/submissions/{self.report}"

    def as_(self, name: str) -> Browser:
        return self.site.browser(self.people[name])

    def ask(self, days: int, reason: str = "The line was down.") -> int:
        browser = self.as_("local")
        browser.get(f"{self.where}/ask_extension")
        until = (self.due_at + timedelta(days=days)).date().isoformat()
        return browser.post(f"{self.where}/ask_extension", {"until": until, "reason": reason}).status_code


@pytest.fixture
def desk(frame: Frame, tmp_path: Path) -> Desk:
    return Desk(frame, tmp_path)


def test_more_time_is_asked_for_on_the_reports_page_and_seen_by_everybody_when_granted(desk: Desk) -> None:
    assert "ask_extension" in desk.as_("local").get(desk.where).text
    assert desk.ask(9) == 303
    with desk.frame.read() as session:
        asked = session.scalars(select(Extension)).one()
    for name in ("local", "office"):
        assert f"/delivery/extensions/{asked.id}" in desk.as_(name).get(desk.where).text
    office = desk.as_("office")
    assert f"/delivery/extensions/{asked.id}" in office.get("/").text
    page = office.get(f"/delivery/extensions/{asked.id}/grant_extension").text
    until = re.search(r'name="until"[^>]* value="([^"]+)"', page)
    assert until, "as it was asked for, so that it is granted to the second"
    sent = {"version": str(asked.version), "until": until[1], "reason": "True."}
    assert office.post(f"/delivery/extensions/{asked.id}/grant_extension", sent).status_code == 303
    with desk.frame.read() as session:
        known = queries.deadlines(session, session.get_one(Submission, desk.report))
    assert known.extended_until == desk.due_at + timedelta(days=9)
    assert "Extended: on time until 12 Feb 2012, 23:59" in desk.as_("local").get(desk.where).text
    assert "12 Feb 2012" in office.get("/submissions").text
    assert "2012-02-12" in office.get("/submissions?as=csv").text


def test_no_time_is_asked_for_without_a_reason_nor_before_the_present_deadline(desk: Desk) -> None:
    assert desk.ask(9, reason="") == 422
    assert desk.ask(-1) == 422
    with desk.frame.read() as session:
        assert session.scalars(select(Extension)).all() == []


def test_who_does_not_report_asks_for_nothing_and_when_it_is_over_nobody_does(desk: Desk) -> None:
    assert desk.as_("office").get(f"{desk.where}/ask_extension").status_code == 403
    assert desk.as_("other").get(f"{desk.where}/ask_extension").status_code == 404
    with desk.frame.write() as session:
        clock.stand_at(session, desk.due_at + timedelta(seconds=1))
    assert desk.ask(9) == 409
    assert "ask_extension" not in desk.as_("local").get(desk.where).text
