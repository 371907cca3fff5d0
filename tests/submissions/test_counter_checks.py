"""Samples of verified values: drawn so that anybody can repeat it, checked by another, and never decided by a rule."""

from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from assessment.foundation import audit, clock
from assessment.foundation.draw import draw_with_risks
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.organisations.models import Unit
from assessment.submissions import checks, services
from assessment.submissions.models import CounterCheck
from assessment.submissions.rules import given as number
from support.organisations import Province
from support.programmes import Somebody, World, act
from support.submissions import IN_TIME, a_period_open, values
from support.web import site

SEED = "40281973655104928376"


def verified(session: Session) -> World:
    """Three counties reported; one claimed 60 and 50 were found."""
    world, asked = a_period_open(session)
    for code, cameras in (("220101", 17), ("220102", 60), ("220201", 23)):
        services.submit(session, asked[code], act(world.locality(code), IN_TIME), values(cameras))
    services.verify_many(
        session, act(world.verifier, IN_TIME),
        {asked["220101"]: None, asked["220102"]: {**values(60), "cameras": number(50)}, asked["220201"]: None},
    )  # fmt: skip
    session.flush()
    return world


def frozen(session: Session, world: World, at_random: int = 3, by_risk: int = 1) -> CounterCheck:
    return services.freeze_counter_check(
        session, act(world.office, IN_TIME), period=world.periods["2012-01"], number="FH-1", at_random=at_random,
        by_risk=by_risk,
    )  # fmt: skip


def another(world: World) -> object:
    return Somebody("another verifier", world.verifier.duties)


ROLLS = st.dictionaries(st.text("abcdef", min_size=1, max_size=6), st.integers(0, 3), min_size=1, max_size=30)


@given(ROLLS, st.data())
def test_anybody_can_repeat_the_draw(risks: dict[str, int], data: st.DataObject) -> None:
    at_random = data.draw(st.integers(1, len(risks)))
    tickets = sorted((sha256(f"{SEED},{name}".encode()).hexdigest(), name) for name in risks)
    plain = [name for _, name in tickets[:at_random]]
    left = [name for _, name in tickets[at_random:] if risks[name]]
    by_risk = data.draw(st.integers(0, len(left)))
    drawn = draw_with_risks(risks, at_random, by_risk, SEED)
    assert [(one.id, for_risk) for one, for_risk in drawn] == [
        *((name, False) for name in plain), *((name, True) for name in left[:by_risk]),
    ]  # fmt: skip


def test_what_was_found_to_be_other_than_claimed_is_a_risk_and_the_roll_is_fixed_before_the_seed(frame: Frame) -> None:
    with frame.write() as session:
        world = verified(session)
        check = frozen(session, world)
        roll = {item.name: item.risks for item in check.items}
        assert len(roll) == check.population == 12
        assert roll["220102/unit/cameras"] > roll["220101/unit/online"]
        services.draw_counter_check(session, check, act(world.office, IN_TIME), SEED)
        drawn = [item for item in check.items if item.place is not None]
        assert len(drawn) == 4
        assert all(item.risks for item in drawn if item.is_by_risk)
        session.flush()
    with frame.read() as session:
        assert audit.verify(session) == []


def test_a_roll_changed_after_its_hash_is_not_drawn(frame: Frame) -> None:
    with frame.write() as session:
        world = verified(session)
        check = frozen(session, world)
        check.items[0].risks += 1
        with pytest.raises(NotNow, match="not the one that was frozen"):
            services.draw_counter_check(session, check, act(world.office, IN_TIME), SEED)


def test_more_than_there_are_cannot_be_drawn_and_a_seed_has_twenty_digits(frame: Frame) -> None:
    with frame.write() as session:
        world = verified(session)
        with pytest.raises(Invalid, match="12 verified values"):
            frozen(session, world, at_random=13)
        with pytest.raises(Invalid, match="draw no more of them"):
            frozen(session, world, at_random=11, by_risk=2)
        check = frozen(session, world)
        with pytest.raises(Invalid, match="20 digits"):
            services.draw_counter_check(session, check, act(world.office, IN_TIME), "12345")


