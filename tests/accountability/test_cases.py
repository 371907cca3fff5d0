"""A case is opened, investigated, reviewed and decided by four different hands, after the unit was heard."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from assessment.accountability import queries, services
from assessment.accountability.models import Case, CaseState, Conduct, Outcome, Responsibility, Source
from assessment.accountability.process import CASE
from assessment.delivery.queries import may_see_paper
from assessment.foundation import audit
from assessment.foundation.errors import Invalid, NotNow, NotPermitted, Refusal
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer
from support.accountability import TASK, Court, make_court


@pytest.fixture
def court(frame: Frame) -> Iterator[Court]:
    with frame.write() as session:
        yield make_court(session)


# --- prompts ---------------------------------------------------------------------------------------------------------


def test_the_same_fact_prompts_once(court: Court) -> None:
    court.prompted()
    again = services.NewPrompt(court.county, queries.prompts(court.session)[0].title, Source.OVERDUE_TASK, TASK)
    assert services.prompt(court.session, court.clock(), again) is None
    assert len(queries.prompts(court.session)) == 1
    court.prompted(occurrence="2")
    assert [case.number for case in queries.prompts(court.session)] == ["WZ-2012-001", "WZ-2012-002"]


def test_a_prompt_opens_nothing_and_holds_nothing_back(court: Court) -> None:
    court.prompted()
    assert queries.open_case_units(court.session) == {}


def test_a_locality_prompts_nothing(court: Court) -> None:
    new = services.NewPrompt(court.county, Bilingual("某事", "Something"), Source.PERSON, TASK)
    with pytest.raises(NotPermitted):
        services.prompt(court.session, court.act("head"), new)


def test_a_prompt_is_dismissed_with_a_reason_by_the_authority_only(court: Court) -> None:
    case = court.prompted()
    with pytest.raises(Invalid):
        services.dismiss(court.session, case, court.act("leader"))
    with pytest.raises(NotPermitted):
        services.dismiss(court.session, case, court.act("office", "无事"))
    services.dismiss(court.session, case, court.act("leader", "已整改"))
    assert case.state == CaseState.DISMISSED
    with pytest.raises(NotNow):
        court.open(case)


def test_a_leader_may_warn_or_call_or_ask_without_a_case(court: Court) -> None:
    warned, called, inspected = (court.prompted(occurrence=str(n)) for n in range(3))
    for step in (services.warn, services.ask_inspection):
        with pytest.raises(NotPermitted):
            step(court.session, warned, court.act("office", "理由"))
    services.warn(court.session, warned, court.act("leader", "连续两月末位"))
    with pytest.raises(NotNow):
        services.ask_inspection(court.session, warned, court.act("leader", "理由"))
    when = court.now + timedelta(days=3)
    with pytest.raises(NotPermitted):
        services.settle_by_interview(court.session, called, court.act("office", "x"), takes_place_at=when, place="厅")
    talk = services.settle_by_interview(
        court.session, called, court.act("leader", "第三次末位"), takes_place_at=when, place="公安厅"
    )
    services.ask_inspection(court.session, inspected, court.act("leader", "先查清"))
    settled = [case.settled_by for case in (warned, called, inspected)]
    assert settled == ["early_warning", "interview", "special_inspection"]
    assert talk.case_id == called.id
    assert {case.state for case in (warned, called, inspected)} == {CaseState.SETTLED}
    assert all(case.outcome is None for case in (warned, called, inspected)), "no fault is stated"
    court.receive(warned, "early_warning")


# --- opening ---------------------------------------------------------------------------------------------------------


def test_a_case_needs_authority_ground_and_two_investigators(court: Court) -> None:
    case, act = court.prompted(), court.act("leader")
    ida = court.person_id("ida")
    for facts in (
        {"authority": "", "ground": "g", "investigators": [ida, court.person_id("ivan")]},
        {"authority": "a", "ground": " ", "investigators": [ida, court.person_id("ivan")]},
        {"authority": "a", "ground": "g", "investigators": [ida, ida]},
    ):
        with pytest.raises(Invalid):
            services.open_case(court.session, case, act, **facts)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted, match="Office cannot investigate"):
        services.open_case(
            court.session, case, act, authority="a", ground="g", investigators=[ida, court.person_id("office")]
        )
    with pytest.raises(NotPermitted):
        services.open_case(
            court.session, case, court.act("judge"), authority="a", ground="g",
            investigators=[ida, court.person_id("ivan")],
        )  # fmt: skip
    court.open(case)
    assert queries.open_case_units(court.session) == {court.county: [case.id]}


def test_who_had_a_hand_in_the_matter_does_not_investigate_it(court: Court) -> None:
    audit.record(court.session, court.act("ida"), "inspect", None, kind="task", touched=[TASK])
    court.link()
    case = court.prompted()
    with pytest.raises(NotPermitted, match="had a hand"):
        court.open(case)


def test_investigators_declare_before_the_notice(court: Court) -> None:
    case = court.opened()
    with pytest.raises(NotNow, match="must first declare"):
        services.serve_notice(court.session, case, court.act("leader"), allegations="x")
    with pytest.raises(NotPermitted):
        services.declare(court.session, case, court.act("leader"))
    court.province.officer("third", "investigator")
    with pytest.raises(NotNow, match="Only the investigators"):
        services.declare(court.session, case, court.act("third"))
    for name in ("ida", "ivan"):
        services.declare(court.session, case, court.act(name))
    with pytest.raises(Invalid):
        services.serve_notice(court.session, case, court.act("ida"), allegations=" ")
    services.serve_notice(court.session, case, court.act("ida"), allegations="x")
    assert case.state == CaseState.NOTICE_SERVED


# --- reply -----------------------------------------------------------------------------------------------------------


def test_the_time_to_reply_runs_from_receipt_ten_working_days(court: Court) -> None:
    case = court.noticed()
    assert queries.reply_due(court.session, case) is None
    with pytest.raises(NotNow, match="begins when the notice is received"):
        services.lapse(court.session, case, court.clock())
    court.receive(case)
    until = queries.reply_due(court.session, case)
    assert until is not None
    assert until.date() == date(2012, 11, 27)
    assert queries.due_to_lapse(court.session, until) == []
    court.now = until
    with pytest.raises(NotNow, match="may reply until"):
        services.lapse(court.session, case, court.clock())
    court.now = until + timedelta(seconds=1)
    with pytest.raises(NotNow, match="The time to reply ended"):
        services.reply(court.session, case, court.act("head"), points=["x"])
    assert queries.due_to_lapse(court.session, court.now) == [case]
    services.lapse(court.session, case, court.clock())
    assert case.state == CaseState.LAPSED


def test_only_the_unit_replies_and_says_something(court: Court) -> None:
    case = court.noticed()
    with pytest.raises(NotPermitted):
        services.reply(court.session, case, court.act("other"), points=["x"])
    with pytest.raises(Invalid):
        services.reply(court.session, case, court.act("head"), points=["  "])
    services.reply(court.session, case, court.act("head"), points=["一", "", "二"])
    assert [point.number for point in case.points] == [1, 2]


def test_only_the_clock_lapses(court: Court) -> None:
    case = court.noticed()
    with pytest.raises(NotPermitted):
        services.lapse(court.session, case, court.act("leader"))


# --- investigation ---------------------------------------------------------------------------------------------------


def test_a_report_needs_a_fact_beyond_scores_a_chain_and_every_answer(court: Court) -> None:
    case = court.replied()
    report = {"norm": "n", "causes": "c", "conduct": Conduct.NONE, "proposal": "p"}
    with pytest.raises(NotNow, match="at least one finding of fact"):
        services.file_report(court.session, case, court.act("ida"), **report)  # type: ignore[arg-type]
    services.add_fact(
        court.session, case, court.act("ida"), happened_on=date(2012, 9, 30), statement="末位",
        evidence=[("scorecard", 1)],
    )
    with pytest.raises(NotNow, match="a ladder alone is none"):
        services.file_report(court.session, case, court.act("ida"), **report)  # type: ignore[arg-type]
    september = date(2012, 9, 11)
    services.add_fact(court.session, case, court.act("ida"), happened_on=september, statement="x", evidence=[TASK])
    with pytest.raises(NotNow, match="Name who was responsible"):
        services.file_report(court.session, case, court.act("ida"), **report)  # type: ignore[arg-type]
    court.find(case)
    with pytest.raises(NotNow, match="Put findings of fact 1, 2, 3 to the unit first"):
        services.file_report(court.session, case, court.act("ida"), **report)  # type: ignore[arg-type]
    court.hear_again(case)
    with pytest.raises(NotNow, match="open: 1, 2, 3"):
        services.file_report(court.session, case, court.act("ida"), **report)  # type: ignore[arg-type]
    court.report(case)
    assert case.state == CaseState.REPORTED


def test_a_unit_is_heard_again_on_what_is_found_after_its_reply(court: Court) -> None:
    case = court.replied()
    with pytest.raises(NotNow, match="told every finding"):
        services.serve_supplement(court.session, case, court.act("ida"))
    court.find(case)
    with pytest.raises(NotNow, match="Only the investigators"):
        court.province.officer("third", "investigator")
        services.serve_supplement(court.session, case, court.act("third"))
    services.serve_supplement(court.session, case, court.act("ida"))
    court.session.flush()
    assert case.state == CaseState.NOTICE_SERVED
    assert queries.reply_due(court.session, case) is None, "the time runs again, from the new paper's receipt"
    court.receive(case, "case_supplement")
    assert queries.reply_due(court.session, case) is not None
    services.reply(court.session, case, court.act("head"), points=["另有说明"])
    assert [point.number for point in case.points] == [1, 2, 3]


def test_what_is_added_to_a_returned_report_is_put_to_the_unit_and_silence_lapses(court: Court) -> None:
    case = court.reported()
    services.return_report(court.session, case, court.act("lawyer", "补充事实"))
    services.add_fact(
        court.session, case, court.act("ida"), happened_on=date(2012, 9, 12), statement="另查明", evidence=[TASK]
    )
    with pytest.raises(NotNow, match="Put findings of fact 2"):
        court.report(case)
    services.serve_supplement(court.session, case, court.act("ida"))
    court.session.flush()
    court.receive(case, "case_supplement")
    until = queries.reply_due(court.session, case)
    assert until is not None
    court.now = until + timedelta(seconds=1)
    services.lapse(court.session, case, court.clock())
    assert case.state == CaseState.LAPSED
    court.report(case)
    assert case.state == CaseState.REPORTED


def test_facts_need_proof_and_are_struck_not_deleted(court: Court) -> None:
    case = court.replied()
    act = court.act("ida")
    with pytest.raises(Invalid, match="Name the records"):
        services.add_fact(court.session, case, act, happened_on=date(2012, 9, 1), statement="x", evidence=[])
    court.find(case)
    with pytest.raises(Invalid):
        services.strike_fact(court.session, case, court.act("ida", "有误"), number=9)
    with pytest.raises(Invalid, match="needs a reason"):
        services.strike_fact(court.session, case, act, number=1)
    with pytest.raises(NotNow):
        court.province.officer("third", "investigator")
        services.strike_fact(court.session, case, court.act("third", "有误"), number=1)
    services.strike_fact(court.session, case, court.act("ivan", "有误"), number=1)
    assert case.standing_facts == []
    assert case.facts[0].struck_why == "有误"


def test_only_who_held_a_post_that_day_is_named(court: Court) -> None:
    case = court.replied()
    link = {"responsibility": Responsibility.DIRECT, "duty": "d", "reason": "r"}
    with pytest.raises(Invalid, match="Nobody of that name"):
        services.name_responsible(
            court.session, case, court.act("ida"), person_id=court.person_id("other"), day=date(2012, 9, 1), **link
        )  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="Nobody of that name"):
        services.name_responsible(
            court.session, case, court.act("ida"), person_id=court.person_id("head"), day=date(2009, 9, 1), **link
        )  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        services.name_responsible(
            court.session, case, court.act("judge"), person_id=court.person_id("head"), day=date(2012, 9, 1), **link
        )  # type: ignore[arg-type]
    court.find(case)
    assert case.chain[0].person == "Head"
    with pytest.raises(NotNow, match="named already"):
        court.find(case)


def test_answers_are_the_investigators(court: Court) -> None:
    case = court.replied()
    with pytest.raises(NotPermitted):
        services.answer_point(court.session, case, court.act("head"), number=1, answer="x")
    with pytest.raises(Invalid):
        services.answer_point(court.session, case, court.act("ida"), number=3, answer="x")
    with pytest.raises(Invalid):
        services.answer_point(court.session, case, court.act("ida"), number=1, answer="")


# --- review and decision ---------------------------------------------------------------------------------------------


def test_the_legal_review_passes_or_returns(court: Court) -> None:
    case = court.reported()
    with pytest.raises(NotPermitted):
        services.review_law(court.session, case, court.act("judge"), opinion="x")
    with pytest.raises(Invalid):
        services.return_report(court.session, case, court.act("lawyer"))
    services.return_report(court.session, case, court.act("lawyer", "补证据"))
    assert case.state == CaseState.RETURNED
    court.report(case)
    services.review_law(court.session, case, court.act("lawyer"), opinion="程序合法")
    assert case.state == CaseState.LAW_REVIEWED


@pytest.mark.parametrize(("who", "said"), [
    ("leader", "You opened"), ("ida", "You opened or investigate"), ("head", "holds a post at"),
])  # fmt: skip
def test_the_legal_reviewer_has_no_other_part(court: Court, who: str, said: str) -> None:
    case = court.reported()
    court.link()
    court.province.officer(who, "legal_reviewer", "22")
    court.province.posts.clear()
    with pytest.raises(NotNow, match=said):
        services.review_law(court.session, case, court.act(who), opinion="x")


@pytest.mark.parametrize(("who", "said"), [
    ("leader", "You opened this case"), ("ida", "You investigate this case"), ("lawyer", "You reviewed this case"),
    ("head", "had a hand in this matter"),
])  # fmt: skip
def test_the_decider_took_no_part(court: Court, who: str, said: str) -> None:
    case, act = court.reviewed(), court.act(who)
    assert isinstance(act.by, Officer)
    decider = replace(act.by, reach={**act.by.reach, Duty.DECIDE_CASES: frozenset({court.county})})
    with pytest.raises(NotNow, match=said):
        court.decide(case, by=replace(act, by=decider))


def test_who_had_a_hand_in_the_evidence_does_not_decide(court: Court) -> None:
    audit.record(court.session, court.act("judge"), "grant_extension", None, kind="task", touched=[TASK])
    court.link()
    with pytest.raises(NotNow, match="had a hand in this matter"):
        court.decide(court.reviewed())


def test_a_decision_says_what_until_when_and_for_how_long(court: Court) -> None:
    case = court.reviewed()
    act, today = court.act("judge"), court.now.date()
    decide = {"outcome": Outcome.CIRCULATED_CRITICISM, "decision": "通报批评"}
    for facts in (
        {**decide, "decision": ""},
        decide,
        {**decide, "execute_by": today},
        {**decide, "execute_by": today - timedelta(days=1), "effect_until": today},
        {**decide, "outcome": Outcome.PROPOSAL, "execute_by": today, "effect_until": today},
    ):
        with pytest.raises(Invalid):
            services.move(court.session, case, act, **facts)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        court.decide(case, by="leader")
    court.decide(case)
    assert case.state == CaseState.DECIDED
    with pytest.raises(NotPermitted):
        services.serve_decision(court.session, case, court.act("leader"))
    services.serve_decision(court.session, case, court.act("judge"))
    assert queries.open_case_units(court.session) == {}
    assert queries.ended_with_fault(case)


def test_the_checklist_tells_what_is_lacking(court: Court) -> None:
    case = court.noticed()
    met = [one.is_met for one in queries.requirements(court.session, case)]
    assert met == [True, False, False, False, False, False, False, False]
    court.receive(case)
    assert "the reply" in str(queries.lacking(court.session, case)[2])


def test_everything_is_there_when_it_can_be_decided(court: Court) -> None:
    case = court.reviewed()
    assert queries.lacking(court.session, case) == []
    offers = CASE.available(court.session, case, court.act("judge"))
    assert [offer.action for offer in offers if offer.is_open] == ["move"]


# --- effect ----------------------------------------------------------------------------------------------------------


def test_a_proposal_is_followed_until_the_organ_answers(court: Court) -> None:
    case = court.served(Outcome.PROPOSAL, organ="纪委")
    with pytest.raises(NotNow, match="not been received"):
        services.execute(court.session, case, court.act("judge"), how="x")
    court.receive(case, "decision")
    with pytest.raises(NotNow, match="has not answered"):
        services.execute(court.session, case, court.act("judge"), how="x")
    services.record_organ_answer(court.session, case, court.act("leader"), answer="已诫勉")
    services.execute(court.session, case, court.act("judge"), how="已诫勉")
    assert case.state == CaseState.EXECUTED


def test_only_a_proposal_has_an_answer(court: Court) -> None:
    case = court.served()
    with pytest.raises(NotNow, match="Only a proposal"):
        services.record_organ_answer(court.session, case, court.act("judge"), answer="x")
    with pytest.raises(NotPermitted):
        services.execute(court.session, case, court.act("head"), how="x")


def test_an_interview_decided_is_carried_out_by_holding_it(court: Court) -> None:
    case = court.served(Outcome.INTERVIEW)
    with pytest.raises(NotNow, match="not been received"):
        services.call_interview(
            court.session, court.act("leader"), unit_id=case.unit_id, takes_place_at=court.now + timedelta(days=1),
            place="厅", reason="决定", case=case,
        )  # fmt: skip
    court.receive(case, "decision")
    with pytest.raises(NotNow, match="not been held"):
        services.execute(court.session, case, court.act("judge"), how="x")
    talk = services.call_interview(
        court.session, court.act("leader"), unit_id=case.unit_id, takes_place_at=court.now + timedelta(days=1),
        place="厅", reason="决定", case=case,
    )  # fmt: skip
    court.now += timedelta(days=2)
    services.hold_interview(court.session, talk, court.act("leader"), minutes="……")
    services.execute(court.session, case, court.act("judge"), how="已约谈")
    assert case.state == CaseState.EXECUTED


def test_an_effect_ends_on_its_day_by_the_clock(court: Court) -> None:
    case = court.executed()
    assert queries.due_to_expire(court.session, court.now) == []
    with pytest.raises(NotNow, match="lasts until"):
        services.expire(court.session, case, court.clock())
    assert case.effect_until is not None
    court.now += timedelta(days=181)
    with pytest.raises(NotPermitted):
        services.expire(court.session, case, court.act("judge"))
    assert queries.due_to_expire(court.session, court.now) == [case]
    services.expire(court.session, case, court.clock())
    assert case.state == CaseState.EXPIRED


def test_a_decision_without_fault_ends_with_the_time_for_review(court: Court) -> None:
    case = court.served(Outcome.NO_CASE)
    assert queries.ended_with_fault(case) is False
    with pytest.raises(NotNow, match="nothing to carry out"):
        services.execute(court.session, case, court.act("judge"), how="x")
    with pytest.raises(NotNow, match="not been received"):
        services.expire(court.session, case, court.clock())
    court.receive(case, "decision")
    until = queries.appeal_until(court.session, case)
    assert until is not None
    assert until.date() == date(2012, 12, 15)
    court.now = until
    with pytest.raises(NotNow, match="may ask for a review"):
        services.expire(court.session, case, court.clock())
    court.now = until + timedelta(seconds=1)
    services.expire(court.session, case, court.clock())
    assert case.state == CaseState.EXPIRED


def test_a_revocation_is_told_in_the_same_range(court: Court) -> None:
    case = court.executed()
    with pytest.raises(NotPermitted):
        services.revoke(court.session, case, court.act("leader", "证据不足"))
    with pytest.raises(Invalid):
        services.revoke(court.session, case, court.act("judge"))
    services.revoke(court.session, case, court.act("judge", "证据不足"))
    assert case.state == CaseState.REVOKED
    assert queries.ended_with_fault(case) is False
    paper = court.receive(case, "revocation")
    assert not may_see_paper(court.session, paper, court.act("admin").by), "administrators see no case, nor its end"
    assert may_see_paper(court.session, paper, court.act("head").by)


def test_the_thousandth_case_of_a_year_has_a_number(court: Court) -> None:
    new = [
        services.NewPrompt(court.county, Bilingual("逾期", "Overdue"), Source.OVERDUE_TASK, ("task", number))
        for number in range(1, 1001)
    ]
    assert services.prompt_many(court.session, court.clock(), new)[-1].number == "WZ-2012-1000"
    assert [court.prompted(occurrence=turn).number for turn in ("1", "2")] == ["WZ-2012-1001", "WZ-2012-1002"]


def test_a_fallen_origin_flags_and_people_decide(court: Court) -> None:
    case = court.opened()
    with pytest.raises(NotPermitted):
        services.flag(court.session, case, court.act("leader", "x"))
    services.flag(court.session, case, court.clock("任务已撤回"))
    assert (case.flagged, case.state) == ("任务已撤回", CaseState.OPENED)


# --- who sees it -----------------------------------------------------------------------------------------------------


def seen_by(court: Court, case: Case) -> set[str]:
    names = ("leader", "ida", "ivan", "lawyer", "judge", "head", "other", "admin", "office", "auditor")
    return {name for name in names if queries.may_see(court.session, case, court.act(name).by)}


def test_a_case_is_seen_by_those_who_have_a_part_in_it(court: Court) -> None:
    case = court.prompted()
    assert seen_by(court, case) == {"leader"}
    court.open(case)
    assert seen_by(court, case) == {"leader", "ida", "ivan", "lawyer", "judge"}
    for name in ("ida", "ivan"):
        services.declare(court.session, case, court.act(name))
    services.serve_notice(court.session, case, court.act("ida"), allegations="x")
    court.province.officer("third", "investigator")
    assert seen_by(court, case) == {"leader", "ida", "ivan", "lawyer", "judge", "head"}
    assert not queries.may_see(court.session, case, court.act("third").by)
    assert queries.cases_seen(court.session, court.act("head").by) == [case]  # type: ignore[arg-type]
    assert queries.cases_seen(court.session, court.act("admin").by) == []  # type: ignore[arg-type]


def test_an_auditor_says_why_and_reads_for_a_day(court: Court) -> None:
    case = court.opened()
    with pytest.raises(Invalid):
        services.read_case(court.session, case, court.act("auditor"))
    with pytest.raises(NotPermitted):
        services.read_case(court.session, case, court.act("admin", "好奇"))
    services.read_case(court.session, case, court.act("auditor", "年度审计"))
    court.link()
    assert "auditor" in seen_by(court, case)
    court.now += timedelta(days=1)
    assert "auditor" not in seen_by(court, case)


# --- the table -------------------------------------------------------------------------------------------------------


def test_every_action_is_refused_in_every_state_that_is_not_its_source(court: Court) -> None:
    case = court.prompted()
    everybody = [court.act(name, "理由") for name in ("leader", "ida", "lawyer", "judge", "head", "auditor")]
    everybody.append(court.clock("理由"))
    for row in CASE.transitions:
        if CaseState.PROMPTED in row.sources:
            continue
        for act in everybody:
            with pytest.raises(Refusal):
                CASE.perform(court.session, case, row.action, act)


def test_the_trail_of_a_whole_case_verifies(frame: Frame) -> None:
    with frame.write() as session:
        court = make_court(session)
        case = court.executed()
        services.revoke(session, case, court.act("judge", "证据不足"))
    with frame.read() as session:
        assert audit.verify(session) == []


# --- who reads its papers --------------------------------------------------------------------------------------------


def test_a_cases_papers_are_for_its_own_investigators_and_for_an_auditor_who_said_why(court: Court) -> None:
    case = court.noticed()
    paper = court.receive(case)
    court.province.officer("third", "investigator")
    seen = {
        name: queries.may_see_paper(court.session, paper, court.act(name).by)
        for name in ("ida", "third", "auditor", "head", "other", "office", "admin")
    }
    assert seen == {"ida": True, "third": False, "auditor": False, "head": True, "other": False, "office": False,
                    "admin": False}  # fmt: skip
    services.read_case(court.session, case, court.act("auditor", "年度抽查"))
    court.link()
    assert queries.may_see_paper(court.session, paper, court.act("auditor").by)
