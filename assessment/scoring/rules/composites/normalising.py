"""From a column of values to scores on one scale, each method as composite indicators know it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number, log, sqrt, total
from assessment.programmes.rules.normalised import DistanceToTarget, Goalposts, MinMax, Normalised, ZScore
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.composites.imputing import mean
from assessment.scoring.rules.facts import CannotScore

ZERO = Fraction(0)
ONE = Fraction(1)


@dataclass(frozen=True)
class Scale:
    """Where scores begin and end."""

    low: Fraction = ZERO
    high: Fraction = Fraction(100)

    @property
    def span(self) -> Fraction:
        """Its length."""
        return self.high - self.low

    def at(self, share: Number) -> Number:
        """The point that a share of the way up reaches."""
        return self.low + self.span * share


class Column:
    """One indicator's values of all units, sorted once."""

    def __init__(self, numbers: Sequence[Number]) -> None:
        """Take what was imputed and treated."""
        self.sorted = sorted(numbers)

    def __len__(self) -> int:
        return len(self.sorted)

    @cached_property
    def mean(self) -> Number:
        """The plain mean."""
        return mean(self.sorted)

    @cached_property
    def inverse_deviation(self) -> Number:
        """1 divided by the standard deviation, for all units at once."""
        return 1 / self.deviation

    @cached_property
    def extent(self) -> Step:
        """Between which values all of them lie."""
        message = N_("Among {count} units of the peer group the values lie between {low} and {high}.")
        facts = {"count": str(len(self)), "low": shown(self.sorted[0]), "high": shown(self.sorted[-1])}
        return Step(About.PEERS, message, facts)

    @cached_property
    def middle(self) -> Mapping[str, str]:
        """Mean and standard deviation, as a reader sees them."""
        return {"mean": shown(self.mean), "deviation": shown(self.deviation)}

    @cached_property
    def deviation(self) -> Number:
        """The standard deviation of the sample; 0 for a single value."""
        squares = [(number - self.mean) * (number - self.mean) for number in self.sorted]
        return sqrt(total(squares) * Fraction(1, len(squares) - 1)) if len(squares) > 1 else ZERO

    def worse(self, number: Number, item: Normalised) -> int:
        """How many values are worse."""
        if item.direction == "higher_is_better":
            return bisect_left(self.sorted, number)
        return len(self) - bisect_right(self.sorted, number)

    def ends(self, item: Normalised) -> tuple[Number, Number]:
        """The worst and the best value."""
        ends = self.sorted[0], self.sorted[-1]
        return ends if item.direction == "higher_is_better" else ends[::-1]


@dataclass(frozen=True)
class Normal:
    """A score on the scale, with the steps that led to it."""

    score: Number
    steps: tuple[Step, ...]


Method = Callable[[Any, Number, Column, Scale], Normal]


def normalised(item: Normalised, number: Number, column: Column, scale: Scale) -> Normal:
    """Score one value of a column by the rule of its indicator."""
    return METHODS[item.rule_name](item, number, column, scale)


def lowest(item: Normalised, scale: Scale) -> Fraction:
    """The score of a value that counts as 0 by decision: the lowest that the rule can give."""
    return {"rank": ONE, "borda": ZERO}.get(item.rule_name, scale.low)


def _formula(message: str, **numbers: Number | int) -> Step:
    return Step(About.FORMULA, message, {name: shown(number) for name, number in numbers.items()})


def _between(number: Number, start: Number, end: Number, scale: Scale) -> Normal:
    """Evenly from the start, the lower end of the scale, to the end, its upper end."""
    score = scale.at((number - start) / (end - start))
    message = (
        N_("({number} − {start}) ÷ ({end} − {start}) × {span} = {score}")
        if not scale.low
        else N_("{low} + ({number} − {start}) ÷ ({end} − {start}) × {span} = {score}")
    )
    step = _formula(message, number=number, start=start, end=end, span=scale.span, low=scale.low, score=score)
    return Normal(score, (step,))


def _min_max(item: MinMax, number: Number, column: Column, scale: Scale) -> Normal:
    worst, best = column.ends(item)
    if worst == best:
        score = scale.high if item.all_equal is None else Fraction(item.all_equal)
        step = Step(About.BOUND, N_("All values are equal; each unit's score is {score}."), {"score": shown(score)})
        return Normal(score, (column.extent, step))
    found = _between(number, worst, best, scale)
    return Normal(found.score, (column.extent, *found.steps))


