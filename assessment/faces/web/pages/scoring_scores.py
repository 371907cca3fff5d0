"""Scores over time: every scorecard the viewer may see, a locality's own, the office's all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import ColumnElement, Float, and_, cast, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from assessment.bulletins.queries.facts import band_name
from assessment.faces.web.kit import (
    Column,
    choice,
    current_session,
    language,
    paged,
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
    """A country's scorecards are tens of thousands: the database filters, sorts and cuts them."""
    session = current_session()
    periods = {one.id: one for one in session.scalars(PERIODS)}
    inside = seen(periods.values())
    narrowed = inside & narrowing(periods.values())
    counts = session.execute(
        select(func.count().filter(narrowed), func.count()).select_from(Scorecard).join(Edition).where(inside)
    ).one()

    def read(sort: str, limit: int | None, offset: int) -> list[Any]:
        query = CARDS.where(narrowed).order_by(*ordering(sort), Period.last_day.desc(), *PLACES)
        return list(session.execute(query.limit(limit).offset(offset)))

    codes = sorted({one.code for one in periods.values()}, reverse=True)
    found = paged("scores", read, (counts[0], counts[1]), columns(periods), [
        choice("period", N_("Period"), lambda row: "", [(code, code) for code in codes]),
        search(lambda row: row.unit_code, label=N_("Unit")),
    ])  # fmt: skip
    return found.answer("scoring/index.html")


STANDS = Edition.state != EditionState.SUPERSEDED.value
PERIODS = (
    select(Period)
    .where(Period.id.in_(select(Edition.period_id).where(STANDS)))
    .options(joinedload(Period.programme), selectinload(Period.parts))
)
CARDS = (
    select(Scorecard.id, Scorecard.unit_code, Scorecard.name_zh, Scorecard.name_en, Scorecard.total, Scorecard.rank,
           Scorecard.band, Edition.state, Edition.period_id)
    .join(Edition, Edition.id == Scorecard.edition_id)
    .join(Period, Period.id == Edition.period_id)
)  # fmt: skip
PLACES = (Scorecard.group_code, Scorecard.rank.is_(None), Scorecard.rank, Scorecard.unit_code, Scorecard.id)
NAMES = (Scorecard.name_zh, Scorecard.name_en, Scorecard.unit_code)


def seen(periods: Iterable[Period]) -> ColumnElement[bool]:
    """Scorecards of a whole period for those who see all of it; of one's own unit once they were served."""
    who, some = viewer(), list(periods)
    whole = {one.id for one in some if queries.may_see_all(who, one.programme.unit_id)}
    served = {one.id for one in some if one.state in queries.SERVED}
    own = frozenset().union(*(who.unit_ids_for(duty) for duty in (Duty.REPORT, Duty.OBJECT, Duty.SIGN_LETTERS)))
    mine = and_(Edition.period_id.in_(served), Scorecard.unit_id.in_(own))
    return and_(STANDS, or_(Edition.period_id.in_(whole), mine))


def narrowing(periods: Iterable[Period]) -> ColumnElement[bool]:
    """What the address asks for."""
    code, words = request.args.get("period", "").strip(), request.args.get("q", "").strip().lower()
    of = Edition.period_id.in_([one.id for one in periods if one.code == code]) if code else true()
    named = or_(*(func.lower(name).contains(words, autoescape=True) for name in NAMES)) if words else true()
    return and_(of, named)


def ordering(sort: str) -> list[ColumnElement[Any]]:
    """The columns by which the address sorts; totals by their size, which is exact to fifteen digits here."""
    name = Scorecard.name_zh if language() == "zh" else Scorecard.name_en
    by: dict[str, Any] = {
        "period": Period.code, "unit": name, "rank": Scorecard.rank, "score": cast(Scorecard.total, Float),
        "band": Scorecard.band, "state": Edition.state,
    }  # fmt: skip
    column = by.get(sort.lstrip("-"))
    if column is None:
        return []
    return [column.is_(None), column.desc() if sort.startswith("-") else column.asc()]


def columns(periods: Mapping[int, Period]) -> list[Column]:
    return [
        Column("period", N_("Period"), lambda row: periods[row.period_id].title),
        Column("unit", N_("Unit"), lambda row: Bilingual(row.name_zh, row.name_en), is_head=True,
               link=lambda row: url_for("scoring.scorecard", card_id=row.id)),
        Column("rank", N_("Rank"), lambda row: row.rank, is_number=True),
        Column("score", N_("Score"), lambda row: row.total, is_number=True, shown=lambda row: two(row.total)),
        Column("band", N_("Band"), lambda row: band_in(periods[row.period_id], row.band), is_minor=True),
        Column("state", N_("Results"), lambda row: EDITION.word(row.state), is_minor=True),
    ]  # fmt: skip


def two(total: Decimal | None) -> str:
    return NONE if total is None else f"{total:.2f}"


def band_in(period: Period, code: str) -> Bilingual:
    scheme = programmes.scheme(current_session(), period.scheme_version_id)
    return band_name(scheme, code) if code else Bilingual("", "")
