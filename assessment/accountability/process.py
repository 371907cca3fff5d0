"""How a case lives: prompted by facts, opened and decided by people of whom none does two of its parts; and interviews."""

from __future__ import annotations

from assessment.accountability.guards import (
    another_filed_the_report,
    commitments_kept,
    effect_is_over,
    facts_and_answers,
    has_more_to_tell,
    inspection_is_due,
    investigates_it,
    investigates_untied,
    investigators_declared,
    is_a_proposal,
    is_carried,
    is_lost,
    its_term_is_over,
    its_time_has_come,
    may_be_circulated,
    may_declare,
    may_move,
    may_review,
    may_vote,
    opener_is_untied,
    reply_in_time,
    something_to_carry_out,
    time_is_over,
)
from assessment.accountability.models import Case, CaseState, ExcuseState, Interview, InterviewState, LadderExcuse
from assessment.foundation.i18n import N_, Word
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty

S = CaseState
INVESTIGATED = (S.OPENED, S.NOTICE_SERVED, S.REPLIED, S.LAPSED, S.RETURNED)
HEARD = (S.REPLIED, S.LAPSED, S.RETURNED)

CASE: Process[Case] = Process(
    "accountability_case",
    states=S,
    initial=S.PROMPTED,
    openings=(Opening("prompt", (Duty.OPEN_CASES, Duty.PREPARE, Duty.SETTLE_FINDINGS, Duty.CLOCK), N_("Prompt a case")),),
    transitions=(
        Transition("dismiss", (S.PROMPTED,), S.DISMISSED, Duty.OPEN_CASES, N_("Dismiss the prompt"), needs_reason=True),
        Transition("warn", (S.PROMPTED,), S.SETTLED, Duty.OPEN_CASES, N_("Give an early warning"), needs_reason=True),
        Transition("settle_by_interview", (S.PROMPTED,), S.SETTLED, Duty.CALL_INTERVIEWS, N_("Call an interview instead"), needs_reason=True),
        Transition("ask_inspection", (S.PROMPTED,), S.SETTLED, Duty.OPEN_CASES, N_("Ask for an inspection"), needs_reason=True),
        Transition("open_case", (S.PROMPTED,), S.OPENED, Duty.OPEN_CASES, N_("Open the case"), guard=opener_is_untied),
        Transition("declare", INVESTIGATED, None, Duty.INVESTIGATE, N_("Declare that nothing ties you to it"), guard=may_declare),
        Transition("appoint_investigator", INVESTIGATED, None, Duty.OPEN_CASES, N_("Appoint an investigator"), guard=opener_is_untied),
        Transition("serve_notice", (S.OPENED,), S.NOTICE_SERVED, (Duty.OPEN_CASES, Duty.INVESTIGATE), N_("Serve the notice"), guard=investigators_declared),
        Transition("reply", (S.NOTICE_SERVED,), S.REPLIED, Duty.REPLY, N_("Reply"), guard=reply_in_time),
        Transition("lapse", (S.NOTICE_SERVED,), S.LAPSED, Duty.CLOCK, N_("Note that no reply came in time"), guard=time_is_over),
        Transition("serve_supplement", (S.NOTICE_SERVED, *HEARD), S.NOTICE_SERVED, Duty.INVESTIGATE, N_("Put new facts to the unit"), guard=has_more_to_tell),
        Transition("add_fact", INVESTIGATED, None, Duty.INVESTIGATE, N_("Record a finding of fact"), guard=investigates_untied),
        Transition("strike_fact", INVESTIGATED, None, Duty.INVESTIGATE, N_("Strike a finding of fact"), guard=investigates_untied, needs_reason=True),
        Transition("name_responsible", INVESTIGATED, None, Duty.INVESTIGATE, N_("Name who was responsible"), guard=investigates_untied),
        Transition("record_circumstance", INVESTIGATED, None, Duty.INVESTIGATE, N_("Record a circumstance"), guard=investigates_untied),
        Transition("step_aside", INVESTIGATED, None, Duty.INVESTIGATE, N_("Step aside"), guard=investigates_it, needs_reason=True),
        Transition("answer_point", HEARD, None, Duty.INVESTIGATE, N_("Answer a point of the reply"), guard=investigates_untied),
        Transition("file_report", HEARD, S.REPORTED, Duty.INVESTIGATE, N_("File the report"), guard=facts_and_answers),
        Transition("dissent", (S.REPORTED,), None, Duty.INVESTIGATE, N_("Dissent from the report"), guard=another_filed_the_report, needs_reason=True),
        Transition("review_law", (S.REPORTED,), S.LAW_REVIEWED, Duty.REVIEW_LAW, N_("Pass the legal review"), guard=may_review),
        Transition("return_report", (S.REPORTED,), S.RETURNED, Duty.REVIEW_LAW, N_("Send the report back"), guard=may_review, needs_reason=True),
        Transition("move", (S.LAW_REVIEWED,), None, Duty.DECIDE_CASES, N_("Move a decision"), guard=may_move),
        Transition("vote", (S.LAW_REVIEWED,), None, Duty.DECIDE_CASES, N_("Vote on the motion"), guard=may_vote),
        Transition("reject_motion", (S.LAW_REVIEWED,), None, Duty.DECIDE_CASES, N_("Record that the motion is lost"), guard=is_lost),
        Transition("decide", (S.LAW_REVIEWED,), S.DECIDED, Duty.DECIDE_CASES, N_("Decide the case"), guard=is_carried),
        Transition("serve_decision", (S.DECIDED,), S.SERVED, Duty.DECIDE_CASES, N_("Serve the decision")),
        Transition("hand_in_inspection", (S.SERVED,), None, Duty.REPLY, N_("Hand in the written inspection"), guard=inspection_is_due),
        Transition("circulate", (S.SERVED,), None, (Duty.DECIDE_CASES, Duty.OPEN_CASES), N_("Circulate the criticism"), guard=may_be_circulated),
        Transition("record_organ_answer", (S.SERVED,), None, (Duty.DECIDE_CASES, Duty.OPEN_CASES), N_("Record the organ's answer"), guard=is_a_proposal),
        Transition("execute", (S.SERVED,), S.EXECUTED, (Duty.DECIDE_CASES, Duty.OPEN_CASES), N_("Record that it was carried out"), guard=something_to_carry_out),
        Transition("expire", (S.SERVED, S.EXECUTED), S.EXPIRED, Duty.CLOCK, N_("End the effect"), guard=effect_is_over),
        Transition("revoke", (S.SERVED, S.EXECUTED, S.EXPIRED), S.REVOKED, Duty.DECIDE_CASES, N_("Revoke the decision"), needs_reason=True),
        # Part of the joint act that applies a review which upholds in part: somebody else decides anew, and not more gravely.
        Transition("reconsider", (S.SERVED, S.EXECUTED, S.EXPIRED), S.LAW_REVIEWED, Duty.DECIDE_CASES, N_("Have it decided anew"), needs_reason=True),
        # When the fact behind a prompt or case falls, cycles says so; what follows is for whoever has it.
        Transition("flag", tuple(state for state in S if state not in (S.DISMISSED, S.SETTLED, S.REVOKED)), None, Duty.CLOCK, N_("Flag that its origin has fallen"), needs_reason=True),
        # Its texts are erased after their term; that it was and what it decided stays, and the chain holds.
        Transition("seal_case", (S.DISMISSED, S.SETTLED, S.EXPIRED, S.REVOKED), None, Duty.OPEN_CASES, N_("Seal the case"), guard=its_term_is_over, needs_reason=True),
        Transition("read_case", tuple(S), None, Duty.AUDIT, N_("Read the case"), needs_reason=True),
    ),
    words={
        S.PROMPTED: Word("accountability_case", "Prompted"),
        S.DISMISSED: Word("accountability_case", "Dismissed"),
        S.SETTLED: Word("accountability_case", "Settled without a case"),
        S.OPENED: Word("accountability_case", "Opened"),
        S.NOTICE_SERVED: Word("accountability_case", "Notice issued"),
        S.REPLIED: Word("accountability_case", "Replied"),
        S.LAPSED: Word("accountability_case", "No reply in time"),
        S.REPORTED: Word("accountability_case", "In legal review"),
        S.RETURNED: Word("accountability_case", "Report returned"),
        S.LAW_REVIEWED: Word("accountability_case", "Awaits decision"),
        S.DECIDED: Word("accountability_case", "Decided"),
        S.SERVED: Word("accountability_case", "Decision issued"),
        S.EXECUTED: Word("accountability_case", "Carried out"),
        S.EXPIRED: Word("accountability_case", "Effect ended"),
        S.REVOKED: Word("accountability_case", "Revoked"),
    },
    unit_of=lambda case: case.unit_id,
)  # fmt: skip

