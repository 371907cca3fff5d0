"""Composite indicators: imputed, treated, normalised and aggregated, every number exact or correctly rounded."""
