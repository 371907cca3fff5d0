"""What the period's process and the diary's pages read: windows, completeness, what waits for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, and_, cast, distinct, func, select
from sqlalchemy.orm import Session

from assessment.bulletins.models import Bulletin, BulletinState
from assessment.cycles.models import Consequence, DiaryEntry, Heartbeat
from assessment.delivery.models import Paper
from assessment.delivery.queries import SERVED_AT
from assessment.delivery.services import calendar
from assessment.foundation.sql import among
from assessment.foundation.workdays import Duration, due
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, PeriodKind
from assessment.programmes.rules.consequences import Calendar
from assessment.programmes.rules.rewards import Reward
from assessment.rewards import queries as rewards
from assessment.scoring.models import Edition, Scorecard
from assessment.submissions.models import Submission, SubmissionState

PROVISIONAL_SCORE = "provisional_score"
OBJECT_WITHIN = Duration(3, "w")
"""Where the scheme is silent: 杭州市绩效管理条例 art. 25."""
OBJECT_TO_A_YEAR_WITHIN = Duration(15, "w")
OBJECT_TO_PUBLISHED_WITHIN = Duration(15, "w")
DECIDE_WITHIN = Duration(10, "w")
"""The same article."""


def after(session: Session, period: Period, start: datetime, limit: Duration) -> datetime:
    """The last moment of a limit that starts then, by the working-day table, in the programme's zone."""
    return due(start, limit, calendar(session), ZoneInfo(period.programme.zone))


def limit_of(session: Session, period: Period, which: Callable[[Calendar], object], otherwise: Duration) -> Duration:
    """A time limit of the period's scheme, or the law's where the scheme is silent."""
    found = which(programmes.scheme(session, period.scheme_version_id).calendar)
    return Duration.parse(str(found)) if found is not None else otherwise


def score_papers(session: Session, period_id: int, later_than: int = 0) -> list[Paper]:
    """Every provisional score served for a period, in order; ``later_than`` an edition's number, only of later ones."""
    return list(session.scalars(select(Paper).where(_is_score_of(period_id, later_than)).order_by(Paper.id)))


def _is_score_of(period_id: int, later_than: int = 0) -> ColumnElement[bool]:
    cards = select(cast(Scorecard.id, String)).join(Edition, Edition.id == Scorecard.edition_id)
    cards = cards.where(Edition.period_id == period_id, Edition.number > later_than)
    served = and_(Paper.kind == PROVISIONAL_SCORE, Paper.subject_kind == "scorecard", Paper.state != "failed")
    return and_(served, Paper.subject_id.in_(cards))


def time_to_object(session: Session, period: Period) -> Duration:
    """Three working days for months and quarters, fifteen for a year, unless the scheme says otherwise."""
    if period.kind == PeriodKind.YEAR:
        return limit_of(session, period, lambda calendar: calendar.from_service.object_to_year_within,
                        OBJECT_TO_A_YEAR_WITHIN)  # fmt: skip
    return limit_of(session, period, lambda calendar: calendar.from_service.object_within, OBJECT_WITHIN)


def objection_windows(session: Session, period: Period, later_than: int = 0) -> dict[int, datetime | None]:
    """By unit, when its time to object to the period's score ends; ``None`` while its paper is not yet served."""
    limit = time_to_object(session, period)
    known: dict[datetime, datetime] = {}
    ends: dict[int, datetime | None] = {}
    served = select(Paper.unit_id, SERVED_AT).where(_is_score_of(period.id, later_than))
    for unit_id, served_at in session.execute(served.order_by(Paper.id)):
        if served_at is not None and served_at not in known:
            known[served_at] = after(session, period, served_at, limit)
        end = known[served_at] if served_at is not None else None
        before = ends.get(unit_id, end)
        ends[unit_id] = None if end is None or before is None else max(end, before)
    return ends


@dataclass(frozen=True)
class Window:
    """Until when one unit may object: ``until`` is ``None`` while one of its papers is not served."""

    unit_id: int
    served_at: datetime | None
    """When its newest paper was."""
    until: datetime | None


def windows_served(session: Session, period_id: int) -> int:
    """How many units have a window."""
    return session.scalar(select(func.count(distinct(Paper.unit_id))).where(_is_score_of(period_id))) or 0


