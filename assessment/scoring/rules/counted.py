"""The rules that take counts: points lost for each of something, votes and marks of a panel."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number
from assessment.programmes.rules.indicators import Deduct, DeductSeveral, Losing, Panel
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.facts import ZERO, CannotScore, Facts, Outcome, bounded, by_mark, computed


def deduct(item: Deduct, facts: Facts) -> Outcome:
    """Lose points for each unit of the value above the threshold, until none are left."""
    loss, made = _loss(item, facts.actual)
    return Outcome(ZERO, tuple(made)) if loss is None else _left(facts.points, loss, made)


def deduct_several(item: DeductSeveral, facts: Facts) -> Outcome:
    """Lose points for several things, each within its cap and all within theirs, until none are left."""
    made: list[Step] = []
    total: Number = ZERO
    for one in item.losses:
        loss, steps = _loss(one, facts.values[one.value])
        made.append(
            Step(
                About.INPUT, N_("For {name}: {number}"), {"name": one.value, "number": shown(facts.values[one.value])}
            )
        )
        made += steps
        if loss is None:
            return Outcome(ZERO, tuple(made))
        total += loss
    made.append(computed(N_("Together {loss} points are lost."), loss=total))
    if item.at_most is not None and total > item.at_most:
        total = Fraction(item.at_most)
        made.append(_at_most(total))
    return _left(facts.points, total, made)


def _loss(losing: Losing, actual: Number) -> tuple[Number | None, list[Step]]:
    """What a count costs; None where it reaches the limit at which nothing is left."""
    if losing.zero_from is not None and actual >= losing.zero_from:
        limits = {"actual": shown(actual), "limit": shown(losing.zero_from)}
        return None, [Step(About.BOUND, N_("{actual} reaches {limit}: no points are left."), limits)]
    beyond = max(ZERO, actual - Fraction(losing.over)) / Fraction(losing.per)
    if losing.part_of_a_step == "dropped":
        beyond = Fraction(floor(beyond))
    loss = beyond * Fraction(losing.each)
    made = [computed(N_("{times} × {each} = {loss} points lost"), times=beyond, each=losing.each, loss=loss)]
    if losing.at_most is not None and loss > losing.at_most:
        loss = Fraction(losing.at_most)
        made.append(_at_most(loss))
    return loss, made


def _at_most(loss: Number) -> Step:
    return Step(About.BOUND, N_("At most {most} points are lost."), {"most": shown(loss)})


def _left(points: Fraction, loss: Number, made: Sequence[Step]) -> Outcome:
    step = computed(N_("{points} − {loss} = {score}"), points=points, loss=loss, score=points - loss)
    score, bound = bounded(points - loss, ZERO, points)
    return Outcome(score, (*made, step, *bound))


def panel(item: Panel, facts: Facts) -> Outcome:
    """The mean of the votes or marks that count, out of 100."""
    made: list[Step] = []
    marks = sorted(_cast(item, facts, made))
    counted = sum(count for _, count in marks)
    left_out = item.trim if isinstance(item.trim, int) else int(item.trim * counted)
    if counted < (least := max(item.at_least, 2 * left_out + 1)):
        enough = {"count": str(counted), "least": str(least)}
        if item.too_few == "not_applicable":
            step = Step(About.STATE, N_("{count} of at least {least} votes: the indicator does not apply."), enough)
            return Outcome(None, (*made, step))
        raise CannotScore(N_("{count} valid votes; at least {least} are needed. Ask again, or decide."), **enough)
    if left_out:
        marks = _trimmed(_trimmed(marks, left_out)[::-1], left_out)
        message = N_("The highest {count} and the lowest {count} are left out.")
        made.append(Step(About.BOUND, message, {"count": str(left_out)}))
        counted -= 2 * left_out
    total = sum((mark * count for mark, count in marks), ZERO)
    made.append(computed(N_("{total} ÷ {count} = {mark}"), total=total, count=counted, mark=total / counted))
    return by_mark(total / counted, facts, made)


def _cast(item: Panel, facts: Facts, made: list[Step]) -> list[tuple[Number, int]]:
    """(mark, how many gave it), abstentions as the scheme says."""
    if item.votes is not None:
        cast: list[tuple[Number, int]] = [(Fraction(mark), _count(name, facts)) for name, mark in item.votes.items()]
        abstained = _count(item.abstentions, facts) if item.abstentions else 0
    else:
        cast = [(_mark(name, facts), 1) for name in item.marks or () if name in facts.values]
        abstained = len(item.marks or ()) - len(cast)
    if abstained:
        message = (
            N_("{count} abstained; they do not count.")
            if item.abstaining == "excluded"
            else N_("{count} abstained; they count as 0.")
        )
        made.append(Step(About.STATE, message, {"count": str(abstained)}))
    return [*cast, *([(ZERO, abstained)] if item.abstaining == "zero" else [])]


def _count(name: str, facts: Facts) -> int:
    number = facts.values[name]
    if number < 0 or number != floor(number):
        message = N_("{name} is {number}; votes are counted in whole numbers.")
        raise CannotScore(message, name=name, number=shown(number))
    return floor(number)


def _mark(name: str, facts: Facts) -> Number:
    mark = facts.values[name]
    if not 0 <= mark <= 100:
        raise CannotScore(N_("{name} is {number}; marks lie between 0 and 100."), name=name, number=shown(mark))
    return mark


def _trimmed(marks: Sequence[tuple[Number, int]], left_out: int) -> list[tuple[Number, int]]:
    """Without the first so many."""
    kept = []
    for mark, count in marks:
        taken = min(count, left_out)
        left_out -= taken
        kept.append((mark, count - taken))
    return kept
