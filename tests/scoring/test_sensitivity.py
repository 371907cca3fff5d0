"""How sure ranks are, in the application: frozen with the edition, shown beside the rank, and supposed on a copy."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from assessment.bulletins.papers import ranking_grid
from assessment.bulletins.queries import contents
from assessment.foundation import audit, clock
from assessment.foundation.audit import AuditRow
from assessment.foundation.errors import Invalid
from assessment.foundation.frame import Frame
from assessment.programmes import queries as programmes
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.robustness import Robustness
from assessment.scoring.models import Edition
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.frozen import thawed_unit
from assessment.scoring.rules.replay import replay
from assessment.scoring.rules.values import UnitInput, Value
from assessment.scoring.rules.whatif import Outcome, Supposed, what_if
from assessment.scoring.sensitivity import rank_ranges, specification
from support.months import EXTRA, JANUARY, a_year
from support.programmes import SCHEME
from support.web import Browser, site

SOURCE = SCHEME + EXTRA + "robustness: {draws: 500, weights: 90%, seed: 20121123}\n"
SAID = "500 draws, seed 20121123, weights ±90 %, normalisation as_scheme, percentiles 5 to 95"


OPPOSITE = {**JANUARY, "220101": (10, 70, 100), "220102": (9, 99, 100)}
"""Two counties of which one is ahead in building and the other in keeping cameras online."""


def computed(session: Any, source: str = SOURCE) -> Edition:
    months = a_year(session, source)
    months.report("2012-01", OPPOSITE)
    return months.compute("2012-01")


# --- frozen with the edition -----------------------------------------------------------------------------------------


def test_ranges_are_frozen_with_seed_draws_and_all_that_was_said(frame: Frame) -> None:
    with frame.write() as session:
        edition = computed(session)
    with frame.read() as session:
        edition = session.get_one(Edition, edition.id)
        assert edition.sensitivity is not None
        assert (edition.sensitivity.draws, edition.sensitivity.seed) == (500, "20121123")
        assert SAID in str(specification(edition.sensitivity.specification))
        found = rank_ranges(edition)
        assert found.keys() == {card.unit_code for card in edition.scorecards if card.rank}
        assert all(one.low <= one.rank <= one.high for one in found.values())
        assert any(one.low < one.high for one in found.values())


def test_the_same_inputs_give_the_same_ranges_again(frame: Frame) -> None:
    with frame.write() as session:
        first = computed(session)
        ranges = first.sensitivity.ranges if first.sensitivity else []
        scheme = programmes.scheme(session, first.scheme_version_id)
        outcomes = what_if(scheme, replayed(first), Supposed({}, {}), scheme.robustness or Robustness())
        again = {one.unit: one.range for one in outcomes if one.range}
        assert [(one["unit"], one["low"], one["high"], one["tier"]) for one in ranges] == [
            (one["unit"], again[one["unit"]].low, again[one["unit"]].high, again[one["unit"]].tier) for one in ranges
        ]
        assert {one.unit: one.rank for one in replay(scheme, first.inputs)} == {one.unit: one.rank for one in outcomes}


def replayed(edition: Edition) -> list[UnitInput]:
    return [thawed_unit(one) for one in json.loads(edition.inputs)["units"]]


def test_a_scheme_that_does_not_ask_has_none(frame: Frame) -> None:
    with frame.write() as session:
        edition = computed(session, SCHEME + EXTRA)
        assert edition.sensitivity is None
        assert rank_ranges(edition) == {}
        group = contents.facts_about(session, edition)
        assert not group.ranges


def test_a_scheme_whose_weights_cannot_be_varied_is_refused_and_a_sealed_one_of_before_still_read(
    frame: Frame,
) -> None:
    source = SOURCE + "composite: {aggregate: copeland}\n"
    with frame.write() as session, pytest.raises(Invalid) as refused:
        computed(session, source)
    line = source.splitlines().index("composite: {aggregate: copeland}") + 1
    assert str(refused.value.faults[0]) == (
        f"composite › aggregate (line {line}): Copeland's method compares units pair by pair and leaves no weights to "
        "vary: leave out “robustness”, or aggregate by a mean."
    )
    assert load_scheme(source, is_sealed=True).robustness is not None


def test_a_range_that_is_changed_behind_the_trail_is_named(frame: Frame) -> None:
    with frame.write() as session:
        edition_id = computed(session).id
    with frame.write() as session:
        assert not audit.verify(session)
        found = session.get_one(Edition, edition_id).sensitivity
        assert found is not None
        found.ranges = [{**one, "low": 1} for one in found.ranges]
    with frame.read() as session:
        assert any("sensitivity" in sentence for sentence in audit.verify(session))


# --- shown -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def pages(frame: Frame, tmp_path: Path) -> tuple[Frame, dict[str, Browser], int, int]:
    with frame.write() as session:
        months = a_year(session, SOURCE)
        months.report("2012-01", OPPOSITE)
        edition = months.compute("2012-01")
        clock.stand_at(session, edition.computed_at)
        people = {name: months.province.people[name].id for name in ("office", "officer-2201")}
        where = edition.id, edition.period_id
    place = site(frame, tmp_path)
    return frame, {name: place.browser(one) for name, one in people.items()}, *where


def test_the_ranking_shows_ranges_tiers_and_how_they_were_found(pages: Any) -> None:
    _, browsers, _, period = pages
    page = browsers["office"].get(f"/scoring?period={period}")
    assert SAID in page.text
    assert "tier 1" in page.text
    assert "confidence" not in page.text
    rows = browsers["office"].get(f"/scoring?period={period}&as=csv").text.splitlines()
    assert "Best rank of the range,Worst rank of the range,Tier" in rows[0]


def test_a_bulletin_prints_the_range_beside_the_rank(frame: Frame) -> None:
    with frame.write() as session:
        facts = contents.facts_about(session, computed(session))
        codes = [card.unit_code for card in facts.cards if card.group_code == "counties"]
        for language, title in (("en", "Rank range"), ("zh", "区间")):
            rows = tuple(contents._row(facts, card, language) for card in facts.cards if card.unit_code in codes)
            grid = ranking_grid(contents.PeerGroup("", rows), language)
            place = [column.title for column in grid.columns].index(title)
            assert [row[place] for row in grid.rows] == [str(facts.ranges[code]) for code in codes]
            assert any("500" in line and "20121123" in line for line in contents._method(facts, language, "0" * 64))


# --- supposed --------------------------------------------------------------------------------------------------------


PLAIN = """
format: 1
scheme: test
version: "1"
indicators:
  - {code: a, points: 60, rule: given}
  - {code: b, points: 40, rule: completion, target: letter}
