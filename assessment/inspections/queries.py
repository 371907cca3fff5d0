"""Reads of campaigns, visits and findings: lists, teams, windows for comments, overlaps, counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Select, String, case, cast, func, select
from sqlalchemy.orm import Session

from assessment.delivery.queries import services_of
from assessment.delivery.services import calendar
from assessment.foundation.actors import Actor
from assessment.foundation.i18n import Bilingual, reading_zone
from assessment.foundation.sql import among
from assessment.foundation.workdays import Duration, due
from assessment.inspections.models import (
    Campaign,
    CampaignInspector,
    CampaignObject,
    CampaignRecusal,
    CampaignState,
    Checklist,
    ChecklistItem,
    ChecklistState,
    Finding,
    FindingComment,
    FindingEvidence,
    FindingState,
    SecondOpinion,
    Stance,
    Visit,
    VisitAnswer,
    VisitInspector,
    VisitState,
)
from assessment.inspections.rules.agreement import Inspected
from assessment.inspections.rules.conditions import condition
from assessment.inspections.rules.grading import grade, score
from assessment.organisations.duties import Duty
from assessment.organisations.models import Person
from assessment.organisations.officers import key_of
from assessment.programmes import queries as programmes
from assessment.programmes.models import NOT_SERVED, Period, PeriodKind, PeriodState
from assessment.programmes.rules.consequences import Severity
from assessment.remediation.models import Notice, Task, TaskState
from assessment.remediation.queries import tasks_from

REPORT_PAPER = "inspection_report"
READERS = (
    Duty.PLAN_INSPECTIONS, Duty.KEEP_CHECKLISTS, Duty.DRAW, Duty.SETTLE_FINDINGS, Duty.LEAD_INSPECTION, Duty.INSPECT,
    Duty.ADMIT_INSPECTION_OBJECTIONS, Duty.APPROVE, Duty.OPEN_CASES, Duty.PREPARE, Duty.REVIEW, Duty.INVESTIGATE,
    Duty.REVIEW_LAW, Duty.DECIDE_CASES, Duty.AUDIT,
)  # fmt: skip
OF_THE_UNIT = (Duty.REPORT, Duty.ANSWER_NOTICES, Duty.RECEIVE_PAPERS, Duty.OBJECT)
CHUNK = 500


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(set(ids))
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def may_see_visit(viewer: Actor, visit: Visit) -> bool:
    """Whoever inspects or supervises there; the unit itself from the moment its report is served."""
    if any(viewer.holds(duty, visit.unit_id) for duty in READERS):
        return True
    served = visit.state not in (VisitState.ASSIGNED, VisitState.UNDER_WAY)
    return served and any(viewer.holds(duty, visit.unit_id) for duty in OF_THE_UNIT)


# --- checklists ------------------------------------------------------------------------------------------------------


def checklists(session: Session, programme_id: int | None = None) -> list[Checklist]:
    query = select(Checklist).order_by(Checklist.code, Checklist.edition.desc())
    return list(session.scalars(query if programme_id is None else query.where(Checklist.programme_id == programme_id)))


def items_of(session: Session, checklist_id: int) -> list[ChecklistItem]:
    query = select(ChecklistItem).where(ChecklistItem.checklist_id == checklist_id)
    return list(session.scalars(query.order_by(ChecklistItem.place)))


def items_of_visit(session: Session, visit: Visit) -> list[ChecklistItem]:
    """What is looked at: the whole checklist, or at a re-inspection only what was found before."""
    every = items_of(session, session.get_one(Campaign, visit.campaign_id).checklist_id)
    if visit.re_inspects_id is None:
        return every
    flagged = select(Finding.checklist_item_id).where(
        Finding.visit_id == visit.re_inspects_id, Finding.state == FindingState.CONFIRMED.value
    )
    wanted = set(session.scalars(flagged))
    return [one for one in every if one.id in wanted]


def answers_of(session: Session, visit_id: int) -> dict[int, VisitAnswer]:
    """The answers of a visit by item."""
    rows = session.scalars(select(VisitAnswer).where(VisitAnswer.visit_id == visit_id))
    return {one.item_id: one for one in rows}


def asked_now(items: Sequence[ChecklistItem], answers: Mapping[int, VisitAnswer]) -> list[ChecklistItem]:
    """The items that are asked at all, as their conditions hold for the answers so far."""
    values = {one.code: answers[one.id].value or answers[one.id].outcome for one in items if one.id in answers}
    return [one for one in items if condition(one.relevant).holds(values)]


def requires_answers(session: Session, campaign_id: int) -> bool:
    """Whether the checklist of a campaign requires any answer at all."""
    query = select(ChecklistItem.id).join(Campaign, Campaign.checklist_id == ChecklistItem.checklist_id)
    return session.scalar(query.where(Campaign.id == campaign_id, ChecklistItem.is_required).limit(1)) is not None


def unanswered(session: Session, visit: Visit) -> list[ChecklistItem]:
    """What the form requires, is asked as things stand, and nobody has answered."""
    items = items_of_visit(session, visit)
    answers = answers_of(session, visit.id)
    return [one for one in asked_now(items, answers) if one.is_required and one.id not in answers]


@dataclass(frozen=True)
class Result:
    """The score of a visit from the points of its findings, and its grade, where the checklist has any."""

    score: Decimal
    full: Decimal
    grade: str


def result_of(session: Session, visit: Visit) -> Result | None:
    """As things stand; dropped findings cost nothing. None where the checklist scores no visits."""
    campaign = session.get_one(Campaign, visit.campaign_id)
    checklist = session.get_one(Checklist, campaign.checklist_id)
    if checklist.full_points is None:
        return None
    points = session.scalars(
        select(Finding.points).where(Finding.visit_id == visit.id, Finding.state != FindingState.DROPPED.value)
    )
    reached = score(checklist.full_points, points)
    grades = [(name, Decimal(least)) for name, least in checklist.grades]
    return Result(reached, checklist.full_points, grade(grades, reached))


def severities(session: Session, campaign: Campaign) -> Mapping[str, Severity]:
    """How grave a finding can be, as the campaign's scheme says."""
    return programmes.scheme(session, campaign.scheme_version_id).severities


