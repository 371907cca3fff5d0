"""Versions of a scheme, and responsibility letters."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual
from assessment.programmes import services
from assessment.programmes.models import AmendmentGround, Letter, SchemeVersion
from assessment.programmes.services import Change, NewMatter
from support.lives.planned import Planned, planned, province
from support.programmes import SCHEME, Somebody, act, new_letters
from support.transitions import Bar, Beginning, Life, Way

NEXT = SCHEME.replace('"2012.1"', '"2012.2"')
NEXT_YEAR = datetime(2013, 1, 2, 2, 0, tzinfo=UTC)


def office(world: Planned, _record: object = None) -> Act:
    return act(world.office)


def leader(world: Planned, _record: object = None) -> Act:
    return act(world.leader)


def county(world: Planned, _record: object = None) -> Act:
    return act(world.locality("220101"))


def the_writer(world: Planned, _record: object) -> Act:
    """A leader who wrote it himself."""
    return act(Somebody(world.office.key, world.leader.duties))


# --- versions of a scheme --------------------------------------------------------------------------------------------


def written(world: Planned, by: Act | None = None, source: str = SCHEME) -> SchemeVersion:
    return services.write_scheme(world.session, by or office(world), source, unit_id=world.units["220000"])


def checked(world: Planned, source: str = SCHEME) -> SchemeVersion:
    version = written(world, source=source)
    services.check(world.session, version, office(world))
    return version


def submitted(world: Planned, source: str = SCHEME) -> SchemeVersion:
    version = checked(world, source)
    services.submit(world.session, version, office(world))
    return version


def approved(world: Planned, source: str = SCHEME) -> SchemeVersion:
    version = submitted(world, source)
    services.approve_scheme(world.session, version, leader(world))
    return version


def returned(world: Planned) -> SchemeVersion:
    version = submitted(world)
    services.return_scheme(world.session, version, leader(world).because("指标不明"))
    return version


def in_force(world: Planned, source: str = SCHEME) -> SchemeVersion:
    version = approved(world, source)
    services.bring_into_force(world.session, version, office(world), from_period="2012-01")
    return version


def superseded(world: Planned) -> SchemeVersion:
    version = in_force(world)
    in_force(world, NEXT)
    return version


def with_a_fault(_world: Planned, version: SchemeVersion) -> None:
    version.source = version.source.replace("rule: completion", "rule: guessing")


def set_aside_by_the_next(world: Planned, version: SchemeVersion, by: Act) -> None:
    """Nobody sets a version aside but by bringing the next one into force."""
    services.bring_into_force(world.session, approved(world, NEXT), by, from_period="2012-03")


DECIDES_HIS_OWN = Bar("You wrote or submitted", by=the_writer)

SCHEME_VERSION = Life(
    "scheme_version",
    lambda session, _folder: province(session),
    beginnings=(Beginning("write_scheme", office, written),),
    states={
        "drafted": written,
        "checked": checked,
        "submitted": submitted,
        "approved": approved,
        "returned": returned,
        "in_force": in_force,
        "superseded": superseded,
    },
    ways=(
        Way("check", office, bars=(Bar("The scheme still has", spoil=with_a_fault),)),
        Way("revise", office, lambda *_: {"source": SCHEME + "\n"}),
        Way("submit", office),
        Way("approve_scheme", leader, bars=(DECIDES_HIS_OWN,)),
        Way("return_scheme", leader, bars=(DECIDES_HIS_OWN,)),
        Way("bring_into_force", office, lambda *_: {"from_period": "2012-01"}),
        Way("supersede", office, do=set_aside_by_the_next, carried=True,
            bars=(Bar("when another one comes into force"),)),
    ),
)  # fmt: skip


# --- responsibility letters ------------------------------------------------------------------------------------------


def a_year(session: Session, _folder: Path) -> Planned:
    """With letters in force; each life drafts one more for a unit's next task."""
    return planned(session)


def drafted(world: Planned, by: Act | None = None) -> Letter:
    new = next(one for one in new_letters(world) if one.unit_id == world.units["220101"])
    more = type(new)(new.unit_id, "责〔2012〕99号", new.term_from, new.term_to, new.targets, new.schedules)
    return services.draft_letters(world.session, by or office(world), world.programme, world.version, [more])[0]


