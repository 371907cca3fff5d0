"""How long 3,000 units by 100 indicators take, exactly, beside the fastest inexact way; and 100,000 without a fault."""

import random
import statistics
import time
from collections.abc import Callable

import numpy as np
import pytest

from assessment.scoring.rules.arrays.standings import explained, standings
from assessment.scoring.rules.arrays.stored import store
from support import boundaries, plain, schemes

UNITS, INDICATORS = 3000, 100


def milliseconds(*works: Callable[[], object], times: int = 25) -> list[float]:
    """The median of each, run in turn, so that a busy neighbour disturbs all alike."""
    took: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, found in zip(works, took, strict=True):
            begun = time.perf_counter()
            work()
            found.append(time.perf_counter() - begun)
    return [statistics.median(found) * 1000 for found in took]


def fused(matrix: np.ndarray, signs: np.ndarray) -> Callable[[], np.ndarray]:
    """Min-max, weighted mean and ranks in float64, normalisation folded into the weights: no gaps, no ties."""
    weights = np.full(len(signs), 1 / len(signs))

    def work() -> np.ndarray:
        low, high = matrix.min(axis=0), matrix.max(axis=0)
        slopes = weights * signs / (high - low)
        scores = matrix @ slopes - np.where(signs > 0, low, high) @ slopes
        ranks = np.empty(len(scores), np.int64)
        ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
        return ranks

    return work


@pytest.mark.bench
def test_three_thousand_units_are_scored_and_ranked_exactly() -> None:
    scheme, table = boundaries.ordinary(UNITS, INDICATORS)
    signs = np.where(np.arange(INDICATORS) % 3 == 0, -1.0, 1.0)
    matrix = np.ascontiguousarray(np.random.default_rng(1).integers(0, 100_000, (UNITS, INDICATORS)).astype(np.float64))
    case = boundaries.on_boundaries(UNITS)
    wrong = sum(a != b for a, b in zip(standings(case.scheme, case.stored).total.tolist(), case.expected, strict=True))
    yardstick, exact, hard = milliseconds(
        fused(matrix, signs), lambda: standings(scheme, table), lambda: standings(case.scheme, case.stored)
    )
    print(f"\nfused, inexact: {yardstick:.2f} ms")
    print(f"exact, 5 % missing: {exact:.2f} ms, {exact / yardstick:.1f} x fused")
    print(f"exact, every unit on a rounding boundary: {hard:.1f} ms, {hard / yardstick:.0f} x fused, {wrong} wrong")
    assert wrong == 0


@pytest.mark.bench
def test_three_thousand_units_with_a_hundred_formulas() -> None:
    scheme, table = boundaries.with_formulas(UNITS, INDICATORS)
    begun = time.process_time()
    slowly = explained(scheme, table.units[:100], table.inputs()[:100])
    plainly = (time.process_time() - begun) * UNITS / 100
    (took,) = milliseconds(lambda: standings(scheme, table), times=9)
    print(f"\n{UNITS} units x {INDICATORS} formulas: {took:.0f} ms; explained one by one about {plainly:.0f} s")
    assert len(slowly.units) == 100


@pytest.mark.bench
def test_scikit_criteria_beside_it() -> None:
    skcriteria = pytest.importorskip("skcriteria")
    from skcriteria.agg.simple import WeightedSumModel
    from skcriteria.pipeline import mkpipe
    from skcriteria.preprocessing.invert_objectives import NegateMinimize
    from skcriteria.preprocessing.scalers import MinMaxScaler

    scheme, table = boundaries.ordinary(UNITS, INDICATORS)
    matrix = np.random.default_rng(1).integers(0, 100_000, (UNITS, INDICATORS)).astype(np.float64)
    objectives = [min if place % 3 == 0 else max for place in range(INDICATORS)]
    decision = skcriteria.mkdm(matrix, objectives, weights=np.full(INDICATORS, 1 / INDICATORS))
    pipe = mkpipe(NegateMinimize(), MinMaxScaler(target="matrix"), WeightedSumModel())
    theirs, ours = milliseconds(lambda: pipe.evaluate(decision), lambda: standings(scheme, table), times=9)
    print(f"\nscikit-criteria, matrix ready: {theirs:.1f} ms; exact: {ours:.2f} ms, {theirs / ours:.1f} times as fast")


@pytest.mark.bench
def test_a_hundred_thousand_units_of_random_schemes_without_a_difference() -> None:
    units, seed, different = 0, 0, 0
    while units < 100_000:
        seed += 1
        dice = random.Random(seed)
        said = schemes.a_scheme(dice)
        said = schemes.with_formulas(dice, said) if seed % 2 else said
        table = [schemes.a_row(dice, said, f"u{place}") for place in range(dice.choice([2, 30, 400]))]
        scheme, given = schemes.as_scheme(said), [schemes.as_unit(said, row) for row in table]
        by_hand = plain.scored(said, table)
        for found in (standings(scheme, store(given)), explained(scheme, tuple(by_hand), given)):
            mine = {unit: (None if total is None else str(total), *rest) for unit, _, total, *rest in found.rows()}
            different += sum(mine[unit] != by_hand[unit] for unit in by_hand)
        units += len(table)
    print(f"\n{units} units by {seed} random schemes, half of them with formulas: {different} differences")
    assert different == 0
