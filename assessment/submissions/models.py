"""What units report: submissions, the versions of each value in three columns, drafts and evidence."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.exact_columns import ExactNumber
from assessment.foundation.workflow import Stateful
from assessment.programmes.models import Period
from assessment.submissions.rules import Stage, ValueKind


class SubmissionState(StrEnum):
    DUE = "due"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ENDORSED = "endorsed"
    RETURNED = "returned"
    VERIFIED = "verified"
    VALIDATED = "validated"


UNIT = "unit"
"""The source of a submission that the assessed unit itself makes; any other is a data provider's."""


class Submission(Stateful, Base):
    """What one source reports on one unit for one period."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("unit_id", "period_id", "source"),
        Index("ix_submission_period_state", "period_id", "state"),
        one_of("state", SubmissionState),
        CheckConstraint("due_at <= late_until", name="late_after_due"),
        CheckConstraint(
            "state NOT IN ('submitted', 'endorsed', 'verified') OR (receipt <> '' AND submitted_by <> '')",
            name="receipt",
        ),
        CheckConstraint("state <> 'returned' OR return_due_at IS NOT NULL", name="return_due"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    source: Mapped[str] = mapped_column(String(40), default=UNIT)
    due_at: Mapped[datetime]
    late_until: Mapped[datetime]
    return_due_at: Mapped[datetime | None]
    endorser_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    by_ballot: Mapped[bool] = mapped_column(default=False)
    """A panel votes on it: nobody types its values, the count of the ballots enters them."""
    receipt: Mapped[str | None] = mapped_column(String(80), unique=True)
    receipts: Mapped[int] = mapped_column(default=0)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    submitted_by: Mapped[str] = mapped_column(String(80), default="")
    submitted_label: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime | None]
    first_complete_at: Mapped[datetime | None]
    verified_by: Mapped[str] = mapped_column(String(80), default="")
    validated_by: Mapped[str] = mapped_column(String(80), default="")
    validated_at: Mapped[datetime | None]

    period: Mapped[Period] = relationship()
    values: Mapped[list[SubmissionValue]] = relationship(
        order_by="SubmissionValue.version_number, SubmissionValue.id", back_populates="submission"
    )
    evidence: Mapped[list[Evidence]] = relationship(order_by="Evidence.id", back_populates="submission")
    draft: Mapped[SubmissionDraft | None] = relationship(back_populates="submission")

    @property
    def standing_evidence(self) -> list[Evidence]:
        """The files that stand behind the values now; those that were replaced or taken away are kept beside them."""
        return [one for one in self.evidence if one.ended_at is None]


class SubmissionDraft(Base):
    """What has been typed and not yet sent: one working copy a submission, as it was typed."""

    __tablename__ = "submission_draft"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    typed: Mapped[dict[str, Any]] = mapped_column(JSON)
    """value code -> {"number": text as typed, "kind": kind}"""
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(80))

    submission: Mapped[Submission] = relationship(back_populates="draft")


class SubmissionValue(Base):
    """One version of one value in one column; never changed, only followed by a later version."""

    __tablename__ = "submission_value"
    __table_args__ = (
        UniqueConstraint("submission_id", "value_code", "stage", "version_number", name="uq_submission_value_version"),
        one_of("stage", Stage),
        one_of("kind", ValueKind),
        CheckConstraint("kind <> 'given' OR number IS NOT NULL", name="given_is_a_number"),
        CheckConstraint("kind = 'given' OR number IS NULL OR origin_kind <> ''", name="number_by_decision"),
    )
    __judged__ = ("submission_id", "value_code", "stage", "version_number", "number", "kind")

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    value_code: Mapped[str] = mapped_column(String(60))
    stage: Mapped[str] = mapped_column(String(10))
    version_number: Mapped[int]
    number: Mapped[Decimal | None] = mapped_column(ExactNumber)
    kind: Mapped[str] = mapped_column(String(20))
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    origin_kind: Mapped[str] = mapped_column(String(40), default="")
    origin_id: Mapped[str] = mapped_column(String(80), default="")

    submission: Mapped[Submission] = relationship(back_populates="values")


STANDS = text("ended_at IS NULL")


class Evidence(Base):
    """A file that stands behind a value: its original bytes lie in the file store under their hash.

    One that takes its place names it (``replaces_id``); the earlier one has ended, and stays readable.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        Index(
            "uq_evidence_standing", "submission_id", "value_code", "sha256", unique=True, sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        UniqueConstraint("replaces_id"),
        CheckConstraint("length(sha256) = 64 AND size > 0", name="file"),
        CheckConstraint("(replaces_id IS NULL) = (version_number = 1)", name="later_versions_replace_one"),
        CheckConstraint("(ended_at IS NULL) = (ended_by = '')", name="ended_by_somebody"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    value_code: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    mime: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(Text)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    version_number: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None]
    """When it was replaced, or taken away after it had been sent."""
    ended_by: Mapped[str] = mapped_column(Text, default="")

    submission: Mapped[Submission] = relationship(back_populates="evidence")


class CheckState(StrEnum):
    FROZEN = "frozen"
    DRAWN = "drawn"
    CLOSED = "closed"


class CounterCheck(Stateful, Base):
    """A drawn sample of a period's verified values that somebody else verifies anew: is the verifier right?"""

    __tablename__ = "counter_check"
    __table_args__ = (
        one_of("state", CheckState),
        CheckConstraint("state = 'frozen' OR length(seed) = 20", name="drawn_with_a_seed"),
        CheckConstraint("at_random >= 1 AND by_risk >= 0", name="some_at_random"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The authority's, at which the duties are held."""
    at_random: Mapped[int]
    """How many are drawn from the whole roll: a floor that no judgement of risk touches."""
    by_risk: Mapped[int]
    """How many more are drawn from what called a person."""
    population: Mapped[int]
    population_hash: Mapped[str] = mapped_column(String(64))
    inputs_hash: Mapped[str] = mapped_column(String(64))
    """Over the roll with the number of risks of each value: what was a risk was fixed before the seed."""
    seed: Mapped[str] = mapped_column(String(20), default="")
    frozen_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]

    period: Mapped[Period] = relationship()
    items: Mapped[list[CounterCheckItem]] = relationship(order_by="CounterCheckItem.id", back_populates="check")


class CounterCheckItem(Base):
    """A verified value on the roll; with a place when it was drawn, with what was found when it was checked."""

    __tablename__ = "counter_check_item"
    __table_args__ = (
        UniqueConstraint("counter_check_id", "name"),
        CheckConstraint("place IS NOT NULL OR checked_at IS NULL", name="only_drawn_ones_are_checked"),
    )
    __judged__ = ("counter_check_id", "name", "verified", "found")

    id: Mapped[int] = mapped_column(primary_key=True)
    counter_check_id: Mapped[int] = mapped_column(ForeignKey("counter_check.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    value_code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    """As it is drawn: ``unit code/source/value code``."""
    risks: Mapped[int]
    """How many flags the value bore when the roll was frozen."""
    place: Mapped[int | None]
    ticket: Mapped[str | None] = mapped_column(String(64))
    is_by_risk: Mapped[bool] = mapped_column(default=False)
    verified: Mapped[Decimal | None] = mapped_column(ExactNumber)
    found: Mapped[Decimal | None] = mapped_column(ExactNumber)
    note: Mapped[str] = mapped_column(Text, default="")
    checked_by: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime | None]

    check: Mapped[CounterCheck] = relationship(back_populates="items")
