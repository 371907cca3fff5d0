"""A composite under other weights: its indicators keep their scores, and are taken together anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from assessment.programmes.rules.indicators import Dimension
from assessment.programmes.rules.items import Item
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results, Scorecard
from assessment.scoring.rules.composites.aggregating import aggregated
from assessment.scoring.rules.standing import ranked_groups
from assessment.scoring.rules.totals import in_total
from assessment.scoring.rules.values import UnitInput

Weights = Mapping[tuple[str, str], Decimal]
"""(indicator or heading, peer group) -> its points; the group is empty where the points are those of all groups."""


def weighed(scheme: Scheme, points: Weights) -> Scheme:
    """The scheme with other points; who has none, and a heading left empty, goes."""
    kept = tuple(entry for one in scheme.indicators if (entry := _weighed(one, points)) is not None)
    return scheme.made_of(kept)


def _weighed(entry: Dimension | Item, points: Weights) -> Dimension | Item | None:
    if isinstance(entry, Dimension):
        own = points.get((entry.code, ""), entry.points)
        kept = tuple(one for part in entry.items if (one := _weighed(part, points)) is not None)
        return entry.model_copy(update={"points": own, "items": kept}) if own and kept else None
    if not isinstance(entry.points, dict):
        own = points.get((entry.code, ""), entry.points)
        return entry.model_copy(update={"points": own}) if own else None
    shares = {group: points.get((entry.code, group), share) for group, share in entry.points.items()}
    left = {group: share for group, share in shares.items() if share}
    return entry.model_copy(update={"points": left}) if left else None


def taken_together(scheme: Scheme, results: Results, units: Sequence[UnitInput]) -> Results:
    """Results of the same indicators under another scheme's weights, ranked; screened units stay without a total."""
    inputs = {unit.code: unit for unit in units}
    groups = dict.fromkeys(card.group for card in results.scorecards)
    cards = {group: [card for card in results.scorecards if card.group == group] for group in groups}
    members = {group: [inputs[card.unit] for card in mine] for group, mine in cards.items()}
    made = {group: _anew(scheme, group, mine, inputs) for group, mine in cards.items()}
    return Results(tuple(ranked_groups(scheme, made, members)), results.troubles)


def _anew(scheme: Scheme, group: str, cards: Sequence[Scorecard], inputs: Mapping[str, UnitInput]) -> list[Scorecard]:
    scored = [card for card in cards if card.items]
    rows = [[one for item in scheme.items_in(group) if (one := card.item(item.code))] for card in scored]
    columns = {row[place].code: [other[place] for other in rows] for row in rows[:1] for place in range(len(row))}
    whole = aggregated(scheme, group, [card.unit for card in scored], columns)
    made = [
        in_total(scheme, group, inputs[card.unit], row, one) for card, row, one in zip(scored, rows, whole, strict=True)
    ]
    return made + [card for card in cards if not card.items]
