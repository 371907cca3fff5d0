"""Quarters: composed of their months when the last of these is published, served, approved, published."""

from __future__ import annotations

from datetime import date

from assessment.cycles import services as cycles
from assessment.demo.beginning import period_of
from assessment.demo.results import Course, end_of, plan_publication, plan_serving
from assessment.demo.stage import Scene, Stage, moment


def plan_composition(stage: Stage, code: str, published: date) -> date:
    """On the day its last month is published; returns the last day of the windows."""
    stage.plan(moment(published, 15), lambda scene: compose(scene, code))
    return plan_serving(stage, end_of(published))


def compose(scene: Scene, code: str) -> None:
    cycles.compute(scene.session, period_of(scene, code), scene.act("office.clerk"))


def plan_quarter(stage: Stage, code: str, published: date) -> date:
    """The whole way; returns the day of publication."""
    window = plan_composition(stage, code, published)
    return plan_publication(stage, Course(code), stage.workday(window, 1))
