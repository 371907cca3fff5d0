"""Two campaigns: the two months of spring, all of whose hazards were put right, and a smaller one in autumn."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from assessment.delivery import services as delivery
from assessment.delivery.models import Paper
from assessment.demo.beginning import CODE, PROVINCE, version_of
from assessment.demo.figures import Split, dice
from assessment.demo.results import end_of
from assessment.demo.stage import FILES, ZONE, Scene, Stage, moment
from assessment.foundation import stored_files
from assessment.foundation.exact import largest_remainder
from assessment.foundation.filestore import Stored
from assessment.foundation.i18n import Bilingual
from assessment.foundation.tables import read_table
from assessment.inspections import queries, services
from assessment.inspections.models import Campaign, CampaignObject, ChecklistItem, Stance, Visit
from assessment.inspections.services import NewComment, NewFinding, NewInspector, NewItem, NewObject
from assessment.inspections.services.settling import DROP, Decision
from assessment.remediation import services as remediation
from assessment.remediation.models import Method, Notice, Task
from assessment.remediation.services import Done, NewEvidence, NewPlan

TEAMS = 10
MAJOR_IN_A_THOUSAND = 9
DISPUTED = 3
"""Findings that fall by the unit's comment; they come on top of the hazards."""


@dataclass(frozen=True)
class Plan:
    """What is particular about a campaign."""

    number: str
    title: Bilingual
    scope: Bilingual
    objects: int
    """On the roll, a county."""
    sample: int
    findings: int
    """To be confirmed."""
    disputed: int
    first_day: date
    last_day: date
    seed: str


SPRING = Plan(
    "DC-2012-01", Bilingual("视频监控系统安全隐患专项督查", "Special inspection of hazards in the video network"),
    Bilingual("前端点位、供电防雷、机房与管理制度", "Camera sites, power and lightning, rooms, records"),
    6, 300, 4_545, DISPUTED, date(2012, 5, 2), date(2012, 6, 29), "20120416385066974288",
)  # fmt: skip
AUTUMN = Plan(
    "DC-2012-02", Bilingual("秋季运行保障抽查", "Autumn spot check of operation"),
    Bilingual("供电防雷、机房与管理制度", "Power and lightning, rooms, records"),
    1, 14, 126, 0, date(2012, 10, 8), date(2012, 11, 30), "20120927101346974428",
)  # fmt: skip


