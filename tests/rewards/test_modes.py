"""Rounds by formula, by thresholds and by places of all, and the round of Hebei's three groups, to the unit."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from assessment.foundation import audit
from assessment.foundation.errors import Invalid
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.organisations import services as administering
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme
from assessment.rewards import queries
from assessment.rewards.models import Round
from assessment.rewards.wording import reached, stated
from assessment.scoring.models import Edition, Scorecard
from support.months import EXTRA, a_year
from support.organisations import by_setup
from support.programmes import SCHEME
from support.rewards import TOTALS, Fund, a_fund

ROOT = Path(__file__).parents[2]
HEBEI = (ROOT / "assessment/demo/files/hebei-2018.scheme.yaml").read_text("utf-8")
RULES = """\
rewards:
  - {code: F1, period: month, mode: formula, unit: 万元, amount: (total - 80) * 2.5, round: half_even, floor: -40, cap: 36, per: counties}
  - {code: F2, period: month, mode: formula, unit: 万元, amount: B1 / 2 + gain - rank, round: half_up, per: counties}
  - {code: F3, period: month, mode: formula, unit: 万元, amount: 1 / (rank - 2), round: half_up, per: counties}
  - {code: F4, period: month, mode: formula, unit: 万元, amount: 10 * total * 99999999999999, round: half_up, per: counties}
  - {code: T1, period: month, mode: thresholds, unit: 万元, steps: [{from: 92.6, amount: 50}, {from: 60, amount: 0}, {from: 0, amount: -30}], per: counties}
  - {code: T2, period: month, mode: thresholds, unit: 万元, steps: [{band: excellent, amount: 50}, {band: pass, amount: 10}], per: counties}
  - {code: P1, period: month, mode: top, places_of_all: 3, ties: key}
changes:
  gain: {of: cameras, by: absolute, since: period_before, zh: 新增, en: New since}
