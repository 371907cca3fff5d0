"""A unit's period excused on a ladder, so that it is passed over when the ladder counts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assessment.foundation.db import Base, one_of
from assessment.foundation.i18n import N_
from assessment.foundation.workflow import Stateful


class ExcuseState(StrEnum):
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class ExcuseGround(StrEnum):
    """On what grounds; a ladder names those that it admits."""

    FORCE_MAJEURE = "force_majeure"
    REORGANISATION = "reorganisation"
    DATA_FAILURE = "data_failure"

    @property
    def label(self) -> str:
        return GROUNDS[self]


GROUNDS = {
    ExcuseGround.FORCE_MAJEURE: N_("Force majeure"),
    ExcuseGround.REORGANISATION: N_("Reorganisation"),
    ExcuseGround.DATA_FAILURE: N_("Failure of the data, not of the unit"),
}


class LadderExcuse(Stateful, Base):
    """Granted by a leader for a stated reason; withdrawn the same way. It changes no score and no rank."""

    __tablename__ = "ladder_excuse"
    __table_args__ = (
        one_of("state", ExcuseState),
        one_of("ground", ExcuseGround),
        CheckConstraint("reason <> ''", name="for_a_reason"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_on_a_day"),
        Index("ix_ladder_excuse_period_unit", "period_id", "unit_id"),
    )
    __judged__ = ("unit_id", "period_id", "ladder", "ground")

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    ladder: Mapped[str] = mapped_column(String(60))
    """The scheme's code of the ladder on which the period is passed over."""
    ground: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[str] = mapped_column(String(80))
    granted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
