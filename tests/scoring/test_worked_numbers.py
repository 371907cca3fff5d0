"""The worked numbers of the field's own documents, to the last digit: one row a number, the clause beside it."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from assessment.foundation.exact import rounded
from assessment.programmes.rules.loading import load_scheme
from assessment.rewards.rules.apportionment import Claim, apportion
from assessment.rewards.rules.places import Ranked, gain
from assessment.scoring.rules.cards import Results
from assessment.scoring.rules.composition import CompositeInput, Part, compose
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import NOT_APPLICABLE, Adjustment, AdjustmentKind, Kind, UnitInput, Value

HEAD = 'format: 1\nscheme: worked\nversion: "1"\n'
ROUND_ITEMS = "rounding: {item: {mode: half_up, places: 2}, total: {mode: half_up, places: 2}}\n"


def results(indicator: str, values: Mapping[str, Mapping[str, Any]], more: str = "", points: str = "10",
            targets: Mapping[str, str] | None = None, before: Mapping[str, Mapping[str, Any]] | None = None) -> Results:
    """One indicator with so many points, the rest of the hundred given; every unit with its values."""
    rest = Decimal(100) - Decimal(points)
    filler = f"  - {{code: rest, points: {rest}, rule: given}}\n" if rest else ""
    text = f"{HEAD}{ROUND_ITEMS}{more}\nindicators:\n  - {{code: x, points: {points}, {indicator}}}\n{filler}"
    units = [
        UnitInput(
            unit,
            {"rest": number("0"), **{name: number(one) for name, one in mine.items()}},
            targets={name: Decimal(target) for name, target in (targets or {}).items()},
            year_before={name: number(one) for name, one in (before or {}).get(unit, {}).items()},
        )
        for unit, mine in values.items()
    ]
    return score(load_scheme(text), units)


def number(value: Any) -> Value:
    return value if isinstance(value, Value) else Value(Decimal(str(value)))


def one(indicator: str, value: Any, **more: Any) -> str | None:
    return published(results(indicator, {"u": {"x": value}}, **more), "u")


def published(found: Results, unit: str) -> str | None:
    card = found.of(unit)
    assert card is not None
    item = card.item("x")
    assert item is not None
    return None if item.published is None else str(item.published)


def each(indicator: str, numbers: list[Any], **more: Any) -> list[str | None]:
    found = results(indicator, {f"u{place}": {"x": value} for place, value in enumerate(numbers)}, **more)
    return [published(found, f"u{place}") for place in range(len(numbers))]


BANDED = "rule: banded, standards: [0.95, 0.90, 0.80, 0.70, 0.60]"
LATE = (
    "rule: steps, steps: [{up_to: 0, points: 5}, {up_to: 5, points: 4}, {up_to: 10, points: 2}, "
    "{above: 10, points: 0}]"
)
DAYS = "rule: deduct, each: 1, part_of_a_step: dropped, zero_from: 4"


@pytest.mark.parametrize(("rule", "points", "value", "target", "expected"), [
    # R1 completion
    ("rule: completion, target: letter", "10", "66974", "50000", "10.00"),
    ("rule: completion, target: letter, cap: 1.2", "10", "66974", "50000", "12.00"),
    ("rule: completion, target: letter", "10", "45000", "50000", "9.00"),
    ("rule: completion, target: 100", "5", "91.5", None, "4.58"),
    ("rule: completion, target: 50000, cap: 2", "100", "66974", None, "133.95"),  # 133.948 % of the year's goal
    ("rule: completion, target: letter", "10", "-2.5", "8", "0.00"),
    ("rule: completion, target: letter, full_when: target_is_zero", "10", "0", "0", "10.00"),
    ("rule: completion, target: letter, not_applicable: target_is_zero", "10", "0", "0", None),
    # R2 control
    ("rule: control, target: letter", "5", "26", "20", "3.50"),
    ("rule: control, target: letter", "5", "41", "20", "0.00"),
    ("rule: control, target: letter", "5", "15", "20", "5.00"),
    # R3 efficacy, clip none | [0, 100] | [60, 100]
    ("rule: efficacy, satisfactory: 12, unacceptable: 6", "100", "5.81", None, "58.73"),
    ("rule: efficacy, satisfactory: 12, unacceptable: 6", "100", "9", None, "80.00"),
    ("rule: efficacy, satisfactory: 2, unacceptable: 10", "100", "4", None, "90.00"),
    ("rule: efficacy, satisfactory: 12, unacceptable: 6, clip: [60, 100]", "100", "5.81", None, "60.00"),
    ("rule: efficacy, satisfactory: 12, unacceptable: 6, clip: none", "100", "-6", None, "-20.00"),
    # R4 between standards
    (BANDED, "20", "0.97", None, "20.00"), (BANDED, "20", "0.93", None, "18.40"),
    (BANDED, "20", "0.915", None, "17.20"), (BANDED, "20", "0.80", None, "12.00"), (BANDED, "20", "0.60", None, "4.00"),
    (BANDED, "20", "0.599", None, "0.00"),
    ("rule: banded, standards: [2, 4, 8], coefficients: [1, 0.5, 0.2]", "10", "3", None, "7.50"),
    ("rule: banded, standards: [2, 4, 8], coefficients: [1, 0.5, 0.2]", "10", "8.01", None, "0.00"),
    # R7 steps: 5 % and 10 % have one owner
    (LATE, "5", "0", None, "5.00"), (LATE, "5", "5", None, "4.00"), (LATE, "5", "5.01", None, "2.00"),
    (LATE, "5", "10", None, "2.00"), (LATE, "5", "10.1", None, "0.00"),
    # R8 deduction
    (DAYS, "5", "0", None, "5.00"), (DAYS, "5", "1", None, "4.00"), (DAYS, "5", "3", None, "2.00"),
    (DAYS, "5", "4", None, "0.00"), (DAYS, "5", "7", None, "0.00"),
    ("rule: deduct, each: 0.5, over: 35, part_of_a_step: dropped", "5", "37.9", None, "4.00"),
    ("rule: deduct, each: 0.25, part_of_a_step: proportional", "5", "2.5", None, "4.38"),
    # R9 sliding: base 20, 25 points above the average
    ("rule: sliding, base: 20, average: 50, cap: 2", "20", "75", None, "36.67"),
    ("rule: sliding, base: 20, average: 50, cap: 2", "20", "25", None, "3.33"),
    ("rule: sliding, base: 20, average: 50, cap: 2", "20", "50", None, "20.00"),
    ("rule: sliding, base: 20, average: 50", "20", "75", None, "20.00"),
])  # fmt: skip
def test_a_rule_gives_its_worked_number(
    rule: str, points: str, value: str, target: str | None, expected: str | None
) -> None:
    assert one(rule, value, points=points, targets={"x": target} if target else {}) == expected


def test_r5_peers_between_the_floor_and_a_hundred() -> None:
    assert each("rule: peer_minmax, floor: 60", [62, 80, 95, 71], points="100") == ["60.00", "81.82", "100.00", "70.91"]
    assert each("rule: peer_minmax, all_equal: 60", [7, 7], points="100") == ["60.00", "60.00"]


def test_r6_ties_share_the_better_place() -> None:
    values = [99, 90, 90, 80, 79, 78, 77, 76, 75]
    found = each("rule: position, step: 0.5", values)
    assert [found[place] for place in (0, 1, 2, 3, 8)] == ["10.00", "9.50", "9.50", "8.50", "6.00"]
    assert each("rule: position, step: 4, direction: lower_is_better, least: 3", [5, 1, 3, 9]) == [
        "3.00", "10.00", "6.00", "3.00"]


def test_r9_the_average_may_be_that_of_the_peers() -> None:
    assert each("rule: sliding, base: 20, cap: 2", [75, 25], points="20") == ["36.67", "3.33"]


VOTES = "rule: panel, votes: {best: 100, good: 80, fair: 60, poor: 40}, abstentions: none_given"


@pytest.mark.parametrize(("more", "cast", "expected"), [
    ("", (30, 10, 5, 5, 0), "86.00"),
    ("", (30, 10, 5, 5, 10), "86.00"),
    (", abstaining: zero", (30, 10, 5, 5, 10), "71.67"),
    (", trim: 5", (30, 10, 5, 5, 0), "90.00"),
    (", trim: 10%", (30, 10, 5, 5, 0), "90.00"),
    (", at_least: 50", (30, 10, 5, 5, 0), "86.00"),
    (", at_least: 51, too_few: not_applicable", (30, 10, 5, 5, 0), None),
])
def test_r12_votes(more: str, cast: tuple[int, ...], expected: str | None) -> None:
    names = ("best", "good", "fair", "poor", "none_given")
    found = results(VOTES + more, {"u": dict(zip(names, cast, strict=True))}, points="100")
    assert published(found, "u") == expected


def test_r12_marks_of_judges_without_the_highest_and_the_lowest() -> None:
    judges = "rule: panel, marks: [j1, j2, j3, j4, j5], trim: 1"
    marks = {"j1": "70", "j2": "90", "j3": "80", "j4": "85"}
    assert published(results(judges, {"u": marks}, points="100"), "u") == "82.50"
    few = results(judges, {"u": {"j1": "70", "j2": "90"}}, points="100")
    assert [str(trouble.sentence) for trouble in few.troubles] == [
        "2 valid votes; at least 3 are needed. Ask again, or decide."]


def test_r13_periods_by_weight() -> None:
    scheme = load_scheme(HEAD + "indicators: [{code: x, points: 100, rule: given}]")

    def composed(*parts: tuple[str, str]) -> str:
        made = tuple(Part(str(place), Fraction(weight), Decimal(total)) for place, (weight, total) in enumerate(parts))
        return str(compose(scheme, [CompositeInput("u", "all", made)]).scorecards[0].total_published)

    assert composed(*[("100/3", total) for total in ("88", "90", "92")]) == "90.00"
    assert composed(*[("10", total) for total in ("90", "91", "92", "91")], ("60", "86")) == "88.00"
    assert composed(("10", "80"), ("30", "90"), ("30", "90"), ("30", "90")) == "89.00"


def test_r14_what_does_not_apply_is_carried_by_the_rest() -> None:
    scheme = load_scheme(HEAD + """
