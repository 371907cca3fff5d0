"""The clockwork: 1,000 entries, several processes, killed at random: none missed, none doubled."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.cycles import clockwork, tick
from assessment.cycles.clockwork import Step
from assessment.cycles.models import DiaryEntry, Heartbeat
from assessment.cycles.reconciliation import Reconciler
from assessment.foundation.actors import Act
from assessment.foundation.errors import NotNow
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import say
from support.clocks import PAST, chimed, each_once, plan, run_with_kills, seconds_to_catch_up, waiting
from support.ledger import Ledger


def test_of_a_thousand_entries_none_is_missed_and_none_doubled_under_kills(frame: Frame, database_url: str) -> None:
    plan(frame, 1000)
    run_with_kills(database_url, frame, kills=20)
    each_once(frame, 1000)


@pytest.mark.trust
def test_of_a_thousand_entries_none_is_missed_and_none_doubled_in_a_hundred_kills(
    frame: Frame, database_url: str, size: Callable[[int], int], ledger: Ledger
) -> None:
    count, on_one_writer = size(1000), frame.engine.dialect.name == "sqlite"
    plan(frame, count)
    kills = run_with_kills(database_url, frame, size(100), rings=0.15 if on_one_writer else 0.5)
    found = chimed(frame)
    missed, doubled = count - len(found), sum(number - 1 for number in found.values())
    plan(frame, count, "late")
    seconds = seconds_to_catch_up(database_url, frame)
    each_once(frame, 2 * count)
    ledger.note(
        "A2", "Every deadline has its effect exactly once, whatever is killed",
        f"{count:,} entries due, 4 clocks, {kills} of them killed at work; then {count:,} more while all are down",
        f"{missed} missed, {doubled} doubled, caught up in {seconds:.0f} s", "0, 0, 60 s",
        not missed and not doubled and seconds <= 60 and kills == size(100),
    )  # fmt: skip


@pytest.mark.postgres
def test_processes_beside_each_other_share_the_work(frame: Frame, database_url: str) -> None:
    plan(frame, 120)
    run_with_kills(database_url, frame, kills=3)
    each_once(frame, 120)


def test_an_entry_that_cannot_be_done_stays_due_and_says_why(frame: Frame) -> None:
    def refuse(session: object, entry: DiaryEntry, act: Act) -> None:
        raise NotNow(say("The scores are not computed yet."))

    plan(frame, 1)
    assert clockwork.run_due(frame, {"chime": Step("Chime", refuse)}) == 0
    with frame.read() as session:
        entry = session.scalars(select(DiaryEntry)).one()
        assert (entry.done_at, entry.attempts, entry.failure) == (None, 1, "The scores are not computed yet.")
        assert entry.not_before is not None


def test_what_is_not_due_yet_waits(frame: Frame) -> None:
    plan(frame, 1)
    with frame.write() as session:
        session.scalars(select(DiaryEntry)).one().due_at = datetime(2999, 1, 1, tzinfo=UTC)
    assert clockwork.run_due(frame, {}) == 0
    assert waiting(frame) == 1


def test_a_clock_says_that_it_is_alive(frame: Frame) -> None:
    clockwork.beat(frame, "clock-1")
    clockwork.beat(frame, "clock-1")
    with frame.read() as session:
        assert session.scalars(select(Heartbeat)).one().process == "clock-1"


def test_a_fact_that_cannot_be_reconciled_holds_up_nothing_else(
    frame: Frame, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(session: Session, act: Act) -> int:
        session.add(DiaryEntry(step="x", subject_kind="bell", subject_id="1", planned_at=PAST, due_at=PAST))
        raise NotNow(say("This one cannot be reconciled."))

    tick.settle(frame, Reconciler("Stumbling", stumble))
    assert "could not be reconciled: Stumbling" in caplog.text
    assert waiting(frame) == 0
