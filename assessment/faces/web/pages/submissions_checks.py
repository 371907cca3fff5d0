"""Counter-checks: verified values drawn by lot, some for their risk, and verified anew by somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    access,
    acts,
    address,
    address_of,
    buttons,
    current_act,
    current_session,
    holding,
    listing,
    options,
    scope,
    search,
    signed_in,
    stripped,
    timeline,
    viewer,
)
from assessment.faces.web.pages import submissions as room
from assessment.foundation.errors import Invalid, Refusal
from assessment.foundation.exact import parse_decimal, rounded
from assessment.foundation.i18n import N_, Bilingual, say
from assessment.organisations.duties import Duty
from assessment.organisations.queries import units_on
from assessment.programmes.models import Period
from assessment.programmes.queries import scheme
from assessment.submissions import checks, services
from assessment.submissions.models import CounterCheck, CounterCheckItem
from assessment.submissions.process import COUNTER_CHECK

address("counter_check", "submissions.counter_check", "check_id", N_("Counter-check"))
scope(CounterCheck, checks.may_see)


@room.pages.get("/checks")
@holding(*checks.READERS)
def counter_checks() -> str:
    """Every counter-check, and what each has shown."""
    session = current_session()
    some = [one for one in checks.counter_checks(session) if checks.may_see(session, one, viewer())]
    return render_template(
        "submissions/checks.html", checks=[(one, checks.result_of(one)) for one in some],
        may_freeze=viewer().holds(Duty.SET_VALUES) and bool(room.reported_periods()), percent=percent,
    )  # fmt: skip


def percent(result: checks.Result) -> Decimal | None:
    """The rate of error as a page shows it: one place."""
    return None if result.rate is None else rounded(result.rate * 100, 1, "half_up")


class FreezeForm(Form):
    number = StringField(
        N_("Number"), [DataRequired(N_("Give the counter-check a number.")), Length(max=60)], [stripped]
    )
    period = SelectField(N_("Period"), coerce=int, choices=[])
    at_random = IntegerField(
        N_("Drawn at random"), [InputRequired(N_("Say how many.")), NumberRange(1, 10_000)],
        description=N_("From all verified values: only these show how often verifiers err."),
    )  # fmt: skip
    by_risk = IntegerField(
        N_("Drawn for their risk, on top"),
        [InputRequired(N_("Say how many; 0 is an answer.")), NumberRange(0, 10_000)],
        description=N_("From what called a person, or was found to be other than claimed."),
    )  # fmt: skip


@room.pages.route("/checks/freeze_counter_check", methods=["GET", "POST"])
@holding(Duty.SET_VALUES)
def freeze_counter_check() -> Any:
    form = FreezeForm()
    form.period.choices = options([(one.id, one.title) for one in room.reported_periods()])
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            made = services.freeze_counter_check(
                current_session(), current_act(), period=access(Period, form.period.data),
                number=form.number.data or "", at_random=form.at_random.data or 0, by_risk=form.by_risk.data or 0,
            )  # fmt: skip
            return redirect(address_of("counter_check", made.id), 303)
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template("submissions/freeze_check.html", form=form, refusal=refusal)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


@room.pages.get("/checks/<int:check_id>")
@signed_in
def counter_check(check_id: int) -> Response | str:
    """The draw, so that anybody can repeat it, and what was found."""
    check = access(CounterCheck, check_id)
    session = current_session()
    drawn = sorted((item for item in check.items if item.place is not None), key=lambda item: item.place or 0)
    units = {unit.code: unit.name for unit in units_on(session, check.period.last_day).values()}
    values = scheme(session, check.period.scheme_version_id).values
    named = {code: Bilingual(value.zh, value.en or code) for code, value in values.items()}
    found = listing(
        "roll",
        drawn or check.items,
        [
            Column("unit", N_("Unit"), lambda one: unit_of(one, units), is_head=True,
                   link=versions_of),
            Column("value", N_("Value"), lambda one: named.get(one.value_code, one.value_code)),
            Column("id", N_("Name on the roll"), lambda one: one.name, is_minor=True),
            Column("risks", N_("Risks"), lambda one: one.risks, is_number=True),
            Column("place", N_("Drawn as number"), lambda one: one.place, is_number=True, is_minor=True),
            Column("how", N_("Drawn"), lambda one: HOW[one.is_by_risk] if one.place else "", is_minor=True),
            Column("ticket", N_("Ticket"), lambda one: one.ticket or "", is_minor=True),
            Column("verified", N_("Verified"), lambda one: one.verified, is_number=True),
            Column("found", N_("Found"), lambda one: one.found, is_number=True),
            Column("note", N_("Note"), lambda one: one.note, is_minor=True),
        ],
        [search(lambda one: one.name)],
    )  # fmt: skip
    return found.answer(
        "submissions/counter_check.html", check=check, result=checks.result_of(check), percent=percent,
        offers=buttons(check), happened=timeline(session, check), is_drawn=bool(drawn),
    )  # fmt: skip


def unit_of(item: CounterCheckItem, units: Mapping[str, Bilingual]) -> Bilingual | str:
    code = item.name.partition("/")[0]
    return units.get(code, code)


def versions_of(item: CounterCheckItem) -> str:
    return url_for("submissions.versions", submission_id=item.submission_id, code=item.value_code)


HOW = {False: say("at random"), True: say("for its risk")}


class SeedForm(Form):
    seed = StringField(
        N_("Seed"),
        [Regexp(r"[0-9]{20}\Z", message=N_("A seed has 20 digits: from dice, or from a public number."))], [stripped],
        description=N_("The hashes are fixed above; throw dice, or take a public number that nobody knew before."),
    )  # fmt: skip


class FoundForm(Form):
    item_id = SelectField(N_("Which value"), coerce=int, choices=[])
    found = StringField(
        N_("What was found"), filters=[stripped], description=N_("Leave it empty where nothing was found.")
    )
    note = TextAreaField(N_("Note"), description=N_("Where you looked; needed where it differs."))


def to_check(form: Any, session: Any, check: CounterCheck) -> None:
    waiting = [item for item in check.items if item.place is not None and item.checked_at is None]
    form.item_id.choices = [SelectChoice(one.id, one.name) for one in sorted(waiting, key=lambda one: one.place or 0)]


def record(session: Any, check: CounterCheck, act: Any, item_id: int, found: str, note: str) -> None:
    try:
        number = parse_decimal(found) if found else None
    except ValueError:
        against = say("“{text}” is not a number; write digits with a point for decimals.", text=found[:40])
        raise Invalid(against, fields={"found": against}) from None
    services.record_check(session, check, act, item_id=item_id, found=number, note=note)


acts(
    room.pages,
    CounterCheck,
    COUNTER_CHECK,
    {
        "draw_counter_check": Action(services.draw_counter_check, SeedForm),
        "record_check": Action(record, FoundForm, fill=to_check),
        "close_counter_check": Action(services.close_counter_check),
    },
    path="/checks/<int:record_id>",
)
