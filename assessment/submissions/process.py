"""How a report lives: due, drafted, sent, verified by another, validated by the office, returned in between."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, InZone, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty
from assessment.programmes.models import PeriodState
from assessment.submissions.models import UNIT, CheckState, CounterCheck, Submission, SubmissionState
from assessment.submissions.queries import Deadlines, deadlines, deadlines_of, is_frozen, left_to_a_ballot, locked


def is_anothers(submission: Submission, act: Act) -> Sentence:
    """Whose report it is: the unit's own, a data provider's, or a panel's."""
    by_ballot = left_to_a_ballot(submission)
    if by_ballot:
        return by_ballot
    duty = Duty.REPORT if submission.source == UNIT else Duty.PROVIDE_DATA
    if act.by.holds(duty, submission.unit_id):
        return NOTHING
    if submission.source == UNIT:
        return say("The unit itself reports this; data providers report the values of their own line.")
    return say("A data provider reports this, not the unit.")


def may_report(session: Session, submission: Submission, act: Act, known: Deadlines | None = None) -> Sentence:
    return is_anothers(submission, act) or locked(session, submission, act.at, known)


def all_may_report(session: Session, submissions: Sequence[Submission], act: Act) -> Sentence:
    known = deadlines_of(session, submissions)
    for submission in submissions:
        against = may_report(session, submission, act, known[submission.id])
        if against:
            return against
    return NOTHING


def before_the_deadline(session: Session, submission: Submission, act: Act) -> Sentence:
    against = may_report(session, submission, act)
    if against:
        return against
    known = deadlines(session, submission)
    if act.at > known.on_time_until:
        until = InZone(known.on_time_until, known.zone)
        return say("A report can be taken back until {moment}; that is over.", moment=until)
    return NOTHING


def is_not_the_reporter(session: Session, submission: Submission, act: Act) -> Sentence:
    if act.by.key == submission.submitted_by:
        return say("You sent this report; somebody else checks it.")
    return NOTHING


def by_the_endorser(session: Session, submission: Submission, act: Act) -> Sentence:
    if submission.endorser_unit_id is None:
        return say("The scheme asks for no endorsement of this report.")
    if not act.by.holds(Duty.REPORT, submission.endorser_unit_id):
        return say("The unit above endorses this report.")
    return is_not_the_reporter(session, submission, act)


def from_a_ballot(session: Session, submission: Submission, act: Act) -> Sentence:
    if not submission.by_ballot:
        return say("No panel votes on these values.")
    if submission.period.state not in (PeriodState.OPEN, PeriodState.VERIFYING):
        return say("{period} is not being reported on now.", period=submission.period.title)
    return NOTHING


def may_return(session: Session, submission: Submission, act: Act) -> Sentence:
    if submission.by_ballot:
        return say("What ballots gave is not sent back; where it is wrong, the score can be objected to.")
    holds = act.by.holds
    checks = holds(Duty.VERIFY, submission.unit_id) or holds(Duty.SET_VALUES, submission.unit_id)
    if not checks:
        return by_the_endorser(session, submission, act)
    return is_not_the_reporter(session, submission, act)


def ready_to_check(session: Session, submission: Submission, act: Act) -> Sentence:
    if submission.endorser_unit_id is not None and submission.state == SubmissionState.SUBMITTED:
        return say("The unit above has not endorsed this report yet.")
    if is_frozen(submission):
        return say(
            "The provisional scores of {period} have been served; its values are frozen.",
            period=submission.period.title,
        )
    return is_not_the_reporter(session, submission, act)


def all_ready_to_check(session: Session, submissions: Sequence[Submission], act: Act) -> Sentence:
    for submission in submissions:
        against = ready_to_check(session, submission, act)
        if against:
            return against
    return NOTHING


def not_frozen(session: Session, submission: Submission, act: Act) -> Sentence:
    if is_frozen(submission):
        return say(
            "The provisional scores of {period} have been served: a value changes by a decision on an objection only.",
            period=submission.period.title,
        )
    return is_not_the_reporter(session, submission, act)


def reporting_is_over(session: Session, submission: Submission, act: Act) -> Sentence:
    """Nobody is scored 0 for what can still be reported in time."""
    against = not_frozen(session, submission, act)
    if against:
        return against
    if submission.by_ballot and submission.state == S.DUE:
        return say("The panel’s ballots have not been counted yet; have them counted, or cancel the ballot.")
    if submission.state in (S.DUE, S.DRAFT, S.RETURNED):
        known = deadlines(session, submission)
        if act.at <= known.closes_at:
            return say("The unit can still report until {moment}.", moment=InZone(known.closes_at, known.zone))
    return NOTHING


S = SubmissionState
REPORTERS = (Duty.REPORT, Duty.PROVIDE_DATA)

