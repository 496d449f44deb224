"""The export runner: totals, earlier values, labels, tables and files; and that definitions are checked."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.lib.errors import PostsaleError
from orchestration.lib.semantic import LayerPaths, SemanticLayer, TableExport
from orchestration.lib.semantic.definitions import DefinitionError, read_metrics
from tests.orchestration.lib.semantic.conftest import SETTINGS

JAN, MAR, APR = dt.date(2025, 1, 1), dt.date(2025, 3, 1), dt.date(2025, 4, 1)


@pytest.fixture
def exported(writable: LayerPaths) -> duckdb.DuckDBPyConnection:
    """The warehouse after every export."""
    with SemanticLayer(writable, SETTINGS, read_only=False) as layer:
        layer.export_all()
    return duckdb.connect(str(writable.warehouse), read_only=True)


def test_every_subset_of_the_dimensions_has_its_total(exported: duckdb.DuckDBPyConnection) -> None:
    rows = exported.execute(
        "select region, size, stock, score from metrics.shop_monthly where metric_time = ? order by all", [MAR]
    ).fetchall()
    found = {(region, size): (float(stock), score) for region, size, stock, score in rows}
    assert found[("All", "All")] == (10, 0.7)
    assert found[("north", "All")] == (10, 0.5)
    assert found[("south", "All")] == (0, 0.4)
    assert found[("north", "big")] == (10, None)
    assert found[("none", "none")] == (0, None)
    assert len(rows) == len(found)


def test_filters_give_the_choices_of_a_reader_and_no_mixture(exported: duckdb.DuckDBPyConnection) -> None:
    rows = exported.execute("select distinct channel, region, size, slice from metrics.shop_filtered").fetchall()
    names = {(region, size): chosen for _, region, size, chosen in rows}
    assert names[("All", "All")] == "All"
    assert names[("north", "All")] == "region=north"
    assert names[("All", "big")] == "size=big"
    assert all("All" in choice for choice in names)
    assert {channel for channel, *_ in rows} == {"All", "shop", "web"}
    twice = exported.execute(
        "select 1 from metrics.shop_filtered group by metric_time, channel, slice having count(*) > 1"
    ).fetchall()
    assert not twice
    sold = (
        "select sales from metrics.shop_filtered where slice = 'region=north' and channel = 'All' and metric_time = ?"
    )
    expected = "select sales from metrics.shop_monthly where metric_time = ? and region = 'north' and size = 'All'"
    assert exported.execute(sold, [MAR]).fetchone() == exported.execute(expected, [MAR]).fetchone()


def test_a_ratio_of_a_total_is_no_sum_of_slices(exported: duckdb.DuckDBPyConnection) -> None:
    share = "select online_share from metrics.shop_monthly where metric_time = ? and region = ? and size = 'All'"
    assert exported.execute(share, [MAR, "All"]).fetchone() == (0.0,)
    assert exported.execute(share, [MAR, "north"]).fetchone() == (None,)


def test_earlier_values_stand_beside_the_current_ones(exported: duckdb.DuckDBPyConnection) -> None:
    row = exported.execute(
        """
        select stock, stock_1m_ago, stock_change_1m, stock_3m_ago, stock_change_3m, score_change_1m, returned_1m_ago
        from metrics.shop_monthly where metric_time = ? and region = 'All' and size = 'All'
        """,
        [APR],
    ).fetchone()
    assert row is not None
    assert row[:5] == (Decimal("12.5"), Decimal(10), Decimal("2.5"), Decimal(15), Decimal("-2.5"))
    assert row[5] == pytest.approx(-0.1)
    assert row[6] is None
    first = exported.execute(
        "select stock_1m_ago, stock_change_1m from metrics.shop_monthly where metric_time = ? and region = 'All'", [JAN]
    ).fetchone()
    assert first == (None, None)


def test_columns_are_typed_by_the_unit(exported: duckdb.DuckDBPyConnection) -> None:
    kinds = dict(exported.execute("select column_name, column_type from (describe metrics.shop_monthly)").fetchall())
    assert kinds["metric_time"] == "DATE"
    assert kinds["stock"] == kinds["stock_change_1m"] == "DECIMAL(38,6)"
    assert kinds["online_share"] == kinds["median_shipping_days"] == "DOUBLE"
    assert kinds["is_complete"] == "BOOLEAN"


def test_a_saved_query_without_time_covers_all_of_it(exported: duckdb.DuckDBPyConnection) -> None:
    rows = exported.execute("select channel, sales, p90_shipping_days from metrics.channels order by all").fetchall()
    assert rows == [("shop", Decimal(50), 1.0), ("web", Decimal("127.6"), pytest.approx(5.4))]


def test_a_value_named_like_the_total_is_told_apart(writable: LayerPaths) -> None:
    with duckdb.connect(str(writable.warehouse)) as warehouse:
        warehouse.execute("update main.stock set site_id = 's3' where site_id = 's2'")
    with SemanticLayer(writable, SETTINGS) as layer:
        path = layer.export("shop_monthly").path
    rows = duckdb.sql(
        f"select region, stock from '{path}' where metric_time = '2025-01-01' and size = 'All'"
    ).fetchall()
    assert dict(rows)["All"] == 15
    assert dict(rows)["All (name)"] == 5


def test_reference_tables(exported: duckdb.DuckDBPyConnection, writable: LayerPaths) -> None:
    catalogue = {
        row[0]: row[1:]
        for row in exported.execute(
            """
            select metric, kind, grain, dimensions, saved_queries, is_available, unavailable_because
            from metrics.catalogue
            """
        ).fetchall()
    }
    assert catalogue["stock"] == ("snapshot", "month", "manager, region, size", "shop_monthly", True, None)
    assert catalogue["sales"][1:4] == (
        "day",
        "channel, manager, region, size",
        "shop_by_channel, shop_filtered, shop_monthly",
    )
    assert catalogue["returned"][4:] == (False, "not connected: returns")
    feeds = exported.execute("select object, is_connected, feeds from metrics.source_status order by all").fetchall()
    assert feeds[:2] == [
        ("losses", False, "returned_or_lost"),
        ("returns", False, "returned, returned_or_lost, returned_or_sold"),
    ]
    assert "online_sales" not in {name: text for name, _, text in feeds}["sales"].split(", ")
    assert exported.execute("from metrics.objects_twice").fetchall() == [("sales", 10)]
    assert exported.execute("from metrics.built_in").fetchall() == [(str(writable.build_dir), dt.date(2025, 5, 20))]


def test_a_read_only_layer_writes_files_alone(writable: LayerPaths) -> None:
    with SemanticLayer(writable, SETTINGS) as layer:
        result = layer.export("shop_by_channel")
        assert layer.connection.execute(
            "select count(*) from duckdb_tables() where schema_name = 'metrics'"
        ).fetchone() == (0,)
    assert (result.table, result.rows, result.path) == ("metrics.channels", 2, writable.exports / "channels.parquet")
    assert [path.name for path in writable.exports.iterdir()] == ["channels.parquet"]


def test_exports_are_the_same_bytes_when_repeated(writable: LayerPaths) -> None:
    with SemanticLayer(writable, SETTINGS) as layer:
        first = layer.export("shop_monthly").path.read_bytes()
        assert layer.export("shop_monthly").path.read_bytes() == first


def test_only_saved_queries_with_an_export_are_exported(writable: LayerPaths) -> None:
    with SemanticLayer(writable, SETTINGS) as layer:
        seen: list[str] = []
        tables = [result.table for result in layer.export_all(seen.append)]
        with pytest.raises(PostsaleError, match="shop_by_channel"):
            layer.export("not_exported")
    assert sorted(tables) == [
        f"metrics.{name}"
        for name in (
            "built_in",
            "catalogue",
            "channels",
            "objects_twice",
            "shop_filtered",
            "shop_monthly",
            "source_status",
        )
    ]
    assert len(seen) == len(tables)


def test_a_dimension_must_mean_the_same_for_every_metric(writable: LayerPaths) -> None:
    with SemanticLayer(writable, SETTINGS) as layer:
        query = layer.saved_queries["not_exported"]
        layer.saved_queries["not_exported"] = replace(query, table="x", schema="metrics")
        with pytest.raises(DefinitionError, match="sales by manager is sale__manager, not site__manager"):
            layer.export("not_exported")


def test_compiled_statements_are_kept_until_the_definitions_change(writable: LayerPaths, tmp_path: Path) -> None:
    assert writable.compiled is not None
    with SemanticLayer(writable, SETTINGS, read_only=False) as layer:
        first = layer.export("shop_monthly").path.read_bytes()
    kept = writable.compiled.read_text()
    with SemanticLayer(writable, SETTINGS) as layer:
        layer.compiler.__dict__["_compiler"] = None  # any use of MetricFlow would fail
        assert layer.export("shop_monthly").path.read_bytes() == first
    assert writable.compiled.read_text() == kept

    changed = json.loads(writable.semantic_manifest.read_text())
    measure = next(
        measure
        for model in changed["semantic_models"]
        for measure in model["measures"]
        if measure["name"] == "units_at_end"
    )
    measure["expr"] = "2 * units"
    other = tmp_path / "changed.json"
    other.write_text(json.dumps(changed))
    with SemanticLayer(replace(writable, semantic_manifest=other), SETTINGS) as layer:
        assert [float(row[1]) for row in layer.query(["stock"]).rows] == [30, 30, 20, 25]
    writable.compiled.write_text("{")
    with SemanticLayer(writable, SETTINGS) as layer:
        assert len(layer.query(["stock"]).rows) == 4


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ({"kind": "stock"}, "metric sales: config.meta.kind is 'stock'; one of"),
        ({"unit": None}, "config.meta.unit is None"),
        ({"empty": 1}, "config.meta.empty is 1; 0 or null"),
        ({"formula": ""}, "formula is missing"),
        ({"slices": "single"}, "config.meta.dimensions must list them"),
    ],
)
def test_meta_that_cannot_be_served_is_named(
    toy_paths: LayerPaths, tmp_path: Path, meta: dict[str, Any], said: str
) -> None:
    document = json.loads(toy_paths.semantic_manifest.read_text())
    metric = next(metric for metric in document["metrics"] if metric["name"] == "sales")
    metric["config"]["meta"].update(meta)
    changed = tmp_path / "manifest.json"
    changed.write_text(json.dumps(document))
    with pytest.raises(DefinitionError, match=said):
        read_metrics(changed)


def test_what_is_compiled_ahead_is_what_the_exports_run(writable: LayerPaths, tmp_path: Path) -> None:
    """Compiled without a warehouse; with every source connected the exports then have nothing left to compile."""
    assert writable.compiled is not None
    ahead = replace(writable, warehouse=tmp_path / "not built yet")
    totals = TableExport("totals", "select stock from {metrics}", metrics=("stock", "sales"))
    settings = replace(SETTINGS, table_exports=(totals,))
    SemanticLayer.of_definitions(ahead, settings).compile_exports()
    kept = json.loads(writable.compiled.read_text())["answers"]
    everything = replace(settings, sources_sql="select object, true from main.sources")
    with SemanticLayer(writable, everything, read_only=False) as layer:
        layer.export_all()
    assert json.loads(writable.compiled.read_text())["answers"].keys() == kept.keys()


def test_a_table_of_the_projects_own_builds_on_metrics(writable: LayerPaths) -> None:
    sql = (
        "select max(metric_time) as latest, max_by(stock, metric_time) as stock from {metrics} where stock is not null"
    )
    settings = replace(SETTINGS, table_exports=(TableExport("latest_stock", sql, metrics=("stock", "online_share")),))
    with SemanticLayer(writable, settings, read_only=False) as layer:
        layer.export("latest_stock")
        asked = [row for row in layer.query(["stock"]).rows if row[1] is not None]
    with duckdb.connect(str(writable.warehouse), read_only=True) as connection:
        assert connection.execute("select latest, stock from metrics.latest_stock").fetchall() == [asked[-1][:2]]
