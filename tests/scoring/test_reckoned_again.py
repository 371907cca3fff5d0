"""Every rule, gap, cap, veto, quota and tie of random schemes, against an assessment reckoned a second time."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.foundation.tables import Row, Table
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import ItemScore, Results
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.frozen import frozen_unit, thawed_unit
from assessment.scoring.rules.items import RULES
from assessment.scoring.rules.values import Adjustment, AdjustmentKind, UnitInput
from assessment.scoring.scoresheet import Sheet
from support import invented, reckoning

KINDS = {"P": AdjustmentKind.BONUS, "D": AdjustmentKind.DEDUCTION, "V": AdjustmentKind.VETO}


def units_of(scheme: Scheme, rows: list[dict[str, Any]]) -> list[UnitInput]:
    """Read as the calculator reads a spreadsheet; a column that a scheme does not ask for is ignored."""
    cells = [{name: cell for name, cell in row.items() if name != "adjustments"} for row in rows]
    columns = tuple(dict.fromkeys(name for row in cells for name in row))
    table = Table(columns, tuple(Row(number, row) for number, row in enumerate(cells, 2)))
    sheet = Sheet(scheme, table, "invented")
    units = sheet.units()
    assert not sheet.faults
    return [
        replace(unit, adjustments=tuple(
            Adjustment(KINDS[code[0]], code, Decimal(points), matter=matter)
            for code, points, matter in row["adjustments"]))
        for unit, row in zip(units, rows, strict=True)
    ]  # fmt: skip


def answer(results: Results) -> reckoning.Answer:
    return {
        card.unit: (
            None if card.total_published is None else format(card.total_published, "f"), card.rank, card.band,
            {item.code: cell(item) for item in card.items},
        )
        for card in results.scorecards
    }  # fmt: skip


def cell(item: ItemScore) -> Fraction | str:
    if item.trouble:
        return reckoning.BLOCKED
    return reckoning.GONE if item.counted is None else item.counted


def compare(seed: int, count: int) -> set[str]:
    """The rules that this scheme used; every unit's items, total, rank and band are the same."""
    dice = random.Random(seed)
    said = invented.a_scheme(dice, dice.randint(1, 8))
    rows = invented.a_sheet(dice, said, count)
    scheme = load_scheme(invented.as_text(said))
    units = units_of(scheme, rows)
    found, expected = answer(score(scheme, units)), reckoning.reckoned(said, rows)
    for unit, reckoned in expected.items():
        assert found[unit] == reckoned, f"seed {seed}, {unit}"
    frozen = [thawed_unit(frozen_unit(unit)) for unit in units]
    assert answer(score(scheme, frozen)) == found, f"seed {seed}: a replay differs"
    return {item["rule"] for item in said["indicators"]}


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_a_second_reckoning_gives_the_same_scores_totals_ranks_and_bands(seed: int, count: int) -> None:
    compare(seed, count)


@pytest.mark.bench
def test_a_hundred_thousand_units_are_reckoned_twice_without_a_difference() -> None:
    units = seed = 0
    while units < 100_000:
        count = 1 + seed % 12
        compare(seed, count)
        units, seed = units + count, seed + 1
    print(f"{units:,} units of {seed:,} schemes: 0 differences")


def test_the_invented_schemes_use_every_rule() -> None:
    assert set().union(*(compare(seed, 4) for seed in range(40))) == set(invented.RULES)
    assert set(invented.RULES) <= set(RULES)
