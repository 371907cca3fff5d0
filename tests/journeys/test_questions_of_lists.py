"""Lists ask the database a few questions, however many units there are: none a row, none for what is not shown.

Counted in the played example, beyond sign-in and duties; `tests/bench/test_lists.py` measures 3,000 units.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from assessment.faces.web.app import create_app
from assessment.foundation.frame import Frame
from support.example import copied, quick_engine
from support.web import SiteUnderTest, questions_of_the_page

AT_MOST = {
    ("office", "/accountability"): 4,
    ("office", "/accountability/ladders"): 4,
    ("leader", "/accountability"): 5,
    ("auditor", "/accountability"): 6,
    ("office", "/rewards"): 10,
    ("leader", "/rewards"): 5,
    ("head.220102", "/rewards"): 5,
    ("office", "/practices"): 5,
    ("head.220102", "/practices"): 5,
}


@pytest.fixture(scope="module")
def place(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteUnderTest]:
    settings = copied(played, tmp_path_factory.mktemp("lists") / "instance")
    engine = quick_engine(settings)
    app = create_app(settings, Frame(engine))
    app.testing = True
    yield SiteUnderTest(app, Frame(engine))
    engine.dispose()


def test_lists_ask_few_questions(place: SiteUnderTest) -> None:
    with place.frame.read() as session:
        people = {name: number for name, number in session.execute(text("SELECT username, id FROM person"))}  # noqa: C416
    over = {}
    for (who, page), most in AT_MOST.items():
        asked, answer = questions_of_the_page(place.frame.engine, place.browser(people[who]), page)
        assert answer.status_code == 200
        if len(asked) > most:
            over[who, page] = asked
    assert not over
