"""Accountability: prompts answered without a case, one case carried to its end, three that stand at different steps.

What people type stands in the language of the case, which is Chinese; titles have both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import select

from assessment.accountability import services
from assessment.accountability.models import (
    Ballot,
    Case,
    CircumstanceKind,
    Conduct,
    ExcuseGround,
    Interview,
    Outcome,
    Responsibility,
    Source,
)
from assessment.accountability.norms import norms_of
from assessment.accountability.queries import NOTICE
from assessment.accountability.services import NewPrompt
from assessment.delivery import services as delivery
from assessment.delivery.models import Paper
from assessment.demo.beginning import CODE
from assessment.demo.inspections import picture
from assessment.demo.results import end_of
from assessment.demo.stage import Scene, Stage, moment
from assessment.foundation import stored_files
from assessment.foundation.i18n import Bilingual, local_day
from assessment.organisations.queries import posts_held
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.remediation import queries as tasks
from assessment.remediation import services as remediation
from assessment.remediation.models import SecondLook, Task
from assessment.remediation.services import Done, NewEvidence
from assessment.scoring.models import Edition
from assessment.submissions.models import Submission

GROUND = "《绩效考评办法》第五章；《政府督查工作条例》第二十一条"
NORM = "2012年度建设责任书及考评办法2012.1版"


@dataclass(frozen=True)
class Prompted:
    """A matter that a person puts before the authority, and the month whose report proves it."""

    unit: str
    title: Bilingual
    month: str


LATE = Prompted(
    "220602", Bilingual("迟报数据并造成全市汇总延误", "Late figures that delayed the city's sum"), "2012-01"
)
BEHIND = Prompted(
    "220422", Bilingual("连续落后于建设进度", "Behind the building schedule month after month"), "2012-06"
)
SLOW = Prompted("220204", Bilingual("隐患整改推诿拖延", "Remediation put off again and again"), "2012-09")
OVER = Prompted("220802", Bilingual("申报数高于核实数", "More claimed than was found"), "2012-04")


def plan(stage: Stage) -> None:
    day = lambda month, number, hour=10: moment(date(2012, month, number), hour)  # noqa: E731 - a word for the lines below
    # One case from prompt to execution.
    _plan_to_report(stage, LATE, [day(3, 5), day(3, 7), day(3, 9), day(3, 12), day(3, 15), day(3, 20), day(3, 23)])
    stage.plan(day(3, 27), lambda scene: review(scene, LATE))
    stage.plan(day(3, 30), lambda scene: decide(scene, LATE))
    stage.plan_clock(end_of(date(2012, 4, 10)))
    stage.plan(day(4, 24), lambda scene: hand_in(scene, LATE))
    stage.plan(day(5, 11), lambda scene: execute(scene, LATE))
    # One awaits the decision, one the legal review.
    _plan_to_report(stage, OVER, [day(9, 3), day(9, 5), day(9, 7), day(9, 10), day(9, 14), day(9, 21), day(10, 12)])
    stage.plan(day(10, 31), lambda scene: review(scene, OVER))
    _plan_to_report(
        stage, BEHIND, [day(9, 18), day(9, 20), day(9, 24), day(9, 26), day(10, 10), day(10, 24), day(11, 8)]
    )
    # One has just been opened: its investigators have yet to declare that nothing ties them to it.
    stage.plan(day(11, 9, 11), lambda scene: prompt_and_open(scene, SLOW))
    # A false closure, found by a second look, prompts the one whose notice awaits its reply.
    stage.plan(day(9, 4), freeze)
    stage.plan(day(9, 6), draw)
    stage.plan(day(9, 12), look)
    stage.plan(day(9, 13), establish)
    stage.plan_clock(day(9, 13, 11))
    stage.plan(day(9, 26, 15), report_again, photograph)
    stage.plan(day(9, 28), recheck_again)
    stage.plan(day(10, 26), open_false_closure)
    stage.plan(day(10, 29), lambda scene: declare(scene, false_closure(scene)))
    stage.plan(day(10, 31, 11), lambda scene: serve(scene, false_closure(scene)))
    stage.plan(day(11, 2), lambda scene: sign(scene, false_closure(scene)))
    for month, number in ((3, 1), (4, 6), (5, 4), (6, 1), (7, 2), (8, 1), (9, 5), (10, 8)):
        stage.plan(day(month, number, 16), answer_prompts)
    stage.plan(day(9, 17, 9), hold_interviews)
    stage.plan(day(10, 9), excuse_a_month)


# --- prompts ---------------------------------------------------------------------------------------------------------


def answer_prompts(scene: Scene) -> None:
    """The leader answers what the ladders prompt: a warning, a talk, or nothing, each with the reason."""
    by_rule = select(Case).where(Case.state == "prompted", Case.rule != "").order_by(Case.id)
    for case in scene.session.scalars(by_rule).all():
        if case.proposes == "early_warning":
            services.warn(
                scene.session, case, scene.act("leader", "首次末位，予以预警。")
            )
        elif case.proposes == "interview":
            act = scene.act("leader", "连续末位，约谈分管负责人。")
            at = moment(scene.stage.workday(scene.day, 5), 9)
            services.settle_by_interview(
                scene.session, case, act, takes_place_at=at, place="省公安厅"
            )
        else:
            reason = "差距正在缩小，继续观察一个月。"
            services.dismiss(scene.session, case, scene.act("leader", reason))


def excuse_a_month(scene: Scene) -> None:
    """The last place of a county that the typhoon had hit is passed over on its ladder; its rank stays as it is."""
    newest = select(Case).where(Case.rule == "L1", Case.edition_id.is_not(None)).order_by(Case.id.desc()).limit(1)
    case = scene.session.scalars(newest).one()
    period = scene.session.get_one(Period, scene.session.get_one(Edition, case.edition_id).period_id)
    why = "台风“布拉万”致停电断网十一日，有气象证明。"
    services.excuse(
        scene.session, scene.act("leader", why), unit_id=case.unit_id, period=period, ladder=case.rule,
        ground=ExcuseGround.FORCE_MAJEURE,
    )  # fmt: skip


def hold_interviews(scene: Scene) -> None:
    called = select(Interview).where(Interview.state == "called", Interview.takes_place_at <= scene.at)
    for interview in scene.session.scalars(called).all():
        minutes = "问：为何落后？答：施工队伍不足。要求：十月底前补齐。"
        services.hold_interview(scene.session, interview, scene.act("leader"), minutes=minutes)
        services.record_commitment(
            scene.session, interview, scene.act("leader"), text="补齐建设进度",
            due_on=date(2012, 11, 30),
        )  # fmt: skip


# --- a case, step by step --------------------------------------------------------------------------------------------


def _take(scene: Scene, step: Callable[[Scene, Prompted], object], matter: Prompted) -> None:
    step(scene, matter)


def _plan_to_report(stage: Stage, matter: Prompted, days: Sequence) -> None:  # type: ignore[type-arg]
    steps = (prompt_and_open, declare_and_find, lambda scene, one: serve(scene, case_of(scene, one)),
             lambda scene, one: sign(scene, case_of(scene, one)), reply, answer, report)  # fmt: skip
    for at, step in zip(days, steps, strict=True):
        stage.plan(at, partial(_take, step=step, matter=matter))


def case_of(scene: Scene, matter: Prompted) -> Case:
    unit_id = scene.stage.units[matter.unit]
    query = select(Case).where(Case.unit_id == unit_id, Case.source == Source.PERSON.value)
    return scene.session.scalars(query).one()


def submission_of(scene: Scene, matter: Prompted) -> Submission:
    programme = programmes.programme_by_code(scene.session, CODE)
    assert programme is not None
    period = programmes.period_by_code(scene.session, programme.id, matter.month)
    assert period is not None
    unit_id = scene.stage.units[matter.unit]
    query = select(Submission).where(Submission.period_id == period.id, Submission.unit_id == unit_id)
    return scene.session.scalars(query.where(Submission.source == "unit")).one()


def prompt_and_open(scene: Scene, matter: Prompted) -> None:
    origin = ("submission", submission_of(scene, matter).id)
    new = NewPrompt(scene.stage.units[matter.unit], matter.title, Source.PERSON, origin)
    case = services.prompt(scene.session, scene.act("office"), new)
    assert case is not None
    open_case(scene, case)


def open_case(scene: Scene, case: Case) -> None:
    both = [scene.stage.people["investigator"], scene.stage.people["investigator.second"]]
    services.open_case(
        scene.session, case, scene.act("leader"), authority="吉林省公安厅",
        ground=GROUND, investigators=both,
    )  # fmt: skip


def declare(scene: Scene, case: Case) -> None:
    for username in ("investigator", "investigator.second"):
        services.declare(scene.session, case, scene.act(username))


def declare_and_find(scene: Scene, matter: Prompted) -> None:
    """What is held against the unit is found before it is told, so that the notice says all of it."""
    declare(scene, case_of(scene, matter))
    find_facts(scene, matter)


def serve(scene: Scene, case: Case) -> None:
    said = f"经初步核实：{case.title_zh}。拟依据：{GROUND}。"
    services.serve_notice(scene.session, case, scene.act("investigator"), allegations=said)


def sign(scene: Scene, case: Case) -> None:
    paper = scene.session.scalars(select(Paper).where(Paper.kind == NOTICE, Paper.subject_id == str(case.id))).one()
    delivery.receive(scene.session, paper, scene.act(f"head.{unit_code(scene, case)}"))


def unit_code(scene: Scene, case: Case) -> str:
    return next(code for code, unit_id in scene.stage.units.items() if unit_id == case.unit_id)


def reply(scene: Scene, matter: Prompted) -> None:
    points = ["经办人更替，交接不及时。",
              "发现后已立即补正。"]  # fmt: skip
    services.reply(scene.session, case_of(scene, matter), scene.act(f"head.{matter.unit}"), points=points)


def find_facts(scene: Scene, matter: Prompted) -> None:
    """Two facts, each proved by records; the chain from who held which post on the day."""
    session, case, act = scene.session, case_of(scene, matter), scene.act("investigator")
    found = submission_of(scene, matter)
    assert found.first_complete_at is not None
    day = local_day(found.first_complete_at)
    said = "报送记录与核实记录不符或逾期。"
    services.add_fact(session, case, act, happened_on=day, statement=said, evidence=[("submission", found.id)])
    for held in posts_held(session, case.unit_id, day):
        is_head = held.title.en.startswith("Head")
        kind = Responsibility.MAIN if is_head else Responsibility.DIRECT
        services.name_responsible(
            session, case, act, person_id=held.person_id, day=day, responsibility=kind,
            duty="数据报送", reason="当日在岗并负责报送。",
        )  # fmt: skip


def answer(scene: Scene, matter: Prompted) -> None:
    """Each point is answered, and what speaks for the unit is recorded with its proof."""
    case = case_of(scene, matter)
    services.record_circumstance(
        scene.session, case, scene.act("investigator.second"), kind=CircumstanceKind.MITIGATING,
        statement="发现后次日即已补正。",
        evidence=[("submission", submission_of(scene, matter).id)],
    )  # fmt: skip
    for point in case.points:
        said = "交接情况属实，可从轻；但不免除责任。"
        act = scene.act("investigator.second")
        services.answer_point(scene.session, case, act, number=point.number, answer=said)


def report(scene: Scene, matter: Prompted) -> None:
    case = case_of(scene, matter)
    services.file_report(
        scene.session, case, scene.act("investigator"), norm=NORM,
        norms=[one.key for one in norms_of(scene.session, case)],
        causes="交接制度不落实。", conduct=Conduct.WEAK,
        proposal="责令书面检查。", exempting="已主动补正。",
    )  # fmt: skip


def review(scene: Scene, matter: Prompted) -> None:
    opinion = "程序合法，事实清楚，证据确凿，依据适当。"
    services.review_law(scene.session, case_of(scene, matter), scene.act("lawyer"), opinion=opinion)


def decide(scene: Scene, matter: Prompted) -> None:
    """Moved by one member and carried by two votes to one; who is against says why."""
    case = case_of(scene, matter)
    services.move(
        scene.session, case, scene.act("decider"), outcome=Outcome.WRITTEN_INSPECTION,
        decision="事实清楚，情节较轻，责令书面检查。",
        publicity="系统内部", execute_by=date(2012, 4, 30), effect_until=date(2012, 9, 30),
    )  # fmt: skip
    scene.session.flush()
    against = "已主动补正，可不予追究。"
    for member, ballot, reason in (
        ("decider", Ballot.IN_FAVOUR, ""),
        ("decider.second", Ballot.IN_FAVOUR, ""),
        ("decider.third", Ballot.AGAINST, against),
    ):
        services.vote(scene.session, case, scene.act(member), ballot=ballot, reason=reason)
    services.decide(scene.session, case, scene.act("decider"))
    services.serve_decision(scene.session, case_of(scene, matter), scene.act("decider"))


def hand_in(scene: Scene, matter: Prompted) -> None:
    text = "交接不到位，责任在我局。已建交接清单。"
    act = scene.act(f"head.{matter.unit}")
    services.hand_in_inspection(scene.session, case_of(scene, matter), act, text=text)


def execute(scene: Scene, matter: Prompted) -> None:
    services.execute(
        scene.session, case_of(scene, matter), scene.act("leader"), how="书面检查已收到。"
    )


# --- the false closure -----------------------------------------------------------------------------------------------


def freeze(scene: Scene) -> None:
    remediation.freeze_second_look(
        scene.session, scene.act("supervision"), unit_id=scene.stage.units["220000"], number="HT-2012-01", size=12
    )


def second_look(scene: Scene) -> SecondLook:
    return scene.session.scalars(select(SecondLook)).one()


def draw(scene: Scene) -> None:
    remediation.draw_second_look(scene.session, second_look(scene), scene.act("supervision"), "40281973655104928376")


def look(scene: Scene) -> None:
    """Eleven of twelve closures hold."""
    drawn = tasks.roll_of(scene.session, second_look(scene).id, drawn_only=True)
    for place, (_, task) in enumerate(drawn):
        said = "现场仍未更换。" if not place else ""
        remediation.look_again(scene.session, second_look(scene), scene.act("team.leader.5"), task.id, place > 0, said)
    remediation.close_second_look(scene.session, second_look(scene), scene.act("supervision"))


def false_task(scene: Scene) -> Task:
    return tasks.roll_of(scene.session, second_look(scene).id, drawn_only=True)[0][1]


def establish(scene: Scene) -> None:
    reason = "回头看发现未实际整改。"
    remediation.establish_false_closure(
        scene.session, false_task(scene), scene.act("supervision", reason), end_of(date(2012, 9, 29))
    )


def photograph(stage: Stage, at: object) -> object:
    return stored_files.receive(stage.store, picture("the second time"), "done.png")[0]


def report_again(scene: Scene) -> None:
    stored, name = scene.prepared, "再次整改照片.png"
    stored_files.record(scene.session, stored, "image/png", name, scene.at)
    task = false_task(scene)
    code = next(code for code, unit_id in scene.stage.units.items() if unit_id == task.unit_id)
    done = Done(scene.day, [NewEvidence(stored.sha256, name, "image/png", stored.size, scene.day)])
    remediation.report_done(scene.session, task, scene.act(f"officer.{code}"), done)


def recheck_again(scene: Scene) -> None:
    remediation.recheck(scene.session, false_task(scene), scene.act("team.leader.6"))
    remediation.close(scene.session, false_task(scene), scene.act("supervision.clerk"))


def false_closure(scene: Scene) -> Case:
    return scene.session.scalars(select(Case).where(Case.source == Source.FALSE_CLOSURE.value)).one()


def open_false_closure(scene: Scene) -> None:
    open_case(scene, false_closure(scene))
