"""Visits: begun by their team, findings recorded, signed off by the leader and served, commented on by the unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.delivery.services import serve_many
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.draw import by_ticket
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import N_, Bilingual, Sentence, local_day, say
from assessment.inspections.models import (
    Campaign,
    CampaignObject,
    ChecklistItem,
    Finding,
    FindingComment,
    FindingEvidence,
    FindingState,
    Stance,
    Visit,
    VisitInspector,
    VisitState,
)
from assessment.inspections.process import FINDING, VISIT
from assessment.inspections.queries import (
    REPORT_PAPER,
    chunks,
    findings_of,
    inspectors_of,
    items_of_visit,
    recusals_of,
    teams_of,
)
from assessment.organisations import handover
from assessment.remediation.services.writing import set_all


@dataclass(frozen=True)
class NewEvidence:
    """A file in the store that shows a finding."""

    sha256: str
    name: str
    mime: str
    size: int


@dataclass(frozen=True)
class NewFinding:
    """A problem as the inspector records it; severity, points and clause follow from the item unless given."""

    item_id: int
    place: str
    description: Bilingual
    severity: str = ""
    points: Decimal | None = None
    clause: str = ""
    evidence: Sequence[NewEvidence] = ()


@dataclass(frozen=True)
class NewComment:
    """What the unit says to one finding."""

    stance: Stance
    text: str = ""


def replace_inspector(session: Session, visit: Visit, act: Act, person_id: int) -> VisitInspector:
    """Somebody cannot come: the next ticket of the draw takes the place, with the reason."""
    VISIT.perform(session, visit, "replace_inspector", act, body={"replaced": person_id})
    return _next_ticket(session, visit, act, person_id)


def _next_ticket(session: Session, visit: Visit, act: Act, person_id: int) -> VisitInspector:
    rows = session.scalars(select(VisitInspector).where(VisitInspector.visit_id == visit.id)).all()
    gone = next((one for one in rows if one.person_id == person_id and one.replaced_at is None), None)
    if gone is None:
        raise Invalid(say("Choose somebody who is on the team of this visit."))
    known = {one.code for one in rows}
    for code in _next_in_draw(session, visit):
        inspector = {one.code: one for one in inspectors_of(session, visit.campaign_id)}[code]
        if code not in known and (inspector.may_lead or not gone.is_leader):
            gone.replaced_at, gone.reason = act.at, act.reason.strip()
            fresh = VisitInspector(
                visit_id=visit.id, person_id=inspector.person_id, code=code, is_leader=gone.is_leader, reason=""
            )
            session.add(fresh)
            session.flush()
            return fresh
    raise NotNow(say("Nobody else on the roll is free for visit {number}.", number=visit.number))


def _next_in_draw(session: Session, visit: Visit) -> list[str]:
    campaign = session.get_one(Campaign, visit.campaign_id)
    thing = session.get_one(CampaignObject, visit.object_id)
    barred = {one.inspector_id for one in recusals_of(session, campaign.id) if one.object_id == thing.id}
    free = [one.code for one in inspectors_of(session, campaign.id) if one.id not in barred]
    return [code for _, code in by_ticket(campaign.seed, free, thing.code)]


def begin_visit(session: Session, visit: Visit, act: Act) -> None:
    begin_visit_all(session, [visit], act)


def begin_visit_all(session: Session, some: Sequence[Visit], act: Act) -> None:
    """Visits begin on the day of the act."""
    day = local_day(act.at)
    for campaign_id in {visit.campaign_id for visit in some}:
        campaign = session.get_one(Campaign, campaign_id)
        if not campaign.first_day <= day <= campaign.last_day:
            raise NotNow(
                say("Campaign {number} runs from {first} to {last}.",
                    number=campaign.number, first=campaign.first_day, last=campaign.last_day)
            )  # fmt: skip
    VISIT.perform_all(session, some, "begin_visit", act)
    set_all(session, some, visited_on=day)


# --- findings --------------------------------------------------------------------------------------------------------


def record_finding(session: Session, visit: Visit, act: Act, new: NewFinding) -> Finding:
    """One problem, exactly where it is."""
    return record_findings_all(session, [visit], act, {visit.id: [new]})[0]


def record_findings(session: Session, visit: Visit, act: Act, news: Sequence[NewFinding]) -> list[Finding]:
    """All the problems of a visit, by one act."""
    return record_findings_all(session, [visit], act, {visit.id: news})


def record_findings_all(
    session: Session, some: Sequence[Visit], act: Act, news: Mapping[int, Sequence[NewFinding]]
) -> list[Finding]:
    """The problems of many visits of the same team member, by one act."""
    items = _items(session, some, news)
    numbers = _numbers(session, some)
    made: list[Finding] = []
    files: list[tuple[Finding, Sequence[NewEvidence]]] = []
    for visit in some:
        for place, new in enumerate(news.get(visit.id, ()), numbers.get(visit.id, 0) + 1):
            finding = _finding(visit, place, new, items[new.item_id], act)
            made.append(finding)
            files.append((finding, new.evidence))
    VISIT.perform_all(session, some, "record_finding", act, touched=made, body={"findings": len(made)})
    session.add_all(made)
    session.flush()
    session.add_all(
        FindingEvidence(finding_id=finding.id, sha256=one.sha256, name=one.name, mime=one.mime, size=one.size)
        for finding, evidence in files
        for one in evidence
    )
    return made


def _numbers(session: Session, some: Sequence[Visit]) -> dict[int, int]:
    found: dict[int, int] = {}
    for ids in chunks(visit.id for visit in some):
        query = select(Finding.visit_id, func.max(Finding.number)).where(Finding.visit_id.in_(ids))
        found.update(dict(session.execute(query.group_by(Finding.visit_id)).all()))
    return found


def _items(
    session: Session, some: Sequence[Visit], news: Mapping[int, Sequence[NewFinding]]
) -> dict[int, ChecklistItem]:
    """The items of the campaigns' checklists: nothing else is inspected (no widening of scope)."""
    lists = {session.get_one(Campaign, one).checklist_id for one in {visit.campaign_id for visit in some}}
    found = {
        one.id: one for one in session.scalars(select(ChecklistItem).where(ChecklistItem.checklist_id.in_(lists)))
    }
    if any(new.item_id not in found for some_news in news.values() for new in some_news):
        sentence = say("Choose an item of this campaign's checklist.")
        raise Invalid(sentence, fields={"item_id": sentence})
    for visit in some:
        if visit.re_inspects_id is not None:
            flagged = {one.id for one in items_of_visit(session, visit)}
            if any(new.item_id not in flagged for new in news.get(visit.id, ())):
                sentence = say("A re-inspection looks only at what was found before.")
                raise Invalid(sentence, fields={"item_id": sentence})
    return found


