"""A case with its investigators, the points of its reply, its facts and the chain of responsibility."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.accountability.models.words import (
    BEFORE_A_CASE,
    BEFORE_THE_DECISION,
    CaseState,
    Circulation,
    CircumstanceKind,
    Conduct,
    Outcome,
    Responsibility,
    Source,
)
from assessment.foundation.db import Base, one_of
from assessment.foundation.i18n import Bilingual
from assessment.foundation.workflow import Stateful

if TYPE_CHECKING:
    from assessment.accountability.models.panels import Declaration, Motion


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
        one_of("circulation", Circulation),
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
    SEALED_AWAY = (
        "allegations", "causes", "exempting", "proposal", "legal_opinion", "organ_answer", "execution", "inspection",
        "flagged",
    )
    """What is erased when a case is sealed; nobody is judged by it."""

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
    """Which rule, target or version of the letter applied at the time of the facts, and which clause of it."""
    norms: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    """(kind, id) of each scheme version and letter relied on: read from what was in force on the days of the facts."""
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
    deciders: Mapped[int] = mapped_column(default=3)
    """How many members must have voted; more than half of them in favour."""
    publicity: Mapped[str] = mapped_column(Text, default="")
    """Where else it is told, in words."""
    circulation: Mapped[str] = mapped_column(String(20), default=Circulation.UNIT.value)
    circular: Mapped[str] = mapped_column(Text, default="")
    circulated_at: Mapped[datetime | None]
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
    inspection: Mapped[str] = mapped_column(Text, default="")
    """The written inspection that the unit handed in."""
    inspection_at: Mapped[datetime | None]
    execution: Mapped[str] = mapped_column(Text, default="")
    executed_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]
    """Since then its texts are gone and the trail's bodies with them; what it decided stays."""

    investigators: Mapped[list[CaseInvestigator]] = relationship(
        back_populates="case", order_by="CaseInvestigator.person_id"
    )
    points: Mapped[list[ReplyPoint]] = relationship(back_populates="case", order_by="ReplyPoint.number")
    facts: Mapped[list[CaseFact]] = relationship(back_populates="case", order_by="CaseFact.number")
    chain: Mapped[list[CaseResponsible]] = relationship(back_populates="case", order_by="CaseResponsible.id")
    circumstances: Mapped[list[Circumstance]] = relationship(back_populates="case", order_by="Circumstance.number")
    declarations: Mapped[list[Declaration]] = relationship(
        back_populates="case", order_by="Declaration.declared_at, Declaration.person_id"
    )
    motions: Mapped[list[Motion]] = relationship(back_populates="case", order_by="Motion.number")

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)

    @property
    def origin(self) -> tuple[str, str]:
        return (self.origin_kind, self.origin_id)

    @property
    def standing_facts(self) -> list[CaseFact]:
        return [fact for fact in self.facts if not fact.is_struck]

    @property
    def active_investigators(self) -> list[CaseInvestigator]:
        """Those who have not stepped aside."""
        return [one for one in self.investigators if one.stepped_aside_at is None]

    @property
    def declared_investigators(self) -> list[CaseInvestigator]:
        return [one for one in self.active_investigators if one.declared_at is not None]

    @property
    def motion(self) -> Motion | None:
        """The motion before the deciding body, if there is one."""
        return next((one for one in self.motions if one.settled_at is None), None)


class CaseInvestigator(Base):
    """One who investigates, and the declaration that nothing ties him or her to the matter."""

    __tablename__ = "case_investigator"
    __table_args__ = (
        CheckConstraint("(declared_at IS NULL) = (declaration = '')", name="declared_in_words"),
        CheckConstraint("(stepped_aside_at IS NULL) = (aside_why = '')", name="stepped_aside_for_a_reason"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("accountability_case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    declaration: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[datetime | None]
    stepped_aside_at: Mapped[datetime | None]
    """Something ties him or her to the matter after all; the part stays known, and bars from deciding."""
    aside_why: Mapped[str] = mapped_column(Text, default="")
    dissent: Mapped[str] = mapped_column(Text, default="")
    """What he or she holds against the report that another filed."""
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


class Circumstance(Base):
    """What exempts, mitigates or aggravates, or that somebody dissented; with the records that prove it."""

    __tablename__ = "case_circumstance"
    __table_args__ = (
        one_of("kind", CircumstanceKind),
        UniqueConstraint("case_id", "number"),
        CheckConstraint("kind <> 'dissent' OR responsible_id IS NOT NULL", name="dissent_is_somebodys"),
    )
    __judged__ = ("case_id", "number", "kind", "responsible_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("accountability_case.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("case_responsible.id"))
    """Of whose part it speaks; of the unit's where it is empty."""
    statement: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[list[str]]] = mapped_column(JSON)
    case: Mapped[Case] = relationship(back_populates="circumstances")
