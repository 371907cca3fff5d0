"""How a checklist, a campaign, a visit and a finding live."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, local_day, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.inspections.models import (
    Campaign,
    CampaignState,
    Checklist,
    ChecklistState,
    Finding,
    FindingState,
    Stance,
    Visit,
    VisitState,
)
from assessment.inspections.queries import (
    comments_of,
    comments_until,
    count_visits,
    findings_of,
    inspectors_of,
    items_of,
    objects_of,
    opinions_asked,
    requires_answers,
    teams_of,
    unanswered,
    without_task,
)
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer
from assessment.organisations.recusal import barred_by_post
from assessment.remediation.models import TaskState
from assessment.remediation.queries import tasks_from

# --- checklists ------------------------------------------------------------------------------------------------------


def has_items(session: Session, checklist: Checklist, act: Act) -> Sentence:
    return NOTHING if items_of(session, checklist.id) else say("This checklist has no items yet.")


C = ChecklistState

CHECKLIST: Process[Checklist] = Process(
    "checklist",
    states=C,
    initial=C.DRAFTED,
    openings=(Opening("draft_checklist", Duty.KEEP_CHECKLISTS, N_("Draft a checklist")),),
    transitions=(
        Transition("edit_items", (C.DRAFTED,), None, Duty.KEEP_CHECKLISTS, N_("Change its items")),
        Transition("bring_into_use", (C.DRAFTED,), C.IN_USE, Duty.KEEP_CHECKLISTS, N_("Bring it into use"), guard=has_items),
        Transition("supersede", (C.IN_USE,), C.SUPERSEDED, Duty.KEEP_CHECKLISTS, N_("Supersede it"), needs_reason=True),
    ),
    words={
        C.DRAFTED: Word("checklist", "Drafted"),
        C.IN_USE: Word("checklist", "In use"),
        C.SUPERSEDED: Word("checklist", "Superseded"),
    },
    unit_of=lambda checklist: checklist.unit_id,
)  # fmt: skip


# --- campaigns -------------------------------------------------------------------------------------------------------


def is_complete(session: Session, campaign: Campaign, act: Act) -> Sentence:
    """A leader approves a whole plan: content in use, objects, enough inspectors."""
    checklist = session.get_one(Checklist, campaign.checklist_id)
    if checklist.state != C.IN_USE:
        return say("Its checklist is not in use.")
    objects = len(objects_of(session, campaign.id))
    if objects < campaign.sample:
        return say("{sample} objects are to be drawn, and the roll has {count}.", sample=campaign.sample, count=objects)
    inspectors = inspectors_of(session, campaign.id)
    if len(inspectors) < campaign.per_object or not any(one.may_lead for one in inspectors):
        return say("The roll of inspectors needs at least {count}, one of whom may lead.", count=campaign.per_object)
    return NOTHING


def is_not_frozen(session: Session, campaign: Campaign, act: Act) -> Sentence:
    return say("The rolls were frozen on {moment}.", moment=campaign.frozen_at) if campaign.frozen_at else NOTHING


def is_frozen(session: Session, campaign: Campaign, act: Act) -> Sentence:
    return NOTHING if campaign.frozen_at else say("Freeze the rolls first: their hash is shown before the seed is known.")


def may_be_concluded(session: Session, campaign: Campaign, act: Act) -> Sentence:
    """Every visit settled, and every problem with its task: the bulletin cites them."""
    waiting = every_visit_settled(session, campaign, act)
    missing = [] if waiting else without_task(session, campaign.id)
    if missing:
        return say("Finding {number} was confirmed and has no task.", number=missing[0])
    return waiting


def every_visit_settled(session: Session, campaign: Campaign, act: Act) -> Sentence:
    counts = count_visits(session, campaign.id)
    waiting = sum(count for state, count in counts.items() if state not in (VisitState.SETTLED, VisitState.CLOSED))
    return say("{count} visits are not settled yet.", count=waiting) if waiting else NOTHING


def every_visit_closed(session: Session, campaign: Campaign, act: Act) -> Sentence:
    counts = count_visits(session, campaign.id)
    waiting = sum(count for state, count in counts.items() if state != VisitState.CLOSED)
    return say("{count} visits are not closed yet.", count=waiting) if waiting else NOTHING


def was_asked(session: Session, campaign: Campaign, act: Act) -> Sentence:
    mine = opinions_asked(session, act.by.key, campaign.id)
    return NOTHING if mine else say("Nobody has asked you for a second opinion in this campaign.")


P = CampaignState

CAMPAIGN: Process[Campaign] = Process(
    "campaign",
    states=P,
    initial=P.DRAFTED,
    openings=(Opening("draft_campaign", Duty.PLAN_INSPECTIONS, N_("Draft a campaign")),),
    transitions=(
        Transition("set_rolls", (P.DRAFTED,), None, Duty.PLAN_INSPECTIONS, N_("Set objects and inspectors")),
        Transition("approve_campaign", (P.DRAFTED,), P.APPROVED, Duty.APPROVE, N_("Approve the campaign"), guard=is_complete),
        Transition("declare_recusal", (P.APPROVED,), None, (Duty.PLAN_INSPECTIONS, Duty.DRAW), N_("Keep an inspector away"),
                   guard=is_not_frozen, needs_reason=True),
        Transition("freeze_rolls", (P.APPROVED,), None, Duty.DRAW, N_("Freeze the rolls"), guard=is_not_frozen),
        Transition("draw", (P.APPROVED,), P.DRAWN, Duty.DRAW, N_("Enter the seed and draw"), guard=is_frozen),
        Transition("begin", (P.DRAWN,), P.UNDER_WAY, Duty.PLAN_INSPECTIONS, N_("Begin the campaign")),
        Transition("ask_second_opinions", (P.UNDER_WAY, P.CONCLUDED), None, Duty.DRAW, N_("Ask for second opinions")),
        Transition("give_second_opinion", (P.UNDER_WAY, P.CONCLUDED), None, (Duty.INSPECT, Duty.LEAD_INSPECTION),
                   N_("Give a second opinion"), guard=was_asked),
        Transition("conclude", (P.UNDER_WAY,), P.CONCLUDED, Duty.PLAN_INSPECTIONS, N_("Conclude with a supervision bulletin"),
                   guard=may_be_concluded),
        Transition("close_campaign", (P.CONCLUDED,), P.CLOSED, Duty.PLAN_INSPECTIONS, N_("Close the campaign"),
                   guard=every_visit_closed),
    ),
    words={
        P.DRAFTED: Word("campaign", "Drafted"),
        P.APPROVED: Word("campaign", "Approved"),
        P.DRAWN: Word("campaign", "Drawn"),
        P.UNDER_WAY: Word("campaign", "Under way"),
        P.CONCLUDED: Word("campaign", "Concluded"),
        P.CLOSED: Word("campaign", "Closed"),
    },
    unit_of=lambda campaign: campaign.unit_id,
)  # fmt: skip


# --- visits ----------------------------------------------------------------------------------------------------------


def on_the_teams(session: Session, some: Sequence[Visit], act: Act) -> Sentence:
    teams = teams_of(session, [visit.id for visit in some])
    for visit in some:
        if act.by.key not in {member.key for member in teams[visit.id]}:
            return say("You are not on the team of visit {number}.", number=visit.number)
    return NOTHING


def on_the_team(session: Session, visit: Visit, act: Act) -> Sentence:
    return on_the_teams(session, [visit], act)


def lead_them(session: Session, some: Sequence[Visit], act: Act) -> Sentence:
    """组长负责制: the leader of the team answers for the report."""
    teams = teams_of(session, [visit.id for visit in some])
    for visit in some:
        if act.by.key not in {member.key for member in teams[visit.id] if member.is_leader}:
            return say("Only the leader of its team signs off visit {number}.", number=visit.number)
    return required_is_answered(session, some)


def required_is_answered(session: Session, some: Sequence[Visit]) -> Sentence:
    """What the form requires is answered before the report is signed off."""
    campaigns = {visit.campaign_id for visit in some}
    asks = {one for one in campaigns if requires_answers(session, one)}
    for visit in some:
        missing = unanswered(session, visit) if visit.campaign_id in asks else []
        if missing:
            return say("{count} required items of visit {number} are not answered: {code} comes first.",
                       count=len(missing), number=visit.number, code=missing[0].code)  # fmt: skip
    return NOTHING


def leads_it(session: Session, visit: Visit, act: Act) -> Sentence:
    return lead_them(session, [visit], act)


def within_comment_time(session: Session, visit: Visit, act: Act) -> Sentence:
    until = comments_until(session, [visit])[visit.id]
    if until is not None and act.at > until:
        return say("Comments could be sent until {moment}; that is over.", moment=until)
    return NOTHING


def may_be_settled(session: Session, some: Sequence[Visit], act: Act) -> Sentence:
    """By nobody of the team or of the unit; after the unit's comment, or when its time for it is over."""
    against = not_their_own(session, some, act)
    if against:
        return against
    waiting = [visit for visit in some if visit.state == VisitState.REPORTED]
    findings = findings_of(session, [visit.id for visit in waiting])
    until = comments_until(session, waiting)
    for visit in waiting:
        end = until[visit.id]
        if findings[visit.id] and end is None:
            return say("The report of visit {number} has not been received yet; the unit's time to comment starts then.",
                       number=visit.number)  # fmt: skip
        if findings[visit.id] and end is not None and act.at <= end:
            return say("The unit may comment on visit {number} until {moment}.", number=visit.number, moment=end)
    return NOTHING


