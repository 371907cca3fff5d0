"""What a ranking rests on: where a unit is strong or weak, and what leaving an indicator out would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.reals import Number
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results, Scorecard
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import UnitInput


@dataclass(frozen=True)
class Placing:
    """A unit's score in one indicator, and its place in it among the units of its peer group that have one."""

    code: str
    score: Number
    rank: int
    of: int

    @property
    def share(self) -> Fraction:
        """The place as a share of all."""
        return Fraction(self.rank, self.of)

    @property
    def is_strength(self) -> bool:
        """Whether more units are behind than ahead; a place shared by all is neither."""
        return 2 * self.rank <= self.of

    @property
    def is_weakness(self) -> bool:
        """Whether more units are ahead than behind."""
        return 2 * self.rank > self.of + 1


def placings(results: Results, unit: str) -> list[Placing]:
    """A unit's place in every indicator that counts for it, in the order of the scheme."""
    card = results.of(unit)
    if card is None:
        return []
    peers = [other for other in results.scorecards if other.group == card.group]
    found = []
    for item in card.items:
        if item.counted is not None:
            others = [one.counted for other in peers if (one := other.item(item.code)) and one.counted is not None]
            better = sum(other > item.counted for other in others)
            found.append(Placing(item.code, item.counted, better + 1, len(others)))
    return found


def strengths(results: Results, unit: str, most: int = 5) -> list[Placing]:
    """The indicators in which a unit stands best, at most so many, the best first."""
    found = [placing for placing in placings(results, unit) if placing.is_strength]
    return sorted(found, key=lambda placing: placing.share)[:most]


def weaknesses(results: Results, unit: str, most: int = 5) -> list[Placing]:
    """The indicators in which a unit stands worst, at most so many, the worst first."""
    found = [placing for placing in placings(results, unit) if placing.is_weakness]
    return sorted(found, key=lambda placing: placing.share, reverse=True)[:most]


@dataclass(frozen=True)
class Move:
    """A unit's rank with all indicators, and without one of them."""

    unit: str
    group: str
    rank: int
    without: int

    @property
    def places(self) -> int:
        """By how many places it moves."""
        return abs(self.rank - self.without)


@dataclass(frozen=True)
class Removal:
    """What leaving one indicator out would do to the ranks; the others carry its weight."""

    code: str
    moves: tuple[Move, ...]

    @property
    def moved(self) -> int:
        """How many units change their rank."""
        return sum(move.places > 0 for move in self.moves)

    @property
    def mean(self) -> Fraction:
        """By how many places a unit moves on average."""
        return Fraction(sum(move.places for move in self.moves), len(self.moves)) if self.moves else Fraction(0)

    @property
    def largest(self) -> Move | None:
        """The longest move; of equal ones the better unit's."""
        return max(self.moves, key=lambda move: (move.places, -move.rank), default=None)


def removals(scheme: Scheme, units: Sequence[UnitInput]) -> list[Removal]:
    """Score anew without each indicator in turn; a unit unranked with or without it is left out of the comparison."""
    if len(scheme.items) < 2:
        return []
    ranks = _ranks(score(scheme, units))
    return [Removal(item.code, _moves(ranks, score(scheme.without(item.code), units))) for item in scheme.items]


def _ranks(results: Results) -> dict[str, Scorecard]:
    return {card.unit: card for card in results.scorecards if card.rank is not None}


def _moves(before: dict[str, Scorecard], results: Results) -> tuple[Move, ...]:
    after = _ranks(results)
    return tuple(
        Move(unit, card.group, card.rank or 0, after[unit].rank or 0) for unit, card in before.items() if unit in after
    )
