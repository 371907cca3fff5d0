"""Ranks over the periods, a picture and a table for each peer group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import request
from markupsafe import Markup
from sqlalchemy.orm import Session

from assessment.faces.web.kit import (
    _,
    language,
    said,
    viewer,
)
from assessment.faces.web.pages.scoring import Row, Standing
from assessment.foundation.charts import Line, bump
from assessment.foundation.i18n import MONTHS, Bilingual
from assessment.scoring import queries
from assessment.scoring.models import Scorecard


@dataclass(frozen=True)
class Bump:
    """Ranks of one group over the periods of a kind: the picture and its table."""

    name: Bilingual
    picture: Markup
    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    is_long: bool


def bumps(
    session: Session, standing: Standing, rows: Sequence[Row], groups: Iterable[tuple[str, Bilingual]]
) -> list[Bump]:
    """Rank by period up to the one shown, at most twelve, a panel each peer group; the widest movers are marked."""
    period = standing.period
    only = Scorecard.unit_id.in_({row.card.unit_id for row in rows})
    states = queries.SERVED if queries.may_see_all(viewer(), period.programme.unit_id) else queries.PUBLIC
    past = [
        (one.period_code, one.unit_id, one.rank)
        for one in queries.standings(session, period.programme_id, period.kind, states, only=only)
        if one.period_code < period.code
    ]
    past += [(period.code, row.card.unit_id, row.card.rank) for row in rows]
    codes = sorted({code for code, _unit, _rank in past})[-12:]
    if len(codes) < 2:
        return []
    named = {row.card.unit_id: row for row in rows}
    ranks: dict[int, dict[str, int | None]] = {}
    for code, unit_id, rank in past:
        ranks.setdefault(unit_id, {})[code] = rank
    marked = {code for code in request.args.getlist("mark") if code}
    found = []
    for code, name in groups:
        members = [row for row in named.values() if row.card.group_code == code]
        if not members:
            continue
        chosen = _marks(members, marked)
        lines = tuple(
            Line(
                said(row.card.name),
                tuple(ranks.get(row.card.unit_id, {}).get(one) for one in codes),
                chosen.get(row.card.unit_id, ""),
            )
            for row in members
        )
        short = tuple(short_period(one) for one in codes)
        title = _("Rank by period, {group}", group=name if name.zh or name.en else standing.period.programme.title)
        picture = Markup(bump(title, short, lines))  # noqa: S704 - drawn by us, texts escaped there
        found.append(Bump(name, picture, short, lines, len(members) > 20))
    return found


def _marks(members: Sequence[Row], wanted: set[str]) -> dict[int, str]:
    """At most two lines: those asked for, else the one that rose and the one that fell most."""
    asked = [row for row in members if row.card.unit_code in wanted][:2]
    if asked:
        return {row.card.unit_id: css for row, css in zip(asked, ("hi", "lo"), strict=False)}
    moved = [row for row in members if row.moved]
    chosen = {}
    if moved:
        up, down = max(moved, key=lambda row: row.moved or 0), min(moved, key=lambda row: row.moved or 0)
        if (up.moved or 0) > 0:
            chosen[up.card.unit_id] = "hi"
        if (down.moved or 0) < 0:
            chosen[down.card.unit_id] = "lo"
    return chosen


def short_period(code: str) -> str:
    """``Jan`` or ``1月`` for 2012-01; Q1 and years as they are."""
    tail = code.rpartition("-")[2]
    if tail.isdecimal() and len(tail) == 2:
        return f"{int(tail)}月" if language() == "zh" else MONTHS[int(tail) - 1]
    return tail
