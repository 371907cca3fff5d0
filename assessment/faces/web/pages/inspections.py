"""Inspections: campaigns with their draw, visits finding by finding, what the unit says, what the office settles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Blueprint, Response, flash, get_template_attribute, redirect, render_template, request, url_for
from wtforms import (
    DateField,
    DecimalField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp

from assessment.delivery.queries import papers_about
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
    download,
    holding,
    language,
    listing,
    not_there,
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
from assessment.faces.web.pages.uploads import keep_files, recorded, send
from assessment.foundation.errors import Invalid, NotPermitted, Refusal
from assessment.foundation.i18n import N_, Bilingual, Label, Sentence, local_day, say
from assessment.foundation.workdays import Duration
from assessment.inspections import queries, services
from assessment.inspections.models import (
    Campaign,
    CampaignState,
    Checklist,
    ChecklistItem,
    ChecklistState,
    Finding,
    FindingEvidence,
    Stance,
    Visit,
    VisitState,
)
from assessment.inspections.papers import (
    FindingLine,
    ReportPaper,
    SupervisionBulletin,
    UnitLine,
    render_bulletin,
    render_report,
)
from assessment.inspections.process import CAMPAIGN, CHECKLIST, FINDING, VISIT
from assessment.inspections.rules.lots import rate_of
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.programmes.models import Programme
from assessment.programmes.queries import programmes, version_in_force
from assessment.remediation.queries import tasks_from

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
        "approve_campaign": Action(services.approve_campaign, explain=lambda session, one: say(
            "Content, scope, objects and period are fixed by this; nothing is widened afterwards.")),
        "declare_recusal": Action(services.declare_recusal, RecusalForm, fill=fill_recusal),
        "freeze_rolls": Action(services.freeze_rolls, explain=lambda session, one: say(
            "Recusals are computed from posts, then the rolls are hashed: before anyone can know the seed.")),
        "draw": Action(services.draw, SeedForm, explain=lambda session, one: say(
            "The hash of the roll is {hash}. It is drawn once and never again.", hash=one.population_hash)),
        "begin": Action(services.begin),
        "conclude": Action(services.conclude, ConcludeForm, explain=lambda session, one: say(
            "The supervision bulletin is served on every unit that was visited.")),
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


# --- checklists ------------------------------------------------------------------------------------------------------


@pages.get("/checklists")
@signed_in
def checklists() -> str:
    session = current_session()
    some = [one for one in queries.checklists(session) if queries.may_see_checklist(session, one, viewer())]
    return render_template(
        "inspections/checklists.html", checklists=some, may_draft=viewer().holds(Duty.KEEP_CHECKLISTS)
    )


@pages.get("/checklists/<int:checklist_id>")
@signed_in
def checklist(checklist_id: int) -> str:
    session = current_session()
    one = access(Checklist, checklist_id)
    return render_template(
        "inspections/checklist.html",
        checklist=one,
        items=queries.items_of(session, one.id),
        offers=buttons(one),
        happened=timeline(session, one),
    )


class ItemsForm(Form):
    items = TextAreaField(
        N_("Items"), [DataRequired(N_("Write at least one item."))],
        description=N_("One a line: code | what is asked | in English | severity | points | clause."),
    )  # fmt: skip


def read_items(text: str) -> list[services.NewItem]:
    """The items as they were typed; the line at fault is named."""
    return [_item(line) for line in filter(str.strip, text.splitlines())]


def edit_items(session: Any, one: Checklist, act: Any, items: str) -> None:
    services.edit_items(session, one, act, read_items(items or ""))


def _item(line: str) -> services.NewItem:
    parts = [part.strip() for part in line.split("|")]
    fault = say(
        "“{line}” is not an item: code | what is asked | in English | severity | points | clause.", line=line[:80]
    )
    if len(parts) < 5 or not parts[0] or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,4})?", parts[4], re.ASCII):
        raise Invalid(fault, fields={"items": fault})
    text, clause = Bilingual(parts[1], parts[2] or parts[1]), parts[5] if len(parts) > 5 else ""
    return services.NewItem(parts[0], text, parts[3], Decimal(parts[4]), clause=clause)


def fill_items(form: Any, session: Any, one: Checklist) -> None:
    if not form.is_submitted():
        form.items.data = "\n".join(
            f"{i.code} | {i.text_zh} | {i.text_en} | {i.severity} | {i.points.normalize():f} | {i.clause}"
            for i in queries.items_of(session, one.id)
        )


class ChecklistForm(ItemsForm):
    programme_id = SelectField(N_("Programme"), coerce=int, choices=[])
    code = StringField(N_("Code"), [DataRequired(N_("Give it a code.")), Length(max=40)])
    title_zh = StringField(N_("Title in Chinese"), [DataRequired(N_("Give it a title.")), Length(max=200)])
    title_en = StringField(N_("Title in English"), [DataRequired(N_("Give it a title.")), Length(max=200)])


@pages.route("/checklists/draft_checklist", methods=["GET", "POST"])
@holding(Duty.KEEP_CHECKLISTS)
def draft_checklist() -> Response | str | tuple[str, int]:
    session, form = current_session(), ChecklistForm()
    form.programme_id.choices = options([(one.id, one.title) for one in programmes(session)])

    def do() -> str:
        programme = session.get_one(Programme, form.programme_id.data)
        made = services.draft_checklist(
            session, current_act(), programme_id=programme.id, unit_id=programme.unit_id,
            code=form.code.data or "", title=Bilingual(form.title_zh.data or "", form.title_en.data or ""),
            items=read_items(form.items.data or ""),
        )  # fmt: skip
        return address_of("checklist", made.id)

    return asked(form, do, N_("Draft a checklist"), url_for(".checklists"))


acts(
    pages, Checklist, CHECKLIST,
    {
        "edit_items": Action(edit_items, ItemsForm, fill=fill_items),
        "bring_into_use": Action(services.bring_into_use, explain=lambda session, one: say(
            "From now on it is frozen; a change is a new edition.")),
        "supersede": Action(services.supersede),
    },
    path="/checklists/<int:record_id>",
)  # fmt: skip


# --- visits ----------------------------------------------------------------------------------------------------------


@pages.get("/visits/<int:visit_id>")
@signed_in
def visit(visit_id: int) -> str:
    session = current_session()
    one = access(Visit, visit_id)
    findings = queries.findings_of(session, [one.id])[one.id]
    ids = [finding.id for finding in findings]
    return render_template(
        "inspections/visit.html",
        visit=one,
        campaign=session.get_one(Campaign, one.campaign_id),
        thing=queries.object_of(session, one),
        unit=units_of([one.unit_id])[one.unit_id],
        team=queries.teams_of(session, [one.id])[one.id],
        findings=findings,
        items={item.id: item for item in items_for(session, one)},
        evidence=queries.evidence_of(session, ids),
        comments=queries.comments_of(session, ids),
        tasks=tasks_from(session, "finding", ids),
        severities=queries.severities(session, session.get_one(Campaign, one.campaign_id)),
        comments_until=queries.comments_until(session, [one])[one.id],
        first=session.get(Visit, one.re_inspects_id) if one.re_inspects_id else None,
        papers=papers_about(session, ("visit", one.id)),
        offers=buttons(one),
        places=strip(one),
        happened=timeline(session, one),
    )


def items_for(session: Any, one: Visit) -> list[ChecklistItem]:
    return queries.items_of(session, session.get_one(Campaign, one.campaign_id).checklist_id)


def strip(one: Visit) -> list[tuple[Any, Any, str]]:
    moments = {
        VisitState.UNDER_WAY: one.visited_on, VisitState.REPORTED: one.reported_at,
        VisitState.COMMENTED: one.commented_at, VisitState.SETTLED: one.settled_at,
    }  # fmt: skip
    order = list(VisitState)
    here = order.index(VisitState(one.state))
    return [
        (VISIT.words[state], as_day(moments.get(state)), "now" if place == here else ("did" if place < here else ""))
        for place, state in enumerate(order)
    ]


def as_day(moment: Any) -> Any:
    return local_day(moment) if isinstance(moment, datetime) else (moment or "")


@pages.get("/visits/<int:visit_id>.pdf")
@signed_in
def visit_pdf(visit_id: int) -> Response:
    """The report as it was signed off; what was decided afterwards stands on the page."""
    session = current_session()
    one = access(Visit, visit_id)
    if one.reported_at is None:
        raise not_there()
    campaign = session.get_one(Campaign, one.campaign_id)
    programme = session.get_one(Programme, campaign.programme_id)
    grades = queries.severities(session, campaign)
    paper = ReportPaper(
        number=one.number, authority=programme.authority, unit=units_of([one.unit_id])[one.unit_id].name,
        thing=queries.object_of(session, one).name, campaign=campaign.title, visited_on=one.visited_on or today(),
        inspectors=tuple(member.code for member in queries.teams_of(session, [one.id])[one.id]),
        findings=tuple(
            FindingLine(found.number, found.description, found.place, found.clause, grade_name(grades, found.severity))
            for found in queries.findings_of(session, [one.id])[one.id]
        ),
        comment_within=in_both(Duration.parse(campaign.comment_within)), is_example=programme.is_example,
    )  # fmt: skip
    content = render_report(paper, language(), as_day(one.reported_at))
    return download(content, f"{one.number}-{language()}.pdf", "application/pdf", is_inline=True)


@pages.get("/<int:campaign_id>/bulletin.pdf")
@signed_in
def bulletin_pdf(campaign_id: int) -> Response:
    """督查通报: problems by unit, each with its task, as things stand."""
    session = current_session()
    one = access(Campaign, campaign_id)
    if one.concluded_at is None:
        raise not_there()
    programme = session.get_one(Programme, one.programme_id)
    grades = queries.severities(session, one)
    lines = queries.findings_by_unit(session, one.id)
    units = units_of({line.unit_id for line in lines})
    closed = queries.closed_by_unit(session, one.id)
    paper = SupervisionBulletin(
        number=one.bulletin_number, authority=programme.authority, campaign=one.title, scope=one.scope,
        first_day=one.first_day, last_day=one.last_day, population_hash=one.population_hash, seed=one.seed,
        severities=tuple(grade_name(grades, code) for code in grades), is_example=programme.is_example,
        units=tuple(
            UnitLine(units[line.unit_id].name, line.visits, tuple(line.by_severity.get(code, 0) for code in grades),
                     closed.get(line.unit_id, 0))
            for line in lines
        ),
    )  # fmt: skip
    content = render_bulletin(paper, language(), as_day(one.concluded_at))
    return download(content, f"{one.number}-bulletin-{language()}.pdf", "application/pdf", is_inline=True)


def grade_name(grades: Any, code: str) -> Bilingual:
    return Bilingual(grades[code].zh, grades[code].en) if code in grades else Bilingual(code, code)


def in_both(fact: Any) -> Bilingual:
    return Bilingual(fact.in_language("zh"), fact.in_language("en"))


class FindingForm(Form):
    """Mobile first: what is asked, how grave, exactly where, what was seen, the photograph."""

    item_id = SelectField(N_("What was looked at"), coerce=int, choices=[])
    severity = RadioField(N_("What did you find?"), choices=[], validators=[DataRequired(N_("Choose one."))])
    place = StringField(
        N_("Exact place and device"),
        [DataRequired(N_("Say exactly where: the place and the device.")), Length(max=500)],
    )
    description = TextAreaField(N_("What was seen"), [DataRequired(N_("Describe the problem.")), Length(max=4000)])
    files = MultipleFileField(
        N_("Evidence"), description=N_("Photographs of installations and papers, never of people; at most 10 MB each.")
    )


def fill_finding(form: Any, session: Any, one: Visit) -> None:
    items = items_for(session, one)
    form.item_id.choices = options([(item.id, Bilingual(f"{item.code} {item.text_zh}", f"{item.code} {item.text_en}"))
                                    for item in items])  # fmt: skip
    grades = queries.severities(session, session.get_one(Campaign, one.campaign_id))
    form.severity.choices = options([(code, grade) for code, grade in grades.items()])
    asked_for = request.args.get("item", "")
    if not form.is_submitted():
        item = next((item for item in items if str(item.id) == asked_for), items[0] if items else None)
        if item is not None:
            form.item_id.data, form.severity.data = item.id, item.severity


def keep_evidence(record_id: int) -> Any:
    access(Visit, record_id)
    return keep_files()


def record_finding(session: Any, one: Visit, act: Any, prepared: Any, **facts: Any) -> Finding:
    """The scheme's points for the severity chosen; the item's own where it is the item's severity."""
    files = recorded(session, prepared, act.at)
    items = {item.id: item for item in items_for(session, one)}
    grades = queries.severities(session, session.get_one(Campaign, one.campaign_id))
    item, severity = items[facts["item_id"]], facts["severity"]
    points = item.points if severity == item.severity else grades[severity].points
    text = Bilingual(facts["description"], facts["description"])
    evidence = [services.NewEvidence(f.stored.sha256, f.name, f.mime, f.stored.size) for f in files]
    new = services.NewFinding(item.id, facts["place"], text, severity, points, evidence=evidence)
    return services.record_finding(session, one, act, new)


