"""Published results for anybody: as they were printed, with their open data, asked for again at little cost."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from assessment.bulletins import queries, services
from assessment.bulletins.models import Bulletin
from assessment.bulletins.papers import render_bulletin
from assessment.faces.web.app import create_app
from assessment.foundation.db import make_engine
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.paper.attachments import attached
from assessment.foundation.settings import Settings
from support.databases import SqliteDatabases
from support.months import FEBRUARY, JANUARY, Months, resumed
from support.published import publish_months
from support.web import Browser, SiteUnderTest, settings


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, sqlite_databases: SqliteDatabases) -> tuple[bytes, Settings]:
    """January published with a problem named, February published after it."""
    place = settings(tmp_path_factory.mktemp("public"))
    with sqlite_databases.fresh() as url:
        engine = make_engine(url)
        with Frame(engine).write() as session:
            publish_months(session, place, {"2012-01": JANUARY, "2012-02": FEBRUARY})
        engine.dispose()
        return Path(url.removeprefix("sqlite:///")).read_bytes(), place


@pytest.fixture
def open_house(played: tuple[bytes, Settings], tmp_path: Path) -> Iterator[SiteUnderTest]:
    content, place = played
    (tmp_path / "played.sqlite3").write_bytes(content)
    engine = make_engine(f"sqlite:///{tmp_path / 'played.sqlite3'}")
    frame = Frame(engine)
    app = create_app(replace(place, public=True), frame)
    app.testing = True
    yield SiteUnderTest(app, frame)
    engine.dispose()


@pytest.fixture
def anybody(open_house: SiteUnderTest) -> Browser:
    return open_house.anonymous()


def newest(house: SiteUnderTest) -> Bulletin:
    with house.frame.read() as session:
        return queries.published(session)[-1]


def rows_of(text: str) -> list[tuple[str, ...]]:
    """The cells of each line of a page's league table."""
    found = []
    for line in re.findall(r"<tr><td class=\"r rank\">.*?</tr>", text, re.DOTALL):
        cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line, re.DOTALL)
        found.append(tuple(cells))
    return found


def test_nobody_needs_to_sign_in_where_the_programme_is_public(open_house: SiteUnderTest, anybody: Browser) -> None:
    one = newest(open_house)
    assert one.number in anybody.get("/results").text
    text = anybody.get(f"/results/{one.id}").text
    assert one.number in text
    assert "Gamma County" in text
    assert "<svg" in text
    assert 'class="h ht' in text, "the heat map"


def test_another_programme_and_a_closed_house_have_nothing_to_show(
    open_house: SiteUnderTest, played: tuple[bytes, Settings]
) -> None:
    one = newest(open_house)
    for place in (replace(played[1], public=True, public_programmes=("another",)), replace(played[1], public=False)):
        app = create_app(place, open_house.frame)
        stranger = SiteUnderTest(app, open_house.frame).anonymous()
        for path in ("/results", *(f"/results/{one.id}{tail}" for tail in
                                   ("", "/ranking.csv", "/datapackage.json", "/zh.pdf"))):
            assert stranger.get(path).status_code == 404, path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_paper_and_open_data_have_the_same_rows_in_the_same_order(
    open_house: SiteUnderTest, anybody: Browser, language: str
) -> None:
    one = newest(open_house)
    anybody.client.set_cookie("language", language)
    shown = rows_of(anybody.get(f"/results/{one.id}").text)
    with open_house.frame.read() as session:
        content = queries.content_of(session, session.get_one(Bulletin, one.id), language)
    rows = [row for group in content.groups for row in group.rows]
    assert [row[0] for row in shown] == [row.rank for row in rows]
    for cells, row in zip(shown, rows, strict=True):
        assert row.unit in cells
        assert row.score in cells
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(render_bulletin(content))).pages)
    flat = "".join(printed.split())
    places = [flat.index("".join((row.rank, row.unit, row.score)).replace(" ", "")) for row in rows]
    assert places == sorted(places), "the paper has them in the same order"
    data = anybody.get(f"/results/{one.id}/ranking.csv").data.decode().splitlines()
    assert len(data) == len(rows) + 1
    for line, row in zip(data[1:], rows, strict=True):
        assert f",{row.score}," in line
        assert f",{row.unit}," in line


def test_the_open_data_are_the_bytes_that_the_signed_bulletin_carries(
    open_house: SiteUnderTest, anybody: Browser, played: tuple[bytes, Settings]
) -> None:
    one = newest(open_house)
    served = anybody.get(f"/results/{one.id}/ranking.csv").data
    package = json.loads(anybody.get(f"/results/{one.id}/datapackage.json").data)
    assert package["resources"][0]["hash"] == f"sha256:{hashlib.sha256(served).hexdigest()}"
    for language in ("zh", "en"):
        signed = FileStore(played[1].uploads).path(getattr(one, f"signed_{language}")).read_bytes()
        assert attached(signed)["ranking.csv"] == served
        assert package["bulletin"]["signed"][language] == f"sha256:{hashlib.sha256(signed).hexdigest()}"
        printed = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(signed)).pages)
        assert hashlib.sha256(served).hexdigest() in printed


def test_the_public_edition_says_what_it_leaves_out(open_house: SiteUnderTest, anybody: Browser) -> None:
    one = newest(open_house)
    pdf = anybody.get(f"/results/{one.id}/en.pdf").data
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert "Hazard F-1" not in text
    assert "without: matters requiring improvement" in " ".join(text.split())
    assert "Gamma County" in text
    assert set(attached(pdf)) == {"ranking.csv"}, "the values behind the scores are not in it"


def test_what_did_not_change_is_not_sent_again(open_house: SiteUnderTest, anybody: Browser) -> None:
    one = newest(open_house)
    for path in (f"/results/{one.id}", f"/results/{one.id}?group=Counties", f"/results/{one.id}/ranking.csv"):
        first = anybody.get(path)
        assert first.status_code == 200
        again = anybody.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
        assert anybody.get(path, headers={"If-None-Match": '"another"'}).status_code == 200
    chinese = open_house.anonymous()
    chinese.client.set_cookie("language", "zh")
    english = anybody.get(f"/results/{one.id}")
    assert chinese.get(f"/results/{one.id}", headers={"If-None-Match": english.headers["ETag"]}).status_code == 200


def test_a_bulletin_taken_back_says_so_at_once(open_house: SiteUnderTest, anybody: Browser) -> None:
    one = newest(open_house)
    tag = anybody.get(f"/results/{one.id}").headers["ETag"]
    with open_house.frame.write() as session:
        leader = resumed(session, Months).act("leader", "An error.")
        services.withdraw(session, session.get_one(Bulletin, one.id), leader)
    answer = anybody.get(f"/results/{one.id}", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "Withdrawn" in answer.text


def test_filters_narrow_the_table_and_find_either_language(open_house: SiteUnderTest, anybody: Browser) -> None:
    where = f"/results/{newest(open_house).id}"
    whole = rows_of(anybody.get(where).text)
    counties = rows_of(anybody.get(f"{where}?group=Counties").text)
    assert 0 < len(counties) < len(whole)
    assert len(rows_of(anybody.get(f"{where}?q=gamma").text)) == 1
    assert len(rows_of(anybody.get(f"{where}?q=220101").text)) == 1
    assert "Nothing fits this filter" in anybody.get(f"{where}?q=nowhere").text
    assert "&lt;script&gt;" in anybody.get(f"{where}?q=<script>").text
    assert anybody.get(f"{where}?page=999999").status_code == 200
