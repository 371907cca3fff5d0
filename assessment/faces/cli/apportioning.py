"""``apportion``: a pool shared by the weights of a spreadsheet, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import click

from assessment.faces.cli.answering import FILE, answers, misuse, table_of, write
from assessment.faces.cli.speech import lang
from assessment.foundation.errors import Invalid
from assessment.foundation.exact import parse_decimal, rounded, shown
from assessment.foundation.i18n import N_, Sentence, say
from assessment.foundation.numerals import no_number, unseen_in
from assessment.foundation.tables import Row, write_csv
from assessment.rewards.rules.apportionment import CannotShare, Claim, objections_to
from assessment.rewards.rules.apportionment import apportion as share


@click.command("apportion")
@click.argument("weights", type=FILE)
@click.option("--pool", required=True, help="What is shared, a whole number of the smallest unit.")
@click.option("--floor", default="0", help="The least a unit receives, a whole number.")
@click.option("--cap", help="The most a unit receives, a whole number.")
@lang
@answers
def apportion_command(weights: Path, pool: str, floor: str, cap: str | None) -> None:
    """Share a pool exactly by the weights in WEIGHTS (columns unit, weight, and optionally floor, cap)."""
    whole, least = _amount("--pool", pool), _amount("--floor", floor)
    most = None if cap is None else _amount("--cap", cap)
    try:
        awards = share(whole, _claims(weights, least, most))
    except CannotShare as refused:
        faults = [objection.sentence for objection in refused.objections]
        raise Invalid(say("Nothing was shared."), faults=faults) from refused
    # A weight has at most 40 decimals, so that it is shown whole.
    lines = [(one.unit, Decimal(shown(one.weight, 40)), rounded(one.quota, 6, "half_up"), one.amount) for one in awards]
    write(None, write_csv(("unit", "weight", "share", "amount"), lines))


def _amount(option: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 40):
        message = N_("{option}: “{text}” is not a whole number of 0 or more; write one such as 3000.")
        raise misuse(say(message, option=option, text=text[:60]))
    return int(text)


def _claims(path: Path, floor: int, cap: int | None) -> list[Claim]:
    given = table_of(path)
    missing = [column for column in ("unit", "weight") if column not in given.columns]
    faults = [say("“{file}” has no column “{column}”; add it.", file=path.name, column=column) for column in missing]
    if not missing and not given.rows:
        faults = [say("“{file}” holds no unit; add a row for each.", file=path.name)]
    lines = [] if faults else [_Line(path.name, row, floor, cap, faults) for row in given.rows]
    first: dict[str, int] = {}
    claims = [claim for line in lines if (claim := line.claim(first)) is not None]
    if faults:
        raise Invalid(say("Nothing was shared."), faults=faults)
    return claims


@dataclass(frozen=True)
class _Line:
    """One row of the weights; what is wrong with it joins the faults of all."""

    file: str
    row: Row
    floor: int
    cap: int | None
    faults: list[Sentence]

    def claim(self, first: dict[str, int]) -> Claim | None:
        unit = self.row.text("unit")
        if not unit:
            self._fault("unit", say("The cell is empty; fill it, or delete the row."))
        elif unseen := unseen_in(unit):
            self._fault("unit", unseen)
        elif first.setdefault(unit, self.row.number) != self.row.number:
            self._fault("unit", say("“{unit}” stands already in row {row}; delete one.", unit=unit, row=first[unit]))
        weight = self._number("weight")
        floor = self._whole("floor") if self.row.text("floor") else self.floor
        cap = self._whole("cap") if self.row.text("cap") else self.cap
        if weight is None or floor is None or (cap is None and self.row.text("cap")):
            return None
        claim = Claim(unit, Fraction(weight), floor, cap)
        for objection in objections_to(claim):
            self._fault(objection.about, objection.sentence)
        return claim

    def _number(self, column: str) -> Decimal | None:
        text = self.row.text(column)
        try:
            return parse_decimal(text)
        except ValueError:
            self._fault(column, no_number(text))
            return None

    def _whole(self, column: str) -> int | None:
        found = self._number(column)
        if found is None or found == int(found):
            return None if found is None else int(found)
        self._fault(column, say("“{text}” is not a whole number.", text=self.row.text(column)[:60]))
        return None

    def _fault(self, column: str, what: Sentence) -> None:
        place = {"file": self.file, "row": self.row.number, "column": column}
        self.faults.append(say("“{file}”, row {row}, column “{column}”: {what}", what=what, **place))


commands: tuple[click.Command, ...] = (apportion_command,)
