"""The preview of a ladder: after how many more periods of the same kind it would propose something, and what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assessment.accountability.rules.climbing import climb, counts_kind
from assessment.accountability.rules.past import Past, after, proposed
from assessment.foundation.i18n import Sentence, say
from assessment.programmes.rules.consequences import Ladder


@dataclass(frozen=True)
class Ahead:
    """So many more periods that count, one after the other, and the ladder proposes this."""

    periods: int
    action: str
    is_like_this: bool
    """Whether the newest period counted itself, so that more "like this" are enough."""

    @property
    def sentence(self) -> Sentence:
        action = proposed(self.action)
        if self.is_like_this:
            if self.periods == 1:
                return say("One more period like this one triggers the proposal: {action}.", action=action)
            return say("{n} more periods like this one trigger the proposal: {action}.", n=self.periods, action=action)
        if self.periods == 1:
            return say("One period that counts triggers the proposal: {action}.", action=action)
        return say("{n} periods in a row that count trigger the proposal: {action}.", n=self.periods, action=action)


def ahead(ladder: Ladder, history: Sequence[Past]) -> Ahead | None:
    """What the next periods would bring if each counted as the newest did, or else once; ``None`` if nothing ever.

    Years and windows end in it as they will, for each period is appended with its own code and counted anew.
    """
    past = [one for one in history if counts_kind(ladder.count, one)]
    if not past:
        return None
    is_like_this = bool(past[-1].times(ladder.count)) and ladder.code not in past[-1].excused
    times = past[-1].times(ladder.count) or 1
    supposed = past
    for periods in range(1, 2 * max(ladder.at) + 1):
        following = replace(past[-1], period=after(supposed[-1].period), excused={}, supposed=times)
        supposed = [*supposed, following]
        action = climb(ladder, supposed).action
        if action:
            return Ahead(periods, action, is_like_this)
    return None
