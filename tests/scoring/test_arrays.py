"""The engine of arrays: the same totals, ranks and bands as the explained one and as plain fractions, always."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.arrays import standings as engine_of_arrays
from assessment.scoring.rules.arrays.combinations import combinations
from assessment.scoring.rules.arrays.coverage import covers
from assessment.scoring.rules.arrays.standings import Standings, explained, standings
from assessment.scoring.rules.arrays.stored import Columns, Stored, Unfit, store
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import Adjustment, AdjustmentKind, UnitInput, Value
from support import boundaries, plain, schemes

BASE = """
format: 1
scheme: test
version: "1"
missing: reweight
indicators:
  - {code: a, points: 30, rule: given}
  - {code: b, points: 70, rule: peer_minmax}
"""


def rows(found: Standings) -> dict[str, tuple[str | None, int | None, str | None]]:
    return {
        unit: (None if total is None else format(total, "f"), rank, band)
        for unit, _, total, rank, band in found.rows()
    }


def by_explained_engine(scheme: Scheme, units: list[UnitInput]) -> dict[str, Any]:
    return rows(explained(scheme, tuple(unit.code for unit in units), units))


def refuse_to_explain(*_: object) -> Standings:
    raise AssertionError("the arrays were to do this themselves")


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.sampled_from([1, 2, 7, 25]), st.booleans())
def test_totals_ranks_and_bands_are_those_of_plain_fractions(seed: int, count: int, formulas: bool) -> None:
    dice = random.Random(seed)
    said = schemes.a_scheme(dice)
    said = schemes.with_formulas(dice, said) if formulas else said
    table = [schemes.a_row(dice, said, f"u{place}") for place in range(count)]
    scheme, units = schemes.as_scheme(said), [schemes.as_unit(said, row) for row in table]
    assert covers(scheme)
    expected = plain.scored(said, table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_of_arrays, "explained", refuse_to_explain)
        assert rows(standings(scheme, store(units))) == expected
    assert by_explained_engine(scheme, units) == expected


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from([1, 7, 25]))
def test_roots_and_logarithms_are_decided_as_in_the_explained_engine(seed: int, count: int) -> None:
    dice = random.Random(seed)
    said = schemes.with_formulas(dice, schemes.a_scheme(dice), endless=True)
    said["ranking"]["then"] = dice.choice([[], ["f0 desc"]])
    units = [schemes.as_unit(said, schemes.a_row(dice, said, f"u{place}")) for place in range(count)]
    scheme = schemes.as_scheme(said)
    assert covers(scheme)
    assume(all(trouble.unit for trouble in score(scheme, units).troubles))  # else it could not explain what it compares
    assert rows(standings(scheme, store(units))) == by_explained_engine(scheme, units)


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_adjustments_vetoes_quotas_and_keys_count_as_in_the_explained_engine(seed: int) -> None:
    dice = random.Random(seed)
    said = schemes.a_scheme(dice) | {
        "bonus": {
            "cap": 5, "mode": dice.choice(["add", "tie_break_only", "separate"]), "items": [{"code": "B", "each": 1}],
        },
        "deductions": {"cap": 5, "items": [{"code": "D", "each": 1, "at_most": 3}]},
        "vetoes": [
            {"code": "V", "on": "incident.critical", "effect": {"item_zero": "i0"}},
            {"code": "W", "on": "falsification.established", "effect": {"band_at_most": "fair"}},
        ],
        "bands": [
            {"code": "good", "from": 75, "quota": "30%"}, {"code": "fair", "from": 60}, {"code": "poor", "below": 60},
        ],
    }  # fmt: skip
    said["ranking"]["then"] = dice.choice([[], ["key desc"], ["bonus desc", "key asc"]])
    scheme = schemes.as_scheme(said)
    units = []
    for place in range(20):
        one = schemes.as_unit(said, schemes.a_row(dice, said, f"u{place}"))
        given_to = [
            Adjustment(kind, code, Decimal(dice.randint(0, 40)) / 10, band)
            for kind, code, band in (
                (AdjustmentKind.BONUS, "B", ""), (AdjustmentKind.DEDUCTION, "D", ""), (AdjustmentKind.VETO, "V", ""),
                (AdjustmentKind.VETO, "W", ""), (AdjustmentKind.BAND_CAP, "C", "poor"),
            ) if dice.random() < 0.2
        ]  # fmt: skip
        key = {"key": Value(Decimal(dice.randint(0, 3)))} if dice.random() < 0.9 else {}
        units.append(replace(one, values={**one.values, **key}, adjustments=tuple(given_to)))
    assert rows(standings(scheme, store(units))) == by_explained_engine(scheme, units)


def test_totals_on_a_rounding_boundary_are_rounded_by_rule_and_not_by_noise() -> None:
    case = boundaries.on_boundaries(400)
    assert standings(case.scheme, case.stored).total.tolist() == case.expected


def test_exact_ties_share_a_rank() -> None:
    """3,000 units with 84 distinct scores: float arithmetic gives most of them a wrong rank."""
    dice = np.random.default_rng(7)
    marks = dice.integers(0, 5, (100, 3000))
    marks[:, 0], marks[:, 1] = 0, 4
    for of in ("published_total", "exact_total"):
        scheme = boundaries.peers_scheme(100, more=f"ranking: {{of: {of}}}")
        found = standings(scheme, boundaries.stored(marks, np.zeros_like(marks)))
        sums = np.sort(marks.sum(axis=0))
        assert (found.rank == 1 + marks.shape[1] - np.searchsorted(sums, marks.sum(axis=0), "right")).all()


def test_order_and_names_of_columns_and_order_of_units_change_nothing() -> None:
    scheme, table = boundaries.ordinary(300)
    expected = dict(zip(table.units, standings(scheme, table).rank.tolist(), strict=True))
    dice = np.random.default_rng(3)
    columns, units = dice.permutation(100), dice.permutation(300)
    values = Columns(
        tuple(table.values.names[one] for one in columns), table.values.places,
        table.values.mantissas[columns][:, units].copy(), table.values.kinds[columns][:, units].copy(),
    )  # fmt: skip
    moved = replace(table, units=tuple(table.units[one] for one in units), values=values)
    found = standings(scheme, moved)
    assert dict(zip(found.units, found.rank.tolist(), strict=True)) == expected


@pytest.mark.parametrize("threads", [1, 2])
def test_the_number_of_threads_changes_nothing(threads: int) -> None:
    case = boundaries.on_boundaries(300, seed=2)
    with threadpool_limits(threads):
        assert standings(case.scheme, case.stored).total.tolist() == case.expected


@given(
    st.lists(st.integers(-(10**60), 10**60), min_size=1, max_size=12),
    st.data(),
)
def test_combinations_are_exact(coefficients: list[int], data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.lists(st.integers(-(2**53), 2**53), min_size=3, max_size=3),
                                min_size=len(coefficients), max_size=len(coefficients)))  # fmt: skip
    expected = [sum(c * row[place] for c, row in zip(coefficients, counts, strict=True)) for place in range(3)]
    assert combinations(coefficients, np.array(counts, np.int64)) == expected


@pytest.mark.parametrize(
    "more",
    [
        "changes: {b: {of: c, by: absolute, since: period_before}}",
        "missing: carry_forward",
        "missing: {default: reweight, withheld: zero_by_decision}",
        "ranking: {then: [a desc]}",
        "bands: [{code: good, from: 50, quota: 50%, quota_rounding: half_up}, {code: poor, below: 50}]",
    ],
)
def test_what_is_not_covered_is_left_to_the_explained_engine(more: str) -> None:
    scheme = load_scheme(BASE.replace("missing: reweight", more) if "missing" in more else BASE + more)
    assert not covers(scheme)
    numbers = {"a": "10", "b": "5", "c": "6", "d": "4"}
    units = [UnitInput(f"u{k}", {name: Value(Decimal(text) + k) for name, text in numbers.items()}) for k in range(3)]
    assert rows(standings(scheme, store(units))) == by_explained_engine(scheme, units)


def test_numbers_too_long_for_the_arrays_are_left_to_the_explained_engine() -> None:
    scheme = load_scheme(BASE.replace("peer_minmax", "efficacy, satisfactory: 1.0000000000001, unacceptable: 0.3"))
    units = [UnitInput("u1", {"a": Value(Decimal(7)), "b": Value(Decimal("0.5000000000001"))})]
    assert covers(scheme)
    assert rows(standings(scheme, store(units))) == by_explained_engine(scheme, units)
    with pytest.raises(Unfit):
        store([UnitInput("u1", {"a": Value(Decimal("1.00000000000000000001"))})])
    with pytest.raises(Unfit):
        store([UnitInput("u1", {"a": Value(Fraction(1, 3))})])


def test_the_stored_form_gives_back_what_it_was_given() -> None:
    dice = random.Random(5)
    said = schemes.a_scheme(dice)
    units = [schemes.as_unit(said, schemes.a_row(dice, said, f"u{place}")) for place in range(20)]
    scheme = schemes.as_scheme(said)
    assert score(scheme, store(units).inputs()).scorecards == score(scheme, units).scorecards


def test_nobody_is_ranked_where_nobody_is() -> None:
    nothing = Columns((), (), np.zeros((0, 0)), np.zeros((0, 0), np.uint8))
    assert list(standings(load_scheme(BASE), Stored((), nothing, nothing, nothing)).rows()) == []
