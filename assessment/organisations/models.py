"""Units, posts, people and sign-ins. Whatever is dated holds from `valid_from` until the day before `valid_to`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, and_, false, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.foundation.db import Base, one_of
from assessment.foundation.exact_columns import ExactNumber
from assessment.foundation.i18n import N_, Bilingual
from assessment.foundation.workflow import Stateful
from assessment.organisations.duties import Duty


class Level(StrEnum):
    """Where a unit stands; a body (an office, a department) is not a place."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    BODY = "body"


class Covers(StrEnum):
    """How far a post's duty reaches from the post's unit."""

    SUBTREE = "subtree"
    UNIT = "unit"
    ALL = "all"
    """Every unit: a provincial office that is itself only a leaf of the tree."""


class AccountState(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Mails(StrEnum):
    """How often somebody wants to be written to; a receipt comes in any case."""

    DAILY = "daily"
    AT_ONCE = "at_once"
    NONE = "none"

    @property
    def label(self) -> str:
        return _MAILS[self]


_MAILS = {
    Mails.DAILY: N_("Once a day, all in one message"),
    Mails.AT_ONCE: N_("Once a day, and at once when a paper is served"),
    Mails.NONE: N_("Not at all; receipts only"),
}


class Dated:
    """Holds from a day until the day before another; no end means until further notice."""

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def valid_on(model: Any, day: date) -> ColumnElement[bool]:
    """The rows of a dated table that hold on a day."""
    return and_(model.valid_from <= day, or_(model.valid_to.is_(None), model.valid_to > day))


def in_order() -> CheckConstraint:
    return CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates_in_order")


# --- units -----------------------------------------------------------------------------------------------------------


class Unit(Dated, Base):
    """A locality or body. Names and places change over its life; its id and code do not."""

    __tablename__ = "unit"
    __table_args__ = (one_of("level", Level), in_order())

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(20))
    tile_row: Mapped[int | None]
    """Where its tile lies on the map-like grid of its level; both, or neither. It is a picture's, and not dated."""
    tile_column: Mapped[int | None]

    @property
    def name(self) -> Bilingual:
        """Its newest name; `queries.units_on` gives that of a day."""
        return Bilingual(self.name_zh, self.name_en)


class UnitName(Dated, Base):
    """What a unit was called, and when."""

    __tablename__ = "unit_name"
    __table_args__ = (in_order(),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))

    @property
    def name(self) -> Bilingual:
        return Bilingual(self.name_zh, self.name_en)


class Placement(Dated, Base):
    """Below which unit a unit stood, and when; the top of a tree has none."""

    __tablename__ = "placement"
    __table_args__ = (in_order(), CheckConstraint("unit_id <> parent_id", name="not_below_itself"))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)


class Succession(Base):
    """Which unit carries on another's matters from a day, and with what share of its figures."""

    __tablename__ = "succession"
    __table_args__ = (CheckConstraint("predecessor_id <> successor_id", name="not_its_own_heir"),)

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    on: Mapped[date] = mapped_column("on_day")
    share: Mapped[Decimal] = mapped_column(ExactNumber)


class TreeVersion(Base):
    """One row: a token that the database itself draws anew with every change of the four tables above.

    Migration 0022 hangs the triggers on them. Where there is no row, nothing is kept from one transaction to the next.
    """

    __tablename__ = "tree_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(36))


# --- posts and people ------------------------------------------------------------------------------------------------


class Post(Dated, Base):
    """An office at a unit, whoever holds it."""

    __tablename__ = "post"
    __table_args__ = (in_order(),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    unit: Mapped[Unit] = relationship()

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)


class Granted(Dated):
    """What one granted and, where it takes two, another confirmed; both by the keys that the trail knows."""

    granted_by: Mapped[str] = mapped_column(String(80))
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    confirmed_at: Mapped[datetime | None]


