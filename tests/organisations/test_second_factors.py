"""Second factors: codes by the book, taken once, guessed in vain, and taken away only by two."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from assessment.foundation.audit import AuditRow
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import OutboxItem
from assessment.foundation.sealing import Broken, Sealer, own_secret
from assessment.organisations import second_factors as factors
from assessment.organisations import services
from assessment.organisations.models import Holding, Person, PostDuty, RecoveryCode, SecondFactor, SignInAttempt
from assessment.organisations.services import Proof
from support.organisations import TODAY, Province, by_setup, make_province

SEALER = Sealer("a key for tests only", "second factors")
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_6238 = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037",
            20000000000: "353130"}  # fmt: skip
"""Appendix B of RFC 6238, SHA-1: the last six of its eight digits."""


@dataclass
class Desk:
    """Somebody with a telephone, and the time it shows."""

    session: Session
    province: Province
    person: Person
    now: datetime = NOW
    codes: tuple[str, ...] = ()

    def secret(self) -> str:
        found = self.session.get_one(SecondFactor, self.person.id)
        return SEALER.open(found.sealed or found.pending or "", services.place_of(self.person.id))

    def shown(self, steps: int = 0) -> str:
        return factors.code_at(self.secret(), factors.step_at(self.now) + steps)

    def begin(self) -> None:
        sealed = SEALER.seal(factors.new_secret(), services.place_of(self.person.id))
        services.begin_second_factor(self.session, self.person, self.own(), sealed=sealed, now=self.now)

    def set_up(self, code: str | None = None) -> None:
        self.begin()
        self.codes = tuple(factors.new_recovery_codes())
        services.set_up_second_factor(
            self.session, self.person, self.own(), code=code or self.shown(), sealer=SEALER,
            recovery_codes=self.codes, sign_in_id=0, now=self.now,
        )  # fmt: skip

    def prove(self, typed: str) -> Proof:
        return services.prove(
            self.session, self.person, typed=typed, sealer=SEALER, source="10.0.0.7", now=self.now
        )

    def own(self):  # type: ignore[no-untyped-def]
        return self.province.act(self.person.username)


def desk(session: Session, role: str = "verifier") -> Desk:
    province = make_province(session, calendar=False)
    for name in ("ada", "bob"):
        province.officer(name, "administrator")
    province.officer("vera", role)
    province.person("vera").email = "vera@province.example"
    return Desk(session, province, province.person("vera"))


# --- by the book -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "code"), RFC_6238.items())
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert factors.code_at(RFC_SECRET, seconds // factors.STEP) == code


@given(st.integers(0, 10**9), st.integers(-5, 5), st.integers(-3, 3))
def test_a_code_is_right_one_step_around_now_and_later_than_the_last_one(at: int, off: int, last: int) -> None:
    now = datetime.fromtimestamp(at * 30 + 7, UTC)
    code = factors.code_at(RFC_SECRET, at + off) if at + off >= 0 else "000000"
    found = factors.step_of(RFC_SECRET, code, now, after=at + last)
    allowed = [step for step in range(max(at - 1, 0), at + 2) if step > at + last]
    assert found == max((step for step in allowed if factors.code_at(RFC_SECRET, step) == code), default=None)


@pytest.mark.parametrize("typed", ["287082", " 287 082 ", "287-082", "２８７０８２"])
def test_blanks_hyphens_and_wide_digits_do_not_matter(typed: str) -> None:
    assert factors.is_by_time(typed)
    assert factors.step_of(RFC_SECRET, typed, datetime.fromtimestamp(59, UTC), after=0) == 1


def test_recovery_codes_are_ten_of_a_hundred_and_twelve_bits_at_least() -> None:
    codes = factors.new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(factors.plain(code)) == 24 and not factors.is_by_time(code) for code in codes)
    assert len(factors.ALPHABET) ** 24 > 2**112
    assert factors.hash_of(codes[0].upper().replace("-", " ")) == factors.hash_of(codes[0])


# --- at rest ---------------------------------------------------------------------------------------------------------


def test_a_dump_of_the_database_gives_no_codes(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        secret, codes = one.secret(), one.codes
    with frame.read() as session:
        for table in ("second_factor", "recovery_code", "audit_row", "audit_body", "outbox_item"):
            dump = repr(session.execute(text(f"SELECT * FROM {table}")).all())
            assert secret not in dump, table
            assert not any(code in dump or factors.plain(code) in dump for code in codes), table


def test_what_was_sealed_opens_with_its_key_in_its_place_only() -> None:
    sealed = SEALER.seal("the secret", "row 1")
    assert SEALER.open(sealed, "row 1") == "the secret"
    assert SEALER.seal("the secret", "row 1") != sealed
    for key, purpose, place, text_ in (
        ("another key for tests", "second factors", "row 1", sealed),
        ("a key for tests only", "another purpose", "row 1", sealed),
        ("a key for tests only", "second factors", "row 2", sealed),
        ("a key for tests only", "second factors", "row 1", sealed[:-6] + "AAAAAA"),
        ("a key for tests only", "second factors", "row 1", "1.%%%"),
    ):
        with pytest.raises(Broken):
            Sealer(key, purpose).open(text_, place)
    with pytest.raises(ValueError, match="at least"):
        Sealer("short", "second factors")


def test_the_installations_key_is_made_once_and_is_its_owners(tmp_path) -> None:  # type: ignore[no-untyped-def]
    made = own_secret(tmp_path / "keys", "factors")
    assert own_secret(tmp_path / "keys", "factors") == made
    assert len(made) == 64
    assert (tmp_path / "keys" / "factors").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["factors"]


def test_another_key_is_a_sentence_and_a_recovery_code_still_opens(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        other = Sealer("another key for tests", "second factors")
        with pytest.raises(NotNow, match="not the one this was sealed with"):
            services.prove(session, one.person, typed="123456", sealer=other, source="", now=NOW)
        proof = services.prove(session, one.person, typed=one.codes[0], sealer=other, source="", now=NOW)
        assert proof is Proof.ON_PAPER


# --- setting up ------------------------------------------------------------------------------------------------------


def test_it_stands_only_after_its_first_code(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.begin()
        assert not services.has_second_factor(session, one.person.id)
        with pytest.raises(Invalid, match="not the code shown now"):
            one.set_up(code="000000" if one.shown() != "000000" else "111111")
        one.set_up()
        assert services.has_second_factor(session, one.person.id)
        assert services.recovery_codes_left(session, one.person.id) == 10


def test_the_first_code_does_not_sign_in_as_well(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        assert one.prove(one.shown()) is Proof.WRONG


def test_an_offer_runs_out(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.begin()
        one.now += timedelta(minutes=31)
        with pytest.raises(NotNow, match="run out"):
            services.set_up_second_factor(
                session, one.person, one.own(), code=one.shown(), sealer=SEALER, recovery_codes=(), sign_in_id=0,
                now=one.now,
            )  # fmt: skip


def test_a_new_telephone_replaces_the_old_one_only_when_it_has_shown_a_code(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        old = one.secret()
        one.begin()
        assert one.secret() == old
        pending = services.pending_secret(session, one.person.id, SEALER, one.now)
        assert pending not in (None, old)
        services.set_up_second_factor(
            session, one.person, one.own(), code=factors.code_at(pending or "", factors.step_at(one.now)),
            sealer=SEALER, recovery_codes=("new",), sign_in_id=0, now=one.now,
        )  # fmt: skip
        assert one.secret() == pending
        assert one.prove(one.codes[0]) is Proof.WRONG, "an old recovery code still opens"


def test_nobody_else_sets_it_up_renews_or_removes_it(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        ada = one.province.act("ada")
        for attempt in (
            lambda: services.begin_second_factor(session, one.person, ada, sealed="1.x", now=NOW),
            lambda: services.renew_recovery_codes(session, one.person, ada, recovery_codes=("x",), now=NOW),
            lambda: services.remove_second_factor(session, one.person, ada, now=NOW),
        ):
            with pytest.raises(NotPermitted, match="owner’s alone"):
                attempt()


@pytest.mark.parametrize("role", ["leader", "administrator", "assessment_office", "deciding_body", "review_officer"])
def test_whoever_approves_decides_or_publishes_cannot_do_without(frame: Frame, role: str) -> None:
    with frame.write() as session:
        one = desk(session, role)
        assert factors.is_needed(one.own().by.duties)
        one.set_up()
        with pytest.raises(NotNow, match="Your duties ask for"):
            services.remove_second_factor(session, one.person, one.own(), now=NOW)


def test_others_may_remove_theirs(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        assert not factors.is_needed(one.own().by.duties)
        one.set_up()
        services.remove_second_factor(session, one.person, one.own(), now=NOW)
        assert not services.has_second_factor(session, one.person.id)
        assert session.scalars(select(RecoveryCode)).all() == []
        with pytest.raises(NotNow, match="no second factor to remove"):
            services.remove_second_factor(session, one.person, one.own(), now=NOW)
        with pytest.raises(NotNow, match="Set it up first"):
            services.renew_recovery_codes(session, one.person, one.own(), recovery_codes=("x",), now=NOW)


# --- proving ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-2, 2)), min_size=2, max_size=8))
def test_no_step_is_ever_taken_twice_nor_an_earlier_one_after_a_later(moves: list[tuple[int, int]]) -> None:
    last, taken, at = 0, [], 1000
    for ahead, off in moves:
        at += ahead
        now = datetime.fromtimestamp(at * factors.STEP, UTC)
        step = factors.step_of(RFC_SECRET, factors.code_at(RFC_SECRET, at + off), now, after=last)
        if step is not None:
            taken.append(step)
            last = step
    assert taken == sorted(set(taken))


def test_the_same_code_is_refused_the_second_time(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        one.now += timedelta(minutes=2)
        assert one.prove(one.shown()) is Proof.BY_TIME
        assert one.prove(one.shown()) is Proof.WRONG
        assert one.prove(one.shown(-1)) is Proof.WRONG, "an earlier one is taken after a later one"
        assert one.prove(one.shown(+1)) is Proof.BY_TIME


def test_a_recovery_code_opens_once(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        assert one.prove(one.codes[3].upper()) is Proof.ON_PAPER
        assert one.prove(one.codes[3]) is Proof.WRONG
        assert services.recovery_codes_left(session, one.person.id) == 9


def test_guessing_ends_after_five_and_after_fifty_a_day_and_its_owner_is_told(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        wrong = "000000" if one.shown() != "000000" else "111111"
        assert [one.prove(wrong) for _ in range(6)] == [Proof.WRONG] * 5 + [Proof.LOCKED]
        assert one.prove(one.shown(+1)) is Proof.LOCKED, "the right one is looked at while locked"
        evaluated = 5
        for _ in range(23 * 4):
            one.now += timedelta(minutes=15)
            evaluated += sum(one.prove(wrong) is Proof.WRONG for _ in range(5)) if evaluated < 60 else 0
        assert evaluated <= 50, "more than fifty guesses a day were looked at"
        told = session.scalars(select(OutboxItem).where(OutboxItem.key.like("second-factor/guessed/%"))).all()
        assert told
        assert "10.0.0.7" in told[0].payload["body"]
        one.now += timedelta(days=1)
        assert one.prove(one.shown()) is Proof.BY_TIME


def test_one_persons_wrong_codes_lock_nobody_else_and_not_the_door(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        for _ in range(6):
            one.prove("999999x")
        ada = Desk(session, one.province, one.province.person("ada"))
        ada.set_up()
        ada.now += timedelta(minutes=1)
        assert ada.prove(ada.shown()) is Proof.BY_TIME
        assert not services.begin_attempt(session, "vera", "10.0.0.7", NOW).is_locked
        kept = session.execute(select(SignInAttempt.account, SignInAttempt.source)).all()
        assert not any("999999" in repr(row) for row in kept)


# --- taken away by two -----------------------------------------------------------------------------------------------


def test_a_reset_takes_two_is_told_to_the_person_and_stands_in_the_trail(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        session.execute(text("DELETE FROM outbox_item"))
        ada, bob = one.province.act("ada", reason="lost it, called back"), one.province.act("bob")
        reset = services.ask_factor_reset(session, one.person, ada)
        assert services.has_second_factor(session, one.person.id), "one hand was enough"
        with pytest.raises(NotNow, match="another administrator confirms it"):
            services.confirm_factor_reset(session, reset, ada)
        with pytest.raises(NotNow, match="asked for already"):
            services.ask_factor_reset(session, one.person, ada)
        services.confirm_factor_reset(session, reset, bob)
        assert not services.has_second_factor(session, one.person.id)
        told = [item.payload["to"] for item in session.scalars(select(OutboxItem).order_by(OutboxItem.id))]
        assert told == ["vera@province.example"] * 2
    with frame.read() as session:
        rows = session.execute(select(AuditRow.act, AuditRow.who).order_by(AuditRow.seq.desc()).limit(2)).all()
        assert [tuple(row) for row in rows] == [
            ("confirm_factor_reset", bob.by.key), ("ask_factor_reset", ada.by.key),
        ]  # fmt: skip


def test_nobody_asks_for_his_own_nor_without_a_reason_nor_where_there_is_none(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        with pytest.raises(NotNow, match="has no second factor"):
            services.ask_factor_reset(session, one.person, one.province.act("ada", reason="lost"))
        one.set_up()
        with pytest.raises(Invalid, match="how you made sure"):
            services.ask_factor_reset(session, one.person, one.province.act("ada"))
        with pytest.raises(NotPermitted, match="your own account"):
            services.ask_factor_reset(session, one.province.person("ada"), one.province.act("ada", reason="lost"))


def test_the_person_declines_what_he_never_asked_for(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        reset = services.ask_factor_reset(session, one.person, one.province.act("ada", reason="lost"))
        services.decline_factor_reset(session, reset, one.own().because("I asked for nothing"))
        with pytest.raises(NotNow, match="cannot be done now"):
            services.confirm_factor_reset(session, reset, one.province.act("bob"))
        assert services.has_second_factor(session, one.person.id)


def test_a_one_time_password_leaves_the_second_factor_as_it_is(frame: Frame) -> None:
    with frame.write() as session:
        one = desk(session)
        one.set_up()
        services.issue_one_time_password(session, one.person, one.province.act("ada"), password_hash="$x", now=NOW)
        assert services.has_second_factor(session, one.person.id)


def test_at_the_console_it_is_taken_away_only_where_two_are_not_left(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session, calendar=False)
        for name in ("ada", "bob"):
            province.officer(name, "administrator")
        last = Desk(session, province, province.person("ada"))
        last.set_up()
        asked = services.ask_factor_reset(session, last.person, by_setup(reason="lost"))
        with pytest.raises(NotNow, match="There are 1 other administrators"):
            services.confirm_factor_reset(session, asked, by_setup())
        services.decline_factor_reset(session, asked, by_setup(reason="asked in vain"))
        by_bob = services.ask_factor_reset(session, last.person, province.act("bob", reason="called back"))
        services.confirm_factor_reset(session, by_bob, by_setup())
        assert not services.has_second_factor(session, last.person.id)
        last.set_up()
        services.end(session, province.person("bob"), by_setup(reason="retired"))
        alone = services.ask_factor_reset(session, last.person, by_setup(reason="lost"))
        services.confirm_factor_reset(session, alone, by_setup())
        assert not services.has_second_factor(session, last.person.id)


def test_the_last_administrator_is_not_ended_by_way_of_post_duty_holding_or_unit(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session, calendar=False)
        office = province.unit("22-office")
        ada = province.act("ada", "administrator", "22-office")
        post = province.post("administrator", "22-office")
        duty = session.scalars(select(PostDuty).where(PostDuty.post_id == post.id)).one()
        holding = session.scalars(select(Holding).where(Holding.post_id == post.id)).one()
        for attempt in (
            lambda: services.end_duty(session, duty, ada, day=TODAY),
            lambda: services.end_post(session, post, ada, day=TODAY),
            lambda: services.end_holding(session, holding, by_setup(), day=TODAY),
            lambda: services.end_unit(session, office, ada, day=TODAY),
        ):
            with pytest.raises(NotNow, match="Nobody would administer"), session.begin_nested():
                attempt()
        province.officer("bob", "administrator", "22")
        services.end_holding(session, holding, province.act("bob"), day=TODAY)
