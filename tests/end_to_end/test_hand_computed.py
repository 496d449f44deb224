"""The company of ten accounts: what was worked out by hand stands at every level that a number passes."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

import duckdb
import pytest

from tests.conftest import FIXTURE_COMPANY, Company
from tests.end_to_end.answers import Answer, asked

ALL = "All"


def value_of(text: str) -> Fraction:
    """`324000/358000` or `340/358*361/382`, exactly."""
    product = Fraction(1)
    for factor in text.split("*"):
        numerator, _, denominator = factor.partition("/")
        product *= Fraction(numerator) / Fraction(denominator or "1")
    return product


def expected() -> dict[str, dict[Answer, Fraction]]:
    found: dict[str, dict[Answer, Fraction]] = defaultdict(dict)
    with (FIXTURE_COMPANY / "expected.csv").open() as stream:
        for row in csv.DictReader(stream):
            answer = Answer(row["metric"], row["metric_time"], row["dimension"], row["dimension_value"])
            found[row["grain"]][answer] = value_of(row["value"])
    return found


def close(found: float | None, hand: Fraction) -> bool:
    return found is not None and math.isclose(found, hand, rel_tol=1e-12, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("grain", "dimension"),
    [("month", ""), ("quarter", ""), ("month", "segment"), ("month", "csm")],
    ids=lambda name: name or "total",
)
def test_metrics(fixture_build: Company, grain: str, dimension: str) -> None:
    hand = {answer: value for answer, value in expected()[grain].items() if answer.dimension == dimension}
    found = asked(fixture_build, {answer.metric for answer in hand}, dimension=dimension, grain=grain)
    wrong = [
        f"{answer}: by hand {float(value)}, found {found.get(answer)}"
        for answer, value in hand.items()
        if not close(found.get(answer), value)
    ]
    assert hand
    assert not wrong, "\n".join(wrong)


class Fact(NamedTuple):
    """A number of `expected.csv` and the plain SQL that adds it up from the facts."""

    answer: Answer
    sql: str


MARCH = "date '2025-03-31'"
WINDOW = f"from marts.fct_arr_window where month_end = {MARCH} and window_months = 12 and is_base"
FACTS = [
    Fact(Answer("arr", "2025-03-01", "", ""), f"select sum(arr) from marts.fct_arr_snapshot where month_end = {MARCH}"),
    Fact(Answer("nrr", "2025-03-01", "", ""), f"select sum(current_arr) / sum(base_arr)::double {WINDOW}"),
    Fact(Answer("grr", "2025-03-01", "", ""), f"select sum(retained_arr) / sum(base_arr)::double {WINDOW}"),
    Fact(Answer("grr_strict", "2025-03-01", "", ""), f"select sum(running_min_arr) / sum(base_arr)::double {WINDOW}"),
    Fact(Answer("logo_churn_rate", "2025-03-01", "", ""), f"select avg(churned_accounts::double) {WINDOW}"),
    Fact(
        Answer("churned_arr", "2024-07-01", "", ""),
        "select sum(amount) from marts.fct_arr_movement "
        "where month_end = date '2024-07-31' and movement_type = 'churn'",
    ),
    Fact(
        Answer("reactivation_arr", "2024-10-01", "", ""),
        "select sum(amount) from marts.fct_arr_movement "
        "where month_end = date '2024-10-31' and movement_type = 'reactivation'",
    ),
    Fact(
        Answer("median_days_to_first_value", "2024-02-01", "", ""),
        "select median(days_to_first_value) from marts.fct_onboarding "
        "where date_trunc('month', first_value_on) = date '2024-02-01'",
    ),
    Fact(
        Answer("csm_implementation_share", "2024-07-01", "", ""),
        "select sum(hours) filter (category = 'implementation') / sum(hours)::double from marts.fct_time_entry "
        "where date_trunc('month', spent_on) = date '2024-07-01' and function = 'success' "
        "and category in ('implementation', 'success')",
    ),
]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.answer.metric)
def test_facts(fixture_build: Company, fact: Fact) -> None:
    with duckdb.connect(str(fixture_build.warehouse.resolve()), read_only=True) as warehouse:
        row = warehouse.execute(fact.sql).fetchone()
    assert row is not None
    assert close(float(row[0]), expected()["month"][fact.answer])


@pytest.mark.parametrize(
    ("answer", "table"),
    [
        (Answer("arr", "2025-03-01", "", ""), "board_monthly"),
        (Answer("nrr", "2025-03-01", "", ""), "board_monthly"),
        (Answer("grr", "2025-03-01", "", ""), "board_monthly"),
        (Answer("nrr", "2025-03-01", "segment", "hybrid"), "board_monthly"),
        (Answer("nrr", "2025-03-01", "csm", "Eli Okafor"), "board_monthly"),
        (Answer("churned_arr", "2024-07-01", "", ""), "arr_movements_monthly"),
        (Answer("median_days_to_first_value", "2024-02-01", "", ""), "time_to_value_monthly"),
        (Answer("csm_implementation_share", "2024-07-01", "", ""), "time_allocation_monthly"),
    ],
    ids=lambda value: "-".join(filter(None, value)) if isinstance(value, Answer) else value,
)
def test_exported_tables(fixture_build: Company, answer: Answer, table: str) -> None:
    chosen = f"{answer.dimension}={answer.value_of}" if answer.dimension else ALL
    with duckdb.connect(str(fixture_build.warehouse.resolve()), read_only=True) as warehouse:
        row = warehouse.execute(
            f"select {answer.metric} from metrics.{table} where metric_time = ?::date and slice = ?",
            [answer.period, chosen],
        ).fetchone()
    assert row is not None
    assert close(float(row[0]), expected()["month"][answer])
    exports = fixture_build.home / "current" / "exports" / f"{table}.parquet"
    with duckdb.connect() as anywhere:
        copy = anywhere.execute(
            f"select {answer.metric} from read_parquet(?) where metric_time = ?::date and slice = ?",
            [str(exports), answer.period, chosen],
        ).fetchone()
    assert copy == row
