"""Measurements: scale and ratios, never asserted in tests."""
