"""Measure 3: ranking bulletins 排名通报."""
