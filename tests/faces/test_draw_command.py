"""``draw`` on the command line: its exact answer, and a sentence for every fault."""

from __future__ import annotations

import csv
import hashlib
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assessment.faces.cli.draw import commands

SEED = "31415926535897932384"


def run(folder: Path, *arguments: str, **files: str) -> Result:
    for name, text in files.items():
        (folder / f"{name}.csv").write_bytes(text.encode())
    result = CliRunner().invoke(commands[0], [str(folder / a) if a.endswith(".csv") else a for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def again(
    rows: list[dict[str, str]], size: int, strata: str, people: list[str], bars: list[tuple[str, str]], per_object: int
) -> str:
    """The whole answer once more, from the description alone."""
    ids = [row["id"] for row in rows]
    out = [f"# population sha256:{sha(chr(10).join(sorted(ids)))} size:{len(ids)}"]
    if strata or people:
        text = "id,risk\n" + "".join(sorted(f"{row['id']},{row['risk']}\n" for row in rows))
        text += "id\n" + "".join(sorted(f"{one}\n" for one in people)) if people else ""
        text += "inspector,id\n" + "".join(sorted(f"{a},{b}\n" for a, b in bars)) if bars else ""
        out.append(f"# inputs sha256:{sha(text)}")
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(row["risk"] if strata else "", []).append(row["id"])
    shares = {name: divmod(size * len(group), len(ids)) for name, group in groups.items()}
    extra = size - sum(whole for whole, _ in shares.values())
    lucky = sorted(shares, key=lambda name: (-shares[name][1], name))[:extra]
    drawn = []
    for name, group in groups.items():
        drawn += sorted((sha(f"{SEED},{one}"), one) for one in group)[: shares[name][0] + (name in lucky)]
    out.append("order,id,ticket,inspectors" if people else "order,id,ticket")
    for order, (number, one) in enumerate(sorted(drawn), 1):
        free = sorted((sha(f"{SEED},{one},{p}"), p) for p in people if (p, one) not in bars)
        out.append(f"{order},{one},{number}" + ("," + ";".join(p for _, p in free[:per_object]) if people else ""))
    return "\n".join(out) + "\n"


def test_the_answer_can_be_recomputed_by_anyone(tmp_path: Path) -> None:
    chance = random.Random(58)
    for _ in range(150):
        count = chance.randint(1, 30)
        rows = [{"id": f"{chance.choice('甲AB')}{n}", "risk": chance.choice(["高", "中", "低"])} for n in range(count)]
        size, strata = chance.randint(1, count), chance.choice(["", "risk"])
        people = [f"P{n}" for n in range(7)] if chance.random() < 0.6 else []
        barred = chance.randint(0, 3) if people else 0
        bars = [(chance.choice(people), chance.choice(rows)["id"]) for _ in range(barred)]
        per_object = chance.choice([2, 3])
        files = {"objects": "id,risk\n" + "".join(f"{row['id']},{row['risk']}\n" for row in rows)}
        arguments = ["objects.csv", "--size", str(size), "--seed", SEED, *(["--strata", strata] if strata else [])]
        if people:
            files["people"] = "id\n" + "\n".join(people)
            arguments += ["--inspectors", "people.csv", "--per-object", str(per_object)]
        if bars:
            files["bars"] = "inspector,id\n" + "".join(f"{a},{b}\n" for a, b in bars)
            arguments += ["--recusals", "bars.csv"]
        result = run(tmp_path, *arguments, **files)
        assert result.exit_code == 0, result.stderr
        assert result.stdout == again(rows, size, strata, people, bars, per_object)
        assert result.stderr == ""


def test_every_fault_of_every_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    result = run(
        tmp_path, "objects.csv", "--size", "2", "--seed", SEED, "--strata", "risk", "--inspectors", "people.csv",
        objects="id,risk\nA,高\nA,高\n,低\n B,\n", people="name\nX\n",
    )  # fmt: skip
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "“objects.csv”, row 4, column “id”: The cell is empty; fill it, or delete the row.",
        "“objects.csv”, row 5, column “id”: There are blanks around “B”; delete them.",
        "“objects.csv”, row 5, column “risk”: The cell is empty; fill it, or delete the row.",
        "“objects.csv”, row 3, column “id”: “A” stands already in row 2; delete one.",
        "“people.csv” has no column “id”; add it.",
    ]


@pytest.mark.parametrize(
    ("objects", "people", "size", "words"),
    [
        ("id\nA\nB\n", "id\nP\nQ\n", "3", "“objects.csv” holds 2, and 3 are to be drawn; ask for fewer."),
        ("id\nA\n", "id\nP\n", "1", "“A” has 1 free inspectors, and 2 are asked for; name more inspectors."),
        ("id\nA\n", "id\nP;Q\nR\n", "1", "An inspector's id may not hold “;”"),
        ("id\nA\n", "id\nP\nP\n", "1", "“P” stands already in row 2"),
        ("", "id\nP\nQ\n", "1", "“objects.csv”: The file is empty"),
        ("id,id\nA,B\n", "id\nP\nQ\n", "1", "Two columns have this name"),
        ("\0\0\0", "id\nP\nQ\n", "1", "neither text"),
    ],
)
def test_a_refusal_says_what_and_where(tmp_path: Path, objects: str, people: str, size: str, words: str) -> None:
    arguments = ["objects.csv", "--size", size, "--seed", SEED, "--inspectors", "people.csv"]
    result = run(tmp_path, *arguments, objects=objects, people=people)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_too_few_free_inspectors_by_recusal_are_refused(tmp_path: Path) -> None:
    result = run(
        tmp_path, "objects.csv", "--size", "1", "--seed", SEED, "--inspectors", "people.csv", "--recusals", "bars.csv",
        objects="id\nA\n", people="id\nP\nQ\n", bars="inspector,id\nQ,A\nQ,elsewhere\n",
    )  # fmt: skip
    assert result.exit_code == 1
    assert "“A” has 1 free inspectors" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["objects.csv", "--size", "1"],
        ["objects.csv", "--seed", SEED],
        ["objects.csv", "--size", "0", "--seed", SEED],
        ["objects.csv", "--size", "many", "--seed", SEED],
        ["objects.csv", "--size", "1", "--seed", " "],
        ["objects.csv", "--size", "1", "--seed", SEED, "--recusals", "bars.csv"],
        ["objects.csv", "--size", "1", "--seed", SEED, "--inspectors", "people.csv", "--per-object", "1"],
    ],
)
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    assert run(tmp_path, *arguments, objects="id\nA\n").exit_code == 2


def test_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    result = run(tmp_path, "missing.csv", "--size", "1", "--seed", SEED)
    assert result.exit_code == 1
    assert "cannot be opened" in result.stderr


def test_an_id_that_looks_like_a_formula_is_harmless_in_the_answer(tmp_path: Path) -> None:
    result = run(tmp_path, "objects.csv", "--size", "1", "--seed", SEED, objects="id\n=1+1\n")
    answer = list(csv.reader(result.stdout.splitlines()[1:]))
    assert answer[1] == ["1", "'=1+1", sha(f"{SEED},=1+1")]


def test_a_draw_speaks_the_language_asked_for(tmp_path: Path) -> None:
    asked = ("population.csv", "--seed", SEED, "--lang", "zh")
    assert "请说明抽取多少" in run(tmp_path, *asked, population="id\na\n").stderr
    refused = run(tmp_path, *asked, "--size", "1", population="name\na\n")
    assert (refused.exit_code, refused.stderr) == (1, "“population.csv”缺少“id”列；请补充。\n")
