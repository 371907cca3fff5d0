"""A reward round over one edition, and an award a unit with what its amount rests on; penalties are the same rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.exact_columns import ExactNumber, Scaled
from assessment.foundation.i18n import Bilingual
from assessment.foundation.workflow import Stateful


class RoundState(StrEnum):
    PREPARED = "prepared"
    CHECKED = "checked"
    PUBLICITY = "publicity"
    APPROVED = "approved"
    GRANTED = "granted"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


GONE = (RoundState.REVOKED, RoundState.SUPERSEDED)
"""What stands no more: taken back, or replaced by its correction."""


class Mode(StrEnum):
    """How a scheme rewards; the names are the scheme's."""

    POOL = "pool"
    LADDER = "ladder"
    FORMULA = "formula"
    THRESHOLDS = "thresholds"
    TOP = "top"
    MOST_IMPROVED = "most_improved"


PAID = (Mode.POOL, Mode.LADDER, Mode.FORMULA, Mode.THRESHOLDS)
"""Modes whose awards are amounts of money."""


class Round(Stateful, Base):
    """All awards under one rule of the scheme for one edition; in force it is the leader's, never the preparer's."""

    __tablename__ = "reward_round"
    __table_args__ = (
        one_of("state", RoundState),
        one_of("mode", Mode),
        # A revoked round may be followed by another; the number of the attempt tells them apart.
        UniqueConstraint("edition_id", "rule_code", "attempt"),
        CheckConstraint(
            "state NOT IN ('publicity', 'approved', 'granted') OR publicity_until IS NOT NULL", name="made_public_first"
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'granted') OR (approved_by <> '' AND approved_by <> prepared_by)",
            name="approved_by_another",
        ),
        CheckConstraint("mode <> 'pool' OR pool IS NOT NULL", name="pool_is_known"),
        CheckConstraint("mode IN ('top', 'most_improved') OR money <> ''", name="money_has_a_unit"),
        CheckConstraint("mode <> 'most_improved' OR before_id IS NOT NULL", name="improved_since_when"),
    )
    __judged__ = ("edition_id", "before_id", "rule_code", "mode", "pool", "expected")

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    before_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)
    """Most improved only: the edition of the period before."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The authority: where its duties must be held."""
    rule_code: Mapped[str] = mapped_column(String(60))
    attempt: Mapped[int] = mapped_column(default=1)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("reward_round.id"), index=True)
    """The round that this one replaces once it is granted; only the difference is paid, or returned."""
    mode: Mapped[str] = mapped_column(String(20))
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(Text, default="")
    """The article of the scheme, or the rule's own condition, as the file words it."""
    money: Mapped[str] = mapped_column(String(20), default="")
    """The smallest unit in which amounts are whole: 万元."""
    ring_fence: Mapped[str] = mapped_column(Text, default="")
    """The only work on which it may be spent."""
    pool: Mapped[Decimal | None] = mapped_column(Scaled(0))
    expected: Mapped[Decimal | None] = mapped_column(Scaled(0))
    """What all steps together must sum to: the pool, or 0; none where places carry no money or need not balance."""
    publicity_within: Mapped[str] = mapped_column(String(8), default="5w")
    prepared_by: Mapped[str] = mapped_column(String(80))
    prepared_at: Mapped[datetime]
    publicity_from: Mapped[datetime | None]
    publicity_until: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(80), default="")
    approved_at: Mapped[datetime | None]
    granted_at: Mapped[datetime | None]
    flagged: Mapped[str] = mapped_column(Text, default="")
    """What has changed since in what it rests on: a corrigendum, a case."""
    awards: Mapped[list[Award]] = relationship(back_populates="round", order_by="Award.group_code, Award.unit_code")

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)

    @property
    def has_money(self) -> bool:
        return self.mode in PAID


