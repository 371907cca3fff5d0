"""What pages, papers and other rooms read of cases: who may see them, what is due, what a decision still lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from assessment.accountability.models import (
    BEFORE_A_CASE,
    BEFORE_THE_DECISION,
    Case,
    CaseFact,
    CaseInvestigator,
    CaseState,
    Commitment,
    Interview,
    InterviewState,
    Outcome,
)
from assessment.delivery import queries as delivery
from assessment.delivery.models import Paper
from assessment.foundation import audit
from assessment.foundation.actors import Actor
from assessment.foundation.i18n import N_, Sentence, local_day, reading_zone, say
from assessment.foundation.workday_table import load_calendar
from assessment.foundation.workdays import Calendar, Duration, due, end_of
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer
from assessment.organisations.queries import HeldPost, posts_held
from assessment.scoring.models import Edition

KIND = "accountability_case"
NOTICE, DECISION, WARNING, CALL = "case_notice", "decision", "early_warning", "interview_call"
SUPPLEMENT = "case_supplement"
"""Puts facts to the unit that were found after the notice; its time to reply runs again from its receipt."""
REVOCATION = "revocation"
OPEN = tuple(state.value for state in (*BEFORE_THE_DECISION, CaseState.DECIDED))
"""A case is open until its decision is served."""
WITHOUT_FAULT = (CaseState.DISMISSED.value, CaseState.SETTLED.value, CaseState.REVOKED.value)
ONLY_SCORES = frozenset({"scorecard", "edition", "period", "bulletin", KIND})
"""Records that say how a unit ranks; what happened is proved by others."""
OF_THE_UNIT = (Duty.REPLY, Duty.OBJECT, Duty.RECEIVE_PAPERS)
AUTHORITY = (Duty.OPEN_CASES, Duty.CALL_INTERVIEWS, Duty.DECIDE_CASES, Duty.REVIEW_LAW)


# --- who sees what ---------------------------------------------------------------------------------------------------


def may_see(session: Session, case: Case, viewer: Actor) -> bool:
    """Authority, investigators, legal reviewer, deciding body; the unit once it was served; an auditor who said why."""
    return (
        sees_all(session, case, viewer)
        or sees_as_unit(session, case, viewer)
        or auditor_said_why(session, case, viewer)
    )


def may_know(session: Session, case: Case, viewer: Actor) -> bool:
    """Also auditors know that there is a case; what is in it they read after saying why."""
    return may_see(session, case, viewer) or viewer.holds(Duty.AUDIT, case.unit_id)


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
    return any(
        row.act == "read_case" and row.who == viewer.key and local_day(row.at) == viewer.day
        for row in audit.history(session, case)
    )


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
    return False


def is_investigator(case: Case, viewer: Actor) -> bool:
    person_id = getattr(viewer, "person_id", None)
    return person_id is not None and any(one.person_id == person_id for one in case.investigators)


def may_see_interview(session: Session, interview: Interview, viewer: Actor) -> bool:
    """Who calls interviews, the unit that was called, and auditors."""
    duties = (Duty.CALL_INTERVIEWS, Duty.OPEN_CASES, Duty.ANSWER_NOTICES, Duty.AUDIT, *OF_THE_UNIT)
    return any(viewer.holds(duty, interview.unit_id) for duty in duties)


# --- lists -----------------------------------------------------------------------------------------------------------


def cases(session: Session, *, states: Iterable[str] = (), unit_ids: Iterable[int] | None = None) -> list[Case]:
    """Cases and prompts, newest first."""
    query = (
        select(Case)
        .options(selectinload(Case.investigators))
        .order_by(Case.prompted_at.desc(), Case.id.desc())
    )
    if states:
        query = query.where(Case.state.in_(list(states)))
    if unit_ids is not None:
        query = query.where(Case.unit_id.in_(list(unit_ids)))
    return list(session.scalars(query))


def cases_seen(session: Session, viewer: Officer) -> list[Case]:
    """Every case and prompt of which this officer may know, newest first."""
    duties = (*AUTHORITY, *OF_THE_UNIT, Duty.INVESTIGATE, Duty.AUDIT)
    reach = frozenset().union(*(viewer.unit_ids_for(duty) for duty in duties))
    return [case for case in cases(session, unit_ids=reach) if may_know(session, case, viewer)]


def prompts(session: Session) -> list[Case]:
    """What waits for a leader to be opened, dismissed or answered more softly; the oldest first."""
    return cases(session, states=[CaseState.PROMPTED.value])[::-1]


def open_case_units(session: Session) -> dict[int, list[int]]:
    """unit id -> ids of its cases that are open: what keeps a reward back."""
    found: dict[int, list[int]] = defaultdict(list)
    for unit_id, case_id in session.execute(
        select(Case.unit_id, Case.id).where(Case.state.in_(OPEN)).order_by(Case.id)
    ):
        found[unit_id].append(case_id)
    return dict(found)


def ended_with_fault(case: Case) -> bool | None:
    """Whether a case found fault; ``None`` while it is open."""
    if case.state in OPEN or case.state == CaseState.PROMPTED:
        return None
    return case.state not in WITHOUT_FAULT and case.outcome != Outcome.NO_CASE


def known_origins(session: Session, unit_ids: Iterable[int] | None = None) -> set[tuple[str, int, str, str, str]]:
    """What has prompted before: (rule, unit, origin kind, origin id, occurrence)."""
    query = select(Case.rule, Case.unit_id, Case.origin_kind, Case.origin_id, Case.origin_occurrence)
    if unit_ids is not None:
        query = query.where(Case.unit_id.in_(list(unit_ids)))
    return set(session.execute(query))


def prompts_of(session: Session, period_id: int) -> list[Case]:
    """Prompts that a period's results gave rise to and nobody has answered."""
    query = select(Case).join(Edition, Edition.id == Case.edition_id).where(Edition.period_id == period_id)
    return list(session.scalars(query.where(Case.state == CaseState.PROMPTED.value).order_by(Case.id)))