def every_comment_answered(session: Session, some: Sequence[Visit], act: Act) -> Sentence:
    """What the unit disputes is dropped, amended, or kept with a reason."""
    against = may_be_settled(session, some, act)
    if against:
        return against
    findings = findings_of(session, [visit.id for visit in some if visit.state == VisitState.COMMENTED])
    unanswered = [
        one for found in findings.values() for one in found if one.state == FindingState.RECORDED and not one.answer
    ]
    comments = comments_of(session, [one.id for one in unanswered])
    for one in unanswered:
        if one.id in comments and comments[one.id].stance == Stance.DISPUTED:
            return say("The unit disputes finding {number}; answer it with a reason.", number=one.number)
    return NOTHING


def not_their_own(session: Session, some: Sequence[Visit], act: Act) -> Sentence:
    teams = teams_of(session, [visit.id for visit in some])
    for visit in some:
        if act.by.key in {member.key for member in teams[visit.id]}:
            return say("You inspected at visit {number}; somebody else settles its findings.", number=visit.number)
    if isinstance(act.by, Officer):
        return barred_by_post(session, act.by, {visit.unit_id for visit in some}, local_day(act.at))
    return NOTHING


def may_settle_it(session: Session, visit: Visit, act: Act) -> Sentence:
    return every_comment_answered(session, [visit], act)


