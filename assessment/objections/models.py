"""An objection, its points, and its matter: the records that the disputed things rest on."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.exact_columns import ExactNumber
from assessment.foundation.workflow import Stateful


class ObjectionState(StrEnum):
    LODGED = "lodged"
    ADMITTED = "admitted"
    INADMISSIBLE = "inadmissible"
    ASSIGNED = "assigned"
    DECIDED = "decided"
    APPLIED = "applied"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    UPHELD = "upheld"
    IN_PART = "in_part"
    DISMISSED = "dismissed"


class Objection(Stateful, Base):
    """What a unit disputes: a score, finding, inspection report, edition, decision, reward or adjustment."""

    __tablename__ = "objection"
    __table_args__ = (
        one_of("state", ObjectionState),
        CheckConstraint("lodged_at <= window_until", name="lodged_in_time"),
        CheckConstraint(
            "state NOT IN ('assigned', 'decided', 'applied') OR reviewer_id IS NOT NULL", name="has_a_reviewer"
        ),
        Index("ix_objection_origin", "origin_kind", "origin_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id"), index=True)
    origin_kind: Mapped[str] = mapped_column(String(60))
    origin_id: Mapped[str] = mapped_column(String(80))
    ground: Mapped[str] = mapped_column(Text)
    lodged_at: Mapped[datetime]
    window_until: Mapped[datetime]
    decide_by: Mapped[datetime]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    points: Mapped[list[ObjectionPoint]] = relationship(order_by="ObjectionPoint.number", back_populates="objection")
    matter: Mapped[list[ObjectionMatter]] = relationship()


class ObjectionPoint(Base):
    """One thing disputed; each is answered with a reason."""

    __tablename__ = "objection_point"
    __table_args__ = (
        UniqueConstraint("objection_id", "number"),
        CheckConstraint("outcome IS NULL OR outcome IN ('upheld', 'in_part', 'dismissed')", name="outcome_known"),
        CheckConstraint("outcome IS NULL OR length(answer) > 0", name="answered_with_a_reason"),
    )
    __judged__ = ("outcome", "granted", "changes")

    id: Mapped[int] = mapped_column(primary_key=True)
    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"))
    number: Mapped[int]
    subject: Mapped[str] = mapped_column(String(60))
    """The code of the disputed value or item, such as ``cameras_new``; empty when the whole is disputed."""
    statement: Mapped[str] = mapped_column(Text)
    requested: Mapped[Decimal | None] = mapped_column(ExactNumber)
    outcome: Mapped[str | None] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(Text, default="")
    granted: Mapped[Decimal | None] = mapped_column(ExactNumber)
    """The value that an upheld point sets, where it sets one; for an adjustment, the points it has from then on."""
    changes: Mapped[str] = mapped_column(Text, default="")
    """Upheld in part without a number: in words, what changes. Whoever applies the decision makes it so."""
    objection: Mapped[Objection] = relationship(back_populates="points")


class ObjectionMatter(Base):
    """A record that the disputed thing rests on, as its explanation cited it on the day of lodging."""

    __tablename__ = "objection_matter"

    objection_id: Mapped[int] = mapped_column(ForeignKey("objection.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(80), primary_key=True)
