"""From raw rows and policy files to books and capacity: what unit tests of single models cannot see."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.dbt.company import Company, Workshop
from tests.dbt.project import rows

AS_OF = date(2024, 3, 31)
MONDAY = date(2024, 1, 1)


@pytest.fixture(scope="module")
def warehouse(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two CSMs who train all day, one of them stated as separated; an implementer; somebody in sales."""
    entries = []
    for number in range(60):
        day = MONDAY + timedelta(days=number)
        for email in ("ann@x.example", "ben@x.example"):
            if day.weekday() < 5:
                entries.append((f"{email}-{number}", email, day))
    company = Company(
        as_of=AS_OF,
        objects={
            "accounts": [{"account_id": "a", "account_name": "A"}],
            "subscriptions": [
                {"subscription_id": "s", "account_id": "a", "product": "Core", "start_date": MONDAY, "arr": 1000}
            ],
            "account_owners": [
                {"account_id": "a", "email": "ann@x.example", "role": "csm", "from_on": MONDAY},
            ],
            "people": [
                {
                    "email": f"{name}@x.example",
                    "full_name": name.title(),
                    "function": function,
                    "team": "T",
                    "weekly_capacity_hours": 30,
                    "started_on": started_on,
                }
                for name, function, started_on in (
                    ("ann", "success", None),
                    ("ben", "success", None),
                    ("cat", "implementation", date(2024, 3, 25)),
                    ("sal", "sales", None),
                )
            ],
            "time_entries": [
                {
                    "time_entry_id": entry,
                    "person_email": email,
                    "account_id": "a",
                    "spent_on": day,
                    "hours": 6,
                    "activity": "Training",
                }
                for entry, email, day in entries
            ],
        },
        policy={
            "operating_models": [
                {"csm_email": " Ben@X.example", "operating_model": "separated", "from_on": date(2024, 2, 15)}
            ],
            "holidays": [{"holiday_on": MONDAY, "name": "New Year's Day"}],
        },
    )
    return workshop.build(
        company,
        tmp_path_factory.mktemp("time_and_capacity"),
        select=["+dim_csm_operating_period", "+fct_capacity_day", "+fct_csm_account_month"],
    )


def test_policy_states_what_hours_would_not_say(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select csm, valid_from, operating_model, origin from marts.dim_csm_operating_period order by csm, valid_from",
    )
    always = date(1900, 1, 1)
    assert found == [
        ("Ann", always, "unknown", "inferred"),
        ("Ann", MONDAY + timedelta(days=7), "conflated", "inferred"),
        ("Ben", always, "unknown", "inferred"),
        ("Ben", MONDAY + timedelta(days=7), "conflated", "inferred"),
        ("Ben", date(2024, 2, 15), "separated", "stated"),
    ]


def test_weeks_and_months_have_the_capacity_of_their_days(warehouse: Path) -> None:
    """Weekdays but for the holiday, six hours each; hours on the holiday are kept without capacity."""
    weekdays = [
        day
        for day in (MONDAY + timedelta(days=number) for number in range((AS_OF - MONDAY).days + 1))
        if day.weekday() < 5
    ]
    found = dict(rows(warehouse, "select person, sum(capacity_hours) from marts.fct_capacity_day group by person"))
    assert found == {
        "Ann": Decimal(6 * (len(weekdays) - 1)),
        "Ben": Decimal(6 * (len(weekdays) - 1)),
        "Cat": Decimal(30),
        "Sal": Decimal(6 * (len(weekdays) - 1)),
    }
    columns = "person, is_working_day, capacity_hours, logged_hours"
    holiday = f"select {columns} from marts.fct_capacity_day where date_day = '{MONDAY}'"
    assert sorted(rows(warehouse, holiday)) == [("Ann", False, 0, 6), ("Ben", False, 0, 6)]
    weekly, monthly = (
        rows(
            warehouse,
            f"select sum(capacity_hours), sum(logged_hours) from marts.fct_capacity_day group by {period} order by all",
        )
        for period in ("date_trunc('week', date_day)", "date_trunc('month', date_day)")
    )
    assert [sum(column) for column in zip(*weekly, strict=True)] == [
        sum(column) for column in zip(*monthly, strict=True)
    ]


def test_the_book_names_its_operating_model(warehouse: Path) -> None:
    found = rows(
        warehouse, "select month_end, csm, operating_model from marts.fct_csm_account_month order by month_end"
    )
    assert found == [
        (date(2024, 1, 31), "Ann", "conflated"),
        (date(2024, 2, 29), "Ann", "conflated"),
        (date(2024, 3, 31), "Ann", "conflated"),
    ]
