"""What an adjustment rests on, for whoever reads a result: the records behind it, and the hashes of their files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assessment.adjustments.models import Adjustment
from assessment.faces.web.kit.scopes import may_see_kind
from assessment.inspections.models import FindingEvidence
from assessment.remediation.models import FalseClosure, TaskEvidence, TaskReport
from assessment.scoring.explanation import Behind
from assessment.scoring.explanation_shape import File
from assessment.submissions.models import Evidence

Files = Select[*tuple[Any, ...]]
FILES: dict[str, Files] = {
    "finding": select(FindingEvidence.name, FindingEvidence.sha256, FindingEvidence.finding_id.label("of")),
    "task": select(TaskEvidence.name, TaskEvidence.sha256, TaskReport.task_id.label("of")).join(
        TaskReport, TaskReport.id == TaskEvidence.report_id
    ),
    "submission": select(Evidence.name, Evidence.sha256, Evidence.submission_id.label("of")).where(
        Evidence.ended_at.is_(None)
    ),
}
"""By the kind of a record: its files; what is not named here has none of its own."""


def behind(session: Session, name: str) -> Behind:
    """Of an adjustment named as in ``adjustment 12``; nothing of one that the viewer may not see."""
    kind, _, record_id = name.partition(" ")
    if kind != Adjustment.__tablename__ or not may_see_kind(kind, record_id):
        return Behind()
    adjustment = session.get_one(Adjustment, int(record_id))
    named = [(adjustment.origin_kind, adjustment.origin_id), *((kind, one) for kind, one in adjustment.evidence)]
    records = tuple(one for one in dict.fromkeys(named) if may_see_kind(*holder(session, *one)))
    files = (file for one in records for file in _files(session, *holder(session, *one)))
    return Behind(records, tuple(dict.fromkeys(files)))


def holder(session: Session, kind: str, record_id: str) -> tuple[str, str]:
    """The record whose page shows this one: a false closure's is its task's."""
    closure = session.get(FalseClosure, int(record_id)) if kind == FalseClosure.__tablename__ else None
    return (kind, record_id) if closure is None else ("task", str(closure.task_id))


def _files(session: Session, kind: str, record_id: str) -> Iterator[File]:
    if (query := FILES.get(kind)) is not None:
        of = query.selected_columns.of
        for row in session.execute(query.where(of == int(record_id)).order_by(query.selected_columns.sha256)):
            yield File(name=row.name, sha256=row.sha256)
