"""What comes when for one person: the deadlines, windows and publicity that concern the posts held, each named once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.cycles import queries
from assessment.cycles.models import DiaryEntry
from assessment.cycles.steps import STEPS
from assessment.delivery.models import ON_ITS_WAY, Extension, ExtensionState, Paper
from assessment.delivery.queries import OF_CASES
from assessment.foundation.audit import TOUCHED, AuditRef, AuditRow
from assessment.foundation.i18n import InLanguages, Label, reading_zone, say
from assessment.inspections.models import Campaign, Visit, VisitInspector, VisitState
from assessment.objections.models import Objection, ObjectionState
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer
from assessment.organisations.queries import subtree_ids, unit_views
from assessment.panels.queries import open_seats
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, PeriodState, Programme
from assessment.remediation.models import Task
from assessment.remediation.queries import WITH_THE_UNIT
from assessment.rewards.models import Round, RoundState
from assessment.submissions.models import UNIT, Submission, SubmissionState
from assessment.submissions.queries import Deadlines, deadlines_of

BEHIND, AHEAD = timedelta(days=60), timedelta(days=400)
MANY = 40
"""Of one kind of thing with one deadline: beyond that they stand as one date that counts them."""
UNSENT = (SubmissionState.DUE.value, SubmissionState.DRAFT.value, SubmissionState.RETURNED.value)
REPORTING = (PeriodState.OPEN.value, PeriodState.VERIFYING.value)
REPORTERS = (Duty.REPORT, Duty.PROVIDE_DATA)
OFFICES = (Duty.PLAN_CYCLES, Duty.SET_VALUES, Duty.VERIFY, Duty.APPROVE, Duty.REPORT, Duty.AUDIT)


@dataclass(frozen=True)
class Coming:
    """A date that concerns somebody: of which record, and a moment in a zone, or whole days."""

    kind: str
    record_id: object
    aspect: str
    """What of the record: a period opens, closes and is public; with kind and id it names the date for good."""
    title: InLanguages
    moment: datetime | None = None
    zone: str = ""
    first: date | None = None
    last: date | None = None


Dates = Iterator[Coming]


def coming(session: Session, officer: Officer, now: datetime) -> list[Coming]:
    """Everything dated that concerns this officer, the soonest first. Nothing is in it that his pages do not show."""
    found = [one for kind in KINDS for one in kind(session, officer, now)]
    return sorted(found, key=lambda one: (str(one.moment or one.first), one.kind, str(one.record_id), one.aspect))


def changes_of(session: Session, some: Iterable[Coming]) -> dict[tuple[str, str], tuple[int, datetime]]:
    """By (kind, id), how many acts have touched the record and when the last one did: what a calendar calls SEQUENCE.

    A deadline moves by an act only (an extension, a moved diary, a return), so this grows with every change of it.
    """
    wanted: dict[str, set[str]] = {}
    for one in some:
        wanted.setdefault(one.kind, set()).add(str(one.record_id))
    found: dict[tuple[str, str], tuple[int, datetime]] = {}
    for kind, ids in wanted.items():
        listed = sorted(ids)
        for start in range(0, len(listed), 500):
            query = (
                select(AuditRef.record_id, func.count(), func.max(AuditRow.at))
                .join(AuditRow, AuditRow.seq == AuditRef.seq)
                .where(AuditRef.relation == TOUCHED, AuditRef.kind == kind)
                .where(AuditRef.record_id.in_(listed[start : start + 500]))
                .group_by(AuditRef.record_id)
            )
            found.update({(kind, name): (count, last) for name, count, last in session.execute(query)})
    return found


# --- reports ---------------------------------------------------------------------------------------------------------


def reports(session: Session, officer: Officer, now: datetime) -> Dates:
    """Reports to be sent, by the deadline that counts for each: extended, or after a return."""
    if not any(officer.holds(duty) for duty in REPORTERS):
        return
    query = select(Submission).join(Period).where(Submission.state.in_(UNSENT), Period.state.in_(REPORTING))
    query = query.where(Submission.by_ballot.is_(False))
    mine = [one for one in session.scalars(query) if _reports(officer, one)]
    known = deadlines_of(session, mine)
    units = unit_views(session, {one.unit_id for one in mine}, officer.day)
    alike = Counter((one.period_id, one.source, _due(known[one.id])) for one in mine)
    told: set[object] = set()
    for one in mine:
        key, zone = (one.period_id, one.source, _due(known[one.id])), one.period.programme.zone
        if alike[key] <= MANY:
            title = say("Report {period} for {unit}", period=one.period.title, unit=units[one.unit_id].name)
            yield Coming("submission", one.id, "due", title, key[2], zone)
        elif key not in told:
            told.add(key)
            title = say("{count} reports for {period}", count=alike[key], period=one.period.title)
            yield Coming("period", one.period_id, f"{one.source}-{key[2]:%Y%m%d}", title, key[2], zone)


def ballots(session: Session, officer: Officer, now: datetime) -> Dates:
    """Until when one's own votes are asked for."""
    for seat in open_seats(session, officer.person_id):
        title = say("Your vote on panel {number}", number=seat.panel.number)
        yield Coming("panel_seat", seat.id, "due", title, seat.panel.closes_at, seat.panel.period.programme.zone)


