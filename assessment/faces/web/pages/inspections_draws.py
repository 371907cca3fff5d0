"""Draws in public: the hash before the seed, then what was drawn, and the record from which anyone draws again."""

from __future__ import annotations

import json

from flask import Response, current_app, render_template

from assessment.faces.web.kit import current_session, download, is_signed_in, not_there, public, viewer
from assessment.faces.web.pages import inspections as room
from assessment.inspections import draws, queries
from assessment.inspections.models import Campaign


def draw_of(campaign_id: int) -> Campaign:
    """A frozen campaign: anybody's where the installation is public, else of whoever is signed in."""
    one = current_session().get(Campaign, campaign_id) if campaign_id < 2**31 else None
    if one is None or one.frozen_at is None or not may_look():
        raise not_there()
    return one


def may_look() -> bool:
    return is_signed_in() or bool(current_app.extensions["assessment"]["settings"].public)


@room.pages.get("/draws")
@public
def draw_list() -> str:
    if not may_look():
        raise not_there()
    return render_template("inspections/draws.html", draws=draws.public_draws(current_session()))


@room.pages.get("/draws/<int:campaign_id>")
@public
def draw_record(campaign_id: int) -> str:
    """All that is needed to draw again and compare; persons stand there by code only."""
    session, one = current_session(), draw_of(campaign_id)
    lots = draws.lots_of(session, one)
    record, recusals = draws.record_of(session, one, lots), queries.recusals_of(session, one.id)
    objects = queries.objects_coded(session, one.id, [drawn["id"] for drawn in record["drawn"]])
    knows_why = is_signed_in() and queries.may_see_campaign(session, one, viewer())
    codes = {row.id: row.code for row in queries.inspectors_of(session, one.id)}
    things = queries.codes_of(session, {row.object_id for row in recusals})
    return render_template(
        "inspections/draw.html",
        campaign=one,
        lots=lots,
        record=record,
        objects=objects,
        units=room.units_of({row.unit_id for row in objects.values()}),
        still_frozen=(lots.population_hash, lots.inputs_hash) == (one.population_hash, one.inputs_hash),
        recusals=[
            (codes[row.inspector_id], things[row.object_id], row.reason if knows_why else "")
            for row in recusals
        ],
        knows_why=knows_why,
    )


@room.pages.get("/draws/<int:campaign_id>/record.json")
@public
def draw_file(campaign_id: int) -> Response:
    one = draw_of(campaign_id)
    text = json.dumps(draws.record_of(current_session(), one), ensure_ascii=False, indent=1)
    return download(text.encode(), f"draw-{one.number}.json", "application/json")


@room.pages.get("/draws/<int:campaign_id>/<any(objects, inspectors, recusals, rates):name>.csv")
@public
def draw_roll(campaign_id: int, name: str) -> Response:
    """One roll as the second hash takes it, byte by byte: led apostrophes would change the hash."""
    lots = draws.lots_of(current_session(), draw_of(campaign_id))
    if name not in lots.tables:
        raise not_there()
    return download(lots.csv(name).encode(), f"{name}.csv", "text/csv")
