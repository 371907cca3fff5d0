"""Measure 1, performance scoring: scorecards, and the frozen edition that everything later points at."""
