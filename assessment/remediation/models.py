"""A notice served on a unit, the tasks it lists, and what is done about each until it is closed 销号."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assessment.foundation.db import Base, one_of
from assessment.foundation.i18n import Bilingual
from assessment.foundation.workflow import Stateful


class TaskState(StrEnum):
    ISSUED = "issued"
    RECEIVED = "received"
    PLAN_FILED = "plan_filed"
    PLAN_RETURNED = "plan_returned"
    PLAN_ACCEPTED = "plan_accepted"
    UNDER_WAY = "under_way"
    REPORTED_DONE = "reported_done"
    RECHECKED = "rechecked"
    RETURNED = "returned"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class LetterState(StrEnum):
    ISSUED = "issued"
    RECEIVED = "received"
    ANSWERED = "answered"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class LookState(StrEnum):
    FROZEN = "frozen"
    DRAWN = "drawn"
    CLOSED = "closed"


class ListingState(StrEnum):
    LISTED = "listed"
    PUBLIC = "public"
    CLOSURE_PUBLIC = "closure_public"


class Method(StrEnum):
    VISIT = "visit"
    REMOTE = "remote"


class Notice(Base):
    """整改通知书: one a unit and origin (a visit), listing its tasks."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("origin_kind", "origin_id", "unit_id"),)
    __judged__ = ("number", "unit_id", "origin_kind", "origin_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    origin_kind: Mapped[str] = mapped_column(String(60))
    origin_id: Mapped[str] = mapped_column(String(80))
    scheme_version_id: Mapped[int | None] = mapped_column(ForeignKey("scheme_version.id"))
    """Whose severities and escalation levels these tasks go by."""
    issued_at: Mapped[datetime]
    plan_within: Mapped[str] = mapped_column(String(10))
    """How long a unit has for its plans, from service on: ``10w``."""
    plan_by: Mapped[datetime | None]
    is_illustrative: Mapped[bool] = mapped_column(default=False)


class Task(Stateful, Base):
    """One thing to be put right. Overdue is not a state: it follows from ``due_at`` and the last report."""

    __tablename__ = "task"
    __table_args__ = (
        one_of("state", TaskState),
        CheckConstraint("state != 'closed' OR closed_at IS NOT NULL", name="closed_at_a_moment"),
        CheckConstraint("state != 'closed' OR reported_at IS NOT NULL", name="closed_only_after_a_report"),
        CheckConstraint("reopen_count >= 0", name="reopened_so_often"),
        Index("ix_task_unit_state", "unit_id", "state"),
        Index("ix_task_unit_due", "unit_id", "due_at"),
        Index("ix_task_origin", "origin_kind", "origin_id"),
    )
    __judged__ = ("number", "unit_id", "severity", "due_at", "closed_in_time", "reopen_count")

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    origin_kind: Mapped[str] = mapped_column(String(60))
    origin_id: Mapped[str] = mapped_column(String(80))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    clause: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(60))
    severity_zh: Mapped[str] = mapped_column(String(60))
    severity_en: Mapped[str] = mapped_column(String(60))
    is_major: Mapped[bool] = mapped_column(default=False)
    needs_plan: Mapped[bool] = mapped_column(default=True)
    issued_at: Mapped[datetime]
    first_due_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    """As extended; a report that comes by then and is not returned is in time."""
    ask_extension_by: Mapped[datetime]
    received_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_in_time: Mapped[bool | None]
    withdrawn_at: Mapped[datetime | None]
    reopen_count: Mapped[int] = mapped_column(default=0)
    found_by: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The keys of those who inspected where it comes from, ``person:7 person:12``: none of them closes it."""
    similar_to_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    """举一反三: the task whose problem was looked for, and found, at the unit's other installations."""
    escalated_to: Mapped[str] = mapped_column(String(60), default="")
    is_excused: Mapped[bool] = mapped_column(default=False)

    @property
    def title(self) -> Bilingual:
        return Bilingual(self.title_zh, self.title_en)

    @property
    def severity_name(self) -> Bilingual:
        return Bilingual(self.severity_zh, self.severity_en)