class ReplaceForm(ReasonForm):
    person_id = SelectField(N_("Who cannot come"), coerce=int, choices=[])


def fill_replace(form: Any, session: Any, one: Visit) -> None:
    form.person_id.choices = options([(m.person_id, m.name) for m in queries.teams_of(session, [one.id])[one.id]])


class CommentForm(Form):
    """One question a finding: made for the visit it is asked about."""

    text = TextAreaField(N_("General comment"), [Length(max=8000)])


def fill_comment(form: Any, session: Any, one: Visit) -> None:
    """The answers to the findings are read from the request by name: there are as many as findings."""


def comment(session: Any, one: Visit, act: Any, text: str) -> None:
    comments = {}
    for finding in queries.findings_of(session, [one.id])[one.id]:
        stance = request.form.get(f"stance-{finding.id}", "")
        words = request.form.get(f"text-{finding.id}", "").strip()
        if stance in (Stance.ACCEPTED, Stance.DISPUTED):
            comments[finding.id] = services.NewComment(Stance(stance), words)
        elif words:
            comments[finding.id] = services.NewComment(Stance.DISPUTED, words)
    services.comment(session, one, act, comments, text or "")


@pages.app_template_global()
def findings_to_comment(one: Visit) -> list[Finding]:
    return queries.findings_of(current_session(), [one.id])[one.id]


