"""Inspections: campaigns with their draw, visits finding by finding, what the unit says, what the office settles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from flask import Blueprint, Response, flash, get_template_attribute, redirect, render_template, request, url_for
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Regexp

from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    ReasonForm,
    Waiting,
    _,
    access,
    acts,
    address,
    address_of,
    buttons,
    chip_class,
    choice,
    current_act,
    current_session,
    holding,
    listing,
    now,
    options,
    scope,
    search,
    shape,
    signed_in,
    timeline,
    viewer,
    waiting,
)
from assessment.faces.web.pages.uploads import store
from assessment.foundation.errors import Invalid, NotPermitted, Refusal
from assessment.foundation.i18n import N_, Bilingual, Label, Sentence, local_day, say
from assessment.inspections import queries, services
from assessment.inspections.burden import burden_of
from assessment.inspections.models import (
    Campaign,
    CampaignState,
    Checklist,
    ChecklistState,
    Finding,
    FindingEvidence,
    Visit,
    VisitState,
)
from assessment.inspections.process import CAMPAIGN, VISIT
from assessment.inspections.rules.lots import rate_of
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.programmes.models import Programme
from assessment.programmes.queries import programmes, version_in_force

READ_YEAR = (Duty.PLAN_INSPECTIONS, Duty.DRAW, Duty.APPROVE, Duty.AUDIT)
"""Who reads the register: it shows visits that neither localities nor inspectors are to expect."""

pages = Blueprint("inspections", __name__, url_prefix="/inspections")
address("campaign", "inspections.campaign", "campaign_id", N_("Campaign"))
address("visit", "inspections.visit", "visit_id", N_("Visit"))
address("finding", "inspections.finding", "finding_id", N_("Finding"))
address("checklist", "inspections.checklist", "checklist_id", N_("Checklist"))
scope(Campaign, queries.may_see_campaign)
scope(Visit, queries.may_see_a_visit)
scope(Finding, queries.may_see_finding)
scope(FindingEvidence, queries.may_see_evidence)
scope(Checklist, queries.may_see_checklist)
shape("campaign", "drafted", "")


def today() -> date:
    return local_day(now())


def units_of(ids: Iterable[int]) -> dict[int, Any]:
    return unit_views(current_session(), set(ids), today())


def state_shown(process: Any) -> Callable[[Any], Any]:
    def shown(record: Any) -> Any:
        word = process.word(record.state)
        return get_template_attribute("_macros.html", "chip")(word, chip_class(process, record.state))

    return shown


# --- campaigns -------------------------------------------------------------------------------------------------------


@pages.get("")
@signed_in
def index() -> Response | str:
    """The campaigns, and for a locality the visits it was paid."""
    session = current_session()
    some = [one for one in queries.campaigns(session) if queries.may_see_campaign(session, one, viewer())]
    found = listing(
        "campaigns", some,
        [
            Column("number", N_("Number"), lambda c: c.number, is_minor=True),
            Column("title", N_("Campaign"), lambda c: c.title, is_head=True,
                   link=lambda c: address_of("campaign", c.id)),
            Column("first", N_("From"), lambda c: c.first_day),
            Column("last", N_("To"), lambda c: c.last_day, is_minor=True),
            Column("state", N_("State"), lambda c: CAMPAIGN.word(c.state), shown=state_shown(CAMPAIGN)),
        ],
        [choice("state", N_("State"), lambda c: c.state, [(s.value, CAMPAIGN.words[s]) for s in CampaignState])],
    )  # fmt: skip
    running = sum(one.state in (CampaignState.DRAWN, CampaignState.UNDER_WAY) for one in some)
    return found.answer(
        "inspections/index.html",
        running=running,
        visits=mine(session),
        units=units_of({one.unit_id for one in mine(session)}),
        may_plan=viewer().holds(Duty.PLAN_INSPECTIONS),
        may_read_year=any(viewer().holds(one) for one in READ_YEAR),
        may_keep=viewer().holds(Duty.KEEP_CHECKLISTS) or viewer().holds(Duty.PLAN_INSPECTIONS),
    )


def mine(session: Any) -> list[Visit]:
    """An inspector's own visits that are not reported yet; a locality's that wait for its comment."""
    own: list[Visit] = []
    if viewer().holds(Duty.INSPECT) or viewer().holds(Duty.LEAD_INSPECTION):
        some = queries.visits(session, person_id=viewer().person_id)
        own += [one for one in some if one.state in (VisitState.ASSIGNED, VisitState.UNDER_WAY)]
    units = viewer().unit_ids_for(Duty.ANSWER_NOTICES)
    if units:
        own += queries.visits(session, unit_ids=units, state=VisitState.REPORTED.value)
    return own[:50]


@pages.get("/<int:campaign_id>")
@signed_in
def campaign(campaign_id: int) -> Response | str:
    session = current_session()
    one = access(Campaign, campaign_id)
    every = queries.visits(session, campaign_id=one.id, limit=100_000)
    visits = [visit for visit in every if queries.may_see_visit(viewer(), visit)]
    objects = {thing.id: thing for thing in queries.objects_of(session, one.id)}
    units = units_of({thing.unit_id for thing in objects.values()})
    teams = queries.teams_of(session, [visit.id for visit in visits])
    counts = queries.count_findings_by_visit(session, one.id)
    found = listing(
        "visits", visits,
        [
            Column("number", N_("Visit"), lambda v: v.number, link=lambda v: address_of("visit", v.id), is_head=True),
            Column("unit", N_("Unit"), lambda v: units[v.unit_id].name,
                   key_for_sorting=lambda v: units[v.unit_id].code),
            Column("object", N_("Object inspected"), lambda v: objects[v.object_id].name, is_minor=True),
            Column("team", N_("Inspectors"), lambda v: ", ".join(m.code for m in teams[v.id]), is_minor=True),
            Column("findings", N_("Findings"), lambda v: counts.get(v.id, 0), is_number=True),
            Column("state", N_("State"), lambda v: VISIT.word(v.state), shown=state_shown(VISIT)),
        ],
        [
            choice("state", N_("State"), lambda v: v.state, [(s.value, VISIT.words[s]) for s in VisitState]),
            search(lambda v: v.number, lambda v: units[v.unit_id].name, lambda v: objects[v.object_id].name),
        ],
    )  # fmt: skip
    return found.answer(
        "inspections/campaign.html",
        campaign=one,
        checklist=session.get_one(Checklist, one.checklist_id),
        objects=len(objects),
        inspectors=len(queries.inspectors_of(session, one.id)),
        recusals=len(queries.recusals_of(session, one.id)),
        overlaps=queries.overlaps(session, one) if one.state == CampaignState.DRAFTED else [],
        burden=burden_of(session, one) if one.state == CampaignState.DRAFTED else None,
        may_compare=any(viewer().holds(duty) for duty in (Duty.PLAN_INSPECTIONS, Duty.APPROVE, Duty.AUDIT)),
        findings=queries.count_findings(session, one.id),
        by_unit=[line for line in queries.findings_by_unit(session, one.id) if line.unit_id in units][:100],
        unit_names={unit_id: unit.name for unit_id, unit in units.items()},
        offers=buttons(one),
        settleable=settleable(session, one, visits),
        happened=timeline(session, one),
    )


def settleable(session: Any, one: Campaign, visits: Sequence[Visit]) -> list[Visit]:
    """Visits that the viewer could settle now, all by one act: nothing disputed is among them."""
    if not viewer().holds(Duty.SETTLE_FINDINGS, one.unit_id):
        return []
    waiting_ones = [visit for visit in visits if visit.state in (VisitState.REPORTED, VisitState.COMMENTED)]
    until = queries.comments_until(session, waiting_ones)
    disputed = queries.disputed_visits(session, one.id)
    teams = queries.teams_of(session, [visit.id for visit in waiting_ones])
    return [
        visit
        for visit in waiting_ones
        if visit.id not in disputed
        and viewer().key not in {member.key for member in teams[visit.id]}
        and (visit.state == VisitState.COMMENTED or over(until[visit.id]))
    ]


def over(moment: datetime | None) -> bool:
    return moment is not None and moment < now()


@pages.post("/<int:campaign_id>/settle_all")
@holding(Duty.SETTLE_FINDINGS)
def settle_all(campaign_id: int) -> Response:
    """Everything that is ripe, by one act; what a unit disputes is settled visit by visit."""
    session = current_session()
    one = access(Campaign, campaign_id)
    some = settleable(session, one, queries.visits(session, campaign_id=one.id, limit=100_000))
    services.settle_all(session, some, current_act())
    flash(_("{n} visits were settled; their notices are served.", n=len(some)))
    return redirect(url_for(".campaign", campaign_id=one.id), 303)  # type: ignore[return-value]


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
    units = units_of({row.unit_id for row in objects})
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
    codes = {unit.code: unit.id for unit in units_of(viewer().unit_ids_for(Duty.PLAN_INSPECTIONS)).values()}
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
    pages, Campaign, CAMPAIGN,
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


class CampaignForm(Form):
    programme_id = SelectField(N_("Programme"), coerce=int, choices=[])
    checklist_id = SelectField(N_("Checklist"), coerce=int, choices=[])
    number = StringField(N_("Number"), [DataRequired(N_("Give the campaign a number.")), Length(max=60)])
    title_zh = StringField(N_("Title in Chinese"), [DataRequired(N_("Give it a title.")), Length(max=200)])
    title_en = StringField(N_("Title in English"), [DataRequired(N_("Give it a title.")), Length(max=200)])
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


@pages.route("/draft_campaign", methods=["GET", "POST"])
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

    return asked(form, do, N_("Draft a campaign"), url_for(".index"))


def asked(
    form: Any, do: Callable[[], str], heading: str, back: str, template: str = "inspections/ask.html", **facts: Any
) -> Response | str | tuple[str, int]:
    """An act that opens a record: its page, its refusals, its redirect."""
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            return redirect(do(), 303)  # type: ignore[return-value]
        except NotPermitted:
            raise
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template(template, form=form, refusal=refusal, heading=heading, back=back, **facts)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


# --- what waits ------------------------------------------------------------------------------------------------------


@waiting
def visits_to_make(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    """An inspector's own visits."""
    if not (officer.holds(Duty.INSPECT) or officer.holds(Duty.LEAD_INSPECTION)):
        return []
    some = queries.visits(session, person_id=officer.person_id)
    mine = [one for one in some if one.state in (VisitState.ASSIGNED, VisitState.UNDER_WAY)][:8]
    units = unit_views(session, {one.unit_id for one in mine}, local_day(at))
    return [
        Waiting(
            say("Visit {number}, {unit}", number=one.number, unit=units[one.unit_id].name),
            say("You are on its team."), None, address_of("visit", one.id), Label(N_("Go to the visit")),
            VISIT.word(one.state),
        )
        for one in mine
    ]  # fmt: skip