def _reports(officer: Officer, one: Submission) -> bool:
    return officer.holds(Duty.REPORT if one.source == UNIT else Duty.PROVIDE_DATA, one.unit_id)


def _due(known: Deadlines) -> datetime:
    return known.returned_until or known.on_time_until


def periods(session: Session, officer: Officer, now: datetime) -> Dates:
    """When reporting opens and closes, until when is verified, and when the scores are served, of own programmes."""
    own = {one.id: one for one in _own_programmes(session, officer)}
    some = {one.id: one for one in session.scalars(select(Period).where(Period.programme_id.in_(own)))}
    for entry in queries.diary(session, now - BEHIND, now + AHEAD):
        period = some.get(int(entry.subject_id)) if entry.subject_kind == "period" else None
        if period is None or entry.cancelled_at is not None or entry.step not in STEPS:
            continue
        title = say("{what}: {period}", what=Label(STEPS[entry.step].label), period=period.title)
        yield Coming("diary_entry", entry.id, "due", _estimated(title, entry), entry.due_at, period.programme.zone)
    if officer.holds(Duty.VERIFY) or officer.holds(Duty.SET_VALUES):
        for period in some.values():
            if period.state in REPORTING and period.verify_by is not None:
                title = say("Verify the reports for {period}", period=period.title)
                yield Coming("period", period.id, "verify", title, period.verify_by, period.programme.zone)


def _estimated(title: InLanguages, entry: DiaryEntry) -> InLanguages:
    return say("{title} (an estimate)", title=title) if entry.is_provisional else title


def _own_programmes(session: Session, officer: Officer) -> list[Programme]:
    reach = frozenset().union(*(officer.unit_ids_for(duty) for duty in OFFICES))
    some = programmes.programmes(session)
    return [one for one in some if reach & subtree_ids(session, one.unit_id, officer.day)]


# --- being heard -----------------------------------------------------------------------------------------------------


def windows(session: Session, officer: Officer, now: datetime) -> Dates:
    """Until when the own units may object to their provisional scores."""
    mine = officer.unit_ids_for(Duty.OBJECT)
    if not mine:
        return
    for period in session.scalars(select(Period).where(Period.state == PeriodState.OBJECTIONS.value)):
        ends = {unit: end for unit, end in queries.objection_windows(session, period).items() if unit in mine and end}
        units = unit_views(session, ends, officer.day)
        for unit_id, end in ends.items():
            title = say("{unit} may object to its score for {period} until now", unit=units[unit_id].name,
                        period=period.title)  # fmt: skip
            yield Coming("period", period.id, f"object-{unit_id}", title, end, period.programme.zone)


def objections(session: Session, officer: Officer, now: datetime) -> Dates:
    """Objections that this officer has to decide."""
    if not officer.holds(Duty.REVIEW):
        return
    query = select(Objection).where(
        Objection.state == ObjectionState.ASSIGNED.value, Objection.reviewer_id == officer.person_id
    )
    for one in session.scalars(query):
        title = say("Decide objection {number}", number=one.number)
        yield Coming("objection", one.id, "decide", title, one.decide_by, reading_zone().key)


