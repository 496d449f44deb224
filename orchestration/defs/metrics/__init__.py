"""Metric exports: one asset per saved query."""
