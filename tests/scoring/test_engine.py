"""From values to a league table: gaps, totals, bonuses, vetoes, quotas, ties, and periods made of periods."""

import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Scorecard
from assessment.scoring.rules.composites.normalising import METHODS
from assessment.scoring.rules.composition import CompositeInput, compose, quarter_parts, year_parts
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.items import RULES
from assessment.scoring.rules.totals import carried
from assessment.scoring.rules.values import (
    MISSING,
    NOT_APPLICABLE,
    WITHHELD,
    Adjustment,
    AdjustmentKind,
    Kind,
    UnitInput,
    Value,
)

JILIN = (Path(__file__).parents[2] / "assessment/demo/files/jilin-2012.scheme.yaml").read_text("utf-8")
BASE = """
format: 1
scheme: test
version: "1"
indicators:
  - {code: a, points: 30, rule: given}
  - {code: b, points: 40, rule: given}
  - {code: c, points: 30, rule: given}
"""
BANDS = """
bands:
  - {code: excellent, from: 90, quota: 30%}
  - {code: good, from: 75}
  - {code: pass, from: 60}
  - {code: failed, below: 60}
"""


def scheme(more: str = "") -> Scheme:
    return load_scheme(BASE + more)


def value(given_value: Any) -> Value:
    return given_value if isinstance(given_value, Value) else Value(Decimal(str(given_value)))


def unit(code: str, a: Any, b: Any, c: Any, *adjustments: Adjustment, **more: Any) -> UnitInput:
    values = {name: value(one) for name, one in {"a": a, "b": b, "c": c, **more}.items()}
    return UnitInput(code, values, adjustments=adjustments)


def total(card: Scorecard | None) -> str:
    assert card is not None
    return str(card.total_published)


def only(found_in: Scheme, given_unit: UnitInput) -> Scorecard:
    return score(found_in, [given_unit]).scorecards[0]


def said(card: Scorecard) -> str:
    steps = [*card.steps, *(step for item in card.items for step in item.explanation.steps)]
    return "\n".join(str(step.sentence) for step in steps)


def bonus(points: str, code: str = "P1") -> Adjustment:
    return Adjustment(AdjustmentKind.BONUS, code, Decimal(points), origin="practice 7")


def deduction(points: str) -> Adjustment:
    return Adjustment(AdjustmentKind.DEDUCTION, "D1", Decimal(points))


def veto(code: str) -> Adjustment:
    return Adjustment(AdjustmentKind.VETO, code, origin="case 3")


def test_the_engine_knows_every_rule_that_a_scheme_may_name() -> None:
    schema = Scheme.model_json_schema()
    names = {part["properties"]["rule"]["const"] for part in schema["$defs"].values()
             if "rule" in part.get("properties", {})}
    assert names == {*RULES, *METHODS}


def test_what_does_not_apply_is_carried_by_the_rest() -> None:
    card = only(scheme(), unit("u", "25.5", "36", NOT_APPLICABLE))
    assert total(card) == "87.86"
    assert card.maximum == 70
    assert "c do not count; the others carry their points: 61.5 × 100 ÷ 70 = 87.857142857142…" in said(card)
    marks = [(Fraction(item.counted) if item.counted is not None else None, item.points) for item in card.items]
    lost = sum(points - found for found, points in marks if found is not None)
    assert carried(marks) == 30 * (1 - Fraction("61.5") / 70), "its points are lost at the rate of the others"
    assert 100 - lost - carried(marks) == card.total_exact, "losses and what went with it are the whole gap"
    assert carried([(None, Fraction(100))]) == 0


def test_nought_is_not_missing_and_missing_blocks_by_default() -> None:
    assert total(only(scheme(), unit("u", 0, 40, 30))) == "70.00"
    results = score(scheme(), [unit("u", MISSING, 40, 30), unit("v", 1, 2, 3)])
    assert [str(trouble.sentence) for trouble in results.troubles] == [
        "The value is missing; report it, or decide what follows."]
    assert [(card.unit, card.rank) for card in results.scorecards] == [("v", 1), ("u", None)]


def test_nought_by_decision_cites_the_decision_or_says_that_it_waits_for_one() -> None:
    by_decision = scheme("missing: {submission: zero_by_decision}")
    waiting = only(by_decision, unit("u", MISSING, 40, 30))
    assert (total(waiting), waiting.undecided) == ("70.00", ("a",))
    decided = only(by_decision, unit("u", Value(None, Kind.MISSING, "minutes 12"), 40, 30))
    assert decided.undecided == ()
    assert "by decision minutes 12" in said(decided)


