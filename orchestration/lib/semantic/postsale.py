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
    "scenario_inputs": ("fct_arr_snapshot", "fct_arr_window"),
    "scenario": ("fct_arr_snapshot", "fct_arr_window"),
}

SCENARIO_METRICS = ("arr", "nrr")

# The latest month-end, and what the company aims at. One row always; what is not known is null. The valuation
# multiple is the reader's own row in policy `benchmarks`: there is no default. NRR is taken to nine digits, so that
# the amounts that follow are exact decimals; an amount beyond all bounds is null.
SCENARIO_INPUTS = """
    with latest as (
        select
            last_day(metric_time) as month_end,
            try_cast(arr as decimal(26, 6)) as arr,
            try_cast(nrr as decimal(12, 9)) as nrr
        from {metrics}
        where arr is not null
        order by metric_time desc
        limit 1
    ),

    targets as (
        select
            try_cast(max(case when metric = 'nrr' then value end) as decimal(12, 9)) as target_nrr,
            max(case when metric = 'nrr' then source end) as target_source,
            try_cast(
                max(case when metric = 'valuation_multiple' then value end) as decimal(12, 6)
            ) as valuation_multiple
        from staging.stg_policy__benchmarks
        where kind = 'target' and segment is null
    ),

    gained as (
        select
            latest.month_end,
            latest.arr,
            latest.nrr,
            targets.target_nrr,
            targets.target_source,
            try_cast(
                latest.arr * cast(targets.target_nrr - latest.nrr as decimal(12, 9)) as decimal(26, 6)
            ) as gained_arr_per_year,
            targets.valuation_multiple
        from targets
        left join latest on true
    )

    select
        month_end,
        arr,
        nrr,
        target_nrr,
        target_source,
        gained_arr_per_year,
        valuation_multiple,
        try_cast(gained_arr_per_year * valuation_multiple as decimal(26, 6)) as gained_valuation
    from gained
"""

# What the difference compounds to over the years, on today's customers alone: no new ones are assumed.
SCENARIO_YEARS = 5
SCENARIO = f"""
    with recursive inputs as ({SCENARIO_INPUTS}),

    years as (
        select 0 as year, month_end, arr as arr_at_nrr, arr as arr_at_target_nrr, nrr, target_nrr, valuation_multiple
        from inputs

        union all

        select
            year + 1,
            month_end,
            try_cast(arr_at_nrr * nrr as decimal(26, 6)),
            try_cast(arr_at_target_nrr * target_nrr as decimal(26, 6)),
            nrr,
            target_nrr,
            valuation_multiple
        from years
        where year < {SCENARIO_YEARS}
    ),

    compared as (
        select
            year,
            month_end,
            arr_at_nrr,
            arr_at_target_nrr,
            cast(arr_at_target_nrr - arr_at_nrr as decimal(26, 6)) as gained_arr,
            valuation_multiple
        from years
    )

    select
        year,
        month_end,
        arr_at_nrr,
        arr_at_target_nrr,
        gained_arr,
        try_cast(gained_arr * valuation_multiple as decimal(26, 6)) as gained_valuation
    from compared
    order by year
"""

SETTINGS = LayerSettings(
    calendar_sql="""
        select
            (select cast(date_trunc('month', min(month_end)) as date) from marts.fct_arr_snapshot) as first_on,
            as_of,
            last_closed_month_end as last_closed_on
        from staging.stg_build__parameters
    """,
    sources_sql="select canonical_object, is_connected from staging.stg_build__sources",
    table_exports=(
        TableExport("build", "select * from read_parquet('{build_dir}/parameters.parquet')"),
        TableExport(
            "benchmarks",
            "select metric, segment, value, upper_value, source, kind from staging.stg_policy__benchmarks",
        ),
        TableExport("scenario_inputs", SCENARIO_INPUTS, metrics=SCENARIO_METRICS),
        TableExport("scenario", SCENARIO, metrics=SCENARIO_METRICS),
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
