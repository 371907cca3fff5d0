"""A case with its people, the points of its reply, facts, chain of responsibility and decision; and interviews."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.i18n import N_, Bilingual
from assessment.foundation.workflow import Stateful


class CaseState(StrEnum):
    PROMPTED = "prompted"
    DISMISSED = "dismissed"
    SETTLED = "settled"
    """Answered without a case: by an early warning, an interview or an inspection; no fault is stated."""
    OPENED = "opened"
    NOTICE_SERVED = "notice_served"
    REPLIED = "replied"
    LAPSED = "lapsed"
    REPORTED = "reported"
    RETURNED = "returned"
    LAW_REVIEWED = "law_reviewed"
    DECIDED = "decided"
    SERVED = "served"
    EXECUTED = "executed"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Source(StrEnum):
    """What prompted a case; none of these opens one."""

    LADDER = "ladder"
    OVERDUE_TASK = "overdue_task"
    FALSE_CLOSURE = "false_closure"
    VETO = "veto"
    PERSON = "person"

    @property
    def label(self) -> str:
        return SOURCES[self]


SOURCES = {
    Source.LADDER: N_("Prompted by a ladder"),
    Source.OVERDUE_TASK: N_("Prompted by an overdue critical task"),
    Source.FALSE_CLOSURE: N_("Prompted by a false closure"),
    Source.VETO: N_("Prompted by a veto"),
    Source.PERSON: N_("Prompted by a person"),
}


class Outcome(StrEnum):
    """What a case can end in, the mildest first. Discipline itself is not here: that is for the competent organ."""

    NO_CASE = "no_case"
    INTERVIEW = "interview"
    WRITTEN_INSPECTION = "written_inspection"
    CIRCULATED_CRITICISM = "circulated_criticism"
    PROPOSAL = "proposal"

    @property
    def label(self) -> str:
        return OUTCOMES[self]


OUTCOMES = {
    Outcome.NO_CASE: N_("No accountability"),
    Outcome.INTERVIEW: N_("Interview"),
    Outcome.WRITTEN_INSPECTION: N_("Written inspection"),
    Outcome.CIRCULATED_CRITICISM: N_("Circulated criticism"),
    Outcome.PROPOSAL: N_("Proposal to the competent organ"),
}


class Conduct(StrEnum):
    """How a duty was failed (Regulations on Accountability 2019, art. 10 asks to tell these apart)."""

    IMPROPER = "improper"
    WEAK = "weak"
    NONE = "none"

    @property
    def label(self) -> str:
        return CONDUCTS[self]


CONDUCTS = {
    Conduct.IMPROPER: N_("Duty carried out improperly"),
    Conduct.WEAK: N_("Duty carried out weakly"),
    Conduct.NONE: N_("Duty not carried out"),
}


class Responsibility(StrEnum):
    """Whose own acts decided the loss, who led the work, who took part in leading it."""

    DIRECT = "direct"
    MAIN = "main"
    IMPORTANT = "important"

    @property
    def label(self) -> str:
        return RESPONSIBILITIES[self]


RESPONSIBILITIES = {
    Responsibility.DIRECT: N_("Directly responsible"),
    Responsibility.MAIN: N_("Mainly responsible for leading"),
    Responsibility.IMPORTANT: N_("Importantly responsible for leading"),
}

BEFORE_A_CASE = (CaseState.PROMPTED, CaseState.DISMISSED, CaseState.SETTLED)
BEFORE_THE_DECISION = (
    CaseState.OPENED,
    CaseState.NOTICE_SERVED,
    CaseState.REPLIED,
    CaseState.LAPSED,
    CaseState.REPORTED,
    CaseState.RETURNED,
    CaseState.LAW_REVIEWED,
)


def _words(*states: CaseState) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


class Case(Stateful, Base):
    """One unit held to account for one matter. A rule only prompts it; people open, answer and decide it."""

    __tablename__ = "accountability_case"
    __table_args__ = (
        one_of("state", CaseState),
        one_of("source", Source),
        one_of("outcome", Outcome),
        one_of("conduct", Conduct),
        CheckConstraint(
            f"state IN ({_words(*BEFORE_A_CASE)}) OR (opened_at IS NOT NULL AND ground <> '')",
            name="opened_on_a_ground",
        ),
        CheckConstraint(
            f"state IN ({_words(*BEFORE_A_CASE, CaseState.OPENED)}) OR notice_at IS NOT NULL", name="heard_first"
        ),
        CheckConstraint(
            f"state IN ({_words(*BEFORE_A_CASE, *BEFORE_THE_DECISION)}) OR (outcome IS NOT NULL AND decision <> '')",
            name="decided_with_reasons",
        ),
        CheckConstraint("(state = 'settled') = (settled_by <> '')", name="settled_by_something"),
        CheckConstraint("decided_by = '' OR decided_by <> opened_by", name="decided_by_another"),
        CheckConstraint("reviewed_by = '' OR reviewed_by NOT IN (opened_by, decided_by)", name="reviewed_by_another"),
        # The same fact prompts the same thing once, however often it is looked at.
        UniqueConstraint(
            "rule", "unit_id", "origin_kind", "origin_id", "origin_occurrence",
            name="uq_accountability_case_prompted_once",
        ),
        Index("ix_accountability_case_origin", "origin_kind", "origin_id"),
    )
    __judged__ = ("unit_id", "outcome", "decision", "execute_by", "effect_until")

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))

    source: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(60), default="")
    """The scheme's code of the ladder or veto that prompts."""
    proposes: Mapped[str] = mapped_column(String(60), default="")
    """What that rule proposes, in the scheme's word: ``interview``, ``trace``."""
    origin_kind: Mapped[str] = mapped_column(String(60))
    origin_id: Mapped[str] = mapped_column(String(80))
    origin_occurrence: Mapped[str] = mapped_column(String(80), default="")
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)
    computation: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """How the rule counted: messages with their facts."""
    prompted_by: Mapped[str] = mapped_column(String(80))
    prompted_at: Mapped[datetime]
    settled_by: Mapped[str] = mapped_column(String(60), default="")
    """What answered a prompt that did not become a case: ``early_warning``, ``interview``, ``special_inspection``."""
    flagged: Mapped[str] = mapped_column(Text, default="")
    """Why the fact behind it has fallen since, for whoever has the case."""

    authority: Mapped[str] = mapped_column(Text, default="")
    ground: Mapped[str] = mapped_column(Text, default="")
    opened_by: Mapped[str] = mapped_column(String(80), default="")
    opened_at: Mapped[datetime | None]
    allegations: Mapped[str] = mapped_column(Text, default="")
    """What the notice tells the unit: the facts alleged and the intended ground."""
    notice_at: Mapped[datetime | None]
    reply_within: Mapped[str] = mapped_column(String(8), default="10w")
    replied_at: Mapped[datetime | None]

    norm: Mapped[str] = mapped_column(Text, default="")
    """Which rule, target or version of the letter applied at the time of the facts."""
    causes: Mapped[str] = mapped_column(Text, default="")
    conduct: Mapped[str | None] = mapped_column(String(10))
    exempting: Mapped[str] = mapped_column(Text, default="")
    """What excuses, mitigates or aggravates, with its proof."""
    proposal: Mapped[str] = mapped_column(Text, default="")
    reported_by: Mapped[str] = mapped_column(String(80), default="")
    reported_at: Mapped[datetime | None]
    legal_opinion: Mapped[str] = mapped_column(Text, default="")
    reviewed_by: Mapped[str] = mapped_column(String(80), default="")
    reviewed_at: Mapped[datetime | None]

    outcome: Mapped[str | None] = mapped_column(String(30))
    decision: Mapped[str] = mapped_column(Text, default="")
    publicity: Mapped[str] = mapped_column(Text, default="")
    """Who is told of it; a revocation is told in the same range."""
    organ: Mapped[str] = mapped_column(Text, default="")
    """To whom a proposal goes."""
    organ_answer: Mapped[str] = mapped_column(Text, default="")
    organ_answered_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(80), default="")
    decided_at: Mapped[datetime | None]
    execute_by: Mapped[date | None]
    effect_until: Mapped[date | None]
    appeal_within: Mapped[str] = mapped_column(String(8), default="1m")
    served_at: Mapped[datetime | None]
    execution: Mapped[str] = mapped_column(Text, default="")
    executed_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    investigators: Mapped[list[CaseInvestigator]] = relationship(
        back_populates="case", order_by="CaseInvestigator.person_id"
    )
    points: Mapped[list[ReplyPoint]] = relationship(back_populates="case", order_by="ReplyPoint.number")
    facts: Mapped[list[CaseFact]] = relationship(back_populates="case", order_by="CaseFact.number")
    chain: Mapped[list[CaseResponsible]] = relationship(back_populates="case", order_by="CaseResponsible.id")

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)

    @property
    def origin(self) -> tuple[str, str]:
        return (self.origin_kind, self.origin_id)

    @property
    def standing_facts(self) -> list[CaseFact]:
        return [fact for fact in self.facts if not fact.is_struck]


