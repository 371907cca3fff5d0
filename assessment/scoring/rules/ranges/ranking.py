"""Thousands of league tables at once: totals by drawn weights, ranked exactly, equals sharing a rank."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assessment.programmes.rules.robustness import Robustness
from assessment.scoring.rules.arrays.blas import one_thread
from assessment.scoring.rules.ranges.chance import Words
from assessment.scoring.rules.ranges.contest import Contest
from assessment.scoring.rules.ranges.tree import FINE, Floats, Node

Ranks = npt.NDArray[Any]
"""Whole numbers of two bytes, or of four where there are more than 65,535 units."""
WORTH_A_THREAD = 2_000_000
"""Scores (draws x units) below which starting threads costs more than it saves."""
FEW = 4
"""Possible totals for each unit below which counting them is faster than sorting."""
FOR_A_CACHE = 2**16
"""Scores that are ranked together."""


class Scores:
    """A group's scores, ready for products with weights: whole numbers whose sums of products are exact."""

    def __init__(self, scores: Floats, node: Node) -> None:
        """Prepare the indicators of every heading."""
        self.root = node
        self.low, self.high = float(np.nanmin(scores, initial=0)), float(np.nanmax(scores, initial=0))
        self.leaves: dict[str, _Leaves] = {}
        for one in node.nodes():
            rows = [part for part in one.parts if isinstance(part, int)]
            if rows:
                self.leaves[one.code] = _Leaves.of(scores[rows], float(one.power))

    def totals(self, drawn: Mapping[str, Floats]) -> Floats:
        """Draws x units: the total of each by the weights of each draw; NaN never, for all of them are ranked."""
        return self._mean(self.root, drawn)

    def _mean(self, node: Node, drawn: Mapping[str, Floats]) -> Floats:
        weights = drawn[node.code]
        found: Floats | None = None
        if node.code in self.leaves:
            leaves = self.leaves[node.code]
            whole, unit, present = leaves.whole, leaves.unit, leaves.present
            mine = [place for place, part in enumerate(node.parts) if isinstance(part, int)]
            some = weights if len(mine) == len(node.parts) else np.ascontiguousarray(weights[:, mine])
            found = some @ whole
            if len(mine) == len(node.parts):
                if present is None:
                    found *= (unit / weights.sum(axis=1))[:, None]
                else:
                    found /= some @ present
                    found *= unit
                return leaves.nought(_rooted(found, float(node.power)))
            found *= unit
            weight = some.sum(axis=1)[:, None] if present is None else some @ present
        else:
            found, weight = np.zeros(1), np.zeros(1)
        noughts = np.zeros((1, 1), np.bool_)
        for place, part in enumerate(node.parts):
            if isinstance(part, Node):
                mean = self._mean(part, drawn)
                noughts = noughts | ((mean <= 0) & (node.power <= 0))
                below = _raised(mean, float(node.power))
                own = np.where(np.isnan(below), 0, weights[:, place, None])
                found = found + own * np.nan_to_num(below)
                weight = weight + own
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.where(noughts, 0, _rooted(found / weight, float(node.power)))
        return self.leaves[node.code].nought(found) if node.code in self.leaves else found


@dataclass(frozen=True, eq=False)
class _Leaves:
    """The indicators directly beneath a heading: ``whole * unit`` is the score, raised to the heading's power."""

    whole: Floats
    unit: float
    present: Floats | None
    """1 where an indicator counts; None where all do."""
    noughts: npt.NDArray[np.bool_] | None
    """Units with a part of 0 where that makes the mean 0."""

    @classmethod
    def of(cls, scores: Floats, power: float) -> _Leaves:
        """The scores of some indicators (rows), NaN where they do not count."""
        gaps = np.isnan(scores)
        noughts: npt.NDArray[np.bool_] = np.any(scores <= 0, axis=0) if power <= 0 else np.zeros(1, np.bool_)
        raised = np.where(gaps, 0, _raised(scores, power))
        most = float(np.abs(raised).max(initial=0)) or 1.0
        present = (~gaps).astype(np.float64) if gaps.any() else None
        return cls(np.rint(raised * (FINE / most)), most / FINE, present, noughts if noughts.any() else None)

    def nought(self, means: Floats) -> Floats:
        """The means, 0 where a part makes them so."""
        if self.noughts is not None:
            means[:, self.noughts] = 0
        return means


def _raised(scores: Floats, power: float) -> Floats:
    if power == 1:
        return scores
    positive = np.where(scores <= 0, 1, scores) if power <= 0 else np.maximum(scores, 0)
    raised: Floats = np.log(positive) if power == 0 else positive**power
    return raised


def _rooted(mean: Floats, power: float) -> Floats:
    if power == 1:
        return mean
    rooted: Floats = np.exp(mean) if power == 0 else mean ** (1 / power)
    return rooted


def methods(contest: Contest, said: Robustness) -> list[Scores]:
    """The scores by every normalisation and mean that a draw may take: all means of the first normalisation, and on."""
    return [
        Scores(scores, contest.tree.by(mean))
        for scores in map(contest.normalised, said.normalisation)
        for mean in said.aggregation
    ]


