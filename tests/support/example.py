"""The examples, played once a test run by the same code as `make run`; who needs them takes a copy."""

import fcntl
import os
import shutil
from pathlib import Path

from sqlalchemy import Engine, event

from assessment.demo.play import play
from assessment.faces.cli import founding
from assessment.foundation import schema
from assessment.foundation.db import make_engine
from assessment.foundation.settings import Settings
from support.databases import import_all_models

GIVEN = "PLAYED_EXAMPLE"
"""Names an instance that was played before: for whoever works on one test again and again."""


def played_in(folder: Path) -> Path:
    """The played instance of a run; the first worker who asks plays it, the others wait for him."""
    given = os.environ.get(GIVEN)
    if given and stands_at_head(settings_of(Path(given))):
        return Path(given)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        instance = folder / "instance"
        if not (folder / "done").exists():
            if given:
                brought_up(copied(Path(given), instance))
            else:
                import_all_models()
                founding.played(settings_of(instance), make_engine, play)
            (folder / "done").touch()
    return instance


def stands_at_head(settings: Settings) -> bool:
    engine = make_engine(settings.database_url)
    try:
        return schema.current(engine) == schema.expected()
    finally:
        engine.dispose()


def brought_up(settings: Settings) -> None:
    """One that was played before somebody added a migration: its copy is as good."""
    engine = quick_engine(settings)
    try:
        schema.migrate(engine)
    finally:
        engine.dispose()


def settings_of(instance: Path, **changes: str) -> Settings:
    return Settings.from_environment({"ASSESSMENT_INSTANCE": str(instance), "ASSESSMENT_SECRET": "a secret", **changes})


def copied(played: Path, to: Path) -> Settings:
    """An instance of one's own: database, files, keys."""
    shutil.copytree(played, to, ignore=shutil.ignore_patterns("lock", "done", "*.playing*", "backups"))
    return settings_of(to)


def quick_engine(settings: Settings) -> Engine:
    """An engine that does not wait for the disk: nothing here needs to survive a power cut."""
    engine = make_engine(settings.database_url)
    event.listen(engine, "connect", _do_not_wait)
    return engine


def _do_not_wait(connection: object, _record: object) -> None:
    for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]
