"""Rank ranges: between which ranks a unit lies in most draws, and which units cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from math import ceil

import numpy as np

from assessment.programmes.rules.robustness import Robustness
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.ranges.chance import drawn
from assessment.scoring.rules.ranges.contest import Contest
from assessment.scoring.rules.ranges.found import RankRange
from assessment.scoring.rules.ranges.ranking import WORTH_A_THREAD, Ranks, chosen, methods, ranked
from assessment.scoring.rules.ranges.tree import entries, weights

BLOCK = 800
"""Units whose draws are sorted together: few enough for a cache."""


def rank_ranges(
    scheme: Scheme, contests: Sequence[Contest], said: Robustness, threads: int = 2, chunk: int | None = None
) -> list[RankRange]:
    """The method sensitivity of every ranked unit; the same seed gives the same numbers, however the work is cut."""
    found: list[RankRange] = []
    width = len(entries(scheme))
    numbers = drawn(said.seed, "weights", said.draws, width)
    which = [drawn(said.seed, stream, said.draws, 1) for stream in ("normalisation", "aggregation")]
    takes = chosen(said, np.concatenate(which, axis=1))
    for contest in contests:
        if contest.units:
            made = {node.code: weights(node, numbers, said.weights) for node in contest.tree.nodes()}
            ranks = ranked(contest, methods(contest, said), made, takes, threads, chunk)
            found += summed_up(contest, ranks, said.interval, threads)
    return found


def summed_up(
    contest: Contest, ranks: Ranks, interval: tuple[Decimal, Decimal], threads: int = 2
) -> Iterator[RankRange]:
    """Order statistics of each unit's ranks (draws x units): the ceil(p N)-th smallest for each percentile p."""
    low, high = interval
    count, units = ranks.shape
    wanted = [max(1, ceil(Fraction(percent) * count / 100)) - 1 for percent in (low, Decimal(50), high)]

    def statistics(begin: int) -> Ranks:
        some = _turned(ranks[:, begin : begin + BLOCK])
        some.sort(axis=1, kind="stable")  # of two bytes: by radix, six times as fast where there is no AVX-512
        return some[:, wanted]

    blocks = range(0, units, BLOCK)
    if threads > 1 and ranks.size >= WORTH_A_THREAD:
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(statistics, blocks))
    else:
        parts = [statistics(begin) for begin in blocks]
    return _in_tiers(contest, [tuple(row) for row in np.concatenate(parts).tolist()])


def _turned(ranks: Ranks) -> Ranks:
    """Units x draws, copied a cacheful at a time: four times as fast as all at once."""
    turned = np.empty(ranks.shape[::-1], ranks.dtype)
    for begin in range(0, len(ranks), 256):
        turned[:, begin : begin + 256] = ranks[begin : begin + 256].T
    return turned


def _in_tiers(contest: Contest, ranges: Sequence[tuple[int, int, int]]) -> Iterator[RankRange]:
    """From the top, a tier begins at the first unit whose range does not overlap that of the tier's first unit."""
    tier, first = 0, (0, 0)
    for unit, rank, (low, median, high) in zip(contest.units, contest.ranks, ranges, strict=True):
        if not tier or low > first[1] or high < first[0]:
            tier, first = tier + 1, (low, high)
        yield RankRange(contest.group, unit, rank, median, low, high, tier)