def grades_of(session: Session, programme_id: int) -> dict[str, Bilingual]:
    """Code -> name of each severity, as the scheme in force says."""
    version = programmes.version_in_force(session, programme_id)
    known = programmes.scheme(session, version.id).severities if version else {}
    return {code: Bilingual(one.zh, one.en) for code, one in known.items()}


# --- campaigns -------------------------------------------------------------------------------------------------------


def opinions_asked(session: Session, key: str, campaign_id: int | None = None) -> list[SecondOpinion]:
    """Second opinions that this person (``person:7``) was asked for and has not given."""
    person_id = key.removeprefix("person:")
    if not person_id.isdecimal():
        return []
    query = select(SecondOpinion).where(SecondOpinion.person_id == int(person_id), SecondOpinion.given_at.is_(None))
    if campaign_id is not None:
        query = query.where(SecondOpinion.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(SecondOpinion.ticket)))


def opinion_pairs(session: Session, campaign_id: int) -> tuple[list[tuple[str, str]], int]:
    """(severity as settled, severity as the second saw it) of every opinion given, and how many were asked for."""
    rows = session.execute(
        select(Finding.severity, SecondOpinion.severity)
        .join(Finding, Finding.id == SecondOpinion.finding_id)
        .where(SecondOpinion.campaign_id == campaign_id)
    ).all()
    return [(first, second) for first, second in rows if second], len(rows)


