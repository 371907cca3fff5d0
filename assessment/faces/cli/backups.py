"""``backup``: one file with everything, made, checked and laid back by hand; the clock makes one every night."""

from __future__ import annotations

from pathlib import Path

import click

from assessment.faces.backups import archive
from assessment.faces.backups.checking import check
from assessment.faces.backups.making import create, folder
from assessment.faces.backups.restoring import restore
from assessment.faces.cli.instance import import_models, open_frame, settings, speaks
from assessment.faces.cli.speech import spoken
from assessment.foundation import schema
from assessment.foundation.i18n import Sentence, say
from assessment.foundation.settings import Settings


@click.group()
def backup() -> None:
    """Make backups, check them, and lay them back."""


@backup.command("create")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="another folder than the instance's own")
@speaks
def create_command(into: Path | None) -> None:
    """Write one file with everything, read it back, and say how it is laid back."""
    found = settings()
    open_frame(found)
    path = create(found, into=into)
    click.echo(str(path))
    _tell(say("It was read back: every file, every row and the trail in it are as its manifest says. To lay it back: "
              "python -m assessment backup restore {file}", file=path))  # fmt: skip


@backup.command()
@click.argument("file", type=click.Path(path_type=Path))
@speaks
def verify(file: Path) -> None:
    """Read a backup through without laying it back: files, rows, the trail."""
    import_models()
    manifest = check(_path(settings(), file))
    click.echo(f"ok - made {manifest.made_at}, {_contents(manifest)}, trail head {manifest.head}")


@backup.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="put what is here aside, and lay the backup in its place")
@speaks
def restore_command(file: Path, replace: bool) -> None:
    """Lay a backup back into an empty place; whole, or not at all."""
    import_models()
    found = settings()
    done = restore(found, _path(found, file), replace=replace)
    click.echo(f"ok - {_contents(done.manifest)}, trail head {done.manifest.head}")
    if done.aside is not None:
        _tell(say("What stood here before lies in {folder}. Remove it when you need it no more.", folder=done.aside))
    if done.manifest.schema != schema.expected():
        _tell(say("The backup is older than the program. Run: python -m assessment setup, which brings it up to date."))


def _path(found: Settings, file: Path) -> Path:
    """Where it lies: as named, or in the instance's own folder of backups."""
    return file if file.exists() else folder(found) / file


def _contents(manifest: archive.Manifest) -> str:
    return f"{len(manifest.files)} files, {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables"


def _tell(sentence: Sentence) -> None:
    click.echo(spoken(sentence))


commands: tuple[click.Command, ...] = (backup,)
