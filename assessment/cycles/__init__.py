"""The scheduled cycle: what is due, which room does it, run it once; and the acts that touch two rooms."""
