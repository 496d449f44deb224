"""Harvest: objects of the API v2 (source: help.getharvest.com/api-v2, Time Entries and Users)."""

from __future__ import annotations

from datetime import date, datetime

from orchestration.lib.sample import phrases
from orchestration.lib.sample.model import Company, Person, TimeEntry
from orchestration.lib.sample.vendors.shape import ExportObject, Record, Row, facts, seen, time_of_day

TASKS = (
    *phrases.IMPLEMENTATION_ACTIVITIES,
    *phrases.SUCCESS_ACTIVITIES,
    *phrases.SUPPORT_ACTIVITIES,
    *phrases.INTERNAL_ACTIVITIES,
    phrases.UNMAPPED_ACTIVITY,
)


def timestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def user_id(person: Person) -> int:
    return 4_810_000 + person.key * 13


def export(company: Company) -> list[ExportObject]:
    """``time_entries`` and ``users``; the client of a time entry is the account by name, or the vendor itself."""
    end = company.parameters.ends_on
    ordered = sorted(enumerate(company.time_entries), key=lambda pair: (pair[1].spent_on, pair[1].person.key, pair[0]))
    entries = [_entry(number, entry) for number, (_, entry) in enumerate(ordered)]
    users = [_user(person, end) for person in company.people if person.on(person.started_on).function != "sales"]
    return [
        ExportObject("harvest", "users", "id", tuple(users)),
        ExportObject("harvest", "time_entries", "id", tuple(entries), event_field="spent_date"),
    ]


def _entry(number: int, entry: TimeEntry) -> Record:
    at = timestamp(time_of_day(entry.spent_on, number))
    client_key = 0 if entry.account is None else entry.account.key + 1
    hours = float(entry.hours)
    row: Row = {
        "id": 1_930_000_000 + number * 3,
        "spent_date": entry.spent_on.isoformat(),
        "hours": hours,
        "rounded_hours": hours,
        "notes": None,
        "is_locked": False,
        "billable": entry.billable,
        "user": {"id": user_id(entry.person), "name": entry.person.name},
        "client": {
            "id": 5_700_000 + client_key * 11,
            "name": entry.client,
            "currency": "USD" if entry.account is None else entry.account.currency,
        },
        "project": {
            "id": 14_300_000 + client_key * 17,
            "name": "Internal" if entry.account is None else "Customer work",
            "code": None if entry.account is None else f"C{entry.account.key:05d}",
        },
        "task": {"id": 8_080_000 + TASKS.index(entry.activity) * 5, "name": entry.activity},
        "created_at": at,
        "updated_at": at,
    }
    return Record((entry.spent_on,), lambda day: row)


def _user(person: Person, end: date) -> Record:
    days = facts(person.started_on, person.ended_on, until=end)

    def row(day: date) -> Row:
        ended_on = seen(person.ended_on, day)
        return {
            "id": user_id(person),
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "telephone": "",
            "timezone": "UTC",
            "weekly_capacity": int(person.weekly_capacity_hours * 3600),
            "cost_rate": float(person.loaded_hourly_cost),
            "is_active": ended_on is None,
            "created_at": timestamp(time_of_day(person.started_on, person.key)),
            "updated_at": timestamp(time_of_day(ended_on or person.started_on, person.key)),
        }

    return Record(days, row)
