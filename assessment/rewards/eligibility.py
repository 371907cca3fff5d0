"""Whether a unit meets the conditions that the scheme itself sets for a reward: its band, rank and total."""

from __future__ import annotations

from decimal import Decimal

from assessment.foundation.i18n import NOTHING, Sentence, say
from assessment.programmes.rules.rewards import Reward
from assessment.scoring.models import Scorecard


def conditions_not_met(rule: Reward, card: Scorecard, group_size: int) -> Sentence:
    """What stands against the unit, or ``NOTHING``. Vetoes and open cases are other rooms' facts, and handed in."""
    if card.rank is None or card.total is None:
        return say("It was not ranked in this period.")
    if rule.eligible is None:
        return NOTHING
    if rule.eligible.bands and card.band not in rule.eligible.bands:
        return say(
            "Its band is “{band}”; the rule asks for {bands}.", band=card.band or "-", bands=list(rule.eligible.bands)
        )
    measures = {
        "total": card.total,
        "rank": Decimal(card.rank),
        "rank_from_bottom": Decimal(group_size - card.rank + 1),
    }
    for condition in rule.eligible.comparisons:
        if not condition.holds(measures[condition.name]):
            found = measures[condition.name]
            return say("The rule asks for {condition}; it has {found}.", condition=str(condition), found=found)
    return NOTHING