def test_the_verifier_does_not_check_himself_and_a_difference_is_explained_but_decides_nothing(frame: Frame) -> None:
    with frame.write() as session:
        world = verified(session)
        check = frozen(session, world, at_random=12, by_risk=0)
        services.draw_counter_check(session, check, act(world.office, IN_TIME), SEED)
        item = next(one for one in check.items if one.name == "220102/unit/cameras")
        with pytest.raises(NotPermitted, match="had a hand"):
            services.record_check(session, check, act(world.verifier, IN_TIME), item_id=item.id, found=Decimal(50))
        by = act(another(world), IN_TIME)
        with pytest.raises(Invalid, match="Say what was found"):
            services.record_check(session, check, by, item_id=item.id, found=Decimal(40))
        services.record_check(session, check, by, item_id=item.id, found=Decimal(40), note="Ten were not on line.")
        assert checks.difference(item) == -10
        for one in check.items:
            if one is not item:
                services.record_check(session, check, by, item_id=one.id, found=one.verified)
        result = checks.result_of(check)
        assert (result.checked, result.wrong, result.rate) == (12, 1, Fraction(1, 12))
        services.close_counter_check(session, check, act(world.office, IN_TIME))
        report = next(one for one in checks.of_period(session, check.period_id) if one.id == item.submission_id)
        assert report.state == "verified"


def test_only_what_was_drawn_is_checked(frame: Frame) -> None:
    with frame.write() as session:
        world = verified(session)
        check = frozen(session, world, at_random=1, by_risk=0)
        services.draw_counter_check(session, check, act(world.office, IN_TIME), SEED)
        other = next(one for one in check.items if one.place is None)
        with pytest.raises(Invalid, match="not drawn"):
            services.record_check(session, check, act(another(world), IN_TIME), item_id=other.id, found=None, note="n")


def test_the_pages_freeze_draw_and_record(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        clock.stand_at(session, IN_TIME)
        world = verified(session)
        province = Province(session, {code: session.get_one(Unit, one) for code, one in world.units.items()})
        for name, role in (("otto", "assessment_office"), ("vera", "verifier")):
            province.officer(name, role, "220000")
        people = {name: person.id for name, person in province.people.items()}
        period = world.periods["2012-01"].id
    the_site = site(frame, tmp_path)
    otto, vera = the_site.browser(people["otto"]), the_site.browser(people["vera"])
    assert "No verified value has been checked anew yet." in otto.get("/submissions/checks").text
    assert otto.get("/submissions/checks/freeze_counter_check").status_code == 200
    facts = {"number": "FH-7", "period": str(period), "at_random": "99", "by_risk": "0"}
    assert otto.post("/submissions/checks/freeze_counter_check", facts).status_code == 422
    made = otto.post("/submissions/checks/freeze_counter_check", {**facts, "at_random": "2"})
    assert made.status_code == 303
    where = made.location
    assert otto.get(f"{where}/draw_counter_check").status_code == 200
    assert otto.post(f"{where}/draw_counter_check", {"seed": SEED}).status_code == 303
    page = otto.get(where).text
    assert "2 of 12 verified values are checked anew." in page
    with frame.read() as session:
        check = session.get_one(CounterCheck, int(where.rsplit("/", 1)[1]))
        item = next(one for one in check.items if one.place == 1)
        name, item_id = item.name, str(item.id)
    assert name in vera.get(f"{where}/record_check").text
    assert vera.post(f"{where}/record_check", {"item_id": item_id, "found": "many", "note": ""}).status_code == 422
    found = {"item_id": item_id, "found": "1", "note": "One only."}
    assert vera.post(f"{where}/record_check", found).status_code == 303
    assert "Found to be wrong" in vera.get(where).text
