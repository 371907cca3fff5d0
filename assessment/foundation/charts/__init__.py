"""Charts: geometry in attributes, colour by class, so that themes, print, paper and a strict policy hold."""

from assessment.foundation.charts.ages import Age, ages
from assessment.foundation.charts.bump import Line, bump
from assessment.foundation.charts.distribution import distribution
from assessment.foundation.charts.heat import step_of
from assessment.foundation.charts.makeup import Track, makeup
from assessment.foundation.charts.movers import movers
from assessment.foundation.charts.progress import Course, progress
from assessment.foundation.charts.svg import Chart
from assessment.foundation.charts.tiles import Tile, tiles
from assessment.foundation.charts.waterfall import Loss, bars, waterfall

__all__ = [
    "Age", "Chart", "Course", "Line", "Loss", "Tile", "Track", "ages", "bars", "bump", "distribution", "makeup",
    "movers", "progress", "step_of", "tiles", "waterfall",
]  # fmt: skip
