"""Renewals, expansion parts and churn reasons of a company small enough to compute by hand, one account per rule."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.dbt.company import Company, Row, Workshop
from tests.dbt.project import rows

AS_OF = date(2024, 12, 31)
TERM = ("2023-04-01", "2024-03-31")
DUE = date(2024, 4, 1)


class _Book:
    def __init__(self) -> None:
        self.accounts: list[Row] = []
        self.lines: list[Row] = []
        self.deals: list[Row] = []

    def line(
        self,
        account: str,
        start: str,
        end: str | None,
        arr: int,
        *,
        product: str = "Core",
        terminated: str | None = None,
        deal: str | None = None,
        quantity: int | None = None,
        currency: str | None = None,
    ) -> None:
        if account not in {row["account_id"] for row in self.accounts}:
            self.accounts.append({"account_id": account, "account_name": account})
        self.lines.append(
            {
                "subscription_id": f"{account}-{len(self.lines):03d}",
                "account_id": account,
                "product": product,
                "start_date": start,
                "end_date": end,
                "arr": arr,
                "terminated_on": terminated,
                "opportunity_id": deal,
                "quantity": quantity,
                "currency": currency,
            }
        )

    def deal(
        self,
        name: str,
        account: str,
        kind: str,
        closed: str | None,
        *,
        won: bool | None = None,
        motion: str | None = None,
        reason: str | None = None,
        expected: str | None = None,
    ) -> None:
        self.deals.append(
            {
                "opportunity_id": name,
                "account_id": account,
                "type": kind,
                "created_on": "2023-01-01",
                "expected_close_on": expected or closed,
                "closed_on": closed,
                "is_won": won,
                "motion": motion,
                "loss_reason": reason,
            }
        )


def _book() -> _Book:
    book = _Book()
    line, deal = book.line, book.deal
    line("on_time", *TERM, 100)
    line("on_time", "2024-04-01", None, 110)
    # 30 days after the last day is inside grace, 31 are not.
    line("late", *TERM, 100)
    line("late", "2024-05-01", None, 100)
    line("too_late", *TERM, 100)
    line("too_late", "2024-05-02", None, 100)
    line("terminated", "2023-04-01", "2024-12-31", 100, terminated="2024-03-31")
    line("terminated", "2024-04-11", None, 100)
    line("marked_lost", *TERM, 100)
    line("marked_lost", "2024-04-11", None, 100)
    deal("lost-1", "marked_lost", "renewal", "2024-04-05", won=False, reason="Budget")
    line("gone", *TERM, 100)
    deal("lost-2", "gone", "renewal", "2024-03-10", won=False, reason=" Champion-Left")
    line("one_of_two", *TERM, 100)
    line("one_of_two", *TERM, 50, product="Add-on")
    line("one_of_two", "2024-04-01", None, 120)
    line("two_dates", *TERM, 100)
    line("two_dates", "2023-07-01", "2024-06-30", 50, product="Add-on")
    line("two_dates", "2024-04-01", None, 100)
    line("pilot", "2024-02-01", "2024-03-31", 100)
    line("late_add_on", *TERM, 100)
    line("late_add_on", "2024-03-01", "2024-03-31", 20, product="Add-on")
    line("late_add_on", "2024-04-01", None, 130)
    line("swap", "2023-04-01", "2024-12-31", 100, terminated="2024-03-31")
    line("swap", "2024-04-01", None, 150, product="Plus", deal="swap-1")
    deal("swap-1", "swap", "expansion", "2024-03-20", won=True, motion="reactive")
    line("renewed_as_other", *TERM, 100)
    line("renewed_as_other", "2024-04-01", None, 90, product="Plus", deal="other-1")
    deal("other-1", "renewed_as_other", "renewal", "2024-03-20", won=True)
    line("renewed_unlinked", *TERM, 100)
    line("renewed_unlinked", "2024-04-01", None, 90, product="Plus")
    deal("unlinked-1", "renewed_unlinked", "renewal", "2024-03-20", won=True)
    line("other_product", *TERM, 100)
    line("other_product", "2024-04-01", None, 90, product="Plus")
    line("open_ended", "2023-04-01", None, 100, terminated="2024-03-31")
    line("ramp", *TERM, 100, deal="ramp-1")
    line("ramp", "2024-04-01", None, 140, deal="ramp-1")
    deal("ramp-1", "ramp", "new", "2023-03-20", won=True)
    line("in_grace", "2023-12-11", "2024-12-10", 100)
    line("grace_over", "2023-12-01", "2024-11-30", 100)
    line("early", *TERM, 100)
    line("early", "2024-02-15", None, 105)
    line("only_expanded", *TERM, 100)
    line("only_expanded", "2024-02-15", None, 20, deal="more-1")
    deal("more-1", "only_expanded", "expansion", "2024-02-10", won=True, motion="proactive")
    line("to_come", "2024-06-01", "2025-05-31", 100)
    deal("open-1", "to_come", "renewal", None, expected="2025-05-31")
    line("foreign", *TERM, 100, currency="EUR")
    line("foreign", "2024-04-01", None, 100, currency="EUR")
    # Expansion alone.
    line("seats_and_price", "2023-12-01", None, 1000, quantity=10)
    line("seats_and_price", "2024-05-10", None, 330, quantity=3, deal="seats-1")
    deal("seats-1", "seats_and_price", "expansion", "2024-05-01", won=True, motion="proactive")
    line("step_on_top", "2023-12-01", None, 100, deal="top-1")
    line("step_on_top", "2024-06-01", None, 50, deal="top-1")
    deal("top-1", "step_on_top", "new", "2023-11-20", won=True)
    line("unnamed_deal", "2023-12-01", None, 100)
    line("unnamed_deal", "2024-06-01", None, 40, product="Add-on")
    deal("near-1", "unnamed_deal", "expansion", "2024-05-20", won=True, motion="proactive")
    return book


@pytest.fixture(scope="module")
def warehouse(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = _book()
    company = Company(
        as_of=AS_OF,
        objects={
            "accounts": book.accounts,
            "subscriptions": book.lines,
            "opportunities": book.deals,
            "people": [{"email": "ann@vendor.example", "full_name": "Ann Manager", "function": "sales"}],
            "account_owners": [
                {
                    "account_id": "on_time",
                    "email": "ann@vendor.example",
                    "role": "account_manager",
                    "from_on": "2023-01-01",
                    "to_on": "2024-06-30",
                }
            ],
        },
        policy={"fx_rates": [{"currency": "EUR", "fiscal_year": 2024, "rate": "1.1"}]},
    )
    return workshop.build(
        company,
        tmp_path_factory.mktemp("renewals"),
        select=["+fct_renewal_forecast", "+fct_expansion", "+fct_arr_loss"],
    )


def test_what_falls_due_and_what_becomes_of_it(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select account_id, due_on, outcome, due_arr, renewed_arr, uplift_arr, downsell_arr, lost_arr, days_late"
        " from marts.fct_renewal",
    )

    def lost(account: str, due: date = DUE, arr: int = 100) -> tuple[object, ...]:
        return (account, due, "lost", arr, 0, 0, 0, arr, None)

    expected = {
        ("on_time", DUE, "renewed_on_time", 100, 110, 10, 0, 0, 0),
        ("late", DUE, "renewed_late", 100, 100, 0, 0, 0, 30),
        lost("too_late"),
        lost("terminated"),
        lost("marked_lost"),
        lost("gone"),
        ("one_of_two", DUE, "renewed_on_time", 150, 120, 0, 30, 0, 0),
        ("two_dates", DUE, "renewed_on_time", 100, 100, 0, 0, 0, 0),
        lost("two_dates", date(2024, 7, 1), 50),
        ("late_add_on", DUE, "renewed_on_time", 120, 130, 10, 0, 0, 0),
        ("renewed_as_other", DUE, "renewed_on_time", 100, 90, 0, 10, 0, 0),
        ("renewed_unlinked", DUE, "renewed_on_time", 100, 90, 0, 10, 0, 0),
        ("in_grace", date(2024, 12, 11), "pending", 100, None, None, None, None, None),
        lost("grace_over", date(2024, 12, 1)),
        ("early", DUE, "renewed_on_time", 100, 105, 5, 0, 0, 0),
        lost("only_expanded"),
        ("to_come", date(2025, 6, 1), "pending", 100, None, None, None, None, None),
        ("foreign", DUE, "renewed_on_time", 110, 110, 0, 0, 0, 0),
    }
    assert set(found) == expected
    assert len(found) == len(expected)


def test_deals_owners_and_reasons(warehouse: Path) -> None:
    found = {
        (account, due): rest
        for account, due, *rest in rows(
            warehouse,
            "select account_id, due_on, opportunity_id, deal_state, owner, loss_reason, churn_reason"
            " from marts.fct_renewal",
        )
    }
    assert found["on_time", DUE] == [None, None, "Ann Manager", None, None]
    assert found["marked_lost", DUE] == ["lost-1", "lost", None, "Budget", "price"]
    assert found["renewed_as_other", DUE] == ["other-1", "won", None, None, None]
    assert found["to_come", date(2025, 6, 1)] == ["open-1", "open", None, None, None]
    assert found["too_late", DUE] == [None, None, None, None, "unknown"]


def test_what_is_pending_has_a_forecast_row(warehouse: Path) -> None:
    found = rows(warehouse, "select account_id from marts.fct_renewal_forecast")
    assert sorted(found) == [("in_grace",), ("to_come",)]
    [(decided,)] = rows(warehouse, "select count(*) from marts.fct_renewal where is_decided")
    assert decided == 16


def test_expansion_is_taken_apart_by_driver_and_motion(warehouse: Path) -> None:
    found: dict[str, dict[tuple[str, str, str], Decimal]] = {}
    for account, product, driver, motion, amount in rows(
        warehouse, "select account_id, product, driver, motion, amount from marts.fct_expansion"
    ):
        found.setdefault(account, {})[product, driver, motion] = amount
    assert found["seats_and_price"] == {("Core", "seats", "proactive"): 300, ("Core", "price", "proactive"): 30}
    assert found["swap"] == {("Core", "product", "reactive"): -100, ("Plus", "product", "reactive"): 150}
    assert found["ramp"] == {("Core", "contracted_step_up", "contracted"): 40}
    assert found["step_on_top"] == {("Core", "contracted_step_up", "contracted"): 50}
    assert found["unnamed_deal"] == {("Add-on", "product", "proactive"): 40}
    assert found["on_time"] == {("Core", "price", "unattributed"): 10}
    unequal = rows(
        warehouse,
        "select arr_movement_id from marts.fct_arr_movement left join"
        " (select arr_movement_id, sum(amount) as parts from marts.fct_expansion group by all) using (arr_movement_id)"
        " where movement_type in ('expansion', 'contraction') and parts is distinct from signed_amount",
    )
    assert unequal == []


def test_reasons_add_up_to_what_was_lost(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select account_id, movement_type, amount, churn_reason from marts.fct_arr_loss"
        " where churn_reason <> 'unknown'",
    )
    assert found == [("gone", "churn", 100, "champion_left")]
    [(lost, moved)] = rows(
        warehouse,
        "select (select sum(amount) from marts.fct_arr_loss),"
        " (select sum(amount) from marts.fct_arr_movement where movement_type in ('churn', 'contraction'))",
    )
    assert lost == moved
    assert moved > 0


def test_the_day_after_the_last_day_is_due(warehouse: Path) -> None:
    [(due,)] = rows(warehouse, "select due_on from marts.fct_renewal where account_id = 'on_time'")
    assert due == date.fromisoformat(TERM[1]) + timedelta(days=1)
