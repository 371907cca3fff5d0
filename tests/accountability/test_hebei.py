"""Hebei 2018, from rank to money to escalation: what the printed rule says comes out of its file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from assessment.accountability.ladders import standings
from assessment.accountability.rules import Past, climb
from assessment.foundation.actors import Act
from assessment.foundation.frame import Frame
from assessment.organisations import services as administering
from assessment.organisations.models import Unit
from assessment.programmes import services as programmes
from assessment.programmes.rules.conditions import Counting
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.rewards import LadderReward
from assessment.programmes.services import NewLetter
from assessment.rewards.rules.places import Ranked, on_steps
from assessment.scoring import queries as scoring
from support.months import EXTRA, FEBRUARY, JANUARY, Months, a_year
from support.organisations import by_setup
from support.programmes import SCHEME

SOURCE = (Path(__file__).parents[2] / "assessment/demo/files/hebei-2018.scheme.yaml").read_text("utf-8")
HEBEI = load_scheme(SOURCE)
LADDERS = {ladder.code: ladder for ladder in HEBEI.ladders}
SIZES = {"channel_cities": 8, "channel_counties": 134, "other_counties": 34}


# --- money -----------------------------------------------------------------------------------------------------------


def money(code: str) -> LadderReward:
    rule = next(reward for reward in HEBEI.rewards if reward.code == code)
    assert isinstance(rule, LadderReward)
    return rule


def amounts(rule: LadderReward, ranks: list[int]) -> list[int]:
    units = [Ranked(f"u{place:03}", rank, Decimal(rank)) for place, rank in enumerate(ranks)]
    return [step.amount for step in on_steps(units, rule.top, rule.from_bottom, rule.ties)]


@pytest.mark.parametrize(("code", "top"), [
    ("M1", [100, 80, 60]), ("M2", [50, 46, 42, 38, 34, 30, 26, 22, 18, 14]), ("M3", [30, 20, 10]),
])
def test_the_last_pay_what_the_first_receive(code: str, top: list[int]) -> None:
    rule = money(code)
    size = SIZES[rule.per]
    found = amounts(rule, list(range(1, size + 1)))
    assert found[: len(top)] == top
    assert found[-len(top) :] == [-amount for amount in reversed(top)]
    assert set(found[len(top) : -len(top)]) <= {0}
    assert sum(found) == 0
    assert (rule.unit, rule.ring_fence) == ("万元", "大气污染防治")


def test_ties_on_a_paid_step_share_the_sum_of_the_steps() -> None:
    assert amounts(money("M1"), [1, 2, 2, 4, 5, 6, 7, 8]) == [100, 70, 70, 0, 0, -60, -80, -100]
    assert sum(amounts(money("M1"), [1, 1, 1, 4, 5, 6, 6, 8])) == 0


# --- escalation ------------------------------------------------------------------------------------------------------


def months(*said: str) -> list[Past]:
    """A month each: ``b`` in the bottom, ``w`` worse than the year before, ``s`` below standard, ``i`` interviewed."""
    return [
        Past(
            f"2018-{number:02}", "month", "channel_cities", 8 if "b" in one else 4, 8, Decimal(50),
            values={"composite_fall": Fraction(-1 if "w" in one else 1)},
            facts=frozenset(fact for mark, fact in (("b", "in_bottom"), ("s", "below_standard")) if mark in one),
            actions=frozenset({"interview"} if "i" in one else ()),
        )
        for number, one in enumerate(said, 1)
    ]  # fmt: skip


def due(ladder: str, *said: str) -> str:
    return climb(LADDERS[ladder], months(*said)).action


def quarters(*from_bottom: int) -> list[Past]:
    size = SIZES["channel_counties"]
    return [
        Past(f"2018-Q{number}", "quarter", "channel_counties", size + 1 - place, size, Decimal(50))
        for number, place in enumerate(from_bottom, 1)
    ]


def test_the_bottom_of_a_month_is_warned_each_time() -> None:
    assert due("H1", "b") == "early_warning"
    assert due("H1", "b", "", "b") == "early_warning"
    assert due("H1", "b", "") == ""


def test_worse_than_the_year_before_twice_is_criticised_and_three_times_interviewed() -> None:
    assert [due("H2", *["bw"] * times) for times in (1, 2, 3)] == ["", "circulated_criticism", "interview"]
    assert due("H2", "bw", "", "w", "bw") == "circulated_criticism", "cumulative: months between change nothing"
    assert due("H2", "bw", "b") == "", "better than the year before does not count"
    told = climb(LADDERS["H2"], months("bw"))
    assert (told.next_count, told.next_action) == (2, "circulated_criticism"), "one more month like this triggers"


def test_three_interviews_in_a_row_bring_a_special_inspection() -> None:
    assert due("H3", "i", "i", "i") == "special_inspection"
    assert due("H3", "i", "", "i", "i") == ""


def test_two_quarters_at_the_bottom_reach_the_heads() -> None:
    both = {code: [climb(LADDERS[code], quarters(*places)).action for places in ((10, 10), (5, 5), (10, 11), (5, 6))]
            for code in ("H4", "H5")}  # fmt: skip
    government, party = "accountability_of_government_head", "accountability_of_party_head"
    assert both == {"H4": [government, government, "", government], "H5": ["", party, "", ""]}


def test_below_standard_and_worse_three_months_running_restricts_permits() -> None:
    assert due("H6", "sw", "sw", "sw") == "regional_permit_restriction"
    assert due("H6", "sw", "s", "sw", "sw") == ""


def test_a_month_of_which_a_value_is_not_known_is_passed_over() -> None:
    gap = months("sw", "sw", "sw", "sw")
    gap[1] = replace(gap[1], values={})
    assert climb(LADDERS["H6"], gap).action == "regional_permit_restriction"


# --- the file --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("right", "wrong", "said"), [
    ("in_bottom and composite_fall < 0", "in_bottom and composite_fal < 0", "“composite_fal” is neither rank"),
    (", standard: {at_most: 35}", "", "No value has a standard to be below of"),
    ("zero_sum: true", "bottom: [-10]", "stands here twice"),
    ("at_most: 35", "at_most: 35, at_least: 3", "either “at_most” or “at_least”"),
    ("of: pm25, by: percent", "of: pm26, by: percent", "There is no value “pm26”"),
    ("of: pm25, by: percent", "of: composite_fall, by: percent", "rests on a change itself"),
])
def test_what_does_not_fit_is_named_with_its_line(right: str, wrong: str, said: str) -> None:
    assert right in SOURCE
    with pytest.raises(SchemeFaults) as refused:
        load_scheme(SOURCE.replace(right, wrong))
    assert any(said in str(fault) and fault.line for fault in refused.value.faults), str(refused.value)


def test_conditions_read_as_they_are_written() -> None:
    assert isinstance(LADDERS["H2"].count, Counting)
    assert str(LADDERS["H2"].count) == "months where in_bottom and composite_fall < 0 cumulative within year"
    assert LADDERS["H2"].count.values == ("composite_fall",)


# --- in the application ----------------------------------------------------------------------------------------------

WITH_LADDERS = (
    SCHEME.replace("unit: camera, kind", "unit: camera, standard: {at_least: 20}, kind")
    + EXTRA
    + """\
