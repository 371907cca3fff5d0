"""Programmes, their schemes and versions, indicators, responsibility letters and periods."""
