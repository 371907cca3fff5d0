"""When a rule gives no score, or a unit no total, and the sentence that says so."""

from decimal import Decimal
from fractions import Fraction

import pytest

from assessment.programmes.rules.loading import load_scheme
from assessment.scoring.rules.composition import CompositeInput, compose, year_parts
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.facts import CannotScore
from assessment.scoring.rules.items import apply
from assessment.scoring.rules.succession import Forebear, inherited
from assessment.scoring.rules.values import Kind, UnitInput, Value
from support.programmes import SCHEME
from support.tried_rules import facts, indicator

TOTALS = {"Q1": Decimal(80), "Q2": None, "Q3": Decimal(90), "Q4": None}


def test_a_value_is_a_number_or_the_reason_why_there_is_none() -> None:
    for number, kind in ((None, Kind.GIVEN), (Decimal(3), Kind.MISSING)):
        with pytest.raises(ValueError, match="a given value has a number"):
            Value(number, kind)


def test_a_negative_target_is_sent_back_to_the_letter() -> None:
    with pytest.raises(CannotScore) as refusal:
        apply(indicator(rule="completion", target="letter"), facts("5", "-1"))
    assert "negative" in str(refusal.value.message)


@pytest.mark.parametrize(("said", "total", "words"), [
    ("without_part: others_carry", "87.50", ""), ("without_part: not_ranked", None, "the unit is not ranked"),
    ("without_part: block", "87.50", "lets nobody be ranked"),
    ("at_least: 50%", None, "are needed: not ranked"), ("at_least: 40%", "87.50", ""),
])  # fmt: skip
def test_a_year_without_two_quarters_counts_as_the_scheme_says(said: str, total: str | None, words: str) -> None:
    """The quarters that are there weigh 10 and 30 of 100: (10 x 80 + 30 x 90) / 40."""
    scheme = load_scheme(SCHEME.replace("quarter: mean_of_months}", f"quarter: mean_of_months, {said}}}"))
    results = compose(scheme, [CompositeInput("220101", "counties", year_parts(scheme, TOTALS))])
    card = results.scorecards[0]
    assert (None if card.total_published is None else str(card.total_published)) == total
    told = [str(one.message) for one in (*card.steps, *results.troubles)]
    assert [one for one in told if "rank" in one] == [one for one in told if words and words in one]
    assert any(words in one for one in told)


def test_a_total_longer_than_any_that_can_be_kept_is_no_total() -> None:
    scheme = load_scheme(
        "format: 1\nscheme: s\nversion: '1'\nrounding: {total: {mode: half_up, places: 6}}\n"
        "indicators: [{code: A, points: 100, rule: given}]\n"
    )
    results = score(scheme, [UnitInput("220101", {"A": Value(Decimal(10) ** 60)})])
    assert results.scorecards[0].total_published is None


def test_a_gap_of_one_forebear_is_a_gap_of_all() -> None:
    scheme = load_scheme(SCHEME)
    given, gap, none = Value(Decimal(8)), Value(None, Kind.MISSING), Value(None, Kind.NOT_APPLICABLE)
    for second, expected in ((given, Fraction(12)), (gap, Kind.MISSING), (none, Fraction(8))):
        forebears = [Forebear("a", Fraction(1), {"cameras": given}), Forebear("b", Fraction(1, 2), {"cameras": second})]
        found = inherited(scheme, "c", ["cameras"], forebears)["cameras"]
        assert (found.number if found.number is not None else found.kind) == expected
    nothing = inherited(scheme, "c", ["cameras"], [Forebear("a", Fraction(1), {"cameras": none})])["cameras"]
    assert nothing.kind is Kind.NOT_APPLICABLE
