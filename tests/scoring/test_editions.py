"""An edition freezes what it was computed from; the same inputs give the same results whenever they are asked again."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest

from assessment.cycles import services as cycles
from assessment.foundation import audit
from assessment.foundation.errors import NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.trail_verifier import digest
from assessment.programmes import queries as programmes
from assessment.scoring import queries, services
from assessment.scoring.models import Edition, EditionState, Scorecard
from assessment.scoring.process import EDITION
from assessment.scoring.rules.replay import replay
from support.months import EXTRA, FEBRUARY, JANUARY, Months, a_year
from support.programmes import SCHEME


@pytest.fixture
def months(frame: Frame):  # type: ignore[no-untyped-def]
    with frame.write() as session:
        yield a_year(session)


def reported(months: Months, code: str = "2012-01") -> Edition:
    months.report(code, JANUARY, {"220202": 2})
    return months.compute(code)


def cards_of(months: Months, edition: Edition) -> dict[str, Scorecard]:
    return {card.unit_code: card for card in queries.league_table(months.session, edition.id)}


# --- a month -------------------------------------------------------------------------------------------------------


def test_a_month_is_scored_and_ranked_within_its_peer_groups(months: Months) -> None:
    cards = cards_of(months, reported(months))
    # 10 of 10 due by January's end: 60; 96 % online of 100: 38.4.
    assert cards["220101"].total == Decimal("98.4")
    assert [cards[code].rank for code in ("220101", "220102", "220201", "220202")] == [1, 2, 3, 4]
    assert {cards["2201"].rank, cards["2202"].rank} == {1, 2}
    assert cards["2201"].group_code == "prefectures"


def test_a_prefecture_is_scored_by_the_roll_up_of_its_counties(months: Months) -> None:
    card = cards_of(months, reported(months))["2201"]
    online = next(item for item in card.items if item["code"] == "O1")
    assert online["score"] == "37.2"  # (96 + 90) of 200 cameras: 93 %
    cited = {kind for kind, _ in online["cites"]}
    assert "submission" in cited


def test_lateness_proposes_a_deduction_and_counts_only_when_confirmed(months: Months) -> None:
    first = reported(months)
    late = cards_of(months, first)["220202"]
    assert late.late_days > 0
    assert late.total_with_proposed is not None
    assert late.total is not None
    assert late.total_with_proposed < late.total
    months.serve("2012-01")
    months.receive("2012-01")
    months.settle_adjustments("2012-01")
    second = queries.edition_in_force(months.session, months.periods["2012-01"].id)
    assert second is not None
    assert (second.number, first.state) == (2, EditionState.SUPERSEDED)
    assert cards_of(months, second)["220202"].total == late.total_with_proposed


def test_every_item_says_how_it_came_about(months: Months) -> None:
    card = cards_of(months, reported(months))["220102"]
    item = next(item for item in card.items if item["code"] == "B1")
    steps = [str(queries_step) for queries_step in map(_said, item["steps"])]
    assert any("180" in step for step in steps)
    assert item["inputs"] == ["cameras"]


def _said(step: dict) -> object:  # type: ignore[type-arg]
    from assessment.scoring.rules.frozen import thawed_step

    return thawed_step(step)


def test_a_replay_of_the_frozen_inputs_gives_the_same_results(months: Months) -> None:
    edition = reported(months)
    scheme = programmes.scheme(months.session, edition.scheme_version_id)
    again = {one.unit: (one.total, one.rank, one.band, one.group) for one in replay(scheme, edition.inputs)}
    kept = {card.unit_code: (card.total, card.rank, card.band, card.group_code) for card in edition.scorecards}
    assert again == kept


def test_a_composite_freezes_endless_numbers_and_replays_to_the_same_results(frame: Frame) -> None:
    ordinary = "rule: completion, target: 100, zh: 在线率"
    assert ordinary in SCHEME
    source = SCHEME.replace(ordinary, "rule: goalposts, low: 50, high: 100, logarithmic: true, zh: 在线率")
    with frame.write() as session:
        months = a_year(session, source + EXTRA + "composite: {aggregate: geometric}\n")
        edition = reported(months)
        card = cards_of(months, edition)["220102"]
        # 12 of 15 due: 80; log(90 ÷ 50) ÷ log(100 ÷ 50): 84.79...; the geometric mean with weights 60 and 40
        items = {item["code"]: Fraction(item["exact"]) for item in card.items}
        assert items["B1"] == 48
        assert 84.799 < items["O1"] < 84.8
        assert card.total == Decimal("81.89")
        scheme = programmes.scheme(session, edition.scheme_version_id)
        again = {one.unit: (one.total, one.rank, one.band) for one in replay(scheme, edition.inputs)}
        assert again == {one.unit_code: (one.total, one.rank, one.band) for one in edition.scorecards}


def test_an_edition_is_sealed_by_the_hash_of_its_inputs(months: Months) -> None:
    edition = reported(months)
    assert edition.inputs_sha256 == digest(edition.inputs)
    assert json.loads(edition.inputs)["period"] == "2012-01"
    assert edition.method == months.version.sha256


def test_computing_again_makes_another_edition_and_keeps_the_first(months: Months) -> None:
    first = reported(months)
    before = first.results_sha256
    second = months.compute("2012-01")
    assert (second.number, first.state, first.results_sha256) == (2, EditionState.SUPERSEDED, before)
    assert second.results_sha256 == before


def test_a_score_changed_in_the_database_is_named(frame: Frame) -> None:
    with frame.write() as session:
        edition = reported(a_year(session))
        card_id = edition.scorecards[0].id
    with frame.write() as session:
        session.get_one(Scorecard, card_id).total = Decimal(1)
    with frame.read() as session:
        assert audit.verify(session) == [
            f"scorecard {card_id} was changed behind the trail: it is not what the last act on it recorded."
        ]


# --- quarters ------------------------------------------------------------------------------------------------------


def test_a_quarter_is_composed_of_its_months(months: Months) -> None:
    for code, reports in (("2012-01", JANUARY), ("2012-02", FEBRUARY), ("2012-03", FEBRUARY)):
        months.report(code, reports)
        months.compute(code)
    quarter = services.compute(months.session, months.act("office"), months.periods["2012-Q1"])
    months.session.flush()
    cards = cards_of(months, quarter)
    parts = [queries.edition_in_force(months.session, months.periods[f"2012-0{n}"].id) for n in (1, 2, 3)]
    totals = [cards_of(months, part)["220101"].total for part in parts if part]
    mean = sum((total for total in totals if total is not None), Decimal(0)) / 3
    assert cards["220101"].total == mean.quantize(Decimal("0.01"))
    scheme = programmes.scheme(months.session, quarter.scheme_version_id)
    again = {one.unit: (one.total, one.rank) for one in replay(scheme, quarter.inputs)}
    assert again == {code: (card.total, card.rank) for code, card in cards.items()}


def test_a_quarter_waits_for_its_months(months: Months) -> None:
    with pytest.raises(NotNow, match="no scores yet"):
        services.compute(months.session, months.act("office"), months.periods["2012-Q1"])


# --- who, and what is seen -----------------------------------------------------------------------------------------


def test_an_edition_is_approved_by_another_and_superseded_with_a_reason(months: Months) -> None:
    edition = reported(months)
    with pytest.raises(NotPermitted):
        services.approve_edition(months.session, edition, months.act("office"))
    edition.computed_by = months.act("leader").by.key
    with pytest.raises(NotNow, match="somebody else"):
        services.approve_edition(months.session, edition, months.act("leader"))
    edition.computed_by = "person:0"
    services.approve_edition(months.session, edition, months.act("leader"))
    assert (edition.state, edition.approved_at) == (EditionState.APPROVED, months.now)
    with pytest.raises(NotNow):
        services.approve_edition(months.session, edition, months.act("leader"))
    with pytest.raises(NotNow, match="until corrected ones are approved"):
        EDITION.perform(months.session, edition, "supersede", months.act("leader", "r"))
    with pytest.raises(NotPermitted):
        EDITION.perform(months.session, edition, "supersede", months.act("office", "r"))


def test_only_the_office_computes(months: Months) -> None:
    months.report("2012-01", JANUARY)
    with pytest.raises(NotPermitted):
        services.compute(months.session, months.act("leader"), months.periods["2012-01"])


def test_provisional_scores_are_the_units_own(months: Months) -> None:
    edition = reported(months)
    cards = cards_of(months, edition)
    county, office = months.act("officer-220101").by, months.act("office").by
    assert not queries.may_see(months.session, cards["220101"], county), "not served yet"
    assert queries.may_see(months.session, cards["220101"], office)
    months.serve("2012-01")
    assert queries.may_see(months.session, cards["220101"], county)
    assert not queries.may_see(months.session, cards["220102"], county)


def test_what_was_never_approved_stays_hidden_when_the_period_is_published(months: Months) -> None:
    months.report("2012-01", JANUARY)
    first = months.compute("2012-01")
    months.serve("2012-01")
    months.receive("2012-01")
    months.compute("2012-01")
    approved = months.approve("2012-01")
    months.periods["2012-01"].state = "published"
    other = months.act("officer-220202").by
    assert queries.may_see(months.session, cards_of(months, approved)["220101"], other)
    assert not queries.may_see(months.session, cards_of(months, first)["220101"], other)


def test_places_over_time_are_those_of_approved_editions(months: Months) -> None:
    months.approved("2012-01", JANUARY)
    places = queries.standings(months.session, months.programme.id, "month", queries.SERVED)
    gamma = next(one for one in places if one.unit_id == months.province.unit("220101").id)
    assert (gamma.rank, gamma.size, gamma.from_bottom) == (1, 4, 4)
    months.report("2012-02", FEBRUARY)
    cycles.compute(months.session, months.periods["2012-02"], months.act("office"))
    assert queries.ranks_before(months.session, months.periods["2012-02"])[gamma.unit_id] == 1
    assert queries.ranks_before(months.session, months.periods["2012-01"]) == {}
