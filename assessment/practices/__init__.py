"""Cases and methods that a locality shares: submitted, judged, commended, counted."""
