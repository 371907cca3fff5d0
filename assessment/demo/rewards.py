"""Rewards: the first quarter's granted, the second quarter's grant prepared late and still in publicity."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from assessment.cycles import consequences
from assessment.cycles import services as cycles
from assessment.demo.beginning import period_of
from assessment.demo.results import end_of
from assessment.demo.stage import Scene, Stage, moment
from assessment.rewards import services
from assessment.rewards.models import Round
from assessment.scoring import queries as scoring

PRAISE, GRANT, IMPROVED = "R2", "R1", "R3"


def plan(stage: Stage) -> None:
    _plan_round(stage, "2012-Q1", PRAISE, date(2012, 5, 14))
    _plan_round(stage, "2012-Q1", GRANT, date(2012, 5, 16))
    _plan_round(stage, "2012-Q2", PRAISE, date(2012, 8, 8))
    _plan_round(stage, "2012-Q2", IMPROVED, date(2012, 8, 9))
    _plan_publicity(stage, "2012-Q2", GRANT, moment(date(2012, 11, 6), 10))


def _plan_publicity(stage: Stage, quarter: str, rule: str, prepared: datetime) -> None:
    """Prepared and checked on one day, shown to everybody from the next; there it stays for five working days."""
    shown = stage.workday(prepared.date(), 1)
    stage.plan(prepared, lambda scene: prepare(scene, quarter, rule))
    stage.plan(
        moment(shown, 9),
        lambda scene: services.open_publicity(scene.session, round_of(scene, quarter, rule), scene.act("office")),
    )
    stage.plan_clock(end_of(stage.workday(shown, 3)))


def _plan_round(stage: Stage, quarter: str, rule: str, day: date) -> None:
    _plan_publicity(stage, quarter, rule, moment(day, 10))
    approved, granted = stage.workday(day, 7), stage.workday(day, 8)
    stage.plan(
        moment(approved, 15),
        lambda scene: services.approve_round(scene.session, round_of(scene, quarter, rule), scene.act("leader")),
    )
    stage.plan(
        moment(granted, 10),
        lambda scene: cycles.grant(scene.session, round_of(scene, quarter, rule), scene.act("office")),
    )
    stage.plan_clock(end_of(stage.workday(granted, 3)))


def prepare(scene: Scene, quarter: str, rule: str) -> None:
    edition = scoring.edition_in_force(scene.session, period_of(scene, quarter).id)
    assert edition is not None
    made = consequences.prepare_round(scene.session, scene.act("office.clerk"), edition=edition, rule_code=rule)
    scene.session.flush()
    services.check(scene.session, made, scene.act("office"))


def round_of(scene: Scene, quarter: str, rule: str) -> Round:
    edition = scoring.edition_in_force(scene.session, period_of(scene, quarter).id)
    assert edition is not None
    return scene.session.scalars(select(Round).where(Round.edition_id == edition.id, Round.rule_code == rule)).one()
