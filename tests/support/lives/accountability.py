"""Cases and interviews."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assessment.accountability import queries, services
from assessment.accountability.models import (
    Ballot,
    Case,
    CircumstanceKind,
    Conduct,
    ExcuseGround,
    Interview,
    LadderExcuse,
    Outcome,
    ReplyPoint,
    Responsibility,
    Source,
)
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.i18n import Bilingual
from support.accountability import NEXT_YEAR, TASK, Court, make_court
from support.months import EXTRA, Months, a_year
from support.programmes import SCHEME
from support.transitions import Bar, Beginning, By, Life, Way, also


def court(session: Session, _folder: Path) -> Court:
    world = make_court(session)
    world.province.officer("third", "investigator")
    return world


@cache
def by(username: str) -> By:
    return lambda world, *_record: world.act(username)


def the_clock(world: Court, _record: object = None) -> Act:
    return world.clock()


def next_year(_world: Court, _record: object = None) -> Act:
    return Act(CLOCK, NEXT_YEAR)


# --- how a case comes to be there ------------------------------------------------------------------------------------


def settled(world: Court) -> Case:
    case = world.prompted()
    services.warn(world.session, case, world.act("leader", "连续两月末位"))
    return case


def dismissed(world: Court) -> Case:
    case = world.prompted()
    services.dismiss(world.session, case, world.act("leader", "已整改"))
    return case


def with_facts(world: Court, case: Case) -> Case:
    """Something to strike, whatever else is the case."""
    world.find(case)
    return case


def opened(world: Court) -> Case:
    return with_facts(world, world.declared())


def noticed(world: Court) -> Case:
    """Every fact is told with the notice."""
    case = opened(world)
    services.serve_notice(world.session, case, world.act("ida"), allegations="任务61逾期两个月")
    world.receive(case)
    return case


def replied(world: Court) -> Case:
    case = noticed(world)
    world.now += timedelta(days=2)
    services.reply(world.session, case, world.act("head"), points=["设备未到", "已申请延期"])
    for point in case.points:
        services.answer_point(world.session, case, world.act("ida"), number=point.number, answer="8月已到货")
    return case


def lapsed(world: Court) -> Case:
    case = noticed(world)
    until = queries.reply_due(world.session, case)
    assert until is not None
    world.now = until + timedelta(minutes=1)
    services.lapse(world.session, case, world.clock())
    return case


def lapsed_with_a_point(world: Court) -> Case:
    """Whose unit wrote too late to be heard in time, and is answered all the same."""
    case = lapsed(world)
    case.points.append(ReplyPoint(number=1, statement="设备未到", answer=""))
    return case


def returned(world: Court) -> Case:
    case = world.reported()
    services.return_report(world.session, case, world.act("lawyer", "证据不足"))
    return case


def more_was_found(build: Callable[[Court], Case]) -> Callable[[Court], Case]:
    """A fact that the unit has not been told."""

    def and_more(world: Court) -> Case:
        case = build(world)
        services.add_fact(world.session, case, world.act("ida"), **evidence(world, case))
        return case

    return and_more


def decided(world: Court) -> Case:
    case = world.reviewed()
    world.decide(case)
    return case


def served(world: Court) -> Case:
    return world.served(Outcome.PROPOSAL, organ="监察机关")


def answered_by_the_organ(world: Court) -> Case:
    case = served(world)
    world.receive(case, "decision")
    services.record_organ_answer(world.session, case, world.act("judge"), answer="已处理")
    return case


def moved(world: Court) -> Case:
    case = world.reviewed()
    world.move(case)
    return case


def carried(world: Court) -> Case:
    case = world.reviewed()
    world.carried(case)
    return case


def voted_down(world: Court) -> Case:
    case = moved(world)
    world.vote(case, dict.fromkeys(world.panel(), Ballot.AGAINST))
    return case


def to_be_inspected(world: Court) -> Case:
    case = world.served()
    world.receive(case, "decision")
    return case


def criticised_unheard(world: Court) -> Case:
    return world.served(Outcome.CIRCULATED_CRITICISM)


def criticised(world: Court) -> Case:
    case = criticised_unheard(world)
    world.receive(case, "decision")
    return case


def circulated(world: Court) -> Case:
    case = criticised(world)
    services.circulate(world.session, case, world.act("judge"))
    return case


def found_without_fault(world: Court) -> Case:
    """Served and received: nothing is carried out, and its effect ends with the time for a review."""
    case = world.served(Outcome.NO_CASE)
    world.receive(case, "decision")
    return case


def expired(world: Court) -> Case:
    case = world.executed()
    services.expire(world.session, case, next_year(world))
    return case


def revoked(world: Court) -> Case:
    case = world.executed()
    services.revoke(world.session, case, world.act("judge", "证据不实"))
    return case


# --- what bars -------------------------------------------------------------------------------------------------------


def a_third(world: Court, _case: Case) -> Act:
    """Holds the duty, and was not chosen."""
    return world.act("third")


def nobody_declared(_world: Court, case: Case) -> None:
    for one in case.investigators:
        one.declared_at, one.declaration = None, ""


def a_fact_struck(_world: Court, case: Case) -> None:
    for fact in case.facts:
        fact.is_struck, fact.struck_why = True, "孤证"


def nobody_is_named(world: Court, case: Case) -> None:
    for link in case.chain:
        world.session.delete(link)
    world.session.flush()
    world.session.expire(case)


def a_point_open(_world: Court, case: Case) -> None:
    case.points[0].answer = ""


def the_opener(duty: str) -> By:
    return lambda world, _case: also(world.act("leader"), duty)


def the_reviewer(world: Court, _case: Case) -> Act:
    return also(world.act("lawyer"), "decide_cases")


def a_year_late(username: str) -> By:
    return lambda world, _case: replace(world.act(username), at=NEXT_YEAR)


def undeclared() -> dict[str, Callable[[Court], Case]]:
    """Where one who joined later has yet to declare."""

    def without(build: Callable[[Court], Case]) -> Callable[[Court], Case]:
        def start(world: Court) -> Case:
            case = build(world)
            not_declared(world, case)
            return case

        return start

    states = {"opened": opened, "notice_served": noticed, "replied": replied, "lapsed": lapsed, "returned": returned}
    return {state: without(build) for state, build in states.items()}


def not_declared(world: Court, case: Case) -> None:
    mine = next(one for one in case.investigators if one.person_id == world.person_id("ida"))
    mine.declared_at, mine.declaration = None, ""
    other = next(one for one in case.investigators if one is not mine)
    if case.state == "reported":  # there the other one dissents
        other.declared_at, other.declaration = None, ""
    world.session.flush()


def the_other_steps_aside(world: Court, case: Case) -> None:
    other = next(one for one in case.investigators if one.person_id == world.person_id("ivan"))
    other.stepped_aside_at, other.aside_why = world.now, "亲属关系"
    world.session.flush()


def posted_there(world: Court, _case: Case) -> Act:
    """Holds the duty, and a post at the very unit."""
    return also(world.act("head"), "open_cases")


def years_later(world: Court, _case: Case) -> Act:
    return replace(world.act("leader"), at=world.now + timedelta(days=13 * 366))


def sealed(world: Court, case: Case) -> None:
    case.sealed_at = world.now


UNDECLARED = Bar("Declare first", spoil=not_declared)
NOT_CHOSEN = Bar("Only the investigators", by=a_third)


# --- facts -----------------------------------------------------------------------------------------------------------


def evidence(world: Court, _case: Case) -> dict[str, Any]:
    return {"happened_on": date(2012, 9, 12), "statement": "又逾期", "evidence": [TASK]}


def the_other(world: Court, _case: Case) -> dict[str, Any]:
    return {
        "person_id": world.person_id("head"), "day": date(2012, 9, 12), "responsibility": Responsibility.MAIN,
        "duty": "主管整改", "reason": "未督促",
    }  # fmt: skip


def decision(world: Court, _case: Case) -> dict[str, Any]:
    today = world.now.date()
    return {
        "outcome": Outcome.WRITTEN_INSPECTION, "decision": "责令书面检查", "publicity": "全省",
        "execute_by": today + timedelta(days=30), "effect_until": today + timedelta(days=180),
    }  # fmt: skip


def meeting(world: Court, _case: object = None) -> dict[str, Any]:
    return {"takes_place_at": world.now + timedelta(days=3), "place": "公安厅"}


def opening(world: Court, _case: Case) -> dict[str, Any]:
    chosen = [world.person_id("ida"), world.person_id("ivan")]
    return {"authority": "公安厅", "ground": "第32条", "investigators": chosen}


REPORT = {"norm": "责任书第2版", "causes": "督促不力", "conduct": Conduct.WEAK, "proposal": "书面检查"}


CASE = Life(
    "accountability_case",
    court,
    beginnings=(
        Beginning("prompt", the_clock, lambda world, act: services.prompt(world.session, act, services.NewPrompt(
            world.county, Bilingual("某事", "Something"), Source.OVERDUE_TASK, TASK, occurrence="2"
        ))),
    ),
    states={
        "prompted": Court.prompted,
        "dismissed": dismissed,
        "settled": settled,
        "opened": opened,
        "notice_served": noticed,
        "replied": replied,
        "lapsed": lapsed,
        "reported": Court.reported,
        "returned": returned,
        "law_reviewed": Court.reviewed,
        "decided": decided,
        "served": served,
        "executed": Court.executed,
        "expired": expired,
        "revoked": revoked,
    },
    ways=(
        Way("dismiss", by("leader")),
        Way("warn", by("leader")),
        Way("settle_by_interview", by("leader"), meeting),
        Way("ask_inspection", by("leader")),
        Way("open_case", by("leader"), opening, bars=(Bar("holds a post at", by=posted_there),)),
        Way("declare", by("ida"), starts=undeclared(), bars=(
            NOT_CHOSEN, Bar("have declared already", of=opened, states=("opened",)),
        )),
        Way("step_aside", by("ida"), bars=(NOT_CHOSEN,)),
        Way("appoint_investigator", by("leader"), lambda world, _case: {"person_id": world.person_id("third")}, bars=(
            Bar("holds a post at", by=posted_there),
        )),
        Way("serve_notice", by("ida"), lambda *_: {"allegations": "任务61逾期"},
            bars=(Bar("must first declare", spoil=nobody_declared),)),
        Way("reply", by("head"), lambda *_: {"points": ["设备未到"]},
            bars=(Bar("The time to reply ended", by=a_year_late("head")),)),
        Way("lapse", next_year, bars=(Bar("may reply until", by=the_clock),), starts={"notice_served": noticed}),
        Way("serve_supplement", by("ida"), bars=(
            NOT_CHOSEN, UNDECLARED, Bar("told every finding", of=replied),
        ), starts={
            state: more_was_found(build)
            for state, build in (
                ("notice_served", noticed), ("replied", replied), ("lapsed", lapsed), ("returned", returned),
            )
        }),
        Way("add_fact", by("ida"), evidence, bars=(NOT_CHOSEN, UNDECLARED)),
        Way("strike_fact", by("ida"), lambda *_: {"number": 1}, bars=(NOT_CHOSEN, UNDECLARED)),
        Way("name_responsible", by("ida"), the_other, bars=(NOT_CHOSEN, UNDECLARED)),
        Way("record_circumstance", by("ida"), lambda *_: {
            "kind": CircumstanceKind.MITIGATING, "statement": "已主动补正", "evidence": [TASK],
        }, bars=(NOT_CHOSEN, UNDECLARED)),
        Way("answer_point", by("ida"), lambda *_: {"number": 1, "answer": "8月已到货"}, bars=(NOT_CHOSEN, UNDECLARED),
            starts={"lapsed": lapsed_with_a_point}),
        Way("file_report", by("ida"), lambda *_: REPORT, bars=(
            NOT_CHOSEN, UNDECLARED,
            Bar("Two investigators must first declare", spoil=the_other_steps_aside),
            Bar("at least one finding of fact", spoil=a_fact_struck),
            Bar("who was responsible", spoil=nobody_is_named),
            Bar("to the unit first", of=more_was_found(replied)),
            Bar("every point of the reply", spoil=a_point_open, states=("replied", "returned")),
        )),
        Way("dissent", by("ivan"), bars=(NOT_CHOSEN, UNDECLARED, Bar("You filed the report yourself", by=by("ida")))),
        Way("review_law", by("lawyer"), lambda *_: {"opinion": "程序合法"},
            bars=(Bar("You opened or investigate", by=the_opener("review_law")),)),
        Way("return_report", by("lawyer"), bars=(Bar("You opened or investigate", by=the_opener("review_law")),)),
        Way("move", by("judge"), decision, bars=(
            Bar("You reviewed this case", by=the_reviewer),
            Bar("You opened this case", by=the_opener("decide_cases")),
            Bar("A motion is being voted on", of=moved),
        )),
        Way("vote", by("judge"), lambda *_: {"ballot": Ballot.IN_FAVOUR}, starts={"law_reviewed": moved}, bars=(
            Bar("You reviewed this case", by=the_reviewer),
            Bar("Nothing has been moved", of=Court.reviewed),
            Bar("You have voted", of=carried),
        )),
        Way("reject_motion", by("judge"), starts={"law_reviewed": voted_down}, bars=(
            Bar("You reviewed this case", by=the_reviewer),
            Bar("Nothing has been moved", of=Court.reviewed),
            Bar("0 of 3 members", of=moved),
            Bar("The motion is carried", of=carried),
        )),
        Way("decide", by("judge"), starts={"law_reviewed": carried}, bars=(
            Bar("You reviewed this case", by=the_reviewer),
            Bar("Nothing has been moved", of=Court.reviewed),
            Bar("0 of 3 members", of=moved),
            Bar("is not carried", of=voted_down),
        )),
        Way("serve_decision", by("judge")),
        Way("hand_in_inspection", by("head"), lambda *_: {"text": "失职，已整改"}, starts={"served": to_be_inspected},
            bars=(Bar("asks for no written inspection", of=served), Bar("has not been received", of=Court.served))),
        Way("circulate", by("judge"), starts={"served": criticised}, bars=(
            Bar("Only a circulated criticism", of=served),
            Bar("has not been received", of=criticised_unheard),
            Bar("It was circulated on", of=circulated),
        )),
        Way("record_organ_answer", by("judge"), lambda *_: {"answer": "已处理"}, bars=(
            Bar("Only a proposal", spoil=lambda _world, case: setattr(case, "outcome", Outcome.WRITTEN_INSPECTION)),
        )),
        Way("execute", by("judge"), lambda *_: {"how": "已提交书面检查"}, starts={"served": answered_by_the_organ},
            bars=(
                Bar("has not handed in", of=to_be_inspected),
                Bar("has not been circulated", of=criticised),
                Bar("has not answered", spoil=lambda _world, case: setattr(case, "organ_answer", "")),
                Bar("has not been received", of=served),
            )),
        Way("expire", next_year, starts={"served": found_without_fault}, bars=(
            Bar("may ask for a review", by=the_clock, states=("served",)),
            Bar("lasts until", by=the_clock, states=("executed",)),
        )),
        Way("revoke", by("judge")),
        Way("reconsider", by("judge")),
        Way("flag", the_clock),
        Way("seal_case", years_later, starts={
            "dismissed": dismissed, "settled": settled, "expired": expired, "revoked": revoked,
        }, bars=(Bar("are kept until", by=by("leader")), Bar("It was sealed on", spoil=sealed))),
        Way("read_case", by("auditor")),
    ),
)  # fmt: skip


# --- interviews ------------------------------------------------------------------------------------------------------


def called(world: Court) -> Interview:
    return services.call_interview(
        world.session, world.act("leader"), unit_id=world.county, **meeting(world), reason="第三次末位"
    )


def held(world: Court) -> Interview:
    interview = called(world)
    world.now += timedelta(days=3)
    services.hold_interview(world.session, interview, world.act("leader"), minutes="问；答。")
    return interview


def committed(world: Court) -> Interview:
    interview = held(world)
    services.record_commitment(world.session, interview, world.act("leader"), **undertaking(world))
    return interview


def kept(world: Court) -> Interview:
    interview = committed(world)
    services.fulfil_commitment(world.session, interview, world.act("head"), number=1, how="已完成")
    return interview


def concluded(world: Court) -> Interview:
    interview = kept(world)
    services.conclude_interview(world.session, interview, world.act("leader"))
    return interview


def cancelled(world: Court) -> Interview:
    interview = called(world)
    services.cancel_interview(world.session, interview, world.act("leader", "另有安排"))
    return interview


def undertaking(world: Court, _interview: object = None) -> dict[str, Any]:
    return {"text": "月底前整改", "due_on": world.now.date() + timedelta(days=20)}


def on_its_day(world: Court, interview: Interview) -> Act:
    return replace(world.act("leader"), at=interview.takes_place_at)


def before_its_day(world: Court, interview: Interview) -> Act:
    return replace(world.act("leader"), at=interview.takes_place_at - timedelta(minutes=1))


def still_open(_world: Court, interview: Interview) -> None:
    interview.commitments[0].done_at, interview.commitments[0].done_how = None, ""


INTERVIEW = Life(
    "interview",
    court,
    beginnings=(
        Beginning("call_interview", by("leader"), lambda world, act: services.call_interview(
            world.session, act, unit_id=world.county, **meeting(world), reason="第三次末位"
        )),
    ),
    states={
        "called": called,
        "held": held,
        "committed": committed,
        "done": concluded,
        "cancelled": cancelled,
    },
    ways=(
        Way("hold_interview", on_its_day, lambda *_: {"minutes": "问；答。"},
            bars=(Bar("not before", by=before_its_day),)),
        Way("record_commitment", by("leader"), undertaking),
        Way("fulfil_commitment", by("head"), lambda *_: {"number": 1, "how": "已完成"}),
        Way("conclude_interview", by("leader"), starts={"committed": kept},
            bars=(Bar("not done yet", spoil=still_open, states=("committed",)),)),
        Way("cancel_interview", by("leader")),
    ),
)  # fmt: skip

# --- excused periods -------------------------------------------------------------------------------------------------

ON_A_LADDER = SCHEME + EXTRA + "ladders: [{code: L1, count: months where rank >= 1 cumulative, at: {2: interview}}]\n"


def months(session: Session, _folder: Path) -> Months:
    return a_year(session, ON_A_LADDER)


def excused(world: Months) -> LadderExcuse:
    return grant(world, world.act("leader", "百年一遇洪水"))


def grant(world: Months, act: Act) -> LadderExcuse:
    return services.excuse(
        world.session, act, unit_id=world.province.unit("220101").id, period=world.periods["2012-01"], ladder="L1",
        ground=ExcuseGround.FORCE_MAJEURE,
    )  # fmt: skip


def taken_back(world: Months) -> LadderExcuse:
    one = excused(world)
    services.withdraw_excuse(world.session, one, world.act("leader", "查无此事"))
    return one


EXCUSE = Life(
    "ladder_excuse",
    months,
    beginnings=(Beginning("excuse", lambda world, *_: world.act("leader", "百年一遇洪水"), grant),),
    states={"granted": excused, "withdrawn": taken_back},
    ways=(Way("withdraw_excuse", by("leader")),),
)

LIVES = (CASE, INTERVIEW, EXCUSE)
