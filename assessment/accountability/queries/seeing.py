"""Who sees a case, its papers, its circular; and who has read it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability.models import BEFORE_A_CASE, Case, Interview, Motion, MotionFate
from assessment.accountability.queries.words import KIND, OF_THE_UNIT, OPENED_FILE, READINGS
from assessment.delivery import queries as delivery
from assessment.delivery.models import Paper
from assessment.foundation import audit
from assessment.foundation.actors import Actor
from assessment.foundation.audit import AuditRow
from assessment.foundation.i18n import local_day
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer


def may_see(session: Session, case: Case, viewer: Actor) -> bool:
    """Authority, investigators, legal reviewer, deciding body; the unit once it was served; an auditor who said why."""
    return (
        sees_all(session, case, viewer)
        or sees_as_unit(session, case, viewer)
        or auditor_said_why(session, case, viewer)
    )


def may_know(session: Session, case: Case, viewer: Actor) -> bool:
    """Also auditors know that there is a case; what is in it they read after saying why."""
    return viewer.holds(Duty.AUDIT, case.unit_id) or may_see(session, case, viewer)


def readable(session: Session, some: Iterable[Case], viewer: Officer) -> set[int]:
    """Which of these cases one may see; asked once for all of them."""
    opened = opened_with_reason(session, viewer) if viewer.holds(Duty.AUDIT) else frozenset()
    return {
        case.id
        for case in some
        if sees_all(session, case, viewer)
        or sees_as_unit(session, case, viewer)
        or (case.id in opened and viewer.holds(Duty.AUDIT, case.unit_id))
    }


def sees_all(session: Session, case: Case, viewer: Actor) -> bool:
    if viewer.holds(Duty.OPEN_CASES, case.unit_id) or viewer.holds(Duty.CALL_INTERVIEWS, case.unit_id):
        return True
    if case.state in BEFORE_A_CASE:
        return False
    return is_investigator(case, viewer) or any(
        viewer.holds(duty, case.unit_id) for duty in (Duty.DECIDE_CASES, Duty.REVIEW_LAW)
    )


def sees_as_unit(session: Session, case: Case, viewer: Actor) -> bool:
    """The unit sees the notice, its reply and the decision; not the prompt, not the report."""
    return case.notice_at is not None and any(viewer.holds(duty, case.unit_id) for duty in OF_THE_UNIT)


def auditor_said_why(session: Session, case: Case, viewer: Actor) -> bool:
    """A reason opens the case to an auditor for the day; the act itself is in the trail."""
    if not viewer.holds(Duty.AUDIT, case.unit_id) or not isinstance(viewer, Officer):
        return False
    return case.id in opened_with_reason(session, viewer)


def opened_with_reason(session: Session, viewer: Officer) -> frozenset[int]:
    """The cases that an auditor gave a reason to read today."""
    rows = session.execute(
        select(AuditRow.subject_id, AuditRow.at).where(
            AuditRow.who == viewer.key, AuditRow.act == "read_case", AuditRow.kind == KIND
        )
    )
    return frozenset(int(case_id) for case_id, at in rows if local_day(at) == viewer.day)


def may_see_paper(session: Session, paper: Paper, viewer: Actor) -> bool:
    """A case's papers are also for its own investigators, and for an auditor who said why; of no other case."""
    if delivery.may_see_paper(session, paper, viewer):
        return True
    if paper.subject_kind == KIND:
        case = session.get(Case, int(paper.subject_id))
        return case is not None and may_see(session, case, viewer)
    if paper.subject_kind == Interview.__tablename__:
        talk = session.get(Interview, int(paper.subject_id))
        return talk is not None and may_see_interview(session, talk, viewer)
    if paper.subject_kind == Motion.__tablename__:
        motion = session.get(Motion, int(paper.subject_id))
        return motion is not None and may_see(session, motion.case, viewer)
    return False


def is_investigator(case: Case, viewer: Actor) -> bool:
    person_id = getattr(viewer, "person_id", None)
    return person_id is not None and any(one.person_id == person_id for one in case.active_investigators)


def ever_investigated(case: Case, viewer: Actor) -> bool:
    """Also who stepped aside: something ties him or her to the matter."""
    return any(one.person_id == getattr(viewer, "person_id", None) for one in case.investigators)


def may_see_interview(session: Session, interview: Interview, viewer: Actor) -> bool:
    """Who calls interviews, the unit that was called, and auditors."""
    duties = (Duty.CALL_INTERVIEWS, Duty.OPEN_CASES, Duty.ANSWER_NOTICES, Duty.AUDIT, *OF_THE_UNIT)
    return any(viewer.holds(duty, interview.unit_id) for duty in duties)




def may_see_circular(session: Session, motion: Motion, viewer: Actor) -> bool:
    """Whoever reads papers of a unit that was told, and whoever has the case."""
    if motion.fate != MotionFate.CARRIED or not motion.circular:
        return False
    subject = (Motion.__tablename__, motion.id)
    told = any(delivery.may_see_paper(session, paper, viewer) for paper in delivery.papers_about(session, subject))
    return told or may_see(session, motion.case, viewer)


def was_opened_today(session: Session, case: Case, viewer: Officer) -> bool:
    """Whether the log has this reader's name for the day already."""
    rows = audit.acts_on(session, [(KIND, case.id)], audit.RELIED_ON)
    return any(
        row.act == OPENED_FILE and row.who == viewer.key and local_day(row.at) == viewer.day for row in rows[-200:]
    )


def readings(session: Session, case: Case) -> list[AuditRow]:
    """Who read the case or took its dossier, oldest first."""
    rows = audit.acts_on(session, [(KIND, case.id)], audit.RELIED_ON) + audit.history(session, case)
    return sorted((row for row in rows if row.act in READINGS), key=lambda row: row.seq)
