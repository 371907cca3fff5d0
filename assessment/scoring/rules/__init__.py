"""How a scheme turns values into scores, bands and ranks: exact, explained, the same every time."""
