"""What follows a decision: service, execution, the end of its effect, revocation in the same range, and sealing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import Case, Circumstance, Motion, Outcome
from assessment.accountability.process import CASE
from assessment.accountability.queries import (
    CIRCULAR,
    DECISION,
    KIND,
    OPENED_FILE,
    PROPOSAL,
    RESTORATION,
    REVOCATION,
    TOOK_DOSSIER,
)
from assessment.accountability.services.needs import need
from assessment.delivery.services import NewPaper, serve, serve_many
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual, local_day, say

SEALED = "\u2014"
"""What stands where a text was that must not be empty."""


def serve_decision(session: Session, case: Case, act: Act) -> None:
    """Put the decision with its remedy and time limits before the unit; what it may ask for runs from receipt."""
    CASE.perform(session, case, "serve_decision", act, body={"appeal_within": case.appeal_within})
    case.served_at = act.at
    title = Bilingual(f"问责决定书：{case.title_zh}", f"Decision in an accountability case: {case.title_en}")
    serve(session, act, unit_id=case.unit_id, kind=DECISION, subject=(KIND, case.id), title=title, number=case.number)
    if case.outcome == Outcome.PROPOSAL:
        title = Bilingual(f"处理建议书：{case.title_zh}", f"Proposal to the competent organ: {case.title_en}")
        serve(
            session, act, unit_id=case.unit_id, kind=PROPOSAL, subject=(KIND, case.id), title=title, number=case.number
        )


def record_organ_answer(session: Session, case: Case, act: Act, *, answer: str) -> None:
    """A proposal is followed until the competent organ has answered it."""
    need("answer", answer, say("Write what the organ answered."))
    CASE.perform(session, case, "record_organ_answer", act)
    case.organ_answer, case.organ_answered_at = answer.strip(), act.at


def hand_in_inspection(session: Session, case: Case, act: Act, *, text: str) -> None:
    """The unit's written inspection 书面检查: what went wrong and what it does about it."""
    need("text", text, say("Write the inspection: what went wrong, why, and what is done about it."))
    CASE.perform(session, case, "hand_in_inspection", act)
    case.inspection, case.inspection_at = text.strip(), act.at


def circulate(session: Session, case: Case, act: Act) -> None:
    """Tell the criticism in the range that was decided, without a person's name."""
    told = queries.in_range(session, case, local_day(act.at))
    CASE.perform(session, case, "circulate", act, body={"range": case.circulation, "units": len(told)})
    motion = queries.carried_motion(case)
    assert motion is not None  # only what was voted on has words to circulate, and the guard has seen them
    case.circulated_at = act.at
    title = Bilingual(f"通报批评：{case.title_zh}", f"Circulated criticism: {case.title_en}")
    subject = (Motion.__tablename__, motion.id)
    serve_many(session, act, CIRCULAR, [NewPaper(unit_id, subject, title, case.number) for unit_id in told])


def execute(session: Session, case: Case, act: Act, *, how: str) -> None:
    """Note how and that the decision was carried out."""
    need("how", how, say("Say how it was carried out."))
    CASE.perform(session, case, "execute", act)
    case.execution, case.executed_at = how.strip(), act.at


def expire(session: Session, case: Case, act: Act) -> None:
    """The clock's: from now on nothing follows from the decision."""
    CASE.perform(session, case, "expire", act)


def revoke(session: Session, case: Case, act: Act) -> None:
    """Take the decision back, and say so in the same range in which it was published."""
    told = queries.told_by_circular(session, case)
    CASE.perform(session, case, "revoke", act, body={"range": case.circulation, "units": len(told)})
    case.revoked_at = act.at
    title = Bilingual(f"撤销问责决定并恢复名誉：{case.title_zh}", f"Revocation of a decision: {case.title_en}")
    serve(session, act, unit_id=case.unit_id, kind=REVOCATION, subject=(KIND, case.id), title=title, number=case.number)
    for motion_id, unit_ids in told.items():
        subject = (Motion.__tablename__, motion_id)
        papers = [NewPaper(unit_id, subject, title, case.number) for unit_id in unit_ids]
        serve_many(session, act, RESTORATION, papers)


def reconsider(session: Session, case: Case, act: Act) -> None:
    """A review upheld part of what the unit said: the decision stands until another takes its place."""
    CASE.perform(session, case, "reconsider", act)


def flag(session: Session, case: Case, act: Act) -> None:
    """The fact behind it has fallen; whoever has the case reads why and decides what follows."""
    CASE.perform(session, case, "flag", act, relied_on=[case.origin])
    case.flagged = act.reason.strip()


def read_case(session: Session, case: Case, act: Act) -> None:
    """An auditor says why; from then on, for this day, the case is open to him or her."""
    CASE.perform(session, case, "read_case", act)


def note_reading(session: Session, case: Case, act: Act) -> None:
    """Who opened the file on which day; it bars nobody, for reading changes nothing."""
    audit.record(session, act, OPENED_FILE, None, kind=KIND, relied_on=[case])


def note_dossier(session: Session, case: Case, act: Act, *, sha256: str, pages: int) -> None:
    """Who took the dossier, why, and the hash of the very file."""
    body = {"sha256": sha256, "pages": pages}
    audit.record(session, act, TOOK_DOSSIER, None, kind=KIND, relied_on=[case], body=body)


def seal_case(session: Session, case: Case, act: Act) -> None:
    """After its term: names, texts and the bodies of its acts are erased; that it was, and what it decided, stays.

    The chain and every digest still hold: what anybody is judged by is not touched.
    """
    rows = queries.acts_of(session, case)
    CASE.perform(session, case, "seal_case", act, touched=[("audit_row", row.seq) for row in rows])
    audit.seal_bodies(session, rows)
    case.sealed_at = act.at
    for name in Case.SEALED_AWAY:
        setattr(case, name, "")
    for link in case.chain:
        link.person = link.duty = link.reason = ""
    for one in (*case.circumstances, *case.declarations):
        setattr(one, "statement" if isinstance(one, Circumstance) else "text", SEALED)
    for talk in queries.interviews_of(session, case.id):
        talk.minutes = SEALED if talk.minutes else ""
