"""What must hold in the answers of any company, whatever happened in it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from orchestration.lib.sample.days import plus_months
from orchestration.lib.sample.model import Company
from orchestration.lib.sample.truth.book import DIMENSIONS
from tests.orchestration.lib.sample.builder import Answers

ADDITIVE = (
    "arr",
    "opening_arr",
    "new_arr",
    "expansion_arr",
    "contraction_arr",
    "churned_arr",
    "reactivation_arr",
    "transferred_arr",
    "nrr_cohort_accounts",
    "first_value_arrivals",
    "first_value_due_onboardings",
)
METRICS = {
    *ADDITIVE,
    "accounts_per_csm",
    "accounts_worked_on",
    "activation_due_onboardings",
    "activation_rate",
    "active_references",
    "active_users",
    "adoption_rate",
    "arr",
    "at_risk_accounts",
    "at_risk_arr",
    "cadence_kept_rate",
    "cadence_touches_due",
    "call_references",
    "candidate_references",
    "capacity_hours",
    "case_study_references",
    "churned_arr",
    "churned_arr_by_reason",
    "churned_before_value_rate",
    "churned_customers",
    "complete_handoffs",
    "completion_due_onboardings",
    "contracted_step_up_arr",
    "contraction_arr",
    "contraction_arr_by_driver",
    "contraction_arr_by_reason",
    "core_adoption_rate",
    "core_features_purchased",
    "costed_go_live_onboardings",
    "csat",
    "csat_at_go_live",
    "csat_at_go_live_answers",
    "csat_responses",
    "csm_implementation_share",
    "csms_with_customers",
    "customer_accounts",
    "customers_with_csm",
    "day30_due_onboardings",
    "day7_due_onboardings",
    "day7_engagement_rate",
    "day90_due_onboardings",
    "engagement_30d_rate",
    "executive_engagement_rate",
    "expansion_arr",
    "expansion_arr_by_driver",
    "expansion_attributed_share",
    "expansion_rate",
    "features_purchased",
    "feedback_arr",
    "feedback_customers",
    "feedback_items",
    "first_value_arrivals",
    "first_value_due_onboardings",
    "first_value_on_target_rate",
    "forecast_onboardings",
    "forecast_open_deals",
    "grr",
    "grr_strict",
    "handoff_completeness",
    "handoff_field_completeness",
    "handoff_on_time_rate",
    "handoffs",
    "handoffs_due",
    "health_backtest_auc",
    "health_backtest_lost_renewals",
    "health_backtest_renewals",
    "health_score",
    "health_score_total",
    "healthy_accounts",
    "held_onboardings",
    "hold_days",
    "hold_days_per_onboarding",
    "hours",
    "hours_overrun_rate",
    "hours_per_account",
    "implementation_costs",
    "implementation_fees",
    "implementation_hours",
    "implementation_margin",
    "implementation_margin_rate",
    "implementation_quality",
    "implementation_share",
    "internal_hours",
    "key_contacts",
    "km_median_days_to_first_value",
    "line_arr",
    "live_implementation_hours",
    "live_no_value_onboardings",
    "live_planned_hours",
    "logo_churn_rate",
    "logo_retention_rate",
    "meaningful_events",
    "median_days_live_to_first_value",
    "median_days_to_exit",
    "median_days_to_first_value",
    "median_days_to_kickoff",
    "median_days_to_live",
    "median_handoff_days_from_due",
    "median_resolution_hours",
    "median_response_hours",
    "milestone_on_time_rate",
    "milestone_on_time_rate_day14",
    "milestone_on_time_rate_day7",
    "milestone_steps",
    "milestone_velocity_days",
    "milestones_due",
    "milestones_due_day14",
    "milestones_due_day7",
    "missing_handoffs",
    "needed_specialists",
    "new_arr",
    "nps",
    "nps_responses",
    "nrr",
    "nrr_1m",
    "nrr_3m",
    "nrr_cohort_accounts",
    "nrr_excluding_reactivated",
    "nrr_flow",
    "nrr_monthly_compounded",
    "off_pace_onboardings",
    "on_hold_onboardings",
    "on_plan_go_live_rate",
    "on_time_renewal_rate",
    "onboarding_adoption_breadth",
    "onboarding_capacity_utilization",
    "onboarding_completion_rate",
    "onboarding_exits",
    "onboarding_health_score",
    "onboarding_nps",
    "onboarding_nps_answers",
    "onboarding_owners",
    "open_onboardings",
    "open_tickets",
    "open_warnings",
    "opening_arr",
    "outcome_attainment_rate",
    "outcomes_due",
    "owned_open_onboardings",
    "p90_days_to_first_value",
    "p90_days_to_live",
    "peak_needed_specialists",
    "peak_open_onboardings",
    "planned_go_live_onboardings",
    "post_live_implementation_hours",
    "post_live_stability",
    "proactive_expansion_arr",
    "proactive_expansion_share",
    "quality_judged_onboardings",
    "quarter_end_signature_share",
    "quarter_end_signatures",
    "reactivation_arr",
    "reactive_expansion_arr",
    "renewal_amount_rate",
    "renewal_downsell_arr",
    "renewal_due_arr",
    "renewal_lost_arr",
    "renewal_pending_arr",
    "renewal_rate",
    "renewal_uplift_arr",
    "renewals_due",
    "renewals_lost",
    "renewals_pending",
    "renewals_renewed_late",
    "renewals_renewed_on_time",
    "renewed_arr",
    "retention_90d_rate",
    "revenue_churn_rate",
    "scored_accounts",
    "scored_arr",
    "stability_judged_onboardings",
    "stakeholder_engagement_rate",
    "stall_alert_onboardings",
    "stall_rate",
    "stalled_onboardings",
    "success_hours",
    "success_plan_coverage",
    "success_plan_customers",
    "support_hours",
    "tickets_opened",
    "tickets_solved",
    "transferred_arr",
    "unclassified_hours",
    "utilization",
    "warning_response_24h_rate",
    "warnings_answered_on_time",
    "warnings_closed",
    "warnings_due_response",
    "warnings_opened",
    "watched_accounts",
    "willing_references",
}


METRICS_FOLDER = Path(__file__).resolve().parents[4] / "dbt_project" / "metrics"
#: Names of what the project's YAML defines.
DEFINED = {
    entry["name"]
    for file in METRICS_FOLDER.glob("*.yml")
    for entry in yaml.safe_load(file.read_text()).get("metrics", ())
}


def values(truth: Answers, metric: str) -> dict[tuple[date, str, str], Decimal]:
    return {
        (row.metric_time, row.dimension, row.dimension_value): Decimal(row.value)
        for row in truth.rows
        if row.metric == metric
    }


def test_every_metric_has_answers_in_order(truth: Answers) -> None:
    assert truth.metrics() >= METRICS
    assert truth.metrics() <= DEFINED
    keys = [(row.metric, row.metric_time, row.dimension, row.dimension_value) for row in truth.rows]
    assert keys == sorted(set(keys))


def test_movements_lead_from_opening_to_closing_in_total_and_per_slice(truth: Answers) -> None:
    stock, opening, transferred = (values(truth, metric) for metric in ("arr", "opening_arr", "transferred_arr"))
    signs = {"new_arr": 1, "reactivation_arr": 1, "expansion_arr": 1, "contraction_arr": -1, "churned_arr": -1}
    moved: dict[tuple[date, str, str], Decimal] = defaultdict(Decimal)
    for metric, sign in signs.items():
        for key, amount in values(truth, metric).items():
            moved[key] += sign * amount
    for key in stock.keys() | opening.keys():
        closing = opening.get(key, Decimal(0)) + moved[key] + transferred.get(key, Decimal(0))
        assert stock.get(key, Decimal(0)) == closing, key


def test_each_months_opening_is_the_close_before(truth: Answers) -> None:
    stock, opening = truth.series("arr"), truth.series("opening_arr")
    assert opening[0] == 0
    assert opening[1:] == stock[:-1]


@pytest.mark.parametrize("metric", ADDITIVE)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_slices_add_up_to_the_total(truth: Answers, metric: str, dimension: str) -> None:
    sums: dict[date, Decimal] = defaultdict(Decimal)
    totals: dict[date, Decimal] = {}
    for (month, name, _), value in values(truth, metric).items():
        if name == dimension:
            sums[month] += value
        elif name == "":
            totals[month] = value
    assert totals
    for month, total in totals.items():
        assert sums[month] == total, month


def test_products_add_up_to_the_stock(truth: Answers) -> None:
    sums: dict[date, Decimal] = defaultdict(Decimal)
    for (month, name, _), value in values(truth, "line_arr").items():
        if name == "line_product":
            sums[month] += value
    assert sums == {month: value for (month, name, _), value in values(truth, "arr").items() if name == ""}


def test_what_moves_between_slices_is_nothing_in_total(truth: Answers) -> None:
    assert set(truth.series("transferred_arr")) == {Decimal(0)}
    assert any(value for key, value in values(truth, "transferred_arr").items() if key[1] == "segment")


def test_retention_variants_are_ordered(truth: Answers) -> None:
    nrr, grr, strict, flow, kept, churn = (
        values(truth, metric)
        for metric in ("nrr", "grr", "grr_strict", "nrr_flow", "nrr_excluding_reactivated", "revenue_churn_rate")
    )
    assert nrr.keys() == grr.keys() == strict.keys() == flow.keys() == kept.keys() == churn.keys()
    slack = Decimal("1e-12")
    for key in nrr:
        assert strict[key] <= grr[key] + slack
        assert grr[key] <= min(nrr[key], Decimal(1)) + slack
        assert max(flow[key], kept[key]) <= nrr[key] + slack
        assert grr[key] <= 1 - churn[key] + slack


def test_logo_rates_complement_each_other(truth: Answers) -> None:
    churn, kept = values(truth, "logo_churn_rate"), values(truth, "logo_retention_rate")
    assert churn.keys() == kept.keys()
    assert all(abs(churn[key] + kept[key] - 1) < Decimal("1e-12") for key in churn)


def test_compounding_multiplies_twelve_months(truth: Answers) -> None:
    monthly = values(truth, "nrr_1m")
    compounded = values(truth, "nrr_monthly_compounded")
    assert compounded
    for (month, dimension, value), product in compounded.items():
        expected = 1.0
        for back in range(12):
            expected *= float(monthly[(plus_months(month, -back), dimension, value)])
        assert float(product) == pytest.approx(expected, rel=1e-12)


def test_kinds_of_hours_add_up_to_the_hours_that_were_logged(truth: Answers, simulated: Company) -> None:
    kinds = ("implementation", "success", "support", "internal", "unclassified")
    hours = values(truth, "hours")
    by_kind = {kind: values(truth, f"{kind}_hours") for kind in kinds}
    for key, total in hours.items():
        parts = [by_kind[kind].get(key, Decimal(0)) for kind in kinds]
        assert sum(parts) == total, key
    for dimension in ("", "team", "function", "person"):
        logged = sum(value for key, value in hours.items() if key[1] == dimension)
        assert logged == sum(entry.hours for entry in simulated.time_entries)


def test_flows_are_zero_where_nothing_happened_and_ratios_are_absent(truth: Answers, simulated: Company) -> None:
    months = simulated.parameters.months
    for metric in ("new_arr", "churned_arr", "hours", "first_value_arrivals", "post_live_implementation_hours"):
        assert len(truth.series(metric)) == months
    assert len(truth.series("nrr")) == months - 12
    assert len(truth.series("nrr_monthly_compounded")) == months - 12
