"""The guides: one a role in both languages, and nothing in them leads nowhere."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDES = sorted((DOCS / "guides").glob("*.md"))
LINK = re.compile(r"\]\(([^)#]+)\)")


def test_every_guide_is_there_in_both_languages() -> None:
    english = {path.name.removesuffix(".md") for path in GUIDES if path.name.count(".") == 1} - {"README"}
    chinese = {path.name.removesuffix(".zh.md") for path in GUIDES if path.name.endswith(".zh.md")}
    assert english == chinese
    assert len(english) == 9


@pytest.mark.parametrize("path", [*GUIDES, DOCS.parent / "README.md"], ids=lambda path: path.name)
def test_what_a_guide_shows_and_names_is_there(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        assert target.startswith(("http", "mailto")) or (path.parent / target).exists(), target
