"""Duties and the roles that bundle them: what a person may be asked to do, and what must never lie in one hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assessment.foundation.actors import CLOCK_DUTY, SETUP_DUTY
from assessment.foundation.i18n import N_


class Duty(StrEnum):
    """One thing that somebody is charged with, always at a unit."""

    ADMINISTER = "administer"
    PLAN_CYCLES = "plan_cycles"
    SET_VALUES = "set_values"
    COMPUTE = "compute"
    PREPARE = "prepare"
    EXTEND_REPORTING = "extend_reporting"
    ADMIT_OBJECTIONS = "admit_objections"
    PUBLISH = "publish"
    APPROVE = "approve"
    CONFIRM_ADJUSTMENTS = "confirm_adjustments"
    OPEN_CASES = "open_cases"
    CALL_INTERVIEWS = "call_interviews"
    PLAN_INSPECTIONS = "plan_inspections"
    KEEP_CHECKLISTS = "keep_checklists"
    DRAW = "draw"
    SETTLE_FINDINGS = "settle_findings"
    ACCEPT_PLANS = "accept_plans"
    EXTEND_TASKS = "extend_tasks"
    ADMIT_INSPECTION_OBJECTIONS = "admit_inspection_objections"
    LEAD_INSPECTION = "lead_inspection"
    INSPECT = "inspect"
    SIGN_LETTERS = "sign_letters"
    REPORT = "report"
    RECEIVE_PAPERS = "receive_papers"
    ANSWER_NOTICES = "answer_notices"
    OBJECT = "object"
    REPLY = "reply"
    PROVIDE_DATA = "provide_data"
    VERIFY = "verify"
    REVIEW = "review"
    REVIEW_LAW = "review_law"
    INVESTIGATE = "investigate"
    DECIDE_CASES = "decide_cases"
    AUDIT = "audit"
    CLOCK = CLOCK_DUTY
    SET_UP = SETUP_DUTY
    OWN_ACCOUNT = "own_account"
    """Everybody's, for the own account; no post carries it."""

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(role for role, (_, duties) in ROLES.items() if self in duties)


LABELS: dict[Duty, str] = {
    Duty.ADMINISTER: N_("Administer users, units, posts, calendar and settings"),
    Duty.PLAN_CYCLES: N_("Plan cycles"),
    Duty.SET_VALUES: N_("Set validated values"),
    Duty.COMPUTE: N_("Compute scores"),
    Duty.PREPARE: N_("Prepare bulletins and rewards"),
    Duty.EXTEND_REPORTING: N_("Grant extensions of reporting"),
    Duty.ADMIT_OBJECTIONS: N_("Admit and assign objections to scores"),
    Duty.PUBLISH: N_("Publish approved bulletins"),
    Duty.APPROVE: N_("Approve schemes, letters, campaigns, results, bulletins and rewards"),
    Duty.CONFIRM_ADJUSTMENTS: N_("Confirm adjustments"),
    Duty.OPEN_CASES: N_("Open or dismiss cases"),
    Duty.CALL_INTERVIEWS: N_("Call interviews"),
    Duty.PLAN_INSPECTIONS: N_("Plan inspections"),
    Duty.KEEP_CHECKLISTS: N_("Keep checklists"),
    Duty.DRAW: N_("Draw objects and inspectors"),
    Duty.SETTLE_FINDINGS: N_("Settle findings"),
    Duty.ACCEPT_PLANS: N_("Accept or return remediation plans"),
    Duty.EXTEND_TASKS: N_("Grant extensions of tasks"),
    Duty.ADMIT_INSPECTION_OBJECTIONS: N_("Admit and assign objections to inspections"),
    Duty.LEAD_INSPECTION: N_("Lead a visit and sign it off"),
    Duty.INSPECT: N_("Inspect and re-check"),
    Duty.SIGN_LETTERS: N_("Sign responsibility letters"),
    Duty.REPORT: N_("Report for the unit"),
    Duty.RECEIVE_PAPERS: N_("Receive papers for the unit"),
    Duty.ANSWER_NOTICES: N_("Answer notices for the unit"),
    Duty.OBJECT: N_("Object for the unit"),
    Duty.REPLY: N_("Reply in cases"),
    Duty.PROVIDE_DATA: N_("Provide data for all units"),
    Duty.VERIFY: N_("Verify claimed values"),
    Duty.REVIEW: N_("Decide objections and appeals"),
    Duty.REVIEW_LAW: N_("Review cases for law"),
    Duty.INVESTIGATE: N_("Investigate cases"),
    Duty.DECIDE_CASES: N_("Decide cases"),
    Duty.AUDIT: N_("Audit: read everything, change nothing"),
    Duty.CLOCK: N_("Do what is due"),
    Duty.SET_UP: N_("Set up the installation"),
    Duty.OWN_ACCOUNT: N_("Look after the own account"),
}

