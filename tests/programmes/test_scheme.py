"""Scheme files: good ones are read exactly, bad ones refused with all their faults, each with its place."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.programmes.rules.conditions import Comparison
from assessment.programmes.rules.faults import Ill, SchemeFaults
from assessment.programmes.rules.formulas import DividedByZero, parse_formula
from assessment.programmes.rules.indicators import Completion
from assessment.programmes.rules.loading import load_scheme, scheme_json_schema
from assessment.programmes.rules.rewards import PoolReward
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.shape import Limit, Month

FILES = Path(__file__).parents[2] / "assessment/demo/files"
JILIN = (FILES / "jilin-2012.scheme.yaml").read_text("utf-8")
SMALL = """
format: 1
scheme: small
version: "1"
indicators:
  - {code: a, points: 60, rule: completion, target: 10}
  - {code: b, points: 40, rule: given}
"""


def faults(text: str) -> list[str]:
    with pytest.raises(SchemeFaults) as refused:
        load_scheme(text)
    return [str(fault) for fault in refused.value.faults]


def test_the_jilin_scheme_is_read_whole() -> None:
    scheme = load_scheme(JILIN)
    assert [item.code for item in scheme.items] == ["B1", "B2", "B3", "O1", "O2", "O3", "A1", "A2", "T1", "T2"]
    assert scheme.codes[:4] == ("build", "B1", "B2", "B3")
    assert scheme.items[0].in_language("zh") == "新增探头完成率"
    assert scheme.calendar.after_period_end.report_by == Limit(3, True)
    assert scheme.calendar.composite.provisional_on == Limit(1, True)
    assert scheme.severities["major"].fix_within == Limit(60, False)
    assert scheme.periods
    assert scheme.periods.to == Month(2012, 12)
    assert scheme.escalation[0].when == Comparison("days_to_due", "<=", Decimal(3))
    assert [(band.code, str(span)) for band, span in scheme.band_table] == [
        ("excellent", "[90, ∞)"), ("good", "[75, 90)"), ("pass", "[60, 75)"), ("failed", "(−∞, 60)")]
    assert scheme.bands[0].quota == Fraction(3, 10)
    assert isinstance(scheme.rewards[0], PoolReward)
    assert scheme.rewards[0].eligible
    assert scheme.rewards[0].eligible.bands == ("excellent", "good")
    assert scheme.ladders[0].count.consecutive
    assert scheme.inputs(scheme.items[6]) == ("cases_by_video", "cases_solved")
    assert scheme.policy(scheme.items[0]) == "zero_by_decision"
    assert scheme.policy(scheme.items[5]) == "block"


def test_numbers_are_read_as_they_are_written() -> None:
    cap = load_scheme(SMALL.replace("target: 10", "target: 0.1, cap: 1.2")).items[0]
    assert isinstance(cap, Completion)
    assert (cap.target, cap.cap) == (Decimal("0.1"), Decimal("1.2"))


def test_all_faults_are_named_at_once_with_place_and_line() -> None:
    bad = (JILIN.replace("cap: 1, full_when", "cpa: 1, full_when").replace("value: online_rate", "value: online_rat")
           .replace("satisfactory: 2,", "").replace("rule: steps ", "rule: stepz ")
           .replace("zone: Asia/Shanghai", "zone: Asia/Shanghai\nzone: x").replace("days_overdue >= 10", "soon"))
    found = faults(bad)
    assert [fault.partition(":")[0].rpartition(" (")[0] for fault in found] == [
        "zone", "indicators › build › B1 › cpa", "indicators › operate › O1 › value", "indicators › operate › O2",
        "indicators › apply › A2", "escalation › red › when"]
    assert "did you mean “cap”?" in found[1]
    assert "(line 68)" in found[1]


@pytest.mark.parametrize(("right", "wrong", "said"), [
    ("points: 40", "points: 39", "The points of peer group “all” sum to 99; they must sum to 100."),
    ("points: 40", "points: 39.999", "sum to 99.999"),
    ("code: b", "code: a", "The code “a” stands here twice"),
    ("code: b", "code: rank", "is the name of a column"),
    ("rule: given", "rule: guess", "“guess” is not known here; known are: given, completion"),
    (", rule: given", "", "“rule” is missing"),
    ("target: 10", "target: 0", "A fixed target must be greater than 0"),
    ("target: 10", "target: .nan", "is not a number"),
    ("target: 10", "target: 1e99", "at most 40 digits"),
    ("target: 10", "target: [1]", "“…” is not a number"),
    ("target: 10", "target: 10, cap: -1", "must be greater than 0"),
    ("target: 10", "target: &x 10, cap: *x", "References (“*name”) are not used"),
    ("target: 10", "target: !!python/object:os.system 10", "Tags such as"),
    ("format: 1", "format: 2", "“2” is not known here; known are: 1."),
    ('version: "1"', "version: 1", "quotation marks"),
    ("indicators:", "indicator:", "did you mean “indicators”?"),
    ("format: 1", "format: 1\nvalues: {c: {}}", "There is no value “a”"),
    ("format: 1", "format: 1\nformulas: {x: y + 1, y: x}", "needs its own result"),
    ("format: 1", "format: 1\nformulas: {x: __import__('os')}", "is not allowed in a formula"),
    ("format: 1", "format: 1\nformulas: {x: a.b}", "is not allowed in a formula"),
    ("format: 1", "format: 1\nformulas: {x: 2 ** 9}", "is not allowed in a formula"),
    ("code: b", "code: b, basis: law", "There is no basis “law”"),
    ("format: 1", "format: 1\nbands: [{code: x, from: 60}, {code: y, below: 50}]", "leave a gap between 50 and 60"),
    ("format: 1", "format: 1\nbands: [{code: x, from: 60}, {code: y, below: 70}]", "overlap between 60 and 70"),
    ("format: 1", "format: 1\nbands: [{code: x, from: 60}, {code: y, up_to: 60}]", "60 belongs to two intervals"),
    ("format: 1", "format: 1\nbands: [{code: x, above: 60}, {code: y, below: 60}]", "60 belongs to no interval"),
    ("format: 1", "format: 1\nbands: [{code: x, from: 60}]", "leave a gap below 60"),
    ("format: 1", "format: 1\nbands: [{code: x, from: 60, quota: 1.5}, {code: y, below: 60}]", "not a share"),
    ("format: 1", "format: 1\nvetoes: [{code: V, on: incident.critical, effect: {band: bad}}]",
     "There is no band “bad”"),
    ("format: 1", "format: 1\nyear: {weights: {Q1: 10, Q2: 30, Q3: 30, Q4: 29}}", "they must sum to 100"),
    ("format: 1", "format: 1\npeer_groups: {x: {of: {level: a}}, y: {}}", "Say who belongs to “y”"),
    ("points: 40", "points: {x: 40}", "There is no peer group “x”"),
    ("format: 1", "format: 1\nranking: {then: [late_days]}", "late_days asc"),
    ("format: 1", "format: 1\nzone: Mars", "is not a time zone"),
    ("format: 1", "format: 1\ncalendar: {returned_within: 3}", "is not a time limit"),
])
def test_malformed_schemes_are_refused_with_a_sentence(right: str, wrong: str, said: str) -> None:
    assert right in SMALL
    found = faults(SMALL.replace(right, wrong, 1))
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize("text", ["", "x", "- 1", "{", "a: b: c", "format: 1", "\x00", "[" * 500, "? [1]\n: 2",
                                  "a: &a [*a]"])
def test_what_is_no_scheme_at_all_is_refused_too(text: str) -> None:
    assert faults(text)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(JILIN) - 1), st.text(max_size=6))
def test_no_damage_to_a_scheme_makes_anything_but_faults(place: int, damage: str) -> None:
    try:
        load_scheme(JILIN[:place] + damage + JILIN[place + len(damage):])
    except SchemeFaults as refused:
        said = str(refused)
    else:
        said = "It is still a scheme."
    assert said


def test_boundaries_may_be_owned_from_above() -> None:
    scheme = load_scheme(SMALL + "bands: [{code: low, up_to: 5}, {code: mid, up_to: 10}, {code: high, above: 10}]")
    assert [(band.code, str(span)) for band, span in scheme.band_table] == [
        ("high", "(10, ∞)"), ("mid", "(5, 10]"), ("low", "(−∞, 5]")]


def test_points_may_differ_between_peer_groups() -> None:
    text = SMALL.replace("points: 40", "points: {x: 40}").replace("points: 60", "points: {x: 60, y: 100}")
    scheme = load_scheme(text + "peer_groups: {x: {of: [u, v]}, y: {of: {level: zone}}}")
    assert [item.code for item in scheme.items_in("y")] == ["a"]
    assert scheme.group_of("u", {"level": ""}) == ("x",)


@pytest.mark.parametrize(("text", "result"), [
    ("a / b * 100", Fraction(100, 3)), ("-(a + 0.1) * min(b, 2)", Fraction(-11, 5)),
    ("abs(a - b) / max(a, b)", Fraction(2, 3)),
])
def test_formulas_are_exact(text: str, result: Fraction) -> None:
    assert parse_formula(text).compute({"a": Fraction(1), "b": Fraction(3)}) == result


def test_a_formula_tells_a_divisor_of_nought() -> None:
    with pytest.raises(DividedByZero):
        parse_formula("1 / a").compute({"a": Fraction(0)})


@pytest.mark.parametrize("text", ["(" * 100 + "a" + ")" * 100, "-" * 200 + "a", "+".join("a" * 150), "a" * 501,
                                  "a if a else b", "[a]", "lambda: a", "a and b", "'a'", "True", "min(a)", "1j", "a; b",
                                  "a\x00", "0x1f"])
def test_what_is_not_arithmetic_is_no_formula(text: str) -> None:
    with pytest.raises(Ill):
        parse_formula(text)


@pytest.mark.parametrize(("right", "wrong", "said"), [
    ("target: 10", "target: 10, to: 3", ["indicators › a › to (line 6): “to” is not known here; remove it."]),
    ("format: 1", "format: 1\nbands: [{code: x, from: 60, to: 70}, {code: y, below: 60}]",
     ["bands › x › to (line 3): “to” is not known here; known are: above, below, code, en, from,"]),
    ("format: 1", "format: 1\nvalues: {kind: {untt: x}, a: {}, b: {}}",
     ["values › kind › untt (line 3): “untt” is not known here; did you mean “unit”?"]),
    ("points: 60", "points: 1e400", ["indicators › a › points (line 6): “1e400” is not a decimal number of at most"]),
    ("points: 60, rule: completion", "points: 60, rule: complete", ["“complete” is not known here; known are: given"]),
    ("format: 1", "format: 1\nrounding: {total: {mode: half_up, places: 13}}", ["13 is too large; the most is 12."]),
    ("format: 1", "format: 1\nbands: [{code: x, below: 60}]", ["The intervals leave a gap above 60"]),
    ("scheme: small", "scheme: a b", ["Use letters, digits, dots"]),
])  # fmt: skip
def test_one_fault_is_told_once_and_advice_holds_at_its_place(right: str, wrong: str, said: list[str]) -> None:
    found = faults(SMALL.replace(right, wrong, 1))
    assert len(found) == len(said), found
    assert all(words in fault for words, fault in zip(said, found, strict=True)), found


def test_a_wrong_key_of_one_form_is_not_held_against_the_other_form() -> None:
    text = SMALL.replace("points: 60, rule: completion, target: 10", "points: 60, rule: min_max, treat: {winsoris: 3}")
    assert [fault for fault in faults(text) if "treat" in fault] == [
        "indicators › a › treat › winsoris (line 6): “winsoris” is not known here; did you mean “winsorise”?"]


def test_two_wrong_neighbours_are_both_told() -> None:
    text = SMALL.replace("format: 1", "format: 1\nrounding: {total: {mode: {x: 1}, places: 99}}")
    found = [fault.partition(" (")[0] for fault in faults(text)]
    assert found == ["rounding › total › mode", "rounding › total › places"]


def test_a_wrong_entry_does_not_make_its_list_too_short() -> None:
    assert len(faults('format: 1\nscheme: s\nversion: "1"\nindicators: [{code: a, points: 100, rule: gven}]')) == 1


@pytest.mark.parametrize("path", sorted(FILES.glob("*.cases.yaml")), ids=lambda path: path.name)
def test_worked_cases_are_told_what_they_are(path: Path) -> None:
    [fault] = faults(path.read_text("utf-8"))
    assert "This file holds the worked cases of a scheme" in fault


def test_the_json_schema_describes_the_file_as_it_is_written() -> None:
    schema = scheme_json_schema()
    json.dumps(schema)
    assert "from" in schema["$defs"]["CollectedValue"]["properties"]
    assert schema["$defs"]["Dimension"]["required"] == ["items"]
    assert set(schema["properties"]) == {field.alias or name for name, field in Scheme.model_fields.items()}
