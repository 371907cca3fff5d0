"""What stands against an act on a case or interview: the law's conditions, each with the sentence the page shows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import Ballot, Case, Interview, InterviewState, Motion, MotionFate, Outcome
from assessment.foundation.actors import Act
from assessment.foundation.i18n import NOTHING, Sentence, local_day, say
from assessment.organisations.officers import Officer, key_of
from assessment.organisations.recusal import barred, barred_by_post


def investigates_it(session: Session, case: Case, act: Act) -> Sentence:
    if not queries.is_investigator(case, act.by):
        return say("Only the investigators of this case can do this.")
    return NOTHING


def may_declare(session: Session, case: Case, act: Act) -> Sentence:
    against = investigates_it(session, case, act)
    if against:
        return against
    if any(one.person_id == getattr(act.by, "person_id", None) for one in case.declared_investigators):
        return say("You have declared already.")
    return NOTHING


def investigates_untied(session: Session, case: Case, act: Act) -> Sentence:
    """Nobody looks into a matter before saying that nothing ties him or her to it."""
    against = investigates_it(session, case, act)
    if against:
        return against
    if not any(one.person_id == getattr(act.by, "person_id", None) for one in case.declared_investigators):
        return say("Declare first that nothing ties you to the matter, or step aside.")
    return NOTHING


def opener_is_untied(session: Session, case: Case, act: Act) -> Sentence:
    """Who holds or held a post at the unit does not open a case against it."""
    if not isinstance(act.by, Officer):
        return say("This is decided by a person.")
    return barred_by_post(session, act.by, [case.unit_id], local_day(act.at))


def investigators_declared(session: Session, case: Case, act: Act) -> Sentence:
    """Facts are put to the unit by people who have said that nothing ties them to it."""
    active = case.active_investigators
    waiting = [one for one in active if one.declared_at is None]
    if len(active) < 2 or waiting:
        return say("Two investigators must first declare that nothing ties them to the matter; missing: {count}.",
                   count=max(len(waiting), 2 - len(active)))  # fmt: skip
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
    against = investigates_untied(session, case, act) or investigators_declared(session, case, act)
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
    against = investigates_untied(session, case, act)
    if against:
        return against
    return NOTHING if queries.untold_facts(case) else say("The unit has been told every finding of fact.")


def took_no_part(session: Session, case: Case, act: Act) -> Sentence:
    """Opener, investigator, reviewer and decider are four; and nobody with a hand in the matter or a post there."""
    officer = act.by
    if not isinstance(officer, Officer):
        return say("This is decided by a person.")
    if officer.key == case.opened_by:
        return say("You opened this case; somebody else reviews and decides it.")
    if queries.ever_investigated(case, officer):
        return say("You investigate this case; somebody else reviews and decides it.")
    earlier = [one for one in case.motions if one.fate == MotionFate.CARRIED]
    if earlier and (
        officer.key == case.decided_by
        or any(officer.key == one.moved_by or _voted(one, officer) for one in earlier)
    ):
        return say("{name} had a hand in this matter: the decision that is taken anew.", name=officer.name)
    return barred(
        session, officer, queries.matter_of(case), [case.unit_id], local_day(act.at), forgiven=THE_VOTE_ITSELF
    )


THE_VOTE_ITSELF = frozenset({"move", "vote", "reject_motion", "decide"})
"""Acts by which a case is decided: they bar from deciding it anew, which is asked of its motions, not of the trail."""


def _voted(motion: Motion, officer: Officer) -> bool:
    return any(one.person_id == officer.person_id for one in motion.votes)


def may_decide(session: Session, case: Case, act: Act) -> Sentence:
    """For each member, whatever the act: unbarred, and everything is there that the law asks for."""
    if act.by.key == case.reviewed_by:
        return say("You reviewed this case; somebody else decides it.")
    against = took_no_part(session, case, act)
    if against:
        return against
    missing = queries.lacking(session, case)
    if missing:
        return say("A decision still needs: {missing}.", missing=missing)
    return NOTHING


def may_move(session: Session, case: Case, act: Act) -> Sentence:
    if case.motion is not None:
        return say("A motion is being voted on; it is carried or rejected first.")
    return may_decide(session, case, act)


def may_vote(session: Session, case: Case, act: Act) -> Sentence:
    against = may_decide(session, case, act)
    if against:
        return against
    if case.motion is None:
        return say("Nothing has been moved yet.")
    if isinstance(act.by, Officer) and _voted(case.motion, act.by):
        return say("You have voted on this motion.")
    return NOTHING


def is_carried(session: Session, case: Case, act: Act) -> Sentence:
    """More than half of those who voted are in favour, and as many voted as the case asks for."""
    against = _is_counted(session, case, act)
    if against or _has_majority(case):
        return against
    return say("The motion is not carried: no more than half of the votes are in favour.")


def is_lost(session: Session, case: Case, act: Act) -> Sentence:
    against = _is_counted(session, case, act)
    if against or not _has_majority(case):
        return against
    return say("The motion is carried; it is the decision.")


def _is_counted(session: Session, case: Case, act: Act) -> Sentence:
    against = may_decide(session, case, act)
    if against:
        return against
    if case.motion is None:
        return say("Nothing has been moved yet.")
    if len(case.motion.votes) < case.deciders:
        return say("{count} of {all} members have voted.", count=len(case.motion.votes), all=case.deciders)
    return NOTHING


def _has_majority(case: Case) -> bool:
    motion = case.motion
    return motion is not None and 2 * motion.count(Ballot.IN_FAVOUR) > len(motion.votes)


def another_filed_the_report(session: Session, case: Case, act: Act) -> Sentence:
    against = investigates_untied(session, case, act)
    if against:
        return against
    if act.by.key == case.reported_by:
        return say("You filed the report yourself; have it returned, and mend it.")
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
    if case.outcome == Outcome.WRITTEN_INSPECTION and not case.inspection:
        return say("The unit has not handed in its written inspection yet.")
    if case.outcome == Outcome.CIRCULATED_CRITICISM and case.circular and case.circulated_at is None:
        return say("The criticism has not been circulated yet.")
    if case.outcome == Outcome.INTERVIEW:
        done = (InterviewState.HELD, InterviewState.COMMITTED, InterviewState.DONE)
        if not any(one.state in done for one in queries.interviews_of(session, case.id)):
            return say("The interview has not been held yet.")
    return NOTHING


def inspection_is_due(session: Session, case: Case, act: Act) -> Sentence:
    if case.outcome != Outcome.WRITTEN_INSPECTION:
        return say("This decision asks for no written inspection.")
    if queries.decision_served_at(session, case) is None:
        return say("The decision has not been received yet; it is carried out after that.")
    return NOTHING


def may_be_circulated(session: Session, case: Case, act: Act) -> Sentence:
    """Others are told after the unit itself, and once."""
    if case.outcome != Outcome.CIRCULATED_CRITICISM or not case.circular:
        return say("Only a circulated criticism is told to others.")
    if queries.decision_served_at(session, case) is None:
        return say("The decision has not been received yet; others are told after the unit.")
    if case.circulated_at is not None:
        return say("It was circulated on {moment}.", moment=case.circulated_at)
    return NOTHING


def its_term_is_over(session: Session, case: Case, act: Act) -> Sentence:
    if case.sealed_at is not None:
        return say("It was sealed on {moment}.", moment=case.sealed_at)
    return queries.kept_longer(case, act.at) or NOTHING


def is_a_proposal(session: Session, case: Case, act: Act) -> Sentence:
    if case.outcome != Outcome.PROPOSAL:
        return say("Only a proposal is answered by the competent organ.")
    return NOTHING


def effect_is_over(session: Session, case: Case, act: Act) -> Sentence:
    return queries.expires_later(session, case, act.at) or NOTHING


def commitments_kept(session: Session, interview: Interview, act: Act) -> Sentence:
    waiting = [one.number for one in interview.commitments if one.done_at is None]
    if waiting:
        return say("These commitments are not done yet: {numbers}.", numbers=waiting)
    return NOTHING


def its_time_has_come(session: Session, interview: Interview, act: Act) -> Sentence:
    if act.at < interview.takes_place_at:
        return say("The interview takes place on {moment}, not before.", moment=interview.takes_place_at)
    return NOTHING
