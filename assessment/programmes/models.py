"""What is assessed: programmes, versions of their schemes, responsibility letters with targets, and periods."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.exact_columns import ExactNumber
from assessment.foundation.i18n import MONTHS, N_, Bilingual
from assessment.foundation.workflow import Stateful


class Programme(Base):
    """One field of work that is assessed, with the authority that answers for it."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    authority_zh: Mapped[str] = mapped_column(String(200))
    authority_en: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(20), default="")
    """The authority's mark in reference numbers: 吉公通."""
    zone: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    """The authority's unit: duties at the programme are held there."""
    is_example: Mapped[bool] = mapped_column(default=False)
    is_illustrative: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)

    @property
    def authority(self) -> Bilingual:
        return Bilingual(self.authority_zh, self.authority_en)


class SchemeState(StrEnum):
    DRAFTED = "drafted"
    CHECKED = "checked"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class SchemeVersion(Stateful, Base):
    """One version of a programme's scheme file; its text is sealed by a hash and never edited once it is submitted."""

    __tablename__ = "scheme_version"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        one_of("state", SchemeState),
        CheckConstraint("length(sha256) = 64", name="sealed"),
        CheckConstraint(
            "state NOT IN ('submitted', 'approved', 'in_force', 'superseded') OR submitted_by <> ''", name="submitted"
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'in_force', 'superseded') "
            "OR (approved_by <> '' AND approved_by <> submitted_by)",
            name="approved_by_another",
        ),
        CheckConstraint("state NOT IN ('in_force', 'superseded') OR in_force_from <> ''", name="in_force_from"),
    )
    __judged__ = ("sha256", "in_force_from")

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    """The version as the file names it: 2012.1."""
    source: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    written_by: Mapped[str] = mapped_column(String(80))
    written_at: Mapped[datetime]
    submitted_by: Mapped[str] = mapped_column(String(80), default="")
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(80), default="")
    approved_at: Mapped[datetime | None]
    in_force_from: Mapped[str] = mapped_column(String(10), default="")
    """The code of the first period it counts for."""

    programme: Mapped[Programme] = relationship(lazy="joined")


class LetterState(StrEnum):
    DRAFTED = "drafted"
    OFFERED = "offered"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    ENDED = "ended"


class AmendmentGround(StrEnum):
    """The three grounds on which a target may be changed (杭州市绩效管理条例 art. 15, 济南市绩效管理条例 art. 12)."""

    POLICY_CHANGE = "policy_change"
    REORGANISATION = "reorganisation"
    FORCE_MAJEURE = "force_majeure"

    @property
    def label(self) -> str:
        return _GROUNDS[self]


_GROUNDS = {
    AmendmentGround.POLICY_CHANGE: N_("Major change of policy"),
    AmendmentGround.REORGANISATION: N_("Reorganisation"),
    AmendmentGround.FORCE_MAJEURE: N_("Force majeure"),
}


