"""Delivery: papers served on a unit, from when its clocks run; extensions of time asked and granted."""
