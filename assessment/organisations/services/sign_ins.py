"""Signing in: attempts counted in the database, sessions kept on the server. All times here are system time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from assessment.foundation import audit, clock
from assessment.foundation.actors import Act
from assessment.foundation.errors import NotPermitted
from assessment.foundation.i18n import N_, local_day, say
from assessment.organisations import queries
from assessment.organisations.models import AccountState, Credential, Person, SecondFactor, SignIn, SignInAttempt
from assessment.organisations.officers import officer_on
from assessment.organisations.passwords import fingerprint

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=5)
FOR_THE_CODE = timedelta(minutes=10)
"""How long the right password waits for the second factor."""
MOST_SESSIONS = 10
"""So many sessions one person has at once; one more ends the oldest."""
WINDOW = timedelta(minutes=15)
MOST_ATTEMPTS = 10

REFUSED = N_("User name or password are not right. If you have forgotten it, ask an administrator for a one-time one.")
LOCKED = N_("Too many attempts. Wait fifteen minutes, then try again; nothing is wrong with your account.")

MAY_ENTER = (AccountState.INVITED, AccountState.ACTIVE)


@dataclass(frozen=True)
class Evidence:
    """An attempt under way: against what the password is to be checked, outside any transaction."""

    attempt_id: int
    person_id: int | None
    password_hash: str | None
    """None for an unknown name; `passwords.is_right` then does the same work for nothing."""
    is_locked: bool


@dataclass(frozen=True)
class SignedIn:
    """Who a request comes from."""

    sign_in_id: int
    person_id: int
    language: str
    must_change: bool
    is_seen_as: bool
    last_seen_at: datetime
    ends_at: datetime
    created_at: datetime
    proved_at: datetime | None
    """When the second factor was proved in it; None: by password alone."""

    def should_be_touched(self, now: datetime) -> bool:
        """A look at a page writes at most every five minutes."""
        return now - self.last_seen_at >= SEEN_EVERY


def begin_attempt(session: Session, username: str, source: str, now: datetime) -> Evidence:
    """Count an attempt before it is evaluated, so that a thousand at once are counted, too."""
    account = fingerprint(username.strip().lower())
    if session.get_bind().dialect.name == "postgresql":
        for key in sorted({f"account {account}", f"source {source}"}):
            session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": key})
    is_locked = any(
        _counted(session, column, value, now) >= MOST_ATTEMPTS
        for column, value in ((SignInAttempt.account, account), (SignInAttempt.source, source))
    )
    attempt = SignInAttempt(at=now, account=account, source=source[:64], outcome="locked" if is_locked else "open")
    session.add(attempt)
    session.flush()
    if is_locked:
        return Evidence(attempt.id, None, None, True)
    person = queries.person_by_username(session, username)
    credential = session.get(Credential, person.id) if person else None
    may_enter = person is not None and person.state in MAY_ENTER
    usable = credential is not None and (credential.usable_until is None or credential.usable_until > now)
    if person is None or credential is None or not may_enter or not usable:
        return Evidence(attempt.id, None, None, False)
    return Evidence(attempt.id, person.id, credential.password_hash, False)


def _counted(session: Session, column: object, value: str, now: datetime) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(column == value, SignInAttempt.at > now - WINDOW, SignInAttempt.outcome.in_(("open", "wrong")))  # type: ignore[arg-type]
        )
        or 0
    )


def attempts_from(session: Session, source: str, now: datetime) -> int:
    """Failures from one address within the window."""
    return _counted(session, SignInAttempt.source, source[:64], now)


def settle_failure(session: Session, evidence: Evidence) -> None:
    """The password was wrong, or nobody has this name: a line in the security log, none in the trail."""
    session.execute(update(SignInAttempt).where(SignInAttempt.id == evidence.attempt_id).values(outcome="wrong"))


def sign_in(
    session: Session, evidence: Evidence, *, token: str, source: str, now: datetime, at: datetime, agent: str = ""
) -> SignedIn | None:
    """Open a session after `passwords.is_right` said yes. ``token`` is 256 random bits, new for every sign-in.

    None where a second factor stands: the token then opens nothing but the question for a code.
    """
    person = session.get(Person, evidence.person_id) if evidence.person_id is not None else None
    if person is None or evidence.is_locked or person.state not in MAY_ENTER:
        raise NotPermitted(say(REFUSED))
    session.execute(update(SignInAttempt).where(SignInAttempt.id == evidence.attempt_id).values(outcome="right"))
    factor = session.get(SecondFactor, person.id)
    if factor is not None and factor.sealed is not None:
        row = _row(person, token, source, agent, now, now + FOR_THE_CODE)
        row.awaits_code = True
        session.add(row)
        return None
    opened = open_session(session, person, token=token, source=source, now=now, agent=agent)
    _enter(session, person, at, source, "")
    return opened


def half_signed_in(session: Session, token: str, now: datetime) -> SignIn | None:
    """The sign-in that a cookie's token has begun with the right password, and that waits for its code."""
    return session.scalars(
        select(SignIn)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.token_hash == fingerprint(token), SignIn.awaits_code, SignIn.ended_at.is_(None))
        .where(SignIn.ends_at > now, Person.state.in_([state.value for state in MAY_ENTER]))
    ).first()


def finish_sign_in(session: Session, half: SignIn, *, token: str, now: datetime, at: datetime, by: str) -> SignedIn:
    """The code was right: a fresh token takes the place of the one that could do nothing. ``by`` says which kind."""
    half.ended_at, half.ended_why = now, "second factor"
    person = session.get_one(Person, half.person_id)
    opened = open_session(
        session, person, token=token, source=half.source, now=now, agent=half.agent, proved_at=now
    )
    _enter(session, person, at, half.source, by)
    return opened


