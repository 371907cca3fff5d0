"""Floor 10: what people and programs see of the house: pages, and the command line."""
