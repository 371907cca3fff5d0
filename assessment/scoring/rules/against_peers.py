"""The rules that hold a value against those of the peer group."""

from fractions import Fraction

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number
from assessment.programmes.rules.indicators import PeerMinmax, Position, Sliding
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.facts import HUNDRED, ZERO, Facts, Outcome, bounded, by_mark, computed


def peer_minmax(item: PeerMinmax, facts: Facts) -> Outcome:
    """From the floor for the worst of the peer group to 100 for the best."""
    low, high = facts.peers.low, facts.peers.high
    steps = [
        Step(
            About.PEERS,
            N_("Among {count} units of the peer group the values lie between {low} and {high}."),
            {"count": str(len(facts.peers)), "low": shown(low), "high": shown(high)},
        )
    ]
    if low == high:
        mark: Number = Fraction(item.all_equal)
        steps.append(Step(About.BOUND, N_("All values are equal; each unit's mark is {mark}."), {"mark": shown(mark)}))
        return by_mark(mark, facts, steps)
    worst, best = (low, high) if item.direction == "higher_is_better" else (high, low)
    floor = Fraction(item.floor)
    mark = floor + (HUNDRED - floor) * (facts.actual - worst) / (best - worst)
    steps.append(
        computed(
            N_("{floor} + (100 − {floor}) × ({actual} − {worst}) ÷ ({best} − {worst}) = {mark}"),
            floor=floor,
            actual=facts.actual,
            worst=worst,
            best=best,
            mark=mark,
        )
    )
    return by_mark(mark, facts, steps)


def position(item: Position, facts: Facts) -> Outcome:
    """Points less a step for each unit of the peer group that does better."""
    above, below = facts.peers.above(facts.actual), facts.peers.below(facts.actual)
    better = above if item.direction == "higher_is_better" else below
    place = Step(
        About.PEERS,
        N_("Of {count} units of the peer group {better} do better; {shared} have this value: place {place}."),
        {
            "count": str(len(facts.peers)),
            "better": str(better),
            "shared": str(len(facts.peers) - above - below),
            "place": str(better + 1),
        },
    )
    score: Number = facts.points - Fraction(item.step) * better
    formula = computed(
        N_("{points} − {step} × ({place} − 1) = {score}"),
        points=facts.points,
        step=item.step,
        place=better + 1,
        score=score,
    )
    score, bound = bounded(score, Fraction(item.least), facts.points)
    return Outcome(score, (place, formula, *bound))


def sliding(item: Sliding, facts: Facts) -> Outcome:
    """The base for the average; each width farther from it counts by the next divisor, the last one for all beyond."""
    average, made = _average(facts)
    distance = abs(facts.actual - average)
    sign = 1 if facts.actual >= average else -1
    score: Number = Fraction(item.base)
    for place, divisor in enumerate(item.divisors, 1):
        width = Fraction(item.width)
        part = distance if place == len(item.divisors) else min(distance, width)
        if part == 0:
            break
        distance -= part
        before, score = score, score + sign * part * Fraction(item.base) / Fraction(divisor)
        message = (
            N_("{before} + {part} × {base} ÷ {divisor} = {score}")
            if sign > 0
            else N_("{before} − {part} × {base} ÷ {divisor} = {score}")
        )
        made.append(computed(message, before=before, part=part, base=item.base, divisor=divisor, score=score))
    score, bound = bounded(score, ZERO, facts.points * Fraction(item.cap))
    return Outcome(score, (*made, *bound))


def _average(facts: Facts) -> tuple[Number, list[Step]]:
    """The average that was handed in, else the mean of the peers."""
    average = facts.target if facts.target is not None else facts.peers.mean
    made = []
    if facts.target is None:
        made.append(
            Step(
                About.PEERS,
                N_("The mean of {count} units of the peer group is {mean}."),
                {"count": str(len(facts.peers)), "mean": shown(average)},
            )
        )
    made.append(
        computed(
            N_("{actual} − {average} = {distance}"),
            actual=facts.actual,
            average=average,
            distance=facts.actual - average,
        )
    )
    return average, made
