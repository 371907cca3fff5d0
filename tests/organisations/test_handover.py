"""Open work goes over with the post: to the successor where nothing bars, by the draw where a lot decided."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import services as cases
from assessment.accountability.models import Case
from assessment.foundation import audit, clock
from assessment.foundation.actors import Act
from assessment.foundation.errors import NotPermitted
from assessment.foundation.frame import Frame
from assessment.inspections.models import Visit, VisitInspector
from assessment.inspections.services import visits
from assessment.objections import services as objections
from assessment.objections.models import Objection, Outcome
from assessment.organisations import handover, services
from assessment.organisations.models import Holding, Person
from assessment.organisations.officers import officer_named
from support.example import copied, quick_engine
from support.objections import a_county, assigned
from support.organisations import NOW, TODAY, Province
from support.web import site


def holding_of(session: Session, person: Person) -> Holding:
    return session.scalars(select(Holding).where(Holding.person_id == person.id)).one()


def hand_over(province: Province, before: str, successor: str) -> None:
    session = province.session
    services.hand_over(
        session, holding_of(session, province.people[before]), province.act("ada", "administrator"),
        successor=province.person(successor), day=TODAY,
    )  # fmt: skip


def test_the_successor_decides_the_objection_and_answers_anew(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = assigned(session, province)
        objections.answer(session, one, province.act("rita"), number=1, outcome=Outcome.UPHELD, answer="True.")
        hand_over(province, "rita", "ruth")
        assert one.reviewer_id == province.people["ruth"].id
        assert [point.outcome for point in one.points] == [None, None]
    with frame.read() as session:
        assert audit.verify(session) == []
        assert session.scalar(select(audit.AuditRow.seq).where(audit.AuditRow.act == "pass_on")) is not None


def test_a_successor_whom_an_act_bars_is_refused_by_name_of_the_act_and_nothing_is_handed_over(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = assigned(session, province)
        number, one_id = one.number, one.id
        audit.record(session, province.act("ruth"), "verify", None, kind="x", touched=[("submission_value", 7)])
    with pytest.raises(NotPermitted, match=rf"{number} cannot go over .* Ruth had a hand .*“verify”"), \
            frame.write() as session:  # fmt: skip
        province.session = session
        hand_over(province, "rita", "ruth")
    with frame.read() as session:
        assert session.get_one(Objection, one_id).reviewer_id == province.people["rita"].id


@pytest.fixture
def stage(played: Path, tmp_path: Path) -> Iterator[Session]:
    engine = quick_engine(copied(played, tmp_path / "instance"))
    with Frame(engine).write() as session:
        yield session
    engine.dispose()


def admin(session: Session) -> Act:
    now = clock.business_now(session)
    return Act(officer_named(session, "admin", now.date()), now)


def test_a_lot_is_not_inherited_the_next_ticket_takes_the_place(stage: Session) -> None:
    query = select(VisitInspector).join(Visit, Visit.id == VisitInspector.visit_id)
    row = stage.scalars(query.where(Visit.state == "assigned", VisitInspector.replaced_at.is_(None))).first()
    if row is None:
        visit = stage.scalars(select(Visit)).first()
        assert visit is not None
        setattr(visit, "state", "assigned")  # noqa: B010 - as it was before it began
        stage.flush()
        row = stage.scalars(query.where(Visit.id == visit.id, VisitInspector.replaced_at.is_(None))).first()
    assert row is not None
    visit = stage.get_one(Visit, row.visit_id)
    assert visit in visits.drawn_for(stage, row.person_id)
    expected = visits._next_in_draw(stage, visit)
    stranger = stage.scalars(select(Person).where(Person.username == "auditor")).one()
    visits.pass_on(stage, visit, row.person_id, stranger.id, admin(stage))
    team = stage.scalars(select(VisitInspector).where(VisitInspector.visit_id == visit.id)).all()
    fresh = max(team, key=lambda one: one.id)
    assert row.replaced_at is not None
    assert row.reason
    assert fresh.code in expected
    assert stranger.id not in {one.person_id for one in team}


def test_an_investigation_goes_over_and_the_successor_declares_himself(stage: Session) -> None:
    case = stage.scalars(select(Case).where(Case.state == "notice_served")).first()
    assert case is not None
    before = case.investigators[0].person_id
    stranger = stage.scalars(select(Person).where(Person.username == "verifier")).one()
    assert case in cases.investigated_by(stage, before)
    cases.pass_on(stage, case, before, stranger.id, admin(stage))
    stage.flush()
    assert before not in {one.person_id for one in case.investigators}
    mine = next(one for one in case.investigators if one.person_id == stranger.id)
    assert mine.declared_at is None
    with pytest.raises(NotPermitted) as refused:
        cases.pass_on(stage, case, case.investigators[0].person_id, stranger.id, admin(stage))
    assert case.number not in str(refused.value.sentence)


def test_every_kind_of_work_that_is_bound_to_a_person_can_be_found() -> None:
    assert {bound.kind for bound in handover.kinds()} == {"objection", "visit", "accountability_case"}


def test_the_page_says_what_goes_over(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        clock.stand_at(session, NOW)
        province = a_county(session)
        assigned(session, province)
        province.officer("ada", "administrator")
        number, ada = holding_of(session, province.people["rita"]).id, province.people["ada"].id
    page = site(frame, tmp_path).browser(ada).get(f"/organisations/holdings/{number}/hand_over").text
    assert "Objections to decide: 1" in page


# --- people by file --------------------------------------------------------------------------------------------------

TABLE = """username,name,email,language,unit,title_zh,title_en,role,from,to
mei,Mei Lin,mei@example.org,zh,220101,经办人,Reporting officer,locality_officer,2012-01-01,
"""


def test_people_come_by_file_after_a_dry_run_and_every_fault_is_named(frame: Frame, tmp_path: Path) -> None:
    from io import BytesIO

    with frame.write() as session:
        clock.stand_at(session, NOW)
        province = a_county(session)
        province.officer("ada", "administrator")
        ada = province.people["ada"].id
    browser = site(frame, tmp_path).browser(ada)

    def send(text: str, **more: str) -> str:
        browser.get("/organisations/import/people")
        return browser.post(
            "/organisations/import/people", {"file": (BytesIO(text.encode()), "people.csv"), **more}
        ).text  # fmt: skip

    assert "1 new, 0 changed, 0 as before" in send(TABLE, dry_run="1")
    with frame.read() as session:
        assert session.scalar(select(Person.id).where(Person.username == "mei")) is None
    faulty = send(TABLE.replace("220101", "999999").replace("mei@example.org", "a@b;c@d"), dry_run="1")
    assert "is no mail address" in faulty
    assert re.search(r"[Rr]ow 2", faulty)
    send(TABLE)
    assert "0 new, 0 changed, 1 as before" in send(TABLE, dry_run="1")
    assert browser.get("/organisations/import/people.csv").text.lstrip("\ufeff").startswith("username,name,email")
