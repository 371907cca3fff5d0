"""Composite indicators: each step as the field knows it, exact, and equal to a plain computation written apart."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.foundation.exact import rounded
from assessment.foundation.reals import Real
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results, Scorecard
from assessment.scoring.rules.composites.treating import Shape
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.insight import placings, removals, strengths, weaknesses
from assessment.scoring.rules.values import MISSING, NOT_APPLICABLE, UnitInput, Value
from support.plain_composites import Column, PlainHeading, PlainIndicator, totals
from support.plain_composites import rounded as plainly_rounded

HEAD = 'format: 1\nscheme: test\nversion: "1"\nrounding: {total: {mode: half_up, places: 10}}\n'
WORDS = {"": MISSING, "n/a": NOT_APPLICABLE}


def composite(indicators: str, block: str = "{}", more: str = "") -> Scheme:
    return load_scheme(f"{HEAD}composite: {block}\nindicators:\n{indicators}\n{more}")


Words = dict[str, list[str]]


def units(columns: dict[str, list[Any]], attributes: Words | None = None, **more: Any) -> list[UnitInput]:
    count = len(next(iter(columns.values())))
    return [
        UnitInput(
            f"u{place}",
            {name: WORDS.get(column[place]) or Value(Decimal(str(column[place]))) for name, column in columns.items()},
            {name: words[place] for name, words in (attributes or {}).items()},
            **more,
        )
        for place in range(count)
    ]


def of(results: Results, place: int) -> Scorecard:
    card = results.of(f"u{place}")
    assert card is not None
    return card


def scores(scheme: Scheme, given_units: list[UnitInput], code: str = "x") -> list[str]:
    """The scores of an indicator, to six places."""
    results = score(scheme, given_units)
    assert not results.troubles, [str(trouble.sentence) for trouble in results.troubles]
    items = [of(results, place).item(code) for place in range(len(given_units))]
    return [f"{rounded(item.exact, 6, 'half_up'):f}" if item and item.exact is not None else "–" for item in items]


def said(card: Scorecard) -> str:
    steps = [*card.steps, *(step for item in card.items for step in item.explanation.steps)]
    return "\n".join(str(step.sentence) for step in steps)


VALUES = [62, 80, 95, 71]


@pytest.mark.parametrize(("rule", "expected"), [
    ("min_max", ["0", "54.545455", "100", "27.272727"]),
    ("min_max, direction: lower_is_better", ["100", "45.454545", "0", "72.727273"]),
    ("z_score", ["-1.066004", "0.213201", "1.279204", "-0.426401"]),
    ("z_score, direction: lower_is_better", ["1.066004", "-0.213201", "-1.279204", "0.426401"]),
    ("z_score, mean: 50, deviation: 10", ["39.339964", "52.132007", "62.792043", "45.735986"]),
    ("goalposts, low: 60, high: 90", ["6.666667", "66.666667", "100", "36.666667"]),
    ("goalposts, low: 60, high: 90, beyond: counted", ["6.666667", "66.666667", "116.666667", "36.666667"]),
    ("goalposts, low: 60, high: 90, direction: lower_is_better", ["93.333333", "33.333333", "0", "63.333333"]),
    ("goalposts, low: 1, high: 100, logarithmic: true", ["89.619584", "95.154499", "98.886180", "92.562917"]),
    ("distance_to_target, target: 90", ["0", "64.285714", "117.857143", "32.142857"]),
    ("distance_to_target, target: 90, cap: true", ["0", "64.285714", "100", "32.142857"]),
    ("distance_to_target, target: 70, direction: lower_is_better", ["132", "60", "0", "96"]),
    ("distance_to_target, target: 60", ["100", "100", "100", "100"]),
    ("percentile_rank", ["0", "66.666667", "100", "33.333333"]),
    ("percentile_rank, direction: lower_is_better", ["100", "33.333333", "0", "66.666667"]),
    ("rank", ["1", "3", "4", "2"]),
    ("borda", ["0", "2", "3", "1"]),
])  # fmt: skip
def test_normalisations_give_what_the_field_expects(rule: str, expected: list[str]) -> None:
    found = scores(composite(f"  - {{code: x, rule: {rule}}}"), units({"x": VALUES}))
    assert [Decimal(one) for one in found] == [Decimal(one) for one in expected]


def test_equal_values_share_place_and_score_whatever_the_method() -> None:
    for rule in ("percentile_rank", "rank", "borda", "z_score", "min_max"):
        found = scores(composite(f"  - {{code: x, rule: {rule}}}"), units({"x": [3, 5, 5, 9]}))
        assert found[1] == found[2]
    assert scores(composite("  - {code: x, rule: rank}"), units({"x": [3, 5, 5, 9]})) == [
        "1.000000", "2.000000", "2.000000", "4.000000"]


@pytest.mark.parametrize(("rule", "expected"), [
    ("min_max", "100.000000"), ("min_max, all_equal: 60", "60.000000"), ("z_score", "0.000000"),
    ("percentile_rank", "0.000000"),
])  # fmt: skip
def test_when_all_values_are_equal_nothing_is_divided_by_nothing(rule: str, expected: str) -> None:
    assert set(scores(composite(f"  - {{code: x, rule: {rule}}}"), units({"x": [5, 5, 5]}))) == {expected}


@pytest.mark.parametrize(("method", "filled"), [
    ("mean", "6.25"), ("median", "4"), ("group_mean", "3"), ("group_median", "3"), ("none", None),
])  # fmt: skip
def test_gaps_are_filled_as_the_scheme_says(method: str, filled: str | None) -> None:
    scheme = composite(f"  - {{code: x, rule: goalposts, low: 0, high: 100, impute: {method}}}\n"
                       "  - {code: y, rule: goalposts, low: 0, high: 100}", "{group: region}")
    data = units({"x": ["", 1, 3, 5, 16], "y": [9] * 5}, {"region": ["north", "north", "north", "north", "south"]})
    results = score(scheme, data)
    assert not results.troubles
    item = of(results, 0).item("x")
    assert item
    assert item.exact == (None if filled is None else Fraction(filled))
    if filled is None:
        assert of(results, 0).total_exact == 9  # the other indicator carries its weight
    else:
        assert "imputed by the" in said(of(results, 0))


def test_a_gap_is_never_filled_in_silence() -> None:
    scheme = composite("  - {code: x, rule: min_max}")
    assert [trouble.unit for trouble in score(scheme, units({"x": ["", 1, 2]})).troubles] == ["u0"]
    nobody = composite("  - {code: x, rule: min_max, impute: mean}")
    assert "no unit of the peer group has one" in str(score(nobody, units({"x": ["", ""]})).troubles[0].sentence)
    carried = composite("  - {code: x, rule: rank, impute: carried_forward}")
    data = units({"x": ["", 1, 2]}, previous={"x": Value(Decimal(9))})
    assert scores(carried, data) == ["3.000000", "1.000000", "2.000000"]


def test_a_value_is_divided_by_its_denominator_first() -> None:
    scheme = composite("  - {code: x, rule: min_max, denominate: {by: people, times: 1000}, "
                       "not_applicable: divisor_is_zero}")
    data = units({"x": [10, 10, 30, 4], "people": [100, 200, 300, 0]})
    assert scores(scheme, data) == ["100.000000", "0.000000", "100.000000", "–"]
    assert "10 ÷ 200 × 1000 = 50" in said(of(score(scheme, data), 1))


OUTLIER = [*range(1, 21), 300, 1000]


def test_skewness_and_kurtosis_are_those_of_a_spreadsheet() -> None:
    shape = Shape([Fraction(n) for n in OUTLIER])
    assert f"{float(str(shape.skewness)):.6f}" == "4.181908"
    assert f"{float(shape.kurtosis):.6f}" == "18.108755"


def test_outliers_are_brought_in_one_after_the_other_and_no_more_than_allowed() -> None:
    two = composite("  - {code: x, rule: min_max, treat: {winsorise: 2, otherwise: none}}")
    found = scores(two, units({"x": OUTLIER}))
    assert found[-3:] == ["100.000000"] * 3
    assert found[4] == "21.052632"
    assert "2 values were winsorised: all count within 1 and 20." in said(of(score(two, units({"x": OUTLIER})), 0))
    one = composite("  - {code: x, rule: min_max, treat: {winsorise: 1, otherwise: none}}")
    assert scores(one, units({"x": OUTLIER}))[-3:] == ["6.354515", "100.000000", "100.000000"]
    low = [-value for value in OUTLIER]
    assert scores(two, units({"x": low}))[-3:] == ["0.000000"] * 3


def test_what_winsorising_cannot_mend_is_taken_by_its_logarithm() -> None:
    scheme = composite("  - {code: x, rule: min_max, treat: {winsorise: 1}}")
    card = of(score(scheme, units({"x": OUTLIER})), 4)
    item = card.item("x")
    assert item
    assert f"{item.exact}"[:12] == "7.296845115703"[:12]  # ln((4 + 9.99) / 9.99) / ln(1008.99 / 9.99)
    assert "Winsorising is not enough: of each value the logarithm of (value − 1 + 9.99) counts." in said(card)


def test_ordinary_values_are_left_alone() -> None:
    scheme = composite("  - {code: x, rule: min_max, treat: winsorise}")
    untreated = composite("  - {code: x, rule: min_max}")
    assert scores(scheme, units({"x": VALUES})) == scores(untreated, units({"x": VALUES}))
    assert "not treated" in said(of(score(scheme, units({"x": VALUES})), 0))
    assert "Too few different values" in said(of(score(scheme, units({"x": [1, 2, 9]})), 0))


@pytest.mark.parametrize(("mean", "expected"), [
    ("arithmetic", "25.0000000000"), ("geometric", "20.0000000000"), ("harmonic", "16.0000000000"),
    ("{power: 2}", "29.1547594742"), ("{power: 0.5}", "22.5000000000"), ("{power: -2}", "13.7198868114"),
])  # fmt: skip
def test_means_of_every_power(mean: str, expected: str) -> None:
    data = units({"x": [10], "y": [40]})
    card = of(score(composite(TWO, f"{{aggregate: {mean}}}"), data), 0)
    assert str(card.total_published) == expected
    assert "mean" in said(card)


TWO = "  - {code: x, rule: goalposts, low: 0, high: 100}\n  - {code: y, rule: goalposts, low: 0, high: 100}"


@pytest.mark.parametrize(("mean", "is_nought"), [
    ("geometric", True), ("harmonic", True), ("{power: -3}", True), ("{power: 2}", False), ("arithmetic", False)])
def test_a_part_that_is_nought_makes_nought_of_a_mean_that_punishes_it(mean: str, is_nought: bool) -> None:
    card = of(score(composite(TWO, f"{{aggregate: {mean}}}"), units({"x": [0], "y": [5]})), 0)
    assert (card.total_exact == 0) is is_nought
    assert not card.troubles


def test_headings_lie_within_headings_and_weigh_what_they_say() -> None:
    scheme = composite("""
  - outer:
      points: 3
    items:
      - inner: {aggregate: geometric}
        items:
          - {code: a, rule: goalposts, low: 0, high: 100}
          - {code: b, rule: goalposts, low: 0, high: 100}
      - {code: c, rule: goalposts, low: 0, high: 100, points: 2}
  - {code: d, rule: goalposts, low: 0, high: 100}""")
    assert scheme.codes == ("outer", "inner", "a", "b", "c", "d")
    card = of(score(scheme, units({"a": [10], "b": [40], "c": [80], "d": [4]})), 0)
    assert {one.code: one.exact for one in card.dimensions} == {"inner": 20, "outer": 60}
    assert card.total_exact == Fraction(3 * 60 + 4, 4)
    assert "outer: arithmetic mean of inner 20 (1/3), c 80 (2/3) = 60" in said(card)


def test_an_ordinary_rule_reaches_as_far_up_the_scale_as_its_points_go() -> None:
    scheme = composite("  - {code: x, rule: completion, target: 200, points: 40}\n"
                       "  - {code: y, rule: given, points: 60}", "{scale: [0, 1], aggregate: geometric}")
    card = of(score(scheme, units({"x": [50], "y": [60]})), 0)
    assert str(card.total_published) == "0.5743491775"  # 0.25 ^ 0.4


def test_copeland_counts_the_weight_on_which_each_other_unit_is_beaten() -> None:
    scheme = composite(TWO.replace("high: 100}", "high: 100, points: 3}", 1), "{aggregate: copeland}")
    results = score(scheme, units({"x": [1, 2, 2], "y": [9, 5, "n/a"]}))
    assert [of(results, place).total_exact for place in range(3)] == [
        Fraction(1, 4), Fraction(3, 4) + Fraction(1, 2), Fraction(3, 2)]


def test_units_with_too_few_values_are_set_apart_and_enter_no_statistic() -> None:
    scheme = composite("  - {code: x, rule: min_max, impute: none}\n  - {code: y, rule: min_max, impute: none}",
                       "{available: 60%}")
    results = score(scheme, units({"x": [0, 10, 1000], "y": [0, 10, ""]}))
    assert [(card.unit, card.rank) for card in results.scorecards] == [("u1", 1), ("u0", 2), ("u2", None)]
    assert of(results, 1).total_exact == 100
    assert "1 of 2 values are given, fewer than 60%" in said(of(results, 2))
    not_asked = score(scheme, units({"x": [0, 10, 5], "y": [0, 10, "n/a"]}))
    assert of(not_asked, 2).total_exact == 50


def test_a_heading_with_too_few_parts_has_no_score_and_the_others_carry_its_weight() -> None:
    scheme = composite("  - one: {available: 100%}\n    items:\n"
                       "      - {code: x, rule: goalposts, low: 0, high: 100, impute: none}\n"
                       "      - {code: y, rule: goalposts, low: 0, high: 100, impute: none}\n"
                       "  - {code: z, rule: goalposts, low: 0, high: 100}")
    card = of(score(scheme, units({"x": [90], "y": [""], "z": [30]})), 0)
    assert card.total_exact == 30
    assert "one: 1 of 2 parts have a score, fewer than 100%; it has none." in said(card)


def test_a_negative_part_blocks_a_geometric_mean_with_a_sentence() -> None:
    scheme = composite("  - {code: x, rule: goalposts, low: 0, high: 100, beyond: counted}", "{aggregate: geometric}")
    results = score(scheme, units({"x": [-5, 20]}))
    assert [str(trouble.sentence) for trouble in results.troubles] == [
        "u0: “x” is negative and cannot be taken into a geometric mean; choose another normalisation."]
    assert of(results, 1).rank == 1


@pytest.mark.parametrize(("rule", "values"), [
    ("min_max, treat: log", [1, 0]), ("goalposts, low: 1, high: 9, logarithmic: true, beyond: counted", [1, -1])])
def test_what_has_no_logarithm_is_told(rule: str, values: list[int]) -> None:
    results = score(composite(f"  - {{code: x, rule: {rule}}}"), units({"x": values}))
    assert "has no logarithm" in str(results.troubles[0].sentence)


def test_rounding_of_an_endless_number_is_decided_by_its_digits_not_by_a_float() -> None:
    # The geometric mean of 0.5 - 1e-15 and 0.5 + 1e-15 lies 1e-30 below a half; that of 0.5 and 0.5 is one.
    scheme = load_scheme(HEAD.replace("places: 10", "places: 0") + "composite: {scale: [0, 1], aggregate: geometric}\n"
                         "indicators:\n" + TWO.replace("high: 100", "high: 1"))
    data = units({"x": ["0.499999999999999", "0.5", "0.25"], "y": ["0.500000000000001", "0.5", "1"]})
    results = score(scheme, data)
    assert [str(of(results, place).total_published) for place in range(3)] == ["0", "1", "1"]
    assert isinstance(of(results, 0).total_exact, Real)


def test_exactly_equal_irrational_totals_share_a_rank() -> None:
    scheme = load_scheme(HEAD + "ranking: {of: exact_total}\ncomposite: {aggregate: geometric}\nindicators:\n" + TWO)
    results = score(scheme, units({"x": [2, 4, 3, 9], "y": [6, 3, 4, 1]}))
    assert [of(results, place).rank for place in range(4)] == [1, 1, 1, 4]
    assert of(results, 0).tied


def test_what_cannot_be_decided_is_told_and_nothing_is_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    # With 40 digits for the last word and no algebra, a tie of two different roots would stay open for ever.
    monkeypatch.setattr("assessment.foundation.reals.numbers.LAST", 40)
    monkeypatch.setattr("assessment.foundation.reals.identities.is_zero", lambda value: None)
    scheme = load_scheme(HEAD + "ranking: {of: exact_total}\ncomposite: {aggregate: geometric}\nindicators:\n" + TWO)
    results = score(scheme, units({"x": [2, 4], "y": [6, 3]}))
    assert results.scorecards == ()
    assert "agree to 1,000 digits" in str(results.troubles[0].sentence)


def test_strengths_and_weaknesses_are_places_among_the_peers() -> None:
    results = score(composite(TWO), units({"x": [1, 5, 9], "y": [9, 5, 1]}))
    assert [(one.code, one.rank, one.of) for one in strengths(placings(results, "u0"))] == [("y", 1, 3)]
    assert [(one.code, one.rank) for one in weaknesses(placings(results, "u0"))] == [("x", 3)]
    assert strengths(placings(results, "u1")) == weaknesses(placings(results, "u1")) == []
    assert placings(results, "nobody") == []


def test_a_place_that_all_share_is_neither_strength_nor_weakness() -> None:
    results = score(composite(TWO), units({"x": [5, 5, 5], "y": [5, 5, 1]}))
    assert [(one.code, one.shared) for one in strengths(placings(results, "u0"))] == [("y", 2)]
    assert [one.code for one in weaknesses(placings(results, "u2"))] == ["y"]


def test_leaving_an_indicator_out_moves_whom_it_carried() -> None:
    found = removals(composite(TWO), units({"x": [1, 5, 9], "y": [9, 8, 1]}))
    assert [one.code for one in found] == ["x", "y"]
    assert [(move.unit, move.rank, move.without) for move in found[0].moves] == [
        ("u1", 1, 2), ("u0", 2, 1), ("u2", 2, 3)]
    assert (found[0].moved, found[0].mean) == (3, 1)
    assert found[0].largest
    assert found[0].largest.unit == "u1"
    ordinary = load_scheme(f"""{HEAD}
