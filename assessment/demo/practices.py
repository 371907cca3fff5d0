"""Methods and cases the localities share: handed in on the 18th, judged on the 25th, a few commended after that."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from assessment.demo.beginning import CODE
from assessment.demo.figures import Split, dice
from assessment.demo.stage import Scene, Stage, moment
from assessment.organisations.models import Unit
from assessment.practices import queries as library
from assessment.practices import services
from assessment.practices.models import Practice
from assessment.practices.services import NewPractice
from assessment.programmes import queries

METHODS = (
    ("视频巡检“日查周报”工作法", "值班员每日轮巡画面，每周汇总故障，由运维单位限时修复。"),
    ("卡口与监控“以点连线”研判法", "按时间先后把相邻点位连成轨迹，缩小核查范围。"),
    ("夜间补光点位排查法", "夜间抽查画面亮度，建立补光清单逐一整改。"),
    ("机房停电应急演练", "每季度断电演练一次，检验备用电源时长。"),
    ("群众求助视频快速响应", "接到走失求助后五分钟内调取沿线画面。"),
    ("点位“一杆一码”档案", "每根杆体贴码建档，故障报修一扫即知。"),
)


TAKEN_UP_IN = (5, 9)


def plan(stage: Stage, split: Split) -> None:
    for month in range(1, 12):
        day = date(2012, month, 18 if month < 11 else 8)
        stage.plan(moment(day, 10), lambda scene: hand_in(scene, split))
        if month < 11:
            stage.plan(moment(date(2012, month, 25), 10), accept)
            stage.plan(moment(date(2012, month, 26), 10), commend)
        if month in TAKEN_UP_IN:
            stage.plan(moment(date(2012, month, 28), 10), lambda scene: take_up(scene, split))


def hand_in(scene: Scene, split: Split) -> None:
    """A prefecture's officer hands in what its counties wrote; the busiest two or three a month."""
    programme = queries.programme_by_code(scene.session, CODE)
    assert programme is not None
    for prefecture in dict.fromkeys(split.parents.values()):
        new = []
        for code in (one for one in split.codes if split.parents[one] == prefecture):
            for number in range(dice(3, "practices", code, scene.day.month // 4)):
                title, text = METHODS[dice(len(METHODS), "method", code, scene.day, number)]
                new.append(NewPractice(scene.stage.units[code], title, text))
        if new:
            services.submit_many(scene.session, scene.act(f"officer.{prefecture}"), programme, new)


def take_up(scene: Scene, split: Split) -> None:
    """Two prefectures' counties say that they work as a commended one does."""
    [one] = library.commended(scene.session, 1)
    author = scene.session.get_one(Unit, one.unit_id).code
    others = [code for code in split.codes if split.parents[code] != split.parents[author]]
    for code in (others[0], others[-1]):
        by, unit_id = scene.act(f"officer.{split.parents[code]}"), scene.stage.units[code]
        note = "自下月起在全县推行。"
        services.use_practice(scene.session, one, by, unit_id=unit_id, note=note)


def waiting(scene: Scene, state: str) -> list[Practice]:
    return list(scene.session.scalars(select(Practice).where(Practice.state == state).order_by(Practice.id)))


def accept(scene: Scene) -> None:
    """What only repeats the unit's own earlier one is declined, the rest is accepted by one act."""
    some = waiting(scene, "submitted")
    declined = [one for one in some if not dice(23, "declined", one.id)]
    for one in declined:
        services.decline(
            scene.session, one, scene.act("office", "与已入库做法重复。")
        )
    services.accept_all(scene.session, [one for one in some if one not in declined], scene.act("office"))


def commend(scene: Scene) -> None:
    for one in [one for one in waiting(scene, "accepted") if not dice(30, "commended", one.id)][:3]:
        services.commend(scene.session, one, scene.act("leader.deputy"))
