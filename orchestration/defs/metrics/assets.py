"""Metric exports: one asset per saved query and per table about the metrics, all computed in one process."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration.lib.dbt import exported_queries, models_behind
from orchestration.lib.dbt.translator import OWNERS, PostsaleDbtTranslator
from orchestration.lib.run.progress import say, tick
from orchestration.lib.run.resource import CompanyBuild
from orchestration.lib.semantic.postsale import reference_inputs, reference_tables

GROUP = "metrics"


def metric_keys(manifest: Mapping[str, Any]) -> list[dg.AssetKey]:
    """Keys of the exports: `metrics/<saved query>`, and of the tables about the metrics themselves."""
    return [dg.AssetKey([GROUP, name]) for name in sorted([*exported_queries(manifest), *reference_tables()])]


def metrics_defs(manifest: Mapping[str, Any]) -> dg.Definitions:
    """One asset per saved query that declares an export."""
    translator = PostsaleDbtTranslator()

    @dg.multi_asset(
        name="export_metrics",
        specs=[
            dg.AssetSpec(
                [GROUP, name],
                deps=[
                    translator.get_asset_key(manifest["nodes"][model])
                    for model in sorted(models_behind(manifest, query["unique_id"]))
                ],
                description=(query.get("description") or "").strip(),
                group_name=GROUP,
                kinds={"metricflow", "duckdb"},
                owners=OWNERS,
                metadata={"metrics": ", ".join(query["query_params"]["metrics"])},
            )
            for name, query in sorted(exported_queries(manifest).items())
        ]
        + [
            dg.AssetSpec(
                [GROUP, name],
                deps=[
                    ["build", "parameters"],
                    ["build", "sources"],
                    *(["marts", mart] for mart in reference_inputs(name)),
                ],
                description=f"The `{name}` table that pages and auditors read beside the metrics.",
                group_name=GROUP,
                kinds={"metricflow", "duckdb"},
                owners=OWNERS,
            )
            for name in reference_tables()
        ],
        can_subset=True,
        pool="warehouse",
    )
    def export_metrics(
        context: dg.AssetExecutionContext, company: CompanyBuild
    ) -> Iterator[dg.MaterializeResult[None]]:
        from orchestration.lib.semantic.compile_ahead import finish_compiling
        from orchestration.lib.semantic.postsale import building_paths
        from orchestration.lib.semantic.side_by_side import export_side_by_side

        finish_compiling(company.home)
        company.home.open_warehouse(fresh=False)
        selected = sorted(key.path[-1] for key in context.selected_asset_keys)
        tables = export_side_by_side(building_paths(company.home), selected, lambda name: tick(f"metrics: {name}"))
        for name, table in zip(selected, tables, strict=True):
            yield dg.MaterializeResult(asset_key=dg.AssetKey([GROUP, name]), metadata={"dagster/row_count": table.rows})
        say(f"metrics: {len(selected)} tables exported")

    return dg.Definitions(assets=[export_metrics])