I = InterviewState  # noqa: E741 - the table below is read by its columns

INTERVIEW: Process[Interview] = Process(
    "interview",
    states=I,
    initial=I.CALLED,
    openings=(Opening("call_interview", Duty.CALL_INTERVIEWS, N_("Call an interview")),),
    transitions=(
        Transition("hold_interview", (I.CALLED,), I.HELD, Duty.CALL_INTERVIEWS, N_("Record the interview"), guard=its_time_has_come),
        Transition("record_commitment", (I.HELD, I.COMMITTED), I.COMMITTED, Duty.CALL_INTERVIEWS, N_("Record a commitment")),
        Transition("fulfil_commitment", (I.COMMITTED,), None, (Duty.CALL_INTERVIEWS, Duty.ANSWER_NOTICES), N_("Report a commitment done")),
        Transition("conclude_interview", (I.HELD, I.COMMITTED), I.DONE, Duty.CALL_INTERVIEWS, N_("Conclude the interview"), guard=commitments_kept),
        Transition("cancel_interview", (I.CALLED,), I.CANCELLED, Duty.CALL_INTERVIEWS, N_("Cancel the interview"), needs_reason=True),
    ),
    words={
        I.CALLED: Word("interview", "Called"),
        I.HELD: Word("interview", "Held"),
        I.COMMITTED: Word("interview", "Commitments open"),
        I.DONE: Word("interview", "Done"),
        I.CANCELLED: Word("interview", "Cancelled"),
    },
    unit_of=lambda interview: interview.unit_id,
)  # fmt: skip

E = ExcuseState

EXCUSE: Process[LadderExcuse] = Process(
    "ladder_excuse",
    states=E,
    initial=E.GRANTED,
    openings=(Opening("excuse", Duty.OPEN_CASES, N_("Excuse a period")),),
    transitions=(
        Transition("withdraw_excuse", (E.GRANTED,), E.WITHDRAWN, Duty.OPEN_CASES, N_("Withdraw the excuse"), needs_reason=True),
    ),
    words={
        E.GRANTED: Word("ladder_excuse", "Granted"),
        E.WITHDRAWN: Word("ladder_excuse", "Withdrawn"),
    },
    unit_of=lambda excuse: excuse.unit_id,
)  # fmt: skip
