"""Deadlines: what counts as in time, more time, levels of escalation, letters, second looks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from assessment.delivery.queries import due_to_be_deemed
from assessment.delivery.services import deem_received
from assessment.foundation import audit
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted, Refusal
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.programmes.rules.conditions import parse_trigger
from assessment.remediation import queries, services
from assessment.remediation.rules import Clocks, Report, Rung, is_further, level_reached
from support import remediation as given
from support.remediation import DAY_AFTER, LATER, unit

DUE = datetime(2012, 10, 10, 15, 59, 59, tzinfo=UTC)
BEFORE, AFTER = DUE - timedelta(days=1), DUE + timedelta(days=1)
SEED = "27182818284590452353"


# --- rules -----------------------------------------------------------------------------------------------------------


def test_the_units_clock_stops_when_it_reports() -> None:
    clocks = Clocks(DUE, [Report(BEFORE)])
    assert clocks.in_time(AFTER)
    assert not clocks.is_overdue(AFTER)


def test_a_report_that_was_returned_is_no_report() -> None:
    clocks = Clocks(DUE, [Report(BEFORE, returned_at=DUE)])
    assert clocks.in_time(BEFORE)
    assert clocks.is_overdue(AFTER)
    assert clocks.is_unanswered(AFTER)


def test_a_late_report_stays_late() -> None:
    clocks = Clocks(DUE, [Report(AFTER)])
    assert clocks.is_overdue(AFTER)
    assert not clocks.is_unanswered(AFTER)


def test_nothing_is_overdue_before_its_deadline_or_after_it_was_withdrawn() -> None:
    assert not Clocks(DUE).is_overdue(DUE)
    assert not Clocks(DUE, withdrawn_at=BEFORE).is_overdue(AFTER)


def rung(level: str, when: str) -> Rung:
    return Rung(level, Bilingual(level, level), parse_trigger(when))


LADDER = (rung("blue", "days_to_due <= 3"), rung("yellow", "days_overdue >= 1"), rung("red", "days_overdue >= 10"))


@pytest.mark.parametrize(
    ("days", "level"), [(-4, None), (-3, "blue"), (0, "blue"), (1, "yellow"), (9, "yellow"), (10, "red")]
)
def test_a_level_follows_from_age(days: int, level: str | None) -> None:
    found = level_reached(LADDER, date(2012, 10, 10), date(2012, 10, 10) + timedelta(days=days))
    assert (found and found.level) == level


def test_a_level_is_taken_once() -> None:
    assert is_further(LADDER, LADDER[1], "blue")
    assert not is_further(LADDER, LADDER[1], "yellow")


# --- counts ----------------------------------------------------------------------------------------------------------


def test_counts_stand_on_lists_of_tasks_by_deadline(frame: Frame) -> None:
    with frame.write() as session:
        world, (minor, major) = given.issued(session)
        given.closed(world, minor)
        session.flush()
        ids = [minor.unit_id]
        at = datetime(2013, 1, 1, tzinfo=UTC)
        october = queries.counted(session, ids, date(2012, 10, 1), date(2012, 10, 31), at)
        december = queries.counted(session, ids, date(2012, 12, 1), date(2012, 12, 31), at)
    assert october[ids[0]].ids("remediation.due") == october[ids[0]].ids("remediation.closed_in_time") == (minor.id,)
    assert december[ids[0]].ids("remediation.overdue_major") == (major.id,)


def test_the_list_shows_what_is_overdue_first(frame: Frame) -> None:
    with frame.write() as session:
        _, (minor, major) = given.issued(session)
        at = minor.due_at + timedelta(days=1)
        lines = queries.tasks(session, queries.Filter(frozenset({minor.unit_id})), at)
        assert [(line.id, line.is_overdue) for line in lines] == [(minor.id, True), (major.id, False)]
        assert queries.overdue(session, at) == [minor]


def test_the_clock_receives_tasks_whose_notice_is_deemed_received(frame: Frame) -> None:
    at = given.ISSUED + timedelta(days=10)
    with pytest.raises(NotNow), frame.write() as session:
        given.issued(session)
        waiting = queries.to_be_received(session, queries.notices_to_be_received(session))
        services.receive_all(session, waiting, Act(CLOCK, DAY_AFTER))
    with frame.write() as session:
        _, tasks = given.issued(session)
        deem_received(session, due_to_be_deemed(session, at), Act(CLOCK, at))
        waiting = queries.to_be_received(session, queries.notices_to_be_received(session))
        services.receive_all(session, waiting, Act(CLOCK, at))
        assert {task.state for task in tasks} == {"received"}
        assert all(task.received_at < at for task in tasks)


# --- more time -------------------------------------------------------------------------------------------------------


def test_an_extension_granted_by_somebody_else_moves_the_deadline(frame: Frame) -> None:
    with frame.write() as session:
        world, (minor, _) = given.issued(session)
        until = minor.due_at + timedelta(days=10)
        asked = services.ask_extension(session, [minor], unit(world, minor, LATER, "洪水"), until)
        session.flush()
        with pytest.raises(Refusal):
            services.grant_extension(session, asked, unit(world, minor, LATER))
        services.grant_extension(session, asked, world.act("office", LATER))
        assert (minor.due_at, minor.first_due_at) == (until, until - timedelta(days=10))
    with frame.read() as session:
        assert audit.verify(session) == []


def test_a_refused_extension_leaves_the_deadline(frame: Frame) -> None:
    with frame.write() as session:
        world, (minor, _) = given.issued(session)
        before = minor.due_at
        asked = services.ask_extension(session, [minor], unit(world, minor, LATER, "洪水"), before + timedelta(days=9))
        session.flush()
        services.refuse_extension(session, asked, world.act("office", LATER, "理由不足"))
        assert minor.due_at == before


def test_more_time_for_a_major_task_is_asked_twenty_working_days_before(frame: Frame) -> None:
    with frame.write() as session:
        world, (_, major) = given.issued(session)
        too_late = major.ask_extension_by + timedelta(days=1)
        assert too_late < major.due_at
        with pytest.raises(NotNow):
            services.ask_extension(
                session, [major], unit(world, major, too_late, "洪水"), major.due_at + timedelta(days=9)
            )


def test_an_extension_granted_elsewhere_reaches_its_task(frame: Frame) -> None:
    from assessment.delivery.services import grant_extension

    with frame.write() as session:
        world, (minor, _) = given.issued(session)
        until = minor.due_at + timedelta(days=10)
        asked = services.ask_extension(session, [minor], unit(world, minor, LATER, "洪水"), until)
        session.flush()
        grant_extension(session, asked, world.act("office", LATER))
        session.flush()
        assert services.take_over_extensions(session, Act(CLOCK, LATER)) == 1
        assert services.take_over_extensions(session, Act(CLOCK, LATER)) == 0
        assert minor.due_at == until


# --- escalation ------------------------------------------------------------------------------------------------------


def test_a_person_raises_a_task_to_the_level_reached_and_only_once(frame: Frame) -> None:
    with frame.write() as session:
        world, (minor, _) = given.issued(session)
        late = minor.due_at + timedelta(days=2)
        assert [(one.task, one.rung.level) for one in queries.prompts(session, late)] == [(minor, "yellow")]
        services.escalate(session, minor, world.act("office", late))
        session.flush()
        assert minor.escalated_to == "yellow"
        with pytest.raises(NotNow):
            services.escalate(session, minor, world.act("office", late))


def test_the_unit_escalates_nothing(frame: Frame) -> None:
    with frame.write() as session:
        world, (minor, _) = given.issued(session)
        with pytest.raises(NotPermitted):
            services.escalate(session, minor, unit(world, minor, minor.due_at + timedelta(days=2)))


def test_an_accepted_excuse_stops_escalation(frame: Frame) -> None:
    with frame.write() as session:
        world, (minor, _) = given.issued(session)
        late = minor.due_at + timedelta(days=2)
        services.accept_excuse(session, minor, world.act("office", late, "供货商停产"))
        assert queries.prompts(session, late) == []
        with pytest.raises(NotNow, match=r"excuse|no further"):
            services.escalate(session, minor, world.act("office", late))
        with pytest.raises(NotNow, match="excuse"):
            services.accept_excuse(session, minor, world.act("office", late, "又一个"))


# --- letters ---------------------------------------------------------------------------------------------------------


def test_a_supervision_letter_is_answered_returned_answered_and_closed(frame: Frame) -> None:
    with frame.write() as session:
        world, (minor, _) = given.issued(session)
        office = world.act("office", DAY_AFTER, "请补充")
        letter = services.issue_supervision_letter(session, office, task=minor, number="DB-1", demand="说明原因")
        theirs = unit(world, minor, LATER)
        with pytest.raises(NotNow):
            services.answer_letter(session, letter, theirs, "正在办理")
        with pytest.raises(NotPermitted):
            services.receive_letter(session, letter, given.outsider(world, minor, LATER))
        services.receive_letter(session, letter, theirs)
        assert letter.answer_by is not None
        with pytest.raises(Invalid):
            services.answer_letter(session, letter, theirs, " ")
        services.answer_letter(session, letter, theirs, "正在办理")
        with pytest.raises(NotPermitted):
            services.accept_answer(session, letter, theirs)
        services.return_answer(session, letter, office)
        with pytest.raises(NotNow):
            services.accept_answer(session, letter, office)
        services.answer_letter(session, letter, theirs, "月底完成")
        with pytest.raises(NotNow):
            services.close_letter(session, letter, office)
        with pytest.raises(Invalid):
            services.return_answer(session, letter, world.act("office", LATER))
        services.accept_answer(session, letter, office)
        services.close_letter(session, letter, office)
        assert letter.state == "closed"


def test_no_letter_is_written_about_a_closed_task(frame: Frame) -> None:
    with frame.write() as session:
        world, (minor, _) = given.issued(session)
        given.closed(world, minor)
        with pytest.raises(NotNow):
            services.issue_supervision_letter(
                session, world.act("office", LATER), task=minor, number="DB-1", demand="说明原因"
            )


# --- second looks ----------------------------------------------------------------------------------------------------


def test_a_second_look_is_frozen_drawn_looked_at_and_closed(frame: Frame) -> None:
    with frame.write() as session:
        world, tasks = given.issued(session, 6)
        for task in tasks:
            if not task.needs_plan:
                given.closed(world, task) if task.state == "issued" else _on(world, task)
        session.flush()
        office, inspector = world.act("office", LATER), world.act("inspector-4", LATER)
        with pytest.raises(Invalid):
            services.freeze_second_look(session, office, unit_id=world.unit_id("22"), number="HT-1", size=99)
        look = services.freeze_second_look(session, office, unit_id=world.unit_id("22"), number="HT-1", size=2)
        session.flush()
        with pytest.raises(Invalid):
            services.draw_second_look(session, look, office, "123")
        with pytest.raises(NotPermitted):
            services.draw_second_look(session, look, inspector, SEED)
        services.draw_second_look(session, look, office, SEED)
        session.flush()
        with pytest.raises(NotNow):
            services.draw_second_look(session, look, office, SEED)
        drawn = [task.id for _, task in queries.roll_of(session, look.id, drawn_only=True)]
        assert len(drawn) == 2
        with pytest.raises(NotNow):
            services.close_second_look(session, look, office)
        with pytest.raises(Invalid):
            services.look_again(session, look, inspector, drawn[0], holds=False)
        with pytest.raises(NotPermitted):
            services.look_again(session, look, unit(world, tasks[0], LATER), drawn[0], holds=True)
        services.look_again(session, look, inspector, drawn[0], holds=False, note="仍未更换")
        services.look_again(session, look, inspector, drawn[1], holds=True)
        session.flush()
        services.close_second_look(session, look, office)
        assert look.state == "closed"
        with pytest.raises(NotNow):
            services.look_again(session, look, inspector, drawn[1], holds=True)


def _on(world: given.Campaigning, task: given.Task) -> None:
    """The rest of the road of a task that was received with its notice."""
    services.start_work(world.session, task, unit(world, task))
    services.report_done(world.session, task, unit(world, task, LATER), given.done())
    services.recheck(world.session, task, world.act(given.recheckers(world, task), LATER))
    services.close_task(world.session, task, world.act("office", LATER))
