"""Every metric by every dimension it allows, at every grain it allows, held to what its definition says of it.

Driven by the definitions: a new metric is held to these rules on the day it is declared.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from orchestration.lib.project import DBT_PROJECT_DIR
from orchestration.lib.semantic import SemanticLayer
from orchestration.lib.semantic.periods import GRAINS, finer
from tests.conftest import Company

ADDS_UP = frozenset({"sum", "count", "sum_boolean"})
COARSE = ("month", "quarter", "year")


class Cell(NamedTuple):
    metric: str
    period: dt.date
    value_of: str | None


class Asked:
    """Answers of one build, each question asked once."""

    def __init__(self, layer: SemanticLayer) -> None:
        self.layer = layer
        self.table = cache(self._table)
        manifest = json.loads(layer.paths.semantic_manifest.read_text())
        self.declared: dict[str, Any] = {metric["name"]: metric for metric in manifest["metrics"]}

    def metrics(self, dimension: str = "") -> list[str]:
        return [name for name in self.layer.metrics if not dimension or dimension in self.layer.dimensions(name)]

    def dimensions(self) -> list[str]:
        return sorted({name for metric in self.layer.metrics for name in self.layer.dimensions(metric)})

    def adds_up(self, metric: str) -> bool:
        """Whether slices of the metric add up to its total."""
        found = self.declared[metric]["type_params"].get("metric_aggregation_params")
        precomputed = self.layer.metrics[metric].single_dimensions is not None
        return found is not None and found["agg"] in ADDS_UP and not precomputed

    def _table(self, grain: str, dimension: str) -> dict[Cell, Any]:
        """Every metric that has the dimension (blank: every metric, in total)."""
        names = self.metrics(dimension)
        result = self.layer.query(names, [dimension] if dimension else [], grain)
        first = 2 if dimension else 1
        return {
            Cell(name, row[0], row[1] if dimension else None): row[first + place]
            for row in result.rows
            for place, name in enumerate(names)
        }


@pytest.fixture(scope="module")
def asked(generated: Company) -> Iterator[Asked]:
    with SemanticLayer.open(generated.home) as layer:
        yield Asked(layer)


def quarter_of(day: dt.date) -> dt.date:
    return day.replace(month=(day.month - 1) // 3 * 3 + 1)


PERIOD = {"quarter": quarter_of, "year": lambda day: day.replace(month=1)}


def number(value: Any) -> Decimal:
    return Decimal(0) if value is None else Decimal(str(value))


def differ(left: Any, right: Any) -> bool:
    return abs(number(left) - number(right)) > Decimal("1e-6")


def test_every_object_is_connected(asked: Asked) -> None:
    """Else the other tests would hold only for a part of the metrics."""
    missing = {name: asked.layer.missing_sources(name) for name in asked.layer.metrics}
    assert {name: sources for name, sources in missing.items() if sources} == {}


@pytest.mark.parametrize("grain", COARSE)
def test_every_metric_by_every_dimension_and_slices_add_up(asked: Asked, grain: str) -> None:
    wrong = []
    silent = []
    totals = asked.table(grain, "")
    for dimension in asked.dimensions():
        sums: dict[Cell, Decimal] = defaultdict(Decimal)
        seen: set[str] = set()
        for cell, value in asked.table(grain, dimension).items():
            if value is not None:
                seen.add(cell.metric)
            if asked.adds_up(cell.metric):
                sums[Cell(cell.metric, cell.period, None)] += number(value)
        spoken = {cell.metric for cell, value in totals.items() if value is not None}
        silent += [f"{name} by {dimension}" for name in asked.metrics(dimension) if name in spoken - seen]
        wrong += [
            f"{cell.metric} by {dimension} in {cell.period}: {sums[cell]} of {totals.get(cell)}"
            for cell in sums.keys() | totals.keys()
            if asked.adds_up(cell.metric)
            and dimension in asked.layer.dimensions(cell.metric)
            and differ(sums[cell], totals.get(cell))
        ]
    assert wrong == []
    assert silent == []


@pytest.mark.parametrize("dimension", ["", "segment", "csm", "function"])
@pytest.mark.parametrize("grain", ["quarter", "year"])
def test_coarser_periods_follow_the_kind(asked: Asked, grain: str, dimension: str) -> None:
    """A stock is its last closed month-end, an opening its first, a flow the sum of its months."""
    months = asked.table("month", dimension)
    first, last = asked.layer.calendar.first_on, asked.layer.calendar.last_closed_on
    assert first is not None
    assert last is not None
    # Renewals fall due after `as_of` too.
    reach = max(asked.layer.calendar.as_of, *(cell.period for cell in months))
    wrong = []
    for cell, found in asked.table(grain, dimension).items():
        kind = asked.layer.metrics[cell.metric].kind
        inside = [month for month in _months(first, reach) if PERIOD[grain](month) == cell.period]
        closed = [month for month in inside if month <= last]
        expected: Any
        if kind == "flow":
            expected = sum(number(months.get(cell._replace(period=month))) for month in inside)
        elif kind in ("snapshot", "opening"):
            if not closed:
                continue
            expected = months.get(cell._replace(period=closed[-1 if kind == "snapshot" else 0]))
        else:
            continue
        if differ(expected, found):
            wrong.append(f"{cell}: {found}, not {expected}")
    assert wrong == []


def _months(first: dt.date, last: dt.date) -> Sequence[dt.date]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return [
        dt.date(first.year + (first.month - 1 + place) // 12, (first.month - 1 + place) % 12 + 1, 1)
        for place in range(count + 1)
    ]


def test_every_grain_from_the_metric_s_own_on(asked: Asked) -> None:
    for grain in GRAINS:
        names = [name for name in asked.layer.metrics if not finer(grain, asked.layer.own_grain(name))]
        assert asked.layer.query(names, grain=grain).rows, grain


@pytest.mark.parametrize("dimension", ["", "segment"])
def test_zero_is_said_and_nothing_over_nothing_is_null(asked: Asked, dimension: str) -> None:
    """A connected sum is never null from the first contract on; a ratio is its parts' quotient, null over zero."""
    table = asked.table("month", dimension)
    first = asked.layer.calendar.first_on
    last = asked.layer.calendar.last_closed_on
    assert first is not None
    assert last is not None
    wrong = []
    for cell, value in table.items():
        if not first <= cell.period <= last:
            continue
        if asked.layer.metrics[cell.metric].empty == 0 and value is None:
            wrong.append(f"{cell}: null, not 0")
        declared = asked.declared[cell.metric]
        if declared["type"] != "ratio":
            continue
        over, under = (
            table.get(cell._replace(metric=declared["type_params"][part]["name"]))
            for part in ("numerator", "denominator")
        )
        expected = float(number(over)) / float(number(under)) if number(under) else None
        # No row that counts towards the numerator: null and nothing are both true.
        unknown = value is None and (expected is None or (expected == 0 and over is None))
        if not unknown and not (None not in (value, expected) and math.isclose(value, expected or 0, rel_tol=1e-9)):
            wrong.append(f"{cell}: {value}, not {over} / {under}")
    assert wrong == []


