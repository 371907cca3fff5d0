"""How a case lives: prompted by facts, opened and decided by people of whom none does two of its parts; and interviews."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import Case, CaseState, Interview, InterviewState, Outcome
from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, local_day, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer, key_of
from assessment.organisations.recusal import barred


def investigates_it(session: Session, case: Case, act: Act) -> Sentence:
    if not queries.is_investigator(case, act.by):
        return say("Only the investigators of this case can do this.")
    return NOTHING


def investigators_declared(session: Session, case: Case, act: Act) -> Sentence:
    """Facts are put to the unit by people who have said that nothing ties them to it."""
    waiting = [one for one in case.investigators if one.declared_at is None]
    if len(case.investigators) < 2 or waiting:
        return say("Two investigators must first declare that nothing ties them to the matter; missing: {count}.",
                   count=max(len(waiting), 2 - len(case.investigators)))  # fmt: skip
    return NOTHING


def reply_in_time(session: Session, case: Case, act: Act) -> Sentence:
    until = queries.reply_due(session, case)
    if until is not None and act.at > until:
        return say("The time to reply ended at {until}.", until=until)
    return NOTHING


def time_is_over(session: Session, case: Case, act: Act) -> Sentence:
    until = queries.reply_due(session, case)
    if until is None:
        return say("The time to reply begins when the notice is received; it is not yet.")
    if act.at <= until:
        return say("The unit may reply until {until}.", until=until)
    return NOTHING


def facts_and_answers(session: Session, case: Case, act: Act) -> Sentence:
    """A report finds facts that records prove, names who answered for them, and answers what the unit said."""
    against = investigates_it(session, case, act)
    if against:
        return against
    if not any(queries.proves_something(fact) for fact in case.standing_facts):
        return say("Record at least one finding of fact that is proved by more than scores; a ladder alone is none.")
    if not case.chain:
        return say("Name who was responsible by the post held on the day.")
    untold = [fact.number for fact in queries.untold_facts(case)]
    if untold:
        return say("Put findings of fact {numbers} to the unit first, and hear it on them.", numbers=untold)
    open_points = [point.number for point in case.points if not point.answer]
    if open_points:
        return say("Answer every point of the reply first; open: {points}.", points=open_points)
    return NOTHING


def has_more_to_tell(session: Session, case: Case, act: Act) -> Sentence:
    """What was found after the notice, or added to a returned report, is put to the unit, and it is heard again."""
    against = investigates_it(session, case, act)
    if against:
        return against
    return NOTHING if queries.untold_facts(case) else say("The unit has been told every finding of fact.")


def took_no_part(session: Session, case: Case, act: Act) -> Sentence:
    """Opener, investigator, legal reviewer and decider are four; and nobody with a hand in the matter or a post there."""
    officer = act.by
    if not isinstance(officer, Officer):
        return say("This is decided by a person.")
    if officer.key == case.opened_by:
        return say("You opened this case; somebody else reviews and decides it.")
    if queries.is_investigator(case, officer):
        return say("You investigate this case; somebody else reviews and decides it.")
    return barred(session, officer, queries.matter_of(case), [case.unit_id], local_day(act.at))


def may_decide(session: Session, case: Case, act: Act) -> Sentence:
    if act.by.key == case.reviewed_by:
        return say("You reviewed this case; somebody else decides it.")
    against = took_no_part(session, case, act)
    if against:
        return against
    missing = queries.lacking(session, case)
    if missing:
        return say("A decision still needs: {missing}.", missing=missing)
    return NOTHING


def may_review(session: Session, case: Case, act: Act) -> Sentence:
    """Who reviewed and returned it before may review it again: that is no other part."""
    officer = act.by
    if not isinstance(officer, Officer):
        return say("This is decided by a person.")
    if officer.key in (case.opened_by, case.prompted_by, *(key_of(one.person_id) for one in case.investigators)):
        return say("You opened or investigate this case; somebody else reviews it.")
    others = [one for one in queries.matter_of(case) if one[0] != queries.KIND]
    return barred(session, officer, others, [case.unit_id], local_day(act.at))


def something_to_carry_out(session: Session, case: Case, act: Act) -> Sentence:
    """Nothing is carried out that the unit has not received, with its reasons and its remedy."""
    if case.outcome == Outcome.NO_CASE:
        return say("There is nothing to carry out: the decision finds no fault.")
    if queries.decision_served_at(session, case) is None:
        return say("The decision has not been received yet; it is carried out after that.")
    if case.outcome == Outcome.PROPOSAL and not case.organ_answer:
        return say("The competent organ has not answered the proposal yet.")
    if case.outcome == Outcome.INTERVIEW:
        done = (InterviewState.HELD, InterviewState.COMMITTED, InterviewState.DONE)
        if not any(one.state in done for one in queries.interviews_of(session, case.id)):
            return say("The interview has not been held yet.")
    return NOTHING


def is_a_proposal(session: Session, case: Case, act: Act) -> Sentence:
    if case.outcome != Outcome.PROPOSAL:
        return say("Only a proposal is answered by the competent organ.")
    return NOTHING


def effect_is_over(session: Session, case: Case, act: Act) -> Sentence:
    return queries.expires_later(session, case, act.at) or NOTHING


S = CaseState
INVESTIGATED = (S.OPENED, S.NOTICE_SERVED, S.REPLIED, S.LAPSED, S.RETURNED)
HEARD = (S.REPLIED, S.LAPSED, S.RETURNED)

CASE: Process[Case] = Process(
    "accountability_case",
    states=S,
    initial=S.PROMPTED,
    openings=(Opening("prompt", (Duty.OPEN_CASES, Duty.PREPARE, Duty.SETTLE_FINDINGS, Duty.CLOCK), N_("Prompt a case")),),
    transitions=(
        Transition("dismiss", (S.PROMPTED,), S.DISMISSED, Duty.OPEN_CASES, N_("Dismiss the prompt"), needs_reason=True),
        Transition("warn", (S.PROMPTED,), S.SETTLED, Duty.OPEN_CASES, N_("Give an early warning"), needs_reason=True),
        Transition("settle_by_interview", (S.PROMPTED,), S.SETTLED, Duty.CALL_INTERVIEWS, N_("Call an interview instead"), needs_reason=True),
        Transition("ask_inspection", (S.PROMPTED,), S.SETTLED, Duty.OPEN_CASES, N_("Ask for an inspection"), needs_reason=True),
        Transition("open_case", (S.PROMPTED,), S.OPENED, Duty.OPEN_CASES, N_("Open the case")),
        Transition("declare", (S.OPENED,), None, Duty.INVESTIGATE, N_("Declare that nothing ties you to it"), guard=investigates_it),
        Transition("serve_notice", (S.OPENED,), S.NOTICE_SERVED, (Duty.OPEN_CASES, Duty.INVESTIGATE), N_("Serve the notice"), guard=investigators_declared),
        Transition("reply", (S.NOTICE_SERVED,), S.REPLIED, Duty.REPLY, N_("Reply"), guard=reply_in_time),
        Transition("lapse", (S.NOTICE_SERVED,), S.LAPSED, Duty.CLOCK, N_("Note that no reply came in time"), guard=time_is_over),
        Transition("serve_supplement", (S.NOTICE_SERVED, *HEARD), S.NOTICE_SERVED, Duty.INVESTIGATE, N_("Put new facts to the unit"), guard=has_more_to_tell),
        Transition("add_fact", INVESTIGATED, None, Duty.INVESTIGATE, N_("Record a finding of fact"), guard=investigates_it),
        Transition("strike_fact", INVESTIGATED, None, Duty.INVESTIGATE, N_("Strike a finding of fact"), guard=investigates_it, needs_reason=True),
        Transition("name_responsible", INVESTIGATED, None, Duty.INVESTIGATE, N_("Name who was responsible"), guard=investigates_it),
        Transition("answer_point", HEARD, None, Duty.INVESTIGATE, N_("Answer a point of the reply"), guard=investigates_it),
        Transition("file_report", HEARD, S.REPORTED, Duty.INVESTIGATE, N_("File the report"), guard=facts_and_answers),
        Transition("review_law", (S.REPORTED,), S.LAW_REVIEWED, Duty.REVIEW_LAW, N_("Pass the legal review"), guard=may_review),
        Transition("return_report", (S.REPORTED,), S.RETURNED, Duty.REVIEW_LAW, N_("Return the report"), guard=may_review, needs_reason=True),
        Transition("decide", (S.LAW_REVIEWED,), S.DECIDED, Duty.DECIDE_CASES, N_("Decide the case"), guard=may_decide),
        Transition("serve_decision", (S.DECIDED,), S.SERVED, Duty.DECIDE_CASES, N_("Serve the decision")),
        Transition("record_organ_answer", (S.SERVED,), None, (Duty.DECIDE_CASES, Duty.OPEN_CASES), N_("Record the organ's answer"), guard=is_a_proposal),
        Transition("execute", (S.SERVED,), S.EXECUTED, (Duty.DECIDE_CASES, Duty.OPEN_CASES), N_("Record that it was carried out"), guard=something_to_carry_out),
        Transition("expire", (S.SERVED, S.EXECUTED), S.EXPIRED, Duty.CLOCK, N_("End the effect"), guard=effect_is_over),
        Transition("revoke", (S.SERVED, S.EXECUTED, S.EXPIRED), S.REVOKED, Duty.DECIDE_CASES, N_("Revoke the decision"), needs_reason=True),
        # Part of the joint act that applies a review which upholds in part: somebody else decides anew, and not more gravely.
        Transition("reconsider", (S.SERVED, S.EXECUTED, S.EXPIRED), S.LAW_REVIEWED, Duty.DECIDE_CASES, N_("Have it decided anew"), needs_reason=True),
        # When the fact behind a prompt or case falls, cycles says so; what follows is for whoever has it.
        Transition("flag", tuple(state for state in S if state not in (S.DISMISSED, S.SETTLED, S.REVOKED)), None, Duty.CLOCK, N_("Flag that its origin has fallen"), needs_reason=True),
        Transition("read_case", tuple(S), None, Duty.AUDIT, N_("Read the case"), needs_reason=True),
    ),
    words={
        S.PROMPTED: Word("accountability_case", "Prompted"),
        S.DISMISSED: Word("accountability_case", "Dismissed"),
        S.SETTLED: Word("accountability_case", "Settled without a case"),
        S.OPENED: Word("accountability_case", "Opened"),
        S.NOTICE_SERVED: Word("accountability_case", "Notice issued"),
        S.REPLIED: Word("accountability_case", "Replied"),
        S.LAPSED: Word("accountability_case", "No reply in time"),
        S.REPORTED: Word("accountability_case", "In legal review"),
        S.RETURNED: Word("accountability_case", "Report returned"),
        S.LAW_REVIEWED: Word("accountability_case", "Awaits decision"),
        S.DECIDED: Word("accountability_case", "Decided"),
        S.SERVED: Word("accountability_case", "Decision issued"),
        S.EXECUTED: Word("accountability_case", "Carried out"),
        S.EXPIRED: Word("accountability_case", "Effect ended"),
        S.REVOKED: Word("accountability_case", "Revoked"),
    },
    unit_of=lambda case: case.unit_id,
)  # fmt: skip


def commitments_kept(session: Session, interview: Interview, act: Act) -> Sentence:
    waiting = [one.number for one in interview.commitments if one.done_at is None]
    if waiting:
        return say("These commitments are not done yet: {numbers}.", numbers=waiting)
    return NOTHING


def its_time_has_come(session: Session, interview: Interview, act: Act) -> Sentence:
    if act.at < interview.takes_place_at:
        return say("The interview takes place on {moment}, not before.", moment=interview.takes_place_at)
    return NOTHING


I = InterviewState  # noqa: E741 - the table below is read by its columns

INTERVIEW: Process[Interview] = Process(
    "interview",
    states=I,
    initial=I.CALLED,
    openings=(Opening("call_interview", Duty.CALL_INTERVIEWS, N_("Call an interview")),),
    transitions=(
        Transition("hold_interview", (I.CALLED,), I.HELD, Duty.CALL_INTERVIEWS, N_("Record the interview"), guard=its_time_has_come),
        Transition("record_commitment", (I.HELD, I.COMMITTED), I.COMMITTED, Duty.CALL_INTERVIEWS, N_("Record a commitment")),
        Transition("fulfil_commitment", (I.COMMITTED,), None, (Duty.CALL_INTERVIEWS, Duty.ANSWER_NOTICES), N_("Report a commitment done")),
        Transition("conclude_interview", (I.HELD, I.COMMITTED), I.DONE, Duty.CALL_INTERVIEWS, N_("Conclude the interview"), guard=commitments_kept),
        Transition("cancel_interview", (I.CALLED,), I.CANCELLED, Duty.CALL_INTERVIEWS, N_("Cancel the interview"), needs_reason=True),
    ),
    words={
        I.CALLED: Word("interview", "Called"),
        I.HELD: Word("interview", "Held"),
        I.COMMITTED: Word("interview", "Commitments open"),
        I.DONE: Word("interview", "Done"),
        I.CANCELLED: Word("interview", "Cancelled"),
    },
    unit_of=lambda interview: interview.unit_id,
)  # fmt: skip
