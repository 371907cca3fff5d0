"""``robustness`` on the command line: its columns, the same bytes from the same seed, and what it refuses."""

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assessment.__main__ import main
from assessment.foundation.tables import read_table

FILES = Path(__file__).parents[2] / "assessment/demo/files"
SICHUAN = (str(FILES / "sichuan-2011.scheme.yaml"), str(FILES / "sichuan-2011.csv"))
SCHEME = """
format: 1
scheme: small
version: "1"
missing: reweight
peer_groups: {towns: {of: {level: town}}, counties: {of: {level: county}}}
indicators:
  - {code: a, points: 60, rule: given}
  - {code: b, points: 40, rule: given, missing: reweight}
"""
DATA = """unit,level,a,b
u1,county,50,20
u2,county,20,40
u3,town,n/a,
u5,town,30,30
u4,town,40,17
"""


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["robustness", *(str(argument) for argument in arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "s.yaml").write_text(SCHEME, "utf-8")
    (tmp_path / "d.csv").write_text(DATA, "utf-8")
    return tmp_path / "s.yaml", tmp_path / "d.csv"


def lines(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_every_unit_has_its_rank_and_range_and_tier() -> None:
    found = lines(run(*SICHUAN, "--draws", 2000, "--seed", 7))
    assert list(found[0]) == ["group", "unit", "rank", "rank_median", "rank_low", "rank_high", "tier"]
    assert [line["rank"] for line in found[7:11]] == ["8", "9", "9", "11"]
    assert all(1 <= int(one["rank_low"]) <= int(one["rank_median"]) <= int(one["rank_high"]) <= 21 for one in found)
    tiers = [int(line["tier"]) for line in found]
    assert tiers == sorted(tiers)
    assert tiers[0] == 1


def test_groups_follow_the_scheme_and_the_unranked_come_last(small: tuple[Path, Path]) -> None:
    found = run(*small, "--draws", 200, "--seed", 1)
    assert [line["unit"] for line in lines(found)] == ["u5", "u4", "u3", "u1", "u2"]
    assert found.stdout.splitlines()[3] == "towns,u3,,,,,"


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", -3), ("b", -3), ("c", 4)):
        assert run(*SICHUAN, "--draws", 100, "--seed", seed, "--out", tmp_path / name).exit_code == 0
    first, again, other = ((tmp_path / name).read_bytes() for name in "abc")
    assert first == again
    assert b"\r" not in first
    assert first.endswith(b"\n")
    assert other != first


def test_draws_seed_and_specification_are_printed_beside_the_table() -> None:
    said = run(*SICHUAN, "--draws", 50, "--seed", 9).stderr
    assert said == (
        "Method sensitivity range: 50 draws, seed 9, weights ±25 %, normalisation as_scheme, percentiles 5 to 95.\n"
    )
    assert "confidence" not in said


def test_shares_of_variance_and_errors_in_the_data_can_be_asked_for(small: tuple[Path, Path]) -> None:
    shares = lines(run(*SICHUAN, "--draws", 200, "--seed", 1, "--variance"))
    assert [one["input"] for one in shares][:2] == ["disclosure_77", "online_service_9"]
    refused = run(*small, "--draws", 10, "--seed", 1, "--data-error")
    assert refused.exit_code == 1
    assert "data_error: 2%" in refused.stderr
    small[0].write_text(SCHEME + "robustness: {data_error: 5%}\n", "utf-8")
    assert len(lines(run(*small, "--draws", 10, "--seed", 1, "--data-error"))) == 5
    assert run(*small, "--data-error", "--variance").exit_code == 2


def test_the_ending_of_the_file_says_how_it_is_written(small: tuple[Path, Path], tmp_path: Path) -> None:
    text = run(*small, "--draws", 20).stdout
    assert run(*small, "--draws", 20, "--out", tmp_path / "r.xlsx").exit_code == 0
    table = read_table(tmp_path / "r.xlsx", "r.xlsx")
    assert [row.cells["unit"] for row in table.rows] == [row["unit"] for row in csv.DictReader(io.StringIO(text))]
    assert run(*small, "--out", small[1]).exit_code == 2
    assert small[1].read_text("utf-8") == DATA


@pytest.mark.parametrize("option", ["--weights 50%", "--normalisation z_score", "--aggregation harmonic"])
def test_errors_in_the_data_leave_the_method_as_it_is(option: str, small: tuple[Path, Path]) -> None:
    refused = run(*small, "--data-error", *option.split())
    assert refused.exit_code == 2
    assert f"--data-error and {option.split()[0]} cannot go together" in refused.stderr


def test_whatever_blocks_a_score_is_named(small: tuple[Path, Path]) -> None:
    scheme, data = small
    data.write_text(DATA + "u6,county,61,\n", "utf-8")
    refused = run(scheme, data, "--draws", 10, "--seed", 1)
    assert refused.exit_code == 1
    assert "u6" in refused.stderr
    assert "60 points" in refused.stderr
    assert refused.stdout == ""


def test_pairwise_schemes_and_wrong_usage_are_refused(small: tuple[Path, Path]) -> None:
    scheme, data = small
    scheme.write_text(SCHEME.replace("\npeer", "\ncomposite: {aggregate: copeland}\npeer"), "utf-8")
    assert "copeland" in run(scheme, data, "--draws", 10, "--seed", 1).stderr
    assert run(*SICHUAN, "--draws", 0, "--seed", 1).exit_code == 2
    assert run(*SICHUAN, "--draws", 10, "--seed", "x").exit_code == 2


HDI = FILES / "hdi-2022.scheme.yaml"
COUNTRIES = """iso3,le_2022,eys_2022,mys_2022,gnipc_2022
AAA,84,16.6,13.9,69000
BBB,61,17.9,14.6,52000
CCC,72,12.0,8.1,21000
DDD,70,11.8,8.4,74000
"""


def test_a_composite_is_tried_by_other_weights_normalisations_and_means(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(COUNTRIES, "utf-8")
    asked = ["--normalisation", "as_scheme", "--normalisation", "percentile_rank", "--weights", "60%", "--draws", 500]
    result = run(HDI, tmp_path / "d.csv", *asked, "--aggregation", "geometric", "--aggregation", "arithmetic")
    assert (lines(result)[0]["unit"], lines(result)[0]["rank"]) == ("AAA", "1")
    assert any(one["rank_low"] < one["rank_high"] for one in lines(result))
    assert "weights ±60 %, normalisation as_scheme, percentile_rank, aggregation geometric, arithmetic" in result.stderr
    variance = run(HDI, tmp_path / "d.csv", "--variance", *asked, "--aggregation", "harmonic")
    assert [one["input"] for one in lines(variance)][-1] == "normalisation"
    assert {"health", "knowledge", "eys_2022", "living"} <= {one["input"] for one in lines(variance)}


@pytest.mark.parametrize(("asked", "told"), [
    (("--weights", "half"), "“half” is not a share; write a percentage between 0% and 100%, such as 30%."),
    (("--weights", "150%"), "“150%” is not a share; write a percentage between 0% and 100%"),
    (("--normalisation", "z_score", "--aggregation", "geometric"), "“z_score” may be negative"),
])  # fmt: skip
def test_what_cannot_be_varied_so_is_a_sentence(asked: tuple[str, ...], told: str, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(COUNTRIES, "utf-8")
    result = run(HDI, tmp_path / "d.csv", *asked)
    assert result.exit_code == 1
    assert told in result.stderr
