"""Results of cases and listed supervision reach a score as adjustments under its clauses, and fall with them."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import services as accountability
from assessment.accountability.models import Case, Outcome
from assessment.adjustments import services as adjusting
from assessment.adjustments.models import Adjustment
from assessment.cycles.consequences import prompt_from_vetoes
from assessment.cycles.established import lift_with_their_fact, propose_established
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.inspections import services as inspections
from assessment.inspections.models import Finding
from assessment.organisations.models import Unit
from assessment.programmes import services as programmes
from assessment.programmes.models import Period
from assessment.remediation import services as tasks
from assessment.remediation.models import Task
from support.accountability import Court, make_court
from support.inspections import SEVERITIES, after_comments, make_campaigning, reported, under_way
from support.programmes import SCHEME, Somebody
from support.remediation import LATER

CLAUSES = """\
bands:
  - {code: good, from: 60, en: Good}
  - {code: failed, below: 60, en: Failed}
deductions:
  cap: 10
  items:
    - {code: D1, each: 2, on: case.written_inspection, zh: 责令书面检查, en: Written inspection}
    - {code: D2, each: 3, on: case.circulated_criticism, zh: 通报批评, en: Circulated criticism}
vetoes:
  - {code: V1, on: falsification.established, effect: {band: failed}, zh: 弄虚作假, en: Falsified data}
  - {code: V2, on: falsification.established, effect: {no_commendation: true}, zh: 不予表扬, en: No praise}
"""


def a_court_with_a_scheme(session: Session) -> Court:
    """The year of the facts is planned; nothing of it is approved yet."""
    court = make_court(session)
    everywhere = frozenset(session.scalars(select(Unit.id)))
    office = Act(Somebody("planner", {"plan_cycles": everywhere}), court.now)
    leader = Act(Somebody("chief", {"approve": everywhere}), court.now)
    version = programmes.write_scheme(session, office, SCHEME + CLAUSES, unit_id=court.province.unit("22").id)
    programmes.check(session, version, office)
    programmes.submit(session, version, office)
    programmes.approve_scheme(session, version, leader)
    programmes.bring_into_force(session, version, office, from_period="2012-01")
    programmes.plan_periods(session, office, version)
    session.flush()
    return court


def proposed(court: Court) -> list[Adjustment]:
    propose_established(court.session, Act(CLOCK, court.now))
    return list(court.session.scalars(select(Adjustment).order_by(Adjustment.id)))


def falsely_closed(court: Court) -> Case:
    """Decided and served; what proves its fact is a closure that was found false."""
    case = court.declared()
    court.find(case, ("false_closure", 5))
    accountability.serve_notice(court.session, case, court.act("ida"), allegations="销号不实")
    court.receive(case)
    accountability.reply(court.session, case, court.act("head"), points=("无异议",))
    court.session.flush()
    court.report(case)
    accountability.review_law(court.session, case, court.act("lawyer"), opinion="合法")
    court.link()
    court.decide(case)
    accountability.serve_decision(court.session, case, court.act("judge"))
    court.session.flush()
    return case


def test_a_decision_proposes_what_its_clause_says_in_the_period_of_its_fact_and_a_person_confirms(frame: Frame) -> None:
    with frame.write() as session:
        court = a_court_with_a_scheme(session)
        reviewed = court.reviewed()
        assert proposed(court) == []  # nothing before the decision is served
        court.decide(reviewed)
        assert proposed(court) == []
        accountability.serve_decision(session, reviewed, court.act("judge"))
        session.flush()
        found = proposed(court)
        assert [(one.clause, one.kind, one.points, one.origin_kind, one.origin_id, one.state) for one in found] == [
            ("D1", "deduction", 2, "accountability_case", str(reviewed.id), "proposed")
        ]
        assert session.get_one(Period, found[0].period_id).code == "2012-09"
        assert found[0].reason.en.startswith("Written inspection: decided after an investigation")
        assert proposed(court) == found


def test_a_case_that_finds_nothing_proposes_nothing(frame: Frame) -> None:
    with frame.write() as session:
        court = a_court_with_a_scheme(session)
        court.served(Outcome.NO_CASE)
        assert proposed(court) == []


def test_falsification_that_a_case_has_found_proposes_the_veto_and_prompts_no_second_case(frame: Frame) -> None:
    with frame.write() as session:
        court = a_court_with_a_scheme(session)
        falsely_closed(court)
        found = proposed(court)
        assert [(one.clause, one.kind, one.effect) for one in found] == [
            ("D1", "deduction", ""), ("V1", "veto", "band=failed"), ("V2", "eligibility", "no_commendation"),
        ]  # fmt: skip
        adjusting.hear_all(session, found, Act(CLOCK, court.now))
        leader = Act(Somebody("chief", {"confirm_adjustments": frozenset({court.county})}), court.now)
        adjusting.confirm_all(session, found, leader)
        assert prompt_from_vetoes(session, Act(CLOCK, court.now)) == 0


def test_what_a_revoked_decision_had_proposed_falls_with_it(frame: Frame) -> None:
    with frame.write() as session:
        court = a_court_with_a_scheme(session)
        case = court.executed()
        found = proposed(court)
        assert lift_with_their_fact(session, Act(CLOCK, court.now)) == 0
        accountability.revoke(session, case, court.act("judge", "证据不实"))
        assert lift_with_their_fact(session, Act(CLOCK, court.now)) == 1
        assert found[0].state == "lifted"
        assert proposed(court) == found


def test_listed_supervision_proposes_under_its_clause_until_its_task_is_withdrawn(frame: Frame) -> None:
    with frame.write() as session:
        listed = CLAUSES.replace("case.written_inspection", "supervision.listed")
        world = make_campaigning(session, SEVERITIES + listed)
        visit = under_way(world)[0]
        reported(world, visit, 2)
        inspections.settle(session, visit, world.act("colleague", after_comments(world)))
        programmes.plan_periods(session, world.act("assessor", LATER), world.version)
        task = session.scalars(select(Task).where(Task.is_major)).one()
        demand = Bilingual("限期整改", "Put right")
        listing = tasks.list_task(session, world.act("office", LATER), task=task, number="GP-1", demand=demand)
        assert propose_established(session, Act(CLOCK, LATER)) == 1
        one = session.scalars(select(Adjustment).where(Adjustment.origin_kind == "listed_supervision")).one()
        assert (one.unit_id, one.origin_id, one.clause) == (task.unit_id, str(listing.id), "D1")
        assert session.get_one(Period, one.period_id).first_day <= date(2012, 10, 31)
        finding = session.get_one(Finding, int(task.origin_id))
        inspections.overturn_finding(session, finding, world.act("office", LATER, "问题不成立"))
        assert lift_with_their_fact(session, Act(CLOCK, LATER)) == 1
