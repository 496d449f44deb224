"""The difference of two pooled ratios, and how far chance could move it: the percentile bootstrap over books.

A book is drawn whole, with all its accounts: accounts of one CSM share that CSM, so that drawing accounts would
pretend to many more independent observations than there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 4000

Array = NDArray[np.float64]


def pooled(sums: Array) -> Array:
    """Numerator ÷ denominator of each row of (…, 2) sums; not a number over a denominator of zero."""
    below = np.where(sums[..., 1] == 0, np.nan, sums[..., 1])
    return np.asarray(sums[..., 0] / below, dtype=np.float64)


def interval(
    arms: Sequence[Array], difference: Callable[..., Array], confidence_percent: int, seed: Sequence[int]
) -> tuple[float, float] | None:
    """Lower and upper end of the difference between arms, each an array (books, …) of sums by book.

    ``difference`` takes the sums of every arm, (resamples, …), and returns one number per resample. The arms are drawn
    independently of each other, the same ``seed`` draws the same books. None when no draw has a denominator.
    """
    generator = np.random.default_rng(np.random.SeedSequence(list(seed)))
    drawn = []
    for arm in arms:
        books = arm.shape[0]
        times = generator.multinomial(books, np.full(books, 1 / books), size=RESAMPLES)
        drawn.append(np.tensordot(times.astype(np.float64), arm, axes=1))
    found = difference(*drawn)
    found = found[np.isfinite(found)]
    if found.size == 0:
        return None
    tail = (100 - confidence_percent) / 2
    low, high = np.percentile(found, [tail, 100 - tail])
    return float(low), float(high)
