"""An adjustment: what is proposed for a unit's score of a period, under which clause, and from which origin."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assessment.foundation.db import Base, one_of
from assessment.foundation.exact_columns import ExactNumber
from assessment.foundation.i18n import Bilingual
from assessment.foundation.workflow import Stateful


class AdjustmentState(StrEnum):
    PROPOSED = "proposed"
    HEARD = "heard"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LIFTED = "lifted"


class AdjustmentKind(StrEnum):
    BONUS = "bonus"
    DEDUCTION = "deduction"
    VETO = "veto"
    BAND_CAP = "band_cap"
    ELIGIBILITY = "eligibility"


BY_PERSON = "person:"
"""How the occurrence begins of what a person proposed by hand; the record named is its ground, not its hearing."""


class Adjustment(Stateful, Base):
    """Points are a magnitude: the kind says whether they are added or taken. A veto or cap has an effect instead."""

    __tablename__ = "adjustment"
    __table_args__ = (
        one_of("state", AdjustmentState),
        one_of("kind", AdjustmentKind),
        CheckConstraint("kind NOT IN ('bonus', 'deduction') OR points IS NOT NULL", name="points_where_they_count"),
        CheckConstraint("points IS NULL OR points NOT LIKE '-%'", name="points_are_a_magnitude"),
        # What proposes the same thing again (a count recomputed, a clock run twice) finds it proposed already.
        UniqueConstraint(
            "clause", "unit_id", "origin_kind", "origin_id", "origin_occurrence", name="uq_adjustment_proposed_once"
        ),
        Index("ix_adjustment_period_unit", "period_id", "unit_id"),
    )
    __judged__ = ("unit_id", "period_id", "kind", "clause", "points", "effect", "origin_kind", "origin_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    kind: Mapped[str] = mapped_column(String(20))
    clause: Mapped[str] = mapped_column(String(40))
    """The scheme's code, such as D1; it names what the adjustment is for."""
    points: Mapped[Decimal | None] = mapped_column(ExactNumber)
    effect: Mapped[str] = mapped_column(String(80), default="")
    """For a veto or cap, as the scheme words it: ``band=failed``, ``band_at_most=pass``, ``item_zero=B1``."""
    ground: Mapped[str] = mapped_column(Text)
    """As a person wrote it; where a count proposes, in Chinese."""
    ground_en: Mapped[str] = mapped_column(Text, default="")
    """Where a count proposes: the same in English."""
    origin_kind: Mapped[str] = mapped_column(String(60))
    origin_id: Mapped[str] = mapped_column(String(80))
    origin_occurrence: Mapped[str] = mapped_column(String(80), default="")
    evidence: Mapped[list[list[str]]] = mapped_column(JSON, default=list, server_default="[]")
    """Where it counts something: (kind, id) of everything that it counts."""
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    @property
    def is_by_hand(self) -> bool:
        return self.origin_occurrence.startswith(BY_PERSON)

    @property
    def reason(self) -> Bilingual:
        """The ground in the reader's language, where it is known in both."""
        return Bilingual(self.ground, self.ground_en)
