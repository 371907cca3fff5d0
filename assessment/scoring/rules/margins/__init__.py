"""What would have changed a result: how much was wanting to full marks, the next band, a better rank; which bound held.

Everything else stays as it was: one value, or one bound, is supposed to be different, and the rules score again.
"""

from assessment.scoring.rules.margins.bounds import Bound, bounds
from assessment.scoring.rules.margins.totals import Goal, Needed, needed_totals
from assessment.scoring.rules.margins.trial import Standing, Trial
from assessment.scoring.rules.margins.values import Margin, margins

__all__ = ["Bound", "Goal", "Margin", "Needed", "Standing", "Trial", "bounds", "margins", "needed_totals"]
