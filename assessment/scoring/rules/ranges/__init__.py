"""How far ranks depend on the method: rank ranges, tiers that cannot be told apart, shares of variance."""
