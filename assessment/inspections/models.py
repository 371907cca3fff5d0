"""Checklists, campaigns with their frozen rolls and draw, visits with their teams, and findings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from assessment.foundation.db import Base, one_of
from assessment.foundation.exact_columns import Scaled
from assessment.foundation.i18n import Bilingual
from assessment.foundation.workflow import Stateful

POINTS = Scaled(4)


class ChecklistState(StrEnum):
    DRAFTED = "drafted"
    IN_USE = "in_use"
    SUPERSEDED = "superseded"


class CampaignState(StrEnum):
    DRAFTED = "drafted"
    APPROVED = "approved"
    DRAWN = "drawn"
    UNDER_WAY = "under_way"
    CONCLUDED = "concluded"
    CLOSED = "closed"


class VisitState(StrEnum):
    ASSIGNED = "assigned"
    UNDER_WAY = "under_way"
    REPORTED = "reported"
    COMMENTED = "commented"
    SETTLED = "settled"
    CLOSED = "closed"


class FindingState(StrEnum):
    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


class Outcome(StrEnum):
    """What a team saw at one item."""

    IN_ORDER = "in_order"
    PROBLEM = "problem"
    NOT_APPLICABLE = "not_applicable"


class AnswerKind(StrEnum):
    """How an item is answered besides "in order" or "a problem", in the words of XLSForm."""

    CHECK = "check"
    SELECT_ONE = "select_one"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    IMAGE = "image"


class Stance(StrEnum):
    ACCEPTED = "accepted"
    DISPUTED = "disputed"


# --- checklists ------------------------------------------------------------------------------------------------------


class Checklist(Stateful, Base):
    """What is looked at; frozen from the day it is used."""

    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("programme_id", "code", "edition"), one_of("state", ChecklistState))

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Of the office that keeps it."""
    code: Mapped[str] = mapped_column(String(40))
    edition: Mapped[int] = mapped_column(default=1)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    full_points: Mapped[Decimal | None] = mapped_column(POINTS)
    """From which a visit's points are taken off, where visits are scored: 100."""
    grades: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """``[["A", "90"], ["B", "80"]]``: a grade and from which score on, the best first; the last one may have none."""

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)


class ChecklistItem(Base):
    """One thing to look at: what is asked, how grave it is when it is not so, what it costs, under which clause."""

    __tablename__ = "checklist_item"
    __table_args__ = (
        UniqueConstraint("checklist_id", "code"),
        CheckConstraint("points >= 0", name="points_not_negative"),
        one_of("kind", AnswerKind),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"))
    place: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    section_zh: Mapped[str] = mapped_column(String(200))
    section_en: Mapped[str] = mapped_column(String(200))
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    method_zh: Mapped[str] = mapped_column(Text, default="")
    method_en: Mapped[str] = mapped_column(Text, default="")
    severity: Mapped[str] = mapped_column(String(60))
    points: Mapped[Decimal] = mapped_column(POINTS)
    clause: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(20), default="check", server_default="check")
    choices: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """``[["good", "好", "Good"], ...]`` of a ``select_one``."""
    is_required: Mapped[bool] = mapped_column(default=False, server_default=false())
    wants_photo: Mapped[bool] = mapped_column(default=False, server_default=false())
    relevant: Mapped[str] = mapped_column(Text, default="", server_default="")
    """When it is asked at all, ``${kitchen} = 'yes'``; empty: always."""
    must_hold: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What an answer must fulfil, ``. >= 0 and . <= 60``."""

    @property
    def section(self) -> Bilingual:
        return Bilingual(self.section_zh, self.section_en)

    @property
    def text(self) -> Bilingual:
        return Bilingual(self.text_zh, self.text_en)

    @property
    def method(self) -> Bilingual:
        return Bilingual(self.method_zh, self.method_en)


# --- campaigns -------------------------------------------------------------------------------------------------------


class Campaign(Stateful, Base):
    """专项督查: what is inspected, where, by whom, when. Content, scope and period are fixed by its approval."""

    __tablename__ = "campaign"
    __table_args__ = (
        one_of("state", CampaignState),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("per_object >= 2", name="two_inspectors_at_least"),
        CheckConstraint("sample > 0", name="draws_something"),
        CheckConstraint("seed = '' OR (length(seed) = 20 AND population_hash <> '')", name="frozen_before_the_seed"),
        CheckConstraint("state IN ('drafted', 'approved') OR seed <> ''", name="drawn_with_a_seed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id"))
    """Whose severities say what a finding costs and until when it is put right."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"))
    number: Mapped[str] = mapped_column(String(60), unique=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    scope_zh: Mapped[str] = mapped_column(Text)
    scope_en: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date]
    last_day: Mapped[date]
    sample: Mapped[int]
    """How many objects are drawn."""
    per_object: Mapped[int] = mapped_column(default=2)
    rates: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """Where strata are drawn at their own rates: ``{"high": "3/10", "low": "1/100"}``; the sample follows from them."""
    documents: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What units are asked to hand in beforehand, one a line."""
    excess_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why a leader lets units be inspected on more days than the scheme's cap."""
    comment_within: Mapped[str] = mapped_column(String(10), default="5w")
    is_illustrative: Mapped[bool] = mapped_column(default=False)
    population_hash: Mapped[str] = mapped_column(String(64), default="")
    inputs_hash: Mapped[str] = mapped_column(String(64), default="")
    frozen_at: Mapped[datetime | None]
    seed: Mapped[str] = mapped_column(String(20), default="")
    drawn_at: Mapped[datetime | None]
    bulletin_number: Mapped[str] = mapped_column(String(60), default="")
    bulletin_zh: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """The bulletin as it was served: the hash of its file in the store."""
    bulletin_en: Mapped[str] = mapped_column(String(64), default="", server_default="")
    concluded_at: Mapped[datetime | None]

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)

    @property
    def scope(self) -> Bilingual:
        return Bilingual(self.scope_zh, self.scope_en)


