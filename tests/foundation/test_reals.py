"""Roots and logarithms are rounded correctly and found to be equal when they are, however close a call it is."""

from decimal import Context, Decimal
from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessment.foundation.exact import Refinable, rounded, shown
from assessment.foundation.reals import Number, Real, Undecided, log, power, product_of_powers, sqrt
from assessment.foundation.reals.bases import coprime_base, exponents_over, root_of, whole_root
from assessment.foundation.reals.enclosures import precision
from assessment.foundation.reals.numbers import Product

positive = st.fractions(Fraction(1, 1000), 1000, max_denominator=1000)
places = st.integers(0, 12)
modes = st.sampled_from(["half_up", "half_even"])
TINY = Fraction(1, 10**90)


def real(number: Number) -> Real:
    assert isinstance(number, Real)
    return number


def plainly_rounded_root(value: Fraction, degree: int, at: int, mode: str) -> Decimal:
    """By whole numbers alone: the k with (2k-1)^d <= 2^d x < (2k+1)^d, where x counts units of the last place."""
    scaled = value * Fraction(10) ** (at * degree)
    low, high = 0, 1
    while Fraction(high) ** degree <= scaled:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if Fraction(middle) ** degree <= scaled else (low, middle)
    half = Fraction(2 * low + 1, 2) ** degree
    up = scaled > half or (scaled == half and (mode == "half_up" or low % 2))
    return Decimal(low + up).scaleb(-at, Context(prec=200))


@given(positive, st.integers(2, 7), places, modes)
def test_roots_are_rounded_as_whole_numbers_round_them(value: Fraction, degree: int, at: int, mode: str) -> None:
    assert rounded(power(value, Fraction(1, degree)), at, mode) == plainly_rounded_root(value, degree, at, mode)


@given(st.integers(0, 10**6), places, st.integers(2, 5), st.sampled_from([-1, 0, 1]), modes)
def test_the_side_of_a_half_is_found_at_the_ninetieth_digit(
    count: int, at: int, degree: int, side: int, mode: str
) -> None:
    half = (count + Fraction(1, 2)) / 10**at
    found = rounded(power(half**degree + side * TINY, Fraction(1, degree)), at, mode)
    up = side > 0 or (side == 0 and (mode == "half_up" or count % 2 == 1))
    assert found == Decimal(count + up).scaleb(-at)


@given(positive, places, modes)
def test_logarithms_are_rounded_as_two_hundred_digits_round_them(value: Fraction, at: int, mode: str) -> None:
    assume(value != 1)
    context = Context(prec=200)
    plain = context.ln(context.divide(Decimal(value.numerator), Decimal(value.denominator)))
    assert rounded(log(value), at, mode) == rounded(plain, at, mode)


@given(st.lists(st.tuples(positive, st.integers(1, 9)), min_size=1, max_size=6), places)
def test_weighted_geometric_means_are_the_root_of_a_fraction(pairs: list[tuple[Fraction, int]], at: int) -> None:
    whole = sum(weight for _, weight in pairs)
    radicand = Fraction(1)
    for value, weight in pairs:
        radicand *= value**weight
    mean = product_of_powers((value, Fraction(weight, whole)) for value, weight in pairs)
    assert rounded(mean, at, "half_up") == plainly_rounded_root(radicand, whole, at, "half_up")


def test_what_is_a_fraction_is_one() -> None:
    assert sqrt(Fraction(9, 4)) == Fraction(3, 2)
    assert isinstance(power(Fraction(8, 27), Fraction(2, 3)), Fraction)
    assert log(Fraction(8), Fraction(4)) == Fraction(3, 2)
    assert log(Fraction(1)) == 0
    assert product_of_powers([(Fraction(n, 8), Fraction(1, 3)) for n in (4, 2, 1)]) == Fraction(1, 4)
    assert isinstance(sqrt(Fraction(2)) - sqrt(Fraction(2)), Fraction)
    assert isinstance(sqrt(Fraction(8)) - 2 * sqrt(Fraction(2)), Real)  # only algebra sees that it is 0
    assert sqrt(Fraction(8)) - 2 * sqrt(Fraction(2)) == 0


def test_what_is_made_alike_is_the_same_number() -> None:
    def made() -> Number:
        sides = [(log(Fraction(7)) + sqrt(Fraction(3)), Fraction(1, 3)), (log(Fraction(5)), Fraction(1, 2))]
        return product_of_powers(sides)

    number = made()
    assert number is made()
    assert isinstance(number - made(), Fraction)


ROOT2, ROOT3, ROOT6 = (sqrt(Fraction(n)) for n in (2, 3, 6))
LN2, LN5, LN10 = (log(Fraction(n)) for n in (2, 5, 10))


