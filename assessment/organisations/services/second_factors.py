"""Second factors: set up, proved with a code once, renewed, and taken away only by two. Times are the system's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.i18n import say
from assessment.foundation.sealing import Broken, Sealer
from assessment.organisations import second_factors as factors
from assessment.organisations.models import Person, RecoveryCode, SecondFactor, SignIn, SignInAttempt
from assessment.organisations.officers import officer_on
from assessment.organisations.passwords import fingerprint
from assessment.organisations.process import day_of, is_own
from assessment.organisations.services.notices import tell
from assessment.organisations.services.sign_ins import end_sessions

PENDING_FOR = timedelta(minutes=30)
"""How long a new secret waits for its first code."""
LIMITS = ((timedelta(minutes=5), 5), (timedelta(hours=1), 20), (timedelta(days=1), 50))
"""So many wrong codes within so long; then none is looked at. A day's 50 find one of a million codes in 1 of 6,600."""


class Proof(StrEnum):
    """What became of a code."""

    BY_TIME = "code"
    ON_PAPER = "recovery code"
    WRONG = "wrong"
    LOCKED = "locked"

    @property
    def is_right(self) -> bool:
        return self in (Proof.BY_TIME, Proof.ON_PAPER)


def place_of(person_id: int) -> str:
    """Where a secret is sealed for: moved into another person's row it opens no more."""
    return f"second factor of person {person_id}"


def has_second_factor(session: Session, person_id: int) -> bool:
    found = session.get(SecondFactor, person_id)
    return found is not None and found.sealed is not None


def recovery_codes_left(session: Session, person_id: int) -> int:
    unused = select(func.count()).select_from(RecoveryCode)
    return session.scalar(unused.where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))) or 0


# --- setting up ------------------------------------------------------------------------------------------------------


def begin_second_factor(session: Session, person: Person, act: Act, *, sealed: str, now: datetime) -> None:
    """Offer a new secret; the one before, if any, stands until the first code of the new one is right."""
    _only_own(act, person)
    found = session.get(SecondFactor, person.id)
    if found is None:
        found = SecondFactor(person_id=person.id, last_step=0)
        session.add(found)
    found.pending, found.pending_at = sealed, now
    audit.record(session, act, "begin_second_factor", person)


def pending_secret(session: Session, person_id: int, sealer: Sealer, now: datetime) -> str | None:
    """The secret on offer; None where there is none, or it has waited too long."""
    found = session.get(SecondFactor, person_id)
    if found is None or found.pending is None or found.pending_at is None or found.pending_at <= now - PENDING_FOR:
        return None
    return opened(sealer, found.pending, person_id)


def set_up_second_factor(
    session: Session, person: Person, act: Act, *, code: str, sealer: Sealer, recovery_codes: Sequence[str],
    sign_in_id: int, now: datetime,
) -> None:  # fmt: skip
    """The first code is right: from now on nobody signs in as this person without one. Other sessions end."""
    _only_own(act, person)
    secret = pending_secret(session, person.id, sealer, now)
    if secret is None:
        raise NotNow(say("The key on offer has run out, or was used. Begin again."))
    step = factors.step_of(secret, code, now, after=0)
    if step is None:
        sentence = say("This is not the code shown now. The telephone’s clock must be right to half a minute.")
        raise Invalid(sentence, fields={"code": sentence})
    found = session.get_one(SecondFactor, person.id)
    again = found.sealed is not None
    found.sealed, found.since, found.last_step = found.pending, now, step
    found.pending, found.pending_at = None, None
    _replace_recovery_codes(session, person.id, recovery_codes, now)
    _end_others(session, person.id, sign_in_id)
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(proved_at=now))
    audit.record(session, act, "set_up_second_factor", person, body={"again": again})
    tell(session, person, f"second-factor/set-up/{person.id}/{now.timestamp():.0f}", say("Your second factor"), [
        say("On {moment} a second factor was set up for your account.", moment=now),
        say("If that was not you, tell an administrator at once."),
    ])  # fmt: skip


def renew_recovery_codes(
    session: Session, person: Person, act: Act, *, recovery_codes: Sequence[str], now: datetime
) -> None:
    """New ones; those before open nothing any more."""
    _only_own(act, person)
    if not has_second_factor(session, person.id):
        raise NotNow(say("Without a second factor there are no recovery codes. Set it up first."))
    _replace_recovery_codes(session, person.id, recovery_codes, now)
    audit.record(session, act, "renew_recovery_codes", person)
    tell(session, person, f"second-factor/codes/{person.id}/{now.timestamp():.0f}", say("Your second factor"), [
        say("On {moment} new recovery codes were made for your account; the old ones no longer work.", moment=now),
        say("If that was not you, tell an administrator at once."),
    ])  # fmt: skip


