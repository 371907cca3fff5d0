"""Tasks as far along as a test wants them: from a settled visit of the support for inspections."""

import hashlib
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.inspections import services as inspections
from assessment.remediation import services
from assessment.remediation.models import Task
from assessment.remediation.services import Done, NewEvidence, NewPlan
from support.inspections import Campaigning, after_comments, make_campaigning, reported, under_way
from support.kept import kept

ISSUED = datetime.fromisoformat("2012-10-03T01:00:00+00:00")
DAY_AFTER = ISSUED + timedelta(days=1)
LATER = ISSUED + timedelta(days=5)
PLAN = NewPlan("换蓄电池", "2万元", "中心主任", date(2012, 10, 15), "发电机备用")


FIXED_ON = LATER.date()


def shot(name: str = "after.jpg", taken_on: date = FIXED_ON) -> NewEvidence:
    return NewEvidence(hashlib.sha256(name.encode()).hexdigest(), name, "image/jpeg", 9, taken_on)


def done(fixed_on: date = FIXED_ON) -> Done:
    return Done(fixed_on, [shot(taken_on=fixed_on)])


@kept
def issued(session: Session, count: int = 2) -> tuple[Campaigning, list[Task]]:
    """A minor and a major task by turns, just issued to one county."""
    world = make_campaigning(session)
    visit = under_way(world)[0]
    reported(world, visit, count)
    inspections.settle(session, visit, world.act("colleague", after_comments(world)))
    return world, list(session.scalars(select(Task).order_by(Task.id)))


def unit(world: Campaigning, task: Task, at: datetime = DAY_AFTER, reason: str = "") -> Act:
    """An officer of the task's unit."""
    return world.officer_of(task.unit_id, at, reason)


def outsider(world: Campaigning, task: Task, at: datetime = DAY_AFTER, reason: str = "") -> Act:
    """An officer of another county."""
    other = next(code for code in ("220101", "220202") if world.unit_id(code) != task.unit_id)
    return world.act(f"officer-{other}", at, reason)


def recheckers(world: Campaigning, task: Task) -> str:
    """An inspector who did not record the finding."""
    from assessment.inspections.models import Finding

    finding = world.session.get_one(Finding, int(task.origin_id))
    recorder = int(finding.recorded_by.removeprefix("person:"))
    return next(f"inspector-{n}" for n in range(1, 5) if world.province.person(f"inspector-{n}").id != recorder)


def received(world: Campaigning, task: Task) -> None:
    services.receive(world.session, task, unit(world, task))


def working(world: Campaigning, task: Task) -> None:
    received(world, task)
    if task.needs_plan:
        services.file_plan(world.session, task, unit(world, task), PLAN)
        services.accept_plan(world.session, task, world.act("office", DAY_AFTER))
    services.start_work(world.session, task, unit(world, task))


def reported_done(world: Campaigning, task: Task) -> None:
    working(world, task)
    services.report_done(world.session, task, unit(world, task, LATER), done())


def rechecked(world: Campaigning, task: Task) -> None:
    reported_done(world, task)
    services.recheck(world.session, task, world.act(recheckers(world, task), LATER))


def closed(world: Campaigning, task: Task) -> None:
    rechecked(world, task)
    services.close_task(world.session, task, world.act("office", LATER))
