"""How a practice lives: handed in by a locality, judged by the office, commended by a leader."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty
from assessment.practices.models import Practice, PracticeState, PracticeUse, UseState


def judged_by_another(session: Session, practice: Practice, act: Act) -> Sentence:
    if act.by.key == practice.submitted_by:
        return say("You handed this practice in; somebody else judges it.")
    return NOTHING


def commended_by_another(session: Session, practice: Practice, act: Act) -> Sentence:
    if act.by.key in (practice.submitted_by, practice.judged_by):
        return say("You handed this practice in or accepted it; a leader who did not commends it.")
    return NOTHING


S = PracticeState

PRACTICE: Process[Practice] = Process(
    "practice",
    states=S,
    initial=S.SUBMITTED,
    openings=(Opening("submit_practice", Duty.REPORT, N_("Share a practice")),),
    transitions=(
        Transition("accept", (S.SUBMITTED,), S.ACCEPTED, Duty.PREPARE, N_("Accept the practice"), guard=judged_by_another),
        Transition("decline", (S.SUBMITTED,), S.DECLINED, Duty.PREPARE, N_("Decline the practice"),
                   guard=judged_by_another, needs_reason=True),
        Transition("commend", (S.ACCEPTED,), S.COMMENDED, Duty.APPROVE, N_("Commend the practice"), guard=commended_by_another),
        Transition("withdraw_practice", (S.SUBMITTED,), S.WITHDRAWN, Duty.REPORT, N_("Withdraw the practice")),
        Transition("take_back", (S.ACCEPTED, S.COMMENDED), S.WITHDRAWN, (Duty.PREPARE, Duty.REPORT),
                   N_("Take the practice out of the library"), needs_reason=True),
    ),
    words={
        S.SUBMITTED: Word("practice", "Awaiting judgement"),
        S.ACCEPTED: Word("practice", "Accepted"),
        S.DECLINED: Word("practice", "Declined"),
        S.COMMENDED: Word("practice", "Commended"),
        S.WITHDRAWN: Word("practice", "Withdrawn"),
    },
    unit_of=lambda practice: practice.unit_id,
)  # fmt: skip


USE: Process[PracticeUse] = Process(
    "practice_use",
    states=UseState,
    initial=UseState.IN_USE,
    openings=(Opening("use_practice", Duty.REPORT, N_("Say that we use it")),),
    transitions=(
        Transition("stop_using", (UseState.IN_USE,), UseState.ENDED, Duty.REPORT, N_("Say that we use it no more")),
    ),
    words={
        UseState.IN_USE: Word("practice_use", "In use"),
        UseState.ENDED: Word("practice_use", "No longer in use"),
    },
    unit_of=lambda use: use.unit_id,
)
