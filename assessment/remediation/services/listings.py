"""Listed supervision 挂牌督办: a major task supervised in public, its closure published in the same place."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.delivery import services as papers
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import Bilingual, Sentence, reading_zone, say
from assessment.foundation.workdays import Duration, due
from assessment.remediation.models import Listing, Task
from assessment.remediation.process import LISTED_SUPERVISION
from assessment.remediation.queries import OPEN, listing_of

PUBLISH_WITHIN = Duration(5, "w")
PAPER = "listed_supervision"


def list_task(session: Session, act: Act, *, task: Task, number: str, demand: Bilingual) -> Listing:
    """Put a major task that is still open under listed supervision, and tell its unit."""
    if not task.is_major or task.state not in OPEN:
        raise NotNow(say("Only major tasks that are open are listed; {number} is not one.", number=task.number))
    if listing_of(session, task.id) is not None:
        raise NotNow(say("Task {number} is listed already.", number=task.number))
    fault: dict[str, Sentence] = {}
    if not number.strip():
        fault["number"] = say("Give the listing a number.")
    if not (demand.zh.strip() or demand.en.strip()):
        fault["demand"] = say("Say what the unit is asked to do.")
    if fault:
        raise Invalid(next(iter(fault.values())), fields=fault)
    zh, en = demand.zh.strip(), demand.en.strip()
    listing = Listing(
        number=number.strip(), unit_id=task.unit_id, task_id=task.id, demand_zh=zh or en, demand_en=en or zh,
        listed_at=act.at, publish_by=due(act.at, PUBLISH_WITHIN, papers.calendar(session), reading_zone()),
    )  # fmt: skip
    LISTED_SUPERVISION.start(session, listing, "list_task", act, relied_on=[task])
    session.flush()
    papers.serve(
        session, act, unit_id=task.unit_id, kind=PAPER, subject=("listed_supervision", listing.id),
        title=Bilingual(f"挂牌督办通知{number}", f"Notice of listed supervision {number}"), number=listing.number,
    )  # fmt: skip
    return listing


def publish_listing(session: Session, listing: Listing, act: Act) -> None:
    """Put it on the public list; a person's decision."""
    listing.published_at = act.at
    LISTED_SUPERVISION.perform(session, listing, "publish_listing", act, relied_on=[("task", listing.task_id)])


def publish_closure(session: Session, listing: Listing, act: Act) -> None:
    """Say in the same place that it is put right."""
    listing.closure_published_at = act.at
    LISTED_SUPERVISION.perform(session, listing, "publish_closure", act, relied_on=[("task", listing.task_id)])
