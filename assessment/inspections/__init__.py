"""Measure 2: supervision and inspection 督导检查, from checklist and campaign to settled findings."""
