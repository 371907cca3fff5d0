"""Checking a backup without laying it back: every file by its hash, every table by its rows, the trail by its chain."""

from __future__ import annotations

import tempfile
from pathlib import Path

from assessment.faces.backups import archive, databases, postgres
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import say


def check(path: Path) -> archive.Manifest:
    """Raises ``Invalid`` with what is wrong. Needs room for the database beside the backup, and no server."""
    if not path.is_file():
        raise Invalid(say("{file} cannot be read as a backup.", file=path.name))
    with tempfile.TemporaryDirectory(prefix=".checking-", dir=path.parent) as work:
        copied = Path(work)
        manifest = archive.unpack(path, lambda name: copied / name if name in archive.DATABASES.values() else None)
        if manifest.database == "sqlite":
            found = databases.check_sqlite(copied / archive.DATABASES["sqlite"])
        else:
            rows = postgres.rows_in(copied / archive.DATABASES["postgresql"], manifest.server)
            found = databases.Facts(manifest.schema, manifest.head, rows, manifest.server)
        databases.compare(found, manifest.schema, manifest.head, manifest.rows)
    return manifest
