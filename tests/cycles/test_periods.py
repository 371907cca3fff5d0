"""A period from its opening to its closing: the clock does its part, people theirs, and nobody does the other's."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.accountability import queries as cases
from assessment.accountability import services as accountability
from assessment.adjustments import services as adjustments
from assessment.adjustments.models import AdjustmentKind
from assessment.adjustments.services import Proposal
from assessment.bulletins import services as bulletins
from assessment.cycles import consequences, queries
from assessment.cycles import services as cycles
from assessment.cycles.models import DiaryEntry
from assessment.cycles.process import PERIOD, everybody_was_heard
from assessment.cycles.tick import catch_up
from assessment.delivery.models import Paper
from assessment.foundation import audit
from assessment.foundation.errors import Invalid, NotNow, NotPermitted, Refusal
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.paper.signature import ensure_signer
from assessment.objections import services as objections
from assessment.objections.models import ObjectionState, Outcome
from assessment.objections.services import NewPoint
from assessment.programmes.models import Period, PeriodState
from assessment.scoring import queries as scoring
from assessment.scoring.models import Scorecard
from support.months import EXTRA, FEBRUARY, JANUARY, Months, a_year
from support.programmes import SCHEME
from support.rewards import REWARDS

State = PeriodState
LADDER = """\
ladders:
  - {code: L1, zh: 末位, en: Last places, per: peer_group, count: months where rank_from_bottom = 1 cumulative within year, at: {1: interview}}
