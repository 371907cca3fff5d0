"""What would have changed a result: the whole table scored again says so, and a step less does not."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results, Scorecard
from assessment.scoring.rules.composition import CompositeInput, Part, compose
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.margins import Goal, Margin, Standing, Trial, bounds, margins, needed_totals
from assessment.scoring.rules.values import Adjustment, AdjustmentKind, UnitInput, Value
from support import invented
from support.reckoned_units import units_of


def unblocked(scheme: Scheme, units: list[UnitInput]) -> list[UnitInput]:
    while blocked := {trouble.unit for trouble in score(scheme, units).troubles}:
        units = [unit for unit in units if unit.code not in blocked]
    return units


def trial_of(scheme: Scheme, units: list[UnitInput], unit: str) -> Trial:
    return Trial(scheme, {one.code: one for one in units}, score(scheme, units), unit)


def card_of(results: Results, unit: str) -> Scorecard:
    found = results.of(unit)
    assert found is not None
    return found


def standing(results: Results, unit: str) -> Standing:
    card = card_of(results, unit)
    return Standing(card.total_published, card.rank, card.band or "")


def with_value(units: list[UnitInput], unit: str, name: str, number: Decimal) -> list[UnitInput]:
    return [replace(one, values={**one.values, name: Value(number)}) if one.code == unit else one for one in units]


def is_reached(trial: Trial, margin: Margin, results: Results) -> bool:
    """By the whole table scored again; a table that cannot be scored reaches nothing."""
    if results.troubles:
        return False
    card, codes = card_of(results, trial.unit), [band.code for band, _ in trial.scheme.band_table]
    if margin.goal is Goal.FULL:
        item = card.item(margin.code)
        return item is not None and item.exact is not None and item.exact >= item.points
    if margin.goal is Goal.RANK:
        return (card.rank or 10**6) < (trial.card.rank or 0)
    return codes.index(card.band or codes[-1]) < codes.index(trial.card.band or codes[-1])


def may_be_changed_alone(scheme: Scheme, margin: Margin) -> bool:
    """Whether the value is collected, and nothing else reads it: then the table can be scored with another."""
    readers = [item for item in scheme.items if margin.value in scheme.inputs(item)]
    elsewhere = {*scheme.formulas, *scheme.changes, *(key.value for key in scheme.ranking.then)}
    before = any(change.of == margin.value for change in scheme.changes.values())
    return len(readers) == 1 and margin.value not in elsewhere and not before


def check(seed: int) -> int:
    dice = random.Random(seed)
    said = invented.a_scheme(dice, dice.randint(1, 6))
    scheme = load_scheme(invented.as_text(said))
    units = unblocked(scheme, units_of(scheme, invented.a_sheet(dice, said, dice.randint(2, 9))))
    if not units:
        return 0
    trial, checked = trial_of(scheme, units, dice.choice(units).code), 0
    for margin in margins(trial, needed_totals(trial)):
        if not may_be_changed_alone(scheme, margin):
            continue
        if margin.needed is None:
            for _ in range(6):
                number = Decimal(dice.randint(0, 400)) / 10
                again = score(scheme, with_value(units, trial.unit, margin.value, number))
                if not again.troubles and (standing(again, trial.unit).total or 0) < (trial.standing.total or 0):
                    continue  # a quota that is full for equals may favour who has less; that is nothing to aim at
                assert not is_reached(trial, margin, again), f"seed {seed}: {margin}, yet {number} does"
            continue
        again = score(scheme, with_value(units, trial.unit, margin.value, margin.needed))
        assert is_reached(trial, margin, again), f"seed {seed}: {margin}"
        assert standing(again, trial.unit) == margin.standing, f"seed {seed}: {margin}"
        step = Decimal(1).scaleb(int(margin.needed.as_tuple().exponent))
        towards = step if margin.needed < margin.now else -step
        distance = abs(Fraction(margin.needed) - margin.now)
        if abs(Fraction(margin.needed + towards) - margin.now) < distance:
            less = score(scheme, with_value(units, trial.unit, margin.value, margin.needed + towards))
            assert not is_reached(trial, margin, less), f"seed {seed}: a step less than {margin} would do"
        checked += 1
    return checked


@settings(max_examples=30)
@given(st.integers(0, 2**32))
@example(310)  # far out a peer falls into the unit's band and fills its quota
def test_the_value_named_reaches_what_it_is_said_to_and_a_step_less_does_not(seed: int) -> None:
    check(seed)


def test_the_invented_tables_hold_values_that_would_have_changed_something() -> None:
    assert sum(check(seed) for seed in range(40)) > 40


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_the_total_named_is_the_least_that_would_do(seed: int) -> None:
    dice = random.Random(seed)
    said = invented.a_scheme(dice, 3)
    scheme = load_scheme(invented.as_text(said))
    units = unblocked(scheme, units_of(scheme, invented.a_sheet(dice, said, 8)))
    if not units:
        return
    trial = trial_of(scheme, units, dice.choice(units).code)
    step = Decimal(1).scaleb(-scheme.rounding.of_total.places)
    for needed in needed_totals(trial):
        probe = Margin("", "", needed.goal, Fraction(0), None, None)
        if needed.total is None:
            high = trial.with_total(max(Decimal(200), needed.now + 1))
            assert not _better(trial, probe, high)
            continue
        assert needed.standing is not None
        assert _better(trial, probe, needed.standing)
        if needed.total - step > needed.now:
            assert not _better(trial, probe, trial.with_total(needed.total - step))


def _better(trial: Trial, margin: Margin, found: Standing) -> bool:
    if margin.goal is Goal.RANK:
        return (found.rank or 10**6) < (trial.card.rank or 0)
    codes = [band.code for band, _ in trial.scheme.band_table]
    return codes.index(found.band) < codes.index(trial.card.band or codes[-1])


SCHEME = load_scheme("""
format: 1
scheme: s
version: "1"
bands: [{code: good, from: 80}, {code: fair, from: 60}, {code: poor, below: 60}]
deductions: {cap: 10, items: [{code: D1, each: 1, at_most: 2}]}
vetoes: [{code: V1, on: incident.critical, effect: {band: poor}}]
values: {a: {}, b: {}}
indicators:
  - {code: a, points: 60, rule: completion, target: 90}
  - {code: b, points: 40, rule: steps, steps: [{from: 10, points: 40}, {from: 5, points: 30}, {below: 5, points: 0}]}
