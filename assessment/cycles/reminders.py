"""Reminders: one mail a person and day with all that comes due, 30, 7 and 1 days before, on the day, and overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assessment.accountability.queries.clocks import ending_terms
from assessment.cycles.digests import Reminder, digest
from assessment.cycles.models import Consequence
from assessment.delivery.models import ON_ITS_WAY, Paper
from assessment.delivery.queries import OF_CASES
from assessment.foundation import mail, outbox
from assessment.foundation.actors import Act
from assessment.foundation.i18n import InLanguages, InZone, local_day, reading_zone, say
from assessment.foundation.letters import Line
from assessment.foundation.workdays import end_of
from assessment.organisations.duties import Duty
from assessment.organisations.models import Mails, Person
from assessment.organisations.queries import Recipient, people_holding_many
from assessment.panels.queries import open_seats
from assessment.programmes.models import Period, PeriodState
from assessment.remediation.models import Task, TaskState
from assessment.remediation.queries import chunks
from assessment.submissions.models import UNIT, Submission, SubmissionState
from assessment.submissions.queries import deadlines_of

DAYS_BEFORE = (30, 7, 1, 0)
OVERDUE_DAYS = (1, 7, 30)
"""Overdue is said on the next day, after a week and after a month, not every morning."""
UNSENT = (SubmissionState.DUE.value, SubmissionState.DRAFT.value, SubmissionState.RETURNED.value)
TO_DO = (
    TaskState.ISSUED.value,
    TaskState.RECEIVED.value,
    TaskState.PLAN_RETURNED.value,
    TaskState.PLAN_ACCEPTED.value,
    TaskState.UNDER_WAY.value,
    TaskState.RETURNED.value,
)


def remind(session: Session, act: Act) -> int:
    """Once a business day; what was done in the meantime is not asked for, so reminders stop by themselves.

    Days on which no clock ran are made up for: of each thing, the last word that was missed is said.
    """
    today = local_day(act.at)
    earlier = select(Consequence).where(Consequence.consequence == "reminders")
    last = session.scalar(earlier.order_by(Consequence.origin_id.desc()).limit(1))
    if last is not None and last.origin_id >= today.isoformat():
        return 0
    since = date.fromisoformat(last.origin_id) if last is not None else today - timedelta(days=1)
    told_until = last.given_at if last is not None else act.at - timedelta(days=1)
    session.add(
        Consequence(
            consequence="reminders", origin_kind="day", origin_id=today.isoformat(), origin_occurrence="", rule="",
            result_kind="", result_id="", given_at=act.at,
        )
    )  # fmt: skip
    told = [*_due(session, Days(since, today)), *_served(session, told_until, act.at)]
    holders = {duty: people_holding_many(session, duty, today) for duty in {one.duty for one in told}}
    by_person: dict[Recipient, list[Reminder]] = defaultdict(list)
    for one in told:
        for person in holders[one.duty].get(one.unit_id, []):
            wanted = person.mails == Mails.DAILY or (person.mails == Mails.AT_ONCE and not one.is_news)
            if person.email and wanted:  # the first page says the same to whoever has no address
                by_person[person].append(one)
    for person, one in _ballots(session, Days(since, today)):
        if person.email and person.mails != Mails.NONE:
            by_person[person].append(one)
    mails = {f"reminder/{one.person_id}/{today}": digest(one, some, act.at) for one, some in by_person.items()}
    return outbox.enqueue_many(session, mail.MAIL, mails)


def tell_at_once(session: Session, act: Act) -> int:
    """Papers served in these two days, to those who want to hear of each at once; of each once."""
    anybody = select(Person.id).where(Person.mails == Mails.AT_ONCE.value, Person.email != "").limit(1)
    if session.scalar(anybody) is None:
        return 0
    holders = people_holding_many(session, Duty.RECEIVE_PAPERS, local_day(act.at))
    units = {
        unit_id: eager
        for unit_id, people in holders.items()
        if (eager := [one for one in people if one.mails == Mails.AT_ONCE and one.email])
    }
    if not units:
        return 0
    mails = {
        f"paper/{paper.id}/{person.person_id}": digest(person, [_news(paper)], act.at)
        for paper in _papers(session, act.at - timedelta(days=2), act.at)
        for person in units.get(paper.unit_id, ())
    }
    return outbox.enqueue_many(session, mail.MAIL, mails)


# --- what is said ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Days:
    """The days that are spoken for now: those after ``since``, up to and with ``today``."""

    since: date
    today: date

    def say(self, due: date) -> bool:
        """Whether one of the days on which a deadline is spoken of lies among them."""
        days = [due - timedelta(days=one) for one in DAYS_BEFORE] + [due + timedelta(days=one) for one in OVERDUE_DAYS]
        return any(self.since < day <= self.today for day in days)

    @property
    def dues(self) -> tuple[date, date]:
        """The earliest and the latest deadline that could be spoken of."""
        return self.since - timedelta(days=max(OVERDUE_DAYS)), self.today + timedelta(days=max(DAYS_BEFORE))


def _due(session: Session, days: Days) -> Iterator[Reminder]:
    reports = session.scalars(
        select(Submission)
        .join(Period, Period.id == Submission.period_id)
        .where(Submission.state.in_(UNSENT), Period.state.in_([PeriodState.OPEN.value, PeriodState.VERIFYING.value]))
        .where(Submission.by_ballot.is_(False))
    ).all()
    known = deadlines_of(session, reports)
    for one in reports:
        due, zone = known[one.id].returned_until or known[one.id].on_time_until, one.period.programme.zone
        if days.say(due.astimezone(ZoneInfo(zone)).date()):
            line = say("Report for {period}: due {moment}", period=one.period.title, moment=InZone(due, zone))
            if one.source == UNIT:
                yield Reminder(one.unit_id, Duty.REPORT, Line(line, ("submission", one.id)), due)
            else:  # one provider reports for many units, on one page
                yield Reminder(one.unit_id, Duty.PROVIDE_DATA, Line(line, ("reports", one.period_id)), due)
    near = session.execute(select(Task.id, Task.due_at).where(Task.state.in_(TO_DO), *_between(days))).all()
    for some in chunks(task_id for task_id, due in near if days.say(local_day(due))):
        for task in session.scalars(select(Task).where(Task.id.in_(some)).order_by(Task.id)):
            facts = {"number": task.number, "title": task.title, "moment": task.due_at}
            line = say("Task {number}, {title}: due {moment}", **facts)
            yield Reminder(task.unit_id, Duty.ANSWER_NOTICES, Line(line, ("task", task.id)), task.due_at)
    yield from _terms(session, days)


def _terms(session: Session, days: Days) -> Iterator[Reminder]:
    """Cases whose term of keeping ends; a mail passes through many hands, so it does not say which."""
    for case, until in ending_terms(session, days.dues[1]):
        due = until + timedelta(days=1)
        if days.say(due):
            line = Line(say("A case to be sealed: its term ends on {day}", day=until), ("accountability_case", case.id))
            yield Reminder(case.unit_id, Duty.OPEN_CASES, line, end_of(until, reading_zone()))


def _ballots(session: Session, days: Days) -> Iterator[tuple[Recipient, Reminder]]:
    """A ballot is asked of a person, whatever posts he holds."""
    for seat in open_seats(session):
        due, zone = seat.panel.closes_at, seat.panel.period.programme.zone
        if due is not None and days.say(due.astimezone(ZoneInfo(zone)).date()):
            one = session.get_one(Person, seat.person_id)
            line = say("Your vote on panel {number}: due {moment}", number=seat.panel.number, moment=InZone(due, zone))
            person = Recipient(one.id, one.name, one.language, one.email, one.mails)
            yield person, Reminder(seat.panel.unit_id, Duty.OWN_ACCOUNT, Line(line, ("panel_seat", seat.id)), due)


def _between(days: Days) -> Iterator[ColumnElement[bool]]:
    """Of thousands of tasks only those are read of which something could be said."""
    first, last = days.dues
    yield Task.due_at > end_of(first - timedelta(days=1), reading_zone())
    yield Task.due_at <= end_of(last, reading_zone())


def _served(session: Session, since: datetime, until: datetime) -> Iterator[Reminder]:
    for paper in _papers(session, since, until):
        yield _news(paper)


def _papers(session: Session, since: datetime, until: datetime) -> list[Paper]:
    states = [state.value for state in ON_ITS_WAY]
    return list(
        session.scalars(
            select(Paper)
            .where(Paper.available_at > since, Paper.available_at <= until, Paper.state.in_(states))
            .order_by(Paper.id)
        )
    )


def _news(paper: Paper) -> Reminder:
    """A mail passes through many hands: of a case it says no more than that there is a paper."""
    title: InLanguages = say("a paper") if paper.kind in OF_CASES else paper.title
    line = say("{title}. Sign for it by {moment}.", title=title, moment=paper.deemed_at or "")
    return Reminder(paper.unit_id, Duty.RECEIVE_PAPERS, Line(line, ("paper", paper.id)))
