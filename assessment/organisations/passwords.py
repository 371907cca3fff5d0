"""Passwords: hashed with argon2 outside any transaction, and checked against a list of those tried first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import say

SHORTEST, ADVISED, LONGEST = 8, 12, 256
COMMON = Path(__file__).parent / "common_passwords.txt"


@dataclass(frozen=True)
class Strength:
    """What a guess costs. The default is OWASP's minimum for argon2id: 19 MiB, two passes."""

    time: int = 2
    memory_kib: int = 19 * 1024
    lanes: int = 1


STRENGTH = Strength()


@lru_cache
def _hasher(strength: Strength) -> PasswordHasher:
    return PasswordHasher(time_cost=strength.time, memory_cost=strength.memory_kib, parallelism=strength.lanes)


@lru_cache
def _nobodys_hash(strength: Strength) -> str:
    return _hasher(strength).hash("the password of nobody")


def hash_password(password: str, strength: Strength = STRENGTH) -> str:
    """Takes tens of milliseconds on purpose: call it before the write transaction begins."""
    return _hasher(strength).hash(password)


def is_right(password_hash: str | None, password: str, strength: Strength = STRENGTH) -> bool:
    """Whether the password is the one hashed. Without a hash the same work is done, so that time tells nothing."""
    try:
        matches = _hasher(strength).verify(password_hash or _nobodys_hash(strength), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


def check_password(password: str, username: str = "", name: str = "") -> None:
    """Raises ``Invalid`` with what to do about it; length is what counts, not the kinds of characters."""
    if len(password) < SHORTEST:
        sentence = say(
            "A password has at least {shortest} characters; {advised} or more are advised.",
            shortest=SHORTEST,
            advised=ADVISED,
        )
    elif len(password) > LONGEST:
        sentence = say("A password has at most {longest} characters.", longest=LONGEST)
    elif is_common(password):
        sentence = say("This password is among those tried first by everybody; choose another one.")
    elif any(len(part) > 2 and part.lower() in password.lower() for part in (username, name)):
        sentence = say("A password does not hold your name or user name; choose another one.")
    else:
        return
    raise Invalid(sentence, fields={"password": sentence})


def is_common(password: str) -> bool:
    return password.lower() in _common()


@lru_cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def fingerprint(secret: str) -> str:
    """What is kept of a session's token, and of a name typed at the door: enough to find it, useless to use it."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()
