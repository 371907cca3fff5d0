"""The outbox: queued with the act, claimed with a lease, one effect."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from assessment.foundation import clock, outbox
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import Delivery, OutboxItem


def queue(frame: Frame, *keys: str) -> None:
    with frame.write() as session:
        for key in keys:
            outbox.enqueue(session, "mail", key, {"to": key})


def test_the_same_key_is_sent_once(frame: Frame) -> None:
    queue(frame, "reminder/1", "reminder/2", "reminder/1")
    sent: list[str] = []
    assert outbox.work(frame, {"mail": lambda item: sent.append(item.key) or "sent"}) == 2  # type: ignore[func-returns-value]
    queue(frame, "reminder/1")
    assert outbox.work(frame, {"mail": lambda item: "again"}) == 0
    assert sent == ["reminder/1", "reminder/2"]


def test_a_failure_is_kept_and_tried_again_later(frame: Frame) -> None:
    queue(frame, "a")

    def refuse(item: Delivery) -> str:
        raise OSError("mail server down")

    assert outbox.work(frame, {"mail": refuse}) == 0
    with frame.write() as session:
        item = session.scalars(select(OutboxItem)).one()
        assert item.failure == "OSError: mail server down"
        assert item.not_before > clock.system_now()
        item.not_before = clock.system_now() - timedelta(seconds=1)
    assert outbox.work(frame, {"mail": lambda item: "sent"}) == 1
    with frame.read() as session:
        item = session.scalars(select(OutboxItem)).one()
        assert (item.result, item.failure, item.attempts) == ("sent", "", 2)


def test_a_leased_item_is_left_alone_until_the_lease_ends(frame: Frame) -> None:
    queue(frame, "a")
    with frame.write() as session:
        session.scalars(select(OutboxItem)).one().leased_until = clock.system_now() + timedelta(minutes=1)
    assert outbox.work(frame, {"mail": lambda item: "sent"}) == 0
    with frame.write() as session:
        session.scalars(select(OutboxItem)).one().leased_until = clock.system_now() - timedelta(seconds=1)
    assert outbox.work(frame, {"mail": lambda item: "sent"}) == 1


def test_what_is_rolled_back_is_never_sent(frame: Frame) -> None:
    with pytest.raises(RuntimeError), frame.write() as session:
        outbox.enqueue(session, "mail", "a", {})
        raise RuntimeError
    assert outbox.work(frame, {"mail": lambda item: "sent"}) == 0