def after_finding(one: Visit, _made: Any) -> str:
    """The next one at once: an inspector stands in the field with one hand free."""
    return url_for("inspections.visit", visit_id=one.id)


acts(
    pages, Visit, VISIT,
    {
        "replace_inspector": Action(services.replace_inspector, ReplaceForm, fill=fill_replace),
        "begin_visit": Action(services.begin_visit),
        "record_finding": Action(record_finding, FindingForm, fill=fill_finding, prepare=keep_evidence,
                                 goes_to=after_finding, template="inspections/record.html"),
        "report": Action(services.report, explain=lambda session, one: say(
            "You sign for the team. The report is served on the unit, which may comment on the facts.")),
        "comment": Action(comment, CommentForm, fill=fill_comment, template="inspections/comment.html",
                          explain=lambda session, one: say("Say to each finding whether it is so.")),
        "settle": Action(services.settle, explain=lambda session, one: say(
            "Findings that were not dropped are confirmed. The notice is served with a task for each; points that they "
            "cost are proposed, and a leader confirms them.")),
        "close_visit": Action(services.close_visit),
        "plan_reinspection": Action(services.plan_reinspection, goes_to=lambda one, made: address_of("visit", made.id)),
    },
    path="/visits/<int:record_id>",
)  # fmt: skip


