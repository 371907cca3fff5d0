"""Results to compute with: an explanation as data, a unit's part and a whole period as a workbook."""

from __future__ import annotations

from flask import Response

from assessment.faces.web.kit import (
    access,
    current_session,
    download,
    language,
    signed_in,
    viewer,
)
from assessment.faces.web.kit.lists import XLSX
from assessment.faces.web.pages import scoring as room
from assessment.faces.web.pages.scoring import Standing, may_see_edition
from assessment.faces.web.pages.scoring_explained import Explained
from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import say
from assessment.programmes.models import Period
from assessment.scoring import queries
from assessment.scoring.models import Edition, Scorecard


def explained(standing: Standing) -> Explained:
    """What a table froze, to be explained to whoever reads it."""
    sees_others = may_see_edition(standing.period, standing.edition, viewer())
    return Explained(standing.session, standing.scheme, standing.period, standing.edition, sees_others)


def of_card(card: Scorecard) -> Explained:
    """What explains one scorecard."""
    session = current_session()
    edition = session.get_one(Edition, card.edition_id)
    return explained(Standing(session, session.get_one(Period, edition.period_id), edition))


@room.pages.get("/scorecards/<int:card_id>.json")
@signed_in
def scorecard_data(card_id: int) -> Response:
    """The same explanation as data, in the shape of docs/explanation.md."""
    found = of_card(card := access(Scorecard, card_id)).as_data(card)
    if found is None:
        raise NotNow(say("Computed again, this result differs; its edition says where. There is nothing to explain."))
    return Response(found.model_dump_json(indent=1) + "\n", mimetype="application/json")


@room.pages.get("/scorecards/<int:card_id>.xlsx")
@signed_in
def scorecard_workbook(card_id: int) -> Response:
    """The unit's own part of the workbook."""
    found = of_card(card := access(Scorecard, card_id))
    content = found.as_workbook([card], language(), only=card.unit_code)
    return download(content, f"{found.period.code}-{card.unit_code}.xlsx", XLSX)


@room.pages.get("/editions/<int:edition_id>/workbook.xlsx")
@signed_in
def edition_workbook(edition_id: int) -> Response:
    """All scores of a period as a workbook whose cells compute."""
    session = current_session()
    found = access(Edition, edition_id)
    standing = Standing(session, session.get_one(Period, found.period_id), found)
    queries.with_marks(session, standing.cards)
    content = explained(standing).as_workbook(standing.cards, language())
    return download(content, f"{standing.period.code}-{found.number}.xlsx", XLSX)
