"""Calendar arithmetic on plain dates."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def plus(day: date, days: int) -> date:
    return day + timedelta(days=days)


def month_start(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def plus_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day when it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def month_ends(first: date, last: date) -> list[date]:
    """Every month-end from the month of ``first`` to the latest one on or before ``last``."""
    ends = []
    end = month_end(first)
    while end <= last:
        ends.append(end)
        end = month_end(end + ONE_DAY)
    return ends


def quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``, both included."""
    day = first
    while day <= last:
        yield day
        day += ONE_DAY


def next_business_day(day: date) -> date:
    while day.weekday() >= 5:
        day += ONE_DAY
    return day
