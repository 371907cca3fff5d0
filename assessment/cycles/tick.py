"""The tick: APScheduler only wakes this up; what is due lies in the database."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.orm import Session

from assessment.cycles import clockwork
from assessment.cycles.reconciliation import RECONCILERS, Reconciler, reconcile
from assessment.cycles.steps import STEPS
from assessment.foundation import clock, outbox
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.frame import Frame

LOG = logging.getLogger(__name__)
EVERY = 20
"""Seconds between two ticks; catching up after a restart takes one."""

EVERY_BESIDE = 300

Handlers = Mapping[str, outbox.Handler]


def tick(frame: Frame, handlers: Handlers) -> None:
    """Do what is due, give facts their consequences, send what waits, and say that this process is alive."""
    beat(frame)
    clockwork.run_due(frame, STEPS)
    for one in RECONCILERS:
        settle(frame, one)
    outbox.work(frame, handlers)


def beat(frame: Frame) -> None:
    clockwork.beat(frame, f"{socket.gethostname()}:{os.getpid()}")


def settle(frame: Frame, one: Reconciler) -> None:
    """One kind of fact in a transaction of its own: where it fails, the others and what waits to be sent go on."""
    try:
        with frame.write() as session:
            one.run(session, Act(CLOCK, clock.business_now(session)))
    except Exception:
        LOG.exception("could not be reconciled: %s", one.label)


def catch_up(session: Session, now: datetime) -> int:
    """In one transaction, everything that is due at a moment: how the examples' clock is moved."""
    done = 0
    while (entry := clockwork.claim(session, now)) is not None:
        done += clockwork.attempt(session, entry, STEPS, now)
    return done + reconcile(session, Act(CLOCK, now))


def start(frame: Frame, handlers: Handlers, beside: Callable[[], object] = lambda: None) -> BackgroundScheduler:
    """In-memory jobs of one process, the tick and what may take minutes (a backup) and must not keep it waiting. Their
    job store is never the truth: it loses and doubles jobs."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    now = clock.system_now()
    scheduler.add_job(tick, "interval", args=(frame, handlers), seconds=EVERY, jitter=3, next_run_time=now)
    scheduler.add_job(beat, "interval", args=(frame,), seconds=EVERY)  # also while a tick takes minutes
    scheduler.add_job(beside, "interval", seconds=EVERY_BESIDE, jitter=30, next_run_time=now)
    scheduler.start()
    return scheduler
