"""The workbook: opened and computed anew it shows what the record shows, whatever the rules, and follows changes."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.i18n import Bilingual
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.models import Edition, EditionState
from assessment.scoring.rules.cards import Results, Scorecard
from assessment.scoring.rules.composition import compose
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.frozen import thawed_composite, thawed_unit
from assessment.scoring.rules.values import MISSING, Adjustment, AdjustmentKind, UnitInput, Value
from assessment.scoring.workbook import Told, workbook
from support import invented
from support.example import copied, quick_engine
from support.recalculated import recalculated
from support.reckoned_units import units_of
from support.shown_scores import expected, shown


def unblocked(scheme: Scheme, units: list[UnitInput]) -> list[UnitInput]:
    """Without the units that nobody can score: of those there is no edition."""
    while blocked := {trouble.unit for trouble in score(scheme, units).troubles}:
        units = [unit for unit in units if unit.code not in blocked]
    return units


def an_invented(seed: int) -> tuple[Scheme, list[UnitInput]]:
    dice = random.Random(seed)
    said = invented.a_scheme(dice, dice.randint(1, 8))
    rows = invented.a_sheet(dice, said, 14)
    scheme = load_scheme(invented.as_text(said))
    return scheme, unblocked(scheme, units_of(scheme, rows))


def test_whatever_the_scheme_the_sheet_computes_what_the_engine_does(tmp_path: Path) -> None:
    cases = {str(seed): an_invented(seed) for seed in range(16)}
    cases = {name: case for name, case in cases.items() if case[1]}
    assert len(cases) > 12
    made = {name: workbook(*case, score(*case), Told(name)) for name, case in cases.items()}
    found = recalculated(tmp_path, {name: one.content for name, one in made.items()})
    for name, (scheme, units) in cases.items():
        places = scheme.rounding.of_total.places
        assert shown(found[name], places) == expected(scheme, score(scheme, units)), f"seed {name}"
    clean = [cases[name][0] for name, one in made.items() if not any("Items" in cell for cell in one.by_value)]
    rules = {item.rule for scheme in clean for item in scheme.items}
    assert rules >= set(invented.RULES) - {"panel"}, "each rule is a formula; panels have a test of their own"


PANELS = """
format: 1
scheme: s
version: "1"
indicators:
  - {code: a, points: 60, rule: panel, votes: {good: 100, fair: 70, poor: 30}, abstentions: silent, abstaining: zero}
  - {code: b, points: 40, rule: panel, marks: [judge1, judge2, judge3], at_least: 2}
"""


def test_votes_and_marks_of_a_panel_are_formulas(tmp_path: Path) -> None:
    scheme = load_scheme(PANELS)
    names = ("good", "fair", "poor", "silent", "judge1", "judge2", "judge3")
    cast = {"u1": (4, 3, 2, 1, 90, 85, 71), "u2": (5, 1, 0, 0, 66, None, 91), "u3": (1, 1, 1, 3, None, 100, 99)}
    units = [UnitInput(unit, {name: MISSING if mark is None else Value(Decimal(mark))
                              for name, mark in zip(names, marks, strict=True)})
             for unit, marks in cast.items()]  # fmt: skip
    results = score(scheme, units)
    made = workbook(scheme, units, results, Told("x"))
    assert made.by_value == ()
    assert shown(recalculated(tmp_path, {"x": made.content})["x"], 2) == expected(scheme, results)


def test_a_changed_figure_changes_the_score_as_the_engine_would(tmp_path: Path) -> None:
    """The numbers that the file brings along are those of before: only who computes shows those of now."""
    before, after = {}, {}
    for seed in range(6):
        scheme, units = an_invented(seed)
        changed = [replace(unit, values=moved(unit, place)) for place, unit in enumerate(units)]
        if units and not score(scheme, changed).troubles:
            before[str(seed)], after[str(seed)] = score(scheme, units), (scheme, changed)
    differing = 0
    books = {name: workbook(*case, before[name], Told(name)).content for name, case in after.items()
             if not workbook(*case, score(*case), Told(name)).by_value}  # fmt: skip
    for name, sheets in recalculated(tmp_path, books).items():
        scheme, units = after[name]
        now = score(scheme, units)
        assert shown(sheets, scheme.rounding.of_total.places) == expected(scheme, now), f"seed {name}"
        differing += expected(scheme, now) != expected(scheme, before[name])
    assert differing >= 2


def moved(unit: UnitInput, place: int) -> dict[str, Value]:
    """Every third unit reports a little less."""
    return {
        name: Value(Decimal(value.number) - Decimal("0.5"))
        if place % 3 == 0 and value.number is not None and value.number > 1 and "votes" not in name else value
        for name, value in unit.values.items()
    }  # fmt: skip


# --- the example -----------------------------------------------------------------------------------------------------


def editions(session: Session) -> Iterator[tuple[str, Edition, Scheme, Any, Results]]:
    """Of every period of the examples, the one that stands."""
    stand = Edition.state != EditionState.SUPERSEDED.value
    for edition in session.scalars(select(Edition).where(stand).order_by(Edition.id)):
        period = session.get_one(Period, edition.period_id)
        scheme = programmes.scheme(session, edition.scheme_version_id)
        plain = json.loads(edition.inputs)["units"]
        name = f"{period.code}-{edition.number}"
        if "parts" in plain[0]:
            parts = [thawed_composite(one) for one in plain]
            yield name, edition, scheme, parts, compose(scheme, parts)
        else:
            units = [thawed_unit(one) for one in plain]
            yield name, edition, scheme, units, score(scheme, units)


def test_every_unit_of_every_edition_that_stands_is_recomputed_as_it_was_published(
    played: Path, tmp_path: Path
) -> None:
    engine = quick_engine(copied(played, tmp_path / "instance"))
    with Session(engine) as session:
        made, published = {}, {}
        for name, edition, scheme, units, results in editions(session):
            book = workbook(scheme, units, results, Told(name))
            assert book.by_value == (), "every cell of the examples computes"
            made[name] = book.content
            bands = {band.code: f"{band.zh} {band.en}".strip() for band in scheme.bands}
            published[name] = {card.unit_code: (card.total, card.rank, bands.get(card.band, ""))
                               for card in edition.scorecards}  # fmt: skip
    engine.dispose()
    found = recalculated(tmp_path, made)
    assert {name for name in made if "Q" in name} >= {"2012-Q1-1", "2012-Q2-1"}, "quarters are composed in it, too"
    for name, units in published.items():
        assert shown(found[name], 2) == units, name
        assert not [cell for rows in found[name].values() for row in rows for cell in row if str(cell).startswith("#")]


# --- what stands in it -----------------------------------------------------------------------------------------------

SCHEME = """
format: 1
scheme: s
version: "1"
bands: [{code: good, from: 60, quota: 50%}, {code: poor, below: 60}]
vetoes: [{code: V1, on: incident.critical, effect: {band: poor}}]
indicators:
  - {code: a, points: 60, rule: completion, target: 80}
  - {code: b, points: 40, rule: position, step: 5}
