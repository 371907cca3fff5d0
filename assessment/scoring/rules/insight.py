"""What a ranking rests on: where a unit is strong or weak, and what leaving an indicator out would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.reals import Number
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results, Scorecard
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import UnitInput


@dataclass(frozen=True)
class Placing:
    """A unit's score in one indicator, its place among the units of its peer group that have one, and who shares it."""

    code: str
    score: Number
    rank: int
    of: int
    shared: int = 1

    @property
    def lead(self) -> Fraction:
        """The share of units that are behind less that of those ahead: 0 for a place that all share."""
        ahead, behind = self.rank - 1, self.of - self.rank - self.shared + 1
        return Fraction(behind - ahead, self.of)

    @property
    def is_strength(self) -> bool:
        """Whether more units are behind than ahead."""
        return self.lead > 0

    @property
    def is_weakness(self) -> bool:
        """Whether more units are ahead than behind."""
        return self.lead < 0


def placings(results: Results, unit: str) -> list[Placing]:
    """A unit's place in every indicator that counts for it, in the order of the scheme."""
    card = results.of(unit)
    if card is None:
        return []
    return placed(counted(card), [counted(other) for other in results.scorecards if other.group == card.group])


def counted(card: Scorecard) -> dict[str, Number]:
    """What counts for a unit, by indicator."""
    return {item.code: item.counted for item in card.items if item.counted is not None}


def placed(own: Mapping[str, Number], peers: Sequence[Mapping[str, Number]]) -> list[Placing]:
    """The place of each of a unit's scores among those of its peer group, itself among them."""
    found = []
    for code, number in own.items():
        others = [peer[code] for peer in peers if code in peer]
        ahead, shared = sum(other > number for other in others), sum(other == number for other in others)
        found.append(Placing(code, number, ahead + 1, len(others), shared))
    return found


def strengths(found: Sequence[Placing], most: int = 5) -> list[Placing]:
    """The indicators in which a unit stands best, at most so many, the best first."""
    return sorted((one for one in found if one.is_strength), key=lambda one: -one.lead)[:most]


def weaknesses(found: Sequence[Placing], most: int = 5) -> list[Placing]:
    """The indicators in which a unit stands worst, at most so many, the worst first."""
    return sorted((one for one in found if one.is_weakness), key=lambda one: one.lead)[:most]


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
    ranks = _ranks(scheme, units)
    return [Removal(item.code, _moves(ranks, _ranks(scheme.without(item.code), units))) for item in scheme.items]


def _ranks(scheme: Scheme, units: Sequence[UnitInput]) -> dict[str, tuple[str, int]]:
    """Group and rank of each ranked unit, by group, rank and code; by arrays where they know the scheme."""
    # Loaded only where ranks are asked for many times: arrays take a fifth of a second to load.
    from assessment.scoring.rules.arrays.coverage import covers
    from assessment.scoring.rules.arrays.standings import standings
    from assessment.scoring.rules.arrays.stored import Unfit, store

    try:
        if covers(scheme):
            rows = standings(scheme, store(units)).rows()
            order = {code: place for place, code in enumerate(scheme.groups)}
            found = [(order.get(group, len(order)), group, rank, unit) for unit, group, _, rank, _ in rows if rank]
            return {unit: (group, rank) for _, group, rank, unit in sorted(found)}
    except Unfit:
        pass
    return {card.unit: (card.group, card.rank) for card in score(scheme, units).scorecards if card.rank is not None}


def _moves(before: Mapping[str, tuple[str, int]], after: Mapping[str, tuple[str, int]]) -> tuple[Move, ...]:
    return tuple(
        Move(unit, group, rank, after[unit][1]) for unit, (group, rank) in before.items() if unit in after
    )
