"""Pure computation of inspections: lots, conditions of a form, scores and grades, agreement of inspectors."""