class CampaignPlay:
    """Plans a campaign's days and plays them."""

    def __init__(self, stage: Stage, split: Split, plan: Plan) -> None:
        self.stage, self.split, self.plan = stage, split, plan

    # --- planned and drawn ---------------------------------------------------------------------------------------

    def plan_preparation(self, drafted: date) -> None:
        stage, day = self.stage, lambda n: stage.workday(drafted, n)
        stage.plan(moment(drafted, 10), self.draft)
        stage.plan(
            moment(day(3), 15), lambda scene: services.approve(scene.session, self.campaign(scene), scene.act("leader"))
        )
        stage.plan(
            moment(day(4), 9),
            lambda scene: services.freeze_rolls(scene.session, self.campaign(scene), scene.act("supervision")),
        )
        stage.plan(
            moment(day(6), 10),
            lambda scene: services.draw(scene.session, self.campaign(scene), scene.act("supervision"), self.plan.seed),
        )
        stage.plan(
            moment(day(7), 9),
            lambda scene: services.begin(scene.session, self.campaign(scene), scene.act("supervision")),
        )

    def draft(self, scene: Scene) -> None:
        session, act, version = scene.session, scene.act("supervision.clerk"), version_of(scene, CODE)
        units = scene.stage.units
        checklist = next(iter(queries.checklists(session, version.programme_id)), None)
        if checklist is None:
            checklist = services.draft_checklist(
                session, act, programme_id=version.programme_id, unit_id=units[PROVINCE], code="video",
                title=Bilingual("视频监控系统安全检查表", "Checklist of the video network"), items=list(items()),
            )  # fmt: skip
            services.bring_into_use(session, checklist, act)
        services.draft_campaign(
            session, act, programme_id=version.programme_id, scheme_version_id=version.id, unit_id=units[PROVINCE],
            checklist_id=checklist.id, number=self.plan.number, title=self.plan.title, scope=self.plan.scope,
            first_day=self.plan.first_day, last_day=self.plan.last_day, sample=self.plan.sample,
            objects=[one for code in self.split.codes for one in self.objects(units[code], code)],
            inspectors=list(self.inspectors()),
            is_illustrative=True,
        )  # fmt: skip

    def inspectors(self) -> Iterable[NewInspector]:
        """Ten teams' leaders and members, by a code that public records may show."""
        for number, role in enumerate(["leader"] * TEAMS + ["member"] * TEAMS):
            person_id = self.stage.people[f"team.{role}.{number % TEAMS + 1}"]
            yield NewInspector(f"D{number:02d}", person_id, role == "leader")

    def objects(self, unit_id: int, code: str) -> Iterable[NewObject]:
        for number in range(1, self.plan.objects + 1):
            name = Bilingual(f"第{number}片区", f"Area {number}")
            yield NewObject(f"{code}-{number:02d}", unit_id, name)

    def campaign(self, scene: Scene) -> Campaign:
        return scene.session.scalars(select(Campaign).where(Campaign.number == self.plan.number)).one()

    def visits(self, scene: Scene, first: int = 0, last: int | None = None) -> list[Visit]:
        """In the order of the draw."""
        query = select(Visit).where(Visit.campaign_id == self.campaign(scene).id).order_by(Visit.number)
        return list(scene.session.scalars(query.offset(first).limit(None if last is None else last - first)))

    # --- on the spot ---------------------------------------------------------------------------------------------

    def plan_visits(self, day: date, first: int, last: int, *, signed_off: bool = True) -> None:
        """One day of visits: begun and recorded by their teams, signed off in the evening."""
        stage = self.stage
        stage.plan(moment(day, 9), lambda scene: self.begin(scene, first, last))
        stage.plan(moment(day, 15), lambda scene: self.record(scene, first, last))
        if signed_off:
            stage.plan(moment(day, 17), lambda scene: self.sign_off(scene, first, last))

    def by_member(self, scene: Scene, some: Sequence[Visit], *, leads: bool) -> dict[str, list[Visit]]:
        """Each visit once, under its leader or under the other of its team."""
        names = {person_id: username for username, person_id in scene.stage.people.items()}
        found: dict[str, list[Visit]] = {}
        teams = queries.teams_of(scene.session, [visit.id for visit in some])
        for visit in some:
            member = next(one for one in teams[visit.id] if one.is_leader == leads)
            found.setdefault(names[member.person_id], []).append(visit)
        return found

    def begin(self, scene: Scene, first: int, last: int) -> None:
        for username, some in self.by_member(scene, self.visits(scene, first, last), leads=True).items():
            services.begin_visit_all(scene.session, some, scene.act(username))

    def record(self, scene: Scene, first: int, last: int) -> None:
        every = self.visits(scene)
        weights = {visit.id: 10 + dice(11, "findings", visit.number) for visit in every}
        counts = largest_remainder(self.plan.findings + self.plan.disputed, weights)
        listed = queries.items_of(scene.session, self.campaign(scene).checklist_id)
        things = {one.id: one for one in queries.objects_of(scene.session, self.campaign(scene).id)}
        for username, some in self.by_member(scene, every[first:last], leads=False).items():
            news = {
                visit.id: [
                    finding(visit, things[visit.object_id], number, listed) for number in range(counts[visit.id])
                ]
                for visit in some
            }
            services.record_findings_all(scene.session, some, scene.act(username), news)

    def sign_off(self, scene: Scene, first: int, last: int) -> None:
        for username, some in self.by_member(scene, self.visits(scene, first, last), leads=True).items():
            services.report_all(scene.session, some, scene.act(username))
        self.stage.plan_clock(end_of(self.stage.workday(scene.day, 3)))

    # --- commented and settled -----------------------------------------------------------------------------------

    def comment(self, scene: Scene, first: int, last: int) -> None:
        """As many units as findings fall sign for their report at once and dispute one finding each."""
        codes = {scene.stage.units[code]: code for code in self.split.codes}
        for visit in self.visits(scene, first, last):
            act = scene.act(f"officer.{codes[visit.unit_id]}")
            delivery.receive(scene.session, report_paper(scene, visit), act)
            disputed = queries.findings_of(scene.session, [visit.id])[visit.id][0]
            said = "该点位已于检查前移交，不属本地管理。"
            services.comment(scene.session, visit, act, {disputed.id: NewComment(Stance.DISPUTED, said)})

    def sign_reports(self, scene: Scene, first: int, last: int) -> None:
        codes = {scene.stage.units[code]: code for code in self.split.codes}
        for visit in self.visits(scene, first, last):
            delivery.receive(scene.session, report_paper(scene, visit), scene.act(f"officer.{codes[visit.unit_id]}"))

    def settle(self, scene: Scene, first: int, last: int) -> None:
        """By the supervision office; what units disputed rightly is dropped, everything else is served as a notice."""
        some = self.visits(scene, first, last)
        decisions = {}
        found = queries.findings_of(scene.session, [visit.id for visit in some if visit.commented_at is not None])
        for mine in found.values():
            decisions[mine[0].id] = Decision(DROP, "经核实已移交。")
        services.settle_all(scene.session, some, scene.act("supervision.clerk"), decisions)
        self.stage.plan_clock(end_of(self.stage.workday(scene.day, 3)))

    # --- put right -----------------------------------------------------------------------------------------------

    def tasks(self, scene: Scene, first: int, last: int | None, *states: str) -> list[Task]:
        """The tasks of these visits that stand in one of these states."""
        ids = {str(visit.id) for visit in self.visits(scene, first, last)}
        notices = select(Notice.id).where(Notice.origin_kind == "visit", Notice.origin_id.in_(ids))
        query = select(Task).where(Task.notice_id.in_(notices)).order_by(Task.id)
        return list(scene.session.scalars(query.where(Task.state.in_(states)) if states else query))

    def by_prefecture(self, scene: Scene, tasks: Iterable[Task]) -> dict[str, list[Task]]:
        codes = {scene.stage.units[code]: code for code in self.split.codes}
        found: dict[str, list[Task]] = {}
        for task in tasks:
            found.setdefault(f"officer.{self.split.parents[codes[task.unit_id]]}", []).append(task)
        return found

    def receive(self, scene: Scene, first: int, last: int) -> None:
        """Nobody signed in time, so the clock counts the notices as received, and their tasks with them."""
        waiting = self.tasks(scene, first, last, "issued")
        if waiting:
            remediation.receive_all(scene.session, waiting, scene.by_clock())

    def file_plans(self, scene: Scene, first: int, last: int) -> None:
        """Major hazards need a plan that the supervision office accepts."""
        major = [task for task in self.tasks(scene, first, last, "received") if task.needs_plan]
        for username, mine in self.by_prefecture(scene, major).items():
            plans = {task.id: plan_for(task) for task in mine}
            remediation.file_plan_all(scene.session, mine, scene.act(username), plans)

    def accept_plans(self, scene: Scene, first: int, last: int) -> None:
        filed = self.tasks(scene, first, last, "plan_filed")
        remediation.accept_plan_all(scene.session, filed, scene.act("supervision"))

    def start(self, scene: Scene, first: int, last: int) -> None:
        for state in ("received", "plan_accepted"):
            waiting = self.tasks(scene, first, last, state)
            for username, mine in self.by_prefecture(
                scene, [t for t in waiting if state != "received" or not t.needs_plan]
            ).items():
                remediation.start_work_all(scene.session, mine, scene.act(username))

    def report_done(
        self, scene: Scene, first: int, last: int, choose: Callable[[Task], bool] = lambda task: True
    ) -> None:
        """A photograph a visit shows what was put right there."""
        pictures: dict[int, NewEvidence] = {}
        for notice_id, stored in scene.prepared.items():
            name = f"整改照片-{notice_id}.png"
            stored_files.record(scene.session, stored, "image/png", name, scene.at)
            pictures[notice_id] = NewEvidence(stored.sha256, name, "image/png", stored.size, scene.day)
        tasks = [task for task in self.tasks(scene, first, last, "under_way", "returned") if choose(task)]
        for username, mine in self.by_prefecture(scene, tasks).items():
            dones = {task.id: Done(scene.day, [pictures[task.notice_id]]) for task in mine}
            remediation.report_done_all(scene.session, mine, scene.act(username), dones)

    def photograph(self, stage: Stage, at: datetime, first: int, last: int) -> dict[int, Stored]:
        """Received into the store before the day begins: notice -> its picture."""
        with stage.frame.read() as session:
            scene = Scene(stage, session, at)
            notices = sorted({task.notice_id for task in self.tasks(scene, first, last)})
        day = at.astimezone(ZONE).date()
        pictures = {one: picture(f"{self.plan.number}/{one}/{day}") for one in notices}
        return {one: stored_files.receive(stage.store, content, "done.png")[0] for one, content in pictures.items()}

    def recheck(self, scene: Scene, first: int, last: int) -> None:
        some = self.tasks(scene, first, last, "reported_done")
        half = len(some) // 2
        for username, mine in (("team.leader.1", some[:half]), ("team.leader.2", some[half:])):
            remediation.recheck_all(
                scene.session, mine, scene.act(username), Method.VISIT, "现场复查合格"
            )

    def close(self, scene: Scene, first: int, last: int) -> None:
        remediation.close_all(
            scene.session, self.tasks(scene, first, last, "rechecked"), scene.act("supervision.clerk")
        )

    # --- concluded -----------------------------------------------------------------------------------------------

    def conclude(self, scene: Scene) -> None:
        """督查通报: said to every unit that was visited."""
        services.conclude(
            scene.session, self.campaign(scene), scene.act("supervision"), bulletin_number(scene.day), scene.prepared
        )
        self.stage.plan_clock(end_of(self.stage.workday(scene.day, 3)))

    def render_bulletin(self, stage: Stage, at: datetime) -> services.Rendered | None:
        """Before the day begins, as a page does it before its transaction."""
        with stage.frame.read() as session:
            campaign = self.campaign(Scene(stage, session, at))
            number = bulletin_number(at.astimezone(ZONE).date())
            return services.prepare_conclusion(session, campaign, stage.store, number, at)

    def close_campaign(self, scene: Scene) -> None:
        services.close_visit_all(scene.session, self.visits(scene), scene.act("supervision"))
        services.close_campaign(scene.session, self.campaign(scene), scene.act("supervision"))


