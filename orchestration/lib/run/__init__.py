"""Running the one job: the resource it is run with, what counts as unchanged, progress and summary."""
