"""The calculator on the command line: what it prints, what it refuses, and that it never shows a traceback."""

import csv
import io
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assessment.__main__ import main
from assessment.foundation.tables import read_table

FILES = Path(__file__).parents[2] / "assessment/demo/files"
SICHUAN = (str(FILES / "sichuan-2011.scheme.yaml"), str(FILES / "sichuan-2011.csv"))
SMALL = """
format: 1
scheme: small
version: "1"
peer_groups: {towns: {of: {level: town}}, counties: {of: {level: county}}}
rounding: {total: {mode: half_up, places: 1}}
bands: [{code: good, from: 60}, {code: poor, below: 60}]
indicators:
  - build: {en: Build}
    items:
      - {code: a, points: 60, value: cameras, rule: completion, target: letter, not_applicable: target_is_zero}
  - {code: b, points: 40, rule: given}
"""
DATA = """unit,level,cameras,cameras_target,b,remark
u2,county,1,3,10,x
u1,county,2,3,40,
u3,town,,0,n/a,
u4,town,5,5,"20",
"""


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "s.yaml").write_text(SMALL, "utf-8")
    (tmp_path / "d.csv").write_text(DATA.replace("u3,town,,0", "u3,town,1,0"), "utf-8")
    return tmp_path


def test_a_published_table_is_scored_as_it_was_published() -> None:
    result = run("score", *SICHUAN)
    assert result.exit_code == 0
    lines = list(csv.DictReader(io.StringIO(result.stdout)))
    assert lines[0] == {
        "group": "prefectures", "rank": "1", "unit": "成都市", "score": "96.40", "disclosure_77": "74.4",
        "online_service_9": "8", "participation_7": "7", "design_4": "4", "disclosure_rate_3": "3",
    }  # fmt: skip
    assert [line["rank"] for line in lines[7:11]] == ["8", "9", "9", "11"]


def test_rows_stand_by_group_rank_and_unit_with_the_unranked_last(small: Path) -> None:
    result = run("score", small / "s.yaml", small / "d.csv")
    assert result.stdout.splitlines() == [
        "group,rank,unit,score,band,build,a,b",
        "towns,1,u4,80.0,good,60,60,20",
        "towns,,u3,,,,n/a,n/a",
        "counties,1,u1,80.0,good,40,40,40",
        "counties,2,u2,30.0,poor,20,20,10",
    ]


def test_all_formats_say_the_same(small: Path) -> None:
    expected = list(csv.DictReader(io.StringIO(run("score", small / "s.yaml", small / "d.csv").stdout)))
    found = json.loads(run("score", small / "s.yaml", small / "d.csv", "--format", "json").stdout)
    assert [{key: "" if value is None else str(value) for key, value in row.items()} for row in found] == expected
    assert run("score", small / "s.yaml", small / "d.csv", "--out", small / "o.xlsx").exit_code == 0
    table = read_table(small / "o.xlsx", "o.xlsx")
    assert [row.cells["unit"] for row in table.rows] == [row["unit"] for row in expected]
    text = run("score", small / "s.yaml", small / "d.csv", "--format", "table").stdout.splitlines()
    assert text[1].split() == ["towns", "1", "u4", "80.0", "good", "60", "60", "20"]


def test_an_explanation_shows_every_step(small: Path) -> None:
    said = run("score", small / "s.yaml", small / "d.csv", "--explain", "u2").stdout
    assert said.splitlines()[0] == "u2 (counties): 30.0, rank 2, poor"
    for line in ("cameras: 1", "Target of the letter: 3", "60 × 1 ÷ 3 = 20", "The items sum to 30 of 100 points."):
        assert f"  {line}" in said.splitlines()


def test_strengths_are_places_among_the_peers(small: Path) -> None:
    said = run("score", small / "s.yaml", small / "d.csv", "--strengths", "u1").stdout
    assert said.splitlines() == ["indicator,rank,of,score,is", "a,1,2,40,strength", "b,1,2,40,strength"]
    nobody = run("score", small / "s.yaml", small / "d.csv", "--strengths", "u9")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "has no unit “u9”" in nobody.stderr


def test_leaving_an_indicator_out_is_tried_for_each(small: Path) -> None:
    said = run("score", *SICHUAN, "--removals").stdout.splitlines()
    assert said[0] == "without,moved,mean_places,most_places,unit,rank,rank_without"
    assert len(said) == 6
    assert said[1].split(",")[0] == "disclosure_77"
    assert all(int(line.split(",")[1]) <= 21 for line in said[1:])


