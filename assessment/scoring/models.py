"""An edition, the frozen snapshot of one computation: its scorecards, their rank ranges, what computing again gave."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.exact_columns import ExactNumber
from assessment.foundation.i18n import Bilingual
from assessment.foundation.workflow import Stateful


class EditionState(StrEnum):
    PROVISIONAL = "provisional"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class Edition(Stateful, Base):
    """Inputs, scheme version, unit list, adjustments and method of one computation; never changed, only superseded."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("period_id", "number"),
        one_of("state", EditionState),
        CheckConstraint("length(inputs_sha256) = 64", name="sealed"),
    )
    __judged__ = ("period_id", "number", "scheme_version_id", "inputs_sha256", "results_sha256")

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    number: Mapped[int]
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id"))
    computed_at: Mapped[datetime]
    computed_by: Mapped[str] = mapped_column(String(80))
    cut_off: Mapped[datetime]
    """The moment as at which counted values were recounted: the period's last."""
    method: Mapped[str] = mapped_column(String(64))
    """The seal of the method: the scheme file's SHA-256."""
    inputs: Mapped[str] = mapped_column(Text, deferred=True)
    """Everything the scores were computed from, as canonical JSON: enough to replay them without the database.

    Megabytes of a country: read where somebody asks for them, not with every edition."""
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    results_sha256: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime | None]
    scorecards: Mapped[list[Scorecard]] = relationship(back_populates="edition", order_by="Scorecard.id")
    sensitivity: Mapped[Sensitivity | None] = relationship()


class Scorecard(Base):
    """One unit's item scores and total in an edition; a unit is ranked only with its peer group."""

    __tablename__ = "scorecard"
    __table_args__ = (
        UniqueConstraint("edition_id", "unit_id"),
        Index("ix_scorecard_unit", "unit_id"),
        CheckConstraint("(rank IS NULL) OR rank >= 1", name="rank_from_one"),
    )
    __judged__ = ("edition_id", "unit_id", "group_code", "total", "rank", "band", "items_sha256")

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_code: Mapped[str] = mapped_column(String(40))
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    group_code: Mapped[str] = mapped_column(String(60))
    total: Mapped[Decimal | None] = mapped_column(ExactNumber)
    """As published: rounded once, by the scheme's rule."""
    total_with_proposed: Mapped[Decimal | None] = mapped_column(ExactNumber)
    """The total if every adjustment still proposed were confirmed; printed beside it while provisional."""
    rank: Mapped[int | None]
    band: Mapped[str] = mapped_column(String(40), default="")
    late_days: Mapped[int] = mapped_column(default=0)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """One entry an item: code, score, maximum, state and the steps of its explanation."""
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What else made the total and the band: adjustments, quota, veto, rounding; each a message with its facts."""
    items_sha256: Mapped[str] = mapped_column(String(64))
    edition: Mapped[Edition] = relationship(back_populates="scorecards")

    @property
    def name(self) -> Bilingual:
        return Bilingual(self.name_zh, self.name_en)


class Sensitivity(Base):
    """How far an edition's ranks depend on the method: what was varied, by which chance, and what was found."""

    __tablename__ = "sensitivity"
    __table_args__ = (CheckConstraint("draws >= 1", name="drawn"),)
    __judged__ = ("edition_id", "draws", "seed", "specification", "ranges")

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), unique=True)
    draws: Mapped[int]
    seed: Mapped[str] = mapped_column(String(80))
    """A whole number of any size, as text."""
    specification: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`Robustness.plainly`: what the scheme says of it, and what goes without saying."""
    ranges: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """One entry a ranked unit: code, low, median, high and tier, by group and rank."""


class SoftwareVersion(Base):
    """A version of the software that has opened this database; the newest row is the one that did so last."""

    __tablename__ = "software_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(80))
    met_at: Mapped[datetime]
    """System time."""
    recomputations: Mapped[list[Recomputation]] = relationship(order_by="Recomputation.id")


class Recomputation(Base):
    """What came out when a version of the software computed an announced edition again; the edition stays as it is."""

    __tablename__ = "recomputation"
    __table_args__ = (
        UniqueConstraint("software_version_id", "edition_id"),
        Index("ix_recomputation_edition", "edition_id"),
    )
    __judged__ = ("software_version_id", "edition_id", "units", "differences")

    id: Mapped[int] = mapped_column(primary_key=True)
    software_version_id: Mapped[int] = mapped_column(ForeignKey("software_version.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    units: Mapped[int]
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """One entry a difference: unit, what, stored and again, as text; none where all is equal to the last digit."""
    by: Mapped[SoftwareVersion] = relationship(back_populates="recomputations")
