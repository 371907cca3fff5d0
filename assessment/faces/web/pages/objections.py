"""Objections: lodged by a unit, admitted and assigned by an office, decided point by point by who had no part in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.validators import Optional as MayBeEmpty

from assessment.accountability.models import Case
from assessment.adjustments import queries as adjustments
from assessment.adjustments.models import Adjustment, AdjustmentKind
from assessment.adjustments.services import is_better
from assessment.cycles import decisions, remedies
from assessment.cycles import queries as cycles
from assessment.cycles import services as joint
from assessment.faces.web.kit import (
    Action,
    Button,
    Column,
    Form,
    Waiting,
    _,
    access,
    acts,
    address,
    address_of,
    buttons,
    choice,
    current_act,
    current_session,
    kind_word,
    language,
    listing,
    ngettext,
    now,
    options,
    scope,
    search,
    shape,
    signed_in,
    stripped,
    timeline,
    viewer,
    waiting,
)
from assessment.faces.web.kit.scopes import may_see_kind
from assessment.faces.web.refusals import note_later
from assessment.foundation.db import kind_of
from assessment.foundation.errors import NotPermitted, Refusal
from assessment.foundation.exact import parse_decimal, rounded
from assessment.foundation.i18n import N_, NOTHING, Bilingual, Label, Sentence, local_day, say
from assessment.inspections.models import Finding, Visit
from assessment.inspections.queries import findings_of
from assessment.inspections.services import is_milder
from assessment.objections import queries, services, statistics
from assessment.objections.models import Objection, ObjectionPoint, ObjectionState, Outcome
from assessment.objections.process import (
    ADMITTING,
    APPLYING,
    OBJECTION,
    OF_CASES,
    OF_INSPECTIONS,
    keeper_of,
)
from assessment.objections.services import NewPoint
from assessment.organisations.duties import Duty
from assessment.organisations.models import Person
from assessment.organisations.queries import UnitView, unit_views
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, PeriodState
from assessment.rewards.models import Award
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition, Scorecard
from assessment.submissions import queries as submissions
from assessment.submissions.models import Submission

pages = Blueprint("objections", __name__, url_prefix="/objections")
address("objection", "objections.show", "objection_id", N_("Objection"))
scope(Objection, remedies.may_see)
scope(Scorecard, scoring.may_see)
shape("objection", "assigned", "going")
shape("objection", "decided", "soon")  # decided, and still to be applied

OUTCOMES = {
    Outcome.UPHELD: (N_("Upheld"), "done"),
    Outcome.IN_PART: (N_("Upheld in part"), "done"),
    Outcome.DISMISSED: (N_("Dismissed"), ""),
}
STEPS = {
    "admit": N_("To admit"),
    "assign": N_("To assign"),
    "decide": N_("To decide"),
    "apply": N_("To apply"),
    "close": N_("To close"),
}
OF_SCORES = {"scorecard": N_("Score for {period}"), "edition": N_("Published score for {period}")}
OTHER_KINDS = {"scorecard": N_("Score"), "period": N_("Period"), "submission_value": N_("Value")}
MOST_POINTS = 5


def today() -> date:
    return local_day(now())


# --- what waits for whom ---------------------------------------------------------------------------------------------


def step_for(officer: Any, one: Objection) -> str:
    """What this officer is asked to do with an objection now, or ""."""
    admits = officer.holds(admitting_duty(one), one.unit_id)
    applies = officer.holds(keeper_of(one), one.unit_id)
    if one.state == ObjectionState.ASSIGNED:
        return "decide" if one.reviewer_id == officer.person_id and officer.holds(Duty.REVIEW, one.unit_id) else ""
    if one.state == ObjectionState.DECIDED:
        return "apply" if applies else ""
    steps = {ObjectionState.LODGED: "admit", ObjectionState.ADMITTED: "assign", ObjectionState.APPLIED: "close"}
    return steps.get(ObjectionState(one.state), "") if admits else ""


def admitting_duty(one: Objection) -> Duty:
    if one.origin_kind in OF_CASES:
        return Duty.REVIEW
    return Duty.ADMIT_INSPECTION_OBJECTIONS if one.origin_kind in OF_INSPECTIONS else Duty.ADMIT_OBJECTIONS


ASKS: dict[str, tuple[str, str]] = {
    "admit": (N_("Admit or refuse objection {number} of {unit}"), N_("Read it")),
    "assign": (N_("Assign objection {number} of {unit} to a reviewer"), N_("Assign")),
    "decide": (N_("Decide objection {number} of {unit}"), N_("Answer its points")),
    "apply": (N_("Apply the decision on objection {number} of {unit}"), N_("Apply")),
    "close": (N_("Close objection {number} of {unit}"), N_("Close")),
}
MANY = {
    "admit": N_("{count} objections to admit or refuse"),
    "assign": N_("{count} objections to assign to reviewers"),
    "decide": N_("{count} objections to decide"),
    "apply": N_("{count} decisions on objections to apply"),
    "close": N_("{count} objections to close"),
}
SOME = 3
"""So many are listed one by one; more become one line that leads to the list."""
WORKING = tuple(ObjectionState(state) for state in (*queries.UNDECIDED, ObjectionState.APPLIED.value))
HANDLERS = (*ADMITTING, *APPLYING)


@waiting
def to_handle(session: Session, officer: Any, at: datetime) -> list[Waiting]:
    """Objections that wait for this person, by step."""
    if not any(officer.holds(duty) for duty in HANDLERS):
        return []
    by_step: dict[str, list[Objection]] = defaultdict(list)
    for one in queries.in_states(session, *WORKING):
        step = step_for(officer, one)
        if step:
            by_step[step].append(one)
    units = unit_views(session, {one.unit_id for some in by_step.values() for one in some}, today())
    return [asked for step, some in by_step.items() for asked in _asked(step, some, units)]


def _asked(step: str, some: list[Objection], units: dict[int, UnitView]) -> list[Waiting]:
    title, button = ASKS[step]
    is_dated = step in ("admit", "assign", "decide")
    if len(some) > SOME:
        due = some[0].decide_by if is_dated else None
        told = say("The first is to be decided by {moment}.", moment=due) if due else NOTHING
        where = url_for("objections.index", waits=step)
        return [Waiting(say(MANY[step], count=len(some)), told, due, where, Label(N_("Open the list")))]
    return [
        Waiting(
            say(title, number=one.number, unit=units[one.unit_id].name),
            say("To be decided by {moment}. Results stay provisional until then.", moment=one.decide_by)
            if is_dated
            else NOTHING,
            one.decide_by if is_dated else None,
            url_for("objections.show", objection_id=one.id),
            Label(button),
        )
        for one in some
    ]


# --- lists -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """An objection as the list shows it."""

    objection: Objection
    unit: UnitView
    about: Any
    waits: str


@pages.get("")
@signed_in
def index() -> Response | str:
    """My unit's, to admit, assigned to me: what one may see, narrowed by the address."""
    session, officer = current_session(), viewer()
    seen = frozenset().union(*(officer.unit_ids_for(duty) for duty in (*queries.READERS, *APPLYING)))
    some = [
        one for one in queries.of_units(session) if one.unit_id in seen and remedies.may_see(session, one, officer)
    ]
    units = unit_views(session, {one.unit_id for one in some}, today())
    disputed = {one.period_id for one in some if one.period_id is not None}
    _held = session.scalars(select(Period).where(Period.id.in_(disputed))).all()  # so that `about` finds them
    lines = [Line(one, units[one.unit_id], about(session, one), step_for(officer, one)) for one in some]
    undecided = [one for one in some if one.state in queries.UNDECIDED]
    late = sum(one.state in queries.UNDECIDED[:3] and one.decide_by < now() for one in some)
    steps = [(step, word) for step, word in STEPS.items() if any(line.waits == step for line in lines)]
    filters = [
        choice("state", N_("State"), lambda line: line.objection.state, list(OBJECTION.words.items())),
        search(lambda line: line.objection.number, lambda line: line.unit.name, lambda line: line.objection.ground),
    ]  # fmt: skip
    if steps:
        filters.insert(0, choice("waits", N_("Waits for me"), lambda line: line.waits, steps))
    found = listing("objections", lines, columns(), filters)
    mine = bool(officer.unit_ids_for(Duty.OBJECT)) and not any(officer.holds(duty) for duty in HANDLERS)
    return found.answer(
        "objections/index.html",
        heading=heading(len(undecided), late),
        waits=[(word, step, sum(line.waits == step for line in lines)) for step, word in steps],
        rights=rights(session, officer) if mine else [],
        is_unit=mine,
    )