def _finding(visit: Visit, number: int, new: NewFinding, item: ChecklistItem, act: Act) -> Finding:
    fault: dict[str, Sentence] = {}
    if not new.place.strip():
        fault["place"] = say("Say exactly where: the place and the device.")
    if not (new.description.zh.strip() or new.description.en.strip()):
        fault["description"] = say("Describe the problem.")
    points = item.points if new.points is None else new.points
    if points < 0:
        fault["points"] = say("Points are not negative; they are taken off when a finding is settled.")
    if fault:
        raise Invalid(next(iter(fault.values())), fields=fault)
    finding = Finding(
        visit_id=visit.id, unit_id=visit.unit_id, checklist_item_id=item.id, number=number, place=new.place.strip(),
        description_zh=new.description.zh.strip(), description_en=new.description.en.strip(),
        severity=new.severity or item.severity, clause=new.clause or item.clause, points=points,
        recorded_by=act.by.key, recorded_at=act.at, answer="",
    )  # fmt: skip
    FINDING.begin(finding, "record_finding", act)
    return finding


# --- report and comment ----------------------------------------------------------------------------------------------


def report(session: Session, visit: Visit, act: Act) -> None:
    """The team leader signs off; the unit is served, and its time to comment starts when it has received it."""
    report_all(session, [visit], act)


def report_all(session: Session, some: Sequence[Visit], act: Act) -> None:
    findings = findings_of(session, [visit.id for visit in some])
    relied_on = [("finding", one.id) for found in findings.values() for one in found]
    VISIT.perform_all(session, some, "report", act, relied_on=relied_on)
    set_all(session, some, reported_at=act.at)
    papers = [(visit.unit_id, ("visit", visit.id), _title(visit), visit.number) for visit in some]
    serve_many(session, act, REPORT_PAPER, papers)