"""


def supposing(points: Mapping[str, str], targets: Mapping[str, str] | None = None) -> dict[str, Outcome]:
    numbers = {"x": ("60", "10"), "y": ("30", "20"), "z": ("45", "20")}
    units = [
        UnitInput(code, {"a": Value(Decimal(a)), "b": Value(Decimal(b))}, targets={"b": Decimal(20)})
        for code, (a, b) in numbers.items()
    ]
    supposed = Supposed(
        {(code, "all"): Decimal(text) for code, text in points.items()},
        {name: Decimal(text) for name, text in (targets or {}).items()},
    )
    return {one.unit: one for one in what_if(load_scheme(PLAIN), units, supposed, Robustness(draws=50))}


def test_nothing_supposed_is_the_table_itself() -> None:
    found = supposing({})
    assert {unit: (one.rank, one.total, one.places) for unit, one in found.items()} == {
        "z": (1, Decimal("85.00"), 0), "x": (2, Decimal("80.00"), 0), "y": (3, Decimal("70.00"), 0),
    }  # fmt: skip


def test_other_weights_win_and_lose_places_exactly() -> None:
    # Shares: x 100 % and 50 %, y 50 % and 100 %, z 75 % and 100 %; weights 1 to 4.
    found = supposing({"a": "5", "b": "20"})
    assert [(one.unit, one.total, one.places) for one in found.values()] == [
        ("z", Decimal("95.00"), 0), ("y", Decimal("90.00"), 1), ("x", Decimal("60.00"), -1),
    ]  # fmt: skip
    assert [one.range.rank for one in found.values() if one.range] == [1, 2, 3]


def test_lower_targets_help_those_who_missed_them() -> None:
    found = supposing({}, {"b": "50"})
    assert {unit: (one.total, one.rank, one.total_before) for unit, one in found.items()}["x"] == (
        Decimal("100.00"), 1, Decimal("80.00"),
    )  # fmt: skip


COMPOSITE = """
format: 1
scheme: test
version: "1"
composite: {aggregate: MEAN}
indicators:
  - one: {points: 1}
    items: [{code: a, rule: goalposts, low: 0, high: 100}]
  - two: {points: 2}
    items: [{code: b, rule: goalposts, low: 0, high: 100, points: 3}, {code: c, rule: goalposts, low: 0, high: 100}]
