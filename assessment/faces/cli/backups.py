"""``backup``: one file with everything, made and checked by hand; the clock makes one every night."""

from __future__ import annotations

from pathlib import Path

import click

from assessment.faces.backups import check, create, folder
from assessment.faces.cli.instance import open_frame, settings, speaks


@click.group()
def backup() -> None:
    """Make backups and check them."""


@backup.command("create")
@speaks
def create_command() -> None:
    """Write one file with everything, and say how it is checked."""
    found = settings()
    path = create(found, open_frame(found))
    check(path)
    click.echo(f"{path}")
    click.echo("It was read back and every file in it agrees with its manifest. To check it again: "
               f"python -m assessment backup verify {path.name}")  # fmt: skip


@backup.command()
@click.argument("file", type=click.Path(path_type=Path))
@speaks
def verify(file: Path) -> None:
    """Read a backup through and compare every file with its manifest."""
    path = file if file.exists() else folder(settings()) / file
    manifest = check(path)
    click.echo(f"ok - made {manifest['made_at']}, {len(manifest['files'])} files, trail head {manifest['head']}")


commands: tuple[click.Command, ...] = (backup,)
