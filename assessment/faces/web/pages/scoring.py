"""Scores: who may see which, and a period's table as every page of scores draws it; the pages are its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.bulletins.queries.facts import band_name, group_name
from assessment.faces.web.kit import (
    address,
    scope,
    shape,
    viewer,
)
from assessment.foundation.charts import step_of
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import N_, Bilingual, Sentence
from assessment.objections import queries as objections
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring import queries
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.rules.ranges.found import RankRange
from assessment.scoring.sensitivity import rank_ranges, specification

pages = Blueprint("scoring", __name__, url_prefix="/scoring")
address("scorecard", "scoring.scorecard", "card_id", N_("Scorecard"))
address("edition", "scoring.edition", "edition_id", N_("Edition"))
scope(Scorecard, queries.may_see)
scope(Edition, lambda session, edition, who: may_see_edition(session.get_one(Period, edition.period_id), edition, who))
shape("edition", "provisional", "going")
shape("edition", "approved", "done")

NONE = "—"
COLOURS = ("fa", "fb", "fc", "fd")
FULL = Fraction(100)
FEW = 100
"""Units up to which a table is read and drawn whole."""


def may_see_period(period: Period, who: Any) -> bool:
    """Published tables are everybody's who signs in; before, they are the office's and the leaders'."""
    return period.state in queries.PUBLIC or queries.may_see_all(who, period.programme.unit_id)


def may_see_edition(period: Period, edition: Edition, who: Any) -> bool:
    """What was computed and never approved stays the office's, also when the period is published."""
    if edition.approved_at is None:
        return queries.may_see_all(who, period.programme.unit_id)
    return may_see_period(period, who)


@dataclass(frozen=True)
class Cell:
    """One item of one unit, as the heat map draws it."""

    code: str
    score: str
    shade: str
    number: Decimal | None


@dataclass(frozen=True)
class Row:
    """One unit in the table."""

    card: Scorecard
    group: Bilingual
    band: Bilingual
    before: int | None
    to_next: Decimal | None
    places: int
    """To which an item's marks are rounded."""
    is_disputed: bool
    range: RankRange | None = None

    @cached_property
    def cells(self) -> Mapping[str, Cell]:
        """What each item brought; of many rows, `queries.with_marks` reads them together."""
        return {item["code"]: cell_of(item, self.places) for item in self.card.items}

    @property
    def moved(self) -> int | None:
        """Places won (positive) or lost since the period before."""
        return None if self.before is None or self.card.rank is None else self.before - self.card.rank


@dataclass(frozen=True)
class Head:
    """A column of the heat map."""

    code: str
    name: Bilingual
    maximum: str


@dataclass(frozen=True)
class Standing:
    """A period's table with everything that is drawn from it."""

    session: Session
    period: Period
    edition: Edition

    @cached_property
    def scheme(self) -> Scheme:
        return programmes.scheme(self.session, self.edition.scheme_version_id)

    @property
    def places(self) -> int:
        return self.scheme.rounding.of_total.places

    @cached_property
    def cards(self) -> list[Scorecard]:
        """Of a country without the marks of each item: they are read for the rows that are shown."""
        found = queries.league_table(self.session, self.edition.id, is_light=True)
        if len(found) <= FEW:
            queries.with_marks(self.session, found)
        return found

    @cached_property
    def before(self) -> Period | None:
        return queries.period_before(self.session, self.period)

    @cached_property
    def heads(self) -> list[Head]:
        """The items of a short table; of a country's, those of the first of each group, who stand for the others."""
        firsts = {card.group_code: card for card in reversed(self.cards)}
        some = self.cards if len(self.cards) <= FEW else list(firsts.values())[::-1]
        queries.with_marks(self.session, some)
        found: dict[str, Head] = {}
        for card in some:
            for item in card.items:
                code = item["code"]
                found.setdefault(code, Head(code, item_name(self.scheme, self.period, code), item["maximum"]))
        return list(found.values())

    def rows(self) -> list[Row]:
        ranks = queries.ranks_before(self.session, self.period)
        disputed = objections.under_objection(self.session, self.period.id)
        ranges = rank_ranges(self.edition, self.cards)
        above: dict[str, Decimal] = {}
        better: dict[str, Decimal] = {}
        found = []
        for card in self.cards:
            gap = None
            if card.total is not None:
                if card.group_code in above and above[card.group_code] != card.total:
                    better[card.group_code] = above[card.group_code]
                above[card.group_code] = card.total
                gap = better[card.group_code] - card.total if card.group_code in better else None
            found.append(
                Row(
                    card,
                    group_name(self.scheme, card.group_code),
                    band_name(self.scheme, card.band) if card.band else Bilingual("", ""),
                    ranks.get(card.unit_id),
                    gap,
                    self.places,
                    card.unit_id in disputed,
                    ranges.get(card.unit_code),
                )
            )
        return found

    @property
    def varied(self) -> Sentence | None:
        """What was varied for the rank ranges, if there are any."""
        found = self.edition.sensitivity
        return specification(found.specification) if found else None

    def points(self, total: Decimal | None) -> str:
        return NONE if total is None else f"{total:.{self.places}f}"


def item_name(scheme: Scheme, period: Period, code: str) -> Bilingual:
    item = next((item for item in scheme.items if item.code == code), None)
    if item is not None:
        return Bilingual(item.zh, item.en)
    part = next((one for one in period.parts if one.code == code), None)
    return part.title if part is not None else Bilingual("", "")


def cell_of(item: Mapping[str, Any], places: int) -> Cell:
    if item["exact"] is None:
        return Cell(item["code"], NONE, "", None)
    score, most = Fraction(item["exact"]), Fraction(str(item["maximum"]).rstrip("…"))
    shown = rounded(score, places, "half_up")
    return Cell(item["code"], f"{shown:f}", f"ht{shade(most - score, most)}", shown)


def shade(lost: Fraction, most: Fraction) -> int:
    """In which of the six half-open steps the marks lost lie, as a share of the item."""
    return step_of(lost / most if most > 0 else Fraction(0))


def visible_periods(session: Session) -> list[Period]:
    """Periods with a table that the viewer may see whole, newest first."""
    scored = select(Edition.period_id).distinct()
    found = session.scalars(select(Period).where(Period.id.in_(scored)).order_by(Period.last_day.desc(), Period.id))
    who = viewer()
    return [period for period in found if may_see_period(period, who)]
