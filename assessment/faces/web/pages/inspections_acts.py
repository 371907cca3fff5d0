"""What is done with a campaign: rolls, approval, recusals, the draw, second opinions, its conclusion."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from wtforms import (
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Regexp

from assessment.faces.web.kit import (
    Action,
    Form,
    ReasonForm,
    access,
    acts,
    current_session,
    now,
    options,
    viewer,
)
from assessment.faces.web.pages import inspections as room
from assessment.faces.web.pages.uploads import store
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import N_, Bilingual, say
from assessment.inspections import queries, services
from assessment.inspections.models import (
    Campaign,
    Finding,
)
from assessment.inspections.process import CAMPAIGN
from assessment.organisations.duties import Duty


class SeedForm(Form):
    seed = StringField(
        N_("Seed"), [DataRequired(N_("Enter the seed.")), Regexp(r"[0-9]{20}$", message=N_("A seed has 20 digits."))],
        description=N_("20 digits, from dice or a public number that nobody knew when the rolls were frozen."),
    )  # fmt: skip


class ExcessForm(Form):
    reason = TextAreaField(
        N_("Reason"), [Length(max=4000)],
        description=N_("Needed only where units are inspected on more days than the scheme's cap."),
    )  # fmt: skip


class AskForm(SeedForm):
    size = IntegerField(N_("How many findings"), [DataRequired(N_("Say how many.")), NumberRange(1, 1_000)])


class OpinionForm(Form):
    """Blind: what was found and where, without what the first inspector made of it."""

    opinion_id = SelectField(N_("Finding"), coerce=int, choices=[])
    severity = RadioField(N_("How grave is it?"), choices=[], validators=[DataRequired(N_("Choose one."))])
    note = TextAreaField(N_("Note"), [Length(max=4000)])


def fill_opinion(form: Any, session: Any, one: Campaign) -> None:
    asked = queries.opinions_asked(session, viewer().key, one.id)
    found = {opinion.id: session.get_one(Finding, opinion.finding_id) for opinion in asked}
    form.opinion_id.choices = options([
        (opinion_id, Bilingual(f"{one.description_zh}（{one.place}）", f"{one.description_en} ({one.place})"))
        for opinion_id, one in found.items()
    ])  # fmt: skip
    form.severity.choices = options(list(queries.severities(session, one).items()))


class RecusalForm(ReasonForm):
    inspector_id = SelectField(N_("Inspector"), coerce=int, choices=[])
    object_id = SelectField(N_("Object inspected"), coerce=int, choices=[])


def fill_recusal(form: Any, session: Any, one: Campaign) -> None:
    form.inspector_id.choices = options([(row.id, row.code) for row in queries.inspectors_of(session, one.id)])
    form.object_id.choices = options([(row.id, row.name) for row in queries.objects_of(session, one.id)])


class ConcludeForm(Form):
    number = StringField(
        N_("Number of the bulletin"), [DataRequired(N_("Give the bulletin a number.")), Length(max=60)]
    )


def render_conclusion(record_id: int) -> services.Rendered | None:
    """Before the transaction: a bulletin of thousands of problems takes seconds."""
    if request.method != "POST":
        return None
    one = access(Campaign, record_id)
    return services.prepare_conclusion(current_session(), one, store(), request.form.get("number", ""), now())


ROLL = re.compile(r"^\s*([^,，\s]+)\s*[,，]\s*([^,，\s]+)\s*" + r"(?:[,，]\s*([^,，]*))?" * 3 + "$")


class RollsForm(Form):
    objects = TextAreaField(
        N_("Objects"), description=N_("One a line: code, unit code, name, name in English, stratum.")
    )
    inspectors = TextAreaField(
        N_("Inspectors"), description=N_("One a line: code, user name; write “lead” behind those who may lead.")
    )


def fill_rolls(form: Any, session: Any, one: Campaign) -> None:
    if form.is_submitted():
        return
    objects = queries.objects_of(session, one.id)
    units = room.units_of({row.unit_id for row in objects})
    form.objects.data = "\n".join(
        f"{r.code}, {units[r.unit_id].code}, {r.name_zh}, {r.name_en}{r.stratum and f', {r.stratum}'}" for r in objects
    )
    names = queries.usernames(session, [row.person_id for row in queries.inspectors_of(session, one.id)])
    form.inspectors.data = "\n".join(
        f"{row.code}, {names[row.person_id]}{', lead' if row.may_lead else ''}"
        for row in queries.inspectors_of(session, one.id)
    )


def set_rolls(session: Any, one: Campaign, act: Any, objects: str, inspectors: str) -> None:
    services.set_rolls(session, one, act, *read_rolls(session, objects or "", inspectors or ""))


def read_rolls(session: Any, objects: str, inspectors: str) -> tuple[list[Any], list[Any]]:
    """The rolls as they were typed; the line at fault is named."""
    codes = {unit.code: unit.id for unit in room.units_of(viewer().unit_ids_for(Duty.PLAN_INSPECTIONS)).values()}
    things = []
    for line in filter(str.strip, objects.splitlines()):
        found = ROLL.match(line)
        if found is None or found[2] not in codes:
            fault = say("“{line}” is not an object: write code, unit code, name.", line=line[:80])
            raise Invalid(fault, fields={"objects": fault})
        zh, en = (found[3] or found[1]).strip(), (found[4] or found[3] or found[1]).strip()
        things.append(services.NewObject(found[1], codes[found[2]], Bilingual(zh, en), (found[5] or "").strip()))
    people = []
    for line in filter(str.strip, inspectors.splitlines()):
        found = ROLL.match(line)
        person = queries.person_called(session, found[2]) if found else None
        if found is None or person is None:
            fault = say("“{line}” is not an inspector: write code, user name.", line=line[:80])
            raise Invalid(fault, fields={"inspectors": fault})
        people.append(services.NewInspector(found[1], person, may_lead=(found[3] or "").strip() == "lead"))
    return things, people


acts(
    room.pages, Campaign, CAMPAIGN,
    {
        "set_rolls": Action(set_rolls, RollsForm, fill=fill_rolls),
        "approve_campaign": Action(services.approve_campaign, ExcessForm, explain=lambda session, one: say(
            "Content, scope, objects and period are fixed by this; nothing is widened afterwards.")),
        "declare_recusal": Action(services.declare_recusal, RecusalForm, fill=fill_recusal),
        "freeze_rolls": Action(services.freeze_rolls, explain=lambda session, one: say(
            "Recusals are computed from posts, then the rolls are hashed: before anyone can know the seed.")),
        "draw": Action(services.draw, SeedForm, explain=lambda session, one: say(
            "The hash of the roll is {hash}. It is drawn once and never again.", hash=one.population_hash)),
        "begin": Action(services.begin),
        "ask_second_opinions": Action(services.ask_second_opinions, AskForm, explain=lambda session, one: say(
            "Confirmed findings are drawn and put before inspectors who were not there; they see no severity.")),
        "give_second_opinion": Action(services.give_second_opinion, OpinionForm, fill=fill_opinion),
        "conclude": Action(services.conclude, ConcludeForm, prepare=render_conclusion, explain=lambda session, one: say(
            "The supervision bulletin is fixed as it stands now and served on every unit that was visited.")),
        "close_campaign": Action(services.close_campaign),
    },
    path="/<int:record_id>",
)  # fmt: skip
