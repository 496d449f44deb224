"""Sums by metric, month and slice, and how they become answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

from orchestration.lib.sample.days import month_start

Slice = tuple[str, str]

TOTAL: Slice = ("", "")
ZERO = Decimal(0)
ONE = Decimal(1)


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
        self._sums: dict[str, dict[tuple[date, Slice], Decimal]] = {}
        self._ratios: dict[str, dict[tuple[date, Slice], Fraction]] = {}

    def add(self, metric: str, day: date, slices: Iterable[Slice], amount: Decimal) -> None:
        """Add an amount to the month of ``day``, in total and to each slice."""
        sums = self._sums.setdefault(metric, {})
        month = month_start(day)
        for one in (TOTAL, *slices):
            key = (month, one)
            sums[key] = sums.get(key, ZERO) + amount

    def count(self, metric: str, day: date, slices: Iterable[Slice], happened: bool = True) -> None:
        """Count one case, or none, in the month of ``day``; none still makes the slice appear."""
        self.add(metric, day, slices, ONE if happened else ZERO)

    def sum_of(self, metric: str, month: date, one: Slice) -> Decimal:
        return self._sums.get(metric, {}).get((month, one), ZERO)

    def sums_of(self, metric: str) -> dict[tuple[date, Slice], Decimal]:
        return self._sums.get(metric, {})

    def set(self, metric: str, day: date, one: Slice, value: Fraction) -> None:
        """Put down a ratio or a number of days for the month of ``day``."""
        self._ratios.setdefault(metric, {})[(month_start(day), one)] = value

    def ratios_of(self, metric: str) -> dict[tuple[date, Slice], Fraction]:
        return self._ratios.get(metric, {})

    def ratio(self, metric: str, numerator: str, denominator: str, *, complement: bool = False) -> None:
        """``metric`` = numerator / denominator wherever the denominator is not zero; 1 minus it for a complement."""
        for (month, one), below in self.sums_of(denominator).items():
            if below != 0:
                value = Fraction(self.sum_of(numerator, month, one)) / Fraction(below)
                self.set(metric, month, one, 1 - value if complement else value)

    def fill(self, metric: str) -> None:
        """A connected flow with nothing in a month is 0 there, in total and for each slice that it ever has."""
        sums = self._sums.setdefault(metric, {})
        slices = {one for _, one in sums} | {TOTAL}
        for end in self.months:
            for one in slices:
                sums.setdefault((month_start(end), one), ZERO)

    def drop(self, *metrics: str) -> None:
        """Forget what was only a step on the way, or cannot be known."""
        for metric in metrics:
            self._sums.pop(metric, None)
            self._ratios.pop(metric, None)

    def answers(self) -> list[Answer]:
        """Everything put down, in order of metric, time and slice: sums as exact decimals, the rest as floats."""
        found = [
            Answer(metric, month, one[0], one[1], _plain(amount))
            for metric, sums in self._sums.items()
            for (month, one), amount in sums.items()
        ]
        found += [
            Answer(metric, month, one[0], one[1], repr(float(value)))
            for metric, ratios in self._ratios.items()
            for (month, one), value in ratios.items()
        ]
        return sorted(found, key=attrgetter("metric", "metric_time", "dimension", "dimension_value"))


def _plain(amount: Decimal) -> str:
    """Without trailing zeros and without an exponent."""
    return format(amount.normalize(), "f") if amount else "0"
