"""Notices and tracked tasks: one life from issue to closure, whoever opened them."""
