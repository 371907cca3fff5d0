"""What can be done with a case, and what waits for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from assessment.accountability import queries, services
from assessment.accountability.models import Ballot, Case, CaseState, Outcome
from assessment.accountability.process import CASE
from assessment.accountability.queries.clocks import ending_terms
from assessment.faces.web.kit import Action, Waiting, acts, address_of, now, waiting
from assessment.faces.web.pages import accountability as room
from assessment.faces.web.pages import accountability_decisions as decisions
from assessment.faces.web.pages import accountability_forms as forms
from assessment.foundation.i18n import N_, Label, Sentence, local_day, say
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views

acts(room.pages, Case, CASE, {
    "dismiss": Action(services.dismiss),
    "warn": Action(
        services.warn, explain=lambda session, case: say("The warning is served at once; it states no fault.")
    ),
    "settle_by_interview": Action(
        services.settle_by_interview, forms.SettleForm, facts=forms.SettleForm.told,
        goes_to=lambda case, talk: address_of("interview", talk.id),
    ),
    "ask_inspection": Action(services.ask_inspection),
    "open_case": Action(
        services.open_case, forms.OpenForm, fill=forms.OpenForm.fill,
        explain=lambda session, case: say(
            "A ladder or score has only prompted this. Whoever opens a case does not decide it."
        ),
    ),
    "declare": Action(services.declare, forms.DeclareForm),
    "step_aside": Action(
        services.step_aside,
        explain=lambda session, case: say("Your reason stays with the case; another is appointed in your place."),
    ),
    "appoint_investigator": Action(
        services.appoint_investigator, forms.AppointForm, fill=forms.AppointForm.fill,
    ),
    "serve_notice": Action(
        services.serve_notice, forms.NoticeForm,
        explain=lambda session, case: say("The unit has 10 working days from receipt to reply."),
    ),
    "serve_supplement": Action(
        services.serve_supplement,
        explain=lambda session, case: say(
            "These findings of fact are served on the unit, and its time to reply begins again: {numbers}.",
            numbers=[fact.number for fact in queries.untold_facts(case)],
        ),
    ),
    "reply": Action(services.reply, forms.ReplyForm, facts=forms.ReplyForm.told),
    "add_fact": Action(services.add_fact, forms.FactForm, fill=forms.FactForm.fill, facts=forms.FactForm.told),
    "strike_fact": Action(services.strike_fact, forms.StrikeForm, fill=forms.StrikeForm.fill),
    "name_responsible": Action(
        services.name_responsible, forms.ResponsibleForm, fill=forms.ResponsibleForm.fill,
        facts=forms.ResponsibleForm.told,
    ),
    "record_circumstance": Action(
        services.record_circumstance, decisions.CircumstanceForm, fill=decisions.CircumstanceForm.fill,
        facts=decisions.CircumstanceForm.told,
    ),
    "answer_point": Action(services.answer_point, forms.AnswerForm, fill=forms.AnswerForm.fill),
    "file_report": Action(
        services.file_report, decisions.ReportForm, fill=decisions.ReportForm.fill, facts=decisions.ReportForm.told,
    ),
    "dissent": Action(
        services.dissent, explain=lambda session, case: say("It goes with the report to those who review and decide.")
    ),
    "review_law": Action(services.review_law, decisions.ReviewForm),
    "return_report": Action(services.return_report),
    "move": Action(services.move, decisions.MoveForm, facts=decisions.MoveForm.told),
    "vote": Action(
        services.vote, decisions.VoteForm, facts=decisions.VoteForm.told, template="accountability/vote.html",
    ),
    "reject_motion": Action(
        services.reject_motion, explain=lambda session, case: say("It stays with its votes; another can be moved.")
    ),
    "decide": Action(
        services.decide, explain=lambda session, case: say("What was moved and carried is the decision, word for word.")
    ),
    "serve_decision": Action(services.serve_decision),
    "hand_in_inspection": Action(services.hand_in_inspection, forms.InspectionForm),
    "circulate": Action(
        services.circulate,
        explain=lambda session, case: say(
            "{count} units are told; no person is named.",
            count=len(queries.in_range(session, case, local_day(now()))),
        ),
    ),
    "record_organ_answer": Action(services.record_organ_answer, forms.OrganForm),
    "execute": Action(services.execute, forms.HowForm),
    "revoke": Action(
        services.revoke, explain=lambda session, case: say("It is told in the same range in which it was published.")
    ),
    "seal_case": Action(
        services.seal_case,
        explain=lambda session, case: say(
            "Names, texts and the details of its acts are erased for good. What was decided stays, and the trail holds."
        ),
    ),
    "read_case": Action(
        services.read_case,
        explain=lambda session, case: say("Your reason and name are kept in the trail; the case is open to you today."),
    ),
})  # fmt: skip


# --- what waits ------------------------------------------------------------------------------------------------------


@waiting
def what_waits(session: Session, officer: Any, at: Any) -> list[Waiting]:
    """For each, the step that only he or she can take."""
    if not any(officer.holds(duty) for duty in (*queries.AUTHORITY, Duty.INVESTIGATE, Duty.REPLY)):
        return []
    states = [CaseState.PROMPTED.value, *queries.OPEN, CaseState.SERVED.value]
    some = [case for case in queries.cases(session, states=states) if queries.may_see(session, case, officer)]
    dues = queries.reply_dues(session, [case for case in some if case.state == CaseState.NOTICE_SERVED])
    units = unit_views(session, {case.unit_id for case in some}, local_day(at))
    found: list[Waiting] = []
    for case in some:
        step = _step_of(case, officer)
        if step is not None:
            button, sentence = step
            title = say("{unit}: {matter}", unit=units[case.unit_id].name, matter=case.title)
            page, word = address_of(queries.KIND, case.id), CASE.word(case.state)
            found.append(Waiting(title, sentence, dues.get(case.id), page, Label(button), word))
    return found


@waiting
def to_seal(session: Session, officer: Any, at: Any) -> list[Waiting]:
    """Cases whose term of keeping is over: the clock tells, a person seals."""
    reach = officer.unit_ids_for(Duty.OPEN_CASES)
    if not reach:
        return []
    due = [case for case, _ in ending_terms(session, local_day(at) - timedelta(days=1)) if case.unit_id in reach]
    sentence = say("Its texts were kept long enough. Sealing erases names and texts; the trail and the decision stay.")
    return [
        Waiting(say("Seal case {number}", number=case.number), sentence, None, address_of(queries.KIND, case.id),
                Label(N_("Read and seal")), CASE.word(case.state))
        for case in due
    ]  # fmt: skip


STEPS: dict[str, tuple[str, str, Sentence]] = {
    "prompted": (
        Duty.OPEN_CASES, N_("Open, dismiss or answer"), say("A prompt waits for a person; it opens nothing by itself."),
    ),
    "opened": (
        Duty.INVESTIGATE, N_("Declare and serve the notice"),
        say("Two investigators declare before the notice is served."),
    ),
    "notice_served": (Duty.REPLY, N_("Reply"), say("You may reply point by point; silence is no admission.")),
    "replied": (Duty.INVESTIGATE, N_("Answer the reply"), say("Each point is answered before the report is filed.")),
    "lapsed": (
        Duty.INVESTIGATE, N_("File the report"), say("No reply came in time; the facts must be proved all the same."),
    ),
    "returned": (Duty.INVESTIGATE, N_("Mend the report"), say("The legal review has returned the report.")),
    "reported": (Duty.REVIEW_LAW, N_("Review the case"), say("The report waits for the legal review.")),
    "law_reviewed": (Duty.DECIDE_CASES, N_("Move a decision"), say("Everything the law asks for is there.")),
    "decided": (Duty.DECIDE_CASES, N_("Serve the decision"), say("The decision has no effect until it is served.")),
}  # fmt: skip


def _step_of(case: Case, officer: Any) -> tuple[str, Sentence] | None:
    if case.state == CaseState.SERVED:
        return _after_service(case, officer)
    duty, button, sentence = STEPS[case.state]
    if not officer.holds(duty, case.unit_id):
        return None
    if duty == Duty.INVESTIGATE and not queries.is_investigator(case, officer):
        return None
    return _in_the_vote(case, officer) if case.state == CaseState.LAW_REVIEWED else (button, sentence)


def _in_the_vote(case: Case, officer: Any) -> tuple[str, Sentence] | None:
    """A member moves, votes once, and announces the result when enough have voted."""
    motion = case.motion
    if motion is None:
        return N_("Move a decision"), say("Everything the law asks for is there.")
    if not any(one.person_id == officer.person_id for one in motion.votes):
        count = len(motion.votes)
        return N_("Vote"), say("{count} of {all} members have voted.", count=count, all=case.deciders)
    if len(motion.votes) >= case.deciders:
        favour = motion.count(Ballot.IN_FAVOUR)
        return N_("Record the result"), say("{favour} of {all} votes are in favour.", favour=favour,
                                            all=len(motion.votes))  # fmt: skip
    return None


def _after_service(case: Case, officer: Any) -> tuple[str, Sentence] | None:
    waits_for_text = case.outcome == Outcome.WRITTEN_INSPECTION and not case.inspection
    if waits_for_text and officer.holds(Duty.REPLY, case.unit_id):
        return N_("Hand in the inspection"), say("The decision asks for a written inspection.")
    return None