"""  # noqa: E501 - a rule is one line of its file


@pytest.fixture
def fund(frame: Frame) -> Iterator[Fund]:
    with frame.write() as session:
        yield a_fund(session, RULES)


def amounts(one: Round) -> dict[str, int]:
    return {award.unit_code: int(award.amount) for award in one.awards}


def how(one: Round, code: str) -> str:
    award = next(each for each in one.awards if each.unit_code == code)
    return "; ".join(step.in_language("en") for step in reached(award))


def test_a_formula_gives_each_unit_its_own_amount_within_its_bounds(fund: Fund) -> None:
    one = fund.prepared("F1")
    assert amounts(one) == {"220101": 36, "220102": 32, "220201": 4, "220202": -40}
    assert how(one, "220101") == "(total - 80) * 2.5 = (95.2 - 80) * 2.5 = 38; at the cap of 36"
    assert how(one, "220102") == "(total - 80) * 2.5 = (92.6 - 80) * 2.5 = 31.5; halves are rounded to the even digit"
    assert (one.expected, one.mode, one.has_money) == (None, "formula", True)
    assert "rounded once" in stated(one).in_language("en")
    fund.carried_through(one)
    assert sum(row.due for row in queries.payments(one, "en")) == 32


def test_who_is_excluded_loses_what_a_formula_or_a_step_gives_and_is_spared_no_loss(fund: Fund) -> None:
    out = [(fund.unit(code), "一票否决", ("adjustment", 3)) for code in ("220101", "220202")]
    one = fund.prepared("F1", exclusions=out)
    assert amounts(one) == {"220101": 0, "220102": 32, "220201": 4, "220202": -40}
    assert amounts(fund.prepared("T1", exclusions=out)) == {"220101": 0, "220102": 50, "220201": 0, "220202": -30}


def test_marks_ranks_and_changes_stand_in_a_formula(fund: Fund) -> None:
    edition = fund.results()
    with pytest.raises(Invalid, match="Unit 220101 has no number for “B1”, which “B1 / 2 \\+ gain - rank” needs"):
        fund.prepared("F2")
    for card in edition.scorecards:
        card.items = [{"code": "B1", "score": "30.5"}]

    def given(number: int) -> dict[str, object]:
        return {"cameras": {"decision": "", "kind": "given", "number": str(number)}}

    edition.inputs = json.dumps({"units": [
        {"code": code, "group": "counties", "values": given(12), "attributes": {}, "targets": {}, "schedules": {},
         "adjustments": [], "previous": given(5)}
        for code in TOTALS
    ]})  # fmt: skip
    one = fund.prepared("F2")
    assert amounts(one) == {"220101": 21, "220102": 20, "220201": 19, "220202": 18}
    assert how(one, "220101").startswith("B1 / 2 + gain - rank = 30.5 / 2 + 7 - 1 = 21.25")


def test_a_formula_without_a_result_and_one_without_measure_are_refused_by_name(fund: Fund) -> None:
    with pytest.raises(Invalid, match="“1 / \\(rank - 2\\)” divides by 0 for Unit 220102"):
        fund.prepared("F3")
    with pytest.raises(Invalid, match="gives Unit 220101 more than 1"):
        fund.prepared("F4")


def test_a_threshold_pays_what_its_highest_step_says_by_total_or_by_band(fund: Fund) -> None:
    by_total, by_band = fund.prepared("T1"), fund.prepared("T2")
    assert amounts(by_total) == {"220101": 50, "220102": 50, "220201": 0, "220202": -30}
    assert amounts(by_band) == {"220101": 50, "220102": 50, "220201": 10, "220202": 0}
    assert how(by_total, "220202") == "step from 0 points: -30"
    assert how(by_band, "220201") == "step from the band “pass”: 10"
    assert how(by_band, "220202") == "below every step"
    fund.carried_through(by_total)


def test_who_has_no_rank_has_no_amount_of_its_own(fund: Fund) -> None:
    fund.results(totals={**TOTALS, "220101": None})
    for rule in ("F1", "T1", "T2"):
        one = fund.prepared(rule)
        assert amounts(one)["220101"] == 0
        assert how(one, "220101") == ""


def test_a_corrected_formula_moves_the_difference(fund: Fund) -> None:
    old = fund.granted("F1")
    fund.corrected_results({**TOTALS, "220201": "85.00"})
    new = fund.carried_through(fund.correct(old))
    assert [(row.unit, row.due) for row in queries.payments(new, "en")] == [("220201", Decimal(8))]


def test_places_of_all_are_shared_by_size_and_the_round_says_how(fund: Fund) -> None:
    edition = fund.results()
    for card in edition.scorecards[2:]:
        card.group_code = "prefectures"
    edition.scorecards[2].rank, edition.scorecards[3].rank = 1, None
    one = fund.prepared("P1")
    # Two counties and one prefecture have a rank: 3 places of 3 units are 2 and 1.
    assert {award.unit_code: award.place for award in one.awards} == {
        "220101": 1, "220102": 2, "220201": 1, "220202": None,
    }  # fmt: skip
    assert how(one, "220101") == "2 of 3 places for 2 of 3 units"
    assert "larger group" in stated(one).in_language("en")


@pytest.mark.parametrize(("right", "wrong", "said"), [
    ("round: half_even, ", "", "“round” is missing"),
    ("floor: -40, cap: 36", "floor: 40, cap: 36", "The cap (36) lies below the floor (40)"),
    ("B1 / 2", "B9 / 2", "“B9” is neither rank, rank_from_bottom or total nor an indicator nor a declared value"),
    ("(total - 80)", "(total.real - 80)", "formula"),
    ("mode: formula, unit: 万元, amount: (total", "mode: formula, unit: '', amount: (total", "The text is empty"),
    ("{from: 60, amount: 0}, {from: 0", "{from: 0, amount: 0}, {from: 60", "60 after 0 would never be reached"),
    ("{from: 60, amount: 0}", "{band: pass, amount: 0}", "All steps go by totals, or all by bands"),
    ("{from: 60, amount: 0}", "{amount: 0}", "begins at a total or at a band"),
    ("{from: 60, amount: 0}", "{from: 60, amount: 0.5}", "whole number"),
    ("{band: excellent, amount: 50}, {band: pass", "{band: pass, amount: 50}, {band: excellent",
     "excellent after pass"),
    ("band: pass, amount", "band: passed, amount", "There is no band “passed”"),
    ("places_of_all: 3", "places_of_all: 3, places: 2", "either places, for each peer group, or places_of_all"),
    ("places_of_all: 3, ", "", "either places, for each peer group, or places_of_all"),
    ("places_of_all: 3", "places_of_all: 3, per: counties", "take out “per: counties”"),
    ("  gain: {of", "  rank: {of: cameras, by: percent}\n  gain: {of", "“rank” is a value of the scheme and a result"),
])
def test_a_reward_that_does_not_fit_is_refused_with_its_line(right: str, wrong: str, said: str) -> None:
    assert right in RULES
    with pytest.raises(SchemeFaults) as refused:
        load_scheme(SCHEME + EXTRA + RULES.replace(right, wrong))
    assert any(said in str(fault) and fault.line for fault in refused.value.faults), str(refused.value)


def test_a_mark_must_be_assessed_in_the_group_that_is_paid_by_it() -> None:
    only_prefectures = SCHEME.replace("code: O1, points: 40", "code: O1, points: {prefectures: 40}").replace(
        "code: B1, points: 60", "code: B1, points: {prefectures: 60, counties: 100}"
    )
    with pytest.raises(SchemeFaults, match="“O1” is not assessed in peer group “counties”"):
        load_scheme(only_prefectures + EXTRA + RULES.replace("B1 / 2", "O1 / 2"))


# --- Hebei -----------------------------------------------------------------------------------------------------------

GROUPS = {"channel_cities": 8, "channel_counties": 24, "other_counties": 8}
PLAIN = "  counties: {zh: 县（市、区）, en: Counties, of: {level: county}}\n"


def hebei_scheme() -> str:
    """The groups and the money as the press printed them, in a scheme whose results the test writes down itself."""
    money = HEBEI[HEBEI.index("rewards:") : HEBEI.index("ladders:")]
    groups = "".join(f"  {code}: {{of: {{level: {code}}}}}\n" for code in GROUPS)
    return "basis: {money: {zh: 奖惩资金}}\n" + SCHEME.replace(PLAIN, PLAIN + groups) + EXTRA + money


def published(fund: Fund, ranks: dict[str, list[int]]) -> Edition:
    edition = fund.results(totals={})
    numbers = count(1)
    for group, some in ranks.items():
        for rank in some:
            code = f"13{next(numbers):04}"
            unit = administering.add_unit(
                fund.session, by_setup(), code=code, name=Bilingual(f"{code}县", f"Place {code}"), level="county",
                parent_id=fund.year.province.unit("22").id, valid_from=date(2012, 1, 1),
            )  # fmt: skip
            fund.session.flush()
            edition.scorecards.append(Scorecard(
                unit_id=unit.id, unit_code=code, name_zh=code, name_en=code, group_code=group, rank=rank,
                total=Decimal(100 - rank), band="good", items=[], notes=[], items_sha256="0" * 64,
            ))  # fmt: skip
    audit.record(fund.session, fund.act("office"), "compute", edition, touched=edition.scorecards)
    fund.session.flush()
    return edition


def test_a_month_of_hebei_is_paid_to_the_unit_in_three_groups_with_ties(frame: Frame) -> None:
    """Three share steps 2 to 4 (80+60+0), three what the others pay (0-60-80): 47, 47 and 46 by code, either way."""
    with frame.write() as session:
        fund = Fund(a_year(session, hebei_scheme()))
        published(fund, {
            "channel_cities": [1, 2, 2, 2, 5, 5, 5, 8],
            "channel_counties": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, *range(12, 22), 22, 22, 22],
            "other_counties": [1, 1, 3, 4, 5, 6, 7, 7],
        })  # fmt: skip
        found = {}
        for rule in ("M1", "M2", "M3"):
            one = fund.carried_through(fund.prepared(rule))
            found[rule] = [int(award.amount) for award in sorted(one.awards, key=lambda each: each.unit_code)]
            assert queries.sum_of(one) == sum(row.due for row in queries.payments(one, "zh")) == 0
            assert {row.spent_on for row in queries.payments(one, "zh")} == {"大气污染防治"}
        assert found["M1"] == [100, 47, 47, 46, -47, -47, -46, -100]
        assert found["M2"] == [
            50, 46, 42, 38, 34, 30, 26, 22, 18, 7, 7, 0, 0, 0, -14, -18, -22, -26, -30, -34, -38, -46, -46, -46,
        ]  # fmt: skip
        assert found["M3"] == [25, 25, 10, 0, 0, -10, -25, -25]
    with frame.read() as session:
        assert audit.verify(session) == []


def test_the_rules_shown_in_the_documentation_are_taken() -> None:
    example = (ROOT / "docs/rewards.md").read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    scheme = load_scheme(SCHEME + EXTRA + example)
    assert [reward.mode for reward in scheme.rewards] == ["formula", "thresholds", "thresholds", "top"]
