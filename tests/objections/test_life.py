"""The life of an objection: each step done, and each refused to whoever may not or not yet."""

from datetime import timedelta
from decimal import Decimal

import pytest

from assessment.foundation import audit
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.objections import queries, services
from assessment.objections.models import Outcome
from assessment.objections.services import NewPoint
from support.objections import IN_A_WEEK, MATTER, a_county, admitted, answered, assigned, decided, lodged
from support.organisations import NOW


def test_an_objection_is_lodged_admitted_assigned_answered_decided_applied_and_closed(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = decided(session, province)
        assert (one.state, one.decided_at, one.number) == ("decided", NOW, "YY-2012-0001")
        assert [(point.outcome, point.granted) for point in one.points] == [
            ("upheld", Decimal(12)),
            ("dismissed", None),
        ]
        services.apply(session, one, province.act("otto"))
        services.close(session, one, Act(CLOCK, NOW))
        assert one.state == "closed"
    with frame.read() as session:
        assert audit.verify(session) == []
        acts = [row.act for row in audit.history(session, one)]
        assert acts == ["lodge", "admit", "assign", "answer", "answer", "decide", "apply", "close"]


# --- lodging ---------------------------------------------------------------------------------------------------------


def test_an_objection_out_of_its_window_is_refused(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        with pytest.raises(NotNow, match="The time to object ended at 20 Nov 2012"):
            lodged(session, province, at=IN_A_WEEK + timedelta(seconds=1))
        assert lodged(session, province, at=IN_A_WEEK).state == "lodged"


def test_an_objection_says_what_it_disputes_and_why(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        for points in ([], [NewPoint("cameras", "  ")]):
            with pytest.raises(Invalid, match="Say what you dispute"):
                lodged(session, province, points=points)


def test_only_the_unit_itself_objects(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        with pytest.raises(NotPermitted, match="Object"):
            services.lodge(
                session, province.act("otto"), origin=("scorecard", 1), unit_id=province.unit("220101").id,
                period_id=None, ground="", points=[NewPoint("", "Wrong.")], matter=[], window_until=IN_A_WEEK,
                decide_by=IN_A_WEEK,
            )  # fmt: skip


def test_the_matter_is_kept_as_it_was_each_record_once(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = lodged(session, province, matter=[*MATTER, ("scorecard", "1")])
        assert sorted((part.kind, part.record_id) for part in one.matter) == [
            ("scorecard", "1"), ("submission_value", "7"),
        ]  # fmt: skip


def test_objections_are_numbered_through_the_year(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        assert [lodged(session, province).number for _ in range(2)] == ["YY-2012-0001", "YY-2012-0002"]


# --- admitting -------------------------------------------------------------------------------------------------------


def test_a_score_is_the_assessment_offices_and_an_inspection_the_supervision_offices(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        score, visit = lodged(session, province), lodged(session, province, origin=("visit", 3))
        for admit in (services.admit, services.find_inadmissible, services.close):
            if admit is not services.close:
                with pytest.raises(NotNow, match="handled by the assessment office"):
                    admit(session, score, province.act("sven", reason="Mine."))
                with pytest.raises(NotNow, match="handled by the supervision office"):
                    admit(session, visit, province.act("otto", reason="Mine."))
        services.admit(session, score, province.act("otto"))
        services.admit(session, visit, province.act("sven"))


def test_a_unit_does_not_admit_its_own_objection_and_nothing_is_admitted_twice(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = lodged(session, province)
        with pytest.raises(NotPermitted, match="Admit the objection"):
            services.admit(session, one, province.act("olga"))
        services.admit(session, one, province.act("otto"))
        with pytest.raises(NotNow, match="Admitted"):
            services.admit(session, one, province.act("otto"))


def test_finding_one_inadmissible_needs_a_reason_and_an_undecided_one(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = lodged(session, province)
        with pytest.raises(Invalid, match="needs a reason"):
            services.find_inadmissible(session, one, province.act("otto"))
        services.find_inadmissible(session, one, province.act("otto", reason="It names no ground."))
        assert one.state == "inadmissible"
        with pytest.raises(NotNow, match="Inadmissible"):
            services.find_inadmissible(session, one, province.act("otto", reason="Again."))
        assert queries.open_in(session, 1) == []


# --- assigning -------------------------------------------------------------------------------------------------------


def test_only_an_admitted_objection_is_assigned_and_only_by_the_office(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one, rita = lodged(session, province), province.people["rita"].id
        with pytest.raises(NotNow, match="Lodged"):
            services.assign(session, one, province.act("otto"), reviewer_id=rita)
        services.admit(session, one, province.act("otto"))
        with pytest.raises(NotPermitted, match="Assign a reviewer"):
            services.assign(session, one, province.act("olga"), reviewer_id=rita)
        assert one.reviewer_id is None
        services.assign(session, one, province.act("otto"), reviewer_id=rita)
        assert (one.state, one.reviewer_id) == ("assigned", rita)


def test_who_does_not_review_cannot_be_assigned(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = admitted(session, province)
        with pytest.raises(NotPermitted, match="does not review objections"):
            services.assign(session, one, province.act("otto"), reviewer_id=province.people["sven"].id)


def test_another_reviewer_can_be_assigned_before_it_is_decided(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one, rolf = assigned(session, province), province.officer("rolf", "review_officer", "22")
        services.assign(session, one, province.act("otto"), reviewer_id=rolf.person_id)
        with pytest.raises(NotNow, match="assigned to another reviewer"):
            services.answer(session, one, province.act("rita"), number=1, outcome=Outcome.UPHELD, answer="Yes.")


def test_another_reviewer_starts_from_points_that_nobody_has_answered(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one, rolf = answered(session, province), province.officer("rolf", "review_officer", "22")
        services.assign(session, one, province.act("otto"), reviewer_id=rolf.person_id)
        assert [(point.outcome, point.answer, point.granted) for point in one.points] == [(None, "", None)] * 2


# --- deciding --------------------------------------------------------------------------------------------------------


def test_each_point_is_answered_with_a_reason_before_the_decision(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one, act = assigned(session, province), province.act("rita")
        with pytest.raises(Invalid, match="Give the reason"):
            services.answer(session, one, act, number=1, outcome=Outcome.UPHELD, answer=" ")
        with pytest.raises(Invalid, match="no point 9"):
            services.answer(session, one, act, number=9, outcome=Outcome.UPHELD, answer="Yes.")
        services.answer(session, one, act, number=1, outcome=Outcome.IN_PART, answer="Half.", granted=Decimal(11))
        with pytest.raises(NotNow, match="open: 2"):
            services.decide(session, one, act)
        with pytest.raises(Invalid, match="disputes no single value"):
            services.answer(session, one, act, number=2, outcome=Outcome.UPHELD, answer="Yes.", granted=Decimal(1))
        services.answer(session, one, act, number=2, outcome=Outcome.DISMISSED, answer="No.")
        services.decide(session, one, act)


def test_a_dismissed_point_sets_no_value(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = assigned(session, province)
        services.answer(
            session, one, province.act("rita"), number=1, outcome=Outcome.DISMISSED, answer="No.", granted=Decimal(12)
        )
        assert one.points[0].granted is None


def test_only_its_reviewer_answers_and_decides(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = answered(session, province)
        other = province.act("rolf", "review_officer", "22")
        with pytest.raises(NotNow, match="assigned to another reviewer"):
            services.decide(session, one, other)
        with pytest.raises(NotPermitted, match="Decide the objection"):
            services.decide(session, one, province.act("otto"))
        with pytest.raises(NotPermitted, match="Answer a point"):
            services.answer(session, one, province.act("otto"), number=1, outcome=Outcome.UPHELD, answer="Yes.")


def test_a_decided_objection_is_not_answered_any_more(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = decided(session, province)
        with pytest.raises(NotNow, match="Decided"):
            services.answer(session, one, province.act("rita"), number=1, outcome=Outcome.UPHELD, answer="Yes.")


# --- applying, closing, withdrawing ----------------------------------------------------------------------------------


def test_a_decision_is_applied_once_by_the_office_that_keeps_the_thing(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = decided(session, province)
        with pytest.raises(NotPermitted, match="Apply the decision"):
            services.apply(session, one, province.act("rita"))
        with pytest.raises(NotNow, match="Set validated values"):
            services.apply(session, one, province.act("sven"))
        services.apply(session, one, province.act("otto"))
        with pytest.raises(NotNow, match="Applied"):
            services.apply(session, one, province.act("otto"))


def test_nothing_is_closed_before_it_is_applied_nor_by_the_unit(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = decided(session, province)
        with pytest.raises(NotNow, match="Decided"):
            services.close(session, one, province.act("otto"))
        services.apply(session, one, province.act("otto"))
        with pytest.raises(NotPermitted, match="Close the objection"):
            services.close(session, one, province.act("olga"))
        with pytest.raises(NotNow, match="assessment office"):
            services.close(session, one, province.act("sven"))
        services.close(session, one, province.act("otto"))


def test_the_unit_withdraws_while_nothing_is_decided(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = assigned(session, province)
        with pytest.raises(NotPermitted, match="Withdraw the objection"):
            services.withdraw(session, one, province.act("otto"))
        services.withdraw(session, one, province.act("olga"))
        assert one.state == "withdrawn"
        other = decided(session, province)
        with pytest.raises(NotNow, match="Decided"):
            services.withdraw(session, other, province.act("olga"))


# --- reading ---------------------------------------------------------------------------------------------------------


def test_late_ones_are_those_without_a_decision_beyond_their_time(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = assigned(session, province)
        assert queries.late(session, one.decide_by) == 0
        assert queries.late(session, one.decide_by + timedelta(seconds=1)) == 1
        decided(session, province)
        assert queries.late(session, one.decide_by + timedelta(days=1)) == 1


def test_an_objection_is_its_units_and_the_offices(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = lodged(session, province)
        assert queries.may_see(session, one, province.officer("olga"))
        assert queries.may_see(session, one, province.officer("rita"))
        assert not queries.may_see(session, one, province.officer("zoe", "locality_officer", "220102"))
