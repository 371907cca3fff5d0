"""The schema's version: brought up and down by the numbered migrations, and compared with what the code expects."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, select

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
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(UPGRADE_LOCK)))  # two may be started at once
        config.attributes["connection"] = connection
        below = revision == "base" or (known(revision) and revision < (current_of(connection) or ""))
        (command.downgrade if below else command.upgrade)(config, revision)


def current_of(connection: object) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()  # type: ignore[arg-type]
