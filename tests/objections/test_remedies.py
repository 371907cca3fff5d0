"""What can be objected to beside a score, each within its own time, and what follows when it is upheld."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from assessment.accountability import queries as cases
from assessment.accountability import services as accountability
from assessment.accountability.models import Case, CaseState
from assessment.accountability.models import Outcome as Ending
from assessment.adjustments import services as adjustments
from assessment.adjustments.models import Adjustment, AdjustmentKind
from assessment.adjustments.services import Proposal
from assessment.cycles import consequences, decisions, remedies
from assessment.cycles import services as cycles
from assessment.delivery.models import Paper
from assessment.delivery.queries import due_to_be_deemed
from assessment.delivery.services import deem_received
from assessment.foundation import audit
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.inspections import services as inspections
from assessment.inspections.models import Finding, Visit
from assessment.objections import services
from assessment.objections.models import Objection, Outcome
from assessment.objections.services import NewPoint
from assessment.programmes.services import plan_periods
from assessment.remediation.models import Task
from assessment.rewards import services as rewards
from assessment.rewards.models import Round
from support import inspections as given
from support.accountability import Court, make_court
from support.inspections import Campaigning
from support.months import JANUARY, Months, a_year
from support.reviews import applied, decided
from support.rewards import Fund, a_fund

WHOLE = [NewPoint("", "It is not so.")]


# --- decisions of a case ---------------------------------------------------------------------------------------------


@pytest.fixture
def court(frame: Frame) -> Iterator[Court]:
    with frame.write() as session:
        made = make_court(session)
        for username, role in (("rita", "review_officer"), ("second", "deciding_body")):
            made.province.officer(username, role)
        made.link()
        yield made


def asked(court: Court, case: Case, points: list[NewPoint] = WHOLE) -> Objection:
    court.receive(case, "decision")
    return cycles.lodge(court.session, case, court.act("head"), ground="事实不清", points=points)


def test_a_review_is_asked_for_within_a_month_of_receiving_the_decision(court: Court) -> None:
    case = court.served()
    with pytest.raises(NotNow, match="once the decision is received"):
        cycles.lodge(court.session, case, court.act("head"), ground="g", points=WHOLE)
    one = asked(court, case)
    assert one.window_until == cases.appeal_until(court.session, case)
    assert (one.window_until - court.now).days in range(28, 32)
    assert (one.decide_by - court.now).days in range(28, 32)
    services.withdraw(court.session, one, court.act("head"))
    with pytest.raises(NotPermitted):
        cycles.lodge(court.session, case, court.act("other"), ground="g", points=WHOLE)
    court.now = one.window_until + timedelta(seconds=1)
    with pytest.raises(NotNow, match="ended at"):
        cycles.lodge(court.session, case, court.act("head"), ground="g", points=WHOLE)


def test_no_office_handles_the_review_of_a_decision_nor_who_had_a_part_in_the_case(court: Court) -> None:
    one = asked(court, court.served())
    court.link()
    with pytest.raises(NotNow, match="handled by a review officer"):
        services.admit(court.session, one, court.act("office"))
    court.province.officer("judge", "review_officer")
    with pytest.raises(NotNow, match="had a hand in this matter"):
        services.admit(court.session, one, court.act("judge"))
    office, judge, rita = (court.act(name).by for name in ("office", "judge", "rita"))
    assert [remedies.may_see(court.session, one, who) for who in (office, judge, rita)] == [False, True, True]
    assert not remedies.may_see(court.session, one, court.act("auditor").by), "an auditor says why first"
    services.admit(court.session, one, court.act("rita"))


def test_a_decision_that_is_wholly_overturned_is_revoked_in_the_same_range(court: Court) -> None:
    case = court.served()
    one = asked(court, case)
    decided(court.session, one, court.act, {1: Outcome.UPHELD}, by="rita", reviewer="rita",
            person_id=court.person_id("rita"))  # fmt: skip
    with pytest.raises(NotNow, match="Only whoever holds the duty"):
        cycles.apply(court.session, one, court.act("office"))
    applied(court.session, one, court.act("judge"))
    assert (case.state, one.state) == (CaseState.REVOKED, "applied")
    told = court.session.scalars(select(Paper).where(Paper.kind == "revocation")).one()
    assert told.unit_id == court.county


def test_a_decision_overturned_in_part_is_taken_anew_by_another_and_not_more_gravely(court: Court) -> None:
    case = court.served()
    one = asked(court, case, [NewPoint("", "a"), NewPoint("", "b")])
    decided(court.session, one, court.act, {1: Outcome.UPHELD, 2: Outcome.DISMISSED}, by="rita", reviewer="rita",
            person_id=court.person_id("rita"))  # fmt: skip
    applied(court.session, one, court.act("judge"))
    assert case.state == CaseState.LAW_REVIEWED
    with pytest.raises(NotNow, match="had a hand in this matter"):
        court.decide(case, by="judge")
    with pytest.raises(Invalid, match="never makes a decision worse"):
        court.decide(case, Ending.CIRCULATED_CRITICISM, by="second")
    court.decide(case, Ending.INTERVIEW, by="second")
    accountability.serve_decision(court.session, case, court.act("second"))
    court.session.flush()
    assert cases.appeal_until(court.session, case) is None, "the time runs again from the new decision's receipt"


def test_a_decision_is_under_one_review_at_a_time_and_may_be_taken_back_meanwhile(court: Court) -> None:
    case = court.served()
    one = asked(court, case)
    with pytest.raises(NotNow, match=f"under way already: {one.number}"):
        cycles.lodge(court.session, case, court.act("head"), ground="g", points=WHOLE)
    decided(court.session, one, court.act, {1: Outcome.UPHELD}, by="rita", reviewer="rita",
            person_id=court.person_id("rita"))  # fmt: skip
    accountability.revoke(court.session, case, court.act("judge", "证据不足"))
    applied(court.session, one, court.act("judge"))
    assert (case.state, one.state) == (CaseState.REVOKED, "applied"), "what is decided never hangs on what is gone"


def test_a_dismissed_objection_changes_nothing(court: Court) -> None:
    case = court.served()
    one = asked(court, case)
    decided(court.session, one, court.act, {1: Outcome.DISMISSED}, by="rita", reviewer="rita",
            person_id=court.person_id("rita"))  # fmt: skip
    applied(court.session, one, court.act("judge"))
    assert case.state == CaseState.SERVED


# --- inspections -----------------------------------------------------------------------------------------------------


@pytest.fixture
def campaigning(frame: Frame) -> Iterator[Campaigning]:
    with frame.write() as session:
        world = given.make_campaigning(session)
        world.province.officer("rita", "review_officer")
        given.under_way(world)
        yield world


def settled(world: Campaigning, visit: Visit) -> list[Finding]:
    """Nobody commented; settled, and the notice not received yet."""
    found = given.reported(world, visit)
    at = given.after_comments(world)
    inspections.settle(world.session, visit, world.act("office", at))
    world.session.flush()
    return found


def object_to(world: Campaigning, subject: Visit | Finding, points: list[NewPoint], days: int = 13) -> Objection:
    at = given.AFTER_COMMENTS + timedelta(days=days)
    return cycles.lodge(world.session, subject, world.officer_of(subject.unit_id, at), ground="不属实", points=points)


def notice_received(world: Campaigning) -> None:
    at = given.AFTER_COMMENTS + timedelta(days=12)
    deem_received(world.session, due_to_be_deemed(world.session, at), Act(CLOCK, at))


def test_an_inspection_is_disputed_when_it_is_settled_for_thirty_days_from_its_last_paper(
    campaigning: Campaigning,
) -> None:
    world, visit = campaigning, campaigning.visits[0]
    finding = given.reported(world, visit)[0]
    with pytest.raises(NotNow, match="Comment on the report first"):
        object_to(world, finding, WHOLE)
    inspections.settle(world.session, visit, world.act("office", given.after_comments(world)))
    with pytest.raises(NotNow, match="begins when the report and its notice are received"):
        object_to(world, visit, WHOLE)
    notice_received(world)
    one = object_to(world, finding, WHOLE)
    assert one.window_until - given.AFTER_COMMENTS > timedelta(days=30)
    assert {(part.kind, part.record_id) for part in one.matter} == {
        ("finding", str(finding.id)),
        ("visit", str(visit.id)),
    }
    with pytest.raises(NotNow, match="ended at"):
        object_to(world, finding, WHOLE, days=60)


def test_an_upheld_objection_to_a_report_overturns_the_findings_it_names_with_their_tasks(
    campaigning: Campaigning,
) -> None:
    world, visit = campaigning, campaigning.visits[0]
    first, second = settled(world, visit)
    notice_received(world)
    one = object_to(world, visit, [NewPoint("2", "Backup power held."), NewPoint("1", "It was clean.")])
    at = given.AFTER_COMMENTS + timedelta(days=14)
    act = lambda name: world.act(name, at)  # noqa: E731 - a word for the lines below
    decided(world.session, one, act, {1: Outcome.UPHELD, 2: Outcome.DISMISSED}, reviewer="rita",
            person_id=world.province.person("rita").id)  # fmt: skip
    applied(world.session, one, act("colleague"))
    assert (first.state, second.state) == ("confirmed", "dropped")
    task = world.session.scalars(select(Task).where(Task.origin_id == str(second.id))).one()
    assert task.state == "withdrawn"


def in_part(world: Campaigning, one: Objection, facts: dict[int, dict[str, object]]) -> None:
    at = given.AFTER_COMMENTS + timedelta(days=14)
    act = lambda name: world.act(name, at)  # noqa: E731 - a word for the lines below
    decided(world.session, one, act, dict.fromkeys(facts, Outcome.IN_PART), reviewer="rita", facts=facts,
            person_id=world.province.person("rita").id)  # fmt: skip
    applied(world.session, one, act("colleague"))


@pytest.mark.parametrize("of", ["finding", "visit"])
def test_a_finding_upheld_in_part_keeps_fewer_points_and_the_words_and_so_does_the_score(
    campaigning: Campaigning, of: str
) -> None:
    world, visit = campaigning, campaigning.visits[0]
    plan_periods(world.session, world.act("assessor"), world.version)
    costly = next(one for one in settled(world, visit) if one.points > 0)
    before = costly.points
    deduction = world.session.scalars(
        select(Adjustment).where(Adjustment.origin_kind == "finding", Adjustment.origin_id == str(costly.id))
    ).one()
    notice_received(world)
    subject, code = (costly, "") if of == "finding" else (visit, str(costly.number))
    one = object_to(world, subject, [NewPoint(code, "Only one of two cameras.")])
    in_part(world, one, {1: {"granted": before / 2, "changes": "One camera of two."}})
    assert (costly.state, costly.points, costly.answer) == ("confirmed", before / 2, "One camera of two.")
    assert (deduction.state in ("proposed", "heard", "confirmed"), deduction.points) == (True, before / 2)
    task = world.session.scalars(select(Task).where(Task.origin_id == str(costly.id))).one()
    assert task.state != "withdrawn", "what is left of it is still put right"
    assert audit.verify(world.session) == []


@pytest.mark.parametrize("points", [None, "9", "-1"])
def test_a_finding_upheld_in_part_in_words_keeps_its_points_and_never_costs_more(
    campaigning: Campaigning, points: str | None
) -> None:
    world, visit = campaigning, campaigning.visits[0]
    costly = next(one for one in settled(world, visit) if one.points > 0)
    before = costly.points
    notice_received(world)
    one = object_to(world, costly, WHOLE)
    in_part(world, one, {1: {"granted": Decimal(points) if points else None, "changes": "At the other gate."}})
    assert (costly.state, costly.points, costly.answer) == ("confirmed", before, "At the other gate.")
    with pytest.raises(Invalid, match="fewer points than"):
        at = given.AFTER_COMMENTS + timedelta(days=15)
        inspections.lessen_finding(
            world.session, costly, world.act("colleague", at, "g"), by=("objection", one.id), points=before
        )


# --- adjustments -----------------------------------------------------------------------------------------------------


@pytest.fixture
def months(frame: Frame) -> Iterator[Months]:
    with frame.write() as session:
        yield a_year(session)


def test_an_adjustment_is_disputed_with_the_score_that_lists_it_and_lifted_when_upheld(months: Months) -> None:
    session, january = months.session, months.periods["2012-01"]
    months.report("2012-01", JANUARY, {"220202": 2})
    months.compute("2012-01")
    one = session.scalars(select(Adjustment)).one()
    with pytest.raises(NotNow, match="with the score that lists it"):
        cycles.lodge(session, one, months.act("officer-220202"), ground="g", points=WHOLE)
    months.serve("2012-01")
    months.receive("2012-01")
    objection = cycles.lodge(session, one, months.act("officer-220202"), ground="系统故障", points=WHOLE)
    assert objection.period_id == january.id, "the period's results wait for it"
    decided(session, objection, months.act, {1: Outcome.UPHELD}, person_id=months.province.person("reviewer").id)
    applied(session, objection, months.act("leader"))
    assert one.state == "lifted"


def test_an_adjustment_disputed_in_a_score_is_lifted_by_whoever_applies_the_decision(months: Months) -> None:
    session = months.session
    months.report("2012-01", JANUARY, {"220202": 2})
    edition = months.compute("2012-01")
    months.serve("2012-01")
    months.receive("2012-01")
    card = next(one for one in edition.scorecards if one.unit_code == "220202")
    points = [NewPoint("D1", "The system was down.")]
    objection = cycles.lodge(session, card, months.act("officer-220202"), ground="g", points=points)
    decided(session, objection, months.act, {1: Outcome.UPHELD}, person_id=months.province.person("reviewer").id)
    applied(session, objection, months.act("office"))
    assert session.scalars(select(Adjustment)).one().state == "lifted"


def disputed(months: Months, subject: str = "") -> tuple[Adjustment, Objection]:
    """An objection to a deduction: to itself, or to its clause in the score that lists it."""
    session = months.session
    months.report("2012-01", JANUARY, {"220202": 2})
    edition = months.compute("2012-01")
    months.serve("2012-01")
    months.receive("2012-01")
    one = session.scalars(select(Adjustment)).one()
    card = next(card for card in edition.scorecards if card.unit_code == "220202")
    points = [NewPoint(subject, "Only half of it was ours.")]
    act = months.act("officer-220202")
    return one, cycles.lodge(session, card if subject else one, act, ground="g", points=points)


@pytest.mark.parametrize(("subject", "by"), [("", "leader"), ("D1", "office")])
def test_an_adjustment_upheld_in_part_keeps_the_points_that_were_decided(months: Months, subject: str, by: str) -> None:
    one, objection = disputed(months, subject)
    before = one.points
    assert before is not None
    half = {1: {"granted": before / 2}}
    reviewer = months.province.person("reviewer").id
    decided(months.session, objection, months.act, {1: Outcome.IN_PART}, person_id=reviewer, facts=half)
    applied(months.session, objection, months.act(by))
    assert (one.state in ("proposed", "heard", "confirmed"), one.points) == (True, before / 2)
    assert audit.verify(months.session) == []


@pytest.mark.parametrize("points", ["9", "-1"])
def test_no_decision_in_part_takes_more_than_before(months: Months, points: str) -> None:
    one, objection = disputed(months)
    before = one.points
    worse = {1: {"granted": Decimal(points)}}
    reviewer = months.province.person("reviewer").id
    decided(months.session, objection, months.act, {1: Outcome.IN_PART}, person_id=reviewer, facts=worse)
    applied(months.session, objection, months.act("leader"))
    assert one.points == before


@pytest.mark.parametrize("subject", ["", "D1", "cameras"])
def test_who_upholds_in_part_says_by_a_number_or_in_words_what_changes(months: Months, subject: str) -> None:
    _, objection = disputed(months, subject)
    reviewer = months.province.person("reviewer").id
    nothing = {1: {"changes": "  "}}
    with pytest.raises(Invalid, match="say what changes, by the number"):
        decided(months.session, objection, months.act, {1: Outcome.IN_PART}, person_id=reviewer, facts=nothing)
    assert objection.points[0].outcome is None
    services.answer(months.session, objection, months.act("reviewer"), number=1, outcome=Outcome.IN_PART,
                    answer="已核实", changes="The report is worded anew.")  # fmt: skip
    assert objection.points[0].changes == "The report is worded anew."
    services.answer(months.session, objection, months.act("reviewer"), number=1, outcome=Outcome.DISMISSED,
                    answer="已核实", changes="Left from before.")  # fmt: skip
    assert objection.points[0].changes == "", "a dismissed point changes nothing"


def test_a_years_score_can_be_disputed_for_fifteen_working_days(months: Months) -> None:
    from assessment.cycles import queries

    year, january = months.periods["2012"], months.periods["2012-01"]
    assert [str(queries.time_to_object(months.session, one)) for one in (january, year)] == ["3w", "15w"]


# --- rewards ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def fund(frame: Frame) -> Iterator[Fund]:
    with frame.write() as session:
        yield a_fund(session)


def excluded(fund: Fund, code: str) -> Round:
    """A public list that an adjustment of eligibility keeps a unit out of."""
    session, edition = fund.session, fund.results()
    unit = fund.unit(code)
    proposal = Proposal(
        unit, edition.period_id, AdjustmentKind.ELIGIBILITY, "E1", "迟报", ("period", edition.period_id)
    )
    one = adjustments.propose(session, fund.act("office"), proposal)
    assert one is not None
    adjustments.hear(session, one, Act(CLOCK, fund.year.now))
    adjustments.confirm(session, one, fund.act("leader"))
    made = consequences.prepare_round(session, fund.act("office"), edition=edition, rule_code="R1")
    rewards.check(session, made, fund.act("office"))
    rewards.open_publicity(session, made, fund.act("office"))
    session.flush()
    return made


def line_of(fund: Fund, one: Round, code: str):  # type: ignore[no-untyped-def]
    return next(award for award in one.awards if award.unit_code == code)


def test_no_new_list_is_made_while_an_objection_to_the_old_one_is_undecided(fund: Fund) -> None:
    session, old = fund.session, excluded(fund, "220101")
    award = line_of(fund, old, "220101")
    assert not award.is_eligible
    first = cycles.lodge(session, award, fund.act("officer-220101"), ground="应列入", points=WHOLE)
    cycles.lodge(session, line_of(fund, old, "220202"), fund.act("officer-220202"), ground="g", points=WHOLE)
    assert first.window_until == old.publicity_until
    reviewer = fund.year.province.person("reviewer").id
    decided(session, first, fund.act, {1: Outcome.UPHELD}, person_id=reviewer)
    with pytest.raises(NotNow, match="are not decided yet"):
        applied(session, first, fund.act("office"))


def test_an_upheld_objection_to_an_award_makes_one_new_list_that_follows_every_decision(fund: Fund) -> None:
    session, old = fund.session, excluded(fund, "220101")
    first = cycles.lodge(session, line_of(fund, old, "220101"), fund.act("officer-220101"), ground="g", points=WHOLE)
    other = cycles.lodge(session, line_of(fund, old, "220202"), fund.act("officer-220202"), ground="g", points=WHOLE)
    reviewer = fund.year.province.person("reviewer").id
    decided(session, first, fund.act, {1: Outcome.UPHELD}, person_id=reviewer)
    decided(session, other, fund.act, {1: Outcome.DISMISSED}, person_id=reviewer)
    for one in (other, first):
        applied(session, one, fund.act("office"))
    assert old.state == "revoked"
    new = session.scalars(select(Round).where(Round.attempt == 2)).one()
    assert new.state == "prepared", "it is checked and made public again"
    assert line_of(fund, new, "220101").is_eligible
    assert line_of(fund, new, "220101").amount > Decimal(50)


def test_an_award_upheld_in_part_makes_a_new_list_that_says_what_was_decided(fund: Fund) -> None:
    session, old = fund.session, excluded(fund, "220101")
    one = cycles.lodge(session, line_of(fund, old, "220101"), fund.act("officer-220101"), ground="g", points=WHOLE)
    reviewer = fund.year.province.person("reviewer").id
    words = {1: {"changes": "The list says why."}}
    decided(session, one, fund.act, {1: Outcome.IN_PART}, person_id=reviewer, facts=words)
    applied(session, one, fund.act("office"))
    new = session.scalars(select(Round).where(Round.attempt == 2)).one()
    assert (old.state, new.state) == ("revoked", "prepared")
    assert decisions.said_in_part(session, new) == [(one.number, "The list says why.")]
    assert decisions.said_in_part(session, old) == []
    assert not line_of(fund, new, "220101").is_eligible, "what keeps it out was not set aside"
    assert not new.flagged, "its ground has not moved"


def test_objections_to_a_list_end_with_its_publicity(fund: Fund) -> None:
    one = fund.public()
    assert one.publicity_until is not None
    fund.year.now = one.publicity_until + timedelta(minutes=1)
    with pytest.raises(NotNow, match="ended at"):
        cycles.lodge(fund.session, one.awards[0], fund.act("officer-220101"), ground="g", points=WHOLE)
    rewards.approve_round(fund.session, one, fund.act("leader"))
    with pytest.raises(NotNow, match="while its list is public"):
        cycles.lodge(fund.session, one.awards[0], fund.act("officer-220101"), ground="g", points=WHOLE)
