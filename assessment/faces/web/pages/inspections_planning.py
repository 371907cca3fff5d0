"""A new campaign: what, where, when, how many, at which rates."""

from __future__ import annotations

from fractions import Fraction

from flask import Response, url_for
from wtforms import (
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange

from assessment.faces.web.kit import (
    Form,
    address_of,
    current_act,
    current_session,
    holding,
    options,
)
from assessment.faces.web.pages import inspections as room
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import N_, Bilingual, say
from assessment.inspections import queries, services
from assessment.inspections.models import (
    ChecklistState,
)
from assessment.inspections.rules.lots import rate_of
from assessment.organisations.duties import Duty
from assessment.programmes.models import Programme
from assessment.programmes.queries import programmes, version_in_force


class CampaignForm(Form):
    programme_id = SelectField(N_("Programme"), coerce=int, choices=[])
    checklist_id = SelectField(N_("Checklist"), coerce=int, choices=[])
    number = StringField(N_("Number"), [DataRequired(N_("Give the campaign a number.")), Length(max=60)])
    title_zh = StringField(N_("Name in Chinese"), [DataRequired(N_("Give it a title.")), Length(max=200)])
    title_en = StringField(N_("Name in English"), [DataRequired(N_("Give it a title.")), Length(max=200)])
    scope = TextAreaField(N_("Scope"), [DataRequired(N_("Say what is inspected and what is not.")), Length(max=4000)])
    first_day = DateField(N_("First day"), [DataRequired(N_("Say from which day."))])
    last_day = DateField(N_("Last day"), [DataRequired(N_("Say until which day."))])
    sample = IntegerField(N_("How many objects are drawn"), [DataRequired(N_("Say how many.")), NumberRange(1, 10_000)])
    per_object = IntegerField(N_("Inspectors at each object"), [NumberRange(2, 9)], default=2)
    rates = TextAreaField(
        N_("Rates by stratum"), [Length(max=2000)],
        description=N_("Where strata are drawn at their own rates, one a line: high, 30%. The number drawn follows."),
    )
    documents = TextAreaField(
        N_("Documents asked for beforehand"), [Length(max=4000)],
        description=N_("One a line. Who approves sees what other campaigns of the year ask the same units for."),
    )  # fmt: skip


def read_rates(text: str) -> dict[str, Fraction]:
    """A stratum and its rate a line; the line at fault is named."""
    found = {}
    for line in filter(str.strip, text.splitlines()):
        stratum, _comma, rate = line.replace("，", ",").rpartition(",")
        share = rate_of(rate)
        if not stratum.strip() or share is None:
            fault = say("“{line}” is no rate: write the stratum, a comma, and 30%, 0.3 or 3/10.", line=line[:80])
            raise Invalid(fault, fields={"rates": fault})
        found[stratum.strip()] = share
    return found


@room.pages.route("/draft_campaign", methods=["GET", "POST"])
@holding(Duty.PLAN_INSPECTIONS)
def draft_campaign() -> Response | str | tuple[str, int]:
    session, form = current_session(), CampaignForm()
    form.programme_id.choices = options([(one.id, one.title) for one in programmes(session)])
    lists = [one for one in queries.checklists(session) if one.state == ChecklistState.IN_USE]
    form.checklist_id.choices = options([(one.id, one.title) for one in lists])

    def do() -> str:
        programme = session.get_one(Programme, form.programme_id.data)
        version = version_in_force(session, programme.id)
        if version is None:
            raise Invalid(say("This programme has no scheme in force; its severities are needed."))
        made = services.draft_campaign(
            session, current_act(), programme_id=programme.id, scheme_version_id=version.id, unit_id=programme.unit_id,
            checklist_id=form.checklist_id.data, number=form.number.data or "",
            title=Bilingual(form.title_zh.data or "", form.title_en.data or ""),
            scope=Bilingual(form.scope.data or "", form.scope.data or ""), first_day=form.first_day.data,  # type: ignore[arg-type]
            last_day=form.last_day.data, sample=form.sample.data or 0, per_object=form.per_object.data or 2,  # type: ignore[arg-type]
            rates=read_rates(form.rates.data or ""), documents=form.documents.data or "",
        )  # fmt: skip
        return address_of("campaign", made.id)

    return room.asked(form, do, N_("Draft a campaign"), url_for(".index"))
