"""Campaigns: planned, approved, their rolls frozen and hashed, drawn by a later seed, begun and closed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import delete
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import Bilingual, Sentence, local_day, say
from assessment.inspections.burden import burden_of
from assessment.inspections.draws import lots_of
from assessment.inspections.models import (
    Campaign,
    CampaignInspector,
    CampaignObject,
    CampaignRecusal,
    Visit,
    VisitInspector,
)
from assessment.inspections.process import CAMPAIGN, VISIT
from assessment.inspections.queries import inspectors_of, objects_of, recusals_of
from assessment.inspections.rules.lots import by_rates
from assessment.organisations.queries import held_posts_at, tree_on
from assessment.organisations.recusal import LOOK_BACK_YEARS, years_before


@dataclass(frozen=True)
class NewObject:
    """An object for the roll; its code is what the draw hashes."""

    code: str
    unit_id: int
    name: Bilingual
    stratum: str = ""


@dataclass(frozen=True)
class NewInspector:
    """An inspector for the roll, by the code under which public records show him."""

    code: str
    person_id: int
    may_lead: bool = False


def draft_campaign(
    session: Session,
    act: Act,
    *,
    programme_id: int,
    scheme_version_id: int,
    unit_id: int,
    checklist_id: int,
    number: str,
    title: Bilingual,
    scope: Bilingual,
    first_day: date,
    last_day: date,
    sample: int,
    objects: Sequence[NewObject] = (),
    inspectors: Sequence[NewInspector] = (),
    per_object: int = 2,
    comment_within: str = "5w",
    rates: Mapping[str, Fraction] | None = None,
    documents: str = "",
    is_illustrative: bool = False,
) -> Campaign:
    """Plan a campaign; its content, objects, scope and period are fixed once a leader has approved it."""
    _check_plan(number, first_day, last_day, sample, per_object)
    campaign = Campaign(
        programme_id=programme_id, scheme_version_id=scheme_version_id, unit_id=unit_id, checklist_id=checklist_id,
        number=number, title_zh=title.zh, title_en=title.en, scope_zh=scope.zh, scope_en=scope.en, first_day=first_day,
        last_day=last_day, sample=sample, per_object=per_object, comment_within=comment_within,
        rates={stratum: str(rate) for stratum, rate in (rates or {}).items()}, documents=documents.strip(),
        is_illustrative=is_illustrative, excess_reason="",
    )  # fmt: skip
    CAMPAIGN.start(session, campaign, "draft_campaign", act, relied_on=[("checklist", checklist_id)])
    session.flush()
    _write_rolls(session, campaign, objects, inspectors)
    return campaign


def _check_plan(number: str, first_day: date, last_day: date, sample: int, per_object: int) -> None:
    fault: dict[str, Sentence] = {}
    if not number.strip():
        fault["number"] = say("Give the campaign a number.")
    if last_day < first_day:
        fault["last_day"] = say("The last day lies before the first.")
    if sample < 1:
        fault["sample"] = say("Draw at least one object.")
    if per_object < 2:
        fault["per_object"] = say("Each object is inspected by at least two.")
    if fault:
        raise Invalid(next(iter(fault.values())), fields=fault)


def set_rolls(
    session: Session, campaign: Campaign, act: Act, objects: Sequence[NewObject], inspectors: Sequence[NewInspector]
) -> None:
    """Replace the rolls, while the campaign is a draft."""
    body = {"objects": len(objects), "inspectors": len(inspectors)}
    CAMPAIGN.perform(session, campaign, "set_rolls", act, body=body)
    session.execute(delete(CampaignObject).where(CampaignObject.campaign_id == campaign.id))
    session.execute(delete(CampaignInspector).where(CampaignInspector.campaign_id == campaign.id))
    _write_rolls(session, campaign, objects, inspectors)


def _write_rolls(
    session: Session, campaign: Campaign, objects: Sequence[NewObject], inspectors: Sequence[NewInspector]
) -> None:
    for codes in ([one.code for one in objects], [one.code for one in inspectors]):
        if len(set(codes)) < len(codes) or not all(codes):
            raise Invalid(say("A code on the roll is empty or stands twice."))
    session.add_all(
        CampaignObject(
            campaign_id=campaign.id, code=one.code, unit_id=one.unit_id, name_zh=one.name.zh, name_en=one.name.en,
            stratum=one.stratum,
        )
        for one in objects
    )  # fmt: skip
    session.add_all(
        CampaignInspector(campaign_id=campaign.id, person_id=one.person_id, code=one.code, may_lead=one.may_lead)
        for one in inspectors
    )
    session.flush()
    if campaign.rates and objects:
        campaign.sample = sum(_sizes(campaign, objects).values())


def _sizes(campaign: Campaign, objects: Sequence[NewObject]) -> dict[str, int]:
    """How many each stratum gives; a stratum of the roll without a rate is named."""
    nameless = sorted({one.stratum for one in objects} - set(campaign.rates))
    if nameless:
        sentence = say("The stratum “{stratum}” stands on the roll and has no rate.", stratum=nameless[0])
        raise Invalid(sentence, fields={"rates": sentence})
    return by_rates([one.stratum for one in objects], campaign.rates)


def approve_campaign(session: Session, campaign: Campaign, act: Act) -> None:
    """The leader's: from here on no widening of scope, no change of objects (政府督查工作条例 art. 15)."""
    excess = burden_of(session, campaign).excess
    if excess and not act.reason.strip():
        sentence = say(
            "{count} units would be inspected on more days this year than the scheme's cap. Say why this is needed.",
            count=len(excess),
        )  # fmt: skip
        raise Invalid(sentence, fields={"reason": sentence})
    CAMPAIGN.perform(session, campaign, "approve_campaign", act, body={"excess": sorted(excess.items())})
    campaign.excess_reason = act.reason.strip() if excess else ""


