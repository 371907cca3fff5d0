"""What scores and ranks rest on, as pages show it: a unit's sides to itself, removals to the office."""

from pathlib import Path

import pytest

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.scoring import queries
from support.months import EXTRA, JANUARY, a_year
from support.programmes import SCHEME
from support.web import Browser, site

STRONG, WITHOUT = "Where it stands out", "What each indicator does to the ranks"
REPORTS = {**JANUARY, "220101": (10, 70, 100), "220102": (9, 99, 100)}
"""Two counties of which one is ahead in building and the other in keeping cameras online."""


class Office:
    """A computed month, served to its units, and whoever looks at it."""

    def __init__(self, frame: Frame, folder: Path, source: str) -> None:
        with frame.write() as session:
            months = a_year(session, source)
            months.report("2012-01", REPORTS)
            edition = months.compute("2012-01")
            months.serve("2012-01")
            clock.stand_at(session, months.now)
            self.edition = f"/scoring/editions/{edition.id}"
            self.cards = {
                card.unit_code: f"/scoring/scorecards/{card.id}" for card in queries.league_table(session, edition.id)
            }
            self.people = {name: person.id for name, person in months.province.people.items()}
        self.site = site(frame, folder)

    def as_(self, username: str) -> Browser:
        return self.site.browser(self.people[username])


@pytest.fixture
def office(frame: Frame, tmp_path: Path) -> Office:
    return Office(frame, tmp_path, SCHEME + EXTRA)


def test_a_unit_sees_where_it_is_strong_and_where_weak(office: Office) -> None:
    page = office.as_("officer-220101").get(office.cards["220101"])
    assert page.status_code == 200
    assert STRONG in page.text
    strong, weak = page.text.split(STRONG)[1].split("<h3>Weak")
    assert "B1 " in strong.split("<h3>Strong")[1]
    assert "O1 " in weak.split("h-items")[0]
    assert "Place 1 of" in strong


def test_the_office_sees_every_units_sides(office: Office) -> None:
    assert all(STRONG in office.as_("office").get(address).text for address in office.cards.values())


def test_nobody_sees_anothers_sides(office: Office) -> None:
    page = office.as_("officer-220102").get(office.cards["220101"])
    assert page.status_code == 404 or STRONG not in page.text


def test_the_office_may_ask_for_the_ranks_without_each_indicator(office: Office) -> None:
    browser = office.as_("office")
    assert "Rank without each of them" in browser.get(office.edition).text
    page = browser.get(office.edition + "?without=each").text
    assert WITHOUT in page
    assert "Units that move" in page
    assert "→" in page


def test_localities_are_not_offered_it(office: Office) -> None:
    page = office.as_("officer-220101").get(office.edition + "?without=each")
    assert page.status_code == 404 or WITHOUT not in page.text
