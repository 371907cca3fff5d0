"""How long rank ranges take, beside sorting the scores of all draws twice and one matrix product."""

import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
import pytest

from assessment.programmes.rules.robustness import Robustness
from assessment.scoring.rules.arrays.standings import standings
from assessment.scoring.rules.ranges.contest import Contest, contests_of_arrays
from assessment.scoring.rules.ranges.summary import rank_ranges
from support import boundaries


def seconds(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def a_contest(units: int, indicators: int, missing: float) -> list[Contest]:
    dice = np.random.default_rng(3)
    scheme = boundaries.peers_scheme(indicators)
    table = boundaries.stored(
        dice.integers(0, 100_000, (indicators, units)), dice.random((indicators, units)) < missing, 2
    )
    return contests_of_arrays(scheme, table, standings(scheme, table))


def measured(units: int, indicators: int, draws: int, missing: float, times: int) -> float:
    scheme, groups = boundaries.peers_scheme(indicators), a_contest(units, indicators, missing)
    return seconds(lambda: rank_ranges(scheme, groups, Robustness(draws=draws)), times)


def yardstick(units: int, indicators: int, draws: int) -> float:
    dice = np.random.default_rng(4)
    weights, scores = dice.random((draws, indicators)), dice.random((indicators, units))
    product = seconds(lambda: weights @ scores, 3)
    found = weights @ scores
    return product + 2 * seconds(lambda: np.sort(found, axis=1), 3)


@pytest.mark.bench
def test_rank_ranges_while_a_page_waits() -> None:
    took = measured(60, 30, 1000, 0.05, 41) * 1000
    print(f"\n60 units x 30 indicators x 1,000 draws: {took:.1f} ms")


@pytest.mark.bench
def test_rank_ranges_of_a_province() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    complete = measured(3000, 100, 10_000, 0.0, 5)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    gappy = measured(3000, 100, 10_000, 0.05, 5)
    least = yardstick(3000, 100, 10_000)
    print(f"\n3,000 x 100 x 10,000: {complete:.2f} s, {complete / least:.2f} x the yardstick ({least:.2f} s)")
    print(f"with 5 % missing: {gappy:.2f} s; memory {before} -> {after} MB")


@pytest.mark.bench
def test_rank_ranges_of_fifty_thousand_units() -> None:
    begun = time.process_time()
    took = measured(50_000, 200, 10_000, 0.0, 1)
    of_processors = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\n50,000 x 200 x 10,000: {took:.1f} s, {of_processors:.1f} s of processor time, at most {peak} MB in all")