def inspected(session: Session, campaign_id: int, major: Iterable[str]) -> list[Inspected]:
    """Each reported visit once for every member of its team, by code."""
    grave = set(major)
    counts: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    for visit_id, severity, points in session.execute(
        select(Finding.visit_id, Finding.severity, Finding.points)
        .join(Visit, Visit.id == Finding.visit_id)
        .where(Visit.campaign_id == campaign_id, Finding.state != FindingState.DROPPED.value)
    ):
        counts[visit_id].append((severity, points))
    rows = session.execute(
        select(VisitInspector.code, Visit.id, Visit.visited_on)
        .join(Visit, Visit.id == VisitInspector.visit_id)
        .where(Visit.campaign_id == campaign_id, Visit.reported_at.is_not(None), VisitInspector.replaced_at.is_(None))
        .order_by(VisitInspector.code, Visit.visited_on)
    )
    return [
        Inspected(
            code, day.isoformat()[:7] if day else "", len(counts[visit_id]),
            sum(severity in grave for severity, _ in counts[visit_id]),
            Fraction(sum((points for _, points in counts[visit_id]), Decimal(0))),
        )
        for code, visit_id, day in rows
    ]  # fmt: skip


def campaigns(session: Session) -> list[Campaign]:
    return list(session.scalars(select(Campaign).order_by(Campaign.first_day.desc(), Campaign.id.desc())))


def campaign_names(session: Session) -> list[tuple[int, Bilingual]]:
    """Every campaign that made visits, to choose from."""
    rows = session.execute(
        select(Campaign.id, Campaign.title_zh, Campaign.title_en)
        .where(Campaign.drawn_at.is_not(None))
        .order_by(Campaign.first_day.desc(), Campaign.id.desc())
    )
    return [(campaign_id, Bilingual(zh, en)) for campaign_id, zh, en in rows]


def visits_by_campaign() -> Select[str, int]:
    """The text of every visit's id, as tasks cite it, with its campaign: to be joined."""
    return select(cast(Visit.id, String), Visit.campaign_id)


def objects_of(session: Session, campaign_id: int, *, drawn_only: bool = False) -> list[CampaignObject]:
    """The roll of objects: drawn ones in the order of the draw, then the others by code."""
    query = select(CampaignObject).where(CampaignObject.campaign_id == campaign_id)
    if drawn_only:
        query = query.where(CampaignObject.place.is_not(None))
    return sorted(session.scalars(query), key=lambda one: (one.place is None, one.place or 0, one.code))


def objects_coded(session: Session, campaign_id: int, codes: Collection[str]) -> dict[str, CampaignObject]:
    """Those on the roll that bear these codes."""
    query = select(CampaignObject).where(CampaignObject.campaign_id == campaign_id, CampaignObject.code.in_(codes))
    return {one.code: one for one in session.scalars(query)}


def codes_of(session: Session, object_ids: Collection[int]) -> dict[int, str]:
    """The codes of these objects."""
    rows = session.execute(select(CampaignObject.id, CampaignObject.code).where(among(CampaignObject.id, object_ids)))
    return {object_id: code for object_id, code in rows}  # noqa: C416 - a row is no pair to the types


def inspectors_of(session: Session, campaign_id: int) -> list[CampaignInspector]:
    query = select(CampaignInspector).where(CampaignInspector.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(CampaignInspector.code)))


def recusals_of(session: Session, campaign_id: int) -> list[CampaignRecusal]:
    query = select(CampaignRecusal).where(CampaignRecusal.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(CampaignRecusal.id)))


@dataclass(frozen=True)
class Overlap:
    """Another campaign that visits a unit in the same days."""

    campaign_id: int
    number: str
    title: Bilingual
    unit_ids: tuple[int, ...]


def overlaps(session: Session, campaign: Campaign) -> list[Overlap]:
    """Plan check: the same units visited twice in the same days are told to whoever approves."""
    mine = {one.unit_id for one in objects_of(session, campaign.id)}
    found: dict[int, tuple[Campaign, set[int]]] = {}
    rows = session.execute(
        select(Campaign, CampaignObject.unit_id)
        .join(CampaignObject, CampaignObject.campaign_id == Campaign.id)
        .where(Campaign.id != campaign.id, Campaign.state != CampaignState.CLOSED.value)
        .where(Campaign.first_day <= campaign.last_day, Campaign.last_day >= campaign.first_day)
        .order_by(Campaign.id)
    )
    for other, unit_id in rows:
        if unit_id in mine:
            found.setdefault(other.id, (other, set()))[1].add(unit_id)
    return [Overlap(one.id, one.number, one.title, tuple(sorted(units))) for one, units in found.values()]


