"""Histories of whole cycles, all rooms together: who can do what, step by step, and what must hold afterwards."""