def heading(undecided: int, late: int) -> str:
    if not undecided:
        return _("No objection is open.")
    first = ngettext("{n} objection is open.", "{n} objections are open.", undecided)
    second = ngettext("{n} is past its time.", "{n} are past their time.", late) if late else ""
    return ("" if language() == "zh" else " ").join(part for part in (first, second) if part)


def columns() -> list[Column]:
    return [
        Column("number", N_("Number"), lambda line: line.objection.number, is_head=True, link=page_of),
        Column("unit", N_("Unit"), lambda line: line.unit.name, key_for_sorting=lambda line: line.unit.code),
        Column("about", N_("Disputed"), lambda line: line.about, is_minor=True),
        Column("points", N_("Points"), lambda line: len(line.objection.points), is_number=True, is_minor=True),
        Column("lodged", N_("Lodged"), lambda line: line.objection.lodged_at, is_minor=True),
        Column("decide_by", N_("To be decided by"), decide_by, is_minor=True),
        Column("state", N_("State"), lambda line: OBJECTION.word(line.objection.state)),
    ]


def page_of(line: Line) -> str:
    return url_for("objections.show", objection_id=line.objection.id)


def decide_by(line: Line) -> datetime | None:
    return line.objection.decide_by if line.objection.state in queries.UNDECIDED[:3] else None


