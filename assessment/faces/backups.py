"""Backups: one file with the database, the files and a manifest of hashes; made nightly by the clock, or by hand."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from assessment.foundation import audit, clock, schema
from assessment.foundation.errors import Invalid, Refusal
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import say
from assessment.foundation.settings import Settings

KEPT = 14
MANIFEST = "manifest.json"
FOLDERS = ("uploads", "documents", "keys")


def folder(found: Settings) -> Path:
    return found.instance / "backups"


def newest(found: Settings) -> Path | None:
    return max(folder(found).glob("*.tar.gz"), default=None, key=lambda path: path.name)


def create(found: Settings, frame: Frame) -> Path:
    """Write one file; the database is copied as it stands at one moment, also while others write."""
    folder(found).mkdir(parents=True, exist_ok=True)
    now = clock.system_now()
    target = folder(found) / f"{now:%Y%m%dT%H%M%S}.tar.gz"
    with tempfile.TemporaryDirectory(dir=folder(found)) as work:
        database = _copy_database(found, frame, Path(work))
        entries = {database.name: database, **dict(_files(found))}
        with frame.read() as session:
            head = audit.head(session)
        manifest = {
            "made_at": audit.stamp(now),
            "schema": schema.current(frame.engine),
            "head": head,
            "files": {name: _sha256(path) for name, path in sorted(entries.items())},
        }
        unfinished = Path(work) / "backup.tar.gz"
        with tarfile.open(unfinished, "w:gz", compresslevel=3) as archive:
            description = Path(work) / MANIFEST
            description.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
            archive.add(description, MANIFEST)
            for name, path in sorted(entries.items()):
                archive.add(path, name)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    return target


def _copy_database(found: Settings, frame: Frame, work: Path) -> Path:
    if frame.engine.dialect.name == "sqlite":
        copy = work / "assessment.sqlite3"
        with frame.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            raw = connection.connection.driver_connection
            if raw.in_transaction:  # type: ignore[union-attr]
                raw.rollback()  # type: ignore[union-attr]
            raw.execute("VACUUM INTO ?", (str(copy),))  # type: ignore[union-attr]
        return copy
    copy = work / "assessment.pgdump"
    url = make_url(found.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        subprocess.run(  # noqa: S603 - the address is the installation's own
            ["pg_dump", "--format=custom", f"--file={copy}", url],  # noqa: S607
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as fault:
        raise Refusal(
            say("pg_dump is needed for a backup of PostgreSQL and was not found; install PostgreSQL's client.")
        ) from fault
    except subprocess.CalledProcessError as fault:
        raise Refusal(say("pg_dump failed: {why}", why=fault.stderr.strip()[:300])) from fault
    return copy


def _files(found: Settings) -> Iterator[tuple[str, Path]]:
    for name in FOLDERS:
        for path in sorted((found.instance / name).rglob("*")):
            if path.is_file() and not path.name.startswith(".incoming-"):
                yield path.relative_to(found.instance).as_posix(), path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path: Path) -> dict[str, Any]:
    """Read a backup through and compare every file with the manifest; raises ``Invalid`` with what is wrong."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            manifest = json.loads(archive.extractfile(MANIFEST).read())  # type: ignore[union-attr]
            found = {
                member.name: hashlib.file_digest(archive.extractfile(member), "sha256").hexdigest()  # type: ignore[arg-type]
                for member in archive
                if member.isfile() and member.name != MANIFEST
            }
    except (OSError, tarfile.TarError, KeyError, ValueError, EOFError) as fault:
        raise Invalid(say("{file} cannot be read as a backup.", file=path.name)) from fault
    wrong = sorted(
        name for name in manifest["files"].keys() | found.keys() if manifest["files"].get(name) != found.get(name)
    )
    if wrong:
        raise Invalid(
            say("{file} is damaged.", file=path.name),
            faults=[say("{name} is not as it was.", name=name) for name in wrong],
        )
    return dict(manifest)


def nightly(found: Settings, frame: Frame) -> None:
    """Once a night by system time: make a backup, check it, and keep the last two weeks."""
    now = clock.system_now()
    last = newest(found)
    if last is not None and now - made_at(last) < timedelta(hours=20):
        return
    born = _born(found)
    if last is None and born is not None and now - born < timedelta(hours=1):
        return
    check(create(found, frame))
    for old in sorted(folder(found).glob("*.tar.gz"))[:-KEPT]:
        old.unlink()


def made_at(path: Path) -> datetime:
    return datetime.strptime(path.name.removesuffix(".tar.gz") + "+0000", "%Y%m%dT%H%M%S%z")


def _born(found: Settings) -> datetime | None:
    """When the instance was set up: its keys are made then and never touched again."""
    certificates = sorted(found.keys.glob("*.pem"))
    return datetime.fromtimestamp(certificates[0].stat().st_mtime, UTC) if certificates else None


def age_of_backup(found: Settings) -> timedelta | None:
    """How old the newest backup is, or the instance where there is none yet; ``None`` before there is an instance."""
    last = newest(found)
    since = made_at(last) if last is not None else _born(found)
    return None if since is None else clock.system_now() - since
