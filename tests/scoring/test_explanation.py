"""A result explained as data: the shape is the stated one, the numbers are the record's, and nobody is given away."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assessment.__main__ import main
from assessment.faces.cli.docs import EXPLANATION, explanation_schema
from assessment.programmes.rules.loading import load_scheme
from assessment.scoring.explanation import Behind, Known, explained, trial
from assessment.scoring.explanation_shape import Explanation, File, Source
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import Adjustment, AdjustmentKind, UnitInput, Value

FILES = Path("assessment/demo/files")
SCHEME = load_scheme("""
format: 1
scheme: s
version: "1"
rounding: {item: {mode: half_up, places: 1}, total: {mode: half_up, places: 2}}
bands: [{code: good, from: 80, en: Good, zh: 好}, {code: poor, below: 80, en: Poor, zh: 差}]
values: {cameras: {en: Cameras, zh: 探头}, b: {}}
indicators:
  - build: {en: Build, zh: 建设}
    items:
      - {code: a, points: 60, value: cameras, rule: completion, target: 7, cap: 1, en: New, zh: 新增}
  - {code: b, points: 40, rule: given}
""")

ADJUSTED = """
format: 1
scheme: s
version: "1"
rounding: {total: {mode: half_up, places: 2}}
bands: [{code: good, from: 80, en: Good, zh: 好}, {code: poor, below: 80, en: Poor, zh: 差}]
values: {b: {}}
indicators:
  - {code: b, points: 100, rule: given}
deductions:
  cap: 10
  items:
    - {code: D1, each: 2.5, count: remediation.overdue, zh: 逾期未整改, en: Overdue tasks}
"""


def units() -> list[UnitInput]:
    figures = {"u1": ("9", "40"), "u2": ("5", "40"), "u3": ("1", "10")}
    return [UnitInput(unit, {"cameras": Value(Decimal(a)), "b": Value(Decimal(b))}) for unit, (a, b) in figures.items()]


def told(unit: str, known: Known) -> dict[str, Any]:
    found = explained(trial(SCHEME, units(), score(SCHEME, units()), unit), known)
    return json.loads(found.model_dump_json())


def test_it_leads_from_the_rank_to_the_figures() -> None:
    found = told("u2", Known())
    assert (found["rank"]["rank"], found["rank"]["of"], found["rank"]["band"]) == (2, 3, "good")
    total = found["rank"]["total"]
    assert (total["exact"], total["published"]) == ("82.9", "82.90")
    (heading,), (loose,) = total["headings"], total["indicators"]
    assert (heading["code"], heading["exact"], loose["code"]) == ("build", "42.9", "b")
    (item,) = heading["indicators"]
    assert (item["exact"], item["rounded"], item["rule"]) == ("300/7", "42.9", "completion")
    assert item["inputs"] == [{"value": "cameras", "number": "5", "state": "given"}]
    assert {step["about"] for step in item["steps"]} == {"input", "target", "formula", "rounding"}


def test_it_says_what_would_have_changed_it_in_both_languages() -> None:
    (item,) = told("u2", Known())["rank"]["total"]["headings"][0]["indicators"]
    full = next(one for one in item["would_change"] if one["goal"] == "full")
    assert (full["now"], full["needed"], full["then"]["total"]) == ("5", "7", "100")
    assert full["en"] == "Cameras at 7 instead of 5 would have earned full marks."
    assert full["zh"] == "“探头”若为7（现为5），可得满分。"
    (item,) = told("u1", Known())["rank"]["total"]["headings"][0]["indicators"]
    assert [(one["bound"], one["then"]["total"]) for one in item["bounds"]] == [("cap", "117.1")]


def test_who_may_not_see_the_others_is_told_nothing_that_gives_them_away() -> None:
    found = told("u3", Known(sees_others=False))
    items = [*found["rank"]["total"]["headings"][0]["indicators"], *found["rank"]["total"]["indicators"]]
    assert found["rank"]["would_change"] == []
    assert {one["goal"] for item in items for one in item["would_change"]} == {"full"}
    assert "82.9" not in json.dumps(found)


def test_sources_stand_with_the_hashes_of_their_evidence() -> None:
    source = Source(value="cameras", unit="u2", submission=4, claimed="6", verified="5", validated="5", set_by="x",
                    evidence=(File(name="a.jpg", sha256="0" * 64),))  # fmt: skip
    found = told("u2", Known(sources=lambda code: (source,) if code == "a" else ()))
    (item,) = found["rank"]["total"]["headings"][0]["indicators"]
    assert item["sources"][0]["evidence"] == [{"name": "a.jpg", "sha256": "0" * 64}]


def test_an_adjustment_stands_with_what_it_rests_on() -> None:
    scheme = load_scheme(ADJUSTED)
    taken = Adjustment(AdjustmentKind.DEDUCTION, "D1", Decimal("2.5"), origin="adjustment 12")
    unit = UnitInput("u1", {"b": Value(Decimal(90))}, adjustments=(taken,))
    behind = {"adjustment 12": Behind((("finding", "7"),), (File(name="b.jpg", sha256="1" * 64),))}
    found = explained(trial(scheme, [unit], score(scheme, [unit]), "u1"), Known(behind=lambda one: behind[one]))
    assert found.rank.total.published == "87.50"
    (told,) = found.rank.total.adjustments
    assert (told.kind, told.clause, told.points, told.record) == ("deduction", "D1", "2.5", "adjustment 12")
    assert (told.rests_on, told.evidence[0].name) == ((("finding", "7"),), "b.jpg")


def test_the_schema_in_the_documentation_is_that_of_the_code() -> None:
    assert EXPLANATION.read_text(encoding="utf-8") == explanation_schema(), "run `make docs`"


@pytest.mark.parametrize("unit", ["成都市", "甘孜州"])
def test_the_console_gives_the_same_shape(unit: str) -> None:
    scheme, data = (str(FILES / f"sichuan-2011.{ending}") for ending in ("scheme.yaml", "csv"))
    answer = CliRunner().invoke(main, ["score", scheme, data, "--explain", unit, "--format", "json"])
    assert answer.exit_code == 0, answer.output
    assert Explanation.model_validate_json(answer.stdout).unit == unit
    lines = CliRunner().invoke(main, ["score", scheme, data, "--explain", unit]).stdout.splitlines()
    assert "What would have changed it" in lines


def test_the_console_writes_a_workbook(tmp_path: Path) -> None:
    scheme, data = (str(FILES / f"sichuan-2011.{ending}") for ending in ("scheme.yaml", "csv"))
    answer = CliRunner().invoke(main, ["score", scheme, data, "--workbook", str(tmp_path / "s.xlsx")])
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "s.xlsx").read_bytes().startswith(b"PK")
