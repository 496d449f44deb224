"""What rows that are about to be loaded would change in the published numbers.

The published warehouse is copied, and the models below the rows' objects, as far as the headline metrics rest on them,
are made anew by the compiled SQL that the build keeps: over its own rows and the new ones, with its own two clocks. So
the difference is the rows' effect and nothing else, and the published state is never touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import isclose
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.dbt.compiled_models import COMPILED_MODELS, CompiledModel, CompiledModels, raw_relation
from orchestration.lib.home import Home, published
from orchestration.lib.loader.zone import RawZone
from orchestration.lib.replay import raw_sources

if TYPE_CHECKING:
    from orchestration.lib.semantic import SemanticLayer

# Of every subject the numbers that a board looks at.
HEADLINE_METRICS = (
    "arr",
    "new_arr",
    "expansion_arr",
    "contraction_arr",
    "churned_arr",
    "nrr",
    "grr",
    "logo_churn_rate",
    "renewal_rate",
    "median_days_to_first_value",
    "first_value_on_target_rate",
    "stall_rate",
    "handoff_completeness",
    "hours",
    "implementation_share",
    "csm_implementation_share",
    "health_score",
    "at_risk_arr",
    "adoption_rate",
    "nps",
    "csat",
    "open_tickets",
)
ARR_SNAPSHOT = "fct_arr_snapshot"
_SAME = 1e-12


@dataclass(frozen=True)
class Arriving:
    """Raw rows of an object, in a Parquet file of the object's raw columns, that are not in the raw zone yet."""

    connector: str
    object: str
    rows: Path

    @property
    def source(self) -> str:
        """The raw table's name among the sources of models."""
        return f"{self.connector}.{self.object}"


@dataclass(frozen=True)
class MetricChange:
    """One metric of one month, before and after; None is null."""

    metric: str
    metric_time: date
    before: Decimal | float | int | None
    after: Decimal | float | int | None


@dataclass(frozen=True)
class AccountChange:
    """ARR of one account at its latest month-end that would change, and how many month-ends would."""

    account_id: str
    account_name: str | None
    month_end: date
    before: Decimal
    after: Decimal
    months: int


@dataclass(frozen=True)
class TableChange:
    """Rows of one fact or dimension that would go and come; a row that changes counts in both."""

    table: str
    removed: int
    added: int


@dataclass(frozen=True)
class Effect:
    """The difference that the rows make to the published build ``build_id``; ``computed`` are the metrics asked."""

    build_id: str
    metrics: tuple[MetricChange, ...]
    accounts: tuple[AccountChange, ...]
    tables: tuple[TableChange, ...]
    computed: tuple[str, ...]


