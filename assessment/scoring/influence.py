"""What a ranking rests on, as rows of a table: a unit's places, and the ranks without each indicator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from assessment.foundation.exact import canonical, rounded
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results
from assessment.scoring.rules.insight import placings, removals
from assessment.scoring.rules.values import UnitInput
from assessment.scoring.scoresheet import PLACES_OF_EXACT

PLACES = ("indicator", "rank", "of", "score", "is")
REMOVALS = ("without", "moved", "mean_places", "most_places", "unit", "rank", "rank_without")

Cell = str | int | Decimal | None


def places(results: Results, unit: str) -> Iterator[tuple[Cell, ...]]:
    """One row an indicator that counts for the unit, the best place first; whether it is a strength or a weakness."""
    for one in sorted(placings(results, unit), key=lambda placing: -placing.lead):
        word = "strength" if one.is_strength else "weakness" if one.is_weakness else ""
        score = Decimal(canonical(rounded(one.score, PLACES_OF_EXACT, "half_up")))
        yield one.code, one.rank, one.of, score, word


def removal_rows(scheme: Scheme, units: Sequence[UnitInput]) -> Iterator[tuple[Cell, ...]]:
    """One row an indicator: how many units move without it, how far on average, and who moves farthest."""
    for removal in removals(scheme, units):
        mean, move = rounded(removal.mean, 4, "half_up"), removal.largest
        row = (move.places, move.unit, move.rank, move.without) if move else (None, None, None, None)
        yield removal.code, removal.moved, mean, *row
