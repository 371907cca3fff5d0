"""Duties are held in posts, as of a day; nobody grants himself one, and the weighty ones take two hands."""

from datetime import date

import pytest
from sqlalchemy import select

from assessment.foundation.actors import Act
from assessment.foundation.audit import AuditRow
from assessment.foundation.errors import Invalid, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.organisations import queries, services
from assessment.organisations.duties import LABELS, ROLES, TO_BE_CONFIRMED, Duty
from assessment.organisations.models import PostDuty
from assessment.organisations.officers import officer_on
from support.organisations import LONG_AGO, NOW, TODAY, by_setup, make_province


def test_every_duty_has_a_label_and_all_but_the_machines_a_role() -> None:
    assert set(LABELS) == set(Duty)
    without = {duty for duty in Duty if not duty.roles}
    assert without == {Duty.CLOCK, Duty.SET_UP, Duty.OWN_ACCOUNT}


def test_a_duty_reaches_the_subtree_of_its_post(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        officer = province.officer("he", "locality_officer", "2201")
        held = {province.unit(code).id for code in ("2201", "220101", "220102")}
        assert officer.unit_ids_for(Duty.REPORT) == held
        assert officer.holds(Duty.REPORT)
        assert not officer.holds(Duty.APPROVE)
        assert not officer.holds(Duty.REPORT, province.unit("22").id)
        assert officer.home_unit_id == province.unit("2201").id
        assert officer.label.startswith("He; Beta City: Locality officer")


def test_a_duty_may_be_for_the_unit_alone_or_for_all(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        office = province.post("data_provider", "22-office")
        services.grant_duty(session, office, by_setup(), duty=Duty.VERIFY, covers="all", valid_from=LONG_AGO)
        services.grant_duty(session, office, by_setup(), duty=Duty.AUDIT, covers="unit", valid_from=LONG_AGO)
        officer = province.officer("he", "data_provider", "22-office")
        assert officer.unit_ids_for(Duty.VERIFY) == {unit.id for unit in province.units.values()}
        assert officer.unit_ids_for(Duty.AUDIT) == {province.unit("22-office").id}


def test_an_acting_substitute_holds_the_duties_for_a_time(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        post, person = province.post("locality_officer", "2201"), province.person("deputy")
        with pytest.raises(Invalid, match="for a time"):
            services.appoint(session, person, by_setup(), post=post, valid_from=TODAY, is_acting=True)
        services.appoint(
            session, person, by_setup(), post=post, valid_from=TODAY, valid_to=date(2012, 11, 20), is_acting=True
        )
        assert "acting" in officer_on(session, person.id, TODAY).label
        assert officer_on(session, person.id, date(2012, 11, 19)).holds("report")
        assert not officer_on(session, person.id, date(2012, 11, 20)).holds("report")
        assert not officer_on(session, person.id, date(2012, 11, 12)).holds("report")


def test_an_ended_duty_rests_from_its_day(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        province.officer("he", "verifier")
        row = session.scalars(select(PostDuty).where(PostDuty.duty == Duty.VERIFY)).one()
        services.end_duty(session, row, by_setup(), day=TODAY)
        assert not province.officer("he").holds(Duty.VERIFY)
        assert officer_on(session, province.person("he").id, date(2012, 11, 12)).holds(Duty.VERIFY)


# --- nobody grants himself a duty ------------------------------------------------------------------------------------


def test_nobody_appoints_himself(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        act = province.act("ada", "administrator")
        with pytest.raises(NotPermitted, match="appoints himself"):
            services.appoint(
                session, province.person("ada"), act, post=province.post("verifier", "22"), valid_from=TODAY
            )


def test_nobody_adds_a_duty_to_a_post_he_holds_or_will_hold(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        act = province.act("ada", "administrator")
        with pytest.raises(NotPermitted, match="he holds himself"):
            services.grant_duty(
                session, province.post("administrator", "22"), act, duty=Duty.ADMINISTER, valid_from=TODAY
            )


def test_the_administrators_duty_goes_with_no_other(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada, bob = province.act("ada", "administrator"), province.act("bob", "administrator")
        with pytest.raises(NotPermitted, match="cannot be combined"):
            services.appoint(session, province.person("bob"), ada, post=province.post("leader", "22"), valid_from=TODAY)
        with pytest.raises(NotPermitted, match="cannot be combined"):
            services.grant_duty(session, province.post("leader", "22"), bob, duty=Duty.ADMINISTER, valid_from=TODAY)
        with pytest.raises(Invalid, match="cannot be combined"):
            services.add_post(
                session, ada, unit_id=province.unit("22").id, title=province.post("leader", "22").title,
                duties=(Duty.ADMINISTER, Duty.PUBLISH), valid_from=TODAY,
            )  # fmt: skip


def test_no_post_carries_a_duty_of_the_machines(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        with pytest.raises(Invalid, match="the software's own"):
            services.grant_duty(session, province.post("verifier", "22"), by_setup(), duty=Duty.CLOCK, valid_from=TODAY)


@pytest.mark.parametrize("role", ["leader", "locality_officer", "assessment_office", "auditor"])
def test_only_administrators_appoint(frame: Frame, role: str) -> None:
    with frame.write() as session:
        province = make_province(session)
        act = province.act("he", role)
        with pytest.raises(NotPermitted):
            services.appoint(
                session, province.person("she"), act, post=province.post("verifier", "22"), valid_from=TODAY
            )


# --- two hands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role, (_, duties) in ROLES.items() if TO_BE_CONFIRMED & set(duties)])
def test_a_weighty_grant_takes_effect_once_another_administrator_has_confirmed_it(frame: Frame, role: str) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada, bob = province.act("ada", "administrator"), province.act("bob", "administrator")
        person = province.person("lee")
        weighty = next(duty for duty in ROLES[role][1] if duty in TO_BE_CONFIRMED)
        title = province.post("verifier", "22").title
        post = services.add_post(session, ada, unit_id=province.unit("22").id, title=title, role=role, valid_from=TODAY)
        holding = services.appoint(session, person, ada, post=post, valid_from=TODAY)
        assert not officer_on(session, person.id, TODAY).holds(weighty)
        assert [grant.person for grant in queries.grants_to_confirm(session, TODAY)] == ["Lee"]
        with pytest.raises(NotPermitted, match="another administrator"):
            services.confirm_grants(session, holding, ada)
        with pytest.raises(NotPermitted, match="not the person named"):
            services.confirm_grants(session, holding, Act(officer_on(session, person.id, TODAY), NOW))
        services.confirm_grants(session, holding, bob)
        assert officer_on(session, person.id, TODAY).holds(weighty)
        assert queries.grants_to_confirm(session, TODAY) == []
        with pytest.raises(NotPermitted, match="Nothing here waits"):
            services.confirm_grants(session, holding, bob)


def test_while_there_is_one_administrator_the_person_named_confirms_and_both_acts_are_in_the_trail(
    frame: Frame,
) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada = province.act("ada", "administrator")
        person = province.person("lee")
        title = province.post("verifier", "22").title
        post = services.add_post(
            session, ada, unit_id=province.unit("22").id, title=title, role="leader", valid_from=TODAY
        )
        holding = services.appoint(session, person, ada, post=post, valid_from=TODAY)
        services.confirm_grants(session, holding, Act(officer_on(session, person.id, TODAY), NOW))
        assert officer_on(session, person.id, TODAY).holds(Duty.APPROVE)
    with frame.read() as session:
        rows = session.execute(select(AuditRow.act, AuditRow.who).order_by(AuditRow.seq.desc()).limit(2)).all()
        assert [tuple(row) for row in rows] == [("confirm_grants", f"person:{person.id}"), ("appoint", ada.by.key)]


def test_a_weighty_duty_added_to_a_held_post_waits_while_the_others_work(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada, bob = province.act("ada", "administrator"), province.act("bob", "administrator")
        officer = province.officer("lee", "leader")
        services.grant_duty(session, province.post("leader", "22"), ada, duty=Duty.PUBLISH, valid_from=TODAY)
        assert not province.officer("lee").holds(Duty.PUBLISH)
        assert province.officer("lee").holds(Duty.APPROVE)
        holding_id = queries.grants_to_confirm(session, TODAY)[0].holding_id
        services.confirm_grants(session, session.get_one(services.posts.Holding, holding_id), bob)
        assert province.officer("lee").holds(Duty.PUBLISH)
        assert officer.person_id == province.person("lee").id


def test_two_administrators_who_each_granted_a_half_confirm_each_others(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada, bob = province.act("ada", "administrator"), province.act("bob", "administrator")
        title = province.post("verifier", "22").title
        post = services.add_post(
            session, ada, unit_id=province.unit("22").id, title=title, role="review_officer", valid_from=TODAY
        )
        holding = services.appoint(session, province.person("lee"), bob, post=post, valid_from=TODAY)
        services.confirm_grants(session, holding, bob)
        assert not province.officer("lee").holds(Duty.REVIEW)
        services.confirm_grants(session, holding, ada)
        assert province.officer("lee").holds(Duty.REVIEW)


# --- who is to be told -----------------------------------------------------------------------------------------------


def test_whoever_holds_a_duty_for_a_unit_is_found_the_nearest_first(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        province.officer("far", "locality_officer", "2201")
        province.officer("near", "locality_officer", "220101")
        found = queries.people_holding(session, Duty.RECEIVE_PAPERS, province.unit("220101").id, TODAY)
        assert [one.label for one in found] == ["Near", "Far"]
        found = queries.people_holding(session, Duty.RECEIVE_PAPERS, province.unit("220102").id, TODAY)
        assert [one.label for one in found] == ["Far"]


def test_who_prepares_does_not_approve_and_who_investigates_does_not_decide(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada, unit_id = province.act("ada", "administrator"), province.unit("22").id
        title = Bilingual("岗位", "Post")
        for duties, words in (
            ((Duty.PREPARE, Duty.APPROVE), "does not approve them"),
            ((Duty.COMPUTE, Duty.CONFIRM_ADJUSTMENTS), "does not approve them"),
            ((Duty.INVESTIGATE, Duty.DECIDE_CASES), "does not decide them"),
        ):
            with pytest.raises(Invalid, match=words):
                services.add_post(session, ada, unit_id=unit_id, title=title, duties=duties, valid_from=TODAY)
        province.officer("olga", "assessment_office")
        with pytest.raises(NotPermitted, match="does not approve them"):
            leads = province.post("leader", "22")
            services.appoint(session, province.person("olga"), ada, post=leads, valid_from=TODAY)
        province.officer("ida", "investigator")
        with pytest.raises(NotPermitted, match="does not decide them"):
            services.grant_duty(
                session, province.post("investigator", "22"), ada, duty=Duty.DECIDE_CASES, valid_from=TODAY
            )
