"""Recusal is computed: a hand in the matter or a post at the unit bars, and the sentence says which."""

from datetime import date

from assessment.foundation import audit
from assessment.foundation.frame import Frame
from assessment.organisations import services
from assessment.organisations.recusal import barred, years_before
from support.organisations import LONG_AGO, TODAY, by_setup, make_province

MATTER = [("submission_value", 7), ("finding", 3)]


def test_whoever_verified_an_item_of_the_matter_is_barred_by_that_act(frame: Frame) -> None:
    with frame.write() as session:
        act = make_province(session).act("vera", "verifier")
        audit.record(session, act, "verify", None, kind="submission_value", touched=[("submission_value", 7)])
    with frame.read() as session:
        sentence = barred(session, act.by, MATTER, [], TODAY)
        assert "“verify” on 13 Nov 2012" in str(sentence)
        assert "Vera" in str(sentence)
        assert not barred(session, act.by, [("submission_value", 8)], [], TODAY)


def test_of_several_acts_the_first_is_named_whatever_record_it_was_on(frame: Frame) -> None:
    with frame.write() as session:
        act = make_province(session).act("vera", "verifier")
        for verb, record in (("inspect", ("finding", 3)), ("verify", MATTER[0]), ("validate", MATTER[0])):
            audit.record(session, act, verb, None, kind=record[0], touched=[record])
    with frame.read() as session:
        assert "“inspect” on" in str(barred(session, act.by, MATTER, [], TODAY))
        assert "“verify” on" in str(barred(session, act.by, MATTER[:1], [], TODAY))


def test_relying_on_a_record_or_computing_bars_nobody(frame: Frame) -> None:
    with frame.write() as session:
        act = make_province(session).act("otto", "assessment_office")
        audit.record(session, act, "prepare", None, kind="edition", relied_on=[("finding", 3)])
        audit.record(session, act, "compute", None, kind="edition", touched=[("finding", 3)])
    with frame.read() as session:
        assert not barred(session, act.by, MATTER, [], TODAY)


def test_a_post_at_the_unit_bars_for_three_years_after_its_end(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        person, post = province.person("rita"), province.post("verifier", "220101")
        holding = services.appoint(session, person, by_setup(), post=post, valid_from=LONG_AGO)
        unit_id = province.unit("220101").id
        officer = province.officer("rita")
        assert "holds a post at Gamma County" in str(barred(session, officer, [], [unit_id], TODAY))
        assert not barred(session, officer, [], [province.unit("220102").id], TODAY)
        services.end_holding(session, holding, by_setup(), day=date(2010, 6, 1))
        assert "held a post at Gamma County" in str(barred(session, officer, [], [unit_id], TODAY))
        assert not barred(session, officer, [], [unit_id], date(2013, 6, 1))
        assert barred(session, officer, [], [unit_id], date(2013, 5, 31))


def test_a_post_at_what_the_unit_was_before_bars_too(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        officer = province.officer("rita", "verifier", "220102")
        services.merge_units(
            session, [province.unit("220102")], by_setup(), into=province.unit("220101"), day=date(2012, 1, 1)
        )
        assert "Delta County" in str(barred(session, officer, [], [province.unit("220101").id], TODAY))


def test_a_leap_day_has_its_day_three_years_before() -> None:
    assert years_before(date(2012, 2, 29), 3) == date(2009, 2, 28)
