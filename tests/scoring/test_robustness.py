"""Rank ranges: what a draw is, that anyone can compute it again, and that nothing but the seed changes it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from hashlib import shake_256
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.robustness import NORMALISATIONS, Robustness
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.arrays.coverage import covers
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.ranges import ranking
from assessment.scoring.rules.ranges.contest import Contest, contests
from assessment.scoring.rules.ranges.errors import error_ranges
from assessment.scoring.rules.ranges.found import RankRange
from assessment.scoring.rules.ranges.method import quick_contests
from assessment.scoring.rules.ranges.summary import rank_ranges
from assessment.scoring.rules.ranges.tree import CannotVary
from assessment.scoring.rules.ranges.variance import variance_shares
from assessment.scoring.rules.values import MISSING, UnitInput, Value
from support import boundaries, schemes

HEAD = """
format: 1
scheme: test
version: "1"
missing: reweight
"""
FOUR = HEAD + """
indicators:
  - {code: a, points: 40, rule: given}
  - {code: b, points: 30, rule: peer_minmax}
  - {code: c, points: 20, rule: peer_minmax, direction: lower_is_better}
  - {code: d, points: 10, rule: efficacy, satisfactory: 90, unacceptable: 10}
"""
GEOMETRIC = HEAD + """
composite: {scale: [1, 100], aggregate: geometric}
indicators:
  - health: {points: 2}
    items: [{code: a, rule: min_max}]
  - wealth: {points: 1, aggregate: harmonic}
    items: [{code: b, rule: min_max, points: 3}, {code: c, rule: min_max, points: 1}]
"""


def some_units(count: int, seed: int = 1, gaps: float = 0.0) -> list[UnitInput]:
    dice = random.Random(seed)

    def one(most: int) -> Value:
        return MISSING if dice.random() < gaps else Value(Decimal(dice.randint(0, 100 * most)) / 100)

    most = {"a": 40, "b": 70, "c": 70, "d": 100}
    return [UnitInput(f"u{place:03d}", {name: one(top) for name, top in most.items()}) for place in range(count)]


def made(scheme: Scheme, units: Sequence[UnitInput]) -> list[Contest]:
    return contests(scheme, score(scheme, units))


# --- a draw again, by hand -------------------------------------------------------------------------------------------


def chances(seed: int, draws: int, width: int) -> list[list[Fraction]]:
    """As it is written down: SHAKE-256 of ``seed,weights,block``, 256 draws a block, four bytes a number."""
    rows = []
    for block in range(-(-draws // 256)):
        text = shake_256(f"{seed},weights,{block}".encode()).digest(4 * 256 * width)
        numbers = [int.from_bytes(text[place : place + 4], "little") for place in range(0, len(text), 4)]
        rows += [numbers[place : place + width] for place in range(0, len(numbers), width)]
    return [[Fraction(2 * one + 1, 2**32) - 1 for one in row] for row in rows[:draws]]


def by_hand(scheme: Scheme, units: Sequence[UnitInput], said: Robustness) -> dict[str, tuple[int, int, int]]:
    """Rank ranges in plain fractions: each draw's weights, weighted means, one rounding, ranks."""
    cards = [card for card in score(scheme, units).scorecards if card.rank]
    points = [Fraction(item.points_in("all") or 0) for item in scheme.items]
    ranks: dict[str, list[int]] = {card.unit: [] for card in cards}
    for row in chances(said.seed, said.draws, len(points)):
        weights = [weight * (1 + said.weights * chance) for weight, chance in zip(points, row, strict=True)]
        totals = {card.unit: weighted(card.items, weights) for card in cards}
        for unit, total in totals.items():
            ranks[unit].append(1 + sum(other > total for other in totals.values()))
    at = [ceil(Fraction(percent) * said.draws / 100) - 1 for percent in (said.interval[0], 50, said.interval[1])]
    return {unit: tuple(sorted(found)[place] for place in at) for unit, found in ranks.items()}  # type: ignore[misc]


