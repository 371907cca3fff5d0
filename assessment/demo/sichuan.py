"""Sichuan 2011, which nobody here made up: the published table handed in, scored, approved by another, published."""

from __future__ import annotations

from datetime import date

from assessment.cycles import services as cycles
from assessment.demo.beginning import period_of, version_of
from assessment.demo.figures import table
from assessment.demo.results import Course, end_of, plan_publication, plan_serving
from assessment.demo.stage import FILES, Scene, Stage, moment, read
from assessment.foundation.tables import read_table
from assessment.organisations.queries import units_on
from assessment.programmes import files, queries, services
from assessment.submissions import files as submission_files
from assessment.submissions import queries as submissions
from assessment.submissions import services as reporting

CODE, PERIOD = "sichuan-disclosure", "2011"
COURSE = Course(
    PERIOD, CODE, clerk="sichuan.office", office="sichuan.office", leader="sichuan.leader", deputy="sichuan.leader"
)
COLUMNS = ("disclosure_77", "online_service_9", "participation_7", "design_4", "disclosure_rate_3")
SERVED = date(2012, 2, 8)


def plan(stage: Stage) -> None:
    """From the scheme in December to the bulletin in March; ``plan_results`` follows once the year is known."""
    stage.plan(moment(date(2011, 12, 5), 11), write_scheme)
    stage.plan(moment(date(2011, 12, 9), 16), approve_scheme)
    stage.plan(moment(date(2011, 12, 12), 11), plan_period)


def plan_year(stage: Stage) -> None:
    stage.plan_clock(moment(date(2012, 1, 1), 0))
    stage.plan(moment(date(2012, 1, 10), 10), hand_in)
    stage.plan_clock(end_of(date(2012, 1, 16)))
    stage.plan(moment(date(2012, 1, 18), 10), validate)
    stage.plan(moment(SERVED, 10), compute)
    window = plan_serving(stage, end_of(SERVED), to_object=15)  # a year's score can be disputed for longer
    plan_publication(stage, COURSE, stage.workday(window, 1))


def write_scheme(scene: Scene) -> None:
    session, act = scene.session, scene.act("sichuan.office")
    source = read("sichuan-2011.scheme.yaml")
    files.import_scheme(session, act, source, unit_id=scene.stage.units["510000"], is_example=True)
    version = version_of(scene, CODE)
    services.check(session, version, act)
    services.submit(session, version, act)


def approve_scheme(scene: Scene) -> None:
    services.approve_scheme(scene.session, version_of(scene, CODE), scene.act("sichuan.leader"))


def plan_period(scene: Scene) -> None:
    """The scheme names no periods and no limits, so the office fixes them."""
    session, version = scene.session, version_of(scene, CODE)
    act = scene.act(
        "sichuan.office", "考评办法未定时限，由考评办确定。"
    )
    services.bring_into_force(session, version, act, from_period=PERIOD)
    period = services.plan_period(session, act, version, PERIOD)
    services.move_period(
        session, period, act, report_by=end_of(date(2012, 1, 13)), late_until=end_of(date(2012, 1, 16)),
        provisional_on=end_of(SERVED),
    )  # fmt: skip
    cycles.plan_diary(session, act, [period])


def published() -> dict[str, dict[str, str]]:
    """The published table by unit name: sub-scores, total and rank as they were printed."""
    return {
        row.text("unit_zh"): dict(row.cells) for row in read_table(FILES / "sichuan-2011.csv", "sichuan-2011.csv").rows
    }


def hand_in(scene: Scene) -> None:
    """The five sub-scores as printed; totals and ranks are for the engine to find."""
    session = scene.session
    codes = {unit.name.zh: unit.code for unit in units_on(session, scene.day).values() if unit.code.startswith("51")}
    content = table(
        ("unit", *COLUMNS), ([codes[name], *(row[column] for column in COLUMNS)] for name, row in published().items())
    )
    programme = queries.programme_by_code(session, CODE)
    assert programme is not None
    submission_files.import_submissions(
        session, scene.act("sichuan.desk"), programme, content, "sichuan-2011.csv", period=PERIOD
    )


def validate(scene: Scene) -> None:
    period = period_of(scene, PERIOD, CODE)
    reporting.validate_many(scene.session, scene.act("sichuan.office"), submissions.of_period(scene.session, period.id))


def compute(scene: Scene) -> None:
    cycles.compute(scene.session, period_of(scene, PERIOD, CODE), scene.act("sichuan.office"))