@pages.get("/outcomes")
@signed_in
def outcomes() -> Response | str:
    """What became of objections, for everybody: how many were upheld, and how long they took."""
    session = current_session()
    some = statistics.tallies(session)
    periods = {one.id: one for one in session.scalars(select(Period))}
    found = listing(
        "outcomes",
        some,
        [
            Column("period", N_("Period"), lambda one: periods[one.period_id].title if one.period_id else Label(NONE),
                   is_head=True),
            Column("kind", N_("Disputed"), lambda one: Label(kind_of_origin(one.origin_kind))),
            *(Column(name, word, partial(count_of, name), is_number=True, is_minor=is_minor)
              for name, word, is_minor in COUNTS),
            Column("days", N_("Days to the decision (median)"), lambda one: one.median_days, is_number=True),
        ],
        [search(lambda one: periods[one.period_id].title if one.period_id else "")],
    )  # fmt: skip
    names: dict[str, Bilingual] = {}
    for period_id in dict.fromkeys(one.period_id for one in some):
        names |= value_names(session, period_id)
    return found.answer(
        "objections/outcomes.html", whole=statistics.together(some), names=names,
        subjects=statistics.points_by_subject(session),
    )  # fmt: skip


NONE = N_("no period")
COUNTS = (
    ("lodged", N_("Objections"), False), ("upheld", N_("Upheld"), False), ("in_part", N_("Upheld in part"), False),
    ("dismissed", N_("Dismissed"), False), ("inadmissible", N_("Inadmissible"), True),
    ("withdrawn", N_("Taken back"), True), ("undecided", N_("Undecided"), True), ("late", N_("Decided late"), True),
)  # fmt: skip


def count_of(name: str, one: statistics.Tally) -> int:
    return int(getattr(one, name))


def kind_of_origin(kind: str) -> str:
    """What was disputed, in a word."""
    return {"scorecard": N_("Score"), "edition": N_("Published results")}.get(kind) or OTHER_KINDS.get(
        kind, kind_word(kind)
    )


@dataclass(frozen=True)
class Right:
    """A score that can be objected to now."""

    card: Scorecard
    period: Period
    until: datetime


def rights(session: Session, officer: Any) -> list[Right]:
    """The scores of an officer's own units whose window is open, the one that ends first first."""
    own = officer.unit_ids_for(Duty.OBJECT)
    found = []
    for period in _in_objections(session) if own else ():
        windows = cycles.objection_windows(session, period)
        edition = scoring.edition_in_force(session, period.id)
        for unit_id in sorted(own & windows.keys()):
            until = windows[unit_id]
            card = scoring.scorecard(session, edition.id, unit_id) if edition else None
            if until is not None and until >= now() and card is not None:
                found.append(Right(card, period, until))
    found += _corrected(session, own)
    return sorted(found, key=lambda one: (one.card.unit_id != officer.home_unit_id, one.until, one.card.unit_code))


def _in_objections(session: Session) -> list[Period]:
    query = select(Period).where(Period.state == PeriodState.OBJECTIONS.value)
    return list(session.scalars(query.order_by(Period.last_day)))


