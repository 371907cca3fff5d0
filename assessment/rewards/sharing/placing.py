"""Places for the first and for the most improved, in each peer group or shared among all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from assessment.foundation.exact import shown
from assessment.organisations.queries import continued_on
from assessment.programmes.rules.rewards import MostImproved, TopReward
from assessment.rewards.rules.places import Ranked, first_places, most_improved, places_of_all
from assessment.rewards.sharing.worth import Ground, Worth
from assessment.scoring import queries as scoring
from assessment.scoring.models import Scorecard

Totals = Mapping[int, Decimal | None]


def places(
    ground: Ground, rule: TopReward | MostImproved, groups: Mapping[str, Sequence[Scorecard]], out: set[int]
) -> dict[int, Worth]:
    """Places go to those who are eligible, in their order; what a peer group cannot fill stays empty."""
    earlier = _totals_before(ground)
    sizes = {group: sum(card.rank is not None for card in cards) for group, cards in groups.items()}
    shares = places_of_all(rule.places_of_all, sizes) if rule.places_of_all is not None else {}
    found: dict[int, Worth] = {}
    for group, cards in groups.items():
        basis: dict[str, Any] = {}
        if rule.places_of_all is not None:
            basis = {"places": shares[group], "of_all": rule.places_of_all,
                     "units": sizes[group], "all_units": sum(sizes.values())}  # fmt: skip
        found |= _in_group(rule, shares.get(group, rule.places or 0), cards, out, earlier, basis)
    return found


def _totals_before(ground: Ground) -> dict[int, Decimal | None]:
    """By unit of now, which may have had another code then."""
    if ground.before is None:
        return {}
    now = continued_on(ground.session, ground.period.last_day)
    table = scoring.league_table(ground.session, ground.before.id)
    return {now.get(card.unit_id, card.unit_id): card.total for card in table}


def _in_group(
    rule: TopReward | MostImproved, count: int, cards: Sequence[Scorecard], out: set[int], earlier: Totals,
    shared: Mapping[str, Any],
) -> dict[int, Worth]:  # fmt: skip
    taking = [
        Ranked(card.unit_code, card.rank, card.total, earlier.get(card.unit_id))
        for card in cards
        if card.unit_id not in out
    ]
    improved = isinstance(rule, MostImproved)
    if isinstance(rule, MostImproved):
        placed = most_improved(taking, count, rule.by, rule.ties)
    else:
        placed = first_places(taking, count, rule.ties)
    by_code = {one.unit: one for one in placed}
    found = {}
    for card in cards:
        basis, one = dict(shared), by_code.get(card.unit_code)
        if isinstance(rule, MostImproved):
            was = earlier.get(card.unit_id)
            basis |= {"by": rule.by, "before": None if was is None else str(was)}
        if one is not None:
            basis["gain" if improved else "total"] = shown(one.by, 4)
        found[card.unit_id] = Worth(0, 0, one.place if one else None, basis)
    return found
