"""Charts as SVG text: geometry in attributes, colour by class, so that themes, print and a strict policy hold."""

from assessment.foundation.charts.bump import Line, bump
from assessment.foundation.charts.waterfall import Loss, bars, waterfall

__all__ = ["Line", "Loss", "bars", "bump", "waterfall"]