def _corrected(session: Session, own: frozenset[int]) -> Iterator[Right]:
    """Scores that a correction would change, and that were served for it."""
    for edition, period in scoring.corrections(session) if own else ():
        before = scoring.edition_in_force(session, period.id)
        for unit_id, until in cycles.objection_windows(session, period, before.number if before else 0).items():
            card = scoring.scorecard(session, edition.id, unit_id)
            if unit_id in own and card is not None and until is not None and until >= now():
                yield Right(card, period, until)


# --- one objection ---------------------------------------------------------------------------------------------------


def about(session: Session, one: Objection) -> Any:
    """What is disputed, in words."""
    if one.origin_kind in OF_SCORES and one.period_id is not None:
        return say(OF_SCORES[one.origin_kind], period=session.get_one(Period, one.period_id).title)
    return say(
        "{kind} {number}",
        kind=Label(OTHER_KINDS.get(one.origin_kind, kind_word(one.origin_kind))),
        number=one.origin_id,
    )


@dataclass(frozen=True)
class PointView:
    """A point with what it is about, what was counted, and its answer."""

    point: ObjectionPoint
    subject: Any
    now: Decimal | None
    outcome: tuple[str, str] | None
    to_answer: str


@pages.get("/<int:objection_id>")
@signed_in
def show(objection_id: int) -> str:
    session = current_session()
    one = access(Objection, objection_id)
    offers = buttons(one)
    answering = next((offer for offer in offers if offer.offer.action == "answer"), None)
    unit = unit_views(session, {one.unit_id}, today())[one.unit_id]
    reviewer = session.get(Person, one.reviewer_id) if one.reviewer_id else None
    return render_template(
        "objections/show.html",
        one=one,
        unit=unit,
        about=about(session, one),
        heading=verdict(one, unit),
        points=point_views(session, one, answering),
        offers=[offer for offer in offers if offer.offer.action != "answer"] if _all_answered(one) else offers,
        reviewer=reviewer,
        origin=address_of(one.origin_kind, one.origin_id) if may_see_kind(one.origin_kind, one.origin_id) else "",
        matter=matter_links(one),
        happened=timeline(session, one),
        open_until=one.decide_by if one.state in queries.UNDECIDED[:3] else None,
    )


def _all_answered(one: Objection) -> bool:
    return all(point.outcome for point in one.points)


def verdict(one: Objection, unit: UnitView) -> Sentence:
    """The heading is the answer: what became of it, or what is asked."""
    if one.state in (ObjectionState.DECIDED, ObjectionState.APPLIED, ObjectionState.CLOSED):
        outcomes = {point.outcome for point in one.points}
        if outcomes == {Outcome.DISMISSED.value}:
            return say("The objection of {unit} was dismissed.", unit=unit.name)
        if outcomes == {Outcome.UPHELD.value}:
            return say("The objection of {unit} was upheld.", unit=unit.name)
        return say("The objection of {unit} was upheld in part.", unit=unit.name)
    if one.state == ObjectionState.INADMISSIBLE:
        return say("The objection of {unit} was not admitted.", unit=unit.name)
    if one.state == ObjectionState.WITHDRAWN:
        return say("{unit} has withdrawn its objection.", unit=unit.name)
    if len(one.points) == 1:
        return say("{unit} disputes one point.", unit=unit.name)
    return say("{unit} disputes {count} points.", unit=unit.name, count=len(one.points))


def point_views(session: Session, one: Objection, answering: Button | None) -> list[PointView]:
    names = subject_names(session, one)
    reported = reported_values(session, one)
    where = answering.address if answering is not None and answering.is_open else ""
    return [
        PointView(
            point,
            names.get(point.subject, point.subject) if point.subject else Label(N_("The whole")),
            reported.get(point.subject),
            OUTCOMES[Outcome(point.outcome)] if point.outcome else None,
            f"{where}?point={point.number}" if where else "",
        )
        for point in one.points
    ]


def subject_names(session: Session, one: Objection) -> dict[str, Bilingual]:
    """Code -> name of everything that a score's points can be about."""
    return value_names(session, one.period_id)


def value_names(session: Session, period_id: int | None) -> dict[str, Bilingual]:
    """Code -> name of the values and items of a period's scheme."""
    if period_id is None:
        return {}
    rules = programmes.scheme(session, session.get_one(Period, period_id).scheme_version_id)
    named = {code: Bilingual(value.zh, value.en or code) for code, value in rules.values.items()}
    named |= {item.code: Bilingual(f"{item.code} {item.zh}", f"{item.code} {item.en}") for item in rules.items}
    return named


