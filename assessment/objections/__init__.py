"""Objection, review, appeal: one due-process engine with clocks and computed recusal."""
