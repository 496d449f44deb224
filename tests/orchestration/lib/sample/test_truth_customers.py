"""The sample company's answers on customers by month, held against identities that no code of theirs states."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

import pytest

from orchestration.lib.sample.model import Company, UsageEvent
from orchestration.lib.sample.parameters import Parameters
from orchestration.lib.sample.simulate import simulate
from orchestration.lib.sample.truth.book import Book
from orchestration.lib.sample.truth.customers import _weeks_in_a_row, measure
from orchestration.lib.sample.truth.journey import journey_slices
from orchestration.lib.sample.truth.tally import TOTAL, Tally

STAGES = ("prospect", "implementation", "onboarding", "adoption", "value_realization", "renewal", "churned")


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(Parameters(accounts=12, months=15, seed=5))


def test_stages_add_up_to_all_customers(company: Company) -> None:
    book = Book(company)
    tally = Tally(book.months)
    measure(book, tally)
    sums = tally.sums_of("customer_accounts")
    for dimension in ("lifecycle_stage", "adoption_stage", "ttfv_band", "operating_model"):
        added: dict[date, int] = defaultdict(int)
        for (month, one), count in sums.items():
            if one[0] == dimension:
                added[month] += int(count)
        assert dict(added) == {month: int(count) for (month, one), count in sums.items() if one == TOTAL}
    assert max(sums.values()) > 0


def test_a_customer_with_service_is_never_a_prospect_or_gone(company: Company) -> None:
    book = Book(company)
    for account in book.accounts:
        for end in book.months:
            stage = dict(journey_slices(book, account, end))["lifecycle_stage"]
            assert stage in STAGES
            if book.own_arr(account, end) > 0:
                assert stage not in ("prospect", "churned")


def test_a_missing_week_ends_the_run(company: Company) -> None:
    account = company.accounts[0]

    def used(day: int) -> UsageEvent:
        return UsageEvent(account, 1, "Workflow Run", "workflows", datetime(2025, 3, day, 9))

    assert _weeks_in_a_row([used(31), used(24), used(10)], date(2025, 3, 31)) == 2
    assert _weeks_in_a_row([used(24)], date(2025, 3, 31)) == 0