def reported_values(session: Session, one: Objection) -> dict[str, Decimal | None]:
    """The validated values that the unit itself reported for the period: what a decision can set."""
    if one.period_id is None or one.origin_kind not in OF_SCORES:
        return {}
    return own_values(session, one.period_id, one.unit_id)


def own_values(session: Session, period_id: int, unit_id: int) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = {}
    query = select(Submission).where(Submission.period_id == period_id, Submission.unit_id == unit_id)
    for report in session.scalars(query):
        found |= {code: value.number for code, value in submissions.validated(report).items()}
    return found


def matter_links(one: Objection) -> list[tuple[str, list[tuple[str, str]]]]:
    """Kind -> its records as (id, address), for whom they are there to be seen."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for part in sorted(one.matter, key=lambda part: (part.kind, part.record_id.zfill(12))):
        place = address_of(part.kind, part.record_id)
        found[part.kind].append((part.record_id, place if place and may_see_kind(part.kind, part.record_id) else ""))
    return [(OTHER_KINDS.get(kind, kind_word(kind)), some) for kind, some in found.items()]


# --- forms and acts --------------------------------------------------------------------------------------------------


def exact(text: str) -> Decimal | None:
    """A number as people type it: blanks and thousands' commas do not matter."""
    plain = (text or "").replace(",", "").replace("，", "").replace("−", "-").strip()
    return parse_decimal(plain) if plain else None


def readable(form: Any, field: Any) -> None:
    try:
        exact(field.data)
    except ValueError:
        raise ValidationError(N_("Write a number, such as 12 or 98.5.")) from None


class AssignForm(Form):
    reviewer_id = RadioField(N_("Reviewer"), [DataRequired(N_("Choose a reviewer."))], choices=[], validate_choice=True)


def offer_reviewers(form: Any, session: Session, one: Objection) -> None:
    """Only who is not barred is offered; the barred stand below, each with the sentence that bars."""
    some = queries.candidates(session, one, today())
    form.reviewer_id.choices = options(
        (each.person_id, say("{name}, {post}", name=each.name, post=each.post)) for each in some if not each.barred
    )
    form.barred = [each for each in some if each.barred]
    if request.method == "GET" and one.reviewer_id is not None:
        form.reviewer_id.data = str(one.reviewer_id)


class AnswerForm(Form):
    number = HiddenField()
    outcome = RadioField(
        N_("Decision on this point"),
        [DataRequired(N_("Choose a decision on this point."))],
        choices=options((outcome.value, word) for outcome, (word, _shape) in OUTCOMES.items()),
    )
    granted = StringField(
        N_("Value that counts from now on"),
        [MayBeEmpty(), readable],
        [stripped],
        description=N_("Only where the point is upheld and another number is proved."),
    )
    changes = TextAreaField(
        N_("What changes, in words"),
        [Length(max=4000)],
        [stripped],
        description=N_("Upheld in part, where no number says it: whoever applies the decision makes it so."),
    )
    answer = TextAreaField(
        N_("Reason"), [DataRequired(N_("Give the reason; the unit reads it.")), Length(max=8000)], [stripped]
    )
    disputed: Adjustment | Finding | None = None
    """What has points of its own, which a decision in part can change."""

    def validate_granted(self, field: Any) -> None:
        points = None if field.errors else exact(field.data)
        if self.disputed is not None and points is not None and not favours(self.disputed, points):
            raise ValidationError(N_("An objection never makes it worse: give points that favour the unit."))


def favours(disputed: Adjustment | Finding, points: Decimal) -> bool:
    return is_milder(disputed, points) if isinstance(disputed, Finding) else is_better(disputed, points)


def ask_point(form: Any, session: Session, one: Objection) -> None:
    """The point that the address names, else the first that has no answer."""
    wanted = request.args.get("point", "")
    points = {str(point.number): point for point in one.points}
    first = next((point for point in one.points if not point.outcome), one.points[0])
    point = points.get(wanted, first)
    form.number.data = str(point.number)
    form.point = point
    form.subject = subject_names(session, one).get(point.subject, point.subject)
    values, disputed = reported_values(session, one), decisions.with_points(session, one, point)
    form.counted, form.points = values.get(point.subject), disputed.points if disputed is not None else None
    form.disputed = disputed
    if disputed is not None:
        form.granted.label.text = N_("Points that count from now on")
        form.granted.description = N_("Only where the point is upheld in part: more favourable than now.")
    elif point.subject not in values:
        del form.granted
    if request.method == "GET" and point.outcome:
        form.outcome.data, form.answer.data, form.changes.data = point.outcome, point.answer, point.changes
        if "granted" in form and point.granted is not None:
            form.granted.data = f"{point.granted:f}"


