"""The table of the security standard says what is so: complete by number, each test in being, the figures counted."""

import ast
import re
from collections import Counter
from functools import lru_cache

from assessment.foundation.settings import ROOT

STATES = ("met", "by design", "in part", "operator", "not met", "not applicable")
LEVEL_1, LEVEL_2 = 70, 183
SECTIONS = {
    1: (2, 10, 12, 3, 3), 2: (3, 3, 5, 2), 3: (1, 3, 5, 8, 8, 1, 5), 4: (5, 5, 2, 4), 5: (1, 6, 3, 3),
    6: (3, 12, 8, 6, 8, 4, 2, 4), 7: (3, 4, 2, 5, 3, 2), 8: (4, 4, 3, 2), 9: (3, 4), 10: (2, 3, 5, 16, 5, 2, 3),
    11: (4, 5, 5, 4, 2, 2, 2), 12: (5, 2, 5), 13: (4, 6, 4, 7), 14: (2, 8, 3), 15: (5, 5, 7, 4), 16: (1, 5, 4, 3, 4),
    17: (2, 8, 2),
}  # fmt: skip
"""How many requirements each section of each chapter has, all three levels: 345."""
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+)\.(\d+)\.(\d+) \| ([12]) \| [^|]+ \| ([a-z ]+) \| (.+) \|$", TEXT, re.MULTILINE)


@lru_cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_both_levels_stands_once() -> None:
    assert sum(sum(sections) for sections in SECTIONS.values()) == 345
    numbers = [tuple(int(part) for part in row[:3]) for row in ROWS]
    assert len(set(numbers)) == len(numbers) == LEVEL_1 + LEVEL_2
    assert numbers == sorted(numbers)
    assert Counter(row[3] for row in ROWS) == {"1": LEVEL_1, "2": LEVEL_2}
    assert all(number <= SECTIONS[chapter][section - 1] for chapter, section, number in numbers)


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT))
    assert len(named) >= 50
    assert [f"{path}::{name}" for path, name in sorted(named) if name not in names_in(path)] == []


def test_what_is_met_names_its_test_and_what_is_not_says_why() -> None:
    wrong = []
    for *number, _level, state, shown in ROWS:
        assert state in STATES
        if (state == "met") != ("::" in shown and "—" not in shown) and state in ("met", "by design", "not applicable"):
            wrong.append((".".join(number), state, shown))
        if state == "in part" and len(re.sub(r"`[^`]*`", "", shown).strip(" ;—")) < 10:
            wrong.append((".".join(number), state, shown))
    assert not wrong


def test_the_figures_are_those_of_the_rows() -> None:
    for level, total in (("1", LEVEL_1), ("2", LEVEL_2)):
        count = Counter(row[4] for row in ROWS if row[3] == level)
        assert f"| {level} | {total} | {' | '.join(str(count[state]) for state in STATES)} |" in TEXT
