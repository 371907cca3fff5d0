"""What a unit's value is: collected or computed by formula, with its state and how it was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.programmes.rules.formulas import DividedByZero
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.values import MISSING, Kind, UnitInput, Value


@dataclass(frozen=True)
class Found:
    """A value ready for a rule; `number` only where the kind is given and no divisor was 0."""

    kind: Kind
    number: Fraction | None
    steps: tuple[Step, ...]
    decision: str = ""
    divided_by_zero: bool = False


def find(scheme: Scheme, unit: UnitInput, name: str, values: Mapping[str, Value] | None = None) -> Found:
    """Look a value up, or compute it; a formula is withheld, missing or not applicable where a part of it is."""
    values = unit.values if values is None else values
    if name not in scheme.formulas:
        value = values.get(name, MISSING)
        number = None if value.number is None else Fraction(value.number)
        return Found(value.kind, number, (_input(scheme, name, number),) if number is not None else (), value.decision)
    formula = scheme.formulas[name]
    parts = {part: find(scheme, unit, part, values) for part in formula.names}
    steps = tuple(step for part in parts.values() for step in part.steps)
    for kind in (Kind.WITHHELD, Kind.MISSING, Kind.NOT_APPLICABLE):
        without = [part for part in parts.values() if part.kind is kind]
        if without:
            return Found(kind, None, steps, without[0].decision)
    numbers = {part: found.number for part, found in parts.items() if found.number is not None}
    try:
        if len(numbers) < len(parts):
            raise DividedByZero(formula.text)
        result = formula.compute(numbers)
    except DividedByZero:
        step = Step(About.FORMULA, N_("{name} = {formula}: the divisor is 0."), {"name": name, "formula": formula.text})
        return Found(Kind.GIVEN, None, (*steps, step), divided_by_zero=True)
    filled = formula.with_numbers({part: shown(number) for part, number in numbers.items()})
    step = Step(
        About.FORMULA,
        N_("{name} = {formula} = {filled} = {result}"),
        {"name": name, "formula": formula.text, "filled": filled, "result": shown(result)},
    )
    return Found(Kind.GIVEN, result, (*steps, step))


def _input(scheme: Scheme, name: str, number: Fraction) -> Step:
    value = scheme.values.get(name)
    if value is None or not (value.zh or value.en):
        return Step(About.INPUT, N_("{name}: {number}"), {"name": name, "number": shown(number)})
    return Step(About.INPUT, N_("{label} ({name}): {number}"), {"label": value, "name": name, "number": shown(number)})
