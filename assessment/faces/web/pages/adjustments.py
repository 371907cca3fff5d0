"""Adjustments: what is proposed for the scores of a period, heard, and confirmed or refused by a leader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from assessment.adjustments import queries, services
from assessment.adjustments.models import BY_PERSON, Adjustment, AdjustmentKind, AdjustmentState
from assessment.adjustments.process import ADJUSTMENT, proposed_by_another
from assessment.adjustments.services import Proposal
from assessment.cycles import proposing
from assessment.cycles import queries as cycles
from assessment.faces.web.kit import (
    Action,
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
    holding,
    kind_word,
    label,
    language,
    listing,
    ngettext,
    now,
    options,
    scope,
    search,
    signed_in,
    stripped,
    timeline,
    viewer,
    waiting,
)
from assessment.faces.web.kit.scopes import may_see_kind
from assessment.faces.web.pages.objections import ADJUSTMENT_KINDS, exact, readable
from assessment.faces.web.refusals import note_later
from assessment.foundation.errors import Invalid, NotPermitted, Refusal
from assessment.foundation.i18n import N_, Bilingual, Label, Sentence, local_day, say
from assessment.organisations.duties import Duty
from assessment.organisations.queries import UnitView, unit_views
from assessment.programmes import queries as programmes
from assessment.programmes.models import NOT_SERVED, Period, PeriodState
from assessment.programmes.rules.scheme import Scheme
from assessment.remediation.models import FalseClosure, Task

pages = Blueprint("adjustments", __name__, url_prefix="/adjustments")
address("adjustment", "adjustments.show", "adjustment_id", N_("Adjustment"))
scope(Adjustment, queries.may_see)

UNFINISHED = (*NOT_SERVED, PeriodState.OBJECTIONS)
"""What is proposed counts in a period that is not approved yet."""


def today() -> date:
    return local_day(now())


def kind_label(one: Any) -> Label:
    return Label(ADJUSTMENT_KINDS[AdjustmentKind(one.kind)])


def signed_points(one: Any) -> Decimal | None:
    """As it moves the score: taken with a minus, given with none."""
    if one.points is None:
        return None
    return -one.points if one.kind == AdjustmentKind.DEDUCTION else one.points


def effect(rules: Scheme, one: Any) -> Any:
    """What it does to a score, in words."""
    points = signed_points(one)
    if points is not None:
        return say("{points} point", points=points) if abs(points) == 1 else say("{points} points", points=points)
    what, _equals, which = one.effect.partition("=")
    names = {band.code: Bilingual(band.zh, band.en) for band in rules.bands}
    if what == "band":
        return say("the band becomes “{band}”", band=names.get(which, which))
    if what == "band_at_most":
        return say("the band is at most “{band}”", band=names.get(which, which))
    if what == "item_zero":
        return say("item {item} counts 0", item=which)
    if what == "no_commendation":
        return say("no award and no praise for the period")
    return one.effect


# --- lists -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """An adjustment as the list shows it."""

    adjustment: Adjustment
    unit: UnitView
    effect: Any
    clause: Any
    is_open: bool
    """The viewer may confirm it now."""


@pages.get("")
@signed_in
def index() -> Response | str:
    """One period's adjustments; the period in the address, else the newest that has any."""
    session = current_session()
    some = periods_with_adjustments(session)
    if not some:
        return render_template("adjustments/none.html", may_propose=viewer().holds(Duty.PREPARE))
    period = chosen(some)
    rules = programmes.scheme(session, period.scheme_version_id)
    rows = seen(session, period)
    units = unit_views(session, {one.unit_id for one in rows}, period.last_day)
    names = clause_names(rules)
    act = current_act()
    lines = [
        Line(
            one,
            units[one.unit_id],
            effect(rules, one),
            clause_word(names, one.clause),
            may_confirm(session, one, act),
        )
        for one in rows
    ]
    found = listing("adjustments", lines, columns(), filters(lines))
    undecided = sum(line.adjustment.state in queries.OPEN for line in lines)
    return found.answer(
        "adjustments/index.html",
        heading=heading(undecided, len(lines), period),
        period=period,
        periods=some,
        to_confirm=[line for line in lines if line.is_open],
        may_propose=viewer().holds(Duty.PREPARE),
    )


def may_confirm(session: Session, one: Adjustment, act: Any) -> bool:
    return (
        one.state == AdjustmentState.HEARD
        and act.by.holds(Duty.CONFIRM_ADJUSTMENTS, one.unit_id)
        and not proposed_by_another(session, one, act)
    )