@dataclass(frozen=True)
class UnitFindings:
    """What a campaign found at one unit: what its bulletin prints."""

    unit_id: int
    visits: int
    findings: int
    by_severity: Mapping[str, int]


def findings_by_unit(session: Session, campaign_id: int) -> list[UnitFindings]:
    """Confirmed findings by unit, those with most first."""
    visits = dict(
        session.execute(
            select(Visit.unit_id, func.count()).where(Visit.campaign_id == campaign_id).group_by(Visit.unit_id)
        ).all()
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    rows = session.execute(
        select(Finding.unit_id, Finding.severity, func.count())
        .join(Visit, Visit.id == Finding.visit_id)
        .where(Visit.campaign_id == campaign_id, Finding.state == FindingState.CONFIRMED.value)
        .group_by(Finding.unit_id, Finding.severity)
    )
    for unit_id, severity, count in rows:
        counts[unit_id][severity] = count
    found = [
        UnitFindings(unit_id, number, sum(counts[unit_id].values()), counts[unit_id])
        for unit_id, number in visits.items()
    ]
    return sorted(found, key=lambda one: (-one.findings, one.unit_id))


def count_visits(session: Session, campaign_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Visit.state, func.count()).where(Visit.campaign_id == campaign_id).group_by(Visit.state)
    )
    return dict(rows.all())


def count_findings(session: Session, campaign_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Finding.state, func.count())
        .join(Visit, Visit.id == Finding.visit_id)
        .where(Visit.campaign_id == campaign_id)
        .group_by(Finding.state)
    )
    return dict(rows.all())


# --- visits ----------------------------------------------------------------------------------------------------------


def visits(
    session: Session,
    *,
    campaign_id: int | None = None,
    unit_ids: Iterable[int] | None = None,
    person_id: int | None = None,
    state: str = "",
    limit: int = 1000,
    offset: int = 0,
) -> list[Visit]:
    """Visits by campaign, unit, team member and state, in the order of their numbers."""
    query = select(Visit).order_by(Visit.number).limit(limit).offset(offset)
    if campaign_id is not None:
        query = query.where(Visit.campaign_id == campaign_id)
    if unit_ids is not None:
        query = query.where(Visit.unit_id.in_(set(unit_ids)))
    if state:
        query = query.where(Visit.state == state)
    if person_id is not None:
        mine = select(VisitInspector.visit_id).where(
            VisitInspector.person_id == person_id, VisitInspector.replaced_at.is_(None)
        )
        query = query.where(Visit.id.in_(mine))
    return list(session.scalars(query))


@dataclass(frozen=True)
class TeamMember:
    person_id: int
    name: str
    code: str
    is_leader: bool

    @property
    def key(self) -> str:
        return key_of(self.person_id)


def teams_of(session: Session, visit_ids: Iterable[int]) -> dict[int, list[TeamMember]]:
    """Who inspects (replaced ones left out), the leader first."""
    found: dict[int, list[TeamMember]] = defaultdict(list)
    for some in chunks(visit_ids):
        rows = session.execute(
            select(VisitInspector, Person.name)
            .join(Person, Person.id == VisitInspector.person_id)
            .where(VisitInspector.visit_id.in_(some), VisitInspector.replaced_at.is_(None))
            .order_by(VisitInspector.is_leader.desc(), VisitInspector.id)
        )
        for one, name in rows:
            found[one.visit_id].append(TeamMember(one.person_id, name, one.code, one.is_leader))
    return found


def findings_of(session: Session, visit_ids: Iterable[int]) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = defaultdict(list)
    for some in chunks(visit_ids):
        query = select(Finding).where(Finding.visit_id.in_(some)).order_by(Finding.visit_id, Finding.number)
        for one in session.scalars(query):
            found[one.visit_id].append(one)
    return found


def evidence_of(session: Session, finding_ids: Iterable[int]) -> dict[int, list[FindingEvidence]]:
    found: dict[int, list[FindingEvidence]] = defaultdict(list)
    for some in chunks(finding_ids):
        query = select(FindingEvidence).where(FindingEvidence.finding_id.in_(some)).order_by(FindingEvidence.id)
        for one in session.scalars(query):
            found[one.finding_id].append(one)
    return found


