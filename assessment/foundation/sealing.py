"""Small secrets at rest: sealed with a key that lies beside the database, never in it."""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST = 16
"""Characters of a key: fewer are refused."""
FORM = "1."
"""How a sealed text begins: AES-256-GCM, a nonce of 12 bytes before it. Another form would begin otherwise."""
NONCE = 12


class Broken(Exception):
    """Sealed with another key, for another place, or changed since."""


class Sealer:
    """Seals texts for one purpose. Whoever reads the database alone can open none of them."""

    def __init__(self, key: str, purpose: str) -> None:
        if len(key) < SHORTEST:
            raise ValueError(f"a key has at least {SHORTEST} characters")
        derived = HKDF(SHA256(), 32, None, f"five measures: {purpose}".encode()).derive(key.encode())
        self._cipher = AESGCM(derived)

    def seal(self, text: str, place: str) -> str:
        """``place`` names the row: what was sealed for one cannot be moved into another."""
        nonce = os.urandom(NONCE)
        sealed = self._cipher.encrypt(nonce, text.encode(), place.encode())
        return FORM + urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, place: str) -> str:
        """The text again; raises ``Broken``."""
        try:
            found = urlsafe_b64decode(sealed.removeprefix(FORM))
            return self._cipher.decrypt(found[:NONCE], found[NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError) as fault:
            raise Broken(place) from fault


def own_secret(keys: Path, name: str) -> str:
    """One of the installation's own secrets, made when first asked for and readable by its owner only.

    It is linked into its place whole: of two processes that start at once, both get the same.
    """
    path = keys / name
    if not path.exists():
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = keys / f".{name}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was faster
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
