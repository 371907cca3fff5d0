"""Reminders: one mail a person and day, listing what comes due, 30, 7 and 1 days before, on the day, and overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from assessment.cycles.models import Consequence
from assessment.foundation import mail, outbox
from assessment.foundation.actors import Act
from assessment.foundation.i18n import InLanguages, local_day, reading_zone, say
from assessment.foundation.workdays import end_of
from assessment.organisations.duties import Duty
from assessment.organisations.queries import Recipient, people_holding_many
from assessment.programmes.models import Period, PeriodState
from assessment.remediation.models import Task, TaskState
from assessment.submissions.models import Submission, SubmissionState

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


@dataclass(frozen=True)
class Reminder:
    """One thing that a unit owes, said in a line."""

    unit_id: int
    duty: Duty
    line: InLanguages


def remind(session: Session, act: Act) -> int:
    """Once a business day; what was done in the meantime is not asked for, so reminders stop by themselves."""
    today = local_day(act.at)
    if _was_done(session, today):
        return 0
    session.add(
        Consequence(
            consequence="reminders", origin_kind="day", origin_id=today.isoformat(), origin_occurrence="", rule="",
            result_kind="", result_id="", given_at=act.at,
        )
    )  # fmt: skip
    due = list(_due(session, today))
    holders = {duty: people_holding_many(session, duty, today) for duty in {one.duty for one in due}}
    by_person: dict[Recipient, list[InLanguages]] = defaultdict(list)
    for reminder in due:
        for person in holders[reminder.duty].get(reminder.unit_id, []):
            if not person.email:
                continue  # the first page says the same to whoever has no address
            by_person[person].append(reminder.line)
    mails = {f"reminder/{person.person_id}/{today}": _mail(person, lines) for person, lines in by_person.items()}
    return outbox.enqueue_many(session, mail.MAIL, mails)


def _was_done(session: Session, today: date) -> bool:
    return (
        session.scalar(
            select(Consequence.id).where(
                Consequence.consequence == "reminders",
                Consequence.origin_kind == "day",
                Consequence.origin_id == today.isoformat(),
            )
        )
        is not None
    )


def _due(session: Session, today: date) -> Iterator[Reminder]:
    reports = session.execute(
        select(Submission, Period)
        .join(Period, Period.id == Submission.period_id)
        .where(Submission.state.in_(UNSENT), Period.state.in_([PeriodState.OPEN.value, PeriodState.VERIFYING.value]))
    )
    for submission, period in reports:
        due = submission.return_due_at if submission.state == SubmissionState.RETURNED else submission.due_at
        if due is not None and _says(today, due, ZoneInfo(period.programme.zone)):
            line = say("Report for {period}: due {moment}", period=period.title, moment=due)
            yield Reminder(submission.unit_id, Duty.REPORT, line)
    for task in session.scalars(select(Task).where(Task.state.in_(TO_DO), or_(*_on_days(today)))):
        if _says(today, task.due_at, reading_zone()):
            line = say("Task {number}, {title}: due {moment}", number=task.number, title=task.title, moment=task.due_at)
            yield Reminder(task.unit_id, Duty.ANSWER_NOTICES, line)


def _on_days(today: date) -> Iterator[ColumnElement[bool]]:
    """Tasks whose deadline lies on one of the days that are said; of thousands only these are read."""
    for days in (*DAYS_BEFORE, *(-days for days in OVERDUE_DAYS)):
        end = end_of(today + timedelta(days=days), reading_zone())
        yield and_(Task.due_at > end - timedelta(days=1), Task.due_at <= end)


def _says(today: date, due: datetime, zone: ZoneInfo) -> bool:
    left = (due.astimezone(zone).date() - today).days
    return left in DAYS_BEFORE or -left in OVERDUE_DAYS


def _mail(person: Recipient, lines: list[InLanguages]) -> dict[str, str]:
    language = person.language
    subject = say("1 thing comes due") if len(lines) == 1 else say("{count} things come due", count=len(lines))
    body = "\n".join(f"- {line.in_language(language)}" for line in lines)
    closing = say("This message stops by itself once the thing is done.").in_language(language)
    return {
        "to": person.email, "subject": subject.in_language(language), "body": f"{body}\n\n{closing}\n",
        "person": str(person.person_id),
    }  # fmt: skip