@pytest.mark.parametrize(("right", "wrong", "said"), [
    ("u2,county", "u1,county", "“d.csv”, row 3, column “unit”: “u1” stands already in row 2; delete one."),
    ("u2,", ",", "“d.csv”, row 2, column “unit”: The cell is empty"),
    (",10,x", ",ten,x", "“d.csv”, row 2, column “b”: “ten” is not a decimal number"),
    (",10,x", ",,x", "u2, b (b): The value is missing; report it, or decide what follows."),
    (",10,x", ",41,x", "u2, b (b): 41 lies outside 0 to 40 points; correct the value."),
    (",10,x", ",withheld,x", "u2, b (b): The value was withheld; a person must decide what follows."),
    (",10,x", ",NaN,x", "“NaN” is not a decimal number"),
    ("u2,county", "u2,city", "u2 belongs to no peer group (level: city)"),
    (",10,x", ",n.a.,x", "write n/a where the indicator does not apply to the unit, withheld where"),
    (",10,x", ",,x", "“missing:”, for all indicators or for one (block, zero_by_decision, reweight,"),
    (",10,x", ",１０。5,x", "“１０。5” is not written in the ordinary digits and signs; write 10.5."),
    (",10,x", ",1\u200b0,x", "holds a character that cannot be seen (U+200B); type it again."),
    (",10,x", ",1e400,x", "“1e400” has more than 40 digits; round it."),
    ("u2,", "u\u200b2,", "“d.csv”, row 2, column “unit”: “u\u200b2” holds a character that cannot be seen (U+200B)"),
    (",10,x", ",41,x", "“d.csv”, row 2, column “b”: u2, b (b): 41 lies outside 0 to 40 points; correct the value."),
    ("cameras_target", "target", "“d.csv” has no column “cameras_target”; add it, or rename “cameras” if"),
    ("level", "lever", "“d.csv” has no column “level”; add it, or rename “lever” if that is the one."),
    ("unit,", "Units,", "“d.csv” has no column “unit”; add it, or rename “Units” if that is the one."),
    ("unit,", "place,", "“d.csv” has no column “unit”; add it. It has: place, level, cameras, cameras_target, b"),
    (",b,", ",punkte,", "“d.csv” has no column “b”; add it. It has: unit, level, cameras, cameras_target, punkte"),
    (",1,3,10", ",1,,10", "“d.csv”, row 2, column “cameras”: u2, a (a): There is no target; set one in the letter."),
    ("unit,level", "Scores of 2011\nunit,level", "“Scores of 2011” looks like a title: delete this row."),
    ("unit,level", "Scores of 2011,,,,,\nunit,level", "“Scores of 2011” looks like a title: delete this row."),
])
def test_bad_data_is_refused_with_a_sentence(small: Path, right: str, wrong: str, said: str) -> None:
    text = (small / "d.csv").read_text("utf-8")
    assert right in text
    (small / "d.csv").write_text(text.replace(right, wrong, 1), "utf-8")
    result = run("score", small / "s.yaml", small / "d.csv")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert any(said in line for line in result.stderr.splitlines()), result.stderr


def test_every_fault_of_the_data_is_told_at_once(small: Path) -> None:
    data = (small / "d.csv").read_text("utf-8").replace(",1,3,10,", ",x,3,-10,").replace(",2,3,40,", ",2,3,,")
    (small / "d.csv").write_text(data.replace("u4", "u\u200b4"), "utf-8")
    told = run("score", small / "s.yaml", small / "d.csv").stderr.splitlines()
    assert ["u\u200b4" in told[0], "“x” is not a decimal number" in told[1], len(told)] == [True, True, 2]
    (small / "d.csv").write_text(data, "utf-8")
    told = run("score", small / "s.yaml", small / "d.csv").stderr.splitlines()
    assert told[0].startswith("“d.csv”, row 2, column “cameras”: “x” is not a decimal number")
    assert told[1] == "“d.csv”, row 2, column “b”: u2, b (b): -10 lies outside 0 to 40 points; correct the value."
    assert told[2].startswith("“d.csv”, row 3, column “b”: u1, b (b): The value is missing")
    assert told[3].startswith("What follows from a value that is missing")
    assert len(told) == 4  # what the unreadable cell would have earned is nobody's fault


def test_words_for_what_is_not_given_are_those_of_reports(small: Path) -> None:
    text = (small / "d.csv").read_text("utf-8")
    assert "n/a" in text
    before = run("score", small / "s.yaml", small / "d.csv").stdout
    for word in ("N/A", "na", "不适用"):
        (small / "d.csv").write_text(text.replace("n/a", word), "utf-8")
        assert run("score", small / "s.yaml", small / "d.csv").stdout == before
    (small / "d.csv").write_text(text.replace("n/a", "不提供"), "utf-8")
    assert "The value was withheld" in run("score", small / "s.yaml", small / "d.csv").stderr