def test_missing_values_follow_the_policy_of_the_scheme() -> None:
    units = [unit("u", MISSING, 40, 30), unit("v", 20, 40, 30), unit("w", 10, 40, 30)]
    assert total(score(scheme("missing: reweight"), units).of("u")) == "100.00"
    assert total(score(scheme("missing: peer_mean"), units).of("u")) == "85.00"
    before = UnitInput("u", units[0].values, previous={"a": Value(Decimal(12))})
    assert total(only(scheme("missing: carry_forward"), before)) == "82.00"
    assert score(scheme("missing: carry_forward"), units).troubles


@pytest.mark.parametrize("policy", ["block", "reweight", "peer_mean", "carry_forward"])
def test_a_withheld_value_is_never_filled_in(policy: str) -> None:
    results = score(scheme(f"missing: {policy}"), [unit("u", WITHHELD, 40, 30), unit("v", 20, 40, 30)])
    assert [trouble.unit for trouble in results.troubles] == ["u"]


def test_a_unit_to_which_nothing_applies_is_not_ranked() -> None:
    results = score(scheme(), [unit("u", *[NOT_APPLICABLE] * 3), unit("v", 1, 1, 1)])
    assert [(card.unit, card.rank, card.total_published) for card in results.scorecards] == [
        ("v", 1, Decimal("3.00")), ("u", None, None)]
    assert not results.troubles


ADDED = "bonus: {cap: 5, mode: add, items: [{code: P1, each: 1}]}\ndeductions: {cap: 5, items: [{code: D1, each: 1}]}"


def test_bonus_and_deduction_are_capped_and_added() -> None:
    card = only(scheme(ADDED), unit("u", "29.37", 40, 24, bonus("6.2"), deduction("2.5")))
    assert total(card) == "95.87"
    assert "6.2 points together; at most 5 count." in said(card)


def test_a_bonus_that_only_breaks_ties_stays_out_of_the_total() -> None:
    ties = scheme(ADDED.replace("mode: add", "mode: tie_break_only"))
    results = score(ties, [unit("u", 10, 10, 10), unit("v", 10, 10, 10, bonus("1"))])
    assert [(card.unit, card.rank, str(card.total_published)) for card in results.scorecards] == [
        ("v", 1, "30.00"), ("u", 2, "30.00")]


def test_the_rounding_decides_a_pass_exactly_and_once() -> None:
    assert only(scheme(BANDS), unit("u", "29.995", 30, 0)).band == "pass"
    assert total(only(scheme("rounding: {total: {mode: half_even, places: 2}}"), unit("u", "28.165", 0, 0))) == "28.16"
    both = scheme("rounding: {item: {mode: half_up, places: 1}, total: {mode: half_up, places: 0}}")
    assert total(only(both, unit("u", "0.45", 0, 0))) == "1"


VETOES = """
vetoes:
  - {code: V1, on: falsification.established, effect: {band: failed}}
  - {code: V2, on: incident.critical, effect: {band_at_most: pass}}
  - {code: V3, on: incident.critical, effect: {item_zero: a}}
  - {code: V4, on: incident.critical, effect: {no_commendation: true}}
"""


@pytest.mark.parametrize(("code", "band", "points", "commendable"), [
    ("V1", "failed", "80.00", True), ("V2", "pass", "80.00", True), ("V3", "failed", "50.00", True),
    ("V4", "good", "80.00", False),
])
def test_a_veto_lowers_the_band_and_keeps_the_number(code: str, band: str, points: str, commendable: bool) -> None:
    card = only(scheme(BANDS + VETOES), unit("u", 30, 30, 20, veto(code)))
    assert (card.band, total(card), card.commendable, card.vetoes) == (band, points, commendable, (code,))


def test_a_quota_lets_the_overflow_fall_and_says_so() -> None:
    units = [unit(f"u{place}", 30, 40, 30 - place) for place in range(7)]
    cards = score(scheme(BANDS), units).scorecards
    assert [card.band for card in cards] == ["excellent"] * 2 + ["good"] * 5
    assert "At most 30% of 7 units, that is 2, may be “excellent”; this unit falls to “good”." in said(cards[2])


def test_equal_units_stay_in_a_quota_or_leave_it_together() -> None:
    units = [unit("u0", 30, 40, 30), *(unit(f"u{place}", 30, 40, 25) for place in range(1, 7))]
    assert [card.band for card in score(scheme(BANDS), units).scorecards] == ["excellent"] + ["good"] * 6


def test_a_vetoed_unit_takes_no_place_in_a_quota() -> None:
    units = [unit("u0", 30, 40, 30, veto("V1")), *(unit(f"u{place}", 30, 40, 30 - place) for place in range(1, 7))]
    bands = {card.unit: card.band for card in score(scheme(BANDS + VETOES), units).scorecards}
    assert [bands[f"u{place}"] for place in range(4)] == ["failed", "excellent", "excellent", "good"]


