"""The board and its lists: every count is the length of its list, and a page costs five queries at any length."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from fractions import Fraction
from html import unescape
from pathlib import Path
from random import Random
from re import findall
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, event, select, update

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.inspections.queries import visits_by_campaign
from assessment.inspections.services import settle_all
from assessment.remediation import tallies
from assessment.remediation.models import Task
from assessment.remediation.queries import S
from assessment.remediation.rules import Tally
from support import inspections as given
from support.organisations import make_counties
from support.web import Browser, site

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


WAYS = ("unit", "severity", "campaign", "age")


def test_groups_sum_to_the_whole_however_they_are_made_and_as_a_plain_count_does(frame: Frame) -> None:
    """Tasks of made-up lives: reported or not, late or not, closed, reopened, withdrawn."""
    drawn = Random(20120903)
    with frame.write() as session:
        world = given.make_campaigning(session)
        given.under_way(world, sample=4, per_county=2)
        for visit in world.visits:
            given.reported(world, visit, 6)
        settle_all(session, world.visits, world.act("colleague", given.after_comments(world)))
        tasks = list(session.scalars(select(Task)))
        at = tasks[0].issued_at + timedelta(days=40)
        for task in tasks:
            session.execute(update(Task).where(Task.id == task.id).values(**life(drawn, at)))
        session.expire_all()
        mine = {task.unit_id for task in tasks}
        found = {
            "unit": dict(tallies.by_unit(session, mine, at, "", None, 0)),
            "severity": tallies.by_severity(session, mine, at),
            "campaign": tallies.by_campaign(session, mine, at, visits_by_campaign()),
            "age": tallies.by_age(session, mine, at),
        }
        plain = reckoned(tasks, at)
        assert 0 < plain.in_time < plain.closed < plain.due < plain.found < len(tasks)
        assert all(sum(found[way].values(), Tally()) == plain for way in WAYS)
        assert found["unit"] == {unit: reckoned([one for one in tasks if one.unit_id == unit], at) for unit in mine}
        for sort in ("found", "-overdue", "closed_share", "-mean_days", "-name_zh"):
            rows = tallies.by_unit(session, mine, at, sort, None, 0)
            paged = [one for n in range(len(rows)) for one in tallies.by_unit(session, mine, at, sort, 1, n)]
            assert rows == paged
            assert dict(rows) == found["unit"]
            if hasattr(Tally, name := sort.removeprefix("-")) and sort != name:
                sizes = [getattr(tally, name) for _unit, tally in rows]
                assert sizes == sorted(sizes, reverse=True)


def life(drawn: Random, at: datetime) -> dict[str, Any]:
    """No process has such lives: they are laid into the row."""
    issued_at = at - timedelta(days=drawn.choice((3, 20, 40, 120)), seconds=drawn.randrange(86_400))
    facts: dict[str, Any] = {"issued_at": issued_at, "due_at": issued_at + timedelta(days=30)}
    state = drawn.choice((S.UNDER_WAY, S.REPORTED_DONE, S.CLOSED, S.CLOSED, S.WITHDRAWN))
    if state in (S.REPORTED_DONE, S.CLOSED):
        facts["reported_at"] = issued_at + timedelta(seconds=drawn.randrange(40 * 86_400))
    if state == S.CLOSED:
        facts["closed_at"] = facts["reported_at"] + timedelta(seconds=drawn.randrange(86_400))
        facts["closed_in_time"] = facts["reported_at"] <= facts["due_at"]
    return {**facts, "state": state.value, "reopen_count": drawn.choice((0, 0, 1))}


def reckoned(tasks: list[Task], at: datetime) -> Tally:
    """The same, a task at a time."""
    some = [one for one in tasks if one.state != S.WITHDRAWN]
    closed = [one for one in some if one.state == S.CLOSED]
    late = [one for one in some if one.due_at < at and (one.reported_at is None or one.reported_at > one.due_at)]
    return Tally(
        found=len(some), open=len(some) - len(closed), overdue=len([one for one in late if one not in closed]),
        due=len({*closed, *(one for one in some if one.due_at < at)}), closed=len(closed),
        in_time=sum(one.closed_in_time for one in closed), recurred=sum(one.reopen_count > 0 for one in some),
        seconds=sum(int((one.closed_at - one.issued_at).total_seconds()) for one in closed),
    )  # fmt: skip


def test_shares_are_exact_and_missing_where_there_is_nothing_to_share() -> None:
    tally = Tally(found=3, open=1, overdue=1, due=3, closed=2, in_time=2, seconds=7 * 86_400)
    assert (tally.closed_share, tally.in_time_share) == (Fraction(2, 3), Fraction(2, 3))
    assert tally.mean_days == Fraction(7, 2)
    assert (Tally().closed_share, Tally().in_time_share, Tally().recurrence, Tally().mean_days) == (None,) * 4


def test_of_many_units_one_types_the_code_the_name_or_the_area(frame: Frame, tmp_path: Path) -> None:
    """As many options as there are units are no choice: from a page's worth on, the database looks for them."""
    browser = office(frame, tmp_path, 4, 3)
    assert 'name="area"' not in browser.get("/remediation").text
    with frame.write() as session:
        make_counties(session, "2201", 100)

    def found(**facts: str) -> int:
        return browser.get(f"/remediation?{urlencode({'state': 'all', 'as': 'csv', **facts})}").text.count("ZG-")

    page = browser.get("/remediation?state=all&unit=3").text
    assert 'name="area"' in page
    assert 'id="filter-unit"' in page
    assert page.count("<option") < 60
    assert found(area="220101") + found(area="220102") == found(area="2201") == found(area="乙市") < 12
    assert found(area="22") == found(area="") == found() == 12
    assert found(area="%") == found(area="nowhere") == 0