def effect_of(home: Home, arriving: Sequence[Arriving], work: Path) -> tuple[Effect | None, str | None]:
    """The effect of rows on the published build, or None and why it cannot be told. ``work`` is a scratch folder."""
    from orchestration.lib.semantic import SemanticLayer
    from orchestration.lib.semantic.postsale import SETTINGS, published_paths

    build = published(home)
    if build is None:
        return None, "nothing was published yet"
    if not (build.path / COMPILED_MODELS).exists():
        return None, f"build {build.id} keeps no compiled models: run `postsale run` first"
    models = CompiledModels.read(build.path)
    paths = published_paths(home)
    with SemanticLayer(paths, SETTINGS) as layer:
        metrics, needed = _plan(layer, models, {rows.source for rows in arriving})
        before = _values(layer, metrics) if metrics else {}
    if not metrics:
        return Effect(build.id, (), (), (), ()), None
    work.mkdir(parents=True, exist_ok=True)
    # dbt qualifies relations with the database's name, which DuckDB takes from the file's.
    copy = work / "warehouse.duckdb"
    shutil.copyfile(build.path / "warehouse.duckdb", copy)
    marts = [model for model in needed if model.schema == "marts"]
    with duckdb.connect(str(copy)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        sources = raw_sources(home.path, build.path)
        for model in needed:
            _make(connection, model, _with_new_rows(sources, RawZone.of(home.path), arriving))
        connection.execute(f"attach {literal(str(build.path / 'warehouse.duckdb'))} as published (read_only)")
        tables = tuple(change for mart in marts if (change := _table(connection, mart)))
        accounts = tuple(_accounts(connection)) if any(mart.alias == ARR_SNAPSHOT for mart in marts) else ()
    with SemanticLayer(replace(paths, warehouse=copy), SETTINGS) as layer:
        after = _values(layer, metrics)
    return Effect(build.id, tuple(_changes(metrics, before, after)), accounts, tables, tuple(metrics)), None


def _plan(layer: SemanticLayer, models: CompiledModels, sources: set[str]) -> tuple[list[str], list[CompiledModel]]:
    """(headline metrics that the sources reach, models between the sources and those metrics in their order)."""
    reached: set[str] = set()
    for model in models.by_name.values():
        if model.schema != "audit" and (sources.intersection(model.sources) or reached.intersection(model.needs)):
            reached.add(model.name)
    metrics, wanted = [], set()
    for metric in HEADLINE_METRICS:
        if metric in layer.metrics:
            read = {models.by_relation.get(name) for query in layer.explain([metric]) for name in query.relations}
            if read & reached:
                metrics.append(metric)
                wanted |= {name for name in read if name is not None}
    return metrics, [model for model in models.needed_by(wanted) if model.name in reached]


def _with_new_rows(sources: Mapping[str, str], zone: RawZone, arriving: Sequence[Arriving]) -> dict[str, str]:
    """SQL of every raw table; of those to which rows come, with the rows."""
    files: dict[str, list[str]] = {}
    for rows in arriving:
        files.setdefault(rows.source, [zone.object_glob(rows.connector, rows.object)]).append(str(rows.rows))
    return dict(sources) | {
        source: f"select * from read_parquet([{', '.join(map(literal, paths))}], "
        "union_by_name=true, hive_partitioning=false)"
        for source, paths in files.items()
    }


def _make(connection: duckdb.DuckDBPyConnection, model: CompiledModel, sources: Mapping[str, str]) -> None:
    """Makes one model anew in place."""
    for source in model.sources:
        connector, name = source.split(".", 1)
        connection.execute(f"create schema if not exists {identifier('raw_' + connector)}")
        connection.execute(f"create or replace view {raw_relation(connector, name)} as {sources[source]}")
    if model.is_table:
        # The table stays as the build made it, with the types of its contract.
        connection.execute(f"truncate {model.relation}")
        connection.execute(f"insert into {model.relation} by name {model.sql}")
    else:
        connection.execute(f"create or replace view {model.relation} as {model.sql}")


def _table(connection: duckdb.DuckDBPyConnection, model: CompiledModel) -> TableChange | None:
    """Rows that differ, whatever their order; None when none does."""
    name = f"{model.schema}.{model.alias}"
    row = connection.execute(
        f"select (select count(*) from (from published.{name} except all from warehouse.{name})), "
        f"(select count(*) from (from warehouse.{name} except all from published.{name}))"
    ).fetchone()
    assert row is not None
    return TableChange(name, row[0], row[1]) if any(row) else None


def _accounts(connection: duckdb.DuckDBPyConnection) -> list[AccountChange]:
    rows = connection.execute(
        f"""
        with changed as (
            select
                coalesce(after.account_id, before.account_id) as account_id,
                coalesce(after.month_end, before.month_end) as month_end,
                coalesce(before.arr, 0) as before,
                coalesce(after.arr, 0) as after
            from published.marts.{ARR_SNAPSHOT} as before
            full join warehouse.marts.{ARR_SNAPSHOT} as after
                on before.account_id = after.account_id and before.month_end = after.month_end
            where coalesce(before.arr, 0) <> coalesce(after.arr, 0)
        )
        select
            changed.account_id, any_value(names.account_name), max(month_end), arg_max(before, month_end),
            arg_max(after, month_end), count(*)
        from changed
        left join warehouse.marts.dim_account as names on changed.account_id = names.account_id
        group by changed.account_id
        order by changed.account_id
        """
    ).fetchall()
    return [AccountChange(*row) for row in rows]


def _values(layer: SemanticLayer, metrics: Sequence[str]) -> dict[date, dict[str, Any]]:
    """Every month of every metric."""
    result = layer.query(metrics)
    return {row[0]: dict(zip(result.columns, row, strict=True)) for row in result.rows}


def _changes(
    metrics: Sequence[str], before: Mapping[date, Mapping[str, Any]], after: Mapping[date, Mapping[str, Any]]
) -> list[MetricChange]:
    """Months in which a metric differs."""
    found = []
    for metric in metrics:
        for month in sorted({*before, *after}):
            old, new = before.get(month, {}).get(metric), after.get(month, {}).get(metric)
            if not _same(old, new):
                found.append(MetricChange(metric, month, old, new))
    return found


def _same(before: Any, after: Any) -> bool:
    """Equal; ratios also when they differ by no more than adding in another order makes them."""
    if isinstance(before, float) and isinstance(after, float):
        return isclose(before, after, rel_tol=_SAME, abs_tol=_SAME)
    return bool(before == after)
