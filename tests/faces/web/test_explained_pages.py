"""A scorecard explained: on its page, as data and as a workbook, to whoever may know."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import python_calamine
from sqlalchemy import select

from assessment.foundation.frame import Frame
from assessment.organisations.models import Person
from assessment.programmes.models import Period
from assessment.scoring.explanation_shape import Explanation
from assessment.scoring.models import Edition, Scorecard
from assessment.submissions.models import Evidence
from support.example import copied, quick_engine
from support.web import Browser, SiteUnderTest, site


@pytest.fixture
def place(played: Path, tmp_path: Path) -> Iterator[SiteUnderTest]:
    """The examples as they were played: May 2012 published, October still before its objections end."""
    engine = quick_engine(copied(played, tmp_path / "instance"))
    yield site(Frame(engine), tmp_path / "instance")
    engine.dispose()


def as_(place: SiteUnderTest, username: str) -> Browser:
    with place.frame.read() as session:
        person = session.scalars(select(Person).where(Person.username == username)).one()
    return place.browser(person.id)


def newest(place: SiteUnderTest, period: str) -> int:
    with place.frame.read() as session:
        of_period = select(Edition).join(Period, Period.id == Edition.period_id).where(Period.code == period)
        return session.scalars(of_period.order_by(Edition.number.desc())).all()[0].id


def card(place: SiteUnderTest, edition: int, rank: int) -> tuple[int, str]:
    """A county's scorecard and its unit's code."""
    with place.frame.read() as session:
        ranked = select(Scorecard).where(Scorecard.edition_id == edition, Scorecard.rank == rank)
        found = session.scalars(ranked.where(Scorecard.group_code == "counties")).first()
        assert found is not None
        return found.id, found.unit_code


def with_evidence(place: SiteUnderTest, card_id: int, value: str) -> None:
    """Put a file behind a value of a scorecard."""
    with place.frame.write() as session:
        cites = [cite for item in session.get_one(Scorecard, card_id).items for cite in item["cites"]]
        reports = [int(number) for kind, number in cites if kind == "submission"]
        session.add(Evidence(
            submission_id=reports[0], value_code=value, sha256="a" * 64, name="cameras.jpg", size=9, mime="image/jpeg",
            added_at=datetime(2012, 6, 1, tzinfo=UTC), added_by="officer",
        ))  # fmt: skip


def test_a_scorecard_says_what_would_have_changed_it_on_page_as_data_and_in_a_workbook(place: SiteUnderTest) -> None:
    number, unit = card(place, newest(place, "2012-05"), 22)
    with_evidence(place, number, "cameras_new")
    where, office = f"/scoring/scorecards/{number}", as_(place, "office")
    page = office.get(f"{where}?item=O1").text
    assert "What would have changed it" in page
    assert "would have meant rank 21." in page
    assert "Share of cameras online at" in page
    found = Explanation.model_validate_json(office.get(f"{where}.json").data)
    assert (found.unit, found.rank.rank, found.period) == (unit, 22, "2012-05")
    indicators = [one for heading in found.rank.total.headings for one in heading.indicators]
    sources = {source.value: source for one in indicators for source in one.sources}
    assert all(source.claimed and source.validated for source in sources.values())
    assert [(file.name, file.sha256) for file in sources["cameras_new"].evidence] == [("cameras.jpg", "a" * 64)]
    book = office.get(f"{where}.xlsx")
    sheets = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book.data)).sheet_names
    assert "假如不同 If otherwise" in sheets
    office.client.set_cookie("language", "zh")
    assert "怎样才会不同" in office.get(where).text


def test_an_edition_is_handed_out_as_a_workbook_to_whoever_may_see_it(place: SiteUnderTest) -> None:
    published, served = newest(place, "2012-05"), newest(place, "2012-10")
    for who, edition, status in (("office", published, 200), ("office", served, 200),
                                 ("head.220102", published, 200), ("head.220102", served, 404)):  # fmt: skip
        assert as_(place, who).get(f"/scoring/editions/{edition}/workbook.xlsx").status_code == status, (who, edition)


def test_who_may_not_know_yet_where_others_stand_is_not_told(place: SiteUnderTest) -> None:
    number, unit = card(place, newest(place, "2012-10"), 12)
    where, head = f"/scoring/scorecards/{number}", as_(place, f"head.{unit}")
    found = Explanation.model_validate_json(head.get(f"{where}.json").data)
    assert found.rank.would_change == ()
    assert "would have meant rank" not in head.get(f"{where}?item=O1").text
    assert "would have meant rank" in as_(place, "office").get(f"{where}?item=O1").text
