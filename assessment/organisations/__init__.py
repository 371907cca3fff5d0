"""Organisations: units over time, people, the posts they hold and the duties of these, and who is signed in."""
