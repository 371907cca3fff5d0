"""A pool is shared exactly, between floors and caps, and refused where it cannot be."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.foundation.exact import largest_remainder
from assessment.rewards.rules.apportionment import CannotShare, Claim, apportion
from support.pools import a_pool, can_be_shared, nearest_distance, objection_to

# Invented scores x need factors; below 80 the weight is 0.
WEIGHTS = {"长春": "1047.20", "吉林": "740.80", "四平": "528.60", "辽源": "325.60", "通化": "604.10", "白山": "0",
           "松原": "423.75", "白城": "450.25", "延边": "733.60"}


def claims(floor: int = 0, cap: int | None = None) -> list[Claim]:
    return [Claim(unit, Fraction(weight), floor, cap) for unit, weight in WEIGHTS.items()]


def test_the_worked_example_comes_out_to_the_unit() -> None:
    awards = apportion(10_000, claims(400, 2_000))
    assert [award.amount for award in awards] == [2000, 1479, 1055, 650, 1206, 400, 846, 899, 1465]
    assert {award.unit: award.bound for award in awards if award.bound} == {"长春": "cap", "白山": "floor"}


def test_without_bounds_it_is_the_largest_remainder() -> None:
    amounts = {award.unit: award.amount for award in apportion(10_000, claims())}
    assert list(amounts.values()) == [2157, 1526, 1089, 671, 1245, 0, 873, 928, 1511]
    assert amounts == largest_remainder(10_000, {unit: Decimal(weight) for unit, weight in WEIGHTS.items()})


@pytest.mark.parametrize(("pool", "floor", "cap", "said"), [
    (3_000, 400, None, "The floors sum to 3,600"),
    (10_000, 0, 1_000, "Caps and floors together allow 8,000"),
    (-1, 0, None, "The pool is negative"),
    (10_000, 500, 400, "lies below its floor"),
    (10_000, -1, None, "The floor of 长春 is negative"),
])
def test_impossible_bounds_are_refused_with_a_sentence(pool: int, floor: int, cap: int | None, said: str) -> None:
    with pytest.raises(CannotShare, match=said):
        apportion(pool, claims(floor, cap))


def test_all_weights_nought_is_refused_unless_the_floors_are_the_pool() -> None:
    nothing = [Claim("a", Fraction(0), 5), Claim("b", Fraction(0), 5)]
    assert [award.amount for award in apportion(10, nothing)] == [5, 5]
    with pytest.raises(CannotShare, match="All weights are 0"):
        apportion(11, nothing)


def test_a_negative_weight_and_a_unit_standing_twice_are_told_together() -> None:
    with pytest.raises(CannotShare) as refused:
        apportion(10, [Claim("a", Fraction(-1)), Claim("b", Fraction(1)), Claim("b", Fraction(1))])
    assert len(refused.value.objections) == 2


ROWS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 400), st.integers(0, 2_000)), min_size=1, max_size=12
)


@given(st.data(), ROWS)
def test_amounts_sum_to_the_pool_and_keep_their_bounds(data: st.DataObject, rows: list[tuple[int, int, int]]) -> None:
    given_claims = [Claim(str(place), Fraction(weight), floor, floor + room)
                    for place, (weight, floor, room) in enumerate(rows)]
    least = sum(floor for _, floor, _ in rows)
    pool = data.draw(st.integers(least, least + sum(room for weight, _, room in rows if weight)), label="pool")
    awards = apportion(pool, given_claims)
    assert sum(award.amount for award in awards) == pool
    for award, claim in zip(awards, given_claims, strict=True):
        assert claim.floor <= award.amount <= (claim.cap or 0)
        assert claim.weight or award.amount == claim.floor


def test_two_hundred_random_pools_agree_with_a_plain_second_reckoning() -> None:
    """Ten thousand are in the benchmarks."""
    dice, shared = Random(11), 0
    for _ in range(200):
        pool, claims = a_pool(dice)
        assert objection_to(pool, claims) == "", (pool, claims)
        shared += can_be_shared(pool, claims)
    assert 100 < shared < 190


SMALL = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=4)


@given(st.data(), SMALL)
def test_no_other_whole_sharing_lies_nearer_to_the_quotas(
    data: st.DataObject, rows: list[tuple[int, int, int]]
) -> None:
    claims = [
        Claim(str(place), Fraction(weight), floor, floor + room) for place, (weight, floor, room) in enumerate(rows)
    ]
    least = sum(claim.floor for claim in claims)
    pool = data.draw(st.integers(least, least + sum(room for weight, _, room in rows if weight)), label="pool")
    awards = apportion(pool, claims)
    distance = sum((abs(award.amount - award.quota) for award in awards), Fraction(0))
    assert distance == nearest_distance(pool, claims, awards)