def comments_of(session: Session, finding_ids: Iterable[int]) -> dict[int, FindingComment]:
    found: dict[int, FindingComment] = {}
    for some in chunks(finding_ids):
        query = select(FindingComment).where(FindingComment.finding_id.in_(some))
        found.update({one.finding_id: one for one in session.scalars(query)})
    return found


def comments_until(session: Session, some: Sequence[Visit]) -> dict[int, datetime | None]:
    """Until when each unit may comment: from service of the report on; None while it is not served."""
    served = services_of(session, REPORT_PAPER, "visit", [visit.id for visit in some])
    limits: dict[int, Duration] = {}
    found: dict[int, datetime | None] = {}
    ends: dict[tuple[datetime, Duration], datetime] = {}
    for visit in some:
        if visit.campaign_id not in limits:
            limits[visit.campaign_id] = Duration.parse(session.get_one(Campaign, visit.campaign_id).comment_within)
        start = served.get(str(visit.id), {}).get(visit.unit_id)
        limit = limits[visit.campaign_id]
        if start is not None and (start, limit) not in ends:
            ends[start, limit] = due(start, limit, calendar(session), reading_zone())
        found[visit.id] = ends[start, limit] if start is not None else None
    return found


def period_for(session: Session, programme_id: int, day: date) -> Period | None:
    """The period a fact of a day counts in: its own until that is approved, later the first that is not."""
    open_states = [*(state.value for state in NOT_SERVED), PeriodState.OBJECTIONS.value]
    return session.scalar(
        select(Period)
        .where(Period.programme_id == programme_id, Period.last_day >= day, Period.state.in_(open_states))
        .where(Period.kind == _shortest(session, programme_id))
        .order_by(Period.first_day)
        .limit(1)
    )


def _shortest(session: Session, programme_id: int) -> str:
    kinds = set(session.scalars(select(Period.kind).where(Period.programme_id == programme_id).distinct()))
    return next((kind.value for kind in PeriodKind if kind.value in kinds), PeriodKind.MONTH.value)


def object_of(session: Session, visit: Visit) -> CampaignObject:
    return session.get_one(CampaignObject, visit.object_id)


def count_findings_by_visit(session: Session, campaign_id: int) -> dict[int, int]:
    """Findings that were not dropped."""
    rows = session.execute(
        select(Finding.visit_id, func.count())
        .join(Visit, Visit.id == Finding.visit_id)
        .where(Visit.campaign_id == campaign_id, Finding.state != FindingState.DROPPED.value)
        .group_by(Finding.visit_id)
    )
    return dict(rows.all())


def disputed_visits(session: Session, campaign_id: int) -> set[int]:
    """Visits with a finding that the unit disputes and nobody has answered."""
    return set(
        session.scalars(
            select(Finding.visit_id)
            .join(FindingComment, FindingComment.finding_id == Finding.id)
            .join(Visit, Visit.id == Finding.visit_id)
            .where(Visit.campaign_id == campaign_id, FindingComment.stance == Stance.DISPUTED.value)
            .where(Finding.state == FindingState.RECORDED.value, Finding.answer == "")
        )
    )


