"""Receipts by mail: number, time and hash of what was sent, to whoever sent it, if an address is known."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assessment.foundation import letters, mail, outbox
from assessment.foundation.actors import Act
from assessment.foundation.i18n import InLanguages, say
from assessment.foundation.letters import Line, Things
from assessment.organisations.models import Person
from assessment.organisations.officers import person_id_of
from assessment.organisations.queries import unit_views
from assessment.submissions.models import UNIT, Submission


def send_receipts(session: Session, act: Act, submissions: Sequence[Submission]) -> bool:
    """One message an act, however many reports were sent by it; queued in the act's own transaction."""
    person_id = person_id_of(act.by.key)
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None or not person.email or not submissions:
        return False
    first = submissions[0]
    subject = (
        say("Receipt {number}", number=first.receipt)
        if len(submissions) == 1
        else say("{count} receipts, {period}", count=len(submissions), period=first.period.title)
    )
    message = letters.written(
        person.email, person.name, person.language, person.id, subject, _parts(session, act, submissions)
    )
    return outbox.enqueue(session, mail.MAIL, f"receipt/{first.receipt}/{person.id}", message)


def _parts(session: Session, act: Act, submissions: Sequence[Submission]) -> tuple[InLanguages, ...]:
    period = submissions[0].period
    units = unit_views(session, {one.unit_id for one in submissions}, period.last_day)
    receipts = tuple(
        Line(say("{unit}: receipt {number}, SHA-256 {hash}", unit=units[one.unit_id].name, number=one.receipt,
                 hash=one.content_hash), ("submission", one.id) if one.source == UNIT else None)
        for one in submissions
    )  # fmt: skip
    received = say("Received for {period} on {moment}:", period=period.title, moment=act.at)
    return Things(received, receipts), say("Please keep this message: the hash is of exactly what was received.")
