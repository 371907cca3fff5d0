"""The pages of inspections and remediation, pressed as people press them."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.inspections import services as inspections
from assessment.inspections.models import Finding, FindingComment, Visit
from assessment.inspections.queries import teams_of
from assessment.remediation import services
from assessment.remediation.models import Task
from support import inspections as visits
from support import remediation as given
from support.web import Browser, SiteUnderTest, site

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffff3f0005fe02fea735"
    "81f20000000049454e44ae426082"
)


class Stage:
    """A site over tasks that were just issued, and whoever looks at it."""

    def __init__(self, frame: Frame, folder: Path) -> None:
        self.frame = frame
        with frame.write() as session:
            self.world, tasks = given.issued(session)
            given.received(self.world, tasks[0])
            services.start_work(session, tasks[0], given.unit(self.world, tasks[0]))
            clock.stand_at(session, given.LATER)
            self.minor, self.major = tasks[0].id, tasks[1].id
            self.people = {name: one.id for name, one in self.world.province.people.items()}
            code = next(code for code, one in self.world.province.units.items() if one.id == tasks[0].unit_id)
            self.officer, self.inspector = f"officer-{code}", given.recheckers(self.world, tasks[0])
        self.site: SiteUnderTest = site(frame, folder)

    def browser(self, name: str) -> Browser:
        return self.site.browser(self.people[name])

    def task(self, task_id: int) -> Task:
        with self.frame.read() as session:
            return session.get_one(Task, task_id)


@pytest.fixture
def stage(frame: Frame, tmp_path: Path) -> Stage:
    return Stage(frame, tmp_path)


def report(browser: Browser, task_id: int, taken_on: str) -> int:
    path = f"/remediation/{task_id}/report_done"
    assert browser.get(path).status_code == 200
    file = (io.BytesIO(PNG), "after.png")
    facts = {"fixed_on": "2012-10-08", "taken_on": taken_on, "note": "", "files": file}
    return browser.post(path, facts, content_type="multipart/form-data").status_code


def test_a_fix_is_reported_with_a_photograph_and_rechecked_and_closed(stage: Stage) -> None:
    officer, inspector, office = stage.browser(stage.officer), stage.browser(stage.inspector), stage.browser("office")
    assert report(officer, stage.minor, "2012-10-07") == 422  # taken before the fix
    assert stage.task(stage.minor).state == "under_way"
    assert report(officer, stage.minor, "2012-10-08") == 303
    inspector.get(f"/remediation/bulk/recheck?ids={stage.minor}&ids={stage.major}")
    assert "1 task." in inspector.last.text
    answer = inspector.post(f"/remediation/bulk/recheck?ids={stage.minor}&ids={stage.major}", {"method": "visit"})
    assert answer.status_code == 303
    office.get(f"/remediation/{stage.minor}/close_task")
    assert office.post(f"/remediation/{stage.minor}/close_task").status_code == 303
    assert stage.task(stage.minor).state == "closed"


def test_evidence_is_downloaded_by_those_who_may_see_its_task(stage: Stage) -> None:
    report(stage.browser(stage.officer), stage.minor, "2012-10-08")
    assert stage.browser("office").get("/remediation/evidence/1").data == PNG
    other = next(name for name in ("officer-220101", "officer-220102") if name != stage.officer)
    assert stage.browser(other).get("/remediation/evidence/1").status_code == 404
    assert stage.browser(other).get(f"/remediation/{stage.minor}").status_code == 404


def test_a_plan_is_asked_for_with_its_five_things(stage: Stage) -> None:
    officer, path = stage.browser(stage.officer), f"/remediation/{stage.major}/file_plan"
    officer.get(path)
    five = {"measures": "换", "money": "2万", "person": "主任", "deadline": "2012-10-20", "safeguards": "备用"}
    assert officer.post(path, {**five, "money": ""}).status_code == 422
    assert officer.post(path, five).status_code == 303
    office = stage.browser("office")
    assert "2万" in office.get(f"/remediation/{stage.major}/accept_plan").text


def test_more_time_is_asked_for_on_a_page(stage: Stage) -> None:
    officer, path = stage.browser(stage.officer), f"/remediation/{stage.major}/ask_extension"
    officer.get(path)
    assert officer.post(path, {"until": "2012-12-20", "reason": ""}).status_code == 422
    assert officer.post(path, {"until": "2012-12-20", "reason": "供货延迟"}).status_code == 303
    assert stage.browser("office").get(path).status_code == 403


def test_a_supervision_letter_is_written_on_a_page(stage: Stage) -> None:
    office, path = stage.browser("office"), f"/remediation/{stage.minor}/issue_supervision_letter"
    office.get(path)
    assert office.post(path, {"number": "DB-1", "demand": "说明原因"}).status_code == 303
    assert "DB-1" in office.get("/remediation/letters/1").text
    assert stage.browser(stage.officer).get("/remediation/letters/1").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/remediation", "/remediation?due=overdue&state=all", "/remediation?as=csv", "/remediation/notices/1",
     "/remediation/notices/1.pdf", "/remediation/escalations", "/remediation/looks", "/inspections", "/inspections/1",
     "/inspections/draws/1", "/inspections/visits/1", "/inspections/visits/1.pdf", "/inspections/findings/1",
     "/inspections/checklists", "/inspections/checklists/1", "/inspections/draft_campaign"],
)  # fmt: skip
def test_pages_open(stage: Stage, path: str) -> None:
    assert stage.browser("office").get(path).status_code == 200


def test_an_inspector_records_a_finding_and_the_unit_disputes_it(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        world = visits.make_campaigning(session)
        visit = visits.under_way(world)[0]
        inspections.begin_visit(session, visit, world.leader_of(visit))
        clock.stand_at(session, visits.START)
        leader = next(one.person_id for one in teams_of(session, [visit.id])[visit.id] if one.is_leader)
        code = next(code for code, one in world.province.units.items() if one.id == visit.unit_id)
        officer, item, visit_id = world.province.person(f"officer-{code}").id, world.items[1].id, visit.id
    pressed = site(frame, tmp_path)
    inspector = pressed.browser(leader)
    path = f"/inspections/visits/{visit_id}"
    assert pressed.browser(officer).get(path).status_code == 404
    inspector.get(f"{path}/record_finding")
    facts = {"item_id": item, "severity": "major", "place": "2号机柜", "description": "电池缺失"}
    assert inspector.post(f"{path}/record_finding", {**facts, "place": ""}).status_code == 422
    facts["files"] = (io.BytesIO(PNG), "cabinet.png")
    assert inspector.post(f"{path}/record_finding", facts, content_type="multipart/form-data").status_code == 303
    inspector.get(f"{path}/report")
    assert inspector.post(f"{path}/report").status_code == 303
    unit = pressed.browser(officer)
    unit.get(f"{path}/comment")
    assert unit.post(f"{path}/comment", {"stance-1": "disputed", "text-1": ""}).status_code == 422
    assert unit.post(f"{path}/comment", {"stance-1": "disputed", "text-1": "已更换"}).status_code == 303
    with frame.write() as session:
        assert session.scalar(select(FindingComment)).text == "已更换"
        assert session.scalar(select(Finding)).points == 2
        clock.stand_at(session, visits.START + timedelta(days=1))
        office = world.province.person("office").id
    settling = pressed.browser(office)
    settling.get(f"{path}/settle")
    assert settling.last.status_code == 409  # the comment is not answered yet
    settling.get("/inspections/findings/1/answer_comment")
    assert settling.post("/inspections/findings/1/answer_comment", {"reason": "照片属实"}).status_code == 303
    settling.get(f"{path}/settle")
    assert settling.post(f"{path}/settle").status_code == 303
    with frame.read() as session:
        assert session.get_one(Visit, visit_id).state == "settled"
        assert session.scalar(select(Task.is_major)) is True
