"""What comes when for one person, and the calendar that tells it to their own programs."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.cycles import dates
from assessment.cycles.queries import objection_windows
from assessment.delivery import services as delivery
from assessment.foundation import audit, clock, outbox
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.inspections.models import Visit, VisitInspector
from assessment.organisations import services as accounts
from assessment.organisations.duties import Duty
from assessment.organisations.models import CalendarAddress, Person, Unit
from assessment.organisations.officers import Officer, officer_named, officer_on
from assessment.submissions import services
from assessment.submissions.models import Submission
from support.example import copied, quick_engine
from support.months import JANUARY, a_year
from support.organisations import Province
from support.programmes import SCHEME, act
from support.submissions import IN_TIME, a_period_open, values
from support.web import Browser, SiteUnderTest, site

PEOPLE = {"lee": ("locality_officer", "220101"), "kim": ("locality_officer", "220102"),
          "office": ("assessment_office", "220000"), "ada": ("administrator", "220000")}  # fmt: skip


class Stage:
    """A site with reporting open in a programme of a zone, and people in posts."""

    def __init__(self, frame: Frame, folder: Path, zone: str = "Asia/Shanghai") -> None:
        self.frame = frame
        with frame.write() as session:
            clock.stand_at(session, IN_TIME)
            self.world, submissions = a_period_open(session, source=SCHEME.replace("Asia/Shanghai", zone))
            self.ids = {code: one.id for code, one in submissions.items()}
            province = Province(session, {code: session.get_one(Unit, one) for code, one in self.world.units.items()})
            for name, (role, code) in PEOPLE.items():
                province.officer(name, role, code)
            self.people = {name: person.id for name, person in province.people.items()}
            for person in province.people.values():
                person.language = "en"
        self.site: SiteUnderTest = site(frame, folder)

    def as_(self, name: str) -> Browser:
        return self.site.browser(self.people[name])

    def new_address(self, name: str) -> str:
        browser = self.as_(name)
        found = re.search(r'value="http://[^/"]+(/calendar/[^"]+\.ics)"', browser.post("/account/calendar").text)
        assert found is not None
        return found[1]

    def events(self, address: str) -> dict[str, dict[str, object]]:
        answer = self.site.anonymous().get(address)
        assert answer.status_code == 200, answer.status_code
        assert answer.mimetype == "text/calendar"
        assert answer.headers["Cache-Control"] == "private, no-store"
        found = Calendar.from_ical(answer.data)
        return {str(one["summary"]): dict(one.items()) for one in found.walk("VEVENT")}


@pytest.fixture
def stage(frame: Frame, tmp_path: Path) -> Stage:
    return Stage(frame, tmp_path)


REPORT = "Report Jan 2012 for Unit 220101"


def test_a_calendar_holds_what_its_owner_may_see_and_nothing_of_others(stage: Stage) -> None:
    lee = stage.events(stage.new_address("lee"))
    assert REPORT in lee
    assert not any("220102" in title for title in lee)
    assert not any("Report Jan" in title for title in stage.events(stage.new_address("office")))
    assert stage.events(stage.new_address("ada")) == {}


def test_a_deadline_stands_in_the_zone_of_its_programme(frame: Frame, tmp_path: Path) -> None:
    stage = Stage(frame, tmp_path, "Europe/Berlin")
    event = stage.events(stage.new_address("lee"))[REPORT]
    start = event["DTSTART"].dt  # type: ignore[attr-defined]
    assert (start.tzinfo.key, f"{start:%H:%M:%S %z}") == ("Europe/Berlin", "23:59:59 +0100")
    raw = stage.site.anonymous().get(stage.new_address("lee")).text
    assert "BEGIN:VTIMEZONE" in raw
    assert "DTSTART;TZID=Europe/Berlin:20120203T235959" in raw


def test_a_date_that_moves_keeps_its_name_and_counts_up(stage: Stage) -> None:
    address = stage.new_address("lee")
    before = stage.events(address)[REPORT]
    with stage.frame.write() as session:
        report = session.get_one(Submission, stage.ids["220101"])
        asker = Act(_officer(session, stage, "lee"), IN_TIME, "Flood.")
        one = delivery.ask_extension(
            session, asker, unit_id=report.unit_id, until=report.due_at + timedelta(days=9),
            grant_duty=Duty.EXTEND_REPORTING,
            deadlines=[delivery.Deadline(report.unit_id, ("submission", report.id), report.due_at)],
        )  # fmt: skip
        delivery.grant_extension(session, one, Act(_officer(session, stage, "office"), IN_TIME, "True."))
    after = stage.events(address)[REPORT]
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]  # type: ignore[operator]
    assert after["DTSTART"].dt - before["DTSTART"].dt == timedelta(days=9)  # type: ignore[attr-defined]
    assert stage.events(address)[REPORT]["SEQUENCE"] == after["SEQUENCE"]
    with stage.frame.write() as session:
        report = session.get_one(Submission, stage.ids["220101"])
        services.submit(session, report, act(stage.world.locality("220101"), IN_TIME), values())
    assert REPORT not in stage.events(address)


def _officer(session: Session, stage: Stage, name: str) -> Officer:
    return officer_on(session, stage.people[name], IN_TIME.date())


def test_an_address_is_shown_once_kept_as_a_hash_renewed_and_revoked(stage: Stage) -> None:
    first = stage.new_address("lee")
    token = first.removeprefix("/calendar/").removesuffix(".ics")
    with stage.frame.read() as session:
        kept = session.scalars(select(CalendarAddress)).one()
        assert kept.token_hash != token
        assert len(token) >= 43
    browser = stage.as_("lee")
    assert token not in browser.get("/account").text
    second = stage.new_address("lee")
    assert stage.site.anonymous().get(first).status_code == 404
    assert stage.events(second)
    browser = stage.as_("lee")
    assert "It was last fetched on" in browser.get("/account").text
    assert browser.post("/account/calendar/revoke").status_code == 303
    assert stage.site.anonymous().get(second).status_code == 404
    assert stage.site.anonymous().get("/calendar/.ics").status_code == 404
    with stage.frame.read() as session:
        assert [row.act for row in session.scalars(select(audit.AuditRow)) if "calendar" in row.act] == [
            "renew_calendar", "renew_calendar", "revoke_calendar",
        ]  # fmt: skip


def test_the_calendar_of_a_suspended_person_is_dead_and_lives_again_with_the_account(stage: Stage) -> None:
    address = stage.new_address("lee")
    with stage.frame.write() as session:
        lee, ada = session.get_one(Person, stage.people["lee"]), _officer(session, stage, "ada")
        accounts.suspend(session, lee, Act(ada, IN_TIME, "Left the office."))
    assert stage.site.anonymous().get(address).status_code == 404
    with stage.frame.write() as session:
        lee, ada = session.get_one(Person, stage.people["lee"]), _officer(session, stage, "ada")
        accounts.reinstate(session, lee, Act(ada, IN_TIME, "Back again."))
    assert REPORT in stage.events(address)


def test_that_it_is_fetched_is_written_down_at_most_every_five_minutes(stage: Stage) -> None:
    address = stage.new_address("lee")
    stage.events(address)
    with stage.frame.read() as session:
        first = session.scalars(select(CalendarAddress.last_used_at)).one()
    stage.events(address)
    with stage.frame.write() as session:
        row = session.scalars(select(CalendarAddress)).one()
        assert row.last_used_at == first
        assert first is not None
        row.last_used_at = first - timedelta(minutes=6)
    stage.events(address)
    with stage.frame.read() as session:
        assert session.scalars(select(CalendarAddress.last_used_at)).one() >= first


def test_papers_wait_in_the_calendar_of_those_who_sign_for_them(stage: Stage) -> None:
    with stage.frame.write() as session:
        for kind in ("notice", "case_notice"):
            delivery.serve(
                session, Act(CLOCK, IN_TIME), kind=kind, unit_id=stage.world.units["220101"], subject=("notice", 1),
                title=Bilingual("通知", "A notice"),
            )  # fmt: skip
    titles = set(stage.events(stage.new_address("lee")))
    assert {"Deemed received: A notice", "Deemed received: a paper"} <= titles


def test_many_reports_of_one_deadline_are_one_date(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "MANY", 1)
    with stage.frame.write() as session:
        province = Province(session, {"220100": session.get_one(Unit, stage.world.units["220100"])})
        province.officer("prefect", "locality_officer", "220100")
        officer = province.officer("prefect")
        found = list(dates.reports(session, officer, IN_TIME))
    assert [str(one.title) for one in found] == ["2 reports for Jan 2012"]


def test_who_checks_reports_finds_until_when_and_administrators_read_what_became_of_mail(stage: Stage) -> None:
    assert "Verify the reports for Jan 2012" in stage.events(stage.new_address("office"))
    with stage.frame.write() as session:
        outbox.enqueue(session, "mail", "k", {"to": "lee@example.org", "subject": "Due <b>", "body": "text"})
        item = session.scalars(select(outbox.OutboxItem)).one()
        item.done_at, item.failure = IN_TIME, "550 no such mailbox"
        number = item.id
    ada = stage.as_("ada")
    page = ada.get("/mail").text
    assert "550 no such mailbox" in page
    assert "1 message could not be delivered." in page
    assert "Due &lt;b&gt;" in page
    assert ada.get(f"/mail/{number}").status_code == 200
    assert ada.post(f"/mail/{number}/send_again").status_code == 303
    assert "Every message has gone out." in ada.get("/mail").text or "Mail is not set up" in ada.get("/mail").text
    assert stage.as_("lee").get("/mail").status_code == 403


def test_the_window_to_object_ends_in_the_calendar_of_the_unit_itself(frame: Frame) -> None:
    with frame.write() as session:
        months = a_year(session)
        months.report("2012-01", JANUARY)
        months.compute("2012-01")
        months.serve("2012-01")
        officer = months.province.officer("officer-220101", day=months.now.date())
        assert list(dates.windows(session, officer, months.now)) == []
        months.receive("2012-01")
        (one,) = dates.windows(session, officer, months.now)
        end = objection_windows(session, months.periods["2012-01"])[months.province.unit("220101").id]
        assert (one.moment, one.zone) == (end, "Asia/Shanghai")
        assert str(one.title) == "Gamma County may object to its score for Jan 2012 until now"


def test_visits_stand_in_the_calendar_of_their_own_team_only(played: Path, tmp_path: Path) -> None:
    engine = quick_engine(copied(played, tmp_path / "instance"))
    with Frame(engine).read() as session:
        now = clock.business_now(session)
        found = {
            name: list(dates.coming(session, officer_named(session, name, now.date()), now))
            for name in ("team.leader.1", "head.220102", "supervision")
        }
        visits = {name: [one for one in some if one.kind == "visit"] for name, some in found.items()}
        open_visits = session.scalars(select(Visit).where(Visit.state.in_(["assigned", "under_way"]))).all()
        mine = {
            row.visit_id
            for row in session.scalars(select(VisitInspector))
            if officer_named(session, "team.leader.1", now.date()).person_id == row.person_id and not row.replaced_at
        }
        assert {one.record_id for one in visits["team.leader.1"]} == mine & {one.id for one in open_visits}
        assert visits["head.220102"] == visits["supervision"] == []
        assert [one.kind for one in found["head.220102"] if one.kind == "reward_round"]
    engine.dispose()
