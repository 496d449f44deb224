"""Companies that connect little: every model still builds, and every test still holds.

The unit tests of all models run here too: they need relations, not rows.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from tests.dbt.company import Company, Workshop
from tests.dbt.project import rows

AS_OF = date(2024, 6, 15)
ACCOUNTS = [{"account_id": name, "account_name": name.upper(), "acv": 30_000} for name in ("a", "b")]
LINE = {"subscription_id": "s1", "account_id": "a", "product": "Core", "start_date": "2024-01-31", "arr": "1200.50"}


@pytest.mark.parametrize(
    ("objects", "arr_by_month", "tests"),
    [
        (
            {"accounts": ACCOUNTS, "subscriptions": [LINE]},
            [
                (date(2024, 1, 31), "1200.500000"),
                (date(2024, 2, 29), "1200.500000"),
                (date(2024, 3, 31), "1200.500000"),
                (date(2024, 4, 30), "1200.500000"),
                (date(2024, 5, 31), "1200.500000"),
            ],
            "all",
        ),
        ({"accounts": ACCOUNTS, "subscriptions": [LINE | {"account_id": "nobody"}]}, [], "data"),
        ({"accounts": ACCOUNTS, "subscriptions": [LINE | {"start_date": "2024-06-01"}]}, [], "data"),
    ],
    ids=["contracts_alone", "no_line_of_a_known_account", "first_month_not_closed"],
)
def test_everything_builds_on_accounts_and_subscriptions_alone(
    objects: dict[str, list[dict[str, object]]],
    arr_by_month: list[tuple[date, str]],
    tests: Literal["data", "all"],
    tmp_path: Path,
    workshop: Workshop,
) -> None:
    warehouse = workshop.build(Company(as_of=AS_OF, objects=dict(objects)), tmp_path, tests=tests)
    found = rows(
        warehouse, "select month_end, sum(arr) from marts.fct_arr_snapshot group by month_end order by month_end"
    )
    assert [(day, str(arr)) for day, arr in found] == arr_by_month
    assert rows(warehouse, "select count(*) from marts.dim_account") == [(2,)]
    assert rows(warehouse, "select count(*) from marts.dim_account_history where product = 'unknown'") != [(0,)]
    for fact in ("fct_onboarding", "fct_first_value", "fct_milestone", "fct_time_entry", "cube_first_value_survival"):
        assert rows(warehouse, f"select count(*) from marts.{fact}") == [(0,)]
    # The spine reaches as_of, whatever there is.
    assert rows(warehouse, "select max(date_day) from marts.dim_date") == [(AS_OF,)]
