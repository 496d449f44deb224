"""Postsale's own metrics on published builds. `tests/end_to_end/test_every_metric.py` slices each of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from dbt_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator

from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.project import DBT_PROJECT_DIR, ROOT
from orchestration.lib.semantic import SemanticLayer
from orchestration.lib.semantic.compiler import Compiler
from orchestration.lib.semantic.documentation import metrics_page, update
from orchestration.lib.semantic.postsale import published_paths
from tests.conftest import Company


@pytest.fixture(scope="module")
def layer(fixture_build: Any) -> Iterator[SemanticLayer]:
    with SemanticLayer.open(fixture_build.home) as opened:
        yield opened


@pytest.fixture(scope="module")
def minimal(minimal_build: Any) -> Iterator[SemanticLayer]:
    with SemanticLayer.open(minimal_build.home) as opened:
        yield opened


def test_metricflow_accepts_the_definitions(layer: SemanticLayer) -> None:
    manifest = PydanticSemanticManifest.parse_raw(layer.paths.semantic_manifest.read_text())
    found = SemanticManifestValidator[PydanticSemanticManifest]().validate_semantic_manifest(manifest)
    assert [issue.as_readable_str() for issue in (*found.errors, *found.warnings)] == []


def test_definitions_name_the_marts_they_read(layer: SemanticLayer) -> None:
    wrong = {
        name: (metric.documentation["source"], layer.compiler.relations(name))
        for name, metric in layer.metrics.items()
        if (metric.documentation["source"],) != layer.compiler.relations(name)
    }
    assert wrong == {}


def test_metrics_require_objects_that_exist(layer: SemanticLayer) -> None:
    known = set(layer.connected)
    named = {name: {*metric.requires, *metric.requires_any} for name, metric in layer.metrics.items()}
    assert {name: objects - known for name, objects in named.items() if not objects <= known} == {}


def test_every_sum_over_what_is_connected_is_answered_without_a_slice(layer: SemanticLayer) -> None:
    sums = [name for name, metric in layer.metrics.items() if metric.empty == 0 and layer.is_available(name)]
    assert {"arr", "hours", "first_value_due_onboardings"} <= set(sums)
    result = layer.query(sums)
    silent = [
        name for index, name in enumerate(result.metrics, start=1) if all(row[index] is None for row in result.rows)
    ]
    assert silent == []


def test_every_metric_can_be_written_for_the_other_engine(layer: SemanticLayer) -> None:
    compiler = Compiler(layer.paths.semantic_manifest, "spark")
    for metric in layer.metrics:
        assert "metric_time__month" in compiler.sql((metric,), ("metric_time__month",))


@pytest.mark.parametrize(
    ("table", "slices"),
    [
        ("arr_movements_monthly", "segment, csm"),
        ("arr_movements_quarterly", "segment, csm, team, region, product, operating_model"),
    ],
)
def test_opening_and_movements_close_to_arr_in_every_slice(fixture_build: Company, table: str, slices: str) -> None:
    with duckdb.connect(str(fixture_build.warehouse.resolve()), read_only=True) as warehouse:
        rows = warehouse.execute(
            f"""
            select {slices}, metric_time,
                opening_arr + new_arr + reactivation_arr + expansion_arr
                    - contraction_arr - churned_arr + transferred_arr as closing,
                arr
            from metrics.{table}
            """
        ).fetchall()
        opened = warehouse.execute(
            f"""
            select count(*), count(*) filter (opening_arr is distinct from coalesce(earlier, 0))
            from (
                select opening_arr, lag(arr) over (partition by {slices} order by metric_time) as earlier
                from metrics.{table}
            )
            """
        ).fetchone()
    assert rows
    assert [row for row in rows if row[-2] is None or row[-2] != row[-1]] == []
    assert opened == (len(rows), 0)


def test_hours_are_the_sum_of_their_categories(layer: SemanticLayer) -> None:
    parts = ["implementation_hours", "success_hours", "support_hours", "internal_hours", "unclassified_hours"]
    result = layer.query(["hours", *parts], ["person"], "quarter")
    assert any(row[2] > 0 for row in result.rows)
    assert all(row[2] == sum(row[3 : 3 + len(parts)]) for row in result.rows)


def test_the_share_lies_between_its_bounds(layer: SemanticLayer) -> None:
    names = ["implementation_share_lower", "implementation_share", "implementation_share_upper"]
    known = [row[1:] for row in layer.query(names).rows if None not in row]
    assert known
    assert all(low <= share <= high for low, share, high in known)


def test_an_export_is_what_a_query_answers(fixture_build: Any, layer: SemanticLayer) -> None:
    with duckdb.connect(str(fixture_build.warehouse.resolve()), read_only=True) as warehouse:
        for name, by in (
            ("board_monthly", ["segment"]),
            ("time_to_value_quarterly", ["csm"]),
            ("time_allocation_by_team", []),
        ):
            query = layer.saved_queries[name]
            others = [dimension for dimension in query.by if dimension not in by]
            exported = warehouse.execute(
                f"""
                select metric_time, {"".join(f"{dimension}, " for dimension in by)} {", ".join(query.metrics)}
                from metrics.{name}
                where {" and ".join(f"{dimension} = 'All'" for dimension in others)}
                    {"".join(f" and {dimension} not in ('All', 'none')" for dimension in by)}
                order by all
                """
            ).fetchall()
            asked = layer.query(query.metrics, by, query.grain or "month")
            width = 1 + len(by) + len(query.metrics)
            rows = [row[:width] for row in asked.rows if None not in row[: 1 + len(by)]]
            assert [_plain(row) for row in exported] == [_plain(row) for row in rows]


def _plain(row: tuple[Any, ...]) -> list[Any]:
    return [float(value) if isinstance(value, Decimal | int) else value for value in row]


def test_a_company_of_two_files_has_null_and_never_zero_for_the_rest(minimal: SemanticLayer) -> None:
    missing = [name for name in minimal.metrics if not minimal.is_available(name)]
    assert {"hours", "median_days_to_first_value", "csm_implementation_share"} <= set(missing)
    assert not {"arr", "nrr", "logo_churn_rate", "nrr_monthly_compounded"} & set(missing)
    result = minimal.query(missing)
    assert len(result.rows) > 12
    assert all(value is None for row in result.rows for value in row[1:])
    assert minimal.query(["hours"], ["function"]).rows == []
    arr = minimal.query(["arr"], grain="year").rows[-1][1]
    assert arr > 0


def test_a_company_of_two_files_exports_every_table(minimal_build: Any, minimal: SemanticLayer) -> None:
    with duckdb.connect(str(minimal_build.warehouse.resolve()), read_only=True) as warehouse:
        for query in minimal.saved_queries.values():
            (rows,) = warehouse.execute(f"select count(*) from metrics.{query.table}").fetchone() or (0,)
            # Without totals there is no row before the source has delivered its first person.
            assert rows > 0 or not query.rollup, query.name
        status = dict(warehouse.execute("select object, is_connected from metrics.source_status").fetchall())
    assert {name for name, is_connected in status.items() if is_connected} == {"accounts", "subscriptions"}


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"run `postsale run` first"):
        published_paths(Home(tmp_path))


def test_the_definitions_page_says_what_the_definitions_say(layer: SemanticLayer) -> None:
    page = (ROOT / "docs" / "definitions.md").read_text()
    written = update(page, metrics_page(layer.paths.semantic_manifest, layer.paths.manifest, DBT_PROJECT_DIR))
    assert page == written, "run `python -m orchestration.lib.semantic.documentation`"
    assert all(f"### `{name}`" in page for name, metric in layer.metrics.items() if metric.role == "metric")