@pytest.mark.parametrize(("ties", "expected"), [("1224", [1, 2, 2, 4]), ("1223", [1, 2, 2, 3])])
def test_equal_published_totals_share_a_rank(ties: str, expected: list[int]) -> None:
    units = [unit("w", 3, 0, 0), unit("v", "2.001", 0, 0), unit("u", "2.004", 0, 0), unit("x", 1, 0, 0)]
    cards = score(scheme(f'ranking: {{ties: "{ties}"}}'), units).scorecards
    assert [card.rank for card in cards] == expected
    assert [card.unit for card in cards] == ["w", "u", "v", "x"]
    exact = score(scheme("ranking: {of: exact_total}"), units).scorecards
    assert [card.rank for card in exact] == [1, 2, 3, 4]


def test_a_second_key_separates_equal_totals_unless_somebody_lacks_it() -> None:
    keyed = scheme("ranking: {then: [late_days asc]}")
    late = [unit("u", 1, 1, 1, late_days=2), unit("v", 1, 1, 1, late_days=0)]
    assert [(card.unit, card.rank) for card in score(keyed, late).scorecards] == [("v", 1), ("u", 2)]
    unknown = score(keyed, [late[0], unit("v", 1, 1, 1)]).scorecards
    assert [card.rank for card in unknown] == [1, 1]
    assert "lateness in days is not known for v" in said(unknown[0])


def test_a_unit_in_no_peer_group_is_told() -> None:
    grouped = scheme("peer_groups: {counties: {of: {level: county}}, cities: {of: {level: [city, prefecture]}}}")
    units = [UnitInput("u", unit("u", 1, 1, 1).values, {"level": "county"}),
             UnitInput("v", unit("v", 1, 1, 1).values, {"level": "province"})]
    results = score(grouped, units)
    assert [str(trouble.sentence) for trouble in results.troubles] == [
        "v belongs to no peer group (level: province); correct it, or the scheme's peer groups."]


def test_a_formula_takes_its_exact_numbers_and_its_gaps_along() -> None:
    shares = load_scheme("""
format: 1
scheme: test
version: "1"
formulas: {share: part / whole * 100}
indicators: [{code: s, points: 100, value: share, rule: completion, target: 30, not_applicable: divisor_is_zero}]
""")
    card = only(shares, UnitInput("u", {"part": value(1), "whole": value(7)}))
    assert total(card) == "47.62"
    assert "share = part / whole * 100 = 1 / 7 * 100 = 14.285714285714…" in said(card)
    assert only(shares, UnitInput("u", {"part": value(1), "whole": value(0)})).rank is None
    assert score(shares, [UnitInput("u", {"part": value(1), "whole": MISSING})]).troubles


def test_a_schedule_is_what_is_due_by_the_end_of_the_period() -> None:
    due = load_scheme("""
format: 1
scheme: test
version: "1"
indicators: [{code: s, points: 100, rule: completion, target: letter, schedule: letter}]
""")
    given_unit = UnitInput("u", {"s": value(30)}, targets={"s": Decimal(100)}, schedules={"s": Decimal(40)})
    assert total(only(due, given_unit)) == "75.00"
    assert total(only(due, UnitInput("u", {"s": value(30)}, targets={"s": Decimal(100)}))) == "30.00"
    assert score(due, [UnitInput("u", {"s": value(30)})]).troubles


def test_a_quarter_is_the_mean_of_its_months_and_a_year_is_weighted() -> None:
    yearly = load_scheme(JILIN)
    months = {"2012-01": Decimal(88), "2012-02": Decimal(90), "2012-03": Decimal(92)}
    quarter = compose(yearly, [CompositeInput("u", "counties", quarter_parts(months))]).scorecards[0]
    assert total(quarter) == "90.00"
    quarters = {"Q1": Decimal(80), "Q2": Decimal(90), "Q3": Decimal(90), "Q4": Decimal(90)}
    year = compose(yearly, [CompositeInput("u", "counties", year_parts(yearly, quarters))]).scorecards[0]
    assert (total(year), year.band) == ("89.00", "good")
    without = compose(yearly, [CompositeInput("u", "counties", year_parts(yearly, {**quarters, "Q1": None}))])
    assert total(without.scorecards[0]) == "90.00"


scores = st.tuples(*[st.integers(0, 300).map(lambda tenths: Decimal(tenths) / 10)] * 3)


@settings(max_examples=50, deadline=None)
@given(st.lists(scores, min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order_of_the_rows(rows: list[tuple[Decimal, ...]], dice: random.Random) -> None:
    units = [unit(f"u{place}", *row) for place, row in enumerate(rows)]
    shuffled = units.copy()
    dice.shuffle(shuffled)
    found = scheme(BANDS)
    cards = score(found, units).scorecards
    assert cards == score(found, shuffled).scorecards
    for one in cards:
        better = sum((card.total_exact or 0) > (one.total_exact or 0) for card in cards)
        assert one.rank == better + 1
        assert one.total_exact == sum(item.exact or Fraction(0) for item in one.items)