def periods_with_adjustments(session: Session) -> list[Period]:
    """The newest first; only those of which something may be seen."""
    reach = _reach()
    query = select(Adjustment.period_id, Adjustment.unit_id).distinct()
    ids = {period_id for period_id, unit_id in session.execute(query) if unit_id in reach}
    found = session.scalars(select(Period).where(Period.id.in_(ids)))
    return sorted(found, key=lambda one: (one.last_day, one.first_day), reverse=True)


def _reach() -> frozenset[int]:
    return frozenset().union(*(viewer().unit_ids_for(duty) for duty in queries.READERS))


def chosen(some: list[Period]) -> Period:
    wanted = request.args.get("period", "")
    open_ones = [one for one in some if one.state in UNFINISHED]
    return next((one for one in some if str(one.id) == wanted), open_ones[0] if open_ones else some[0])


def seen(session: Session, period: Period) -> list[Adjustment]:
    reach = _reach()
    query = select(Adjustment).where(Adjustment.period_id == period.id).order_by(Adjustment.id)
    return [one for one in session.scalars(query) if one.unit_id in reach]


def clause_names(rules: Scheme) -> dict[str, Bilingual]:
    """What the scheme's clauses are called."""
    found = {}
    for part in (rules.bonus, rules.deductions):
        found.update({one.code: Bilingual(one.zh, one.en) for one in (part.items if part else ())})
    found.update({one.code: Bilingual(one.zh, one.en) for one in rules.vetoes})
    found.update({f"{SEVERITY}{code}": Bilingual(one.zh, one.en) for code, one in rules.severities.items()})
    return found


SEVERITY = "severity."
"""What settled findings take points under: the severity's own word in the scheme."""


def clause_word(names: dict[str, Bilingual], code: str) -> Any:
    """The clause as it is read out: its code and name; a severity by its name alone."""
    if code not in names:
        return code
    return names[code] if code.startswith(SEVERITY) else say("{code} {name}", code=code, name=names[code])


def heading(undecided: int, count: int, period: Period) -> str:
    if undecided:
        return ngettext(
            "{n} adjustment for {period} is still to be decided.",
            "{n} adjustments for {period} are still to be decided.",
            undecided,
            period=period.title,
        )
    return ngettext(
        "{n} adjustment for {period}; all decided.",
        "{n} adjustments for {period}; all decided.",
        count,
        period=period.title,
    )


def columns() -> list[Column]:
    return [
        Column("unit", N_("Unit"), lambda line: line.unit.name, is_head=True, link=page_of, key_for_sorting=code_of),
        Column("kind", N_("Kind"), lambda line: kind_label(line.adjustment), is_minor=True),
        Column("clause", N_("Clause"), lambda line: line.clause),
        Column("points", N_("Effect"), lambda line: line.effect),
        Column("ground", N_("Ground"), lambda line: line.adjustment.reason, is_minor=True),
        Column("state", N_("State"), lambda line: ADJUSTMENT.word(line.adjustment.state)),
    ]


def filters(lines: list[Line]) -> list[Any]:
    clauses = sorted({line.adjustment.clause: line.clause for line in lines}.items())
    return [
        choice("state", N_("State"), lambda line: line.adjustment.state, list(ADJUSTMENT.words.items())),
        choice("kind", N_("Kind"), lambda line: line.adjustment.kind, list(ADJUSTMENT_KINDS.items())),
        choice("clause", N_("Clause"), lambda line: line.adjustment.clause, clauses),
        search(lambda line: line.unit.name, lambda line: line.adjustment.reason),
    ]


def page_of(line: Line) -> str:
    return url_for("adjustments.show", adjustment_id=line.adjustment.id)


def code_of(line: Line) -> str:
    return line.unit.code


# --- one adjustment --------------------------------------------------------------------------------------------------


@pages.get("/<int:adjustment_id>")
@signed_in
def show(adjustment_id: int) -> str:
    session = current_session()
    one = access(Adjustment, adjustment_id)
    period = session.get_one(Period, one.period_id)
    rules = programmes.scheme(session, period.scheme_version_id)
    names = clause_names(rules)
    unit = unit_views(session, {one.unit_id}, period.last_day)[one.unit_id]
    windows = cycles.objection_windows(session, period) if one.state == AdjustmentState.PROPOSED else {}
    return render_template(
        "adjustments/show.html",
        one=one,
        unit=unit,
        period=period,
        heading=verdict(one, unit, effect(rules, one)),
        kind=kind_label(one),
        effect=effect(rules, one),
        clause=clause_word(names, one.clause),
        origin_word=_("Count of the period")
        if one.origin_kind == "period"
        else f"{label(kind_word(one.origin_kind))} {one.origin_id}",
        origin=address_of(one.origin_kind, one.origin_id) if may_see_kind(one.origin_kind, one.origin_id) else "",
        counted=counted(session, one.evidence),
        hearing_until=windows.get(one.unit_id),
        offers=buttons(one),
        happened=timeline(session, one),
    )


