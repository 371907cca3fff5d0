"""A task from issue to closure: who may take which step, and what a step asks for."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from assessment.foundation.errors import Invalid, NotNow, NotPermitted, Refusal
from assessment.foundation.frame import Frame
from assessment.inspections.models import Finding
from assessment.inspections.queries import teams_of
from assessment.inspections.services import overturn_finding
from assessment.organisations.officers import officer_on
from assessment.remediation import queries, services
from assessment.remediation.models import Task
from assessment.remediation.services import Done, NewPlan
from support import remediation as given
from support.remediation import LATER, PLAN, Campaigning, unit

REASON = "见附件"


@pytest.fixture
def stage(frame: Frame) -> object:
    """(session, world, minor task, major task)."""
    with frame.write() as session:
        world, tasks = given.issued(session)
        yield session, world, tasks[0], tasks[1]


Stage = tuple[Session, Campaigning, Task, Task]


def test_a_minor_task_goes_its_road_without_a_plan(stage: Stage) -> None:
    _, world, minor, _ = stage
    given.closed(world, minor)
    assert (minor.state, minor.closed_in_time) == ("closed", True)


def test_a_major_task_goes_its_road_with_a_plan(stage: Stage) -> None:
    session, world, _, major = stage
    given.closed(world, major)
    assert major.state == "closed"
    assert queries.plan_of(session, major.id) is not None


def test_receiving_one_task_receives_the_whole_notice(stage: Stage) -> None:
    session, world, minor, major = stage
    given.received(world, minor)
    session.flush()
    assert {minor.state, major.state} == {"received"}


def test_only_the_unit_signs_for_its_notice(stage: Stage) -> None:
    session, world, minor, _ = stage
    with pytest.raises(NotPermitted):
        services.receive(session, minor, given.outsider(world, minor))


def test_work_on_a_major_task_waits_for_an_accepted_plan(stage: Stage) -> None:
    session, world, _, major = stage
    given.received(world, major)
    with pytest.raises(NotNow, match="accepted plan"):
        services.start_work(session, major, unit(world, major))


@pytest.mark.parametrize("missing", ["measures", "money", "person", "safeguards"])
def test_a_plan_names_all_five_things(stage: Stage, missing: str) -> None:
    session, world, _, major = stage
    given.received(world, major)
    facts = {**PLAN.__dict__, missing: " "}
    with pytest.raises(Invalid) as refusal:
        services.file_plan(session, major, unit(world, major), NewPlan(**facts))
    assert missing in refusal.value.fields


def test_a_plan_ends_before_the_task_is_due(stage: Stage) -> None:
    session, world, _, major = stage
    given.received(world, major)
    late = NewPlan(**{**PLAN.__dict__, "deadline": date(2013, 6, 1)})
    with pytest.raises(Invalid, match="extension"):
        services.file_plan(session, major, unit(world, major), late)


def test_a_returned_plan_is_filed_again(stage: Stage) -> None:
    session, world, _, major = stage
    given.received(world, major)
    services.file_plan(session, major, unit(world, major), PLAN)
    services.return_plan(session, major, world.act("office", LATER, REASON))
    services.file_plan(session, major, unit(world, major, LATER), PLAN)
    assert (major.state, queries.plan_of(session, major.id).turn) == ("plan_filed", 2)


def test_a_plan_is_not_returned_without_a_reason(stage: Stage) -> None:
    session, world, _, major = stage
    given.received(world, major)
    services.file_plan(session, major, unit(world, major), PLAN)
    with pytest.raises(Invalid):
        services.return_plan(session, major, world.act("office", LATER))


def test_the_unit_does_not_accept_its_own_plan(stage: Stage) -> None:
    session, world, _, major = stage
    given.received(world, major)
    services.file_plan(session, major, unit(world, major), PLAN)
    with pytest.raises(NotPermitted):
        services.accept_plan(session, major, unit(world, major))


@pytest.mark.parametrize(
    "done",
    [
        Done(LATER.date(), []),
        Done(LATER.date(), [given.shot(taken_on=LATER.date() - timedelta(days=1))]),
        Done(LATER.date() + timedelta(days=1), [given.shot(taken_on=LATER.date() + timedelta(days=1))]),
        Done(LATER.date(), [given.shot(taken_on=LATER.date() + timedelta(days=1))]),
        Done(date(2012, 9, 1), [given.shot()]),
    ],
    ids=["none", "taken before the fix", "fixed tomorrow", "taken tomorrow", "fixed before the notice"],
)
def test_a_report_shows_the_fix_by_evidence_taken_after_it(stage: Stage, done: Done) -> None:
    session, world, minor, _ = stage
    given.working(world, minor)
    with pytest.raises(Invalid):
        services.report_done(session, minor, unit(world, minor, LATER), done)


def test_nobody_reports_before_work_has_started(stage: Stage) -> None:
    session, world, minor, _ = stage
    with pytest.raises(NotNow):
        services.report_done(session, minor, unit(world, minor, LATER), given.done())


def test_the_unit_does_not_recheck_itself(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.reported_done(world, minor)
    with pytest.raises(NotPermitted):
        services.recheck(session, minor, unit(world, minor, LATER))


def test_whoever_recorded_the_finding_does_not_close_its_task(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.rechecked(world, minor)
    recorder = int(session.get_one(Finding, int(minor.origin_id)).recorded_by.removeprefix("person:"))
    act = type(world.act("office"))(officer_on(session, recorder, LATER.date()), LATER)
    with pytest.raises(NotNow, match="recorded the finding"):
        services.close_task(session, minor, act)


def test_neither_of_the_pair_that_inspected_closes_its_task(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.rechecked(world, minor)
    finding = session.get_one(Finding, int(minor.origin_id))
    pair = teams_of(session, [finding.visit_id])[finding.visit_id]
    assert minor.found_by.split() == [member.key for member in pair]
    second = next(member for member in pair if member.key != finding.recorded_by)
    act = type(world.act("office"))(officer_on(session, second.person_id, LATER.date()), LATER)
    with pytest.raises(NotNow, match="You inspected where task"):
        services.close_task(session, minor, act)


def test_whoever_holds_a_post_at_the_unit_does_not_close_its_task(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.rechecked(world, minor)
    code = next(code for code, one in world.province.units.items() if one.id == minor.unit_id)
    world.province.officer("office", "locality_officer", code)
    with pytest.raises(NotNow, match="holds a post"):
        services.close_task(session, minor, world.act("office", LATER))


def test_whoever_reported_the_fix_does_not_close_it_from_another_post(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.rechecked(world, minor)
    code = next(code for code, one in world.province.units.items() if one.id == minor.unit_id)
    world.province.officer(f"officer-{code}", "supervision_office", "22")
    with pytest.raises(NotNow, match="hand in the fix"):
        services.close_task(session, minor, unit(world, minor, LATER))


def test_a_task_is_not_closed_before_it_was_looked_at_again(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.reported_done(world, minor)
    with pytest.raises(NotNow):
        services.close_task(session, minor, world.act("office", LATER))


def test_a_returned_task_is_reported_again(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.reported_done(world, minor)
    services.return_task(session, minor, world.act("office", LATER, REASON))
    assert minor.reported_at is None
    services.report_done(session, minor, unit(world, minor, LATER), given.done())
    assert [one.returned_at is not None for one in queries.reports_of(session, minor.id)] == [True, False]


def test_only_the_supervision_returns_a_task_and_with_a_reason(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.reported_done(world, minor)
    with pytest.raises(NotPermitted):
        services.return_task(session, minor, unit(world, minor, LATER, REASON))
    with pytest.raises(Invalid):
        services.return_task(session, minor, world.act("office", LATER))


def test_a_reopened_task_keeps_its_number_and_counts_once_more(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.closed(world, minor)
    number, due_at = minor.number, LATER + timedelta(days=30)
    services.reopen(session, minor, world.act("office", LATER, REASON), due_at)
    assert (minor.number, minor.state, minor.reopen_count, minor.due_at) == (number, "returned", 1, due_at)
    assert minor.closed_at is None


def test_an_open_task_is_not_reopened(stage: Stage) -> None:
    session, world, minor, _ = stage
    with pytest.raises(NotNow):
        services.reopen(session, minor, world.act("office", LATER, REASON), LATER + timedelta(days=30))


def test_a_reopened_task_gets_a_deadline_in_the_future(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.closed(world, minor)
    with pytest.raises(Invalid):
        services.reopen(session, minor, world.act("office", LATER, REASON), LATER)


def test_a_false_closure_is_kept_counted_and_reopens(stage: Stage) -> None:
    session, world, minor, _ = stage
    given.closed(world, minor)
    made = services.establish_false_closure(
        session, minor, world.act("office", LATER, REASON), LATER + timedelta(days=30)
    )
    session.flush()
    found = queries.counted(session, [minor.unit_id], date(2012, 10, 1), date(2012, 10, 31), LATER)[minor.unit_id]
    assert found.ids("remediation.false_closures") == (made.id,)
    with pytest.raises(NotNow):
        services.establish_false_closure(session, minor, world.act("office", LATER, REASON), LATER + timedelta(days=30))


def test_a_withdrawn_task_counts_nowhere(stage: Stage) -> None:
    session, world, minor, major = stage
    overturn_finding(session, session.get_one(Finding, int(minor.origin_id)), world.act("office", LATER, REASON))
    session.flush()
    assert minor.state == "withdrawn"
    found = queries.counted(session, [minor.unit_id], date(2012, 10, 1), date(2012, 12, 31), LATER)[minor.unit_id]
    assert found.ids("remediation.due") == (major.id,)
    with pytest.raises(NotNow):
        services.withdraw(session, minor, world.act("office", LATER, REASON))


def test_a_task_falls_with_its_finding_and_by_no_stroke_of_a_pen(stage: Stage) -> None:
    session, world, minor, major = stage
    with pytest.raises(NotNow, match="when its finding falls"):
        services.withdraw(session, minor, world.act("office", LATER, REASON))
    with pytest.raises(NotNow, match="when its finding falls"):
        services.withdraw_all(session, [minor, major], world.act("office", LATER, REASON))
    overturn_finding(session, session.get_one(Finding, int(minor.origin_id)), world.act("office", LATER, REASON))
    with pytest.raises(NotNow, match=f"Task {major.number}"):
        services.withdraw(session, major, world.act("office", LATER, REASON))


def test_the_unit_does_not_withdraw_its_task(stage: Stage) -> None:
    session, world, minor, _ = stage
    with pytest.raises(NotPermitted):
        services.withdraw(session, minor, unit(world, minor, LATER, REASON))


def test_tasks_at_different_steps_are_not_moved_by_one_act(stage: Stage) -> None:
    session, world, minor, major = stage
    given.working(world, minor)
    with pytest.raises(Refusal):
        services.report_done_all(session, [minor, major], unit(world, minor, LATER), given.done())
