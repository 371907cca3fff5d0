"""Amounts earned alone: a formula's, exact, bounded and rounded once; a step's; and places shared among groups."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.foundation.exact import RoundingMode
from assessment.foundation.reals import sqrt
from assessment.rewards.rules.amounts import Bounded, bounded, step_reached
from assessment.rewards.rules.places import places_of_all

exact = st.fractions(-1000, 1000, max_denominator=40)


@pytest.mark.parametrize(("value", "mode", "amount"), [
    ("2.5", "half_up", 3), ("2.5", "half_even", 2), ("-2.5", "half_up", -3), ("-2.5", "half_even", -2),
    ("2.49", "half_up", 2), ("-0.4", "half_up", 0),
])  # fmt: skip
def test_halves_go_as_the_rule_says(value: str, mode: RoundingMode, amount: int) -> None:
    assert bounded(Fraction(value), mode) == Bounded(amount)


def test_a_root_is_rounded_as_exactly_as_a_fraction() -> None:
    assert bounded(sqrt(Fraction(30)), "half_up") == Bounded(5)
    assert bounded(sqrt(Fraction(121, 4)), "half_even") == Bounded(6)
    assert bounded(sqrt(Fraction(30)), "half_up", cap=5) == Bounded(5, "cap")


@given(exact, st.sampled_from(["half_up", "half_even"]), st.integers(-50, 50), st.integers(0, 50))
def test_an_amount_is_within_its_bounds_and_half_a_unit_of_the_result(
    value: Fraction, mode: RoundingMode, floor: int, room: int
) -> None:
    found = bounded(value, mode, floor, floor + room)
    assert floor <= found.amount <= floor + room
    assert (found.bound == "cap", found.bound == "floor") == (value > floor + room, value < floor)
    if not found.bound:
        assert abs(found.amount - value) <= Fraction(1, 2)


@given(exact, exact, st.sampled_from(["half_up", "half_even"]))
def test_who_has_more_never_receives_less(one: Fraction, other: Fraction, mode: RoundingMode) -> None:
    low, high = sorted((one, other))
    assert bounded(low, mode, -300, 300).amount <= bounded(high, mode, -300, 300).amount


@given(st.sets(exact, min_size=1, max_size=6), exact)
def test_a_step_is_the_highest_that_is_not_above_the_value(bounds: set[Fraction], value: Fraction) -> None:
    steps = sorted(bounds, reverse=True)
    reached = step_reached(value, steps)
    assert (None if reached is None else steps[reached]) == max((one for one in bounds if one <= value), default=None)


def test_thirteen_places_over_groups_of_21_20_and_19() -> None:
    assert places_of_all(13, {"a": 21, "b": 20, "c": 19}) == {"a": 5, "b": 4, "c": 4}


def test_equal_remainders_go_to_the_larger_group_and_then_by_code() -> None:
    assert places_of_all(1, {"b": 4, "a": 4, "c": 4}) == {"b": 0, "a": 1, "c": 0}
    assert places_of_all(2, {"a": 1, "b": 3}) == {"a": 0, "b": 2}
    assert places_of_all(3, {"a": 0, "b": 0}) == {"a": 0, "b": 0}


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 40), min_size=1), st.integers(0, 60))
def test_all_places_are_shared_and_no_group_is_a_whole_place_from_its_share(sizes: dict[str, int], places: int) -> None:
    shares, whole = places_of_all(places, sizes), sum(sizes.values())
    assert sum(shares.values()) == (places if whole else 0)
    for group, size in sizes.items():
        assert abs(shares[group] - Fraction(places * size, whole or 1)) < 1 or not whole