class CaseInvestigator(Base):
    """One who investigates, and the declaration that nothing ties him or her to the matter."""

    __tablename__ = "case_investigator"
    __table_args__ = (CheckConstraint("(declared_at IS NULL) = (declaration = '')", name="declared_in_words"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("accountability_case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    declaration: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship(back_populates="investigators")


class ReplyPoint(Base):
    """One point of the unit's reply; each is answered before anything is decided."""

    __tablename__ = "case_reply_point"
    __table_args__ = (UniqueConstraint("case_id", "number"),)
    __judged__ = ("case_id", "number", "statement", "answer")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("accountability_case.id"), index=True)
    number: Mapped[int]
    statement: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    case: Mapped[Case] = relationship(back_populates="points")


class CaseFact(Base):
    """A finding of fact with the records that prove it."""

    __tablename__ = "case_fact"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("NOT is_struck OR struck_why <> ''", name="struck_for_a_reason"),
    )
    __judged__ = ("case_id", "number", "statement", "happened_on", "is_struck")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("accountability_case.id"), index=True)
    number: Mapped[int]
    happened_on: Mapped[date]
    statement: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[list[str]]] = mapped_column(JSON)
    """(kind, id) of each record that proves it."""
    told_at: Mapped[datetime | None]
    """When it was put to the unit, with the notice or a later one; until then nothing may rest on it."""
    is_struck: Mapped[bool] = mapped_column(default=False)
    struck_why: Mapped[str] = mapped_column(Text, default="")
    case: Mapped[Case] = relationship(back_populates="facts")


