"""The state of the installation as numbers for Prometheus: what waits, how long, and what is late; nobody's data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assessment.cycles.models import DiaryEntry
from assessment.cycles.queries import last_tick
from assessment.delivery.models import ON_ITS_WAY, Paper
from assessment.faces.backups.making import age_of_backup, newest
from assessment.foundation import clock, schema, software
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import OutboxItem
from assessment.foundation.settings import Settings

CONTENT_TYPE = CONTENT_TYPE_LATEST
Gauge = GaugeMetricFamily


def text_of(requests: CollectorRegistry, frame: Frame, settings: Settings) -> bytes:
    """What the process has counted, then what the database says now."""
    state = CollectorRegistry()
    state.register(State(frame, settings))
    return generate_latest(requests) + generate_latest(state)


class State(Collector):
    """Asked anew at every look, by a few counts over indexed columns."""

    def __init__(self, frame: Frame, settings: Settings) -> None:
        self.frame, self.settings = frame, settings

    def describe(self) -> list[Gauge]:
        return []  # else the registry would ask the database to learn the names

    def collect(self) -> Iterator[Gauge]:
        build = Gauge("five_measures_build_info", "Which software this is", labels=("version", "schema"))
        build.add_metric((software.version(), schema.expected()), 1)
        yield build
        yield from self._backups()
        try:
            with self.frame.read() as session:
                found = list(of_database(session))
        except SQLAlchemyError:
            found = []
        yield _one("five_measures_database_up", "Whether the database answers", float(bool(found)))
        yield from found

    def _backups(self) -> Iterator[Gauge]:
        age, last = age_of_backup(self.settings), newest(self.settings)
        if age is not None:
            yield _one("five_measures_backup_age_seconds", "Age of the newest backup, or of the instance without one",
                       age.total_seconds())  # fmt: skip
        if last is not None:
            yield _one("five_measures_backup_bytes", "Size of the newest backup", last.stat().st_size)


def of_database(session: Session) -> Iterator[Gauge]:
    system, business = clock.system_now(), clock.business_now(session)
    yield _one("five_measures_database_bytes", "Size of the database", _size(session))
    ticked = last_tick(session)
    if ticked is not None:
        age = (system - ticked).total_seconds()
        yield _one("five_measures_clock_beat_age_seconds", "Since a clock last ticked", age)
    waiting = select(OutboxItem.kind, func.count(), func.min(OutboxItem.created_at)).group_by(OutboxItem.kind)
    undone = waiting.where(OutboxItem.done_at.is_(None))
    yield from _queue(session, "outbox", "Waiting to be sent or made", "kind", undone, system)
    failing = undone.where(OutboxItem.failure != "")
    yield _counted(session, "outbox_failing", "Waiting after an attempt that failed", failing)
    given_up = waiting.where(OutboxItem.done_at.is_not(None), OutboxItem.failure != "")
    yield _counted(session, "outbox_given_up", "Given up, until somebody sends them again", given_up)
    papers = select(Paper.kind, func.count(), func.min(Paper.available_at)).group_by(Paper.kind)
    on_its_way = papers.where(Paper.state.in_([state.value for state in ON_ITS_WAY]))
    yield from _queue(session, "papers", "Papers not yet received", "kind", on_its_way, business)
    due = select(DiaryEntry.step, func.count(), func.min(DiaryEntry.due_at)).group_by(DiaryEntry.step)
    late = due.where(DiaryEntry.done_at.is_(None), DiaryEntry.cancelled_at.is_(None), DiaryEntry.due_at <= business)
    yield from _queue(session, "diary", "Due in the diary and not done", "step", late, business)


Rows = Select[Any, Any, Any]


def _queue(session: Session, name: str, what: str, label: str, query: Rows, now: datetime) -> Iterator[Gauge]:
    """How many wait and how long the oldest has, by kind."""
    count = Gauge(f"five_measures_{name}_waiting", what, labels=(label,))
    oldest = Gauge(f"five_measures_{name}_oldest_seconds", f"{what}: the oldest", labels=(label,))
    for kind, number, since in session.execute(query):
        count.add_metric((kind,), number)
        oldest.add_metric((kind,), (now - since).total_seconds())
    yield count
    yield oldest


def _counted(session: Session, name: str, what: str, query: Rows) -> Gauge:
    found = Gauge(f"five_measures_{name}", what, labels=("kind",))
    for kind, number, _since in session.execute(query):
        found.add_metric((kind,), number)
    return found


def _one(name: str, what: str, value: float) -> Gauge:
    return Gauge(name, what, value=value)


def _size(session: Session) -> int:
    if session.get_bind().dialect.name == "postgresql":
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    pages, size = session.scalar(text("PRAGMA page_count")), session.scalar(text("PRAGMA page_size"))
    return int(pages or 0) * int(size or 0)
