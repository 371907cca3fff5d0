"""Five Measures: the assessment and accountability of localities, in the open."""
