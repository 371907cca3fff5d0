"""The played example: published sums, the whole trail, every bulletin on disk, something for everybody to do."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from assessment.bulletins import queries as bulletins
from assessment.bulletins.models import Bulletin
from assessment.demo.beginning import CODE
from assessment.demo.stage import FILES
from assessment.faces.web import pages, sessions
from assessment.faces.web.app import create_app
from assessment.foundation import audit, clock
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.paper.signature import check
from assessment.foundation.settings import Settings
from assessment.inspections.models import Finding, Visit
from assessment.organisations.duties import ROLES
from assessment.organisations.models import Person
from assessment.organisations.services.sign_ins import open_session
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, PeriodState, Programme
from assessment.remediation.models import Task
from assessment.rewards.models import Round
from assessment.scoring import queries as scoring
from assessment.scoring.models import Scorecard
from assessment.submissions.queries import validated_values
from support.example import copied, quick_engine, settings_of

PEOPLE = {
    "administrator": "admin.second", "assessment_office": "office", "leader": "leader",
    "supervision_office": "supervision", "locality_officer": "officer.220622", "data_provider": "provider",
    "verifier": "verifier", "review_officer": "reviewer", "legal_reviewer": "lawyer", "investigator": "investigator",
    "deciding_body": "decider", "auditor": "auditor",
}  # fmt: skip


@pytest.fixture(scope="module")
def settings(played: Path) -> Settings:
    return settings_of(played)


@pytest.fixture(scope="module")
def session(settings: Settings) -> Iterator[Session]:
    engine = quick_engine(settings)
    with Frame(engine).read() as found:
        yield found
    engine.dispose()


@pytest.fixture
def tampered(settings: Settings, tmp_path: Path) -> Iterator[Engine]:
    """A copy of the database to do wrong to."""
    path = tmp_path / "assessment.sqlite3"
    shutil.copyfile(settings.database_url.removeprefix("sqlite:///"), path)
    engine = quick_engine(settings_of(tmp_path))
    with engine.begin() as connection:  # whoever writes into the file can also take away what guards the trail
        for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield engine
    engine.dispose()


def period_of(session: Session, code: str, programme: str = CODE) -> Period:
    found = programmes.programme_by_code(session, programme)
    assert found is not None
    period = programmes.period_by_code(session, found.id, code)
    assert period is not None
    return period


# --- the published figures -------------------------------------------------------------------------------------------


def test_the_counties_sum_to_the_published_figures(session: Session) -> None:
    """Over the leaves: a prefecture's value is the roll-up of its counties."""
    period = period_of(session, "2012-10")
    leaves = {one.unit_id for one in programmes.assessed_units(session, period) if one.is_leaf}
    values = validated_values(session, period.id)

    def total(code: str) -> Decimal:
        return sum((values[unit][code].number or Decimal(0) for unit in leaves), Decimal(0))

    assert len(leaves) == 60
    assert (total("cameras_new"), total("cameras_all"), total("centres_online")) == (66_974, 287_000, 88)
    assert total("highway_planned") == 385
    assert total("highway_progress") / 385 * 100 == Decimal("91.5")
    assert (total("cases_by_video"), total("suspects"), total("help_occasions")) == (974, 428, 1_346)


def test_the_letters_promise_fifty_thousand_cameras(session: Session) -> None:
    period = period_of(session, "2012-10")
    targets = programmes.targets_on(session, period.programme_id, period.last_day)
    units = programmes.assessed_units(session, period)
    for level in (True, False):
        terms = [targets[one.unit_id]["cameras_new"].term for one in units if one.is_leaf == level]
        assert sum(term for term in terms if term is not None) == 50_000
    assert len(targets) == 69


def test_4545_hazards_were_found_in_300_visits_and_are_closed(session: Session) -> None:
    spring = select(Visit.id).where(Visit.number.like("DC-2012-01-%"))
    confirmed = select(Finding.id).where(Finding.visit_id.in_(spring), Finding.state == "confirmed")
    assert session.scalar(select(func.count()).select_from(spring.subquery())) == 300
    assert session.scalar(select(func.count()).select_from(confirmed.subquery())) == 4_545
    spring_tasks = select(Task.state, func.count()).where(Task.number.like("ZG-DC-2012-01-%")).group_by(Task.state)
    states = dict(session.execute(spring_tasks).all())
    assert states == {"closed": 4_545}


