"""Helpers of the tests: databases, browsers, and the building seen from outside."""
