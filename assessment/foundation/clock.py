"""Two times: system time, always real, and business time, which the examples hold still and move."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from assessment.foundation.db import Base


class BusinessClock(Base):
    """One row, only in the examples: the moment at which business time stands."""

    __tablename__ = "business_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    stands_at: Mapped[datetime]


def system_now() -> datetime:
    """Real time: sign-in sessions, leases, retries, signatures, backups, heartbeats, ``recorded_at``."""
    return datetime.now(UTC)


def business_now(session: Session) -> datetime:
    """The time that deadlines, states and papers go by."""
    standing = session.get(BusinessClock, 1)
    return standing.stands_at if standing else system_now()


def stands_still(session: Session) -> bool:
    return session.get(BusinessClock, 1) is not None


def stand_at(session: Session, moment: datetime) -> None:
    """Hold business time still at a moment (the examples only)."""
    standing = session.get(BusinessClock, 1)
    if standing is None:
        session.add(BusinessClock(id=1, stands_at=moment))
    else:
        standing.stands_at = moment
    session.flush()


def run_free(session: Session) -> None:
    """Let business time be real time again."""
    standing = session.get(BusinessClock, 1)
    if standing is not None:
        session.delete(standing)
        session.flush()
