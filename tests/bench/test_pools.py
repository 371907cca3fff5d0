"""Ten thousand random pools: each shared exactly within its bounds, or refused with its reason."""

import time
from random import Random

import pytest

from support.pools import a_pool, can_be_shared, objection_to

RUNS = 10_000


@pytest.mark.bench
def test_ten_thousand_random_pools() -> None:
    dice, shared, began = Random(2012), 0, time.process_time()
    for run in range(RUNS):
        pool, claims = a_pool(dice)
        assert objection_to(pool, claims) == "", (run, pool, claims)
        shared += can_be_shared(pool, claims)
    assert 0 < shared < RUNS
    took = time.process_time() - began
    print(f"\n{RUNS:,} pools: {shared:,} shared, {RUNS - shared:,} refused; each checked; {took:.1f} s of processor")
