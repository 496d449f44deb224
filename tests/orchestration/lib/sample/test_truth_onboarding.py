"""Time to value of companies small enough to be worked out by hand; survival against an independent library."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from orchestration.lib.sample.truth.onboarding import percentile, survival_median
from tests.orchestration.lib.sample.builder import Builder

SIGNED = date(2024, 1, 10)


@pytest.fixture
def built() -> Builder:
    return Builder()


def customers(built: Builder, count: int, segment: str = "hybrid") -> list:
    accounts = [built.account(f"Customer {number}", segment=segment) for number in range(count)]
    for account in accounts:
        built.line(account, "100", date(2024, 1, 1))
    return accounts


def test_arrivals_stand_in_the_month_of_the_arrival(built: Builder) -> None:
    first, second, third = customers(built, 3)
    built.onboarding(
        first, SIGNED, kickoff_on=SIGNED + timedelta(3), go_live_on=date(2024, 1, 31), first_value_on=date(2024, 2, 9)
    )
    built.onboarding(second, SIGNED, kickoff_on=SIGNED + timedelta(6), first_value_on=date(2024, 2, 29))
    built.onboarding(third, SIGNED, first_value_on=date(2025, 1, 1))
    truth = built.answers()
    february = date(2024, 2, 1)
    assert truth.of("first_value_arrivals", february) == 2
    assert truth.of("first_value_arrivals", date(2024, 3, 1)) == 0
    assert truth.of("median_days_to_first_value", february) == 40  # of 30 and 50
    assert truth.of("p90_days_to_first_value", february) == 48  # 30 + 0.9 * 20
    assert truth.of("median_days_live_to_first_value", february) == 9
    assert truth.of("median_days_to_kickoff", date(2024, 1, 1)) == Decimal("4.5")
    assert truth.of("median_days_to_live", date(2024, 1, 1)) == 21
    assert truth.of("median_days_to_first_value", date(2024, 1, 1)) is None


def test_on_target_means_at_or_under_the_target_and_counts_only_what_is_due(built: Builder) -> None:
    on_time, late, never, not_due = customers(built, 4)
    built.onboarding(on_time, SIGNED, first_value_on=SIGNED + timedelta(30))
    built.onboarding(late, SIGNED, first_value_on=SIGNED + timedelta(31))
    built.onboarding(never, SIGNED)
    built.onboarding(not_due, date(2024, 12, 2), first_value_on=date(2024, 12, 20))
    truth = built.answers()
    assert truth.of("first_value_due_onboardings", date(2024, 1, 1)) == 3
    assert truth.of("first_value_on_target_rate", date(2024, 1, 1)) == Decimal(repr(1 / 3))
    assert truth.of("first_value_due_onboardings", date(2024, 12, 1)) == 0
    assert truth.of("first_value_on_target_rate", date(2024, 12, 1)) is None


def test_without_a_flag_the_policys_name_for_the_segment_is_first_value(built: Builder) -> None:
    (account,) = customers(built, 1)
    built.onboarding(account, SIGNED, first_value_on=date(2024, 3, 1), flagged=False)
    assert built.answers().of("first_value_arrivals", date(2024, 3, 1)) == 1


def test_a_cohort_is_judged_with_the_information_at_the_month_end(built: Builder) -> None:
    quick, slow, lost, cancelled = customers(built, 4)
    built.onboarding(quick, SIGNED, first_value_on=SIGNED + timedelta(20))
    built.onboarding(slow, SIGNED, first_value_on=SIGNED + timedelta(100))
    built.onboarding(cancelled, SIGNED, cancelled_on=date(2024, 3, 5))
    built.company.lines = [line for line in built.company.lines if line.account is not lost]
    built.line(lost, "100", date(2024, 1, 1), date(2024, 5, 31), terminated_on=date(2024, 5, 31))
    built.onboarding(lost, SIGNED)
    truth = built.answers()
    rate = {month: truth.of("churned_before_value_rate", date(2024, month, 1)) for month in range(1, 13)}
    assert rate[2] == 0
    assert rate[3] == Decimal("0.25")
    assert rate[5] == Decimal("0.25")  # service ends on the 31st: the churn is the day after
    assert rate[6] == Decimal("0.5")
    # January: nobody has arrived. February: one of four. April: at 100 days two remain at risk, and one arrives.
    assert truth.of("km_median_days_to_first_value", date(2024, 1, 1)) is None
    assert truth.of("km_median_days_to_first_value", date(2024, 2, 1)) is None
    assert truth.of("km_median_days_to_first_value", date(2024, 4, 1)) == 100


def test_onboardings_are_sliced_by_their_own_account_and_quarter(built: Builder) -> None:
    parent = built.account("Parent", segment="high_touch")
    child = built.account("Child", parent=parent, segment="tech_touch")
    built.line(parent, "100", date(2024, 1, 1))
    built.line(child, "100", date(2024, 1, 1))
    built.onboarding(child, date(2024, 4, 2), first_value_on=date(2024, 4, 12))
    truth = built.answers()
    assert truth.slices("median_days_to_first_value", date(2024, 4, 1), "segment") == {"tech_touch": 10}
    assert truth.slices("median_days_to_first_value", date(2024, 4, 1), "signed_quarter") == {"2024-Q2": 10}


def test_percentiles_are_linear_between_ranks() -> None:
    assert percentile([10], Fraction(9, 10)) == 10
    assert percentile([40, 10, 20, 30], Fraction(1, 2)) == 25
    assert percentile([10, 20, 30, 40], Fraction(9, 10)) == 37


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40))
def test_the_survival_median_agrees_with_lifelines(durations: list[tuple[int, bool]]) -> None:
    fitted = KaplanMeierFitter().fit([days for days, _ in durations], [arrived for _, arrived in durations])
    expected = fitted.median_survival_time_
    exact = fitted.survival_function_["KM_estimate"]
    if (abs(exact - 0.5) < 1e-9).any():
        expected = exact[exact <= 0.5 + 1e-9].index.min()
    assert survival_median(durations) == (None if expected == float("inf") else expected)


def test_value_that_comes_after_the_customer_left_came_too_late(built: Builder) -> None:
    account = built.account("Left", segment="hybrid")
    built.line(account, "100", date(2024, 1, 1), date(2024, 3, 9), terminated_on=date(2024, 3, 9))
    built.onboarding(account, SIGNED, first_value_on=date(2024, 3, 20))
    truth = built.answers()
    assert truth.of("churned_before_value_rate", date(2024, 3, 1)) == 1
    assert truth.of("km_median_days_to_first_value", date(2024, 3, 1)) is None
    assert truth.of("first_value_arrivals", date(2024, 3, 1)) == 1
