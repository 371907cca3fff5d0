"""Accounts."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.organisations import services
from assessment.organisations.models import FactorReset, Person, SecondFactor
from assessment.organisations.officers import officer_on
from support.organisations import NOW, TODAY, Province, by_setup, make_province
from support.transitions import Bar, Beginning, Life, Way


def province(session: Session, _folder: Path) -> Province:
    """With two administrators, so that one can be spared, and one of a single prefecture."""
    world = make_province(session, calendar=False)
    for name, code in (("admin", "22"), ("second", "22"), ("third", "2201")):
        world.officer(name, "administrator", code)
    world.post("verifier", "2202")
    confirm_grants(world)
    return world


def confirm_grants(world: Province) -> None:
    from assessment.organisations.models import Holding, PostDuty

    world.session.flush()
    for row in [*world.session.query(Holding), *world.session.query(PostDuty)]:
        row.confirmed_by = row.confirmed_by or "set-up"
    world.session.flush()


def admin(world: Province, _person: object = None) -> Act:
    return world.act("admin")


def himself(world: Province, person: Person) -> Act:
    return Act(officer_on(world.session, person.id, TODAY), NOW)


def invited(world: Province, by: Act | None = None) -> Person:
    return services.invite(world.session, by or admin(world), username="nina", name="Nina")


def active(world: Province) -> Person:
    person = invited(world)
    services.let_in(world.session, [person], by_setup())
    return person


def suspended(world: Province) -> Person:
    person = active(world)
    services.suspend(world.session, person, admin(world).because("离岗"))
    return person


def ended(world: Province) -> Person:
    person = active(world)
    services.end(world.session, person, admin(world).because("退休"))
    return person


def password(_world: Province, _person: Person) -> dict[str, Any]:
    return {"password_hash": "$argon2id$not-a-real-one", "now": NOW}


def let_in(world: Province, person: Person, act: Act) -> None:
    services.let_in(world.session, [person], act)


def holds_a_post_elsewhere(world: Province, person: Person) -> None:
    services.appoint(
        world.session, person, by_setup(), post=world.post("verifier", "2202"), valid_from=TODAY
    )


def of_one_prefecture(world: Province, _person: Person) -> Act:
    """An administrator, of another prefecture."""
    return world.act("third")


def own(world: Province, person: Person) -> Act:
    """The person, an administrator by now."""
    reach = world.officer("admin").reach
    return replace(admin(world), by=replace(officer_on(world.session, person.id, TODAY), reach=reach))


OWN = Bar("This is your own account", by=own)
ELSEWHERE = Bar("that you do not administer", by=of_one_prefecture, spoil=holds_a_post_elsewhere)


def become_the_last(world: Province, person: Person) -> None:
    """The others have gone, and only this one administers."""
    services.appoint(world.session, person, by_setup(), post=world.post("administrator", "22"), valid_from=TODAY)
    confirm_grants(world)
    for name in ("admin", "second", "third"):
        services.end(world.session, world.person(name), by_setup(reason="退休"))


LAST = Bar("is the only administrator", by=lambda *_: by_setup(), spoil=become_the_last, states=("active",))

# --- a lost telephone ------------------------------------------------------------------------------------------------


def loser(world: Province) -> Person:
    """A verifier whose second factor is lost."""
    world.officer("vera", "verifier", "22")
    person = world.person("vera")
    if world.session.get(SecondFactor, person.id) is None:
        world.session.add(SecondFactor(person_id=person.id, sealed="1.not-a-real-one", since=NOW, last_step=0))
        world.session.flush()
    return person


def asked_for(world: Province, by: Act | None = None) -> FactorReset:
    return services.ask_factor_reset(world.session, loser(world), (by or admin(world)).because("电话核实"))


def taken_away(world: Province) -> FactorReset:
    reset = asked_for(world)
    services.confirm_factor_reset(world.session, reset, second(world))
    return reset


def declined(world: Province) -> FactorReset:
    reset = asked_for(world)
    services.decline_factor_reset(world.session, reset, second(world).because("非本人"))
    return reset


def second(world: Province, _reset: object = None) -> Act:
    return world.act("second")


def late(world: Province, _reset: FactorReset) -> Act:
    return replace(second(world), at=NOW + timedelta(days=4))


def the_loser(world: Province, reset: FactorReset) -> Act:
    """Who lost it, an administrator by now."""
    reach = world.officer("admin").reach
    return replace(admin(world), by=replace(officer_on(world.session, reset.person_id, TODAY), reach=reach))


def colleague(world: Province, _reset: FactorReset) -> Act:
    return world.act("olga", "locality_officer", "2202")


RESETS = Life(
    "factor_reset",
    province,
    beginnings=(Beginning("ask_factor_reset", lambda world: admin(world).because("电话核实"), asked_for),),
    states={"asked": asked_for, "done": taken_away, "declined": declined},
    ways=(
        Way("confirm_factor_reset", second, bars=(
            Bar("You asked for this", by=admin), Bar("your own second factor", by=the_loser),
            Bar("too long ago", by=late), Bar("that you do not administer", by=of_one_prefecture),
            Bar("There are 3 other administrators", by=lambda *_: by_setup()),
        )),
        Way("decline_factor_reset", second, bars=(Bar("or an administrator can decline this", by=colleague),)),
    ),
)  # fmt: skip

LIVES = (
    RESETS,
    Life(
        "person",
        province,
        beginnings=(Beginning("invite", admin, invited),),
        states={"invited": invited, "active": active, "suspended": suspended, "ended": ended},
        ways=(
            Way("change_password", himself, password, bars=(Bar("can change this password", by=admin),)),
            Way("let_in", lambda *_: by_setup(), do=let_in),
            Way("issue_one_time_password", admin, password, bars=(OWN, ELSEWHERE)),
            Way("suspend", admin, bars=(OWN, ELSEWHERE, LAST)),
            Way("reinstate", admin, bars=(OWN, ELSEWHERE)),
            Way("end", admin, bars=(OWN, ELSEWHERE, LAST)),
        ),
    ),
)
