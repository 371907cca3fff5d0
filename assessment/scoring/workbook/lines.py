"""Which unit stands in which row, and which of its figures in which column of the sheet of inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.i18n import N_, Bilingual
from assessment.programmes.rules.indicators import LETTER, Completion, Item, Targeted
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import ItemScore, Results, Scorecard
from assessment.scoring.rules.composition import CompositeInput
from assessment.scoring.rules.replay import Inputs
from assessment.scoring.rules.values import Kind, UnitInput, Value
from assessment.scoring.workbook.book import HEAD_ROWS

WORDS = {Kind.MISSING: "missing", Kind.NOT_APPLICABLE: "n/a", Kind.WITHHELD: "withheld"}
SOURCES = {
    "value": N_("Value"), "before": N_("Value of the period before"),
    "year": N_("Value of the year before"), "target": N_("Target of the letter"),
    "schedule": N_("Due by the schedule"), "part": N_("Published total"),
    "weight": N_("Weight in per cent"),
}  # fmt: skip
Key = tuple[str, str]
"""(where it comes from, its name)."""


@dataclass(frozen=True)
class Published:
    """What was published of a unit: against this every recomputed number is held."""

    total: Decimal | None
    rank: int | None
    band: str


@dataclass(frozen=True)
class Line:
    """A unit in its row, the same on every sheet."""

    row: int
    card: Scorecard
    unit: UnitInput
    parts: Mapping[str, Decimal | None]
    name: Bilingual
    published: Published

    def item(self, code: str) -> ItemScore | None:
        """Its score in an indicator."""
        return self.card.item(code)


@dataclass(frozen=True)
class Block:
    """A peer group: the row of its full marks, and the rows of its units beneath."""

    group: str
    row: int
    lines: tuple[Line, ...]
    points: Mapping[str, Fraction]

    @property
    def first(self) -> int:
        """The row of its first unit."""
        return self.row + 1

    @property
    def last(self) -> int:
        """The row of its last unit."""
        return self.row + len(self.lines)


@dataclass(frozen=True)
class Indicator:
    """An indicator, or a part that a quarter or year is composed of."""

    code: str
    name: Bilingual
    item: Item | None


def blocks(
    scheme: Scheme, units: Inputs, results: Results, names: Mapping[str, Bilingual], published: Mapping[str, Published],
    only: str = "",
) -> tuple[Block, ...]:
    """The units by group and rank, each with all that is known of it; only one where only one is asked for."""
    given = {unit.code: unit for unit in units}
    found: list[Block] = []
    row = HEAD_ROWS
    for group in dict.fromkeys(card.group for card in results.scorecards):
        cards = [one for one in results.scorecards if one.group == group and (not only or one.unit == only)]
        if not cards:
            continue
        lines = tuple(_line(at, one, given[one.unit], names, published) for at, one in enumerate(cards, row + 1))
        found.append(Block(group, row, lines, _points(scheme, group, cards[0])))
        row += len(cards) + 1
    return tuple(found)


def _points(scheme: Scheme, group: str, card: Scorecard) -> dict[str, Fraction]:
    """The full marks of each indicator; in a composite what it weighs among its neighbours."""
    points = {item.code: item.points for item in card.items}
    weighed = scheme.items_in(group) if scheme.composite else ()
    return points | {item.code: Fraction(item.points_in(group) or 0) for item in weighed if item.code in points}


def _line(
    row: int, card: Scorecard, given: UnitInput | CompositeInput, names: Mapping[str, Bilingual],
    published: Mapping[str, Published],
) -> Line:
    own = Published(card.total_published, card.rank, card.band or "")
    if isinstance(given, CompositeInput):
        unit = UnitInput(given.code, given.values or {}, adjustments=given.adjustments, group=given.group)
        parts: Mapping[str, Decimal | None] = {part.code: part.total for part in given.parts}
    else:
        unit, parts = given, {}
    return Line(row, card, unit, parts, names.get(card.unit, Bilingual("", "")), published.get(card.unit, own))


def keys(scheme: Scheme, found: Sequence[Block]) -> tuple[Key, ...]:
    """The columns of the sheet of inputs, in the order of the scheme, each once."""
    lines = [line for block in found for line in block.lines]
    parts = dict.fromkeys(code for line in lines for code in line.parts)
    if parts:
        return (*(("part", code) for code in parts), *(("weight", code) for code in parts))
    known = {("value", name) for line in lines for name in line.unit.values}
    wanted = (key for key in _keys(scheme) if key[0] != "value" or key in known or key[1] in scheme.values)
    return tuple(dict.fromkeys(wanted))


def _keys(scheme: Scheme) -> Iterator[Key]:
    for item in scheme.items:
        for name in scheme.inputs(item):
            yield "value", name
        if isinstance(item, Targeted) and item.target == LETTER:
            growth = item.growth if isinstance(item, Completion) else None
            yield from _promised(item, [item.reads, *([growth] if growth else [])])
    yield from (("before", name) for name in scheme.looks_back("period_before"))
    yield from (("year", name) for name in scheme.looks_back("year_before"))
    for key in scheme.ranking.then:
        if key.value in scheme.names:
            for name in scheme.collected(key.value):
                yield "value", name


def _promised(item: Targeted, names: Sequence[str]) -> Iterator[Key]:
    for name in names:
        yield "target", name
        if item.schedule:
            yield "schedule", name


def figure(line: Line, key: Key) -> Decimal | Fraction | str | None:
    """A unit's own figure: a number, the word for a gap, or nothing."""
    source, name = key
    if source == "part":
        total = line.parts.get(name)
        return "n/a" if total is None else total
    if source == "weight":  # its own: what a missing part weighs may be carried by the others
        part = line.item(name)
        return part.points if part else None
    if source in {"target", "schedule"}:
        return (line.unit.targets if source == "target" else line.unit.schedules).get(name)
    values = {"value": line.unit.values, "before": line.unit.previous, "year": line.unit.year_before}[source]
    value = values.get(name, Value(None, Kind.MISSING))
    return value.number if value.number is not None else WORDS[value.kind]
