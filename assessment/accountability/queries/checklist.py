"""What the law asks for before a decision, point by point, and what of it is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assessment.accountability.models import Case, CaseState
from assessment.accountability.queries.clocks import notice_served_at, reply_due
from assessment.accountability.queries.matters import proves_something, untold_facts
from assessment.foundation.i18n import N_, Sentence, say


@dataclass(frozen=True)
class Requirement:
    """One thing the law asks for before a decision, whether it is there, and what is known of it."""

    label: str
    basis: str
    is_met: bool
    detail: Sentence
    missing: Sentence
    """What a locked decision says."""


def requirements(session: Session, case: Case) -> list[Requirement]:
    """The checklist of a decision, but for who decides: that depends on the person."""
    served, until = notice_served_at(session, case), reply_due(session, case)
    facts = [fact for fact in case.standing_facts if proves_something(fact)]
    unanswered = [point.number for point in case.points if not point.answer]
    declared = case.declared_investigators
    heard = case.state not in (CaseState.OPENED, CaseState.NOTICE_SERVED)
    untold = [fact.number for fact in untold_facts(case)]
    return [
        Requirement(
            N_("Opened by the competent authority, with two investigators"),
            N_("Administrative Sanctions Law, art. 42"),
            len(declared) >= 2 and bool(case.authority),
            say("{authority}; {count} investigators have declared that nothing ties them to the matter",
                authority=case.authority, count=len(declared)),
            say("two investigators who have declared that nothing ties them to the matter"),
        ),
        Requirement(
            N_("Not by a score alone"), N_("Scheme: a ladder only prompts"), bool(facts),
            say("Findings of fact with proof: {numbers}", numbers=[fact.number for fact in facts] or "0"),
            say("a finding of fact that is proved by more than scores"),
        ),
        Requirement(
            N_("The notice is served"), N_("Administrative Sanctions Law, art. 43"), served is not None,
            say("Received on {moment}", moment=served) if served
            else say("Available since {moment}", moment=case.notice_at) if case.notice_at else say("Not issued yet"),
            say("service of the notice"),
        ),
        Requirement(
            N_("Every finding of fact was put to the unit"), N_("Administrative Sanctions Law, art. 43"),
            bool(case.standing_facts) and not untold,
            say("Not put to the unit yet: {numbers}", numbers=untold) if untold
            else say("{count} findings of fact were put to the unit", count=len(case.standing_facts)),
            say("that every finding of fact was put to the unit"),
        ),
        Requirement(
            N_("Replied, or the time for it is over"), N_("Administrative Sanctions Law, art. 43"), heard,
            _reply_told(case, heard, until), say("the reply, or the end of the time for it"),
        ),
        Requirement(
            N_("The norm in force at the time of the facts"), N_("The law in force at the time applies"),
            bool(case.norm), say("{norm}", norm=case.norm) if case.norm else say("Named by the report"),
            say("the norm that was in force at the time"),
        ),
        Requirement(
            N_("Every point of the reply is answered"), N_("Administrative Sanctions Law, art. 43"),
            heard and not unanswered and case.reported_at is not None, _points_told(case, unanswered),
            say("an answer to every point of the reply"),
        ),
        Requirement(
            N_("Legal review"), N_("By somebody who has no other part in the case"), case.reviewed_at is not None,
            say("Reviewed on {moment}", moment=case.reviewed_at) if case.reviewed_at else say("Not reviewed yet"),
            say("the legal review"),
        ),
    ]  # fmt: skip


def _reply_told(case: Case, heard: bool, until: datetime | None) -> Sentence:
    if case.replied_at is not None:
        return say("Replied on {moment}, {count} points", moment=case.replied_at, count=len(case.points))
    if heard and until is not None:
        return say("No reply; the time for it ended at {until}", until=until)
    if until is not None:
        return say("The unit may reply until {until}", until=until)
    return say("The time for it begins with service")


def _points_told(case: Case, unanswered: list[int]) -> Sentence:
    if not case.points:
        return say("There is no reply to answer")
    if unanswered:
        return say("Not answered yet: {numbers}", numbers=unanswered)
    return say("All {count} points are answered", count=len(case.points))


def lacking(session: Session, case: Case) -> list[Sentence]:
    return [one.missing for one in requirements(session, case) if not one.is_met]
