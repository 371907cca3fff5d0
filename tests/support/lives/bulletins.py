"""Bulletins."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy.orm import Session

from assessment.bulletins import services
from assessment.bulletins.models import Bulletin
from assessment.cycles import services as joint
from assessment.foundation.actors import Act
from assessment.foundation.filestore import FileStore
from assessment.foundation.i18n import Bilingual
from assessment.foundation.paper.signature import Signer, ensure_signer
from assessment.organisations.duties import Duty
from assessment.scoring.models import Edition, EditionState
from support.months import JANUARY, Months, a_year
from support.transitions import Bar, Beginning, By, Life, Way, also

SIGNED_AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@cache
def signer() -> Signer:
    """One pair of keys a process: making one takes longer than a whole life."""
    return ensure_signer(Path(mkdtemp()), "Alpha Province", SIGNED_AT)


@dataclass
class Results(Months):
    """January's results are approved; and where documents lie."""

    store: FileStore = None  # type: ignore[assignment]
    edition: Edition = None  # type: ignore[assignment]
    kept: dict[str, Any] = field(default_factory=dict)
    """What was rendered or signed for the one bulletin of this world: the same again takes a second each time."""


def results(session: Session, folder: Path) -> Results:
    world = Results(**vars(a_year(session)), store=FileStore(folder / "store"))
    world.edition = world.approved("2012-01", JANUARY)
    return world


@cache
def by(username: str) -> By:
    return lambda world, *_bulletin: world.act(username)


def drafted(world: Results, act: Act | None = None) -> Bulletin:
    made = services.draft(world.session, act or world.act("office"), world.edition)
    world.session.flush()
    return made


def submitted(world: Results) -> Bulletin:
    return world.submitted(world.edition, world.store)


def approved(world: Results) -> Bulletin:
    bulletin = submitted(world)
    world.approve_bulletin(bulletin)
    return bulletin


def returned(world: Results) -> Bulletin:
    bulletin = submitted(world)
    services.return_bulletin(world.session, bulletin, world.act("leader", "请补充要求"))
    return bulletin


def published(world: Results) -> Bulletin:
    bulletin = approved(world)
    joint.publish(world.session, bulletin, world.act("office"), **signed(world, bulletin))
    return bulletin


def superseded(world: Results) -> Bulletin:
    bulletin = published(world)
    services.supersede(world.session, bulletin, world.act("office", "更正"))
    return bulletin


def withdrawn(world: Results) -> Bulletin:
    bulletin = published(world)
    services.withdraw(world.session, bulletin, world.act("leader", "数据有误"))
    return bulletin


# --- facts and bars --------------------------------------------------------------------------------------------------


def rendered(world: Results, bulletin: Bulletin) -> dict[str, Any]:
    if "prepared" not in world.kept:
        made = services.prepare_submission(world.session, bulletin, world.store, at=world.now)
        world.kept["prepared"] = made
    return {"prepared": world.kept["prepared"]}


def as_read(_world: Results, bulletin: Bulletin) -> dict[str, Any]:
    return {"seen_zh": bulletin.body_zh, "seen_en": bulletin.body_en}


def signed(world: Results, bulletin: Bulletin) -> dict[str, Any]:
    if "signed" not in world.kept:
        world.kept["signed"] = services.prepare_publication(bulletin, world.store, signer(), at=SIGNED_AT)
    return {"signed": world.kept["signed"]}


def results_superseded(world: Results, _bulletin: Bulletin) -> None:
    """As a correction does that is approved."""
    setattr(world.edition, "state", EditionState.SUPERSEDED.value)  # noqa: B010 - a house test looks for these


def who_drafted_it(world: Results, _bulletin: Bulletin) -> Act:
    return also(world.act("office"), Duty.APPROVE)


SUPERSEDED = Bar("are not the approved ones any more", spoil=results_superseded)

LIVES = (
    Life(
        "bulletin",
        results,
        beginnings=(Beginning("draft", by("office"), drafted),),
        states={
            "drafted": drafted,
            "submitted": submitted,
            "approved": approved,
            "returned": returned,
            "published": published,
            "superseded": superseded,
            "withdrawn": withdrawn,
        },
        ways=(
            Way("edit", by("office"), lambda *_: {"title": Bilingual("通报", "A bulletin")}),
            Way("submit", by("office"), rendered, bars=(SUPERSEDED,)),
            Way("approve", by("leader"), as_read, bars=(
                Bar("You drafted or submitted", by=who_drafted_it),
                SUPERSEDED,
            )),
            Way("return_bulletin", by("leader")),
            Way("publish", by("office"), signed, bars=(SUPERSEDED,)),
            Way("supersede", by("office")),
            Way("withdraw", by("leader")),
        ),
    ),
)  # fmt: skip
