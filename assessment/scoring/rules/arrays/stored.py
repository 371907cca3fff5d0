"""The engine's stored form: units with their values as whole numbers and kinds, nothing derived from scheme or data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from assessment.scoring.rules.values import Adjustment, Kind, UnitInput, Value

KINDS = (Kind.GIVEN, Kind.MISSING, Kind.NOT_APPLICABLE, Kind.WITHHELD)
CODES = {kind: code for code, kind in enumerate(KINDS)}
GIVEN, MISSING, NOT_APPLICABLE, WITHHELD = range(4)
WIDEST = 2**52
"""Differences of stored numbers stay exact in a float64."""

Number = Decimal | Fraction


class Unfit(Exception):
    """These numbers need more room than the arrays have; the explained engine scores them."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Numbers by name and unit: ``mantissas[j, i] / 10**places[j]`` where ``kinds[j, i]`` is ``GIVEN``, else nought.

    Mantissas are whole numbers that a float64 holds exactly.
    """

    names: tuple[str, ...]
    places: tuple[int, ...]
    mantissas: npt.NDArray[np.float64]
    kinds: npt.NDArray[np.uint8]

    def row(self, name: str) -> int | None:
        """Where a name lies; None if nobody has it."""
        return self.names.index(name) if name in self.names else None

    def whole(self, row: int, units: npt.NDArray[np.intp] | slice) -> npt.NDArray[np.int64]:
        """The mantissas of some units."""
        whole: npt.NDArray[np.int64] = self.mantissas[row][units].astype(np.int64)
        return whole

    def number(self, row: int, unit: int) -> Fraction | None:
        """One number, exactly."""
        if self.kinds[row, unit] != GIVEN:
            return None
        return Fraction(int(self.mantissas[row, unit]), 10 ** self.places[row])


@dataclass(frozen=True, eq=False)
class Stored:
    """What scoring is given, as arrays; attributes, groups and adjustments as they came."""

    units: tuple[str, ...]
    values: Columns
    targets: Columns
    schedules: Columns
    attributes: tuple[Mapping[str, str], ...] = ()
    groups: tuple[str, ...] = ()
    adjustments: Mapping[int, tuple[Adjustment, ...]] = field(default_factory=dict)

    def inputs(self) -> list[UnitInput]:
        """The units again, one by one, for the explained engine."""
        return [self._input(place, unit) for place, unit in enumerate(self.units)]

    def _input(self, place: int, unit: str) -> UnitInput:
        def of(columns: Columns) -> dict[str, Decimal]:
            found = ((name, columns.number(row, place)) for row, name in enumerate(columns.names))
            return {name: Decimal(str(_decimal(number))) for name, number in found if number is not None}

        numbers = of(self.values)
        kinds = {name: KINDS[self.values.kinds[row, place]] for row, name in enumerate(self.values.names)}
        return UnitInput(
            unit,
            {name: Value(numbers.get(name), kind) for name, kind in kinds.items()},
            self.attributes[place] if self.attributes else {},
            of(self.targets),
            of(self.schedules),
            self.adjustments.get(place, ()),
            group=self.groups[place] if self.groups else "",
        )


def _decimal(number: Fraction) -> Decimal:
    # Division of two decimals of at most 16 digits by a power of ten is exact.
    return Decimal(number.numerator) / Decimal(number.denominator)


def store(units: Sequence[UnitInput]) -> Stored:
    """The stored form of units; raises ``Unfit`` where a number has more than 15 digits or is no decimal."""
    return Stored(
        units=tuple(unit.code for unit in units),
        values=_columns([unit.values for unit in units]),
        targets=_columns([_given(unit.targets) for unit in units]),
        schedules=_columns([_given(unit.schedules) for unit in units]),
        attributes=tuple(unit.attributes for unit in units),
        groups=tuple(unit.group for unit in units),
        adjustments={place: unit.adjustments for place, unit in enumerate(units) if unit.adjustments},
    )


def _given(numbers: Mapping[str, Decimal]) -> dict[str, Value]:
    return {name: Value(number) for name, number in numbers.items()}


def _columns(rows: Sequence[Mapping[str, Value]]) -> Columns:
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    mantissas = np.zeros((len(names), len(rows)))
    kinds = np.full((len(names), len(rows)), MISSING, np.uint8)
    places = []
    for place, name in enumerate(names):
        column = [row.get(name) for row in rows]
        kinds[place] = [MISSING if one is None else CODES[one.kind] for one in column]
        numbers = [None if one is None else one.number for one in column]
        decimals = _places(number for number in numbers if number is not None)
        mantissas[place] = [0 if number is None else _mantissa(number, decimals) for number in numbers]
        places.append(decimals)
    return Columns(names, tuple(places), mantissas, kinds)


def _places(numbers: Iterable[Number]) -> int:
    most = 0
    for number in numbers:
        exponent = number.as_tuple().exponent if isinstance(number, Decimal) else 0
        most = max(most, -exponent if isinstance(exponent, int) else 0)
    return most


def _mantissa(number: Number, places: int) -> int:
    numerator, denominator = number.as_integer_ratio()
    whole: int
    whole, rest = divmod(numerator * 10**places, denominator)
    if rest or abs(whole) > WIDEST:
        raise Unfit(f"{number} cannot be stored with {places} decimals")
    return whole