# --- findings --------------------------------------------------------------------------------------------------------


@pages.get("/findings/<int:finding_id>")
@signed_in
def finding(finding_id: int) -> str:
    session = current_session()
    one = access(Finding, finding_id)
    its_visit = session.get_one(Visit, one.visit_id)
    around = queries.findings_of(session, [its_visit.id])[its_visit.id]
    place = [other.id for other in around].index(one.id)
    return render_template(
        "inspections/finding.html",
        finding=one,
        visit=its_visit,
        unit=units_of([one.unit_id])[one.unit_id],
        item=session.get_one(ChecklistItem, one.checklist_item_id),
        grade=queries.severities(session, session.get_one(Campaign, its_visit.campaign_id)).get(one.severity),
        files=queries.evidence_of(session, [one.id]).get(one.id, []),
        comment=queries.comments_of(session, [one.id]).get(one.id),
        task=tasks_from(session, "finding", [one.id]).get(str(one.id)),
        previous=around[place - 1] if place else None,
        following=around[place + 1] if place + 1 < len(around) else None,
        place=place + 1,
        count=len(around),
        offers=buttons(one),
        happened=timeline(session, one),
    )


@pages.get("/evidence/<int:evidence_id>")
@signed_in
def evidence(evidence_id: int) -> Response:
    one = access(FindingEvidence, evidence_id)
    return send(one.sha256, one.name, one.mime)  # type: ignore[no-any-return]


class AmendForm(ReasonForm):
    severity = RadioField(N_("Severity"), choices=[])
    points = DecimalField(N_("Points"), [Optional(), NumberRange(min=0)], places=None)
    place = StringField(N_("Exact place and device"), [Length(max=500)])


def fill_amend(form: Any, session: Any, one: Finding) -> None:
    its_visit = session.get_one(Visit, one.visit_id)
    grades = queries.severities(session, session.get_one(Campaign, its_visit.campaign_id))
    form.severity.choices = options([(code, grade) for code, grade in grades.items()])
    if not form.is_submitted():
        form.severity.data, form.points.data, form.place.data = one.severity, one.points.normalize(), one.place


acts(
    pages, Finding, FINDING,
    {
        "answer_comment": Action(services.answer_comment),
        "amend_finding": Action(services.amend_finding, AmendForm, fill=fill_amend),
        "drop_finding": Action(services.drop_finding),
        "overturn_finding": Action(services.overturn_finding, explain=lambda session, one: say(
            "Its task is withdrawn; what it proposed to the score loses its ground.")),
    },
    path="/findings/<int:record_id>",
)  # fmt: skip


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
