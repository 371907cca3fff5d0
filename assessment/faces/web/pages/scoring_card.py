"""Why this rank: one unit's scorecard, its items, its marks lost, and what it may object to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments import queries as adjustments
from assessment.bulletins.queries.facts import band_name, group_name
from assessment.cycles import queries as cycle_queries
from assessment.cycles import remedies
from assessment.faces.web.kit import (
    access,
    address_of,
    current_session,
    now,
    signed_in,
    viewer,
)
from assessment.faces.web.pages import scoring as room
from assessment.faces.web.pages.adjustments import counted
from assessment.faces.web.pages.scoring import Standing, may_see_period
from assessment.faces.web.pages.scoring_data import explained
from assessment.faces.web.pages.scoring_influence import sides
from assessment.faces.web.pages.scoring_items import ABOUT, Item, item_of
from assessment.faces.web.pages.scoring_losses import losses_of, pictures_of
from assessment.faces.web.pages.scoring_sources import KINDS, sources_of
from assessment.foundation.i18n import Bilingual, Sentence, say
from assessment.objections import queries as objections
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period, SchemeVersion
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring import queries
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.placings import may_see_places, places_of
from assessment.scoring.rules.frozen import thawed_step


@room.pages.get("/scorecards/<int:card_id>")
@signed_in
def scorecard(card_id: int) -> str:
    session = current_session()
    card = access(Scorecard, card_id)
    edition = session.get_one(Edition, card.edition_id)
    period = session.get_one(Period, edition.period_id)
    standing = Standing(session, period, edition)
    previous = _card_before(session, standing, card)
    items = [item_of(standing, item, previous) for item in card.items]
    losses = losses_of(standing, card, items)
    size = session.scalars(
        select(Scorecard.id).where(
            Scorecard.edition_id == edition.id, Scorecard.group_code == card.group_code, Scorecard.rank.is_not(None)
        )
    ).all()
    views = adjustments.for_period(session, period.id).get(card.unit_id, [])
    sees_table = may_see_period(period, viewer())
    window = (
        cycle_queries.objection_windows(session, period).get(card.unit_id) if period.state == "objections" else None
    )
    return render_template(
        "scoring/scorecard.html",
        card=card,
        edition=edition,
        period=period,
        standing=standing,
        items=items,
        size=len(size),
        group=group_name(standing.scheme, card.group_code),
        band=band_name(standing.scheme, card.band) if card.band else None,
        heading=_heading(card, len(size)),
        summary=_summary(standing, items),
        previous=previous,
        before=standing.before,
        sources=sources_of(standing, card, request.args.get("item", "")),
        kinds=KINDS,
        notes=[(ABOUT.get(note["about"], ""), _note(standing.scheme, note)) for note in card.notes],
        adjustments=[
            (view, address_of("adjustment", view.id), counted(session, view.evidence)) for view in views
        ],
        pictures=pictures_of(standing, card, losses),
        sides=sides(places_of(session, card), {one.code: one.name for one in items})
        if card.rank and may_see_places(card, viewer()) else ([], []),
        sees_table=sees_table,
        may_object=_may_object(session, card),
        window=window,
        against=[
            one for one in objections.against(session, "scorecard", card.id)
            if objections.may_see(session, one, viewer())
        ],
        version=session.get_one(SchemeVersion, edition.scheme_version_id),
        would_change=explained(standing).would_change(card, request.args.get("item", "")),
    )  # fmt: skip


def _card_before(session: Session, standing: Standing, card: Scorecard) -> Scorecard | None:
    """The unit's own card of the period before, where the viewer may see it."""
    edition = queries.edition_in_force(session, standing.before.id) if standing.before else None
    found = queries.scorecard(session, edition.id, card.unit_id) if edition else None
    return found if found is not None and queries.may_see(session, found, viewer()) else None


def _note(scheme: Scheme, note: Mapping[str, Any]) -> Sentence:
    """A note as a sentence; it froze the band's code, and its name is what one reads."""
    band = note["facts"].get("band")
    if not isinstance(band, str):
        return thawed_step(note)
    name = band_name(scheme, band)
    return thawed_step({**note, "facts": {**note["facts"], "band": {"zh": name.zh, "en": name.en}}})


def _heading(card: Scorecard, size: int) -> Sentence:
    if card.rank is None:
        return say("Why is {unit} not ranked?", unit=card.name)
    return say("Why is {unit} number {rank} of {size}?", unit=card.name, rank=card.rank, size=size)


def _summary(standing: Standing, items: Sequence[Item]) -> list[Bilingual]:
    """The items that took most of the marks."""
    lossy = sorted((one for one in items if one.lost and one.lost > 0), key=lambda one: -(one.lost or 0))
    return [one.name if one.name.zh or one.name.en else Bilingual(one.code, one.code) for one in lossy[:3]]


def _may_object(session: Session, card: Scorecard) -> bool:
    return viewer().holds(Duty.OBJECT, card.unit_id) and remedies.is_open(session, card, now())
