"""Ladders before they prompt: where every unit stands, what one more period would trigger, and excused periods."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request
from sqlalchemy.orm import Session
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired

from assessment.accountability import queries, services
from assessment.accountability.models import ExcuseGround, LadderExcuse
from assessment.accountability.process import EXCUSE
from assessment.faces.web.kit import (
    Action,
    Form,
    access,
    acts,
    address,
    address_of,
    buttons,
    current_act,
    current_session,
    holding,
    now,
    options,
    scope,
    shape,
    signed_in,
    stripped,
    timeline,
    viewer,
)
from assessment.faces.web.pages import accountability as room
from assessment.faces.web.pages.ladder_looks import looks, newest
from assessment.foundation.i18n import N_, Label, local_day, say
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.scoring import queries as scoring

address("ladder_excuse", "accountability.excuse", "excuse_id", N_("Excused period"))
scope(LadderExcuse, queries.may_see_excuse)
shape("ladder_excuse", "granted", "done")
shape("ladder_excuse", "withdrawn", "")


@room.pages.get("/ladders")
@holding(*room.LOOKING)
def ladders() -> str:
    """Whoever is on a ladder, with the counting shown, and the excuses that are known."""
    session = current_session()
    reach = viewer().unit_ids_for_any(room.LOOKING)
    found = [one for one in looks(session) if one.standing.unit_id in reach]
    excuses = queries.excuses(session, reach)
    periods = {one.period_id: session.get_one(Period, one.period_id) for one in excuses}
    units = unit_views(session, {*(one.standing.unit_id for one in found), *(one.unit_id for one in excuses)},
                       local_day(now()))  # fmt: skip
    return render_template(
        "accountability/ladders.html", looks=found, near=sum(one.is_near for one in found), units=units,
        excuses=excuses, periods=periods, ground=ground_word, may_excuse=viewer().holds(Duty.OPEN_CASES),
    )  # fmt: skip


def ground_word(excuse: LadderExcuse) -> Label:
    return Label(ExcuseGround(excuse.ground).label)


# --- excuses ---------------------------------------------------------------------------------------------------------


class ExcuseForm(Form):
    on = SelectField(N_("Unit, period and ladder"), choices=[])
    ground = SelectField(
        N_("Ground"), choices=options((one.value, one.label) for one in ExcuseGround),
        description=N_("The ladder says which grounds it admits."),
    )  # fmt: skip
    reason = TextAreaField(N_("Reason"), [DataRequired(N_("Say why the period is excused."))], [stripped])


@room.pages.route("/ladders/excuse", methods=["GET", "POST"])
@holding(Duty.OPEN_CASES)
def excuse_period() -> Response | str | tuple[str, int]:
    """Pass over one period of one unit on one ladder."""
    form = ExcuseForm()
    known = _counted(current_session())
    form.on.choices = options((key, label) for key, (label, _) in known.items())
    if request.method == "GET":
        form.on.data = request.args.get("on", "")
    return room.made(form, "accountability/excuse_period.html", lambda made: _excused(made, known))


def _counted(session: Session) -> dict[str, tuple[Any, tuple[int, Period, str]]]:
    """Every period that a ladder counts of a unit here, by unit, period and ladder."""
    units = viewer().unit_ids_for(Duty.OPEN_CASES)
    on_ladders = [one for one in looks(session) if one.standing.unit_id in units]
    names = unit_views(session, {one.standing.unit_id for one in on_ladders}, local_day(now()))
    periods = {(one.programme_id, one.code): one for group in newest(session)
               for one in programmes.periods(session, group.programme_id) if one.state in scoring.PUBLIC}  # fmt: skip
    found: dict[str, tuple[Any, tuple[int, Period, str]]] = {}
    for one in on_ladders:
        for past in one.standing.history[::-1]:
            period = periods.get((one.period.programme_id, past.period))
            if period is not None and past.times(one.standing.ladder.count):
                unit_id, code = one.standing.unit_id, one.standing.ladder.code
                facts = {"unit": names[unit_id].name, "period": period.title, "code": code}
                label = say("{unit}, {period}, ladder {code}", **facts)
                found[f"{unit_id}-{period.id}-{code}"] = (label, (unit_id, period, code))
    return found


def _excused(form: ExcuseForm, known: dict[str, tuple[Any, tuple[int, Period, str]]]) -> str:
    unit_id, period, code = known[form.on.data][1]
    act = current_act().because(form.reason.data)
    made = services.excuse(
        current_session(), act, unit_id=unit_id, period=period, ladder=code, ground=ExcuseGround(form.ground.data)
    )
    return address_of("ladder_excuse", made.id)


@room.pages.get("/ladders/excuses/<int:excuse_id>")
@signed_in
def excuse(excuse_id: int) -> str:
    session = current_session()
    one = access(LadderExcuse, excuse_id)
    unit = unit_views(session, {one.unit_id}, local_day(one.granted_at))[one.unit_id]
    return render_template(
        "accountability/excuse.html", excuse=one, unit=unit, period=session.get_one(Period, one.period_id),
        ground=ground_word(one), offers=buttons(one), happened=timeline(session, one),
        may_look=any(viewer().holds(duty) for duty in room.LOOKING),
    )  # fmt: skip


acts(room.pages, LadderExcuse, EXCUSE, {"withdraw_excuse": Action(services.withdraw_excuse)})
