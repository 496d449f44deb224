"""Sums by metric, month and slice, and how they become answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from orchestration.lib.sample.days import month_start

Number = Decimal | Fraction | int
Slice = tuple[str, str]

TOTAL: Slice = ("", "")


@dataclass(frozen=True)
class Answer:
    metric: str
    metric_time: date
    dimension: str
    dimension_value: str
    value: str


class Tally:
    """Collects values by (metric, month, slice). ``months`` are the closed month-ends of the company."""

    def __init__(self, months: list[date]) -> None:
        self.months = months
        self._sums: dict[str, dict[tuple[date, Slice], Number]] = {}

    def add(self, metric: str, day: date, slices: Iterable[Slice], amount: Decimal | int) -> None:
        """Add an amount to the month of ``day``, in total and to each slice."""
        sums = self._sums.setdefault(metric, {})
        month = month_start(day)
        for one in (TOTAL, *slices):
            key = (month, one)
            sums[key] = sums.get(key, 0) + amount

    def set(self, metric: str, day: date, one: Slice, value: Number) -> None:
        self._sums.setdefault(metric, {})[(month_start(day), one)] = value

    def get(self, metric: str, day: date, one: Slice) -> Number:
        return self._sums.get(metric, {}).get((month_start(day), one), 0)

    def keys(self, metric: str) -> list[tuple[date, Slice]]:
        return list(self._sums.get(metric, {}))

    def ratio(self, metric: str, numerator: str, denominator: str, *, complement: bool = False) -> None:
        """``metric`` = numerator / denominator wherever the denominator is not zero; 1 minus it for a complement."""
        for month, one in self.keys(denominator):
            below = Fraction(self.get(denominator, month, one))
            if below != 0:
                value = Fraction(self.get(numerator, month, one)) / below
                self.set(metric, month, one, 1 - value if complement else value)

    def fill(self, metric: str) -> None:
        """A connected flow with nothing in a month is 0 there, in total and for each slice that it ever has."""
        sums = self._sums.setdefault(metric, {})
        slices = {one for _, one in sums} | {TOTAL}
        for end in self.months:
            for one in slices:
                sums.setdefault((month_start(end), one), 0)

    def drop(self, *metrics: str) -> None:
        """Forget what was only a step on the way."""
        for metric in metrics:
            self._sums.pop(metric, None)

    def answers(self) -> list[Answer]:
        found = [
            Answer(metric, month, one[0], one[1], _text(value))
            for metric, sums in self._sums.items()
            for (month, one), value in sums.items()
        ]
        return sorted(found, key=lambda answer: (answer.metric, answer.metric_time, answer.dimension, answer.dimension_value))


def _text(value: Number) -> str:
    """Ratios and days to the nearest float, in full; money and hours as exact decimals."""
    if isinstance(value, Fraction):
        return repr(float(value))
    return format(Decimal(value).normalize(), "f") if value else "0"