def answer_facts(form: Any) -> dict[str, Any]:
    return {
        "number": int(form.number.data),
        "outcome": Outcome(form.outcome.data),
        "answer": form.answer.data,
        "granted": exact(form.granted.data) if "granted" in form else None,
        "changes": form.changes.data or "",
    }


def after_answer(one: Objection, _result: Any) -> str:
    """On to the next point without an answer."""
    nobody = next((point for point in one.points if not point.outcome), None)
    if nobody is not None:
        return url_for("objections.objection_answer", record_id=one.id, point=nobody.number)
    return url_for("objections.show", objection_id=one.id)


def what_applies(session: Session, one: Objection) -> Sentence:
    names = subject_names(session, one)
    changes = [
        say("{name}: {number}", name=names.get(point.subject, point.subject), number=point.granted)
        for point in one.points
        if point.granted is not None and point.subject
    ]
    worded = [say("point {number}: {changes}", number=point.number, changes=point.changes)
              for point in one.points if point.changes]  # fmt: skip
    if one.origin_kind in OF_INSPECTIONS:
        return what_becomes_of_findings(one, worded)
    if worded and one.origin_kind == "award":
        return say("{follows} These words stand with the new list: {worded}.",
                   follows=follows(one, changes), worded=worded)  # fmt: skip
    if worded:
        return say("{follows} Make so, before you apply it: {worded}.", follows=follows(one, changes), worded=worded)
    return follows(one, changes)


def what_becomes_of_findings(one: Objection, worded: list[Sentence]) -> Sentence:
    """Those upheld fall; those upheld in part keep what was decided."""
    costs = [say("point {number}: {points} points", number=point.number, points=point.granted)
             for point in one.points if point.outcome == Outcome.IN_PART and point.granted is not None]  # fmt: skip
    if not costs and not worded:
        return follows(one, [])
    kept = say(
        "A finding upheld in part stays with what was decided, in the score as well: {kept}.", kept=[*costs, *worded]
    )
    if any(point.outcome == Outcome.UPHELD for point in one.points):
        return say("{follows} {kept}", follows=follows(one, []), kept=kept)
    return kept


def follows(one: Objection, changes: list[Sentence]) -> Sentence:
    """What applying does by itself."""
    if one.origin_kind in OF_SCORES and changes:
        return say(
            "These values are set by the decision: {changes}. Then compute the scores anew; whoever's score or rank "
            "changes by it is served again. A value that would lower one of the unit's own items stays as it was.",
            changes=changes,
        )
    upheld = any(point.outcome == Outcome.UPHELD for point in one.points)
    numbers = [point.granted for point in one.points if point.granted is not None]
    if one.origin_kind == "adjustment" and numbers and not upheld:
        return say("The adjustment counts with {points} points from now on.", points=numbers[0])
    in_part = any(point.outcome == Outcome.IN_PART for point in one.points)
    if not upheld and one.origin_kind not in OF_CASES and not (in_part and one.origin_kind == "award"):
        return say("The decision changes no value; it is noted as applied.")
    return say(FOLLOWS.get(one.origin_kind, N_("The decision changes no value; it is noted as applied.")))


FOLLOWS = {
    "scorecard": N_("An adjustment whose clause was disputed rightly is lifted; compute the scores anew then."),
    "edition": N_("An adjustment whose clause was disputed rightly is lifted; a corrected edition follows."),
    "adjustment": N_("The adjustment is lifted; it does not enter the score."),
    "visit": N_("Findings whose points were upheld fall, with their tasks and what they took from a score."),
    "finding": N_("The finding falls, with its task and what it took from a score."),
    "accountability_case": N_(
        "Wholly upheld, the decision is revoked and the unit restored where it was named; in part, somebody else "
        "decides anew, and not more gravely."
    ),
    "award": N_("Another list is computed as decided and made public anew; this one ends."),
}