def test_the_split_is_labelled_illustrative_and_the_real_table_is_not(session: Session) -> None:
    found = {one.code: (one.is_example, one.is_illustrative) for one in session.scalars(select(Programme))}
    assert found == {CODE: (True, True), "sichuan-disclosure": (True, False)}


def test_sichuans_totals_and_ranks_are_the_published_ones_with_the_tie_at_nine(session: Session) -> None:
    edition = scoring.edition_in_force(session, period_of(session, "2011", "sichuan-disclosure").id)
    assert edition is not None
    cards = {card.name_zh: (card.total, card.rank) for card in scoring.league_table(session, edition.id)}
    with (FILES / "sichuan-2011.csv").open(encoding="utf-8-sig") as file:
        published = {row["unit_zh"]: (Decimal(row["total_100"]), int(row["rank"])) for row in csv.DictReader(file)}
    assert cards == published
    assert len(cards) == 21
    assert sorted(rank for _, rank in cards.values() if rank is not None)[8:11] == [9, 9, 11]


# --- where everything stands -----------------------------------------------------------------------------------------


def test_nine_months_and_two_quarters_are_published_and_the_rest_is_where_it_should_be(session: Session) -> None:
    states = {one.code: one.state for one in programmes.periods(session, period_of(session, "2012-10").programme_id)}
    published = (PeriodState.PUBLISHED, PeriodState.CONSEQUENCES, PeriodState.CLOSED)
    done = {code for code, state in states.items() if state in published}
    assert done == {*(f"2012-{month:02d}" for month in range(1, 10)), "2012-Q1", "2012-Q2"}
    assert states["2012-Q3"] == states["2012-10"] == PeriodState.OBJECTIONS
    assert clock.business_now(session).isoformat() == "2012-11-13T01:00:00+00:00"


def test_the_second_quarters_grant_is_in_publicity_until_the_day_after(session: Session) -> None:
    waiting = session.scalars(select(Round).where(Round.state == "publicity")).one()
    assert waiting.publicity_until is not None
    assert waiting.publicity_until.isoformat() == "2012-11-14T15:59:59+00:00"
    assert sum(award.amount for award in waiting.awards) == 2_500


def test_later_tasks_are_open_and_some_are_overdue(session: Session) -> None:
    waiting = session.scalars(select(Task).where(Task.state.not_in(["closed", "withdrawn"]))).all()
    overdue = [task for task in waiting if task.due_at < clock.business_now(session) and task.reported_at is None]
    assert len(waiting) > len(overdue) > 0


