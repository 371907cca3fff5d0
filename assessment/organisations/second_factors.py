"""Second factors: codes by time (TOTP, RFC 6238) and recovery codes on paper. The clock comes in from outside."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from datetime import datetime

import pyotp

from assessment.organisations.duties import TO_BE_CONFIRMED, Duty
from assessment.organisations.passwords import fingerprint

STEP = 30
"""Seconds for which one code stands (RFC 6238, 5.2)."""
SKEW = 1
"""So many steps a telephone's clock may be before or behind ours."""
RECOVERY_CODES = 10
GROUPS, LETTERS = 6, 4
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""31 signs that are not taken for one another: 24 of them are 118 bits, so that a plain hash keeps them."""

NEEDED_FOR = TO_BE_CONFIRMED
"""Whoever holds one of these signs in with a second factor: who administers, approves, decides or publishes."""


def is_needed(duties: frozenset[Duty]) -> bool:
    return bool(duties & NEEDED_FOR)


def new_secret() -> str:
    """160 bits in base 32, as RFC 4226 asks for."""
    return pyotp.random_base32(32)


def address(secret: str, username: str, issuer: str) -> str:
    """What the QR code holds: ``otpauth://totp/...``."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def code_at(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).generate_otp(step)


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The step whose code this is: at most one off, and later than ``after``, the last one used; else None."""
    current, typed = step_at(now), plain(code)
    found = None
    for step in range(max(current - SKEW, 0), current + SKEW + 1):
        if hmac.compare_digest(code_at(secret, step), typed) and step > after:
            found = step
    return found


def plain(code: str) -> str:
    """Without the blanks and hyphens that people type, in narrow letters; never longer than a recovery code."""
    narrow = unicodedata.normalize("NFKC", code[:200]).lower()
    return re.sub(r"[^a-z0-9]", "", narrow)[: GROUPS * LETTERS]


def is_by_time(code: str) -> bool:
    """Six digits; anything else is taken for a recovery code."""
    return re.fullmatch(r"[0-9]{6}", plain(code)) is not None


def new_recovery_codes() -> list[str]:
    def group() -> str:
        return "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))

    return ["-".join(group() for _ in range(GROUPS)) for _ in range(RECOVERY_CODES)]


def hash_of(recovery_code: str) -> str:
    return fingerprint(plain(recovery_code))
