"""Interviews 约谈 and what was undertaken in them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.workflow import Stateful


class InterviewState(StrEnum):
    CALLED = "called"
    HELD = "held"
    COMMITTED = "committed"
    DONE = "done"
    CANCELLED = "cancelled"


class Interview(Stateful, Base):
    """A talk 约谈, the softer and earlier tool: called with time, place and reason; held; its commitments kept."""

    __tablename__ = "interview"
    __table_args__ = (
        one_of("state", InterviewState),
        CheckConstraint(
            "state IN ('called', 'cancelled') OR (held_at IS NOT NULL AND minutes <> '')", name="held_with_minutes"
        ),
        CheckConstraint("takes_place_at >= called_at", name="called_beforehand"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("accountability_case.id"), index=True)
    """The prompt that it answers, or the case whose decision it carries out."""
    called_by: Mapped[str] = mapped_column(String(80))
    called_at: Mapped[datetime]
    takes_place_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    minutes: Mapped[str] = mapped_column(Text, default="")
    held_at: Mapped[datetime | None]
    commitments: Mapped[list[Commitment]] = relationship(back_populates="interview", order_by="Commitment.number")


class Commitment(Base):
    """What a unit undertook in an interview, by when, and that it was done."""

    __tablename__ = "interview_commitment"
    __table_args__ = (
        UniqueConstraint("interview_id", "number"),
        CheckConstraint("(done_at IS NULL) = (done_how = '')", name="done_in_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(ForeignKey("interview.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_how: Mapped[str] = mapped_column(Text, default="")
    interview: Mapped[Interview] = relationship(back_populates="commitments")