def test_what_cannot_be_seen_around_a_cell_does_no_harm(small: Path) -> None:
    before = run("score", small / "s.yaml", small / "d.csv").stdout
    text = (small / "d.csv").read_text("utf-8").replace("u2,", "u2\u200b,").replace(",10,", ",\ufeff10 \u200e,")
    (small / "d.csv").write_text(text.replace("level", "level\u200b"), "utf-8")
    assert run("score", small / "s.yaml", small / "d.csv").stdout == before


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04", b"unit\n", b"\x00\x01", b"a" * 100])
def test_files_that_are_no_tables_and_no_schemes_are_refused(small: Path, content: bytes) -> None:
    (small / "bad").write_bytes(content)
    for arguments in (("score", small / "s.yaml", small / "bad"), ("score", small / "bad", small / "d.csv"),
                      ("scheme", "check", small / "bad"), ("apportion", small / "bad", "--pool", 5)):
        result = run(*arguments)
        assert result.exit_code == 1
        assert result.stderr.strip()


def test_wrong_usage_ends_with_two(small: Path) -> None:
    assert run("score", small / "s.yaml").exit_code == 2
    assert run("score", small / "s.yaml", small / "d.csv", "--format", "pdf").exit_code == 2
    assert run("score", small / "s.yaml", small / "d.csv", "--out", small / "o.pdf").exit_code == 2
    assert run("apportion", small / "d.csv").exit_code == 2
    assert run("score", small / "s.yaml", small / "none.csv").exit_code == 1


@pytest.mark.parametrize(("asked", "said"), [
    ("--workbook w.xlsx --out o.csv", "--workbook and --out cannot go together"),
    ("--workbook w.xlsx --format json", "--workbook and --format cannot go together"),
    ("--workbook w.csv", "let its name end in .xlsx"),
    ("--explain u1 --workbook w.xlsx", "--explain and --workbook cannot go together"),
    ("--explain u1 --strengths u2", "--explain and --strengths cannot go together"),
    ("--strengths u1 --removals", "--strengths and --removals cannot go together"),
    ("--explain u1 --out e.xlsx", "An explanation is lines"),
    ("--explain u1 --format csv", "An explanation is lines"),
    ("--out o.csv --format json", "The ending of “o.csv” says csv, --format says json"),
    ("--out d.csv", "“d.csv” is read, and would be overwritten"),
    ("--out ./s.yaml --format csv", "“s.yaml” is read, and would be overwritten"),
    ("--workbook link.xlsx", "“link.xlsx” is read, and would be overwritten"),
])  # fmt: skip
def test_contradictions_are_refused_and_nothing_is_written(
    small: Path, monkeypatch: pytest.MonkeyPatch, asked: str, said: str
) -> None:
    monkeypatch.chdir(small)
    Path("link.xlsx").symlink_to("d.csv")
    before = {path.name: path.read_bytes() for path in small.iterdir()}
    refused = run("score", "s.yaml", "d.csv", *asked.split())
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert {path.name: path.read_bytes() for path in small.iterdir()} == before


@pytest.mark.parametrize("option", ["--explain", "--strengths"])
def test_a_unit_without_a_name_is_no_unit(small: Path, option: str) -> None:
    nobody = run("score", small / "s.yaml", small / "d.csv", option, "")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "has no unit “”" in nobody.stderr


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(small: Path) -> None:
    result = run("score", small / "s.yaml", small)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "The file cannot be opened (Is a directory)" in result.stderr


