"""Second looks: closed tasks drawn by lot and looked at again."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Regexp

from assessment.faces.web.kit import (
    Action,
    Form,
    access,
    acts,
    address_of,
    buttons,
    current_act,
    current_session,
    holding,
    options,
    signed_in,
    timeline,
    viewer,
)
from assessment.faces.web.pages import remediation as room
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_
from assessment.organisations.duties import Duty
from assessment.remediation import queries, services
from assessment.remediation.models import SecondLook
from assessment.remediation.process import SECOND_LOOK

# --- second looks ----------------------------------------------------------------------------------------------------


@room.pages.get("/looks")
@holding(Duty.DRAW, Duty.PLAN_INSPECTIONS, Duty.INSPECT, Duty.LEAD_INSPECTION, Duty.AUDIT)
def looks() -> str:
    session = current_session()
    return render_template(
        "remediation/looks.html",
        looks=queries.looks(session, queries.visible_units(viewer())),
        may_freeze=viewer().holds(Duty.DRAW),
    )


class FreezeForm(Form):
    number = StringField(N_("Number"), [DataRequired(N_("Give the second look a number.")), Length(max=60)])
    unit_id = SelectField(N_("Below which unit"), coerce=int, choices=[])
    size = IntegerField(N_("How many are drawn"), [DataRequired(N_("Say how many.")), NumberRange(1, 10_000)])


@room.pages.route("/looks/freeze_second_look", methods=["GET", "POST"])
@holding(Duty.DRAW)
def freeze_second_look() -> Response | str | tuple[str, int]:
    session, form = current_session(), FreezeForm()
    units = room.units_of(viewer().unit_ids_for(Duty.DRAW))
    ordered = sorted(units.values(), key=lambda unit: unit.code)
    form.unit_id.choices = options([(unit.id, unit.name) for unit in ordered if unit.level != "body"])
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            made = services.freeze_second_look(
                session, current_act(), unit_id=form.unit_id.data, number=form.number.data or "",
                size=form.size.data or 0,
            )  # fmt: skip
            return redirect(address_of("second_look", made.id), 303)  # type: ignore[return-value]
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template("remediation/freeze.html", form=form, refusal=refusal)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


@room.pages.get("/looks/<int:look_id>")
@signed_in
def look(look_id: int) -> str:
    session = current_session()
    one = access(SecondLook, look_id)
    rows = queries.roll_of(session, one.id, drawn_only=True)
    return render_template(
        "remediation/look.html",
        look=one,
        rows=rows,
        units=room.units_of({task.unit_id for _row, task in rows}),
        offers=buttons(one),
        happened=timeline(session, one),
    )


class SeedForm(Form):
    seed = StringField(
        N_("Seed"), [DataRequired(N_("Enter the seed.")), Regexp(r"[0-9]{20}$", message=N_("A seed has 20 digits."))],
        description=N_("20 digits, from dice or a public number that nobody knew when the roll was frozen."),
    )  # fmt: skip


class LookForm(Form):
    task_id = SelectField(N_("Task"), coerce=int, choices=[])
    holds = RadioField(N_("Is it put right?"), [DataRequired(N_("Choose one."))],
                       choices=options([("yes", N_("Yes")), ("no", N_("No"))]))  # fmt: skip
    note = TextAreaField(N_("What was found"), [Length(max=4000)])

    def facts(self) -> dict[str, Any]:
        return {"task_id": self.task_id.data, "holds": self.holds.data == "yes", "note": self.note.data or ""}


def fill_look(form: Any, session: Any, one: SecondLook) -> None:
    rows = queries.roll_of(session, one.id, drawn_only=True)
    form.task_id.choices = options([(task.id, task.title) for row, task in rows if row.looked_at is None])


acts(
    room.pages, SecondLook, SECOND_LOOK,
    {
        "draw_second_look": Action(services.draw_second_look, SeedForm),
        "look_again": Action(services.look_again, LookForm, fill=fill_look),
        "close_second_look": Action(services.close_second_look),
    },
    path="/looks/<int:record_id>",
)  # fmt: skip
