"""Recurring revenue of companies small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.orchestration.lib.sample.builder import Builder

JAN, FEB, MAR, APR, MAY, JUN, JUL, AUG, SEP, OCT, NOV, DEC = (date(2024, month, 1) for month in range(1, 13))


@pytest.fixture
def built() -> Builder:
    return Builder()


def test_a_line_counts_from_its_first_day_to_its_last(built: Builder) -> None:
    built.line(built.account("A"), "1200", date(2024, 1, 31), date(2024, 6, 29))
    truth = built.answers()
    assert truth.of("arr", JAN) == 1200
    assert truth.of("arr", MAY) == 1200
    assert truth.of("arr", JUN) == 0
    assert truth.of("new_arr", JAN) == 1200
    assert truth.of("churned_arr", JUN) == 1200


def test_an_open_ended_line_lasts_until_it_is_terminated(built: Builder) -> None:
    built.line(built.account("A"), "1200", date(2024, 1, 1), None, terminated_on=date(2024, 8, 31))
    built.line(built.account("B"), "500", date(2024, 1, 1), None, terminated_on=date(2025, 2, 1))
    truth = built.answers()
    assert truth.of("arr", AUG) == 1700
    assert truth.of("arr", SEP) == 500
    assert truth.of("arr", DEC) == 500


def test_a_line_deleted_or_starting_later_is_not_seen(built: Builder) -> None:
    account = built.account("A")
    built.line(account, "100", date(2024, 1, 1))
    built.line(account, "900", date(2024, 1, 1), deleted_on=date(2024, 1, 2))
    built.line(account, "900", date(2025, 1, 1))
    assert built.answers().series("arr") == [Decimal(100)] * 12


def test_money_of_another_currency_takes_the_rate_of_the_last_fiscal_year_half_up_at_six_places(built: Builder) -> None:
    built.line(built.account("A", currency="EUR"), "33.33", date(2024, 1, 1))
    # 33.33 * 1.082153 = 36.06815949 -> 36.068159; a rate of 2023 would give 36.04396...
    assert built.answers().of("arr", JAN) == Decimal("36.068159")


@pytest.mark.parametrize(("gap", "is_bridged"), [(1, True), (30, True), (31, False)])
def test_a_late_renewal_is_bridged_up_to_the_grace(built: Builder, gap: int, is_bridged: bool) -> None:
    account = built.account("A")
    last = date(2024, 3, 20)
    built.line(account, "1000", date(2023, 3, 21), last)
    built.line(account, "1100", date.fromordinal(last.toordinal() + gap + 1))
    truth = built.answers()
    assert truth.of("churned_arr", MAR) == (0 if is_bridged else 1000)
    assert truth.of("reactivation_arr", APR) == (0 if is_bridged else 1100)
    assert truth.of("arr", APR) == 1100


def test_a_bridge_carries_only_what_ran_to_the_end(built: Builder) -> None:
    account = built.account("A")
    built.line(account, "1000", date(2023, 4, 1), date(2024, 3, 31))
    built.line(account, "70", date(2023, 4, 1), date(2024, 2, 29))
    built.line(account, "30", date(2023, 4, 1), date(2025, 3, 31), terminated_on=date(2024, 3, 31))
    built.line(account, "1000", date(2024, 4, 30))
    # the line that ended before and the line that was terminated stay out of the gap of 29 days
    truth = built.answers()
    assert truth.of("arr", MAR) == 1030
    assert truth.series("churned_arr") == [Decimal(0)] * len(truth.series("churned_arr"))
    assert truth.of("contraction_arr", APR) == 30


def test_nothing_is_bridged_after_a_termination(built: Builder) -> None:
    account = built.account("A")
    built.line(account, "1000", date(2023, 1, 1), date(2024, 12, 31), terminated_on=date(2024, 3, 20))
    built.line(account, "1000", date(2024, 4, 5))
    truth = built.answers()
    assert truth.of("churned_arr", MAR) == 1000
    assert truth.of("reactivation_arr", APR) == 1000


@pytest.mark.parametrize(
    ("closed_on", "forbids"),
    [
        (date(2023, 12, 20), False),  # more than 90 days before the last day of service
        (date(2023, 12, 21), True),
        (date(2024, 4, 6), True),  # the day on which service starts again
        (date(2024, 4, 7), False),
    ],
)
def test_a_renewal_marked_lost_around_the_end_forbids_the_bridge(
    built: Builder, closed_on: date, forbids: bool
) -> None:
    account = built.account("A")
    built.line(account, "1000", date(2023, 3, 21), date(2024, 3, 20))
    built.line(account, "1000", date(2024, 4, 6))
    built.opportunity(account, "Renewal", closed_on, is_won=False)
    assert built.answers().of("churned_arr", MAR) == (1000 if forbids else 0)


def test_a_gap_still_open_at_the_end_keeps_its_arr_within_the_grace() -> None:
    for last, expected in ((date(2024, 12, 1), 1000), (date(2024, 11, 30), 0)):
        built = Builder()
        built.line(built.account("A"), "1000", date(2024, 1, 1), last)
        built.line(built.account("B"), "1", date(2024, 1, 1))
        assert built.answers().of("arr", DEC) == expected + 1


def test_movements_are_told_apart_in_the_rules_order(built: Builder) -> None:
    account = built.account("A")
    built.line(account, "100", date(2024, 1, 1), date(2024, 6, 30))
    built.line(account, "50", date(2024, 2, 10), date(2024, 3, 10), product="Extra")
    built.line(account, "300", date(2024, 10, 1))
    truth = built.answers()
    assert truth.of("new_arr", JAN) == 100
    assert truth.of("expansion_arr", FEB) == 50
    assert truth.of("contraction_arr", MAR) == 50
    assert truth.of("churned_arr", JUL) == 100
    assert truth.of("reactivation_arr", OCT) == 300
    assert sum(truth.series("new_arr")) == 100
    assert sum(truth.series("expansion_arr")) == 50


def test_an_upgrade_by_swapping_lines_is_one_net_movement(built: Builder) -> None:
    account = built.account("A")
    built.line(account, "100", date(2024, 1, 1), None, terminated_on=date(2024, 4, 14))
    built.line(account, "160", date(2024, 4, 15), product="Plus")
    truth = built.answers()
    assert truth.of("expansion_arr", APR) == 60
    assert truth.of("contraction_arr", APR) == 0
    assert truth.of("line_arr", APR, "line_product", "Core") == 0
    assert truth.of("line_arr", APR, "line_product", "Plus") == 160


def test_retention_of_a_cohort_of_three(built: Builder) -> None:
    start = date(2023, 6, 1)
    grows, shrinks, leaves = (built.account(name) for name in ("Grows", "Shrinks", "Leaves"))
    built.line(grows, "100", start)
    built.line(grows, "60", date(2024, 3, 1))
    built.line(shrinks, "200", start, date(2024, 5, 15))
    built.line(shrinks, "150", date(2024, 5, 16))
    built.line(leaves, "100", start, date(2024, 8, 31))
    built.line(built.account("New"), "500", date(2024, 2, 1))
    truth = built.answers()
    assert truth.of("nrr", DEC) == Decimal("0.775")  # (160 + 150 + 0) / 400
    assert truth.of("grr", DEC) == Decimal("0.625")  # (100 + 150 + 0) / 400
    assert truth.of("logo_churn_rate", DEC) == Decimal(repr(1 / 3))
    assert truth.of("logo_retention_rate", DEC) == Decimal(repr(2 / 3))
    assert truth.of("revenue_churn_rate", DEC) == Decimal("0.25")
    assert truth.of("expansion_rate", DEC) == Decimal("0.15")
    assert truth.of("nrr_cohort_accounts", DEC) == 3
    assert truth.of("nrr", APR) is None  # twelve months before, nobody was there


def test_the_variants_of_a_customer_who_lapsed_and_came_back() -> None:
    built = Builder(months=24)
    account = built.account("A")
    built.line(account, "100", date(2023, 1, 1), date(2024, 3, 31), terminated_on=date(2024, 3, 31))
    built.line(account, "130", date(2024, 7, 1))
    built.line(built.account("B"), "100", date(2023, 1, 1))
    truth = built.answers()
    assert truth.of("nrr", DEC) == Decimal("1.15")
    assert truth.of("grr", DEC) == 1
    assert truth.of("grr_strict", DEC) == Decimal("0.5")
    assert truth.of("nrr_excluding_reactivated", DEC) == Decimal("0.5")
    assert truth.of("nrr_flow", DEC) == Decimal("0.5")  # nrr - nrr_flow = 130 / 200
    # April loses half of the cohort; while A is away B alone is the cohort of each month
    assert truth.of("nrr_1m", APR) == Decimal("0.5")
    assert truth.of("nrr_monthly_compounded", DEC) == Decimal("0.5")


def test_a_family_counts_as_one_customer_and_takes_the_parents_attributes(built: Builder) -> None:
    parent = built.account("Parent", industry="Software", region=None, acv="120000")
    small = built.account("Small", parent=parent, region="APAC", acv="5000")
    large = built.account("Large", parent=small, region="LATAM", acv="30000")
    built.line(small, "10", date(2024, 1, 1))
    built.line(large, "20", date(2024, 2, 1), product="Extra")
    truth = built.answers()
    assert truth.of("new_arr", JAN) == 10
    assert truth.of("expansion_arr", FEB) == 20
    assert truth.slices("arr", FEB, "industry") == {"Software": 30}
    assert truth.slices("arr", FEB, "segment") == {"high_touch": 30}
    # the parent has no region: that of the child with the most revenue on the day, at any depth
    assert truth.slices("arr", JAN, "region") == {"APAC": 10}
    assert truth.slices("arr", FEB, "region") == {"LATAM": 30}
    assert truth.slices("transferred_arr", FEB, "region") == {"APAC": -30, "LATAM": 30}
    assert truth.of("arr", FEB, "product", "Extra") == 30


def test_the_segment_is_the_stated_one_else_by_acv_else_by_the_first_days_revenue(built: Builder) -> None:
    for name, segment, acv, arr in (
        ("Stated", "tech_touch", "500000", "1"),
        ("By value", None, "100000", "2"),
        ("Just under", None, "99999.99", "4"),
        ("By first day", None, None, "25000"),
    ):
        built.line(built.account(name, segment=segment, acv=acv), arr, date(2024, 1, 1))
    assert built.answers().slices("arr", JAN, "segment") == {"tech_touch": 1, "high_touch": 2, "hybrid": 25004}


def test_a_segment_change_moves_the_stock_but_not_the_window_behind_it() -> None:
    built = Builder(months=24)
    account = built.account("A", segment="hybrid")
    account.set("segment", date(2024, 6, 15), "high_touch")
    built.line(account, "100", date(2023, 1, 1))
    truth = built.answers()
    assert truth.slices("transferred_arr", JUN, "segment") == {"hybrid": -100, "high_touch": 100}
    assert truth.of("transferred_arr", JUN) == 0
    assert truth.slices("arr", JUN, "segment") == {"high_touch": 100}
    assert truth.slices("nrr", DEC, "segment") == {"hybrid": 1}


def test_the_csm_comes_from_the_history_of_owners_in_the_success_function(built: Builder) -> None:
    other = built.person("Otto Other", "success", "Pod Two")
    account = built.account("A", owner=built.rep)
    account.set("owner", date(2024, 2, 10), built.csm)
    account.set("owner", date(2024, 5, 10), built.rep)
    account.set("owner", date(2024, 6, 10), other)
    built.line(account, "100", date(2024, 1, 1))
    built.line(built.account("Never owned", owner=built.rep), "7", date(2024, 1, 1))
    truth = built.answers()
    assert truth.slices("arr", JAN, "csm") == {"Cora Care": 100, "unassigned": 7}
    assert truth.slices("arr", MAY, "csm")["unassigned"] == 107
    assert truth.slices("arr", MAY, "team")["unassigned"] == 107
    assert truth.slices("arr", JUN, "csm") == {"Otto Other": 100, "unassigned": 7}
    assert truth.slices("arr", JUN, "team") == {"Pod Two": 100, "unassigned": 7}


def test_people_of_one_name_are_told_apart_by_email(built: Builder) -> None:
    twin = built.person("Cora Care", "success", "Pod Two", email="a.cora@vendor.example")
    built.line(built.account("A"), "1", date(2024, 1, 1))
    built.line(built.account("B", owner=twin), "2", date(2024, 1, 1))
    assert built.answers().slices("arr", JAN, "csm") == {"Cora Care": 2, "Cora Care (2)": 1}


def test_the_largest_product_is_kept_through_gaps_and_after_the_end(built: Builder) -> None:
    account = built.account("A")
    built.line(account, "10", date(2024, 2, 1), date(2024, 4, 30), product="Beta")
    built.line(account, "10", date(2024, 2, 1), date(2024, 4, 30), product="Alpha")
    built.line(account, "90", date(2024, 8, 1), date(2024, 9, 30), product="Gamma")
    built.line(built.account("First"), "1", date(2024, 1, 1), product="Core")
    truth = built.answers()
    assert "Alpha" in truth.slices("arr", JAN, "product")
    assert truth.slices("arr", MAR, "product") == {"Core": 1, "Alpha": 20}
    assert truth.slices("arr", JUN, "product") == {"Core": 1, "Alpha": 0}
    assert truth.slices("arr", DEC, "product") == {"Core": 1, "Gamma": 0}


def test_a_signature_quarter_is_that_of_the_familys_first_signature(built: Builder) -> None:
    parent = built.account("Parent")
    child = built.account("Child", parent=parent)
    built.line(parent, "1", date(2024, 5, 1))
    built.line(child, "1", date(2024, 4, 2))
    built.onboarding(child, date(2024, 3, 28))
    assert built.answers().slices("arr", MAY, "signed_quarter") == {"2024-Q1": 2}
