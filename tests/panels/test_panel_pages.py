"""The pages of panels, as the office, a member and everybody else meet them."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.cycles import dates, reminders
from assessment.foundation import clock
from assessment.foundation.actors import CLOCK
from assessment.foundation.audit import AuditRow
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import OutboxItem
from assessment.organisations.officers import officer_on
from assessment.panels.models import Panel, Seat
from assessment.submissions import queries as submissions
from assessment.submissions.models import Submission
from assessment.submissions.rules import given
from support.panels import Hall, a_hall
from support.programmes import act
from support.submissions import IN_TIME
from support.web import Browser, SiteUnderTest, site

OTHERS = {
    "office": ("assessment_office", "220000"), "county": ("locality_head", "220101"), "auditor": ("auditor", "220000"),
}  # fmt: skip


class Stage:
    """A site with a hall; nobody has been convened yet."""

    def __init__(self, frame: Frame, folder: Path) -> None:
        with frame.write() as session:
            clock.stand_at(session, IN_TIME)
            hall = a_hall(session)
            for name, (role, code) in OTHERS.items():
                hall.province.officer(name, role, code)
            hall.province.officer("judge0", "locality_officer", "220102")
            self.people = {name: person.id for name, person in hall.province.people.items()}
            self.reports = {code: one.id for code, one in hall.reports.items()}
            self.period = hall.period.id
            self.hall: Hall = hall
        self.site: SiteUnderTest = site(frame, folder)

    def as_(self, name: str) -> Browser:
        return self.site.browser(self.people[name])

    def seat(self, name: str) -> int:
        with self.site.frame.read() as session:
            return session.scalars(select(Seat.id).where(Seat.person_id == self.people[name])).one()

    def convened(self) -> Browser:
        office = self.as_("office")
        office.get("/panels/convene")
        judges = [self.people[f"judge{n}"] for n in range(3)]
        facts = {"number": "TP-1", "period": self.period, "quorum": 3, "days": 1, "members": judges, "others": ""}
        made = office.post("/panels/convene", facts)
        assert made.status_code == 303, made.text[-3000:]
        return office

    def opened(self) -> Browser:
        office = self.convened()
        assert pressed(office, "/panels/1/open_ballot").status_code == 303
        return office


def pressed(browser: Browser, where: str, **facts: str) -> object:
    page = browser.get(where)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page.text)
    assert version is not None, page.text[-2000:]
    return browser.post(where, {"version": version[1], **facts})


@pytest.fixture
def stage(frame: Frame, tmp_path: Path) -> Stage:
    return Stage(frame, tmp_path / "instance")


def test_from_the_call_to_the_count_in_the_browser(stage: Stage) -> None:
    office = stage.opened()
    for number in range(3):
        judge, seat = stage.as_(f"judge{number}"), stage.seat(f"judge{number}")
        assert f"/panels/ballots/{seat}" in judge.get("/").text
        to_mark = [one for code, one in stage.reports.items() if (number, code) != (0, "220102")]
        for place, report in enumerate(sorted(to_mark)):
            where = f"/panels/ballots/{seat}/{report}"
            assert judge.get(where).status_code == 200
            marked = judge.post(where, {"answer-S1": "good", "answer-S2": f"8{number}.5"})
            assert marked.status_code == 303
            is_last = place == len(to_mark) - 1
            assert marked.headers["Location"].endswith(f"/panels/ballots/{seat}") is is_last
        assert pressed(judge, f"/panels/ballots/{seat}/hand_in").status_code == 303
        sealed = judge.get(f"/panels/ballots/{seat}").text
        assert "Your ballot is sealed." in sealed
        assert f"8{number}.5" not in sealed
        assert judge.get(f"/panels/ballots/{seat}/{stage.reports['220101']}").status_code == 302
    assert "3 of 3 ballots are handed in." in office.get("/panels/1").text
    assert pressed(office, "/panels/1/close_ballot").status_code == 303
    counting = office.get("/panels/1/count_ballots").text
    assert "3 of 3 ballots were handed in" in counting
    assert pressed(office, "/panels/1/count_ballots").status_code == 303
    shown = office.get("/panels/1").text
    assert re.search(r"<s>80.5</s> 81.5\s+<s>82.5</s>|<s>80.5</s>\s+81.5\s+<s>82.5</s>", shown)
    assert "1 had no vote here." in shown
    assert "2 ballots gave a mark, 3 are needed" in shown
    told = stage.as_("county").get(f"/submissions/{stage.reports['220101']}").text
    assert "Ballots of panel TP-1" in told
    assert "Judge" not in told.split("What happened")[0]
    with stage.site.frame.read() as session:
        report = session.get_one(Submission, stage.reports["220101"])
        assert submissions.claimed(report)["good"] == given(3)


def test_a_ballot_is_not_there_for_anybody_but_its_member(stage: Stage) -> None:
    stage.opened()
    seat, report = stage.seat("judge1"), stage.reports["220101"]
    for name in ("office", "auditor", "county", "judge2"):
        browser = stage.as_(name)
        for where in (f"/panels/ballots/{seat}", f"/panels/ballots/{seat}/{report}", f"/panels/ballots/{seat}/hand_in"):
            assert browser.get(where).status_code == 404, (name, where)
        assert browser.post(f"/panels/ballots/{seat}/{report}", {"answer-S1": "good"}).status_code == 404
    assert stage.as_("county").get("/panels/1").status_code == 404


def test_nobody_who_looks_sees_a_mark_before_the_count(stage: Stage) -> None:
    office = stage.opened()
    judge, seat = stage.as_("judge1"), stage.seat("judge1")
    for report in stage.reports.values():
        judge.post(f"/panels/ballots/{seat}/{report}", {"answer-S1": "fair", "answer-S2": "73.19"})
    assert "73.19" in judge.get(f"/panels/ballots/{seat}/{stage.reports['220101']}").text
    seen = [office.get(where).text for where in ("/panels/1", "/", f"/submissions/{stage.reports['220101']}")]
    with stage.site.frame.read() as session:
        acts = session.scalars(select(AuditRow.seq).order_by(AuditRow.seq.desc()).limit(4)).all()
    auditor = stage.as_("auditor")
    told = [auditor.get(where).text for where in ("/audit", *(f"/audit/{seq}" for seq in acts))]
    assert sum("Mark a unit" in page for page in told) >= 3
    seen += told
    assert not any("73.19" in page for page in seen)


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(stage: Stage) -> None:
    stage.opened()
    judge, where = stage.as_("judge1"), f"/panels/ballots/{stage.seat('judge1')}/{stage.reports['220101']}"
    wrong = judge.post(where, {"answer-S1": "good", "answer-S2": "eighty"})
    assert wrong.status_code == 422
    assert "A mark is a number from 0 to 100" in wrong.text
    assert 'value="eighty"' in wrong.text
    assert judge.post(where, {"abstain-S1": "1", "abstain-S2": "1"}).status_code == 303
    assert judge.get(where).text.count("checked") == 2
    barred = stage.as_("judge0").get(f"/panels/ballots/{stage.seat('judge0')}/{stage.reports['220102']}")
    assert barred.status_code == 403
    office = stage.as_("office")
    office.get("/panels/convene")
    facts = {"number": "TP-2", "period": "", "quorum": "2", "days": "1", "others": "nobody"}
    refused = office.post("/panels/convene", facts)
    assert refused.status_code == 422


def test_who_has_not_voted_is_reminded_and_his_calendar_names_it(stage: Stage) -> None:
    stage.opened()
    with stage.site.frame.write() as session:
        for number in range(3):
            person = stage.hall.members[number]
            session.merge(person).email = f"{person.username}@example.org"
        session.flush()
        panel = session.scalars(select(Panel)).one()
        reminders.remind(session, act(CLOCK, panel.closes_at))
        told = [item.payload for item in session.scalars(select(OutboxItem)) if "reminder" in item.key]
        assert len(told) == 3
        assert all("TP-1" in one["body"] for one in told)
        judge = officer_on(session, stage.people["judge1"], IN_TIME.date())
        coming = [one.moment for one in dates.coming(session, judge, IN_TIME) if one.kind == "panel_seat"]
        assert coming == [panel.closes_at]
