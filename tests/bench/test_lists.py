"""Every page that lists units or records, of a province with 3,000 units: 150 ms of processor time and 5 queries.

The province is the played example with its counties multiplied; queries are those beyond sign-in and duties.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import process_time

import pytest
from sqlalchemy import text

from assessment.faces.web.app import create_app
from assessment.foundation.frame import Frame
from support.example import copied, quick_engine
from support.multiplied import multiply
from support.web import Browser, SiteUnderTest, questions_of_the_page

pytestmark = pytest.mark.bench
MILLISECONDS, QUERIES, TIMES = 150, 5, 5
PAGES = {
    "office": """
        / /scoring /scoring?group=counties&sort=-score /scoring/scores /scoring/editions/{edition}
        /scoring/what-if?edition={edition} /search?q=市 /search?q=R-2012
        /organisations /organisations/people /programmes /programmes/1 /programmes/1/letters /diary /periods/{period}
        /submissions /submissions/periods/{period}/completeness /submissions/periods/{period}/changes
        /submissions/checks /submissions/checks/1
        /remediation /remediation/board /remediation/notices/{notice}
        /objections /objections/outcomes /adjustments /practices /panels /bulletins /bulletins/{bulletin}
        /bulletins/{bulletin}/receipts /rewards /rewards/{reward}
        /accountability /accountability/ladders /accountability/interviews /delivery/deliveries /delivery/extensions
    """,
    "leader": "/ /scoring /remediation/board /accountability /rewards",
    "supervision": """
        / /inspections /inspections/{campaign} /inspections/{campaign}/fairness /inspections/draws
        /inspections/draws/{campaign} /inspections/register/2012 /inspections/register/2012/units
        /inspections/checklists /remediation/looks /remediation/looks/{look} /remediation/listed
    """,
    "auditor": """
        / /remediation/escalations /audit /audit?act=serve /remediation /accountability /adjustments
        /delivery/deliveries
        /programmes/1/years/2013
    """,
    "admin": "/ /organisations /organisations/people /organisations/units/1 /mail",
    "verifier": "/ /submissions /submissions/periods/{period}/completeness",
    "reviewer": "/ /objections",
    "head.220102": "/ /my-place /submissions /remediation /delivery /scoring /scoring/scores",
}
RECORDS = {
    "edition": "SELECT max(id) FROM edition WHERE state = 'approved'",
    "period": "SELECT min(id) FROM period WHERE state = 'objections'",
    "notice": "SELECT max(id) FROM notice",
    "bulletin": "SELECT max(id) FROM bulletin WHERE state = 'published'",
    "reward": "SELECT max(id) FROM reward_round",
    "campaign": "SELECT max(id) FROM campaign",
    "look": "SELECT max(id) FROM second_look",
}


@pytest.fixture(scope="module")
def country(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteUnderTest]:
    settings = copied(played, tmp_path_factory.mktemp("country") / "instance")
    engine = quick_engine(settings)
    with engine.begin() as connection:
        multiply(connection)
    frame = Frame(engine)
    app = create_app(settings, frame)
    app.testing = True
    yield SiteUnderTest(app, frame)
    engine.dispose()


def measured(place: SiteUnderTest) -> Iterator[tuple[str, str, int, float, int]]:
    """Person, page, queries, median milliseconds, kilobytes."""
    with place.frame.read() as session:
        known = {name: session.scalar(text(query)) for name, query in RECORDS.items()}
        people = dict(session.execute(text("SELECT username, id FROM person")).tuples().all())
    for who, pages in PAGES.items():
        browser = place.browser(people[who])
        for page in pages.split():
            path = page.format(**known)
            asked, answer = questions_of_the_page(place.frame.engine, browser, path)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            yield who, page, len(asked), milliseconds(browser, path), len(answer.data) // 1024


def milliseconds(browser: Browser, path: str) -> float:
    rounds = []
    for _ in range(TIMES):
        begun = process_time()
        browser.get(path)
        rounds.append(1000 * (process_time() - begun))
    return median(rounds)


def test_every_list_of_a_province_of_three_thousand_units(country: SiteUnderTest) -> None:
    print()
    for who, page, queries, took, size in measured(country):
        over = " over" if took > MILLISECONDS or queries > QUERIES else ""
        print(f"{who:12} {page:48} {queries:4} queries {took:7.0f} ms {size:6} KB{over}")