acts(pages, Objection, OBJECTION, {
    "admit": Action(services.admit, explain=lambda session, one: say(
        "It then goes to a reviewer who had no part in the matter, and is decided by {moment}.", moment=one.decide_by)),
    "find_inadmissible": Action(services.find_inadmissible, explain=lambda session, one: say(
        "Out of time, or without a ground. The unit reads the reason; its score stays as it is.")),
    "assign": Action(services.assign, AssignForm, offer_reviewers, template="objections/assign.html",
                     facts=lambda form: {"reviewer_id": int(form.reviewer_id.data)}),
    "answer": Action(services.answer, AnswerForm, ask_point, answer_facts, goes_to=after_answer,
                     done=N_("The answer is kept. It counts once the objection is decided."),
                     template="objections/answer.html"),
    "decide": Action(services.decide, template="objections/decide.html", explain=lambda session, one: say(
        "Your answers become the decision and cannot be changed afterwards.")),
    "apply": Action(joint.apply, explain=what_applies),
    "close": Action(services.close),
    "withdraw": Action(services.withdraw, explain=lambda session, one: say(
        "What was disputed stays as it is. Within the window another objection can be lodged.")),
})  # fmt: skip


@pages.app_context_processor
def outcome_words() -> dict[str, Any]:
    return {
        "outcome_words": {outcome.value: word for outcome, word in OUTCOMES.items()},
        "where_to_object": where_to_object,
    }


# --- lodging ---------------------------------------------------------------------------------------------------------


class LodgeForm(Form):
    ground = TextAreaField(
        N_("Why it is wrong, in short"),
        [DataRequired(N_("Say in one or two sentences why it is wrong.")), Length(max=4000)],
        [stripped],
    )

    def points(self) -> list[NewPoint]:
        """What was filled in; a point is there when its statement is."""
        return [
            NewPoint(self[f"subject_{n}"].data or "", self[f"statement_{n}"].data, exact(self[f"requested_{n}"].data))
            for n in range(1, MOST_POINTS + 1)
            if self[f"statement_{n}"].data
        ]


for _n in range(1, MOST_POINTS + 1):
    setattr(LodgeForm, f"subject_{_n}", SelectField(N_("What is disputed"), choices=[]))
    setattr(
        LodgeForm,
        f"statement_{_n}",
        TextAreaField(
            N_("What is wrong, and where it can be seen"),
            [DataRequired(N_("Say what is wrong and where it can be seen."))] if _n == 1 else [],
            [stripped],
        ),
    )
    setattr(
        LodgeForm,
        f"requested_{_n}",
        StringField(N_("The number you hold to be right"), [MayBeEmpty(), readable], [stripped]),
    )


@pages.route("/lodge/<int:scorecard_id>", methods=["GET", "POST"])
@signed_in
def lodge(scorecard_id: int) -> Response | str | tuple[str, int]:
    """Object to one's own score, within the window that its receipt opened."""
    session = current_session()
    card = access(Scorecard, scorecard_id)
    period = session.get_one(Period, session.get_one(Edition, card.edition_id).period_id)
    title = say("{unit}, {period}", unit=card.name, period=period.title)
    return _lodging(card, title, lambda: subjects_of(session, period, card))


OTHERS: dict[str, tuple[type, str]] = {
    "visit": (Visit, N_("Inspection report {number}")),
    "finding": (Finding, N_("Finding {number}")),
    "adjustment": (Adjustment, N_("Adjustment {number}")),
    "award": (Award, N_("Reward list {number}")),
    "accountability_case": (Case, N_("Decision in case {number}")),
}
"""What can be objected to beside scores: model and name."""


@pages.route("/lodge/<any(visit, finding, adjustment, award, accountability_case):kind>/<int:record_id>",
             methods=["GET", "POST"])  # fmt: skip
@signed_in
def lodge_other(kind: str, record_id: int) -> Response | str | tuple[str, int]:
    """Object to an inspection, an adjustment, an award or a decision, within its own time."""
    session = current_session()
    model, name = OTHERS[kind]
    record: Any = access(model, record_id)
    unit = unit_views(session, {record.unit_id}, today())[record.unit_id]
    title = say("{unit}: {thing}", unit=unit.name, thing=say(name, number=_number_of(session, record)))
    return _lodging(record, title, lambda: _parts_of(session, record))


def _number_of(session: Session, record: Any) -> str:
    if isinstance(record, Finding):
        return f"{session.get_one(Visit, record.visit_id).number}/{record.number}"
    if isinstance(record, Award):
        return str(record.round.number)
    return str(record.clause if isinstance(record, Adjustment) else record.number)


