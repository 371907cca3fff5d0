"""A bulletin, and the register of numbers that lets none go missing."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assessment.foundation.db import Base, one_of
from assessment.foundation.i18n import Bilingual
from assessment.foundation.workflow import Stateful


class BulletinState(StrEnum):
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Bulletin(Stateful, Base):
    """Points at one edition. From submission on its number, date, audit head and both bodies are fixed by hash."""

    __tablename__ = "bulletin"
    __table_args__ = (
        one_of("state", BulletinState),
        UniqueConstraint("edition_id", "attempt"),
        CheckConstraint(
            "state IN ('drafted', 'returned') OR (number <> '' AND length(body_zh) = 64 AND length(body_en) = 64 "
            "AND length(audit_head) = 64)",
            name="fixed_from_submission",
        ),
        CheckConstraint(
            "state NOT IN ('published', 'superseded', 'withdrawn') "
            "OR (length(signed_zh) = 64 AND length(signed_en) = 64)",
            name="signed_when_published",
        ),
    )
    __judged__ = ("edition_id", "number", "body_zh", "body_en", "signed_zh", "signed_en")

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    attempt: Mapped[int] = mapped_column(default=1)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The authority that issues it: where its duties must be held."""
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("bulletin.id"))
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    sections: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What people write or choose: commended, problems, amounts, requirements; each in both languages."""
    number: Mapped[str] = mapped_column(String(80), default="")
    dated: Mapped[date | None]
    audit_head: Mapped[str] = mapped_column(String(64), default="")
    body_zh: Mapped[str] = mapped_column(String(64), default="")
    body_en: Mapped[str] = mapped_column(String(64), default="")
    signed_zh: Mapped[str] = mapped_column(String(64), default="")
    signed_en: Mapped[str] = mapped_column(String(64), default="")
    drafted_by: Mapped[str] = mapped_column(String(80))
    submitted_by: Mapped[str] = mapped_column(String(80), default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    """Why it was returned, for whoever mends it."""
    published_at: Mapped[datetime | None]

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)


class BulletinNumber(Base):
    """A number given out at submission; a returned bulletin's number stays listed as unused."""

    __tablename__ = "bulletin_number"
    __table_args__ = (UniqueConstraint("programme_id", "year", "ordinal"), UniqueConstraint("number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    year: Mapped[int]
    ordinal: Mapped[int]
    number: Mapped[str] = mapped_column(String(80))
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletin.id"))
    is_unused: Mapped[bool] = mapped_column(default=False)
