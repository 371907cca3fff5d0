"""Reminders: on their days, once each, by the deadline that counts, in one message a day, until the thing is done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assessment.cycles import mails, reminders
from assessment.cycles.digests import Reminder, digest
from assessment.delivery import services as delivery
from assessment.delivery.models import Paper
from assessment.foundation import outbox
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual, say
from assessment.foundation.letters import Line
from assessment.foundation.outbox import OutboxItem
from assessment.organisations import services as accounts
from assessment.organisations.duties import Duty
from assessment.organisations.models import Person, Unit
from assessment.organisations.queries import Recipient
from assessment.submissions import services
from assessment.submissions.models import Submission
from support.organisations import Province
from support.programmes import act
from support.submissions import IN_TIME, a_period_open, values

LONG_AGO = datetime(2011, 1, 1, tzinfo=UTC)


@dataclass
class World:
    session: Session
    report: Submission
    officer: Person
    province: Province
    world: object

    @property
    def due_on(self) -> date:
        return self.report.due_at.astimezone(ZoneInfo("Asia/Shanghai")).date()

    def morning(self, day: date) -> int:
        return reminders.remind(self.session, Act(CLOCK, datetime(day.year, day.month, day.day, 1, tzinfo=UTC)))

    def mails(self) -> list[OutboxItem]:
        return list(self.session.scalars(select(OutboxItem).order_by(OutboxItem.id)))


@pytest.fixture
def world(frame: Frame) -> Iterator[World]:
    with frame.write() as session:
        found, submissions = a_period_open(session)
        province = Province(session, {code: session.get_one(Unit, one) for code, one in found.units.items()})
        province.officer("lee", "locality_officer", "220101")
        lee = province.people["lee"]
        lee.email, lee.language = "lee@example.org", "en"
        session.execute(update(Paper).values(available_at=LONG_AGO))  # the letter's: here it is no news
        session.flush()
        yield World(session, submissions["220101"], lee, province, found)


def test_each_day_of_the_list_is_spoken_of_once_and_no_other(world: World) -> None:
    told = []
    for days in range(-35, 40):
        day = world.due_on + timedelta(days=days)
        if world.morning(day):
            told.append(-days)
        assert world.morning(day) == 0
    assert told == [30, 7, 1, 0, -1, -7, -30]


def test_what_is_done_is_not_spoken_of(world: World) -> None:
    assert world.morning(world.due_on - timedelta(days=7)) == 1
    services.submit(world.session, world.report, act(_locality(world), IN_TIME), values())
    assert [world.morning(world.due_on - timedelta(days=1)), world.morning(world.due_on)] == [0, 0]


def _locality(world: World) -> object:
    return world.world.locality("220101")  # type: ignore[attr-defined]


def test_days_without_a_clock_are_made_up_for_once(world: World) -> None:
    world.morning(world.due_on - timedelta(days=10))
    assert world.morning(world.due_on - timedelta(days=2)) == 1  # seven days before was missed
    assert world.morning(world.due_on - timedelta(days=2)) == 0
    assert world.morning(world.due_on + timedelta(days=9)) == 1  # four words were missed: one message says one of them
    assert world.mails()[-1].payload["body"].count("Report for") == 1


def test_after_an_extension_the_new_deadline_is_spoken_of_with_its_zone(world: World) -> None:
    until = world.report.due_at + timedelta(days=20)
    ask = Act(world.province.officer("lee"), IN_TIME, "The flood took the office.")
    one = delivery.ask_extension(
        world.session, ask, unit_id=world.report.unit_id, until=until, grant_duty=Duty.EXTEND_REPORTING,
        deadlines=[delivery.Deadline(world.report.unit_id, ("submission", world.report.id), world.report.due_at)],
    )  # fmt: skip
    world.province.officer("office", "assessment_office", "220000")
    delivery.grant_extension(world.session, one, Act(world.province.officer("office"), IN_TIME, "True."))
    assert world.morning(world.due_on) == 0
    assert world.morning(world.due_on + timedelta(days=20)) == 1
    body = world.mails()[0].payload["body"]
    assert f"due {until.astimezone(ZoneInfo('Asia/Shanghai')).day} Feb 2012, 23:59 (Asia/Shanghai, UTC+08)" in body


def test_all_of_a_day_comes_in_one_message_in_the_readers_language(world: World) -> None:
    world.officer.language = "zh"
    day = world.due_on - timedelta(days=1)
    world.morning(day - timedelta(days=1))
    serve(world, at=datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC))
    assert world.morning(day) == 1
    (mail,) = world.mails()
    assert mail.payload["subject"] == "1件事项将到期、1份新文书"
    due, news = mail.payload["body"].split("新收到的文书：")
    assert due.startswith(f"{world.officer.name}：\n您好！\n\n即将到期：\n- 2012年1月")
    assert f"\n  page:submission/{world.report.id}\n" in due
    assert news.startswith("\n- 通知，请于2012年")


def test_what_is_overdue_is_said_first_and_as_such(world: World) -> None:
    day = world.due_on + timedelta(days=1)
    serve(world, at=datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC))
    world.morning(day)
    (mail,) = world.mails()
    assert mail.payload["subject"] == "1 thing is overdue, 1 new paper"
    greeting, overdue, news, stops, choice = mail.payload["body"].strip().split("\n\n")
    assert greeting == f"Dear {world.officer.name},"
    assert overdue.startswith("Overdue:\n- Report for ")
    assert news.startswith("New in your inbox:\n- A notice. Sign for it by ")
    assert stops == "A reminder stops by itself once the thing is done."
    assert choice.startswith("How often mail comes")


def test_of_a_providers_many_units_one_line_is_said_that_leads_to_all_of_them(world: World) -> None:
    person = Recipient(7, "Song", "en", "song@example.org")
    line, at = Line(say("Report for January"), ("reports", 3)), IN_TIME
    told = [Reminder(unit_id, Duty.PROVIDE_DATA, line, IN_TIME) for unit_id in (1, 2, 3)]
    mail = digest(person, told, at)
    assert (mail["subject"], mail["body"].count("page:reports/3")) == ("1 thing comes due", 1)


def serve(world: World, at: datetime, kind: str = "notice") -> None:
    delivery.serve(
        world.session, Act(world.province.officer("office", "assessment_office", "220000"), at), kind=kind,
        unit_id=world.report.unit_id, subject=("notice", 1), title=Bilingual("通知", "A notice"),
    )  # fmt: skip


def test_a_paper_is_told_at_once_only_to_whoever_wants_that_and_once(world: World) -> None:
    serve(world, IN_TIME)
    clock = Act(CLOCK, IN_TIME + timedelta(minutes=1))
    assert reminders.tell_at_once(world.session, clock) == 0
    world.officer.mails = "at_once"
    world.session.flush()
    assert [reminders.tell_at_once(world.session, clock) for _ in range(2)] == [1, 0]
    assert "A notice" in world.mails()[0].payload["body"]
    assert (
        world.morning(date(2012, 2, 4)) == 1
    )  # the day after the deadline; the paper is not told again with the day's message
    assert "A notice" not in world.mails()[-1].payload["body"]


def test_a_mail_says_nothing_of_a_case_but_that_there_is_a_paper(world: World) -> None:
    world.officer.mails = "at_once"
    serve(world, IN_TIME, kind="case_notice")
    reminders.tell_at_once(world.session, Act(CLOCK, IN_TIME))
    (mail,) = world.mails()
    assert "A notice" not in mail.payload["body"]
    assert "a paper" in mail.payload["body"]


def test_who_wants_no_mail_gets_none(world: World) -> None:
    accounts.edit_person(
        world.session, world.officer, Act(world.province.officer("lee"), IN_TIME), name="Lee",
        email="lee@example.org", language="en", mails="none",
    )  # fmt: skip
    serve(world, IN_TIME)
    assert world.morning(world.due_on) == 0
    assert reminders.tell_at_once(world.session, Act(CLOCK, IN_TIME)) == 0


def test_mail_is_sent_again_by_an_administrator_to_the_address_of_today(world: World) -> None:
    world.morning(world.due_on)
    (mail,) = world.mails()
    admin = Act(world.province.officer("ada", "administrator", "220000"), IN_TIME)
    with pytest.raises(NotPermitted):
        mails.send_again(world.session, mail, Act(world.province.officer("lee"), IN_TIME))
    with pytest.raises(NotNow):
        mails.send_again(world.session, mail, admin)
    mail.done_at, mail.failure, mail.attempts = IN_TIME, "550 no such mailbox", 3
    assert (mails.state_of(mail), mails.count_failed(world.session)) == (mails.MailState.FAILED, 1)
    world.officer.email = ""
    with pytest.raises(Invalid, match="no mail address"):
        mails.send_again(world.session, mail, admin)
    world.officer.email = "lee@new.example"
    mails.send_again(world.session, mail, admin)
    assert (mail.payload["to"], mails.state_of(mail)) == ("lee@new.example", mails.MailState.WAITING)
    assert outbox.enqueue(world.session, "mail", mail.key, {}) is False
