"""Ladders count what was published, show how they counted, and trigger only on the newest period."""

from decimal import Decimal

import pytest

from assessment.accountability.rules import Climb, Past, climb
from assessment.programmes.rules.consequences import Ladder


def ladder(count: str, at: dict[int, str], reset: bool = False) -> Ladder:
    return Ladder.model_validate(
        {"code": "L1", "count": count, "at": at, **({"reset": "period not counted"} if reset else {})}
    )


LAST = ladder(
    "periods where rank_from_bottom <= 1 consecutive",
    {1: "early_warning", 2: "circulated_criticism", 3: "interview"}, reset=True,
)  # fmt: skip


def months(ranks: str, size: int = 9, first: int = 1) -> list[Past]:
    """One figure a month; a dash is a month without a rank."""
    return [
        Past(f"2012-{first + n:02d}", "month", "g", None if rank == "-" else int(rank), size, Decimal(80))
        for n, rank in enumerate(ranks)
    ]


@pytest.mark.parametrize(("ranks", "count", "action", "following"), [
    ("8", 0, "", "early_warning"),
    ("9", 1, "early_warning", "circulated_criticism"),
    ("99", 2, "circulated_criticism", "interview"),
    ("999", 3, "interview", ""),
    ("9999", 4, "interview", ""),
    ("998", 0, "", "early_warning"),
    ("9989", 1, "early_warning", "circulated_criticism"),
    ("9-9", 1, "early_warning", "circulated_criticism"),
    ("", 0, "", ""),
])  # fmt: skip
def test_consecutive_last_places_climb_and_another_place_resets(
    ranks: str, count: int, action: str, following: str
) -> None:
    found = climb(LAST, months(ranks))
    assert (found.count, found.action, found.next_action) == (count, action, following)


def test_without_a_reset_a_month_without_a_rank_is_passed_over() -> None:
    patient = ladder("periods where rank_from_bottom <= 1 consecutive", {2: "interview"})
    assert climb(patient, months("9-9")).action == "interview"


def test_cumulative_counts_keep_and_start_anew_each_year() -> None:
    ladder_ = ladder("months where rank_from_bottom <= 1 cumulative within year", {2: "interview"})
    december = [Past("2011-12", "month", "g", 9, 9, Decimal(80))]
    assert climb(ladder_, december + months("9")).count == 1
    assert climb(ladder_, months("989")).action == "interview"


def test_between_two_rungs_nothing_is_due() -> None:
    ladder_ = ladder("months where rank >= 8 cumulative", {1: "early_warning", 3: "interview"})
    assert [climb(ladder_, months("9" * n)).action for n in (1, 2, 3)] == ["early_warning", "", "interview"]


def test_counts_of_events_add_up_and_only_a_new_one_triggers() -> None:
    trace = ladder("remediation.false_closures cumulative within year", {1: "trace"})
    first = Past("2012-01", "month", counters={"remediation.false_closures": 2})
    quiet = Past("2012-02", "month")
    assert climb(trace, [first]).action == "trace"
    assert climb(trace, [first, quiet]) == Climb(
        "L1", "2012-02", 2, "", None, "", climb(trace, [first, quiet]).steps
    )


def test_earlier_actions_can_be_counted() -> None:
    special = ladder("interview consecutive", {3: "special_inspection"})
    interviewed = [Past(f"2012-0{n}", "month", actions=frozenset({"interview"})) for n in (1, 2, 3)]
    assert climb(special, interviewed).action == "special_inspection"
    assert climb(special, [interviewed[0], Past("2012-02", "month"), interviewed[2]]).action == ""


def test_all_conditions_must_hold() -> None:
    both = ladder("months where rank_from_bottom <= 3 and worse_than_last_year cumulative", {1: "circulated_criticism"})
    plain = Past("2012-01", "month", "g", 9, 9, Decimal(80))
    assert climb(both, [plain]).action == ""
    worse = Past("2012-01", "month", "g", 9, 9, Decimal(80), facts=frozenset({"worse_than_last_year"}))
    assert climb(both, [worse]).action == "circulated_criticism"


def test_only_periods_of_the_ladders_kind_count() -> None:
    quarters = ladder("quarters where rank_from_bottom <= 1 consecutive", {1: "interview"})
    assert climb(quarters, months("999")) == Climb("L1", "", 0)


def test_a_quarter_within_which_is_counted() -> None:
    within = ladder("months where rank_from_bottom <= 1 cumulative within quarter", {2: "interview"})
    assert climb(within, months("989")).action == "interview"
    assert climb(within, months("9989")).count == 1


def test_every_step_of_the_computation_can_be_read() -> None:
    told = [str(step.sentence) for step in climb(LAST, months("89")).steps]
    assert told == [
        "2012-01: rank_from_bottom = 2; not counted, the count is 0",
        "2012-02: rank_from_bottom = 1; the count is 1",
    ]