def matters(_world: Planned, _letter: object = None) -> dict[str, Any]:
    what, why = Bilingual("光缆中断", "A cut cable"), Bilingual("挂牌督办", "under listed supervision")
    return {"matters": [NewMatter(("task", 1), "ZG-1-001", what, why, date(2012, 3, 1))]}


def with_matters(world: Planned, letter: Letter) -> None:
    services.propose_matters(world.session, letter, office(world), **matters(world))


def to_settle(world: Planned) -> Letter:
    letter = drafted(world)
    with_matters(world, letter)
    return letter


def all_of_them(_world: Planned, letter: Letter) -> dict[str, Any]:
    return {"taken_in": [one.id for one in letter.matters]}


def offered(world: Planned) -> Letter:
    letter = drafted(world)
    services.offer(world.session, letter, office(world))
    return letter


def other_targets(_world: Planned, _letter: Letter) -> dict[str, Any]:
    return {"targets": {"cameras": Decimal(80)}}


def proposed(world: Planned, letter: Letter) -> None:
    services.propose_targets(
        world.session, letter, county(world).because("人口下降 Fewer people"), **other_targets(world, letter)
    )


def negotiated(world: Planned) -> Letter:
    letter = offered(world)
    proposed(world, letter)
    return letter


def signed(world: Planned) -> Letter:
    letter = offered(world)
    services.sign(world.session, letter, county(world))
    return letter


def countersigned(world: Planned) -> Letter:
    letter = signed(world)
    services.countersign(world.session, letter, leader(world))
    return letter


def letter_ended(world: Planned) -> Letter:
    letter = countersigned(world)
    services.end_letter(world.session, letter, after_its_term(world))
    return letter


def amendment(world: Planned, by: Act | None = None) -> Letter:
    letter = next(one for one in world.letters if one.unit_id == world.units["220101"])
    change = Change(
        AmendmentGround.FORCE_MAJEURE, "公函〔2012〕8号", date(2012, 7, 1), {"cameras": Decimal(90)}
    )
    return services.amend(world.session, letter, by or office(world), change)


def after_its_term(world: Planned, _letter: object = None) -> Act:
    return Act(world.office, NEXT_YEAR)


def targets(_world: Planned, _letter: Letter) -> dict[str, Any]:
    return {"targets": {"cameras": Decimal(95)}}


def without_targets(world: Planned, letter: Letter) -> None:
    for target in letter.targets:
        world.session.delete(target)
    world.session.flush()
    world.session.expire(letter)


def both_sides(world: Planned, _letter: object) -> Act:
    """The head of the county, by now a leader of the province."""
    return act(Somebody(world.locality("220101").key, world.leader.duties))


LETTER = Life(
    "letter",
    a_year,
    beginnings=(
        Beginning("draft_letters", office, drafted),
        Beginning("amend", office, amendment),
    ),
    states={
        "drafted": drafted,
        "offered": offered,
        "signed": signed,
        "in_force": countersigned,
        "ended": letter_ended,
    },
    ways=(
        Way("set_targets", office, targets),
        Way("propose_matters", office, matters, bars=(Bar("An amendment keeps", of=amendment),)),
        Way("settle_matters", office, all_of_them, starts={"drafted": to_settle},
            bars=(Bar("No key remediation waits", of=drafted),)),
        Way("offer", office, bars=(
            Bar("names no target", spoil=without_targets),
            Bar("Take it in or leave it out", spoil=with_matters),
        )),
        Way("withdraw_offer", office),
        Way("propose_targets", county, other_targets, bars=(Bar("wait for an answer", spoil=proposed),)),
        Way("take_back_proposal", county, starts={"offered": negotiated}, bars=(Bar("no other targets", of=offered),)),
        Way("accept_proposal", office, starts={"offered": negotiated}, bars=(Bar("no other targets", of=offered),)),
        Way("decline_proposal", office, starts={"offered": negotiated}, bars=(Bar("no other targets", of=offered),)),
        Way("sign", county, bars=(Bar("wait for an answer", spoil=proposed),)),
        Way("countersign", leader, bars=(
            Bar("You drafted or signed", by=the_writer),
            Bar("You drafted or signed", by=both_sides),
        )),
        Way("approve_amendment", leader, starts={"drafted": amendment}, bars=(
            Bar("You drafted this amendment", by=the_writer),
            Bar("This is a first version", of=drafted),
        )),
        Way("end_letter", after_its_term, bars=(Bar("The letter runs until", by=office),)),
    ),
)  # fmt: skip


LIVES = (SCHEME_VERSION, LETTER)
