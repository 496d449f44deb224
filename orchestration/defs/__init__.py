"""Instances: what this code location is made of."""