def some_windows(session: Session, period: Period, limit: int | None, offset: int) -> list[Window]:
    """Those of a page, in the order in which the units were first served."""
    served = _is_score_of(period.id)
    units = select(Paper.unit_id, func.min(Paper.id)).where(served).group_by(Paper.unit_id)
    some = [row.unit_id for row in session.execute(units.order_by(func.min(Paper.id)).limit(limit).offset(offset))]
    papers: dict[int, list[datetime | None]] = {unit_id: [] for unit_id in some}
    query = select(Paper.unit_id, SERVED_AT).where(served, among(Paper.unit_id, some)).order_by(Paper.id)
    for unit_id, served_at in session.execute(query):
        papers[unit_id].append(served_at)
    within = time_to_object(session, period)
    last = {unit_id: _latest(moments) for unit_id, moments in papers.items()}
    known: dict[datetime | None, datetime | None] = {None: None}
    known |= {at: after(session, period, at, within) for at in {*last.values()} if at is not None}
    return [Window(one, moments[-1], known[last[one]]) for one, moments in papers.items()]


def _latest(moments: list[datetime | None]) -> datetime | None:
    """The last, if all are there."""
    there = [one for one in moments if one is not None]
    return max(there) if len(there) == len(moments) else None


def told_up_to(session: Session, period_id: int) -> dict[int, datetime]:
    """By unit, when the newest score that went to it was computed: what was proposed later it has not been told."""
    cards = select(Scorecard.id, Edition.computed_at).join(Edition).where(Edition.period_id == period_id)
    computed = {str(card_id): moment for card_id, moment in session.execute(cards)}
    told: dict[int, datetime] = {}
    for paper in score_papers(session, period_id):
        told[paper.unit_id] = max(computed[paper.subject_id], told.get(paper.unit_id, computed[paper.subject_id]))
    return told


def unresolved_submissions(session: Session, period_id: int) -> int:
    """Submissions that have no validated values yet."""
    found = session.scalars(
        select(Submission.id).where(
            Submission.period_id == period_id, Submission.state != SubmissionState.VALIDATED.value
        )
    )
    return len(found.all())


def diary(session: Session, since: datetime, until: datetime) -> list[DiaryEntry]:
    return list(
        session.scalars(
            select(DiaryEntry)
            .where(DiaryEntry.due_at >= since, DiaryEntry.due_at < until)
            .order_by(DiaryEntry.due_at, DiaryEntry.id)
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


def was_given(session: Session, consequence: str, origin: tuple[str, object]) -> bool:
    query = select(Consequence.id).where(
        Consequence.consequence == consequence,
        Consequence.origin_kind == origin[0],
        Consequence.origin_id == str(origin[1]),
    )
    return session.scalar(query.limit(1)) is not None


NO_EDITION = 0
"""Stands for a period whose bulletin was withdrawn: nothing of it counts."""


def published_editions(session: Session, programme_id: int | None = None) -> dict[int, int]:
    """Period -> the edition by which it was published; a correction counts from its corrigendum on, not before."""
    query = select(Edition.period_id, Edition.id, Bulletin.state).join(Bulletin, Bulletin.edition_id == Edition.id)
    query = query.where(Bulletin.state.in_([BulletinState.PUBLISHED.value, BulletinState.WITHDRAWN.value]))
    if programme_id is not None:
        query = query.join(Period, Period.id == Edition.period_id).where(Period.programme_id == programme_id)
    found: dict[int, int] = {}
    for period_id, edition_id, state in session.execute(query.order_by(Bulletin.id)):
        if state == BulletinState.PUBLISHED:
            found[period_id] = edition_id
        else:
            found.setdefault(period_id, NO_EDITION)
    return found


WAIVED = "waived"


def unsettled_rewards(session: Session, period: Period, edition_id: int) -> list[Reward]:
    """Rewards due for a period that have no round and that no leader has waived."""
    waived = set(
        session.scalars(
            select(Consequence.rule).where(
                Consequence.consequence == WAIVED,
                Consequence.origin_kind == "period",
                Consequence.origin_id == str(period.id),
            )
        )
    )
    return [rule for rule in rewards.not_prepared(session, period, edition_id) if rule.code not in waived]


def last_tick(session: Session) -> datetime | None:
    return session.scalar(select(Heartbeat.ticked_at).order_by(Heartbeat.ticked_at.desc()).limit(1))