"""


@pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic", "copeland"])
def test_a_composite_under_other_weights_is_the_scheme_that_states_them(mean: str) -> None:
    text = COMPOSITE.replace("MEAN", mean)
    stated = text.replace("two: {points: 2}", "two: {points: 7}").replace("points: 3", "points: 0.5")
    numbers = {"x": (70, 10, 5), "y": (30, 20, 80), "z": (45, 50, 60)}
    units = [
        UnitInput(code, {name: Value(Decimal(one)) for name, one in zip("abc", row, strict=True)})
        for code, row in numbers.items()
    ]
    points = {("two", ""): Decimal(7), ("b", ""): Decimal("0.5")}
    found = what_if(load_scheme(text), units, Supposed(points, {}), Robustness(draws=20))
    cards = {card.unit: card for card in score(load_scheme(stated), units).scorecards}
    assert {one.unit: (one.total, one.rank) for one in found} == {
        unit: (card.total_published, card.rank) for unit, card in cards.items()}  # fmt: skip
    assert all((one.range is None) == (mean == "copeland") for one in found)


def trail(frame: Frame) -> int:
    with frame.read() as session:
        return session.scalar(select(func.count()).select_from(AuditRow)) or 0


def test_the_page_supposes_on_a_copy_and_writes_nothing(pages: Any) -> None:
    frame, browsers, edition, _ = pages
    before = trail(frame)
    page = browsers["office"].get(f"/scoring/what-if?edition={edition}")
    assert page.status_code == 200
    assert "What if?" in page.text
    fields = [part.split('"')[0] for part in page.text.split('name="w.')[1:]]
    assert fields
    supposed = browsers["office"].get(f"/scoring/what-if?edition={edition}&w.{fields[0]}=0.5")
    assert "would win places" in supposed.text
    assert "seed 20121123" in supposed.text
    assert trail(frame) == before


def test_what_cannot_be_supposed_is_said_and_kept(pages: Any) -> None:
    _, browsers, edition, _ = pages
    page = browsers["office"].get(f"/scoring/what-if?edition={edition}")
    field = page.text.split('name="w.')[1].split('"')[0]
    refused = browsers["office"].get(f"/scoring/what-if?edition={edition}&w.{field}=a+lot")
    assert "“a lot” is not a decimal number" in refused.text
    assert 'value="a lot"' in refused.text
    assert "lies outside 0 to 1000" in browsers["office"].get(f"/scoring/what-if?edition={edition}&w.{field}=-1").text


def test_a_locality_supposes_nothing(pages: Any) -> None:
    _, browsers, edition, _ = pages
    assert browsers["officer-2201"].get(f"/scoring/what-if?edition={edition}").status_code == 404


@pytest.mark.parametrize("query", ["", "?edition=x", "?edition=99999999999", "?edition=4242"])
def test_there_is_no_copy_of_what_is_not_there(pages: Any, query: str) -> None:
    assert pages[1]["office"].get(f"/scoring/what-if{query}").status_code == 404