def _z_score(item: ZScore, number: Number, column: Column, scale: Scale) -> Normal:
    middle, unit = Fraction(item.mean), Fraction(item.deviation)
    if column.sorted[0] == column.sorted[-1]:
        step = Step(About.BOUND, N_("All values are equal; each unit's score is {score}."), {"score": shown(middle)})
        return Normal(middle, (step,))
    distance = number - column.mean if item.direction == "higher_is_better" else column.mean - number
    score = middle + unit * distance * column.inverse_deviation
    facts = {"count": str(len(column)), **column.middle}
    among = Step(About.PEERS, N_("Mean of {count} units: {mean}; standard deviation: {deviation}."), facts)
    message = (
        N_("({number} − {mean}) ÷ {deviation} × {unit} + {middle} = {score}")
        if item.direction == "higher_is_better"
        else N_("({mean} − {number}) ÷ {deviation} × {unit} + {middle} = {score}")
    )
    own = {"number": shown(number), "unit": shown(unit), "middle": shown(middle), "score": shown(score)}
    return Normal(score, (among, Step(About.FORMULA, message, {**own, **column.middle})))


def _goalposts(item: Goalposts, number: Number, column: Column, scale: Scale) -> Normal:
    low, high = Fraction(item.low), Fraction(item.high)
    bound: tuple[Step, ...] = ()
    if item.beyond == "truncated" and not low <= number <= high:
        number = min(max(number, low), high)
        facts = {"low": shown(low), "high": shown(high), "number": shown(number)}
        bound = (Step(About.BOUND, N_("Beyond the goalposts {low} and {high}; {number} counts."), facts),)
    rises = item.direction == "higher_is_better"
    if not item.logarithmic:
        found = _between(number, *((low, high) if rises else (high, low)), scale)
        return Normal(found.score, (*bound, *found.steps))
    if number <= 0:
        raise CannotScore(N_("{number} has no logarithm; correct the value."), number=shown(number))
    share = log(number / low, high / low)
    score = scale.at(share if rises else 1 - share)
    message = (
        N_("(log {number} − log {low}) ÷ (log {high} − log {low}) of the scale = {score}")
        if rises
        else N_("(log {high} − log {number}) ÷ (log {high} − log {low}) of the scale = {score}")
    )
    return Normal(score, (*bound, _formula(message, number=number, low=low, high=high, score=score)))


def _distance_to_target(item: DistanceToTarget, number: Number, column: Column, scale: Scale) -> Normal:
    worst, _ = column.ends(item)
    target = Fraction(item.target)
    sign = 1 if item.direction == "higher_is_better" else -1
    if sign * (target - worst) <= 0:
        step = Step(
            About.BOUND,
            N_("Even the worst value, {worst}, reaches the target {target}; each unit's score is {score}."),
            {"worst": shown(worst), "target": shown(target), "score": shown(scale.high)},
        )
        return Normal(scale.high, (step,))
    found = _between(number, worst, target, scale)
    if item.cap and found.score > scale.high:
        step = Step(About.BOUND, N_("Beyond the target {target}; {score} counts."),
                    {"target": shown(target), "score": shown(scale.high)})  # fmt: skip
        return Normal(scale.high, (column.extent, *found.steps, step))
    return Normal(found.score, (column.extent, *found.steps))


def _counted(item: Normalised, number: Number, column: Column) -> tuple[int, Step]:
    worse = column.worse(number, item)
    facts = {"worse": str(worse), "others": str(len(column) - 1)}
    return worse, Step(About.PEERS, N_("{worse} of {others} other units are worse."), facts)


def _percentile_rank(item: Normalised, number: Number, column: Column, scale: Scale) -> Normal:
    worse, step = _counted(item, number, column)
    if len(column) == 1:
        return Normal(scale.high, (step,))
    score = scale.at(Fraction(worse, len(column) - 1))
    message = N_("{low} + {worse} ÷ {others} × {span} = {score}")
    made = _formula(message, low=scale.low, worse=worse, others=len(column) - 1, span=scale.span, score=score)
    return Normal(score, (step, made))


def _rank(item: Normalised, number: Number, column: Column, scale: Scale) -> Normal:
    worse, step = _counted(item, number, column)
    return Normal(Fraction(worse + 1), (step, _formula(N_("{worse} + 1 = {score}"), worse=worse, score=worse + 1)))


def _borda(item: Normalised, number: Number, column: Column, scale: Scale) -> Normal:
    worse, step = _counted(item, number, column)
    return Normal(Fraction(worse), (step,))


METHODS: Mapping[str, Method] = {
    "min_max": _min_max,
    "z_score": _z_score,
    "goalposts": _goalposts,
    "distance_to_target": _distance_to_target,
    "percentile_rank": _percentile_rank,
    "rank": _rank,
    "borda": _borda,
}
