"""``draw``: draws objects and inspectors from rolls, so that anyone can recompute a draw made in public."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from assessment.faces.cli.answering import FILE, answers, misuse
from assessment.faces.cli.speech import lang
from assessment.foundation.draw import (
    assign_inspectors,
    assign_teams,
    draw,
    inputs_hash,
    population_hash,
    sizes_by_rate,
)
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import Sentence, say
from assessment.foundation.tables import Row, Table, TableFaults, read_table, write_csv
from assessment.inspections.rules.lots import rate_of


@dataclass(frozen=True)
class Roll:
    """One input file and what is wrong with it."""

    name: str
    table: Table
    faults: list[Sentence]

    @classmethod
    def read(cls, path: Path, *columns: str) -> Roll:
        """Every named column is there and every cell in it filled, without blanks around it."""
        try:
            roll = cls(path.name, read_table(path, path.name), [])
        except TableFaults as refused:
            faults = [say("“{file}”: {what}", file=path.name, what=what) for what in refused.faults]
            return cls(path.name, Table((), ()), faults)
        for column in columns:
            if column not in roll.table.columns:
                roll.faults.append(say("“{file}” has no column “{column}”; add it.", file=roll.name, column=column))
                continue
            for row in roll.table.rows:
                roll.check(row, column)
        return roll

    def check(self, row: Row, column: str) -> None:
        if not row.text(column):
            self.fault(row, column, say("The cell is empty; fill it, or delete the row."))
        elif row.text(column) != row.cells[column]:
            self.fault(row, column, say("There are blanks around “{text}”; delete them.", text=row.text(column)))

    def check_ids(self) -> None:
        first: dict[str, int] = {}
        for row in self.table.rows:
            one = row.cells.get("id", "")
            if one and first.setdefault(one, row.number) != row.number:
                self.fault(row, "id", say("“{id}” stands already in row {row}; delete one.", id=one, row=first[one]))

    def fault(self, row: Row, column: str, what: Sentence) -> None:
        place = {"file": self.name, "row": row.number, "column": column}
        self.faults.append(say("“{file}”, row {row}, column “{column}”: {what}", what=what, **place))

    @property
    def ids(self) -> list[str]:
        return [row.cells["id"] for row in self.table.rows]

    @property
    def contents(self) -> tuple[Sequence[str], list[list[str]]]:
        return self.table.columns, [[row.cells[column] for column in self.table.columns] for row in self.table.rows]


@click.command("draw")
@click.argument("population", type=FILE)
@click.option("--size", type=click.IntRange(min=1), help="How many to draw.")
@click.option("--seed", required=True, help="20 digits from dice or a public number, known to nobody before the roll.")
@click.option("--strata", metavar="COLUMN", help="Draw from each stratum its share.")
@click.option("--rates", type=FILE, help="Each stratum's own rate (columns stratum, rate), in place of --size.")
@click.option("--inspectors", type=FILE, help="Roll of inspectors (column id; may_lead: yes or no): draw them, too.")
@click.option("--per-object", type=click.IntRange(min=2), default=2, show_default=True, help="Inspectors an object.")
@click.option("--recusals", type=FILE, help="Who may not inspect what (columns inspector, id).")
@lang
@answers
def command(
    population: Path,
    size: int | None,
    seed: str,
    strata: str | None,
    rates: Path | None,
    inspectors: Path | None,
    per_object: int,
    recusals: Path | None,
) -> None:
    """Draw from the roll POPULATION (column id); the same files and seed give the same draw."""
    if recusals and not inspectors:
        raise misuse(say("{one} needs {other}.", one="--recusals", other="--inspectors"))
    if (size is None) == (rates is None):
        raise misuse(say("Say how many: either --size or --rates."))
    if rates and not strata:
        raise misuse(say("{one} needs {other}.", one="--rates", other="--strata"))
    if not seed.strip():
        raise misuse(say("--seed must not be empty."))
    sys.stdout.buffer.write(drawn_by(population, size, seed, strata, inspectors, per_object, recusals, rates))


def drawn_by(
    population: Path,
    size: int | None,
    seed: str,
    strata: str | None,
    inspectors: Path | None,
    per_object: int,
    recusals: Path | None,
    rates: Path | None = None,
) -> bytes:
    """The whole answer, as it is printed; raises ``Invalid`` with every fault of every file."""
    objects = Roll.read(population, "id", *([strata] if strata and not rates else []))
    people = Roll.read(inspectors, "id") if inspectors else None
    barred = Roll.read(recusals, "inspector", "id") if recusals else None
    share = Roll.read(rates, "rate") if rates else None
    rolls = [roll for roll in (objects, people, barred, share) if roll]
    in_strata = {row.cells.get("id", ""): row.cells.get(strata, "") for row in objects.table.rows} if strata else None
    sizes = _sizes(share, objects, strata, in_strata) if share and strata and in_strata is not None else None
    wanted = size if size is not None else sum((sizes or {}).values())
    _refuse_faults(rolls, objects, people, wanted)
    drawn = draw(objects.ids, wanted, seed, in_strata, sizes)
    head = f"# population sha256:{population_hash(objects.ids)} size:{len(objects.ids)}\n"
    if strata or people:
        head += f"# inputs sha256:{inputs_hash(*(roll.contents for roll in rolls))}\n"
    if people is None:
        return head.encode() + write_csv(("order", "id", "ticket"), ((one.order, one.id, one.ticket) for one in drawn))
    bars = [(row.cells["inspector"], row.cells["id"]) for row in barred.table.rows] if barred else []
    assigned = _teams(people, [one.id for one in drawn], seed, per_object, bars)
    _refuse_too_few(assigned, per_object)
    rows = ((one.order, one.id, one.ticket, ";".join(assigned[one.id])) for one in drawn)
    return head.encode() + write_csv(("order", "id", "ticket", "inspectors"), rows)


def _sizes(share: Roll, objects: Roll, strata: str, in_strata: dict[str, str]) -> dict[str, int]:
    """How many each stratum gives; a rate that is none, and a stratum without one, are told with the other faults."""
    found = {}
    for row in share.table.rows:
        rate = rate_of(row.text("rate"))
        if rate is None:
            share.fault(row, "rate", say("“{text}” is no rate; write 3/10, 0.3 or 30%.", text=row.text("rate")))
        else:
            found[row.cells.get("stratum", "")] = rate
    for row in objects.table.rows:
        if row.cells.get(strata, "") not in found and not share.faults:
            objects.fault(row, strata, say("“{stratum}” has no rate.", stratum=row.cells.get(strata, "")))
    return sizes_by_rate(in_strata.values(), found) if not objects.faults and not share.faults else {}


def _teams(
    people: Roll, things: Sequence[str], seed: str, per_object: int, bars: list[tuple[str, str]]
) -> dict[str, tuple[str, ...]]:
    """Where the roll says who may lead, every team has somebody who may."""
    if "may_lead" not in people.table.columns:
        return assign_inspectors(things, people.ids, seed, per_object, bars)
    leaders = [row.cells["id"] for row in people.table.rows if row.text("may_lead") == "yes"]
    return assign_teams(things, people.ids, leaders, seed, per_object, bars)


def _refuse_faults(rolls: Sequence[Roll], objects: Roll, people: Roll | None, size: int) -> None:
    objects.check_ids()
    if people:
        people.check_ids()
        for row in people.table.rows:
            if ";" in row.cells.get("id", ""):
                people.fault(row, "id", say("An inspector's id may not hold “;”, which parts the ids in the answer."))
    count = len(objects.table.rows)
    if size > count and not objects.faults:
        facts = {"file": objects.name, "count": count, "size": size}
        objects.faults.append(say("“{file}” holds {count}, and {size} are to be drawn; ask for fewer.", **facts))
    faults = [fault for roll in rolls for fault in roll.faults]
    if faults:
        raise Invalid(say("Nothing was drawn."), faults=faults)


def _refuse_too_few(assigned: dict[str, tuple[str, ...]], per_object: int) -> None:
    faults = [
        say(
            "“{id}” has {free} free inspectors, and {wanted} are asked for; name more inspectors.",
            id=one, free=len(free), wanted=per_object,
        )
        for one, free in assigned.items()
        if len(free) < per_object
    ]  # fmt: skip
    if faults:
        raise Invalid(say("Nothing was drawn."), faults=faults)


commands: tuple[click.Command, ...] = (command,)
