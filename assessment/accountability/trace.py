"""The trace 倒查: from an outcome back to every act on what it rests on, with who held which post that day.

An outcome (a score with its rank, an overdue task, a false closure, an adjustment, a case) leads to the records behind
it by what each record says of itself; what was done to them is read from the audit trail, never typed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability.links import LINKS, Ref
from assessment.accountability.models import Case, Interview
from assessment.adjustments.models import Adjustment
from assessment.delivery.models import Paper
from assessment.foundation.audit import TOUCHED, AuditRef, AuditRow
from assessment.foundation.i18n import N_, local_day
from assessment.inspections.models import Finding, Visit
from assessment.organisations.queries import HeldPost, lineage, posts_ever_held
from assessment.remediation.models import FalseClosure, Task
from assessment.scoring.models import Scorecard
from assessment.submissions.models import Submission

DEEPEST = 6
MOST_RECORDS = 4000
SOME = 500


class Lane(StrEnum):
    """Where in the cycle something was done."""

    RULE = "rule"
    REPORTING = "reporting"
    SCORE = "score"
    INSPECTION = "inspection"
    REMEDIATION = "remediation"
    HEARING = "hearing"
    SERVICE = "service"
    ACCOUNTABILITY = "accountability"

    @property
    def label(self) -> str:
        return LANES[self]


LANES = {
    Lane.RULE: N_("Rules and targets"),
    Lane.REPORTING: N_("Reports and verification"),
    Lane.SCORE: N_("Scores and ranks"),
    Lane.INSPECTION: N_("Inspection"),
    Lane.REMEDIATION: N_("Remediation"),
    Lane.HEARING: N_("Adjustments and objections"),
    Lane.SERVICE: N_("Papers served"),
    Lane.ACCOUNTABILITY: N_("Accountability and warnings"),
}
LANE_OF: Mapping[str, Lane] = {
    **dict.fromkeys(("scheme_version", "letter", "letter_target", "period", "diary_entry"), Lane.RULE),
    **dict.fromkeys(("submission", "submission_value", "evidence", "counter_check", "practice"), Lane.REPORTING),
    **dict.fromkeys(("scorecard", "edition", "bulletin", "award", "reward_round"), Lane.SCORE),
    **dict.fromkeys(("campaign", "visit", "finding", "finding_comment"), Lane.INSPECTION),
    **dict.fromkeys(("adjustment", "objection", "objection_point"), Lane.HEARING),
    "paper": Lane.SERVICE,
    **dict.fromkeys(("accountability_case", "interview", "case_motion"), Lane.ACCOUNTABILITY),
}
"""Kind of record -> lane; everything else belongs to remediation."""

OUTCOMES: Mapping[str, type] = {
    model.__tablename__: model
    for model in (Scorecard, Task, FalseClosure, Adjustment, Submission, Finding, Visit, Interview, Case)
}
"""What can be traced: records of one unit."""


@dataclass(frozen=True)
class Traced:
    """One act, the records behind the outcome that it changed, and who held which post at the unit that day."""

    row: AuditRow
    lane: Lane
    records: tuple[Ref, ...]
    day: date
    posts: tuple[HeldPost, ...]


def unit_of(session: Session, outcome: Ref) -> int | None:
    """Whose outcome it is; ``None`` where there is no such record, or nothing to trace."""
    model, text = OUTCOMES.get(outcome[0]), outcome[1]
    record = session.get(model, int(text)) if model is not None and text.isdecimal() and len(text) < 10 else None
    return None if record is None else int(record.unit_id)


def records_behind(session: Session, unit_id: int, outcome: Ref) -> dict[Ref, int]:
    """Every record that the outcome rests on, with how many steps back it lies; the papers about them included.

    Records of what the unit was before a merger or renaming are its own.
    """
    units = lineage(session, unit_id, date.max)
    found = {outcome: 0}
    fresh: Sequence[Ref] = [outcome]
    for step in range(1, DEEPEST + 1):
        by_kind: dict[str, list[str]] = defaultdict(list)
        for kind, record_id in fresh:
            if record_id.isdecimal():
                by_kind[kind].append(record_id)
        reached = [
            ref for kind, ids in sorted(by_kind.items()) if kind in LINKS for ref in LINKS[kind](session, units, ids)
        ]
        fresh = [ref for ref in dict.fromkeys(reached) if ref not in found]
        found.update(dict.fromkeys(fresh, step))
        if not fresh or len(found) > MOST_RECORDS:
            break
    return {**found, **dict.fromkeys(_papers(session, units, found), DEEPEST + 1)}


def _papers(session: Session, units: Collection[int], records: Iterable[Ref]) -> Iterable[Ref]:
    wanted = set(records)
    query = select(Paper.id, Paper.subject_kind, Paper.subject_id).where(Paper.unit_id.in_(units)).order_by(Paper.id)
    return [("paper", str(one)) for one, kind, subject in session.execute(query) if (kind, subject) in wanted]


def trace(session: Session, unit_id: int, outcome: Ref) -> list[Traced]:
    """Every act on what the outcome rests on, newest first: from the outcome back."""
    behind = records_behind(session, unit_id, outcome)
    touched: dict[int, list[Ref]] = defaultdict(list)
    for kind, ids in _by_kind(behind).items():
        for start in range(0, len(ids), SOME):
            query = select(AuditRef.seq, AuditRef.record_id).where(
                AuditRef.relation == TOUCHED, AuditRef.kind == kind, AuditRef.record_id.in_(ids[start : start + SOME])
            )
            for seq, record_id in session.execute(query):
                touched[seq].append((kind, record_id))
    posts = [post for one in sorted(lineage(session, unit_id, date.max)) for post in posts_ever_held(session, one)]
    found = []
    for row in _rows(session, sorted(touched, reverse=True)):
        day, records = local_day(row.at), sorted(touched[row.seq], key=lambda ref: (behind[ref], ref))
        # An act on many (a bulk issue, a computation) is shown by what of it lies nearest to the outcome.
        found.append(Traced(row, LANE_OF.get(records[0][0], Lane.REMEDIATION), tuple(records), day, held(posts, day)))
    return found


def held(posts: Iterable[HeldPost], day: date) -> tuple[HeldPost, ...]:
    """Who held which post on a day."""
    return tuple(one for one in posts if one.valid_from <= day and (one.valid_to is None or day < one.valid_to))


def _by_kind(records: Iterable[Ref]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, record_id in records:
        found[kind].append(record_id)
    return {kind: sorted(ids) for kind, ids in sorted(found.items())}


def _rows(session: Session, seqs: Sequence[int]) -> Iterable[AuditRow]:
    rows: dict[int, AuditRow] = {}
    for start in range(0, len(seqs), SOME):
        query = select(AuditRow).where(AuditRow.seq.in_(seqs[start : start + SOME]))
        rows.update({row.seq: row for row in session.scalars(query)})
    return [rows[seq] for seq in seqs]