indicators:
  - {code: a, points: 30, rule: completion, target: 100}
  - {code: b, points: 40, rule: completion, target: 100}
  - {code: c, points: 30, rule: completion, target: 100}
""")
    card = score(scheme, [UnitInput("u", {"a": number(85), "b": number(90), "c": NOT_APPLICABLE})]).scorecards[0]
    assert str(card.total_published) == "87.86"


CHANGE = "changes: {{gain: {{of: v, by: {by}}}}}\n"


@pytest.mark.parametrize(("by", "expected"), [("absolute", "7.20"), ("percent", "9.09"), ("gap_closed", "34.62")])
def test_r15_improvement_in_three_measures(by: str, expected: str) -> None:
    found = results("value: gain, rule: completion, target: 100", {"u": {"v": "86.4"}}, CHANGE.format(by=by), "100",
                    before={"u": {"v": "79.2"}})
    assert published(found, "u") == expected
    exact = gain(Ranked("u", 1, Decimal("86.4"), Decimal("79.2")), {"absolute": "points"}.get(by, by))
    assert exact is not None
    assert str(rounded(exact, 2, "half_up")) == expected, "a reward for progress measures the same"


def test_r15_equal_change_shares_the_place_and_who_meets_the_standard_is_left_out() -> None:
    more = """
