"""Treating outliers: winsorising while skewness and kurtosis are too large, and then perhaps a logarithm.

Skewness and excess kurtosis are those of a sample (type 2 of Joanes and Gill 1998, as spreadsheets have them). Both
are held against their limits exactly: the square of the skewness is a fraction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number, log, sqrt, total
from assessment.programmes.rules.normalised import Treatment
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.facts import CannotScore

HUNDREDTH = Fraction(1, 100)
FEWEST = 4  # kurtosis is not defined for fewer


@dataclass(frozen=True)
class Shape:
    """How far a sample is from a symmetric one with ordinary tails."""

    sample: Sequence[Number]

    @cached_property
    def _moments(self) -> tuple[Number, Number, Number]:
        """The second, third and fourth central moment."""
        share = Fraction(1, len(self.sample))
        mean = total(self.sample) * share
        distances = [number - mean for number in self.sample]
        squares = [distance * distance for distance in distances]
        cubes = [square * distance for square, distance in zip(squares, distances, strict=True)]
        return total(squares) * share, total(cubes) * share, total(square * square for square in squares) * share

    @property
    def is_defined(self) -> bool:
        """Whether there are enough values, and not all of them equal."""
        return len(self.sample) >= FEWEST and self._moments[0] != 0

    @property
    def is_skewed_down(self) -> bool:
        """Whether the long tail lies below."""
        return self._moments[1] < 0

    @cached_property
    def squared_skewness(self) -> Number:
        """The square of the skewness."""
        count, (second, third, _) = len(self.sample), self._moments
        return Fraction(count * (count - 1), (count - 2) ** 2) * (third * third) / (second * second * second)

    @property
    def skewness(self) -> Number:
        """The skewness itself, a root."""
        return -sqrt(self.squared_skewness) if self.is_skewed_down else sqrt(self.squared_skewness)

    @cached_property
    def kurtosis(self) -> Number:
        """The excess kurtosis."""
        count, (second, _, fourth) = len(self.sample), self._moments
        excess = fourth / (second * second) - 3
        return Fraction(count - 1, (count - 2) * (count - 3)) * ((count + 1) * excess + 6)

    def exceeds(self, limits: Treatment) -> bool:
        """Whether both limits are exceeded."""
        if not self.is_defined:
            return False
        return self.squared_skewness > Fraction(limits.skewness) ** 2 and self.kurtosis > Fraction(limits.kurtosis)


@dataclass(frozen=True)
class Treated:
    """What becomes of a value, and what was done to all of them."""

    of: Callable[[Number], Number]
    steps: tuple[Step, ...] = ()
    is_log: bool = False


def treated(sample: Sequence[Number], how: Treatment | str | None) -> Treated:
    """Treat a sample; `CannotScore` where a logarithm of it does not exist."""
    if how == "log":
        return _by_log(sample)
    if not isinstance(how, Treatment) or not sample:
        return Treated(lambda number: number)
    shape = Shape(sample)
    if not shape.exceeds(how):
        return Treated(lambda number: number, (_judged(shape, how, False),))
    low, high, after, count = _winsorised(sample, how)
    step = _judged(shape, how, True)
    if after.exceeds(how) and how.otherwise == "log":
        return _by_shifted_log(sample, step)
    facts = {"count": str(count), "low": shown(low), "high": shown(high)}
    said = Step(About.BOUND, N_("{count} values were winsorised: all count within {low} and {high}."), facts)
    return Treated(lambda number: min(max(number, low), high), (step, said))


def _judged(shape: Shape, limits: Treatment, exceeded: bool) -> Step:
    if not shape.is_defined:
        return Step(About.PEERS, N_("Too few different values to judge outliers; not treated."))
    message = (
        N_("Skewness {skewness} and kurtosis {kurtosis} exceed {most} and {highest}: outliers are treated.")
        if exceeded
        else N_("Skewness {skewness} and kurtosis {kurtosis} do not both exceed {most} and {highest}: not treated.")
    )
    return Step(
        About.PEERS,
        message,
        {
            "skewness": shown(shape.skewness, 4),
            "kurtosis": shown(shape.kurtosis, 4),
            "most": shown(limits.skewness),
            "highest": shown(limits.kurtosis),
        },
    )


def _winsorised(sample: Sequence[Number], limits: Treatment) -> tuple[Number, Number, Shape, int]:
    """Bring the outermost values of the longer tail in to the next one, again and again; equals come in together."""
    current, count = list(sample), 0
    while (shape := Shape(current)).exceeds(limits):
        edge = min(current) if shape.is_skewed_down else max(current)
        within = [number for number in current if number != edge]
        bound = min(within) if shape.is_skewed_down else max(within)
        moved = [bound if number == edge else number for number in current]
        changed = sum(before != after for before, after in zip(sample, moved, strict=True))
        if changed > limits.winsorise:
            break
        current, count = moved, changed
    return min(current), max(current), shape, count


def _by_log(sample: Sequence[Number]) -> Treated:
    if sample and (least := min(sample)) <= 0:
        raise CannotScore(
            N_("{number} has no logarithm; use “treat: winsorise”, or correct the value."), number=shown(least)
        )
    return Treated(log, (), True)


def _by_shifted_log(sample: Sequence[Number], step: Step) -> Treated:
    low = min(sample)
    shift = (max(sample) - low) * HUNDREDTH
    message = N_("Winsorising is not enough: of each value the logarithm of (value − {low} + {shift}) counts.")
    said = Step(About.FORMULA, message, {"low": shown(low), "shift": shown(shift)})
    return Treated(lambda number: log(number - low + shift), (step, said), True)
