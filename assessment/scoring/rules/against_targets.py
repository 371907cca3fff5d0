"""The rules that hold a value against a target, a standard or a table."""

from fractions import Fraction
from itertools import pairwise

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number
from assessment.programmes.rules.indicators import Banded, Completion, Control, Efficacy, Given, Steps
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.facts import ZERO, CannotScore, Facts, Outcome, bounded, by_mark, computed


def given(item: Given, facts: Facts) -> Outcome:
    """The value is the score; one outside the points is refused, not cut."""
    if not 0 <= facts.actual <= facts.points:
        raise CannotScore(
            N_("{actual} lies outside 0 to {points} points; correct the value."),
            actual=shown(facts.actual),
            points=shown(facts.points),
        )
    return Outcome(facts.actual, (computed(N_("The value is the score: {actual}."), actual=facts.actual),))


def completion(item: Completion, facts: Facts) -> Outcome:
    """Points x actual / target, at most `cap` times the points."""
    if (early := _zero_target(item, facts)) is not None:
        return early
    target = _target(facts)
    score = facts.points * facts.actual / target
    steps = (
        computed(
            N_("{points} × {actual} ÷ {target} = {score}"),
            points=facts.points,
            actual=facts.actual,
            target=target,
            score=score,
        ),
    )
    score, bound = bounded(score, ZERO, facts.points * Fraction(item.cap))
    return Outcome(score, steps + bound)


def control(item: Control, facts: Facts) -> Outcome:
    """Points x (2 - actual / target): nothing is left at twice the target."""
    if (early := _zero_target(item, facts)) is not None:
        return early
    target = _target(facts)
    score = facts.points * (2 - facts.actual / target)
    steps = (
        computed(
            N_("{points} × (2 − {actual} ÷ {target}) = {score}"),
            points=facts.points,
            actual=facts.actual,
            target=target,
            score=score,
        ),
    )
    score, bound = bounded(score, ZERO, facts.points)
    return Outcome(score, steps + bound)


def _target(facts: Facts) -> Number:
    if facts.target is None:
        raise CannotScore(N_("There is no target; set one in the letter."))
    if facts.target < 0:
        raise CannotScore(N_("The target {target} is negative; correct it."), target=shown(facts.target))
    return facts.target


def _zero_target(item: Completion | Control, facts: Facts) -> Outcome | None:
    """A target of 0 is never divided by: the scheme says what it means, or nobody can be scored."""
    if _target(facts) != 0:
        return None
    if "target_is_zero" in item.not_applicable:
        return Outcome(None, (Step(About.STATE, N_("The target is 0: the indicator does not apply.")),))
    fulfilled = facts.actual >= 0 if isinstance(item, Completion) else facts.actual <= 0
    if item.full_when == "target_is_zero":
        score = facts.points if fulfilled else ZERO
        return Outcome(score, (Step(About.STATE, N_("The target is 0: {score} points."), {"score": shown(score)}),))
    raise CannotScore(
        N_(
            "The target is 0 and the scheme does not say what that means; add “not_applicable: target_is_zero” "
            "or “full_when: target_is_zero” to the indicator."
        )
    )


def efficacy(item: Efficacy, facts: Facts) -> Outcome:
    """The efficacy coefficient: 60 at the unacceptable value, 100 at the satisfactory one."""
    worst, best = Fraction(item.unacceptable), Fraction(item.satisfactory)
    mark = (facts.actual - worst) / (best - worst) * 40 + 60
    steps = [
        computed(
            N_("({actual} − {worst}) ÷ ({best} − {worst}) × 40 + 60 = {mark}"),
            actual=facts.actual,
            worst=worst,
            best=best,
            mark=mark,
        )
    ]
    if item.clip is not None:
        low, high = Fraction(item.clip[0]), Fraction(item.clip[1])
        if not low <= mark <= high:
            mark = max(low, min(high, mark))
            steps.append(
                Step(
                    About.BOUND,
                    N_("The mark is kept within {low} and {high}: {mark}."),
                    {"low": shown(low), "high": shown(high), "mark": shown(mark)},
                )
            )
    return by_mark(mark, facts, steps)


def steps(item: Steps, facts: Facts) -> Outcome:
    """The points of the step that holds the value."""
    for span, points in item.table:
        if span.holds(facts.actual):
            step = Step(
                About.FORMULA,
                N_("{actual} lies in the step {span}: {score} points."),
                {"actual": shown(facts.actual), "span": str(span), "score": shown(points)},
            )
            return Outcome(Fraction(points), (step,))
    raise CannotScore(N_("{actual} lies in no step of the table."), actual=shown(facts.actual))


def banded(item: Banded, facts: Facts) -> Outcome:
    """Between two standards the points lie evenly between what each of them earns; beyond the last there are none."""
    sign = 1 if item.higher_is_better else -1
    standards = [sign * Fraction(standard) for standard in item.standards]
    marks = [facts.points * Fraction(coefficient) for coefficient in item.coefficients]
    actual = sign * facts.actual
    if actual >= standards[0]:
        step = Step(
            About.FORMULA,
            N_("{actual} reaches the best standard {standard}: {score} points."),
            {"actual": shown(facts.actual), "standard": shown(item.standards[0]), "score": shown(marks[0])},
        )
        return Outcome(marks[0], (step,))
    if actual < standards[-1]:
        step = Step(
            About.BOUND,
            N_("{actual} does not reach the last standard {standard}: 0 points."),
            {"actual": shown(facts.actual), "standard": shown(item.standards[-1])},
        )
        return Outcome(ZERO, (step,))
    place = next(place for place, (_, lower) in enumerate(pairwise(standards)) if actual >= lower)
    (better, lower), (upper_mark, lower_mark) = item.standards[place : place + 2], marks[place : place + 2]
    share = (facts.actual - Fraction(lower)) / (Fraction(better) - Fraction(lower))
    score = lower_mark + share * (upper_mark - lower_mark)
    step = computed(
        N_("{least} + ({actual} − {lower}) ÷ ({better} − {lower}) × ({most} − {least}) = {score}"),
        actual=facts.actual,
        lower=lower,
        better=better,
        least=lower_mark,
        most=upper_mark,
        score=score,
    )
    return Outcome(score, (step,))
