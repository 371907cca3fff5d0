"""How long bulk acts over the example's 4,545 tasks take: at most three seconds a step is the promise."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from support import inspections as given

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

VISITS, FINDINGS = 303, 15


@contextmanager
def timed(name: str, found: dict[str, float]) -> Iterator[None]:
    start = time.process_time()
    yield
    found[name] = time.process_time() - start


@pytest.mark.bench
def test_a_campaign_of_three_hundred_visits(frame: Frame) -> None:
    took: dict[str, float] = {}
    with frame.write() as session:
        world = given.make_campaigning(session)
        with timed("draw", took):
            visits = given.under_way(world, sample=VISITS, per_county=80)

    def step(name: str, do: object) -> None:
        with timed(name, took), frame.write() as session:
            world.session = session
            world.visits = list(session.scalars(select(Visit).order_by(Visit.id)))
            do(session)  # type: ignore[operator]

    with frame.read() as session:
        teams = teams_of(session, [visit.id for visit in visits])
    leads: dict[int, list] = {}
    for visit in visits:
        leads.setdefault(next(m.person_id for m in teams[visit.id] if m.is_leader), []).append(visit.id)

    def each_leader(what: object):  # noqa: ANN202
        def run(session: object) -> None:
            by_id = {visit.id: visit for visit in world.visits}
            for ids in leads.values():
                mine = [by_id[one] for one in ids]
                what(session, mine, world.leader_of(mine[0]))  # type: ignore[operator]
        return run

    new = [NewFinding(world.items[n == 0].id, f"机柜{n}", Bilingual(f"问题{n}", f"Problem {n}")) for n in range(FINDINGS)]
    step("begin", each_leader(inspections.begin_visit_all))
    step("record", each_leader(lambda s, v, a: inspections.record_findings_all(s, v, a, {one.id: new for one in v})))
    step("report", each_leader(inspections.report_all))
    later = given.AFTER_COMMENTS
    step("deem", lambda s: given.after_comments(world))
    step("settle", lambda s: inspections.settle_all(s, world.visits, world.act("colleague", later)))

    def on_tasks(name: str, what: object, who: str, days: int) -> None:
        with timed(name, took), frame.write() as session:
            world.session = session
            tasks = session.scalars(select(Task)).all()
            at = later + timedelta(days=days)
            if who == "unit":
                by_unit: dict[int, list[Task]] = {}
                for task in tasks:
                    by_unit.setdefault(task.unit_id, []).append(task)
                for unit_id, mine in by_unit.items():
                    what(session, mine, world.officer_of(unit_id, at))  # type: ignore[operator]
            else:
                what(session, tasks, world.act(who, at))  # type: ignore[operator]

    plan = NewPlan("更换", "2万元", "主任", date(2012, 10, 20), "备用")
    shot = hashlib.sha256(b"after").hexdigest()
    fixed = (later + timedelta(days=2)).date()
    done = Done(fixed, [NewEvidence(shot, "after.jpg", "image/jpeg", 5, fixed)])
    on_tasks("receive", remediation.receive_all, "unit", 1)
    on_tasks("file_plan", lambda s, t, a: remediation.file_plan_all(s, t, a, plan), "unit", 1)
    on_tasks("accept_plan", remediation.accept_plan_all, "office", 1)
    on_tasks("start_work", remediation.start_work_all, "unit", 1)
    on_tasks("report_done", lambda s, t, a: remediation.report_done_all(s, t, a, done), "unit", 3)
    on_tasks("recheck", lambda s, t, a: remediation.recheck_all(s, t, a), "inspector-4", 5)
    on_tasks("close", remediation.close_task_all, "office", 5)
    with timed("counted", took), frame.read() as session:
        units = {visit.unit_id for visit in visits}
        found = counted(session, units, date(2012, 9, 1), date(2012, 12, 31), later + timedelta(days=6))
    assert sum(one["remediation.closed_in_time"] for one in found.values()) == VISITS * FINDINGS
    for name, seconds in took.items():
        print(f"{name:12} {seconds:6.2f} s")
