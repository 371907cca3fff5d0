"""The last days before 13 November 2012: so that on the morning itself everybody finds something to do."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from assessment.accountability import services as accountability
from assessment.cycles import services as cycles
from assessment.cycles.models import DiaryEntry
from assessment.demo.beginning import period_of
from assessment.demo.figures import Split, as_table
from assessment.demo.inspections import CampaignPlay
from assessment.demo.months import Dispute, Month, MonthPlay
from assessment.demo.results import receive_scores
from assessment.demo.stage import Scene, Stage, moment
from assessment.foundation.i18n import Bilingual
from assessment.objections import queries as objection_queries
from assessment.objections import services as objections
from assessment.organisations import services as accounts
from assessment.organisations.models import Post
from assessment.remediation import services as remediation
from assessment.remediation.queries import OPEN

NOVEMBER = "2012-11"
DISPUTES = (
    Dispute(
        "220422", "fault_rate", "设备升级期间的停机被计为故障。", ""
    ),
    Dispute("222406", "cameras_online", "月末网络割接造成短时离线。", ""),
)
EARLY = "220582"


def plan(stage: Stage, split: Split, month: Month, autumn: CampaignPlay) -> None:
    october = MonthPlay(stage, split, Month(month.number, disputes=DISPUTES))
    stage.plan(moment(date(2012, 11, 5), 9), open_november_early)
    stage.plan_clock(moment(date(2012, 11, 12), 8))
    stage.plan(moment(date(2012, 11, 9), 9), appoint_substitute)
    stage.plan(
        moment(date(2012, 11, 12), 9), lambda scene: receive_scores(scene, month.code, october.first_receivers())
    )
    stage.plan(moment(date(2012, 11, 12), 11), october.object)
    stage.plan(moment(date(2012, 11, 12), 14), lambda scene: assign_first(scene, month.code))
    stage.plan(moment(date(2012, 11, 12), 10), lambda scene: escalate(scene, autumn))
    stage.plan(moment(date(2012, 11, 12), 10, 30), lambda scene: list_major(scene, autumn))
    stage.plan(moment(date(2012, 11, 12), 17), lambda scene: ask_for_time(scene, autumn))
    stage.plan(moment(date(2012, 11, 12), 17, 30), lambda scene: report_early(scene, split))
    stage.plan(moment(date(2012, 11, 12), 15, 30), call_interview)


def open_november_early(scene: Scene) -> None:
    """The office lets localities enter November's figures as they come in: the year-end review needs them soon."""
    period = period_of(scene, NOVEMBER)
    entry = scene.session.scalars(
        select(DiaryEntry).where(
            DiaryEntry.step == "open_reporting", DiaryEntry.subject_kind == "period",
            DiaryEntry.subject_id == str(period.id),
        )
    ).one()  # fmt: skip
    reason = "为年终考评提前开放填报，截止时间不变。"
    cycles.move_entry(scene.session, entry, scene.act("office", reason), due_at=moment(date(2012, 11, 12), 8))


def report_early(scene: Scene, split: Split) -> None:
    """One county has finished its year's building and reports at once."""
    content = as_table({EARLY: split.report(EARLY, 11)})
    MonthPlay(scene.stage, split, Month(11)).send(scene, f"officer.{EARLY}", content, f"{NOVEMBER}-{EARLY}.csv")


def appoint_substitute(scene: Scene) -> None:
    """A leader's substitute waits for the second administrator: a duty to approve takes two hands."""
    session, act = scene.session, scene.act("admin")
    substitute = accounts.invite(session, act, username="leader.acting", name="领导小组 代理成员")
    post = session.scalars(select(Post).where(Post.title_en == "Deputy head of the leading group")).one()
    until = date(2012, 12, 1)
    accounts.appoint(session, substitute, act, post=post, valid_from=scene.day, valid_to=until, is_acting=True)


def assign_first(scene: Scene, code: str) -> None:
    """One objection is with its reviewer, the other still waits to be admitted."""
    first = objection_queries.open_in(scene.session, period_of(scene, code).id)[0]
    objections.admit(scene.session, first, scene.act("office"))
    objections.assign(scene.session, first, scene.act("office"), reviewer_id=scene.stage.people["reviewer"])


def escalate(scene: Scene, autumn: CampaignPlay) -> None:
    """Two of the overdue tasks are raised to the level they have reached, and one unit is asked in writing."""
    overdue = [task for task in autumn.tasks(scene, 0, 6, "under_way", "received") if task.due_at < scene.at]
    reason = "逾期未改，升级督办。"
    remediation.escalate_all(scene.session, overdue[:2], scene.act("supervision", reason))
    remediation.issue_supervision_letter(
        scene.session, scene.act("supervision"), task=overdue[0], number="吉公督办〔2012〕1号",
        demand="请说明逾期原因并于十个工作日内完成整改。",
    )  # fmt: skip


def list_major(scene: Scene, autumn: CampaignPlay) -> None:
    """The major hazard of autumn is put under listed supervision; a leader has yet to publish it."""
    major = next((task for task in autumn.tasks(scene, 0, None) if task.is_major and task.state in OPEN), None)
    if major is not None:
        demand = Bilingual("限期整改，整改期间落实备用供电。", "Put it right in time, with backup power meanwhile.")
        remediation.list_task(
            scene.session, scene.act("supervision"), task=major, number="吉公挂牌〔2012〕1号", demand=demand
        )


def ask_for_time(scene: Scene, autumn: CampaignPlay) -> None:
    waiting = [task for task in autumn.tasks(scene, 6, 12, "under_way") if task.due_at > scene.at]
    task = waiting[0]
    code = next(code for code, unit_id in scene.stage.units.items() if unit_id == task.unit_id)
    reason = "设备到货延迟，请予延期。"
    until = task.due_at + timedelta(days=10)
    remediation.ask_extension(scene.session, [task], scene.act(f"officer.{code}", reason), until)


def call_interview(scene: Scene) -> None:
    accountability.call_interview(
        scene.session, scene.act("leader.deputy"), unit_id=scene.stage.units["220204"],
        takes_place_at=moment(date(2012, 11, 16), 9), place="省公安厅三楼会议室",
        reason="秋季抽查隐患逾期较多。",
    )  # fmt: skip
