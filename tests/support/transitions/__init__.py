"""Every transition done and refused: tables of lives (`support.lives`), and the walk through them."""

from support.transitions.people import also
from support.transitions.table import Bar, Beginning, By, Ledger, Life, Way
from support.transitions.walk import Walk

__all__ = ["Bar", "Beginning", "By", "Ledger", "Life", "Walk", "Way", "also"]
