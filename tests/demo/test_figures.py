"""The split over the counties: exact in every sum, the same every time, and such as units would report it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assessment.demo import figures
from assessment.demo.beginning import split_of_2012
from assessment.demo.figures import MONTHS, Split, dice


@pytest.fixture(scope="module")
def split() -> Split:
    return split_of_2012()


def test_october_sums_to_what_was_published(split: Split) -> None:
    sums = split.sums(10)
    assert (sums["cameras_new"], sums["cameras_all"]) == (66_974, 287_000)
    assert sums["centres_online"] == 88
    assert sums["highway_planned"] == 385
    assert sums["highway_progress"] / sums["highway_planned"] * 100 == Decimal("91.5")
    assert (sums["cases_by_video"], sums["suspects"], sums["help_occasions"]) == (974, 428, 1_346)


def test_the_targets_of_sixty_counties_sum_to_fifty_thousand(split: Split) -> None:
    assert len(split.codes) == 60
    assert sum(split.targets.values()) == 50_000
    assert {"220381", "220181", "220724"} <= set(split.codes)
    assert split.parents["220381"] == "220300"


def test_a_prefectures_letter_promises_the_sum_of_its_counties(split: Split) -> None:
    rows = [line.split(",") for line in split.letters().decode().splitlines()[1:]]
    promised = {(unit, value, month): int(amount) for unit, value, amount, month in rows if value != "need"}
    for (unit, value, month), amount in promised.items():
        below = [code for code in split.codes if split.parents[code] == unit]
        if below:
            assert amount == sum(promised[code, value, month] for code in below)


def test_what_adds_up_over_the_year_never_falls(split: Split) -> None:
    for code in split.codes:
        for name in ("cameras_new", "highway_systems", "centres_online"):
            told = [int(split.report(code, month)[name]) for month in MONTHS]
            assert told == sorted(told), (code, name)
        solved = [int(split.cases_report(code, month)["cases_solved"]) for month in MONTHS]
        assert solved == sorted(solved)


def test_rates_are_derived_from_the_counts_beside_them(split: Split) -> None:
    for code in split.codes:
        report = split.report(code, 7)
        assert report["online_rate"] == figures.percent(int(report["cameras_online"]), int(report["cameras_all"]))
        assert (report["highway_rate"] == "n/a") == (report["highway_planned"] == "0")


def test_a_part_is_never_more_than_its_whole(split: Split) -> None:
    for code in split.codes:
        for month in MONTHS:
            told = split.report(code, month)
            assert int(told["cameras_online"]) <= int(told["cameras_all"])
            assert int(told["officers_learning"]) <= int(told["officers"])
            assert int(told["highway_systems"]) <= int(told["highway_planned"])
            cases = split.cases_report(code, month)
            assert int(cases["cases_by_video"]) <= int(cases["cases_solved"])


def test_the_dice_fall_alike_on_every_machine() -> None:
    assert [dice(100, "size", code) for code in ("220102", "220103", "222426")] == [10, 42, 17]