""")  # fmt: skip


def unit(code: str, a: str, b: str, *adjustments: Adjustment) -> UnitInput:
    return UnitInput(code, {"a": Value(Decimal(a)), "b": Value(Decimal(b))}, adjustments=adjustments)


def test_a_worked_case() -> None:
    """u2 has 60 x 45/90 + 30 = 60; u1 has 90. A better rank needs 90.01, the better band 80."""
    trial = trial_of(SCHEME, [unit("u1", "90", "6"), unit("u2", "45", "6")], "u2")
    assert {(one.goal, one.total, one.points) for one in needed_totals(trial)} == {
        (Goal.RANK, Decimal("90.00"), Decimal("30.00")), (Goal.BAND, Decimal("80.00"), Decimal("20.00")),
    }  # fmt: skip
    found = {(one.code, one.goal): one.needed for one in margins(trial, needed_totals(trial))}
    assert found == {
        ("a", Goal.FULL): Decimal(90), ("a", Goal.RANK): Decimal(90), ("a", Goal.BAND): Decimal(75),
        ("b", Goal.FULL): Decimal(10), ("b", Goal.RANK): None, ("b", Goal.BAND): None,
    }  # fmt: skip


def test_bounds_and_vetoes_say_where_the_unit_would_stand_without_them() -> None:
    veto = Adjustment(AdjustmentKind.VETO, "V1", origin="case 4")
    lost = Adjustment(AdjustmentKind.DEDUCTION, "D1", Decimal(5))
    trial = trial_of(SCHEME, [unit("u1", "120", "10", veto, lost), unit("u2", "90", "10")], "u1")
    assert trial.standing == Standing(Decimal("98.00"), 2, "poor")
    found = {(one.code, one.name, one.origin): one.standing for one in bounds(trial)}
    assert found == {
        ("a", "cap", ""): Standing(Decimal("118.00"), 1, "poor"),
        ("", "veto", "V1 (case 4)"): Standing(Decimal("98.00"), 2, "good"),
        ("", "cap", "deductions"): Standing(Decimal("95.00"), 2, "poor"),
    }
    band = next(one for one in needed_totals(trial) if one.goal is Goal.BAND)
    assert (band.total, band.limits) == (None, ("V1 (case 4)",))


def test_the_parts_of_a_quarter_say_which_total_would_have_done() -> None:
    def composed(code: str, *totals: str) -> CompositeInput:
        weight = Fraction(100, len(totals))
        parts = (Part(f"m{n}", weight, Decimal(total)) for n, total in enumerate(totals))
        return CompositeInput(code, "all", tuple(parts))

    inputs = [composed("u1", "90", "90", "90"), composed("u2", "80", "85", "90")]
    results = compose(SCHEME, inputs)
    plain = {one.code: UnitInput(one.code, {}, group=one.group) for one in inputs}
    trial = Trial(SCHEME, plain, results, "u2")
    found = {(one.code, one.goal): one.needed for one in margins(trial, needed_totals(trial))}
    assert found[("m0", Goal.RANK)] == Decimal("94.99"), "rounded to 90.00, it shares the first rank"
    again = compose(SCHEME, [inputs[0], composed("u2", "94.99", "85", "90")])
    assert card_of(again, "u2").rank == 1
    assert card_of(compose(SCHEME, [inputs[0], composed("u2", "94.98", "85", "90")]), "u2").rank == 2
