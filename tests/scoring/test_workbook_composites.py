"""Workbooks of composite indicators: goalposts, normalisations and means are formulas, and follow what is changed."""

import os
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assessment.foundation.tables import read_table
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import MISSING, NOT_APPLICABLE, UnitInput, Value
from assessment.scoring.scoresheet import Sheet
from assessment.scoring.workbook import Told, workbook
from support.recalculated import recalculated
from support.shown_scores import expected, shown

HDI = load_scheme((Path(__file__).parents[2] / "assessment/demo/files/hdi-2022.scheme.yaml").read_text("utf-8"))
FALLS = "direction: lower_is_better"
RULES = (
    "goalposts, low: 10, high: 80", f"goalposts, low: 10, high: 80, {FALLS}", "min_max", f"min_max, {FALLS}",
    "goalposts, low: 10, high: 80, logarithmic: true", "goalposts, low: 5, high: 60, beyond: counted",
    f"goalposts, low: 10, high: 80, logarithmic: true, {FALLS}", "percentile_rank", f"percentile_rank, {FALLS}",
    "rank", f"rank, {FALLS}", "borda", f"borda, {FALLS}", "distance_to_target, target: 60",
    f"distance_to_target, target: 20, {FALLS}", "distance_to_target, target: 60, cap: true",
    "distance_to_target, target: 1", "min_max, all_equal: 7", "z_score, mean: 500, deviation: 10",
    f"z_score, mean: 500, {FALLS}",
)
MEANS = ("arithmetic", "geometric", "harmonic", "{power: 0.5}", "{power: 2}", "{power: -2}")


def a_scheme(number: int, said: str = "", first: str = "") -> Scheme:
    """Three indicators, of which two stand under a heading, each by another rule; every rule comes once first."""
    rules = [RULES[(number + step) % len(RULES)] for step in (0, 7, 13)]
    inner, outer = MEANS[number % len(MEANS)], MEANS[(number // 2 + 3) % len(MEANS)]
    if any("z_score" in rule or "counted" in rule for rule in rules):
        inner = outer = "arithmetic"  # the only mean that takes what is negative
    scale = ("[0, 1]", "[0, 100]", "[1, 10]")[number % 3]
    return load_scheme(f"""
format: 1
scheme: s
version: "1"
composite: {{scale: {scale}, aggregate: {outer}, impute: none{said}}}
rounding: {{total: {{mode: half_up, places: 6}}}}
bands: [{{code: good, from: 5}}, {{code: poor, below: 5}}]
indicators:
  - build: {{zh: 组, points: 2.5, aggregate: {inner}}}
    items:
      - {{code: a, points: 3, rule: {first or rules[0]}}}
      - {{code: b, points: 0.7, rule: {rules[1]}}}
  - {{code: c, rule: {rules[2]}}}
""")


def some_units(seed: int) -> list[UnitInput]:
    """Few distinct values, so that many tie; the last is equal for all in some; gaps of both kinds."""
    dice = random.Random(seed)

    def figure() -> Value:
        return Value(Decimal(dice.choice([8, 10, 12.5, 33, 47, 60, 79, 80, 91]))) if dice.random() > 0.1 else (
            dice.choice([MISSING, NOT_APPLICABLE]))  # fmt: skip

    return [UnitInput(f"u{place}", {code: figure() for code in "abc"}) for place in range(12)]


def moved(units: list[UnitInput], name: str, number: str) -> list[UnitInput]:
    """Every third unit has another figure."""
    return [replace(unit, values={**unit.values, name: Value(Decimal(number))}) if place % 3 == 0 else unit
            for place, unit in enumerate(units)]  # fmt: skip


def test_every_normalisation_and_mean_is_a_formula_that_follows_a_changed_figure(tmp_path: Path) -> None:
    books: dict[str, bytes] = {}
    wanted: dict[str, Any] = {}
    differing = 0
    for number in range(len(RULES)):
        scheme, units = a_scheme(number), some_units(number)
        now = moved(units, "a", "52.5")
        before, after = score(scheme, units), score(scheme, now)
        assert not before.troubles
        assert not after.troubles
        made = [workbook(scheme, given, before, Told("x")) for given in (units, now)]
        if by_chance := made[0].by_value:  # a total within a hair's breadth of a half
            assert len(by_chance) == 1, f"scheme {number}"
            continue
        books |= {f"{number}-{place}": one.content for place, one in enumerate(made)}
        wanted |= {f"{number}-0": expected(scheme, before), f"{number}-1": expected(scheme, after)}
        differing += expected(scheme, before) != expected(scheme, after)
    assert len(books) > 2 * len(RULES) - 6, "nearly all are formulas"
    for name, sheets in recalculated(tmp_path, books).items():
        assert shown(sheets, 6) == wanted[name], name
    assert differing > len(RULES) // 2


@pytest.mark.parametrize(("said", "first"), [
    (", treat: winsorise", "min_max"), ("", "min_max, impute: mean"), ("", "min_max, treat: log"),
    (", available: 30%", "min_max"), ("", "min_max, missing: peer_mean, treat: log"),
])  # fmt: skip
def test_what_stays_a_value_is_counted_and_the_sheets_say_so(tmp_path: Path, said: str, first: str) -> None:
    scheme, units = a_scheme(1, said, first), some_units(5)
    results = score(scheme, units)
    made = workbook(scheme, units, results, Told("x"))
    assert made.by_value
    sheets = recalculated(tmp_path, {"x": made.content})["x"]
    assert shown(sheets, 6) == expected(scheme, results)
    inputs = next(rows for name, rows in sheets.items() if name.endswith("Inputs"))
    assert "all that is not violet follows" in str(inputs[1][0])


def test_a_composite_shows_no_sum_of_its_items(tmp_path: Path) -> None:
    units = [UnitInput("u", {item.code: Value(Decimal(20000)) for item in HDI.items})]
    sheets = recalculated(tmp_path, {"x": workbook(HDI, units, score(HDI, units), Told("x")).content})["x"]
    heads = next(rows for name, rows in sheets.items() if name.endswith("Scores"))[2]
    assert "base" in heads
    assert not {"sum", "full"} & set(heads)


def test_all_countries_of_the_human_development_index_are_recomputed_and_follow(tmp_path: Path) -> None:
    if not (named := os.environ.get("HDI_2022_CSV")):
        pytest.skip("HDI_2022_CSV does not name the published table of the Human Development Index 2022.")
    units = Sheet(HDI, read_table(Path(named), "x.csv"), "x.csv").units()
    now = moved(units, "le_2022", "60.1")
    before, after = score(HDI, units), score(HDI, now)
    books = {name: workbook(HDI, given, before, Told(name)) for name, given in (("before", units), ("now", now))}
    assert len(units) == 193
    assert books["before"].by_value == ()
    found = recalculated(tmp_path, {name: one.content for name, one in books.items()})
    assert shown(found["before"], 3) == expected(HDI, before)
    assert shown(found["now"], 3) == expected(HDI, after) != expected(HDI, before)
