"""What a higher unit's value is: the sum over the leaf units below it, a rate anew from the summed counts."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.values import MISSING, NOT_APPLICABLE, Kind, Value


def rolled_up(scheme: Scheme, leaves: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    """Values of a unit that does not report itself, from its leaf units' validated ones.

    A sum counts what was given; it is missing only where nobody gave anything, and not applicable where it applies to
    nobody. A rate is computed from the sums of its two counts, never as a mean of rates.
    """
    below = list(leaves)
    names = dict.fromkeys(name for leaf in below for name in leaf)
    summed = {name: _sum([leaf.get(name, MISSING) for leaf in below]) for name in names}
    for name, value in scheme.values.items():
        if value.of is not None and name in summed:
            summed[name] = _rate(*(summed.get(part, MISSING) for part in value.of))
    return summed


def _sum(values: list[Value]) -> Value:
    given = [Fraction(value.number) for value in values if value.number is not None]
    if given:
        return Value(sum(given, Fraction(0)), Kind.GIVEN)
    if values and all(value.kind is Kind.NOT_APPLICABLE for value in values):
        return NOT_APPLICABLE
    decision = next((value.decision for value in values if value.decision), "")
    return Value(None, Kind.MISSING, decision)


def _rate(part: Value, whole: Value) -> Value:
    if part.number is None or whole.number is None:
        return MISSING
    return Value(Fraction(part.number) / Fraction(whole.number) * 100, Kind.GIVEN) if whole.number else NOT_APPLICABLE
