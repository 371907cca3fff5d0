"""A decision is moved, voted on by members who took no part, and stands when more than half are in favour."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import Ballot, Case, Circulation, Motion, MotionFate, Outcome, Part, Vote
from assessment.accountability.process import CASE
from assessment.accountability.services.needs import need, today
from assessment.accountability.services.opening import declare_part
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import say


def move(
    session: Session,
    case: Case,
    act: Act,
    *,
    outcome: Outcome,
    decision: str,
    publicity: str = "",
    circulation: Circulation = Circulation.UNIT,
    circular: str = "",
    organ: str = "",
    execute_by: date | None = None,
    effect_until: date | None = None,
) -> Motion:
    """Put a decision to the vote as it would be served: with its reasons, time limits and range."""
    need("decision", decision, say("State the decision with its reasons."))
    if outcome is Outcome.PROPOSAL:
        need("organ", organ, say("Name the competent organ to which the proposal goes."))
    if outcome is Outcome.CIRCULATED_CRITICISM:
        _check_circular(session, case, circulation, circular)
    if outcome is not Outcome.NO_CASE:
        _check_days(act, execute_by, effect_until)
    _check_not_graver(case, outcome)
    with_days = outcome is not Outcome.NO_CASE
    motion = Motion(
        number=len(case.motions) + 1, fate=MotionFate.OPEN.value, outcome=outcome.value, decision=decision.strip(),
        publicity=publicity.strip(), circulation=circulation.value, circular=circular.strip(), organ=organ.strip(),
        execute_by=execute_by if with_days else None, effect_until=effect_until if with_days else None,
        moved_by=act.by.key, moved_label=act.by.label, moved_at=act.at,
    )  # fmt: skip
    CASE.perform(session, case, "move", act, touched=[motion], body={"outcome": outcome})
    case.motions.append(motion)
    return motion


def _check_days(act: Act, execute_by: date | None, effect_until: date | None) -> None:
    if execute_by is None or execute_by < today(act):
        sentence = say("Say until when it is carried out; the day cannot lie in the past.")
        raise Invalid(sentence, fields={"execute_by": sentence})
    if effect_until is None or effect_until < execute_by:
        sentence = say("Say until when the effect lasts: no decision lasts for ever.")
        raise Invalid(sentence, fields={"effect_until": sentence})


def _check_circular(session: Session, case: Case, circulation: Circulation, circular: str) -> None:
    """Bodies are criticised, not persons: others read what a unit failed in, and nobody's name."""
    need("circular", circular, say("Write what others are told; that is what a circulated criticism is."))
    if circulation is Circulation.UNIT:
        sentence = say("A circulated criticism is told to others than the unit; choose in what range.")
        raise Invalid(sentence, fields={"circulation": sentence})
    named = queries.persons_named(session, case, circular)
    if named:
        sentence = say("What others are told names no person; leave out: {names}.", names=named)
        raise Invalid(sentence, fields={"circular": sentence})


def _check_not_graver(case: Case, outcome: Outcome) -> None:
    """不因申诉加重: what is decided anew after a review is no graver than what was decided before."""
    graver_ones = list(Outcome)
    if case.outcome is not None and graver_ones.index(outcome) > graver_ones.index(Outcome(case.outcome)):
        sentence = say("A review never makes a decision worse; decide no graver than before.")
        raise Invalid(sentence, fields={"outcome": sentence})


def vote(
    session: Session, case: Case, act: Act, *, ballot: Ballot, reason: str = "", declaration: str = ""
) -> None:
    """One member's vote, with the word that nothing ties him or her to the matter; a vote against gives its reason."""
    if ballot is Ballot.AGAINST:
        need("reason", reason, say("Say why you vote against it; your dissent stays with the case."))
    motion, member = case.motion, act.by
    new = Vote(
        motion_id=motion.id if motion else 0, person_id=getattr(member, "person_id", 0), label=member.label,
        ballot=ballot.value, reason=reason.strip(), voted_at=act.at,
    )  # fmt: skip
    CASE.perform(session, case, "vote", act, touched=[new], body={"ballot": ballot})
    assert motion is not None  # the guard has seen it
    motion.votes.append(new)
    declare_part(session, case, act, Part.DECIDER, declaration)


def reject_motion(session: Session, case: Case, act: Act) -> None:
    """The vote went against it: it stays with its votes, and another may be moved."""
    motion = case.motion
    CASE.perform(session, case, "reject_motion", act, touched=[motion] if motion else [])
    assert motion is not None
    motion.fate, motion.settled_at = MotionFate.LOST.value, act.at


def decide(session: Session, case: Case, act: Act) -> None:
    """What was moved and carried is the decision, word for word."""
    motion = case.motion
    carried = [motion, *motion.votes] if motion else []
    CASE.perform(
        session, case, "decide", act, touched=carried,
        relied_on=[*case.standing_facts, *case.points, *case.chain, *queries.matter_of(case)[1:]],
        body={"votes": {one.value: motion.count(one) for one in Ballot}} if motion else {},
    )  # fmt: skip
    assert motion is not None
    motion.fate, motion.settled_at = MotionFate.CARRIED.value, act.at
    case.outcome, case.decision, case.publicity, case.organ = (
        motion.outcome, motion.decision, motion.publicity, motion.organ,
    )  # fmt: skip
    case.circulation, case.circular = motion.circulation, motion.circular
    case.execute_by, case.effect_until = motion.execute_by, motion.effect_until
    case.decided_by, case.decided_at = act.by.key, act.at
