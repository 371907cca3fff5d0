"""What became of mail, and letting one go out again."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.foundation import audit, mail, outbox
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.i18n import N_, say
from assessment.foundation.outbox import OutboxItem
from assessment.organisations.duties import Duty
from assessment.organisations.models import Person


class MailState(StrEnum):
    """What became of a message; computed from its row of the outbox."""

    WAITING = "waiting"
    RETRYING = "retrying"
    SENT = "sent"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    MailState.WAITING: N_("Waits to be sent"),
    MailState.RETRYING: N_("Tried, and tried again"),
    MailState.SENT: N_("Sent"),
    MailState.FAILED: N_("Given up"),
}


def state_of(item: OutboxItem) -> MailState:
    if item.done_at is not None:
        return MailState.FAILED if item.failure else MailState.SENT
    return MailState.RETRYING if item.failure else MailState.WAITING


def newest(session: Session, limit: int = 2000) -> Sequence[OutboxItem]:
    query = select(OutboxItem).where(OutboxItem.kind == mail.MAIL).order_by(OutboxItem.id.desc()).limit(limit)
    return session.scalars(query).all()


def count_failed(session: Session) -> int:
    query = select(func.count()).select_from(OutboxItem)
    return session.scalar(query.where(OutboxItem.kind == mail.MAIL, OutboxItem.failure != "")) or 0


def send_again(session: Session, item: OutboxItem, act: Act) -> None:
    """Let a message go out once more, to the address its reader has today; what stood against it is in the trail."""
    if not act.by.holds(Duty.ADMINISTER):
        raise NotPermitted(say("Only an administrator sends mail again."))
    if item.kind != mail.MAIL or state_of(item) == MailState.WAITING:
        raise NotNow(say("This message has not been tried yet; it goes out by itself."))
    before = {"to": item.payload["to"], "failure": item.failure, "result": item.result}
    person = session.get(Person, int(item.payload.get("person") or 0))
    if person is not None:
        if not mail.is_address(person.email):
            raise Invalid(say("{name} has no mail address now; enter one first.", name=person.name))
        item.payload = {**item.payload, "to": person.email}
    outbox.send_again(item)
    audit.record(session, act, "send_again", item, body={"before": before, "to": item.payload["to"]})
