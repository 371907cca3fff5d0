"""The league table of a period: peer groups, movement, ranges and the heat map; filtered and exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from assessment.bulletins.queries.facts import group_name
from assessment.faces.web.kit import (
    Column,
    choice,
    current_session,
    listing,
    not_there,
    search,
    signed_in,
    viewer,
)
from assessment.faces.web.pages import scoring as room
from assessment.faces.web.pages.scoring import FEW, NONE, Row, Standing, visible_periods
from assessment.faces.web.pages.scoring_bumps import bumps
from assessment.faces.web.pages.scoring_tiles import maps
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import N_, Bilingual, Sentence, say
from assessment.programmes.models import Period
from assessment.scoring import queries


@room.pages.get("")
@signed_in
def ranking() -> Response | str:
    session = current_session()
    periods = visible_periods(session)
    wanted = request.args.get("period", "")
    if wanted and wanted not in {str(period.id) for period in periods}:
        raise not_there()
    if not periods:
        return render_template("scoring/none.html")
    period = next((one for one in periods if str(one.id) == wanted), None) or usual(session, periods)
    edition = queries.edition_in_force(session, period.id)
    if edition is None:
        raise not_there()
    standing = Standing(session, period, edition)
    rows = standing.rows()
    groups = [(code, group_name(standing.scheme, code)) for code in standing.scheme.groups]
    groups = [(code, name) for code, name in groups if any(row.card.group_code == code for row in rows)]
    if is_by_item(request.args):
        queries.with_marks(session, standing.cards)
    found = listing(
        f"ranking-{period.code}",
        rows,
        columns=_columns(standing),
        filters=[
            choice(
                "group", N_("Peer group"), lambda row: row.card.group_code, groups if len(groups) > 1 else [("", "")]
            ),
            search(lambda row: row.card.name, lambda row: row.card.unit_code, label=N_("Unit")),
        ],
        rows_a_page=FEW,
    )
    shown = found.shown
    queries.with_marks(session, [row.card for row in shown])
    grouped = in_groups(groups, shown)
    return found.answer(
        "scoring/ranking.html",
        standing=standing,
        period=period,
        edition=edition,
        periods=periods,
        groups=groups,
        grouped=grouped,
        sizes=Counter(row.card.group_code for row in found.items),
        maps=maps(session, standing, in_groups(groups, found.items)),
        means=_means(standing, shown),
        charts=bumps(session, standing, shown, groups),
        heading=leads(standing),
        may_replay=queries.may_see_all(viewer(), period.programme.unit_id),
    )


Group = tuple[str, Bilingual]


def in_groups(groups: Sequence[Group], rows: Sequence[Row]) -> list[tuple[str, Bilingual, list[Row]]]:
    """The rows of each peer group that has any."""
    of = [(code, name, [row for row in rows if row.card.group_code == code]) for code, name in groups]
    return [(code, name, some) for code, name, some in of if some]


def is_by_item(asked: Mapping[str, str]) -> bool:
    """Whether the marks of all rows are asked for: a file of them, or an order by one of them."""
    return asked.get("as", "") in ("csv", "xlsx") or asked.get("sort", "").lstrip("-").startswith("item-")


def usual(session: Session, periods: Sequence[Period]) -> Period:
    """What is shown unasked: the newest published month of the viewer's newest programme, else the newest of all."""
    return next((one for one in periods if one.state in queries.PUBLIC and not one.is_composite), periods[0])


def _columns(standing: Standing) -> list[Column]:
    return [
        Column("group", N_("Peer group"), lambda row: row.group),
        Column("rank", N_("Rank"), lambda row: row.card.rank, is_number=True),
        Column("move", N_("Places won"), lambda row: row.moved, is_number=True),
        *(_range_columns() if standing.varied else ()),
        Column("code", N_("Code"), lambda row: row.card.unit_code),
        Column("unit", N_("Unit"), lambda row: row.card.name, is_head=True),
        Column("score", N_("Score"), lambda row: row.card.total, is_number=True),
        Column("band", N_("Band"), lambda row: row.band),
        Column("late_days", N_("Days late"), lambda row: row.card.late_days, is_number=True),
        *(Column(f"item-{head.code}", head.code, _of_item(head.code), is_number=True) for head in standing.heads),
    ]


def _range_columns() -> list[Column]:
    return [
        Column("rank_low", N_("Best rank of the range"), lambda row: row.range and row.range.low, is_number=True),
        Column("rank_high", N_("Worst rank of the range"), lambda row: row.range and row.range.high, is_number=True),
        Column("tier", N_("Tier"), lambda row: row.range and row.range.tier, is_number=True),
    ]


def _of_item(code: str) -> Any:
    return lambda row: row.cells[code].number if code in row.cells else None


def _means(standing: Standing, rows: Sequence[Row]) -> dict[str, str]:
    """The mean of the total ("") and of every item, of the rows shown."""
    columns: dict[str, list[Decimal]] = {"": [row.card.total for row in rows if row.card.total is not None]}
    for head in standing.heads:
        numbers = [row.cells[head.code].number for row in rows if head.code in row.cells]
        columns[head.code] = [number for number in numbers if number is not None]
    return {
        code: f"{rounded(sum(map(Fraction, some), Fraction(0)) / len(some), standing.places, 'half_up'):f}"
        if some
        else NONE
        for code, some in columns.items()
    }


def leads(standing: Standing) -> Sentence:
    """The answer first: who leads each group."""
    first: dict[str, list[Bilingual]] = {}
    for card in standing.cards:
        if card.rank == 1:
            first.setdefault(card.group_code, []).append(card.name)
    names = [name for some in first.values() for name in some]
    if not names or len(names) > 3:
        return say("Ranking, {period}", period=standing.period.title)
    if len(names) == 1:
        return say("{unit} leads in {period}", unit=names[0], period=standing.period.title)
    return say("{units} lead in {period}", units=names, period=standing.period.title)
