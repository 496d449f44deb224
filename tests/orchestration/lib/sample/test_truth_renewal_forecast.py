"""What pending renewals are expected to keep, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from orchestration.lib.sample.model import Account
from tests.orchestration.lib.sample.builder import Builder

DUE = date(2025, 3, 1)


def decided(built: Builder, count: int) -> None:
    """Renewals of February 2024, every one of 100 renewed at 75 but the last, which was lost."""
    for number in range(count):
        account = built.account(f"Decided {number}", segment="hybrid")
        built.line(account, "100", date(2023, 2, 1), date(2024, 1, 31))
        if number + 1 < count:
            built.line(account, "75", date(2024, 2, 1))


def pending(built: Builder, name: str) -> Account:
    account = built.account(name, segment="hybrid")
    built.line(account, "200", date(2024, 3, 1), date(2025, 2, 28))
    return account


@pytest.mark.parametrize(("count", "expected"), [(10, Decimal("135")), (9, None)])
def test_an_open_renewal_expects_what_was_kept_of_ten_outcomes_or_nothing(count: int, expected: Decimal | None) -> None:
    built = Builder()
    decided(built, count)
    pending(built, "Open")
    truth = built.answers()
    # nine kept 75 of 100 each, the tenth nothing: 675 of 1,000
    assert truth.of("renewals_with_forecast", DUE) == (1 if expected else 0)
    assert truth.of("renewal_forecast_arr", DUE) == expected
    assert truth.of("renewal_forecast_due_arr", DUE) == (200 if expected else None)
    assert truth.slices("renewals_with_forecast", DUE, "health_band") == {"unknown": Decimal(1 if expected else 0)}
    assert truth.slices("renewals_pending_by_health", DUE, "health_band") == {"unknown": Decimal(1)}
    assert truth.slices("renewal_pending_arr_by_health", DUE, "health_band") == {"unknown": Decimal(200)}


@pytest.mark.parametrize(("is_won", "expected"), [(True, Decimal(200)), (False, Decimal(0))])
def test_a_closed_deal_speaks_for_itself(is_won: bool, expected: Decimal) -> None:
    built = Builder()
    account = pending(built, "Closed")
    built.opportunity(account, "Renewal", date(2024, 12, 10), is_won)
    truth = built.answers()
    assert truth.of("renewals_pending", DUE) == 1
    assert truth.of("renewal_forecast_arr", DUE) == expected
    assert truth.of("renewal_forecast_due_arr", DUE) == 200
