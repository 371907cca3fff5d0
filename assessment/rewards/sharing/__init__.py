"""From an edition to amounts and places: the values a rule needs are read, the rest is computed by the pure rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from assessment.programmes.rules.rewards import FormulaReward, LadderReward, PoolReward, Reward, ThresholdReward
from assessment.rewards.sharing import earned, money, placing
from assessment.rewards.sharing.worth import Ground, Worth
from assessment.scoring.models import Scorecard

__all__ = ["Ground", "Worth", "shared"]


def shared(ground: Ground, rule: Reward, cards: Sequence[Scorecard], out: set[int]) -> dict[int, Worth]:
    """By unit id; pools, ladders and places are each peer group's own. `out` are the units that are not eligible."""
    if isinstance(rule, FormulaReward):
        return earned.by_formula(ground, rule, cards, out)
    if isinstance(rule, ThresholdReward):
        return earned.by_thresholds(ground, rule, cards, out)
    groups: dict[str, list[Scorecard]] = defaultdict(list)
    for card in cards:
        groups[card.group_code].append(card)
    found: dict[int, Worth] = {}
    if isinstance(rule, PoolReward):
        for some in groups.values():
            found |= money.pool(ground, rule, some, out)
    elif isinstance(rule, LadderReward):
        for some in groups.values():
            found |= money.ladder(rule, some, out)
    else:
        found = placing.places(ground, rule, groups, out)
    return found
