"""What a person proposes rests on a record of that very unit, waits for its own hearing, and falls with the record."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments.models import BY_PERSON, Adjustment, AdjustmentKind
from assessment.adjustments.services import Proposal
from assessment.cycles import proposing
from assessment.cycles.consequences import hear_settled_findings
from assessment.cycles.established import lift_with_their_fact
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.errors import Invalid
from assessment.foundation.frame import Frame
from assessment.inspections.models import Finding, Visit
from assessment.organisations.models import Unit
from assessment.programmes import services as programmes
from assessment.programmes.models import Period
from assessment.remediation.models import Task
from support.inspections import Campaigning
from support.programmes import Somebody
from support.remediation import LATER, issued


def a_proposal(session: Session, task: Task, origin: tuple[str, object], unit_id: int | None = None) -> Proposal:
    period = session.scalars(select(Period).where(Period.code == "2012-10")).one()
    effect, occurrence = "band_at_most=pass", f"{BY_PERSON}1 incident"
    unit = unit_id or task.unit_id
    return Proposal(unit, period.id, AdjustmentKind.VETO, "V2", "事故", origin, None, effect, occurrence)


def a_year_with_tasks(session: Session) -> tuple[Campaigning, Task, Act]:
    world, (task, *_) = issued(session)
    programmes.plan_periods(session, world.act("assessor", LATER), world.version)
    everywhere = frozenset(session.scalars(select(Unit.id)))
    return world, task, Act(Somebody("office", {"prepare": everywhere}), LATER)


def test_a_record_is_found_by_the_number_on_its_page(frame: Frame) -> None:
    with frame.write() as session:
        _world, task, _act = a_year_with_tasks(session)
        finding = session.get_one(Finding, int(task.origin_id))
        visit = session.get_one(Visit, finding.visit_id)
        assert proposing.record_named(session, "task", task.number) is task
        assert proposing.record_named(session, "visit", visit.number) is visit
        assert proposing.record_named(session, "finding", f"{visit.number}/{finding.number}") is finding
        for wrong in (visit.number, f"{visit.number}/", f"{visit.number}/9999", "²/²", ""):
            assert proposing.record_named(session, "finding", wrong) is None


def test_what_rests_on_another_units_record_is_refused_and_a_fact_proposes_once(frame: Frame) -> None:
    with frame.write() as session:
        _world, task, act = a_year_with_tasks(session)
        other = next(one for one in session.scalars(select(Unit.id).where(Unit.level == "county").order_by(Unit.id))
                     if one != task.unit_id)  # fmt: skip
        with pytest.raises(Invalid, match="about another unit"):
            proposing.propose(session, act, a_proposal(session, task, ("task", task.id), other))
        with pytest.raises(Invalid):
            proposing.propose(session, act, a_proposal(session, task, ("task", 987_654)))
        assert proposing.propose(session, act, a_proposal(session, task, ("task", task.id)))
        assert proposing.propose(session, act, a_proposal(session, task, ("task", task.id))) is None


def test_what_a_person_rests_on_a_finding_waits_for_its_own_hearing_and_falls_with_a_withdrawn_task(
    frame: Frame,
) -> None:
    with frame.write() as session:
        _world, task, act = a_year_with_tasks(session)
        on_finding = proposing.propose(session, act, a_proposal(session, task, ("finding", task.origin_id)))
        on_task = proposing.propose(session, act, a_proposal(session, task, ("task", task.id)))
        session.flush()
        clock = Act(CLOCK, LATER)
        hear_settled_findings(session, clock)
        assert on_finding is not None
        assert on_task is not None
        assert on_finding.state == "proposed"
        assert lift_with_their_fact(session, clock) == 0
        task.withdrawn_at, task.state = LATER, "withdrawn"
        session.flush()
        assert lift_with_their_fact(session, clock) == 1
        states = {one.id: one.state for one in session.scalars(select(Adjustment))}
        assert (states[on_task.id], states[on_finding.id]) == ("lifted", "proposed")
