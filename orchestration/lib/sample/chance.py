"""Seeded randomness: one independent stream per purpose and subject.

A stream is named (``stream("renewal", account, month)``), so that a change in one part of the simulation does not
shuffle all the others, and the same seed gives the same company on every machine.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")


class Stream:
    """Draws for one purpose and subject. Thin over a NumPy generator: scalars out, plain Python types."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def share(self) -> float:
        """Uniform in [0, 1)."""
        return float(self._generator.random())

    def happens(self, probability: float) -> bool:
        return self.share() < probability

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.share()

    def whole(self, low: int, high: int) -> int:
        """Uniform whole number in [low, high]."""
        return low + int(self.share() * (high - low + 1))

    def normal(self, mean: float = 0.0, spread: float = 1.0) -> float:
        return mean + spread * float(self._generator.standard_normal())

    def count(self, mean: float) -> int:
        """Poisson count."""
        return int(self._generator.poisson(max(mean, 0.0)))

    def pick(self, items: Sequence[Item]) -> Item:
        return items[int(self.share() * len(items))]

    def weighted(self, items: Sequence[Item], weights: Sequence[float]) -> Item:
        point = self.share() * math.fsum(weights)
        for item, weight in zip(items, weights, strict=True):
            point -= weight
            if point < 0:
                return item
        return items[-1]

    def sample(self, items: Sequence[Item], size: int) -> list[Item]:
        """``size`` different items, in the order they were drawn."""
        pool = list(items)
        taken: list[Item] = []
        while pool and len(taken) < size:
            taken.append(pool.pop(int(self.share() * len(pool))))
        return taken

    def hex(self, characters: int) -> str:
        return self._generator.bytes((characters + 1) // 2).hex()[:characters]

    def business_day(self, first: date, last: date) -> date:
        """A Monday to Friday in [first, last]; ``first`` moved forward when the span holds none."""
        day = first + timedelta(days=self.whole(0, max((last - first).days, 0)))
        for offset in (0, -1, 1, -2, 2):
            candidate = day + timedelta(days=offset)
            if candidate.weekday() < 5 and first <= candidate <= last:
                return candidate
        return day


class Chance:
    """All streams of one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def stream(self, *name: object) -> Stream:
        text = "/".join(str(part) for part in (self._seed, *name))
        words = np.frombuffer(hashlib.sha256(text.encode()).digest(), dtype="<u4").tolist()
        return Stream(np.random.Generator(np.random.PCG64(np.random.SeedSequence(words))))


def sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
