"""Tokens of programs that read: made and revoked by their owner, dead with the account's access. Times are system's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit, clock
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotFound, NotNow, NotPermitted
from assessment.foundation.i18n import Sentence, say
from assessment.organisations.models import AccountState, ApiToken, Person, Resource, SignInAttempt
from assessment.organisations.passwords import fingerprint
from assessment.organisations.process import is_own
from assessment.organisations.services.sign_ins import MOST_ATTEMPTS, SEEN_EVERY, attempts_from

LONGEST = timedelta(days=366)
MOST = 20
"""So many may be alive at once: whoever has more has lost sight of them."""
DOOR = "api "
"""Before the source of a token that was refused: a program gone wrong locks no person out, nor the reverse."""


@dataclass(frozen=True)
class Bearer:
    """Whose program a request comes from, and what it may read."""

    token_id: int
    person_id: int
    reads: frozenset[Resource]
    is_seen_as: bool
    last_used_at: datetime | None

    def should_be_noted(self, now: datetime) -> bool:
        """A program's use is written down at most every five minutes, as a person's is."""
        return self.last_used_at is None or now - self.last_used_at >= SEEN_EVERY


def tokens_of(session: Session, person_id: int, now: datetime) -> list[ApiToken]:
    """Those that open something now, the newest first."""
    query = select(ApiToken).where(
        ApiToken.person_id == person_id, ApiToken.ended_at.is_(None), ApiToken.ends_at > now
    )
    return list(session.scalars(query.order_by(ApiToken.made_at.desc(), ApiToken.id.desc())))


def make_token(
    session: Session, person: Person, act: Act, *, token: str, name: str, resources: Iterable[str], now: datetime,
    ends_at: datetime, is_seen_as: bool = False,
) -> ApiToken:  # fmt: skip
    """Let a program read as this person. ``token`` is 256 random bits; only its hash is kept."""
    _only_own(act, person)
    if is_seen_as and not clock.stands_still(session):
        raise NotPermitted(say("Only in the examples can one look through another's eyes."))
    known = [one for one in Resource if one.value in set(resources)]
    fields = _faults(name, known, now, ends_at)
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    if len(tokens_of(session, person.id, now)) >= MOST:
        raise NotNow(say("You have {most} tokens already. Revoke one that is no longer used, then make this one.",
                         most=MOST))  # fmt: skip
    made = ApiToken(
        person_id=person.id, name=name.strip(), resources=" ".join(known), token_hash=fingerprint(token),
        is_seen_as=is_seen_as, made_at=now, ends_at=ends_at,
    )  # fmt: skip
    session.add(made)
    audit.record(session, act, "make_token", person, body={
        "name": made.name, "resources": [one.value for one in known], "ends_at": ends_at,
        "token_sha256": made.token_hash,
    })  # fmt: skip
    return made


def _faults(name: str, resources: list[Resource], now: datetime, ends_at: datetime) -> dict[str, Sentence]:
    fields: dict[str, Sentence] = {}
    if not 0 < len(name.strip()) <= 80:
        fields["name"] = say("Name the program, in at most 80 characters: you will know by it what to revoke.")
    if not resources:
        fields["resources"] = say("Choose what the program may read.")
    if not now < ends_at <= now + LONGEST:
        fields["ends"] = say("A token ends after today, and within a year.")
    return fields


def revoke_token(session: Session, token: ApiToken, act: Act, *, now: datetime) -> None:
    """A copy of it is worth nothing from now on."""
    person = session.get_one(Person, token.person_id)
    _only_own(act, person)
    if token.ended_at is not None:
        raise NotFound(say("This token has ended already."))
    token.ended_at, token.ended_why = now, "revoked"
    audit.record(session, act, "revoke_token", person, body={"name": token.name, "token_sha256": token.token_hash})


def _only_own(act: Act, person: Person) -> None:
    if not is_own(act, person.id):
        raise NotPermitted(say("A token is its owner's alone."))


def end_tokens(session: Session, person: Person, act: Act, why: str) -> None:
    """With a person's access, or password, every token ends; the trail says which."""
    now = clock.system_now()
    alive = tokens_of(session, person.id, now)
    for one in alive:
        one.ended_at, one.ended_why = now, why
    if alive:
        body = {"why": why, "tokens": [{"name": one.name, "token_sha256": one.token_hash} for one in alive]}
        audit.record(session, act, "end_tokens", person, body=body)


# --- a program at the door -------------------------------------------------------------------------------------------


def bearer_of(session: Session, token: str, now: datetime) -> Bearer | None:
    """Whom a token reads for; nobody once it ended, the account is not active, or an example's clock runs again."""
    found = session.execute(
        select(ApiToken)
        .join(Person, Person.id == ApiToken.person_id)
        .where(ApiToken.token_hash == fingerprint(token), ApiToken.ended_at.is_(None), ApiToken.ends_at > now)
        .where(Person.state == AccountState.ACTIVE.value)
    ).scalar_one_or_none()
    if found is None or (found.is_seen_as and not clock.stands_still(session)):
        return None
    return Bearer(found.id, found.person_id, found.reads, found.is_seen_as, found.last_used_at)


def is_slowed(session: Session, source: str, now: datetime) -> bool:
    """Whether so many wrong tokens came from here that also a right one waits, as at the door for people."""
    return attempts_from(session, DOOR + source, now) >= MOST_ATTEMPTS


def note_wrong_token(session: Session, token: str, source: str, now: datetime) -> None:
    """A guess: it counts, and stands in the hourly digest of the security log."""
    session.add(
        SignInAttempt(at=now, account=fingerprint(token), source=(DOOR + source)[:64], outcome="wrong")
    )


def note_token_used(session: Session, token_id: int, now: datetime) -> None:
    found = session.get(ApiToken, token_id)
    if found is not None and found.ended_at is None:
        found.last_used_at = now
