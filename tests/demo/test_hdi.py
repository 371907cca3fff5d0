"""A published index that nobody here made: values, ranks and bands of 193 countries, recomputed from four columns.

The table is not part of this software; the environment variable HDI_2022_CSV says where it lies.
"""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.foundation.exact import canonical
from assessment.foundation.tables import Row, read_table
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme, scheme_json_schema
from assessment.programmes.sentences import levels
from assessment.scoring.rules.cards import Results
from assessment.scoring.rules.engine import score
from assessment.scoring.scoresheet import Sheet, rows

SCHEME = Path(__file__).parents[2] / "assessment/demo/files/hdi-2022.scheme.yaml"


@pytest.fixture(scope="module")
def table() -> Path:
    named = os.environ.get("HDI_2022_CSV")
    if not named:
        pytest.skip("HDI_2022_CSV does not name the published table of the Human Development Index 2022.")
    path = Path(named)
    assert path.is_file(), f"HDI_2022_CSV names {named}, where there is no file."
    return path


@pytest.fixture(scope="module")
def published(table: Path) -> dict[str, Row]:
    return {row.text("iso3"): row for row in read_table(table, table.name).rows}


@pytest.fixture(scope="module")
def results(table: Path) -> Results:
    sheet = Sheet(load_scheme(SCHEME.read_text("utf-8")), read_table(table, table.name), table.name)
    results = score(sheet.scheme, sheet.units())
    assert not sheet.faults
    assert not results.troubles
    return results


def differing(published: dict[str, Row], column: str, found: dict[str, str]) -> Iterator[str]:
    for unit, row in published.items():
        if found[unit] != row.text(column):
            yield f"{unit}: {found[unit]}, published {row.text(column)}"


def test_every_value_comes_out_as_published(results: Results, published: dict[str, Row]) -> None:
    found = {card.unit: canonical(card.total_published or 0) for card in results.scorecards}  # 0.760 is printed 0.76
    assert len(found) == len(published) == 193
    assert list(differing(published, "hdi_2022", found)) == []


def test_every_rank_comes_out_as_published(results: Results, published: dict[str, Row]) -> None:
    found = {card.unit: str(card.rank) for card in results.scorecards}
    assert list(differing(published, "hdi_rank_2022", found)) == []


def test_every_band_comes_out_as_published(results: Results, published: dict[str, Row]) -> None:
    names = {band.code: band.en for band in load_scheme(SCHEME.read_text("utf-8")).bands}
    found = {card.unit: names[card.band or ""] for card in results.scorecards}
    assert list(differing(published, "hdicode", found)) == []


def test_ranking_what_was_not_published_would_move_many(table: Path, published: dict[str, Row]) -> None:
    exactly = load_scheme(SCHEME.read_text("utf-8").replace("of: published_total", "of: exact_total"))
    cards = score(exactly, Sheet(exactly, read_table(table, table.name), table.name).units()).scorecards
    assert sum(str(card.rank) == published[card.unit].text("hdi_rank_2022") for card in cards) == 166


def test_the_index_explains_itself(results: Results) -> None:
    card = results.of("AFG")
    assert card is not None
    said = "\n".join(str(step.sentence) for item in card.items for step in item.explanation.steps)
    said += "\n".join(str(step.sentence) for step in card.steps)
    assert "(62.879 − 20) ÷ (85 − 20) × 1 = 0.659676923076…" in said
    assert "(log 1335.205733 − log 100) ÷ (log 75000 − log 100) of the scale = 0.3914866798" in said
    assert "geometric mean of health 0.659676923076… (1/3), knowledge" in said
    assert "rounded to 0.462, halves away from zero" in said


def test_the_shipped_scheme_is_valid_wherever_the_table_is() -> None:
    scheme = load_scheme(SCHEME.read_text("utf-8"))
    assert [item.code for item in scheme.items] == ["le_2022", "eys_2022", "mys_2022", "gnipc_2022"]
    assert scheme.codes[0] == "health"
    assert Decimal("0.800") == scheme.bands[0].from_


def test_results_are_given_as_a_table(results: Results) -> None:
    first = next(rows(load_scheme(SCHEME.read_text("utf-8")), results))
    assert first[:5] == ("countries", 1, "CHE", Decimal("0.967"), "very_high")


TEXT = SCHEME.read_text("utf-8")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.text(max_size=6))
def test_no_damage_to_a_composite_makes_anything_but_faults(place: int, damage: str) -> None:
    try:
        said = load_scheme(TEXT[:place] + damage + TEXT[place + len(damage) :]).scheme
    except SchemeFaults as refused:
        said = str(refused)
    assert said


def test_the_json_schema_knows_composites() -> None:
    schema = scheme_json_schema()
    keys = {"scale", "aggregate", "available", "impute", "treat", "group"}
    assert set(schema["$defs"]["CompositeIndicator"]["properties"]) == keys
    heading = schema["$defs"]["Dimension"]["anyOf"][0]["additionalProperties"]["properties"]
    assert set(heading) == {"zh", "en", "points", "aggregate", "available"}
    assert schema["$defs"]["Goalposts"]["properties"]["rule"]["const"] == "goalposts"


def test_the_scheme_reads_itself_aloud() -> None:
    said = [str(sentence) for sentence in levels(load_scheme(TEXT))]
    assert said[1] == "The total is the geometric mean of the headings."
    assert "Knowledge is the arithmetic mean of its parts." in said