def bulletin_number(day: date) -> str:
    return f"吉公督〔{day.year}〕1号"


# --- parts -----------------------------------------------------------------------------------------------------------


def items() -> Iterable[NewItem]:
    name = "jilin-2012.checklist.csv"
    for row in read_table(FILES / name, name).rows:
        yield NewItem(
            row.text("code"), Bilingual(row.text("text_zh"), row.text("text_en")), row.text("severity"),
            Decimal(row.text("points")), Bilingual(row.text("section_zh"), row.text("section_en")), row.text("clause"),
        )  # fmt: skip


def finding(visit: Visit, thing: CampaignObject, number: int, listed: Sequence[ChecklistItem]) -> NewFinding:
    """One problem, exactly where it is; few are major."""
    major = dice(1000, "major", visit.number, number) < MAJOR_IN_A_THOUSAND
    some = [one for one in listed if (one.severity == "major") == major]
    item = some[dice(len(some), "item", visit.number, number)]
    return NewFinding(item.id, f"{thing.name_zh}{number + 1}号点位", item.text)


def plan_for(task: Task) -> NewPlan:
    """五到位, all five."""
    deadline = task.due_at.astimezone(ZONE).date() - timedelta(days=5)
    return NewPlan(
        "更换不合格设备并复测。",
        "由本级运维经费列支。",
        "分管负责人", deadline, "整改期间设专人值守。",
    )  # fmt: skip


def picture(text: str) -> bytes:
    """A small plain picture, another one for every text."""
    shade = [60 + dice(160, "shade", text, part) for part in range(3)]
    rows = b"".join(b"\0" + bytes(shade) * 64 for _ in range(48))
    header = struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"tEXt", b"Title\0" + text.encode()), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def report_paper(scene: Scene, visit: Visit) -> Paper:
    query = select(Paper).where(Paper.kind == queries.REPORT_PAPER, Paper.subject_id == str(visit.id))
    return scene.session.scalars(query).one()
