"""A composite in the application: its scheme reads aloud, its scores are shown and explained, endless digits too."""

from pathlib import Path

import pytest

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.scoring import queries
from support.months import EXTRA, JANUARY, a_year
from support.programmes import SCHEME
from support.web import Browser, site

SOURCE = (
    SCHEME.replace("rule: completion, target: 100", "rule: goalposts, low: 50, high: 100, logarithmic: true")
    + EXTRA
    + "composite: {aggregate: geometric}\n"
)


@pytest.fixture
def pages(frame: Frame, tmp_path: Path) -> tuple[Browser, dict[str, str]]:
    with frame.write() as session:
        months = a_year(session, SOURCE)
        months.report("2012-01", JANUARY)
        edition = months.compute("2012-01")
        clock.stand_at(session, edition.computed_at)
        card = next(one for one in queries.league_table(session, edition.id) if one.unit_code == "220102")
        found = {
            "scheme": f"/programmes/schemes/{months.version.id}",
            "card": f"/scoring/scorecards/{card.id}",
            "ranking": f"/scoring?period={edition.period_id}",
            "edition": f"/scoring/editions/{edition.id}",
        }
        officer = months.province.people["office"].id
    return site(frame, tmp_path).browser(officer), found


def test_the_scheme_says_how_the_total_is_made(pages: tuple[Browser, dict[str, str]]) -> None:
    browser, found = pages
    page = browser.get(found["scheme"])
    assert page.status_code == 200
    assert "The total is the geometric mean of the headings." in page.text
    assert "from 50 to 100 by its logarithm" in page.text


def test_the_total_is_shown_and_explained_without_a_sum_that_it_is_not(pages: tuple[Browser, dict[str, str]]) -> None:
    browser, found = pages
    page = browser.get(found["card"])
    assert page.status_code == 200
    assert "81.89" in page.text
    assert "geometric mean of B1 80 (3/5), O1 84.799690655495… (2/5) = 81.886385083943…" in page.text
    assert "Between goalposts" in page.text
    assert "marks lost by item" not in page.text


def test_the_pages_of_results_open(pages: tuple[Browser, dict[str, str]]) -> None:
    browser, found = pages
    assert browser.get(found["edition"]).status_code == 200
    assert "81.89" in browser.get(found["ranking"]).text


def test_other_weights_are_supposed_of_a_composite(pages: tuple[Browser, dict[str, str]]) -> None:
    browser, found = pages
    address = f"/scoring/what-if?edition={found['edition'].rpartition('/')[2]}"
    page = browser.get(address)
    assert page.status_code == 200
    assert "beneath the same heading" in page.text
    alone = browser.get(address + "&w.O1.=0&w.operate.=0")
    assert "80.00" in alone.text  # of B1 80 and O1 84.80 only the first is left
    assert "Method sensitivity range" in alone.text
    assert "All weights are 0" in browser.get(address + "&w.O1.=0&w.B1.=0").text