def extensions(session: Session, officer: Officer, now: datetime) -> Dates:
    """Requests for more time that this officer can decide on."""
    for one in session.scalars(select(Extension).where(Extension.state == ExtensionState.ASKED.value)):
        if officer.holds(one.grant_duty, one.unit_id) and one.asked_by != officer.key:
            yield Coming("extension", one.id, "decide", say("Decide on a request for more time"), one.decide_by,
                         reading_zone().key)  # fmt: skip


def papers(session: Session, officer: Officer, now: datetime) -> Dates:
    """Papers to be signed for before they count as received; one of a case says no more than that it is there."""
    mine = officer.unit_ids_for(Duty.RECEIVE_PAPERS)
    if not mine:
        return
    states = [state.value for state in ON_ITS_WAY]
    for one in session.scalars(select(Paper).where(Paper.state.in_(states), Paper.deemed_at.is_not(None))):
        if one.unit_id in mine:
            title: InLanguages = say("a paper") if one.kind in OF_CASES else one.title
            yield Coming("paper", one.id, "deemed", say("Deemed received: {title}", title=title), one.deemed_at,
                         reading_zone().key)  # fmt: skip


# --- tasks, visits, publicity ----------------------------------------------------------------------------------------


def tasks(session: Session, officer: Officer, now: datetime) -> Dates:
    """Tasks that the own unit has to fix."""
    mine = officer.unit_ids_for(Duty.ANSWER_NOTICES)
    if not mine:
        return
    some = [
        one
        for one in session.scalars(select(Task).where(Task.state.in_([state.value for state in WITH_THE_UNIT])))
        if one.unit_id in mine
    ]
    alike = Counter((one.unit_id, one.due_at) for one in some)
    told: set[object] = set()
    units = unit_views(session, {one.unit_id for one in some}, officer.day)
    for one in some:
        key, zone = (one.unit_id, one.due_at), reading_zone().key
        if alike[key] <= MANY:
            title = say("Task {number}: {title}", number=one.number, title=one.title)
            yield Coming("task", one.id, "due", title, one.due_at, zone)
        elif key not in told:
            told.add(key)
            title = say("{count} tasks of {unit}", count=alike[key], unit=units[one.unit_id].name)
            yield Coming("unit", one.unit_id, f"tasks-{one.due_at:%Y%m%d}", title, one.due_at, zone)


def visits(session: Session, officer: Officer, now: datetime) -> Dates:
    """Visits of one's own teams, within their campaign's days; a unit learns of none before it is there."""
    query = (
        select(Visit, Campaign)
        .join(Campaign, Campaign.id == Visit.campaign_id)
        .join(VisitInspector, VisitInspector.visit_id == Visit.id)
        .where(VisitInspector.person_id == officer.person_id, VisitInspector.replaced_at.is_(None))
        .where(Visit.state.in_([VisitState.ASSIGNED.value, VisitState.UNDER_WAY.value]))
    )
    some = session.execute(query).all()
    units = unit_views(session, {one.unit_id for one, _ in some}, officer.day)
    for one, campaign in some:
        title = say("Visit {number}, {unit}", number=one.number, unit=units[one.unit_id].name)
        first, last = one.visited_on or campaign.first_day, one.visited_on or campaign.last_day
        yield Coming("visit", one.id, "visit", title, first=first, last=last)


def publicity(session: Session, officer: Officer, now: datetime) -> Dates:
    """Lists that are public now: everybody who signs in sees them."""
    for one in session.scalars(select(Round).where(Round.state == RoundState.PUBLICITY.value)):
        if one.publicity_from is not None and one.publicity_until is not None:
            zone = reading_zone()
            yield Coming(
                "reward_round", one.id, "public", say("Public: list {number}", number=one.number),
                first=_day(one.publicity_from, zone), last=_day(one.publicity_until, zone),
            )  # fmt: skip


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


KINDS: tuple[Callable[[Session, Officer, datetime], Dates], ...] = (
    reports, ballots, periods, windows, objections, extensions, papers, tasks, visits, publicity,
)  # fmt: skip
