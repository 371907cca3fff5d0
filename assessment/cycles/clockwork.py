"""The clockwork: claims what is due and does it once, however many processes tick beside each other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assessment.cycles.models import DiaryEntry, Heartbeat
from assessment.foundation import clock
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.errors import Refusal
from assessment.foundation.frame import Frame

LOG = logging.getLogger(__name__)
PATIENCE = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))


@dataclass(frozen=True)
class Step:
    """What the clock does when an entry is due: its words in the diary, and the service."""

    label: str
    run: Callable[[Session, DiaryEntry, Act], None]


Steps = Mapping[str, Step]


def claim(session: Session, now: datetime) -> DiaryEntry | None:
    """The oldest entry that is due, locked until this transaction ends; SQLite's one writer locks them all."""
    return session.scalar(
        select(DiaryEntry)
        .where(DiaryEntry.done_at.is_(None), DiaryEntry.cancelled_at.is_(None), DiaryEntry.due_at <= now)
        .where(or_(DiaryEntry.not_before.is_(None), DiaryEntry.not_before <= clock.system_now()))
        .order_by(DiaryEntry.due_at, DiaryEntry.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def carry_out(session: Session, entry: DiaryEntry, steps: Steps, now: datetime) -> None:
    """Do one entry in this transaction: state, audit row and the mark that it is done stand or fall together."""
    steps[entry.step].run(session, entry, Act(CLOCK, now))
    entry.done_at = now
    entry.failure = ""
    session.flush()


def attempt(session: Session, entry: DiaryEntry, steps: Steps, now: datetime) -> bool:
    """Do one entry among others of the same transaction; one that is refused leaves no trace but its failure."""
    trail = session.info.setdefault("trail", [])
    written = len(trail)
    try:
        with session.begin_nested():
            carry_out(session, entry, steps, now)
    except Refusal as refusal:
        del trail[written:]
        leave_for_later(entry, str(refusal.sentence))
        session.flush()
        return False
    return True


def run_due(frame: Frame, steps: Steps) -> int:
    """Do everything that is due, one transaction each; returns how much was done."""
    done = 0
    while True:
        entry_id = 0
        try:
            with frame.write() as session:
                now = clock.business_now(session)
                entry = claim(session, now)
                if entry is None:
                    return done
                entry_id = entry.id
                carry_out(session, entry, steps, now)
            done += 1
        except Refusal as refusal:
            _put_back(frame, entry_id, str(refusal.sentence))
        except Exception as fault:
            if not entry_id:
                raise
            LOG.exception("diary entry %s could not be done", entry_id)
            _put_back(frame, entry_id, f"{type(fault).__name__}: {fault}")


def _put_back(frame: Frame, entry_id: int, failure: str) -> None:
    with frame.write() as session:
        leave_for_later(session.get_one(DiaryEntry, entry_id), failure)


def leave_for_later(entry: DiaryEntry, failure: str) -> None:
    """An entry that could not be done stays due; the clock leaves it alone for a while, and the diary says why."""
    entry.attempts += 1
    entry.failure = failure
    entry.not_before = clock.system_now() + PATIENCE[min(entry.attempts, len(PATIENCE)) - 1]


def beat(frame: Frame, process: str) -> None:
    """Say that this process is alive."""
    now = clock.system_now()
    with frame.write() as session:
        heart = session.get(Heartbeat, process)
        if heart is None:
            session.add(Heartbeat(process=process, started_at=now, ticked_at=now))
        else:
            heart.ticked_at = now
        for old in session.scalars(select(Heartbeat).where(Heartbeat.ticked_at < now - timedelta(days=1))):
            session.delete(old)
