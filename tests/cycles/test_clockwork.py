"""The clockwork: 1,000 entries, several processes, killed at random: none missed, none doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from assessment.cycles import clockwork, tick
from assessment.cycles.clockwork import Step
from assessment.cycles.models import DiaryEntry, Heartbeat
from assessment.cycles.reconciliation import Reconciler
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.audit import AuditRef
from assessment.foundation.errors import NotNow
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import say

PAST = datetime(2012, 1, 1, tzinfo=UTC)

WORKER = """
import sys
from assessment.cycles import clockwork
from assessment.cycles.clockwork import Step
from assessment.foundation import audit
from assessment.foundation.db import make_engine
from assessment.foundation.frame import Frame
import assessment.organisations.models

def chime(session, entry, act):
    audit.record(session, act, "chime", entry)

clockwork.run_due(Frame(make_engine(sys.argv[1])), {"chime": Step("Chime", chime)})
"""


def plan(frame: Frame, count: int, step: str = "chime") -> None:
    with frame.write() as session:
        session.execute(
            insert(DiaryEntry),
            [
                {
                    "step": step, "subject_kind": "bell", "subject_id": str(n), "planned_at": PAST,
                    "due_at": PAST + timedelta(minutes=n), "is_provisional": False, "attempts": 0, "failure": "",
                }
                for n in range(count)
            ],
        )  # fmt: skip


def waiting(frame: Frame) -> int:
    with frame.read() as session:
        return session.scalar(select(func.count()).select_from(DiaryEntry).where(DiaryEntry.done_at.is_(None))) or 0


def chimed(frame: Frame) -> Counter[str]:
    with frame.read() as session:
        return Counter(session.scalars(select(AuditRef.record_id).where(AuditRef.kind == "diary_entry")))


def each_once(frame: Frame, count: int) -> None:
    found = chimed(frame)
    assert len(found) == count
    assert set(found.values()) == {1}
    with frame.read() as session:
        assert audit.verify(session) == []


def run_with_kills(url: str, frame: Frame, kills: int, processes: int = 4) -> None:
    chance = random.Random(2012)
    running: list[subprocess.Popen] = []
    limit = time.monotonic() + 240
    while waiting(frame) and time.monotonic() < limit:
        while len(running) < processes:
            running.append(subprocess.Popen([sys.executable, "-c", WORKER, url]))
        time.sleep(chance.uniform(0.3, 0.9))
        if kills:
            victim = chance.choice(running)
            os.kill(victim.pid, signal.SIGKILL)
            kills -= 1
        for process in [one for one in running if one.poll() is not None]:
            running.remove(process)
    for process in running:
        process.wait(timeout=60)


def test_of_a_thousand_entries_none_is_missed_and_none_doubled_under_kills(frame: Frame, database_url: str) -> None:
    plan(frame, 1000)
    run_with_kills(database_url, frame, kills=20)
    each_once(frame, 1000)


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
