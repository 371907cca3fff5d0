"""An edition computed again, here and now; and what if its weights or targets were others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from sqlalchemy import select

from assessment.bulletins.queries.facts import group_name
from assessment.faces.web.kit import (
    access,
    current_session,
    not_there,
    said,
    signed_in,
    viewer,
)
from assessment.faces.web.pages import scoring as room
from assessment.faces.web.pages.scoring import Standing
from assessment.faces.web.pages.scoring_influence import without_each
from assessment.faces.web.pages.scoring_whatif import LIVE, Form
from assessment.foundation.i18n import Bilingual, Sentence, say
from assessment.programmes.models import Period, SchemeVersion
from assessment.programmes.rules.robustness import Robustness
from assessment.scoring import queries, recomputing
from assessment.scoring.models import Edition
from assessment.scoring.sensitivity import specification


@room.pages.get("/editions/<int:edition_id>")
@signed_in
def edition(edition_id: int) -> str:
    """The frozen snapshot and what comes out when it is computed again, here and now."""
    session = current_session()
    found = access(Edition, edition_id)
    period = session.get_one(Period, found.period_id)
    standing = Standing(session, period, found)
    again = recomputing.compute_again(session, found)
    others = session.scalars(select(Edition).where(Edition.period_id == period.id).order_by(Edition.number)).all()
    upgrade = recomputing.of_edition(session, found.id)
    may_leave_out = not period.is_composite and queries.may_see_all(viewer(), period.programme.unit_id)
    asked = may_leave_out and "without" in request.args
    return render_template(
        "scoring/edition.html", edition=found, period=period, count=again.results, others=others,
        version=session.get_one(SchemeVersion, found.scheme_version_id),
        differing=differences_of(standing, again.differences), wrong=len(again.differences), upgrade=upgrade,
        then=differences_of(standing, recomputing.plain(upgrade.differences)) if upgrade else (),
        may_leave_out=may_leave_out, units={card.unit_code: card.name for card in standing.cards},
        without=list(without_each(standing.scheme, found.inputs)) if asked else None,
    )  # fmt: skip


MOST_DIFFERENCES = 200


def differences_of(standing: Standing, some: Sequence[recomputing.Difference]) -> list[tuple[str, str, str, str]]:
    """(unit, what, announced, found again) as a reader takes them, the first so many."""
    names = {card.unit_code: card.name for card in standing.cards}
    return [
        (said(names.get(one.unit, one.unit)), said(one.word), one.stored, one.again) for one in some[:MOST_DIFFERENCES]
    ]


@room.pages.get("/what-if")
@signed_in
def what_if() -> str:
    """Other weights or targets on a copy of an edition: winners and losers, and nothing kept."""
    session = current_session()
    edition_id = request.args.get("edition", "")
    found = access(Edition, int(edition_id)) if edition_id.isdecimal() and len(edition_id) < 10 else None
    period = session.get_one(Period, found.period_id) if found else None
    if found is None or period is None or period.is_composite:
        raise not_there()
    if not queries.may_see_all(viewer(), period.programme.unit_id):
        raise not_there()
    standing = Standing(session, period, found)
    form = Form(standing.scheme, request.args)
    outcomes = form.outcomes(found.inputs) if not form.faults else []
    named = [(code, group_name(standing.scheme, code)) for code in standing.scheme.groups]
    said_of = (standing.scheme.robustness or Robustness()).model_copy(update={"draws": LIVE}).plainly()
    return render_template(
        "scoring/what_if.html", period=period, edition=found, standing=standing, form=form,
        heading=_moved(outcomes, form), varied=specification(said_of) if any(one.range for one in outcomes) else None,
        names={card.unit_code: card.name for card in standing.cards},
        weights=[(code, name, fields) for code, name in [("", Bilingual("", "")), *named]
                 if (fields := [one for one in form.weights if one.group == code])],
        groups=[(code, name, rows) for code, name in named if (rows := [one for one in outcomes if one.group == code])],
    )  # fmt: skip


def _moved(outcomes: Sequence[Any], form: Form) -> Sentence:
    """The answer first: how many would win and lose places."""
    if not form.is_changed or not outcomes:
        return say("What if?")
    won, lost = sum(one.places > 0 for one in outcomes), sum(one.places < 0 for one in outcomes)
    return say("{won} would win places, {lost} would lose some.", won=won, lost=lost)
