"""Rewards and penalties: eligibility, exact amounts, publicity, grants."""