def counted(session: Session, evidence: Any) -> list[tuple[str, str]]:
    """(what it is, its address where the viewer may see it) of everything that an adjustment counts."""
    found = []
    for kind, text in evidence:
        closure = session.get(FalseClosure, int(text)) if kind == FalseClosure.__tablename__ else None
        where = ("task", str(closure.task_id)) if closure is not None else (kind, text)
        task = session.get(Task, int(where[1])) if where[0] == "task" else None
        found.append((f"{label(kind_word(kind))} {task.number if task is not None else text}",
                      address_of(*where) if may_see_kind(*where) else ""))  # fmt: skip
    return found


VERDICTS: dict[AdjustmentState, str] = {
    AdjustmentState.PROPOSED: N_("{unit}: {effect} proposed."),
    AdjustmentState.HEARD: N_("{unit}: {effect} proposed, and the unit was heard."),
    AdjustmentState.CONFIRMED: N_("{unit}: {effect}, confirmed."),
    AdjustmentState.REFUSED: N_("{unit}: {effect} was proposed and refused."),
    AdjustmentState.LIFTED: N_("{unit}: {effect} was lifted."),
}


def verdict(one: Adjustment, unit: UnitView, does: Any) -> Sentence:
    return say(VERDICTS[AdjustmentState(one.state)], unit=unit.name, effect=does)


acts(pages, Adjustment, ADJUSTMENT, {
    "confirm": Action(services.confirm, explain=lambda session, one: say(
        "It enters the score of its period with the next computation.")),
    "refuse": Action(services.refuse, explain=lambda session, one: say(
        "It does not enter the score, and the same fact does not propose it again.")),
    "lift": Action(services.lift, explain=lambda session, one: say(
        "Its origin has fallen. It counts no longer from the next computation on.")),
})  # fmt: skip


# --- many at once ----------------------------------------------------------------------------------------------------


@pages.post("/<int:period_id>/confirm_all")
@holding(Duty.CONFIRM_ADJUSTMENTS)
def confirm_all(period_id: int) -> Response:
    """Confirm what was ticked, as one act."""
    session = current_session()
    access(Period, period_id)
    wanted = {int(text) for text in request.form.getlist("one") if text.isdecimal() and len(text) < 10}
    if not wanted:
        raise Invalid(say("Nothing was chosen: tick the adjustments to confirm."))
    rows = session.scalars(select(Adjustment).where(Adjustment.period_id == period_id).order_by(Adjustment.id))
    some = [one for one in rows if one.id in wanted and queries.may_see(session, one, viewer())]
    services.confirm_all(session, some, current_act())
    flash(ngettext("{n} adjustment is confirmed.", "{n} adjustments are confirmed.", len(some)))
    return redirect(url_for(".index", period=period_id), 303)  # type: ignore[return-value]


# --- proposing -------------------------------------------------------------------------------------------------------


class ProposeForm(Form):
    period_id = SelectField(N_("Period"), coerce=int, choices=[])
    unit_id = SelectField(N_("Unit"), coerce=int, choices=[])
    kind = RadioField(
        N_("Kind"),
        [DataRequired(N_("Choose a kind."))],
        choices=options((k.value, w) for k, w in ADJUSTMENT_KINDS.items()),
    )
    clause = StringField(
        N_("Clause"),
        [DataRequired(N_("Name the clause of the scheme.")), Length(max=40)],
        [stripped],
        description=N_("The scheme's code, such as D1; the clauses stand below."),
    )
    points = StringField(
        N_("Points"),
        [readable],
        [stripped],
        description=N_("For a bonus or a deduction, without a sign."),
    )
    effect = StringField(
        N_("Effect"),
        [Length(max=80)],
        [stripped],
        description=N_("For a veto or a cap, as the scheme words it: band=failed, band_at_most=pass, item_zero=B1."),
    )
    ground = TextAreaField(
        N_("Ground"), [DataRequired(N_("Say on which fact it rests; the unit reads it.")), Length(max=4000)], [stripped]
    )

    origin_kind = SelectField(N_("It rests on"), choices=[], default="")
    origin_number = StringField(
        N_("Number of that record"),
        [Length(max=80)],
        [stripped],
        description=N_("As it stands on its page; of a finding, the visit and its number: DC-2012-003/2."),
    )

    def validate_origin_number(self, field: Any) -> None:
        if self.origin_kind.data and not field.data:
            raise ValidationError(N_("Give the number of the record it rests on."))
        if field.data and not self.origin_kind.data:
            raise ValidationError(N_("Say what kind of record this number belongs to."))

    def validate_points(self, field: Any) -> None:
        if self.kind.data not in (AdjustmentKind.BONUS, AdjustmentKind.DEDUCTION):
            return
        points = exact(field.data)
        if points is None or points <= 0:
            raise ValidationError(N_("Say how many points, more than 0 and without a sign."))

    def validate_effect(self, field: Any) -> None:
        if self.kind.data in (AdjustmentKind.VETO, AdjustmentKind.BAND_CAP) and not field.data:
            raise ValidationError(N_("Say what the veto or cap does, as the scheme words it."))


