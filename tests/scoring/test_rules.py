"""Each scoring rule against numbers worked out by hand, and against what must always hold."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from assessment.foundation.exact import rounded
from assessment.programmes.rules.indicators import Indicator, Item
from assessment.scoring.rules.facts import CannotScore, Facts, Peers
from assessment.scoring.rules.items import apply

ITEM: TypeAdapter[Item] = TypeAdapter(Indicator)
numbers = st.fractions(-1000, 1000, max_denominator=1000)
amounts = st.fractions(0, 1000, max_denominator=1000)


LETTER: dict[str, Any] = {"target": "letter"}


def exact(value: Any) -> Any:
    """Texts as decimals, so that parameters read like a scheme."""
    return Decimal(value) if isinstance(value, str) and value[:1] in "-0123456789" else value


def scored(
    points: str, actual: str, against: str | None = None, peers: tuple[str, ...] = (), **item: Any
) -> Fraction | None:
    parameters = {name: exact(value) for name, value in item.items()}
    indicator = ITEM.validate_python({"code": "x", "points": Decimal(points), **parameters})
    facts = Facts(Fraction(points), Fraction(actual), None if against is None else Fraction(against),
                  Peers(map(Fraction, peers)))
    return apply(indicator, facts).score


def published(*arguments: Any, **item: Any) -> str:
    score = scored(*arguments, **item)
    assert score is not None
    return str(rounded(score, 2, "half_up"))


@pytest.mark.parametrize(("points", "actual", "target", "cap", "expected"), [
    ("10", "66974", "50000", "1", "10.00"), ("10", "66974", "50000", "1.2", "12.00"),
    ("10", "45000", "50000", "1", "9.00"), ("5", "91.5", "100", "1", "4.58"), ("10", "-3", "50000", "1", "0.00"),
])
def test_completion(points: str, actual: str, target: str, cap: str, expected: str) -> None:
    assert published(points, actual, target, rule="completion", cap=cap, **LETTER) == expected


@pytest.mark.parametrize(("actual", "expected"), [("26", "3.50"), ("41", "0.00"), ("15", "5.00"), ("40", "0.00")])
def test_control(actual: str, expected: str) -> None:
    assert published("5", actual, "20", rule="control", **LETTER) == expected


@pytest.mark.parametrize(("actual", "best", "worst", "expected"), [
    ("5.81", "12", "6", "58.73"), ("9", "12", "6", "80.00"), ("4", "2", "10", "90.00"), ("20", "12", "6", "100.00"),
    ("-90", "12", "6", "0.00"),
])
def test_efficacy(actual: str, best: str, worst: str, expected: str) -> None:
    assert published("100", actual, rule="efficacy", satisfactory=best, unacceptable=worst) == expected


def test_efficacy_is_clipped_only_as_the_scheme_says() -> None:
    parameters = {"rule": "efficacy", "satisfactory": "12", "unacceptable": "6"}
    assert published("100", "20", clip="none", **parameters) == "153.33"
    assert published("100", "0", clip=(Decimal(60), Decimal(100)), **parameters) == "60.00"


def test_peers_are_placed_between_the_floor_and_a_hundred() -> None:
    values = ("62", "80", "95", "71")
    found = [published("100", value, None, values, rule="peer_minmax", floor="60") for value in values]
    assert found == ["60.00", "81.82", "100.00", "70.91"]
    assert published("100", "62", None, values, rule="peer_minmax", direction="lower_is_better") == "100.00"
    assert published("10", "7", None, ("7", "7"), rule="peer_minmax", all_equal="60") == "6.00"


STEPS = ({"up_to": Decimal(0), "points": Decimal(5)}, {"up_to": Decimal(5), "points": Decimal(4)},
         {"up_to": Decimal(10), "points": Decimal(2)}, {"above": Decimal(10), "points": Decimal(0)})


@pytest.mark.parametrize(("share", "points"), [("0", "5"), ("0.1", "4"), ("5", "4"), ("5.01", "2"), ("10", "2"),
                                               ("11", "0")])
def test_every_boundary_of_the_steps_has_one_owner(share: str, points: str) -> None:
    assert scored("5", share, rule="steps", steps=STEPS) == int(points)


@pytest.mark.parametrize(("days", "points"), [("0", "5"), ("1", "4"), ("3", "2"), ("4", "0"), ("7", "0")])
def test_points_are_deducted_until_none_are_left(days: str, points: str) -> None:
    parameters = {"rule": "deduct", "each": "1", "part_of_a_step": "dropped", "zero_from": "4"}
    assert scored("5", days, **parameters) == int(points)


def test_part_of_a_step_counts_as_the_scheme_says() -> None:
    parameters = {"rule": "deduct", "each": "0.25", "per": "2", "over": "1"}
    assert scored("5", "6", part_of_a_step="dropped", **parameters) == Fraction("4.5")
    assert scored("5", "6", part_of_a_step="proportional", **parameters) == Fraction("4.375")
    assert scored("5", "100", part_of_a_step="dropped", at_most="2", **parameters) == 3


def test_a_given_score_outside_its_points_is_refused() -> None:
    with pytest.raises(CannotScore):
        scored("5", "5.01", rule="given")


@pytest.mark.parametrize("rule", ["completion", "control"])
def test_nothing_is_divided_by_a_target_of_nought(rule: str) -> None:
    with pytest.raises(CannotScore):
        scored("5", "3", "0", rule=rule, **LETTER)


def test_a_target_of_nought_means_what_the_scheme_says() -> None:
    item = {"code": "x", "points": Decimal(5), "rule": "completion", **LETTER}
    facts = Facts(Fraction(5), Fraction(0), Fraction(0))
    assert apply(ITEM.validate_python({**item, "not_applicable": "target_is_zero"}), facts).score is None
    assert apply(ITEM.validate_python({**item, "full_when": "target_is_zero"}), facts).score == 5


@given(amounts, amounts, st.fractions(Fraction(1, 1000), 1000, max_denominator=1000))
def test_completion_rises_with_what_was_done_and_stays_within_its_points(less: Fraction, more: Fraction,
                                                                         target: Fraction) -> None:
    item = ITEM.validate_python({"code": "x", "points": Decimal(10), "rule": "completion", "target": "letter"})
    low, high = (apply(item, Facts(Fraction(10), actual, target)).score for actual in sorted((less, more)))
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 10


@given(numbers, numbers)
def test_control_falls_with_what_went_wrong(one: Fraction, other: Fraction) -> None:
    item = ITEM.validate_python({"code": "x", "points": Decimal(10), "rule": "control", "target": "letter"})
    high, low = (apply(item, Facts(Fraction(10), actual, Fraction(20))).score for actual in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 10


@given(numbers, numbers, numbers)
def test_efficacy_stays_within_its_points(actual: Fraction, best: Any, worst: Any) -> None:
    best, worst = rounded(best, 3, "half_up"), rounded(worst, 3, "half_up")
    if best == worst:
        return
    item = ITEM.validate_python({"code": "x", "points": Decimal(10), "rule": "efficacy", "satisfactory": best,
                                 "unacceptable": worst})
    score = apply(item, Facts(Fraction(10), actual)).score
    assert score is not None
    assert 0 <= score <= 10


@given(st.lists(numbers, min_size=1, max_size=12), st.sampled_from(["higher_is_better", "lower_is_better"]))
def test_the_best_of_the_peers_has_all_points_and_nobody_leaves_the_bounds(
    peers: list[Fraction], direction: str
) -> None:
    item = ITEM.validate_python({"code": "x", "points": Decimal(10), "rule": "peer_minmax", "direction": direction,
                                 "floor": Decimal(60)})
    scores = [apply(item, Facts(Fraction(10), actual, None, Peers(peers))).score or Fraction(0) for actual in peers]
    assert max(scores) == 10
    assert all(6 <= score <= 10 for score in scores)
