"""Hours and shares of a company small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from orchestration.lib.sample.model import PersonVersion
from tests.orchestration.lib.sample.builder import Builder

MARCH = date(2024, 3, 1)


def test_the_activity_decides_and_nothing_is_dropped() -> None:
    built = Builder()
    account = built.account("A")
    built.line(account, "100", date(2024, 1, 1))
    builder = built.person("Ben Builder", "implementation", "Build")
    built.onboarding(account, date(2024, 2, 1), go_live_on=date(2024, 3, 10))
    built.hours(built.csm, account, date(2024, 3, 4), "6.25", "Configuration")
    built.hours(built.csm, account, date(2024, 3, 10), "1", "Training")
    built.hours(built.csm, account, date(2024, 3, 11), "0.75", "Post-Launch Troubleshooting")
    built.hours(built.csm, account, date(2024, 3, 12), "2", "Business Review")
    built.hours(builder, account, date(2024, 3, 12), "10", "Integration")
    built.hours(built.csm, account, date(2024, 3, 13), "0.5", "Ticket Handling")
    built.hours(built.csm, None, date(2024, 3, 13), "3", "Team Meeting")
    built.hours(built.csm, None, date(2024, 3, 13), "1.5", "Miscellaneous")
    truth = built.answers()
    expected = {
        "hours": "25",
        "implementation_hours": "18",
        "success_hours": "2",
        "support_hours": "0.5",
        "internal_hours": "3",
        "unclassified_hours": "1.5",
        "post_live_implementation_hours": "10.75",  # the day of go-live itself is not after it
        "implementation_share": "0.9",
        "csm_implementation_share": "0.8",
    }
    assert {metric: truth.of(metric, MARCH) for metric in expected} == {
        metric: Decimal(value) for metric, value in expected.items()
    }
    assert truth.of("hours", date(2024, 4, 1)) == 0
    assert truth.of("implementation_share", date(2024, 4, 1)) is None


def test_function_and_team_are_the_persons_on_the_day_and_csm_is_the_accounts() -> None:
    built = Builder()
    account = built.account("A")
    built.line(account, "100", date(2024, 1, 1))
    mover = built.person("Mo Mover", "success", "Pod One")
    mover.versions.append(PersonVersion(date(2024, 3, 15), "implementation", "Build", ""))
    built.hours(mover, account, date(2024, 3, 14), "1", "Configuration")
    built.hours(mover, account, date(2024, 3, 15), "2", "Configuration")
    built.hours(mover, None, date(2024, 3, 15), "4", "Team Meeting")
    truth = built.answers()
    assert truth.slices("hours", MARCH, "function") == {"success": 1, "implementation": 6}
    assert truth.slices("hours", MARCH, "team") == {"Pod One": 1, "Build": 6}
    assert truth.slices("hours", MARCH, "person") == {"Mo Mover": 7}
    assert truth.slices("hours", MARCH, "csm") == {"Cora Care": 3}
    assert truth.of("csm_implementation_share", MARCH) == 1


def test_hours_per_account_counts_the_accounts_worked_on() -> None:
    built = Builder()
    first, second = built.account("A"), built.account("B")
    for account in (first, second, built.account("Nobody works here")):
        built.line(account, "100", date(2024, 1, 1))
    built.hours(built.csm, first, date(2024, 3, 4), "6", "Training")
    built.hours(built.csm, first, date(2024, 3, 5), "1", "Ticket Handling")
    built.hours(built.csm, second, date(2024, 3, 5), "2", "Training")
    built.hours(built.csm, None, date(2024, 3, 5), "3", "Team Meeting")
    truth = built.answers()
    assert (truth.of("accounts_worked_on", MARCH), truth.of("hours_per_account", MARCH)) == (2, Decimal("4.5"))
    assert truth.of("hours_per_account", date(2024, 4, 1)) is None
