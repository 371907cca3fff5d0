"""Whose doing it is that ranks move: shares of variance after Sobol, by Jansen's estimators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessment.programmes.rules.robustness import Robustness
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.ranges.chance import Words, drawn
from assessment.scoring.rules.ranges.contest import Contest
from assessment.scoring.rules.ranges.ranking import Scores, chosen, methods, ranked
from assessment.scoring.rules.ranges.tree import Floats, entries, weights

CHOICES = ("normalisation", "aggregation")
"""What a draw chooses beside the weights; each has a column of chance of its own, the last ones."""


@dataclass(frozen=True)
class VarianceShare:
    """What one choice adds to the variance of the mean shift of ranks: alone, and with all it acts together with."""

    group: str
    choice: str
    alone: float
    in_all: float


def variance_shares(scheme: Scheme, contests: Sequence[Contest], said: Robustness) -> list[VarianceShare]:
    """For each weight, and each choice of method where there are several, its first-order and total share.

    The outcome is the mean number of places by which the units of a group move from their published ranks. Two samples
    A and B of `draws` each; for every choice A with that choice from B: ``draws * (choices + 2)`` league tables.
    (Saltelli and others 2010, table 2; Jansen's estimators. Those of small shares may lie a little below 0.)
    """
    names = (*entries(scheme), *CHOICES)
    several = {len(names) - len(CHOICES) + at for at, name in enumerate(CHOICES) if len(getattr(said, name)) > 1}
    a, b = (drawn(said.seed, stream, said.draws, len(names)) for stream in ("variance-a", "variance-b"))
    found = []
    for contest in contests:
        if len(contest.units) < 2:
            continue
        scores = methods(contest, said)
        in_a, in_b = _shift(contest, scores, a, said), _shift(contest, scores, b, said)
        variance = float(np.var(np.concatenate((in_a, in_b))))
        mine = {entry for node in contest.tree.nodes() for entry in node.entries if len(node.parts) > 1}
        for place, name in enumerate(names):
            if variance and (place in mine or place in several):
                mixed = a.copy()
                mixed[:, place] = b[:, place]
                both = _shift(contest, scores, mixed, said)
                alone = 1 - float(np.mean((in_b - both) ** 2)) / (2 * variance)
                in_all = float(np.mean((in_a - both) ** 2)) / (2 * variance)
                found.append(VarianceShare(contest.group, name, alone, in_all))
    return found


def _shift(contest: Contest, scores: Sequence[Scores], numbers: Words, said: Robustness) -> Floats:
    """By how many places the units move in each draw, on average."""
    made = {node.code: weights(node, numbers, said.weights) for node in contest.tree.nodes()}
    ranks = ranked(contest, scores, made, chosen(said, numbers)).astype(np.int64)
    shifts: Floats = np.abs(ranks - np.array(contest.ranks)).mean(axis=1)
    return shifts
