"""Stand-in until `organisations.accounts` is there."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.organisations.models import AccountState, Credential, Person, SignIn

IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=8)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(db: Session, token: str, now: datetime) -> SignIn | None:
    row = db.scalar(select(SignIn).where(SignIn.token_hash == hashed(token)))
    if row is None or row.ended_at or row.ends_at <= now or row.last_seen_at + IDLE <= now:
        return None
    person = db.get(Person, row.person_id)
    return row if person is not None and person.state == AccountState.ACTIVE else None


def must_change(db: Session, person_id: int) -> bool:
    credential = db.get(Credential, person_id)
    return bool(credential and credential.must_change)


def see(db: Session, sign_in_id: int, now: datetime) -> None:
    row = db.get(SignIn, sign_in_id)
    if row is not None:
        row.last_seen_at = now


def see_as(db: Session, person_id: int, now: datetime, source: str) -> str:
    token = secrets.token_urlsafe(32)
    db.add(
        SignIn(
            token_hash=hashed(token), person_id=person_id, source=source, is_seen_as=True, created_at=now,
            last_seen_at=now, ends_at=now + LONGEST,
        )
    )  # fmt: skip
    return token


def end(db: Session, sign_in_id: int, now: datetime, why: str) -> None:
    row = db.get(SignIn, sign_in_id)
    if row is not None:
        row.ended_at, row.ended_why = now, why