def usernames(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    return dict(session.execute(select(Person.id, Person.username).where(Person.id.in_(set(person_ids)))).all())


def person_called(session: Session, username: str) -> int | None:
    return session.scalar(select(Person.id).where(Person.username == username.strip().lower()))


def without_task(session: Session, campaign_id: int) -> list[str]:
    """Confirmed findings of a campaign that have no task: ``visit/finding``; a bulletin leaves none behind."""
    rows = session.execute(
        select(Finding.id, Visit.number, Finding.number)
        .join(Visit, Visit.id == Finding.visit_id)
        .where(Visit.campaign_id == campaign_id, Finding.state == FindingState.CONFIRMED.value)
        .order_by(Visit.number, Finding.number)
    ).all()
    known = tasks_from(session, "finding", [finding_id for finding_id, _, _ in rows])
    return [f"{visit}/{number}" for finding_id, visit, number in rows if str(finding_id) not in known]


@dataclass(frozen=True)
class Problem:
    """A confirmed finding, and the number of the task by which it is put right."""

    unit_id: int
    description: Bilingual
    place: str
    severity: str
    task: str


def problems_of(session: Session, campaign_id: int) -> list[Problem]:
    """By unit, visit, and in the order in which they were found."""
    rows = session.execute(
        select(Finding.unit_id, Finding.description_zh, Finding.description_en, Finding.place, Finding.severity,
               Task.number)
        .join(Visit, Visit.id == Finding.visit_id)
        .outerjoin(Task, (Task.origin_kind == "finding") & (Task.origin_id == cast(Finding.id, String)))
        .where(Visit.campaign_id == campaign_id, Finding.state == FindingState.CONFIRMED.value)
        .order_by(Finding.unit_id, Visit.number, Finding.number)
    )  # fmt: skip
    return [Problem(unit, Bilingual(zh, en), place, grade, task or "") for unit, zh, en, place, grade, task in rows]


def notices_of(session: Session, campaign_id: int) -> list[tuple[int, str, int, int]]:
    """(unit, notice's number, its tasks, those closed) of every notice that came from a campaign's visits."""
    visits = select(cast(Visit.id, String)).where(Visit.campaign_id == campaign_id)
    query = (
        select(Notice.unit_id, Notice.number, func.count(), func.count(case((Task.state == TaskState.CLOSED.value, 1))))
        .join(Task, Task.notice_id == Notice.id)
        .where(Notice.origin_kind == "visit", Notice.origin_id.in_(visits))
        .group_by(Notice.id, Notice.unit_id, Notice.number)
        .order_by(Notice.number)
    )
    return [(unit, number, tasks, closed) for unit, number, tasks, closed in session.execute(query)]


def closed_by_unit(session: Session, campaign_id: int) -> dict[int, int]:
    """How many of a campaign's tasks are closed, by unit."""
    findings = select(cast(Finding.id, String)).join(Visit).where(Visit.campaign_id == campaign_id)
    query = (
        select(Task.unit_id, func.count())
        .where(Task.origin_kind == "finding", Task.origin_id.in_(findings), Task.state == TaskState.CLOSED.value)
        .group_by(Task.unit_id)
    )
    return dict(session.execute(query).all())


# --- who sees what ---------------------------------------------------------------------------------------------------


def may_see_campaign(session: Session, campaign: Campaign, viewer: Actor) -> bool:
    """Those who plan, draw, lead or check it; a unit that was visited, once it is under way."""
    if any(viewer.holds(duty, campaign.unit_id) for duty in READERS):
        return True
    if campaign.state in (CampaignState.DRAFTED, CampaignState.APPROVED, CampaignState.DRAWN):
        return False
    reach = getattr(viewer, "unit_ids_for", None)
    mine = frozenset().union(*(reach(duty) for duty in (*OF_THE_UNIT, *READERS))) if reach else frozenset()
    return any(may_see_visit(viewer, one) for one in visits(session, campaign_id=campaign.id, unit_ids=mine))


def may_see_a_visit(session: Session, visit: Visit, viewer: Actor) -> bool:
    return may_see_visit(viewer, visit)


def may_see_finding(session: Session, finding: Finding, viewer: Actor) -> bool:
    return may_see_visit(viewer, session.get_one(Visit, finding.visit_id))


def may_see_evidence(session: Session, evidence: FindingEvidence, viewer: Actor) -> bool:
    return may_see_finding(session, session.get_one(Finding, evidence.finding_id), viewer)


def may_see_checklist(session: Session, checklist: Checklist, viewer: Actor) -> bool:
    """A list in use is no secret: what is asked of localities, they may read."""
    if checklist.state == ChecklistState.DRAFTED:
        return any(viewer.holds(duty, checklist.unit_id) for duty in READERS)
    return any(viewer.holds(duty) for duty in (*READERS, *OF_THE_UNIT))