def _enter(session: Session, person: Person, at: datetime, source: str, by: str) -> None:
    officer = officer_on(session, person.id, local_day(at))
    body = {"source": source} | ({"second_factor": by} if by else {})
    audit.record(session, Act(officer, at), "sign_in", person, body=body)


def open_session(
    session: Session, person: Person, *, token: str, source: str, now: datetime, is_seen_as: bool = False,
    agent: str = "", proved_at: datetime | None = None,
) -> SignedIn:  # fmt: skip
    """A row for a fresh token; used after a password change, too, which ended the old one."""
    if not is_seen_as:
        _make_room(session, person.id, now)
    row = _row(person, token, source, agent, now, now + ABSOLUTE)
    row.is_seen_as, row.proved_at = is_seen_as, proved_at
    session.add(row)
    session.flush()
    credential = session.get(Credential, person.id)
    must_change = credential is not None and credential.must_change and not is_seen_as
    return SignedIn(row.id, person.id, person.language, must_change, is_seen_as, now, row.ends_at, now, proved_at)


def _row(person: Person, token: str, source: str, agent: str, now: datetime, ends_at: datetime) -> SignIn:
    return SignIn(
        token_hash=fingerprint(token), person_id=person.id, source=source[:64], agent=agent[:200],
        awaits_code=False, created_at=now, last_seen_at=now, ends_at=ends_at,
    )  # fmt: skip


def _make_room(session: Session, person_id: int, now: datetime) -> None:
    """Whoever opens one session too many loses the oldest."""
    open_ones = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.ends_at > now)
        .where(SignIn.last_seen_at > now - IDLE, ~SignIn.awaits_code, ~SignIn.is_seen_as)
        .order_by(SignIn.created_at.desc(), SignIn.id.desc())
    ).all()
    for row in open_ones[MOST_SESSIONS - 1 :]:
        row.ended_at, row.ended_why = now, "too many"


def see_as(session: Session, person: Person, act: Act, *, token: str, source: str, now: datetime) -> SignedIn:
    """In the examples only, where business time stands still: look through a person's eyes, without a password."""
    if not clock.stands_still(session):
        raise NotPermitted(say("Only in the examples can one look through another's eyes."))
    if person.state not in MAY_ENTER:
        raise NotPermitted(say("This account cannot be entered."))
    audit.record(session, act, "see_as", person, body={"source": source})
    return open_session(session, person, token=token, source=source, now=now, is_seen_as=True)


def signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Whom a cookie's token belongs to; None once it was signed out, ended, idle for an hour or eight hours old."""
    row = session.execute(
        select(SignIn, Person, Credential.must_change)
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .where(
            SignIn.token_hash == fingerprint(token),
            SignIn.ended_at.is_(None),
            ~SignIn.awaits_code,
            SignIn.ends_at > now,
            SignIn.last_seen_at > now - IDLE,
            Person.state.in_([state.value for state in MAY_ENTER]),
        )
    ).first()
    if row is None:
        return None
    found, person, must_change = row
    return SignedIn(
        found.id, person.id, person.language, bool(must_change) and not found.is_seen_as, found.is_seen_as,
        found.last_seen_at, found.ends_at, found.created_at, found.proved_at,
    )  # fmt: skip


def touch(session: Session, sign_in_id: int, now: datetime) -> None:
    """Seen just now."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(last_seen_at=now))


def sign_out(session: Session, sign_in_id: int, act: Act) -> None:
    """A copy of the cookie is worth nothing from now on."""
    row = session.get(SignIn, sign_in_id)
    if row is not None and row.ended_at is None:
        row.ended_at, row.ended_why = clock.system_now(), "sign-out"
        audit.record(session, act, "sign_out", None, kind="person", touched=[("person", row.person_id)])


def end_other_sessions(session: Session, person: Person, act: Act, *, sign_in_id: int) -> None:
    """One's own everywhere else, by one's own hand."""
    end_sessions(session, [person.id], "sign-out", without=sign_in_id)
    audit.record(session, act, "end_other_sessions", person)


def end_sessions(session: Session, person_ids: Iterable[int], why: str, *, without: int | None = None) -> None:
    """End every session of these people (but one), as part of an act of which the trail tells."""
    ids = sorted(set(person_ids))
    if ids:
        session.flush()
        session.execute(
            update(SignIn)
            .where(SignIn.person_id.in_(ids), SignIn.ended_at.is_(None), SignIn.id != (without or 0))
            .values(ended_at=clock.system_now(), ended_why=why)
        )


def digest_attempts(session: Session, act: Act, *, since: datetime, until: datetime) -> None:
    """Put an hour of the security log under the trail's seal: its digest, and how many attempts failed."""
    rows = session.execute(
        select(SignInAttempt.at, SignInAttempt.account, SignInAttempt.source, SignInAttempt.outcome)
        .where(SignInAttempt.at >= since, SignInAttempt.at < until, or_(SignInAttempt.outcome != "right"))
        .order_by(SignInAttempt.id)
    ).all()
    if rows:
        lines = "\n".join(",".join((audit.stamp(row.at), *row[1:])) for row in rows)
        body = {
            "since": since,
            "until": until,
            "count": len(rows),
            "sha256": hashlib.sha256(lines.encode()).hexdigest(),
        }
        audit.record(session, act, "digest_attempts", None, kind="sign_in_attempt", body=body)
