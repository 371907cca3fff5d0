"""Signing in: guesses are counted in the database, a session ends with what it stood on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.foundation import clock
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.audit import AuditRow
from assessment.foundation.errors import NotPermitted
from assessment.foundation.frame import Frame
from assessment.organisations import passwords, services
from assessment.organisations.models import Person, SignIn, SignInAttempt
from assessment.organisations.officers import officer_on
from assessment.organisations.passwords import fingerprint, hash_password, is_right
from assessment.organisations.services.sign_ins import SignedIn
from support.organisations import LONG_AGO, NOW, QUICK, TODAY, Province, by_setup, make_province

PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD, QUICK)
MINUTE = timedelta(minutes=1)


def with_password(session: Session, username: str = "lee") -> Person:
    person = Province(session).person(username)
    services.issue_one_time_password(session, person, by_setup(), password_hash=HASH, now=NOW)
    services.change_password(
        session, person, Act(officer_on(session, person.id, TODAY), NOW), password_hash=HASH, now=NOW
    )
    return person


def enter(
    frame: Frame, username: str, password: str, now: datetime = NOW, source: str = "10.0.0.1", token: str = "t" * 43
) -> SignedIn | None:
    """The three steps, as a face takes them."""
    with frame.write() as session:
        evidence = services.begin_attempt(session, username, source, now)
    ok = not evidence.is_locked and is_right(evidence.password_hash, password, QUICK)
    with frame.write() as session:
        if ok:
            return services.sign_in(session, evidence, token=token, source=source, now=now, at=NOW)
        if not evidence.is_locked:
            services.settle_failure(session, evidence)
        return None


def is_in(frame: Frame, token: str = "t" * 43, now: datetime = NOW) -> bool:
    with frame.read() as session:
        return services.signed_in(session, token, now) is not None


@pytest.fixture
def lee(frame: Frame) -> Person:
    with frame.write() as session:
        return with_password(session)


def test_the_right_password_opens_a_session_of_which_only_the_hash_is_kept(frame: Frame, lee: Person) -> None:
    opened = enter(frame, " LEE ", PASSWORD)
    assert opened is not None
    assert opened.person_id == lee.id
    assert not opened.must_change
    with frame.read() as session:
        row = session.scalars(select(SignIn)).one()
        assert row.token_hash == fingerprint("t" * 43)
        assert session.scalar(select(AuditRow.act).order_by(AuditRow.seq.desc()).limit(1)) == "sign_in"
    assert is_in(frame)
    assert not is_in(frame, "u" * 43)


@pytest.mark.parametrize(("username", "password"), [("lee", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_failure_enters_the_security_log_and_not_the_trail(
    frame: Frame, lee: Person, username: str, password: str
) -> None:
    with frame.read() as session:
        before = session.scalar(select(func.count()).select_from(AuditRow))
    assert enter(frame, username, password) is None
    with frame.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditRow)) == before
        assert [one.outcome for one in session.scalars(select(SignInAttempt))] == ["wrong"]
        assert username == "" or all(username not in one.account for one in session.scalars(select(SignInAttempt)))


def test_an_unknown_name_costs_the_same_work(frame: Frame, lee: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    hasher = type(passwords._hasher(QUICK))
    verify = hasher.verify
    monkeypatch.setattr(hasher, "verify", lambda self, *parts: verified.append(parts[0]) or verify(self, *parts))
    enter(frame, "lee", "wrong")
    enter(frame, "nobody", "wrong")
    assert len(verified) == 2
    assert verified[0].split("$")[:4] == verified[1].split("$")[:4]


def test_after_ten_wrong_guesses_the_right_one_waits_fifteen_minutes(frame: Frame, lee: Person) -> None:
    for turn in range(30):
        assert enter(frame, "lee", f"guess {turn}", NOW + turn * timedelta(seconds=1), f"10.0.1.{turn}") is None
    with frame.read() as session:
        outcomes = list(session.scalars(select(SignInAttempt.outcome)))
    assert (outcomes.count("wrong"), outcomes.count("locked")) == (10, 20)
    assert enter(frame, "lee", PASSWORD, NOW + 10 * MINUTE) is None
    assert enter(frame, "lee", PASSWORD, NOW + 15 * MINUTE + timedelta(seconds=10)) is not None


def test_another_user_is_not_locked_out_but_the_source_is(frame: Frame, lee: Person) -> None:
    with frame.write() as session:
        with_password(session, "other")
    for turn in range(10):
        enter(frame, "lee", f"guess {turn}")
    assert enter(frame, "other", PASSWORD, source="10.0.0.2") is not None
    assert enter(frame, "other", PASSWORD, source="10.0.0.1", token="u" * 43) is None


def test_an_unknown_name_is_locked_just_as_a_known_one(frame: Frame, lee: Person) -> None:
    for username in ("lee", "nobody"):
        for turn in range(10):
            enter(frame, username, "guess", source=f"{username}{turn}")
        with frame.write() as session:
            assert services.begin_attempt(session, username, "elsewhere", NOW).is_locked


def test_guesses_made_at_once_are_counted_one_by_one(frame: Frame, lee: Person) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda turn: enter(frame, "lee", "guess", source=f"10.0.2.{turn}"), range(24)))
    with frame.read() as session:
        outcomes = list(session.scalars(select(SignInAttempt.outcome)))
    assert outcomes.count("wrong") <= 10
    assert len(outcomes) == 24


@pytest.mark.postgres
def test_on_postgresql_too(frame: Frame) -> None:
    with frame.write() as session:
        with_password(session)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda turn: enter(frame, "lee", "guess", source=f"10.0.2.{turn}"), range(24)))
    with frame.read() as session:
        assert list(session.scalars(select(SignInAttempt.outcome))).count("wrong") == 10


def test_a_one_time_password_must_be_changed_and_runs_out(frame: Frame) -> None:
    with frame.write() as session:
        person = Province(session).person("lee")
        services.issue_one_time_password(session, person, by_setup(), password_hash=HASH, now=NOW)
    opened = enter(frame, "lee", PASSWORD)
    assert opened is not None
    assert opened.must_change
    assert enter(frame, "lee", PASSWORD, NOW + timedelta(days=7), token="u" * 43) is None


# --- the end of a session --------------------------------------------------------------------------------------------


def test_a_copied_cookie_is_dead_after_sign_out(frame: Frame, lee: Person) -> None:
    opened = enter(frame, "lee", PASSWORD)
    assert opened is not None
    with frame.write() as session:
        services.sign_out(session, opened.sign_in_id, Act(officer_on(session, lee.id, TODAY), NOW))
    assert not is_in(frame)
    with frame.read() as session:
        assert session.scalar(select(AuditRow.act).order_by(AuditRow.seq.desc()).limit(1)) == "sign_out"


def test_a_session_ends_after_an_idle_hour_and_after_eight(frame: Frame, lee: Person) -> None:
    opened = enter(frame, "lee", PASSWORD)
    assert opened is not None
    assert is_in(frame, now=NOW + 59 * MINUTE)
    assert not is_in(frame, now=NOW + 60 * MINUTE)
    for hours in range(1, 9):
        with frame.write() as session:
            services.touch(session, opened.sign_in_id, NOW + hours * 59 * MINUTE)
    assert is_in(frame, now=NOW + timedelta(hours=7, minutes=59))
    assert not is_in(frame, now=NOW + timedelta(hours=8))
    assert opened.should_be_touched(NOW + 5 * MINUTE)
    assert not opened.should_be_touched(NOW + 4 * MINUTE)


@pytest.mark.parametrize(
    "why", ["password", "one-time password", "suspension", "end", "appointment", "grant", "end of post"]
)
def test_a_session_ends_with_what_it_stood_on(frame: Frame, why: str) -> None:
    with frame.write() as session:
        province = make_province(session)
        person = with_password(session)
        province.people["lee"] = person
        post = province.post("verifier", "2201")
        services.appoint(session, person, by_setup(), post=post, valid_from=LONG_AGO)
        with_password(session, "other")
    assert enter(frame, "lee", PASSWORD) is not None
    assert enter(frame, "other", PASSWORD, token="o" * 43) is not None
    assert is_in(frame)
    with frame.write() as session:
        person = session.get_one(Person, person.id)
        act = by_setup(reason="a test")
        post = session.merge(post)
        if why == "password":
            me = Act(officer_on(session, person.id, TODAY), NOW)
            services.change_password(session, person, me, password_hash=HASH, now=NOW)
        elif why == "one-time password":
            services.issue_one_time_password(session, person, act, password_hash=HASH, now=NOW)
        elif why == "suspension":
            services.suspend(session, person, act)
        elif why == "end":
            services.end(session, person, act)
        elif why == "appointment":
            province.session = session
            services.appoint(session, person, act, post=province.post("auditor", "22"), valid_from=TODAY)
        elif why == "grant":
            services.grant_duty(session, post, act, duty=services.posts.Duty.AUDIT, valid_from=TODAY)
        else:
            services.end_post(session, post, act, day=TODAY)
    assert not is_in(frame)
    assert is_in(frame, "o" * 43)


def test_a_suspended_person_does_not_come_in(frame: Frame, lee: Person) -> None:
    with frame.write() as session:
        services.suspend(session, session.get_one(Person, lee.id), by_setup(reason="a test"))
    assert enter(frame, "lee", PASSWORD) is None


def test_one_looks_through_anothers_eyes_in_the_examples_only(frame: Frame, lee: Person) -> None:
    with frame.write() as session:
        person = session.get_one(Person, lee.id)
        facts = {"token": "s" * 43, "source": "", "now": NOW}
        with pytest.raises(NotPermitted, match="Only in the examples"):
            services.see_as(session, person, by_setup(), **facts)
        clock.stand_at(session, NOW)
        assert services.see_as(session, person, by_setup(), **facts).is_seen_as
        assert officer_on(session, person.id, TODAY, seen_as=True).label.endswith("(seen as, 换身份查看)")


def test_the_security_log_of_an_hour_is_sealed_into_the_trail(frame: Frame, lee: Person) -> None:
    enter(frame, "lee", "guess")
    with frame.write() as session:
        services.digest_attempts(session, Act(CLOCK, NOW), since=NOW - MINUTE, until=NOW + MINUTE)
    with frame.read() as session:
        row = session.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1)).one()
        assert (row.act, row.kind) == ("digest_attempts", "sign_in_attempt")
