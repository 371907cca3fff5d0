"""Interviews: called beforehand, held with minutes, and what was undertaken in them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import Case, CaseState, Commitment, Interview
from assessment.accountability.process import INTERVIEW
from assessment.accountability.queries import CALL
from assessment.accountability.services.needs import need, today
from assessment.delivery.services import serve
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import N_, Bilingual, say, translate


def call_interview(
    session: Session,
    act: Act,
    *,
    unit_id: int,
    takes_place_at: datetime,
    place: str,
    reason: str,
    case: Case | None = None,
) -> Interview:
    """Call a unit's leaders to a talk: when, where and why are told beforehand."""
    need("place", place, say("Say where the interview takes place."))
    need("reason", reason, say("Say why the interview is called."))
    if takes_place_at <= act.at:
        sentence = say("An interview is called beforehand; choose a later time.")
        raise Invalid(sentence, fields={"takes_place_at": sentence})
    if case is not None and case.state not in (CaseState.SETTLED, CaseState.SERVED):
        raise NotNow(say("An interview answers a prompt, or carries out a decision that was served."))
    if case is not None and case.state == CaseState.SERVED and queries.decision_served_at(session, case) is None:
        raise NotNow(say("The decision has not been received yet; it is carried out after that."))
    count = session.scalar(
        select(func.count()).select_from(Interview).where(Interview.number.like(f"YT-{act.at.year}-%"))
    )
    interview = Interview(
        number=f"YT-{act.at.year}-{(count or 0) + 1:03d}", unit_id=unit_id, case_id=case.id if case else None,
        called_by=act.by.key, called_at=act.at, takes_place_at=takes_place_at, place=place.strip(),
        reason=reason.strip(),
    )  # fmt: skip
    INTERVIEW.start(session, interview, "call_interview", act, relied_on=[case] if case else [])
    session.flush()
    title = Bilingual("约谈通知书", translate(N_("Call to an interview"), "en"))
    serve(
        session, act, unit_id=unit_id, kind=CALL, subject=("interview", interview.id), title=title,
        number=interview.number,
    )  # fmt: skip
    return interview


def hold_interview(session: Session, interview: Interview, act: Act, *, minutes: str) -> None:
    """Keep the minutes: questions, explanation, requirements, statement."""
    need("minutes", minutes, say("Write the minutes: questions, explanations, requirements, statements."))
    INTERVIEW.perform(session, interview, "hold_interview", act)
    interview.minutes, interview.held_at = minutes.strip(), act.at


def record_commitment(session: Session, interview: Interview, act: Act, *, text: str, due_on: date) -> None:
    """What the unit undertook, and by when."""
    need("text", text, say("Say what the unit undertook to do."))
    if due_on < today(act):
        sentence = say("The day cannot lie in the past.")
        raise Invalid(sentence, fields={"due_on": sentence})
    new = Commitment(number=len(interview.commitments) + 1, text=text.strip(), due_on=due_on)
    INTERVIEW.perform(session, interview, "record_commitment", act, touched=[new])
    interview.commitments.append(new)


def fulfil_commitment(session: Session, interview: Interview, act: Act, *, number: int, how: str) -> None:
    """Note that a commitment was kept, and how."""
    kept = next((one for one in interview.commitments if one.number == number and one.done_at is None), None)
    if kept is None:
        raise Invalid(say("There is no open commitment {number}.", number=number))
    need("how", how, say("Say how it was done."))
    INTERVIEW.perform(session, interview, "fulfil_commitment", act, touched=[kept])
    kept.done_at, kept.done_how = act.at, how.strip()


def conclude_interview(session: Session, interview: Interview, act: Act) -> None:
    INTERVIEW.perform(session, interview, "conclude_interview", act)


def cancel_interview(session: Session, interview: Interview, act: Act) -> None:
    INTERVIEW.perform(session, interview, "cancel_interview", act)
