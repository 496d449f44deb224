"""The export runner: saved queries that declare an export, as Parquet files and tables of the warehouse.

Open-source MetricFlow declares exports and does not run them. Besides the plain result this one writes
totals (`meta.rollup`: every subset of the dimensions, the others at `All`; `meta.filters`: the subsets that a reader
can choose) and earlier values beside the current ones (`meta.compare_months`), because neither can be computed from
the exported rows: ratios and medians do not add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.errors import PostsaleError
from orchestration.lib.insert import create_table
from orchestration.lib.semantic.definitions import DefinitionError, MetricDefinition, SavedQueryDefinition
from orchestration.lib.semantic.periods import add_months, end_of

if TYPE_CHECKING:
    from orchestration.lib.semantic.layer import SemanticLayer
    from orchestration.lib.semantic.settings import LayerSettings

# Types of exported metrics, by unit.
TYPES = {
    "ratio": "double",
    "days": "double",
    "count": "bigint",
    "number": "double",
    "score": "double",
    "currency": "decimal(38, 6)",
    "hours": "decimal(38, 4)",
}

REFERENCE_TABLES = ("catalogue", "source_status")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class ExportResult:
    """One table written: its name with schema, its Parquet file, its columns and how many rows it has."""

    table: str
    path: Path
    columns: tuple[str, ...]
    rows: int


class Exporter:
    """Writes exports of one build. With a writable layer each table is created in the warehouse at once."""

    def __init__(self, layer: SemanticLayer) -> None:
        self.layer = layer
        self.settings = layer.settings

    @cached_property
    def memory(self) -> duckdb.DuckDBPyConnection:
        """Where rows take their types, whether or not the warehouse may be written."""
        connection = duckdb.connect()
        connection.execute("set timezone = 'UTC'")
        return connection

    def names(self) -> list[str]:
        """Saved queries that declare an export."""
        return [query.name for query in self.layer.saved_queries.values() if query.table]

    def reference_names(self) -> list[str]:
        """Tables about the metrics themselves: `catalogue`, `source_status`, and the project's own."""
        return [*REFERENCE_TABLES, *self.settings.own_tables]

    def export_all(self, on_progress: Progress | None = None) -> list[ExportResult]:
        """Every saved query with an export, then the reference tables."""
        results = []
        for name in [*self.names(), *self.reference_names()]:
            results.append(self.export(name))
            if on_progress is not None:
                on_progress(f"{results[-1].table}: {results[-1].rows} rows")
        return results

    def export(self, name: str) -> ExportResult:
        """Write the table of one saved query, or a reference table. Raises `PostsaleError` for any other name."""
        if name in self.reference_names():
            return self._export_reference(name)
        return self.as_table(self.write_file(name))

    def write_file(self, name: str) -> ExportResult:
        """Write the Parquet file of one saved query, and no table yet."""
        query = self.layer.saved_queries.get(name)
        if query is None or query.table is None:
            raise PostsaleError(f"no saved query {name!r} with an export; exports: {', '.join(self.names())}")
        self._check(query)
        rows = self._with_earlier(query, list(self._rows(query)))
        columns = [*self._head(query), *self._metric_columns(query)]
        if query.grain is not None:
            columns.append(("is_complete", "boolean"))
        if query.filters:
            columns.append(("slice", "varchar"))
            rows = [(*row, self._slice(query, row)) for row in rows]
        rows.sort(key=lambda row: tuple((value is None, value) for value in row[: len(self._head(query))]))
        return self._file(query.table, tuple(columns), rows, query.schema)

    def as_table(self, written: ExportResult) -> ExportResult:
        """Make the warehouse table of a file, when the layer is writable."""
        if not self.layer.read_only:
            schema, name = (identifier(part) for part in written.table.split(".", 1))
            self.layer.connection.execute(f"create schema if not exists {schema}")
            self.layer.connection.execute(
                f"create or replace table {schema}.{name} as select * from read_parquet({literal(str(written.path))})"
            )
        return written

    def compile_all(self) -> None:
        """Compile what `export_all` asks for when every source is connected."""
        for name in self.layer.metrics:
            self.layer.own_grain(name)
            self.layer.dimensions(name)
        for query in self.layer.saved_queries.values():
            for subset in subsets(query) if query.table else ():
                self.layer.compile_slices(query.metrics, subset, query.grain, query.where)
        for table in self.settings.table_exports:
            if table.metrics:
                self.layer.compile_slices(table.metrics, (), "month")

    def _export_reference(self, name: str) -> ExportResult:
        if name == "catalogue":
            return self._write(name, *self._catalogue())
        if name == "source_status":
            return self._write(name, *self._source_status())
        for computed in self.settings.computed_exports:
            if computed.name == name:
                return self._write(name, computed.columns, computed.rows(self.layer.connection))
        table = next(table for table in self.settings.table_exports if table.name == name)
        sql = table.sql
        if table.metrics:
            sql = sql.replace("{metrics}", self._monthly_totals(table.metrics))
        relation = self.layer.connection.sql(self.layer.project_sql(sql))
        columns = tuple(zip(relation.columns, (str(kind) for kind in relation.types), strict=True))
        return self._write(name, columns, relation.fetchall())

    def _monthly_totals(self, metrics: tuple[str, ...]) -> str:
        """Name of a temporary table with the metrics of each month in total."""
        rows = self.layer.query(metrics).rows
        columns = {"metric_time": "date", **{name: TYPES[self.layer.metrics[name].unit] for name in metrics}}
        cells = [row[: len(columns)] for row in rows]
        create_table(self.layer.connection, "monthly_totals", columns, cells, temporary=True)
        return "monthly_totals"

    # Rows of a saved query

    def _check(self, query: SavedQueryDefinition) -> None:
        """Each dimension must mean for every metric what the saved query says."""
        for metric in query.metrics:
            if metric not in self.layer.metrics:
                raise DefinitionError(f"saved query {query.name}: unknown metric {metric!r}")
            names = self.layer.dimensions(metric)
            single = self.layer.metrics[metric].single_dimensions is not None
            for short, declared in zip(query.by, query.group_by, strict=True):
                if not single and names.get(short) != declared:
                    means = names.get(short, "not possible")
                    raise DefinitionError(f"saved query {query.name}: {metric} by {short} is {means}, not {declared}")

    def _head(self, query: SavedQueryDefinition) -> list[tuple[str, str]]:
        return [*([("metric_time", "date")] if query.grain else []), *((name, "varchar") for name in query.by)]

    def _metric_columns(self, query: SavedQueryDefinition) -> Iterator[tuple[str, str]]:
        for name in query.metrics:
            kind = TYPES[self.layer.metrics[name].unit]
            yield name, kind
            for months in query.compare_months:
                yield f"{name}_{months}m_ago", kind
                yield f"{name}_change_{months}m", kind

    def _rows(self, query: SavedQueryDefinition) -> Iterator[tuple[Any, ...]]:
        """(metric_time, every dimension, metrics, is_complete); rolled-up dimensions hold the total's label."""
        for subset in subsets(query):
            result = self.layer.slices(query.metrics, subset, query.grain, query.where)
            time = 1 if query.grain else 0
            for row in result.rows:
                found = dict(zip(subset, row[time : time + len(subset)], strict=True))
                labels = [
                    label_of(found[name], self.settings) if name in found else self.settings.total_label
                    for name in query.by
                ]
                cells = row[time + len(subset) : time + len(subset) + len(query.metrics)]
                complete = (end_of(row[0], query.grain) <= self.layer.calendar.as_of,) if query.grain else ()
                yield (*row[:time], *labels, *cells, *complete)

    def _slice(self, query: SavedQueryDefinition, row: tuple[Any, ...]) -> str:
        """What a reader chose to see this row, such as `segment=hybrid; csm=Dana Fox`."""
        labels = dict(zip(query.by, row[1 if query.grain else 0 :], strict=False))
        names = [name for group in query.filters for name in group]
        chosen = [f"{name}={labels[name]}" for name in names if labels[name] != self.settings.total_label]
        return "; ".join(chosen) or self.settings.total_label

    def _with_earlier(self, query: SavedQueryDefinition, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        if not query.compare_months:
            return rows
        head = 1 + len(query.by)
        count = len(query.metrics)
        known = {row[:head]: row[head : head + count] for row in rows}
        widened = []
        for row in rows:
            earlier = [
                known.get((add_months(row[0], -months), *row[1:head]), (None,) * count)
                for months in query.compare_months
            ]
            cells: list[Any] = []
            for index, value in enumerate(row[head : head + count]):
                cells.append(value)
                for before in earlier:
                    cells += [before[index], _difference(value, before[index])]
            widened.append((*row[:head], *cells, *row[head + count :]))
        return widened

    # Tables about metrics

    def catalogue(self) -> list[dict[str, Any]]:
        """The catalogue's rows by column name."""
        columns, rows = self._catalogue()
        return [dict(zip((name for name, _ in columns), row, strict=True)) for row in rows]

    def _catalogue(self) -> tuple[tuple[tuple[str, str], ...], list[tuple[Any, ...]]]:
        used: dict[str, list[str]] = {}
        for query in self.layer.saved_queries.values():
            for name in query.metrics if query.table else ():
                used.setdefault(name, []).append(query.name)
        columns = (
            *((name, "varchar") for name in ("metric", "label", "description", "formula", "numerator", "denominator")),
            *(
                (name, "varchar")
                for name in ("window", "slice_rule", "owner", "source", "unit", "kind", "role", "grain")
            ),
            *((name, "varchar") for name in ("dimensions", "requires", "saved_queries", "unavailable_because")),
            ("is_available", "boolean"),
        )
        return columns, [self._catalogue_row(metric, used) for _, metric in sorted(self.layer.metrics.items())]

    def _catalogue_row(self, metric: MetricDefinition, used: dict[str, list[str]]) -> tuple[Any, ...]:
        documented = metric.documentation
        missing = self.layer.missing_sources(metric.name)
        return (
            metric.name,
            metric.label,
            metric.description,
            *(
                documented[key]
                for key in ("formula", "numerator", "denominator", "window", "slice_rule", "owner", "source")
            ),
            metric.unit,
            metric.kind,
            metric.role,
            self.layer.own_grain(metric.name),
            ", ".join(self.layer.dimensions(metric.name)),
            ", ".join(
                [*metric.requires, *([f"one of {' / '.join(metric.requires_any)}"] if metric.requires_any else [])]
            ),
            ", ".join(sorted(used.get(metric.name, ()))),
            f"not connected: {', '.join(missing)}" if missing else None,
            not missing,
        )

    def _source_status(self) -> tuple[tuple[tuple[str, str], ...], list[tuple[Any, ...]]]:
        feeds: dict[str, list[str]] = {name: [] for name in self.layer.connected}
        for name, metric in sorted(self.layer.metrics.items()):
            for source in (*metric.requires, *metric.requires_any) if metric.role == "metric" else ():
                feeds.setdefault(source, []).append(name)
        rows = [
            (name, self.layer.connected.get(name, False), ", ".join(names)) for name, names in sorted(feeds.items())
        ]
        return (("object", "varchar"), ("is_connected", "boolean"), ("feeds", "varchar")), rows

    # Files and tables

    def _write(self, name: str, columns: tuple[tuple[str, str], ...], rows: Sequence[tuple[Any, ...]]) -> ExportResult:
        return self.as_table(self._file(name, columns, rows, None))

    def _file(
        self, name: str, columns: tuple[tuple[str, str], ...], rows: Sequence[tuple[Any, ...]], schema: str | None
    ) -> ExportResult:
        """Parquet under the build's exports, replaced as a whole."""
        folder = self.layer.paths.exports
        folder.mkdir(parents=True, exist_ok=True)
        path, partial = folder / f"{name}.parquet", folder / f".{name}.parquet.part"
        create_table(self.memory, "exported", dict(columns), rows)
        self.memory.execute(f"copy exported to {literal(str(partial))} (format parquet, compression zstd)")
        partial.replace(path)
        table = f"{schema or self.settings.export_schema}.{name}"
        return ExportResult(table, path, tuple(column for column, _ in columns), len(rows))


def label_of(value: Any, settings: LayerSettings) -> str:
    """How an export writes a dimension's value."""
    if value is None:
        return settings.empty_label
    # A company may call a team or a region what we call the total.
    return f"{value} (name)" if value == settings.total_label else str(value)


def subsets(query: SavedQueryDefinition) -> list[tuple[str, ...]]:
    """The dimensions that a saved query is run by: its own, with `rollup` every subset of them, with `filters` those
    in which at most one group is chosen from."""
    if not query.rollup:
        return [query.by]
    every = [subset for size in range(len(query.by) + 1) for subset in combinations(query.by, size)]
    return [subset for subset in every if sum(not set(group).isdisjoint(subset) for group in query.filters) <= 1]


def _difference(value: Any, before: Any) -> Any:
    if value is None or before is None:
        return None
    if isinstance(value, Decimal) or isinstance(before, Decimal):
        return Decimal(value) - Decimal(before)
    return value - before
