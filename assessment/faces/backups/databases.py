"""A database as it stands at one moment, while others write: copied into a file, and what that file must hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from assessment.faces.backups import postgres
from assessment.foundation import audit, schema
from assessment.foundation.db import make_engine
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import say
from assessment.foundation.trail_verifier import GENESIS, faults


@dataclass(frozen=True)
class Facts:
    """What a copy is compared with later."""

    schema: str
    head: str
    rows: dict[str, int]
    server: int = 0


def kind_of(url: str) -> Literal["sqlite", "postgresql"]:
    return "postgresql" if make_url(url).get_backend_name() == "postgresql" else "sqlite"


def copy(url: str, target: Path) -> Facts:
    """Write the database as it stands at one moment; raises ``Refusal`` where PostgreSQL's tools are missing."""
    if kind_of(url) == "postgresql":
        return _dump(url, target)
    path = make_url(url).database or ""
    with closing(sqlite3.connect(path, timeout=60)) as source, closing(sqlite3.connect(target)) as written:
        source.backup(written)  # in one step: writers wait while pages are copied, and none comes in between
    with opened(f"sqlite:///{target}") as connection:
        return facts(connection)


def _dump(url: str, target: Path) -> Facts:
    """The counts and the dump see one and the same snapshot."""
    with opened(url, isolation_level="REPEATABLE READ") as connection:
        server = postgres.major_of(connection)
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        found = facts(connection)
        postgres.dump(url, target, server, snapshot)
    return Facts(found.schema, found.head, found.rows, server)


@contextmanager
def opened(url: str, **options: Any) -> Iterator[Connection]:
    """A connection of one's own to a database, closed to its last descriptor."""
    engine = make_engine(url)
    try:
        with engine.connect().execution_options(**options) as connection:
            yield connection
    finally:
        engine.dispose()


def facts(connection: Connection) -> Facts:
    """Read from the tables as they are: they may be older than this program's models."""
    tables = sorted(inspect(connection).get_table_names())
    quote = connection.dialect.identifier_preparer.quote
    rows = {name: connection.scalar(text(f"SELECT count(*) FROM {quote(name)}")) or 0 for name in tables}  # noqa: S608
    head = None
    if "audit_row" in tables:
        head = connection.scalar(text("SELECT hash FROM audit_row ORDER BY seq DESC LIMIT 1"))
    return Facts(schema.current_of(connection) or "", head or GENESIS, rows)


def compare(found: Facts, schema_told: str, head_told: str, rows_told: dict[str, int]) -> None:
    """Raises ``Invalid`` with every difference between a copy and what its manifest says."""
    wrong = [
        say("The table {name} has {found} rows, not {told}.", name=name, found=found.rows.get(name, 0),
            told=rows_told.get(name, 0))
        for name in sorted(found.rows.keys() | rows_told.keys())
        if found.rows.get(name, 0) != rows_told.get(name, 0)
    ]  # fmt: skip
    if found.head != head_told:
        wrong.append(say("The trail ends with {found}, not with {told}.", found=found.head, told=head_told))
    if found.schema != schema_told:
        wrong.append(say("The schema is {found}, not {told}.", found=found.schema, told=schema_told))
    refuse(wrong)


def refuse(wrong: Iterable[Any]) -> None:
    some = list(wrong)
    if some:
        raise Invalid(say("The database in the backup is not what it should be."), faults=some[:20])


def check_sqlite(path: Path) -> Facts:
    """The copy is whole by SQLite's own account, and its trail holds."""
    try:
        with opened(f"sqlite:///{path}") as connection:
            told = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check(20)"))]
            refuse(line for line in told if line != "ok")
            found = facts(connection)
            check_trail(connection, found)
    except DatabaseError as fault:
        raise Invalid(say("The database in the backup cannot be read: {why}", why=str(fault.orig))) from fault
    return found


def check_trail(connection: Connection, found: Facts) -> None:
    """The chain from its first row; and, where the models fit the tables, every judged record against it."""
    with Session(bind=connection) as session:
        if found.schema == schema.expected():
            refuse(audit.verify(session, [found.head] if found.head != GENESIS else []))
        elif found.head != GENESIS:
            refuse(sentence for _, sentence in faults(audit.export(session), [found.head]))