@waiting
def reports_to_comment(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    units = officer.unit_ids_for(Duty.ANSWER_NOTICES)
    some = queries.visits(session, unit_ids=units, state=VisitState.REPORTED.value, limit=50) if units else []
    until = queries.comments_until(session, some)
    return [
        Waiting(
            say("Comment on the inspection report {number}", number=one.number),
            _until(until[one.id]), until[one.id], address_of("visit", one.id), Label(N_("Read and comment")),
        )
        for one in some
        if until[one.id] is None or until[one.id] >= at  # type: ignore[operator]
    ][:8]  # fmt: skip


def _until(moment: datetime | None) -> Sentence:
    if moment is None:
        return say("Your time to comment starts when you have received it.")
    return say("Until {moment}; then it is settled as reported.", moment=moment)


@waiting
def visits_to_settle(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    if not officer.holds(Duty.SETTLE_FINDINGS):
        return []
    found = []
    for one in queries.campaigns(session):
        if one.state == CampaignState.UNDER_WAY and officer.holds(Duty.SETTLE_FINDINGS, one.unit_id):
            counts = queries.count_visits(session, one.id)
            waiting_ones = counts.get(VisitState.REPORTED.value, 0) + counts.get(VisitState.COMMENTED.value, 0)
            if waiting_ones:
                text = say(
                    "Campaign {number}: settled once the units have commented or their time is over.", number=one.number
                )
                word = say("{count} visits to settle", count=waiting_ones)
                found.append(Waiting(word, text, None, address_of("campaign", one.id), Label(N_("Settle them"))))
    return found


@waiting
def campaigns_to_approve(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    if not officer.holds(Duty.APPROVE):
        return []
    return [
        Waiting(
            say("Approve the campaign “{title}”", title=one.title),
            say("From {first} to {last}.", first=one.first_day, last=one.last_day),
            None, address_of("campaign", one.id), Label(N_("Read the plan")), CAMPAIGN.word(one.state),
        )
        for one in queries.campaigns(session)
        if one.state == CampaignState.DRAFTED and officer.holds(Duty.APPROVE, one.unit_id)
    ]  # fmt: skip
