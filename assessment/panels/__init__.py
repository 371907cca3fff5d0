"""Panels: several people score every unit by secret ballot, and the count of the ballots enters as reported values."""