def weighted(items: Sequence[Any], weights: Sequence[Fraction]) -> int:
    counted = [(item.counted / item.points, weight) for item, weight in zip(items, weights, strict=True)
               if item.counted is not None]  # fmt: skip
    whole = sum(weight for _, weight in counted)
    return round(sum(share * weight for share, weight in counted) / whole * 10_000)


@pytest.mark.parametrize("gaps", [0.0, 0.15])
def test_anyone_can_compute_the_ranges_again_from_the_seed(gaps: float) -> None:
    scheme, units = load_scheme(FOUR), some_units(12, gaps=gaps)
    said = Robustness(draws=300, seed=20121123)
    found = {one.unit: (one.low, one.median, one.high) for one in rank_ranges(scheme, made(scheme, units), said)}
    assert found == by_hand(scheme, units, said)
    assert any(low < high for low, _, high in found.values())


def test_nested_means_are_taken_as_the_scheme_says() -> None:
    scheme, units = load_scheme(GEOMETRIC), some_units(9)
    contest = made(scheme, units)[0]
    ends = rank_ranges(scheme, [contest], Robustness(draws=40, weights="0%"))
    assert [(one.rank, one.low, one.median, one.high) for one in ends] == [(one.rank,) * 4 for one in ends]
    assert len({one.rank for one in ends}) == 9
    assert any(one.low < one.high for one in rank_ranges(scheme, [contest], Robustness(draws=400, weights="60%")))


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_without_variation_every_range_is_the_published_rank(seed: int) -> None:
    dice = random.Random(seed)
    said = schemes.a_scheme(dice)
    said["ranking"]["of"] = "published_total"
    said["rounding"]["total"]["places"] = 6
    scheme = schemes.as_scheme(said)
    units = [schemes.as_unit(said, schemes.a_row(dice, said, f"u{place}")) for place in range(15)]
    for one in rank_ranges(scheme, made(scheme, units), Robustness(draws=3, weights="0%")):
        # A draw's weights are whole multiples of a 2**-26th: ties at the sixth decimal may be broken by one place.
        assert abs(one.rank - one.low) <= 1
        assert abs(one.rank - one.high) <= 1


# --- nothing else changes it -----------------------------------------------------------------------------------------


def test_neither_threads_nor_chunks_change_a_number() -> None:
    scheme, table = boundaries.ordinary(4000, 10)
    contest = quick_contests(scheme, table.inputs())
    assert contest is not None
    said = Robustness(draws=600, normalisation=("as_scheme", "z_score"))
    expected = rank_ranges(scheme, contest, said, threads=1, chunk=64)
    assert rank_ranges(scheme, contest, said, threads=2, chunk=64) == expected
    assert rank_ranges(scheme, contest, said, threads=2, chunk=7) == expected
    assert rank_ranges(scheme, contest, said) == expected
    assert rank_ranges(scheme, contest, said.model_copy(update={"seed": 2})) != expected


def test_both_engines_lead_to_the_same_ranges() -> None:
    scheme, units = load_scheme(FOUR), some_units(40, gaps=0.1)
    quick = quick_contests(scheme, units)
    assert covers(scheme)
    assert quick is not None
    said = Robustness(draws=200, normalisation=NORMALISATIONS)
    assert rank_ranges(scheme, quick, said) == rank_ranges(scheme, made(scheme, units), said)


def test_order_of_units_and_values_changes_nothing() -> None:
    scheme, units = load_scheme(FOUR), some_units(20, gaps=0.1)
    turned = [replace(unit, values=dict(reversed(unit.values.items()))) for unit in reversed(units)]
    said = Robustness(draws=100, data_error="5%")
    assert rank_ranges(scheme, made(scheme, turned), said) == rank_ranges(scheme, made(scheme, units), said)
    mine, theirs = (error_ranges(scheme, some, made(scheme, some), said) for some in (units, turned))
    assert mine == theirs


