"""Reusable parts, one folder per subject. Instances of them live in `orchestration/defs`."""
