"""Ladders as pure computation: what is known of a unit, what the count proposes, and what one more period would."""

from assessment.accountability.rules.ahead import Ahead, ahead
from assessment.accountability.rules.climbing import Climb, Step, climb, rung
from assessment.accountability.rules.past import KINDS, PERIODS, Past, place_of, proposed

__all__ = ["KINDS", "PERIODS", "Ahead", "Climb", "Past", "Step", "ahead", "climb", "place_of", "proposed", "rung"]
