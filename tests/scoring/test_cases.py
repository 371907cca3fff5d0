"""Worked cases beside a scheme: all shipped ones come out, and whatever does not is named with its line."""

from pathlib import Path

import pytest

from assessment.programmes.rules.cases import load_cases
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme
from assessment.scoring.cases import work

HERE = Path(__file__).parent
FILES = Path(__file__).parents[2] / "assessment/demo/files"
SCHEME = """
format: 1
scheme: small
version: "1"
peer_groups: {towns: {of: {level: town}}, counties: {of: {level: county}}}
bands: [{code: good, from: 60}, {code: poor, below: 60}]
bonus: {cap: 5, mode: add, items: [{code: P1, each: 1}]}
vetoes: [{code: V1, on: incident.critical, effect: {band: poor}}]
indicators:
  - build: {en: Build}
    items:
      - {code: a, points: 60, value: cameras, rule: completion, target: letter}
  - {code: b, points: 40, rule: given}
"""
CASES = """
format: 1
scheme: small
cases:
  - name: two thirds
    units:
      u: {level: county, cameras: 2, cameras_target: 3, b: 40}
      220101: {level: county, cameras: 1, cameras_target: 3, b: 1}
    adjustments: {u: [{code: P1, points: 7}, {code: V1}]}
    expected:
      u: {score: 85.00, rank: 1, band: poor, build: 40, a: 40.0}
      220101: {a: 20, rank: 2, group: counties}
"""


def said(text: str) -> list[str]:
    cases, document = load_cases(text)
    return [str(fault) for fault in work(load_scheme(SCHEME), cases, document, "c.yaml")]


CASES_THERE = sorted(one for folder in (FILES, HERE) for one in folder.glob("*.cases.yaml"))


@pytest.mark.parametrize("file", CASES_THERE, ids=lambda file: file.name)
def test_the_cases_of_the_shipped_schemes_come_out(file: Path) -> None:
    scheme = load_scheme(file.with_name(file.name.replace(".cases.", ".scheme.")).read_text("utf-8"))
    cases, document = load_cases(file.read_text("utf-8"))
    assert [str(fault) for fault in work(scheme, cases, document, file.name)] == []


def test_a_case_that_comes_out_is_silent() -> None:
    assert said(CASES) == []


@pytest.mark.parametrize(("right", "wrong", "expected"), [
    ("score: 85.00", "score: 84.99", "“c.yaml”, line 11, “two thirds”: u, score: 85 comes out, not 84.99."),
    ("score: 85.00", "score: 85.1", "u, score: 85 comes out, not 85.1."),
    ("a: 40.0}", "a: 39.9}", "u, a: 40 comes out, not 39.9."),
    ("band: poor", "band: good", "u, band: poor comes out, not good."),
    ("rank: 2", "rank: none", "“c.yaml”, line 12, “two thirds”: 220101, rank: 2 comes out, not none."),
    ("a: 40.0}", "z: 1}", "There is no result “z”"),
    ("cameras: 2", "camera: 2", "The scheme reads no column “camera”"),
    ("cameras: 2", "cameras: two", "“two” is not a decimal number"),
    ("code: P1", "code: P9", "The scheme has no bonus, deduction or veto “P9”."),
    ("b: 40}", "b: ''}", "u, score: none comes out, not 85.00."),
    ("scheme: small", "scheme: other", "“c.yaml” holds cases of “other”, not of “small”."),
])  # fmt: skip
def test_what_does_not_come_out_is_named(right: str, wrong: str, expected: str) -> None:
    assert right in CASES
    found = said(CASES.replace(right, wrong, 1))
    assert any(expected in one for one in found), found


def test_the_score_of_an_indicator_is_held_to_the_places_that_are_written() -> None:
    third = CASES.replace("cameras: 1, cameras_target: 3", "cameras: 1, cameras_target: 7")
    assert said(third.replace("a: 20,", "a: 8.57,")) == []
    assert "8.571428571428… comes out, not 8.58" in said(third.replace("a: 20,", "a: 8.58,"))[0]


@pytest.mark.parametrize(("right", "wrong", "expected"), [
    ("cases:", "case:", "“cases” is missing; add it."),
    ("name: two thirds", "title: two thirds", "“name” is missing; add it."),
    ("b: 40}", "b: [40]}", "A cell holds one number or word."),
    ("      220101: {a", "      220102: {a", "“220102” is none of the units of this case"),
    ("format: 1", "format: 1\nformat: 1", "stands here twice"),
])
def test_a_file_that_holds_no_cases_is_refused_with_its_lines(right: str, wrong: str, expected: str) -> None:
    with pytest.raises(SchemeFaults) as refused:
        load_cases(CASES.replace(right, wrong, 1))
    assert any(expected in str(fault) for fault in refused.value.faults), str(refused.value)
    assert all(fault.line for fault in refused.value.faults if "missing" not in str(fault))
