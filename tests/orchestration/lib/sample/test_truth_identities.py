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
    """Each that is defined and no other: a metric without an answer would be compared with nothing."""
    assert truth.metrics() == DEFINED
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
