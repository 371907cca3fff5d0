"""Clocks as processes of their own over one diary: each entry rings a bell once, whoever is killed while it rings."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select

from assessment.cycles.models import DiaryEntry
from assessment.foundation import audit
from assessment.foundation.audit import AuditRef
from assessment.foundation.frame import Frame

PAST = datetime(2012, 1, 1, tzinfo=UTC)

WORKER = """
import sys
import time
from assessment.cycles import clockwork
from assessment.cycles.clockwork import Step
from assessment.foundation import audit
from assessment.foundation.db import make_engine
from assessment.foundation.frame import Frame
import assessment.organisations.models

def chime(session, entry, act):
    audit.record(session, act, "chime", entry)
    session.flush()
    time.sleep(float(sys.argv[2]))

clockwork.run_due(Frame(make_engine(sys.argv[1])), {"chime": Step("Chime", chime)})
"""


def plan(frame: Frame, count: int, subject: str = "bell") -> None:
    with frame.write() as session:
        session.execute(
            insert(DiaryEntry),
            [
                {
                    "step": "chime", "subject_kind": subject, "subject_id": str(n), "planned_at": PAST,
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


def run_with_kills(url: str, frame: Frame, kills: int, processes: int = 4, rings: float = 0) -> int:
    """Until all is done; returns how many were killed. ``rings``: the seconds that each transaction takes."""
    chance, left = random.Random(2012), kills
    running: list[subprocess.Popen] = []
    limit = time.monotonic() + 240 + 6 * kills
    while waiting(frame) and time.monotonic() < limit:
        while len(running) < processes:
            running.append(subprocess.Popen([sys.executable, "-c", WORKER, url, str(rings)]))
        time.sleep(chance.uniform(0.3, 0.9))
        if left:
            victim = chance.choice(running)
            os.kill(victim.pid, signal.SIGKILL)
            left -= 1
        for process in [one for one in running if one.poll() is not None]:
            running.remove(process)
    for process in running:
        process.wait(timeout=60)
    return kills - left


def seconds_to_catch_up(url: str, frame: Frame) -> float:
    """From the start of one clock, after all were down, until nothing is due."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", WORKER, url, "0"], check=True, timeout=600)
    assert not waiting(frame)
    return time.monotonic() - begun
