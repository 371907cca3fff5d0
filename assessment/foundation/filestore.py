"""Files received: kept whole under the hash of their content, named by no one outside, and never changed."""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

from assessment.foundation.errors import Invalid, NotFound
from assessment.foundation.i18n import say

LARGEST = 10 * 1024 * 1024
PIECE = 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Stored:
    sha256: str
    size: int


class FileStore:
    """A folder of files, each under its SHA-256; the same content is kept once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, source: BinaryIO | bytes, limit: int = LARGEST) -> Stored:
        """Keep the content and return its name; it is on disk when this returns, and half a file never has a name."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".incoming-", dir=self.root)
        try:
            with os.fdopen(handle, "wb") as file:
                stored = _copy(io.BytesIO(source) if isinstance(source, bytes) else source, file, limit)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o440)
            target = self.path(stored.sha256)
            target.parent.mkdir(exist_ok=True)
            Path(temporary).replace(target)  # the same content again replaces itself, and mends a damaged copy
            for folder in (target.parent, self.root):
                _settle(folder)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()
            raise
        return stored

    def path(self, name: str) -> Path:
        """Where the content lies, or would lie."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a SHA-256: {name[:80]!r}")
        return self.root / name[:2] / name

    def open(self, name: str) -> BinaryIO:
        try:
            return self.path(name).open("rb")
        except FileNotFoundError as fault:
            raise NotFound(say("The file is not in the store; restore it from a backup.")) from fault

    def check(self, name: str) -> bool:
        """Whether the content is there and still is what its name says."""
        try:
            with self.path(name).open("rb") as file:
                return file_digest(file, "sha256").hexdigest() == name
        except FileNotFoundError:
            return False

    def names(self) -> Iterator[str]:
        """Everything kept, in order: for backups, and for the sweep of files that no row knows."""
        return (path.name for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*")) if _NAME.fullmatch(path.name))


def _copy(source: BinaryIO, target: BinaryIO, limit: int) -> Stored:
    digest, size = sha256(), 0
    while piece := source.read(PIECE):
        size += len(piece)
        if size > limit:
            raise Invalid(say("The file is larger than {limit} MB; send a smaller one.", limit=limit // 1024 // 1024))
        digest.update(piece)
        target.write(piece)
    return Stored(digest.hexdigest(), size)


def _settle(folder: Path) -> None:
    """A rename is durable only when its folder is on disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
