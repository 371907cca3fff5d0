"""Cases and methods a locality shares, and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.workflow import Stateful
from assessment.programmes.models import Programme


class PracticeState(StrEnum):
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    COMMENDED = "commended"
    WITHDRAWN = "withdrawn"


class UseState(StrEnum):
    IN_USE = "in_use"
    ENDED = "ended"


class Practice(Stateful, Base):
    """One case or method: what was done, what it brought, and what shows it."""

    __tablename__ = "practice"
    __table_args__ = (
        Index("ix_practice_unit_day", "unit_id", "submitted_on"),
        one_of("state", PracticeState),
        CheckConstraint("state NOT IN ('accepted', 'commended') OR accepted_at IS NOT NULL", name="accepted"),
        CheckConstraint(
            "state <> 'commended' OR (commended_at IS NOT NULL AND commended_by <> judged_by)", name="commended"
        ),
        CheckConstraint("length(title) > 0 AND length(text) > 0", name="says_something"),
    )
    # A practice counts in a score by its state and the day it was handed in.
    __judged__ = ("unit_id", "state", "submitted_on")

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text, default="")
    submitted_on: Mapped[date]
    """The day by which it is counted in a period."""
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str] = mapped_column(String(80))
    judged_by: Mapped[str] = mapped_column(String(80), default="")
    accepted_at: Mapped[datetime | None]
    commended_by: Mapped[str] = mapped_column(String(80), default="")
    commended_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    programme: Mapped[Programme] = relationship()
    uses: Mapped[list[PracticeUse]] = relationship(
        back_populates="practice", order_by="PracticeUse.said_at, PracticeUse.id"
    )


class PracticeUse(Stateful, Base):
    """A locality says that it uses another's practice, and how; it counts in nobody's score."""

    __tablename__ = "practice_use"
    __table_args__ = (
        one_of("state", UseState),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_on_a_day"),
        Index(
            "uq_practice_use_standing", "practice_id", "unit_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]

    practice: Mapped[Practice] = relationship(back_populates="uses")