"""  # noqa: E501 - a rule is one line of its file


@pytest.fixture
def months(frame: Frame):  # type: ignore[no-untyped-def]
    with frame.write() as session:
        yield a_year(session)


@pytest.fixture
def january(months: Months) -> Period:
    return months.periods["2012-01"]


def until_the_last_second(months: Months, period: Period) -> None:
    """The window counts whole: to its last second units may object, one second later they might have."""
    stands, windows = months.now, queries.objection_windows(months.session, period)
    months.now = max(end for end in windows.values() if end is not None)
    paged = [one for n in range(len(windows)) for one in queries.some_windows(months.session, period, 1, n)]
    assert {one.unit_id: one.until for one in paged} == windows
    assert queries.windows_served(months.session, period.id) == len(windows)
    assert "may object until" in str(everybody_was_heard(months.session, period, months.act("leader")))
    months.now += timedelta(seconds=1)
    assert "may object until" not in str(everybody_was_heard(months.session, period, months.act("leader")))
    months.now = stands


def refused(months: Months, period: Period, action: str, who: str, reason: str = "r") -> str:
    """What the process says; the page offers no open button for it either."""
    act = months.clock() if who == "clock" else months.act(who, reason)
    offers = PERIOD.available(months.session, period, act)
    assert action not in [offer.action for offer in offers if offer.is_open]
    state = period.state
    with pytest.raises(Refusal) as raised:
        PERIOD.perform(months.session, period, action, act)
    assert period.state == state
    return str(raised.value.sentence)


def card_of(months: Months, period: Period, code: str) -> Scorecard:
    edition = scoring.edition_in_force(months.session, period.id)
    assert edition is not None
    card = scoring.scorecard(months.session, edition.id, months.province.unit(code).id)
    assert card is not None
    return card


# --- the whole life ------------------------------------------------------------------------------------------------


def test_a_month_lives_from_opening_to_closing(months: Months, january: Period, tmp_path: Path) -> None:
    session, store = months.session, FileStore(tmp_path / "store")
    cycles.plan_diary(session, months.act("office"), [january])
    refused(months, january, "compute", "leader")

    months.at(january.opens_at)
    catch_up(session, months.now)
    assert january.state == State.OPEN
    refused(months, january, "serve", "clock")

    reports = months.reports_of("2012-01")
    months.send("2012-01", reports, JANUARY)
    months.at(january.late_until)
    catch_up(session, months.now)
    assert january.state == State.VERIFYING
    assert "no validated values" in refused(months, january, "compute", "office")

    months.validate(reports)
    months.compute("2012-01")
    assert january.state == State.PROVISIONAL
    refused(months, january, "approve", "leader")

    months.at(january.provisional_on)
    catch_up(session, months.now)
    assert january.state == State.OBJECTIONS
    assert len(queries.score_papers(session, january.id)) == 6
    assert "Not every unit has received" in refused(months, january, "approve", "leader")

    months.receive("2012-01")
    assert "may object until" in refused(months, january, "approve", "leader")
    until_the_last_second(months, january)
    objection = _an_objection_upheld(months, january)
    assert objection.state == ObjectionState.APPLIED
    before = card_of(months, january, "220102").total
    months.compute("2012-01")
    after = card_of(months, january, "220102").total
    assert before is not None
    assert after is not None
    assert after > before
    assert len(queries.score_papers(session, january.id)) > 6, "whoever changed by it is served anew"
    months.receive("2012-01")

    edition = months.approve("2012-01")
    assert january.state == State.APPROVED
    refused(months, january, "cancel", "leader")

    session.flush()
    audit.link(session)  # as at the end of a day's transaction: the bulletin prints the head of what stands
    bulletin = months.submitted(edition, store)
    months.approve_bulletin(bulletin)
    signer = ensure_signer(tmp_path / "keys", "Alpha Province", months.now)
    signed = bulletins.prepare_publication(bulletin, store, signer, at=months.now)
    cycles.publish(session, bulletin, months.act("office"), signed)
    assert january.state == State.PUBLISHED
    assert len(session.scalars(select(Paper).where(Paper.kind == "bulletin")).all()) == 6

    refused(months, january, "begin_consequences", "leader")
    cycles.begin_consequences(session, january, months.act("office"))
    assert "have not been counted" in refused(months, january, "close", "office")
    consequences.prompt_from_ladders(session, months.clock())
    refused(months, january, "close", "leader")
    cycles.close(session, january, months.act("office"))
    assert january.state == State.CLOSED
    refused(months, january, "close", "office")
    session.flush()
    audit.link(session)
    assert audit.verify(session, [bulletin.audit_head]) == []


def _an_objection_upheld(months: Months, january: Period):  # type: ignore[no-untyped-def]
    """Delta County says it set up fifteen cameras, not twelve; the reviewer agrees, the office applies it."""
    session, card = months.session, card_of(months, january, "220102")
    points = [NewPoint("cameras", "Three cameras were accepted on 31 January.", Decimal(15))]
    objection = cycles.lodge(session, card, months.act("officer-220102"), ground="Acceptance sheet", points=points)
    session.flush()
    objections.admit(session, objection, months.act("office"))
    reviewer = months.province.person("reviewer")
    objections.assign(session, objection, months.act("office"), reviewer_id=reviewer.id)
    objections.answer(
        session, objection, months.act("reviewer"), number=1, outcome=Outcome.UPHELD,
        answer="The sheet shows them.", granted=Decimal(15),
    )  # fmt: skip
    months.now += timedelta(days=8)
    assert "not decided and applied" in refused(months, january, "approve", "leader")
    objections.decide(session, objection, months.act("reviewer"))
    cycles.apply(session, objection, months.act("office"))
    return objection


def test_results_are_approved_only_as_computed_from_all_that_was_decided(months: Months, january: Period) -> None:
    months.report("2012-01", JANUARY)
    months.compute("2012-01")
    months.serve("2012-01")
    months.receive("2012-01")
    _an_objection_upheld(months, january)
    months.session.flush()
    months.now += timedelta(days=8)
    assert "changed since" in refused(months, january, "approve", "leader")
    months.compute("2012-01")
    months.receive("2012-01")
    months.approve("2012-01")
    assert january.state == State.APPROVED


def test_nobody_is_heard_on_what_was_proposed_after_his_score(months: Months, january: Period) -> None:
    months.report("2012-01", JANUARY)
    months.compute("2012-01")
    months.serve("2012-01")
    months.receive("2012-01")
    months.now += timedelta(hours=1)
    unit = months.province.unit("220101").id
    proposal = Proposal(unit, january.id, AdjustmentKind.BONUS, "P1", "late", ("period", january.id), Decimal(1))
    late = adjustments.propose(months.session, months.act("office"), proposal)
    assert late is not None
    months.session.flush()
    months.now += timedelta(days=8)
    assert cycles.hear_adjustments(months.session, months.clock()) == 0
    served = len(queries.score_papers(months.session, january.id))
    months.compute("2012-01")
    assert len(queries.score_papers(months.session, january.id)) == served + 1, "a score that lists it goes to the unit"
    months.receive("2012-01")
    assert cycles.hear_adjustments(months.session, months.clock()) == 0
    months.now += timedelta(days=8)
    assert cycles.hear_adjustments(months.session, months.clock()) == 1
    assert late.state == "heard"


def test_a_month_is_not_computed_before_reporting_begins(months: Months, january: Period) -> None:
    assert "not begun" in refused(months, january, "compute", "office")


def test_a_period_closes_when_its_prompts_are_answered_and_its_rewards_begun_or_waived(frame: Frame) -> None:
    with frame.write() as session:
        months = a_year(session, SCHEME + EXTRA + LADDER + REWARDS)
        january = months.periods["2012-01"]
        edition = months.approved("2012-01", JANUARY)
        cycles.announce(session, january, months.act("office"))
        PERIOD.perform(session, january, "publish", months.act("office"))
        cycles.begin_consequences(session, january, months.act("office"))
        consequences.prompt_from_ladders(session, months.clock())
        prompts = cases.prompts_of(session, january.id)
        assert prompts[0].number in refused(months, january, "close", "office")
        for prompt in prompts:
            accountability.dismiss(session, prompt, months.act("leader", "观察一个月"))
        assert "Performance grant" in refused(months, january, "close", "office")
        consequences.prepare_round(session, months.act("office"), edition=edition, rule_code="R1")
        refused(months, january, "waive", "office")
        with pytest.raises(Invalid, match="does not wait"):
            cycles.waive(session, january, months.act("leader", "本月不发"), rule_code="R1")
        for rule in ("R2", "R3", "R4"):
            with pytest.raises(Invalid, match="needs a reason"):
                cycles.waive(session, january, months.act("leader"), rule_code=rule)
            cycles.waive(session, january, months.act("leader", "本月不发"), rule_code=rule)
            session.flush()
        assert "No reward of this period" in refused(months, january, "waive", "leader")
        cycles.close(session, january, months.act("office"))
        assert january.state == State.CLOSED


# --- each act's own refusals ---------------------------------------------------------------------------------------


def test_only_the_clock_opens_closes_and_serves(months: Months, january: Period) -> None:
    for who in ("office", "leader"):
        refused(months, january, "open_reporting", who)
    months.open("2012-01")
    for who in ("office", "leader"):
        refused(months, january, "close_reporting", who)
    refused(months, january, "open_reporting", "clock")
    refused(months, january, "close_reporting", "auditor")


def test_the_clock_decides_nothing(months: Months, january: Period) -> None:
    months.report("2012-01", JANUARY)
    refused(months, january, "compute", "clock")
    months.compute("2012-01")
    months.serve("2012-01")
    months.receive("2012-01")
    months.now += timedelta(days=8)
    refused(months, january, "approve", "clock")
    refused(months, january, "cancel", "clock")


def test_the_office_computes_and_never_approves(months: Months, january: Period) -> None:
    months.report("2012-01", JANUARY)
    refused(months, january, "compute", "leader")
    months.compute("2012-01")
    months.serve("2012-01")
    months.receive("2012-01")
    months.now += timedelta(days=8)
    assert "do not hold the duty" in refused(months, january, "approve", "office")


def test_who_computed_does_not_approve_even_as_a_leader(months: Months, january: Period) -> None:
    months.report("2012-01", JANUARY)
    edition = months.compute("2012-01")
    months.serve("2012-01")
    months.receive("2012-01")
    months.now += timedelta(days=8)
    edition.computed_by = months.act("leader").by.key
    assert "somebody else" in refused(months, january, "approve", "leader")


def test_results_wait_for_every_proposed_adjustment(months: Months, january: Period) -> None:
    months.report("2012-01", JANUARY, {"220202": 2})
    months.compute("2012-01")
    months.serve("2012-01")
    months.receive("2012-01")
    months.now += timedelta(days=8)
    assert "neither confirmed nor refused" in refused(months, january, "approve", "leader")


def test_the_office_serves_what_the_clock_did_not_but_never_before_the_announced_day(
    months: Months, january: Period
) -> None:
    session = months.session
    cycles.plan_diary(session, months.act("office"), [january])
    months.report("2012-01", JANUARY)
    months.compute("2012-01")
    months.at(january.provisional_on - timedelta(minutes=1))
    assert "move that step in the diary" in refused(months, january, "serve", "office")
    refused(months, january, "serve", "leader")
    months.at(january.provisional_on)
    cycles.serve(session, january, months.act("office"))
    assert january.state == State.OBJECTIONS
    catch_up(session, months.now)
    assert "serve" not in [one.step for one in queries.overdue_entries(session, months.now)]


def test_nothing_is_served_before_it_is_computed_or_beyond_the_working_day_table(
    months: Months, january: Period
) -> None:
    months.report("2012-01", JANUARY)
    setattr(january, "state", State.PROVISIONAL.value)  # noqa: B010 - a state that the process would not give
    assert "not computed" in refused(months, january, "serve", "clock")
    january.is_provisional = True
    assert "beyond the working-day table" in refused(months, january, "serve", "clock")


def test_results_can_be_put_to_publicity_before_they_are_published(months: Months, january: Period) -> None:
    months.approved("2012-01", JANUARY)
    refused(months, january, "announce", "leader")
    cycles.announce(months.session, january, months.act("office"))
    assert january.state == State.PUBLICITY
    refused(months, january, "announce", "office")
    refused(months, january, "publish", "leader")
    PERIOD.perform(months.session, january, "publish", months.act("office"))
    refused(months, january, "publish", "office")


def test_a_period_is_cancelled_by_a_leader_with_a_reason_and_its_diary_with_it(months: Months, january: Period) -> None:
    cycles.plan_diary(months.session, months.act("office"), [january])
    refused(months, january, "cancel", "office")
    with pytest.raises(Invalid, match="needs a reason"):
        cycles.cancel(months.session, january, months.act("leader"))
    cycles.cancel(months.session, january, months.act("leader", "merged with February"))
    assert january.state == State.CANCELLED
    entries = months.session.scalars(select(DiaryEntry)).all()
    assert entries
    assert all(entry.cancelled_at == months.now for entry in entries)
    refused(months, january, "open_reporting", "clock")


def test_a_quarter_waits_until_its_months_are_published(months: Months) -> None:
    quarter = months.periods["2012-Q1"]
    assert "not published yet" in refused(months, quarter, "compute", "office")


# --- objecting -----------------------------------------------------------------------------------------------------


def test_an_objection_needs_a_served_score_and_its_window(months: Months, january: Period) -> None:
    months.report("2012-01", JANUARY)
    months.compute("2012-01")
    card = card_of(months, january, "220102")
    point = [NewPoint("cameras", "wrong", Decimal(15))]
    with pytest.raises(NotNow, match="once the score is received"):
        cycles.lodge(months.session, card, months.act("officer-220102"), ground="g", points=point)
    months.serve("2012-01")
    months.receive("2012-01")
    with pytest.raises(NotPermitted):
        cycles.lodge(months.session, card, months.act("officer-220101"), ground="g", points=point)
    with pytest.raises(Invalid, match="what you dispute"):
        cycles.lodge(months.session, card, months.act("officer-220102"), ground="g", points=[])
    months.now += timedelta(days=30)
    with pytest.raises(NotNow, match="ended at"):
        cycles.lodge(months.session, card, months.act("officer-220102"), ground="g", points=point)


# --- the diary -----------------------------------------------------------------------------------------------------


def test_the_diary_is_moved_with_a_reason_and_only_what_is_still_to_come(months: Months, january: Period) -> None:
    session = months.session
    entries = cycles.plan_diary(session, months.act("office"), [january])
    session.flush()
    serve = next(entry for entry in entries if entry.step == "serve")
    later = serve.due_at + timedelta(days=1)
    with pytest.raises(NotPermitted):
        cycles.move_entry(session, serve, months.act("leader", "r"), due_at=later)
    with pytest.raises(Invalid, match="Say why"):
        cycles.move_entry(session, serve, months.act("office"), due_at=later)
    with pytest.raises(Invalid, match="still to come"):
        cycles.move_entry(session, serve, months.act("office", "r"), due_at=months.now - timedelta(days=1))
    cycles.move_entry(session, serve, months.act("office", "a holiday"), due_at=later)
    assert (serve.due_at, january.provisional_on) == (later, later)
    serve.done_at = months.now
    with pytest.raises(NotNow, match="is done"):
        cycles.move_entry(session, serve, months.act("office", "r"), due_at=later)


def test_what_the_clock_could_not_do_stays_in_sight(months: Months, january: Period) -> None:
    cycles.plan_diary(months.session, months.act("office"), [january])
    months.session.flush()
    months.at(january.late_until)
    overdue = queries.overdue_entries(months.session, months.now)
    assert [entry.step for entry in overdue] == ["open_reporting", "close_reporting"]
    around = queries.diary(months.session, months.now - timedelta(days=60), months.now + timedelta(days=60))
    assert len(around) == 3


def test_another_month_is_scored_beside_the_first(months: Months) -> None:
    months.approved("2012-01", JANUARY)
    months.approved("2012-02", FEBRUARY)
    assert months.periods["2012-02"].state == State.APPROVED