_LOCALITY = (Duty.REPORT, Duty.RECEIVE_PAPERS, Duty.ANSWER_NOTICES, Duty.OBJECT, Duty.REPLY)

ROLES: dict[str, tuple[str, tuple[Duty, ...]]] = {
    "administrator": (N_("Administrator"), (Duty.ADMINISTER,)),
    "assessment_office": (
        N_("Assessment office"),
        (
            Duty.PLAN_CYCLES, Duty.SET_VALUES, Duty.COMPUTE, Duty.PREPARE, Duty.EXTEND_REPORTING,
            Duty.ADMIT_OBJECTIONS, Duty.PUBLISH,
        ),
    ),
    "leader": (
        N_("Leader"),
        (Duty.APPROVE, Duty.CONFIRM_ADJUSTMENTS, Duty.OPEN_CASES, Duty.CALL_INTERVIEWS),
    ),
    "supervision_office": (
        N_("Supervision office"),
        (
            Duty.PLAN_INSPECTIONS, Duty.KEEP_CHECKLISTS, Duty.DRAW, Duty.SETTLE_FINDINGS, Duty.ACCEPT_PLANS,
            Duty.EXTEND_TASKS, Duty.ADMIT_INSPECTION_OBJECTIONS,
        ),
    ),
    "team_leader": (N_("Team leader"), (Duty.LEAD_INSPECTION, Duty.INSPECT)),
    "team_member": (N_("Team member"), (Duty.INSPECT,)),
    "locality_head": (N_("Locality head"), (Duty.SIGN_LETTERS, *_LOCALITY)),
    "locality_officer": (N_("Locality officer"), _LOCALITY),
    "data_provider": (N_("Data provider"), (Duty.PROVIDE_DATA,)),
    "verifier": (N_("Verifier"), (Duty.VERIFY,)),
    "review_officer": (N_("Review officer"), (Duty.REVIEW,)),
    "legal_reviewer": (N_("Legal reviewer"), (Duty.REVIEW_LAW,)),
    "investigator": (N_("Investigator"), (Duty.INVESTIGATE,)),
    "deciding_body": (N_("Deciding body"), (Duty.DECIDE_CASES,)),
    "auditor": (N_("Auditor"), (Duty.AUDIT,)),
}  # fmt: skip
"""Role -> its label and duties."""

TO_BE_CONFIRMED = frozenset(
    {
        Duty.ADMINISTER, Duty.APPROVE, Duty.CONFIRM_ADJUSTMENTS, Duty.OPEN_CASES, Duty.DECIDE_CASES, Duty.PUBLISH,
        Duty.REVIEW,
    }
)  # fmt: skip
"""Granting one of these takes two: it has no effect until another administrator has confirmed it. Administering is one
of them: else one administrator could make a second one of his own, and confirm with that hand what this one granted."""

OF_MACHINES = frozenset({Duty.CLOCK, Duty.SET_UP, Duty.OWN_ACCOUNT})
"""No post can carry these."""


@dataclass(frozen=True)
class RoleView:
    code: str
    label: str
    duties: tuple[Duty, ...]


def roles() -> list[RoleView]:
    return [RoleView(code, label, duties) for code, (label, duties) in ROLES.items()]


APART = (
    (
        frozenset({Duty.APPROVE, Duty.CONFIRM_ADJUSTMENTS}),
        frozenset({Duty.SET_VALUES, Duty.COMPUTE, Duty.PREPARE}),
        N_("Who prepares results, bulletins and rewards does not approve them: these duties lie in two hands."),
    ),
    (
        frozenset({Duty.INVESTIGATE}),
        frozenset({Duty.DECIDE_CASES}),
        N_("Who investigates cases does not decide them: these duties lie in two hands."),
    ),
)
"""Duties of which one person holds one side only, and what is said when both are asked for."""


def against_together(duties: frozenset[Duty]) -> str:
    """What must never lie in one hand; "" where nothing stands against it. A label, to be translated.

    Who administers accounts holds no other duty: else one person could give himself any score or case.
    """
    if Duty.ADMINISTER in duties and len(duties) > 1:
        return N_("The administrator's duty cannot be combined with any other one.")
    return next((label for one, other, label in APART if duties & one and duties & other), "")