def chosen(said: Robustness, numbers: Words) -> list[npt.NDArray[np.intp]]:
    """The draws that take each of these methods; of `numbers` the last two columns decide."""
    means = len(said.aggregation)
    which = numbers[:, -2] % len(said.normalisation) * means + numbers[:, -1] % means
    return [np.flatnonzero(which == place) for place in range(len(said.normalisation) * means)]


def ranked(
    contest: Contest, scores: Sequence[Scores], drawn: Mapping[str, Floats], chosen: Sequence[npt.NDArray[np.intp]],
    threads: int = 2, chunk: int | None = None,
) -> Ranks:  # fmt: skip
    """Draws x units: the rank of each unit in each draw; neither threads nor chunks change a number.

    `scores` are the methods, `chosen` the draws that take each of them.
    """
    count = len(next(iter(drawn.values())))
    units = len(contest.units)
    ranks: Ranks = np.empty((count, units), np.uint16 if units < 2**16 else np.uint32)
    bounds = _Bounds(contest, scores)

    def rank(one: tuple[Scores, Mapping[str, Floats], npt.NDArray[np.intp]]) -> None:
        made, weights, draws = one
        totals = made.totals(weights)
        for begin in range(0, draws.size, step):
            some = slice(begin, begin + step)
            ranks[draws[some]] = bounds.ranks(totals[some], ranks.dtype)

    # Few products of many rows, for BLAS; then as many rows at a time as a cache holds.
    step = max(1, FOR_A_CACHE // units)
    work = _chunks(scores, drawn, chosen, chunk or max(64, step))
    parallel = threads > 1 and count * units >= WORTH_A_THREAD
    with one_thread():
        _each(rank, work, threads if parallel else 1)
    return ranks


def _chunks(
    scores: Sequence[Scores], drawn: Mapping[str, Floats], chosen: Sequence[npt.NDArray[np.intp]], chunk: int
) -> Iterator[tuple[Scores, Mapping[str, Floats], npt.NDArray[np.intp]]]:
    for made, draws in zip(scores, chosen, strict=True):
        for begin in range(0, draws.size, chunk):
            some = draws[begin : begin + chunk]
            yield made, {code: weights[some] for code, weights in drawn.items()}, some


def _each(work: Callable[..., None], parts: Iterator[object], threads: int) -> None:
    if threads == 1:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, parts):
            pass


class _Bounds:
    """How totals become whole numbers that are ranked: the less, the better.

    Where the totals that can be told apart are few beside the units, the units at each of them are counted; else they
    are sorted, the unit in the lowest bits.
    """

    def __init__(self, contest: Contest, scores: Sequence[Scores]) -> None:
        self.dense, count = contest.dense, len(contest.units)
        low = min(one.low for one in scores) + float(contest.added.min(initial=0)) - 1
        high = max(one.high for one in scores) + float(contest.added.max(initial=0)) + 1
        self.bits = max(1, (count - 1).bit_length())
        fine = 10.0**contest.places if contest.places is not None else 2.0 ** (62 - self.bits) / (high - low)
        if (high - low) * fine > 2.0 ** (62 - self.bits):
            fine = 2.0 ** (62 - self.bits) / (high - low)
        self.fine = fine
        self.top = np.floor(high * fine)
        self.are_few = (high - low) * fine <= FEW * count
        self.kind = np.int32 if ((high - low) * fine + 2) * 2.0**self.bits < 2.0**31 else np.int64
        self.added = contest.added * fine if contest.added.any() else None
        self.units = np.arange(count, dtype=self.kind)
        self.places = np.arange(count, dtype=np.uint16 if count < 2**16 else np.uint32)

    def ranks(self, totals: Floats, kind: npt.DTypeLike) -> Ranks:
        """Draws x units."""
        totals *= -self.fine
        totals += self.top
        if self.added is not None:
            totals -= self.added
        np.rint(totals, out=totals)
        return self._counted(totals.astype(np.intp), kind) if self.are_few else self._sorted(totals, kind)

    def _counted(self, keys: npt.NDArray[np.intp], kind: npt.DTypeLike) -> Ranks:
        ranks: Ranks = np.empty(keys.shape, kind)
        for row, found in zip(keys, ranks, strict=True):
            counts = np.bincount(row)
            upto = np.cumsum(counts > 0) if self.dense else np.cumsum(counts) - counts + 1
            np.take(upto.astype(kind), row, out=found, mode="clip")  # clipped, so that nothing is copied to be checked
        return ranks

    def _sorted(self, totals: Floats, kind: npt.DTypeLike) -> Ranks:
        keys: npt.NDArray[Any] = totals.astype(self.kind)
        keys <<= self.bits
        keys |= self.units
        keys.sort(axis=1)
        units = keys & self.kind(2**self.bits - 1)
        keys >>= self.bits
        placed = np.zeros(keys.shape, kind)
        differs = keys[:, 1:] != keys[:, :-1]
        if self.dense:
            np.cumsum(differs, axis=1, out=placed[:, 1:])
        else:
            np.multiply(differs, self.places[1:], out=placed[:, 1:])
            np.maximum.accumulate(placed, axis=1, out=placed)
        placed += 1
        ranks = np.empty_like(placed)
        units += (np.arange(len(units)) * units.shape[1]).astype(units.dtype)[:, None]
        ranks.ravel()[units.ravel()] = placed.ravel()
        return ranks