changes:
  gain: {of: cameras, by: absolute, since: period_before, zh: 新增, en: New since}
rewards:
  - {code: M1, period: month, mode: ladder, per: counties, unit: 万元, top: [10], bottom: mirror}
ladders:
  - {code: L1, count: months where in_bottom consecutive, at: {1: early_warning}}
  - {code: L2, count: months where below_standard consecutive, at: {2: interview}}
  - {code: L3, count: months where gain < 10 consecutive, at: {1: early_warning}}
"""
)


def test_ladders_read_values_standards_and_the_bottom_from_the_published_editions(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year(session, WITH_LADDERS)
        for code, reports in (("2012-01", JANUARY), ("2012-02", FEBRUARY)):
            world.approved(code, reports)
            world.periods[code].state = "published"
            session.flush()
        names = {unit.id: code for code, unit in world.province.units.items()}
        due_now = {
            (one.ladder.code, names[one.unit_id])
            for one in standings(session, world.periods["2012-02"])
            if one.climb.is_due and one.unit_id in names
        }
        # New cameras by January and February: 10, 12; 12, 30; 8, 20; 4, 16. Of January nothing earlier is known.
        assert {unit for code, unit in due_now if code == "L1"} == {last_in_february(world)}
        assert {unit for code, unit in due_now if code == "L2"} == {"220101", "220202"}
        assert {unit for code, unit in due_now if code == "L3"} == {"220101"}


def last_in_february(world: Months) -> str:
    edition = scoring.edition_in_force(world.session, world.periods["2012-02"].id)
    assert edition is not None
    counties = [card for card in scoring.league_table(world.session, edition.id) if card.group_code == "counties"]
    assert counties[-1].rank == 4
    return counties[-1].unit_code


LAST_OF_FOUR = "ladders: [{code: L1, count: months where rank_from_bottom <= 4 consecutive, at: {2: interview}}]\n"


def test_a_unit_keeps_its_count_under_another_code(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year(session, SCHEME + EXTRA + LAST_OF_FOUR)
        world.approved("2012-01", JANUARY)
        new = under_another_code(world, "220101", "220113", date(2012, 2, 1))
        reports = {"220113" if code == "220101" else code: numbers for code, numbers in FEBRUARY.items()}
        world.approved("2012-02", reports)
        for code in ("2012-01", "2012-02"):
            world.periods[code].state = "published"
        session.flush()
        mine = [one.climb for one in standings(session, world.periods["2012-02"]) if one.unit_id == new.id]
        assert [(climb.count, climb.action) for climb in mine] == [(2, "interview")]
        ranks = scoring.ranks_before(session, world.periods["2012-02"])
        assert ranks[new.id] == 1
        assert world.province.unit("220101").id not in ranks


def under_another_code(world: Months, code: str, new_code: str, day: date) -> Unit:
    """The same place as another unit from a day, with a letter of its own."""
    session, old = world.session, world.province.unit(code)
    made = administering.add_unit(
        session, by_setup(), code=new_code, name=old.name, level="county", parent_id=world.province.unit(code[:4]).id,
        valid_from=day,
    )  # fmt: skip
    session.flush()
    administering.merge_units(session, [old], by_setup(), into=made, day=day)
    session.flush()
    world.province.units[new_code] = made
    world.province.officer(f"officer-{new_code}", "locality_head", new_code, day=day)
    term = NewLetter(
        made.id, "责〔2012〕9号", day, date(2012, 12, 31), {"cameras": Decimal(100)}, {"cameras": {1: Decimal(12)}}
    )
    letters = programmes.draft_letters(session, world.act("office"), world.programme, world.version, [term])
    programmes.offer_all(session, letters, world.act("office"))
    programmes.sign(session, letters[0], Act(world.province.officer(f"officer-{new_code}", day=day), world.now))
    programmes.countersign_all(session, letters, world.act("leader"))
    session.flush()
    return made
