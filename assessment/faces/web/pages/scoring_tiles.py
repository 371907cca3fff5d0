"""The units of a peer group as tiles, roughly as they lie on the map: where on it the marks are lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from assessment.faces.web.kit import _, said
from assessment.faces.web.pages.scoring import FULL, Row, Standing
from assessment.foundation.charts import Tile, step_of, tiles
from assessment.foundation.i18n import Bilingual
from assessment.organisations.queries import tiles_of

FEWEST = 4
"""Units on the map below which a map says nothing."""
MOST = 400
"""Units above which the tiles are too small to be told apart; of a part of them, by the filter, there is a map."""


@dataclass(frozen=True)
class Map:
    """One peer group on its tiles; those without a tile are counted, not drawn."""

    name: Bilingual
    picture: Markup
    without: int


def maps(session: Session, standing: Standing, groups: Iterable[tuple[str, Bilingual, Sequence[Row]]]) -> list[Map]:
    """A map for each peer group of which enough units have tiles, none of them upon another's."""
    drawn = [(name, [row for row in rows if row.card.total is not None]) for _code, name, rows in groups
             if len(rows) <= MOST]  # fmt: skip
    places = tiles_of(session, {row.card.unit_id for _name, rows in drawn for row in rows}) if drawn else {}
    found = []
    for name, rows in drawn:
        on_map = [row for row in rows if row.card.unit_id in places]
        if len(on_map) < FEWEST or len({places[row.card.unit_id] for row in on_map}) < len(on_map):
            continue
        title = _("Scores on the map of tiles, {group}", group=name if name.zh or name.en else standing.period.title)
        picture = Markup(tiles(title, [_tile(standing, row, places[row.card.unit_id]) for row in on_map]))  # noqa: S704
        found.append(Map(name, picture, len(rows) - len(on_map)))
    return found


def _tile(standing: Standing, row: Row, place: tuple[int, int]) -> Tile:
    total = standing.points(row.card.total)
    if row.card.rank:
        words = _("{unit}: rank {rank}, {points} points", unit=row.card.name, rank=row.card.rank, points=total)
    else:
        words = _("{unit}: not ranked, {points} points", unit=row.card.name, points=total)
    step = step_of((FULL - Fraction(row.card.total or 0)) / FULL)
    return Tile(*place, said(row.card.name), total, step, words, url_for("scoring.scorecard", card_id=row.card.id))
