"""The board and its lists: every count is the length of its list, and a page costs five queries at any length."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from html import unescape
from pathlib import Path
from re import findall

import pytest
from hypothesis import given as hypothetical
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.remediation.rules import Line, Tally, tallied
from support import inspections as given
from support.web import Browser, site

START = datetime(2012, 9, 3, tzinfo=UTC)
BEGIN = "a transaction begins"


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    def note_begin(_connection: object) -> None:
        statements.append(BEGIN)

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "begin", note_begin)
    yield statements
    event.remove(engine, "begin", note_begin)
    event.remove(engine, "before_cursor_execute", note)


def office(frame: Frame, folder: Path, visits: int, findings: int) -> Browser:
    """The office's browser over so many tasks, all just issued."""
    with frame.write() as session:
        world = given.make_campaigning(session)
        given.under_way(world, sample=visits, per_county=visits // 4 + 1)
        for visit in world.visits:
            given.reported(world, visit, findings)
        at = given.after_comments(world)
        from assessment.inspections.services import settle_all

        settle_all(session, world.visits, world.act("colleague", at))
        clock.stand_at(session, at + timedelta(days=20))
        person_id = world.province.person("office").id
    return site(frame, folder).browser(person_id)


def queries_of_the_page(browser: Browser, frame: Frame, path: str) -> int:
    """Those of the page itself: sign-in and duties are asked in a transaction of their own, before it."""
    browser.get(path)
    with counted(frame.engine) as statements:
        assert browser.get(path).status_code == 200
    last = max(n for n, one in enumerate(statements) if one == BEGIN)
    return sum(one != "BEGIN" for one in statements[last + 1 :])  # SQLite's is a statement


@pytest.mark.parametrize("path", ["/remediation?state=all", "/remediation?sort=-unit&page=2&age=month&severity=major"])
def test_a_page_of_the_list_costs_five_queries_whatever_its_length(frame: Frame, tmp_path: Path, path: str) -> None:
    browser = office(frame, tmp_path, 8, 16)
    assert 1 <= queries_of_the_page(browser, frame, path) <= 5


def test_the_list_is_filtered_sorted_cut_and_exported_by_the_database(frame: Frame, tmp_path: Path) -> None:
    browser = office(frame, tmp_path, 8, 16)
    first = browser.get("/remediation?state=all&sort=-number").text
    assert "Page 1 of 2" in first
    numbers = findall(r"ZG-[0-9-]+", first)
    assert numbers == sorted(numbers, reverse=True)
    rest = findall(r"ZG-[0-9-]+", browser.get("/remediation?state=all&sort=-number&page=2").text)
    assert len({*numbers, *rest}) == 128
    assert browser.get("/remediation?state=all&as=csv").text.count("ZG-") == 128
    assert "8 of 128" in browser.get("/remediation?state=all&q=PROBLEM 7").text
    assert browser.get("/remediation?state=all&q=%25").text.count("ZG-") == 0  # a wildcard is a character like others
    assert "64 of 128" in browser.get("/remediation?state=all&severity=major").text


@pytest.mark.parametrize("by", ["unit", "severity", "campaign", "age"])
def test_every_count_of_the_board_is_the_length_of_its_list(frame: Frame, tmp_path: Path, by: str) -> None:
    browser = office(frame, tmp_path, 4, 3)
    page = browser.get(f"/remediation/board?by={by}").text
    links = findall(r'href="([^"]*/remediation\?[^"]+)">(\d+)</a>', page)
    assert len(links) >= 2
    for address, count in links:
        listed = browser.get(f"{unescape(address)}&as=csv").text
        assert listed.count("ZG-") == int(count), address


def line(group: int, days: int | None, *, late: bool = False) -> Line:
    closed_at = START + timedelta(days=days) if days is not None else None
    return Line(group, START, closed_at is None, late, is_due=True, closed_at=closed_at, closed_in_time=not late)


def test_shares_are_exact_and_missing_where_there_is_nothing_to_share() -> None:
    tally = tallied([line(1, 3), line(1, 4), line(1, None, late=True)])[1]
    assert (tally.found, tally.closed, tally.overdue) == (3, 2, 1)
    assert (tally.closed_share, tally.in_time_share) == (Fraction(2, 3), Fraction(2, 3))
    assert tally.mean_days == Fraction(7, 2)
    assert (Tally().closed_share, Tally().in_time_share, Tally().recurrence, Tally().mean_days) == (None,) * 4


@hypothetical(st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(0, 400)))))
def test_groups_sum_to_the_whole_however_they_are_made(drawn: list[tuple[int, int | None]]) -> None:
    lines = [line(group, days) for group, days in drawn]
    whole = tallied(Line(0, *list(vars(one).values())[1:]) for one in lines)
    assert sum(tallied(lines).values(), Tally()) == whole.get(0, Tally())
