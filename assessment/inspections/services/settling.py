"""Settle visits: findings confirmed, amended or dropped with reasons; notices issued, deductions proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from assessment.adjustments.models import AdjustmentKind
from assessment.adjustments.services import Proposal, propose_many
from assessment.delivery.services import calendar
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import Bilingual, reading_zone, say
from assessment.foundation.workdays import Duration, add_working_days, due, end_of
from assessment.inspections.models import Campaign, Finding, FindingState, Visit
from assessment.inspections.process import FINDING, VISIT
from assessment.inspections.queries import findings_of, period_for, severities, teams_of
from assessment.programmes.rules.consequences import Severity
from assessment.remediation.queries import tasks_from
from assessment.remediation.services import NewNotice, NewTask, issue_notices, withdraw_all
from assessment.remediation.services.writing import set_all

CONFIRM, AMEND, DROP = "confirm", "amend", "drop"
LONGEST_TITLE = 120


@dataclass(frozen=True)
class Decision:
    """What becomes of one finding; ``confirm`` with a reason answers what the unit disputes."""

    outcome: str
    reason: str = ""
    severity: str = ""
    points: Decimal | None = None
    place: str = ""
    description: Bilingual | None = None


# --- one finding -----------------------------------------------------------------------------------------------------


def answer_comment(session: Session, finding: Finding, act: Act) -> None:
    """Keep the finding as it is, and say why the unit's comment does not change it."""
    FINDING.perform(session, finding, "answer_comment", act)
    finding.answer = act.reason.strip()


def amend_finding(
    session: Session,
    finding: Finding,
    act: Act,
    *,
    severity: str = "",
    points: Decimal | None = None,
    place: str = "",
    description: Bilingual | None = None,
) -> None:
    """Correct the facts or the gravity before it is settled; both versions stand in the trail."""
    campaign = session.get_one(Campaign, session.get_one(Visit, finding.visit_id).campaign_id)
    if severity and severity not in severities(session, campaign):
        sentence = say("The scheme knows no severity “{code}”.", code=severity)
        raise Invalid(sentence, fields={"severity": sentence})
    if points is not None and points < 0:
        sentence = say("Points are not negative; they are taken off when a finding is settled.")
        raise Invalid(sentence, fields={"points": sentence})
    before = {"severity": finding.severity, "points": finding.points, "place": finding.place}
    FINDING.perform(session, finding, "amend_finding", act, body={"before": before})
    finding.severity = severity or finding.severity
    finding.points = finding.points if points is None else points
    finding.place = place.strip() or finding.place
    if description is not None:
        finding.description_zh, finding.description_en = description.zh, description.en
    finding.answer = act.reason.strip()


def drop_finding(session: Session, finding: Finding, act: Act) -> None:
    """It is not so, or cannot be shown: nothing follows from it."""
    FINDING.perform(session, finding, "drop_finding", act)
    finding.answer, finding.decided_at = act.reason.strip(), act.at


def overturn_finding(session: Session, finding: Finding, act: Act) -> None:
    """A settled finding falls, usually by an objection: its task is withdrawn.

    What it proposed to a score has lost its origin by that, and is lifted where such things are reconciled (cycles).
    """
    FINDING.perform(session, finding, "overturn_finding", act)
    finding.answer, finding.decided_at = act.reason.strip(), act.at
    task = tasks_from(session, "finding", [finding.id]).get(str(finding.id))
    if task is not None and task.state != "withdrawn":
        withdraw_all(session, [task], act)


def lessen_finding(
    session: Session,
    finding: Finding,
    act: Act,
    *,
    by: tuple[str, object],
    points: Decimal | None = None,
    words: str = "",
) -> None:
    """An objection upheld in part leaves it fewer points, other words, or both; never more points than before."""
    if points is not None and not is_milder(finding, points):
        raise Invalid(
            say("A decision on an objection leaves a finding fewer points than {points}.", points=finding.points)
        )
    left = finding.points if points is None else points
    body = {"by": list(by), "before": str(finding.points), "points": str(left)}
    FINDING.perform(session, finding, "lessen_finding", act, relied_on=[by], body=body)
    finding.points, finding.answer, finding.decided_at = left, words or act.reason.strip(), act.at


def is_milder(finding: Finding, points: Decimal) -> bool:
    """Whether the unit stands better when the finding costs these points."""
    return 0 <= points < finding.points


# --- a visit, or many ------------------------------------------------------------------------------------------------


def settle(session: Session, visit: Visit, act: Act, decisions: Mapping[int, Decision] | None = None) -> None:
    """Freeze the findings of a visit, and let everything follow that follows from them."""
    settle_all(session, [visit], act, decisions)


def settle_all(
    session: Session, some: Sequence[Visit], act: Act, decisions: Mapping[int, Decision] | None = None
) -> None:
    """Settle many visits as one act: what nobody decided on is confirmed as recorded.

    The points are stored, not computed again: what is announced holds, even when the scheme changes later.
    """
    if not some:
        return
    findings = findings_of(session, [visit.id for visit in some])
    for finding in (one for found in findings.values() for one in found):
        decision = (decisions or {}).get(finding.id)
        if decision is not None:
            _apply(session, finding, decision, act)
    kept = [one for found in findings.values() for one in found if one.state == FindingState.RECORDED]
    VISIT.perform_all(session, some, "settle", act, relied_on=[("finding", one.id) for one in kept])
    set_all(session, some, settled_at=act.at)
    FINDING.perform_all(session, kept, "settle", act)
    set_all(session, kept, decided_at=act.at)
    confirmed = {
        visit: [one for one in findings[visit.id] if one.state == FindingState.CONFIRMED] for visit in some
    }
    _follow_up(session, {visit: found for visit, found in confirmed.items() if found}, act)


