"""Every rule, gap, cap, veto, quota and tie of random schemes, against an assessment reckoned a second time."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.programmes.rules.loading import load_scheme
from assessment.scoring.rules.cards import ItemScore, Results
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.frozen import frozen_unit, thawed_unit
from assessment.scoring.rules.items import RULES
from support import invented, reckoning
from support.reckoned_units import units_of


def answer(results: Results) -> reckoning.Answer:
    return {
        card.unit: (
            None if card.total_published is None else format(card.total_published, "f"), card.rank, card.band,
            {item.code: cell(item) for item in card.items},
        )
        for card in results.scorecards
    }  # fmt: skip


def cell(item: ItemScore) -> Fraction | str:
    if item.trouble:
        return reckoning.BLOCKED
    return reckoning.GONE if item.counted is None else item.counted


def compare(seed: int, count: int) -> set[str]:
    """The rules that this scheme used; every unit's items, total, rank and band are the same."""
    dice = random.Random(seed)
    said = invented.a_scheme(dice, dice.randint(1, 8))
    rows = invented.a_sheet(dice, said, count)
    scheme = load_scheme(invented.as_text(said))
    units = units_of(scheme, rows)
    found, expected = answer(score(scheme, units)), reckoning.reckoned(said, rows)
    for unit, reckoned in expected.items():
        assert found[unit] == reckoned, f"seed {seed}, {unit}"
    frozen = [thawed_unit(frozen_unit(unit)) for unit in units]
    assert answer(score(scheme, frozen)) == found, f"seed {seed}: a replay differs"
    return {item["rule"] for item in said["indicators"]}


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_a_second_reckoning_gives_the_same_scores_totals_ranks_and_bands(seed: int, count: int) -> None:
    compare(seed, count)


@pytest.mark.bench
def test_a_hundred_thousand_units_are_reckoned_twice_without_a_difference() -> None:
    units = seed = 0
    while units < 100_000:
        count = 1 + seed % 12
        compare(seed, count)
        units, seed = units + count, seed + 1
    print(f"{units:,} units of {seed:,} schemes: 0 differences")


def test_the_invented_schemes_use_every_rule() -> None:
    assert set().union(*(compare(seed, 4) for seed in range(40))) == set(invented.RULES)
    assert set(invented.RULES) <= set(RULES)
