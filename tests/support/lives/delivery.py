"""Papers and extensions."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from assessment.delivery import services
from assessment.delivery.models import Extension, Paper
from assessment.delivery.services import Deadline, NewPaper
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.i18n import Bilingual
from assessment.organisations.duties import Duty
from support.organisations import NOW, Province, make_province
from support.transitions import Bar, Beginning, Life, Way, also

LATER = NOW + timedelta(days=30)
DUE = datetime(2012, 11, 20, 15, 59, 59, tzinfo=UTC)
TASK = ("task", 9)


def province(session: Session, _folder: Path) -> Province:
    world = make_province(session)
    world.officer("office", "assessment_office")
    world.officer("supervision", "supervision_office")
    world.officer("olga", "locality_officer", "220101")
    world.officer("asker", "locality_officer", "2201")
    return world


def office(world: Province, _record: object = None) -> Act:
    return world.act("office")


def unit(world: Province, _record: object = None) -> Act:
    return world.act("olga")


def the_clock_later(_world: Province, _record: object = None) -> Act:
    return Act(CLOCK, LATER)


def the_clock_now(_world: Province, _record: object = None) -> Act:
    return Act(CLOCK, NOW)


# --- papers ----------------------------------------------------------------------------------------------------------


def issued(world: Province, by: Act | None = None) -> Paper:
    paper = NewPaper(world.unit("220101").id, TASK, Bilingual("通知", "A notice"))
    return services.issue(world.session, by or office(world), "notice", paper)


def available(world: Province) -> Paper:
    paper = issued(world)
    services.serve_issued(world.session, [paper], office(world))
    return paper


def opened(world: Province) -> Paper:
    paper = available(world)
    services.open_paper(world.session, paper, unit(world))
    return paper


def received(world: Province) -> Paper:
    paper = available(world)
    services.receive(world.session, paper, unit(world))
    return paper


def deemed(world: Province) -> Paper:
    paper = available(world)
    services.deem_received(world.session, paper, the_clock_later(world))
    return paper


def failed(world: Province) -> Paper:
    paper = issued(world)
    services.fail(world.session, paper, office(world).because("单位已撤销"))
    return paper


PAPER = Life(
    "paper",
    province,
    beginnings=(Beginning("issue", office, issued),),
    states={
        "issued": issued,
        "available": available,
        "opened": opened,
        "received": received,
        "deemed_received": deemed,
        "failed": failed,
    },
    ways=(
        # The service of this name makes the paper, too; what was issued before goes out by serve_issued.
        Way("serve", office, do=lambda world, paper, act: services.serve_issued(world.session, [paper], act)),
        Way("open_paper", unit),
        Way("receive", unit),
        Way("deem_received", the_clock_later, bars=(Bar("not before", by=the_clock_now),)),
        Way("fail", office),
    ),
)


# --- extensions ------------------------------------------------------------------------------------------------------


def asker(world: Province, _record: object = None) -> Act:
    return world.act("asker", reason="the road is under water")


def granter(world: Province, _record: object = None) -> Act:
    return world.act("supervision")


def asked(world: Province, by: Act | None = None) -> Extension:
    return services.ask_extension(
        world.session, by or asker(world), unit_id=world.unit("2201").id, until=DUE + timedelta(days=10),
        deadlines=[Deadline(world.unit("220101").id, TASK, DUE)], grant_duty=Duty.EXTEND_TASKS,
    )  # fmt: skip


def granted(world: Province) -> Extension:
    extension = asked(world)
    services.grant_extension(world.session, extension, granter(world))
    return extension


def refused(world: Province) -> Extension:
    extension = asked(world)
    services.refuse_extension(world.session, extension, granter(world).because("the water is gone"))
    return extension


def the_asker(world: Province, _extension: Extension) -> Act:
    return also(asker(world), Duty.EXTEND_TASKS)


def of_another_kind(world: Province, _extension: Extension) -> Act:
    """Who extends reporting does not extend tasks."""
    return world.act("office")


BARS = (Bar("You asked for this extension", by=the_asker), Bar("for every unit it is about", by=of_another_kind))

EXTENSION = Life(
    "extension",
    province,
    beginnings=(Beginning("ask_extension", asker, asked),),
    states={"asked": asked, "granted": granted, "refused": refused},
    ways=(Way("grant_extension", granter, bars=BARS), Way("refuse_extension", granter, bars=BARS)),
)

LIVES = (PAPER, EXTENSION)