class Letter(Stateful, Base):
    """A responsibility letter: one unit's targets for a term. An amendment is a further version of it."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("programme_id", "unit_id", "number", "version_number"),
        Index("ix_letter_effect", "programme_id", "effective_from"),
        one_of("state", LetterState),
        one_of("ground", AmendmentGround),
        CheckConstraint("term_from <= term_to", name="term"),
        CheckConstraint("effective_from >= term_from AND effective_from <= term_to", name="effective_in_term"),
        CheckConstraint(
            "(amends_id IS NULL) = (ground IS NULL) AND (amends_id IS NULL OR evidence <> '')",
            name="amended_on_a_ground",
        ),
        CheckConstraint("(amends_id IS NULL) = (version_number = 1)", name="first_version"),
        CheckConstraint(
            "state NOT IN ('signed', 'in_force') OR amends_id IS NOT NULL OR signed_by <> ''", name="signed_by_somebody"
        ),
        CheckConstraint(
            "state <> 'in_force' OR (countersigned_by <> '' AND countersigned_by <> signed_by)", name="countersigned"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    number: Mapped[str] = mapped_column(String(80))
    version_number: Mapped[int] = mapped_column(default=1)
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    ground: Mapped[str | None] = mapped_column(String(20))
    evidence: Mapped[str] = mapped_column(Text, default="")
    term_from: Mapped[date]
    term_to: Mapped[date]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    """Set when an amendment takes its place before the term is over."""
    drafted_by: Mapped[str] = mapped_column(String(80))
    offered_at: Mapped[datetime | None]
    signed_by: Mapped[str] = mapped_column(String(80), default="")
    signed_label: Mapped[str] = mapped_column(Text, default="")
    signed_at: Mapped[datetime | None]
    countersigned_by: Mapped[str] = mapped_column(String(80), default="")
    countersigned_label: Mapped[str] = mapped_column(Text, default="")
    countersigned_at: Mapped[datetime | None]

    targets: Mapped[list[LetterTarget]] = relationship(
        back_populates="letter", order_by="LetterTarget.id", cascade="all, delete-orphan"
    )
    proposals: Mapped[list[LetterProposal]] = relationship(back_populates="letter", order_by="LetterProposal.turn")
    matters: Mapped[list[LetterMatter]] = relationship(back_populates="letter", order_by="LetterMatter.id")
    programme: Mapped[Programme] = relationship()

    @property
    def open_proposal(self) -> LetterProposal | None:
        """What the unit has proposed instead and the office has not answered yet."""
        return next((one for one in self.proposals if one.outcome == ProposalOutcome.OPEN), None)

    @property
    def undecided_matters(self) -> list[LetterMatter]:
        """Key remediation that somebody has yet to take into the letter or leave out."""
        return [one for one in self.matters if one.outcome == MatterOutcome.PROPOSED]

    @property
    def bound_to(self) -> list[LetterMatter]:
        """Key remediation that the letter binds its unit to."""
        return [one for one in self.matters if one.outcome == MatterOutcome.TAKEN_IN]

    @property
    def is_amendment(self) -> bool:
        return self.amends_id is not None


class LetterTarget(Base):
    """What a letter promises for one value: for the whole term, or (``month``) by the end of a month of it."""

    __tablename__ = "letter_target"
    __table_args__ = (
        UniqueConstraint("letter_id", "value_code", "month"),
        CheckConstraint("month IS NULL OR (month >= 1 AND month <= 12)", name="month_of_the_year"),
    )
    __judged__ = ("letter_id", "value_code", "month", "number")

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    value_code: Mapped[str] = mapped_column(String(60))
    month: Mapped[int | None]
    number: Mapped[Decimal] = mapped_column(ExactNumber)

    letter: Mapped[Letter] = relationship(back_populates="targets")


class MatterOutcome(StrEnum):
    """What became of key remediation that was proposed for a letter."""

    PROPOSED = "proposed"
    TAKEN_IN = "taken_in"
    LEFT_OUT = "left_out"

    @property
    def label(self) -> str:
        return _MATTER_OUTCOMES[self]


_MATTER_OUTCOMES = {
    MatterOutcome.PROPOSED: N_("To be decided"),
    MatterOutcome.TAKEN_IN: N_("Taken into the letter"),
    MatterOutcome.LEFT_OUT: N_("Left out"),
}


class LetterMatter(Base):
    """Key remediation as a target of a letter: proposed from a record, taken in or left out by a person."""

    __tablename__ = "letter_matter"
    __table_args__ = (
        UniqueConstraint("letter_id", "origin_kind", "origin_id"),
        one_of("outcome", MatterOutcome),
        CheckConstraint("(outcome = 'proposed') = (decided_by = '')", name="decided_by_somebody"),
        CheckConstraint("outcome <> 'left_out' OR reason <> ''", name="left_out_for_a_reason"),
    )
    __judged__ = ("letter_id", "origin_kind", "origin_id", "due_on", "outcome")

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    origin_kind: Mapped[str] = mapped_column(String(60))
    origin_id: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(80))
    """Of the record it comes from, as the letter quotes it."""
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    why_zh: Mapped[str] = mapped_column(Text)
    why_en: Mapped[str] = mapped_column(Text)
    """What makes it key: listed supervision, overdue, a false closure."""
    due_on: Mapped[date]
    """By when it is to be put right; the letter repeats the task's deadline and never moves it."""
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20), default=MatterOutcome.PROPOSED.value)
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(80), default="")
    decided_label: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]

    letter: Mapped[Letter] = relationship(back_populates="matters")

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)

    @property
    def why(self) -> Bilingual:
        return Bilingual(self.why_zh, self.why_en)


