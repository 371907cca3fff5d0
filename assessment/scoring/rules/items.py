"""The rules by which one indicator is scored, each as the scheme names it."""

from collections.abc import Callable, Mapping
from typing import Any

from assessment.programmes.rules.indicators import Item
from assessment.scoring.rules import against_peers, against_targets, counted
from assessment.scoring.rules.facts import CannotScore, Facts, Outcome

__all__ = ["RULES", "CannotScore", "Facts", "Outcome", "apply", "rule_of"]

Rule = Callable[[Any, Facts], Outcome]

RULES: Mapping[str, Rule] = {
    "given": against_targets.given,
    "completion": against_targets.completion,
    "control": against_targets.control,
    "efficacy": against_targets.efficacy,
    "banded": against_targets.banded,
    "steps": against_targets.steps,
    "peer_minmax": against_peers.peer_minmax,
    "position": against_peers.position,
    "sliding": against_peers.sliding,
    "deduct": counted.deduct,
    "deduct_several": counted.deduct_several,
    "panel": counted.panel,
}


def apply(item: Item, facts: Facts) -> Outcome:
    """Score an indicator by its own rule."""
    return RULES[rule_of(item)](item, facts)


def rule_of(item: Item) -> str:
    """The name of an indicator's rule."""
    return str(getattr(item, "rule"))  # noqa: B009 - every indicator has one, the base class none