indicators: [{{code: x, points: 60, rule: given}}, {{code: y, points: 40, rule: given}}]""")
    assert [one.moved for one in removals(ordinary, units({"x": [50, 60], "y": [40, 10]}))] == [0, 2]
    assert removals(composite("  - {code: x, rule: rank}"), units({"x": [1, 2]})) == []


@pytest.mark.parametrize(("indicators", "block", "told"), [
    ("  - {code: x, rule: z_score, missing: zero_by_decision}", "{}", "A z-score has no lowest value"),
    ("  - {code: x, rule: z_score}", "{aggregate: geometric}", "cannot be taken into a geometric mean"),
    ("  - {code: x, rule: min_max, impute: group_mean}", "{}", "Name the property of units"),
    ("  - {code: x, rule: min_max, impute: mean, missing: block}", "{}", "said twice"),
    ("  - {code: x, rule: goalposts, low: 9, high: 1}", "{}", "must lie below the high one"),
    ("  - {code: x, rule: goalposts, low: 0, high: 1, logarithmic: true}", "{}", "greater than 0"),
    ("  - {code: x, rule: goalposts, low: 0, high: 1, treat: log}", "{}", "leave out “treat”"),
    ("  - {code: x, rule: distance_to_target, target: 5, treat: log}", "{}", "leave out the logarithm"),
    ("  - {code: x, rule: min_max}", "{scale: [1]}", "two ends"),
    ("  - {code: x, rule: min_max}", "{scale: [5, 1]}", "its end lies above its beginning"),
    ("  - {code: x, rule: min_max}", "{aggregate: median}", "Write “arithmetic”"),
    ("  - {code: x, rule: min_max}", "{aggregate: {power: 1000}}", "too large a power"),
    ("  - {code: x, rule: min_max}", "{impute: average}", "known are: none, mean, median"),
    ("  - {code: x, rule: min_max}", "{available: 2}", "is not a share"),
    ("  - {code: x, rule: minmax}", "{}", "is not known here"),
])  # fmt: skip
def test_a_composite_that_cannot_be_computed_is_refused_with_a_sentence(indicators: str, block: str, told: str) -> None:
    with pytest.raises(SchemeFaults) as refused:
        composite(indicators, block)
    assert told in str(refused.value)


@pytest.mark.parametrize(("indicators", "told"), [
    ("  - {code: x, rule: borda, points: 100}", "“borda” belongs to a composite"),
    ("  - h: {aggregate: geometric}\n    items: [{code: x, rule: given, points: 100}]", "“aggregate” belongs"),
])  # fmt: skip
def test_an_ordinary_scheme_is_told_what_belongs_to_composites(indicators: str, told: str) -> None:
    with pytest.raises(SchemeFaults) as refused:
        load_scheme(f"{HEAD}indicators:\n{indicators}")
    assert told in str(refused.value)


def test_in_an_ordinary_scheme_a_normalised_value_is_a_mark_out_of_a_hundred() -> None:
    scheme = load_scheme(f"""{HEAD}
