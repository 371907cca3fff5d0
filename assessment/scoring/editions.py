"""Which edition stands for a period, and which periods came before it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from assessment.programmes.models import Period
from assessment.scoring.models import Edition, EditionState


def edition_in_force(session: Session, period_id: int) -> Edition | None:
    """The edition that stands for a period: the approved one, and until one is approved the newest."""
    return editions_in_force(session, [period_id]).get(period_id)


def editions_in_force(session: Session, period_ids: Sequence[int]) -> dict[int, Edition]:
    """The editions that stand for some periods, by period."""
    is_approved = case((Edition.state == EditionState.APPROVED.value, 1), else_=0)
    query = (
        select(Edition)
        .where(Edition.period_id.in_(period_ids), Edition.state != EditionState.SUPERSEDED.value)
        .order_by(is_approved, Edition.number)
    )
    return {edition.period_id: edition for edition in session.scalars(query)}


def correction_waiting(session: Session, period_id: int) -> Edition | None:
    """A corrected edition that was computed after results were approved, and is not approved itself yet."""
    before = edition_in_force(session, period_id)
    if before is None or before.state != EditionState.APPROVED:
        return None
    return session.scalar(
        select(Edition)
        .where(Edition.period_id == period_id, Edition.state == EditionState.PROVISIONAL.value)
        .where(Edition.number > before.number)
        .order_by(Edition.number.desc())
        .limit(1)
    )


def corrections(session: Session) -> list[tuple[Edition, Period]]:
    """Every corrected edition that waits for its approval, with its period."""
    stands = select(Edition.period_id).where(Edition.state == EditionState.APPROVED.value)
    rows = session.execute(
        select(Edition, Period)
        .join(Period, Period.id == Edition.period_id)
        .where(Edition.state == EditionState.PROVISIONAL.value, Edition.period_id.in_(stands))
        .order_by(Edition.id)
    )
    return [(edition, period) for edition, period in rows]


def period_before(session: Session, period: Period) -> Period | None:
    """The period of the same kind that came before."""
    return session.scalar(
        select(Period)
        .where(
            Period.programme_id == period.programme_id, Period.kind == period.kind, Period.last_day < period.first_day
        )
        .order_by(Period.last_day.desc())
        .limit(1)
    )


def year_before(session: Session, period: Period) -> Period | None:
    """The same period of the year before; every period begins on the first of a month, so that the day exists."""
    first_day = period.first_day.replace(year=period.first_day.year - 1)
    return session.scalar(
        select(Period).where(
            Period.programme_id == period.programme_id, Period.kind == period.kind, Period.first_day == first_day
        )
    )
