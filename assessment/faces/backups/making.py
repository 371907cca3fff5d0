"""Making a backup: the database first, then the files, so that whatever a row names is in it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assessment.faces.backups import archive, checking, databases
from assessment.foundation import audit, clock, software
from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import say
from assessment.foundation.settings import Settings

KEPT = 14
ENDING = ".tar.gz"
BEFORE_UPGRADE = "-before-upgrade"


def folder(found: Settings) -> Path:
    return found.instance / "backups"


def newest(found: Settings) -> Path | None:
    return max(_all(found), default=None, key=lambda path: path.name)


def _all(found: Settings) -> list[Path]:
    """Every one of them was read back before it got its name."""
    return sorted(path for path in folder(found).glob(f"*{ENDING}") if path.name[:1].isdigit())


def create(found: Settings, *, into: Path | None = None, label: str = "") -> Path:
    """Write one file and read it back; it has its name only when every file and row in it was found to be there."""
    home = into or folder(found)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = clock.system_now()
    with alone(found), tempfile.TemporaryDirectory(prefix=".making-", dir=home) as work:
        kind = databases.kind_of(found.database_url)
        copied = Path(work) / archive.DATABASES[kind]
        facts = databases.copy(found.database_url, copied)

        def describe(hashes: dict[str, str]) -> archive.Manifest:
            return archive.Manifest(audit.stamp(now), software.version(), kind, facts.server, facts.schema, facts.head,
                                    facts.rows, hashes)  # fmt: skip

        unfinished = Path(work) / f"backup{ENDING}"
        archive.pack(unfinished, [(copied.name, copied), *_files(found)], describe)
        copied.unlink()
        checking.check(unfinished)
        return _named(unfinished, home, f"{now:%Y%m%dT%H%M%S}{label}")


def _named(unfinished: Path, home: Path, stem: str) -> Path:
    """Never in the place of another: two may be made within one second."""
    number = 1
    while True:
        target = home / f"{stem}{f'-{number}' if number > 1 else ''}{ENDING}"
        try:
            os.link(unfinished, target)
        except FileExistsError:
            number += 1
            continue
        except OSError:  # a file system without links, such as a memory stick
            unfinished.replace(target)
        return target


@contextmanager
def alone(found: Settings) -> Iterator[None]:
    """One at a time; the lock ends with the process that holds it, however that ends."""
    folder(found).mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder(found) / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotNow(say("A backup is being made or laid back just now; wait until that is done.")) from None
        _sweep(found)
        yield


def _sweep(found: Settings) -> None:
    """What processes left behind that were killed while they made a backup, or, a day ago, while they checked one."""
    yesterday = (clock.system_now() - timedelta(days=1)).timestamp()
    old = [path for path in folder(found).glob(".checking-*") if path.stat().st_mtime < yesterday]
    for left in (*folder(found).glob(".making-*"), *old):
        shutil.rmtree(left, ignore_errors=True)


def _files(found: Settings) -> Iterator[tuple[str, Path]]:
    for name in archive.FOLDERS:
        for path in sorted((found.instance / name).rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith(".incoming-"):
                yield path.relative_to(found.instance).as_posix(), path


# --- every night -----------------------------------------------------------------------------------------------------


def nightly(found: Settings) -> None:
    """Once a night by system time: make a backup and keep the last two weeks; those before an upgrade stay."""
    if not _is_due(found):
        return
    try:
        create(found)
    except NotNow:  # another clock is at it
        return
    for old in [path for path in _all(found) if BEFORE_UPGRADE not in path.name][:-KEPT]:
        old.unlink(missing_ok=True)


def _is_due(found: Settings) -> bool:
    now, last, born = clock.system_now(), newest(found), _born(found)
    if last is not None:
        return now - made_at(last) >= timedelta(hours=20)
    return born is None or now - born >= timedelta(hours=1)


def made_at(path: Path) -> datetime:
    return datetime.strptime(path.name[:15] + "+0000", "%Y%m%dT%H%M%S%z")


def _born(found: Settings) -> datetime | None:
    """When the instance was set up: its keys are made then and never touched again."""
    certificates = sorted(found.keys.glob("*.pem"))
    return datetime.fromtimestamp(certificates[0].stat().st_mtime, UTC) if certificates else None


def age_of_backup(found: Settings) -> timedelta | None:
    """How old the newest backup is, or the instance where there is none yet; ``None`` before there is an instance."""
    last = newest(found)
    since = made_at(last) if last is not None else _born(found)
    return None if since is None else clock.system_now() - since