values: {rest: {}, pm: {standard: {at_most: 35}}}
changes: {fall: {of: pm, by: percent, direction: lower_is_better, standard_met: left_out_if_worse}}
"""
    now = {"a": 45, "b": 90, "c": 34, "d": 33, "e": 60}
    before = {"a": 50, "b": 100, "c": 30, "d": 36, "e": 50}
    found = results("value: fall, rule: position, step: 1", {unit: {"pm": value} for unit, value in now.items()}, more,
                    before={unit: {"pm": value} for unit, value in before.items()})
    # a and b fell by 10 % alike; c is worse but meets the standard; d fell by 8.33 %.
    assert {unit: published(found, unit) for unit in now} == {
        "a": "10.00", "b": "10.00", "c": None, "d": "8.00", "e": "7.00"}
    card = found.of("c")
    assert card is not None
    assert card.items[0].kind is Kind.NOT_APPLICABLE


ADDED = "bonus: {cap: 5, mode: add, items: [{code: P1, each: 1}]}\ndeductions: {cap: 5, items: [{code: D1, each: 1}]}\n"


def with_adjustments(more: str, given: str, *adjustments: tuple[AdjustmentKind, str, str, str]) -> str:
    scheme = load_scheme(f"{HEAD}{more}indicators: [{{code: x, points: 100, rule: given}}]")
    made = tuple(Adjustment(kind, code, Decimal(points), matter=matter) for kind, code, points, matter in adjustments)
    return str(score(scheme, [UnitInput("u", {"x": number(given)}, adjustments=made)]).scorecards[0].total_published)


BONUS, DEDUCTION = AdjustmentKind.BONUS, AdjustmentKind.DEDUCTION


def test_the_total_caps_bonus_and_deduction() -> None:
    assert with_adjustments(ADDED, "93.37", (BONUS, "P1", "6.2", ""), (DEDUCTION, "D1", "2.5", "")) == "95.87"


def test_r10_a_matter_praised_at_several_levels_counts_once_at_the_highest() -> None:
    items = "items: [{code: P1, each: 1}, {code: P2, each: 3}]"
    levels = f"bonus: {{cap: 9, mode: add, same_matter: highest_only, {items}}}\n"
    praised = ((BONUS, "P1", "1", "case 7"), (BONUS, "P2", "3", "case 7"), (BONUS, "P1", "1", "case 8"))
    assert with_adjustments(levels, "80", *praised) == "84.00"
    assert with_adjustments(levels.replace(", same_matter: highest_only", ""), "80", *praised) == "85.00"
    assert with_adjustments(levels, "80", (BONUS, "P1", "1", ""), (BONUS, "P1", "1", "")) == "82.00", "no matter named"


def test_r8_each_kind_each_group_and_all_together_have_their_caps() -> None:
    caps = """deductions:
  cap: 5
  groups: {lateness: 3}
  items: [{code: D1, each: 1, at_most: 2, group: lateness}, {code: D2, each: 2, group: lateness}, {code: D3, each: 1}]