def _title(visit: Visit) -> Bilingual:
    return Bilingual(f"现场检查报告{visit.number}", f"Inspection report {visit.number}")


def comment(
    session: Session, visit: Visit, act: Act, comments: Mapping[int, NewComment] | None = None, text: str = ""
) -> None:
    """The unit's: on the facts, finding by finding; silence on a finding accepts nothing and disputes nothing."""
    comments = comments or {}
    mine = {one.id: one for one in findings_of(session, [visit.id])[visit.id]}
    fault: dict[str, Sentence] = {}
    for finding_id, one in comments.items():
        if finding_id not in mine:
            raise Invalid(say("Comment on the findings of this visit."))
        if one.stance == Stance.DISPUTED and not one.text.strip():
            fault[f"text-{finding_id}"] = say(
                "Say what is not so in finding {number}.", number=mine[finding_id].number
            )
    if fault:
        raise Invalid(next(iter(fault.values())), fields=fault)
    if not comments and not text.strip():
        raise Invalid(say("Write a comment, or say to each finding whether it is so."))
    made = [
        FindingComment(
            finding_id=finding_id, stance=Stance(one.stance).value, text=one.text.strip(), made_at=act.at,
            made_by=act.by.label,
        )
        for finding_id, one in comments.items()
    ]  # fmt: skip
    VISIT.perform(session, visit, "comment", act, touched=made)
    visit.commented_at, visit.comment = act.at, text.strip()
    session.add_all(made)


# --- after settling --------------------------------------------------------------------------------------------------


def close_visit(session: Session, visit: Visit, act: Act) -> None:
    VISIT.perform(session, visit, "close_visit", act)


def close_visit_all(session: Session, some: Sequence[Visit], act: Act) -> None:
    """Once every task that came from them has ended."""
    VISIT.perform_all(session, some, "close_visit", act)


def plan_reinspection(session: Session, visit: Visit, act: Act) -> Visit:
    """A visit linked to this one, by the same team; it looks at what was found here and at nothing else."""
    flagged = [one for one in findings_of(session, [visit.id])[visit.id] if one.state == FindingState.CONFIRMED]
    if not flagged:
        raise NotNow(say("Nothing was confirmed at this visit; there is nothing to inspect again."))
    times = session.scalar(select(func.count()).select_from(Visit).where(Visit.re_inspects_id == visit.id)) or 0
    again = Visit(
        campaign_id=visit.campaign_id, object_id=visit.object_id, unit_id=visit.unit_id,
        number=f"{visit.number}-R{times + 1}", re_inspects_id=visit.id, comment="",
    )  # fmt: skip
    VISIT.begin(again, "plan_reinspection", act)
    session.add(again)
    session.flush()
    session.add_all(
        VisitInspector(visit_id=again.id, person_id=one.person_id, code=one.code, is_leader=one.is_leader, reason="")
        for one in teams_of(session, [visit.id])[visit.id]
    )
    VISIT.perform(session, visit, "plan_reinspection", act, touched=[again], relied_on=flagged)
    return again


# --- handed over -----------------------------------------------------------------------------------------------------


def drawn_for(session: Session, person_id: int) -> list[Visit]:
    """Visits that this inspector was drawn for and that are not reported on yet."""
    query = (
        select(Visit)
        .join(VisitInspector, VisitInspector.visit_id == Visit.id)
        .where(VisitInspector.person_id == person_id, VisitInspector.replaced_at.is_(None))
        .where(Visit.state.in_([VisitState.ASSIGNED.value, VisitState.UNDER_WAY.value]))
    )
    return list(session.scalars(query.order_by(Visit.id)))


def pass_on(session: Session, visit: Visit, predecessor_id: int, successor_id: int, act: Act) -> None:
    """Nobody inherits a lot: the next ticket of the draw takes the place of whoever leaves the post."""
    if visit.state != VisitState.ASSIGNED:
        raise NotNow(say("Visit {number} is under way; its team reports first.", number=visit.number))
    fresh = _next_ticket(session, visit, act.because(act.reason or HANDED_OVER), predecessor_id)
    body = {"replaced": predecessor_id, "by": fresh.person_id}
    audit.record(session, act, "pass_on", visit, body=body)


HANDED_OVER = "The post was handed over. 岗位已移交。"
handover.register(handover.Bound("visit", N_("Visits to make"), drawn_for, pass_on))
