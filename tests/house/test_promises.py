"""The page of promises names tests that exist, and invariants that are asked."""

import re
from pathlib import Path

from support.invariants import INVARIANTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")


def test_the_promises_name_tests_that_exist() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.(?:py|md))`", PAGE))
    assert len(named) > 20
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_every_invariant_that_is_asked_is_on_the_page() -> None:
    assert {one.__name__ for one in INVARIANTS if f"`{one.__name__}`" not in PAGE} == set()
