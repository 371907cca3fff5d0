"""What one more period would trigger is said beforehand: to the office of everybody, to a locality of itself alone."""

from pathlib import Path

from sqlalchemy import select

from assessment.accountability.models import LadderExcuse
from assessment.foundation import clock
from assessment.foundation.frame import Frame
from support.months import EXTRA, JANUARY, a_year
from support.programmes import SCHEME
from support.web import site

LADDER = """\
ladders:
  - {code: L1, zh: 落后, en: Behind, per: counties, count: months where rank_from_bottom <= 2 consecutive, at: {2: interview}}
"""  # noqa: E501 - a rule is one line of its file
NEAR = "One more period like this one triggers the proposal: interview."


def test_the_preview_names_nobody_else_to_a_locality_and_a_month_is_excused_from_the_page(
    frame: Frame, tmp_path: Path
) -> None:
    with frame.write() as session:
        months = a_year(session, SCHEME + EXTRA + LADDER)
        edition = months.approved("2012-01", JANUARY)
        months.periods["2012-01"].state = "published"
        cards = sorted((one for one in edition.scorecards if one.group_code == "counties"), key=lambda one: -one.rank)  # type: ignore[operator]
        last, first = cards[0], cards[-1]
        names, key = [cards[0].name_en, cards[1].name_en], f"{last.unit_id}-{edition.period_id}-L1"
        people = {name: person.id for name, person in months.province.people.items()}
        codes = (last.unit_code, first.unit_code)
        clock.stand_at(session, months.now)
    place = site(frame, tmp_path)
    behind, ahead = (place.browser(people[f"officer-{code}"]) for code in codes)
    mine = behind.get("/my-place").text
    assert NEAR in mine
    assert "rank_from_bottom = 1; the count is 1" in mine
    assert names[1] not in mine.split("Ladders</h2>")[1].split("What is due")[0], "nobody else is named"
    assert NEAR not in ahead.get("/my-place").text
    assert behind.get("/accountability/ladders").status_code == 403

    leader = place.browser(people["leader"])
    page = leader.get("/accountability/ladders").text
    assert page.count(NEAR) == 2
    assert all(name in page for name in names)
    assert NEAR in leader.get("/accountability").text
    address = "/accountability/ladders/excuse"
    leader.get(address)
    assert leader.post(address, {"on": key, "ground": "force_majeure", "reason": ""}).status_code == 422
    assert leader.post(address, {"on": key, "ground": "data_failure", "reason": "x"}).status_code == 422
    assert leader.post(address, {"on": key, "ground": "force_majeure", "reason": "百年一遇洪水"}).status_code == 303
    with frame.read() as session:
        excuse_id = session.scalars(select(LadderExcuse.id)).one()
    one = f"/accountability/ladders/excuses/{excuse_id}"
    assert "百年一遇洪水" in behind.get(one).text
    assert ahead.get(one).status_code == 404
    assert NEAR not in behind.get("/my-place").text
    assert "excused (百年一遇洪水)" in behind.get("/my-place").text