"""
    late = (DEDUCTION, "D1", "4", "")
    assert with_adjustments(caps, "90", late) == "88.00"
    assert with_adjustments(caps, "90", late, (DEDUCTION, "D2", "2", "")) == "87.00"
    assert with_adjustments(caps, "90", late, (DEDUCTION, "D2", "2", ""), (DEDUCTION, "D3", "4", "")) == "85.00"


def test_r8_one_indicator_loses_points_for_several_things() -> None:
    several = (
        "rule: deduct_several, at_most: 8, losses: ["
        "{value: late, each: 1, part_of_a_step: dropped, at_most: 3}, "
        "{value: wrong, each: 0.5, per: 2, part_of_a_step: proportional}]"
    )
    for late, wrong, expected in ((2, 3, "7.25"), (9, 3, "6.25"), (9, 40, "2.00")):
        assert published(results(several, {"u": {"late": late, "wrong": wrong}}), "u") == expected


def test_r1_the_letter_says_whether_an_amount_or_a_growth_was_agreed() -> None:
    grows = "rule: completion, target: letter, growth: g"
    values = {"u": {"x": "90", "g": "6"}}
    assert published(results(grows, values, targets={"x": "100"}), "u") == "9.00"
    assert published(results(grows, values, targets={"g": "8"}), "u") == "7.50"
    both = {"x": "100", "g": "8"}
    assert published(results(f"{grows}, when_both: growth", values, targets=both), "u") == "7.50"
    assert published(results(f"{grows}, when_both: absolute", values, targets=both), "u") == "9.00"
    assert "The letter sets both" in str(results(grows, values, targets=both).troubles[0].sentence)
    assert published(results(grows, {"u": {"x": "90", "g": "-6"}}, targets={"g": "8"}), "u") == "0.00"


@pytest.mark.parametrize(("value", "mode", "places", "expected"), [
    ("28.175", "half_even", 2, "28.18"), ("28.165", "half_even", 2, "28.16"), ("28.175", "half_up", 2, "28.18"),
    ("28.165", "half_up", 2, "28.17"), ("59.995", "half_up", 2, "60.00"), ("15.4546", "half_even", 0, "15"),
])
def test_numbers_are_rounded_once_by_the_rule_of_the_scheme(value: str, mode: str, places: int, expected: str) -> None:
    assert with_adjustments(f"rounding: {{total: {{mode: {mode}, places: {places}}}}}\n", value) == expected


# --- rewards: quotas and pools -------------------------------------------------------------------------------------

QUOTA = """
bands: [{{code: excellent, from: 90, {quota}}}, {{code: good, below: 90}}]
peer_groups: {{east: {{of: {{area: e}}}}, middle: {{of: {{area: m}}}}, west: {{of: {{area: w}}}}}}
indicators: [{{code: x, points: 100, rule: given}}]
"""


def excellent(quota: str, **sizes: int) -> dict[str, int]:
    units = [
        UnitInput(f"{area}{place:02}", {"x": number(100 - Decimal(place) / 100)}, {"area": area})
        for area, size in sizes.items() for place in range(size)
    ]  # fmt: skip
    cards = score(load_scheme(HEAD + QUOTA.format(quota=quota)), units).scorecards
    return {area: sum(card.unit[0] == area and card.band == "excellent" for card in cards) for area in sizes}


def test_quotas_say_how_they_are_rounded() -> None:
    assert excellent("quota: 15%", e=60) == {"e": 9}
    assert excellent("quota: 20%", e=9) == {"e": 1}
    assert excellent("quota: 20%, quota_rounding: half_up", e=9) == {"e": 2}


def test_a_number_of_all_is_shared_among_the_peer_groups() -> None:
    assert excellent("quota_of_all: 13", e=21, m=20, w=19) == {"e": 5, "m": 4, "w": 4}


POOL = {
    "长春": ("95.20", 11), "吉林": ("92.60", 8), "四平": ("88.10", 6), "辽源": ("81.40", 4), "通化": ("86.30", 7),
    "白山": ("79.90", 6), "松原": ("84.75", 5), "白城": ("90.05", 5), "延边": ("91.70", 8),
}  # fmt: skip


def test_a_pool_is_shared_exactly_between_floor_and_cap() -> None:
    needs = {unit: Decimal(total) * need for unit, (total, need) in POOL.items()}
    weights = {unit: needs[unit] if Decimal(total) >= 80 else Decimal(0) for unit, (total, _) in POOL.items()}
    codes = {unit: f"{place:02}" for place, unit in enumerate(POOL)}

    def shared(floor: int, cap: int | None) -> list[int]:
        claims = [Claim(codes[unit], Fraction(weight), floor, cap) for unit, weight in weights.items()]
        return [award.amount for award in apportion(10_000, claims)]

    assert shared(0, None) == [2157, 1526, 1089, 671, 1245, 0, 873, 928, 1511]
    assert shared(400, 2000) == [2000, 1479, 1055, 650, 1206, 400, 846, 899, 1465]