def every_task_ended_of(session: Session, some: Sequence[Visit], act: Act) -> Sentence:
    findings = findings_of(session, [visit.id for visit in some])
    tasks = tasks_from(session, "finding", [one.id for found in findings.values() for one in found])
    ended = (TaskState.CLOSED, TaskState.WITHDRAWN)
    for visit in some:
        mine = (tasks.get(str(one.id)) for one in findings[visit.id])
        waiting = [task.number for task in mine if task is not None and task.state not in ended]
        if waiting:
            return say("{count} tasks of visit {number} are still open.", count=len(waiting), number=visit.number)
    return NOTHING


def every_task_ended(session: Session, visit: Visit, act: Act) -> Sentence:
    return every_task_ended_of(session, [visit], act)


V = VisitState
INSPECTORS = (Duty.INSPECT, Duty.LEAD_INSPECTION)

VISIT: Process[Visit] = Process(
    "visit",
    states=V,
    initial=V.ASSIGNED,
    openings=(
        Opening("draw", Duty.DRAW, N_("Enter the seed and draw")),
        Opening("plan_reinspection", Duty.PLAN_INSPECTIONS, N_("Plan a re-inspection")),
    ),
    transitions=(
        Transition("replace_inspector", (V.ASSIGNED,), None, (Duty.PLAN_INSPECTIONS, Duty.DRAW), N_("Replace an inspector"),
                   needs_reason=True),
        Transition("begin_visit", (V.ASSIGNED,), V.UNDER_WAY, INSPECTORS, N_("Begin the visit"),
                   guard=on_the_team, guard_many=on_the_teams),
        Transition("record_finding", (V.UNDER_WAY,), None, INSPECTORS, N_("Record a finding"),
                   guard=on_the_team, guard_many=on_the_teams),
        Transition("answer_item", (V.UNDER_WAY,), None, INSPECTORS, N_("Go through the checklist"),
                   guard=on_the_team, guard_many=on_the_teams),
        Transition("report", (V.UNDER_WAY,), V.REPORTED, Duty.LEAD_INSPECTION, N_("Sign off the report"),
                   guard=leads_it, guard_many=lead_them),
        Transition("comment", (V.REPORTED,), V.COMMENTED, Duty.ANSWER_NOTICES, N_("Send the comment"),
                   guard=within_comment_time),
        Transition("settle", (V.REPORTED, V.COMMENTED), V.SETTLED, Duty.SETTLE_FINDINGS, N_("Settle the findings"),
                   guard=may_settle_it, guard_many=every_comment_answered),
        Transition("close_visit", (V.SETTLED,), V.CLOSED, (Duty.PLAN_INSPECTIONS, Duty.SETTLE_FINDINGS),
                   N_("Close the visit"), guard=every_task_ended, guard_many=every_task_ended_of),
        Transition("plan_reinspection", (V.SETTLED, V.CLOSED), None, Duty.PLAN_INSPECTIONS, N_("Plan a re-inspection")),
    ),
    words={
        V.ASSIGNED: Word("visit", "Assigned"),
        V.UNDER_WAY: Word("visit", "Under way"),
        V.REPORTED: Word("visit", "Reported"),
        V.COMMENTED: Word("visit", "Commented"),
        V.SETTLED: Word("visit", "Settled"),
        V.CLOSED: Word("visit", "Closed"),
    },
    unit_of=lambda visit: visit.unit_id,
)  # fmt: skip


