"""Rows as they are printed: full precision for programs, aligned for people, null never as zero."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from orchestration.cli.output import print_rows
from orchestration.lib.tables import as_csv, as_table

ROWS = [
    {"metric_time": date(2025, 3, 1), "segment": "hybrid", "nrr": 1.0758620689655172, "arr": Decimal("276000.000000")},
    {"metric_time": date(2025, 3, 1), "segment": "tech_touch", "nrr": None, "arr": Decimal("0.123456")},
]
COLUMNS = ["metric_time", "segment", "nrr", "arr"]


def test_json_is_unrounded_numbers_and_null(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, COLUMNS, "json")
    assert json.loads(capsys.readouterr().out) == [
        {"metric_time": "2025-03-01", "segment": "hybrid", "nrr": 1.0758620689655172, "arr": 276000},
        {"metric_time": "2025-03-01", "segment": "tech_touch", "nrr": None, "arr": 0.123456},
    ]


def test_csv_leaves_null_empty() -> None:
    assert as_csv(ROWS, COLUMNS).splitlines() == [
        "metric_time,segment,nrr,arr",
        "2025-03-01,hybrid,1.0758620689655172,276000",
        "2025-03-01,tech_touch,,0.123456",
    ]


def test_table_shows_null_as_a_dash_and_aligns_numbers() -> None:
    lines = as_table(ROWS, COLUMNS).splitlines()
    assert lines[2].split() == ["2025-03-01", "hybrid", "1.075862", "276,000"]
    assert lines[3].split() == ["2025-03-01", "tech_touch", "–", "0.123456"]
    assert lines[2].index("276,000") + len("276,000") == lines[3].index("0.123456") + len("0.123456")


def test_no_rows_is_a_header_alone() -> None:
    assert as_table([], COLUMNS).splitlines()[0].split() == COLUMNS
    assert as_csv([], COLUMNS) == "metric_time,segment,nrr,arr\n"
