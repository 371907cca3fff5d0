"""The trail at the console: export it, verify it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from assessment.faces.cli.instance import open_frame, say_no, speaks
from assessment.foundation import audit as trail


@click.group()
def audit() -> None:
    """Export the audit trail, or verify it against the database."""


@audit.command()
@click.option("--out", type=click.Path(path_type=Path), help="a file instead of standard output")
@speaks
def export(out: Path | None) -> None:
    """Write the trail as JSON lines, as the stand-alone verifier reads it."""
    stream = out.open("w", encoding="utf-8") if out else sys.stdout
    with open_frame().read() as session:
        for row in trail.export(session):
            stream.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
    if out:
        stream.close()


@audit.command()
@click.option("--head", "heads", multiple=True, metavar="HEX", help="a head printed on a bulletin; it must occur")
@speaks
def verify(heads: tuple[str, ...]) -> None:
    """Verify the chain, and every judged record against what the trail last saw of it."""
    with open_frame().read() as session:
        faults = trail.verify(session, heads)
        head = trail.head(session)
    if faults:
        say_no(*(f"failed - {fault}" for fault in faults))
        sys.exit(1)
    click.echo(f"ok - head {head}")


commands: tuple[click.Command, ...] = (audit,)
