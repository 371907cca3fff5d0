"""Ladders count what was published, show how they counted, and trigger only on the newest period."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.accountability.rules import Climb, Past, ahead, climb
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


# --- windows, bands, vetoes, new beginnings, excuses -----------------------------------------------------------------


def test_a_window_moves_with_the_newest_month_and_knows_the_calendar() -> None:
    window = ladder("months where rank_from_bottom <= 1 cumulative within 3 months", {2: "interview"})
    assert climb(window, months("989")).action == "interview"
    assert climb(window, months("9889")).count == 1
    with_a_gap = [one for one in months("9889") if one.period != "2012-02"]
    assert climb(window, with_a_gap).count == 1, "a month that is not there has passed all the same"
    quarters = ladder("quarters where rank_from_bottom <= 1 cumulative within 4 quarters", {2: "interview"})
    last = [Past(code, "quarter", "g", 9, 9) for code in ("2011-Q1", "2011-Q4", "2012-Q1")]
    assert climb(quarters, last).action == "interview", "windows cross the end of the year"
    assert climb(quarters, [last[0], last[2]]).count == 1


def test_bands_tasks_and_vetoes_are_counted() -> None:
    failed = ladder("years where band in (failed) consecutive", {1: "circulated_criticism", 2: "interview"})
    years = [Past(year, "year", band=band) for year, band in (("2010", "failed"), ("2011", "failed"), ("2012", "good"))]
    assert [climb(failed, years[:n]).action for n in (1, 2, 3)] == ["circulated_criticism", "interview", ""]
    late = ladder("months where remediation.overdue_major >= 1 consecutive", {2: "special_inspection"})
    overdue = [Past(f"2012-0{n}", "month", counters={"remediation.overdue_major": n}) for n in (3, 4)]
    assert climb(late, overdue).action == "special_inspection", "two months, however many tasks each"
    vetoed = ladder("vetoes cumulative within year", {2: "trace"})
    assert climb(vetoed, [Past("2012-01", "month", counters={"vetoes": 2})]).action == "trace"


def test_after_the_highest_rung_the_count_begins_anew_where_the_scheme_says_so() -> None:
    usual = ladder("months where rank_from_bottom <= 1 cumulative", {1: "early_warning", 2: "interview"})
    anew = usual.model_copy(update={"reset": "highest rung"})
    assert [climb(anew, months("9" * n)).action for n in range(1, 5)] == ["early_warning", "interview"] * 2
    assert climb(anew, months("99")).next_action == "early_warning"


def test_an_excused_month_neither_counts_nor_ends_a_run() -> None:
    three = months("999")
    flooded = [three[0], replace(three[1], excused={"L1": "洪水"}), three[2]]
    found = climb(LAST, flooded)
    assert (found.count, found.action) == (2, "circulated_criticism")
    assert "excused (洪水)" in str(found.steps[1].sentence)
    assert climb(LAST, flooded[:2]).action == "", "nothing is due for a month that is excused"
    assert climb(LAST, [three[0], replace(three[1], excused={"L2": "x"}), three[2]]).action == "interview"


def test_what_is_false_already_is_not_unknown() -> None:
    both = ladder("months where below_standard and gain < 0 consecutive", {2: "interview"})
    below = frozenset({"below_standard"})
    bad = [Past(f"2012-0{n}", "month", values={"gain": Fraction(-1)}, facts=below) for n in (1, 3)]
    met, unknown = Past("2012-02", "month"), Past("2012-02", "month", facts=below)
    assert climb(both, [bad[0], met, bad[1]]).action == "", "the standard was met, whatever the gain"
    assert climb(both, [bad[0], unknown, bad[1]]).action == "interview"


# --- the preview -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ranks", "said"), [
    ("99", "One more period like this one triggers the proposal: interview."),
    ("9", "One more period like this one triggers the proposal: circulated criticism."),
    ("8", "One period that counts triggers the proposal: early warning."),
    ("998", "One period that counts triggers the proposal: early warning."),
])  # fmt: skip
def test_one_more_month_like_this_is_said_beforehand(ranks: str, said: str) -> None:
    found = ahead(LAST, months(ranks))
    assert found is not None
    assert str(found.sentence) == said


def test_the_preview_counts_the_months_that_are_missing_and_knows_when_a_year_ends() -> None:
    rare = ladder("months where rank_from_bottom <= 1 cumulative within year", {3: "interview"})
    found = ahead(rare, months("9"))
    assert found is not None
    assert str(found.sentence) == "2 more periods like this one trigger the proposal: interview."
    december = ahead(rare, months("99", first=11))
    assert december is not None
    assert december.periods == 3, "with January the count begins anew"
    assert ahead(ladder("quarters where rank_from_bottom <= 1 consecutive", {1: "interview"}), months("9")) is None


@settings(max_examples=60)
@given(st.text("9812-", min_size=1, max_size=8), st.sampled_from(["consecutive", "cumulative", "cumulative within year",
       "cumulative within 3 months"]), st.sampled_from([{1: "interview"}, {2: "trace", 3: "interview"}]))  # fmt: skip
def test_what_the_preview_says_comes_true(ranks: str, mode: str, at: dict[int, str]) -> None:
    one = ladder(f"months where rank_from_bottom <= 1 {mode}", at)
    found = ahead(one, months(ranks))
    assert found is not None
    come = [climb(one, months(ranks + "9" * more)).action for more in range(1, found.periods + 1)]
    assert come == [""] * (found.periods - 1) + [found.action]
