"""Beyond lists and single records: a ranking, an explanation, a bulletin's data, and where everything begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from sqlalchemy import case, func, select

from assessment.bulletins import opendata
from assessment.bulletins import queries as bulletins
from assessment.bulletins.models import Bulletin
from assessment.faces.api import shapes
from assessment.faces.api.asking import asked, cursor_of
from assessment.faces.api.lists import COLLECTIONS, at, score_facts, unit_ref
from assessment.faces.web.kit import access, current_session, here, language, not_there
from assessment.faces.web.pages.bulletins import today
from assessment.faces.web.pages.bulletins_shown import printed
from assessment.faces.web.pages.scoring_data import of_card
from assessment.foundation import software
from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import Bilingual, say
from assessment.programmes import queries as programmes
from assessment.scoring.explanation_shape import Explanation
from assessment.scoring.models import Edition, Scorecard


def root() -> shapes.Root:
    """What there is."""
    return shapes.Root(
        title="Five Measures", software=software.version(), description=url_for("api.openapi"),
        resources={one.name: url_for(f"api.{one.name}") for one in COLLECTIONS},
    )  # fmt: skip


def whole_score(row: Any) -> shapes.WholeScore:
    """A score with its items."""
    card = current_session().get_one(Scorecard, row.id)
    items = tuple(shapes.Item(code=one["code"], exact=one["exact"], maximum=one["maximum"]) for one in card.items)
    return shapes.WholeScore(**score_facts(row), items=items)


def explanation(id: int) -> Explanation:  # noqa: A002 - the address's own word
    """From the rank down to the reported figures."""
    card = access(Scorecard, id)
    found = of_card(card).as_data(card)
    if found is None:
        raise NotNow(say("Computed again, this result differs; its edition says where. There is nothing to explain."))
    return found


# --- the ranking -----------------------------------------------------------------------------------------------------


def ranking(id: int) -> tuple[list[shapes.Ranked], str | None]:  # noqa: A002
    """The league table: groups in the scheme's order, then by rank and code. It is frozen, so a place is a cursor."""
    session = current_session()
    edition = access(Edition, id)
    wanted = asked(f"ranking-{id}", ())
    scheme = programmes.scheme(session, edition.scheme_version_id)
    order = case({code: place for place, code in enumerate(scheme.groups)}, value=Scorecard.group_code,
                 else_=len(scheme.groups))  # fmt: skip
    rows = session.execute(
        select(Scorecard.id, Scorecard.unit_id, Scorecard.unit_code, Scorecard.name_zh, Scorecard.name_en,
               Scorecard.group_code, Scorecard.rank, Scorecard.total, Scorecard.band)
        .where(Scorecard.edition_id == edition.id)
        .order_by(order, func.coalesce(Scorecard.rank, 2**30), Scorecard.unit_code)
        .offset(wanted.after).limit(wanted.limit + 1)
    ).all()  # fmt: skip
    ranges = {one["unit"]: one for one in edition.sensitivity.ranges} if edition.sensitivity else {}
    some = [_place(row, ranges.get(row.unit_code)) for row in rows[: wanted.limit]]
    if len(rows) <= wanted.limit:
        return some, None
    return some, here(cursor=cursor_of(f"ranking-{id}", wanted.after + wanted.limit))


def _place(row: Any, found: Any) -> shapes.Ranked:
    within = {name: found[name] for name in ("low", "median", "high", "tier")} if found else None
    return shapes.Ranked(
        score=row.id, unit=unit_ref(row), name=shapes.names(Bilingual(row.name_zh, row.name_en)),
        group=row.group_code, rank=row.rank, total=shapes.number(row.total), band=row.band,
        range=shapes.Range(**within) if within else None, address=at("score", row.id),
        explanation=at("explanation", row.id),
    )  # fmt: skip


# --- a bulletin's data -----------------------------------------------------------------------------------------------


def data(id: int) -> tuple[bytes, str]:  # noqa: A002
    """The table as the bulletin carries it, byte by byte, and its file's name."""
    content = bulletins.content_of(current_session(), access(Bulletin, id), language(), today())
    if not content.data:
        raise not_there()
    return content.data.encode(), opendata.TABLE


def paper(rendition: str) -> Callable[[int], tuple[bytes, str]]:
    """The bulletin itself in one language: signed once published, before that as it would be printed."""
    return lambda id: printed(access(Bulletin, id), rendition)  # noqa: A006