def remove_second_factor(session: Session, person: Person, act: Act, *, now: datetime) -> None:
    """One's own, where no duty asks for it; sessions elsewhere stay, their owner has just proved who he is."""
    _only_own(act, person)
    if not has_second_factor(session, person.id):
        raise NotNow(say("There is no second factor to remove."))
    if factors.is_needed(officer_on(session, person.id, day_of(act)).duties):
        raise NotNow(say("Your duties ask for a second factor: replace it with another telephone instead."))
    forget(session, person.id)
    audit.record(session, act, "remove_second_factor", person)
    tell(session, person, f"second-factor/removed/{person.id}/{now.timestamp():.0f}", say("Your second factor"), [
        say("On {moment} the second factor of your account was removed.", moment=now),
        say("If that was not you, tell an administrator at once."),
    ])  # fmt: skip


def forget(session: Session, person_id: int) -> None:
    """Neither secret nor codes remain; part of an act of which the trail tells."""
    session.execute(delete(SecondFactor).where(SecondFactor.person_id == person_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.expire_all()


# --- proving ---------------------------------------------------------------------------------------------------------


def prove(session: Session, person: Person, *, typed: str, sealer: Sealer, source: str, now: datetime) -> Proof:
    """Take a code, once. Every try is counted, and the transaction must commit whatever comes out."""
    found = session.get(SecondFactor, person.id, with_for_update=True)
    if found is None or found.sealed is None:
        raise NotNow(say("This account has no second factor."))
    account = fingerprint(f"code {person.id}")
    if _is_locked(session, account, now):
        session.add(SignInAttempt(at=now, account=account, source=f"code {source}"[:64], outcome="locked"))
        return Proof.LOCKED
    proof = _look_at(session, found, typed, sealer, now)
    outcome = "right" if proof.is_right else "wrong"
    session.add(SignInAttempt(at=now, account=account, source=f"code {source}"[:64], outcome=outcome))
    session.flush()
    if proof is Proof.WRONG and _is_locked(session, account, now):
        _warn(session, person, source, now)
    return proof


def _look_at(session: Session, found: SecondFactor, typed: str, sealer: Sealer, now: datetime) -> Proof:
    if factors.is_by_time(typed):
        assert found.sealed is not None
        step = factors.step_of(opened(sealer, found.sealed, found.person_id), typed, now, after=found.last_step)
        if step is None:
            return Proof.WRONG
        found.last_step = step
        return Proof.BY_TIME
    unused = select(RecoveryCode).where(RecoveryCode.person_id == found.person_id, RecoveryCode.used_at.is_(None))
    code = session.scalars(unused.where(RecoveryCode.code_hash == factors.hash_of(typed))).first()
    if code is None:
        return Proof.WRONG
    code.used_at = now
    return Proof.ON_PAPER


def opened(sealer: Sealer, sealed: str, person_id: int) -> str:
    try:
        return sealer.open(sealed, place_of(person_id))
    except Broken:
        raise NotNow(say(
            "The installation’s key for second factors is not the one this was sealed with. An administrator puts "
            "keys/factors back from the backup; a recovery code works without it."
        )) from None  # fmt: skip


def _is_locked(session: Session, account: str, now: datetime) -> bool:
    wrong = (
        select(func.count()).select_from(SignInAttempt)
        .where(SignInAttempt.account == account, SignInAttempt.outcome == "wrong")
    )  # fmt: skip
    return any((session.scalar(wrong.where(SignInAttempt.at > now - span)) or 0) >= most for span, most in LIMITS)


def _warn(session: Session, person: Person, source: str, now: datetime) -> None:
    """Whoever types wrong codes knew the password."""
    tell(session, person, f"second-factor/guessed/{person.id}/{now:%Y-%m-%dT%H}", say("Wrong codes for your account"), [
        say("Somebody who knows your password has typed wrong codes, last on {moment} from {source}.", moment=now,
            source=source or "?"),
        say("If that was not you, change your password, and tell an administrator."),
    ])  # fmt: skip


# --- parts -----------------------------------------------------------------------------------------------------------


def _only_own(act: Act, person: Person) -> None:
    if not is_own(act, person.id):
        raise NotPermitted(say("A second factor is its owner’s alone."))


def _replace_recovery_codes(session: Session, person_id: int, codes: Sequence[str], now: datetime) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.add_all(RecoveryCode(person_id=person_id, code_hash=factors.hash_of(code), made_at=now) for code in codes)


def _end_others(session: Session, person_id: int, sign_in_id: int) -> None:
    end_sessions(session, [person_id], "second factor", without=sign_in_id)
