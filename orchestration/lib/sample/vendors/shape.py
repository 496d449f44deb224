"""The common shape of an export: records with the days on which they changed, and their fields as of a day.

Each delivery carries the records changed since the previous one, in the state of its last day. Objects whose history
matters (``every_version``) carry one row per change instead.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

Row = dict[Any, Any]


@dataclass(frozen=True)
class Record:
    """One vendor record: the days it was created or changed, ascending, and its row as known on a day."""

    changed_on: tuple[date, ...]
    row: Callable[[date], Row]


@dataclass(frozen=True)
class ExportObject:
    """One object of a vendor's export. ``columns`` is the CSV header, empty for JSON Lines.

    ``key`` is the record's id field, ``event_field`` the field that dates an event, where there is one.
    """

    connector: str
    name: str
    key: str
    records: tuple[Record, ...]
    columns: tuple[str, ...] = ()
    event_field: str | None = None
    every_version: bool = False

    @property
    def is_csv(self) -> bool:
        return bool(self.columns)

    def deliveries(self, days: list[date]) -> list[list[Row]]:
        """The rows of each delivery, where ``days`` are the last days that each of them covers, ascending."""
        rows: list[list[Row]] = [[] for _ in days]
        for record in self.records:
            last = -1
            for changed_on in record.changed_on:
                place = bisect_left(days, changed_on)
                if place >= len(days):
                    continue
                if self.every_version:
                    rows[place].append(record.row(changed_on))
                elif place != last:
                    rows[place].append(record.row(days[place]))
                last = place
        return rows


def facts(*days: date | None, until: date) -> tuple[date, ...]:
    """The days that are known facts at ``until``, ascending and without repetition."""
    return tuple(sorted({day for day in days if day is not None and day <= until}))


def seen(day: date | None, until: date) -> date | None:
    """The day if it had come by ``until``."""
    return day if day is not None and day <= until else None


def time_of_day(day: date, number: int) -> datetime:
    """A moment in office hours that depends on nothing but the record's number and the day."""
    return datetime.combine(day, time(8)) + timedelta(seconds=(number * 7919 + day.toordinal() * 104_729) % 34_200)
