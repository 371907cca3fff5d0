"""Names of persons stand in no bulletin, in no open data, and in nothing that another locality is shown."""

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from assessment.faces.web.app import create_app
from assessment.organisations.models import Holding, Person, Post, Unit
from support.example import settings_of

pytestmark = pytest.mark.usefixtures("quick_officers")

FIRST = ("/results", "/inspections/draws", "/remediation/listed")
OF_THE_EXAMPLE = re.compile(r"/(example|sign-in|account|static|language|help|style)\b")
"""The example says who may be seen as whom; that page is no part of a real instance."""
SHOWN_TO_OTHERS = ("/bulletins", "/rewards", "/practices", "/delivery", "/accountability", "/accountability/interviews")
MOST_PAGES = 60


def names_of(world: Any, *, but_of: str = "") -> set[str]:
    """Everybody's name, but for those who hold or held a post at a unit or above it."""
    with world.frame.read() as session:
        everybody = set(session.scalars(select(Person.name)))
        own = select(Person.name).join(Holding).join(Post).join(Unit, Unit.id == Post.unit_id)
        kept = set(session.scalars(own.where(Unit.code.in_((but_of, but_of[:4], but_of[:2] + "0000")))))
    return {name for name in everybody - kept if not re.fullmatch("[A-Za-z.]+", name)}


def texts_of(answer: Any) -> Iterator[str]:
    """What can be read in an answer: a page without its markup, each page of a paper, every file of a package."""
    yield from texts_in(answer.mimetype, answer.data)


def texts_in(kind: str, content: bytes) -> Iterator[str]:
    if content.startswith(b"%PDF"):
        yield from (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                yield from texts_in(name, package.read(name))
    else:
        text = content.decode("utf-8", "replace")
        yield html.unescape(re.sub(r"<[^>]+>", " ", text)) if kind == "text/html" else text


def walked(get: Callable[[str], Any], first: tuple[str, ...], steps: int) -> Iterator[tuple[str, Any]]:
    """These addresses and what they lead to, each once, as far as so many steps reach."""
    seen, waiting = set(first), [(address, 0) for address in first]
    for _ in range(MOST_PAGES):
        if not waiting:
            return
        address, step = waiting.pop(0)
        answer = get(address)
        if answer.status_code != 200:
            continue
        yield address, answer
        links = re.findall(r'href="(/[^"#]*)', answer.text) if answer.mimetype == "text/html" and step < steps else []
        for link in map(html.unescape, links):
            if link not in seen and not OF_THE_EXAMPLE.match(link):
                seen.add(link)
                waiting.append((link, step + 1))


def test_nothing_that_is_public_names_a_person(world: Any) -> None:
    settings = settings_of(world.settings.instance, ASSESSMENT_PUBLIC="yes")
    names, client = names_of(world), create_app(settings, world.frame).test_client()
    found, looked_at = [], 0
    for address, answer in walked(client.get, FIRST, steps=3):
        looked_at += 1
        found += [(address, name) for text in texts_of(answer) for name in names if name in text]
    assert looked_at > 15
    assert len(names) > 50
    assert not found


def test_no_locality_is_shown_a_name_from_another(world: Any) -> None:
    viewer = world.own("locality_head", "220100")
    names = names_of(world, but_of="220100")
    found, looked_at = [], 0
    for address, answer in walked(lambda one: viewer.ask("GET", one), SHOWN_TO_OTHERS, steps=1):
        looked_at += 1
        found += [(address, name) for text in texts_of(answer) for name in names if name in text]
    assert looked_at > 40
    assert not found
