"""One indicator for all units of a peer group: imputed, treated, normalised, in this order."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number
from assessment.programmes.rules.items import Item
from assessment.programmes.rules.normalised import POLICIES, Normalised
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.composites.imputing import Row, imputed
from assessment.scoring.rules.composites.normalising import Column, Scale, normalised
from assessment.scoring.rules.composites.treating import Treated, treated
from assessment.scoring.rules.facts import HUNDRED, ZERO, CannotScore, Facts, Outcome, bounded, by_mark
from assessment.scoring.rules.reading import Found, find
from assessment.scoring.rules.values import Kind, UnitInput, Value


def scale_of(scheme: Scheme) -> Scale:
    """The scale of a composite; in an ordinary scheme marks out of 100."""
    return Scale(*map(Fraction, scheme.composite.scale)) if scheme.composite else Scale()


def denominated(
    scheme: Scheme, unit: UnitInput, item: Item, found: Found, values: Mapping[str, Value] | None = None
) -> Found:
    """A value divided by its denominator; what that is not known of, the quotient is not known of."""
    if not isinstance(item, Normalised) or item.denominate is None or found.number is None:
        return found
    divisor = find(scheme, unit, item.denominate.by, values)
    steps = (*found.steps, *divisor.steps)
    if divisor.kind is not Kind.GIVEN:
        return Found(divisor.kind, None, steps, divisor.decision)
    if divisor.number is None or divisor.number == 0:
        return Found(Kind.GIVEN, None, steps, divided_by_zero=True)
    result = found.number / divisor.number * Fraction(item.denominate.times)
    facts = {"number": shown(found.number), "divisor": shown(divisor.number), "times": shown(item.denominate.times)}
    step = Step(About.FORMULA, N_("{number} ÷ {divisor} × {times} = {result}"), {**facts, "result": shown(result)})
    return Found(Kind.GIVEN, result, (*steps, step))


def is_imputed(scheme: Scheme, item: Normalised, kind: Kind) -> bool:
    """Whether a value of this kind is filled in from the others."""
    imputation = scheme.imputation(item)
    return kind is Kind.MISSING and imputation is not None and imputation not in POLICIES


def column(scheme: Scheme, item: Normalised, points: Fraction, rows: Sequence[Row]) -> list[Outcome | CannotScore]:
    """The outcome of each row, or why there is none; in an ordinary scheme as points."""
    filled = imputed(rows, scheme.imputation(item))
    present = [one[0] for one in filled if not isinstance(one, CannotScore)]
    try:
        outlying = treated(present, scheme.treatment(item))
        values = Column([outlying.of(number) for number in present])
        return [_outcome(scheme, item, points, one, outlying, values) for one in filled]
    except CannotScore as reason:  # a logarithm that does not exist stops the whole column
        return [reason] * len(rows)


def _outcome(
    scheme: Scheme, item: Normalised, points: Fraction, one: tuple[Number, tuple[Step, ...]] | CannotScore,
    outlying: Treated, values: Column,
) -> Outcome | CannotScore:  # fmt: skip
    if isinstance(one, CannotScore):
        return one
    number, steps = one
    after = outlying.of(number)
    steps = (*steps, *outlying.steps, *_became(number, after, outlying.is_log))
    try:
        normal = normalised(item, after, values, scale_of(scheme))
    except CannotScore as reason:
        return reason
    if scheme.composite:
        return Outcome(normal.score, (*steps, *normal.steps))
    mark, bound = bounded(normal.score, ZERO, HUNDRED)
    return by_mark(mark, Facts(points), (*steps, *normal.steps, *bound))


def _became(before: Number, after: Number, is_log: bool) -> tuple[Step, ...]:
    if before == after:
        return ()
    message = N_("log: {before} counts as {after}.") if is_log else N_("{before} counts as {after}.")
    return (Step(About.BOUND, message, {"before": shown(before), "after": shown(after)}),)
