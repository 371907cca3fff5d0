"""Bonuses, deductions, vetoes and caps: proposed, heard, confirmed; the only way anything but a value reaches a score."""
