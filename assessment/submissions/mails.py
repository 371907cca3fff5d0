"""Receipts by mail: number, time and hash of what was sent, to whoever sent it, if an address is known."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assessment.foundation import mail, outbox
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Sentence, say
from assessment.organisations.models import Person
from assessment.organisations.officers import person_id_of
from assessment.organisations.queries import unit_views
from assessment.submissions.models import Submission


def send_receipts(session: Session, act: Act, submissions: Sequence[Submission]) -> bool:
    """One message an act, however many reports were sent by it; queued in the act's own transaction."""
    person_id = person_id_of(act.by.key)
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None or not person.email or not submissions:
        return False
    first, language = submissions[0], person.language or "zh"
    subject = (
        say("Receipt {number}", number=first.receipt)
        if len(submissions) == 1
        else say("{count} receipts, {period}", count=len(submissions), period=first.period.title)
    )
    lines = [one.in_language(language) for one in _lines(session, act, submissions)]
    message = {
        "to": person.email, "subject": subject.in_language(language), "body": "\n".join([*lines, ""]),
        "person": str(person.id),
    }  # fmt: skip
    return outbox.enqueue(session, mail.MAIL, f"receipt/{first.receipt}/{person.id}", message)


def _lines(session: Session, act: Act, submissions: Sequence[Submission]) -> list[Sentence]:
    period = submissions[0].period
    units = unit_views(session, {one.unit_id for one in submissions}, period.last_day)
    receipts = [
        say("{unit}: receipt {number}, SHA-256 {hash}", unit=units[one.unit_id].name, number=one.receipt,
            hash=one.content_hash)
        for one in submissions
    ]  # fmt: skip
    received = say("Received for {period} on {moment}.", period=period.title, moment=act.at)
    return [received, *receipts, say("Keep this message: the hash is of exactly what was received.")]