class RemediationPlan(Base):
    """How the unit means to put it right: 五到位, five things none of which may be missing."""

    __tablename__ = "remediation_plan"
    __table_args__ = (
        UniqueConstraint("task_id", "turn"),
        *(
            CheckConstraint(f"length({name}) > 0", name=f"names_{name}")
            for name in ("measures", "money", "person", "safeguards")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    turn: Mapped[int]
    measures: Mapped[str] = mapped_column(Text)
    money: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(Text)
    """The post that answers for the work."""
    deadline: Mapped[date]
    safeguards: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime]
    filed_by: Mapped[str] = mapped_column(Text)


class TaskReport(Base):
    """One report that a task is done, and what became of it; a task that is returned has several."""

    __tablename__ = "task_report"
    __table_args__ = (
        UniqueConstraint("task_id", "turn"),
        CheckConstraint("method IS NULL OR method IN ('visit', 'remote')", name="method_known"),
        CheckConstraint("returned_at IS NULL OR returned_at >= reported_at", name="returned_after_it_came"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    turn: Mapped[int]
    fixed_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime]
    reported_by: Mapped[str] = mapped_column(String(80))
    reporter: Mapped[str] = mapped_column(Text)
    rechecked_at: Mapped[datetime | None]
    recheck_by: Mapped[str] = mapped_column(Text, default="")
    recheck_note: Mapped[str] = mapped_column(Text, default="")
    method: Mapped[str | None] = mapped_column(String(20))
    returned_at: Mapped[datetime | None]
    """When this report was not accepted, or its closure fell: from then on the task is open again."""


class TaskEvidence(Base):
    """A file that shows the fix; the hash of its bytes is the evidence, and it was taken after the fix."""

    __tablename__ = "task_evidence"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256_is_whole"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("task_report.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(Text)
    mime: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    taken_on: Mapped[date]


class Escalation(Base):
    """A level a person raised a task to, or the excuse a person accepted instead."""

    __tablename__ = "escalation"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    level: Mapped[str] = mapped_column(String(60))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    told: Mapped[list[Any]] = mapped_column(JSON)
    proposes: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)

    @property
    def name(self) -> Bilingual:
        return Bilingual(self.name_zh, self.name_en)


class SupervisionLetter(Stateful, Base):
    """督办单: asks a unit in writing why tasks still stand, and is answered within a limit from service."""

    __tablename__ = "supervision_letter"
    __table_args__ = (
        one_of("state", LetterState),
        CheckConstraint(
            "state NOT IN ('answered', 'accepted', 'closed') OR length(answer) > 0", name="answered_in_words"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    demand: Mapped[str] = mapped_column(Text)
    answer_within: Mapped[str] = mapped_column(String(10))
    issued_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]


class Listing(Stateful, Base):
    """挂牌督办: a major task under supervision in public; its closure is published in the same place."""

    __tablename__ = "listed_supervision"
    __table_args__ = (
        UniqueConstraint("task_id"),
        one_of("state", ListingState),
        CheckConstraint("state = 'listed' OR published_at IS NOT NULL", name="public_since_a_moment"),
        CheckConstraint("state <> 'closure_public' OR closure_published_at IS NOT NULL", name="closed_in_public"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    demand_zh: Mapped[str] = mapped_column(Text)
    demand_en: Mapped[str] = mapped_column(Text)
    listed_at: Mapped[datetime]
    publish_by: Mapped[datetime]
    published_at: Mapped[datetime | None]
    closure_published_at: Mapped[datetime | None]

    @property
    def demand(self) -> Bilingual:
        return Bilingual(self.demand_zh, self.demand_en)


class SecondLook(Stateful, Base):
    """A drawn sample of closed tasks that are looked at again: is what was reported closed really so?"""

    __tablename__ = "second_look"
    __table_args__ = (
        one_of("state", LookState),
        CheckConstraint("state = 'frozen' OR length(seed) = 20", name="drawn_with_a_seed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Within whose subtree the tasks lie."""
    size: Mapped[int]
    population: Mapped[int]
    population_hash: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(20), default="")
    frozen_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]


class SecondLookTask(Base):
    """A task on the roll of a second look; with a place when it was drawn, with an answer when it was looked at."""

    __tablename__ = "second_look_task"
    __table_args__ = (
        UniqueConstraint("second_look_id", "task_id"),
        CheckConstraint("place IS NOT NULL OR holds IS NULL", name="only_drawn_ones_are_looked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    second_look_id: Mapped[int] = mapped_column(ForeignKey("second_look.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    place: Mapped[int | None]
    ticket: Mapped[str | None] = mapped_column(String(64))
    holds: Mapped[bool | None]
    note: Mapped[str] = mapped_column(Text, default="")
    looked_at: Mapped[datetime | None]


class FalseClosure(Base):
    """A closure that was not true: established by a person, it reopened the task, counts, and prompts a case."""

    __tablename__ = "false_closure"
    __table_args__ = (UniqueConstraint("task_id", "occurrence"),)
    __judged__ = ("task_id", "unit_id", "occurrence", "established_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    occurrence: Mapped[int]
    """The task's count of reopenings, so that each false closure has its consequence once."""
    established_at: Mapped[datetime]
    finding: Mapped[str] = mapped_column(Text)
