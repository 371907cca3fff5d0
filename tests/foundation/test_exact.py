"""Exact numbers are read strictly, written one way, rounded once and shared without loss."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, select
from sqlalchemy.exc import StatementError

from assessment.foundation.exact import canonical, largest_remainder, parse_decimal, rounded, shown
from assessment.foundation.exact_columns import ExactNumber, Scaled

decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=8)


@pytest.mark.parametrize("text", ["", " 1", "1 ", "NaN", "inf", "-Infinity", "1,000", "1_000", "١٢", ".5", "5.",
                                  "1e999", "1e-41", "1" * 41, "0x10", "--1", "1.2.3", "½", "1e1000000"])
def test_what_is_not_a_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"decimal number|digits"):
        parse_decimal(text)


@pytest.mark.parametrize(("text", "written"), [("1.50", "1.5"), ("-0", "0"), ("-0.00", "0"), ("1e3", "1000"),
                                               ("+7", "7"), ("007.10", "7.1"), ("1" * 40, "1" * 40),
                                               ("-2.5E-3", "-0.0025")])
def test_a_number_has_one_text(text: str, written: str) -> None:
    assert canonical(parse_decimal(text)) == written


@given(decimals)
def test_canonical_text_reads_back_to_the_same_number(value: Decimal) -> None:
    assert parse_decimal(canonical(value)) == value


@pytest.mark.parametrize(("value", "places", "up", "even"), [
    ("28.175", 2, "28.18", "28.18"), ("28.165", 2, "28.17", "28.16"), ("59.995", 2, "60.00", "60.00"),
    ("15.4546", 0, "15", "15"), ("-2.5", 0, "-3", "-2"), ("-0.004", 2, "0.00", "0.00"), ("0.5", 0, "1", "0"),
])
def test_halves_go_up_or_to_the_even_digit_as_the_rule_says(value: str, places: int, up: str, even: str) -> None:
    assert str(rounded(Decimal(value), places, "half_up")) == up
    assert str(rounded(Decimal(value), places, "half_even")) == even


def test_rounding_is_exact_beyond_the_precision_of_the_context() -> None:
    assert rounded(Decimal("1234567890123456789012345678901234.5"), 0, "half_up") == Decimal(
        1234567890123456789012345678901235)
    assert str(rounded(Fraction(2, 3), 30, "half_up")) == "0." + "6" * 29 + "7"


def test_floats_are_never_rounded() -> None:
    with pytest.raises(TypeError):
        rounded(59.995, 2, "half_up")  # type: ignore[arg-type]


def test_a_reader_sees_where_a_number_was_cut() -> None:
    assert [shown(value) for value in (Fraction(5, 3), Decimal("1.50"), Fraction(-1, 3), 0, Decimal(-2))] == [
        "1.666666666666…", "1.5", "-0.333333333333…", "0", "-2"]


def test_thirteen_places_over_three_groups_come_out_as_five_four_four() -> None:
    assert largest_remainder(13, {"a": 21, "b": 20, "c": 19}) == {"a": 5, "b": 4, "c": 4}


def test_equal_remainders_go_to_the_larger_weight_and_then_to_the_first_key() -> None:
    assert largest_remainder(1, [("b", 1), ("a", 1)]) == {"b": 0, "a": 1}
    assert largest_remainder(2, [("a", Fraction(1, 2)), ("b", Fraction(3, 2)), ("c", 2)]) == {"a": 0, "b": 1, "c": 1}


def test_a_pool_needs_a_weight() -> None:
    with pytest.raises(ValueError, match="all weights are 0"):
        largest_remainder(1, {"a": 0})


@given(st.integers(0, 10**6), st.lists(st.fractions(0, 1000), min_size=1, max_size=20))
def test_shares_sum_to_the_pool_and_stay_within_one_of_their_quota(pool: int, weights: list[Fraction]) -> None:
    total = sum(weights)
    if total == 0:
        return
    shares = largest_remainder(pool, dict(enumerate(weights)))
    assert sum(shares.values()) == pool
    assert all(abs(shares[key] - pool * weight / total) < 1 for key, weight in enumerate(weights))


@given(st.lists(decimals, min_size=1, max_size=5))
def test_columns_give_back_exactly_what_they_took(values: list[Decimal]) -> None:
    table = Table("numbers", MetaData(), Column("id", Integer, primary_key=True), Column("text", ExactNumber),
                  Column("scaled", Scaled(8)))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        small = [value % 10**9 for value in values]
        pairs = zip(values, small, strict=True)
        connection.execute(table.insert(), [{"text": value, "scaled": less} for value, less in pairs])
        rows = connection.execute(select(table.c.text, table.c.scaled).order_by(table.c.id)).all()
    assert [tuple(row) for row in rows] == list(zip(values, small, strict=True))


@pytest.mark.parametrize("value", [Decimal("0.001"), Decimal("1e17"), 0.5, Decimal("NaN")])
def test_columns_refuse_what_does_not_fit_exactly(value: object) -> None:
    table = Table("numbers", MetaData(), Column("scaled", Scaled(2)))
    with create_engine("sqlite://").begin() as connection:
        table.metadata.create_all(connection)
        with pytest.raises((StatementError, TypeError, ValueError)):
            connection.execute(table.insert(), {"scaled": value})
