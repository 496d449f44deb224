"""Postsale's own facts for the semantic layer. No other file in this package knows the project's tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lib.comparison import outcomes
from orchestration.lib.errors import UsageError
from orchestration.lib.home import Home
from orchestration.lib.semantic.exports import REFERENCE_TABLES
from orchestration.lib.semantic.settings import ComputedExport, LayerPaths, LayerSettings, TableExport

if TYPE_CHECKING:
    import duckdb

SEMANTIC_MANIFEST = "semantic_manifest.json"
COMPILED = "compiled_metrics.json"


def _operating_model_comparison(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    from orchestration.lib.comparison.history import operating_model_comparison

    return [comparison.row() for comparison in operating_model_comparison(connection)]


_INPUTS = {
    "capacity_forecast": ("fct_capacity_forecast",),
    "operating_model_comparison": outcomes.MARTS,
}

SETTINGS = LayerSettings(
    calendar_sql="""
        select
            (select cast(date_trunc('month', min(month_end)) as date) from marts.fct_arr_snapshot) as first_on,
            as_of,
            last_closed_month_end as last_closed_on
        from read_parquet('{build_dir}/parameters.parquet')
    """,
    sources_sql="select canonical_object, is_connected from read_parquet('{build_dir}/sources.parquet')",
    table_exports=(
        TableExport("build", "select * from read_parquet('{build_dir}/parameters.parquet')"),
        TableExport(
            "benchmarks",
            "select metric, segment, value, upper_value, source, kind from staging.stg_policy__benchmarks",
        ),
        TableExport(
            "capacity_forecast",
            """
            select
                month_end, forecast_quarter, quarters_ahead, starts_on, ends_on, days_in_period, segment, open_deals,
                forecast_onboardings, quarter_end_onboardings, mean_days_in_onboarding, ended_onboardings,
                mean_days_basis, concurrency, needed_specialists, peak_needed_specialists
            from marts.fct_capacity_forecast
            order by quarters_ahead, segment
            """,
        ),
    ),
    computed_exports=(
        ComputedExport(
            "operating_model_comparison",
            outcomes.COLUMNS,
            _operating_model_comparison,
        ),
    ),
)


def published_paths(home: Home | Path) -> LayerPaths:
    """Files of the published build. Definitions are the ones it was published with, not the checkout's."""
    place = home if isinstance(home, Home) else Home(Path(home).expanduser().resolve())
    build_dir = place.current.resolve()
    if not (build_dir / "warehouse.duckdb").exists():
        raise UsageError(f"nothing is published in {place.path}: run `postsale run` first")
    return LayerPaths(
        warehouse=build_dir / "warehouse.duckdb",
        semantic_manifest=build_dir / SEMANTIC_MANIFEST,
        manifest=place.dbt_target / "manifest.json",
        build_dir=build_dir,
        exports=build_dir / "exports",
        compiled=place.dbt_target / COMPILED,
    )


def building_paths(home: Home) -> LayerPaths:
    """Files of the build under way, with dbt's fresh artifacts."""
    return LayerPaths(
        warehouse=home.next / "warehouse.duckdb",
        semantic_manifest=home.dbt_target / SEMANTIC_MANIFEST,
        manifest=home.dbt_target / "manifest.json",
        build_dir=home.next,
        exports=home.next / "exports",
        compiled=home.dbt_target / COMPILED,
    )


def reference_tables() -> list[str]:
    """Names of the tables that `SemanticLayer.export` writes beside those of the saved queries."""
    return [*REFERENCE_TABLES, *SETTINGS.own_tables]


def reference_inputs(name: str) -> tuple[str, ...]:
    """Marts that a reference table is made from; the calendar's mart for those that name none."""
    return _INPUTS.get(name, ("fct_arr_snapshot",))
