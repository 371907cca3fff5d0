"""Values computed by formula, a column at a time: enclosed in float64, and exactly for whatever that leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from assessment.foundation.exact import rounded
from assessment.foundation.reals import Number
from assessment.programmes.rules.formulas import DividedByZero, Undefined
from assessment.programmes.rules.indicators import Item
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.arrays.enclosed import ENCLOSED, HALF_AN_ULP, WIDTHS, Enclosed, Width
from assessment.scoring.rules.arrays.lines import Floats, States
from assessment.scoring.rules.arrays.stored import GIVEN, KINDS, Columns, Stored
from assessment.scoring.rules.values import MISSING, Kind, UnitInput, Value

KNOWN, DIVIDED, UNDEFINED, OUT, ABSENT, HELD = range(6)
"""What is wrong with a value, the gravest last: what a formula is made of passes the gravest on."""
_OF_KIND = {Kind.GIVEN: KNOWN, Kind.NOT_APPLICABLE: OUT, Kind.MISSING: ABSENT, Kind.WITHHELD: HELD}
NOUGHT = Enclosed.of(Fraction(0))
_OF_CODES = np.array([_OF_KIND[kind] for kind in KINDS], np.uint8)


@dataclass(frozen=True, eq=False)
class Reading:
    """A value of all units; its numbers mean something only where it is ``KNOWN``."""

    number: Enclosed
    states: States
    width: Width


class Readings:
    """All that formulas of a scheme read and make, for the units of a peer group."""

    def __init__(self, scheme: Scheme, stored: Stored, members: npt.NDArray[np.intp] | slice) -> None:
        self.scheme, self.stored = scheme, stored
        self.units: npt.NDArray[np.intp] = np.arange(len(stored.units))[members]
        self._columns: dict[str, Reading] = {}
        self._found: dict[tuple[str, int], Number] = {}
        self.rows = {name: row for row, name in enumerate(stored.values.names)}

    def column(self, name: str) -> Reading:
        """A value, collected or computed; computed once."""
        if name not in self._columns:
            made = self._computed(name) if name in self.scheme.formulas else self._collected(name)
            self._columns[name] = made
        return self._columns[name]

    def _collected(self, name: str) -> Reading:
        values, count, row = self.stored.values, self.units.size, self.rows.get(name)
        if row is None:
            return Reading(_nothing(count), np.full(count, ABSENT, np.uint8), Width(1, 1))
        states = _OF_CODES[values.kinds[row, self.units]]
        return Reading(enclosed(values, row, self.units), states, Width(53, 1 + 4 * values.places[row]))

    def _computed(self, name: str) -> Reading:
        formula, count = self.scheme.formulas[name], self.units.size
        parts = {part: self.column(part) for part in formula.names}
        width = formula.compute_in(WIDTHS, {part: one.width for part, one in parts.items()})
        states = np.maximum.reduce([np.zeros(count, np.uint8), *(one.states for one in parts.values())])
        with np.errstate(all="ignore"):
            made = formula.compute_in(ENCLOSED, {part: one.number for part, one in parts.items()})
        mid, err = np.array(np.broadcast_to(made.mid, count)), np.array(np.broadcast_to(made.err, count))
        mid[states != KNOWN] = err[states != KNOWN] = 0
        for place in np.flatnonzero(~Enclosed(mid, err).is_known).tolist():
            try:
                near = nearest(self.exactly(name, place))
            except DividedByZero:
                states[place], near = DIVIDED, NOUGHT
            except Undefined:
                states[place], near = UNDEFINED, NOUGHT
            mid[place], err[place] = near.mid, near.err
        return Reading(Enclosed(mid, err), states, width)

    def exactly(self, name: str, place: int) -> Number:
        """A unit's value, of which all parts are known; raises what its formula raises."""
        if (name, place) not in self._found:
            self._found[name, place] = self._exact(name, place)
        return self._found[name, place]

    def _exact(self, name: str, place: int) -> Number:
        if name in self.scheme.formulas:
            formula = self.scheme.formulas[name]
            return formula.compute({part: self.exactly(part, place) for part in formula.names})
        column = self.column(name).number
        if column.err[place] == 0:
            return Fraction(column.mid[place])
        values = self.stored.values
        return Fraction(int(values.mantissas[self.rows[name], self.units[place]]), 10 ** values.places[self.rows[name]])

    def known(self, name: str, place: int) -> Number | None:
        """A unit's value; None where there is none."""
        return self.exactly(name, place) if self.column(name).states[place] == KNOWN else None

    def unit(self, item: Item, place: int) -> UnitInput:
        """As much of a unit as an indicator asks for."""
        unit = int(self.units[place])
        promised = [
            {} if (row := columns.row(item.reads)) is None or columns.kinds[row, unit] != GIVEN
            else {item.reads: Decimal(int(columns.mantissas[row, unit])).scaleb(-columns.places[row])}
            for columns in (self.stored.targets, self.stored.schedules)
        ]  # fmt: skip
        values = self._values(self.scheme.inputs(item), place)
        return UnitInput(self.stored.units[unit], values, targets=promised[0], schedules=promised[1])

    def _values(self, names: Iterable[str], place: int) -> dict[str, Value]:
        return {name: self._value(name, int(self.units[place])) for name in names}

    def _value(self, name: str, unit: int) -> Value:
        values, row = self.stored.values, self.rows.get(name)
        if row is None:
            return MISSING
        return Value(values.number(row, unit), KINDS[values.kinds[row, unit]])

    def extremes(self, name: str) -> tuple[Number, Number] | None:
        """The least and the greatest of the known values, exactly."""
        reading = self.column(name)
        known = np.flatnonzero(reading.states == KNOWN)
        if not known.size:
            return None
        mid, err = reading.number.mid[known], 2 * reading.number.err[known]
        low, high = known[mid - err <= (mid + err).min()], known[mid + err >= (mid - err).max()]
        return min(self._some(name, low)), max(self._some(name, high))

    def _some(self, name: str, places: npt.NDArray[np.intp]) -> Iterator[Number]:
        """Values exactly; of those that float64 holds whole, equal ones once."""
        near = self.column(name).number
        whole = near.err[places] == 0
        yield from map(Fraction, np.unique(near.mid[places[whole]]).tolist())
        yield from (self.exactly(name, place) for place in places[~whole].tolist())


def enclosed(columns: Columns, row: int, units: npt.NDArray[np.intp]) -> Enclosed:
    """Stored numbers: whole ones as they are, others to the nearest float64."""
    mantissas, places = columns.mantissas[row, units], columns.places[row]
    if not places:
        return Enclosed(mantissas, np.zeros(units.size))
    mid: Floats = mantissas / 10.0**places
    return Enclosed(mid, 8 * HALF_AN_ULP * np.abs(mid))


def nearest(number: Number) -> Enclosed:
    """A number of any kind, enclosed."""
    if isinstance(number, Fraction):
        return Enclosed.of(number)
    cut = Enclosed.of(Fraction(rounded(number, 30, "half_even")))
    return Enclosed(cut.mid, cut.err + 1e-30)


def _nothing(count: int) -> Enclosed:
    return Enclosed(np.zeros(count), np.zeros(count))
