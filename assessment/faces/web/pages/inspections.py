"""Inspections: campaigns with their draw, visits finding by finding, what the unit says, what the office settles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, flash, get_template_attribute, redirect, render_template, request, url_for

from assessment.faces.web.kit import (
    Column,
    _,
    access,
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
    scope,
    search,
    shape,
    signed_in,
    timeline,
    viewer,
)
from assessment.foundation.errors import NotPermitted, Refusal
from assessment.foundation.i18n import N_, local_day
from assessment.inspections import queries, services
from assessment.inspections.burden import burden_of
from assessment.inspections.models import (
    Campaign,
    CampaignState,
    Checklist,
    Finding,
    FindingEvidence,
    Visit,
    VisitState,
)
from assessment.inspections.process import CAMPAIGN, VISIT
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views

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
            Column("last", N_("Until"), lambda c: c.last_day, is_minor=True),
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