def test_whoever_opens_a_file_finds_out_whether_it_may_be_read(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The check beforehand would end with 2 and a text of the library; for the superuser of a test all may be opened.
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    assert run("score", small / "s.yaml", small / "d.csv").exit_code == 0


def test_commands_speak_the_language_of_the_terminal_or_the_one_asked_for(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("score", small / "s.yaml", small / "d.csv", "--explain")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run(*asked, "u2").stdout.startswith("u2（counties）：30.0，第2名，poor\n")
    assert "没有单位“u9”" in run(*asked, "u9").stderr
    assert "不能同时使用" in run(*asked, "u2", "--removals").stderr
    assert "has no unit “u9”" in run(*asked, "u9", "--lang", "en").stderr
    assert "有效" in run("scheme", "check", small / "s.yaml").stdout
    assert "不是" in run("apportion", small / "d.csv", "--pool", "x").stderr


@pytest.mark.parametrize("name", ["jilin-2012", "sichuan-2011", "hebei-2018"])
def test_the_shipped_schemes_are_valid(name: str) -> None:
    assert run("scheme", "check", FILES / f"{name}.scheme.yaml").exit_code == 0


def test_a_bad_scheme_is_told_all_at_once(small: Path) -> None:
    text = SMALL.replace("points: 60", "points: 50").replace("rule: given", "rule: guess")
    (small / "s.yaml").write_text(text, "utf-8")
    lines = run("scheme", "check", small / "s.yaml").stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("“s.yaml”, line 12, indicators › b: “guess” is not known here; known are: given, comp")


def test_the_schema_is_json() -> None:
    assert json.loads(run("scheme", "schema").stdout)["properties"]["indicators"]


def test_a_pool_is_shared_to_the_last_unit(tmp_path: Path) -> None:
    rows = ["长春,1047.20", "吉林,740.80", "四平,528.60", "辽源,325.60", "通化,604.10", "白山,0", "松原,423.75",
            "白城,450.25", "延边,733.60"]
    (tmp_path / "w.csv").write_text("unit,weight\n" + "\n".join(rows) + "\n", "utf-8")
    result = run("apportion", tmp_path / "w.csv", "--pool", 10_000, "--floor", 400, "--cap", 2_000)
    lines = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [line["amount"] for line in lines] == ["2000", "1479", "1055", "650", "1206", "400", "846", "899", "1465"]
    assert lines[0] == {"unit": "长春", "weight": "1047.2", "share": "2000.000000", "amount": "2000"}
    assert lines[1]["share"].split(".")[0] == "1478"
    short = run("apportion", tmp_path / "w.csv", "--pool", 3_000, "--floor", 400)
    assert (short.exit_code, short.stdout) == (1, "")
    assert "The floors sum to 3,600, more than the pool of 3,000" in short.stderr


def test_a_units_own_bounds_override_the_options(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("unit,weight,floor,cap\na,1,,2\nb,1,5,\n", "utf-8")
    result = run("apportion", tmp_path / "w.csv", "--pool", 10, "--cap", 9)
    assert [line.rpartition(",")[2] for line in result.stdout.splitlines()[1:]] == ["2", "8"]


def test_everything_wrong_with_the_weights_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    rows = "a,x,1.5,\n,1,1,\na,-1,-2,\nb,１２,,\nc,1,5,4\nd,1e400,,\ne\u200bf,1,,\n"
    (tmp_path / "w.csv").write_text("unit,weight,floor,cap\n" + rows, "utf-8")
    refused = run("apportion", tmp_path / "w.csv", "--pool", 10)
    assert refused.exit_code == 1
    for line, found in zip(refused.stderr.splitlines(), [
        "row 2, column “weight”: “x” is not a decimal number; write one such as 96.4.",
        "row 2, column “floor”: “1.5” is not a whole number.",
        "row 3, column “unit”: The cell is empty; fill it, or delete the row.",
        "row 4, column “unit”: “a” stands already in row 2; delete one.",
        "row 4, column “weight”: The weight of a is negative; write 0 or more.",
        "row 4, column “floor”: The floor of a is negative; write 0 or more.",
        "row 5, column “weight”: “１２” is not written in the ordinary digits and signs; write 12.",
        "row 6, column “cap”: The cap of c (4) lies below its floor (5).",
        "row 7, column “weight”: “1e400” has more than 40 digits; round it.",
        "row 8, column “unit”: “e\u200bf” holds a character that cannot be seen (U+200B); type it again.",
    ], strict=True):  # fmt: skip
        assert line == f"“w.csv”, {found}"


@pytest.mark.parametrize("amount", ["10.5", "-1", "ten", "", "１２"])
@pytest.mark.parametrize("option", ["--pool", "--floor", "--cap"])
def test_amounts_are_whole_numbers(tmp_path: Path, option: str, amount: str) -> None:
    (tmp_path / "w.csv").write_text("unit,weight\na,1\n", "utf-8")
    refused = run("apportion", tmp_path / "w.csv", "--pool", 10, option, amount)
    assert refused.exit_code == 2
    assert f"{option}: “{amount}” is not a whole number of 0 or more" in refused.stderr


def test_the_cases_beside_a_scheme_are_worked_when_it_is_checked(tmp_path: Path) -> None:
    result = run("scheme", "check", FILES / "hebei-2018.scheme.yaml")
    assert result.exit_code == 0
    assert "“hebei-2018.cases.yaml”: 5 cases come out as expected." in result.stdout
    cases = (FILES / "hebei-2018.cases.yaml").read_text("utf-8")
    (tmp_path / "c.yaml").write_text(cases.replace("97.23", "97.24"), "utf-8")
    result = run("scheme", "check", FILES / "hebei-2018.scheme.yaml", "--cases", tmp_path / "c.yaml")
    assert result.exit_code == 1
    assert "“c.yaml”, line 19" in result.stderr
    assert "130900, score: 97.23 comes out, not 97.24." in result.stderr
    assert run("scheme", "check", FILES / "hebei-2018.scheme.yaml", "--cases", tmp_path / "none.yaml").exit_code == 1
