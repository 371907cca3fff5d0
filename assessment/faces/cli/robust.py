"""``robustness``: how far the ranks of a spreadsheet depend on the weights, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from assessment.faces.cli.answering import FILE, answers, keep, kind_of, one_of, write, written
from assessment.faces.cli.calculator import read_scheme, scored, units_of
from assessment.faces.cli.speech import Cell, lang, spoken
from assessment.foundation.errors import Invalid
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import N_, say
from assessment.programmes.rules.composite_checks import may_be_negative
from assessment.programmes.rules.robustness import MEANS, NORMALISATIONS, Robustness
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.values import UnitInput
from assessment.scoring.scoresheet import Sheet
from assessment.scoring.sensitivity import specification

COLUMNS = ("group", "unit", "rank", "rank_median", "rank_low", "rank_high", "tier")
SHARES = ("group", "input", "first_order", "total")


@click.command("robustness")
@click.argument("scheme", type=FILE)
@click.argument("data", type=FILE)
@click.option("--draws", type=click.IntRange(1, 1_000_000), help="How often; else as the scheme says, or 10,000.")
@click.option("--seed", type=int, help="The seed, any whole number; else as the scheme says, or 1.")
@click.option("--weights", metavar="SHARE", help="How far weights vary; else as the scheme says, or 25%.")
@click.option("--normalisation", type=click.Choice(NORMALISATIONS), multiple=True, help="May be given several times.")
@click.option("--aggregation", type=click.Choice(MEANS), multiple=True, help="The mean of parts; several times.")
@click.option("--out", type=FILE, help="Write to this file; its ending (.csv, .json, .xlsx, .txt) says how.")
@click.option("--data-error", is_flag=True, help="Vary the values by the scheme's data_error, not the weights.")
@click.option("--variance", is_flag=True, help="Print each weight's share in the variance of the ranks instead.")
@lang
@answers
def robustness_command(
    scheme: Path, data: Path, out: Path | None, data_error: bool, variance: bool, **asked: Any
) -> None:
    """Rank DATA by SCHEME many times with other weights: between which ranks each unit lies (method sensitivity).

    With several normalisations or aggregations each draw takes one of them.
    """
    for option in ("weights", "normalisation", "aggregation"):
        one_of({"--data-error": data_error, f"--{option}": bool(asked[option])})
    one_of({"--data-error": data_error, "--variance": variance})
    keep(out, scheme, data)
    form = kind_of(out, "csv" if out is None or not out.suffix else None)
    checked = read_scheme(scheme)
    said = _said(checked, {name: value for name, value in asked.items() if value not in (None, ())})
    if data_error and said.data_error is None:
        raise Invalid(say("“{file}” does not say how far its data may err; add “data_error: 2%” under robustness.",
                          file=scheme.name))  # fmt: skip
    names, cells = _table(*units_of(checked, data), said, data_error, variance)
    write(out, written(form, names, cells, checked.scheme))
    click.echo(spoken(specification(said.plainly(), data_error)), err=True)


def _said(scheme: Scheme, asked: Mapping[str, Any]) -> Robustness:
    changed = dict(asked)
    if "weights" in asked:
        changed["weights"] = _share(asked["weights"])
    said = (scheme.robustness or Robustness()).model_copy(update=changed)
    if name := may_be_negative(scheme, said):
        message = say("“{name}” may be negative, and cannot be taken into a geometric or harmonic mean; leave one out.",
                      name=name)  # fmt: skip
        raise Invalid(message)
    return said


def _share(text: str) -> Fraction:
    try:
        return Robustness.model_validate({"weights": text}).weights
    except ValidationError as refused:
        message = N_("“{value}” is not a share; write a percentage between 0% and 100%, such as 30%.")
        raise Invalid(say(message, value=text[:20])) from refused


def _table(
    sheet: Sheet, units: Sequence[UnitInput], said: Robustness, data_error: bool, variance: bool
) -> tuple[Sequence[str], list[tuple[Cell, ...]]]:
    # Loaded only where ranks are simulated: arrays take a fifth of a second to load.
    from assessment.scoring.rules.ranges.contest import contests
    from assessment.scoring.rules.ranges.errors import error_ranges
    from assessment.scoring.rules.ranges.method import quick_contests
    from assessment.scoring.rules.ranges.summary import rank_ranges
    from assessment.scoring.rules.ranges.tree import CannotVary
    from assessment.scoring.rules.ranges.variance import variance_shares

    scheme, unranked = sheet.scheme, list[tuple[str, str]]()
    try:
        groups = quick_contests(scheme, units)
        if groups is None:
            results = scored(sheet, units)
            groups = contests(scheme, results)
            unranked = [(card.group, card.unit) for card in results.scorecards if card.rank is None]
        if variance:
            shares = variance_shares(scheme, groups, said)
            return SHARES, [(s.group, s.choice, _places(s.alone), _places(s.in_all)) for s in shares]
        found = error_ranges(scheme, units, groups, said) if data_error else rank_ranges(scheme, groups, said)
    except CannotVary as refused:
        message = say("This scheme compares units pair by pair (copeland); its weights cannot be varied.")
        raise Invalid(message) from refused
    lines: list[tuple[Cell, ...]] = []
    for contest in groups:
        lines += [(r.group, r.unit, r.rank, r.median, r.low, r.high, r.tier) for r in found if r.group == contest.group]
        lines += [(group, unit, None, None, None, None, None) for group, unit in unranked if group == contest.group]
    return COLUMNS, lines


def _places(share: float) -> Decimal:
    return rounded(Fraction(share), 4, "half_even")


commands: tuple[click.Command, ...] = (robustness_command,)