def _parts_of(session: Session, record: Any) -> list[tuple[str, Any]]:
    """Of a report its findings; of all else the whole."""
    parts: list[tuple[str, Any]] = [("", N_("The whole"))]
    if isinstance(record, Visit):
        found = findings_of(session, [record.id])[record.id]
        parts += [
            (str(one.number), say("{number}. {finding}", number=one.number, finding=one.description)) for one in found
        ]
    return parts


def _lodging(subject: Any, title: Sentence, parts: Callable[[], list[tuple[str, Any]]]) -> Any:
    session = current_session()
    if not viewer().holds(Duty.OBJECT, subject.unit_id):
        raise NotPermitted(say("Only the unit itself objects to it."))
    right = remedies.remedy(session, subject, now())
    form, refusal = LodgeForm(), None
    subjects = options(one for one in parts() if right.only is None or one[0] in right.only)
    for n in range(1, MOST_POINTS + 1):
        form[f"subject_{n}"].choices = subjects
    if request.method == "GET":
        form.subject_1.data = request.args.get("item", "")
    elif form.validate():
        try:
            made = joint.lodge(session, subject, current_act(), ground=form.ground.data, points=form.points())
            session.flush()
            flash(_("The objection is lodged under number {number}.", number=made.number))
            return redirect(url_for(".show", objection_id=made.id), 303)
        except NotPermitted:
            raise
        except Refusal as found:
            note_later(found)
            refusal = found
            form.take_over(found)
    page = render_template(
        "objections/lodge.html",
        form=form,
        refusal=refusal,
        title=title,
        until=right.window_until,
        back=address_of(kind_of(subject), subject.id),
        key=f"{kind_of(subject)}-{subject.id}",
        is_score=isinstance(subject, Scorecard),
        count=MOST_POINTS,
        lodged=[one for one in queries.against(session, *right.origin) if one.unit_id == right.unit_id],
    )
    if request.method == "GET":
        return page
    return page, refusal.status if refusal else 422


def where_to_object(record: Any) -> str:
    """The address at which the viewer's unit may object to a record now, or "": the button on the record's page."""
    if not viewer().holds(Duty.OBJECT, record.unit_id) or not remedies.is_open(current_session(), record, now()):
        return ""
    if isinstance(record, Scorecard):
        return url_for("objections.lodge", scorecard_id=record.id)
    return url_for("objections.lodge_other", kind=kind_of(record), record_id=record.id)


def subjects_of(session: Session, period: Period, card: Scorecard) -> list[tuple[str, Any]]:
    """The whole, each item, below it the values it rests on, and what was added or taken."""
    rules = programmes.scheme(session, period.scheme_version_id)
    names = {item.code: Bilingual(f"{item.code} {item.zh}", f"{item.code} {item.en}") for item in rules.items}
    values = own_values(session, period.id, card.unit_id)
    found: list[tuple[str, Any]] = [("", N_("The score as a whole"))]
    listed: set[str] = set()
    for item in card.items:
        name = names.get(item["code"], item["code"])
        found.append(
            (
                item["code"],
                say(
                    "{item}: {score} of {maximum} points",
                    item=name,
                    score=rounded_score(item),
                    maximum=item["maximum"],
                ),
            )
        )
        for code in item.get("inputs", ()):
            if code in values and code not in listed and code != item["code"]:
                value = rules.values.get(code)
                word = Bilingual(value.zh, value.en or code) if value else code
                shown = values[code]
                found.append(
                    (
                        code,
                        say(
                            "{item}, the value “{value}”: {number}",
                            item=name,
                            value=word,
                            number="–" if shown is None else shown,
                        ),
                    )
                )
                listed.add(code)
    for view in adjustments.for_period(session, period.id).get(card.unit_id, []):
        word = Label(ADJUSTMENT_KINDS[AdjustmentKind(view.kind)])
        found.append(
            (view.clause, say("{clause}, {kind}: {ground}", clause=view.clause, kind=word, ground=view.ground))
        )
    return list(dict(found).items())


def rounded_score(item: dict[str, Any]) -> Any:
    return "–" if item["exact"] is None else rounded(Fraction(item["exact"]), 2, "half_up")


ADJUSTMENT_KINDS = {
    AdjustmentKind.BONUS: N_("Bonus"),
    AdjustmentKind.DEDUCTION: N_("Deduction"),
    AdjustmentKind.VETO: N_("Veto"),
    AdjustmentKind.BAND_CAP: N_("Cap on the band"),
    AdjustmentKind.ELIGIBILITY: N_("Eligibility"),
}
