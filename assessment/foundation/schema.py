"""The schema's version: brought up and down by the numbered migrations, and compared with what the code expects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import IntegrityError

from assessment.foundation.settings import ROOT

MIGRATIONS = ROOT / "migrations"
UPGRADE_LOCK = 20121220


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def expected() -> str:
    """The newest migration that this code knows."""
    return _scripts(MIGRATIONS).get_current_head() or ""


def known(revision: str) -> bool:
    return any(script.revision == revision for script in _scripts(MIGRATIONS).walk_revisions())


@cache
def _scripts(_folder: Path) -> ScriptDirectory:
    """The migrations as this process found them at first: health asks at every look."""
    return ScriptDirectory.from_config(configuration())


def current(engine: Engine) -> str:
    """The migration that the database stands at; empty for a new one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def migrate(engine: Engine, revision: str = "head") -> None:
    """Up or down to a revision, whole or not at all."""
    config = configuration()
    with _laying_anew(engine) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(UPGRADE_LOCK)))  # two may be started at once
        config.attributes["connection"] = connection
        below = revision == "base" or (known(revision) and revision < (current_of(connection) or ""))
        (command.downgrade if below else command.upgrade)(config, revision)
        if broken := _broken(connection):
            raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(f"rows of {broken} point at nothing"))


@contextmanager
def _laying_anew(engine: Engine) -> Iterator[Connection]:
    """SQLite changes a table by copying it, and lets go of the old one only where nothing asks who points at it."""
    with engine.execution_options(writes=True).connect() as connection:
        asks = connection.dialect.name == "sqlite"
        cursor = connection.connection.cursor()
        if asks:
            cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            if asks:
                cursor.execute("PRAGMA foreign_keys=ON")
            cursor.close()


def _broken(connection: Connection) -> str:
    """Tables with rows that point at nothing, which nobody asked about meanwhile."""
    if connection.dialect.name != "sqlite":
        return ""
    return ", ".join(sorted({str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}))


def current_of(connection: object) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()  # type: ignore[arg-type]