def prompted_by_ladders(session: Session, period_id: int) -> set[tuple[int, str]]:
    """(unit, ladder) of everything that an edition of this period has prompted."""
    query = select(Case.unit_id, Case.rule).join(Edition, Edition.id == Case.edition_id)
    return {(unit_id, rule) for unit_id, rule in session.execute(query.where(Edition.period_id == period_id))}


def of_origin(session: Session, kind: str, record_id: object) -> list[Case]:
    """The prompts and cases that a record gave rise to."""
    query = select(Case).where(Case.origin_kind == kind, Case.origin_id == str(record_id))
    return list(session.scalars(query.order_by(Case.id)))


def interviews(session: Session, unit_ids: Iterable[int] | None = None) -> list[Interview]:
    query = select(Interview).order_by(Interview.takes_place_at.desc(), Interview.id.desc())
    if unit_ids is not None:
        query = query.where(Interview.unit_id.in_(list(unit_ids)))
    return list(session.scalars(query))


def interviews_of(session: Session, case_id: int) -> list[Interview]:
    return list(session.scalars(select(Interview).where(Interview.case_id == case_id).order_by(Interview.id)))


def commitments_due(session: Session, unit_ids: Iterable[int]) -> list[Commitment]:
    """What units undertook in interviews and have not done yet."""
    return list(
        session.scalars(
            select(Commitment)
            .join(Interview)
            .where(Interview.unit_id.in_(list(unit_ids)), Commitment.done_at.is_(None))
            .where(Interview.state == InterviewState.COMMITTED.value)
            .order_by(Commitment.due_on)
        )
    )


# --- time limits -----------------------------------------------------------------------------------------------------


def reply_dues(session: Session, some: Sequence[Case]) -> dict[int, datetime]:
    """case id -> until when its unit may reply: the time runs from service, so an unserved notice has none."""
    served = delivery.newest_services(session, [NOTICE, SUPPLEMENT], KIND, [case.id for case in some])
    longer = delivery.extensions_until(session, KIND, [case.id for case in some])
    found = {}
    for case in some:
        since = served.get(str(case.id), {}).get(case.unit_id)
        if since is not None:
            end = due(since, Duration.parse(case.reply_within), _calendar(session), reading_zone())
            found[case.id] = max(end, longer.get(str(case.id), end))
    return found


def reply_due(session: Session, case: Case) -> datetime | None:
    return reply_dues(session, [case]).get(case.id)


def due_to_lapse(session: Session, now: datetime) -> list[Case]:
    """Cases whose unit has let its time pass: the clock notes it, and the case goes on without a reply."""
    waiting = cases(session, states=[CaseState.NOTICE_SERVED.value])
    ends = reply_dues(session, waiting)
    return [case for case in waiting if case.id in ends and ends[case.id] < now]


def notice_served_at(session: Session, case: Case) -> datetime | None:
    return delivery.service_of(session, NOTICE, (KIND, case.id)).get(case.unit_id)


def decision_served_at(session: Session, case: Case) -> datetime | None:
    """Of a decision that was made anew, when the new one was received."""
    served = delivery.newest_services(session, [DECISION], KIND, [case.id])
    return served.get(str(case.id), {}).get(case.unit_id)


def appeal_until(session: Session, case: Case) -> datetime | None:
    """Until when the unit may ask for a review; nothing before the decision is served."""
    since = decision_served_at(session, case) if case.served_at is not None else None
    return due(since, Duration.parse(case.appeal_within), _calendar(session), reading_zone()) if since else None


def due_to_expire(session: Session, now: datetime) -> list[Case]:
    """Decisions whose effect is over."""
    ended = cases(session, states=[CaseState.EXECUTED.value, CaseState.SERVED.value])
    return [case for case in ended if not expires_later(session, case, now)]


def expires_later(session: Session, case: Case, now: datetime) -> Sentence | None:
    """What keeps the effect from ending; one that found nothing has none beyond its time for review."""
    if case.outcome == Outcome.NO_CASE:
        until = appeal_until(session, case)
        if until is None:
            return say("The decision has not been received yet.")
        return say("The unit may ask for a review until {until}.", until=until) if now <= until else None
    if case.state != CaseState.EXECUTED:
        return say("The decision has not been carried out yet.")
    if case.effect_until is None:
        return say("No day was set on which the effect of this decision ends.")
    end = end_of(case.effect_until, reading_zone())
    return say("The effect of this decision lasts until {day}.", day=case.effect_until) if now <= end else None


def _calendar(session: Session) -> Calendar:
    found: Calendar | None = session.info.get("calendar")
    if found is None:
        found = session.info["calendar"] = load_calendar(session)
    return found


# --- what a decision rests on ----------------------------------------------------------------------------------------


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
    declared = [one for one in case.investigators if one.declared_at]
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


def investigating(session: Session, person_id: int) -> list[Case]:
    """The cases that somebody investigates."""
    query = select(Case).join(CaseInvestigator).where(CaseInvestigator.person_id == person_id)
    return list(session.scalars(query.order_by(Case.id)))
