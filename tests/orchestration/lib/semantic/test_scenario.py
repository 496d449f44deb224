"""What a higher net retention is worth: the scenario tables on numbers that can be worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from orchestration.lib.semantic.postsale import SCENARIO, SCENARIO_INPUTS, SCENARIO_YEARS

Benchmark = tuple[str, str | None, str, str]
TARGET: Benchmark = ("nrr", None, "1.25", "target")


def _rows(sql: str, months: list[tuple[str, str | None, float | None]], benchmarks: list[Benchmark]) -> list[Any]:
    with duckdb.connect() as connection:
        connection.execute("create table totals (metric_time date, arr decimal(38, 6), nrr double)")
        for month in months:
            connection.execute("insert into totals values (?, ?, ?)", month)
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.stg_policy__benchmarks"
            " (metric varchar, segment varchar, value decimal(28, 6), kind varchar, source varchar)"
        )
        for benchmark in benchmarks:
            connection.execute("insert into staging.stg_policy__benchmarks values (?, ?, ?, ?, 'board')", benchmark)
        found = connection.sql(sql.replace("{metrics}", "totals"))
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_twenty_points_of_nrr_on_fifty_million_are_ten_million_a_year() -> None:
    months = [("2024-11-01", "49000000", 1.0), ("2024-12-01", "50000000", 1.05), ("2025-01-01", None, None)]
    benchmarks: list[Benchmark] = [
        TARGET,
        ("nrr", "high_touch", "1.40", "target"),
        ("nrr", None, "1.30", "vendor_claim"),
    ]
    (inputs,) = _rows(SCENARIO_INPUTS, months, benchmarks)
    assert str(inputs["month_end"]) == "2024-12-31"
    assert inputs["gained_arr_per_year"] == Decimal("10000000")
    assert inputs["valuation_multiple"] is None
    assert inputs["gained_valuation"] is None


def test_the_difference_compounds_on_todays_customers() -> None:
    years = _rows(SCENARIO, [("2024-12-01", "50000000", 1.05)], [TARGET])
    assert [row["year"] for row in years] == list(range(SCENARIO_YEARS + 1))
    for row in years:
        at_nrr, at_target = (Decimal(50_000_000) * Decimal(rate) ** row["year"] for rate in ("1.05", "1.25"))
        assert row["arr_at_nrr"] == pytest.approx(at_nrr, abs=Decimal("0.00001"))
        assert row["arr_at_target_nrr"] == pytest.approx(at_target, abs=Decimal("0.00001"))
        assert row["gained_arr"] == row["arr_at_target_nrr"] - row["arr_at_nrr"]
        assert row["gained_valuation"] is None
    assert years[1]["gained_arr"] == Decimal("10000000")


def test_a_valuation_needs_a_multiple_of_the_readers_own() -> None:
    multiple: Benchmark = ("valuation_multiple", None, "8", "target")
    (inputs,) = _rows(SCENARIO_INPUTS, [("2024-12-01", "50000000", 1.05)], [TARGET, multiple])
    assert inputs["gained_valuation"] == Decimal("80000000")
    claim: Benchmark = ("valuation_multiple", None, "12", "vendor_claim")
    (inputs,) = _rows(SCENARIO_INPUTS, [("2024-12-01", "50000000", 1.05)], [TARGET, claim])
    assert inputs["gained_valuation"] is None


@pytest.mark.parametrize(
    ("months", "benchmarks"),
    [([], [TARGET]), ([("2024-12-01", "100", None)], [TARGET]), ([("2024-12-01", "100", 1.0)], [])],
    ids=["no_closed_month", "younger_than_a_year", "no_target"],
)
def test_what_is_not_known_is_null(
    months: list[tuple[str, str | None, float | None]], benchmarks: list[Benchmark]
) -> None:
    (inputs,) = _rows(SCENARIO_INPUTS, months, benchmarks)
    assert inputs["gained_arr_per_year"] is None
    assert {row["gained_arr"] for row in _rows(SCENARIO, months, benchmarks)[1:]} == {None}


def test_a_company_that_grew_from_nearly_nothing_breaks_no_export() -> None:
    rows = _rows(SCENARIO, [("2024-12-01", "999999999999", 5000.0)], [TARGET])
    assert len(rows) == SCENARIO_YEARS + 1
    rows = _rows(SCENARIO, [("2024-12-01", "999999999999", 990.0)], [TARGET])
    assert rows[-1]["gained_arr"] is None or rows[-1]["gained_arr"] < 0
