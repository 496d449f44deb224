"""Capacity and load of companies small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from orchestration.lib.sample.model import PersonVersion, StageChange
from orchestration.lib.sample.truth.book import Book
from orchestration.lib.sample.truth.operating_model import OperatingModels
from tests.orchestration.lib.sample.builder import Builder

MARCH, DECEMBER = date(2024, 3, 1), date(2024, 12, 1)


def test_a_day_without_entries_is_capacity_and_sales_is_none() -> None:
    built = Builder()
    account = built.account("A")
    built.line(account, "100", date(2024, 1, 1))
    builder = built.person("Ben Builder", "implementation", "Build")
    builder.ended_on = date(2024, 3, 29)
    # A Saturday's work has hours and no capacity; the first entry opens the count.
    built.hours(built.csm, account, date(2024, 3, 25), "6", "Training")
    built.hours(built.csm, account, date(2024, 3, 30), "4", "Training")
    built.hours(built.rep, account, date(2024, 3, 26), "8", "Training")
    truth = built.answers()
    assert truth.slices("capacity_hours", MARCH, "person") == {"Cora Care": 40, "Ben Builder": 40}
    assert truth.of("utilization", MARCH) == Decimal("0.125")
    assert truth.slices("utilization", MARCH, "function") == {"success": Decimal("0.25"), "implementation": 0}
    # 22 weekdays, Christmas Day off
    assert truth.of("capacity_hours", DECEMBER) == 21 * 8
    assert truth.of("capacity_hours", date(2024, 2, 1)) == 0


def test_customers_per_csm_leaves_out_the_unassigned() -> None:
    built = Builder()
    other = built.person("Otto Other", "success", "Pod Two")
    for name, owner in (("A", None), ("B", None), ("C", None), ("D", other), ("E", built.rep)):
        built.line(built.account(name, owner=owner, segment="hybrid"), "100", date(2024, 1, 1))
    built.line(built.account("F", owner=other, segment="high_touch"), "100", date(2024, 1, 1), date(2024, 3, 30))
    truth = built.answers()
    february = date(2024, 2, 1)
    assert (truth.of("customers_with_csm", february), truth.of("csms_with_customers", february)) == (5, 2)
    assert truth.of("accounts_per_csm", february) == Decimal("2.5")
    assert truth.slices("accounts_per_csm", february, "segment") == {"hybrid": 2, "high_touch": 1}
    assert truth.of("accounts_per_csm", MARCH) == 2
    assert truth.slices("accounts_per_csm", MARCH, "csm") == {"Cora Care": 3, "Otto Other": 1}


def test_open_onboardings_against_what_a_person_can_carry() -> None:
    built = Builder()
    for name, segment in (("A", "high_touch"), ("B", "hybrid"), ("C", "high_touch")):
        account = built.account(name, segment=segment)
        built.line(account, "100", date(2024, 1, 1))
        built.onboarding(account, date(2024, 2, 20), cancelled_on=date(2024, 3, 31) if name == "C" else None)
    truth = built.answers()
    february = date(2024, 2, 1)
    assert truth.of("owned_open_onboardings", february) == 3
    assert truth.of("onboarding_capacity_utilization", february) == pytest.approx(Decimal(1) / 6)
    assert truth.of("onboarding_capacity_utilization", MARCH) == Decimal("0.1")  # cancelled on the month-end: not open
    assert truth.slices("onboarding_capacity_utilization", MARCH, "onboarding_owner") == {"Cora Care": Decimal("0.1")}
    assert (truth.of("peak_open_onboardings", MARCH), truth.of("peak_open_onboardings", date(2024, 4, 1))) == (3, 2)


def test_signatures_of_the_last_fourteen_days() -> None:
    built = Builder()
    account = built.account("A")
    built.line(account, "100", date(2024, 1, 1))
    for day in (date(2024, 3, 1), date(2024, 3, 17), date(2024, 3, 18), date(2024, 3, 31)):
        built.onboarding(account, day)
    truth = built.answers()
    assert truth.of("quarter_end_signatures", MARCH) == 2
    assert truth.of("quarter_end_signature_share", MARCH) == Decimal("0.5")
    assert truth.of("quarter_end_signature_share", date(2024, 2, 1)) is None


def test_deals_ahead_need_people() -> None:
    """Two deals of the next quarter (90 days), one of them overdue; onboardings took 40 and 50 days so far."""
    built = Builder()
    account = built.account("A", segment="high_touch")
    built.line(account, "100", date(2024, 1, 1))
    for day in (40, 50):
        signed_on = date(2024, 2, 1)
        built.onboarding(account, signed_on, cancelled_on=date.fromordinal(signed_on.toordinal() + day))
    for expected, stage in ((date(2025, 2, 1), "Negotiation"), (date(2024, 11, 1), None), (date(2025, 4, 1), None)):
        deal = built.opportunity(account, "New Business", None, False)
        deal.expected_close_on = expected
        if stage:
            deal.changes.append(StageChange(date(2024, 12, 1), "StageName", "Proposal", stage))
    truth = built.answers()
    assert truth.of("forecast_open_deals", DECEMBER) == 2
    assert truth.of("forecast_onboardings", DECEMBER) == Decimal("0.9")  # 0.7 and 0.2
    assert truth.of("peak_needed_specialists", DECEMBER) == Decimal("0.06")
    assert truth.of("needed_specialists", DECEMBER, "segment", "high_touch") == Decimal("0.03")
    assert truth.of("needed_specialists", date(2024, 11, 1)) is None


def test_the_operating_model_looks_back_thirteen_whole_weeks() -> None:
    built = Builder()
    account = built.account("A")
    built.line(account, "100", date(2024, 1, 1))
    csm = built.csm
    built.hours(csm, account, date(2024, 1, 3), "5", "Training")  # a Wednesday
    built.hours(csm, account, date(2024, 1, 9), "5", "Business Review")
    built.hours(csm, account, date(2024, 1, 9), "5", "Team Meeting")
    csm.versions.append(PersonVersion(date(2024, 4, 10), "implementation", "Build", ""))
    models = OperatingModels(Book(built.company))
    assert models.on(csm, date(2024, 1, 7)) == "unknown"
    assert models.on(csm, date(2024, 1, 8)) == "conflated"
    assert models.on(csm, date(2024, 1, 14)) == "conflated"
    assert models.on(csm, date(2024, 1, 15)) == "separated"  # exactly half
    assert models.on(csm, date(2024, 3, 31)) == "separated"
    assert models.on(csm, date(2024, 4, 9)) == "separated"
    assert models.on(csm, date(2024, 4, 10)) == "unknown"  # no longer in customer success
    assert models.on(built.rep, date(2024, 4, 1)) == "unknown"
