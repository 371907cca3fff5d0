"""Papers served on a unit, and extensions of time."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.i18n import Bilingual
from assessment.foundation.workflow import Stateful


class PaperState(StrEnum):
    ISSUED = "issued"
    AVAILABLE = "available"
    OPENED = "opened"
    RECEIVED = "received"
    DEEMED_RECEIVED = "deemed_received"
    FAILED = "failed"


SERVED = (PaperState.RECEIVED, PaperState.DEEMED_RECEIVED)
ON_ITS_WAY = (PaperState.AVAILABLE, PaperState.OPENED)


class Paper(Stateful, Base):
    """A paper for one unit. Clocks that start "on service" start when it is received, or deemed to be."""

    __tablename__ = "paper"
    __table_args__ = (
        one_of("state", PaperState),
        CheckConstraint("state IN ('issued', 'failed') OR available_at IS NOT NULL", name="available_at_a_time"),
        CheckConstraint("(state = 'received') = (received_at IS NOT NULL)", name="received_by_signature"),
        CheckConstraint("(received_at IS NULL) = (received_by = '')", name="receipt_signed"),
        CheckConstraint("deemed_at IS NULL OR deemed_at > available_at", name="deemed_later"),
        CheckConstraint("opened_at IS NULL OR opened_at >= available_at", name="opened_when_there"),
        CheckConstraint("received_at IS NULL OR received_at >= available_at", name="received_when_there"),
        Index("ix_paper_subject", "subject_kind", "subject_id"),
        Index("ix_paper_state_deemed_at", "state", "deemed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(80))
    title_zh: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    number: Mapped[str] = mapped_column(String(80), default="")
    document: Mapped[str] = mapped_column(String(64), default="")
    """The SHA-256 of its file, where it has one."""
    dated: Mapped[date | None]
    """The date it bears; never before it was available."""
    available_at: Mapped[datetime | None]
    deemed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    received_by: Mapped[str] = mapped_column(Text, default="")

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)

    @property
    def served_at(self) -> datetime | None:
        """When the clocks start that run from service."""
        if self.state == PaperState.DEEMED_RECEIVED:
            return self.deemed_at
        return self.received_at if self.state == PaperState.RECEIVED else None


class ExtensionState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class Extension(Stateful, Base):
    """A request for more time, for one deadline or, where something struck many units, for all of theirs."""

    __tablename__ = "extension"
    __table_args__ = (
        one_of("state", ExtensionState),
        CheckConstraint("(state = 'granted') = (granted_until IS NOT NULL)", name="granted_until_a_time"),
        CheckConstraint("(state = 'asked') = (decided_by = '')", name="decided_by_somebody"),
        CheckConstraint("decided_by <> asked_by", name="by_somebody_else"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    """Who asks: the unit itself, or the one above it for many."""
    grant_duty: Mapped[str] = mapped_column(String(40), index=True)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    asked_until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    decide_by: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(80), default="")
    decided_at: Mapped[datetime | None]
    granted_until: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    items: Mapped[list[ExtensionItem]] = relationship(back_populates="extension", order_by="ExtensionItem.id")


class ExtensionItem(Base):
    """One deadline that a request is about: of which record, of which unit."""

    __tablename__ = "extension_item"
    __table_args__ = (Index("ix_extension_item_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    extension_id: Mapped[int] = mapped_column(ForeignKey("extension.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[datetime]
    """The deadline as it stood when more time was asked for."""
    extension: Mapped[Extension] = relationship(back_populates="items")
