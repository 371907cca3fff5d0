"""Charts: geometry in attributes, colour by class, so that themes, print, paper and a strict policy hold."""

from assessment.foundation.charts.bump import Line, bump
from assessment.foundation.charts.distribution import distribution
from assessment.foundation.charts.makeup import Track, makeup
from assessment.foundation.charts.movers import movers
from assessment.foundation.charts.svg import Chart
from assessment.foundation.charts.waterfall import Loss, bars, waterfall

__all__ = ["Chart", "Line", "Loss", "Track", "bars", "bump", "distribution", "makeup", "movers", "waterfall"]
