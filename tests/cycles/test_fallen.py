"""What falls or comes up later reaches what rests on it: cases and rewards are flagged, awards held back."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.accountability import services as accountability
from assessment.accountability.models import Case, CaseState, Source
from assessment.accountability.services import NewPrompt
from assessment.adjustments import services as adjustments
from assessment.adjustments.models import AdjustmentKind
from assessment.adjustments.services import Proposal
from assessment.cycles import consequences, fallen
from assessment.cycles import services as cycles
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.errors import NotNow
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.foundation.paper.signature import ensure_signer
from assessment.inspections import services as inspections
from assessment.inspections.models import Finding
from assessment.objections.services import NewPoint
from assessment.rewards import services as rewards
from assessment.rewards.models import Award, Round
from support.corrections import Published
from support.inspections import AFTER_COMMENTS
from support.months import EXTRA, Months, a_year
from support.programmes import SCHEME
from support.remediation import issued
from support.rewards import REWARDS, Fund, a_fund

TITLE = Bilingual("某事", "Something")


# --- cases -----------------------------------------------------------------------------------------------------------


def test_a_case_is_flagged_once_when_its_finding_falls(frame: Frame) -> None:
    with frame.write() as session:
        world, tasks = issued(session)
        finding = session.get_one(Finding, int(tasks[1].origin_id))
        world.province.officer("leader", "leader")
        act = world.act("leader", AFTER_COMMENTS)
        by_finding = accountability.prompt(
            session, act, NewPrompt(finding.unit_id, TITLE, Source.PERSON, ("finding", finding.id))
        )
        by_task = accountability.prompt(
            session, act, NewPrompt(finding.unit_id, TITLE, Source.OVERDUE_TASK, ("task", tasks[1].id))
        )
        other = accountability.prompt(
            session, act, NewPrompt(finding.unit_id, TITLE, Source.OVERDUE_TASK, ("task", tasks[0].id))
        )
        clock = Act(CLOCK, AFTER_COMMENTS)
        assert fallen.flag_cases(session, clock) == 0
        inspections.overturn_finding(session, finding, world.act("office", AFTER_COMMENTS, "复核撤销"))
        session.flush()
        assert fallen.flag_cases(session, clock) == 2
        assert fallen.flag_cases(session, clock) == 0
        assert by_finding is not None
        assert by_task is not None
        assert other is not None
        assert "has fallen" in by_finding.flagged
        assert "has fallen" in by_task.flagged, "its task was withdrawn with the finding"
        assert (other.flagged, by_finding.state) == ("", CaseState.PROMPTED)


# --- corrected results -----------------------------------------------------------------------------------------------

LADDER = """\
ladders:
  - {code: L1, zh: 末位, en: Last places, per: peer_group, count: months where rank_from_bottom = 1 cumulative within year, at: {1: interview}}
