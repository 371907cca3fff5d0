"""Whatever the check accepts, the engine scores: any mixture of sections, any data; and no file ends in a traceback."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assessment.__main__ import main
from assessment.programmes.rules import indicators as declared
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme

FILES = Path(__file__).parents[2] / "assessment/demo/files"
RULES: tuple[dict[str, Any], ...] = (
    {"rule": "given"}, {"rule": "completion", "target": 5}, {"rule": "completion", "target": "letter"},
    {"rule": "control", "target": "v2"}, {"rule": "efficacy", "satisfactory": 9, "unacceptable": 1, "clip": "none"},
    {"rule": "banded", "standards": [3, 2], "coefficients": [1, 0]}, {"rule": "peer_minmax", "floor": 60},
    {"rule": "position", "step": 1}, {"rule": "sliding", "base": 5},
    {"rule": "steps", "steps": [{"from": 3, "points": 5}, {"below": 3, "points": 0}]},
    {"rule": "deduct", "each": 1, "part_of_a_step": "dropped"},
    {"rule": "deduct_several", "losses": [{"value": "v1", "each": 1, "part_of_a_step": "proportional"}]},
    {"rule": "panel", "votes": {"v1": 100, "v2": 60}}, {"rule": "panel", "marks": ["v1", "v2", "v3"], "trim": 1},
    {"rule": "min_max"}, {"rule": "z_score", "mean": 50, "deviation": 10},
    {"rule": "goalposts", "low": 1, "high": 100, "logarithmic": True}, {"rule": "distance_to_target", "target": 10},
    {"rule": "percentile_rank"}, {"rule": "rank"}, {"rule": "borda"},
)  # fmt: skip
PARAMETERS: dict[str, tuple[Any, ...]] = {
    "missing": ("block", "zero_by_decision", "reweight", "carry_forward", "peer_mean"),
    "not_applicable": ("target_is_zero", "divisor_is_zero"), "value": ("v1", "v2", "f1", "f2", "c1"),
    "direction": ("higher_is_better", "lower_is_better"), "full_when": ("target_is_zero",), "cap": (1, 2),
    "impute": ("none", "mean", "median", "group_mean", "carried_forward"), "all_equal": (0, 60),
    "treat": ("none", "log", "winsorise", {"winsorise": 1, "skewness": 1, "kurtosis": 1}),
    "denominate": ("v3", {"by": "v2", "times": 1000}),
}  # fmt: skip
MEANS = ("arithmetic", "geometric", "harmonic", "copeland", {"power": -3})
SECTIONS: dict[str, tuple[Any, ...]] = {
    "composite": ({}, {"scale": [0, 1], "aggregate": "geometric"}, {"scale": [1, 100], "aggregate": "harmonic"},
                  {"aggregate": "copeland"}, {"aggregate": {"power": 2}, "impute": "mean", "treat": "winsorise"},
                  {"treat": "log", "impute": "group_median", "group": "level"}, {"available": "50%"}),
    "robustness": ({"draws": 8}, {"draws": 8, "normalisation": ["min_max", "z_score"]},
                   {"draws": 8, "data_error": "5%"},
                   {"draws": 8, "normalisation": "percentile_rank", "weights": "50%"}),
    "missing": ("block", "zero_by_decision", "reweight", "carry_forward", "peer_mean"),
    "rounding": ({"item": {"mode": "half_up", "places": 2}}, {"total": {"mode": "half_even", "places": 0}}),
    "ranking": ({"of": "exact_total"}, {"ties": "1223"}, {"then": ["i1 desc", "v1 asc"]}),
    "bands": ([{"code": "a", "from": 50, "quota": "30%"}, {"code": "b", "below": 50}],
              [{"code": "a", "above": 10, "quota_of_all": 2}, {"code": "b", "up_to": 10}]),
    "bonus": ({"cap": 5, "mode": "tie_break_only", "items": [{"code": "P1", "each": 1}]},),
    "vetoes": ([{"code": "V1", "on": "incident.critical", "effect": {"item_zero": "i1"}}],),
    "formulas": ({"f1": "v1 / v2", "f2": "f1 * v3"}, {"f1": "sqrt(v1)", "f2": "log(f1) * 3"},
                 {"f1": "min(v1, abs(v2))", "f2": "log10(v1)"}),
    "changes": ({"c1": {"of": "v1", "since": "period_before", "by": "percent"}},
                {"c1": {"of": "v2", "since": "year_before", "by": "absolute", "direction": "lower_is_better"}}),
    "peer_groups": ({"g": {"of": "all"}}, {"g1": {"of": {"level": "county"}}, "g2": {"of": {"level": "town"}}}),
}  # fmt: skip
KNOWN = {
    one.model_fields["rule"].annotation.__args__[0]: set(one.model_fields)
    for one in vars(declared).values()
    if isinstance(one, type) and "rule" in getattr(one, "model_fields", {})
}


@st.composite
def schemes(draw: st.DrawFn) -> str:
    """A scheme of any sections and rules; not all of them go together."""
    made: dict[str, Any] = {"format": 1, "scheme": "any", "version": "1"}
    for name, choices in SECTIONS.items():
        if draw(st.integers(0, 2)) == 0:
            made[name] = draw(st.sampled_from(choices))
    count = draw(st.sampled_from([1, 2, 4]))
    items = [_item(draw, made, f"i{place}", 100 // count) for place in range(1, count + 1)]
    if count > 2 and draw(st.booleans()):
        head = {"aggregate": draw(st.sampled_from(MEANS)), "available": "50%"} if "composite" in made else {}
        items = [items[0], {"h": head, "items": items[1:]}]
    return json.dumps({**made, "indicators": items})  # which is YAML, too


def _item(draw: st.DrawFn, made: dict[str, Any], code: str, points: int) -> dict[str, Any]:
    item = {"code": code, "points": points, **draw(st.sampled_from(RULES))}
    for name in sorted(PARAMETERS.keys() & KNOWN[item["rule"]]):
        if draw(st.integers(0, 4)) == 0:
            item[name] = draw(st.sampled_from(PARAMETERS[name]))
    computed = {**made.get("formulas", {}), **made.get("changes", {})}
    if item.get("value") not in (None, "v1", "v2", *computed):
        del item["value"]
    return item


COLUMNS = ("v1", "v2", "v3", *(f"i{n}" for n in range(1, 5)), *(f"i{n}_target" for n in range(1, 5)), "v1_target",
           "v2_target", "v1_period_before", "v2_period_before", "v1_year_before", "v2_year_before")  # fmt: skip
CELLS = st.sampled_from(["1", "2", "3", "3", "5", "7.5", "0", "12", "40", "-1", "100", "", "n/a", "withheld", "1e30"])


@st.composite
def tables(draw: st.DrawFn) -> str:
    rows = [
        ",".join([f"u{place}", draw(st.sampled_from(["county", "town"])), *(draw(CELLS) for _ in COLUMNS)])
        for place in range(draw(st.integers(1, 5)))
    ]
    return "\n".join([",".join(("unit", "level", *COLUMNS)), *rows])


def said(*arguments: object) -> Result:
    """A command ends with its answer, or with sentences: never with anything else."""
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 1), result.stderr
    assert result.exit_code == 0 or result.stderr.strip()
    assert "Traceback" not in result.output
    return result


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(text=schemes(), table=tables())
def test_what_the_check_accepts_is_scored_explained_and_varied(text: str, table: str, tmp_path: Path) -> None:
    try:
        scheme = load_scheme(text)
    except SchemeFaults:
        assume(False)
    file, data = tmp_path / "any.scheme.yaml", tmp_path / "any.csv"
    file.write_text(text, "utf-8")
    data.write_text(table, "utf-8")
    assert said("scheme", "check", file).exit_code == 0
    if said("score", file, data).exit_code == 1:
        return  # the data are at fault, and every unit's fault was named
    for more in (("--explain", "u0"), ("--strengths", "u0"), ("--removals",), ("--format", "json")):
        assert said("score", file, data, *more).exit_code == 0
    if scheme.robustness is not None:
        assert said("robustness", file, data).exit_code == 0
        assert said("robustness", file, data, "--variance").exit_code == 0
        if scheme.robustness.data_error is not None:
            said("robustness", file, data, "--data-error")


def spoiled(content: bytes, dice: random.Random) -> bytes:
    """A few bytes taken out, put in, or said twice."""
    found = bytearray(content)
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(found) + 1)
        match dice.randrange(3):
            case 0:
                del found[at : at + dice.randint(1, 20)]
            case 1:
                found[at:at] = dice.choice([b",", b'"', b"\n", b"\x00", b"\xff", b"-", b"e9", b"&a *a", b"{", b": "])
            case _:
                found[at:at] = found[at // 2 : at // 2 + dice.randint(1, 99)]
    return bytes(found)


SICHUAN = (FILES / "sichuan-2011.scheme.yaml", FILES / "sichuan-2011.csv")


@pytest.mark.parametrize("spoils", ["scheme", "data"])
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(dice=st.randoms(use_true_random=True))
def test_a_spoiled_file_is_refused_with_sentences(spoils: str, dice: random.Random, tmp_path: Path) -> None:
    shipped = sorted(FILES.glob("*.scheme.yaml"))
    scheme, data = tmp_path / "spoiled.scheme.yaml", tmp_path / "spoiled.csv"
    if spoils == "scheme":
        scheme.write_bytes(spoiled(dice.choice(shipped).read_bytes(), dice))
        said("scheme", "check", scheme)
        return
    data.write_bytes(spoiled(SICHUAN[1].read_bytes(), dice))
    said("score", SICHUAN[0], data)
    said("robustness", SICHUAN[0], data, "--draws", "4")


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.lists(st.sampled_from(["a", "b", "", "0", "1", "-1", "2.5", "1e39", "1e999", "NaN", "x", "１"]),
                           min_size=1, max_size=5), max_size=5),
    pool=st.sampled_from([0, 1, 100, 10**30]), floor=st.sampled_from([0, 7]), cap=st.sampled_from([None, 0, 50]),
)  # fmt: skip
def test_any_weights_are_shared_to_the_last_unit_or_refused(
    rows: list[list[str]], pool: int, floor: int, cap: int | None, tmp_path: Path
) -> None:
    weights = tmp_path / "weights.csv"
    weights.write_text("\n".join(["unit,weight,floor,cap", *(",".join(row) for row in rows)]), "utf-8")
    limit = () if cap is None else ("--cap", cap)
    result = said("apportion", weights, "--pool", pool, "--floor", floor, *limit)
    if result.exit_code == 0:
        assert sum(int(line.rpartition(",")[2]) for line in result.stdout.splitlines()[1:]) == pool
