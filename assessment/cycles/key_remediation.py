"""Key remediation for the next letters: what is open and grave in the tasks is proposed; the office decides on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, selectinload

from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual, InLanguages, local_day, said, say
from assessment.organisations.queries import lineage
from assessment.programmes import services as programmes
from assessment.programmes.models import Letter, LetterState, SchemeVersion
from assessment.programmes.services import NewMatter
from assessment.remediation.models import FalseClosure, Listing, Notice, Task
from assessment.remediation.queries import OPEN, is_overdue


def propose_key_remediation(session: Session, act: Act) -> int:
    """For every letter that is still a draft, the key remediation of its unit and of what that was before."""
    drafts = session.scalars(
        select(Letter)
        .where(Letter.state == LetterState.DRAFTED.value, Letter.amends_id.is_(None))
        .options(selectinload(Letter.matters))
        .order_by(Letter.id)
    ).all()
    return sum(len(programmes.propose_matters(session, one, act, matters_of(session, one, act.at))) for one in drafts)


def matters_of(session: Session, letter: Letter, now: datetime) -> list[NewMatter]:
    """Major tasks that are open and under listed supervision, overdue, or closed falsely before, by their number."""
    unit_ids = lineage(session, letter.unit_id, local_day(now))
    version_ids = select(SchemeVersion.id).where(SchemeVersion.programme_id == letter.programme_id)
    listed = exists().where(Listing.task_id == Task.id)
    false = exists().where(FalseClosure.task_id == Task.id)
    rows = session.execute(
        select(Task, listed, false, is_overdue(now))
        .join(Notice, Notice.id == Task.notice_id)
        .where(Task.unit_id.in_(unit_ids), Task.is_major, Task.state.in_([one.value for one in OPEN]))
        .where(or_(Notice.scheme_version_id.is_(None), Notice.scheme_version_id.in_(version_ids)))
        .where(or_(listed, false, is_overdue(now)))
        .order_by(Task.number)
    )
    return [
        NewMatter((Task.__tablename__, task.id), task.number, task.title, _both(list(_reasons(*why))),
                  local_day(task.due_at))
        for task, *why in rows
    ]  # fmt: skip


def _reasons(is_listed: bool, was_false: bool, overdue: bool) -> Iterator[InLanguages]:
    if is_listed:
        yield say("under listed supervision")
    if was_false:
        yield say("a closure was found false")
    if overdue:
        yield say("overdue")


def _both(reasons: Sequence[InLanguages]) -> Bilingual:
    return Bilingual(said(reasons, "zh"), said(reasons, "en"))
