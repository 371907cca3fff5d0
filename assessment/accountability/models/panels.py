"""Who decides a case: declarations that nothing ties anybody to it, motions, and the vote of each member."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.accountability.models.cases import Case
from assessment.accountability.models.words import Ballot, Circulation, MotionFate, Outcome, Part
from assessment.foundation.db import Base, one_of


class Declaration(Base):
    """The word of whoever opens, reviews or decides that nothing ties him or her to the unit, its people or the matter.

    Investigators give theirs before the notice; it stands with them.
    """

    __tablename__ = "case_declaration"
    __table_args__ = (one_of("part", Part), CheckConstraint("text <> ''", name="in_words"))

    case_id: Mapped[int] = mapped_column(ForeignKey("accountability_case.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    label: Mapped[str] = mapped_column(Text)
    """Name and post as they were."""
    text: Mapped[str] = mapped_column(Text)
    declared_at: Mapped[datetime]
    case: Mapped[Case] = relationship(back_populates="declarations")


class Motion(Base):
    """A decision put to the vote, word for word as it would be served."""

    __tablename__ = "case_motion"
    __table_args__ = (
        one_of("fate", MotionFate),
        one_of("outcome", Outcome),
        one_of("circulation", Circulation),
        UniqueConstraint("case_id", "number"),
        CheckConstraint("decision <> ''", name="with_reasons"),
        CheckConstraint("outcome <> 'circulated_criticism' OR circular <> ''", name="circulated_in_words"),
        CheckConstraint("(fate = 'open') = (settled_at IS NULL)", name="settled_at_a_time"),
    )
    __judged__ = ("case_id", "number", "outcome", "decision", "circulation", "circular", "execute_by", "effect_until")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("accountability_case.id"), index=True)
    number: Mapped[int]
    fate: Mapped[str] = mapped_column(String(10), default=MotionFate.OPEN.value)
    outcome: Mapped[str] = mapped_column(String(30))
    decision: Mapped[str] = mapped_column(Text)
    publicity: Mapped[str] = mapped_column(Text, default="")
    circulation: Mapped[str] = mapped_column(String(20), default=Circulation.UNIT.value)
    circular: Mapped[str] = mapped_column(Text, default="")
    """What others are told of it: no person's name stands in it."""
    organ: Mapped[str] = mapped_column(Text, default="")
    execute_by: Mapped[date | None]
    effect_until: Mapped[date | None]
    moved_by: Mapped[str] = mapped_column(String(80))
    moved_label: Mapped[str] = mapped_column(Text)
    moved_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    case: Mapped[Case] = relationship(back_populates="motions")
    votes: Mapped[list[Vote]] = relationship(back_populates="motion", order_by="Vote.voted_at, Vote.person_id")

    def count(self, ballot: Ballot) -> int:
        return sum(one.ballot == ballot for one in self.votes)


class Vote(Base):
    """One member's vote; who votes against says why, and that stays with the case."""

    __tablename__ = "case_vote"
    __table_args__ = (
        one_of("ballot", Ballot),
        CheckConstraint("ballot <> 'against' OR reason <> ''", name="dissent_in_words"),
    )
    __judged__ = ("ballot", "reason")

    motion_id: Mapped[int] = mapped_column(ForeignKey("case_motion.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    label: Mapped[str] = mapped_column(Text)
    ballot: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    voted_at: Mapped[datetime]
    motion: Mapped[Motion] = relationship(back_populates="votes")