class PostDuty(Granted, Base):
    """A duty that goes with a post."""

    __tablename__ = "post_duty"
    __table_args__ = (
        one_of("duty", Duty),
        one_of("covers", Covers),
        in_order(),
        CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> granted_by OR granted_by = 'set-up'", name="two_hands"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    duty: Mapped[str] = mapped_column(String(40), index=True)
    covers: Mapped[str] = mapped_column(String(10), default=Covers.SUBTREE.value)
    post: Mapped[Post] = relationship()


class Person(Stateful, Base):
    """Somebody with an account. What they may do follows from the posts they hold, from nothing else."""

    __tablename__ = "person"
    __table_args__ = (
        one_of("state", AccountState),
        one_of("mails", Mails),
        CheckConstraint("username = lower(username)", name="username_lower"),
        CheckConstraint("language IN ('zh', 'en')", name="language_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2), default="zh")
    mails: Mapped[str] = mapped_column(String(10), default=Mails.DAILY.value, server_default=Mails.DAILY.value)


class Holding(Granted, Base):
    """Who holds a post, and when; an acting substitute holds it for a time."""

    __tablename__ = "holding"
    __table_args__ = (
        in_order(),
        CheckConstraint("NOT is_acting OR valid_to IS NOT NULL", name="acting_for_a_time"),
        CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> granted_by OR granted_by = 'set-up'", name="two_hands"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    is_acting: Mapped[bool] = mapped_column(default=False)
    person: Mapped[Person] = relationship()
    post: Mapped[Post] = relationship()


# --- accounts --------------------------------------------------------------------------------------------------------


class Credential(Base):
    """A person's password, hashed; a one-time password must be changed and runs out."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(Text)
    must_change: Mapped[bool]
    set_at: Mapped[datetime]
    usable_until: Mapped[datetime | None]


class SignIn(Base):
    """A signed-in session. The cookie's token is not here, only its hash: who reads this table can use none of it."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    source: Mapped[str] = mapped_column(String(64), default="")
    is_seen_as: Mapped[bool] = mapped_column(default=False)
    """In the examples: somebody looks through this person's eyes, without a password."""
    agent: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """What the browser calls itself, so that its owner knows it again."""
    awaits_code: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The password was right and the second factor is still to come: until then this opens nothing."""
    proved_at: Mapped[datetime | None]
    """When the second factor was last proved in it."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(String(40), default="")


class SignInAttempt(Base):
    """One try to sign in: the lock counts these. Names are hashed: people type passwords into the wrong field."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        CheckConstraint("outcome IN ('open', 'right', 'wrong', 'locked')", name="outcome_known"),
        Index("ix_sign_in_attempt_account_at", "account", "at"),
        Index("ix_sign_in_attempt_source_at", "source", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(10))


class CalendarAddress(Base):
    """The secret address of a person's calendar. Only its hash is kept; a new one ends the old."""

    __tablename__ = "calendar_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class SecondFactor(Base):
    """A person's telephone, as far as we know it: the secret both share, sealed; the last code taken. System time."""

    __tablename__ = "second_factor"
    __table_args__ = (
        CheckConstraint("(sealed IS NULL) = (since IS NULL)", name="stands_or_not"),
        CheckConstraint("(pending IS NULL) = (pending_at IS NULL)", name="pending_or_not"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed: Mapped[str | None] = mapped_column(Text)
    since: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    """The time step of the last code taken: neither it nor an earlier one is taken again."""
    pending: Mapped[str | None] = mapped_column(Text)
    """A new secret, sealed, until its first code shows that the telephone has it."""
    pending_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One code on paper, for the day the telephone is lost; hashed, and good for once. System time."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ResetState(StrEnum):
    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"


class FactorReset(Stateful, Base):
    """A request to take a person's second factor away: one asks, another confirms, and the person may say no."""

    __tablename__ = "factor_reset"
    __table_args__ = (
        one_of("state", ResetState),
        CheckConstraint(
            "state <> 'done' OR (decided_by IS NOT NULL AND (decided_by <> asked_by OR asked_by = 'set-up'))",
            name="two_hands",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class Resource(StrEnum):
    """What a token of the interface may read, each as its address begins."""

    UNITS = "units"
    PROGRAMMES = "programmes"
    PERIODS = "periods"
    EDITIONS = "editions"
    SCORES = "scores"
    TASKS = "tasks"
    BULLETINS = "bulletins"

    @property
    def label(self) -> str:
        return _RESOURCES[self]


_RESOURCES = {
    Resource.UNITS: N_("Units"),
    Resource.PROGRAMMES: N_("Programmes"),
    Resource.PERIODS: N_("Periods"),
    Resource.EDITIONS: N_("Editions"),
    Resource.SCORES: N_("Scores, rankings and their explanations"),
    Resource.TASKS: N_("Tasks"),
    Resource.BULLETINS: N_("Bulletins"),
}


class ApiToken(Base):
    """A token by which a program reads as its owner, some resources only. Only its hash is kept. System time."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("ends_at > made_at", name="ends_after_it_was_made"),
        CheckConstraint("length(resources) > 0", name="reads_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    resources: Mapped[str] = mapped_column(String(200))
    """Their words with a space between."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    is_seen_as: Mapped[bool] = mapped_column(default=False)
    """Made while looking through this person's eyes: worth something in the examples only."""
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(String(40), default="")

    @property
    def reads(self) -> frozenset[Resource]:
        return frozenset(Resource(one) for one in self.resources.split())
