"""Every page of the example in both languages: it stands, it speaks one language, and no bug shows through."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from sqlalchemy import select

from assessment.delivery.queries import kinds
from assessment.faces.cli.messages import translations
from assessment.faces.web.pages.delivery import KINDS
from assessment.organisations.models import Person
from support.reading import Page
from support.sweep import Target, open_pages

pytestmark = pytest.mark.usefixtures("quick_officers")

BUGS = re.compile(
    r"\bNone\b(?! (?:is|are|may|of|was|were|has)\b)|Decimal\(|<built-in|<function|&lt;|&amp;|\bUndefined\b"
    r"|datetime\.|\{[a-z_]*\}|Sentence\(|Bilingual\("
)
ENGLISH = re.compile(r"[A-Za-z][a-z’']+(?:[ ,;:/-]+[A-Za-z][a-z’']*){2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HAN = re.compile(r"[\u4e00-\u9fff]+")
NAMES = (
    "Five Measures",
    "python -m assessment verify FILE.pdf --certificate certificate.pem",
    "username, name, email, language, unit, title_zh, title_en, role, from, to",  # columns of a file
    "band in (excellent, good) and no veto and no open case",  # a scheme's own condition, quoted as it was approved
)
"""English that stands on Chinese pages with right."""
NAMED = re.compile(r"[\u4e00-\u9fff]{2,6}〔\d{4}〕\d+号|[\u4e00-\u9fff]+-?\d*\.png|中文")
"""Chinese that stands on English pages with right: a paper's number, a file's name, the other language's own name."""
PERSONS = {"审计员", "法制审核员"}
"""Whom the example calls by their post: a person's name is the same in either language."""


@pytest.fixture(scope="module")
def pages(world: Any, records: dict[str, Target]) -> list[tuple[str, Any, str]]:
    """Address, who looks at it, and its endpoint: every page once, and every open action once."""
    return list(open_pages(world, records))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_speaks_its_readers_language(world: Any, pages: list[Any], language: str) -> None:
    with world.frame.read() as session:
        names = {part for name in session.scalars(select(Person.name)) for part in name.split()}
    wrong = [fault for one in pages for fault in faults(names, *one, language)]
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    assert len(pages) >= 150


def test_every_kind_of_paper_that_was_served_has_a_name(world: Any) -> None:
    with world.frame.read() as session:
        assert set(kinds(session)) <= set(KINDS)


def faults(names: set[str], address: str, viewer: Any, endpoint: str, language: str) -> Iterator[str]:
    seen = viewer.ask("GET", address, None, Cookie=viewer.cookies.replace("language=en", f"language={language}"))
    if seen.status_code != 200:
        yield f"{address} ({endpoint}, {viewer.role}): {seen.status_code}"
        return
    if seen.mimetype != "text/html":
        return
    page = Page(seen.text)
    for spoken, words in page.texts:
        for found in BUGS.findall(words):
            yield f"{endpoint} in {language}: {found!r} in {words[:100]!r} ({address}, {viewer.role})"
        if language == "en" and not spoken.startswith("zh") and words.strip() in of_ours():
            yield f"{endpoint}: our own Chinese on an English page: {words[:140]!r} ({address}, {viewer.role})"
        if language == "en" and not set(HAN.findall(NAMED.sub("", words))) <= names:
            yield f"{endpoint}: Chinese on an English page: {words[:140]!r} ({address}, {viewer.role})"
        if language == "zh" and spoken.startswith("zh") and not is_chinese(words):
            yield f"{endpoint}: {words[:140]!r} ({address}, {viewer.role})"


@cache
def of_ours() -> frozenset[str]:
    """What the software itself says in Chinese; names and what people typed may stand on either page."""
    said = (text for texts in translations().values() for text in texts.values())
    return frozenset(text for text in said if CHINESE.search(text)) - PERSONS


def is_chinese(words: str) -> bool:
    for name in NAMES:
        words = words.replace(name, "")
    return ENGLISH.search(words) is None
