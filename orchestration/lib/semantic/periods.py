"""Calendar periods: truncation, ends, ranges. Weeks start on Monday, quarters and years on the calendar's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

GRAINS = ("day", "week", "month", "quarter", "year")


def finer(grain: str, than: str) -> bool:
    """Whether `grain` is finer than `than`; both one of `GRAINS`."""
    return GRAINS.index(grain) < GRAINS.index(than)


def start_of(day: dt.date, grain: str) -> dt.date:
    """First day of the period of `grain` that contains `day`."""
    if grain == "day":
        return day
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return dt.date(day.year, 1, 1)


def end_of(day: dt.date, grain: str) -> dt.date:
    """Last day of the period of `grain` that contains `day`."""
    return next_start(day, grain) - dt.timedelta(days=1)


def next_start(day: dt.date, grain: str) -> dt.date:
    """First day of the period after the one that contains `day`."""
    start = start_of(day, grain)
    if grain == "day":
        return start + dt.timedelta(days=1)
    if grain == "week":
        return start + dt.timedelta(days=7)
    return add_months(start, {"month": 1, "quarter": 3, "year": 12}[grain])


def add_months(day: dt.date, months: int) -> dt.date:
    """The first of the month `months` after the month of `day`, which must itself be a first of month."""
    if day.day != 1:
        raise ValueError(f"{day} is not the first day of a month")
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)


def period_starts(first: dt.date, last: dt.date, grain: str) -> Iterator[dt.date]:
    """First days of the periods from the one that contains `first` to the one that contains `last`."""
    period = start_of(first, grain)
    while period <= last:
        yield period
        period = next_start(period, grain)