class CampaignObject(Base):
    """An object on the roll: a centre, a point, a whole unit; several may lie in one unit."""

    __tablename__ = "campaign_object"
    __table_args__ = (UniqueConstraint("campaign_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    code: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    stratum: Mapped[str] = mapped_column(String(60), default="")
    place: Mapped[int | None]
    ticket: Mapped[str | None] = mapped_column(String(64))

    @property
    def name(self) -> Bilingual:
        return Bilingual(self.name_zh, self.name_en)


class CampaignInspector(Base):
    """An inspector on the roll, by a code that public records may show."""

    __tablename__ = "campaign_inspector"
    __table_args__ = (UniqueConstraint("campaign_id", "code"), UniqueConstraint("campaign_id", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str] = mapped_column(String(20))
    may_lead: Mapped[bool] = mapped_column(default=False)


class CampaignRecusal(Base):
    """An inspector who is kept from an object, and why; computed from posts, or declared."""

    __tablename__ = "campaign_recusal"
    __table_args__ = (UniqueConstraint("inspector_id", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    inspector_id: Mapped[int] = mapped_column(ForeignKey("campaign_inspector.id"))
    object_id: Mapped[int] = mapped_column(ForeignKey("campaign_object.id"))
    reason: Mapped[str] = mapped_column(Text)


# --- visits ----------------------------------------------------------------------------------------------------------


class Visit(Stateful, Base):
    """One inspection of one object by one team."""

    __tablename__ = "visit"
    __table_args__ = (
        one_of("state", VisitState),
        Index("ix_visit_campaign_state", "campaign_id", "state"),
        CheckConstraint("re_inspects_id IS NULL OR re_inspects_id <> id", name="re_inspects_another"),
    )
    __judged__ = ("number", "unit_id", "visited_on", "settled_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    object_id: Mapped[int] = mapped_column(ForeignKey("campaign_object.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    re_inspects_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    visited_on: Mapped[date | None]
    reported_at: Mapped[datetime | None]
    commented_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    """The unit's general comment on the report."""
    settled_at: Mapped[datetime | None]


class VisitInspector(Base):
    """Somebody on the team of a visit. Who was drawn and did not come stays, with the reason."""

    __tablename__ = "visit_inspector"
    __table_args__ = (
        UniqueConstraint("visit_id", "person_id"),
        CheckConstraint("replaced_at IS NULL OR length(reason) > 0", name="replaced_with_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    is_leader: Mapped[bool] = mapped_column(default=False)
    replaced_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class VisitAnswer(Base):
    """What the team saw at one item; each writing counts ``version`` up, so that nobody overwrites the other unseen."""

    __tablename__ = "visit_answer"
    __table_args__ = (UniqueConstraint("visit_id", "item_id"), one_of("outcome", Outcome))

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_item.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    sent_as: Mapped[str] = mapped_column(String(64), default="")
    """The sender's own key of the last writing: sent again, it changes nothing."""
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(80))
    writer: Mapped[str] = mapped_column(Text)


class Finding(Stateful, Base):
    """A problem found: exactly where, against which clause, how grave; fixed when the visit is settled."""

    __tablename__ = "finding"
    __table_args__ = (
        one_of("state", FindingState),
        UniqueConstraint("visit_id", "number"),
        CheckConstraint("points >= 0", name="points_not_negative"),
        CheckConstraint("length(place) > 0", name="exact_place"),
        Index("ix_finding_unit_state", "unit_id", "state"),
        Index("uq_finding_sent_as", "sent_as", unique=True),
    )
    __judged__ = (
        "state", "unit_id", "place", "description_zh", "description_en", "severity", "clause", "points",
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    checklist_item_id: Mapped[int] = mapped_column(ForeignKey("checklist_item.id"))
    number: Mapped[int]
    place: Mapped[str] = mapped_column(Text)
    description_zh: Mapped[str] = mapped_column(Text)
    description_en: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(60))
    clause: Mapped[str] = mapped_column(String(200))
    points: Mapped[Decimal] = mapped_column(POINTS)
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    sent_as: Mapped[str | None] = mapped_column(String(64))
    """The sender's own key: a finding sent twice over a bad network is one finding."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """Why it was confirmed against a comment, amended or dropped."""
    decided_at: Mapped[datetime | None]

    @property
    def description(self) -> Bilingual:
        return Bilingual(self.description_zh, self.description_en)


class FindingEvidence(Base):
    """A photograph or paper that shows a finding: of installations and papers, never of people."""

    __tablename__ = "finding_evidence"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256_is_whole"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(Text)
    mime: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]


class FindingComment(Base):
    """What the unit says to one finding, before it is settled."""

    __tablename__ = "finding_comment"
    __table_args__ = (
        UniqueConstraint("finding_id"),
        one_of("stance", Stance),
        CheckConstraint("stance = 'accepted' OR length(text) > 0", name="disputed_with_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"))
    stance: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(Text)


class SecondOpinion(Base):
    """One settled finding put before another inspector who does not see what the first one made of it."""

    __tablename__ = "second_opinion"
    __table_args__ = (
        UniqueConstraint("finding_id"),
        CheckConstraint("(severity = '') = (given_at IS NULL)", name="given_at_a_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    ticket: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    severity: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime | None]
