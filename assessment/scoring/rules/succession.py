"""What a unit's figures of before are when units were merged, renamed or split since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.values import MISSING, NOT_APPLICABLE, Kind, Value


@dataclass(frozen=True)
class Forebear:
    """A unit of before, the share of its figures that went to the unit of now, and its values then."""

    code: str
    share: Fraction
    values: Mapping[str, Value]


def inherited(scheme: Scheme, unit: str, names: Iterable[str], forebears: Sequence[Forebear]) -> dict[str, Value]:
    """The values of before as the unit of now would have had them; what the scheme cannot carry on is missing.

    One whole forebear (the unit itself, or one that was renamed) hands its values down as they are. Of several, or of
    a part, amounts are added by share, rates are made anew of their counts, and all else is as the scheme says.
    """
    if len(forebears) == 1 and forebears[0].share == 1:
        only = forebears[0]
        renamed = () if only.code == unit else (only.code,)
        return {name: _of(only.values.get(name, MISSING), renamed) for name in names}
    units = tuple(one.code for one in forebears)
    return {name: _of(_together(scheme, name, forebears), units) for name in names}


def _of(value: Value, units: tuple[str, ...]) -> Value:
    return Value(value.number, value.kind, value.decision, units) if value.kind is Kind.GIVEN else value


def _together(scheme: Scheme, name: str, forebears: Sequence[Forebear]) -> Value:
    declared = scheme.values.get(name)
    if declared is not None and declared.of is not None:
        part, whole = (_added(count, forebears) for count in declared.of)
        return _rate(part, whole)
    through = declared.through_successions if declared is not None else "dropped"
    if through == "dropped":
        return MISSING
    value = _added(name, forebears)
    if through == "added" or value.number is None:
        return value
    return Value(Fraction(value.number) / sum((one.share for one in forebears), Fraction(0)))


def _added(name: str, forebears: Sequence[Forebear]) -> Value:
    """The sum by share; a gap of one is a gap of all, for a part would pass for the whole."""
    values = [(one.share, one.values.get(name, MISSING)) for one in forebears]
    for kind in (Kind.WITHHELD, Kind.MISSING):
        if any(value.kind is kind for _, value in values):
            return Value(None, kind)
    numbers = [share * Fraction(value.number) for share, value in values if value.number is not None]
    return Value(sum(numbers, Fraction(0))) if numbers else NOT_APPLICABLE


def _rate(part: Value, whole: Value) -> Value:
    if part.number is None or whole.number is None:
        return part if part.kind is not Kind.GIVEN else whole
    return Value(Fraction(part.number) / Fraction(whole.number) * 100) if whole.number else NOT_APPLICABLE
