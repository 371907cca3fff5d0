"""How a scheme version and a responsibility letter live: written, approved by another, in force, followed."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty
from assessment.programmes.models import (
    Letter,
    LetterMatter,
    LetterState,
    LetterTarget,
    MatterOutcome,
    SchemeState,
    SchemeVersion,
)
from assessment.programmes.queries import scheme_faults


def free_of_faults(session: Session, version: SchemeVersion, act: Act) -> Sentence:
    faults = scheme_faults(version.source)
    if not faults:
        return NOTHING
    return say(
        "The scheme still has {count} faults. The first: {fault} Correct the file and check it again.",
        count=len(faults), fault=faults[0],
    )  # fmt: skip


def decided_by_another(session: Session, version: SchemeVersion, act: Act) -> Sentence:
    if act.by.key in (version.submitted_by, version.written_by):
        return say("You wrote or submitted this version; somebody else decides on it.")
    return NOTHING


def followed_by_another(session: Session, version: SchemeVersion, act: Act) -> Sentence:
    newer = exists().where(
        SchemeVersion.programme_id == version.programme_id,
        SchemeVersion.id != version.id,
        SchemeVersion.state == SchemeState.IN_FORCE,
    )
    if session.scalar(select(newer)):
        return NOTHING
    return say("A version is superseded when another one comes into force; none has.")


S = SchemeState

SCHEME_VERSION: Process[SchemeVersion] = Process(
    "scheme_version",
    states=S,
    initial=S.DRAFTED,
    openings=(Opening("write_scheme", Duty.PLAN_CYCLES, N_("Write a scheme")),),
    transitions=(
        Transition("check", (S.DRAFTED, S.RETURNED), S.CHECKED, Duty.PLAN_CYCLES, N_("Check the scheme"), guard=free_of_faults),
        Transition("revise", (S.DRAFTED, S.CHECKED, S.RETURNED), S.DRAFTED, Duty.PLAN_CYCLES, N_("Revise the scheme")),
        Transition("submit", (S.CHECKED,), S.SUBMITTED, Duty.PLAN_CYCLES, N_("Submit the scheme for approval")),
        Transition("approve_scheme", (S.SUBMITTED,), S.APPROVED, Duty.APPROVE, N_("Approve the scheme"), guard=decided_by_another),
        Transition("return_scheme", (S.SUBMITTED,), S.RETURNED, Duty.APPROVE, N_("Return the scheme"),
                   guard=decided_by_another, needs_reason=True),
        Transition("bring_into_force", (S.APPROVED,), S.IN_FORCE, (Duty.PLAN_CYCLES, Duty.APPROVE), N_("Bring the scheme into force")),
        Transition("supersede", (S.IN_FORCE,), S.SUPERSEDED, (Duty.PLAN_CYCLES, Duty.APPROVE), N_("Set the version aside"),
                   guard=followed_by_another),
    ),
    words={
        S.DRAFTED: Word("scheme_version", "Draft"),
        S.CHECKED: Word("scheme_version", "Checked"),
        S.SUBMITTED: Word("scheme_version", "Awaiting approval"),
        S.APPROVED: Word("scheme_version", "Approved"),
        S.RETURNED: Word("scheme_version", "Returned"),
        S.IN_FORCE: Word("scheme_version", "In force"),
        S.SUPERSEDED: Word("scheme_version", "Superseded"),
    },
    unit_of=lambda version: version.programme.unit_id,
)  # fmt: skip


def has_targets(session: Session, letter: Letter, act: Act) -> Sentence:
    if letter.is_amendment:
        return say("An amendment is not offered again: it is approved by the level that set the target.")
    if not session.scalar(select(exists().where(LetterTarget.letter_id == letter.id))):
        return say("The letter names no target yet.")
    return nothing_left_to_settle(session, letter, act)


def nothing_left_to_settle(session: Session, letter: Letter, act: Act) -> Sentence:
    numbers = [one.number for one in letter.undecided_matters]
    if numbers:
        return say("Key remediation is proposed for this letter: {numbers}. Take it in or leave it out first.",
                   numbers=numbers)  # fmt: skip
    return NOTHING


def something_to_settle(session: Session, letter: Letter, act: Act) -> Sentence:
    return NOTHING if letter.undecided_matters else say("No key remediation waits to be decided in this letter.")


def is_a_first_version(session: Session, letter: Letter, act: Act) -> Sentence:
    if letter.is_amendment:
        return say("An amendment keeps the key remediation of the letter it amends.")
    return NOTHING


def all_have_targets(session: Session, letters: Sequence[Letter], act: Act) -> Sentence:
    with_targets: set[int] = set()
    ids = [letter.id for letter in letters]
    for start in range(0, len(ids), 500):
        query = select(LetterTarget.letter_id).where(LetterTarget.letter_id.in_(ids[start : start + 500])).distinct()
        with_targets.update(session.scalars(query))
    waiting = _with_undecided_matters(session, ids)
    for letter in letters:
        if letter.is_amendment or letter.id not in with_targets or letter.id in waiting:
            return has_targets(session, letter, act)
    return NOTHING


def _with_undecided_matters(session: Session, letter_ids: Sequence[int]) -> set[int]:
    """Of these letters, those with key remediation that nobody has decided on."""
    query = select(LetterMatter.letter_id).where(LetterMatter.outcome == MatterOutcome.PROPOSED.value).distinct()
    return set(session.scalars(query)).intersection(letter_ids)


def countersigned_by_another(session: Session, letter: Letter, act: Act) -> Sentence:
    if act.by.key in (letter.signed_by, letter.drafted_by):
        return say("You drafted or signed this letter; somebody else countersigns it.")
    return NOTHING


def is_an_amendment_by_another(session: Session, letter: Letter, act: Act) -> Sentence:
    if not letter.is_amendment:
        return say("This is a first version: it comes into force when both sides have signed it.")
    if act.by.key == letter.drafted_by:
        return say("You drafted this amendment; somebody else approves it.")
    return NOTHING


def nothing_left_to_answer(session: Session, letter: Letter, act: Act) -> Sentence:
    proposal = letter.open_proposal
    if proposal is None:
        return NOTHING
    return say("The targets proposed on {moment} wait for an answer; before it nobody signs.", moment=proposal.proposed_at)


def something_to_answer(session: Session, letter: Letter, act: Act) -> Sentence:
    return NOTHING if letter.open_proposal is not None else say("The unit has proposed no other targets.")


def over_or_replaced(session: Session, letter: Letter, act: Act) -> Sentence:
    today = act.at.astimezone(ZoneInfo(letter.programme.zone)).date()
    if letter.effective_to is not None or today > letter.term_to:
        return NOTHING
    return say("The letter runs until {day}; before that only an amendment can end it.", day=letter.term_to)


L = LetterState

LETTER: Process[Letter] = Process(
    "letter",
    states=L,
    initial=L.DRAFTED,
    openings=(
        Opening("draft_letters", Duty.PLAN_CYCLES, N_("Draft letters")),
        Opening("amend", Duty.PLAN_CYCLES, N_("Amend the letter")),
    ),
    transitions=(
        Transition("set_targets", (L.DRAFTED,), L.DRAFTED, Duty.PLAN_CYCLES, N_("Change the targets")),
        # From tasks that are open: cycles knows them, and the clock asks it every day while the letter is a draft.
        Transition("propose_matters", (L.DRAFTED,), None, (Duty.PLAN_CYCLES, Duty.CLOCK), N_("Propose key remediation"),
                   guard=is_a_first_version),
        Transition("settle_matters", (L.DRAFTED,), None, Duty.PLAN_CYCLES, N_("Decide on key remediation"),
                   guard=something_to_settle),
        Transition("offer", (L.DRAFTED,), L.OFFERED, Duty.PLAN_CYCLES, N_("Offer the letter"),
                   guard=has_targets, guard_many=all_have_targets),
        Transition("withdraw_offer", (L.OFFERED,), L.DRAFTED, Duty.PLAN_CYCLES, N_("Withdraw the offer"), needs_reason=True),
        Transition("propose_targets", (L.OFFERED,), None, Duty.SIGN_LETTERS, N_("Propose other targets"),
                   guard=nothing_left_to_answer, needs_reason=True),
        Transition("take_back_proposal", (L.OFFERED,), None, Duty.SIGN_LETTERS, N_("Take the proposal back"),
                   guard=something_to_answer),
        Transition("accept_proposal", (L.OFFERED,), L.DRAFTED, Duty.PLAN_CYCLES, N_("Accept the proposed targets"),
                   guard=something_to_answer),
        Transition("decline_proposal", (L.OFFERED,), None, Duty.PLAN_CYCLES, N_("Decline the proposed targets"),
                   guard=something_to_answer, needs_reason=True),
        Transition("sign", (L.OFFERED,), L.SIGNED, Duty.SIGN_LETTERS, N_("Sign the letter"), guard=nothing_left_to_answer),
        Transition("countersign", (L.SIGNED,), L.IN_FORCE, Duty.APPROVE, N_("Countersign the letter"),
                   guard=countersigned_by_another),
        Transition("approve_amendment", (L.DRAFTED,), L.IN_FORCE, Duty.APPROVE, N_("Approve the amendment"),
                   guard=is_an_amendment_by_another),
        Transition("end_letter", (L.IN_FORCE,), L.ENDED, (Duty.PLAN_CYCLES, Duty.APPROVE, Duty.CLOCK), N_("End the letter"),
                   guard=over_or_replaced),
    ),
    words={
        L.DRAFTED: Word("letter", "Draft"),
        L.OFFERED: Word("letter", "Awaiting signature"),
        L.SIGNED: Word("letter", "Signed"),
        L.IN_FORCE: Word("letter", "In force"),
        L.ENDED: Word("letter", "Ended"),
    },
    unit_of=lambda letter: letter.unit_id,
)  # fmt: skip