def _apply(session: Session, finding: Finding, decision: Decision, act: Act) -> None:
    because = act.because(decision.reason or act.reason)
    if decision.outcome == DROP:
        drop_finding(session, finding, because)
    elif decision.outcome == AMEND:
        amend_finding(
            session, finding, because, severity=decision.severity, points=decision.points, place=decision.place,
            description=decision.description,
        )  # fmt: skip
    elif decision.outcome != CONFIRM:
        raise Invalid(say("A finding is confirmed, amended or dropped."))
    elif decision.reason:
        answer_comment(session, finding, because)


def _follow_up(session: Session, confirmed: Mapping[Visit, Sequence[Finding]], act: Act) -> None:
    """One notice a visit with a task a finding; a proposed deduction where a finding costs points."""
    notices: list[NewNotice] = []
    proposals: list[Proposal] = []
    limits: dict[int, _Limits] = {}
    teams = teams_of(session, [visit.id for visit in confirmed])
    for visit, findings in confirmed.items():
        if visit.campaign_id not in limits:
            limits[visit.campaign_id] = _Limits.of(session, session.get_one(Campaign, visit.campaign_id), act)
        mine = limits[visit.campaign_id]
        notices.append(mine.notice(visit, findings, tuple(member.key for member in teams[visit.id])))
        proposals += mine.proposals(session, visit, findings)
    if notices:
        issue_notices(session, act, notices)
    if proposals:
        propose_many(session, act, proposals)


class _Limits:
    """What a campaign's scheme says of each severity, as deadlines of this act; computed once."""

    def __init__(
        self, campaign: Campaign, grades: Mapping[str, Severity], ends: Mapping[str, tuple[datetime, datetime]]
    ) -> None:
        self.campaign, self.grades, self.ends = campaign, grades, ends
        self.periods: dict[date, int | None] = {}

    @classmethod
    def of(cls, session: Session, campaign: Campaign, act: Act) -> _Limits:
        grades = severities(session, campaign)
        return cls(campaign, grades, {code: _ends(session, grade, act) for code, grade in grades.items()})

    def grade(self, finding: Finding) -> Severity:
        if finding.severity not in self.grades:
            raise Invalid(say("The scheme knows no severity “{code}”.", code=finding.severity))
        return self.grades[finding.severity]

    def notice(self, visit: Visit, findings: Sequence[Finding], team: tuple[str, ...]) -> NewNotice:
        return NewNotice(
            unit_id=visit.unit_id, number=f"ZG-{visit.number}", origin=("visit", visit.id),
            tasks=[self.task(one, team) for one in findings], scheme_version_id=self.campaign.scheme_version_id,
            is_illustrative=self.campaign.is_illustrative,
        )  # fmt: skip

    def task(self, finding: Finding, team: tuple[str, ...]) -> NewTask:
        grade = self.grade(finding)
        due_at, ask_by = self.ends[finding.severity]
        return NewTask(
            title=Bilingual(_short(finding.description_zh), _short(finding.description_en)),
            origin=("finding", finding.id), severity=finding.severity, severity_name=Bilingual(grade.zh, grade.en),
            due_at=due_at, place=finding.place, clause=finding.clause, is_major=grade.listed, needs_plan=grade.listed,
            ask_extension_by=ask_by, found_by=team,
        )  # fmt: skip

    def proposals(self, session: Session, visit: Visit, findings: Sequence[Finding]) -> list[Proposal]:
        costly = [one for one in findings if one.points > 0]
        if not costly or visit.visited_on is None:
            return []
        if visit.visited_on not in self.periods:
            period = period_for(session, self.campaign.programme_id, visit.visited_on)
            self.periods[visit.visited_on] = period.id if period is not None else None
        period_id = self.periods[visit.visited_on]
        if period_id is None:  # no period left in which it could count
            return []
        return [
            Proposal(
                unit_id=visit.unit_id, period_id=period_id, kind=AdjustmentKind.DEDUCTION,
                clause=f"severity.{one.severity}", ground=f"{visit.number}/{one.number}: {one.place}",
                origin=("finding", one.id), points=one.points,
            )
            for one in costly
        ]  # fmt: skip


def _ends(session: Session, grade: Severity, act: Act) -> tuple[datetime, datetime]:
    """Until when it is put right, and until when more time can be asked for."""
    table, zone = calendar(session), reading_zone()
    due_at = due(act.at, Duration.parse(str(grade.fix_within)), table, zone)
    if grade.ask_extension_before is None:
        return due_at, due_at
    before = Duration.parse(str(grade.ask_extension_before))
    last = due_at.astimezone(zone).date()
    if before.unit == "w":
        return due_at, end_of(add_working_days(table, last, -before.count), zone)
    return due_at, end_of(date.fromordinal(last.toordinal() - before.count), zone)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"