def test_metricflow_validates_the_definitions_against_the_warehouse(generated: Company, tmp_path: Path) -> None:
    """`mf validate-configs`: the definitions in themselves, and each of them as SQL over the build's tables."""
    build = (generated.home / "current").resolve()
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(DBT_PROJECT_DIR / name, tmp_path / name)
    (tmp_path / "target").mkdir()
    shutil.copy(build / "semantic_manifest.json", tmp_path / "target")
    outcome = subprocess.run(
        [str(Path(sys.executable).with_name("mf")), "validate-configs", "--show-all"],
        cwd=tmp_path,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("POSTSALE_", "DBT_"))},
            "POSTSALE_HOME": str(generated.home),
            "POSTSALE_WAREHOUSE": str(build / "warehouse.duckdb"),
            "POSTSALE_READ_ONLY": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    said = outcome.stdout + outcome.stderr
    assert outcome.returncode == 0, said[-4000:]
    for part in ("the semantics of built manifest", "semantic models", "dimensions", "entities", "measures", "metrics"):
        assert f"Successfully validated {part}" in said
    assert "ERRORS: 0, FUTURE_ERRORS: 0, WARNINGS: 0" in said


DESCRIBED = (
    *("label", "description", "formula", "numerator", "denominator", "window", "slice_rule"),
    *("owner", "source", "unit", "kind", "role", "grain"),
)


def test_the_catalogue_says_everything_of_every_metric(asked: Asked) -> None:
    rows = asked.layer.catalogue()
    assert {row["metric"] for row in rows} == set(asked.layer.metrics)
    empty = [f"{row['metric']}: {name}" for row in rows for name in DESCRIBED if not str(row[name] or "").strip()]
    assert empty == []
    # A number without a slice would be a total that nobody can act on.
    assert [row["metric"] for row in rows if not row["dimensions"]] == []
    assert [row["metric"] for row in rows if not row["requires"]] == []
    labels = [row["label"] for row in rows]
    assert len(labels) == len(set(labels))
    descriptions = [row["description"] for row in rows]
    assert sorted({text for text in descriptions if descriptions.count(text) > 1}) == []
