"""The file of a backup: a compressed tar whose last member, the manifest, names every other by its SHA-256."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Literal

from pydantic import TypeAdapter

from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import say

FORMAT = 1
MANIFEST = "manifest.json"
FOLDERS = ("uploads", "documents", "keys")
DATABASES = {"sqlite": "assessment.sqlite3", "postgresql": "assessment.pgdump"}
PIECE = 2**20
LARGEST_MANIFEST = 256 * PIECE


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: taken at one moment, by one version, from one kind of database."""

    made_at: str
    software: str
    database: Literal["sqlite", "postgresql"]
    server: int
    """PostgreSQL's major version; 0 for SQLite."""
    schema: str
    head: str
    """The newest hash of the trail inside."""
    rows: dict[str, int]
    """Table -> how many rows."""
    files: dict[str, str]
    """Name -> SHA-256."""
    format: int = FORMAT


class _Hashing(io.RawIOBase):
    """A file on its way into the archive, hashed as it passes: it may be replaced while we read."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.digest.update(piece)
        return piece


def pack(target: Path, entries: Iterable[tuple[str, Path]], describe: Callable[[dict[str, str]], Manifest]) -> Manifest:
    """Write the archive, readable by its owner alone (the keys are in it), and bring it to the disk."""
    hashes: dict[str, str] = {}
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as archive:
            for name, path in entries:
                with suppress(FileNotFoundError), path.open("rb") as file:  # withdrawn since it was listed
                    member = archive.gettarinfo(arcname=name, fileobj=file)
                    passing = _Hashing(file)
                    archive.addfile(member, passing)  # type: ignore[arg-type]
                    hashes[name] = passing.digest.hexdigest()
            manifest = describe(hashes)
            text = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
            member = tarfile.TarInfo(MANIFEST)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
        out.flush()
        os.fsync(out.fileno())
    return manifest


def unpack(path: Path, place: Callable[[str], Path | None]) -> Manifest:
    """Read a backup through, comparing every file with the manifest; raises ``Invalid`` with what is wrong.

    ``place`` says where a member is written, or ``None`` to read it only. Names are the manifest's: nothing in a file
    from elsewhere can lead out of the folder it is unpacked into.
    """
    found: dict[str, str] = {}
    told = b""
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                source = archive.extractfile(member) if member.isfile() else None
                if source is None or not (member.name == MANIFEST or is_ours(member.name)):
                    raise Invalid(say("{file} holds “{name}”, which no backup holds.", file=path.name,
                                      name=member.name[:120]))  # fmt: skip
                if member.name == MANIFEST:
                    told = source.read(LARGEST_MANIFEST)
                else:
                    found[member.name] = _copied(source, place(member.name))
            while archive.fileobj and archive.fileobj.read(PIECE):  # to its very end, where the checksum stands
                pass
        manifest: Manifest = TypeAdapter(Manifest).validate_json(told)
    except (OSError, tarfile.TarError, zlib.error, EOFError, ValueError) as fault:
        raise Invalid(say("{file} cannot be read as a backup.", file=path.name)) from fault
    wrong = sorted(name for name in manifest.files.keys() | found.keys() if manifest.files.get(name) != found.get(name))
    if wrong or DATABASES[manifest.database] not in found:
        raise Invalid(
            say("{file} is damaged.", file=path.name),
            faults=[say("{name} is not as it was.", name=name) for name in wrong],
        )
    return manifest


def is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name in DATABASES.values() or (len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts)


def _copied(source: Any, target: Path | None) -> str:
    digest = hashlib.sha256()
    if target is None:
        while piece := source.read(PIECE):
            digest.update(piece)
        return digest.hexdigest()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while piece := source.read(PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()
