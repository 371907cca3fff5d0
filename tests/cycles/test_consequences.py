"""Consequences: facts prompt people once; a rule opens and decides nothing; what is drafted knows the other rooms."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assessment.accountability.models import Case, Source
from assessment.bulletins.models import Bulletin
from assessment.cycles import drafting, services
from assessment.cycles.reconciliation import reconcile
from assessment.cycles.tick import catch_up
from assessment.foundation import audit, clock
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.audit import AuditRow
from assessment.foundation.errors import NotNow
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import OutboxItem
from assessment.organisations.models import Person
from assessment.organisations.officers import officer_named
from assessment.programmes.models import Period
from assessment.scoring import queries as scoring
from support.example import copied, quick_engine


@pytest.fixture
def frame(played: Path, tmp_path: Path) -> Iterator[Frame]:
    """A copy of the played example, to act in."""
    engine = quick_engine(copied(played, tmp_path / "instance"))
    yield Frame(engine)
    engine.dispose()


def act_of(session: Session, username: str) -> Act:
    now = clock.business_now(session)
    return Act(officer_named(session, username, now.date()), now)


def test_a_ladder_prompts_with_its_counting_shown_and_opens_nothing(frame: Frame) -> None:
    with frame.read() as session:
        prompted = session.scalars(select(Case).where(Case.source == Source.LADDER.value)).all()
        assert prompted
        assert all(case.computation and case.prompted_by == "clock" for case in prompted)
        opened = session.scalars(select(AuditRow.who).where(AuditRow.act == "open_case")).all()
        assert opened
        assert all(who.startswith("person:") for who in opened)


def test_what_was_reconciled_has_no_consequence_twice(frame: Frame) -> None:
    with frame.write() as session:
        now = clock.business_now(session)
        reconcile(session, Act(CLOCK, now))
    with frame.write() as session:
        before = session.scalar(select(func.count()).select_from(Case))
        assert reconcile(session, Act(CLOCK, clock.business_now(session))) == 0
        assert session.scalar(select(func.count()).select_from(Case)) == before


def test_the_clock_moves_on_by_days_and_serves_reminds_and_deems(frame: Frame) -> None:
    with frame.write() as session:
        session.execute(update(Person).values(email="officer@example.org"))
        mails = session.scalar(select(func.count()).select_from(OutboxItem)) or 0
        for _ in range(3):
            now = clock.business_now(session) + timedelta(days=1)
            clock.stand_at(session, now)
            catch_up(session, now)
    with frame.read() as session:
        assert audit.verify(session) == []
        assert (session.scalar(select(func.count()).select_from(OutboxItem)) or 0) > mails
        query = select(AuditRow.at).where(AuditRow.act == "deem_received").order_by(AuditRow.seq)
        deemed = session.scalars(query).all()
        assert deemed[-1] > clock.business_now(session) - timedelta(days=3)


def test_a_draft_names_what_inspection_and_remediation_know(frame: Frame) -> None:
    with frame.write() as session:
        period = session.scalars(select(Period).where(Period.code == "2012-Q3")).one()
        services.approve(session, period, act_of(session, "leader"))
        edition = scoring.edition_in_force(session, period.id)
        assert edition is not None
        made = drafting.draft(session, edition, act_of(session, "office.clerk"))
        session.flush()
        assert set(made.sections) >= {"overall", "commended", "problems", "amounts", "requirements"}
        with pytest.raises(NotNow, match="have a bulletin already"):
            drafting.draft(session, edition, act_of(session, "office.clerk"))
    with frame.read() as session:
        assert session.scalar(select(func.count()).select_from(Bulletin).where(Bulletin.state == "drafted")) == 1


def test_results_are_not_approved_by_whoever_computed_them_nor_before_everybody_was_heard(frame: Frame) -> None:
    with frame.write() as session:
        period = session.scalars(select(Period).where(Period.code == "2012-10")).one()
        with pytest.raises(NotNow):
            services.approve(session, period, act_of(session, "leader"))