class ProposalOutcome(StrEnum):
    """What became of a unit's counter-proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"

    @property
    def label(self) -> str:
        return _PROPOSAL_OUTCOMES[self]


_PROPOSAL_OUTCOMES = {
    ProposalOutcome.OPEN: N_("Not answered yet"),
    ProposalOutcome.ACCEPTED: N_("Accepted"),
    ProposalOutcome.DECLINED: N_("Declined"),
    ProposalOutcome.TAKEN_BACK: N_("Taken back"),
}


class LetterProposal(Base):
    """What a unit would sign instead of what it was offered, with its reason and the office's answer."""

    __tablename__ = "letter_proposal"
    __table_args__ = (
        UniqueConstraint("letter_id", "turn"),
        one_of("outcome", ProposalOutcome),
        CheckConstraint("(outcome = 'open') = (answered_at IS NULL)", name="answered_at_a_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    turn: Mapped[int]
    targets: Mapped[dict[str, str]] = mapped_column(JSON)
    """value code -> the term's target as exact decimal text; schedules are scaled with it."""
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_label: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20), default=ProposalOutcome.OPEN.value)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_label: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]

    letter: Mapped[Letter] = relationship(back_populates="proposals")


class PeriodState(StrEnum):
    """The states of a period; its process, whose guards look at every room, is ``cycles.process``."""

    PLANNED = "planned"
    OPEN = "open"
    VERIFYING = "verifying"
    PROVISIONAL = "provisional"
    OBJECTIONS = "objections"
    APPROVED = "approved"
    PUBLICITY = "publicity"
    PUBLISHED = "published"
    CONSEQUENCES = "consequences"
    CLOSED = "closed"
    CANCELLED = "cancelled"


NOT_SERVED = (PeriodState.PLANNED, PeriodState.OPEN, PeriodState.VERIFYING, PeriodState.PROVISIONAL)
"""Before the provisional scores are served: what was validated may still be corrected by the office."""


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Period(Stateful, Base):
    """A month, quarter or year from its opening to its closing, with the planned moments of its diary."""

    __tablename__ = "period"
    __table_args__ = (
        UniqueConstraint("programme_id", "code"),
        one_of("state", PeriodState),
        one_of("kind", PeriodKind),
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("report_by IS NULL OR late_until IS NULL OR report_by <= late_until", name="late_after_due"),
    )

    # The process lies in `cycles`, above; a period is planned here, in its first state.
    state: Mapped[str] = mapped_column(String(32), index=True, default=PeriodState.PLANNED.value)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id"))
    code: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    first_day: Mapped[date]
    last_day: Mapped[date]
    opens_at: Mapped[datetime]
    report_by: Mapped[datetime | None]
    late_until: Mapped[datetime | None]
    verify_by: Mapped[datetime | None]
    provisional_on: Mapped[datetime | None]
    is_provisional: Mapped[bool] = mapped_column(default=False)
    """Its moments lie beyond the working-day table: they are an estimate, and nothing may be served on them."""

    programme: Mapped[Programme] = relationship()
    parts: Mapped[list[PeriodPart]] = relationship(
        foreign_keys="PeriodPart.period_id", order_by="PeriodPart.part_id", back_populates="whole"
    )

    @property
    def is_composite(self) -> bool:
        return bool(self.parts)

    @property
    def title(self) -> Bilingual:
        year = self.first_day.year
        if self.kind == PeriodKind.MONTH:
            return Bilingual(f"{year}年{self.first_day.month}月", f"{MONTHS[self.first_day.month - 1]} {year}")
        if self.kind == PeriodKind.QUARTER:
            quarter = (self.first_day.month + 2) // 3
            return Bilingual(f"{year}年第{'一二三四'[quarter - 1]}季度", f"Quarter {quarter}, {year}")
        return Bilingual(f"{year}年度", f"Year {year}")


class PeriodPart(Base):
    """A part of a composite period, and what it weighs."""

    __tablename__ = "period_part"
    __table_args__ = (CheckConstraint("period_id <> part_id", name="not_itself"),)

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("period.id"), primary_key=True, index=True)
    weight: Mapped[Decimal] = mapped_column(ExactNumber)

    whole: Mapped[Period] = relationship(foreign_keys=[period_id], back_populates="parts")
    part: Mapped[Period] = relationship(foreign_keys=[part_id], lazy="joined")

    @property
    def is_year_end(self) -> bool:
        """Whether it is the year-end assessment, which has a scheme and a programme of its own."""
        return self.part.programme_id != self.whole.programme_id

    @property
    def code(self) -> str:
        """Its name among the parts; the year-end assessment's period bears the code of the year itself."""
        return f"{self.part.code}-end" if self.is_year_end else self.part.code

    @property
    def title(self) -> Bilingual:
        if not self.is_year_end:
            return self.part.title
        year = self.part.first_day.year
        return Bilingual(f"{year}年年终考核", f"Year-end assessment {year}")
