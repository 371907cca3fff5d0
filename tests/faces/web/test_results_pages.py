"""The pages of scores, periods and bulletins: what each shows to whom, and what its buttons do."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.bulletins import services as bulletins
from assessment.bulletins.models import Bulletin
from assessment.cycles import services as cycles
from assessment.faces.web.pages.homes import announced_again
from assessment.foundation import clock, software
from assessment.foundation.actors import SETUP, Act
from assessment.foundation.db import make_engine
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.paper.signature import ensure_signer
from assessment.organisations.models import Person
from assessment.scoring import recomputing
from assessment.scoring.models import Edition, Scorecard
from support.databases import SqliteDatabases
from support.months import FEBRUARY, JANUARY, Months, a_year, resumed
from support.web import Browser, SiteUnderTest, questions_of_the_page, settings, site


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, sqlite_databases: SqliteDatabases) -> tuple[bytes, Path]:
    """January published, February approved with a bulletin drafted, March served."""
    folder = tmp_path_factory.mktemp("instance")
    place = settings(folder)
    store = FileStore(place.uploads)
    with sqlite_databases.fresh() as url:
        engine = make_engine(url)
        with Frame(engine).write() as session:
            months = a_year(session)
            cycles.plan_diary(session, months.act("office"), list(months.periods.values()))
            bulletin = months.submitted(months.approved("2012-01", JANUARY), store)
            months.approve_bulletin(bulletin)
            signer = ensure_signer(place.keys, "Alpha Province", clock.system_now())
            signed = bulletins.prepare_publication(bulletin, store, signer, at=clock.system_now())
            cycles.publish(session, bulletin, months.act("office"), signed)
            bulletins.draft(session, months.act("office"), months.approved("2012-02", FEBRUARY))
            months.report("2012-03", FEBRUARY)
            months.compute("2012-03")
            months.serve("2012-03")
            months.receive("2012-03")
            clock.stand_at(session, months.now)
        engine.dispose()
        return Path(url.removeprefix("sqlite:///")).read_bytes(), folder


@pytest.fixture
def place(played: tuple[bytes, Path], tmp_path: Path):  # type: ignore[no-untyped-def]
    content, folder = played
    (tmp_path / "played.sqlite3").write_bytes(content)
    engine = make_engine(f"sqlite:///{tmp_path / 'played.sqlite3'}")
    yield site(Frame(engine), folder)
    engine.dispose()


def as_(place: SiteUnderTest, username: str) -> Browser:
    with place.frame.read() as session:
        person = session.scalars(select(Person).where(Person.username == username)).one()
    return place.browser(person.id)


def periods(place: SiteUnderTest) -> dict[str, int]:
    with place.frame.read() as session:
        return {code: period.id for code, period in resumed(session, Months).periods.items()}


def card(place: SiteUnderTest, code: str, month: str) -> int:
    with place.frame.read() as session:
        query = select(Scorecard.id).join(Edition).where(
            Edition.period_id == periods(place)[month], Scorecard.unit_code == code, Edition.state != "superseded"
        )  # fmt: skip
        return session.scalars(query).one()


def the_draft(place: SiteUnderTest) -> Bulletin:
    with place.frame.read() as session:
        return session.scalars(select(Bulletin).order_by(Bulletin.id.desc())).first()  # type: ignore[return-value]


# --- scores --------------------------------------------------------------------------------------------------------


def test_the_ranking_says_who_leads_and_exports_what_the_filter_shows(place: SiteUnderTest) -> None:
    leader = as_(place, "leader")
    text = leader.get("/scoring").text
    assert "Gamma County" in text
    assert "98.40" in text
    csv = leader.get("/scoring?group=counties&as=csv").data.decode("utf-8-sig").splitlines()
    assert len(csv) == 5
    assert "Beta City" not in "".join(csv)
    assert leader.get("/scoring?as=xlsx").status_code == 200


def test_a_locality_sees_published_rankings_and_its_own_provisional_score(place: SiteUnderTest) -> None:
    county = as_(place, "officer-220101")
    assert county.get("/scoring").status_code == 200
    assert county.get(f"/scoring?period={periods(place)['2012-03']}").status_code == 404
    own, other = card(place, "220101", "2012-03"), card(place, "220102", "2012-03")
    assert "Object to this score" in county.get(f"/scoring/scorecards/{own}").text
    assert county.get(f"/scoring/scorecards/{other}").status_code == 404
    assert county.get("/scoring/scores").text.count("/scoring/scorecards/") == 3


def test_each_item_opens_to_its_steps_and_values(place: SiteUnderTest) -> None:
    text = as_(place, "leader").get(f"/scoring/scorecards/{card(place, '220101', '2012-02')}?item=B1").text
    assert "Where the value comes from" in text
    assert "Target of the letter: 120" in text
    assert "<svg" in text


def test_an_auditor_computes_an_edition_again(place: SiteUnderTest) -> None:
    with place.frame.read() as session:
        edition_id = session.scalars(select(Edition.id)).first()
    assert (
        "results are the same to the last digit"
        in as_(place, "auditor").get(f"/scoring/editions/{edition_id}").text
    )


def test_an_edition_says_what_the_version_that_runs_made_of_it(place: SiteUnderTest) -> None:
    with place.frame.write() as session:
        edition = session.scalars(select(Edition).where(Edition.approved_at.is_not(None))).first()
        assert edition is not None
        act = Act(SETUP, edition.computed_at)
        equal = recomputing.compute_again(session, edition)
        recomputing.record(session, act, edition.computed_at, [equal])
        address, number = f"/scoring/editions/{edition.id}", edition.number
    page = as_(place, "auditor").get(address).text
    assert f"Re-computed by version {software.version()} on " in page
    assert "the scores of all 6 units are equal." in page
    with place.frame.write() as session:
        one = recomputing.Difference("220102", "total", "98.4", "98.5")
        recomputing.record(session, act, act.at, [replace(equal, differences=(one,))])
        found, all_equal = announced_again(session) or ("", True)
        assert not all_equal
        assert f"1 of 1 announced editions differ, and stay as they were announced: 2012-01 ({number})." in str(found)
    page = as_(place, "auditor").get(address).text
    assert "1 result differs; the edition stays as it was announced." in page
    assert "<td>Delta County</td><td>Total</td><td>98.4</td><td>98.5</td>" in page


# --- periods -------------------------------------------------------------------------------------------------------


def test_a_period_shows_where_it_stands_and_its_windows(place: SiteUnderTest) -> None:
    text = as_(place, "office").get(f"/periods/{periods(place)['2012-03']}").text
    assert "heard on their provisional scores" in text
    assert "May object until" in text
    assert f"/periods/{periods(place)['2012-03']}/compute" in text
    plain = as_(place, "officer-220101").get(f"/periods/{periods(place)['2012-03']}").text
    assert "May object until" not in plain


def test_results_are_approved_only_when_everybody_was_heard(place: SiteUnderTest) -> None:
    leader = as_(place, "leader")
    where = f"/periods/{periods(place)['2012-03']}"
    assert "Units may object until" in leader.get(where).text
    assert leader.get(f"{where}/approve").status_code == 409
    assert as_(place, "office").get(f"{where}/approve").status_code == 403


def test_the_diary_is_moved_by_the_office_with_a_reason(place: SiteUnderTest) -> None:
    office = as_(place, "office")
    text = office.get("/diary?step=serve").text
    assert "Serve the provisional scores" in text
    entry = text.rsplit('href="/diary/', 1)[1].split('"')[0]
    assert "Move the step" in office.get(f"/diary/{entry}").text
    assert office.post(f"/diary/{entry}/move", {"due_at": "2013-03-01T09:00", "reason": ""}).status_code == 422
    moved = office.post(f"/diary/{entry}/move", {"due_at": "2013-03-01T09:00", "reason": "a holiday"})
    assert moved.status_code == 303
    leader = as_(place, "leader")
    assert "Move the step" not in leader.get(f"/diary/{entry}").text
    assert leader.post(f"/diary/{entry}/move", {"due_at": "2013-03-01T09:00", "reason": "r"}).status_code == 403


# --- bulletins -----------------------------------------------------------------------------------------------------


def test_a_bulletin_goes_from_draft_to_publication_by_its_buttons(place: SiteUnderTest) -> None:
    office, leader = as_(place, "office"), as_(place, "leader")
    where = f"/bulletins/{the_draft(place).id}"
    assert "is a draft" in office.get(where).text
    assert office.get(f"{where}/zh.pdf").data.startswith(b"%PDF")
    assert as_(place, "officer-220101").get(where).status_code == 404
    changed = dict.fromkeys(
        ("problems_zh", "problems_en", "addressees_zh", "addressees_en", "copies_zh", "copies_en"), ""
    )
    changed |= {"title_zh": "二月通报", "title_en": "February", "overall_zh": "一", "overall_en": "One"}
    changed |= {"requirements_zh": "整改 | 各县 | 2012-04-30", "requirements_en": "Remedy | counties | 2012-04-30"}
    office.get(f"{where}/edit")
    assert office.post(f"{where}/edit", {**changed, "overall_en": ""}).status_code == 422
    assert office.post(f"{where}/edit", {**changed, "requirements_en": ""}).status_code == 422
    assert office.post(f"{where}/edit", changed).status_code == 303
    assert "30 Apr 2012" in office.get(where).text
    assert office.post(f"{where}/submit").status_code == 303
    assert office.post(f"{where}/approve", {"seen_zh": "", "seen_en": ""}).status_code == 403
    leader.get(f"{where}/approve")
    assert leader.post(f"{where}/approve", {"seen_zh": "x", "seen_en": "y"}).status_code == 409
    bulletin = the_draft(place)
    seen = {"seen_zh": bulletin.body_zh, "seen_en": bulletin.body_en}
    assert leader.post(f"{where}/approve", seen).status_code == 303
    office.get(f"{where}/publish")
    assert office.post(f"{where}/publish").status_code == 303
    assert the_draft(place).state == "published"
    assert as_(place, "officer-220101").get(where).status_code == 200


def test_a_returned_bulletin_shows_the_remarks_and_its_number_as_unused(place: SiteUnderTest) -> None:
    office, leader = as_(place, "office"), as_(place, "leader")
    where = f"/bulletins/{the_draft(place).id}"
    office.get(f"{where}/submit")
    office.post(f"{where}/submit")
    leader.get(f"{where}/return_bulletin")
    assert leader.post(f"{where}/return_bulletin", {"reason": ""}).status_code == 422
    assert leader.post(f"{where}/return_bulletin", {"reason": "Name the body."}).status_code == 303
    assert "Name the body." in office.get(where).text
    assert "公通〔2012〕2号" in office.get("/bulletins").text


def test_anybody_checks_a_bulletin_by_number_or_file(place: SiteUnderTest, played: tuple[bytes, Path]) -> None:
    anybody = place.anonymous()
    assert "was published on" in anybody.get("/verify?number=公通〔2012〕1号").text
    assert "No bulletin 9 was published" in anybody.get("/verify?number=9").text
    assert "No bulletin 公通〔2012〕2号 was published" in anybody.get("/verify?number=公通〔2012〕2号").text
    with place.frame.read() as session:
        signed = session.scalars(select(Bulletin).order_by(Bulletin.id)).first()
    assert signed is not None
    content = FileStore(settings(played[1]).uploads).path(signed.signed_en).read_bytes()
    answer = anybody.post("/verify", {"file": (io.BytesIO(content), "b.pdf")})
    assert "as it was published" in answer.text
    changed = content[:-40] + bytes([content[-40] ^ 1]) + content[-39:]
    assert (
        "not a bulletin as it was published" in anybody.post("/verify", {"file": (io.BytesIO(changed), "b.pdf")}).text
    )
    assert anybody.post("/verify", {}).status_code == 422
    assert anybody.get("/verify/certificate.pem").data.startswith(b"-----BEGIN CERTIFICATE")
    assert anybody.get(f"/results/{signed.id}/zh.pdf").status_code == 404, "only where the installation is public"


def test_a_paper_with_a_character_that_no_font_has_is_refused_with_a_sentence(place: SiteUnderTest) -> None:
    with place.frame.write() as session:
        draft = session.scalars(select(Bulletin).where(Bulletin.state == "drafted")).one()
        draft.title_zh, number = "关于\ue123的通报", draft.id
    office = as_(place, "office")
    for answer in (office.get(f"/bulletins/{number}/zh.pdf"), office.post(f"/bulletins/{number}/submit")):
        assert answer.status_code == 409
        assert "No font at hand has \ue123 (U+E123), needed in: 关于\ue123的通报." in html.unescape(answer.text)
    assert office.get(f"/bulletins/{number}/en.pdf").status_code == 200
    with place.frame.read() as session:
        assert session.get_one(Bulletin, number).state == "drafted"


def test_the_office_sees_who_has_received_a_bulletin_and_who_has_not(place: SiteUnderTest) -> None:
    office, its_officer = as_(place, "office"), as_(place, "officer-220101")
    assert "6 of 6 have not received it yet." in office.get("/bulletins/1/receipts").text
    paper = re.search(r'href="(/delivery/\d+)">Sign for receipt', its_officer.get("/bulletins/1").text)
    assert paper is not None, "the unit's own people are asked to sign on the bulletin's page"
    its_officer.get(f"{paper[1]}/open_paper")
    its_officer.post(f"{paper[1]}/open_paper")
    (opened,) = rows_of(office, "opened")
    assert opened["Opened"]
    assert not opened["Received"]
    assert not opened["Signed for by"]
    its_officer.get(f"{paper[1]}/receive")
    its_officer.post(f"{paper[1]}/receive")
    page = office.get("/bulletins/1/receipts").text
    assert "5 of 6 have not received it yet." in page
    assert "1 of 6 units" in office.get("/bulletins/1").text
    assert f'href="{paper[1]}"' not in its_officer.get("/bulletins/1").text
    (received,) = rows_of(office, "received")
    assert received["Received"] > opened["In the inbox since"]
    assert received["Signed for by"]
    assert len(rows_of(office, "missing")) == 5
    assert its_officer.get("/bulletins/1/receipts").status_code == 403, "who else has signed is not a unit's business"
    for where in ("/bulletins/1", "/bulletins/1/receipts?sort=-served"):
        asked, _page = questions_of_the_page(place.frame.engine, office, where)
        assert len(asked) <= 8, "\n\n".join(asked)
        assert not any("FROM scorecard" in one for one in asked), "a text that was fixed needs no score"


def rows_of(browser: Browser, state: str) -> list[dict[str, str]]:
    """What the list of receipts hands out for this filter."""
    exported = browser.get(f"/bulletins/1/receipts?state={state}&as=csv").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(exported)))


def test_both_languages_are_drawn(place: SiteUnderTest) -> None:
    leader = as_(place, "leader")
    leader.client.set_cookie("language", "zh")
    why, where = card(place, "220101", "2012-03"), periods(place)["2012-03"]
    fixed = ("/scoring", "/scoring/scores", "/diary", "/bulletins", "/bulletins/1", "/bulletins/1/receipts", "/verify")
    for path in (*fixed, f"/scoring/scorecards/{why}?item=O1", f"/periods/{where}"):
        answer = leader.get(path)
        assert answer.status_code == 200, path
        assert 'lang="zh-Hans"' in answer.text


# --- tables of a country, here of five units -------------------------------------------------------------------------


@pytest.fixture
def long(place: SiteUnderTest, monkeypatch: pytest.MonkeyPatch) -> SiteUnderTest:
    """As if two units were many."""
    for module in ("scoring", "scoring_ranking"):
        monkeypatch.setattr(f"assessment.faces.web.pages.{module}.FEW", 2)
    return place


def units_shown(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]*/scorecards/\d+">([^<]+)</a>', text)


def test_a_long_ranking_is_read_page_by_page_and_written_whole(long: SiteUnderTest) -> None:
    leader = as_(long, "leader")
    whole = leader.get("/scoring?as=csv").data.decode("utf-8-sig").splitlines()[1:]
    first, second = leader.get("/scoring?group=counties").text, leader.get("/scoring?group=counties&page=2").text
    counties = [line for line in whole if "Count" in line]
    assert len(units_shown(first)) == len(units_shown(second)) == 2
    assert not set(units_shown(first)) & set(units_shown(second))
    assert f", {len(counties)} units" in first
    assert "Mean of 2" in first
    assert all(line.count(",") == whole[0].count(",") and not line.endswith(",") for line in whole)


def test_a_long_ranking_is_sorted_by_what_only_the_cards_hold(long: SiteUnderTest) -> None:
    leader = as_(long, "leader")
    up, down = (leader.get(f"/scoring?group=counties&sort={sort}item-B1&as=csv").data for sort in ("", "-"))
    marks = [float(row["B1"]) for row in csv.DictReader(io.StringIO(up.decode("utf-8-sig"))) if row["B1"]]
    assert marks == sorted(marks)
    assert len(marks) > 2
    assert up != down


def test_a_long_ranking_asks_the_marks_of_the_rows_it_shows_alone(long: SiteUnderTest) -> None:
    asked, page = questions_of_the_page(long.frame.engine, as_(long, "leader"), "/scoring")
    whole = [one for one in asked if "scorecard.items," in one and "scorecard.id IN" not in one]
    assert page.status_code == 200
    assert whole == []
    assert not any("edition.inputs," in one for one in asked)
    assert len(asked) <= 21


def test_the_list_of_scores_is_sorted_filtered_and_cut_by_the_database(place: SiteUnderTest) -> None:
    leader = as_(place, "leader")
    rows = list(csv.DictReader(io.StringIO(leader.get("/scoring/scores?as=csv&sort=-score").data.decode("utf-8-sig"))))
    totals = [float(row["Score"]) for row in rows if row["Score"]]
    assert totals == sorted(totals, reverse=True)
    assert len({row["Period"] for row in rows}) == 3
    gamma = leader.get("/scoring/scores?as=csv&q=GAMMA&period=2012-01").data.decode("utf-8-sig").splitlines()
    assert len(gamma) == 2
    assert "Gamma County" in gamma[1]
    asked, _ = questions_of_the_page(place.frame.engine, leader, "/scoring/scores")
    assert len(asked) <= 5
