"""Calendar arithmetic, against the calendar itself."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.lib.semantic.periods import GRAINS, add_months, end_of, finer, next_start, period_starts, start_of

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))


@given(DAYS, st.sampled_from(GRAINS))
def test_a_day_lies_in_exactly_one_period(day: dt.date, grain: str) -> None:
    assert start_of(day, grain) <= day <= end_of(day, grain) < next_start(day, grain)
    assert start_of(end_of(day, grain), grain) == start_of(day, grain)
    assert start_of(next_start(day, grain), grain) == next_start(day, grain)


@given(DAYS, st.integers(-600, 600))
def test_months_added_can_be_taken_back(day: dt.date, months: int) -> None:
    first = day.replace(day=1)
    assert add_months(add_months(first, months), -months) == first


def test_examples() -> None:
    assert start_of(dt.date(2025, 5, 20), "quarter") == dt.date(2025, 4, 1)
    assert end_of(dt.date(2024, 2, 1), "month") == dt.date(2024, 2, 29)
    assert start_of(dt.date(2025, 1, 1), "week") == dt.date(2024, 12, 30)
    assert add_months(dt.date(2025, 3, 1), -12) == dt.date(2024, 3, 1)
    assert list(period_starts(dt.date(2024, 12, 15), dt.date(2025, 2, 1), "month")) == [
        dt.date(2024, 12, 1),
        dt.date(2025, 1, 1),
        dt.date(2025, 2, 1),
    ]
    assert finer("day", "week")
    assert not finer("month", "month")
    with pytest.raises(ValueError, match="first day"):
        add_months(dt.date(2025, 3, 31), 1)
