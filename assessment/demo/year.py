"""The year 2012: what is particular about each month, and in which order the measures meet."""

from __future__ import annotations

from assessment.demo.figures import Split
from assessment.demo.months import Month, MonthPlay
from assessment.demo.quarters import plan_composition, plan_quarter
from assessment.demo.stage import Stage

MONTHS = (
    Month(1, late=("220602", "220724")),
    Month(2, returned="220381"),
    Month(3, late=("220422",)),
    Month(4),
    Month(5),
    Month(6),
    Month(7),
    Month(8),
    Month(9),
    Month(10),
)
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
