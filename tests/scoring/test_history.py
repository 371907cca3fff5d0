"""Improvement against earlier periods, through units that were renamed, merged, split or placed elsewhere since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

from assessment.cycles import services as cycles
from assessment.foundation.frame import Frame
from assessment.organisations import queries as organisations
from assessment.organisations import services as administering
from assessment.organisations.models import Unit
from assessment.programmes import queries as programmes
from assessment.programmes.rules.loading import load_scheme
from assessment.scoring import queries
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.rules.frozen import thawed_step
from assessment.scoring.rules.replay import replay
from assessment.scoring.rules.succession import Forebear, inherited
from assessment.scoring.rules.values import MISSING, NOT_APPLICABLE, WITHHELD, Kind, Value
from support.months import EXTRA, FEBRUARY, JANUARY, Months, a_year
from support.organisations import Province, by_setup, make_province
from support.programmes import SCHEME

PURE = load_scheme("""
format: 1
scheme: pure
version: "1"
values:
  cases: {kind: cumulative}
  online: {kind: level}
  all: {kind: level}
  rate: {kind: rate, of: [online, all]}
  air: {succession: averaged}
  index: {}
indicators: [{code: x, points: 100, value: cases, rule: given}]
""")
NAMES = ("cases", "rate", "air", "index")
BETA = {"cases": "30", "online": "96", "all": "100", "rate": "96", "air": "40", "index": "5"}
GAMMA = {"cases": "10", "online": "30", "all": "50", "rate": "60", "air": "70", "index": "7"}


def forebear(code: str, share: str, numbers: Mapping[str, Any]) -> Forebear:
    values = {name: one if isinstance(one, Value) else Value(Decimal(one)) for name, one in numbers.items()}
    return Forebear(code, Fraction(share), values)


def numbers(*forebears: Forebear) -> list[Fraction | None]:
    found = inherited(PURE, "B", NAMES, forebears)
    return [None if found[name].number is None else Fraction(found[name].number) for name in NAMES]


def renamed(session: Session, province: Province, unit: Unit, code: str, day: date) -> Unit:
    """A city that becomes a district: the same place under another code from a day."""
    parent = province.unit("2201").id
    made = administering.add_unit(
        session, by_setup(), code=code, name=unit.name, level=unit.level, parent_id=parent, valid_from=day)
    session.flush()
    administering.merge_units(session, [unit], by_setup(), into=made, day=day)
    session.flush()
    return made


# --- what is handed down, purely -------------------------------------------------------------------------------------


def test_a_unit_by_itself_and_a_renamed_one_have_their_own_figures() -> None:
    assert numbers(forebear("B", "1", BETA)) == [30, 96, 40, 5]
    assert numbers(forebear("A", "1", BETA)) == [30, 96, 40, 5]
    assert inherited(PURE, "B", NAMES, [forebear("A", "1", BETA)])["air"].units == ("A",)
    assert inherited(PURE, "B", NAMES, [forebear("B", "1", BETA)])["air"].units == ()


def test_of_merged_units_amounts_are_added_rates_made_anew_and_the_rest_as_the_scheme_says() -> None:
    # 126 of 150 online; the air of both on average; for the index the scheme says nothing.
    assert numbers(forebear("B", "1", BETA), forebear("C", "1", GAMMA)) == [40, 84, 55, None]


def test_of_a_split_unit_amounts_go_by_share_and_what_is_no_amount_goes_as_it_was() -> None:
    assert numbers(forebear("A", "0.3", BETA)) == [9, 96, 40, None]
    assert numbers(forebear("A", "0.5", BETA), forebear("C", "1", GAMMA)) == [25, 78, 60, None]


@pytest.mark.parametrize(("gap", "kind"), [(MISSING, Kind.MISSING), (WITHHELD, Kind.WITHHELD)])
def test_a_gap_of_one_is_a_gap_of_all(gap: Value, kind: Kind) -> None:
    found = inherited(PURE, "B", NAMES, [forebear("B", "1", BETA), forebear("C", "1", {**GAMMA, "cases": gap})])
    assert (found["cases"].kind, found["rate"].kind) == (kind, Kind.GIVEN)


def test_what_did_not_apply_to_one_adds_nothing() -> None:
    one = forebear("C", "1", {**GAMMA, "cases": NOT_APPLICABLE})
    assert numbers(forebear("B", "1", BETA), one)[0] == 30
    assert inherited(PURE, "B", ["cases"], [one, one])["cases"].kind is Kind.NOT_APPLICABLE


def test_a_rate_of_nothing_does_not_apply() -> None:
    nothing = forebear("C", "1", {**GAMMA, "online": "0", "all": "0"})
    assert inherited(PURE, "B", ["rate"], [nothing, nothing])["rate"].kind is Kind.NOT_APPLICABLE


# --- who is whose forebear -------------------------------------------------------------------------------------------


def test_forebears_are_found_through_as_many_hands_as_it_took(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        one, two, three, four = (province.unit(code) for code in ("220101", "220102", "220201", "220202"))
        shares = {two.id: Decimal("0.6"), three.id: Decimal("0.4")}
        administering.end_unit(session, one, by_setup(), day=date(2012, 3, 1), shares=shares)
        administering.merge_units(session, [two], by_setup(), into=four, day=date(2012, 5, 1))
        found = organisations.forebears_between(session, date(2012, 1, 31), date(2012, 6, 30))
        assert found.of(four.id) == {four.id: 1, two.id: 1, one.id: Fraction(3, 5)}
        assert found.of(three.id) == {three.id: 1, one.id: Fraction(2, 5)}
        assert found.ended_on == {one.id: date(2012, 3, 1), two.id: date(2012, 5, 1)}
        later = organisations.forebears_between(session, date(2012, 3, 31), date(2012, 6, 30))
        assert later.of(four.id) == {four.id: 1, two.id: 1}
        assert later.of(three.id) == {three.id: 1}
        assert organisations.heirs_on(session, date(2012, 6, 30)) == {one.id: four.id, two.id: four.id}


def test_a_unit_goes_on_under_another_code_only_where_nothing_else_changed(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        city, merged = province.unit("220101"), province.unit("220102")
        day = date(2012, 3, 1)
        district = renamed(session, province, city, "220113", day)
        administering.merge_units(session, [merged], by_setup(), into=province.unit("220201"), day=day)
        newest = renamed(session, province, district, "220114", date(2012, 5, 1))
        assert organisations.continued_on(session, date(2012, 4, 1)) == {city.id: district.id}
        assert organisations.continued_on(session, date(2012, 6, 1)) == {
            city.id: newest.id, district.id: newest.id}
        then = organisations.forebears_between(session, date(2012, 1, 31), date(2012, 6, 1))
        assert then.of(newest.id) == {city.id: 1}


# --- periods in the database -----------------------------------------------------------------------------------------

CHANGES = """\
changes:
  growth: {of: cameras, by: absolute, since: period_before, zh: 本期新增, en: New since the period before}
  rate_change: {of: online_rate, by: absolute, since: period_before, zh: 在线率变化, en: Change of the share online}