@pytest.fixture(scope="module")
def home_of(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The first page, as somebody sees it."""
    settings = copied(played, tmp_path_factory.mktemp("site") / "instance")
    engine = quick_engine(settings)
    frame = Frame(engine)
    app = create_app(settings, frame, rooms=pages.found())

    def seen(username: str) -> str:
        token = sessions.new_token()
        with frame.write() as session:
            person = session.scalars(select(Person).where(Person.username == username)).one()
            now = clock.system_now()
            open_session(session, person, token=token, source="127.0.0.1", now=now, proved_at=now)
        client = app.test_client()
        client.set_cookie(sessions.COOKIE, token)
        answer = client.get("/", headers={"Accept": "text/html"})
        assert answer.status_code == 200, answer.text
        return answer.text

    yield seen
    engine.dispose()


@pytest.mark.parametrize("role", ROLES)
def test_everybody_finds_something_to_do(home_of: Callable[[str], str], role: str) -> None:
    seen = 'class="panel"' if role == "auditor" else 'id="asked"'  # who only reads is asked nothing
    assert any(seen in home_of(name) for name in some_of(role))


def some_of(role: str) -> list[str]:
    """Who has the role; of the many teams and localities a few."""
    if role in PEOPLE:
        return [PEOPLE[role]]
    word = {"team_leader": "team.leader", "team_member": "team.member"}.get(role)
    if word:
        return [f"{word}.{number}" for number in range(1, 11)]
    return ["head.220422", "head.220802", "head.222406"]


# --- papers on disk --------------------------------------------------------------------------------------------------


def test_twelve_bulletins_lie_in_the_folder_signed_and_whole(session: Session, settings: Settings) -> None:
    folder = settings.documents / "bulletins"
    published = session.scalars(select(Bulletin).where(Bulletin.state == "published")).all()
    assert len(published) == 12
    names = {f"{bulletins.file_stem(one.number)}.{language}.pdf" for one in published for language in ("zh", "en")}
    assert {path.name for path in folder.iterdir()} == names
    assert len(names) == 24
    store, certificate = FileStore(settings.uploads), (settings.keys / "signing-certificate.pem").read_bytes()
    for one in published:
        for body, signed in ((one.body_zh, one.signed_zh), (one.body_en, one.signed_en)):
            assert store.check(body)
            assert store.check(signed)
            with store.open(body) as first, store.open(signed) as second:
                assert second.read().startswith(first.read())
    assert check((folder / min(names)).read_bytes(), certificate).intact


# --- the trail -------------------------------------------------------------------------------------------------------


def test_no_bulletin_and_none_of_its_data_names_a_person(session: Session, settings: Settings) -> None:
    """Bodies are ranked, not persons; the example's people bear their posts as names."""
    names = ["".join(name.split()) for name in session.scalars(select(Person.name))]
    newest = sorted(settings.documents.glob("bulletins/*.pdf"))[-4:]
    assert newest
    assert len(names) > 100
    for path in newest:
        paper = PdfReader(path)
        data = "".join(content.decode("utf-8") for some in paper.attachments.values() for content in some)
        said = "".join("".join(page.extract_text() for page in paper.pages).split()) + "".join(data.split())
        assert not [name for name in names if name in said], path.name


def test_the_trail_of_the_whole_example_verifies_with_every_bulletins_head(session: Session) -> None:
    heads = session.scalars(select(Bulletin.audit_head).where(Bulletin.audit_head != "")).all()
    assert len(heads) == 12
    assert audit.verify(session, heads) == []


def found_wrong(engine: Engine, *wrongs: str) -> list[str]:
    """What the verifier says after these have been done behind the application's back."""
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        for wrong in wrongs:
            assert connection.execute(text(wrong)).rowcount
    with Frame(engine).read() as session:
        return audit.verify(session)


def test_a_score_changed_in_the_database_is_found_and_named(tampered: Engine) -> None:
    with Frame(tampered).read() as session:
        card = session.scalars(select(Scorecard).order_by(Scorecard.id.desc()).limit(1)).one().id
    said = found_wrong(tampered, f"UPDATE scorecard SET total = '100' WHERE id = {card}")
    assert [sentence for sentence in said if f"scorecard {card} was changed" in sentence]


def test_a_deleted_value_is_found_and_named(tampered: Engine) -> None:
    """By its own name where an act set it alone; with the others of its report where one act set them all."""
    with Frame(tampered).read() as session:
        names = session.scalars(select(audit.AuditRef.record_id).where(audit.AuditRef.kind == "submission_value")).all()
    lot = next(one for one in names if "-" in one)
    first = lot.partition("-")[0]
    lots = [range(int(start), int(end) + 1) for start, dash, end in (one.partition("-") for one in names) if dash]
    alone = next(one for one in names if "-" not in one and not any(int(one) in numbers for numbers in lots))
    said = found_wrong(tampered, f"DELETE FROM submission_value WHERE id IN ({alone}, {first})")
    assert set(said) == {
        f"submission_value {alone} was removed behind the trail.",
        f"submission_value {lot}: one of them was changed, added or removed behind the trail.",
    }


def test_a_changed_byte_of_the_trail_is_found_and_named(tampered: Engine) -> None:
    said = found_wrong(tampered, "UPDATE audit_row SET reason = reason || '.' WHERE seq = 500")
    assert said
    assert "500" in said[0]


def test_a_deleted_act_is_found_and_named(tampered: Engine) -> None:
    gone = [f"DELETE FROM {table} WHERE seq = 600" for table in ("audit_ref", "audit_body", "audit_row")]
    assert any("600" in sentence for sentence in found_wrong(tampered, *gone))


def test_a_cut_tail_is_found_with_the_head_of_an_old_bulletin(tampered: Engine) -> None:
    with tampered.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        for table in ("audit_ref", "audit_body", "audit_row"):
            connection.execute(text(f"DELETE FROM {table} WHERE seq >= (SELECT max(seq) - 400 FROM audit_row)"))
    with Frame(tampered).read() as session:
        heads = session.scalars(select(Bulletin.audit_head).where(Bulletin.audit_head != "")).all()
        assert any(heads[-1][:8] in sentence for sentence in audit.verify(session, heads))
