"""Periods and the diary: where a period stands, what keeps it, and what the clock will do when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import DateTimeLocalField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from assessment.adjustments import queries as adjustments
from assessment.bulletins import queries as bulletins
from assessment.cycles import queries
from assessment.cycles import services as cycles
from assessment.cycles.models import DiaryEntry
from assessment.cycles.process import AFTER_APPROVAL, PERIOD
from assessment.cycles.steps import STEPS
from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    Listing,
    Waiting,
    _,
    access,
    act_word,
    acts,
    address,
    address_of,
    buttons,
    choice,
    current_act,
    current_session,
    listing,
    now,
    options,
    paged,
    scope,
    search,
    shape,
    signed_in,
    timeline,
    viewer,
    waiting,
)
from assessment.faces.web.pages.scoring import may_see_period
from assessment.foundation.errors import NotPermitted, Refusal
from assessment.foundation.i18n import N_, Bilingual, Label, Sentence, Word, local_day, reading_zone, say
from assessment.objections import queries as objections
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.programmes.models import Period, PeriodState
from assessment.scoring import queries as scoring
from assessment.scoring.corrections import parts_changed
from assessment.scoring.models import Edition
from assessment.submissions import queries as submissions
from assessment.submissions.process import SUBMISSION

pages = Blueprint("cycles", __name__)
address("period", "cycles.period", "record_id", N_("Period"))
address("diary_entry", "cycles.entry", "entry_id", N_("Diary entry"))
scope(Period, lambda session, period, who: True)  # when what is due is everybody's to know
scope(DiaryEntry, lambda session, entry, who: True)
act_word("plan_diary", N_("Diary planned"))
act_word("move_entry", N_("Diary entry moved"))
shape("period", "cancelled", "stop")
for _state in ("open", "verifying", "provisional", "objections", "publicity", "consequences"):
    shape("period", _state, "going")
for _state in ("approved", "published", "closed"):
    shape("period", _state, "done")

WAY = (
    PeriodState.PLANNED,
    PeriodState.OPEN,
    PeriodState.VERIFYING,
    PeriodState.PROVISIONAL,
    PeriodState.OBJECTIONS,
    PeriodState.APPROVED,
    PeriodState.PUBLISHED,
    PeriodState.CONSEQUENCES,
    PeriodState.CLOSED,
)
COMPOSITE_SKIPS = (PeriodState.OPEN, PeriodState.VERIFYING)


# --- a period ------------------------------------------------------------------------------------------------------


@pages.get("/periods/<int:record_id>")
@signed_in
def period(record_id: int) -> str:
    session = current_session()
    found = access(Period, record_id)
    edition = scoring.edition_in_force(session, found.id)
    works = may_see_period(found, viewer())
    counts = submissions.counts(session, found.id) if works else {}
    return render_template(
        "cycles/period.html",
        period=found,
        heading=heading_of(session, found),
        steps=list(strip(found)),
        offers=buttons(found),
        edition=edition if works else None,
        editions=_editions(session, found) if works else [],
        counts=[(state_word(state), number) for state, number in sorted(counts.items())],
        total=sum(counts.values()),
        windows=_windows(session, found) if works else None,
        names=_names,
        open_objections=objections.open_in(session, found.id) if works else [],
        undecided=adjustments.undecided(session, found.id) if works else [],
        bulletins=[one for one in bulletins.of_period(session, found.id) if bulletins.may_see(session, one, viewer())],
        entries=_entries_of(session, found),
        changed=[part.title for part in changed_parts(session, found, edition)] if works else [],
        may_draft=edition is not None
        and edition.state == "approved"
        and viewer().holds(Duty.PREPARE, found.programme.unit_id)
        and bulletins.alive_for(session, edition.id) is None,
        happened=timeline(session, found),
        works=works,
        step_word=step_word,
        board=(url_for("submissions.index", period=found.id), Label(N_("The board")))
        if works and sees_board()
        else None,
    )


def sees_board() -> bool:
    return submissions.checks(viewer())


def state_word(state: str) -> Word:
    return SUBMISSION.word(state)


def heading_of(session: Session, found: Period) -> Sentence:
    """Where it stands and what it waits for."""
    state = PeriodState(found.state)
    if state in STANDS:
        return say(STANDS[state], period=found.title)
    if state is PeriodState.PLANNED:
        if found.is_composite:
            return say("{period} is composed when its parts are published.", period=found.title)
        return say("{period} opens on {day}.", period=found.title, day=_day(found.opens_at))
    if state is PeriodState.OPEN:
        return say("{period} is being reported until {until}.", period=found.title, until=found.report_by)
    if state is PeriodState.VERIFYING:
        missing = queries.unresolved_submissions(session, found.id)
        if missing:
            return say("{period}: {count} reports are not validated yet.", period=found.title, count=missing)
        return say("{period}: every report is validated; the scores can be computed.", period=found.title)
    if found.provisional_on is None:
        return say("{period} is scored; the scores are to be served.", period=found.title)
    day = _day(found.provisional_on)
    return say("{period} is scored; the clock serves the scores on {day}.", period=found.title, day=day)


STANDS = {
    PeriodState.OBJECTIONS: N_("{period}: the units are heard on their provisional scores."),
    PeriodState.APPROVED: N_("{period} is approved; its bulletin is to be published."),
    PeriodState.PUBLICITY: N_("{period} is approved; its bulletin is to be published."),
    PeriodState.PUBLISHED: N_("{period} is published."),
    PeriodState.CONSEQUENCES: N_("{period} is published; its consequences are under way."),
    PeriodState.CLOSED: N_("{period} is closed."),
    PeriodState.CANCELLED: N_("{period} is cancelled."),
}


def _day(moment: datetime) -> Any:
    return local_day(moment)


def strip(found: Period) -> Iterator[tuple[Any, Any, str]]:
    """The process as steps: what is done, where it stands, what comes, each with its planned moment."""
    moments = {
        PeriodState.OPEN: found.opens_at,
        PeriodState.VERIFYING: found.late_until,
        PeriodState.OBJECTIONS: found.provisional_on,
    }
    state = PeriodState.APPROVED if found.state == PeriodState.PUBLICITY else PeriodState(found.state)
    way = [one for one in WAY if not (found.is_composite and one in COMPOSITE_SKIPS)]
    at = way.index(state) if state in way else -1
    for number, one in enumerate(way):
        moment = moments.get(one) if not found.is_composite else None
        place = "now" if number == at else "did" if number < at else ""
        yield PERIOD.word(found.state if number == at else one.value), _day(moment) if moment else "", place


def _editions(session: Session, found: Period) -> list[Edition]:
    return list(session.scalars(select(Edition).where(Edition.period_id == found.id).order_by(Edition.number)))


def _windows(session: Session, found: Period) -> Listing:
    count = queries.windows_served(session, found.id)

    def read(_sort: str, limit: int | None, offset: int) -> list[queries.Window]:
        return queries.some_windows(session, found, limit, offset) if count else []

    return paged("windows", read, (count, count), [])


def _names(windows: list[queries.Window], edition: Edition | None) -> dict[int, Bilingual]:
    """What the units of these windows are called in the results in force, or today."""
    session, units = current_session(), [one.unit_id for one in windows]
    today = {unit_id: unit.name for unit_id, unit in unit_views(session, units, local_day(now())).items()}
    return {**today, **(scoring.names_in(session, edition.id, units) if edition else {})}


def changed_parts(session: Session, found: Period, edition: Edition | None) -> list[Period]:
    """Parts whose edition in force is no longer the one that the composite was made of."""
    return parts_changed(session, found, edition) if edition is not None and found.is_composite else []


def _entries_of(session: Session, found: Period) -> list[DiaryEntry]:
    return list(
        session.scalars(
            select(DiaryEntry)
            .where(DiaryEntry.subject_kind == "period", DiaryEntry.subject_id == str(found.id))
            .order_by(DiaryEntry.due_at)
        )
    )


class WaiveForm(Form):
    """Which of the rewards that are due is not given this time, and why."""

    rule_code = SelectField(N_("Reward"), choices=[])
    reason = TextAreaField(N_("Reason"), [DataRequired(N_("Say why.")), Length(max=4000)])

    def fill(self, session: Session, found: Period) -> None:
        edition = scoring.edition_in_force(session, found.id)
        due = queries.unsettled_rewards(session, found, edition.id) if edition else []
        self.rule_code.choices = options(
            (one.code, Bilingual(one.zh or one.code, one.en or one.code)) for one in due
        )


acts(
    pages,
    Period,
    PERIOD,
    {
        "compute": Action(
            cycles.compute,
            explain=lambda session, found: say(
                "Everybody is scored and ranked from what is validated now, as a new edition; the one before is kept."
            ),
        ),
        "serve": Action(
            cycles.serve,
            explain=lambda session, found: say(
                "Every unit receives its provisional score, and its time to object begins with the receipt. The clock "
                "does this by itself when it is due."
            ),
        ),
        "approve": Action(cycles.approve, template="cycles/approve.html"),
        "correct": Action(
            cycles.correct,
            explain=lambda session, found: say(
                "A corrected edition is computed from what has been decided since; what was counted stays as it was. "
                "Units whose score it changes are served and may object to the change. The approved results stand "
                "until a leader approves the corrected ones."
            ),
        ),
        "approve_correction": Action(
            cycles.approve_correction,
            explain=lambda session, found: say(
                "The corrected results take the place of the approved ones; a corrigendum names what changed."
            ),
        ),
        "announce": Action(cycles.announce),
        "begin_consequences": Action(cycles.begin_consequences),
        "waive": Action(cycles.waive, WaiveForm, fill=WaiveForm.fill),
        "close": Action(cycles.close),
        "cancel": Action(cycles.cancel),
    },
    path="/periods/<int:record_id>",
)


# --- the diary -----------------------------------------------------------------------------------------------------

AHEAD, BEHIND = timedelta(days=400), timedelta(days=31)


@pages.get("/diary")
@signed_in
def index() -> Response | str:
    """What the clock will do, and what it has just done."""
    session, at = current_session(), now()
    entries = queries.diary(session, at - BEHIND, at + AHEAD)
    overdue = queries.overdue_entries(session, at)
    known = {one.id for one in entries}
    periods = {str(one.id): one for one in session.scalars(select(Period))}
    found = listing(
        "diary",
        [one for one in overdue if one.id not in known] + entries,
        columns=[
            Column("due", N_("When"), lambda one: one.due_at),
            Column("step", N_("What"), lambda one: step_word(one.step), is_head=True,
                   link=lambda one: url_for("cycles.entry", entry_id=one.id)),
            Column("subject", N_("For"), lambda one: subject_of(one, periods),
                   link=lambda one: address_of(one.subject_kind, one.subject_id)),
            Column("planned", N_("First planned"), lambda one: one.planned_at, is_minor=True),
            Column("state", N_("State"), lambda one: entry_state(one, at)),
        ],
        filters=[
            choice("step", N_("What"), lambda one: one.step, [(name, step.label) for name, step in STEPS.items()]),
            choice("state", N_("State"), lambda one: entry_state(one, at).message, [(word, word) for word in STATES]),
            search(lambda one: subject_of(one, periods), label=N_("For")),
        ],
        caption=say("What the clock does, and when"),
    )  # fmt: skip
    waiting_now = [one for one in entries if one.done_at is None and one.cancelled_at is None]
    return found.answer(
        "cycles/index.html",
        next_one=next((one for one in waiting_now if one.due_at > at), None),
        overdue=overdue,
        periods=periods,
        step_word=step_word,
        subject_of=subject_of,
        last_tick=queries.last_tick(session),
    )


WAITS, DONE, CANCELLED, FAILED, ESTIMATE = STATES = (
    N_("Waits"), N_("Done by the clock"), N_("Called off"), N_("Could not be done"), N_("Estimate")
)  # fmt: skip


def step_word(step: str) -> Label:
    return Label(STEPS[step].label if step in STEPS else step.replace("_", " "))


def subject_of(one: DiaryEntry, periods: dict[str, Period]) -> Any:
    if one.subject_kind == "period" and one.subject_id in periods:
        found = periods[one.subject_id]
        return Bilingual(
            f"{found.title.zh} · {found.programme.title.zh}", f"{found.title.en} · {found.programme.title.en}"
        )
    return f"{one.subject_kind} {one.subject_id}"


def entry_state(one: DiaryEntry, at: datetime) -> Label:
    if one.done_at is not None:
        return Label(DONE)
    if one.cancelled_at is not None:
        return Label(CANCELLED)
    if one.failure:
        return Label(FAILED)
    return Label(ESTIMATE if one.is_provisional else WAITS)


@pages.get("/diary/<int:entry_id>")
@signed_in
def entry(entry_id: int) -> str:
    return _entry(access(DiaryEntry, entry_id), MoveForm())


class MoveForm(Form):
    due_at = DateTimeLocalField(N_("New time"), [DataRequired(N_("Say to when."))], format="%Y-%m-%dT%H:%M")
    reason = TextAreaField(N_("Reason"), [DataRequired(N_("Say why.")), Length(max=4000)])


def may_move(one: DiaryEntry) -> bool:
    return one.done_at is None and one.cancelled_at is None and viewer().holds(Duty.PLAN_CYCLES, one.unit_id)


def _entry(one: DiaryEntry, form: MoveForm, refusal: Refusal | None = None) -> str:
    session = current_session()
    periods = {str(period.id): period for period in session.scalars(select(Period))}
    if request.method == "GET":
        form.due_at.data = one.due_at.astimezone(reading_zone()).replace(tzinfo=None)
    return render_template(
        "cycles/entry.html",
        entry=one,
        form=form,
        refusal=refusal,
        word=step_word(one.step),
        subject=subject_of(one, periods),
        where=address_of(one.subject_kind, one.subject_id),
        state=entry_state(one, now()),
        may_move=may_move(one),
        happened=timeline(session, one),
    )


@pages.post("/diary/<int:entry_id>/move")
@signed_in
def move_entry(entry_id: int) -> Any:
    """Move a planned step, with the reason."""
    one, form = access(DiaryEntry, entry_id), MoveForm()
    if not viewer().holds(Duty.PLAN_CYCLES, one.unit_id):
        raise NotPermitted(say("The diary is moved by the assessment office."))
    if not form.validate():
        return _entry(one, form), 422
    try:
        moment = form.due_at.data.replace(tzinfo=reading_zone())
        cycles.move_entry(current_session(), one, current_act(), due_at=moment)
    except Refusal as refusal:
        form.take_over(refusal)
        return _entry(one, form, refusal), refusal.status
    flash(_("The step is moved to {moment}.", moment=moment))
    return redirect(url_for("cycles.entry", entry_id=one.id), 303)


# --- what waits for whom -------------------------------------------------------------------------------------------

BY_PEOPLE = (PeriodState.VERIFYING.value, PeriodState.OBJECTIONS.value)
ASKED = {"compute": PeriodState.VERIFYING, "approve": PeriodState.OBJECTIONS}
CORRECTING = ("correct", "approve_correction")


@waiting
def periods_to_decide(session: Session, officer: Any, at: datetime) -> Iterator[Waiting]:
    """Scores to compute, results to approve: only what can be done now."""
    if not (officer.holds(Duty.COMPUTE) or officer.holds(Duty.APPROVE)):
        return
    composed = [
        one
        for one in session.scalars(
            select(Period).where(Period.state == PeriodState.PLANNED.value, Period.last_day < local_day(at))
        )
        if one.is_composite
    ]
    by_people = (*BY_PEOPLE, *(state.value for state in AFTER_APPROVAL))
    stand = list(session.scalars(select(Period).where(Period.state.in_(by_people)).order_by(Period.last_day)))
    for one in [*stand, *composed]:
        for offer in PERIOD.available(session, one, current_act()):
            if offer.is_open and offer.action in CORRECTING:
                yield Waiting(
                    one.title,
                    say("What the approved results rest on has changed."),
                    None,
                    url_for("cycles.period", record_id=one.id),
                    Label(offer.label),
                )
            state = PeriodState.PLANNED if one.is_composite and offer.action == "compute" else ASKED.get(offer.action)
            if offer.is_open and state == one.state:
                yield Waiting(
                    one.title,
                    heading_of(session, one),
                    None,
                    url_for("cycles.period", record_id=one.id),
                    Label(offer.label),
                )