@pages.route("/propose", methods=["GET", "POST"])
@holding(Duty.PREPARE)
def propose() -> Response | str | tuple[str, int]:
    """A person proposes what no count finds by itself."""
    session = current_session()
    some = open_periods(session)
    if not some:
        return render_template("adjustments/none.html", may_propose=False)
    form, refusal = ProposeForm(), None
    reach = viewer().unit_ids_for(Duty.PREPARE)
    assessed = {one.unit_id: one.unit for period in some for one in programmes.assessed_units(session, period)}
    units = sorted((unit for unit in assessed.values() if unit.id in reach), key=lambda unit: unit.code)
    form.period_id.choices = [(one.id, one.title.in_language(language())) for one in some]
    form.unit_id.choices = [(one.id, one.name.in_language(language())) for one in units]
    grounds = [("", N_("what is said above alone")), *((kind, kind_word(kind)) for kind in proposing.GROUNDS)]
    form.origin_kind.choices = options(grounds)
    if request.method == "POST" and form.validate():
        try:
            made = proposing.propose(session, current_act(), proposal(session, form))
            if made is None:
                raise Invalid(say("This was proposed before on the same ground; look at the list."))
            session.flush()
            flash(_("The adjustment is proposed. It is printed in the provisional score; the unit is heard on it."))
            return redirect(url_for(".show", adjustment_id=made.id), 303)  # type: ignore[return-value]
        except NotPermitted:
            raise
        except Refusal as found:
            note_later(found)
            form.take_over(found)
            refusal = found
    clauses = clause_names(programmes.scheme(session, some[0].scheme_version_id))
    page = render_template("adjustments/propose.html", form=form, refusal=refusal, clauses=clauses)
    if request.method == "GET":
        return page
    return page, refusal.status if refusal else 422


def open_periods(session: Session) -> list[Period]:
    query = select(Period).where(Period.state.in_([state.value for state in UNFINISHED[1:]]))
    found = [one for one in session.scalars(query) if viewer().holds(Duty.PREPARE, one.programme.unit_id)]
    return sorted(found, key=lambda one: (one.last_day, one.first_day))


def proposal(session: Session, form: ProposeForm) -> Proposal:
    """The fact is the record named, in the person's own words: the same ground for the same clause is the same fact."""
    has_points = form.kind.data in (AdjustmentKind.BONUS, AdjustmentKind.DEDUCTION)
    return Proposal(
        form.unit_id.data,
        form.period_id.data,
        AdjustmentKind(form.kind.data),
        form.clause.data,
        form.ground.data,
        origin_of(session, form),
        exact(form.points.data) if has_points else None,
        "" if has_points else form.effect.data or "",
        occurrence=f"{BY_PERSON}{viewer().person_id} {form.ground.data}"[:80],
    )


def origin_of(session: Session, form: ProposeForm) -> tuple[str, int]:
    """The record that was named, if it is there for whoever named it; else the period."""
    kind, number = form.origin_kind.data, form.origin_number.data
    if not kind:
        return "period", form.period_id.data
    record = proposing.record_named(session, kind, number)
    if record is None or not may_see_kind(kind, record.id):
        message = N_("There is no “{number}”, or it is not yours to see; look its number up on its page.")
        sentence = say(message, number=number)
        raise Invalid(sentence, fields={"origin_number": sentence})
    return kind, record.id


# --- what waits ------------------------------------------------------------------------------------------------------


@waiting
def to_confirm(session: Session, officer: Any, at: datetime) -> list[Waiting]:
    """Adjustments that were heard and wait for a leader, one line a period."""
    reach = officer.unit_ids_for(Duty.CONFIRM_ADJUSTMENTS)
    if not reach:
        return []
    by_period: dict[int, list[Adjustment]] = {}
    for one in queries.undecided(session):
        if one.state == AdjustmentState.HEARD and one.unit_id in reach and one.proposed_by != officer.key:
            by_period.setdefault(one.period_id, []).append(one)
    found = []
    for period_id, some in by_period.items():
        period = session.get_one(Period, period_id)
        units = len({one.unit_id for one in some})
        found.append(
            Waiting(
                say("Confirm or refuse {count} adjustments for {period}", count=len(some), period=period.title),
                say("{units} units were heard on them. The results cannot be approved before.", units=units),
                None,
                url_for("adjustments.index", period=period.id, state="heard"),
                Label(N_("Read and decide")),
            )
        )
    return found
