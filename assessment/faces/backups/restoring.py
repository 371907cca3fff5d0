"""Laying a backup back: into an empty place, or on demand in the place of what is there, which is put aside.

Everything is unpacked and checked beside the instance first. Only then do things move, each by a rename: what fails is
moved back, and what a power cut interrupts is settled by the next command, since a renamed ``READY`` folder says what
was to move. On PostgreSQL the moves happen inside the transaction that lays the tables back.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from assessment.cycles.models import Heartbeat
from assessment.faces.backups import archive, databases, postgres
from assessment.faces.backups.making import alone
from assessment.foundation import clock, schema
from assessment.foundation.db import make_engine
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.filestore import FileStore
from assessment.foundation.i18n import say
from assessment.foundation.settings import Settings

READY = ".restored"
PLAN = "plan.json"
SWAPPED = ("keys", "documents")
"""Folders whose contents give way; the store of uploads is only added to, since each file is named by its content."""
STILL_TICKING = timedelta(seconds=60)

Move = tuple[Path, Path]


@dataclass(frozen=True)
class Restored:
    """What was laid back, and where that lies which stood there before (nowhere, if the place was empty)."""

    manifest: archive.Manifest
    aside: Path | None


def restore(found: Settings, path: Path, *, replace: bool = False) -> Restored:
    """Raises ``Refusal`` with nothing changed: damaged, too new, another kind of database, not empty, in use."""
    with alone(found):
        for left in found.instance.glob(".restoring-*"):
            shutil.rmtree(left, ignore_errors=True)
        return _restore(found, path, replace)


def _restore(found: Settings, path: Path, replace: bool) -> Restored:
    stood = _stands(found)
    if stood and not replace:
        raise NotNow(say("There is an instance here already. To put it aside and lay the backup in its place, "
                         "add --replace."))  # fmt: skip
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=found.instance) as work:
        staged = Path(work) / "staged"
        manifest = archive.unpack(path, lambda name: staged / name)
        _fits(found, manifest)
        aside = found.instance / f"replaced-{clock.system_now():%Y%m%dT%H%M%S}"
        with _files_to_lay(found, staged, aside, manifest.head) as lay:
            if manifest.database == "sqlite":
                inside = databases.check_sqlite(staged / archive.DATABASES["sqlite"])
                databases.compare(inside, manifest.schema, manifest.head, manifest.rows)
                lay()
            else:
                with _tables_laid(found, staged / archive.DATABASES["postgresql"], manifest, aside.name):
                    lay()
    return Restored(manifest, aside if stood else None)


def _fits(found: Settings, manifest: archive.Manifest) -> None:
    if manifest.format != archive.FORMAT or not schema.known(manifest.schema):
        raise Invalid(say("The backup was made by a newer program (its schema is {at}). Restore it with that one.",
                          at=manifest.schema))  # fmt: skip
    kind = databases.kind_of(found.database_url)
    if manifest.database != kind:
        raise Invalid(say("The backup is of {theirs}, and DATABASE_URL names {ours}: set DATABASE_URL to a database "
                          "of that kind.", theirs=manifest.database, ours=kind))  # fmt: skip


def _stands(found: Settings) -> bool:
    """Whether there is anything here that a restore would change; refused while somebody works with it."""
    files = any(any((found.instance / name).iterdir()) for name in SWAPPED if (found.instance / name).is_dir())
    path = _sqlite(found)
    if path is not None and not path.exists():
        return files
    try:
        with databases.opened(found.database_url) as connection:
            _refuse_in_use(connection)
            return files or bool(inspect(connection).get_table_names())
    except DatabaseError:
        if path is None:
            raise
        return True  # a file that SQLite cannot read is the best reason for a restore, and is put aside like any other


def _refuse_in_use(connection: Connection) -> None:
    others, ticked = 0, None
    if inspect(connection).has_table("heartbeat"):
        ticked = connection.scalar(select(func.max(Heartbeat.ticked_at)))
    if connection.dialect.name == "postgresql":
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        others = connection.scalar(text(asked)) or 0
    if others or (ticked is not None and clock.system_now() - ticked < STILL_TICKING):
        raise NotNow(say("A program works with this database: stop every run, web and clock, wait a minute, and try "
                         "again."))  # fmt: skip


def _sqlite(found: Settings) -> Path | None:
    address = make_url(found.database_url)
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None


# --- files -----------------------------------------------------------------------------------------------------------


@contextmanager
def _files_to_lay(found: Settings, staged: Path, aside: Path, head: str) -> Iterator[Callable[[], None]]:
    """Hands out what moves the files into place, the database of SQLite last; they go back if the body fails."""
    ready = found.instance / READY
    done: list[Move] = []

    def lay() -> None:
        _add_uploads(found, staged / "uploads")
        moves = [*_moves_away(found, aside), *_moves_in(found, staged, ready)]
        plan = {"head": head, "moves": [[str(source), str(target)] for source, target in moves]}
        (staged / PLAN).write_text(json.dumps(plan), encoding="utf-8")
        staged.rename(ready)  # a process that dies from here on leaves a restore to be settled
        for source, target in moves:
            _move(source, target)
            done.append((source, target))

    try:
        yield lay
    except BaseException:
        for source, target in reversed(done):
            _move(target, source)
        raise
    finally:
        shutil.rmtree(ready, ignore_errors=True)


def settle(found: Settings) -> bool:
    """Finish a restore that was cut off between its moves, or undo it where PostgreSQL has not got the tables; returns
    whether there was one."""
    ready = found.instance / READY
    if not (ready / PLAN).exists():
        return False
    with alone(found):
        plan = json.loads((ready / PLAN).read_text(encoding="utf-8"))
        moves = [(Path(source), Path(target)) for source, target in plan["moves"]]
        if _sqlite(found) is None and not _has_tables_of(found, plan["head"]):
            moves = [(target, source) for source, target in reversed(moves)]
        for source, target in moves:
            if source.exists() and not target.exists():
                _move(source, target)
        shutil.rmtree(ready)
    return True


def _has_tables_of(found: Settings, head: str) -> bool:
    with databases.opened(found.database_url) as connection:
        return databases.facts(connection).head == head


def _moves_away(found: Settings, aside: Path) -> Iterator[Move]:
    for name in SWAPPED:
        for path in sorted((found.instance / name).glob("*")):
            yield path, aside / name / path.name
    database = _sqlite(found)
    if database is not None:
        # A journal that a crash left belongs to the old database: beside the new one it would be played into it.
        for path in (database, database.with_name(f"{database.name}-journal")):
            if path.exists():
                yield path, aside / path.name


def _moves_in(found: Settings, staged: Path, ready: Path) -> Iterator[Move]:
    """From the folder that ``staged`` is renamed to before anything moves."""
    for name in SWAPPED:
        for path in sorted((staged / name).glob("*")):
            yield ready / name / path.name, found.instance / name / path.name
    database = _sqlite(found)
    if database is not None:
        yield ready / archive.DATABASES["sqlite"], database


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.move(source, target)


def _add_uploads(found: Settings, staged: Path) -> None:
    store = FileStore(found.uploads)
    for name in FileStore(staged).names():
        if not store.check(name):
            with FileStore(staged).open(name) as file:
                store.put(file, limit=FileStore(staged).path(name).stat().st_size)


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


@contextmanager
def _tables_laid(found: Settings, dump: Path, manifest: archive.Manifest, aside: str) -> Iterator[None]:
    """In one transaction: what is there into a schema of its own, the backup's tables, the body of the ``with``."""
    engine = make_engine(found.database_url)
    try:
        with engine.begin() as connection:
            server = postgres.major_of(connection)
            if inspect(connection).get_table_names():
                name = f"{postgres.ASIDE}{aside.rpartition('-')[2].lower()}"
                connection.execute(text(f'ALTER SCHEMA public RENAME TO "{name}"'))
                connection.execute(text("CREATE SCHEMA public"))
            postgres.load(dump, connection, server)
            inside = databases.facts(connection)
            databases.compare(inside, manifest.schema, manifest.head, manifest.rows)
            databases.check_trail(connection, inside)
            yield
    finally:
        engine.dispose()


