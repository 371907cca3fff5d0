"""How a paper is served, and how more time is asked for and granted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assessment.delivery.models import ON_ITS_WAY, Extension, ExtensionState, Paper
from assessment.delivery.models import PaperState as S
from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty

# Serving is part of another act, which has checked who may do that; here it is enough to act for those above a unit.
SENDERS = (
    Duty.PLAN_CYCLES, Duty.COMPUTE, Duty.PREPARE, Duty.PUBLISH, Duty.ADMIT_OBJECTIONS, Duty.APPROVE,
    Duty.OPEN_CASES, Duty.CALL_INTERVIEWS, Duty.PLAN_INSPECTIONS, Duty.SETTLE_FINDINGS, Duty.ACCEPT_PLANS,
    Duty.ADMIT_INSPECTION_OBJECTIONS, Duty.LEAD_INSPECTION, Duty.INSPECT, Duty.SET_VALUES, Duty.REVIEW,
    Duty.INVESTIGATE, Duty.DECIDE_CASES, Duty.CLOCK, Duty.SET_UP,
)  # fmt: skip
ASKERS = (
    Duty.REPORT, Duty.ANSWER_NOTICES, Duty.PROVIDE_DATA, Duty.EXTEND_REPORTING, Duty.EXTEND_TASKS, Duty.SET_UP,
)  # fmt: skip
GRANTERS = (Duty.EXTEND_REPORTING, Duty.EXTEND_TASKS)


def is_due_to_be_deemed(session: Session, paper: Paper, act: Act) -> Sentence:
    if paper.deemed_at is None or act.at < paper.deemed_at:
        return say("It is deemed received on {moment}, not before.", moment=paper.deemed_at or "")
    return NOTHING


def are_due_to_be_deemed(session: Session, papers: Sequence[Paper], act: Act) -> Sentence:
    late = [paper for paper in papers if paper.deemed_at is None or paper.deemed_at > act.at]
    return is_due_to_be_deemed(session, late[0], act) if late else NOTHING


PAPER = Process[Paper](
    name="paper",
    states=S,
    initial=S.ISSUED,
    openings=(Opening("issue", SENDERS, N_("Issue a paper")),),
    transitions=(
        Transition("serve", (S.ISSUED,), S.AVAILABLE, SENDERS, N_("Serve")),
        Transition("open_paper", (S.AVAILABLE,), S.OPENED, Duty.RECEIVE_PAPERS, N_("Open")),
        Transition("receive", ON_ITS_WAY, S.RECEIVED, Duty.RECEIVE_PAPERS, N_("Sign for receipt")),
        Transition("deem_received", ON_ITS_WAY, S.DEEMED_RECEIVED, Duty.CLOCK, N_("Deem received"),
                   guard=is_due_to_be_deemed, guard_many=are_due_to_be_deemed),
        Transition("fail", (S.ISSUED, S.AVAILABLE), S.FAILED, (Duty.ADMINISTER, *SENDERS),
                   N_("Record that service failed"), needs_reason=True),
    ),
    words={
        S.ISSUED: Word("paper", "issued"),
        S.AVAILABLE: Word("paper", "available"),
        S.OPENED: Word("paper", "opened"),
        S.RECEIVED: Word("paper", "received"),
        S.DEEMED_RECEIVED: Word("paper", "deemed received"),
        S.FAILED: Word("paper", "service failed"),
    },
    unit_of=lambda paper: paper.unit_id,
)  # fmt: skip


def may_decide(session: Session, extension: Extension, act: Act) -> Sentence:
    """The duty that this kind of deadline asks for, at every unit of the request, and never the one who asked."""
    if act.by.key == extension.asked_by:
        return say("You asked for this extension; somebody else decides on it.")
    if not all(act.by.holds(extension.grant_duty, item.unit_id) for item in extension.items):
        return say("You do not hold the duty to decide on this extension for every unit it is about.")
    return NOTHING


EXTENSION = Process[Extension](
    name="extension",
    states=ExtensionState,
    initial=ExtensionState.ASKED,
    openings=(Opening("ask_extension", ASKERS, N_("Ask for an extension")),),
    transitions=(
        Transition("grant_extension", (ExtensionState.ASKED,), ExtensionState.GRANTED, GRANTERS,
                   N_("Grant the extension"), guard=may_decide),
        Transition("refuse_extension", (ExtensionState.ASKED,), ExtensionState.REFUSED, GRANTERS,
                   N_("Refuse the extension"), guard=may_decide, needs_reason=True),
    ),
    words={
        ExtensionState.ASKED: Word("extension", "asked"),
        ExtensionState.GRANTED: Word("extension", "granted"),
        ExtensionState.REFUSED: Word("extension", "refused"),
    },
    unit_of=lambda extension: extension.unit_id,
)  # fmt: skip
