"""What a scoring rule is given, what it finds, and the words that all rules share."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number, total
from assessment.scoring.rules.cards import About, Step

HUNDRED = Fraction(100)
ZERO = Fraction(0)


class Peers:
    """The values of a peer group, sorted once for all its units."""

    def __init__(self, numbers: Iterable[Number] = ()) -> None:
        """Take the values of all units that have one."""
        self._numbers = list(numbers)

    @cached_property
    def _sorted(self) -> list[Number]:
        return sorted(self._numbers)  # most rules never ask

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def low(self) -> Number:
        """The least value."""
        return self._sorted[0]

    @property
    def high(self) -> Number:
        """The greatest value."""
        return self._sorted[-1]

    @cached_property
    def mean(self) -> Number:
        """The plain mean; 0 where there is nobody."""
        return total(self._sorted) / Fraction(max(1, len(self)))

    def above(self, number: Number) -> int:
        """How many values are greater."""
        return len(self) - bisect_right(self._sorted, number)

    def below(self, number: Number) -> int:
        """How many values are less."""
        return bisect_left(self._sorted, number)


@dataclass(frozen=True)
class Facts:
    """What a rule computes from: the full points, the value, the target where there is one, the peers' values.

    `values` are those of a rule that takes several; the marks of a panel may be fewer than its judges.
    """

    points: Fraction
    actual: Number = ZERO
    target: Number | None = None
    peers: Peers = field(default_factory=Peers)
    values: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a rule found; no score means that the indicator does not apply."""

    score: Number | None
    steps: tuple[Step, ...]


class CannotScore(Exception):
    """These facts cannot be scored; somebody must put them right."""

    def __init__(self, message: str, **facts: Any) -> None:
        """Keep the msgid and its facts."""
        super().__init__(message)
        self.message = message
        self.facts = facts


def computed(message: str, **numbers: Number | Decimal | int) -> Step:
    """A step of computation with its numbers."""
    return Step(About.FORMULA, message, {name: shown(number) for name, number in numbers.items()})


def bounded(score: Number, lowest: Fraction, highest: Fraction) -> tuple[Number, tuple[Step, ...]]:
    """Keep a score within its bounds, and say so where it was outside."""
    if score > highest:
        return highest, (
            Step(About.BOUND, N_("At most {most} points can be earned; {most} count."), {"most": shown(highest)}),
        )
    if score < lowest:
        return lowest, (Step(About.BOUND, N_("At least {least} points count."), {"least": shown(lowest)}),)
    return score, ()


def by_mark(mark: Number, facts: Facts, steps: Sequence[Step]) -> Outcome:
    """The points that a mark out of 100 earns."""
    score = facts.points * mark / 100
    step = computed(N_("{points} × {mark} ÷ 100 = {score}"), points=facts.points, mark=mark, score=score)
    return Outcome(score, (*steps, step))
