"""Search over the played example: what is found opens, and what is not one's own is not found, nor that it exists."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from support.sweep import LOCAL, PEOPLE, Target

HITS = re.compile(r'<ul class="hits">(.*?)</ul>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)">')


def found(viewer: Any, words: str) -> list[str]:
    """The addresses of everything that was found."""
    page = viewer.client.get("/search", query_string={"q": words}, headers={"Cookie": viewer.cookies}).text
    return [address for group in HITS.findall(page) for address in LINK.findall(group)]


def one(world: Any, query: str, **facts: Any) -> Any:
    with world.frame.read() as session:
        return session.execute(text(query), facts).first()


@pytest.mark.parametrize("role", [*PEOPLE, *sorted(LOCAL)])
def test_whatever_is_found_opens(world: Any, role: str) -> None:
    viewers = [world.own(role, "220102"), *([] if role in LOCAL else [world.stranger(role)])]
    addresses = {(n, one) for n, viewer in enumerate(viewers) for words in ("2", "2012", "报", "a", "长春")
                 for one in found(viewer, words)}  # fmt: skip
    closed = [(n, one) for n, one in addresses if viewers[n].ask("GET", one).status_code != 200]
    assert not closed


@pytest.mark.parametrize("kind", ["task", "objection", "accountability_case"])
def test_a_number_is_found_by_whom_the_record_opens_to_and_by_nobody_else(
    world: Any, records: dict[str, Target], kind: str
) -> None:
    number = one(world, f"SELECT number FROM {kind} WHERE id = :id", id=records[kind].id)[0]
    outcomes = set()
    for role in [*PEOPLE, *sorted(LOCAL)]:
        unit = records[kind].unit if role in LOCAL else "220102"
        other = world.own(role, records[kind].neighbour) if role in LOCAL else world.stranger(role)
        for viewer in (world.own(role, unit), other):
            addresses = [a for a in found(viewer, number) if a.endswith(f"/{records[kind].id}")]
            places = {"task": "/remediation/", "objection": "/objections/", "accountability_case": "/accountability/"}
            opens = viewer.ask("GET", f"{places[kind]}{records[kind].id}").status_code == 200
            assert bool(addresses) == opens, (role, viewer.person_id)
            outcomes.add(opens)
    assert outcomes == {True, False}


def test_an_auditor_finds_a_case_by_number_and_never_by_its_matter(world: Any, records: dict[str, Target]) -> None:
    case = one(world, "SELECT number, title_zh FROM accountability_case WHERE id = :id",
               id=records["accountability_case"].id)  # fmt: skip
    here = f"/accountability/{records['accountability_case'].id}"
    auditor, leader = world.own("auditor", "220102"), world.own("leader", "220102")
    assert here in found(auditor, case.number)
    assert here not in found(auditor, case.title_zh)
    assert here in found(leader, f"{case.number} {case.title_zh.split()[0]}")
    page = auditor.client.get("/search", query_string={"q": case.number}, headers={"Cookie": auditor.cookies}).text
    assert case.title_zh not in page


def test_brackets_of_a_number_may_be_typed_as_one_likes(world: Any, records: dict[str, Target]) -> None:
    number = one(world, "SELECT number FROM bulletin WHERE id = :id", id=records["bulletin"].id)[0]
    assert "〔" in number
    here = f"/bulletins/{records['bulletin'].id}"
    for typed in (number, number.replace("〔", "[").replace("〕", "]"), number.replace("〔", "（").replace("〕", "）")):
        assert here in found(world.own("leader", "220102"), typed), typed


def test_a_unit_is_found_in_either_language_by_several_words(world: Any) -> None:
    unit = one(world, "SELECT id, code, name_zh, name_en FROM unit WHERE code = '220102'")
    both = f"{unit.code} {unit.name_en.split()[0]}"
    for words in (unit.code, unit.name_zh, unit.name_en, unit.name_en.upper(), both):
        assert f"/organisations/units/{unit.id}" in found(world.own("leader", "220102"), words), words


@pytest.mark.parametrize("words", ["%", "_", "zzzzzz", "' OR 1=1 --", "\\", "〔", "x" * 500])
def test_what_is_not_there_is_said_with_what_to_try(world: Any, words: str) -> None:
    viewer = world.own("leader", "220102")
    answer = viewer.client.get("/search", query_string={"q": words}, headers={"Cookie": viewer.cookies})
    assert answer.status_code == 200
    if not found(viewer, words):
        assert "Try fewer words" in answer.text


def test_the_box_stands_in_every_head_and_an_empty_search_says_what_there_is(world: Any) -> None:
    viewer = world.own("locality_officer", "220102")
    assert 'action="/search"' in viewer.ask("GET", "/account").text
    assert "What are you looking for?" in viewer.ask("GET", "/search").text
