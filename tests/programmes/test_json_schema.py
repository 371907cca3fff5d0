"""The JSON schema of scheme files: editors that hold a file against it find right what the program takes."""

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme, scheme_json_schema
from assessment.programmes.rules.reading import read
from support import invented

ROOT = Path(__file__).parents[2]
SCHEMES = [*sorted((ROOT / "assessment/demo/files").glob("*.scheme.yaml")), ROOT / "tests/scoring/year-end.scheme.yaml"]
SCHEMA = jsonschema.Draft202012Validator(scheme_json_schema())
SMALL = """
format: 1
scheme: small
version: "1"
composite: {}
peer_groups: {all: {of: all}}
values: {people: {}}
indicators:
  - build:
    items: [{code: a, rule: min_max}]
"""
JUDGED = """
format: 1
scheme: small
version: "1"
indicators: [{code: a, points: 100, rule: completion, target: 10}]
"""


def as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [as_json(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


def objections(text: str) -> list[str]:
    return [error.message for error in SCHEMA.iter_errors(as_json(read(text).data))]


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.name)
def test_every_scheme_of_this_house_is_right_by_the_schema(path: Path) -> None:
    assert objections(path.read_text("utf-8")) == []


@pytest.mark.parametrize("seed", range(30))
def test_invented_schemes_are_right_by_the_schema(seed: int) -> None:
    dice = random.Random(seed)
    text = invented.as_text(invented.a_scheme(dice, dice.randint(1, 8)))
    load_scheme(text)
    assert objections(text) == []


SHORT = [
    (JUDGED, "format: 1", "format: 1\nmissing: block"),
    (JUDGED, "target: 10", "target: 10, not_applicable: target_is_zero"),
    (JUDGED, "target: 10", "target: 10, not_applicable: [target_is_zero]"),
    (JUDGED, "format: 1", "format: 1\nranking: {ties: 1224}"),
    (JUDGED, "format: 1", "format: 1\nranking: {ties: 1223, then: [late asc]}\nvalues: {late: {}, a: {}}"),
    (SMALL, "rule: min_max", "rule: min_max, treat: winsorise"),
    (SMALL, "rule: min_max", "rule: min_max, denominate: people, treat: log"),
    (SMALL, "rule: min_max", "rule: min_max, denominate: {by: people, times: 1000}"),
    (SMALL, "composite: {}", "composite: {treat: winsorise}"),
    (SMALL, "composite: {}", "composite: {treat: {winsorise: 3}, aggregate: {power: 0.5}}"),
    (SMALL, "composite: {}", "composite: {}\nrobustness: {normalisation: min_max, aggregation: [geometric]}"),
    (SMALL, "of: all", "of: {level: county}"),
    (SMALL, "of: all", "of: [u, v]"),
    (SMALL, "- build:", "- build: {zh: 组, aggregate: geometric}"),
    (SMALL, "- build:", "- code: build\n    zh: 组"),
]


@pytest.mark.parametrize(("text", "long", "short"), SHORT, ids=[short for _, _, short in SHORT])
def test_the_short_forms_are_right_by_both(text: str, long: str, short: str) -> None:
    assert long in text
    said = text.replace(long, short).replace("values: {people: {}}", "values: {people: {}, a: {}}")
    load_scheme(said)
    assert objections(said) == []


@pytest.mark.parametrize(("right", "wrong"), [
    ("target: 10", "target: 10, not_applicable: sometimes"), ("format: 1", "format: 1\nmissing: later"),
    ("format: 1", "format: 1\nranking: {ties: 1225}"), ("target: 10", "target: 10, traget: 10"),
    ("rule: completion", "rule: guess"),
    ("indicators: [{", "indicators: [{group: {zh: x, unknown: 1}, items: [{code: b, points: 1, rule: given}]}, {"),
])  # fmt: skip
def test_what_the_program_refuses_the_schema_refuses(right: str, wrong: str) -> None:
    said = JUDGED.replace(right, wrong)
    with pytest.raises(SchemeFaults):
        load_scheme(said)
    assert objections(said)


def test_numbers_in_quotation_marks_are_told_what_they_are() -> None:
    with pytest.raises(SchemeFaults, match="“100” is a text because of its quotation marks"):
        load_scheme(JUDGED.replace("points: 100", 'points: "100"'))
