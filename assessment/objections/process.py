"""How an objection lives: lodged in time, admitted, decided point by point by somebody who had no part in it, applied."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Label, Sentence, Word, local_day, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.objections.models import Objection, ObjectionState
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer
from assessment.organisations.recusal import barred


def matter_of(objection: Objection) -> list[tuple[str, object]]:
    return [(one.kind, one.record_id) for one in objection.matter]


OF_INSPECTIONS = ("finding", "visit", "task", "notice", "campaign")
"""Origins whose objections the supervision office admits and applies."""
OF_CASES = ("accountability_case",)
"""Origins that no office reads: a review officer who had no part in the case admits and assigns."""


def by_the_office_in_charge(session: Session, objection: Objection, act: Act) -> Sentence:
    """Objections to scores are admitted by the assessment office, those to inspections by the supervision office."""
    if act.by.holds(Duty.CLOCK):
        return NOTHING
    if objection.origin_kind in OF_CASES:
        return by_a_reviewer_of_cases(session, objection, act)
    of_inspection = objection.origin_kind in OF_INSPECTIONS
    wanted = Duty.ADMIT_INSPECTION_OBJECTIONS if of_inspection else Duty.ADMIT_OBJECTIONS
    if act.by.holds(wanted, objection.unit_id):
        return NOTHING
    if of_inspection:
        return say("An objection to an inspection is handled by the supervision office.")
    return say("An objection to a score is handled by the assessment office.")


def by_a_reviewer_of_cases(session: Session, objection: Objection, act: Act) -> Sentence:
    """Who asks for the review of a decision is not sent back to those who took it."""
    officer = act.by
    if not officer.holds(Duty.REVIEW, objection.unit_id) or not isinstance(officer, Officer):
        return say("An objection to a decision of a case is handled by a review officer.")
    return barred(session, officer, matter_of(objection), [objection.unit_id], local_day(act.at))


KEEPERS = {
    "scorecard": Duty.SET_VALUES,
    "edition": Duty.SET_VALUES,
    "adjustment": Duty.CONFIRM_ADJUSTMENTS,
    "accountability_case": Duty.DECIDE_CASES,
    **dict.fromkeys(OF_INSPECTIONS, Duty.SETTLE_FINDINGS),
}
"""Origin -> the duty of whoever makes the disputed thing as decided; for all others whoever prepares."""


def keeper_of(objection: Objection) -> Duty:
    return KEEPERS.get(objection.origin_kind, Duty.PREPARE)


def by_whoever_keeps_the_thing(session: Session, objection: Objection, act: Act) -> Sentence:
    """The disputed thing is changed by the office that keeps it."""
    duty = keeper_of(objection)
    if act.by.holds(duty, objection.unit_id):
        return NOTHING
    return say("Only whoever holds the duty “{duty}” applies this decision.", duty=Label(duty.label))


def reviewer_had_no_part(session: Session, objection: Objection, act: Act) -> Sentence:
    """Only the reviewer it was assigned to decides, and only while nothing bars him."""
    officer = act.by
    if not isinstance(officer, Officer) or officer.person_id != objection.reviewer_id:
        return say("This objection is assigned to another reviewer.")
    return barred(session, officer, matter_of(objection), [objection.unit_id], local_day(act.at))


def every_point_answered(session: Session, objection: Objection, act: Act) -> Sentence:
    against = reviewer_had_no_part(session, objection, act)
    if against:
        return against
    missing = [point.number for point in objection.points if not point.outcome]
    if missing:
        return say("Answer each point with a reason before you decide; open: {points}.", points=missing)
    return NOTHING


State = ObjectionState
ADMITTING = (Duty.ADMIT_OBJECTIONS, Duty.ADMIT_INSPECTION_OBJECTIONS, Duty.REVIEW)
APPLYING = (Duty.SET_VALUES, Duty.SETTLE_FINDINGS, Duty.PREPARE, Duty.CONFIRM_ADJUSTMENTS, Duty.DECIDE_CASES)

OBJECTION: Process[Objection] = Process(
    "objection",
    states=State,
    initial=State.LODGED,
    openings=(Opening("lodge", Duty.OBJECT, N_("Object")),),
    transitions=(
        Transition("admit", (State.LODGED,), State.ADMITTED, ADMITTING, N_("Admit the objection"),
                   guard=by_the_office_in_charge),
        Transition("find_inadmissible", (State.LODGED,), State.INADMISSIBLE, ADMITTING, N_("Find it inadmissible"),
                   guard=by_the_office_in_charge, needs_reason=True),
        Transition("assign", (State.ADMITTED, State.ASSIGNED), State.ASSIGNED, ADMITTING, N_("Assign a reviewer"),
                   guard=by_the_office_in_charge),
        Transition("answer", (State.ASSIGNED,), None, Duty.REVIEW, N_("Answer a point"), guard=reviewer_had_no_part),
        Transition("decide", (State.ASSIGNED,), State.DECIDED, Duty.REVIEW, N_("Decide the objection"), guard=every_point_answered),
        Transition("apply", (State.DECIDED,), State.APPLIED, APPLYING,
                   N_("Apply the decision"), guard=by_whoever_keeps_the_thing),
        Transition("close", (State.APPLIED,), State.CLOSED, (*ADMITTING, Duty.CLOCK), N_("Close the objection"),
                   guard=by_the_office_in_charge),
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
