"""How an objection lives: lodged in time, admitted, decided point by point by somebody who had no part in it, applied."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.objections.models import Objection, ObjectionState
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer
from assessment.organisations.recusal import barred


def matter_of(objection: Objection) -> list[tuple[str, object]]:
    return [(one.kind, one.record_id) for one in objection.matter]


def reviewer_had_no_part(session: Session, objection: Objection, act: Act) -> Sentence:
    """Only the reviewer it was assigned to decides, and only while nothing bars him."""
    officer = act.by
    if not isinstance(officer, Officer) or officer.person_id != objection.reviewer_id:
        return say("This objection is assigned to another reviewer.")
    return barred(session, officer, matter_of(objection), [objection.unit_id], act.at.date())


def every_point_answered(session: Session, objection: Objection, act: Act) -> Sentence:
    against = reviewer_had_no_part(session, objection, act)
    if against:
        return against
    missing = [point.number for point in objection.points if not point.outcome]
    if missing:
        return say("Answer each point with a reason before you decide; open: {points}.", points=missing)
    return NOTHING


State = ObjectionState
ADMITTING = (Duty.ADMIT_OBJECTIONS, Duty.ADMIT_INSPECTION_OBJECTIONS)

OBJECTION: Process[Objection] = Process(
    "objection",
    states=State,
    initial=State.LODGED,
    openings=(Opening("lodge", Duty.OBJECT, N_("Object")),),
    transitions=(
        Transition("admit", (State.LODGED,), State.ADMITTED, ADMITTING, N_("Admit the objection")),
        Transition("find_inadmissible", (State.LODGED,), State.INADMISSIBLE, ADMITTING, N_("Find it inadmissible"), needs_reason=True),
        Transition("assign", (State.ADMITTED, State.ASSIGNED), State.ASSIGNED, ADMITTING, N_("Assign a reviewer")),
        Transition("answer", (State.ASSIGNED,), None, Duty.REVIEW, N_("Answer a point"), guard=reviewer_had_no_part),
        Transition("decide", (State.ASSIGNED,), State.DECIDED, Duty.REVIEW, N_("Decide the objection"), guard=every_point_answered),
        Transition("apply", (State.DECIDED,), State.APPLIED, (Duty.SET_VALUES, Duty.SETTLE_FINDINGS, Duty.PREPARE), N_("Apply the decision")),
        Transition("close", (State.APPLIED,), State.CLOSED, (*ADMITTING, Duty.CLOCK), N_("Close the objection")),
        Transition("withdraw", (State.LODGED, State.ADMITTED, State.ASSIGNED), State.WITHDRAWN, Duty.OBJECT, N_("Withdraw the objection")),
    ),
    words={
        State.LODGED: Word("objection", "Lodged"),
        State.ADMITTED: Word("objection", "Admitted"),
        State.INADMISSIBLE: Word("objection", "Inadmissible"),
        State.ASSIGNED: Word("objection", "With a reviewer"),
        State.DECIDED: Word("objection", "Decided"),
        State.APPLIED: Word("objection", "Applied"),
        State.CLOSED: Word("objection", "Closed"),
        State.WITHDRAWN: Word("objection", "Withdrawn"),
    },
    unit_of=lambda objection: objection.unit_id,
)  # fmt: skip
