"""Report cards: every scorecard that one may see, on one page of paper."""

from __future__ import annotations

from flask import Blueprint, Response

from assessment.bulletins.queries.report_cards import report_card
from assessment.bulletins.report_card import render_report_card
from assessment.faces.web.kit import access, current_session, download, signed_in
from assessment.scoring.models import Scorecard

pages = Blueprint("report_cards", __name__, url_prefix="/scoring/scorecards")


@pages.get("/<int:card_id>/card.<any(zh, en):rendition>.pdf")
@signed_in
def document(card_id: int, rendition: str) -> Response:
    card = access(Scorecard, card_id)
    content = render_report_card(report_card(current_session(), card, rendition))
    return download(content, f"{card.unit_code}.card.{rendition}.pdf", "application/pdf", is_inline=True)
