"""What a decision rests on, who is told of it, and every act by which it came about."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability.models import Case, CaseFact, Circulation, Interview, Motion, MotionFate
from assessment.accountability.queries.words import CIRCULAR, KIND, ONLY_SCORES
from assessment.delivery import queries as delivery
from assessment.foundation import audit
from assessment.foundation.audit import AuditRow
from assessment.foundation.i18n import local_day
from assessment.organisations.queries import HeldPost, posts_ever_held, posts_held, tree_on


def matter_of(case: Case) -> list[tuple[str, object]]:
    """The case itself, what prompted it, and every record that proves a fact in it: what recusal is computed on."""
    matter: list[tuple[str, object]] = [(KIND, case.id), case.origin]
    if case.edition_id is not None:
        matter.append(("edition", case.edition_id))
    return matter + [(kind, record_id) for fact in case.standing_facts for kind, record_id in fact.evidence]


def proves_something(fact: CaseFact) -> bool:
    """A score, a rank or a ladder alone is never a finding of fact."""
    return any(kind not in ONLY_SCORES for kind, _ in fact.evidence)


def untold_facts(case: Case) -> list[CaseFact]:
    """Findings recorded after the unit was last told what is held against it: it has not been heard on them."""
    return [fact for fact in case.standing_facts if fact.told_at is None]


def posts_on(session: Session, case: Case, when: datetime) -> list[HeldPost]:
    """Who held which post at the unit on the day of an event: read, never typed."""
    return posts_held(session, case.unit_id, local_day(when))


def acts_of(session: Session, case: Case) -> list[AuditRow]:
    """The acts on the case itself and on its interviews: those whose bodies hold its contents."""
    talks = session.scalars(select(Interview.id).where(Interview.case_id == case.id))
    mine = {(KIND, str(case.id)), *((Interview.__tablename__, str(talk)) for talk in talks)}
    return [row for row in audit.acts_on(session, mine) if (row.kind, row.subject_id) in mine]


def carried_motion(case: Case) -> Motion | None:
    """The motion that is the decision now; one that was taken anew replaces the one before."""
    carried = [one for one in case.motions if one.fate == MotionFate.CARRIED]
    return carried[-1] if carried else None


def in_range(session: Session, case: Case, day: date) -> list[int]:
    """Units that are told of the decision besides its own: those above it, or every locality of the same tree."""
    tree = tree_on(session, day)
    above = [one.id for one in tree.path(case.unit_id)]
    if case.circulation == Circulation.SUPERIOR:
        return [one for one in above if one != case.unit_id]
    if case.circulation == Circulation.LOCALITIES and above:
        everywhere = tree.subtree(above[0])
        return sorted(one for one in everywhere if one != case.unit_id and tree.units[one].level != "body")
    return []


def told_by_circular(session: Session, case: Case) -> dict[int, list[int]]:
    """Motion -> the units that were told of it: exactly these are told when it is taken back."""
    found = {}
    for motion in case.motions:
        papers = delivery.papers_about(session, (Motion.__tablename__, motion.id))
        told = sorted({paper.unit_id for paper in papers if paper.kind == CIRCULAR})
        if told:
            found[motion.id] = told
    return found


def persons_named(session: Session, case: Case, text: str) -> list[str]:
    """Whose names stand in a text: of the chain, and of everybody who held a post at the unit."""
    names = {link.person for link in case.chain} | {one.person for one in posts_ever_held(session, case.unit_id)}
    return sorted(name for name in names if name and _stands_in(name, text))


def _stands_in(name: str, text: str) -> bool:
    """Latin names as whole words; Chinese has no blanks between words."""
    return bool(re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", text))