# --- draw ------------------------------------------------------------------------------------------------------------


def declare_recusal(session: Session, campaign: Campaign, act: Act, inspector_id: int, object_id: int) -> None:
    """An interest that no post shows; declared before the rolls are frozen."""
    mine = {one.id for one in inspectors_of(session, campaign.id)}, {one.id for one in objects_of(session, campaign.id)}
    if inspector_id not in mine[0] or object_id not in mine[1]:
        raise Invalid(say("Choose an inspector and an object of this campaign."))
    recusal = CampaignRecusal(
        campaign_id=campaign.id, inspector_id=inspector_id, object_id=object_id, reason=act.reason.strip()
    )
    CAMPAIGN.perform(session, campaign, "declare_recusal", act, body={"inspector": inspector_id, "object": object_id})
    session.add(recusal)


def freeze_rolls(session: Session, campaign: Campaign, act: Act) -> None:
    """Fix objects, inspectors and recusals by their hashes, which are shown before anyone can know the seed."""
    plan = {"draws": campaign.sample, "per_object": campaign.per_object, "rates": campaign.rates}
    CAMPAIGN.perform(session, campaign, "freeze_rolls", act, body=plan)
    _compute_recusals(session, campaign, act)
    session.flush()
    lots = lots_of(session, campaign)
    campaign.population_hash, campaign.inputs_hash = lots.population_hash, lots.inputs_hash
    campaign.frozen_at = act.at


def _compute_recusals(session: Session, campaign: Campaign, act: Act) -> None:
    """Who holds or held a post at a unit does not inspect there."""
    objects = objects_of(session, campaign.id)
    declared = {(one.inspector_id, one.object_id) for one in recusals_of(session, campaign.id)}
    today = local_day(act.at)
    tree = tree_on(session, today)
    lines = {one.unit_id: tree.with_forebears([one.unit_id]) for one in objects}
    since = years_before(today, LOOK_BACK_YEARS)
    everywhere = frozenset().union(*lines.values()) if lines else frozenset()
    for inspector in inspectors_of(session, campaign.id):
        posts = {post.unit_id: post for post in held_posts_at(session, inspector.person_id, everywhere, since)}
        for thing in objects:
            held = next((posts[unit] for unit in lines[thing.unit_id] if unit in posts), None)
            if held is not None and (inspector.id, thing.id) not in declared:
                session.add(
                    CampaignRecusal(
                        campaign_id=campaign.id, inspector_id=inspector.id, object_id=thing.id,
                        reason=f"post at the unit 在该单位任职: {held.title.en} {held.title.zh}",
                    )
                )  # fmt: skip


def draw(session: Session, campaign: Campaign, act: Act, seed: str) -> list[Visit]:
    """Enter the seed (20 digits), draw objects and inspectors, and make a visit of each. Never drawn twice."""
    if not re.fullmatch(r"[0-9]{20}", seed):
        sentence = say("A seed has 20 digits: from dice, or from a public number.")
        raise Invalid(sentence, fields={"seed": sentence})
    campaign.seed, campaign.drawn_at = seed, act.at
    CAMPAIGN.perform(session, campaign, "draw", act, body={"seed": seed})
    lots = lots_of(session, campaign)
    if (lots.population_hash, lots.inputs_hash) != (campaign.population_hash, campaign.inputs_hash):
        raise NotNow(say("The rolls are not the ones that were frozen; this cannot be drawn."))
    drawn = lots.draw(seed)
    short = next((one for one in drawn if lots.is_short(one)), None)
    if short is not None:
        raise NotNow(say("Too few inspectors are free for {object}; plan a new campaign.", object=short.id))
    roll = {one.code: one for one in objects_of(session, campaign.id)}
    for one in drawn:
        roll[one.id].place, roll[one.id].ticket = one.order, one.ticket
    made = _make_visits(session, campaign, [roll[one.id] for one in drawn], [one.team for one in drawn], act)
    audit.record(session, act, "draw", None, kind="visit", touched=made, relied_on=[campaign])
    return made


def _make_visits(
    session: Session, campaign: Campaign, objects: Sequence[CampaignObject], teams: Sequence[Sequence[str]], act: Act
) -> list[Visit]:
    made = []
    for thing in objects:
        visit = Visit(
            campaign_id=campaign.id, object_id=thing.id, unit_id=thing.unit_id,
            number=f"{campaign.number}-{thing.place:03d}", comment="",
        )  # fmt: skip
        VISIT.begin(visit, "draw", act)
        made.append(visit)
    session.add_all(made)
    session.flush()
    inspectors = {one.code: one for one in inspectors_of(session, campaign.id)}
    for visit, codes in zip(made, teams, strict=True):
        team = [inspectors[code] for code in codes]
        leader = next(one for one in team if one.may_lead)
        session.add_all(
            VisitInspector(visit_id=visit.id, person_id=one.person_id, code=one.code, is_leader=one is leader)
            for one in team
        )
    return made


# --- the course of a campaign ----------------------------------------------------------------------------------------


def begin(session: Session, campaign: Campaign, act: Act) -> None:
    CAMPAIGN.perform(session, campaign, "begin", act)


def close_campaign(session: Session, campaign: Campaign, act: Act) -> None:
    CAMPAIGN.perform(session, campaign, "close_campaign", act)
