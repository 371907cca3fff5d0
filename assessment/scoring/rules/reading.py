"""What a unit's value is: collected or computed by formula, with its state and how it was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number
from assessment.programmes.rules.changes import Change
from assessment.programmes.rules.formulas import DividedByZero, Undefined
from assessment.programmes.rules.indicators import Item
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.values import MISSING, Kind, UnitInput, Value

HUNDRED = Fraction(100)


@dataclass(frozen=True)
class Found:
    """A value ready for a rule; `number` only where the kind is given, no divisor was 0 and a formula is defined.

    Where a rule takes several values together they are `numbers`, and there is no one number.
    """

    kind: Kind
    number: Number | None
    steps: tuple[Step, ...]
    decision: str = ""
    divided_by_zero: bool = False
    numbers: Mapping[str, Number] = field(default_factory=dict)
    undefined: Undefined | None = None


def find_for(scheme: Scheme, unit: UnitInput, item: Item, values: Mapping[str, Value] | None = None) -> Found:
    """What an indicator scores: its value, or all of them where its rule takes several."""
    if item.parts == (item.reads,):
        return find(scheme, unit, item.reads, values)
    parts = {name: find(scheme, unit, name, values) for name in item.parts}
    numbers = {name: part.number for name, part in parts.items() if part.number is not None}
    steps = tuple(step for part in parts.values() for step in part.steps)
    some = item.some_suffice and bool(numbers)
    if (gap := _gap(parts, (Kind.WITHHELD,) if some else GAPS)) is not None:
        return gap
    divided = any(part.divided_by_zero for part in parts.values()) and not some
    undefined = None if some else _undefined(parts)
    return Found(Kind.GIVEN, None, steps, divided_by_zero=divided, numbers=numbers, undefined=undefined)


def _undefined(parts: Mapping[str, Found]) -> Undefined | None:
    return next((part.undefined for part in parts.values() if part.undefined), None)


GAPS = (Kind.WITHHELD, Kind.MISSING, Kind.NOT_APPLICABLE)


def _gap(parts: Mapping[str, Found], kinds: tuple[Kind, ...] = GAPS) -> Found | None:
    """The gravest gap among the parts, which is that of the whole."""
    for kind in kinds:
        without = [part for part in parts.values() if part.kind is kind]
        if without:
            steps = tuple(step for part in parts.values() for step in part.steps)
            return Found(kind, None, steps, without[0].decision)
    return None


def find(scheme: Scheme, unit: UnitInput, name: str, values: Mapping[str, Value] | None = None) -> Found:
    """Look a value up, or compute it; a formula is withheld, missing or not applicable where a part of it is."""
    values = unit.values if values is None else values
    if name in scheme.changes:
        return _changed(scheme, unit, name, values)
    if name not in scheme.formulas:
        value = values.get(name, MISSING)
        number = None if value.number is None else Fraction(value.number)
        given = (_input(scheme, name, number, value.units),) if number is not None else ()
        return Found(value.kind, number, given, value.decision)
    formula = scheme.formulas[name]
    parts = {part: find(scheme, unit, part, values) for part in formula.names}
    steps = tuple(step for part in parts.values() for step in part.steps)
    if (gap := _gap(parts)) is not None:
        return gap
    if (undefined := _undefined(parts)) is not None:
        return Found(Kind.GIVEN, None, steps, undefined=undefined)
    numbers = {part: found.number for part, found in parts.items() if found.number is not None}
    try:
        if len(numbers) < len(parts):
            raise DividedByZero(formula.text)
        result = formula.compute(numbers)
    except DividedByZero:
        step = Step(About.FORMULA, N_("{name} = {formula}: the divisor is 0."), {"name": name, "formula": formula.text})
        return Found(Kind.GIVEN, None, (*steps, step), divided_by_zero=True)
    except Undefined as reason:
        return Found(Kind.GIVEN, None, steps, undefined=reason)
    filled = formula.with_numbers({part: shown(number) for part, number in numbers.items()})
    step = Step(
        About.FORMULA,
        N_("{name} = {formula} = {filled} = {result}"),
        {"name": name, "formula": formula.text, "filled": filled, "result": shown(result)},
    )
    return Found(Kind.GIVEN, result, (*steps, step))


def _input(scheme: Scheme, name: str, number: Fraction, units: tuple[str, ...]) -> Step:
    if units:
        facts = {"name": name, "units": ", ".join(units), "number": shown(number)}
        return Step(About.INPUT, N_("{name} of {units} together: {number}"), facts)
    value = scheme.values.get(name)
    if value is None or not (value.zh or value.en):
        return Step(About.INPUT, N_("{name}: {number}"), {"name": name, "number": shown(number)})
    return Step(About.INPUT, N_("{label} ({name}): {number}"), {"label": value, "name": name, "number": shown(number)})


def _changed(scheme: Scheme, unit: UnitInput, name: str, values: Mapping[str, Value]) -> Found:
    """How much better a value has become since an earlier period; what is not known of that period is a gap."""
    change = scheme.changes[name]
    now = find(scheme, unit, change.of, values)
    if now.number is None:
        return now
    earlier = unit.previous if change.since == "period_before" else unit.year_before
    before = find(scheme, unit, change.of, earlier)
    steps = (*now.steps, *_told(scheme, change, earlier, before))
    if before.kind is not Kind.GIVEN:
        left_out = change.without_earlier == "left_out" or before.kind is Kind.NOT_APPLICABLE
        step = Step(About.STATE, N_("There is no earlier value of {name} to compare with."), {"name": change.of})
        return Found(Kind.NOT_APPLICABLE if left_out else Kind.MISSING, None, (*steps, step))
    if before.number is None:
        return replace(before, steps=steps)
    gain = (now.number - before.number) * (1 if change.direction == "higher_is_better" else -1)
    standard = scheme.standard_of(change.of)
    if standard is not None and standard.holds(now.number) and _is_left_out(change, gain):
        message = N_("{name} meets the standard {standard}; the unit is left out.")
        step = Step(About.STATE, message, {"name": change.of, "standard": str(standard)})
        return Found(Kind.NOT_APPLICABLE, None, (*steps, step))
    return _gained(name, change, now.number, before.number, gain, steps)


def _is_left_out(change: Change, gain: Number) -> bool:
    return change.standard_met == "left_out" or (change.standard_met == "left_out_if_worse" and gain < 0)


def _gained(
    name: str, change: Change, now: Number, before: Number, gain: Number, steps: tuple[Step, ...]
) -> Found:
    """The change as the scheme measures it; a share of nothing, or of less, is no share."""
    rising = change.direction == "higher_is_better"
    best = Fraction(change.best)
    gap = best - before if rising else before - best
    whole = {"absolute": HUNDRED, "percent": before, "gap_closed": gap}[change.by]
    if whole <= 0:
        message = N_("{name}: a share of {whole} cannot be computed; the divisor must be greater than 0.")
        step = Step(About.FORMULA, message, {"name": name, "whole": shown(whole)})
        return Found(Kind.GIVEN, None, (*steps, step), divided_by_zero=True)
    found = gain * 100 / whole
    facts = {"name": name, "high": shown(now if rising else before), "low": shown(before if rising else now)}
    message = N_("{name} = {high} − {low} = {result}")
    if change.by != "absolute":
        message = N_("{name} = ({high} − {low}) ÷ {whole} × 100 = {result}")
        facts["whole"] = shown(whole)
    step = Step(About.FORMULA, message, {**facts, "result": shown(found)})
    return Found(Kind.GIVEN, found, (*steps, step))


def _told(scheme: Scheme, change: Change, earlier: Mapping[str, Value], before: Found) -> Iterator[Step]:
    """The earlier values, and at which units they stood where these were others."""
    a_year = change.since == "year_before"
    for name in dict.fromkeys(scheme.collected(change.of)):
        value = earlier.get(name, MISSING)
        if value.number is None:
            continue
        facts = {"name": name, "number": shown(value.number), "units": ", ".join(value.units)}
        if value.units:
            message = (
                N_("{name}, a year before, of {units}: {number}")
                if a_year
                else N_("{name}, the period before, of {units}: {number}")
            )
        else:
            message = N_("{name}, a year before: {number}") if a_year else N_("{name}, the period before: {number}")
        yield Step(About.INPUT, message, facts)
    yield from (step for step in before.steps if step.about is About.FORMULA)
