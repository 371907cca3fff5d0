"""Scores over time: every scorecard the viewer may see, a locality's own, the office's all."""

from __future__ import annotations

from decimal import Decimal

from flask import Response, url_for
from sqlalchemy import select

from assessment.bulletins.queries.facts import band_name
from assessment.faces.web.kit import (
    Column,
    choice,
    current_session,
    listing,
    search,
    signed_in,
    viewer,
)
from assessment.faces.web.pages import scoring as room
from assessment.faces.web.pages.scoring import NONE
from assessment.foundation.i18n import N_, Bilingual
from assessment.organisations.duties import Duty
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.scoring import queries
from assessment.scoring.models import Edition, EditionState, Scorecard
from assessment.scoring.process import EDITION


@room.pages.get("/scores")
@signed_in
def index() -> Response | str:
    """Every scorecard the viewer may see: a locality's own, the office's all."""
    session, who = current_session(), viewer()
    rows = session.execute(
        select(Scorecard.id, Scorecard.unit_id, Scorecard.unit_code, Scorecard.name_zh, Scorecard.name_en,
               Scorecard.total, Scorecard.rank, Scorecard.band, Edition.state, Period)
        .join(Edition, Edition.id == Scorecard.edition_id)
        .join(Period, Period.id == Edition.period_id)
        .where(Edition.state != EditionState.SUPERSEDED.value)
        .order_by(Period.last_day.desc(), Scorecard.group_code, Scorecard.rank)
    ).all()  # fmt: skip
    own = frozenset().union(*(who.unit_ids_for(duty) for duty in (Duty.REPORT, Duty.OBJECT, Duty.SIGN_LETTERS)))
    shown = []
    for row in rows:
        whole = queries.may_see_all(who, row.Period.programme.unit_id)
        if whole or (row.unit_id in own and row.Period.state in queries.SERVED):
            shown.append(row)
    found = listing(
        "scores",
        shown,
        columns=[
            Column("period", N_("Period"), lambda row: row.Period.title, key_for_sorting=lambda row: row.Period.code),
            Column("unit", N_("Unit"), lambda row: Bilingual(row.name_zh, row.name_en), is_head=True,
                   link=lambda row: url_for("scoring.scorecard", card_id=row.id)),
            Column("rank", N_("Rank"), lambda row: row.rank, is_number=True),
            Column("score", N_("Score"), lambda row: row.total, is_number=True, shown=lambda row: two(row.total)),
            Column("band", N_("Band"), lambda row: band_in(row.Period, row.band), is_minor=True),
            Column("state", N_("Results"), lambda row: EDITION.word(row.state), is_minor=True),
        ],
        filters=[
            choice("period", N_("Period"), lambda row: row.Period.code,
                   [(code, code) for code in sorted({row.Period.code for row in shown}, reverse=True)]),
            search(lambda row: Bilingual(row.name_zh, row.name_en), lambda row: row.unit_code, label=N_("Unit")),
        ],
    )  # fmt: skip
    return found.answer("scoring/index.html")


def two(total: Decimal | None) -> str:
    return NONE if total is None else f"{total:.2f}"


def band_in(period: Period, code: str) -> Bilingual:
    scheme = programmes.scheme(current_session(), period.scheme_version_id)
    return band_name(scheme, code) if code else Bilingual("", "")
