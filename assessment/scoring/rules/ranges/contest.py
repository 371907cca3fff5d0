"""One peer group as a simulation sees it: its units, what each earned by each indicator, and how totals are ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from assessment.foundation.exact import rounded
from assessment.programmes.rules.normalised import Normalised
from assessment.programmes.rules.robustness import Normalisation
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.arrays.entering import sheet
from assessment.scoring.rules.arrays.league import League
from assessment.scoring.rules.arrays.sheet import Places
from assessment.scoring.rules.arrays.standings import Standings, grouped
from assessment.scoring.rules.arrays.stored import Stored
from assessment.scoring.rules.cards import ItemScore, Results, Scorecard
from assessment.scoring.rules.composites.columns import scale_of
from assessment.scoring.rules.ranges.tree import Floats, Node, tree


@dataclass(frozen=True, eq=False)
class Contest:
    """The ranked units of a group, by published rank and then code.

    `scores` (indicators x units) lie on the scale of the total; NaN where an indicator does not count. `added` is what
    bonuses and deductions change.
    """

    group: str
    units: tuple[str, ...]
    ranks: tuple[int, ...]
    scores: Floats
    added: Floats
    tree: Node
    places: int | None
    """The decimals of the total that is ranked; None where it is ranked as it is."""
    dense: bool

    def normalised(self, how: Normalisation) -> Floats:
        """The scores after another normalisation among these units, on the same scale.

        Each indicator's scores are stretched between the worst and the best (`min_max`), replaced by the share of units
        that are worse, equals by half (`percentile_rank`), or given the mean and the spread that the indicators have on
        average (`z_score`). Where all are equal they stay as they are.
        """
        if how == "as_scheme":
            return self.scores
        low, high = np.nanmin(self.scores), np.nanmax(self.scores)
        return np.array([_column(column, how, float(low), float(high), self.scores) for column in self.scores])


def _column(column: Floats, how: Normalisation, low: float, high: float, all_scores: Floats) -> Floats:
    present = column[~np.isnan(column)]
    if present.size == 0 or present.min() == present.max():
        return column
    if how == "min_max":
        shares = (column - present.min()) / (present.max() - present.min())
    elif how == "percentile_rank":
        ordered = np.sort(present)
        below, upto = np.searchsorted(ordered, column, "left"), np.searchsorted(ordered, column, "right")
        shares = np.where(np.isnan(column), np.nan, ((below + upto) / 2 - 0.5) / max(present.size - 1, 1))
    else:
        spread = float(np.mean(np.nanstd(all_scores, axis=1)))
        found: Floats = (column - present.mean()) / present.std() * spread + float(np.nanmean(all_scores))
        return found
    stretched: Floats = low + (high - low) * shares
    return stretched


def contests(scheme: Scheme, results: Results) -> list[Contest]:
    """The groups of explained results, in their order."""
    groups = dict.fromkeys(card.group for card in results.scorecards)
    return [
        _contest(scheme, group, [card for card in results.scorecards if card.group == group and card.rank])
        for group in groups
    ]


def _contest(scheme: Scheme, group: str, cards: Sequence[Scorecard]) -> Contest:
    cards = sorted(cards, key=lambda card: (card.rank or 0, card.unit))
    items = scheme.items_in(group)
    normalised = {item.code for item in items if isinstance(item, Normalised)} if scheme.composite else set[str]()
    scores = np.full((len(items), len(cards)), np.nan)
    for place, card in enumerate(cards):
        found = {item.code: item for item in card.items}
        for row, item in enumerate(items):
            if item.code in found:
                scores[row, place] = _score(scheme, found[item.code], item.code in normalised)
    adds = scheme.bonus is not None and scheme.bonus.mode == "add"
    added = [float((card.bonus if adds else Fraction(0)) - card.deductions) for card in cards]
    ranks = tuple(card.rank or 0 for card in cards)
    return _made(scheme, group, tuple(card.unit for card in cards), ranks, scores, np.array(added))


def _score(scheme: Scheme, item: ItemScore, normalised: bool) -> float:
    if item.counted is None:
        return float("nan")
    exact = item.counted if normalised else scale_of(scheme).at(item.counted / item.points)
    return float(rounded(exact, 15, "half_even"))


def _made(
    scheme: Scheme, group: str, units: tuple[str, ...], ranks: tuple[int, ...], scores: Floats, added: Floats
) -> Contest:
    published = scheme.ranking.of == "published_total"
    places = scheme.rounding.of_total.places if published else None
    return Contest(group, units, ranks, scores, added, tree(scheme, group), places, scheme.ranking.ties == "1223")


def contests_of_arrays(scheme: Scheme, stored: Stored, standings: Standings) -> list[Contest]:
    """The same from the stored form; raises ``Unfit`` where the arrays have no room for it."""
    groups, group = grouped(scheme, stored)
    made = []
    for place, code in enumerate(groups):
        members: Places | npt.NDArray[np.intp] = np.flatnonzero(group == place)
        if members.size:
            columns = sheet(scheme, code, stored, members)
            league = League(scheme, stored, members, columns)
            units = members[league.standing]
            names = [stored.units[unit] for unit in units.tolist()]
            order = sorted(range(len(names)), key=lambda one: (standings.rank[units[one]], names[one]))
            added = np.zeros(members.size)
            for unit, points in league.added.items():
                added[unit] = float(points)
            standing = league.standing[order]
            ranks = tuple(standings.rank[units[order]].tolist())
            scores = columns.shares()[:, standing] * 100
            made.append(_made(scheme, code, tuple(names[one] for one in order), ranks, scores, added[standing]))
    return made
