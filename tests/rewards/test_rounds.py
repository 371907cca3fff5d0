"""A round is prepared from approved results, checked to the unit, made public, approved by another, and granted."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from assessment.delivery import queries as delivery
from assessment.foundation import audit
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.errors import Invalid, NotFound, NotNow, NotPermitted, Refusal
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import say
from assessment.organisations.duties import Duty
from assessment.rewards import queries, services
from assessment.rewards.models import Award, Round, RoundState
from assessment.rewards.process import ROUND
from support.rewards import TOTALS, Fund, a_fund
from support.transitions import also

CASE = ("accountability_case", 7)


@pytest.fixture
def fund(frame: Frame) -> Iterator[Fund]:
    with frame.write() as session:
        yield a_fund(session)


def amounts(one: Round) -> dict[str, int]:
    return {award.unit_code: int(award.amount) for award in one.awards}


def award(one: Round, code: str) -> Award:
    return next(each for each in one.awards if each.unit_code == code)


def open_case(fund: Fund, code: str = "220101") -> dict[str, object]:
    return {"held": [(fund.unit(code), say("A case is open."), CASE)]}


# --- preparing -------------------------------------------------------------------------------------------------------


def test_a_pool_is_shared_exactly_and_who_is_not_eligible_keeps_the_floor(fund: Fund) -> None:
    one = fund.prepared("R1")
    assert amounts(one) == {"220101": 336, "220102": 327, "220201": 287, "220202": 50}
    assert queries.sum_of(one) == 1000 == one.expected
    out = award(one, "220202")
    assert not out.is_eligible
    assert out.exclusion_en == "Its band is “failed”; the rule asks for excellent, good."
    assert (out.exclusion_kind, out.basis["bound"]) == ("scorecard", "floor")
    assert award(one, "220101").basis["computed"] == "95.2"


def test_what_is_handed_in_excludes_and_holds_back_each_with_its_origin(fund: Fund) -> None:
    veto = (fund.unit("220102"), say("A veto is confirmed."), ("adjustment", 3))
    one = fund.prepared("R1", exclusions=[veto], **open_case(fund))
    vetoed, held = award(one, "220102"), award(one, "220101")
    assert (vetoed.amount, vetoed.exclusion_kind, vetoed.exclusion_id) == (50, "adjustment", "3")
    assert (held.is_held, held.held_kind, held.amount) == (True, "accountability_case", Decimal(485))
    assert queries.held_sum(one) == 485
    assert queries.sum_of(one) == 1000


def test_every_exclusion_is_kept_and_the_next_case_holds_on(fund: Fund) -> None:
    out, rich = fund.unit("220202"), fund.unit("220101")
    found = [(out, say("A veto is confirmed."), ("adjustment", 3)), (out, "弄虚作假", ("accountability_case", 9))]
    held = [(rich, say("A case is open."), ("accountability_case", one)) for one in (7, 8)]
    one = fund.prepared("R1", exclusions=found, held=held)
    fund.session.expire_all()
    reasons = award(one, "220202").exclusions
    assert [record for _why, record in reasons[:2]] == [("adjustment", "3"), ("accountability_case", "9")]
    assert [record[0] for _why, record in reasons[2:]] == ["scorecard"]
    assert award(one, "220101").held_id == "7"
    assert award(one, "220102").exclusions == []


def test_a_ladder_pays_by_rank_and_sums_to_nothing(fund: Fund) -> None:
    one = fund.prepared("R4")
    assert amounts(one) == {"220101": 100, "220102": 60, "220201": -60, "220202": -100}
    assert one.expected == 0
    services.check(fund.session, one, fund.act("office"))


def test_a_gain_that_is_excluded_moves_to_nobody(fund: Fund) -> None:
    veto = (fund.unit("220101"), "一票否决", ("adjustment", 3))
    one = fund.prepared("R4", exclusions=[veto])
    assert amounts(one) == {"220101": 0, "220102": 60, "220201": -60, "220202": -100}
    assert queries.nominal_sum(one) == 0
    services.check(fund.session, one, fund.act("office"))


def test_places_go_to_the_first_and_ties_share_the_last_of_them(fund: Fund) -> None:
    fund.results(totals={**TOTALS, "220201": "92.60"})
    one = fund.prepared("R2")
    assert {each.unit_code: each.place for each in one.awards} == {
        "220101": 1,
        "220102": 2,
        "220201": 2,
        "220202": None,
    }
    assert not one.has_money


def test_the_most_improved_are_those_who_gained(fund: Fund) -> None:
    first = fund.results()
    with pytest.raises(NotNow, match="no approved results before"):
        fund.prepared("R3")
    later = fund.results("2012-02", {**TOTALS, "220202": "70.00", "220101": "96.00"})
    one = services.prepare(fund.session, fund.act("office"), edition=later, rule_code="R3")
    assert [each.unit_code for each in one.awards if each.place] == ["220202"]
    assert one.before_id == first.id
    assert award(one, "220202").basis == {"by": "points", "before": "55.00", "gain": "15"}


def test_a_round_needs_a_rule_of_the_scheme_for_approved_results_and_stands_once(fund: Fund) -> None:
    one = fund.prepared("R1")
    with pytest.raises(NotNow, match="stands for Jan 2012 already"):
        fund.prepared("R1")
    with pytest.raises(NotFound):
        fund.prepared("R9")
    with pytest.raises(NotPermitted):
        services.prepare(fund.session, fund.act("leader"), edition=fund.editions["2012-01"], rule_code="R2")
    services.revoke(fund.session, one, fund.act("office", "有误"))
    again = fund.prepared("R1")
    assert (again.attempt, again.number) == (2, "JL-2012-002")
    assert [rule.code for rule in queries.not_prepared(fund.session, fund.period(), again.edition_id)] == [
        "R2",
        "R3",
        "R4",
    ]


def test_nobody_eligible_means_that_the_pool_cannot_be_shared(fund: Fund) -> None:
    fund.results(totals=dict.fromkeys(TOTALS, "50.00"))
    with pytest.raises(Invalid, match="All weights are 0"):
        fund.prepared("R1")


def test_a_unit_without_a_rank_takes_no_part(fund: Fund) -> None:
    fund.results(totals={**TOTALS, "220101": None})
    one = fund.prepared("R2")
    assert award(one, "220101").exclusion_en == "It was not ranked in this period."


# --- until the grant -------------------------------------------------------------------------------------------------


def test_the_check_compares_with_the_pool(fund: Fund) -> None:
    one = fund.prepared("R1")
    one.awards[0].nominal += 1
    with pytest.raises(NotNow, match="sum to 1,001, not to 1,000"):
        services.check(fund.session, one, fund.act("office"))
    one.awards[0].nominal -= 1
    with pytest.raises(NotPermitted):
        services.check(fund.session, one, fund.act("leader"))
    with pytest.raises(NotNow):
        services.open_publicity(fund.session, one, fund.act("office"))
    services.check(fund.session, one, fund.act("office"))
    assert one.state == RoundState.CHECKED
    with pytest.raises(NotNow):
        services.check(fund.session, one, fund.act("office"))


def test_superseded_results_carry_no_round_further(fund: Fund) -> None:
    one = fund.public("R1")
    fund.session.get_one(type(fund.editions["2012-01"]), one.edition_id).state = "superseded"
    fund.year.now += timedelta(days=30)
    with pytest.raises(NotNow, match="Prepare it anew"):
        services.approve_round(fund.session, one, fund.act("leader"))


def test_publicity_lasts_five_working_days_and_is_served_on_all(fund: Fund) -> None:
    one = fund.public("R1")
    assert one.publicity_until is not None
    assert (one.publicity_until - fund.year.now).days >= 5
    assert len(delivery.service_of(fund.session, "reward_list", ("reward_round", one.id))) == 4
    with pytest.raises(NotNow, match="The list is public until"):
        services.approve_round(fund.session, one, fund.act("leader"))
    assert queries.publicity_over(fund.session, fund.year.now) == []
    fund.year.now = one.publicity_until + timedelta(minutes=1)
    assert queries.publicity_over(fund.session, fund.year.now) == [one]
    with pytest.raises(NotPermitted):
        services.approve_round(fund.session, one, fund.act("office"))
    services.approve_round(fund.session, one, fund.act("leader"))
    assert one.state == RoundState.APPROVED


def test_who_prepared_does_not_approve(fund: Fund) -> None:
    one = fund.public("R1")
    fund.year.now += timedelta(days=30)
    with pytest.raises(NotNow, match="You prepared this round"):
        services.approve_round(fund.session, one, also(fund.act("office"), Duty.APPROVE))


def test_an_objection_keeps_the_round_from_approval_until_it_is_settled(fund: Fund) -> None:
    one = fund.public("R1")
    objection = fund.object_to(one)
    fund.year.now += timedelta(days=30)
    with pytest.raises(NotNow, match=objection.number):
        services.approve_round(fund.session, one, fund.act("leader"))


def test_a_grant_is_served_and_listed_for_payment(fund: Fund) -> None:
    one = fund.approved("R1", **open_case(fund))
    with pytest.raises(NotPermitted):
        services.grant(fund.session, one, fund.act("leader"))
    services.grant(fund.session, one, fund.act("office"))
    rows = queries.payments(one, "en")
    assert [(row.unit, row.awarded) for row in rows] == [("220102", 327), ("220201", 287), ("220202", 50)]
    assert (rows[0].due, rows[0].money, rows[0].spent_on) == (Decimal(327), "万元", "视频监控")
    assert award(one, "220101").granted_at is None
    with pytest.raises(NotNow):
        services.grant(fund.session, one, fund.act("office"))


# --- held back, asked back, taken back -------------------------------------------------------------------------------


def test_a_case_that_ends_without_fault_releases_the_amount(fund: Fund) -> None:
    one = fund.granted("R1", **open_case(fund))
    with pytest.raises(Invalid, match="Nothing is held back from this unit"):
        services.release(fund.session, one, Act(CLOCK, fund.year.now), unit_id=fund.unit("220102"))
    with pytest.raises(NotPermitted):
        services.release(fund.session, one, fund.act("office"), unit_id=fund.unit("220101"))
    services.release(fund.session, one, Act(CLOCK, fund.year.now), unit_id=fund.unit("220101"))
    fund.session.flush()
    released = award(one, "220101")
    assert (released.is_held, released.granted_at) == (False, fund.year.now)
    assert len(queries.payments(one, "en")) == 4
    with pytest.raises(NotNow, match="No amount of this round is held back"):
        services.release(fund.session, one, Act(CLOCK, fund.year.now), unit_id=fund.unit("220101"))


def test_a_case_that_finds_fault_forfeits_it(fund: Fund) -> None:
    one = fund.public("R1", **open_case(fund))
    with pytest.raises(NotPermitted):
        services.forfeit(fund.session, one, fund.act("office", "书面检查"), unit_id=fund.unit("220101"))
    with pytest.raises(Invalid):
        services.forfeit(fund.session, one, fund.act("leader"), unit_id=fund.unit("220101"))
    services.forfeit(fund.session, one, fund.act("leader", "书面检查"), unit_id=fund.unit("220101"))
    lost = award(one, "220101")
    assert (lost.is_held, lost.is_awarded, lost.forfeited) == (False, False, "书面检查")
    assert queries.nominal_sum(one) == one.expected


def test_an_award_is_clawed_back_once_and_with_its_reason(fund: Fund) -> None:
    one = fund.granted("R1")
    with pytest.raises(NotPermitted):
        services.claw_back(fund.session, one, fund.act("office", "虚报"), unit_id=fund.unit("220101"))
    with pytest.raises(Invalid):
        services.claw_back(fund.session, one, fund.act("leader"), unit_id=fund.unit("220101"))
    services.claw_back(fund.session, one, fund.act("leader", "虚报"), unit_id=fund.unit("220101"))
    with pytest.raises(Invalid, match="nothing of this round"):
        services.claw_back(fund.session, one, fund.act("leader", "虚报"), unit_id=fund.unit("220101"))
    rows = [(row.act, row.due) for row in queries.payments(one, "zh") if row.unit == "220101"]
    assert rows == [("兑现", 336), ("追回", -336)]
    assert sum(row.due for row in queries.payments(one, "zh")) == 1000 - 336


def test_a_public_round_is_revoked_by_a_leader_only(fund: Fund) -> None:
    one = fund.granted("R1")
    with pytest.raises(NotPermitted):
        services.revoke(fund.session, one, fund.act("office", "更正"))
    services.revoke(fund.session, one, fund.act("leader", "更正"))
    rows = queries.payments(one, "en")
    assert [row.act for row in rows] == ["Grant", "Claw-back"] * 4
    assert sum(row.due for row in rows) == 0
    with pytest.raises(NotNow):
        services.claw_back(fund.session, one, fund.act("leader", "虚报"), unit_id=fund.unit("220101"))


def test_a_corrigendum_flags_the_round(fund: Fund) -> None:
    one = fund.prepared("R1")
    with pytest.raises(NotPermitted):
        services.flag(fund.session, one, fund.act("office", "更正"))
    services.flag(fund.session, one, Act(CLOCK, fund.year.now, "更正"))
    assert one.flagged == "更正"


# --- who sees it, and the trail --------------------------------------------------------------------------------------


def test_before_its_publicity_a_round_is_the_offices(fund: Fund) -> None:
    one = fund.prepared("R1")
    head, office = fund.act("officer-220101").by, fund.act("office").by
    assert not queries.may_see(fund.session, one, head)
    assert queries.may_see(fund.session, one, office)
    assert queries.awards_of(fund.session, [fund.unit("220101")]) == []
    services.check(fund.session, one, fund.act("office"))
    services.open_publicity(fund.session, one, fund.act("office"))
    assert queries.may_see(fund.session, one, head)
    assert len(queries.awards_of(fund.session, [fund.unit("220101")])) == 1


def test_every_action_is_refused_once_a_round_is_revoked(fund: Fund) -> None:
    one = fund.prepared("R1")
    services.revoke(fund.session, one, fund.act("office", "有误"))
    for row in ROUND.transitions:
        for act in (fund.act("office", "x"), fund.act("leader", "x"), Act(CLOCK, fund.year.now, "x")):
            with pytest.raises(Refusal):
                ROUND.perform(fund.session, one, row.action, act)


def test_amounts_are_sealed_in_the_trail(frame: Frame) -> None:
    with frame.write() as session:
        one = a_fund(session).granted("R1")
        number = one.id
    with frame.read() as session:
        assert [fault for fault in audit.verify(session) if "award" in fault or "reward" in fault] == []
    with frame.write() as session:
        session.get_one(Round, number).awards[0].amount += 1
    with frame.read() as session:
        assert [fault for fault in audit.verify(session) if fault.startswith("award")] != []
