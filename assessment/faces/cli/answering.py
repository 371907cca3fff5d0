"""How a command that needs no database answers: in what form, into which file, and how it refuses."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from assessment.faces.cli.speech import Cell, spoken, table
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import N_, Sentence, say
from assessment.foundation.tables import Table, TableFaults, read_table, write_csv, write_xlsx

FILE = click.Path(path_type=Path, readable=False)  # whoever opens it says why it cannot be read, and ends with 1
FORMATS = {".csv": "csv", ".json": "json", ".xlsx": "xlsx", ".txt": "table"}


def answers(command: Callable[..., None]) -> Callable[..., None]:
    """Say a refusal as one sentence a fault, and end with 1."""

    @functools.wraps(command)
    def answered(**options: Any) -> None:
        try:
            command(**options)
        except Invalid as refused:
            for sentence in refused.faults or (refused.sentence,):
                click.echo(spoken(sentence), err=True)
            sys.exit(1)

    return answered


def misuse(sentence: Sentence) -> click.UsageError:
    """A command written wrongly: it ends with 2."""
    return click.UsageError(spoken(sentence))


def one_of(options: dict[str, bool]) -> None:
    """Refuse options of which only one can be meant."""
    asked = [name for name, is_asked in options.items() if is_asked]
    if len(asked) > 1:
        raise misuse(say("{one} and {other} cannot go together; leave one out.", one=asked[0], other=asked[1]))


def keep(out: Path | None, *sources: Path) -> None:
    """Refuse to write over a file that is read."""
    for source in sources:
        if out is not None and (out.resolve() == source.resolve() or (out.exists() and out.samefile(source))):
            raise misuse(say("“{file}” is read, and would be overwritten; write to another file.", file=str(out)))


def kind_of(out: Path | None, asked: str | None) -> str:
    """csv, json, xlsx or table: by the ending of the file, else as asked, else as it suits whoever reads it."""
    ending = None if out is None else FORMATS.get(out.suffix.lower())
    if ending and asked and ending != asked:
        message = N_("The ending of “{file}” says {ending}, --format says {asked}; leave --format out.")
        raise misuse(say(message, file=str(out), ending=ending, asked=asked))
    if out is not None and not (ending or asked):
        known = ", ".join(FORMATS)
        raise misuse(say("The ending of “{file}” is none of {known}; add --format.", file=out.name, known=known))
    if out is None and asked == "xlsx" and sys.stdout.isatty():
        raise misuse(say("A workbook cannot be shown on a terminal; add --out FILE.xlsx."))
    return ending or asked or ("table" if out is None and sys.stdout.isatty() else "csv")


def written(kind: str, names: Sequence[str], cells: Sequence[Sequence[Cell]], title: str) -> bytes:
    """A table in one of the four forms."""
    if kind == "csv":
        return write_csv(names, cells)
    if kind == "xlsx":
        return write_xlsx(names, cells, title)
    if kind == "json":
        records = [dict(zip(names, map(_in_json, row), strict=True)) for row in cells]
        return (json.dumps(records, ensure_ascii=False, indent=1) + "\n").encode()
    return table(names, cells).encode()


def _in_json(cell: Cell) -> str | int | None:
    # Numbers as text: no reader's floats, and 96.40 stays 96.40.
    return format(cell, "f") if isinstance(cell, Decimal) else cell


def write(out: Path | None, content: bytes) -> None:
    """To the file, or else to standard output."""
    if out is None:
        click.echo(content, nl=False)
        return
    try:
        out.write_bytes(content)
    except OSError as fault:
        message = N_("“{file}” cannot be written ({why}); choose another name or folder.")
        raise Invalid(say(message, file=str(out), why=fault.strerror)) from fault


def table_of(path: Path) -> Table:
    """A table with its name before each of its faults."""
    try:
        return read_table(path, path.name)
    except TableFaults as refused:
        faults = [say("“{file}”: {what}", file=path.name, what=what) for what in refused.faults]
        raise Invalid(refused.sentence, faults=faults) from refused
