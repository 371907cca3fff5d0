"""A made-up country: a period from closing to published bulletin, its trail verified, its pages beside a province's,
and all of it behind several web and clock processes.

``--effort=10`` is the whole country (2,844 counties); 1 a tenth of it. Indicators and periods stay as they are.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import event, func, select

from assessment.cycles.models import Heartbeat
from assessment.faces.web import sessions
from assessment.faces.web.app import create_app
from assessment.foundation import audit, clock
from assessment.foundation.audit import AuditRow
from assessment.foundation.db import make_engine
from assessment.foundation.frame import Frame
from assessment.organisations.models import Person
from assessment.organisations.services.sign_ins import open_session
from support.country.acting import Month
from support.country.laying import Country, lay
from support.country.sizes import FULL, Size
from support.server_processes import Server, stamp
from support.web import SiteUnderTest, settings

pytestmark = pytest.mark.bench
PROVINCE = Size(provinces=1, prefectures=9, counties=60, tasks=4_200, people=80, filled=2)
FILLED = 2
"""Earlier periods with reports and results. More take long to lay; what looks back reads one of them, boards twelve."""
WEB, CLOCKS, CLIENTS, ASKED = 2, 2, 8, 80
PAGES = (
    "/", "/scoring", "/scoring/scores", "/submissions", "/submissions/periods/{period}/completeness",
    "/periods/{period}", "/search?q=第6", "/search?q=MU-T-77", "/remediation", "/remediation/board", "/bulletins",
    "/bulletins/{bulletin}", "/delivery/deliveries", "/organisations",
)  # fmt: skip
OFFICE = "assessment_office"


def test_a_country(
    frame: Frame, database_url: str, chosen_databases: Any, tmp_path: Path, size: Callable[[int], int]
) -> None:
    stamp(frame.engine)
    whole = replace(FULL.times(min(1.0, size(1_000) / 10_000)), filled=FILLED)
    month = Month(lay(frame, whole, tell=print), settings(tmp_path / "country"))
    month.report()
    month.publish()
    print_steps(month)
    print_verification(frame)
    with chosen_databases.fresh() as url:
        engine = make_engine(url)
        province = Month(lay(Frame(engine), PROVINCE), settings(tmp_path / "province"))
        province.report()
        province.publish()
        print_pages(pages(province), pages(month))
        engine.dispose()
    if frame.engine.dialect.name == "postgresql":
        print_throughput(month, database_url)


def print_steps(month: Month) -> None:
    """From closing to published bulletin."""
    counties, load = month.country.size.counties, os.getloadavg()[0]
    for name, took in month.took.items():
        print(f"{counties} units, {name:30} {took.wall:7.2f} s, {took.own:7.2f} s own, {took.statements} statements")
    wall, own = (sum(getattr(one, which) for one in month.took.values()) for which in ("wall", "own"))
    print(f"{counties} units, closing to published bulletin: {wall:.1f} s, {own:.1f} s own, load {load:.1f}")


def print_verification(frame: Frame) -> None:
    begun, own = time.perf_counter(), time.process_time()
    with frame.read() as session:
        acts = session.scalar(select(func.count()).select_from(AuditRow))
        assert audit.verify(session) == []
    print(f"verification of {acts} acts: {time.perf_counter() - begun:.1f} s, {time.process_time() - own:.1f} s own")


# --- pages -----------------------------------------------------------------------------------------------------------


def pages(month: Month) -> dict[str, tuple[float, int]]:
    """Page -> milliseconds of processor time of this process, and statements; the median of five."""
    app = create_app(replace(month.place, public=True), month.frame)
    app.testing = True
    browser = SiteUnderTest(app, month.frame).browser(month.country.places.people[OFFICE])
    found = {}
    for page in PAGES:
        path = page.format(period=month.country.period_id, bulletin=month.bulletin_id)
        browser.get(path)
        with counted(month.frame) as asked:
            assert browser.get(path).status_code == 200, path
        rounds = []
        for _ in range(5):
            begun = time.process_time()
            browser.get(path)
            rounds.append(1000 * (time.process_time() - begun))
        found[page] = (median(rounds), len(asked))
    return found


@contextmanager
def counted(frame: Frame) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(frame.engine, "before_cursor_execute", note)
    yield asked
    event.remove(frame.engine, "before_cursor_execute", note)


def print_pages(small: dict[str, tuple[float, int]], large: dict[str, tuple[float, int]]) -> None:
    print("page | ms, province of 60 | ms, country | times | statements, province | country")
    for page, (ms, asked) in small.items():
        many, more = large[page]
        print(f"{page} | {ms:.0f} | {many:.0f} | {many / ms:.1f} | {asked} | {more}")


# --- several processes -----------------------------------------------------------------------------------------------


def print_throughput(month: Month, database_url: str) -> None:
    """Eight people at once, asking two web processes, while two clocks run over the same database."""
    servers = [Server(database_url, month.place.instance) for _ in range(WEB + CLOCKS)]
    webs = servers[:WEB]
    try:
        for one in servers:
            one.start("web" if one in webs else "clock")
        for one in webs:
            one.wait()
        await_beats(month.frame)
        headers = {"Cookie": cookie(month.country), "Accept": "text/html"}
        for page in ("/", "/scoring", f"/search?q={quote('第6')}", "/bulletins"):
            print(f"{page}: {requests_a_second(webs, page, headers):.1f} requests a second, {WEB} web processes")
    finally:
        for one in servers:
            one.kill()


def await_beats(frame: Frame) -> None:
    """Until every clock has said that it is alive."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with frame.read() as session:
            if session.scalar(select(func.count()).select_from(Heartbeat)) == CLOCKS:
                return
        time.sleep(0.2)
    raise AssertionError("a clock does not beat")


def cookie(country: Country) -> str:
    """The assessment office, signed in."""
    token, now = sessions.new_token(), clock.system_now()
    with country.frame.write() as session:
        person = session.get_one(Person, country.places.people[OFFICE])
        open_session(session, person, token=token, source="127.0.0.1", now=now, proved_at=now)
    return f"{sessions.COOKIE}={token}; language=en"


def requests_a_second(webs: list[Server], page: str, headers: dict[str, str]) -> float:
    for one in webs:
        assert one.ask("GET", page, headers=headers).status == 200, page
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda n: webs[n % WEB].ask("GET", page, headers=headers).status, range(ASKED)))
    assert set(answers) == {200}
    return ASKED / (time.perf_counter() - begun)
