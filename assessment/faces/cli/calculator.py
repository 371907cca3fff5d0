"""``score``, ``scheme`` and ``apportion``: a calculator that needs no database and that anyone can test."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from assessment.faces.cli.speech import Cell, table, text_of
from assessment.foundation.errors import Invalid
from assessment.foundation.exact import parse_decimal, rounded, shown
from assessment.foundation.i18n import N_, Sentence, say
from assessment.foundation.tables import Row, TableFaults, read_table, write_csv, write_xlsx
from assessment.programmes.rules.cases import load_cases
from assessment.programmes.rules.faults import Fault, SchemeFaults
from assessment.programmes.rules.loading import load_scheme, scheme_json_schema
from assessment.programmes.rules.reading import LARGEST
from assessment.programmes.rules.scheme import Scheme
from assessment.rewards.rules.apportionment import CannotShare, Claim
from assessment.rewards.rules.apportionment import apportion as share
from assessment.scoring.cases import work
from assessment.scoring.explanation import Known, explained, trial
from assessment.scoring.influence import PLACES, REMOVALS, places, removal_rows
from assessment.scoring.rules.cards import Results, Scorecard
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.margins import Trial
from assessment.scoring.rules.values import UnitInput
from assessment.scoring.scoresheet import Sheet, columns, rows, troubles
from assessment.scoring.wanting import Teller, wanting

FILE = click.Path(path_type=Path)
FORMATS = {".csv": "csv", ".json": "json", ".xlsx": "xlsx", ".txt": "table"}


def answers(command: Callable[..., None]) -> Callable[..., None]:
    """Say a refusal as one sentence a fault, and end with 1."""

    @functools.wraps(command)
    def answered(**options: Any) -> None:
        try:
            command(**options)
        except Invalid as refused:
            for sentence in refused.faults or (refused.sentence,):
                click.echo(str(sentence), err=True)
            sys.exit(1)

    return answered


@click.command("score")
@click.argument("scheme", type=FILE)
@click.argument("data", type=FILE)
@click.option("--out", type=FILE, help="Write to this file; its ending (.csv, .json, .xlsx, .txt) says how.")
@click.option("--explain", metavar="UNIT",
              help="Print only how this unit came by its score and what would have changed it (json: as data).")
@click.option("--workbook", type=FILE, help="Write an Excel workbook whose cells compute every score.")
@click.option("--strengths", metavar="UNIT", help="Print only this unit's place in each indicator, the best first.")
@click.option("--removals", is_flag=True, help="Print only what leaving out each indicator would do to the ranks.")
@click.option("--format", "kind", type=click.Choice(["table", "csv", "json", "xlsx"]), help="How to write the results.")
@answers
def score_command(
    scheme: Path, data: Path, out: Path | None, explain: str | None, workbook: Path | None, strengths: str | None,
    removals: bool, kind: str | None,
) -> None:  # fmt: skip
    """Score and rank the spreadsheet DATA (.csv or .xlsx) by the scheme file SCHEME."""
    kind = _kind(out, kind)
    checked = read_scheme(scheme)
    units, results = scored_units(checked, data)
    if (unit := explain or strengths) is not None and results.of(unit) is None:
        raise Invalid(say("“{file}” has no unit “{unit}”; check its name.", file=data.name, unit=unit))
    if workbook is not None:
        write(workbook, a_workbook(checked, data.name, units, results))
        return
    if explain is not None:
        told = as_json if kind == "json" else as_lines
        write(out, told(checked, trial(checked, units, results, explain)))
    elif strengths is not None:
        write(out, _written(kind, PLACES, list(places(results, strengths)), checked.scheme))
    elif removals:
        write(out, _written(kind, REMOVALS, list(removal_rows(checked, units)), checked.scheme))
    else:
        write(out, _written(kind, columns(checked), list(rows(checked, results)), checked.scheme))


def _kind(out: Path | None, asked: str | None) -> str:
    if out is not None and (ending := FORMATS.get(out.suffix.lower())):
        return ending
    if out is not None and asked is None:
        raise click.UsageError(f"The ending of “{out.name}” is none of {', '.join(FORMATS)}; add --format.")
    if out is None and asked == "xlsx" and sys.stdout.isatty():
        raise click.UsageError("A workbook cannot be shown on a terminal; add --out FILE.xlsx.")
    return asked or ("table" if out is None and sys.stdout.isatty() else "csv")


def read_scheme(path: Path) -> Scheme:
    """The checked scheme of a file; raises ``Invalid`` with all that is wrong with it."""
    text = _text_of(path)
    try:
        return load_scheme(text)
    except SchemeFaults as refused:
        faults = [in_file(path.name, fault) for fault in refused.faults]
        raise Invalid(say("“{file}” is not a valid scheme.", file=path.name), faults=faults) from refused


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(4 * LARGEST + 1).decode("utf-8-sig")
    except OSError as fault:
        message = N_("“{file}”: The file cannot be opened ({why}); check its name and that you may read it.")
        raise Invalid(say(message, file=path.name, why=fault.strerror)) from fault
    except UnicodeDecodeError as fault:
        raise Invalid(say("“{file}” is not text in UTF-8; save it as UTF-8.", file=path.name)) from fault


def in_file(file: str, fault: Fault) -> Sentence:
    """A scheme's fault as a sentence with its place."""
    what = say(fault.message, **fault.facts)
    if fault.place and fault.line:
        return say("“{file}”, line {line}, {place}: {what}", file=file, line=fault.line, place=fault.place, what=what)
    if fault.line:
        return say("“{file}”, line {line}: {what}", file=file, line=fault.line, what=what)
    if fault.place:
        return say("“{file}”, {place}: {what}", file=file, place=fault.place, what=what)
    return say("“{file}”: {what}", file=file, what=what)