"""
LOOKING_BACK = (
    SCHEME.replace("points: 60, value: cameras", "points: 30, value: cameras").replace("points: 40", "points: 30")
    + "  - {code: G1, points: 20, value: growth, rule: completion, target: 20, en: Growth}\n"
    + "  - {code: G2, points: 20, value: rate_change, rule: efficacy, satisfactory: 10, unacceptable: -10, en: R}\n"
    + CHANGES
    + EXTRA.replace("missing: zero_by_decision", "missing: {default: zero_by_decision}")
)


@pytest.fixture
def months(frame: Frame):  # type: ignore[no-untyped-def]
    with frame.write() as session:
        yield a_year(session, LOOKING_BACK)


def cards_of(months: Months, edition: Edition) -> dict[str, Scorecard]:
    return {card.unit_code: card for card in queries.league_table(months.session, edition.id)}


def item(card: Scorecard, code: str) -> dict[str, Any]:
    return next(one for one in card.items if one["code"] == code)


def said(card: Scorecard, code: str) -> str:
    return "\n".join(str(thawed_step(step)) for step in item(card, code)["steps"])


def merged_in_february(months: Months, reports: Mapping[str, tuple[int, int, int]]) -> Edition:
    """January with four counties, then 220102 goes into 220101 in the middle of February."""
    months.report("2012-01", JANUARY)
    months.compute("2012-01")
    gone, heir = months.province.unit("220102"), months.province.unit("220101")
    administering.merge_units(months.session, [gone], by_setup(), into=heir, day=date(2012, 2, 15))
    months.session.flush()
    months.report("2012-02", reports)
    return months.compute("2012-02")


THREE = {code: FEBRUARY[code] for code in ("220201", "220202")} | {"220101": (42, 187, 200)}


def test_the_first_period_has_nothing_to_compare_with(months: Months) -> None:
    months.report("2012-01", JANUARY)
    card = cards_of(months, months.compute("2012-01"))["220101"]
    assert (item(card, "G1")["kind"], item(card, "G1")["score"]) == ("missing", "0")
    assert "There is no earlier value of cameras" in said(card, "G1")


def test_improvement_is_measured_against_the_period_before(months: Months) -> None:
    months.report("2012-01", JANUARY)
    months.compute("2012-01")
    months.report("2012-02", FEBRUARY)
    edition = months.compute("2012-02")
    card = cards_of(months, edition)["220102"]
    assert item(card, "G1")["score"] == "18"  # 30 less 12, of 20, for 20 points
    assert item(card, "G2")["score"] == "18.8"  # 97 % after 90 %: 7 of the way from -10 to 10, marked 94
    assert "cameras, the period before: 12" in said(card, "G1")
    scheme = programmes.scheme(months.session, edition.scheme_version_id)
    again = {one.unit: one.total for one in replay(scheme, edition.inputs)}
    assert again == {code: card.total for code, card in cards_of(months, edition).items()}


def test_a_merged_unit_is_compared_with_both_that_were_before_it(months: Months) -> None:
    card = cards_of(months, merged_in_february(months, THREE))["220101"]
    assert item(card, "G1")["score"] == "20"  # 42 less 10 and 12
    assert "cameras, the period before, of 220101, 220102: 22" in said(card, "G1")
    # 187 of 200 after 186 of 200 together: half a point of the share, in the middle of the way.
    assert Decimal(item(card, "G2")["score"]) == Decimal("16.2")


def test_a_prefecture_is_compared_with_itself_unless_others_lay_below_it(months: Months) -> None:
    edition = merged_in_february(months, THREE)
    frozen = {unit["code"]: unit for unit in json.loads(edition.inputs)["units"]}
    assert frozen["2201"]["previous"]["cameras"] == {
        "number": "22", "kind": "given", "decision": ""}, "a merger below it changes nothing"


def test_a_county_placed_elsewhere_takes_its_figures_along(months: Months) -> None:
    months.report("2012-01", JANUARY)
    months.compute("2012-01")
    county, above = months.province.unit("220102"), months.province.unit("2202")
    administering.place_unit(months.session, county, by_setup(), parent_id=above.id, day=date(2012, 2, 1))
    months.report("2012-02", FEBRUARY)
    frozen = {unit["code"]: unit for unit in json.loads(months.compute("2012-02").inputs)["units"]}
    assert frozen["2201"]["previous"]["cameras"]["number"] == "10"
    assert frozen["2202"]["previous"]["cameras"]["number"] == "24"  # 8 and 4, and the 12 of the county
    assert frozen["2202"]["previous"]["cameras"]["units"] == ["220102", "220201", "220202"]


def test_editions_of_schemes_that_do_not_look_back_freeze_what_they_always_did(frame: Frame) -> None:
    with frame.write() as session:
        months = a_year(session)
        months.report("2012-01", JANUARY)
        unit = json.loads(months.compute("2012-01").inputs)["units"][0]
        assert sorted(unit) == ["adjustments", "attributes", "code", "group", "schedules", "targets", "values"]
        assert sorted(unit["attributes"]) == ["level"]


# --- in the middle of a period ---------------------------------------------------------------------------------------


def test_a_target_of_the_successor_stands_alone_unless_the_scheme_adds_what_was_taken_over(months: Months) -> None:
    card = cards_of(months, merged_in_february(months, THREE))["220101"]
    assert item(card, "B1")["score"] == "30"  # 42 of 20 due by its own letter
    assert "Due by the end of this period by the letter's schedule: 20" in said(card, "B1")


def test_targets_of_a_unit_merged_in_mid_period_are_added_where_the_scheme_says_so(frame: Frame) -> None:
    with frame.write() as session:
        months = a_year(session, LOOKING_BACK + "reorganised: {targets: added}\n")
        edition = merged_in_february(months, THREE)
        card = cards_of(months, edition)["220101"]
        assert Decimal(item(card, "B1")["score"]) == Decimal("25.2")  # 42 of 20 and 30
        assert "Due by the end of this period by the schedules of 220101, 220102: 50" in said(card, "B1")
        assert "Target of the letters of 220101, 220102: 300" in said(card, "B1")
        scheme = programmes.scheme(session, edition.scheme_version_id)
        assert {one.unit: one.total for one in replay(scheme, edition.inputs)}["220101"] == card.total


def test_reports_of_a_unit_merged_in_mid_period_are_added_where_the_scheme_says_so(frame: Frame) -> None:
    with frame.write() as session:
        months = a_year(session, LOOKING_BACK + "reorganised: {reports: added}\n")
        months.report("2012-01", JANUARY)
        months.compute("2012-01")
        asked = months.open("2012-02")
        months.send("2012-02", asked, FEBRUARY)
        months.at(months.periods["2012-02"].late_until)
        cycles.close_reporting(session, months.periods["2012-02"], months.clock())
        session.flush()
        months.validate(asked)
        gone, heir = months.province.unit("220102"), months.province.unit("220101")
        administering.merge_units(session, [gone], by_setup(), into=heir, day=date(2012, 2, 15))
        session.flush()
        frozen = {unit["code"]: unit for unit in json.loads(months.compute("2012-02").inputs)["units"]}
        assert frozen["220101"]["values"]["cameras"] == {
            "number": "42", "kind": "given", "decision": "", "units": ["220101", "220102"]}
        assert Fraction(frozen["220101"]["values"]["online_rate"]["number"]) == Fraction("93.5")  # 187 of 200
        assert frozen["2201"]["values"]["cameras"]["number"] == "42"
