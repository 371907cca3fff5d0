"""The diary of what is due, the consequences that facts have had, and the clocks that are alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assessment.foundation.db import Base


class DiaryEntry(Base):
    """One thing the clock does at one time, once: ``planned_at`` is its identity, ``due_at`` can be moved."""

    __tablename__ = "diary_entry"
    __table_args__ = (
        UniqueConstraint("step", "subject_kind", "subject_id", "planned_at"),
        CheckConstraint("cancelled_at IS NULL OR done_at IS NULL", name="done_or_cancelled"),
        Index("ix_diary_entry_waiting", "done_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Where the duty to move it must be held."""
    planned_at: Mapped[datetime]
    due_at: Mapped[datetime]
    is_provisional: Mapped[bool] = mapped_column(default=False)
    """Planned beyond the working-day table: statutory days only, nothing may be served by it."""
    done_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    """System time until which the clock leaves an entry alone that it could not do."""
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(Text, default="")


class Consequence(Base):
    """A fact has had this consequence; the key keeps it from having it twice."""

    __tablename__ = "consequence"
    __table_args__ = (
        UniqueConstraint(
            "consequence", "origin_kind", "origin_id", "origin_occurrence", "rule", name="uq_consequence_given_once"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consequence: Mapped[str] = mapped_column(String(40))
    origin_kind: Mapped[str] = mapped_column(String(60))
    origin_id: Mapped[str] = mapped_column(String(80))
    origin_occurrence: Mapped[str] = mapped_column(String(80))
    rule: Mapped[str] = mapped_column(String(40))
    result_kind: Mapped[str] = mapped_column(String(60))
    result_id: Mapped[str] = mapped_column(String(80))
    given_at: Mapped[datetime]


class Heartbeat(Base):
    """A clock process and when it last ticked, in system time."""

    __tablename__ = "heartbeat"

    process: Mapped[str] = mapped_column(String(80), primary_key=True)
    started_at: Mapped[datetime]
    ticked_at: Mapped[datetime]
