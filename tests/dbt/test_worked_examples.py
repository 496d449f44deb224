"""Published worked examples of net revenue retention, through the canonical files; one segment each, in one company.

Sources: Vitally's docs on NRR, Workday's blog on net retention, ChartMogul's help on churn and on movements.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.dbt.company import Company, Row, Workshop
from tests.dbt.project import rows

AS_OF = date(2025, 1, 31)
OPENING = "2024-01-01"
CHANGE = "2024-07-01"
BEFORE_CHANGE = "2024-06-30"


class _Book:
    """Accounts of one example: each opens at an ARR and, half a year later, goes on at another."""

    def __init__(self) -> None:
        self.accounts: list[Row] = []
        self.subscriptions: list[Row] = []

    def add(self, example: str, count: int, opening: int, later: int) -> None:
        for _ in range(count):
            number = len(self.accounts)
            account = f"{example}-{number}"
            self.accounts.append({"account_id": account, "account_name": account, "segment": example})
            self._line(account, "opening", opening, OPENING, None if later == opening else BEFORE_CHANGE)
            if later not in (opening, 0):
                self._line(account, "later", later, CHANGE, None)

    def _line(self, account: str, name: str, arr: int, start: str, end: str | None) -> None:
        self.subscriptions.append(
            {
                "subscription_id": f"{account}-{name}",
                "account_id": account,
                "product": "Core",
                "start_date": start,
                "end_date": end,
                "arr": arr,
            }
        )

    def movements_example(self) -> None:
        """ChartMogul's movements, monthly amounts times twelve: one account, five moments."""
        account = "movements-0"
        self.accounts.append({"account_id": account, "account_name": account, "segment": "movements"})
        lines = [("gold", f"gold-{number}", 500, "2024-01-15", "2024-09-14") for number in range(4)]
        lines.append(("silver", "silver", 60 * 12, "2024-03-10", "2024-06-20"))
        lines += [("gold", f"monthly-{number}", 50 * 12, "2024-12-05", None) for number in range(3)]
        for product, name, arr, start, end in lines:
            self.subscriptions.append(
                {
                    "subscription_id": name,
                    "account_id": account,
                    "product": product,
                    "start_date": start,
                    "end_date": end,
                    "arr": arr,
                }
            )


@pytest.fixture(scope="module")
def warehouse(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = _Book()
    # $1M from 100 customers; -25K churn (10), +150K expansion (20), -25K contraction (5).
    book.add("vitally", 10, 2_500, 0)
    book.add("vitally", 20, 10_000, 17_500)
    book.add("vitally", 5, 10_000, 5_000)
    book.add("vitally", 64, 11_000, 11_000)
    book.add("vitally", 1, 21_000, 21_000)
    # 2.0M + 300K - 100K - 50K, and 600K + 30K - 60K - 70K.
    book.add("workday_large", 1, 700_000, 1_000_000)
    book.add("workday_large", 1, 600_000, 500_000)
    book.add("workday_large", 1, 50_000, 0)
    book.add("workday_large", 1, 650_000, 650_000)
    book.add("workday_small", 1, 200_000, 230_000)
    book.add("workday_small", 1, 100_000, 40_000)
    book.add("workday_small", 1, 70_000, 0)
    book.add("workday_small", 1, 230_000, 230_000)
    # Start 100, churn 10, contraction 10, expansion 10.
    book.add("chartmogul", 1, 10, 0)
    book.add("chartmogul", 1, 30, 20)
    book.add("chartmogul", 1, 30, 40)
    book.add("chartmogul", 1, 30, 30)
    book.movements_example()
    company = Company(
        as_of=AS_OF,
        renewal_grace_days=0,
        objects={"accounts": book.accounts, "subscriptions": book.subscriptions},
    )
    return workshop.build(company, tmp_path_factory.mktemp("examples"), select=["+marts.revenue"])


@pytest.mark.parametrize(
    ("example", "base", "current", "retained"),
    [
        # NRR 110 %, GRR 95 %.
        ("vitally", 1_000_000, 1_100_000, 950_000),
        # NRR 107.5 % and 83.3 %.
        ("workday_large", 2_000_000, 2_150_000, 1_850_000),
        ("workday_small", 600_000, 500_000, 470_000),
        # Gross revenue churn 20 %, net 10 %.
        ("chartmogul", 100, 90, 80),
    ],
)
def test_retention(warehouse: Path, example: str, base: int, current: int, retained: int) -> None:
    found = rows(
        warehouse,
        "select sum(base_arr), sum(current_arr), sum(retained_arr) from marts.fct_arr_window"
        " join marts.dim_account_history as book using (book_id)"
        f" where month_end = '2025-01-31' and window_months = 12 and book.segment = '{example}'",
    )
    assert found == [(base, current, retained)]


def test_logo_churn(warehouse: Path) -> None:
    [(churned, accounts)] = rows(
        warehouse,
        "select sum(churned_accounts), sum(base_accounts) from marts.fct_arr_window"
        " join marts.dim_account_history as book using (book_id)"
        " where month_end = '2025-01-31' and window_months = 12 and book.segment = 'vitally'",
    )
    assert (churned, accounts) == (10, 100)


def test_movements_of_one_customer(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select month_end, movement_type, amount, occurred_on from marts.fct_arr_movement"
        " where account_id = 'movements-0' order by month_end",
    )
    assert [(day, kind, amount, on) for day, kind, amount, on in found] == [
        (date(2024, 1, 31), "new", Decimal(2000), date(2024, 1, 15)),
        (date(2024, 3, 31), "expansion", Decimal(720), date(2024, 3, 10)),
        (date(2024, 6, 30), "contraction", Decimal(720), date(2024, 6, 21)),
        (date(2024, 9, 30), "churn", Decimal(2000), date(2024, 9, 15)),
        (date(2024, 12, 31), "reactivation", Decimal(1800), date(2024, 12, 5)),
    ]
