"""A year made of its quarters and of a year-end assessment by a scheme of its own, and what is proposed for a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

import pytest

from assessment.adjustments.models import Adjustment
from assessment.cycles.process import everything_validated
from assessment.foundation.errors import Invalid
from assessment.foundation.frame import Frame
from assessment.programmes import services as planning
from assessment.programmes.models import Period, SchemeVersion
from assessment.scoring import queries, recomputing, services
from assessment.scoring.models import Edition, Scorecard
from support.months import EXTRA, Months, a_year
from support.programmes import SCHEME
from support.rewards import Fund

VETO = "vetoes: [{code: V1, on: falsification.established, effect: {band: failed}}]\n"
NETWORK = (
    (SCHEME + EXTRA + VETO)
    .replace("scheme: cameras", "scheme: network")
    .replace("every: month", "every: quarter")
    .replace("quarter: mean_of_months}", "year_end: {scheme: at-the-end, share: 60%}}")
)
AT_THE_END = (SCHEME + EXTRA).replace("scheme: cameras", "scheme: at-the-end").replace("every: month", "every: year")
AT_THE_END = AT_THE_END.replace("year: {weights: {Q1: 10, Q2: 30, Q3: 30, Q4: 30}, quarter: mean_of_months}\n", "")


@pytest.fixture
def months(frame: Frame):  # type: ignore[no-untyped-def]
    with frame.write() as session:
        yield a_year(session)


def in_force(months: Months, source: str) -> SchemeVersion:
    session, office, leader = months.session, months.act("office"), months.act("leader")
    version = planning.write_scheme(session, office, source, unit_id=months.province.unit("22").id)
    planning.check(session, version, office)
    planning.submit(session, version, office)
    planning.approve_scheme(session, version, leader)
    planning.bring_into_force(session, version, office, from_period="2012-Q1")
    return version


def planned(months: Months) -> Period:
    """The year, after the year-end assessment by which it is made."""
    office = months.act("office")
    at_the_end, network = in_force(months, AT_THE_END), in_force(months, NETWORK)
    with pytest.raises(Invalid, match="2012 of the year-end assessment “at-the-end” is not planned yet"):
        planning.plan_periods(months.session, office, network)
    planning.plan_periods(months.session, office, at_the_end)
    return next(one for one in planning.plan_periods(months.session, office, network) if one.code == "2012")


def scored(months: Months, year: Period, totals: Mapping[str, Mapping[str, str | None]]) -> None:
    """Every part has results with these totals by unit."""
    for part in year.parts:
        fund = Fund(months)
        months.periods = {part.code: part.part}
        fund.results(part.code, totals.get(part.code.removeprefix("2012-"), {}))


def card(edition: Edition, unit: str) -> Scorecard:
    return next(one for one in edition.scorecards if one.unit_code == unit)


QUARTERS: Mapping[str, Mapping[str, str | None]] = {
    "Q1": {"220101": "91", "220102": "90"}, "Q2": {"220101": "91"}, "Q3": {"220101": "91", "220102": "92"},
    "Q4": {"220101": "91", "220102": "94"}, "end": {"220101": "86", "220102": "86", "220201": "70"},
}  # fmt: skip


def test_the_quarters_share_what_the_year_end_assessment_leaves(months: Months) -> None:
    year = planned(months)
    assert {part.code: part.weight for part in year.parts} == {
        "2012-Q1": Decimal(4), "2012-Q2": Decimal(12), "2012-Q3": Decimal(12), "2012-Q4": Decimal(12),
        "2012-end": Decimal(60),
    }  # fmt: skip
    assert {part.title.in_language("zh") for part in year.parts if part.is_year_end} == {"2012年年终考核"}
    assert "Year-end assessment 2012" in str(everything_validated(months.session, year, months.act("office")))
    scored(months, year, QUARTERS)
    edition = services.compute(months.session, months.act("office"), year)
    months.session.flush()
    assert card(edition, "220101").total == Decimal(88)  # 91 × 40 % + 86 × 60 %
    # (90 × 4 + 92 × 12 + 94 × 12) ÷ 28 × 40 % + 86 × 60 %: the missing quarter is carried by the quarters alone
    assert card(edition, "220102").total == Decimal("88.63")
    assert card(edition, "220201").total == Decimal(70)
    items = {item["code"]: item["steps"][0] for item in card(edition, "220102").items}
    assert items["2012-Q2"]["message"] == "{part}: not assessed then; the other parts carry its weight."
    again = recomputing.compute_again(months.session, edition)
    assert (again.differences, again.units) == ((), 3)


def test_a_veto_of_the_whole_year_counts_and_is_frozen_with_it(months: Months) -> None:
    session, year = months.session, planned(months)
    scored(months, year, QUARTERS)
    first = services.compute(session, months.act("office"), year)
    assert card(first, "220101").band == "good"
    assert not queries.has_changed_since(session, year, first)
    veto = Adjustment(
        unit_id=months.province.unit("220101").id, period_id=year.id, kind="veto", clause="V1", effect="band=failed",
        state="confirmed", origin_kind="case", origin_id="1", proposed_by="person:1", proposed_at=months.now,
        ground="弄虚作假", ground_en="Falsified data",
    )  # fmt: skip
    session.add(veto)
    session.flush()
    assert queries.has_changed_since(session, year, first)
    second = services.compute(session, months.act("office"), year)
    session.flush()
    assert (card(second, "220101").band, card(second, "220101").total) == ("failed", Decimal(88))
    frozen = {unit["code"]: unit.get("adjustments") for unit in json.loads(second.inputs)["units"]}
    assert frozen["220101"][0]["code"] == "V1"
    assert frozen["220102"] is None
    assert not queries.has_changed_since(session, year, second)
    assert recomputing.compute_again(session, second).differences == ()
