"""How an edition lives: computed, approved with its period, superseded by the next; its contents never change."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty
from assessment.scoring.models import Edition, EditionState


def another_is_approved(session: Session, edition: Edition, act: Act) -> Sentence:
    """Approved results stand until the corrected ones are approved themselves."""
    newer = select(Edition.id).where(
        Edition.period_id == edition.period_id,
        Edition.number > edition.number,
        Edition.state == EditionState.APPROVED.value,
    )
    if session.scalar(newer.limit(1)) is None:
        return say("Approved results stand until corrected ones are approved.")
    return NOTHING


State = EditionState


def computed_by_another(session: Session, edition: Edition, act: Act) -> Sentence:
    if edition.computed_by == act.by.key:
        return say("You computed these results; somebody else approves them.")
    return NOTHING


EDITION: Process[Edition] = Process(
    "edition",
    states=State,
    initial=State.PROVISIONAL,
    openings=(Opening("compute", Duty.COMPUTE, N_("Compute the scores")),),
    transitions=(
        Transition("approve_edition", (State.PROVISIONAL,), State.APPROVED, Duty.APPROVE, N_("Approve the results"), guard=computed_by_another),
        Transition("supersede", (State.PROVISIONAL,), State.SUPERSEDED, Duty.COMPUTE, N_("Supersede the edition"), needs_reason=True),
        Transition("supersede", (State.APPROVED,), State.SUPERSEDED, Duty.APPROVE, N_("Supersede the edition"),
                   guard=another_is_approved, needs_reason=True),
    ),
    words={
        State.PROVISIONAL: Word("edition", "Provisional"),
        State.APPROVED: Word("edition", "Approved"),
        State.SUPERSEDED: Word("edition", "Superseded"),
    },
)  # fmt: skip
