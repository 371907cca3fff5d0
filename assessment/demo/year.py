"""The year 2012: what is particular about each month, and on which days the measures meet."""

from __future__ import annotations

from datetime import date
from functools import partial

from assessment.demo import cases, practices, rewards, today
from assessment.demo.figures import Split
from assessment.demo.inspections import AUTUMN, SPRING, CampaignPlay
from assessment.demo.months import Dispute, Month, MonthPlay
from assessment.demo.quarters import plan_composition, plan_quarter
from assessment.demo.stage import Stage, moment
from assessment.objections.models import Outcome

MONTHS = (
    Month(1, late=("220602", "220724")),
    Month(
        2,
        returned="220381",
        disputes=(
            Dispute(
                "220183", "centres_online",
                "本月28日完成的监控中心联网未计入。",
                "联网记录属实，予以采纳。", Outcome.UPHELD, 1,
            ),
        ),
    ),
    Month(3, late=("220422",)),
    Month(4, over_reported={"220802": 60}),
    Month(
        5,
        late=("220523",),
        disputes=(
            Dispute(
                "220284", "fault_rate", "月末雷击造成的故障不应计入。",
                "办法未规定扣除自然原因故障，不予采纳。",
            ),
        ),
    ),
    Month(6, returned="222404"),
    Month(7),
    Month(
        8,
        late=("220681",),
        disputes=(
            Dispute(
                "220881", "cameras_new", "有12个探头已验收，核实时遗漏。",
                "验收单齐全，予以采纳。", Outcome.UPHELD, 12,
            ),
        ),
    ),
    Month(9, over_reported={"220422": 45}, counter_check="FH-2012-09"),
    Month(10, late=("220622",)),
)  # fmt: skip
QUARTERS = {3: "2012-Q1", 6: "2012-Q2"}


def plan_year(stage: Stage, split: Split) -> None:
    for month in MONTHS:
        played = MonthPlay(stage, split, month)
        played.plan_reporting()
        if month.number == 10:
            continue
        published = played.plan_results()
        if month.number in QUARTERS:
            plan_quarter(stage, QUARTERS[month.number], published)
        elif month.number == 9:
            plan_composition(stage, "2012-Q3", published)
    plan_spring(stage, CampaignPlay(stage, split, SPRING))
    autumn = CampaignPlay(stage, split, AUTUMN)
    plan_autumn(stage, autumn)
    practices.plan(stage, split)
    cases.plan(stage)
    rewards.plan(stage)
    today.plan(stage, split, MONTHS[-1], autumn)


def plan_spring(stage: Stage, play: CampaignPlay) -> None:
    """Three hundred visits in twelve days of May; every hazard is put right before the end of June."""
    play.plan_preparation(date(2012, 4, 5))
    days = [stage.workday(date(2012, 5, 2), n) for n in range(1, 13)]
    for place, day in enumerate(days):
        play.plan_visits(day, place * 25, place * 25 + 25)
    stage.plan(moment(days[1], 11), lambda scene: play.comment(scene, 0, 3))
    for place in range(0, 12, 3):
        visits = (place * 25, place * 25 + 75)
        settled = stage.workday(days[place + 2], 9)
        stage.plan(moment(settled, 10), partial(play.settle, first=visits[0], last=visits[1]))
        plan_remediation(stage, play, settled, *visits)
    stage.plan(moment(date(2012, 6, 26), 10), play.conclude, play.render_bulletin)
    stage.plan(moment(date(2012, 6, 28), 15), play.close_campaign)


def plan_remediation(stage: Stage, play: CampaignPlay, settled: date, first: int, last: int) -> None:
    day = lambda n: stage.workday(settled, n)  # noqa: E731 - a word for the lines below
    stage.plan(moment(day(4), 9), lambda scene: play.receive(scene, first, last))
    stage.plan(moment(day(4), 14), lambda scene: play.file_plans(scene, first, last))
    stage.plan(moment(day(5), 10), lambda scene: play.accept_plans(scene, first, last))
    stage.plan(moment(day(6), 9), lambda scene: play.start(scene, first, last))
    stage.plan(
        moment(day(9), 15),
        lambda scene: play.report_done(scene, first, last),
        lambda stage, at: play.photograph(stage, at, first, last),
    )
    stage.plan(moment(day(11), 14), lambda scene: play.recheck(scene, first, last))
    stage.plan(moment(day(12), 10), lambda scene: play.close(scene, first, last))


def plan_autumn(stage: Stage, play: CampaignPlay) -> None:
    """A small check whose tasks stand in every state on the day the clock stands: closed, reported, open, overdue."""
    play.plan_preparation(date(2012, 9, 19))
    play.plan_visits(date(2012, 10, 9), 0, 6)
    play.plan_visits(date(2012, 10, 15), 6, 12)
    play.plan_visits(date(2012, 11, 12), 12, 14, signed_off=False)
    stage.plan(moment(date(2012, 10, 10), 11), lambda scene: play.sign_reports(scene, 0, 6))
    stage.plan(moment(date(2012, 10, 18), 10), lambda scene: play.settle(scene, 0, 6))
    stage.plan(moment(date(2012, 10, 26), 10), lambda scene: play.settle(scene, 6, 12))
    stage.plan(moment(date(2012, 10, 24), 9), lambda scene: play.receive(scene, 0, 6))
    stage.plan(moment(date(2012, 10, 24), 15), lambda scene: play.file_plans(scene, 0, 6))
    stage.plan(moment(date(2012, 10, 25), 9), lambda scene: play.accept_plans(scene, 0, 6))
    stage.plan(moment(date(2012, 10, 25), 10), lambda scene: play.start(scene, 0, 6))
    stage.plan(
        moment(date(2012, 11, 2), 15),
        lambda scene: play.report_done(scene, 0, 6, lambda task: task.id % 5 < 3),
        lambda stage, at: play.photograph(stage, at, 0, 6),
    )
    stage.plan(moment(date(2012, 11, 6), 14), lambda scene: play.recheck(scene, 0, 6))
    stage.plan(moment(date(2012, 11, 7), 10), lambda scene: play.close(scene, 0, 4))
    stage.plan(moment(date(2012, 11, 1), 9), lambda scene: play.receive(scene, 6, 12))
    stage.plan(moment(date(2012, 11, 1), 10), lambda scene: play.start(scene, 6, 11))
    stage.plan(
        moment(date(2012, 11, 12), 15),
        lambda scene: play.report_done(scene, 6, 12, lambda task: task.id % 4 == 0),
        lambda stage, at: play.photograph(stage, at, 6, 12),
    )
    stage.plan(moment(date(2012, 11, 12), 16), lambda scene: play.file_plans(scene, 6, 12))