SUBMISSION: Process[Submission] = Process(
    "submission",
    states=S,
    initial=S.DUE,
    openings=(Opening("open_submissions", (Duty.CLOCK, Duty.PLAN_CYCLES), N_("Ask for reports")),),
    transitions=(
        Transition("submit", (S.DUE, S.DRAFT, S.RETURNED), S.SUBMITTED, REPORTERS, N_("Send the report"), guard=may_report,
                   guard_many=all_may_report),
        Transition("enter_ballots", (S.DUE,), S.SUBMITTED, Duty.PLAN_CYCLES, N_("Enter what ballots gave"),
                   guard=from_a_ballot),
        Transition("save_draft", (S.DUE, S.DRAFT), S.DRAFT, REPORTERS, N_("Save the draft"), guard=may_report),
        Transition("save_draft", (S.RETURNED,), S.RETURNED, REPORTERS, N_("Save the draft"), guard=may_report),
        Transition("attach_evidence", (S.DUE, S.DRAFT), S.DRAFT, REPORTERS, N_("Attach evidence"), guard=may_report),
        Transition("attach_evidence", (S.RETURNED,), S.RETURNED, REPORTERS, N_("Attach evidence"), guard=may_report),
        Transition("replace_evidence", (S.DRAFT, S.RETURNED), None, REPORTERS, N_("Replace evidence"), guard=may_report),
        Transition("remove_evidence", (S.DRAFT, S.RETURNED), None, REPORTERS, N_("Remove evidence"), guard=may_report),
        Transition("withdraw", (S.SUBMITTED,), S.DRAFT, REPORTERS, N_("Take the report back"), guard=before_the_deadline),
        Transition("endorse", (S.SUBMITTED,), S.ENDORSED, Duty.REPORT, N_("Endorse the report"), guard=by_the_endorser),
        Transition("verify", (S.SUBMITTED, S.ENDORSED), S.VERIFIED, Duty.VERIFY, N_("Verify the values"),
                   guard=ready_to_check, guard_many=all_ready_to_check),
        Transition("validate", (S.SUBMITTED, S.ENDORSED, S.VERIFIED), S.VALIDATED, Duty.SET_VALUES, N_("Validate the values"),
                   guard=ready_to_check, guard_many=all_ready_to_check),
        Transition("return_submission", (S.SUBMITTED, S.ENDORSED), S.RETURNED, (Duty.VERIFY, Duty.SET_VALUES, Duty.REPORT),
                   N_("Return the report"), guard=may_return, needs_reason=True),
        Transition("set_value", (S.VALIDATED,), None, Duty.SET_VALUES, N_("Correct a validated value"),
                   guard=not_frozen, needs_reason=True),
        # What was not reported ends by it; what was, still goes the way of every report: endorsed, verified, validated.
        Transition("zero_by_decision", (S.DUE, S.DRAFT, S.RETURNED), S.VALIDATED, Duty.SET_VALUES,
                   N_("Count missing values as 0 by decision"), guard=reporting_is_over, needs_reason=True),
        Transition("zero_by_decision", (S.SUBMITTED, S.ENDORSED, S.VERIFIED, S.VALIDATED), None, Duty.SET_VALUES,
                   N_("Count missing values as 0 by decision"), guard=reporting_is_over, needs_reason=True),
    ),
    words={
        S.DUE: Word("submission", "Due"),
        S.DRAFT: Word("submission", "Draft"),
        S.SUBMITTED: Word("submission", "Sent"),
        S.ENDORSED: Word("submission", "Endorsed"),
        S.RETURNED: Word("submission", "Returned"),
        S.VERIFIED: Word("submission", "Verified"),
        S.VALIDATED: Word("submission", "Validated"),
    },
    unit_of=lambda submission: submission.unit_id,
)  # fmt: skip


# --- counter-verification --------------------------------------------------------------------------------------------


def every_drawn_value_checked(session: Session, check: CounterCheck, act: Act) -> Sentence:
    waiting = [item.name for item in check.items if item.place is not None and item.checked_at is None]
    return say("{count} drawn values have not been checked yet.", count=len(waiting)) if waiting else NOTHING


COUNTER_CHECK: Process[CounterCheck] = Process(
    "counter_check",
    states=CheckState,
    initial=CheckState.FROZEN,
    openings=(Opening("freeze_counter_check", Duty.SET_VALUES, N_("Freeze the roll of a counter-check")),),
    transitions=(
        Transition("draw_counter_check", (CheckState.FROZEN,), CheckState.DRAWN, Duty.SET_VALUES, N_("Enter the seed and draw")),
        Transition("record_check", (CheckState.DRAWN,), None, Duty.VERIFY, N_("Record what was found")),
        Transition("close_counter_check", (CheckState.DRAWN,), CheckState.CLOSED, Duty.SET_VALUES,
                   N_("Close the counter-check"), guard=every_drawn_value_checked),
    ),
    words={
        CheckState.FROZEN: Word("counter-check", "Roll frozen"),
        CheckState.DRAWN: Word("counter-check", "Drawn"),
        CheckState.CLOSED: Word("counter-check", "Closed"),
    },
    unit_of=lambda check: check.unit_id,
)  # fmt: skip
