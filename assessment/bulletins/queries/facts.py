"""What bulletins are written from: an edition with its period, scheme, scorecards and what stands around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.exact import rounded
from assessment.foundation.i18n import Bilingual
from assessment.objections import queries as objections
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, Programme, SchemeVersion
from assessment.programmes.rules.scheme import ALL, Scheme
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.rules.ranges.found import RankRange
from assessment.scoring.sensitivity import rank_ranges

NONE = "—"


@dataclass(frozen=True)
class Facts:
    """All that a bulletin is written from, read once for both languages."""

    edition: Edition
    period: Period
    programme: Programme
    version: SchemeVersion
    scheme: Scheme
    cards: tuple[Scorecard, ...]
    before: Mapping[int, int]
    disputed: frozenset[int]
    ranges: Mapping[str, RankRange]
    session: Session

    @cached_property
    def past(self) -> list[scoring.Standing]:
        """Everybody's place in the published periods of this kind before this one."""
        found = scoring.standings(self.session, self.programme.id, self.period.kind)
        return [one for one in found if one.period_code < self.period.code]

    @property
    def places(self) -> int:
        return self.scheme.rounding.of_total.places

    @cached_property
    def codes(self) -> list[str]:
        """Every item that any unit has, in the order of the scheme."""
        return list(dict.fromkeys(item["code"] for card in self.cards for item in card.items))

    @cached_property
    def marks(self) -> dict[int, dict[str, str]]:
        """Unit -> item -> its points as printed: the same in every language, table and annex."""
        return {
            card.unit_id: {item["code"]: item_points(item, self.places) for item in card.items} for card in self.cards
        }

    def groups(self) -> Iterator[tuple[str, Bilingual, list[Scorecard]]]:
        """Peer groups in the scheme's order, each with its scorecards by rank; empty ones left out."""
        for code in self.scheme.groups:
            members = [card for card in self.cards if card.group_code == code]
            if members:
                yield code, group_name(self.scheme, code), members

    def points(self, total: Decimal | None) -> str:
        return NONE if total is None else f"{total:.{self.places}f}"


def item_points(item: Mapping[str, Any], places: int) -> str:
    """An item's score as it is printed; what does not apply, and what is not known, is said so."""
    return NONE if item["exact"] is None else _printed(item["exact"], places)


@lru_cache(maxsize=1 << 14)
def _printed(exact: str, places: int) -> str:
    return f"{rounded(Fraction(exact), places, 'half_up'):f}"


def facts_about(session: Session, edition: Edition, *, is_light: bool = False) -> Facts:
    """``is_light``: for whoever looks at totals, ranks and bands only, not at the marks of items."""
    period = session.get_one(Period, edition.period_id)
    return Facts(
        edition,
        period,
        session.get_one(Programme, period.programme_id),
        session.get_one(SchemeVersion, edition.scheme_version_id),
        programmes.scheme(session, edition.scheme_version_id),
        tuple(scoring.league_table(session, edition.id, is_light=is_light)),
        scoring.ranks_before(session, period),
        objections.under_objection(session, period.id),
        rank_ranges(edition),
        session,
    )


def group_name(scheme: Scheme, code: str) -> Bilingual:
    """A peer group's name; none where all are ranked together."""
    if code == ALL:
        return Bilingual("", "")
    group = scheme.peer_groups.get(code)
    return Bilingual(group.zh, group.en) if group and (group.zh or group.en) else Bilingual(code, code)


def band_name(scheme: Scheme, code: str) -> Bilingual:
    band = next((band for band in scheme.bands if band.code == code), None)
    return Bilingual(band.zh, band.en) if band and (band.zh or band.en) else Bilingual(code, code)
