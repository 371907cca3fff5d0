"""Bonuses, deductions, vetoes and caps: the only way anything but a value reaches a score."""
