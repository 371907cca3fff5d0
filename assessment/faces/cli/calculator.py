"""``score`` and ``scheme``: a calculator that needs no database and that anyone can test."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from assessment.faces.cli.answering import FILE, answers, keep, kind_of, misuse, one_of, table_of, write, written
from assessment.faces.cli.speech import lang, language, spoken, text_of
from assessment.foundation.errors import Invalid
from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_, Label, Sentence, say
from assessment.programmes.rules.cases import load_cases
from assessment.programmes.rules.faults import Fault, SchemeFaults
from assessment.programmes.rules.loading import load_scheme, scheme_json_schema
from assessment.programmes.rules.reading import LARGEST
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.cases import work
from assessment.scoring.explanation import Known, explained, trial
from assessment.scoring.influence import PLACES, REMOVALS, places, removal_rows
from assessment.scoring.rules.cards import Results, Scorecard
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.margins import Trial
from assessment.scoring.rules.values import UnitInput
from assessment.scoring.scoresheet import Sheet, columns, rows
from assessment.scoring.wanting import Teller, wanting


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
@lang
@answers
def score_command(
    scheme: Path, data: Path, out: Path | None, explain: str | None, workbook: Path | None, strengths: str | None,
    removals: bool, kind: str | None,
) -> None:  # fmt: skip
    """Score and rank the spreadsheet DATA (.csv or .xlsx) by the scheme file SCHEME.

    A cell of DATA holds a number, is empty where the value is missing, or says “n/a” (the indicator does not apply to
    the unit) or “withheld” (the unit does not give its value). What follows from an empty one the scheme says
    (missing: block, zero_by_decision, reweight, peer_mean or carry_forward; for all indicators or for one).
    """
    asked = {"--explain": explain is not None, "--strengths": strengths is not None, "--removals": removals,
             "--workbook": workbook is not None}  # fmt: skip
    one_of(asked)
    for option, is_asked in (("--out", out), ("--format", kind)):
        one_of({"--workbook": workbook is not None, option: is_asked is not None})
    _check_form(out, explain, workbook, kind)
    keep(out, scheme, data)
    keep(workbook, scheme, data)
    form = kind_of(out, kind)
    checked = read_scheme(scheme)
    units, results = scored_units(checked, data)
    unit = explain if explain is not None else strengths
    if unit is not None and results.of(unit) is None:
        raise Invalid(say("“{file}” has no unit “{unit}”; check its name.", file=data.name, unit=unit))
    if workbook is not None:
        write(workbook, a_workbook(checked, data.name, units, results))
    elif explain is not None:
        told = as_json if form == "json" else as_lines
        write(out, told(checked, trial(checked, units, results, explain)))
    elif strengths is not None:
        write(out, written(form, PLACES, list(places(results, strengths)), checked.scheme))
    elif removals:
        write(out, written(form, REMOVALS, list(removal_rows(checked, units)), checked.scheme))
    else:
        write(out, written(form, columns(checked), list(rows(checked, results)), checked.scheme))


def _check_form(out: Path | None, explain: str | None, workbook: Path | None, kind: str | None) -> None:
    """What is asked for can be written in the form that is asked for."""
    if workbook is not None and workbook.suffix.lower() != ".xlsx":
        raise misuse(say("“{file}” will be an Excel workbook; let its name end in .xlsx.", file=workbook.name))
    form = kind_of(out, kind) if out is not None else kind
    if explain is not None and form in ("csv", "xlsx"):
        raise misuse(say("An explanation is lines (.txt) or data (.json), not a table; choose one of these."))


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
    """A spreadsheet's units and results; raises ``Invalid`` with every fault of its cells and all that blocks them."""
    sheet, units = units_of(scheme, data)
    return units, scored(sheet, units)


def units_of(scheme: Scheme, data: Path) -> tuple[Sheet, list[UnitInput]]:
    """A spreadsheet and its units; raises ``Invalid`` with every fault of its cells and what blocks the others."""
    sheet = Sheet(scheme, table_of(data), data.name)
    units = sheet.units()
    if sheet.faults:
        others = list(sheet.troubles(score(scheme, units))) if sheet.is_whole else []
        raise Invalid(say("Nothing was scored."), faults=[*sheet.faults, *others])
    return sheet, units


def scored(sheet: Sheet, units: Sequence[UnitInput]) -> Results:
    """The results of a spreadsheet; raises ``Invalid`` with all that blocks them."""
    results = score(sheet.scheme, units)
    if results.troubles:
        raise Invalid(say("Nothing was scored."), faults=list(sheet.troubles(results)))
    return results


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
    sentences = (f"  {spoken(sentence)}" for _, sentence in teller.everything(found))
    lines = [*explanation(scheme, tried.card), "", spoken(say("What would have changed it")), *sentences]
    return ("\n".join(lines) + "\n").encode()


def explanation(scheme: Scheme, card: Scorecard) -> Iterator[str]:
    """How a score came about, line by line."""
    names = {item.code: item for item in scheme.items}
    score_or_none = text_of(card.total_published) or Label(N_("no score"))
    rank = say("rank {rank}", rank=card.rank) if card.rank is not None else say("not ranked")
    facts = {"unit": card.unit, "group": card.group, "score": score_or_none, "rank": rank}
    if card.band:
        yield spoken(say("{unit} ({group}): {score}, {rank}, {band}", band=card.band, **facts))
    else:
        yield spoken(say("{unit} ({group}): {score}, {rank}", **facts))
    for item in card.items:
        named = names[item.code].in_language(language())
        title = item.code if named == item.code else f"{item.code} {named}"
        rule, clause = item.explanation.rule, item.explanation.clause
        facts = {"title": title, "points": shown(item.points),
                 "rule": say("{rule}, by {clause}", rule=rule, clause=clause) if clause else rule,
                 "result": say("does not count") if item.counted is None else shown(item.counted)}  # fmt: skip
        yield ""
        yield spoken(say("{title}: {result} of {points} ({rule})", **facts))
        yield from (f"  {spoken(step.sentence)}" for step in item.explanation.steps)
    yield ""
    yield spoken(say("Total"))
    yield from (f"  {spoken(step.sentence)}" for step in card.steps)


@click.group("scheme")
def scheme_group() -> None:
    """Check scheme files; print what they may say."""


@scheme_group.command("check")
@click.argument("file", type=FILE)
@click.option("--cases", type=FILE, help="Worked cases (else NAME.cases.yaml beside NAME.scheme.yaml, if there).")
@lang
@answers
def check_command(file: Path, cases: Path | None) -> None:
    """Name all that is wrong with a scheme file at once, and work the cases that stand beside it."""
    scheme = read_scheme(file)
    facts = {"file": file.name, "scheme": scheme.scheme, "version": scheme.version, "count": len(scheme.items)}
    click.echo(spoken(say("“{file}” is a valid scheme: {scheme} {version}, {count} indicators.", **facts)))
    beside = file.with_name(file.name.removesuffix(".yaml").removesuffix(".scheme") + ".cases.yaml")
    if cases is not None or beside.is_file():
        click.echo(spoken(_worked(scheme, cases or beside)))


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


commands: tuple[click.Command, ...] = (score_command, scheme_group)