def test_units_that_are_alike_always_share_their_rank() -> None:
    scheme = load_scheme(FOUR)
    units = some_units(10)
    twins = [replace(unit, code=f"{unit.code}-twin") for unit in units]
    both = [*units, *twins]
    found = {one.unit: one for one in rank_ranges(scheme, made(scheme, both), Robustness(draws=500))}
    for unit in units:
        one, twin = found[unit.code], found[f"{unit.code}-twin"]
        assert (one.low, one.median, one.high) == (twin.low, twin.median, twin.high)
        assert one.low % 2 == one.median % 2 == one.high % 2 == 1


# --- what is found ---------------------------------------------------------------------------------------------------


def test_a_tier_begins_where_ranges_no_longer_overlap_with_its_first() -> None:
    scheme = load_scheme(FOUR)
    found = rank_ranges(scheme, made(scheme, some_units(60)), Robustness(draws=400))
    firsts: dict[int, RankRange] = {}
    for one in found:
        first = firsts.setdefault(one.tier, one)
        assert one.low <= first.high
        assert first.low <= one.high
        if one is first and one.tier > 1:
            before = firsts[one.tier - 1]
            assert one.low > before.high or one.high < before.low
    assert [one.rank for one in found] == sorted(one.rank for one in found)


@pytest.mark.parametrize("how", NORMALISATIONS)
def test_each_normalisation_keeps_the_order_within_an_indicator(how: Any) -> None:
    contest = made(load_scheme(FOUR), some_units(30))[0]
    for before, after in zip(contest.scores, contest.normalised(how), strict=True):
        assert (before.argsort(kind="stable") == after.argsort(kind="stable")).all()


def test_an_indicator_on_which_all_are_alike_moves_nobody() -> None:
    scheme = load_scheme(FOUR)
    units = [replace(unit, values={**unit.values, "b": Value(Decimal(5))}) for unit in some_units(20)]
    shares = {one.choice: one for one in variance_shares(scheme, made(scheme, units), Robustness(draws=500))}
    assert shares.keys() == {"a", "b", "c", "d"}
    assert max(shares.values(), key=lambda one: one.in_all).choice in {"a", "c"}
    assert all(-0.2 < one.alone <= one.in_all + 0.2 <= 1.4 for one in shares.values())


def test_errors_in_the_data_are_varied_by_themselves() -> None:
    scheme, units = load_scheme(FOUR), some_units(15, gaps=0.1)
    groups = made(scheme, units)
    still = error_ranges(scheme, units, groups, Robustness(draws=3, data_error="0%"))
    assert all(one.low == one.high == one.rank for one in still)
    moved = error_ranges(scheme, units, groups, Robustness(draws=60, data_error="20%"))
    assert any(one.low < one.high for one in moved)
    assert all(1 <= one.low <= one.median <= one.high <= 15 for one in moved)


def test_full_points_that_err_upwards_block_nobody() -> None:
    scheme = load_scheme(HEAD + "indicators: [{code: a, points: 100, rule: given}]")
    units = [UnitInput(f"u{k}", {"a": Value(Decimal(100 - k))}) for k in range(3)]
    found = error_ranges(scheme, units, made(scheme, units), Robustness(draws=50, data_error="10%"))
    assert [one.rank for one in found] == [1, 2, 3]
    assert found[0].low == 1


def test_pairwise_comparison_has_no_weights_to_vary() -> None:
    scheme = load_scheme(GEOMETRIC.replace("geometric", "copeland"))
    with pytest.raises(CannotVary):
        made(scheme, some_units(5))


# --- what a scheme may say -------------------------------------------------------------------------------------------


def said_in(block: Mapping[str, Any] | str) -> Robustness:
    found = load_scheme(FOUR + f"robustness: {block}").robustness
    assert found is not None
    return found


