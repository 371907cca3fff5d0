"""Which software this is: its release, and a fingerprint of all that a published number is computed by."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version as version_of
from pathlib import Path

RELEASE = "1.0.dev0"
LIBRARIES = ("numpy", "pydantic", "PyYAML")
HOUSE = Path(__file__).parent.parent


@cache
def version() -> str:
    """The release and, after a plus, twelve digits of the fingerprint: another one computes by other code."""
    return f"{RELEASE}+{_fingerprint()[:12]}"


def _fingerprint() -> str:
    """Of exact numbers, every room's rules, the interpreter and the libraries beneath them."""
    found = hashlib.sha256()
    for path in _sources():
        found.update(path.relative_to(HOUSE).as_posix().encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    found.update(platform.python_version().encode())
    for library in LIBRARIES:
        found.update(f"{library} {version_of(library)}".encode())
    return found.hexdigest()


def _sources() -> Iterator[Path]:
    some = [HOUSE / "foundation" / "exact.py", *(HOUSE / "foundation" / "reals").rglob("*.py")]
    yield from sorted([*some, *HOUSE.glob("*/rules.py"), *HOUSE.glob("*/rules/**/*.py")])
