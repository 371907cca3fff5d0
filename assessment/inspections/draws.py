"""The lots of a campaign: what its draw is computed from, and the record from which anyone computes it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.inspections.models import Campaign, CampaignObject, Visit, VisitInspector
from assessment.inspections.queries import inspectors_of, recusals_of
from assessment.inspections.rules.lots import Lots


def lots_of(session: Session, campaign: Campaign) -> Lots:
    """The rolls as they lie in the database now; their hashes show whether they are those that were frozen."""
    roll = select(CampaignObject.id, CampaignObject.code, CampaignObject.stratum)
    objects = session.execute(roll.where(CampaignObject.campaign_id == campaign.id)).all()
    inspectors = {one.id: one for one in inspectors_of(session, campaign.id)}
    codes = {one.id: one.code for one in objects}
    return Lots(
        objects={one.code: one.stratum for one in sorted(objects, key=lambda one: one.code)},
        inspectors={one.code: one.may_lead for one in inspectors.values()},
        recusals=frozenset(
            (inspectors[one.inspector_id].code, codes[one.object_id]) for one in recusals_of(session, campaign.id)
        ),
        size=campaign.sample,
        per_object=campaign.per_object,
        rates=dict(campaign.rates),
    )


def record_of(session: Session, campaign: Campaign, lots: Lots | None = None) -> dict[str, Any]:
    """Everything public about a draw, as announced; without seed and lots until the seed is entered.

    ``lots``: those of the campaign, of whoever has read them already.
    """
    lots = lots or lots_of(session, campaign)
    facts = {
        "format": 1, "campaign": campaign.number, "title": {"zh": campaign.title_zh, "en": campaign.title_en},
        "frozen_at": _moment(campaign.frozen_at), "population_hash": campaign.population_hash,
        "inputs_hash": campaign.inputs_hash, "drawn_at": _moment(campaign.drawn_at), "seed": campaign.seed,
    }  # fmt: skip
    drawn = lots.draw(campaign.seed) if campaign.seed else ()
    return facts | lots.as_json(drawn) | {"replaced": replacements(session, campaign.id)}


def _moment(moment: Any) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def replacements(session: Session, campaign_id: int) -> list[dict[str, str]]:
    """Who was drawn and did not come, by code, and who came by the next ticket; the reasons stand in the trail."""
    rows = session.execute(
        select(CampaignObject.code, VisitInspector.code, VisitInspector.replaced_at)
        .join(Visit, Visit.id == VisitInspector.visit_id)
        .join(CampaignObject, CampaignObject.id == Visit.object_id)
        .where(Visit.campaign_id == campaign_id, VisitInspector.replaced_at.is_not(None))
        .order_by(VisitInspector.replaced_at, VisitInspector.id)
    )
    return [{"object": thing, "inspector": code, "at": _moment(at)} for thing, code, at in rows]


def public_draws(session: Session) -> Sequence[Campaign]:
    """Every campaign whose rolls are frozen, the newest first: the hash is public before the seed is."""
    query = select(Campaign).where(Campaign.frozen_at.is_not(None))
    return list(session.scalars(query.order_by(Campaign.frozen_at.desc(), Campaign.id.desc())))
