"""The record for whoever checks it: each kind as rows of named columns, without knowing a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from assessment.accountability.models import Case
from assessment.bulletins.models import Bulletin
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.inspections.models import Finding, Visit
from assessment.organisations.models import Placement, Unit
from assessment.programmes.models import Period, Programme
from assessment.remediation.models import Notice, Task
from assessment.rewards.models import Award, Round
from assessment.scoring.models import Edition, Scorecard
from assessment.submissions.models import Submission, SubmissionValue


@dataclass(frozen=True)
class Export:
    """One kind: its columns with what each means, and the query that gives them in this order."""

    columns: dict[str, str]
    query: Select[*tuple[Any, ...]]
    has_period: bool = True


PARENT = aliased(Unit)
UNIT = {"unit": "the unit's code"}
PERIOD = {"period": "the period's code, such as 2012-01 or 2012-Q1"}

EXPORTS: dict[str, Export] = {
    "units": Export(
        {
            **UNIT,
            "name_zh": "name in Chinese",
            "name_en": "name in English",
            "level": "province, prefecture, county or body",
            "parent": "code of the unit above it",
            "valid_from": "first day",
            "valid_to": "last day, empty while it lasts",
            "tile_row": "its row on the tile map, from 1 at the top; empty if it has no tile",
            "tile_column": "its column on the tile map, from 1 at the left",
        },
        select(Unit.code, Unit.name_zh, Unit.name_en, Unit.level, PARENT.code, Unit.valid_from, Unit.valid_to,
               Unit.tile_row, Unit.tile_column)
        .outerjoin(Placement, Placement.unit_id == Unit.id)
        .outerjoin(PARENT, PARENT.id == Placement.parent_id)
        .order_by(Unit.code, Placement.valid_from),
        has_period=False,
    ),
    "scores": Export(
        {
            "programme": "the programme's code",
            **PERIOD,
            "edition": "number of the computation",
            "state": "provisional, approved or superseded",
            "group": "peer group",
            "rank": "place in the peer group; empty where not ranked",
            **UNIT,
            "score": "as published",
            "band": "the scheme's band",
            "late_days": "days late with the report",
            "inputs_sha256": "hash of everything it was computed from",
        },
        select(
            Programme.code, Period.code, Edition.number, Edition.state, Scorecard.group_code, Scorecard.rank,
            Scorecard.unit_code, Scorecard.total, Scorecard.band, Scorecard.late_days, Edition.inputs_sha256,
        )
        .join(Edition, Edition.id == Scorecard.edition_id)
        .join(Period, Period.id == Edition.period_id)
        .join(Programme, Programme.id == Period.programme_id)
        .order_by(Period.first_day, Period.last_day, Edition.id, Scorecard.id),
    ),
    "submissions": Export(
        {
            **UNIT,
            **PERIOD,
            "source": "unit, or the data provider",
            "value": "code of the value",
            "stage": "claimed, verified or validated",
            "version": "later versions follow, none is overwritten",
            "number": "exact; empty where none was given",
            "kind": "given, missing, not_applicable or withheld",
            "set_at": "moment, UTC",
            "set_by": "person and post",
            "reason": "where one was given",
            "receipt": "number of the receipt",
        },
        select(
            Unit.code, Period.code, Submission.source, SubmissionValue.value_code, SubmissionValue.stage,
            SubmissionValue.version_number, SubmissionValue.number, SubmissionValue.kind, SubmissionValue.set_at,
            SubmissionValue.set_by, SubmissionValue.reason, Submission.receipt,
        )
        .join(Submission, Submission.id == SubmissionValue.submission_id)
        .join(Unit, Unit.id == Submission.unit_id)
        .join(Period, Period.id == Submission.period_id)
        .order_by(Period.first_day, Unit.code, SubmissionValue.id),
    ),
    "findings": Export(
        {
            **UNIT,
            "visit": "number of the visit",
            "finding": "its number in the record",
            "state": "recorded, confirmed or dropped",
            "severity": "the scheme's severity",
            "place": "where exactly",
            "description_zh": "what was found, in Chinese",
            "description_en": "what was found, in English",
            "clause": "the rule it breaks",
            "points": "what it costs",
        },
        select(
            Unit.code, Visit.number, Finding.id, Finding.state, Finding.severity, Finding.place,
            Finding.description_zh, Finding.description_en, Finding.clause, Finding.points,
        )
        .join(Visit, Visit.id == Finding.visit_id)
        .join(Unit, Unit.id == Visit.unit_id)
        .order_by(Finding.id),
        has_period=False,
    ),
    "tasks": Export(
        {
            **UNIT,
            "task": "its number",
            "notice": "number of the notice that lists it",
            "state": "issued to closed",
            "severity": "the scheme's severity",
            "place": "where exactly",
            "title_zh": "what is to be put right, in Chinese",
            "title_en": "what is to be put right, in English",
            "issued_at": "moment, UTC",
            "due_at": "moment, UTC, as extended",
            "reported_at": "last report that it is done",
            "closed_at": "moment of closure 销号",
            "closed_in_time": "whether the report came in time",
            "reopened": "how often",
        },
        select(
            Unit.code, Task.number, Notice.number, Task.state, Task.severity, Task.place, Task.title_zh, Task.title_en,
            Task.issued_at, Task.due_at, Task.reported_at, Task.closed_at, Task.closed_in_time, Task.reopen_count,
        )
        .join(Notice, Notice.id == Task.notice_id)
        .join(Unit, Unit.id == Task.unit_id)
        .order_by(Task.id),
        has_period=False,
    ),
    "bulletins": Export(
        {
            "programme": "the programme's code",
            **PERIOD,
            "number": "reference number",
            "state": "draft to published",
            "dated": "date line",
            "audit_head": "head of the trail that it prints",
            "sha256_zh": "hash of the signed Chinese file",
            "sha256_en": "hash of the signed English file",
            "published_at": "moment, UTC",
        },
        select(
            Programme.code, Period.code, Bulletin.number, Bulletin.state, Bulletin.dated, Bulletin.audit_head,
            Bulletin.signed_zh, Bulletin.signed_en, Bulletin.published_at,
        )
        .join(Edition, Edition.id == Bulletin.edition_id)
        .join(Period, Period.id == Edition.period_id)
        .join(Programme, Programme.id == Bulletin.programme_id)
        .order_by(Bulletin.id),
    ),
    "cases": Export(
        {
            **UNIT,
            "number": "number of the case",
            "state": "prompted to executed",
            "source": "what prompted it",
            "origin_kind": "kind of the record behind it",
            "origin_id": "and its number",
            "prompted_at": "moment, UTC",
            "opened_at": "moment, UTC; empty where no case was opened",
            "outcome": "empty until decided",
        },
        select(
            Unit.code, Case.number, Case.state, Case.source, Case.origin_kind, Case.origin_id, Case.prompted_at,
            Case.opened_at, Case.outcome,
        )
        .join(Unit, Unit.id == Case.unit_id)
        .order_by(Case.id),
        has_period=False,
    ),
    "rewards": Export(
        {
            **PERIOD,
            "round": "number of the round",
            "rule": "the scheme's code",
            "state": "prepared to granted",
            **UNIT,
            "amount": "whole, in the money's unit; negative for a penalty",
            "money": "the money's unit",
            "eligible": "whether the unit takes part",
            "held": "whether an open case holds it back",
        },
        select(
            Period.code, Round.number, Round.rule_code, Round.state, Award.unit_code, Award.amount, Round.money,
            Award.is_eligible, Award.is_held,
        )
        .join(Round, Round.id == Award.round_id)
        .join(Edition, Edition.id == Round.edition_id)
        .join(Period, Period.id == Edition.period_id)
        .order_by(Award.id),
    ),
}  # fmt: skip


def rows(session: Session, kind: str, period: str = "") -> Iterator[Sequence[Any]]:
    """The rows of a kind, of one period where it has periods; values as the database holds them."""
    export = EXPORTS[kind]
    query = export.query
    if period and export.has_period:
        query = query.where(Period.code == period)
    yield from session.execute(query.execution_options(yield_per=1000))


def written(value: Any) -> Any:
    """A cell: exact numbers and days as they are, moments in UTC, nothing as an empty cell."""
    if isinstance(value, datetime):
        return audit.stamp(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (Decimal, int, str)):
        return value
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def note(session: Session, act: Act, kind: str, period: str, count: int) -> None:
    """Whoever takes the record away is recorded."""
    audit.record(session, act, "export", None, kind=kind, body={"period": period, "rows": count})


def as_markdown() -> str:
    """``docs/exports.md``: every kind and column."""
    lines = [
        "# Exports",
        "",
        "`python -m assessment export KIND [--period CODE] [--format csv|jsonl] [--out FILE]`; drawn from the code by",
        "`make docs`. Text that a spreadsheet would take for a formula is led by an apostrophe in CSV.",
    ]
    for kind, export in EXPORTS.items():
        lines += ["", f"## {kind}", "", "| column | meaning |", "|---|---|"]
        lines += [f"| `{name}` | {meaning} |" for name, meaning in export.columns.items()]
    return "\n".join(lines) + "\n"
