"""The outbox: mail and documents leave through rows of the act's own transaction, each with one effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String, Text, insert, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from assessment.foundation import clock
from assessment.foundation.db import Base
from assessment.foundation.frame import Frame

LEASE = timedelta(minutes=5)
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))


class Undeliverable(Exception):
    """What a handler raises when trying again would help nothing: the item ends, with why, until somebody sends it
    again."""


class OutboxItem(Base):
    """One thing to be sent or made. Its key is what makes doing it twice have one effect.

    It waits while ``done_at`` is empty; afterwards ``failure`` says why it was given up, or is empty.
    """

    __tablename__ = "outbox_item"
    __table_args__ = (Index("ix_outbox_item_waiting", "done_at", "not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str] = mapped_column(Text, default="")


def enqueue(session: Session, kind: str, key: str, payload: Mapping[str, Any]) -> bool:
    """Queue one item in this transaction; False when the same key is queued already, whatever became of it."""
    if session.scalar(select(OutboxItem.id).where(OutboxItem.key == key)) is not None:
        return False
    now = clock.system_now()
    session.add(OutboxItem(kind=kind, key=key, payload=dict(payload), created_at=now, not_before=now))
    session.flush()
    return True


@dataclass(frozen=True)
class Delivery:
    """A claimed item as its handler sees it."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    attempts: int = 1


Handler = Callable[[Delivery], str]
"""Does the work outside any transaction and says in a few words what it did; raises when it could not."""


def work(frame: Frame, handlers: Mapping[str, Handler], limit: int = 100) -> int:
    """Claim and carry out what waits; returns how many were done. Any number of processes may do this at once."""
    done = 0
    for _ in range(limit):
        delivery = _claim(frame, tuple(handlers))
        if delivery is None:
            break
        try:
            result = handlers[delivery.kind](delivery)
        except Undeliverable as fault:
            _settle(frame, delivery.id, failure=str(fault), is_final=True)
        except Exception as fault:  # noqa: BLE001 - whatever a mail server or a disk throws is kept on the row and retried
            _settle(frame, delivery.id, failure=f"{type(fault).__name__}: {fault}")
        else:
            _settle(frame, delivery.id, result=result)
            done += 1
    return done


def _claim(frame: Frame, kinds: tuple[str, ...]) -> Delivery | None:
    now = clock.system_now()
    with frame.write() as session:
        item = session.scalar(
            select(OutboxItem)
            .where(OutboxItem.kind.in_(kinds), OutboxItem.done_at.is_(None), OutboxItem.not_before <= now)
            .where(or_(OutboxItem.leased_until.is_(None), OutboxItem.leased_until < now))
            .order_by(OutboxItem.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if item is None:
            return None
        item.leased_until = now + LEASE
        item.attempts += 1
        return Delivery(item.id, item.kind, item.key, item.payload, item.attempts)


def _settle(frame: Frame, item_id: int, *, result: str = "", failure: str = "", is_final: bool = False) -> None:
    now = clock.system_now()
    with frame.write() as session:
        item = session.get_one(OutboxItem, item_id)
        item.leased_until = None
        item.failure = failure
        if is_final:
            item.done_at = now
        elif failure:
            item.not_before = now + BACKOFF[min(item.attempts, len(BACKOFF)) - 1]
        else:
            item.done_at, item.result = now, result


def send_again(item: OutboxItem) -> None:
    """Let an item go out once more, now, with as much patience as the first time."""
    now = clock.system_now()
    item.done_at, item.leased_until, item.not_before = None, None, now
    item.attempts, item.failure, item.result = 0, "", ""


def enqueue_many(session: Session, kind: str, items: Mapping[str, Mapping[str, Any]]) -> int:
    """Queue many by key in this transaction, but none twice; returns how many are new."""
    known: set[str] = set()
    keys = sorted(items)
    for start in range(0, len(keys), 500):
        known |= set(session.scalars(select(OutboxItem.key).where(OutboxItem.key.in_(keys[start : start + 500]))))
    now = clock.system_now()
    rows = [
        {
            "kind": kind, "key": key, "payload": dict(items[key]), "created_at": now, "not_before": now,
            "attempts": 0, "failure": "", "result": "",
        }
        for key in keys
        if key not in known
    ]  # fmt: skip
    if rows:
        session.execute(insert(OutboxItem), rows)
    return len(rows)
