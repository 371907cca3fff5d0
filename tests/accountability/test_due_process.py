"""Due process: nobody tied to a case has a part in it, the norm is that of the day, several decide by their votes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from assessment.accountability import queries, services
from assessment.accountability.models import (
    Ballot,
    Case,
    CaseState,
    Circulation,
    CircumstanceKind,
    Conduct,
    MotionFate,
    Outcome,
)
from assessment.accountability.norms import norms_of
from assessment.delivery.models import Paper
from assessment.delivery.queries import deliveries as watched
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from support.accountability import TASK, Court, make_court

CRITICISM = {"outcome": Outcome.CIRCULATED_CRITICISM, "decision": "通报批评", "circular": "该县隐患逾期未整改",
             "circulation": Circulation.LOCALITIES}  # fmt: skip


@pytest.fixture
def court(frame: Frame) -> Iterator[Court]:
    with frame.write() as session:
        yield make_court(session)


# --- investigators ---------------------------------------------------------------------------------------------------


def test_an_investigator_who_is_tied_steps_aside_and_another_declares_in_his_place(court: Court) -> None:
    case = court.opened()
    with pytest.raises(Invalid, match="needs a reason"):
        services.step_aside(court.session, case, court.act("ida"))
    services.step_aside(court.session, case, court.act("ida", "当事人系亲属"))
    services.declare(court.session, case, court.act("ivan"))
    with pytest.raises(NotNow, match="missing: 1"):
        services.serve_notice(court.session, case, court.act("ivan"), allegations="x")
    with pytest.raises(NotNow, match="Only the investigators"):
        services.declare(court.session, case, court.act("ida"))
    court.province.officer("third", "investigator")
    with pytest.raises(NotNow, match="has stepped aside"):
        services.appoint_investigator(court.session, case, court.act("leader"), person_id=court.person_id("ida"))
    with pytest.raises(NotPermitted, match="cannot investigate"):
        services.appoint_investigator(court.session, case, court.act("leader"), person_id=court.person_id("office"))
    services.appoint_investigator(court.session, case, court.act("leader"), person_id=court.person_id("third"))
    with pytest.raises(NotNow, match="Declare first"):
        services.add_fact(
            court.session, case, court.act("third"), happened_on=date(2012, 9, 1), statement="x", evidence=[TASK]
        )
    services.declare(court.session, case, court.act("third"))
    services.serve_notice(court.session, case, court.act("third"), allegations="x")
    assert case.state == CaseState.NOTICE_SERVED


def test_who_stepped_aside_neither_reads_on_nor_decides(court: Court) -> None:
    case = court.opened()
    services.step_aside(court.session, case, court.act("ida", "亲属"))
    court.session.flush()
    ida = court.act("ida").by
    assert not queries.may_see(court.session, case, ida)
    assert queries.ever_investigated(case, ida)


def test_who_joins_later_declares_before_the_report_is_filed(court: Court) -> None:
    """Else a handover would leave a case that nobody can ever decide."""
    case = court.replied()
    court.find(case)
    court.hear_again(case)
    court.province.officer("third", "investigator")
    services.pass_on(court.session, case, court.person_id("ivan"), court.person_id("third"), court.act("admin"))
    with pytest.raises(NotNow, match="Two investigators must first declare"):
        court.report(case)
    services.declare(court.session, case, court.act("third"))
    court.report(case)
    assert case.state == CaseState.REPORTED


def test_a_leader_with_a_post_at_the_unit_opens_no_case_against_it(court: Court) -> None:
    case = court.prompted()
    court.province.officer("leader", "locality_officer", "220101")
    with pytest.raises(NotNow, match="holds a post at"):
        court.open(case)


def test_every_part_is_declared_in_words_that_are_kept(court: Court) -> None:
    case = court.served()
    parts = {(one.part, one.person_id) for one in case.declarations}
    assert parts == {
        ("opener", court.person_id("leader")),
        ("legal_reviewer", court.person_id("lawyer")),
        *(("decider", court.person_id(name)) for name in ("judge", "jane", "june")),
    }
    assert all("no tie" in one.text for one in case.declarations)


# --- circumstances, dissent, norms -----------------------------------------------------------------------------------


def test_what_exempts_is_proved_and_a_dissent_is_somebodys(court: Court) -> None:
    case, act = court.replied(), court.act("ida")
    court.find(case)
    told = {"statement": "会上明确反对", "evidence": [TASK]}
    with pytest.raises(Invalid, match="whose dissent"):
        services.record_circumstance(court.session, case, act, kind=CircumstanceKind.DISSENT, **told)
    with pytest.raises(Invalid, match="Name the records"):
        services.record_circumstance(
            court.session, case, act, kind=CircumstanceKind.EXEMPTING, statement="不可抗力", evidence=[]
        )
    with pytest.raises(Invalid, match="Nobody of the chain"):
        services.record_circumstance(
            court.session, case, act, kind=CircumstanceKind.DISSENT, responsible_id=case.chain[0].id + 1, **told
        )
    one = services.record_circumstance(
        court.session, case, act, kind=CircumstanceKind.DISSENT, responsible_id=case.chain[0].id, **told
    )
    assert (one.number, one.evidence) == (1, [["task", "61"]])


def test_an_investigator_dissents_from_a_report_that_another_filed(court: Court) -> None:
    case = court.reported()
    with pytest.raises(NotNow, match="filed the report yourself"):
        services.dissent(court.session, case, court.act("ida", "不同意"))
    services.dissent(court.session, case, court.act("ivan", "因果关系不成立"))
    assert [one.dissent for one in case.investigators] == ["", "因果关系不成立"]
    assert case.state == CaseState.REPORTED


def test_a_norm_that_was_not_in_force_on_the_day_is_refused(court: Court) -> None:
    case = court.replied()
    court.find(case)
    court.hear_again(case)
    for point in case.points:
        services.answer_point(court.session, case, court.act("ida"), number=point.number, answer="a")
    assert norms_of(court.session, case) == []
    with pytest.raises(Invalid, match="not in force on any day"):
        services.file_report(
            court.session, case, court.act("ida"), norm="n", causes="c", conduct=Conduct.NONE, proposal="p",
            norms=[("scheme_version", 1)],
        )  # fmt: skip


# --- the vote --------------------------------------------------------------------------------------------------------


def test_three_vote_and_more_than_half_carry(court: Court) -> None:
    case = court.reviewed()
    with pytest.raises(NotNow, match="Nothing has been moved"):
        services.vote(court.session, case, court.act("judge"), ballot=Ballot.IN_FAVOUR)
    court.move(case)
    jane, june = court.panel()[1:]
    with pytest.raises(NotNow, match="A motion is being voted on"):
        court.move(case)
    court.vote(case, {"judge": Ballot.IN_FAVOUR, jane: Ballot.AGAINST})
    with pytest.raises(NotNow, match="You have voted"):
        court.vote(case, {jane: Ballot.IN_FAVOUR})
    with pytest.raises(NotNow, match="2 of 3 members"):
        services.decide(court.session, case, court.act("judge"))
    court.vote(case, {june: Ballot.ABSTAINED})
    with pytest.raises(NotNow, match="not carried"):
        services.decide(court.session, case, court.act("judge"))
    services.reject_motion(court.session, case, court.act("judge"))
    assert (case.state, case.motions[0].fate, case.outcome) == (CaseState.LAW_REVIEWED, MotionFate.LOST, None)
    court.move(case, Outcome.INTERVIEW)
    court.vote(case, {"judge": Ballot.IN_FAVOUR, jane: Ballot.IN_FAVOUR, june: Ballot.AGAINST})
    with pytest.raises(NotNow, match="The motion is carried"):
        services.reject_motion(court.session, case, court.act("judge"))
    services.decide(court.session, case, court.act("judge"))
    assert (case.outcome, case.decision) == (Outcome.INTERVIEW, case.motions[1].decision)
    assert {vote.ballot for vote in case.motions[1].votes} == {Ballot.IN_FAVOUR, Ballot.AGAINST}


def test_who_votes_against_says_why(court: Court) -> None:
    case = court.reviewed()
    court.move(case)
    with pytest.raises(Invalid, match="why you vote against"):
        services.vote(court.session, case, court.act("judge"), ballot=Ballot.AGAINST)


def test_a_barred_member_neither_moves_nor_votes(court: Court) -> None:
    case = court.reviewed()
    court.move(case)
    jane = court.panel()[1]
    audit.record(court.session, court.act(jane), "recheck", None, kind="task", touched=[TASK])
    court.link()
    with pytest.raises(NotNow, match="had a hand in this matter"):
        court.vote(case, {jane: Ballot.IN_FAVOUR})
    lawyer = court.act("lawyer")
    both = replace(lawyer.by, reach={**lawyer.by.reach, "decide_cases": frozenset({court.county})})  # type: ignore[type-var]
    with pytest.raises(NotNow, match="You reviewed this case"):
        services.vote(court.session, case, Act(both, lawyer.at), ballot=Ballot.IN_FAVOUR)  # type: ignore[arg-type]


def test_who_took_part_in_a_decision_takes_no_part_in_taking_it_anew(court: Court) -> None:
    case = court.served()
    services.reconsider(court.session, case, court.act("judge", "复查"))
    court.link()
    for name in court.panel():
        with pytest.raises(NotNow, match="had a hand in this matter"):
            court.move(case, Outcome.INTERVIEW, by=name)
    court.province.officer("second", "deciding_body")
    court.decide(case, Outcome.INTERVIEW, by="second")
    assert case.outcome == Outcome.INTERVIEW


# --- effect ----------------------------------------------------------------------------------------------------------


def criticised(court: Court) -> Case:
    case = court.served(Outcome.CIRCULATED_CRITICISM)
    court.receive(case, "decision")
    return case


def told(court: Court, kind: str) -> list[int]:
    query = select(Paper.unit_id).where(Paper.kind == kind).order_by(Paper.unit_id)
    return list(court.session.scalars(query))


def test_a_criticism_names_no_person_and_says_in_what_range(court: Court) -> None:
    case, act = court.reviewed(), court.act("judge")
    for facts, why in (
        ({**CRITICISM, "circular": ""}, "Write what others are told"),
        ({**CRITICISM, "circulation": Circulation.UNIT}, "choose in what range"),
        ({**CRITICISM, "circular": "Head 失职"}, "leave out: Head"),
    ):
        with pytest.raises(Invalid, match=why):
            services.move(court.session, case, act, **facts)  # type: ignore[arg-type]
    assert queries.persons_named(court.session, case, "The Headquarters failed") == []


def test_it_is_circulated_after_the_unit_has_received_it_and_revoked_in_the_same_range(court: Court) -> None:
    case = court.served(Outcome.CIRCULATED_CRITICISM)
    with pytest.raises(NotNow, match="others are told after the unit"):
        services.circulate(court.session, case, court.act("judge"))
    court.receive(case, "decision")
    with pytest.raises(NotNow, match="not been circulated"):
        services.execute(court.session, case, court.act("judge"), how="x")
    services.circulate(court.session, case, court.act("judge"))
    with pytest.raises(NotNow, match="It was circulated on"):
        services.circulate(court.session, case, court.act("judge"))
    court.session.flush()
    reached = told(court, "case_circular")
    places = ("22", "2201", "220102", "2202", "220201", "220202")
    assert reached == sorted(court.province.unit(code).id for code in places)
    services.execute(court.session, case, court.act("judge"), how="已通报")
    motion = queries.carried_motion(case)
    assert motion is not None
    assert queries.may_see_circular(court.session, motion, court.act("other").by)
    papers = court.session.scalars(select(Paper).where(Paper.kind == "case_circular")).all()
    reads = {name: [queries.may_see_paper(court.session, one, court.act(name).by) for one in papers]
             for name in ("ida", "judge", "auditor", "admin", "office")}  # fmt: skip
    assert all(reads["ida"])
    assert all(reads["judge"])
    assert not any(reads["auditor"] + reads["admin"] + reads["office"]), "whoever watches deliveries has no need of it"
    assert not {one.kind for one in watched(court.session, court.act("admin").by)} & {"case_circular", "decision"}
    assert not queries.may_see(court.session, case, court.act("other").by), "the circular is not the case"
    services.revoke(court.session, case, court.act("judge", "证据不足"))
    court.session.flush()
    assert told(court, "case_restoration") == reached


def test_a_written_inspection_is_handed_in_by_the_unit(court: Court) -> None:
    case = court.served()
    court.receive(case, "decision")
    with pytest.raises(NotNow, match="has not handed in"):
        services.execute(court.session, case, court.act("judge"), how="x")
    with pytest.raises(NotPermitted):
        services.hand_in_inspection(court.session, case, court.act("other"), text="x")
    with pytest.raises(Invalid):
        services.hand_in_inspection(court.session, case, court.act("head"), text=" ")
    services.hand_in_inspection(court.session, case, court.act("head"), text="检查如下")
    services.execute(court.session, case, court.act("judge"), how="已收到")
    assert case.state == CaseState.EXECUTED


# --- reading and sealing ---------------------------------------------------------------------------------------------


def test_readings_are_in_the_trail_once_a_day_and_bar_nobody(court: Court) -> None:
    case = court.opened()
    leader = court.act("leader")
    assert not queries.was_opened_today(court.session, case, leader.by)  # type: ignore[arg-type]
    services.note_reading(court.session, case, leader)
    court.link()
    assert queries.was_opened_today(court.session, case, leader.by)  # type: ignore[arg-type]
    assert [row.act for row in queries.readings(court.session, case)] == ["open_file"]
    assert [row.act for row in audit.history(court.session, case)] == ["prompt", "open_case"]


def test_a_sealed_case_has_no_names_and_no_texts_and_the_chain_still_holds(frame: Frame) -> None:
    with frame.write() as session:
        court = make_court(session)
        case = court.executed()
        case_id, leader = case.id, court.act("leader").by
        court.now += timedelta(days=181)
        services.expire(session, case, court.clock())
        with pytest.raises(NotNow, match="are kept until"):
            services.seal_case(session, case, court.act("leader", "期满"))
    with frame.write() as session:
        late = Act(leader, court.now + timedelta(days=11 * 366), "保存期满")
        services.seal_case(session, session.get_one(Case, case_id), late)
    with frame.read() as session:
        assert audit.verify(session) == []
        case = session.get_one(Case, case_id)
        assert not any((case.allegations, case.causes, case.legal_opinion, case.inspection))
        assert not any(one.person for one in case.chain)
        assert case.decision == "责令书面检查", "what it decided stays"
        sealed = [session.get_one(audit.AuditBody, row.seq).body for row in queries.acts_of(session, case)]
        assert set(sealed[:-1]) == {None}
        assert sealed[-1] is not None, "the sealing itself is recorded"