"""  # noqa: E501 - a rule is one line of its file


@pytest.fixture
def months(frame: Frame, tmp_path: Path) -> Iterator[Published]:
    with frame.write() as session:
        made = a_year(session, SCHEME + EXTRA + LADDER + REWARDS)
        known = {one.name: getattr(made, one.name) for one in fields(Months)}
        signer = ensure_signer(tmp_path / "keys", "Alpha Province", made.now)
        yield Published(**known, store=FileStore(tmp_path / "store"), signer=signer)


def test_a_correction_flags_the_prompt_that_no_longer_follows_and_the_round_it_was_paid_by(months: Published) -> None:
    session = months.session
    months.published()
    consequences.prompt_from_ladders(session, months.clock())
    standing = months.card("2012-01", "220102").edition
    one = consequences.prepare_round(session, months.act("office"), edition=standing, rule_code="R4")
    last = next(card for card in standing.scorecards if card.group_code == "counties" and card.rank == 4)
    prompted = session.scalars(select(Case).where(Case.unit_id == last.unit_id, Case.rule == "L1")).one()
    assert (fallen.flag_cases(session, months.clock()), fallen.flag_rounds(session, months.clock())) == (0, 0)

    months.upheld(months.object(last, NewPoint("cameras", "all", Decimal(90))))
    months.corrected()
    assert months.card("2012-01", last.unit_code).rank != 4
    assert fallen.flag_cases(session, months.clock()) == 2, "its prefecture's, which rose with it, too"
    assert "no longer triggers" in prompted.flagged
    assert fallen.flag_rounds(session, months.clock()) == 1
    assert "were corrected by edition" in one.flagged
    assert (fallen.flag_cases(session, months.clock()), fallen.flag_rounds(session, months.clock())) == (0, 0)

    now = months.card("2012-01", last.unit_code).edition
    with pytest.raises(NotNow, match="revoke it first"):
        consequences.prepare_round(session, months.act("office"), edition=now, rule_code="R4")
    rewards.revoke(session, one, months.act("office", "结果已更正"))
    assert consequences.prepare_round(session, months.act("office"), edition=now, rule_code="R4").state == "prepared"


# --- awards ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fund(frame: Frame) -> Iterator[Fund]:
    with frame.write() as session:
        made = a_fund(session)
        for name, role in (("ida", "investigator"), ("ivan", "investigator")):
            made.year.province.officer(name, role)
        yield made


def a_case(fund: Fund, code: str = "220101", number: int = 1) -> Case:
    """Opened today against a unit."""
    act = fund.act("leader")
    case = accountability.prompt(fund.session, act, NewPrompt(fund.unit(code), TITLE, Source.PERSON, ("task", number)))
    assert case is not None
    both = [fund.year.province.person(name).id for name in ("ida", "ivan")]
    accountability.open_case(fund.session, case, act, authority="厅", ground="条", investigators=both)
    for name in ("ida", "ivan"):
        accountability.declare(fund.session, case, fund.act(name), declaration="与该县无关联")
    fund.session.flush()
    return case


def award_of(one: Round, code: str = "220101") -> Award:
    return next(award for award in one.awards if award.unit_code == code)


def test_a_case_is_flagged_when_the_proof_of_a_fact_falls(fund: Fund) -> None:
    session, case = fund.session, a_case(fund)
    proposal = Proposal(
        fund.unit("220101"), fund.period().id, AdjustmentKind.VETO, "V1", "g", ("x", 1), effect="band=failed"
    )
    veto = adjustments.propose(session, fund.act("office"), proposal)
    assert veto is not None
    session.flush()
    accountability.add_fact(
        session, case, fund.act("ida"), happened_on=date(2012, 1, 2), statement="一票否决",
        evidence=[("adjustment", veto.id)],
    )  # fmt: skip
    assert fallen.flag_cases(session, fund.year.clock()) == 0
    adjustments.lift(session, veto, fund.act("leader", "查无实据"))
    session.flush()
    assert fallen.flag_cases(session, fund.year.clock()) == 1
    assert "proof of finding of fact 1" in case.flagged


def test_a_case_opened_after_the_round_was_prepared_holds_the_award_back_at_the_grant(fund: Fund) -> None:
    one = fund.approved()
    case = a_case(fund)
    assert not award_of(one).is_held
    cycles.grant(fund.session, one, fund.act("office"))
    award = award_of(one)
    assert (award.is_held, award.held_id, award.granted_at) == (True, str(case.id), None)
    assert award_of(one, "220102").granted_at is not None


def test_the_clock_holds_back_as_soon_as_a_case_is_opened_and_not_again_after_a_release(fund: Fund) -> None:
    one = fund.public()
    assert fallen.hold_awards(fund.session, fund.year.clock()) == 0
    a_case(fund)
    assert fallen.hold_awards(fund.session, fund.year.clock()) == 1
    assert fallen.hold_awards(fund.session, fund.year.clock()) == 0
    rewards.release(fund.session, one, fund.act("leader"), unit_id=fund.unit("220101"))
    assert fallen.hold_awards(fund.session, fund.year.clock()) == 0, "a leader has released it from this case"
    a_case(fund, number=2)
    assert fallen.hold_awards(fund.session, fund.year.clock()) == 1


def test_an_award_stays_held_while_another_case_is_open(fund: Fund) -> None:
    one = fund.public()
    first, second = a_case(fund), a_case(fund, number=2)
    fallen.hold_awards(fund.session, fund.year.clock())
    setattr(first, "state", "dismissed")  # noqa: B010 - as its own process would
    fund.session.flush()
    consequences.release_awards(fund.session, fund.year.clock())
    assert (award_of(one).is_held, award_of(one).held_id) == (True, str(second.id))
    setattr(second, "state", "dismissed")  # noqa: B010
    fund.session.flush()
    consequences.release_awards(fund.session, fund.year.clock())
    assert not award_of(one).is_held


def test_a_round_is_flagged_when_what_excluded_a_unit_falls(fund: Fund) -> None:
    session, edition = fund.session, fund.results()
    proposal = Proposal(
        fund.unit("220101"), edition.period_id, AdjustmentKind.ELIGIBILITY, "E1", "g", ("period", edition.period_id)
    )
    out = adjustments.propose(session, fund.act("office"), proposal)
    assert out is not None
    adjustments.hear(session, out, fund.year.clock())
    adjustments.confirm(session, out, fund.act("leader"))
    one = consequences.prepare_round(session, fund.act("office"), edition=edition, rule_code="R1")
    assert fallen.flag_rounds(session, fund.year.clock()) == 0
    adjustments.lift(session, out, fund.act("leader", "查无实据"))
    session.flush()
    assert fallen.flag_rounds(session, fund.year.clock()) == 1
    assert "What excluded" in one.flagged


def test_a_granted_round_is_flagged_when_a_case_about_its_results_finds_fault(fund: Fund) -> None:
    session, one = fund.session, fund.granted()
    case = a_case(fund)
    case.edition_id = one.edition_id
    for name, value in {"state": "served", "outcome": "written_inspection", "decision": "x"}.items():
        setattr(case, name, value)  # as its own process would
    case.notice_at = case.served_at = fund.year.now
    session.flush()
    fund.year.now += timedelta(days=1)
    assert fallen.flag_rounds(session, fund.year.clock()) == 1
    assert case.number in one.flagged
