"""Who had a hand in the matter or a post at the unit neither gets the objection nor decides it."""

from datetime import date

import pytest

from assessment.foundation import audit
from assessment.foundation.errors import NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.objections import queries, services
from assessment.objections.models import Objection, Outcome
from assessment.organisations import services as organisations
from support.objections import a_county, admitted, answered, assigned
from support.organisations import LONG_AGO, TODAY, Province, by_setup

HANDS = ("verify", "validate", "inspect", "approve", "record", "set_value", "investigate")


@pytest.mark.parametrize("did", HANDS)
def test_whoever_had_a_hand_in_a_record_of_the_matter_is_not_assigned_and_the_refusal_names_the_act(
    frame: Frame, did: str
) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = admitted(session, province)
        audit.record(session, province.act("rita"), did, None, kind="x", touched=[("submission_value", 7)])
    with frame.write() as session:
        province.session = session
        one = session.get_one(Objection, one.id)
        with pytest.raises(NotPermitted, match=f"Rita had a hand in this matter .“{did}” on 13 Nov 2012, no. \\d+"):
            services.assign(session, one, province.act("otto"), reviewer_id=province.people["rita"].id)
        assert (one.state, one.reviewer_id) == ("admitted", None)


def test_running_the_computation_or_touching_other_records_bars_nobody(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = admitted(session, province)
        act = province.act("rita")
        audit.record(session, act, "compute", None, kind="edition", touched=[("scorecard", 1)])
        audit.record(session, act, "verify", None, kind="x", touched=[("submission_value", 8)])
    with frame.write() as session:
        province.session = session
        one = session.get_one(Objection, one.id)
        services.assign(session, one, province.act("otto"), reviewer_id=province.people["rita"].id)


def with_a_past(province: Province, name: str, until: date | None) -> int:
    """A reviewer who had a post at the county."""
    officer = province.officer(name, "review_officer", "22")
    person, post = province.people[name], province.post("verifier", "220101")
    holding = organisations.appoint(province.session, person, by_setup(), post=post, valid_from=LONG_AGO)
    if until is not None:
        organisations.end_holding(province.session, holding, by_setup(), day=until)
    return officer.person_id


def test_who_holds_or_held_a_post_at_the_unit_within_three_years_is_not_assigned(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = admitted(session, province)
        for name, until, words in (
            ("holly", None, "Holly holds a post at Gamma County"),
            ("rolf", date(2010, 6, 1), "Rolf held a post at Gamma County"),
        ):
            reviewer = with_a_past(province, name, until)
            with pytest.raises(NotPermitted, match=words):
                services.assign(session, one, province.act("otto"), reviewer_id=reviewer)


def test_a_hand_laid_on_the_matter_later_bars_from_answering_and_deciding(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        first, second = assigned(session, province), answered(session, province)
        audit.record(session, province.act("rita"), "validate", None, kind="x", touched=[("scorecard", "1")])
    with frame.write() as session:
        province.session = session
        act = province.act("rita")
        with pytest.raises(NotNow, match="had a hand in this matter"):
            one = session.get_one(Objection, first.id)
            services.answer(session, one, act, number=1, outcome=Outcome.UPHELD, answer="Yes.")
        with pytest.raises(NotNow, match="had a hand in this matter"):
            services.decide(session, session.get_one(Objection, second.id), act)


def test_answering_an_objection_does_not_bar_from_deciding_it(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = answered(session, province)
    with frame.write() as session:
        province.session = session
        services.decide(session, session.get_one(Objection, one.id), province.act("rita"))


def test_the_office_is_shown_who_may_review_first_and_who_is_barred_by_what(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        one = admitted(session, province)
        with_a_past(province, "holly", None)
        found = queries.candidates(session, one, TODAY)
        assert [(each.name, bool(each.barred)) for each in found] == [("Rita", False), ("Holly", True)]
        assert "Gamma County" in str(found[1].barred)