def test_what_is_not_said_is_a_quarter_as_the_scheme_from_five_to_ninety_five() -> None:
    said = said_in("{draws: 100}")
    assert (said.weights, said.normalisation, said.interval) == (Fraction(1, 4), ("as_scheme",), (5, 95))
    assert said_in("{normalisation: [min_max, z_score], data_error: 2%}").normalisation == ("min_max", "z_score")


@pytest.mark.parametrize(
    "block", ["{normalisation: rank}", "{normalisation: []}", "{interval: [95, 5]}", "{interval: [5, 101]}"]
)
def test_what_cannot_be_is_refused(block: str) -> None:
    with pytest.raises(SchemeFaults) as refused:
        said_in(block)
    assert [fault.place.split(" ")[0] for fault in refused.value.faults] == ["robustness"]


# --- other means -----------------------------------------------------------------------------------------------------


def test_a_draw_may_take_another_mean_at_every_heading() -> None:
    scheme, units = load_scheme(GEOMETRIC), some_units(12, 4)
    arithmetic = load_scheme(GEOMETRIC.replace("geometric", "arithmetic").replace("harmonic", "arithmetic"))
    still = Robustness(draws=40).model_copy(update={"weights": Fraction(0)})
    by_hand = {one.unit: one.rank for one in rank_ranges(arithmetic, made(arithmetic, units), still)}
    drawn = rank_ranges(scheme, made(scheme, units), still.model_copy(update={"aggregation": ("arithmetic",)}))
    assert {one.unit: (one.low, one.high) for one in drawn} == {unit: (rank, rank) for unit, rank in by_hand.items()}
    either = still.model_copy(update={"aggregation": ("as_scheme", "arithmetic")})
    both = rank_ranges(scheme, made(scheme, units), either)
    assert {one.unit: {one.low, one.high} for one in both} == {
        one.unit: {one.rank, by_hand[one.unit]} for one in both}  # fmt: skip


def test_the_choice_of_the_mean_has_a_share_of_the_variance() -> None:
    scheme, units = load_scheme(GEOMETRIC), some_units(12, 4)
    means = {"aggregation": ("geometric", "arithmetic"), "weights": Fraction(1, 100)}
    said = Robustness(draws=300).model_copy(update=means)
    shares = {one.choice: one for one in variance_shares(scheme, made(scheme, units), said)}
    assert "normalisation" not in shares
    assert shares["aggregation"].in_all > 0.3


def test_no_geometric_mean_is_drawn_of_what_may_be_negative() -> None:
    for more, name in (("normalisation: [as_scheme, z_score], ", "z_score"), ("", "a")):
        text = GEOMETRIC.replace("geometric", "arithmetic").replace("harmonic", "arithmetic")
        text = text.replace("{code: a, rule: min_max}", "{code: a, rule: z_score}") if name == "a" else text
        with pytest.raises(SchemeFaults) as refused:
            load_scheme(text + f"robustness: {{{more}aggregation: [arithmetic, geometric]}}\n")
        assert f"“{name}” may be negative" in str(refused.value.faults[0])


def test_what_goes_without_saying_is_stored_as_before() -> None:
    assert "aggregation" not in Robustness().plainly()
    assert Robustness(aggregation=("harmonic",)).plainly()["aggregation"] == ["harmonic"]


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(1, 30), st.sampled_from(["1224", "1223"]), st.sampled_from([0, 1, 2]))
def test_ranks_are_the_same_counted_or_sorted(seed: int, count: int, ties: str, places: int) -> None:
    more = f"ranking: {{ties: '{ties}'}}\nrounding: {{total: {{mode: half_up, places: {places}}}}}\n"
    scheme, units = load_scheme(FOUR + more), some_units(count, seed)
    found = []
    for few in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ranking, "FEW", few)
            found.append(rank_ranges(scheme, made(scheme, units), Robustness(draws=60, seed=seed)))
    assert found[0] == found[1]