class Award(Base):
    """What one unit receives, or why it does not; an open case holds the amount back without deciding about it."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id"),
        CheckConstraint("is_eligible OR exclusion_en <> ''", name="excluded_for_a_reason"),
        CheckConstraint("NOT is_held OR held_kind <> ''", name="held_for_a_matter"),
        CheckConstraint("clawed_back_at IS NULL OR granted_at IS NOT NULL", name="clawed_back_after_the_grant"),
        CheckConstraint("NOT (is_held AND granted_at IS NOT NULL)", name="not_granted_while_held"),
        Index("ix_award_unit", "unit_id"),
    )
    __judged__ = ("round_id", "unit_id", "amount", "place", "is_eligible", "is_held", "forfeited")

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("reward_round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_code: Mapped[str] = mapped_column(String(40))
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    group_code: Mapped[str] = mapped_column(String(60))
    rank: Mapped[int | None]
    total: Mapped[Decimal | None] = mapped_column(ExactNumber)
    place: Mapped[int | None]
    amount: Mapped[Decimal] = mapped_column(Scaled(0))
    nominal: Mapped[Decimal] = mapped_column(Scaled(0))
    """What its place is worth before an exclusion takes it: the ladder's steps are checked with these."""
    basis: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Weight, quota and bound, or the positions shared, or the gain: enough to compute it by hand."""
    before_amount: Mapped[Decimal | None] = mapped_column(Scaled(0))
    """What was granted under the round that this one corrects, and not asked back since; none: nothing was."""
    before_place: Mapped[int | None]
    is_eligible: Mapped[bool] = mapped_column(default=True)
    exclusion_zh: Mapped[str] = mapped_column(Text, default="")
    exclusion_en: Mapped[str] = mapped_column(Text, default="")
    exclusion_kind: Mapped[str] = mapped_column(String(60), default="")
    exclusion_id: Mapped[str] = mapped_column(String(80), default="")
    also_excluded: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list, server_default="[]")
    """Every further reason for which it is excluded: zh, en, kind and id of the record that says so."""
    is_held: Mapped[bool] = mapped_column(default=False)
    held_zh: Mapped[str] = mapped_column(Text, default="")
    held_en: Mapped[str] = mapped_column(Text, default="")
    held_kind: Mapped[str] = mapped_column(String(60), default="")
    held_id: Mapped[str] = mapped_column(String(80), default="")
    released_at: Mapped[datetime | None]
    forfeited: Mapped[str] = mapped_column(Text, default="")
    """Why it is not paid after all: the case behind it found fault."""
    granted_at: Mapped[datetime | None]
    clawed_back_at: Mapped[datetime | None]
    clawed_back_why: Mapped[str] = mapped_column(Text, default="")
    round: Mapped[Round] = relationship(back_populates="awards")

    @property
    def name(self) -> Bilingual:
        return Bilingual(self.name_zh, self.name_en)

    @property
    def exclusion(self) -> Bilingual:
        return Bilingual(self.exclusion_zh, self.exclusion_en)

    @property
    def exclusions(self) -> list[tuple[Bilingual, tuple[str, str]]]:
        """Every reason for which it is excluded, and the record behind each; empty where it is eligible."""
        if self.is_eligible:
            return []
        others = [(Bilingual(one["zh"], one["en"]), (one["kind"], one["id"])) for one in self.also_excluded or ()]
        return [(self.exclusion, (self.exclusion_kind, self.exclusion_id)), *others]

    @property
    def held(self) -> Bilingual:
        return Bilingual(self.held_zh, self.held_en)

    @property
    def due(self) -> Decimal:
        """What the grant moves, with its sign: the amount, or its difference to what was granted before."""
        return Decimal(0) if self.forfeited else self.amount - (self.before_amount or 0)

    @property
    def is_awarded(self) -> bool:
        """Whether there is anything to grant, to take, or to keep of what was granted before."""
        return not self.forfeited and (self.amount != 0 or self.place is not None or self.is_changed)

    @property
    def is_changed(self) -> bool:
        """Whether the unit has more, less or another place by the grant than it had before."""
        return not self.forfeited and (self.due != 0 or self.place != self.before_place)

    @property
    def is_gain(self) -> bool:
        """Whether it brings the unit something that an open case can hold back."""
        return self.due > 0 or (self.place is not None and self.place != self.before_place)

    @property
    def kept(self) -> tuple[Decimal | None, int | None]:
        """The amount and the place that the unit has by this round and those before it."""
        if self.clawed_back_at is not None:
            return None, None
        if self.granted_at is not None:
            return self.amount, self.place
        return self.before_amount, self.before_place
