"""Decisions on many tasks are taken back by whoever took them, by an act of its own, until somebody has acted on it."""

import html
import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from assessment.foundation import audit, clock
from assessment.foundation.errors import NotNow
from assessment.foundation.frame import Frame
from assessment.remediation import services
from assessment.remediation.models import Task
from assessment.remediation.queries import last_reports
from support import remediation as given
from support.inspections import Campaigning
from support.web import site

Stage = tuple[Campaigning, list[Task]]


def plans_filed(session: Session) -> Stage:
    """Four major tasks whose plans wait."""
    world, tasks = given.issued(session, 8)
    major = [task for task in tasks if task.needs_plan]
    given.received(world, tasks[0])
    services.file_plan_all(session, major, given.unit(world, tasks[0]), given.PLAN)
    clock.stand_at(session, given.LATER)
    return world, major


def plans_accepted(session: Session) -> Stage:
    world, major = plans_filed(session)
    services.accept_plan_all(session, major, world.act("office", given.DAY_AFTER))
    return world, major


def test_an_act_on_many_is_looked_at_and_taken_back_but_for_what_the_unit_began(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        world, major = plans_filed(session)
        person_id, ids = world.province.person("office").id, [task.id for task in major]
    browser = site(frame, tmp_path).browser(person_id)
    chosen = "&".join(f"ids={one}" for one in ids)
    browser.get(f"/remediation/bulk/accept_plan?{chosen}")
    assert browser.post(f"/remediation/bulk/accept_plan?{chosen}").status_code == 303
    back = html.unescape(re.search(r'href="([^"]+)">Take it back', browser.get("/remediation").text)[1])  # type: ignore[index]
    with frame.write() as session:
        world.session = session
        first = session.get_one(Task, ids[0])
        services.start_work(session, first, given.unit(world, first, given.LATER))
    assert "3 tasks." in browser.get(back).text
    assert browser.post(back).status_code == 303
    with frame.read() as session:
        assert [session.get_one(Task, one).state for one in ids] == ["under_way", *["plan_filed"] * 3]
        acts = [row.act for row in audit.history(session, session.get_one(Task, ids[1]))]
        assert acts[-2:] == ["accept_plan", "take_back_plan"], "both stand in the trail"


def test_nobody_takes_back_what_another_decided_or_what_something_followed(frame: Frame) -> None:
    with frame.write() as session:
        world, major = plans_accepted(session)
    with frame.write() as session:
        world.session = session
        again = [session.get_one(Task, task.id) for task in major]
        with pytest.raises(NotNow, match="only who did it takes it back"):
            services.take_back_plan_all(session, again, world.act("colleague", given.LATER))
        services.report_similar(session, again[1], world.act("office", given.LATER), ["机柜8"])
    with frame.write() as session:
        world.session = session
        again = [session.get_one(Task, task.id) for task in major]
        with pytest.raises(NotNow, match=f"Something has been done with task {again[1].number}"):
            services.take_back_plan_all(session, again, world.act("office", given.LATER))
        services.take_back_plan_all(session, [again[0], *again[2:]], world.act("office", given.LATER))


def test_a_recheck_that_is_taken_back_never_was(frame: Frame) -> None:
    with frame.write() as session:
        world, tasks = given.issued(session)
        given.rechecked(world, tasks[0])
    with frame.write() as session:
        world.session = session
        task = session.get_one(Task, tasks[0].id)
        services.take_back_recheck(session, task, world.act(given.recheckers(world, task), given.LATER))
        report = last_reports(session, [task.id])[task.id]
        assert (task.state, report.rechecked_at, report.recheck_by, report.method) == ("reported_done", None, "", None)
        with pytest.raises(NotNow):
            services.close_task(session, task, world.act("office", given.LATER))