"""


def two_units() -> tuple[Scheme, list[UnitInput]]:
    scheme = load_scheme(SCHEME)
    units = [
        UnitInput("=1+1", {"a": Value(Decimal(70)), "b": Value(Decimal(3))},
                  adjustments=(Adjustment(AdjustmentKind.VETO, "V1", origin="=HYPERLINK(0)"),)),
        UnitInput("u2", {"a": Value(Decimal(60)), "b": Value(Decimal(4))}),
    ]  # fmt: skip
    return scheme, units


def test_names_that_begin_like_formulas_stay_text(tmp_path: Path) -> None:
    scheme, units = two_units()
    told = Told("=1+1", names={"=1+1": Bilingual("=2+2", "@SUM(1)")})
    sheets = recalculated(tmp_path, {"x": workbook(scheme, units, score(scheme, units), told).content})["x"]
    cells = [cell for rows in sheets.values() for row in rows for cell in row]
    assert {"=1+1", "=2+2", "@SUM(1)", "=HYPERLINK(0)"} <= {cell for cell in cells if isinstance(cell, str)}
    assert shown(sheets, 2)["=1+1"] == (Decimal("87.50"), 1, "poor")


def test_the_same_figures_give_the_same_bytes() -> None:
    scheme, units = two_units()
    books = [workbook(scheme, units, score(scheme, units), Told("x")).content for _ in range(2)]
    assert books[0] == books[1]


def test_a_units_own_part_shows_nothing_of_the_others(tmp_path: Path) -> None:
    scheme, units = two_units()
    made = workbook(scheme, units, score(scheme, units), Told("x"), only="u2")
    sheets = recalculated(tmp_path, {"x": made.content})["x"]
    assert shown(sheets, 2) == {"u2": expected(scheme, score(scheme, units))["u2"]}
    assert "=1+1" not in {cell for rows in sheets.values() for row in rows for cell in row}
    assert len(made.by_value) == 3, "the rank, the band under a quota and the points by place rest on the others"


def test_a_number_that_binary_fractions_cannot_place_stands_as_a_value(tmp_path: Path) -> None:
    """A hair's breadth below a half: a sheet would round it up."""
    scheme = load_scheme("""
format: 1
scheme: s
version: "1"
indicators: [{code: a, points: 100, rule: given}]
""")
    units = [UnitInput("u", {"a": Value(Decimal("96.40499999999999999"))})]
    made = workbook(scheme, units, score(scheme, units), Told("x"))
    assert len(made.by_value) == 1
    assert shown(recalculated(tmp_path, {"x": made.content})["x"], 2)["u"][0] == Decimal("96.40")


def card(results: Results, unit: str) -> Scorecard:
    found = results.of(unit)
    assert found is not None
    return found


@pytest.mark.parametrize("mode", ["half_up", "half_even"])
def test_halves_are_rounded_as_the_scheme_says(tmp_path: Path, mode: str) -> None:
    scheme = load_scheme(f"""
format: 1
scheme: s
version: "1"
rounding: {{total: {{mode: {mode}, places: 2}}}}
indicators: [{{code: a, points: 60, rule: given}}, {{code: b, points: 40, rule: given}}]
""")
    units = [UnitInput(f"u{n}", {"a": Value(Decimal(n) / 1000), "b": Value(Decimal("0.1") * (n % 7))})
             for n in range(5, 60000, 230)]  # fmt: skip
    results = score(scheme, units)
    sheets = recalculated(tmp_path, {"x": workbook(scheme, units, results, Told("x")).content})["x"]
    assert shown(sheets, 2) == expected(scheme, results)
