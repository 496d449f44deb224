"""Results of onboardings small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from orchestration.lib.sample.model import Account, Hold, Milestone, Onboarding, UsageEvent
from tests.orchestration.lib.sample.builder import Builder

SIGNED = date(2024, 1, 8)  # a Monday
JANUARY = date(2024, 1, 1)


@pytest.fixture
def built() -> Builder:
    return Builder()


def customer(built: Builder) -> Account:
    account = built.account("Customer", segment="hybrid")
    built.line(account, "100", date(2024, 1, 1))
    return account


def use(built: Builder, account: Account, day: date, name: str = "Report Viewed", feature: str = "reports") -> None:
    built.company.usage_events.append(UsageEvent(account, 1, name, feature, datetime.combine(day, time(9))))


def add_milestone(onboarding: Onboarding, due_on: date, achieved_on: date | None) -> None:
    key = 900 + len(onboarding.milestones)
    onboarding.milestones.append(Milestone(key, onboarding, f"Task {key}", "task", due_on, achieved_on, False))


def test_exit_needs_four_weeks_in_a_row_and_first_value(built: Builder) -> None:
    account = customer(built)
    built.onboarding(account, SIGNED, first_value_on=SIGNED + timedelta(3))
    for week in (0, 1, 3, 4, 5, 6):  # the third week is missing
        use(built, account, SIGNED + timedelta(7 * week + 2))
    truth = built.answers()
    assert truth.of("onboarding_exits", date(2024, 2, 1)) == 1
    assert truth.of("median_days_to_exit", date(2024, 2, 1)) == 44
    assert truth.of("open_onboardings", date(2024, 1, 1)) == 1
    assert truth.of("open_onboardings", date(2024, 2, 1)) is None


def test_days_on_hold_are_no_days_of_a_stall(built: Builder) -> None:
    account = customer(built)
    onboarding = built.onboarding(account, SIGNED, kickoff_on=date(2024, 1, 22))
    assert built.answers().of("stall_rate", JANUARY) == 1  # nine days, seven of them business days
    onboarding.holds.append(Hold(1, onboarding, date(2024, 1, 25), date(2024, 1, 27), "customer", "budget freeze"))
    truth = built.answers()
    assert truth.of("stall_rate", JANUARY) == 0  # six days
    assert truth.of("stall_alert_onboardings", JANUARY) == 1  # five business days
    assert truth.of("hold_days", JANUARY) == 3


def test_engagement_takes_a_sign_in_and_meaningful_use(built: Builder) -> None:
    account = customer(built)
    built.onboarding(account, SIGNED)
    use(built, account, SIGNED + timedelta(7), "Signed In", "")
    use(built, account, SIGNED + timedelta(8))
    truth = built.answers()
    assert truth.of("day7_engagement_rate", JANUARY) == 0
    assert truth.of("engagement_30d_rate", JANUARY) == 1
    assert truth.of("retention_90d_rate", JANUARY) == 0


def test_velocity_is_the_mean_gap_and_early_milestones_wait_for_their_day(built: Builder) -> None:
    account = customer(built)
    onboarding = built.onboarding(account, SIGNED)
    onboarding.milestones.clear()
    add_milestone(onboarding, SIGNED + timedelta(5), SIGNED + timedelta(6))
    add_milestone(onboarding, SIGNED + timedelta(7), SIGNED + timedelta(10))
    add_milestone(onboarding, SIGNED + timedelta(12), None)
    truth = built.answers()
    assert truth.of("milestone_velocity_days", JANUARY) == 4
    assert truth.of("milestone_on_time_rate_day7", JANUARY) == Decimal("0.5")
    assert truth.of("milestone_on_time_rate_day14", JANUARY) == Decimal(repr(2 / 3))
    assert truth.of("milestone_on_time_rate", JANUARY) == 0
