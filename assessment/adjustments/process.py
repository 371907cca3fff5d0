"""How an adjustment lives: proposed by whoever found the fact, decided by a leader who did not propose it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.adjustments.models import Adjustment, AdjustmentState
from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty


def proposed_by_another(session: Session, adjustment: Adjustment, act: Act) -> Sentence:
    if adjustment.proposed_by == act.by.key:
        return say("You proposed this adjustment; another leader confirms or refuses it.")
    return NOTHING


State = AdjustmentState

ADJUSTMENT: Process[Adjustment] = Process(
    "adjustment",
    states=State,
    initial=State.PROPOSED,
    openings=(Opening("propose", (Duty.PREPARE, Duty.SETTLE_FINDINGS, Duty.CLOCK), N_("Propose an adjustment")),),
    transitions=(
        # From service and windows, never by hand: cycles finds whose hearing is over.
        Transition("hear", (State.PROPOSED,), State.HEARD, Duty.CLOCK, N_("Note that the unit was heard")),
        Transition("confirm", (State.HEARD,), State.CONFIRMED, Duty.CONFIRM_ADJUSTMENTS, N_("Confirm the adjustment"),
                   guard=proposed_by_another),
        Transition("refuse", (State.PROPOSED, State.HEARD), State.REFUSED, Duty.CONFIRM_ADJUSTMENTS, N_("Refuse the adjustment"),
                   guard=proposed_by_another, needs_reason=True),
        Transition("lift", (State.PROPOSED, State.HEARD, State.CONFIRMED), State.LIFTED, (Duty.CONFIRM_ADJUSTMENTS, Duty.CLOCK),
                   N_("Lift the adjustment"), needs_reason=True),
        # Part of the joint act that applies an upheld objection: who applies it keeps the disputed thing.
        Transition("overrule", (State.PROPOSED, State.HEARD, State.CONFIRMED), State.LIFTED,
                   (Duty.CONFIRM_ADJUSTMENTS, Duty.SET_VALUES, Duty.SETTLE_FINDINGS), N_("Lift by a decision on an objection"),
                   needs_reason=True),
        Transition("amend", (State.PROPOSED, State.HEARD, State.CONFIRMED), None,
                   (Duty.CONFIRM_ADJUSTMENTS, Duty.SET_VALUES, Duty.SETTLE_FINDINGS),
                   N_("Change the points by a decision on an objection"), needs_reason=True),
    ),
    words={
        State.PROPOSED: Word("adjustment", "Proposed"),
        State.HEARD: Word("adjustment", "Heard"),
        State.CONFIRMED: Word("adjustment", "Confirmed"),
        State.REFUSED: Word("adjustment", "Refused"),
        State.LIFTED: Word("adjustment", "Lifted"),
    },
    unit_of=lambda adjustment: adjustment.unit_id,
)  # fmt: skip