def scored_units(scheme: Scheme, data: Path) -> tuple[list[UnitInput], Results]:
    """A spreadsheet's units and results; raises ``Invalid`` with every fault of its cells, or all that blocks them."""
    units = units_of(scheme, data)
    results = score(scheme, units)
    if results.troubles:
        raise Invalid(say("Nothing was scored."), faults=list(troubles(scheme, results)))
    return units, results


def units_of(scheme: Scheme, data: Path) -> list[UnitInput]:
    """A spreadsheet's units; raises ``Invalid`` with every fault of its cells."""
    try:
        sheet = Sheet(scheme, read_table(data, data.name), data.name)
    except TableFaults as refused:
        faults = [say("“{file}”: {what}", file=data.name, what=what) for what in refused.faults]
        raise Invalid(refused.sentence, faults=faults) from refused
    units = sheet.units()
    if sheet.faults:
        raise Invalid(say("Nothing was scored."), faults=sheet.faults)
    return units


def a_workbook(scheme: Scheme, file: str, units: Sequence[UnitInput], results: Results) -> bytes:
    """The workbook of a spreadsheet's scores."""
    from assessment.scoring.workbook import Told  # loaded only where it is asked for: it takes a while
    from assessment.scoring.workbook import workbook as made

    facts = ((N_("Scheme"), f"{scheme.scheme} {scheme.version}"), (N_("Inputs"), file))
    title = f"{scheme.title.zh} {scheme.title.en}".strip() or scheme.scheme
    return made(scheme, units, results, Told(title, facts)).content


def as_json(_scheme: Scheme, tried: Trial) -> bytes:
    """An explanation as data, in the shape of docs/explanation.md."""
    return (explained(tried, Known()).model_dump_json(indent=1) + "\n").encode()


def as_lines(scheme: Scheme, tried: Trial) -> bytes:
    """An explanation line by line, with what would have changed it beneath."""
    found, teller = wanting(tried), Teller(scheme, {})
    sentences = (f"  {sentence}" for _, sentence in teller.everything(found))
    lines = [*explanation(scheme, tried.card), "\nWhat would have changed it", *sentences]
    return ("\n".join(lines) + "\n").encode()


def explanation(scheme: Scheme, card: Scorecard) -> Iterator[str]:
    """How a score came about, line by line."""
    names = {item.code: item for item in scheme.items}
    rank = str(card.rank) if card.rank is not None else "not ranked"
    yield f"{card.unit} ({card.group}): {text_of(card.total_published) or 'no score'}, rank {rank}" + (
        f", {card.band}" if card.band else ""
    )
    for item in card.items:
        named = names[item.code].in_language("en")
        title = item.code if named == item.code else f"{item.code} {named}"
        result = "does not count" if item.counted is None else shown(item.counted)
        clause = f", by {item.explanation.clause}" if item.explanation.clause else ""
        yield f"\n{title}: {result} of {shown(item.points)} ({item.explanation.rule}{clause})"
        yield from (f"  {step.sentence}" for step in item.explanation.steps)
    yield "\nTotal"
    yield from (f"  {step.sentence}" for step in card.steps)


def _written(kind: str, names: Sequence[str], cells: list[tuple[Cell, ...]], title: str) -> bytes:
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
    if out is None:
        click.echo(content, nl=False)
        return
    try:
        out.write_bytes(content)
    except OSError as fault:
        message = N_("“{file}” cannot be written ({why}); choose another name or folder.")
        raise Invalid(say(message, file=str(out), why=fault.strerror)) from fault


@click.group("scheme")
def scheme_group() -> None:
    """Check scheme files; print what they may say."""


