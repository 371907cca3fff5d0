"""How alike inspectors measure: each one's leaning against all, and what second opinions say."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from flask import render_template

from assessment.faces.web.kit import (
    Waiting,
    access,
    address_of,
    current_session,
    holding,
    waiting,
)
from assessment.faces.web.pages import inspections as room
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import N_, Label, say
from assessment.inspections import queries
from assessment.inspections.models import Campaign
from assessment.inspections.rules.agreement import kappa, leanings
from assessment.organisations.duties import Duty


@room.pages.get("/<int:campaign_id>/fairness")
@holding(Duty.PLAN_INSPECTIONS, Duty.SETTLE_FINDINGS, Duty.APPROVE, Duty.AUDIT)
def fairness(campaign_id: int) -> str:
    """By code, as public records name them; a look at the measuring, not at persons' worth."""
    session, one = current_session(), access(Campaign, campaign_id)
    graded = queries.severities(session, one)
    pairs, asked = queries.opinion_pairs(session, one.id)
    return render_template(
        "inspections/fairness.html",
        campaign=one,
        rows=leanings(queries.inspected(session, one.id, [code for code, grade in graded.items() if grade.listed])),
        pairs=pairs,
        agreed=sum(first == second for first, second in pairs),
        asked=asked,
        kappa=kappa(pairs),
        shown=hundredths,
    )


def hundredths(number: Fraction | None) -> Any:
    return None if number is None else rounded(number, 2, "half_up")


@waiting
def opinions_to_give(session: Any, officer: Any, at: datetime) -> list[Waiting]:
    asked = queries.opinions_asked(session, officer.key)
    return [
        Waiting(
            say("Second opinions you are asked for: {count}", count=sum(one.campaign_id == campaign for one in asked)),
            say("Judge what was found without knowing what others made of it."), None, address_of("campaign", campaign),
            Label(N_("Give a second opinion")),
        )
        for campaign in sorted({one.campaign_id for one in asked})
    ]  # fmt: skip
