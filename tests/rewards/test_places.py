"""Places and steps: ties share what their positions are worth, and a ladder with its mirror sums to nothing."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.rewards.rules.places import Ranked, first_places, gain, most_improved, on_steps

TOP = (100, 80, 60)
MIRROR = (-100, -80, -60)


def ranked(*ranks: int | None) -> list[Ranked]:
    return [
        Ranked(f"u{place}", rank, None if rank is None else Decimal(100 - rank)) for place, rank in enumerate(ranks)
    ]


def paid(*ranks: int | None, ties: str = "share_the_sum") -> list[int]:
    return [step.amount for step in on_steps(ranked(*ranks), TOP, MIRROR, ties)]


def test_hebei_2018_pays_three_at_the_top_and_takes_from_three_at_the_bottom() -> None:
    assert paid(1, 2, 3, 4, 5, 6, 7, 8) == [100, 80, 60, 0, 0, -60, -80, -100]


@pytest.mark.parametrize(("ranks", "amounts"), [
    ((1, 1, 3, 4, 5, 6, 7, 8), [90, 90, 60, 0, 0, -60, -80, -100]),
    ((1, 2, 3, 3, 5, 6, 7, 8), [100, 80, 30, 30, 0, -60, -80, -100]),
    ((1, 2, 3, 3, 3, 6, 7, 8), [100, 80, 20, 20, 20, -60, -80, -100]),
    ((1, 2, 3, 4, 5, 6, 7, 7), [100, 80, 60, 0, 0, -60, -90, -90]),
])  # fmt: skip
def test_ties_share_the_sum_of_their_steps(ranks: tuple[int, ...], amounts: list[int]) -> None:
    assert paid(*ranks) == amounts


def test_what_is_over_goes_by_unit_code() -> None:
    assert [step.amount for step in on_steps(ranked(1, 1, 1), (100,), ())] == [34, 33, 33]
    assert [step.amount for step in on_steps(ranked(1, 1, 1), (), (-100,))] == [-34, -33, -33]


def test_ties_by_key_share_nothing() -> None:
    assert paid(1, 1, 3, 4, 5, 6, 7, 8, ties="key") == [100, 80, 60, 0, 0, -60, -80, -100]


def test_a_unit_without_a_rank_has_no_step() -> None:
    assert paid(1, None, 2, 3) == [40, 0, 0, -40]


@given(st.lists(st.integers(1, 12), max_size=20))
def test_a_mirror_sums_to_nothing_whatever_the_ties_and_the_size(keys: list[int]) -> None:
    units = [Ranked(f"u{n:02d}", sum(other < key for other in keys) + 1, Decimal(0)) for n, key in enumerate(keys)]
    assert sum(step.amount for step in on_steps(units, TOP, MIRROR)) == 0


def by_totals(*totals: str) -> list[Ranked]:
    return [Ranked(f"u{n}", 1, Decimal(total)) for n, total in enumerate(totals)]


def test_with_ties_all_whoever_equals_the_last_place_has_it() -> None:
    assert [(one.unit, one.place) for one in first_places(by_totals("90", "95", "90", "80"), 2)] == [
        ("u1", 1), ("u0", 2), ("u2", 2),
    ]  # fmt: skip
    assert [one.unit for one in first_places(by_totals("95", "95", "90"), 2)] == ["u0", "u1"]
    assert [one.unit for one in first_places(by_totals("95", "95", "95"), 2, "key")] == ["u0", "u1"]


@pytest.mark.parametrize(("by", "worth"), [
    ("points", Fraction(10)), ("percent", Fraction(25, 2)), ("gap_closed", Fraction(50)),
])  # fmt: skip
def test_a_gain_is_in_points_in_percent_or_in_the_gap_closed(by: str, worth: Fraction) -> None:
    assert gain(Ranked("u", 1, Decimal(90), Decimal(80)), by) == worth


def test_a_gain_that_cannot_be_measured_is_none() -> None:
    assert gain(Ranked("u", 1, Decimal(90), Decimal(0)), "percent") is None
    assert gain(Ranked("u", 1, Decimal(100), Decimal(100)), "gap_closed") is None
    assert gain(Ranked("u", 1, Decimal(90)), "points") is None


def test_who_gained_nothing_is_not_most_improved_even_if_places_are_left() -> None:
    units = [
        Ranked("a", 1, Decimal(90), Decimal(95)),
        Ranked("b", 2, Decimal(80), Decimal(70)),
        Ranked("c", 3, Decimal(70)),
    ]
    assert [one.unit for one in most_improved(units, 3, "points")] == ["b"]
