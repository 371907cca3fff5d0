"""Objecting to a score: within the window its receipt opens; an upheld point sets a new validated value."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from assessment.cycles import queries as cycle_queries
from assessment.cycles import services as cycles
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.objections import services
from assessment.objections.models import Objection, Outcome
from assessment.objections.services import NewPoint
from assessment.submissions import queries as submissions
from assessment.submissions.rules import given
from support.objections import RECEIVED_AT, Served, a_reviewer, a_score_received, everywhere

POINTS = [NewPoint("cameras", "Twelve were installed.", Decimal(12))]


def objected(session: Session, served: Served, points: list[NewPoint] = POINTS) -> Objection:
    act = Act(served.officer(), RECEIVED_AT + timedelta(days=1))
    return cycles.lodge(session, served.card, act, ground="The count is wrong.", points=points)


def decide(session: Session, served: Served, objection: Objection, granted: Decimal) -> None:
    """Admitted, assigned to a reviewer of the province, and upheld with this number."""
    services.admit(session, objection, served.office())
    reviewer = a_reviewer(session, served.world.units["220000"])
    services.assign(session, objection, served.office(), reviewer_id=reviewer.person_id)
    by_reviewer = Act(reviewer, RECEIVED_AT)
    services.answer(
        session, objection, by_reviewer, number=1, outcome=Outcome.UPHELD, answer="The sheet shows it.", granted=granted
    )
    services.decide(session, objection, by_reviewer)


def test_the_window_begins_with_the_receipt_and_ends_on_its_last_day(frame: Frame) -> None:
    with frame.write() as session:
        served = a_score_received(session)
        until = cycle_queries.objection_windows(session, served.period)[served.card.unit_id]
        assert until is not None
        with pytest.raises(NotNow, match="The time to object ended"):
            act = Act(served.officer(), until + timedelta(seconds=1))
            cycles.lodge(session, served.card, act, ground="Late.", points=POINTS)
        one = objected(session, served)
        assert (one.window_until, one.unit_id, one.period_id) == (until, served.card.unit_id, served.period.id)
        assert one.decide_by > until


def test_before_the_score_is_received_there_is_nothing_to_object_to(frame: Frame) -> None:
    with frame.write() as session:
        served = a_score_received(session, is_received=False)
        with pytest.raises(NotNow, match="once the score is received"):
            objected(session, served)


def test_nobody_objects_for_another_unit(frame: Frame) -> None:
    with frame.write() as session:
        served = a_score_received(session)
        with pytest.raises(NotPermitted):
            act = Act(served.world.locality("220201"), RECEIVED_AT)
            cycles.lodge(session, served.card, act, ground="Not mine.", points=POINTS)


def test_the_matter_is_what_the_disputed_item_cites_and_the_whole_when_all_is_disputed(frame: Frame) -> None:
    with frame.write() as session:
        served = a_score_received(session)
        some = {part.kind for part in objected(session, served).matter}
        assert {"scorecard", "submission", "submission_value"} <= some
        whole = objected(session, served, [*POINTS, NewPoint("", "All of it.")])
        assert len(whole.matter) > len(objected(session, served).matter)


def test_an_upheld_point_sets_a_new_validated_value_and_keeps_the_others(frame: Frame) -> None:
    with frame.write() as session:
        served = a_score_received(session)
        one = objected(session, served)
        decide(session, served, one, Decimal(12))
        cycles.apply(session, one, served.office())
        assert one.state == "applied"
        report = submissions.find(session, served.period.id, served.card.unit_id)
        assert report is not None
        assert submissions.validated(report)["cameras"] == given(12)
        assert submissions.claimed(report)["cameras"] == given(8)
        last = submissions.history(session, report.id, "cameras")[-1]
        assert (last.origin_kind, last.origin_id) == ("objection_point", str(one.points[0].id))
    with frame.read() as session:
        assert audit.verify(session) == []


def test_an_objection_never_lowers_the_objectors_own_item(frame: Frame) -> None:
    with frame.write() as session:
        served = a_score_received(session)
        one = objected(session, served)
        decide(session, served, one, Decimal(3))
        cycles.apply(session, one, served.office())
        report = submissions.find(session, served.period.id, served.card.unit_id)
        assert report is not None
        assert submissions.validated(report)["cameras"] == given(8)
        assert one.state == "applied"


def test_a_decision_is_applied_by_who_sets_values(frame: Frame) -> None:
    with frame.write() as session:
        served = a_score_received(session)
        one = objected(session, served)
        decide(session, served, one, Decimal(12))
        with pytest.raises(NotPermitted):
            cycles.apply(session, one, Act(everywhere(served.world, "nobody"), RECEIVED_AT))
