"""From a record to those it rests on: one step of the trace, by what the records say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability.models import Case, Interview, Motion
from assessment.accountability.norms import norms_in_force
from assessment.adjustments.models import Adjustment
from assessment.delivery.models import ExtensionItem
from assessment.inspections.models import Finding, Visit
from assessment.objections.models import Objection
from assessment.programmes.models import Period
from assessment.remediation.models import FalseClosure, Listing, Notice, SupervisionLetter, Task
from assessment.scoring.models import Edition, Scorecard
from assessment.submissions.models import Submission

Ref = tuple[str, str]
"""A record as the trail knows it: kind, and id as text."""
Link = Callable[[Session, Collection[int], Sequence[str]], Iterable[Ref]]
"""(session, the outcome's unit with all that it was before, ids of records of one kind) -> what they rest on."""


def _all(session: Session, model: Any, ids: Sequence[str]) -> Sequence[Any]:
    return session.scalars(select(model).where(model.id.in_([int(one) for one in ids])).order_by(model.id)).all()


def _about(session: Session, model: Any, column: Any, ids: Sequence[str], units: Collection[int]) -> Iterator[Ref]:
    """Records of the unit that point at these."""
    query = select(model.id).where(column.in_([int(one) for one in ids]), model.unit_id.in_(units)).order_by(model.id)
    for one in session.scalars(query):
        yield model.__tablename__, str(one)


def _from_origin(session: Session, model: Any, kind: str, ids: Sequence[str], units: Collection[int]) -> Iterator[Ref]:
    """Records of the unit that these gave rise to."""
    query = (
        select(model.id)
        .where(model.origin_kind == kind, model.origin_id.in_(list(ids)), model.unit_id.in_(units))
        .order_by(model.id)
    )
    for one in session.scalars(query):
        yield model.__tablename__, str(one)


def _scorecards(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    """The results it stands in, and whatever its items cite: reports, values, tasks, adjustments."""
    for card in _all(session, Scorecard, ids):
        yield "edition", str(card.edition_id)
        for item in card.items:
            yield from ((kind, str(record_id)) for kind, record_id in item.get("cites", ()))
    yield from _from_origin(session, Objection, "scorecard", ids, units)


def _editions(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    for edition in _all(session, Edition, ids):
        yield "period", str(edition.period_id)
        last_day = session.get_one(Period, edition.period_id).last_day
        yield "scheme_version", str(edition.scheme_version_id)
        norms = (norm for one in sorted(units) for norm in norms_in_force(session, one, [last_day]))
        yield from (norm.key for norm in norms if norm.kind == "letter")
        own = select(Scorecard.id).where(Scorecard.edition_id == edition.id, Scorecard.unit_id.in_(units))
        yield from (("scorecard", str(one)) for one in session.scalars(own.order_by(Scorecard.id)))
        counted = select(Adjustment.id).where(
            Adjustment.period_id == edition.period_id, Adjustment.unit_id.in_(units)
        )
        yield from (("adjustment", str(one)) for one in session.scalars(counted.order_by(Adjustment.id)))


def _submissions(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    yield from (("period", str(one.period_id)) for one in _all(session, Submission, ids))
    yield from _extensions(session, "submission", ids)


def _extensions(session: Session, kind: str, ids: Sequence[str]) -> Iterator[Ref]:
    query = select(ExtensionItem.extension_id).where(
        ExtensionItem.subject_kind == kind, ExtensionItem.subject_id.in_(list(ids))
    )
    yield from (("extension", str(one)) for one in session.scalars(query.order_by(ExtensionItem.id)))


def _tasks(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    """Back to the notice and the finding; with the time given, the letters, and the closures that did not hold."""
    for task in _all(session, Task, ids):
        yield "notice", str(task.notice_id)
        yield task.origin_kind, task.origin_id
    yield from _extensions(session, "task", ids)
    for model in (SupervisionLetter, Listing, FalseClosure):
        yield from _about(session, model, model.task_id, ids, units)
    yield from _from_origin(session, Case, "task", ids, units)


def _false_closures(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    yield from (("task", str(one.task_id)) for one in _all(session, FalseClosure, ids))
    yield from _from_origin(session, Case, "false_closure", ids, units)


def _notices(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    yield from ((one.origin_kind, one.origin_id) for one in _all(session, Notice, ids))


def _findings(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    yield from (("visit", str(one.visit_id)) for one in _all(session, Finding, ids))
    yield from _from_origin(session, Objection, "finding", ids, units)


def _visits(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    yield from (("campaign", str(one.campaign_id)) for one in _all(session, Visit, ids) if one.campaign_id)
    yield from _from_origin(session, Objection, "visit", ids, units)


def _adjustments(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    for one in _all(session, Adjustment, ids):
        yield one.origin_kind, one.origin_id
        yield from ((kind, record_id) for kind, record_id in one.evidence)
    yield from _from_origin(session, Objection, "adjustment", ids, units)


def _cases(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    """What prompted it, what proves its facts and circumstances, the norms of that day; votes, talks, reviews."""
    for case in _all(session, Case, ids):
        yield case.origin
        if case.edition_id is not None:
            yield "edition", str(case.edition_id)
        proofs = (*case.standing_facts, *case.circumstances)
        yield from ((kind, record_id) for one in proofs for kind, record_id in one.evidence)
        yield from ((kind, record_id) for kind, record_id in case.norms)
        yield from ((Motion.__tablename__, str(one.id)) for one in case.motions)
    yield from _about(session, Interview, Interview.case_id, ids, units)
    yield from _from_origin(session, Objection, "accountability_case", ids, units)


def _interviews(session: Session, units: Collection[int], ids: Sequence[str]) -> Iterator[Ref]:
    yield from ((Case.__tablename__, str(one.case_id)) for one in _all(session, Interview, ids) if one.case_id)


LINKS: Mapping[str, Link] = {
    "scorecard": _scorecards,
    "edition": _editions,
    "submission": _submissions,
    "task": _tasks,
    "false_closure": _false_closures,
    "notice": _notices,
    "finding": _findings,
    "visit": _visits,
    "adjustment": _adjustments,
    "accountability_case": _cases,
    "interview": _interviews,
}
