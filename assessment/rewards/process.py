"""How a reward round lives: prepared, checked to the unit, made public, approved by another than who prepared it, granted."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.objections import queries as objections
from assessment.objections.models import ObjectionState, Outcome
from assessment.organisations.duties import Duty
from assessment.rewards import queries
from assessment.rewards.models import Round, RoundState
from assessment.scoring.models import Edition, EditionState


def sums_are_right(session: Session, one: Round, act: Act) -> Sentence:
    """To the last unit: the pool, or nothing at all for a ladder of gains and losses."""
    against = results_stand(session, one, act)
    if against:
        return against
    if not queries.kept_is_as_noted(session, one):
        return say("What was granted before has changed since. Discard this correction and prepare it anew.")
    found = queries.nominal_sum(one)
    if one.expected is not None and found != one.expected:
        return say("The amounts sum to {found}, not to {expected}.", found=found, expected=one.expected)
    return NOTHING


def results_stand(session: Session, one: Round, act: Act) -> Sentence:
    if session.get_one(Edition, one.edition_id).state != EditionState.APPROVED:
        return say("The results this round was prepared from are not the approved ones any more. Prepare it anew.")
    return NOTHING


def publicity_is_over(session: Session, one: Round, act: Act) -> Sentence:
    """The leader approves what everybody could object to, and never what he or she prepared."""
    if act.by.key == one.prepared_by:
        return say("You prepared this round; somebody else approves it.")
    if one.publicity_until is None or act.at <= one.publicity_until:
        return say("The list is public until {until}; it can be approved after that.", until=one.publicity_until or "")
    waiting = queries.open_objections(session, one)
    if waiting:
        return say("Objections are not decided and applied yet: {numbers}.", numbers=[each.number for each in waiting])
    return sums_are_right(session, one, act)


def a_decision_asks_for_it(session: Session, one: Round, act: Act) -> Sentence:
    """Once every objection is decided, so that one new list follows them all, and one of them was upheld, at least in part."""
    found = queries.objections_to(session, one)
    waiting = [each.number for each in found if each.state in objections.UNANSWERED]
    if waiting:
        return say("Objections to this list are not decided yet: {numbers}.", numbers=waiting)
    decided = [each for each in found if each.state in (ObjectionState.DECIDED, ObjectionState.APPLIED)]
    if all(point.outcome == Outcome.DISMISSED for each in decided for point in each.points):
        return say("No decision on an objection asks for another list.")
    return NOTHING


def something_is_held(session: Session, one: Round, act: Act) -> Sentence:
    if not any(award.is_held for award in one.awards):
        return say("No amount of this round is held back.")
    return NOTHING


def something_was_granted(session: Session, one: Round, act: Act) -> Sentence:
    if not any(award.granted_at is not None and award.clawed_back_at is None for award in one.awards):
        return say("Nothing of this round is left that was granted.")
    return NOTHING


def its_correction_is_granted(session: Session, one: Round, act: Act) -> Sentence:
    made = queries.correction_of(session, one)
    if made is None or made.state != RoundState.GRANTED:
        return say("No correction of this round is granted; granting it replaces this one.")
    return NOTHING


S = RoundState
STANDING = (S.PREPARED, S.CHECKED, S.PUBLICITY, S.APPROVED, S.GRANTED)

ROUND: Process[Round] = Process(
    "reward_round",
    states=S,
    initial=S.PREPARED,
    openings=(
        Opening("prepare", Duty.PREPARE, N_("Prepare the round")),
        Opening("correct", Duty.PREPARE, N_("Prepare the correction")),
    ),
    transitions=(
        Transition("check", (S.PREPARED,), S.CHECKED, Duty.PREPARE, N_("Check the sums"), guard=sums_are_right),
        Transition("open_publicity", (S.CHECKED,), S.PUBLICITY, Duty.PREPARE, N_("Make the list public"), guard=sums_are_right),
        Transition("approve_round", (S.PUBLICITY,), S.APPROVED, Duty.APPROVE, N_("Approve the round"), guard=publicity_is_over),
        Transition("grant", (S.APPROVED,), S.GRANTED, Duty.PREPARE, N_("Grant the awards"), guard=sums_are_right),
        # Cycles holds back for a case opened after the round was prepared, at the latest when it is granted.
        Transition("hold", STANDING, None, (Duty.CLOCK, Duty.PREPARE), N_("Hold an amount back")),
        # Cycles releases when the case has ended without fault; a leader may do so on other grounds, with a reason kept.
        Transition("release", STANDING, None, (Duty.APPROVE, Duty.CLOCK), N_("Release an amount held back"), guard=something_is_held),
        Transition("forfeit", STANDING, None, Duty.APPROVE, N_("Withdraw an amount held back"), guard=something_is_held, needs_reason=True),
        Transition("claw_back", (S.GRANTED,), None, Duty.APPROVE, N_("Claw an award back"), guard=something_was_granted, needs_reason=True),
        Transition("revoke", (S.PREPARED, S.CHECKED), S.REVOKED, Duty.PREPARE, N_("Discard the round"), needs_reason=True),
        Transition("revoke", (S.PUBLICITY, S.APPROVED, S.GRANTED), S.REVOKED, Duty.APPROVE, N_("Revoke the round"), needs_reason=True),
        # Part of granting the round that corrects this one.
        Transition("supersede", (S.APPROVED, S.GRANTED), S.SUPERSEDED, Duty.PREPARE, N_("Replace by its correction"), needs_reason=True, guard=its_correction_is_granted),
        # Part of the joint act that applies an upheld objection; the list that takes its place is public again.
        Transition("recompute", (S.PUBLICITY,), S.REVOKED, Duty.PREPARE, N_("Replace by a list computed as decided"), guard=a_decision_asks_for_it, needs_reason=True),
        # A corrigendum or a case found later touches what was awarded: cycles says so, people decide.
        Transition("flag", STANDING, None, Duty.CLOCK, N_("Flag that its basis has changed"), needs_reason=True),
    ),
    words={
        S.PREPARED: Word("reward_round", "Prepared"),
        S.CHECKED: Word("reward_round", "Checked"),
        S.PUBLICITY: Word("reward_round", "In publicity"),
        S.APPROVED: Word("reward_round", "Approved"),
        S.GRANTED: Word("reward_round", "Granted"),
        S.REVOKED: Word("reward_round", "Revoked"),
        S.SUPERSEDED: Word("reward_round", "Corrected"),
    },
    unit_of=lambda one: one.unit_id,
)  # fmt: skip
