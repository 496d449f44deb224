"""Milestones of the sample: what usage shows goes before what is declared, and simulated usage has it to show."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from orchestration.lib.sample.model import Account, Milestone, Onboarding, UsageEvent
from orchestration.lib.sample.parameters import SEGMENTS, Parameters
from orchestration.lib.sample.simulate import simulate
from orchestration.lib.sample.truth.book import Book
from orchestration.lib.sample.truth.first_value import first_value_day
from orchestration.lib.sample.truth.milestones import RULES, steps_of
from tests.orchestration.lib.sample.builder import Builder

SIGNED = date(2024, 1, 10)
(LEADS,) = RULES["tech_touch"]
(REPORTS,) = RULES["hybrid"]


def _signed(built: Builder, segment: str, name: str, declared_on: date | None) -> Onboarding:
    account = built.account("A", segment=segment)
    built.line(account, "100", SIGNED)
    onboarding = built.onboarding(account, SIGNED)
    onboarding.milestones = [Milestone(0, onboarding, name, "value", SIGNED, declared_on, None)]
    return onboarding


def _use(built: Builder, account: Account, event_name: str, *days: int) -> None:
    """One event on each of the days after the signature."""
    for day in days:
        at = datetime.combine(SIGNED, datetime.min.time()) + timedelta(days=day, hours=9)
        built.company.usage_events.append(UsageEvent(account, 1, event_name, "routing", at))


def test_the_event_that_fills_the_threshold_dates_first_value_whatever_is_declared() -> None:
    built = Builder()
    onboarding = _signed(built, "tech_touch", LEADS.milestone, declared_on=SIGNED + timedelta(30))
    _use(built, onboarding.account, LEADS.event_name, -3, 4, 6, 9, 11)
    assert LEADS.threshold == 3
    assert first_value_day(Book(built.company), onboarding) == SIGNED + timedelta(9)


def test_a_declared_day_that_usage_does_not_show_is_none() -> None:
    built = Builder()
    onboarding = _signed(built, "tech_touch", LEADS.milestone, declared_on=SIGNED + timedelta(5))
    _use(built, onboarding.account, LEADS.event_name, 4, 6)
    assert first_value_day(Book(built.company), onboarding) is None


def test_in_a_company_without_usage_the_declared_day_counts() -> None:
    built = Builder()
    onboarding = _signed(built, "tech_touch", LEADS.milestone, declared_on=SIGNED + timedelta(5))
    assert first_value_day(Book(built.company), onboarding) == SIGNED + timedelta(5)


def test_events_after_the_days_that_the_rule_allows_do_not_count() -> None:
    assert REPORTS.within_days is not None
    for days, reached in ((REPORTS.within_days, True), (REPORTS.within_days + 1, False)):
        built = Builder()
        onboarding = _signed(built, "hybrid", REPORTS.milestone, declared_on=SIGNED)
        _use(built, onboarding.account, REPORTS.event_name, days)
        (step,) = steps_of(Book(built.company), onboarding)
        assert (step.reached_on is not None) == reached


def test_an_observed_milestone_needs_no_row_in_the_project_tool() -> None:
    built = Builder()
    onboarding = _signed(built, "hybrid", "Something else", declared_on=SIGNED)
    _use(built, onboarding.account, REPORTS.event_name, 12)
    listed, found = steps_of(Book(built.company), onboarding)
    assert (listed.name, listed.reached_on) == ("Something else", SIGNED)
    assert (found.name, found.kind, found.due_on, found.reached_on) == (
        REPORTS.milestone,
        "value",
        None,
        SIGNED + timedelta(12),
    )


def test_simulated_usage_reaches_what_policy_observes_before_or_without_a_declaration() -> None:
    company = simulate(Parameters(accounts=60, months=20, seed=11))
    book = Book(company)
    found: Counter[str] = Counter()
    for account in book.accounts:
        for onboarding in book.onboardings[account.key]:
            observed = {rule.milestone for rule in RULES[book.segment(account, onboarding.signed_on)]}
            declared = {one.name: one.achieved_on for one in onboarding.milestones}
            for step in steps_of(book, onboarding):
                if step.name not in observed or step.reached_on is None:
                    continue
                day = declared.get(step.name)
                found["only seen" if day is None else "seen first" if day > step.reached_on else "both"] += 1
    assert min(found[one] for one in ("only seen", "seen first", "both")) > 0
    assert any(habits.observed_milestones for habits in SEGMENTS)
