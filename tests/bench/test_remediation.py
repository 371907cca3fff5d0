"""How long bulk acts over the example's 4,545 findings and tasks take: three seconds a step at most is the promise."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.inspections import services as inspections
from assessment.inspections.models import Visit
from assessment.inspections.queries import teams_of
from assessment.inspections.services import NewFinding
from assessment.remediation import services as remediation
from assessment.remediation.models import Task
from assessment.remediation.queries import counted
from assessment.remediation.services import Done, NewEvidence, NewPlan
from support import inspections as given

VISITS, FINDINGS = 303, 15
LATER = given.AFTER_COMMENTS
FIXED = (LATER + timedelta(days=2)).date()
PLAN = NewPlan("更换", "2万元", "主任", date(2012, 10, 20), "备用")
DONE = Done(FIXED, [NewEvidence(hashlib.sha256(b"after").hexdigest(), "after.jpg", "image/jpeg", 5, FIXED)])
Do = Callable[[Session, Any, Act], object]


class Steps:
    """One transaction a step, its processor time kept, its commit included."""

    def __init__(self, frame: Frame) -> None:
        self.frame, self.took = frame, {}
        with self.step("draw") as session:
            self.world = given.make_campaigning(session)
            given.under_way(self.world, sample=VISITS, per_county=80)

    @contextmanager
    def step(self, name: str) -> Iterator[Session]:
        begun = time.process_time()
        with self.frame.write() as session:
            if hasattr(self, "world"):
                self.world.session = session
            yield session
        self.took[name] = time.process_time() - begun

    def by_leaders(self, name: str, do: Do) -> None:
        """Each leader does it for all the visits he leads."""
        with self.step(name) as session:
            visits = session.scalars(select(Visit).order_by(Visit.id)).all()
            teams = teams_of(session, [visit.id for visit in visits])
            led = defaultdict(list)
            for visit in visits:
                led[next(one.person_id for one in teams[visit.id] if one.is_leader)].append(visit)
            for mine in led.values():
                do(session, mine, self.world.leader_of(mine[0]))

    def by_units(self, name: str, do: Do, days: int) -> None:
        """Each unit does it for all of its tasks."""
        with self.step(name) as session:
            mine = defaultdict(list)
            for task in session.scalars(select(Task)):
                mine[task.unit_id].append(task)
            for unit_id, tasks in mine.items():
                do(session, tasks, self.world.officer_of(unit_id, LATER + timedelta(days=days)))

    def by(self, who: str, name: str, do: Do, days: int) -> None:
        with self.step(name) as session:
            do(session, session.scalars(select(Task)).all(), self.world.act(who, LATER + timedelta(days=days)))


@pytest.mark.bench
def test_a_campaign_of_three_hundred_visits_and_its_tasks(frame: Frame) -> None:
    steps = Steps(frame)
    items = steps.world.items
    new = [NewFinding(items[n == 0].id, f"机柜{n}", Bilingual(f"问题{n}", f"Problem {n}")) for n in range(FINDINGS)]
    steps.by_leaders("begin", inspections.begin_visit_all)
    steps.by_leaders("record", lambda s, v, a: inspections.record_findings_all(s, v, a, {one.id: new for one in v}))
    steps.by_leaders("report", inspections.report_all)
    with steps.step("deem"):
        given.after_comments(steps.world)
    with steps.step("settle") as session:
        inspections.settle_all(session, session.scalars(select(Visit)).all(), steps.world.act("colleague", LATER))
    steps.by_units("receive", remediation.receive_all, 1)
    steps.by_units("file_plan", lambda s, t, a: remediation.file_plan_all(s, t, a, PLAN), 1)
    steps.by("office", "accept_plan", remediation.accept_plan_all, 1)
    steps.by_units("start_work", remediation.start_work_all, 1)
    steps.by_units("report_done", lambda s, t, a: remediation.report_done_all(s, t, a, DONE), 3)
    steps.by("inspector-4", "recheck", remediation.recheck_all, 5)
    steps.by("office", "close_task", remediation.close_task_all, 5)
    with steps.step("counted") as session:
        units = {task.unit_id for task in session.scalars(select(Task))}
        found = counted(session, units, date(2012, 9, 1), date(2012, 12, 31), LATER + timedelta(days=6))
    assert sum(one["remediation.closed_in_time"] for one in found.values()) == VISITS * FINDINGS
    for name, seconds in steps.took.items():
        print(f"{VISITS * FINDINGS} tasks, {name:12} {seconds:5.2f} s of processor time")