@scheme_group.command("check")
@click.argument("file", type=FILE)
@click.option("--cases", type=FILE, help="Worked cases (else NAME.cases.yaml beside NAME.scheme.yaml, if there).")
@answers
def check_command(file: Path, cases: Path | None) -> None:
    """Name all that is wrong with a scheme file at once, and work the cases that stand beside it."""
    scheme = read_scheme(file)
    facts = {"file": file.name, "scheme": scheme.scheme, "version": scheme.version, "count": len(scheme.items)}
    click.echo(str(say("“{file}” is a valid scheme: {scheme} {version}, {count} indicators.", **facts)))
    beside = file.with_name(file.name.removesuffix(".yaml").removesuffix(".scheme") + ".cases.yaml")
    if cases is not None or beside.is_file():
        click.echo(str(_worked(scheme, cases or beside)))


def _worked(scheme: Scheme, path: Path) -> Sentence:
    """That all cases come out; raises ``Invalid`` with every number that does not."""
    try:
        cases, document = load_cases(_text_of(path))
    except SchemeFaults as refused:
        faults = [in_file(path.name, fault) for fault in refused.faults]
        raise Invalid(say("“{file}” holds no cases that could be worked.", file=path.name), faults=faults) from refused
    faults = work(scheme, cases, document, path.name)
    if faults:
        raise Invalid(say("Not every case comes out as expected."), faults=faults)
    return say("“{file}”: {count} cases come out as expected.", file=path.name, count=len(cases.cases))


@scheme_group.command("schema")
def schema_command() -> None:
    """Print the JSON schema of scheme files."""
    click.echo(json.dumps(scheme_json_schema(), ensure_ascii=False, indent=1))


@click.command("apportion")
@click.argument("weights", type=FILE)
@click.option("--pool", type=click.IntRange(min=0), required=True, help="What is shared, in the smallest unit.")
@click.option("--floor", type=click.IntRange(min=0), default=0, help="The least a unit receives.")
@click.option("--cap", type=click.IntRange(min=0), help="The most a unit receives.")
@answers
def apportion_command(weights: Path, pool: int, floor: int, cap: int | None) -> None:
    """Share a pool exactly by the weights in WEIGHTS (columns unit, weight, and optionally floor, cap)."""
    try:
        awards = share(pool, _claims(weights, floor, cap))
    except CannotShare as refused:
        faults = [objection.sentence for objection in refused.objections]
        raise Invalid(say("Nothing was shared."), faults=faults) from refused
    # A weight has at most 40 decimals, so that it is shown whole.
    lines = [(one.unit, Decimal(shown(one.weight, 40)), rounded(one.quota, 6, "half_up"), one.amount) for one in awards]
    write(None, write_csv(("unit", "weight", "share", "amount"), lines))


def _claims(path: Path, floor: int, cap: int | None) -> list[Claim]:
    try:
        given = read_table(path, path.name)
    except TableFaults as refused:
        faults = [say("“{file}”: {what}", file=path.name, what=what) for what in refused.faults]
        raise Invalid(refused.sentence, faults=faults) from refused
    missing = [column for column in ("unit", "weight") if column not in given.columns]
    faults = [say("“{file}” has no column “{column}”; add it.", file=path.name, column=column) for column in missing]
    if not missing and not given.rows:
        faults = [say("“{file}” holds no unit; add a row for each.", file=path.name)]
    claims = [] if faults else [_claim(row, floor, cap, path.name, faults) for row in given.rows]
    if faults:
        raise Invalid(say("Nothing was shared."), faults=faults)
    return claims


def _claim(row: Row, floor: int, cap: int | None, file: str, faults: list[Sentence]) -> Claim:
    def fault(column: str, what: Sentence) -> None:
        place = {"file": file, "row": row.number, "column": column}
        faults.append(say("“{file}”, row {row}, column “{column}”: {what}", what=what, **place))

    def number(column: str) -> Decimal:
        text = row.text(column)
        try:
            return parse_decimal(text)
        except ValueError:
            fault(column, say("“{text}” is not a decimal number; write one such as 96.4.", text=text[:60]))
            return Decimal(0)

    def whole(column: str) -> int:
        found = number(column)
        if found != int(found):
            fault(column, say("“{text}” is not a whole number.", text=row.text(column)[:60]))
        return int(found)

    if not row.text("unit"):
        fault("unit", say("The cell is empty; fill it, or delete the row."))
    own_floor = whole("floor") if row.text("floor") else floor
    own_cap = whole("cap") if row.text("cap") else cap
    return Claim(row.text("unit"), Fraction(number("weight")), own_floor, own_cap)


commands: tuple[click.Command, ...] = (score_command, scheme_group, apportion_command)
