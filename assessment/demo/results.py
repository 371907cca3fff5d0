"""From computed scores to a published bulletin: the days that months, quarters and the other province share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assessment.adjustments import queries as adjustments
from assessment.adjustments import services as adjusting
from assessment.bulletins import queries as bulletins
from assessment.bulletins import services as bulletin_services
from assessment.bulletins.models import Bulletin
from assessment.bulletins.services import NewMention, Prepared, Signed
from assessment.cycles import services as cycles
from assessment.cycles.queries import score_papers
from assessment.delivery import services as delivery
from assessment.demo.beginning import CODE, period_of
from assessment.demo.stage import Scene, Stage, moment
from assessment.foundation import clock
from assessment.foundation.paper.signature import ensure_signer
from assessment.programmes.models import Period
from assessment.scoring import queries as scoring


@dataclass(frozen=True)
class Course:
    """One period's way to publication, and who walks it."""

    code: str
    programme: str = CODE
    clerk: str = "office.clerk"
    office: str = "office"
    leader: str = "leader"
    deputy: str = "leader.deputy"


Problems = Callable[[Scene, Period], Sequence[NewMention]]


def no_problems(scene: Scene, period: Period) -> Sequence[NewMention]:
    return ()


def plan_serving(stage: Stage, served: datetime, to_object: int = 3) -> date:
    """The clock looks when a paper served then is deemed received, and when the working days after that are over."""
    day = served.date()
    deemed, window = stage.workday(day, 3), stage.workday(day, 3 + to_object)
    stage.plan_clock(served, end_of(deemed), moment(stage.workday(day, 4 + to_object), 0))
    return window


def end_of(day: date) -> datetime:
    """The last second of a day, when deadlines end."""
    return moment(day, 23, 59).replace(second=59)


def plan_publication(
    stage: Stage, course: Course, heard: date, problems: Problems = no_problems, *, computed_anew: bool = True
) -> date:
    """Adjustments decided, results approved, the bulletin drafted; approved the next day, published the day after."""
    stage.plan(moment(heard, 10), lambda scene: confirm(scene, course, computed_anew))
    stage.plan(moment(heard, 15), lambda scene: approve_and_draft(scene, course, problems))
    second, third = stage.workday(heard, 1), stage.workday(heard, 2)
    stage.plan(moment(second, 10), lambda scene: submit(scene, course), lambda stage, at: prepare(stage, at, course))
    stage.plan(moment(second, 16), lambda scene: approve_bulletin(scene, course))
    stage.plan(moment(third, 10), lambda scene: publish(scene, course), lambda stage, at: sign(stage, at, course))
    stage.plan_clock(moment(third, 10, 30), end_of(stage.workday(third, 3)))
    return third


def confirm(scene: Scene, course: Course, computed_anew: bool) -> None:
    """The leader decides on what was proposed and heard; where anything was, the scores are computed with it."""
    session, period = scene.session, period_of(scene, course.code, course.programme)
    waiting = adjustments.undecided(session, period.id)
    if waiting:
        adjusting.confirm_all(session, waiting, scene.act(course.deputy))
        if computed_anew:
            cycles.compute(session, period, scene.act(course.clerk))


def approve_and_draft(scene: Scene, course: Course, problems: Problems) -> None:
    session, period = scene.session, period_of(scene, course.code, course.programme)
    cycles.approve(session, period, scene.act(course.leader))
    edition = scoring.edition_in_force(session, period.id)
    assert edition is not None
    bulletin_services.draft(session, scene.act(course.clerk), edition, problems=problems(scene, period))


def bulletin_of(session: object, period: Period) -> Bulletin:
    found = bulletins.of_period(session, period.id)  # type: ignore[arg-type]
    assert found
    return found[-1]


def prepare(stage: Stage, at: datetime, course: Course) -> Prepared:
    """Both bodies are rendered before the day begins, as a page does it before its transaction."""
    with stage.frame.read() as session:
        scene = Scene(stage, session, at)
        bulletin = bulletin_of(session, period_of(scene, course.code, course.programme))
        return bulletin_services.prepare_submission(
            session, bulletin, stage.store, at=at, address=f"{stage.settings.url}/verify"
        )


def submit(scene: Scene, course: Course) -> None:
    bulletin = bulletin_of(scene.session, period_of(scene, course.code, course.programme))
    bulletin_services.submit(scene.session, bulletin, scene.act(course.clerk), scene.prepared)


def approve_bulletin(scene: Scene, course: Course) -> None:
    bulletin = bulletin_of(scene.session, period_of(scene, course.code, course.programme))
    bulletin_services.approve(
        scene.session, bulletin, scene.act(course.leader), seen_zh=bulletin.body_zh, seen_en=bulletin.body_en
    )


def sign(stage: Stage, at: datetime, course: Course) -> Signed:
    """The signature is made in real time, before the day begins."""
    with stage.frame.read() as session:
        bulletin = bulletin_of(session, period_of(Scene(stage, session, at), course.code, course.programme))
        signer = ensure_signer(stage.settings.keys, "Five Measures", clock.system_now())
        return bulletin_services.prepare_publication(bulletin, stage.store, signer, at=clock.system_now())


def publish(scene: Scene, course: Course) -> None:
    session, period = scene.session, period_of(scene, course.code, course.programme)
    act = scene.act(course.office)
    cycles.publish(session, bulletin_of(session, period), act, scene.prepared)
    cycles.begin_consequences(session, period, act)


def receive_scores(scene: Scene, code: str, units: Sequence[str]) -> None:
    """Some sign for their provisional scores at once; for the others the clock runs."""
    period = period_of(scene, code)
    wanted = {scene.stage.units[one]: one for one in units}
    for paper in score_papers(scene.session, period.id):
        if paper.unit_id in wanted and paper.served_at is None:
            delivery.receive(scene.session, paper, scene.act(f"officer.{wanted[paper.unit_id]}"))
