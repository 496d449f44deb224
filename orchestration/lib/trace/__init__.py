"""From a published number to the raw rows it was made from, and back: recomputed from those rows alone."""
