"""What other weights or targets would have done to a table: computed on a copy, exactly, and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.exact import rounded
from assessment.foundation.reals import Number
from assessment.foundation.reals import total as summed
from assessment.programmes.rules.robustness import Robustness
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results, Scorecard
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.ranges.contest import Contest, contests
from assessment.scoring.rules.ranges.found import RankRange
from assessment.scoring.rules.ranges.summary import rank_ranges
from assessment.scoring.rules.ranges.tree import CannotVary
from assessment.scoring.rules.values import UnitInput
from assessment.scoring.rules.weighing import Weights, taken_together, weighed

HUNDRED = Fraction(100)


@dataclass(frozen=True)
class Supposed:
    """Other points of indicators, and other targets in per cent of those of the letters; what is not named stays.

    Points are made a whole: of 100, or in a composite of what stands beneath the same heading.
    """

    points: Weights
    targets: Mapping[str, Decimal]


@dataclass(frozen=True)
class Outcome:
    """A unit before and after; no rank where it has none, no range where its scheme's weights cannot be varied."""

    unit: str
    group: str
    total_before: Decimal | None
    rank_before: int | None
    total: Decimal | None
    rank: int | None
    range: RankRange | None

    @property
    def places(self) -> int:
        """Places won (positive) or lost."""
        return 0 if self.rank is None or self.rank_before is None else self.rank_before - self.rank


def what_if(scheme: Scheme, units: Sequence[UnitInput], supposed: Supposed, said: Robustness) -> list[Outcome]:
    """Every unit under other weights and targets, by group and new rank.

    An indicator keeps the share of its points that its rule gives; the share of the whole that it stands for changes.
    Under other weights equal totals share a rank: the keys that separate them are left aside. A composite's scores are
    taken together anew, and ranked as its scheme says.
    """
    results = score(scheme, units)
    before = {card.unit: card for card in results.scorecards}
    points = supposed.points
    if supposed.targets:
        units = [_with_targets(unit, supposed.targets) for unit in units]
        results = score(scheme, units)
    if scheme.composite is not None and points:
        scheme, points = weighed(scheme, points), {}
        results = taken_together(scheme, results, units)
    varied = _contests(scheme, results)
    found = []
    for group in dict.fromkeys(card.group for card in results.scorecards):
        cards = [card for card in results.scorecards if card.group == group]
        exact = {card.unit: _total(card, scheme, points) for card in cards}
        totals = {unit: None if total is None else _published(scheme, total) for unit, total in exact.items()}
        if points:
            ranked = exact if scheme.ranking.of == "exact_total" else totals
            ranks = _ranks(ranked, dense=scheme.ranking.ties == "1223")
        else:
            ranks = {card.unit: card.rank for card in cards if card.rank is not None}
        contest = [_weighted(scheme, varied[group], points, ranks)] if group in varied else []
        ranges = {one.unit: one for one in rank_ranges(scheme, contest, said)}
        found += sorted(
            (_outcome(before[card.unit], totals[card.unit], ranks.get(card.unit), ranges.get(card.unit))
             for card in cards if card.unit in before),
            key=lambda one: (one.rank is None, one.rank or 0, one.unit),
        )  # fmt: skip
    return found


def _contests(scheme: Scheme, results: Results) -> dict[str, Contest]:
    """The groups whose weights can be varied."""
    try:
        return {contest.group: contest for contest in contests(scheme, results)}
    except CannotVary:
        return {}


def _outcome(before: Scorecard, total: Decimal | None, rank: int | None, range_: RankRange | None) -> Outcome:
    return Outcome(before.unit, before.group, before.total_published, before.rank, total, rank, range_)


def _with_targets(unit: UnitInput, targets: Mapping[str, Decimal]) -> UnitInput:
    def changed(numbers: Mapping[str, Decimal]) -> dict[str, Decimal]:
        return {name: number * targets[name] / 100 if name in targets else number for name, number in numbers.items()}

    return replace(unit, targets=changed(unit.targets), schedules=changed(unit.schedules))


def _published(scheme: Scheme, total: Number) -> Decimal:
    return rounded(total, scheme.rounding.of_total.places, scheme.rounding.of_total.mode)


def _total(card: Scorecard, scheme: Scheme, points: Weights) -> Number | None:
    if card.total_exact is None or not points:
        return card.total_exact
    counted = [
        (item.counted, item.points, points.get((item.code, card.group), item.points))
        for item in card.items
        if item.counted is not None
    ]
    whole = sum((Fraction(weight) for _, _, weight in counted), Fraction(0))
    if not whole:
        return None
    adds = scheme.bonus is not None and scheme.bonus.mode == "add"
    earned = summed(score / full * Fraction(weight) for score, full, weight in counted)
    return earned * HUNDRED / whole + (card.bonus if adds else Fraction(0)) - card.deductions


def _ranks(totals: Mapping[str, Number | Decimal | None], dense: bool) -> dict[str, int]:
    values = {unit: total for unit, total in totals.items() if total is not None}
    rivals = sorted(set(values.values()) if dense else values.values(), reverse=True)
    return {unit: rivals.index(total) + 1 for unit, total in values.items()}


def _weighted(scheme: Scheme, contest: Contest, points: Weights, ranks: Mapping[str, int]) -> Contest:
    """The contest with the supposed weights about which the draws vary, its units in the new order."""
    order = sorted(
        (place for place, unit in enumerate(contest.units) if unit in ranks),
        key=lambda place: (ranks[contest.units[place]], contest.units[place]),
    )
    weights = contest.tree.weights
    if points:
        weights = tuple(_weights(scheme, contest, points))
    units = tuple(contest.units[place] for place in order)
    return replace(
        contest, units=units, ranks=tuple(ranks[unit] for unit in units), scores=contest.scores[:, order],
        added=contest.added[order], tree=replace(contest.tree, weights=weights),
    )  # fmt: skip


def _weights(scheme: Scheme, contest: Contest, points: Weights) -> Iterator[Fraction]:
    for item in scheme.items_in(contest.group):
        yield Fraction(points.get((item.code, contest.group), item.points_in(contest.group) or Decimal(0)))
