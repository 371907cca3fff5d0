"""Reads of panels: what is voted on, who is barred where, who has voted, and what was counted; never a ballot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Actor
from assessment.foundation.db import kind_of
from assessment.foundation.exact import parse_decimal
from assessment.foundation.i18n import Bilingual, Sentence, say
from assessment.organisations.duties import Duty
from assessment.organisations.models import AccountState, Holding, Person, Post, valid_on
from assessment.organisations.officers import Officer, key_of, officer_on, person_id_of
from assessment.organisations.queries import UnitView, administrators, unit_views
from assessment.organisations.recusal import barred
from assessment.panels.models import Panel, PanelState, Seat, SeatState, Tallied
from assessment.panels.rules import Outcome, asked, mean
from assessment.programmes.models import Period, PeriodState
from assessment.programmes.queries import scheme
from assessment.programmes.rules.counted import Panel as Item
from assessment.submissions.models import Submission, SubmissionState

SOURCE = "panel"
READERS = (Duty.PLAN_CYCLES, Duty.SET_VALUES, Duty.VERIFY, Duty.APPROVE, Duty.REVIEW, Duty.AUDIT)
REPORTING = (PeriodState.OPEN.value, PeriodState.VERIFYING.value)
LIVING = (PanelState.CONVENED.value, PanelState.OPEN.value, PanelState.CLOSED.value)


# --- what is voted on ------------------------------------------------------------------------------------------------


def items_of(session: Session, period: Period) -> tuple[Item, ...]:
    """The indicators on which a period's panel votes."""
    return asked(scheme(session, period.scheme_version_id))


def names_of(session: Session, period: Period) -> dict[str, Bilingual]:
    """What the scheme calls its votes."""
    values = scheme(session, period.scheme_version_id).values
    return {code: Bilingual(value.zh or value.en or code, value.en or code) for code, value in values.items()}


def reports_of(session: Session, period_id: int) -> list[Submission]:
    """What the panel is asked for a period, a report a unit, in the order in which they were asked for."""
    query = select(Submission).where(Submission.period_id == period_id, Submission.source == SOURCE)
    return list(session.scalars(query.order_by(Submission.id)))


def units_of(session: Session, panel: Panel, reports: Iterable[Submission]) -> dict[int, UnitView]:
    """unit id -> its name in the period that is assessed."""
    return unit_views(session, {one.unit_id for one in reports}, panel.period.last_day)


def periods_to_vote_on(session: Session) -> list[Period]:
    """Periods that are reported on, of which a panel's values are asked and no panel sits."""
    asked_for = select(Submission.period_id).where(
        Submission.source == SOURCE, Submission.by_ballot.is_(False), Submission.state == SubmissionState.DUE.value
    )
    query = select(Period).where(Period.id.in_(asked_for), Period.state.in_(REPORTING))
    return [one for one in session.scalars(query.order_by(Period.last_day, Period.id)) if items_of(session, one)]


# --- who may vote on what --------------------------------------------------------------------------------------------


def bars(session: Session, person_id: int, reports: Collection[Submission], day: date) -> dict[int, Sentence]:
    """report id -> what bars a person from voting on its unit: a post there, or a hand in these very values."""
    officer = officer_on(session, person_id, day)
    matter = [(kind_of(one), one.id) for one in reports]
    if not barred(session, officer, matter, {one.unit_id for one in reports}, day):
        return {}  # as nearly always: then each need not be asked for
    found = {one.id: barred(session, officer, [(kind_of(one), one.id)], [one.unit_id], day) for one in reports}
    return {report_id: against for report_id, against in found.items() if against}


def people_to_seat(session: Session, day: date, unit_ids: Collection[int]) -> list[Officer]:
    """Whoever holds a post at these units and may sit on a panel; administrators of accounts sit on none."""
    query = (
        select(Person.id)
        .join(Holding, Holding.person_id == Person.id)
        .join(Post, Post.id == Holding.post_id)
        .where(Person.state.in_([AccountState.INVITED.value, AccountState.ACTIVE.value]))
        .where(Post.unit_id.in_(unit_ids), valid_on(Holding, day), valid_on(Post, day))
    )
    apart = set(administrators(session, day))
    found = [officer_on(session, one, day) for one in sorted(set(session.scalars(query))) if one not in apart]
    return sorted(found, key=lambda one: one.name)


