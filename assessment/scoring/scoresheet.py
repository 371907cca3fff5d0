"""A spreadsheet scored by a scheme: its columns as units and values, and the results as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeVar

from assessment.foundation.exact import parse_decimal, rounded
from assessment.foundation.i18n import N_, Sentence, say
from assessment.foundation.numerals import NO_NUMBER, no_number, unseen_in
from assessment.foundation.tables import Row, Table
from assessment.programmes.rules.indicators import (
    LETTER,
    PEER_MEAN,
    Completion,
    Item,
    PeerMinmax,
    Position,
    Sliding,
    Targeted,
)
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import ItemScore, Results, Scorecard, Trouble
from assessment.scoring.rules.engine import IS_MISSING, IS_WITHHELD
from assessment.scoring.rules.values import MISSING, NOT_APPLICABLE, WITHHELD, Kind, UnitInput, Value

T = TypeVar("T")

PLACES_OF_EXACT = 12
WORDS = {
    "": MISSING, "n/a": NOT_APPLICABLE, "na": NOT_APPLICABLE, "不适用": NOT_APPLICABLE, "withheld": WITHHELD,
    "不提供": WITHHELD,
}  # fmt: skip  # the words of reports
NO_VALUE = N_(
    "“{text}” is not a decimal number; write one such as 96.4. Leave the cell empty where the value is missing; "
    "write n/a where the indicator does not apply to the unit, withheld where the unit does not give the value."
)
FOLLOWS = N_(
    "What follows from a value that is missing or withheld, the scheme says: “missing:”, for all indicators or for one "
    "(block, zero_by_decision, reweight, peer_mean, carry_forward)."
)


@dataclass
class _Columns:
    values: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    schedules: dict[str, str] = field(default_factory=dict)
    previous: dict[str, str] = field(default_factory=dict)
    year_before: dict[str, str] = field(default_factory=dict)


@dataclass
class Sheet:
    """What a scheme finds in a table, and what is wrong with it; ``faults`` empty means that it can be scored.

    A partial table may leave columns out, as the worked cases of a scheme do: what is not there is missing.
    """

    scheme: Scheme
    table: Table
    file: str
    faults: list[Sentence] = field(default_factory=list)
    is_partial: bool = False
    known: set[str] = field(default_factory=set)
    """Every column that the scheme could read, whether the table has it or not."""
    is_whole: bool = False
    """Whether every column is there and every row a unit of its own: then the units can be scored."""
    _places: _Columns = field(default_factory=_Columns)
    _spoilt: set[tuple[str, str]] = field(default_factory=set)
    """Units and columns of the cells that could not be read."""

    def units(self) -> list[UnitInput]:
        """Every row as a unit; what could not be read is missing, and a fault."""
        self.known.update((self.scheme.unit_column, *self.scheme.attributes))
        self._places = self._columns()
        self._check_units()
        self.is_whole = not self.faults
        return [self._unit(row, self._places) for row in self.table.rows]

    def troubles(self, results: Results) -> Iterator[Sentence]:
        """What keeps units from being scored, each at its row; beside unreadable cells only what they cannot cause."""
        rows = {row.text(self.scheme.unit_column): row for row in self.table.rows}
        order = {unit: place for place, unit in enumerate(rows)}
        items = {item.code: item for item in self.scheme.items}
        follows = False
        for trouble in sorted(results.troubles, key=lambda trouble: order.get(trouble.unit, -1)):
            item = items.get(trouble.code)
            if self._spoilt and not (item and self._stands_alone(trouble.unit, item)):
                continue
            follows = follows or trouble.message in (IS_MISSING, IS_WITHHELD)
            what, row = told(self.scheme, trouble), rows.get(trouble.unit)
            columns = self._read_by(item) if item else set()
            if row is None:
                yield what
            elif len(columns) == 1:
                yield self._at(row, columns.pop(), what)
            else:
                yield say("“{file}”, row {row}: {what}", file=self.file, row=row.number, what=what)
        if follows:
            yield say(FOLLOWS)

    def _stands_alone(self, unit: str, item: Item) -> bool:
        """Whether no cell that could not be read has a part in what the unit has there."""
        among_peers = isinstance(item, PeerMinmax | Position) or (
            isinstance(item, Sliding) and item.average == PEER_MEAN
        )
        if among_peers or self.scheme.composite or self.scheme.policy(item) == "peer_mean":
            return False
        places = self._places
        columns = self._read_by(item) | {
            column
            for found in (places.targets, places.schedules, places.previous, places.year_before)
            for name, column in found.items()
            if name in (item.reads, *self.scheme.inputs(item), getattr(item, "growth", None))
        }
        return not any((unit, column) in self._spoilt for column in columns)

    def _read_by(self, item: Item) -> set[str]:
        return {self._places.values[name] for name in self.scheme.inputs(item) if name in self._places.values}

    def _check_units(self) -> None:
        column = self.scheme.unit_column
        if column not in self.table.columns:
            self._no_column(column)
            return
        first: dict[str, int] = {}
        for row in self.table.rows:
            code = row.text(column)
            if not code:
                self._fault(row, column, say("The cell is empty; fill it, or delete the row."))
            elif unseen := unseen_in(code):
                self._fault(row, column, unseen)
            elif first.setdefault(code, row.number) != row.number:
                twice = say("“{unit}” stands already in row {row}; delete one.", unit=code, row=first[code])
                self._fault(row, column, twice)
        if not self.table.rows:
            self.faults.append(say("“{file}” holds no unit; add a row for each.", file=self.file))

    def _columns(self) -> _Columns:
        """Which column each value, target and schedule is read from."""
        found = _Columns()
        for item in self.scheme.items:
            for name in self.scheme.inputs(item):
                alias = item.code if name == item.reads else name
                self._need(found.values, name, name, alias)
            if isinstance(item, Targeted) and item.target == LETTER:
                self._promised(found, item)
        for name in self.scheme.looks_back("period_before"):
            self._need(found.previous, name, f"{name}_period_before")
        for name in self.scheme.looks_back("year_before"):
            self._need(found.year_before, name, f"{name}_year_before")
        # A tie-break key is wanted only where totals are equal; a table without it can still be scored.
        for key in self.scheme.ranking.then:
            for name in self.scheme.collected(key.value):
                self._may(found.values, name, name)
        for column in self.scheme.attributes:
            if column not in self.table.columns and not self.is_partial:
                self._no_column(column)
        return found

    def _promised(self, found: _Columns, item: Targeted) -> None:
        """The columns of a letter: a schedule stands in for the target, a target of growth for that of the amount."""
        if item.schedule:
            self._need(found.schedules, item.reads, f"{item.reads}_schedule", f"{item.code}_schedule")
        if isinstance(item, Completion) and item.growth:
            self._may(found.targets, item.growth, f"{item.growth}_target")
        optional = item.schedule or (isinstance(item, Completion) and item.growth in found.targets)
        look = self._may if optional else self._need
        look(found.targets, item.reads, f"{item.reads}_target", f"{item.code}_target")

    def _need(self, columns: dict[str, str], name: str, *candidates: str) -> None:
        self._may(columns, name, *candidates)
        if name not in columns and not self.is_partial:
            columns[name] = candidates[0]
            self._no_column(candidates[0])

    def _may(self, columns: dict[str, str], name: str, *candidates: str) -> None:
        self.known.update(candidates)
        for column in candidates:
            if column in self.table.columns:
                columns.setdefault(name, column)

    def _no_column(self, column: str) -> None:
        facts = {"file": self.file, "column": column}
        alike = {name.casefold(): name for name in self.table.columns}
        close = get_close_matches(column.casefold(), alike, 1)
        if close:
            message = N_("“{file}” has no column “{column}”; add it, or rename “{close}” if that is the one.")
            self.faults.append(say(message, close=alike[close[0]], **facts))
        else:
            message = N_("“{file}” has no column “{column}”; add it. It has: {columns}.")
            self.faults.append(say(message, columns=list(self.table.columns[:12]), **facts))

    def _unit(self, row: Row, columns: _Columns) -> UnitInput:
        return UnitInput(
            row.text(self.scheme.unit_column),
            values=self._read(row, columns.values, self._value),
            attributes={name: row.text(name) for name in self.scheme.attributes},
            targets=self._read(row, columns.targets, self._number),
            schedules=self._read(row, columns.schedules, self._number),
            previous=self._read(row, columns.previous, self._value),
            year_before=self._read(row, columns.year_before, self._value),
        )

    def _read(self, row: Row, columns: Mapping[str, str], read: Callable[[Row, str], T | None]) -> dict[str, T]:
        cells = {name: read(row, column) for name, column in columns.items()}
        return {name: cell for name, cell in cells.items() if cell is not None}

    def _value(self, row: Row, column: str) -> Value | None:
        text = row.text(column)
        if (word := WORDS.get(text.lower())) is not None:
            return word
        number = self._number(row, column, NO_VALUE)
        return None if number is None else Value(number)

    def _number(self, row: Row, column: str, otherwise: str = NO_NUMBER) -> Decimal | None:
        text = row.text(column)
        if not text:
            return None
        try:
            return parse_decimal(text)
        except ValueError:
            self._fault(row, column, no_number(text, otherwise))
            self._spoilt.add((row.text(self.scheme.unit_column), column))
            return None

    def _fault(self, row: Row, column: str, what: Sentence) -> None:
        self.faults.append(self._at(row, column, what))

    def _at(self, row: Row, column: str, what: Sentence) -> Sentence:
        place = {"file": self.file, "row": row.number, "column": column}
        return say("“{file}”, row {row}, column “{column}”: {what}", what=what, **place)


def troubles(scheme: Scheme, results: Results) -> Iterator[Sentence]:
    """What keeps units from being scored, each with its unit and indicator."""
    return (told(scheme, trouble) for trouble in results.troubles)


def told(scheme: Scheme, trouble: Trouble) -> Sentence:
    """One trouble with its unit and indicator."""
    item = next((item for item in scheme.items if item.code == trouble.code), None)
    if item is None:
        return trouble.sentence
    place = {"unit": trouble.unit, "name": item, "code": trouble.code}
    return say("{unit}, {name} ({code}): {what}", what=trouble.sentence, **place)


def columns(scheme: Scheme) -> tuple[str, ...]:
    """The columns of the results."""
    return ("group", "rank", "unit", "score", *(["band"] if scheme.bands else []), *scheme.codes)


def rows(scheme: Scheme, results: Results) -> Iterator[tuple[str | int | Decimal | None, ...]]:
    """One row a scorecard, by group, rank and unit; numbers as published, else exact up to twelve decimals."""
    for card in results.scorecards:
        band = [card.band] if scheme.bands else []
        scores = _scores(scheme, card)
        yield (
            card.group,
            card.rank,
            card.unit,
            card.total_published,
            *band,
            *(scores.get(code) for code in scheme.codes),
        )


def _scores(scheme: Scheme, card: Scorecard) -> dict[str, Decimal | str | None]:
    scores: dict[str, Decimal | str | None] = {item.code: _item_score(item) for item in card.items}
    for dimension in card.dimensions:
        rounding = scheme.rounding.item
        if dimension.exact is not None:
            places = rounding.places if rounding else PLACES_OF_EXACT
            exact = rounded(dimension.exact, places, "half_up")
            scores[dimension.code] = exact if rounding else _as_short(exact)
    return scores


def _item_score(item: ItemScore) -> Decimal | str | None:
    if item.published is not None:
        return item.published
    if item.exact is None:
        return "n/a" if item.kind is Kind.NOT_APPLICABLE else None
    return _as_short(rounded(item.exact, PLACES_OF_EXACT, "half_up"))


def _as_short(number: Decimal) -> Decimal:
    """Without the zeros behind its last decimal, however long it is."""
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
