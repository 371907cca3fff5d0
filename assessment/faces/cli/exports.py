"""``export``: the record as files, so that anyone can check it without knowing a table."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

import click

from assessment.faces.cli.instance import act_at_console, open_frame, speaks
from assessment.foundation.tables import write_csv


@click.command()
@click.argument(
    "kind",
    type=click.Choice(["units", "scores", "submissions", "findings", "tasks", "bulletins", "cases", "rewards"]),
)
@click.option("--period", default="", metavar="CODE", help="only this period, such as 2012-01")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="a file instead of standard output")
@speaks
def export(kind: str, period: str, form: str, out: Path | None) -> None:
    """Write KIND as rows; the columns are explained in docs/exports.md."""
    from assessment.faces import exports

    frame = open_frame()
    columns = list(exports.EXPORTS[kind].columns)
    with frame.read() as session:
        found = [[exports.written(cell) for cell in row] for row in exports.rows(session, kind, period)]
    if form == "csv":
        content = write_csv(columns, found)
    else:
        lines = (json.dumps(dict(zip(columns, map(_plain, row), strict=True)), ensure_ascii=False) for row in found)
        content = "".join(f"{line}\n" for line in lines).encode("utf-8")
    with frame.write() as session:
        exports.note(session, act_at_console(session), kind, period, len(found))
    if out:
        out.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)


def _plain(cell: object) -> object:
    return f"{cell:f}" if isinstance(cell, Decimal) else cell


commands: tuple[click.Command, ...] = (export,)
