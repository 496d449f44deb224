"""The simulated company is plausible, and its causes have their effects."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import date, timedelta

import numpy as np
import pytest

from orchestration.lib.sample.model import Company, Onboarding
from orchestration.lib.sample.parameters import Parameters
from orchestration.lib.sample.simulate import simulate
from orchestration.lib.sample.truth.book import Book
from orchestration.lib.sample.truth.hours import CATEGORY
from tests.orchestration.lib.sample.builder import Answers


@pytest.fixture(scope="module")
def large() -> Company:
    """Enough customers for an effect to stand out of its noise."""
    return simulate(Parameters(accounts=360, months=36, seed=6))


@pytest.fixture(scope="module")
def large_truth(large: Company) -> Answers:
    return Answers(large)


def slope(x: list[float], y: list[float], groups: list[str]) -> tuple[float, float]:
    """Least-squares slope of y on x within groups, and its t value."""
    x_by, y_by = np.array(x), np.array(y)
    labels = np.array(groups)
    for group in sorted(set(groups)):
        mask = labels == group
        x_by[mask] -= x_by[mask].mean()
        y_by[mask] -= y_by[mask].mean()
    estimate = float(x_by @ y_by / (x_by @ x_by))
    residual = y_by - estimate * x_by
    error = math.sqrt(float(residual @ residual) / (len(x) - len(set(groups)) - 1) / float(x_by @ x_by))
    return estimate, estimate / error


def test_a_complete_handoff_shortens_the_way_to_value(large: Company) -> None:
    arrived = [one for one in large.onboardings if one.first_value_on is not None]
    estimate, t = slope(
        [one.handoff_completeness for one in arrived],
        [math.log((one.first_value_on - one.signed_on).days) for one in arrived if one.first_value_on],
        [one.account.habits.name for one in arrived],
    )
    assert estimate < -0.4
    assert t < -4
    assert t > -60, "an effect without noise teaches nothing"


def test_early_value_is_followed_by_renewal(large: Company) -> None:
    first: dict[int, Onboarding] = {}
    for onboarding in large.onboardings:
        first.setdefault(onboarding.account.key, onboarding)
    settled_by = large.parameters.ends_on - timedelta(days=90)
    kept: dict[bool, list[int]] = defaultdict(list)
    for deal in large.opportunities:
        journey = first.get(deal.account.key)
        if deal.type != "Renewal" or deal.expected_close_on > settled_by or journey is None:
            continue
        target = journey.account.habits.target_days
        days = (journey.first_value_on - journey.signed_on).days if journey.first_value_on else 10_000
        kept[days <= 2 * target].append(int(deal.is_won))
    assert min(len(outcomes) for outcomes in kept.values()) >= 20
    assert np.mean(kept[True]) > np.mean(kept[False]) + 0.1
    assert 0.7 < np.mean(kept[True]) < 1.0
    assert np.mean(kept[False]) > 0.3


def test_success_hours_are_followed_by_proactive_expansion(large: Company) -> None:
    hours: Counter[tuple[int, int]] = Counter()
    for entry in large.time_entries:
        if entry.account is not None and CATEGORY.get(entry.activity) == "success":
            hours[entry.account.key, entry.spent_on.year * 12 + entry.spent_on.month] += int(entry.hours * 4)
    opened = {
        (deal.account.key, deal.closed_on.year * 12 + deal.closed_on.month)
        for deal in large.opportunities
        if deal.motion == "proactive" and deal.closed_on is not None
    }
    customers = [account for account in large.accounts if account.signed_on is not None]
    x, y, groups = [], [], []
    for account in customers:
        assert account.signed_on is not None
        start = account.signed_on.year * 12 + account.signed_on.month
        for month in range(start + 4, 2026 * 12 + 10):
            x.append(sum(hours[account.key, month - back] for back in range(3)) / 4)
            y.append(float((account.key, month) in opened))
            groups.append(account.habits.name)
    estimate, t = slope(x, y, groups)
    assert estimate > 0
    assert t > 5


def test_separation_frees_csms_and_lifts_their_retention(large: Company, large_truth: Answers) -> None:
    start, last = large.separated_from, date(2026, 9, 1)
    assert start is not None and large.separated_team is not None
    before = (start - timedelta(days=1)).replace(day=1)
    share_before = large_truth.slices("csm_implementation_share", before, "team")
    share_after = large_truth.slices("csm_implementation_share", last, "team")
    assert all(0.55 < value < 0.75 for value in share_before.values())
    assert share_after[large.separated_team] < 0.12
    conflated = [value for team, value in share_after.items() if team != large.separated_team]
    assert all(0.55 < value < 0.75 for value in conflated)
    retention = large_truth.slices("nrr", last, "team")
    others = [value for team, value in retention.items() if team.startswith("Pod ") and team != large.separated_team]
    assert retention[large.separated_team] > sum(others) / len(others)


def test_the_economics_are_those_of_a_software_company(large: Company, large_truth: Answers) -> None:
    nrr = [float(value) for value in large_truth.series("nrr")[-7:]]
    grr = [float(value) for value in large_truth.series("grr")[-7:]]
    assert 0.99 < sum(nrr) / len(nrr) < 1.16
    assert 0.84 < sum(grr) / len(grr) < 0.96
    on_target = [float(value) for value in large_truth.series("first_value_on_target_rate")]
    assert 0.2 < sum(on_target) / len(on_target) < 0.75
    by_month: Counter[int] = Counter(one.signed_on.month % 3 for one in large.onboardings)
    assert by_month[0] > 1.2 * max(by_month[1], by_month[2])


def test_everything_that_the_rules_speak_of_happens(large: Company, large_truth: Answers) -> None:
    book = Book(large)
    end = large.parameters.ends_on
    services = [service for account in large.accounts for service in book.services[account.key]]
    lines, onboardings = large.lines, large.onboardings
    parents = {one.value("parent", end).key for one in large.accounts if one.value("parent", end) is not None}
    happened = {
        "a bridged gap": any(service.bridged for service in services),
        "a gap still in grace": any(service.bridged and service.last == end for service in services),
        "an open-ended line": any(line.ends_on is None for line in lines),
        "an early termination": any(line.terminated_on is not None and line.terminated_on <= end for line in lines),
        "a termination that has not come yet": any(line.terminated_on and line.terminated_on > end for line in lines),
        "a line that starts later": any(line.starts_on > end for line in lines),
        "two currencies": len({line.currency for line in lines}) == 2,
        "a holding without lines": any(not book.services[key] for key in parents),
        "a parent with lines": any(book.services[key] for key in parents),
        "a grandparent": any(
            one.value("parent", end) is not None and one.value("parent", end).value("parent", end) is not None
            for one in large.accounts
        ),
        "a customer bought by another": any(len(one.history["parent"]) > 1 for one in large.accounts),
        "a segment changed by hand": any(len(one.history["segment"]) > 1 for one in large.accounts),
        "a customer without a stated value": any(one.is_customer and one.acv is None for one in large.accounts),
        "a customer without an onboarding": any(
            one.is_customer and not book.onboardings[one.key] for one in large.accounts
        ),
        "a second onboarding": any(len(found) > 1 for found in book.onboardings.values()),
        "a hold": any(one.holds for one in onboardings),
        "a cancelled onboarding": any(one.cancelled for one in onboardings),
        "a customer who never reached value": any(one.go_live_on and one.first_value_on is None for one in onboardings),
        "first value by name alone": any(
            all(step.is_first_value is None for step in one.milestones) for one in onboardings
        ),
        "people of one name": max(Counter(person.name for person in large.people).values()) > 1,
        "a CSM who left": any(person.ended_on is not None for person in large.people),
        "a person who changed teams": any(len({v.team for v in person.versions}) > 1 for person in large.people),
        "a person who changed functions": any(
            len({v.function for v in person.versions}) > 1 for person in large.people
        ),
        "a lost renewal": any(
            one.type == "Renewal" and one.closed_on and not one.is_won for one in large.opportunities
        ),
        "an open renewal": any(one.type == "Renewal" and one.closed_on is None for one in large.opportunities),
        "expansions of each motion": {one.motion for one in large.opportunities}
        >= {"proactive", "reactive", "contracted"},
    }
    assert [what for what, did in happened.items() if not did] == []
    for metric in ("new_arr", "expansion_arr", "contraction_arr", "churned_arr", "reactivation_arr"):
        assert sum(large_truth.series(metric)) > 0


def test_facts_are_in_order(large: Company) -> None:
    for one in large.onboardings:
        assert one.kickoff_on is not None and one.kickoff_on >= one.signed_on
        if one.go_live_on is not None:
            assert one.go_live_on >= one.kickoff_on
        if one.first_value_on is not None and one.go_live_on is not None:
            assert one.first_value_on >= one.go_live_on
    for line in large.lines:
        assert line.arr > 0
        assert line.ends_on is None or line.ends_on >= line.starts_on
    for entry in large.time_entries:
        assert 0 < entry.hours <= 24
        assert entry.person.works_on(entry.spent_on)
        assert entry.account is None or entry.account.signed_on is not None
        assert entry.account is None or entry.spent_on >= entry.account.signed_on


def test_without_churn_nobody_leaves() -> None:
    truth = Answers(simulate(Parameters(accounts=60, months=36, seed=4, has_churn=False)))
    assert sum(truth.series("churned_arr")) == sum(truth.series("reactivation_arr")) == 0
    assert sum(truth.series("expansion_arr")) > 0
    assert min(truth.series("logo_retention_rate")) == 1


def test_one_segment_is_the_only_one() -> None:
    company = simulate(Parameters(accounts=60, months=24, seed=4, segments=("hybrid",)))
    assert {account.habits.name for account in company.accounts if account.is_customer and account.signed_on} == {
        "hybrid"
    }
    # Forecasts say 0 for every segment of policy.
    by_segment = [row for row in Answers(company).rows if row.dimension == "segment" and float(row.value) != 0]
    assert {row.dimension_value for row in by_segment} == {"hybrid"}


def test_without_csms_nobody_s_function_is_success() -> None:
    company = simulate(Parameters(accounts=60, months=24, seed=4, has_csms=False))
    assert {version.function for person in company.people for version in person.versions} == {
        "implementation",
        "sales",
        "support",
    }
    truth = Answers(company)
    assert {row.dimension_value for row in truth.rows if row.dimension == "csm"} == {"unassigned"}
    assert "csm_implementation_share" not in truth.metrics()
    assert sum(truth.series("implementation_hours")) > 0
