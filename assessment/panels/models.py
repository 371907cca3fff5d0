"""Who sits on a panel, the ballots until they are counted, and what the count gave."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.workflow import Stateful
from assessment.panels.rules import FEWEST, Outcome
from assessment.programmes.models import Period


class PanelState(StrEnum):
    CONVENED = "convened"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    CANCELLED = "cancelled"


class SeatState(StrEnum):
    ASKED = "asked"
    HANDED_IN = "handed_in"


class Panel(Stateful, Base):
    """Several people who score the units of one period by ballot."""

    __tablename__ = "panel"
    __table_args__ = (
        one_of("state", PanelState),
        CheckConstraint(f"quorum >= {FEWEST}", name="quorum_keeps_secrets"),
        CheckConstraint("state IN ('convened', 'cancelled') OR closes_at IS NOT NULL", name="open_until_a_moment"),
        CheckConstraint("state <> 'counted' OR counted_at IS NOT NULL", name="counted_at_a_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The authority's, at which the duties are held."""
    quorum: Mapped[int]
    term: Mapped[str] = mapped_column(String(10))
    """For how long it votes, such as ``5w``: five working days."""
    convened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]

    period: Mapped[Period] = relationship()
    seats: Mapped[list[Seat]] = relationship(order_by="Seat.id", back_populates="panel")
    tallies: Mapped[list[Tallied]] = relationship(order_by="Tallied.id", back_populates="panel")


class Seat(Stateful, Base):
    """One person on a panel; the marks are that person's alone, and are gone once they have been counted."""

    __tablename__ = "panel_seat"
    __table_args__ = (
        UniqueConstraint("panel_id", "person_id"),
        one_of("state", SeatState),
        CheckConstraint("(state = 'handed_in') = (handed_in_at IS NOT NULL)", name="handed_in_at_a_moment"),
        CheckConstraint("(state = 'handed_in') = (length(sha256) = 64)", name="handed_in_under_seal"),
    )
    __judged__ = ("panel_id", "person_id", "sha256")

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    label: Mapped[str] = mapped_column(Text)
    marks: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """report -> {indicator: answer}; read by its own pages and by the count, by nothing else."""
    salt: Mapped[str] = mapped_column(String(32), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    """Over the answers and a salt that goes with them: it tells nobody what it is the hash of."""
    handed_in_at: Mapped[datetime | None]

    panel: Mapped[Panel] = relationship(back_populates="seats")


class Tallied(Base):
    """One indicator of one unit as it was counted: how many, and the marks without names, the lowest first."""

    __tablename__ = "panel_tally"
    __table_args__ = (
        UniqueConstraint("panel_id", "submission_id", "item_code"),
        one_of("outcome", Outcome),
        CheckConstraint("outcome = 'given' OR marks = ''", name="too_few_are_not_told"),
    )
    __judged__ = ("panel_id", "submission_id", "item_code", "outcome", "counted", "left_out", "marks")

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    item_code: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(20))
    ballots: Mapped[int]
    abstained: Mapped[int]
    barred: Mapped[int]
    """How many of the panel had no vote on this unit."""
    counted: Mapped[int]
    least: Mapped[int]
    left_out: Mapped[int]
    marks: Mapped[str] = mapped_column(Text, default="")
    """Separated by spaces."""

    panel: Mapped[Panel] = relationship(back_populates="tallies")
