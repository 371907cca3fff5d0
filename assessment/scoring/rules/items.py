"""The rules by which one indicator is scored, each as the scheme names it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.programmes.rules.indicators import Completion, Control, Deduct, Efficacy, Given, Item, PeerMinmax, Steps
from assessment.scoring.rules.cards import About, Step

HUNDRED = Fraction(100)
ZERO = Fraction(0)


@dataclass(frozen=True)
class Facts:
    """What a rule computes from: the full points, the value, the target where there is one, the peers' values."""

    points: Fraction
    actual: Fraction
    target: Fraction | None = None
    peers: Sequence[Fraction] = ()


@dataclass(frozen=True)
class Outcome:
    """What a rule found; no score means that the indicator does not apply."""

    score: Fraction | None
    steps: tuple[Step, ...]


class CannotScore(Exception):
    """These facts cannot be scored; somebody must put them right."""

    def __init__(self, message: str, **facts: Any) -> None:
        """Keep the msgid and its facts."""
        super().__init__(message)
        self.message = message
        self.facts = facts


def _formula(message: str, **numbers: Fraction | Decimal) -> Step:
    return Step(About.FORMULA, message, {name: shown(number) for name, number in numbers.items()})


def _bounded(score: Fraction, lowest: Fraction, highest: Fraction) -> tuple[Fraction, tuple[Step, ...]]:
    """Keep a score within its bounds, and say so where it was outside."""
    if score > highest:
        return highest, (
            Step(About.BOUND, N_("At most {most} points can be earned; {most} count."), {"most": shown(highest)}),
        )
    if score < lowest:
        return lowest, (Step(About.BOUND, N_("At least {least} points count."), {"least": shown(lowest)}),)
    return score, ()


def given(item: Given, facts: Facts) -> Outcome:
    """The value is the score; one outside the points is refused, not cut."""
    if not 0 <= facts.actual <= facts.points:
        raise CannotScore(
            N_("{actual} lies outside 0 to {points} points; correct the value."),
            actual=shown(facts.actual),
            points=shown(facts.points),
        )
    return Outcome(facts.actual, (_formula(N_("The value is the score: {actual}."), actual=facts.actual),))


def completion(item: Completion, facts: Facts) -> Outcome:
    """Points x actual / target, at most `cap` times the points."""
    if (early := _zero_target(item, facts)) is not None:
        return early
    target = _target(facts)
    score = facts.points * facts.actual / target
    steps = (
        _formula(
            N_("{points} × {actual} ÷ {target} = {score}"),
            points=facts.points,
            actual=facts.actual,
            target=target,
            score=score,
        ),
    )
    score, bound = _bounded(score, ZERO, facts.points * Fraction(item.cap))
    return Outcome(score, steps + bound)


def control(item: Control, facts: Facts) -> Outcome:
    """Points x (2 - actual / target): nothing is left at twice the target."""
    if (early := _zero_target(item, facts)) is not None:
        return early
    target = _target(facts)
    score = facts.points * (2 - facts.actual / target)
    steps = (
        _formula(
            N_("{points} × (2 − {actual} ÷ {target}) = {score}"),
            points=facts.points,
            actual=facts.actual,
            target=target,
            score=score,
        ),
    )
    score, bound = _bounded(score, ZERO, facts.points)
    return Outcome(score, steps + bound)


def _target(facts: Facts) -> Fraction:
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
        _formula(
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
    return _by_mark(mark, facts, steps)


def peer_minmax(item: PeerMinmax, facts: Facts) -> Outcome:
    """From the floor for the worst of the peer group to 100 for the best."""
    low, high = min(facts.peers), max(facts.peers)
    steps = [
        Step(
            About.PEERS,
            N_("Among {count} units of the peer group the values lie between {low} and {high}."),
            {"count": str(len(facts.peers)), "low": shown(low), "high": shown(high)},
        )
    ]
    if low == high:
        mark = Fraction(item.all_equal)
        steps.append(Step(About.BOUND, N_("All values are equal; each unit's mark is {mark}."), {"mark": shown(mark)}))
        return _by_mark(mark, facts, steps)
    worst, best = (low, high) if item.direction == "higher_is_better" else (high, low)
    floor = Fraction(item.floor)
    mark = floor + (HUNDRED - floor) * (facts.actual - worst) / (best - worst)
    steps.append(
        _formula(
            N_("{floor} + (100 − {floor}) × ({actual} − {worst}) ÷ ({best} − {worst}) = {mark}"),
            floor=floor,
            actual=facts.actual,
            worst=worst,
            best=best,
            mark=mark,
        )
    )
    return _by_mark(mark, facts, steps)


def _by_mark(mark: Fraction, facts: Facts, steps: list[Step]) -> Outcome:
    score = facts.points * mark / 100
    steps.append(_formula(N_("{points} × {mark} ÷ 100 = {score}"), points=facts.points, mark=mark, score=score))
    return Outcome(score, tuple(steps))


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


def deduct(item: Deduct, facts: Facts) -> Outcome:
    """Lose points for each unit of the value above the threshold, until none are left."""
    if item.zero_from is not None and facts.actual >= item.zero_from:
        return Outcome(
            ZERO,
            (
                Step(
                    About.BOUND,
                    N_("{actual} reaches {limit}: no points are left."),
                    {"actual": shown(facts.actual), "limit": shown(item.zero_from)},
                ),
            ),
        )
    beyond = max(ZERO, facts.actual - Fraction(item.over)) / Fraction(item.per)
    if item.part_of_a_step == "dropped":
        beyond = Fraction(beyond.numerator // beyond.denominator)
    loss = beyond * Fraction(item.each)
    made = [_formula(N_("{times} × {each} = {loss} points lost"), times=beyond, each=item.each, loss=loss)]
    if item.at_most is not None and loss > item.at_most:
        loss = Fraction(item.at_most)
        made.append(Step(About.BOUND, N_("At most {most} points are lost."), {"most": shown(loss)}))
    made.append(_formula(N_("{points} − {loss} = {score}"), points=facts.points, loss=loss, score=facts.points - loss))
    score, bound = _bounded(facts.points - loss, ZERO, facts.points)
    return Outcome(score, (*made, *bound))


Rule = Callable[[Any, Facts], Outcome]

RULES: Mapping[str, Rule] = {
    "given": given,
    "completion": completion,
    "control": control,
    "efficacy": efficacy,
    "peer_minmax": peer_minmax,
    "steps": steps,
    "deduct": deduct,
}


def apply(item: Item, facts: Facts) -> Outcome:
    """Score an indicator by its own rule."""
    return RULES[rule_of(item)](item, facts)


def rule_of(item: Item) -> str:
    """The name of an indicator's rule."""
    return str(getattr(item, "rule"))  # noqa: B009 - every indicator has one, the base class none