class CaseResponsible(Base):
    """A link of the chain: who held which post on the day, with what duty, responsible in what class and why."""

    __tablename__ = "case_responsible"
    __table_args__ = (
        one_of("responsibility", Responsibility),
        UniqueConstraint("case_id", "person_id", "post_id", "day"),
    )
    __judged__ = ("case_id", "person_id", "post_id", "day", "responsibility")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("accountability_case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    day: Mapped[date]
    person: Mapped[str] = mapped_column(String(120))
    """The name as it was; for the case's own readers, never for a public paper."""
    post_zh: Mapped[str] = mapped_column(String(200))
    post_en: Mapped[str] = mapped_column(String(200))
    responsibility: Mapped[str] = mapped_column(String(20))
    duty: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    case: Mapped[Case] = relationship(back_populates="chain")

    @property
    def post(self) -> Bilingual:
        return Bilingual(self.post_zh, self.post_en)


# --- interviews ------------------------------------------------------------------------------------------------------


class InterviewState(StrEnum):
    CALLED = "called"
    HELD = "held"
    COMMITTED = "committed"
    DONE = "done"
    CANCELLED = "cancelled"


class Interview(Stateful, Base):
    """A talk 约谈, the softer and earlier tool: called with time, place and reason; held; its commitments kept."""

    __tablename__ = "interview"
    __table_args__ = (
        one_of("state", InterviewState),
        CheckConstraint(
            "state IN ('called', 'cancelled') OR (held_at IS NOT NULL AND minutes <> '')", name="held_with_minutes"
        ),
        CheckConstraint("takes_place_at >= called_at", name="called_beforehand"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("accountability_case.id"), index=True)
    """The prompt that it answers, or the case whose decision it carries out."""
    called_by: Mapped[str] = mapped_column(String(80))
    called_at: Mapped[datetime]
    takes_place_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    minutes: Mapped[str] = mapped_column(Text, default="")
    held_at: Mapped[datetime | None]
    commitments: Mapped[list[Commitment]] = relationship(back_populates="interview", order_by="Commitment.number")


class Commitment(Base):
    """What a unit undertook in an interview, by when, and that it was done."""

    __tablename__ = "interview_commitment"
    __table_args__ = (
        UniqueConstraint("interview_id", "number"),
        CheckConstraint("(done_at IS NULL) = (done_how = '')", name="done_in_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(ForeignKey("interview.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_how: Mapped[str] = mapped_column(Text, default="")
    interview: Mapped[Interview] = relationship(back_populates="commitments")