# --- findings --------------------------------------------------------------------------------------------------------


def its_visit_is_being_settled(session: Session, finding: Finding, act: Act) -> Sentence:
    visit = session.get_one(Visit, finding.visit_id)
    if visit.state not in (V.REPORTED, V.COMMENTED):
        return say("Findings are settled once the team leader has signed off the report.")
    return may_be_settled(session, [visit], act)


def are_settled_with_their_visits(session: Session, some: Sequence[Finding], act: Act) -> Sentence:
    """Nobody confirms one finding alone: it is confirmed by settling its visit."""
    for visit_id in sorted({finding.visit_id for finding in some}):
        if session.get_one(Visit, visit_id).state != V.SETTLED:
            return say("A finding is confirmed when its visit is settled.")
    return NOTHING


def is_settled_with_its_visit(session: Session, finding: Finding, act: Act) -> Sentence:
    return are_settled_with_their_visits(session, [finding], act)


def not_ones_own(session: Session, finding: Finding, act: Act) -> Sentence:
    return not_their_own(session, [session.get_one(Visit, finding.visit_id)], act)


F = FindingState

FINDING: Process[Finding] = Process(
    "finding",
    states=F,
    initial=F.RECORDED,
    openings=(Opening("record_finding", INSPECTORS, N_("Record a finding")),),
    transitions=(
        Transition("answer_comment", (F.RECORDED,), None, Duty.SETTLE_FINDINGS, N_("Keep it, and answer the comment"),
                   guard=its_visit_is_being_settled, needs_reason=True),
        Transition("amend_finding", (F.RECORDED,), None, Duty.SETTLE_FINDINGS, N_("Amend the finding"),
                   guard=its_visit_is_being_settled, needs_reason=True),
        Transition("drop_finding", (F.RECORDED,), F.DROPPED, Duty.SETTLE_FINDINGS, N_("Drop the finding"),
                   guard=its_visit_is_being_settled, needs_reason=True),
        Transition("settle", (F.RECORDED,), F.CONFIRMED, Duty.SETTLE_FINDINGS, N_("Settle the findings"),
                   guard=is_settled_with_its_visit, guard_many=are_settled_with_their_visits),
        Transition("overturn_finding", (F.CONFIRMED,), F.DROPPED, Duty.SETTLE_FINDINGS, N_("Overturn the finding"),
                   guard=not_ones_own, needs_reason=True),
        # Part of the joint act that applies an objection upheld in part.
        Transition("lessen_finding", (F.CONFIRMED,), None, Duty.SETTLE_FINDINGS,
                   N_("Lessen the finding by a decision on an objection"), guard=not_ones_own, needs_reason=True),
    ),
    words={
        F.RECORDED: Word("finding", "Recorded"),
        F.CONFIRMED: Word("finding", "Confirmed"),
        F.DROPPED: Word("finding", "Dropped"),
    },
    unit_of=lambda finding: finding.unit_id,
)  # fmt: skip