indicators: [{{code: x, rule: min_max, points: 60}}, {{code: y, rule: percentile_rank, points: 40}}]""")
    results = score(scheme, units({"x": [0, 5, 10], "y": [3, 1, 2]}))
    assert [of(results, place).total_exact for place in range(3)] == [40, 30, 80]


# --- against a computation written apart -----------------------------------------------------------------------------

numbers = st.decimals(1, 1000, places=2)
weights = st.integers(1, 5)
RULES = ["min_max", "z_score", "goalposts", "distance_to_target", "percentile_rank", "rank", "borda"]


@st.composite
def indicators(draw: st.DrawFn, code: str, count: int, safe: bool) -> tuple[str, PlainIndicator, dict[str, list[Any]]]:
    """One random indicator: as the scheme has it, as the plain computation has it, and its columns."""
    rule = draw(st.sampled_from([one for one in RULES if not safe or one != "z_score"]))
    impute = draw(st.sampled_from(["none", "mean", "median", "group_mean"]))
    values: Column = draw(st.lists(st.one_of(numbers, numbers, st.just(Decimal(5))), min_size=count, max_size=count))
    gap = draw(st.integers(0, 2 * count))
    if gap < count and (not impute.startswith("group") or count > 3):
        values[gap] = None
    plain = PlainIndicator(values, rule, Decimal(draw(weights)), draw(st.booleans()), impute=impute)
    text = f"code: {code}, rule: {rule}, points: {plain.weight}, impute: {impute}"
    columns: dict[str, list[Any]] = {code: ["" if value is None else value for value in values]}
    if plain.lower_is_better:
        text += ", direction: lower_is_better"
    if draw(st.booleans()):
        plain.divisors = draw(st.lists(numbers, min_size=count, max_size=count))
        columns[f"{code}_of"] = list(plain.divisors)
        text += f", denominate: {code}_of"
    if rule == "goalposts":
        plain.low, plain.high = Decimal("0.5"), Decimal(draw(st.integers(2, 500)))
        plain.logarithmic = draw(st.booleans())
        text += f", low: {plain.low}, high: {plain.high}, logarithmic: {str(plain.logarithmic).lower()}"
    elif rule == "distance_to_target":
        plain.target, plain.cap = draw(numbers), True
        text += f", target: {plain.target}, cap: true"
    elif draw(st.booleans()):
        plain.winsorise = draw(st.integers(0, 3))
        text += f", treat: {{winsorise: {plain.winsorise}}}"
    return f"{{{text}}}", plain, columns


@st.composite
def composites(draw: st.DrawFn) -> tuple[Scheme, list[UnitInput], list[Decimal | None]]:
    count = draw(st.integers(4, 9))
    how = draw(st.sampled_from(["arithmetic", "geometric", "harmonic", "power 2", "power 0.5", "copeland"]))
    groups = ["north" if place % 2 else "south" for place in range(count)]
    top, lines, columns = PlainHeading([], how), [], dict[str, list[Any]]()
    for h in range(draw(st.integers(1, 3))):
        inner = draw(st.sampled_from(["arithmetic", "geometric", "power 2"]))
        heading = PlainHeading([], inner, Decimal(draw(weights)))
        lines.append(f"  - h{h}: {{points: {heading.weight}, aggregate: {_written(inner)}}}\n    items:")
        for i in range(draw(st.integers(1, 3))):
            text, plain, own = draw(indicators(f"i{h}{i}", count, how != "arithmetic" or inner != "arithmetic"))
            plain.groups = groups
            heading.parts.append(plain)
            lines.append(f"      - {text}")
            columns |= own
        top.parts.append(heading)
    scheme = composite("\n".join(lines), f"{{scale: [0, 1], aggregate: {_written(how)}, group: region}}")
    return scheme, units(columns, {"region": groups}), totals(top, (Decimal(0), Decimal(1)))


def _written(how: str) -> str:
    return f"{{power: {how.removeprefix('power ')}}}" if how.startswith("power") else how


@settings(max_examples=150)
@given(composites())
def test_every_composite_equals_a_plain_computation(
    made: tuple[Scheme, list[UnitInput], list[Decimal | None]],
) -> None:
    scheme, given_units, plain = made
    results = score(scheme, given_units)
    assert not results.troubles
    for place, expected in enumerate(plain):
        found = of(results, place).total_published
        assert found == (None if expected is None else plainly_rounded(expected, 10))
