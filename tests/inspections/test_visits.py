"""From the team to settled findings: who may do what at a visit, and what follows from it."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments.models import Adjustment
from assessment.delivery.queries import papers_about
from assessment.delivery.services import receive
from assessment.foundation import audit
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.inspections import queries, services
from assessment.inspections.models import Stance, Visit
from assessment.inspections.services import Decision, NewComment, NewFinding
from assessment.organisations.officers import officer_on
from assessment.programmes.services import plan_periods
from assessment.remediation.models import Notice, Task
from support import inspections as given
from support.inspections import Campaigning

REASON = "理由"
Stage = tuple[Session, Campaigning, Visit]


@pytest.fixture
def stage(frame: Frame) -> object:
    """(session, world, first visit), the campaign under way."""
    with frame.write() as session:
        world = given.make_campaigning(session)
        yield session, world, given.under_way(world)[0]


def outside_the_team(world: Campaigning, visit: Visit) -> str:
    team = {member.person_id for member in queries.teams_of(world.session, [visit.id])[visit.id]}
    return next(f"inspector-{n}" for n in range(1, 5) if world.province.person(f"inspector-{n}").id not in team)


def member_of(world: Campaigning, visit: Visit) -> object:
    """One of the team who does not lead it."""
    member = next(one for one in queries.teams_of(world.session, [visit.id])[visit.id] if not one.is_leader)
    return type(world.act("office"))(officer_on(world.session, member.person_id, given.START.date()), given.START)


# --- at the visit ----------------------------------------------------------------------------------------------------


def test_only_the_team_begins_a_visit(stage: Stage) -> None:
    session, world, visit = stage
    with pytest.raises(NotNow, match="not on the team"):
        services.begin_visit(session, visit, world.act(outside_the_team(world, visit)))
    with pytest.raises(NotPermitted):
        services.begin_visit(session, visit, world.officer_of(visit.unit_id))
    services.begin_visit(session, visit, world.leader_of(visit))
    assert (visit.state, visit.visited_on) == ("under_way", given.START.date())


def test_findings_are_recorded_by_the_team_while_under_way(stage: Stage) -> None:
    session, world, visit = stage
    new = NewFinding(world.items[1].id, "机柜2", Bilingual("电池缺失", "Battery missing"))
    with pytest.raises(NotNow):
        services.record_finding(session, visit, world.leader_of(visit), new)
    services.begin_visit(session, visit, world.leader_of(visit))
    with pytest.raises(NotNow, match="not on the team"):
        services.record_finding(session, visit, world.act(outside_the_team(world, visit)), new)
    made = services.record_finding(session, visit, member_of(world, visit), new)
    assert (made.severity, made.points, made.clause, made.number) == ("major", Decimal(2), "art. 21", 1)


@pytest.mark.parametrize(
    "facts",
    [{"place": " "}, {"description": Bilingual("", " ")}, {"item_id": 999}, {"points": Decimal(-1)}],
    ids=["no place", "no words", "another list", "negative"],
)
def test_a_finding_says_what_and_exactly_where(stage: Stage, facts: dict[str, object]) -> None:
    session, world, visit = stage
    services.begin_visit(session, visit, world.leader_of(visit))
    given_facts = {"item_id": world.items[0].id, "place": "机柜", "description": Bilingual("脏", "dirty"), **facts}
    with pytest.raises(Invalid):
        services.record_finding(session, visit, world.leader_of(visit), NewFinding(**given_facts))


def test_the_leader_signs_off_the_report_and_it_is_served(stage: Stage) -> None:
    session, world, visit = stage
    given.with_findings(world, visit)
    with pytest.raises((NotPermitted, NotNow)):
        services.report(session, visit, member_of(world, visit))
    services.report(session, visit, world.leader_of(visit))
    assert [paper.unit_id for paper in papers_about(session, ("visit", visit.id))] == [visit.unit_id]


def test_a_no_show_is_replaced_by_the_next_ticket_with_a_reason(stage: Stage) -> None:
    session, world, visit = stage
    team = queries.teams_of(session, [visit.id])[visit.id]
    gone = next(one for one in team if not one.is_leader)
    with pytest.raises(Invalid):
        services.replace_inspector(session, visit, world.act("office"), gone.person_id)
    with pytest.raises(NotPermitted):
        services.replace_inspector(session, visit, world.leader_of(visit).because(REASON), gone.person_id)
    fresh = services.replace_inspector(session, visit, world.act("office", reason=REASON), gone.person_id)
    now = {one.person_id for one in queries.teams_of(session, [visit.id])[visit.id]}
    assert fresh.person_id in now
    assert gone.person_id not in now
    services.begin_visit(session, visit, world.leader_of(visit))
    with pytest.raises(NotNow):
        services.replace_inspector(session, visit, world.act("office", reason=REASON), fresh.person_id)


# --- comment and settle ----------------------------------------------------------------------------------------------


def received(world: Campaigning, visit: Visit) -> None:
    paper = papers_about(world.session, ("visit", visit.id))[0]
    receive(world.session, paper, world.officer_of(visit.unit_id, given.SERVED))


def test_findings_are_not_settled_while_the_unit_may_still_comment(stage: Stage) -> None:
    session, world, visit = stage
    given.reported(world, visit)
    with pytest.raises(NotNow, match="has not been received"):
        services.settle(session, visit, world.act("colleague", given.SERVED))
    received(world, visit)
    with pytest.raises(NotNow, match="may comment"):
        services.settle(session, visit, world.act("colleague", given.SERVED))


def test_only_the_unit_comments_and_only_in_time(stage: Stage) -> None:
    session, world, visit = stage
    findings = given.reported(world, visit)
    says = {findings[0].id: NewComment(Stance.ACCEPTED)}
    with pytest.raises(NotPermitted):
        services.comment(session, visit, world.leader_of(visit), says)
    received(world, visit)
    with pytest.raises(NotNow, match="that is over"):
        services.comment(session, visit, world.officer_of(visit.unit_id, given.AFTER_COMMENTS), says)
    with pytest.raises(Invalid):
        services.comment(session, visit, world.officer_of(visit.unit_id, given.SERVED))
    with pytest.raises(Invalid):
        services.comment(
            session, visit, world.officer_of(visit.unit_id, given.SERVED), {findings[0].id: NewComment(Stance.DISPUTED)}
        )
    services.comment(session, visit, world.officer_of(visit.unit_id, given.SERVED), says)
    assert visit.state == "commented"


def test_what_is_disputed_is_answered_before_it_is_settled(stage: Stage) -> None:
    session, world, visit = stage
    kept, dropped = given.reported(world, visit)
    received(world, visit)
    says = {one.id: NewComment(Stance.DISPUTED, "已更换") for one in (kept, dropped)}
    services.comment(session, visit, world.officer_of(visit.unit_id, given.SERVED), says)
    colleague = world.act("colleague", given.SERVED)
    with pytest.raises(NotNow, match="disputes"):
        services.settle(session, visit, colleague)
    services.settle(
        session, visit, colleague,
        {kept.id: Decision("confirm", "发票日期在检查之后"), dropped.id: Decision("drop", "照片属实")},
    )  # fmt: skip
    session.flush()
    assert (kept.state, kept.answer, dropped.state) == ("confirmed", "发票日期在检查之后", "dropped")
    assert [task.origin_id for task in session.scalars(select(Task))] == [str(kept.id)]


def test_a_finding_is_amended_with_a_reason_before_it_is_settled(stage: Stage) -> None:
    session, world, visit = stage
    finding = given.reported(world, visit, 1)[0]
    at = given.after_comments(world)
    with pytest.raises(Invalid):
        services.amend_finding(session, finding, world.act("colleague", at), points=Decimal(1))
    with pytest.raises(Invalid):
        services.amend_finding(session, finding, world.act("colleague", at, REASON), severity="unknown")
    because = world.act("colleague", at, REASON)
    services.amend_finding(session, finding, because, severity="major", points=Decimal("1.5"))
    services.answer_comment(session, finding, world.act("colleague", at, REASON))
    services.settle(session, visit, world.act("colleague", at))
    session.flush()
    with pytest.raises(NotNow):
        services.amend_finding(session, finding, world.act("colleague", at, REASON), points=Decimal(1))
    with pytest.raises(NotNow):
        services.answer_comment(session, finding, world.act("colleague", at, REASON))
    with pytest.raises(NotNow):
        services.drop_finding(session, finding, world.act("colleague", at, REASON))
    assert session.scalar(select(Task)).is_major


def test_settling_issues_a_notice_with_a_task_for_each_finding(stage: Stage) -> None:
    session, world, visit = stage
    findings = given.reported(world, visit, 3)
    services.settle(session, visit, world.act("colleague", given.after_comments(world)))
    session.flush()
    tasks = session.scalars(select(Task).order_by(Task.id)).all()
    assert [task.origin_id for task in tasks] == [str(one.id) for one in findings]
    assert [task.is_major for task in tasks] == [False, True, False]
    notice = session.scalar(select(Notice))
    assert (notice.origin_kind, notice.origin_id) == ("visit", str(visit.id))
    assert len(papers_about(session, ("notice", notice.id))) == 1


def test_points_are_proposed_and_nothing_more(stage: Stage) -> None:
    session, world, visit = stage
    plan_periods(session, world.act("assessor"), world.version)
    findings = given.reported(world, visit, 3)
    services.settle(session, visit, world.act("colleague", given.after_comments(world)))
    session.flush()
    proposed = session.scalars(select(Adjustment)).all()
    found = [(one.origin_id, one.points, one.state) for one in proposed]
    assert found == [(str(findings[1].id), Decimal(2), "proposed")]


def test_inspectors_may_not_settle_their_own_findings(stage: Stage) -> None:
    session, world, visit = stage
    given.reported(world, visit)
    at = given.after_comments(world)
    leader = next(one for one in queries.teams_of(session, [visit.id])[visit.id] if one.is_leader)
    name = next(name for name, person in world.province.people.items() if person.id == leader.person_id)
    with pytest.raises(NotPermitted):
        services.settle(session, visit, world.act(name, at))
    world.province.officer(name, "supervision_office", "22")
    with pytest.raises(NotNow, match="You inspected"):
        services.settle(session, visit, world.act(name, at))


def test_the_trail_holds_what_was_settled(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        visits = given.under_way(world)
        for visit in visits:
            given.reported(world, visit)
        services.settle_all(session, visits, world.act("colleague", given.after_comments(world)))
    with frame.read() as session:
        assert audit.verify(session) == []


# --- afterwards ------------------------------------------------------------------------------------------------------


def settled(world: Campaigning, visit: Visit) -> None:
    given.reported(world, visit, 1)
    services.settle(world.session, visit, world.act("colleague", given.after_comments(world)))
    world.session.flush()


def test_a_visit_is_closed_when_its_tasks_have_ended(stage: Stage) -> None:
    session, world, visit = stage
    settled(world, visit)
    with pytest.raises(NotNow, match="still open"):
        services.close_visit(session, visit, world.act("colleague", given.AFTER_COMMENTS))


def test_an_overturned_finding_takes_its_task_with_it(stage: Stage) -> None:
    session, world, visit = stage
    settled(world, visit)
    finding = queries.findings_of(session, [visit.id])[visit.id][0]
    with pytest.raises(Invalid):
        services.overturn_finding(session, finding, world.act("colleague", given.AFTER_COMMENTS))
    services.overturn_finding(session, finding, world.act("colleague", given.AFTER_COMMENTS, REASON))
    session.flush()
    assert (finding.state, session.scalar(select(Task)).state) == ("dropped", "withdrawn")
    with pytest.raises(NotNow):
        services.overturn_finding(session, finding, world.act("colleague", given.AFTER_COMMENTS, REASON))
    services.close_visit(session, visit, world.act("colleague", given.AFTER_COMMENTS))


def test_a_reinspection_is_linked_to_the_first_visit(stage: Stage) -> None:
    session, world, visit = stage
    with pytest.raises(NotNow):
        services.plan_reinspection(session, visit, world.act("office"))
    settled(world, visit)
    with pytest.raises(NotPermitted):
        services.plan_reinspection(session, visit, world.leader_of(visit))
    again = services.plan_reinspection(session, visit, world.act("office"))
    assert (again.re_inspects_id, again.state) == (visit.id, "assigned")
    assert queries.teams_of(session, [again.id])[again.id]


def test_the_unit_sees_a_visit_once_its_report_is_served(stage: Stage) -> None:
    _, world, visit = stage
    officer = world.officer_of(visit.unit_id).by
    assert not queries.may_see_visit(officer, visit)
    given.reported(world, visit)
    assert queries.may_see_visit(officer, visit)
