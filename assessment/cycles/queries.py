"""What the period's process and the diary's pages read: windows, completeness, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.cycles.models import Consequence, DiaryEntry, Heartbeat
from assessment.delivery.models import Paper
from assessment.foundation import workday_table
from assessment.foundation.workdays import Duration, due
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, Programme
from assessment.scoring.models import Edition, EditionState, Scorecard
from assessment.submissions.models import Submission, SubmissionState

PROVISIONAL_SCORE = "provisional_score"


def after(session: Session, programme_id: int, start: datetime, limit: Duration) -> datetime:
    """The last moment of a limit that starts then, by the working-day table, in the programme's zone."""
    zone = ZoneInfo(session.get_one(Programme, programme_id).zone)
    return due(start, limit, workday_table.load_calendar(session), zone)


def current_edition(session: Session, period_id: int) -> Edition | None:
    """The edition that stands: the newest that nothing has superseded."""
    return session.scalar(
        select(Edition)
        .where(Edition.period_id == period_id, Edition.state != EditionState.SUPERSEDED.value)
        .order_by(Edition.number.desc())
        .limit(1)
    )


def score_papers(session: Session, period_id: int) -> list[Paper]:
    """Every provisional score served for a period, first and later editions."""
    cards = select(Scorecard.id).join(Edition, Edition.id == Scorecard.edition_id).where(Edition.period_id == period_id)
    ids = {str(number) for number in session.scalars(cards)}
    papers = session.scalars(select(Paper).where(Paper.kind == PROVISIONAL_SCORE, Paper.subject_kind == "scorecard"))
    return [paper for paper in papers if paper.subject_id in ids]


def objection_windows(session: Session, period: Period) -> dict[int, datetime | None]:
    """By unit, when its time to object to the period's score ends; ``None`` while its paper is not yet received."""
    limit = programmes.scheme(session, period.scheme_version_id).calendar.object_within
    ends: dict[int, datetime | None] = {}
    for paper in score_papers(session, period.id):
        end = after(session, period.programme_id, paper.received_at, limit) if paper.received_at else None
        known = ends.get(paper.unit_id, end)
        ends[paper.unit_id] = None if end is None or known is None else max(end, known)
    return ends


def unresolved_submissions(session: Session, period_id: int) -> int:
    """Submissions that have no validated values yet."""
    found = session.scalars(
        select(Submission.id).where(Submission.period_id == period_id, Submission.state != SubmissionState.VALIDATED.value)
    )
    return len(found.all())


def diary(session: Session, since: datetime, until: datetime) -> list[DiaryEntry]:
    return list(
        session.scalars(
            select(DiaryEntry).where(DiaryEntry.due_at >= since, DiaryEntry.due_at < until).order_by(DiaryEntry.due_at, DiaryEntry.id)
        )
    )


def overdue_entries(session: Session, now: datetime) -> list[DiaryEntry]:
    """Due, and not done: what the clock could not do, with why."""
    return list(
        session.scalars(
            select(DiaryEntry)
            .where(DiaryEntry.done_at.is_(None), DiaryEntry.cancelled_at.is_(None), DiaryEntry.due_at <= now)
            .order_by(DiaryEntry.due_at)
        )
    )


def consequences_of(session: Session, origins: Iterable[tuple[str, object]]) -> list[Consequence]:
    wanted = {(kind, str(one)) for kind, one in origins}
    return [row for row in session.scalars(select(Consequence)) if (row.origin_kind, row.origin_id) in wanted]


def last_tick(session: Session) -> datetime | None:
    return session.scalar(select(Heartbeat.ticked_at).order_by(Heartbeat.ticked_at.desc()).limit(1))