@pytest.mark.parametrize(("one", "other"), [
    (sqrt(Fraction(8)), 2 * ROOT2),
    (ROOT2 * ROOT3, ROOT6),
    ((ROOT2 + ROOT3) * (ROOT3 - ROOT2), Fraction(1)),
    (1 / (1 + ROOT2), ROOT2 - 1),
    (ROOT2 + ROOT3, sqrt(5 + 2 * ROOT6)),
    (sqrt(1 + ROOT2) * sqrt(ROOT2 - 1), Fraction(1)),
    (LN10, LN2 + LN5),
    (log(Fraction(1024)) / LN2, Fraction(10)),
    (log(ROOT2), LN2 / 2),
    (sqrt(1 + LN2) + sqrt(1 + LN5), sqrt(1 + log(Fraction(5))) + sqrt(log(Fraction(4)) / 2 + 1)),
    (product_of_powers([(ROOT2 + 1, Fraction(1, 3)), (3 + 2 * ROOT2, Fraction(1, 3))]), 1 + ROOT2),
    (product_of_powers([(log(Fraction(7)) / LN10, Fraction(1, 3)), (Fraction(2), Fraction(1, 3))]),
     power(log(Fraction(49)) / LN10, Fraction(1, 3))),
])  # fmt: skip
def test_equal_numbers_are_equal_however_they_were_made(one: Number, other: Number) -> None:
    assert one == other
    assert not one < other
    assert rounded(one, 9, "half_even") == rounded(other, 9, "half_even")
    assert (one + TINY * TINY) > other


@pytest.mark.parametrize("number", [ROOT2 * ROOT2 / 4, (LN10 - LN2 - LN5) + Fraction(1, 2), sqrt(ROOT2 * ROOT2 / 8)])
def test_a_half_in_disguise_rounds_as_a_half(number: Number) -> None:
    assert rounded(number, 0, "half_up") == 1
    assert rounded(number, 0, "half_even") == 0
    assert shown(number) == "0.5"
    assert rounded(-number, 0, "half_up") == -1


def test_endless_digits_are_shown_cut_and_marked() -> None:
    assert shown(ROOT2) == "1.414213562373…"
    assert shown(-ROOT2, 2) == "-1.41…"
    assert shown(ROOT2 / 10**20) == "0.000000000000…"
    assert str(ROOT2) == "1.414213562373095048801688724210"
    assert Fraction(str(real(ROOT2))) == Fraction("1.414213562373095048801688724210")
    assert "1.41" in repr(ROOT2)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(2, 12)), min_size=1, max_size=5), st.integers(-3, 3))
def test_sums_of_roots_are_ordered_as_a_hundred_digits_order_them(terms: list[tuple[int, int]], limit: int) -> None:
    total: Number = Fraction(0)
    digits = 10**100
    low = high = 0
    for factor, number in terms:
        total += factor * sqrt(Fraction(number))
        root = isqrt(number * digits * digits)
        exact = root * root == number * digits * digits
        low += factor * (root if factor > 0 or exact else root + 1)
        high += factor * (root + 1 if factor > 0 and not exact else root)
    if low > limit * digits:
        assert total > limit
    elif high < limit * digits:
        assert total < limit
    else:
        assert total == limit


@given(positive, positive)
def test_an_enclosure_holds_what_more_digits_find(one: Fraction, other: Fraction) -> None:
    assume(one != 1)
    number = log(one) * power(other + Fraction(1, 7919), Fraction(1, 3))
    for digits in (5, 9, 30):
        assert isinstance(number, Product)
        fresh = Product(number.factors)
        wide, narrow = fresh.enclosure(digits), real(number).enclosure(200)
        assert wide.low <= narrow.low <= narrow.high <= wide.high


def test_numbers_that_are_not_real_are_refused() -> None:
    for wrong in (lambda: sqrt(Fraction(-1)), lambda: log(Fraction(0)), lambda: power(Fraction(0), Fraction(1, 2)),
                  lambda: log(ROOT2 - 2)):
        with pytest.raises(ValueError, match="only positive"):
            wrong()
    with pytest.raises(ZeroDivisionError):
        1 / (ROOT2 - sqrt(Fraction(2)))
    with pytest.raises(ZeroDivisionError):
        log(Fraction(2), Fraction(1))
    with pytest.raises(TypeError):
        hash(ROOT2)


def test_what_no_theorem_here_decides_is_said_to_be_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessment.foundation.reals.numbers.LAST", 500)
    one, other = power(7 + 5 * ROOT2, Fraction(1, 3)), sqrt(3 + 2 * ROOT2)  # both are 1 + √2
    assert one == other == 1 + ROOT2
    with pytest.raises(Undecided):
        assert one + other == 2 + 2 * ROOT2


@settings(max_examples=60)
@given(st.lists(st.integers(2, 10**12), min_size=1, max_size=8))
def test_a_coprime_base_makes_up_every_number(numbers: list[int]) -> None:
    from math import gcd, prod

    base = coprime_base(numbers)
    assert all(gcd(a, b) == 1 for a in base for b in base if a != b)
    assert all(whole_root(n, degree) is None for n in base for degree in range(2, 41))
    for number in numbers:
        assert prod(n**times for n, times in zip(base, exponents_over(base, number), strict=True)) == number


@given(st.integers(1, 10**30), st.integers(1, 40))
def test_whole_roots_are_found_and_only_those(number: int, degree: int) -> None:
    assert whole_root(number**degree, degree) == number
    assert degree == 1 or whole_root(number**degree + 1, degree) is None
    assert root_of(Fraction(number**degree, 2**degree), degree) == Fraction(number, 2)


def test_exact_numbers_know_them_by_their_base_class() -> None:
    assert isinstance(ROOT2, Refinable)
    assert precision(30) is precision(30)
    assert max(Fraction(1), ROOT2) is ROOT2
    assert min(ROOT2, Decimal("1.5")) is ROOT2
    assert [int(rounded(x, 0, "half_up")) for x in sorted([ROOT3, Fraction(0), ROOT2, -ROOT2])] == [-1, 0, 1, 2]
