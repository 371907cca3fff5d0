"""Accounts: invited, active, suspended, ended; every step is taken, and refused where it must be."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from assessment.foundation.actors import Act
from assessment.foundation.audit import AuditRow
from assessment.foundation.errors import Invalid, NotNow, NotPermitted, Refusal
from assessment.foundation.frame import Frame
from assessment.organisations import handover, passwords, queries, services
from assessment.organisations.models import AccountState, Credential, Person
from assessment.organisations.officers import officer_on
from assessment.organisations.passwords import hash_password
from assessment.organisations.process import ACCOUNT
from support.organisations import NOW, QUICK, TODAY, Province, by_setup, make_province

HASH = hash_password("correct horse battery", QUICK)


def own(province: Province, person: Person) -> Act:
    return Act(officer_on(province.session, person.id, TODAY), NOW)


def test_an_invited_person_becomes_active_by_choosing_a_password(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada = province.act("ada", "administrator")
        person = services.invite(session, ada, username=" Lee.Wang ", name="王力", email="lee@example.org")
        assert (person.username, person.state) == ("lee.wang", AccountState.INVITED)
        services.issue_one_time_password(session, person, ada, password_hash=HASH, now=NOW)
        credential = session.get_one(Credential, person.id)
        assert credential.must_change
        assert credential.usable_until == NOW + timedelta(days=7)
        services.change_password(session, person, own(province, person), password_hash=HASH, now=NOW)
        assert person.state == AccountState.ACTIVE
        assert not credential.must_change
        services.change_password(session, person, own(province, person), password_hash=HASH, now=NOW)
        assert person.state == AccountState.ACTIVE


def test_nobody_chooses_anothers_password(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada, person = province.act("ada", "administrator"), province.person("lee")
        with pytest.raises(NotNow, match="Only Lee"):
            services.change_password(session, person, ada, password_hash=HASH, now=NOW)


def test_no_password_and_no_hash_enters_the_trail(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        services.issue_one_time_password(
            session, province.person("lee"), province.act("ada", "administrator"), password_hash=HASH, now=NOW
        )
    with frame.read() as session:
        bodies = session.scalars(select(services.sign_ins.audit.AuditBody.body)).all()
        assert not any(HASH in (body or "") for body in bodies)


def test_a_suspended_person_is_reinstated_and_an_ended_one_is_not(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada = province.act("ada", "administrator").because("left in a hurry")
        officer = province.officer("lee", "verifier")
        person = province.person("lee")
        services.suspend(session, person, ada)
        assert person.state == AccountState.SUSPENDED
        services.reinstate(session, person, ada)
        assert person.state == AccountState.ACTIVE
        services.end(session, person, ada)
        assert person.state == AccountState.ENDED
        assert officer.holds("verify")
        assert not officer_on(session, person.id, TODAY).holds("verify")
        for action in (services.suspend, services.reinstate, services.end):
            with pytest.raises(NotNow):
                action(session, person, ada)


@pytest.mark.parametrize("action", ["suspend", "reinstate", "end"])
def test_out_and_in_need_a_reason(frame: Frame, action: str) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada, person = province.act("ada", "administrator"), province.person("lee")
        if action == "reinstate":
            services.suspend(session, person, ada.because("a test"))
        with pytest.raises(Invalid, match="Say why"):
            getattr(services, action)(session, person, ada)


@pytest.mark.parametrize("action", ["suspend", "end", "issue_one_time_password"])
def test_an_administrator_does_not_do_it_to_himself_nor_a_leader_to_anybody(frame: Frame, action: str) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada, leader = province.act("ada", "administrator"), province.act("leader", "leader")
        province.act("bob", "administrator")
        facts = {"password_hash": HASH, "now": NOW} if action == "issue_one_time_password" else {}
        with pytest.raises(NotNow, match="your own account"):
            getattr(services, action)(session, province.person("ada"), ada.because("why not"), **facts)
        with pytest.raises(NotPermitted):
            getattr(services, action)(session, province.person("bob"), leader.because("why not"), **facts)


def test_the_last_administrator_stays(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        province.act("ada", "administrator")
        with pytest.raises(NotNow, match="only administrator"):
            services.suspend(session, province.person("ada"), by_setup(reason="a test"))
        province.act("bob", "administrator")
        services.suspend(session, province.person("ada"), by_setup(reason="a test"))
        assert queries.administrators(session, TODAY) == [province.person("bob").id]


def test_a_local_administrator_looks_after_local_people_only(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        local = province.act("local", "administrator", "2201").because("a test")
        province.officer("near", "verifier", "220101")
        province.officer("far", "verifier", "220201")
        services.suspend(session, province.person("near"), local)
        with pytest.raises(NotNow, match="do not administer"):
            services.suspend(session, province.person("far"), local)


def test_only_the_set_up_lets_people_in_without_a_password(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        ada = province.act("ada", "administrator")
        people = [services.invite(session, ada, username=name, name=name) for name in ("one", "two")]
        with pytest.raises(NotPermitted):
            services.let_in(session, people, ada)
        services.let_in(session, people, by_setup())
        assert {person.state for person in people} == {AccountState.ACTIVE}


def test_user_names_are_unique_and_all_faults_come_at_once(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        province.person("lee")
        with pytest.raises(Invalid, match="taken"):
            services.invite(session, by_setup(), username="LEE", name="Lee")
        with pytest.raises(Invalid) as refused:
            services.invite(session, by_setup(), username="a b", name=" ", email="nowhere", language="fr")
        assert set(refused.value.fields) == {"username", "name", "email", "language"}


def test_buttons_are_drawn_exactly_when_pressing_works(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        province.officer("lee", "verifier")
        acts = [
            by_setup(),
            province.act("ada", "administrator"),
            province.act("xi", "leader"),
            own(province, province.person("lee")),
        ]
        for act in acts:
            for person in (province.person("ada"), province.person("lee")):
                for offer in ACCOUNT.available(session, person, act):
                    if offer.is_open and offer.transition.target is None:
                        ACCOUNT.perform(session, person, offer.action, act.because("a test"))
                    elif not offer.is_open:
                        with pytest.raises(Refusal):
                            ACCOUNT.perform(session, person, offer.action, act.because("a test"))


def test_a_post_is_handed_over_with_the_work_bound_to_its_holder(frame: Frame) -> None:
    class Visit:
        id = 7
        inspector = 0

    visit = Visit()
    with frame.write() as session:
        province = make_province(session)
        ada = province.act("ada", "administrator")
        province.officer("old", "locality_officer", "2201")
        old, new = province.person("old"), province.person("new")
        visit.inspector = old.id
        bound = handover.Bound(
            "visit", "Visits",
            lambda _session, person_id: [visit] if visit.inspector == person_id else [],
            lambda _session, record, _before, person_id, _act: setattr(record, "inspector", person_id),
        )  # fmt: skip
        known = dict(handover._BOUND)
        handover.register(bound)
        holding = session.scalars(
            select(services.posts.Holding).where(services.posts.Holding.person_id == old.id)
        ).one()
        try:
            services.hand_over(session, holding, ada, successor=new, day=TODAY)
        finally:
            handover._BOUND.clear()
            handover._BOUND.update(known)
        assert visit.inspector == new.id
        assert province.officer("new").holds("report", province.unit("2201").id)
        assert not province.officer("old").holds("report")
    with frame.read() as session:
        assert session.scalar(select(AuditRow.act).order_by(AuditRow.seq.desc()).limit(1)) == "hand_over"


# --- passwords -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short7!", "at least 8"),
        ("password123", "tried first"),
        ("Password123", "tried first"),
        ("woaini1314", "tried first"),
        ("88888888", "tried first"),
        ("lee.wang-lee", "your name"),
        ("x" * 257, "at most 256"),
    ],
)
def test_bad_passwords_are_refused_with_the_reason(password: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        passwords.check_password(password, "lee.wang")
    assert "password" in refused.value.fields


@pytest.mark.parametrize("password", ["correct horse battery", "三个和尚没水喝的故事", "mX7#pQ2z"])
def test_good_passwords_pass(password: str) -> None:
    passwords.check_password(password, "lee.wang", "王力")


def test_a_password_is_right_only_against_its_own_hash() -> None:
    assert passwords.is_right(HASH, "correct horse battery", QUICK)
    assert not passwords.is_right(HASH, "correct horse batterz", QUICK)
    assert not passwords.is_right(None, "the password of nobody", QUICK)


def test_the_list_of_common_passwords_states_its_size() -> None:
    lines = passwords.COMMON.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if not line.startswith("#")]
    assert lines[0].startswith(f"# {len(listed)} passwords")
    assert len(listed) == len(set(listed)) >= 3000
