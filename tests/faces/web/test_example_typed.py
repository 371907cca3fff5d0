"""Only an example reads out what its people typed; elsewhere nobody's words are shown as others than they are."""

import pytest

from assessment.foundation.frame import Frame
from assessment.organisations.models import Person
from support.web import SiteUnderTest

TYPED, READ_OUT = "现场复查合格", "Put right, seen on the spot"


@pytest.fixture
def address(frame: Frame, people: dict[str, int]) -> str:
    with frame.write() as session:
        session.get_one(Person, people["lena"]).name = TYPED
    return f"/trial/{people['lena']}"


def heading(site: SiteUnderTest, person_id: int, address: str, language: str) -> str:
    browser = site.browser(person_id)
    browser.client.set_cookie("language", language)
    return browser.get(address).text.partition("<h1>")[2].partition("</h1>")[0]


def test_english_pages_of_an_example_read_out_what_was_typed(
    example: SiteUnderTest, people: dict[str, int], address: str
) -> None:
    assert heading(example, people["ada"], address, "en") == READ_OUT
    assert heading(example, people["ada"], address, "zh") == TYPED


def test_nowhere_else_are_words_changed(the_site: SiteUnderTest, people: dict[str, int], address: str) -> None:
    assert heading(the_site, people["ada"], address, "en") == TYPED
