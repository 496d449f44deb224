"""The one job, and what it is run with."""
