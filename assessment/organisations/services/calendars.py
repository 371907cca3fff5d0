"""The secret address of a person's calendar: made, renewed and revoked by its owner, dead with the account."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import NotFound, NotPermitted
from assessment.foundation.i18n import say
from assessment.organisations.models import AccountState, CalendarAddress, Person
from assessment.organisations.process import is_own

SAID_EVERY = timedelta(minutes=5)
"""That a calendar was fetched is written down at most so often: it is read all day long."""


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def calendar_of(session: Session, person_id: int) -> CalendarAddress | None:
    return session.scalar(select(CalendarAddress).where(CalendarAddress.person_id == person_id))


def renew_calendar(session: Session, person: Person, act: Act, *, token: str, now: datetime) -> None:
    """Give the calendar a new address, or its first one; the one before is dead. ``now`` is system time."""
    _only_own(act, person)
    found = calendar_of(session, person.id)
    if found is None:
        found = CalendarAddress(person_id=person.id)
        session.add(found)
    found.token_hash, found.made_at, found.last_used_at = hash_of(token), now, None
    audit.record(session, act, "renew_calendar", person)


def revoke_calendar(session: Session, person: Person, act: Act) -> None:
    """Take the address away; whoever has it finds nothing there any more."""
    _only_own(act, person)
    found = calendar_of(session, person.id)
    if found is None:
        raise NotFound(say("Your calendar has no address."))
    session.delete(found)
    audit.record(session, act, "revoke_calendar", person)


def _only_own(act: Act, person: Person) -> None:
    if not is_own(act, person.id):
        raise NotPermitted(say("A calendar's address is its owner's alone."))


def calendar_at(session: Session, token: str) -> CalendarAddress | None:
    """Whose calendar lies at this address; nobody's once the account is suspended or has ended."""
    return session.scalar(
        select(CalendarAddress)
        .join(Person, Person.id == CalendarAddress.person_id)
        .where(CalendarAddress.token_hash == hash_of(token))
        .where(Person.state == AccountState.ACTIVE.value)
    )


def note_use(session: Session, address_id: int, now: datetime) -> None:
    """Write down that it was fetched; ``now`` is system time."""
    found = session.get(CalendarAddress, address_id)
    if found is not None and is_to_be_noted(found, now):
        found.last_used_at = now


def is_to_be_noted(found: CalendarAddress, now: datetime) -> bool:
    return found.last_used_at is None or now - found.last_used_at >= SAID_EVERY
