"""How a bulletin lives: whoever submitted it does not approve it, and what was approved is what is published."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.bulletins.models import Bulletin, BulletinState
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty
from assessment.scoring.models import Edition, EditionState


def edition_still_stands(session: Session, bulletin: Bulletin, act: Act) -> Sentence:
    if session.get_one(Edition, bulletin.edition_id).state != EditionState.APPROVED:
        return say("The results this bulletin was drafted from are not the approved ones any more. Draft it anew.")
    return NOTHING


HANDS = ("draft", "edit", "submit")


def approved_by_another(session: Session, bulletin: Bulletin, act: Act) -> Sentence:
    """Nobody approves what he or she drafted, changed or submitted, in whichever turn of it: read from the trail."""
    if act.by.key in (bulletin.drafted_by, bulletin.submitted_by):
        return say("You drafted or submitted this bulletin; somebody else approves it.")
    if any(row.who == act.by.key and row.act in HANDS for row in audit.history(session, bulletin)):
        return say("You had a hand in the text of this bulletin; somebody else approves it.")
    return edition_still_stands(session, bulletin, act)


State = BulletinState

BULLETIN: Process[Bulletin] = Process(
    "bulletin",
    states=State,
    initial=State.DRAFTED,
    openings=(Opening("draft", Duty.PREPARE, N_("Draft the bulletin")),),
    transitions=(
        Transition("edit", (State.DRAFTED, State.RETURNED), State.DRAFTED, Duty.PREPARE, N_("Change the draft")),
        Transition("submit", (State.DRAFTED,), State.SUBMITTED, Duty.PREPARE, N_("Submit for approval"), guard=edition_still_stands),
        Transition("approve", (State.SUBMITTED,), State.APPROVED, Duty.APPROVE, N_("Approve the bulletin"), guard=approved_by_another),
        Transition("return_bulletin", (State.SUBMITTED,), State.RETURNED, Duty.APPROVE, N_("Return with remarks"), needs_reason=True),
        # A joint act of cycles: signed, served and the period published, wholly or not at all.
        Transition("publish", (State.APPROVED,), State.PUBLISHED, Duty.PUBLISH, N_("Publish the bulletin"), guard=edition_still_stands),
        Transition("supersede", (State.PUBLISHED,), State.SUPERSEDED, Duty.PUBLISH, N_("Supersede by a corrigendum"), needs_reason=True),
        Transition("withdraw", (State.PUBLISHED,), State.WITHDRAWN, Duty.APPROVE, N_("Withdraw the bulletin"), needs_reason=True),
    ),
    words={
        State.DRAFTED: Word("bulletin", "Draft"),
        State.SUBMITTED: Word("bulletin", "Awaits approval"),
        State.APPROVED: Word("bulletin", "Approved"),
        State.RETURNED: Word("bulletin", "Returned"),
        State.PUBLISHED: Word("bulletin", "Published"),
        State.SUPERSEDED: Word("bulletin", "Superseded"),
        State.WITHDRAWN: Word("bulletin", "Withdrawn"),
    },
    unit_of=lambda bulletin: bulletin.unit_id,
)  # fmt: skip