def unfinished(
    seat: Seat, reports: Iterable[Submission], items: Iterable[Item], against: Mapping[int, Sentence]
) -> int:
    """How many units this ballot must still be marked for."""
    codes = {item.code for item in items}
    marks = seat.marks or {}
    return sum(one.id not in against and not codes <= set(marks.get(str(one.id), {})) for one in reports)


def seat_of(session: Session, panel: Panel, viewer: Actor) -> Seat | None:
    person_id = person_id_of(viewer.key)
    return next((seat for seat in panel.seats if seat.person_id == person_id), None)


def open_seats(session: Session, person_id: int | None = None) -> list[Seat]:
    """Ballots that have not been handed in and still can be, the soonest first; of one person, or of all."""
    query = (
        select(Seat)
        .join(Panel)
        .where(Seat.state == SeatState.ASKED.value, Panel.state == PanelState.OPEN.value)
        .order_by(Panel.closes_at, Seat.id)
    )
    return list(session.scalars(query if person_id is None else query.where(Seat.person_id == person_id)))


# --- panels ----------------------------------------------------------------------------------------------------------


def panels(session: Session) -> list[Panel]:
    return list(session.scalars(select(Panel).order_by(Panel.id.desc())))


def sitting(session: Session, period_id: int) -> Panel | None:
    """The panel that votes on a period's values now."""
    return session.scalar(select(Panel).where(Panel.period_id == period_id, Panel.state.in_(LIVING)))


def overdue(session: Session, now: datetime) -> list[Panel]:
    """Panels whose time to vote is over and that still stand open."""
    query = select(Panel).where(Panel.state == PanelState.OPEN.value, Panel.closes_at < now)
    return list(session.scalars(query.order_by(Panel.id)))


def waiting_for_the_office(session: Session) -> list[Panel]:
    """Panels that have voted and are not counted."""
    return list(session.scalars(select(Panel).where(Panel.state == PanelState.CLOSED.value).order_by(Panel.id)))


@dataclass(frozen=True)
class Counted:
    """What the count gave for one indicator of one unit, as a page shows it."""

    row: Tallied
    item: Item
    marks: tuple[Decimal, ...]

    @property
    def mean(self) -> Fraction | None:
        """Without those left out at each end: what the rule takes."""
        return mean([Fraction(mark) for mark in self.marks], self.row.left_out)

    @property
    def against(self) -> Sentence | None:
        """Why there is no result."""
        if self.row.outcome == Outcome.GIVEN:
            return None
        return say(
            "{count} ballots gave a mark, {least} are needed: there is no result, and the marks are not told.",
            count=max(0, self.row.ballots - self.row.abstained), least=self.row.least,
        )  # fmt: skip


def counted(session: Session, panel: Panel) -> dict[int, list[Counted]]:
    """report id -> what was counted, indicator by indicator."""
    items = {item.code: item for item in items_of(session, panel.period)}
    found: dict[int, list[Counted]] = {}
    for row in panel.tallies:
        if row.item_code in items:
            marks = tuple(parse_decimal(text) for text in row.marks.split())
            found.setdefault(row.submission_id, []).append(Counted(row, items[row.item_code], marks))
    return found


def counted_for(session: Session, submission_id: int) -> tuple[Panel, list[Counted]] | None:
    """The count behind a report of the panel."""
    panel = session.scalar(select(Panel).join(Tallied).where(Tallied.submission_id == submission_id).limit(1))
    return (panel, counted(session, panel).get(submission_id, [])) if panel is not None else None


def marks_behind(session: Session, report: Submission) -> dict[str, tuple[Decimal, ...]]:
    """value code -> the marks of the panel that it was counted from; nothing for what no panel voted on."""
    found = counted_for(session, report.id) if report.source == SOURCE else None
    return {part: one.marks for one in (found[1] if found else ()) for part in one.item.parts}


# --- who may look ----------------------------------------------------------------------------------------------------


def may_see(session: Session, panel: Panel, viewer: Actor) -> bool:
    """Those who plan, verify, validate, approve, review and audit; and who sits on it."""
    return any(viewer.holds(duty, panel.unit_id) for duty in READERS) or seat_of(session, panel, viewer) is not None


def may_see_seat(session: Session, seat: Seat, viewer: Actor) -> bool:
    """A ballot is its member's, and nobody else's."""
    return viewer.key == key_of(seat.person_id)
