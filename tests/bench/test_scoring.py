"""How long a province takes to score: 69 units by the Jilin scheme's ten indicators, explanations and all."""

import random
import statistics
import time
from decimal import Decimal
from pathlib import Path

import pytest

import assessment.demo
from assessment.programmes.rules.loading import load_scheme
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import UnitInput, Value

SCHEME = Path(assessment.demo.__file__).parent / "files" / "jilin-2012.scheme.yaml"


@pytest.mark.bench
def test_a_province_is_scored() -> None:
    scheme, dice = load_scheme(SCHEME.read_text(encoding="utf-8")), random.Random(2012)
    names = sorted({name for item in scheme.items for name in scheme.inputs(item)})
    units = [
        UnitInput(
            f"{place:03d}",
            {name: Value(Decimal(dice.randint(1, 100))) for name in names},
            {"level": "county" if place > 9 else "prefecture"},
            targets={name: Decimal(50) for name in names},
        )
        for place in range(69)
    ]
    times = []
    for _ in range(7):
        begun = time.process_time()
        results = score(scheme, units)
        times.append(time.process_time() - begun)
    assert not results.troubles
    median = statistics.median(times) * 1000
    print(f"69 units x {len(scheme.items)} indicators: {median:.0f} ms of processor time (median of 7)")
