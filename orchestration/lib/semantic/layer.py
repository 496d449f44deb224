"""The semantic layer over one warehouse: any metric, by any dimension, at any grain."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.lib.errors import UsageError
from orchestration.lib.semantic.compiled import CompiledMetrics
from orchestration.lib.semantic.definitions import SavedQueryDefinition, read_metrics, read_saved_queries
from orchestration.lib.semantic.periods import GRAINS, end_of, finer, next_start, period_starts, start_of
from orchestration.lib.semantic.predicates import (
    Predicate,
    dimensions_of,
    literal,
    parse_predicate,
    pins_one_value,
    render,
)
from orchestration.lib.semantic.settings import Calendar, LayerPaths, LayerSettings

if TYPE_CHECKING:
    from pathlib import Path

    from orchestration.lib.semantic.exports import Exporter, ExportResult

Key = tuple[Any, ...]


@dataclass(frozen=True)
class QueryResult:
    """Rows ascending by time, then dimensions.

    `columns`: `metric_time`, the dimensions, the metrics, and `is_complete` at quarter and year grain.
    Values: dates, text, exact decimals for sums, floats for ratios, None for null.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    metrics: tuple[str, ...]
    by: tuple[str, ...]
    grain: str | None

    def records(self) -> list[dict[str, Any]]:
        """Rows as JSON values: ISO dates, numbers unrounded, null."""
        return [{name: _json(value) for name, value in zip(self.columns, row, strict=True)} for row in self.rows]


@dataclass(frozen=True)
class CompiledQuery:
    """One statement of a query: what it computes, over which rows.

    `grain` is the grain it returns; when it is finer than the one asked for, `takes` says which of the finer
    periods stands for the coarser one (`last` for stocks, `first` for opening stocks).
    `relations` are the marts it reads; `dimensions` maps short names to the SQL's columns.
    """

    metrics: tuple[str, ...]
    sql: str
    grain: str | None
    takes: str | None
    dimensions: Mapping[str, str]
    relations: tuple[str, ...]


@dataclass(frozen=True)
class _Batch:
    """Metrics that one statement can answer: same dimensions, grain fetched, way to coarser periods, and scan.

    A statement over several scans would be one outer join more and takes MetricFlow longer to plan than its parts.
    """

    grain: str | None
    takes: str | None
    group_by: tuple[str, ...]
    columns: tuple[str | None, ...]
    where: tuple[str, ...]
    sources: tuple[str, ...]


class SemanticLayer:
    """Answers queries over one warehouse and writes exports. Use as a context manager, or `close()` it."""

    def __init__(
        self, paths: LayerPaths, settings: LayerSettings, *, read_only: bool = True, dialect: str = "duckdb"
    ) -> None:
        """Open the warehouse. Raises `UsageError` when it, or the project's semantic manifest, is not there."""
        _must_exist(paths.warehouse, "warehouse")
        self._define(paths, settings, read_only, dialect)
        # dbt qualifies relations with the database's name, which DuckDB takes from the file's: keep it, follow links.
        self.connection = duckdb.connect(str(paths.warehouse.resolve()), read_only=read_only)
        self.connection.execute("set timezone = 'UTC'")

    @classmethod
    def of_definitions(cls, paths: LayerPaths, settings: LayerSettings, *, dialect: str = "duckdb") -> SemanticLayer:
        """A layer without a warehouse: it compiles, and answers nothing."""
        layer = cls.__new__(cls)
        layer._define(paths, settings, True, dialect)
        return layer

    @classmethod
    def over(cls, connection: duckdb.DuckDBPyConnection, paths: LayerPaths, settings: LayerSettings) -> SemanticLayer:
        """A layer over relations that somebody else made, in a database of the warehouse's name."""
        layer = cls.of_definitions(paths, settings)
        layer.connection = connection
        return layer

    def _define(self, paths: LayerPaths, settings: LayerSettings, read_only: bool, dialect: str) -> None:
        _must_exist(paths.semantic_manifest, "semantic manifest")
        self.paths = paths
        self.settings = settings
        self.read_only = read_only
        self.dialect = dialect
        self.metrics = read_metrics(paths.semantic_manifest)

    @classmethod
    def open(cls, place: Any, *, read_only: bool = True) -> SemanticLayer:
        """The layer of a published build (`place` is a state directory) or of explicit `LayerPaths`."""
        from orchestration.lib.semantic.postsale import SETTINGS, published_paths

        paths = place if isinstance(place, LayerPaths) else published_paths(place)
        return cls(paths, SETTINGS, read_only=read_only)

    def __enter__(self) -> SemanticLayer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; a writer also keeps what it compiled."""
        self.connection.close()
        if not self.read_only:
            self.compiler.save()

    # What there is

    @cached_property
    def compiler(self) -> CompiledMetrics:
        """Writes the SQL; MetricFlow itself is imported only for what was not compiled before."""
        return CompiledMetrics(self.paths.semantic_manifest, self.dialect, self.paths.compiled)

    @cached_property
    def calendar(self) -> Calendar:
        """What the build covers."""
        row = self.connection.execute(self.project_sql(self.settings.calendar_sql)).fetchone()
        if row is None or row[1] is None:
            raise UsageError(f"the build at {self.paths.build_dir} does not say its as_of: run it again")
        return Calendar(*(_date(value) for value in row))

    @cached_property
    def connected(self) -> dict[str, bool]:
        """Whether each object that metrics may require has ever delivered rows."""
        rows = self.connection.execute(self.project_sql(self.settings.sources_sql)).fetchall()
        found: dict[str, bool] = {}
        for name, is_connected in rows:
            found[name] = found.get(name, False) or bool(is_connected)
        return found

    @cached_property
    def saved_queries(self) -> dict[str, SavedQueryDefinition]:
        """Saved queries by name."""
        return read_saved_queries(self.paths.semantic_manifest, self.paths.manifest)

    def is_available(self, metric: str) -> bool:
        """Whether every object the metric requires is connected, and one of those of which it requires any."""
        return not self.missing_sources(metric)

    def missing_sources(self, metric: str) -> tuple[str, ...]:
        """Objects the metric requires that are not connected: the reason of its nulls."""
        definition = self.metrics[metric]
        missing = [name for name in definition.requires if not self.connected.get(name, False)]
        if not any(self.connected.get(name, False) for name in definition.requires_any):
            missing += definition.requires_any
        return tuple(missing)

    def own_grain(self, metric: str) -> str:
        """The finest grain at which the metric exists."""
        return self.compiler.own_grain(metric)

    def dimensions(self, metric: str) -> dict[str, str]:
        """Short to qualified names of the dimensions the metric can be sliced by."""
        single = self.metrics[metric].single_dimensions
        if single is None:
            return self.compiler.dimensions(metric)
        column = f"{self.compiler.primary_entity(metric)}__{self.settings.cube_value}"
        return dict.fromkeys(sorted(single), column)

    # Queries

    def query(
        self,
        metrics: Sequence[str],
        by: Sequence[str] = (),
        grain: str = "month",
        since: dt.date | None = None,
        until: dt.date | None = None,
        where: str | None = None,
    ) -> QueryResult:
        """Metrics by dimensions (short names) and period; only the periods that touch `since` to `until`.

        `where` is a condition on dimensions, see `predicates`. A stock at quarter or year grain is its last
        month-end. A sum without rows is 0 from the first contract on; a metric whose source is not
        connected, and a ratio over nothing, is None. Raises `UsageError`.
        """
        metrics, by = self._checked(metrics, by, grain)
        if since is not None and until is not None and since > until:
            raise UsageError(f"--since {since} is after --until {until}")
        return self._compute(metrics, by, grain, since, until, self._predicate(metrics, where))

    def export(self, name: str) -> ExportResult:
        """Run one saved query, or a reference table, and write its Parquet file and, when writable, its table."""
        return self._exporter.export(name)

    def export_all(self, on_progress: Callable[[str], None] | None = None) -> list[ExportResult]:
        """Every export and every reference table."""
        return self._exporter.export_all(on_progress)

    def compile_exports(self) -> None:
        """Compile what the exports run when every source is connected, and keep it with what was kept before."""
        self._exporter.compile_all()
        self.compiler.save()

    def compile_slices(
        self, metrics: Sequence[str], by: Sequence[str], grain: str | None, filters: tuple[str, ...] = ()
    ) -> list[str]:
        """Compile the statements that `slices` would run."""
        return [
            self.compiler.sql(names, batch.group_by, batch.where)
            for batch, names in self._batches(tuple(metrics), tuple(by), grain, None, filters, True).items()
        ]

    def answered_with(
        self,
        wanted: Collection[str],
        metrics: Sequence[str],
        by: Sequence[str],
        grain: str | None,
        filters: tuple[str, ...] = (),
    ) -> tuple[str, ...]:
        """Those of `metrics` that stand in one statement of `slices` with a wanted one: asking for them plans no other
        statements than asking for all."""
        batches = self._batches(tuple(metrics), tuple(by), grain, None, filters, True).values()
        found = {name for names in batches if set(wanted) & set(names) for name in names}
        return tuple(name for name in metrics if name in found)

    def catalogue(self) -> list[dict[str, Any]]:
        """Every metric with its definition, grain, dimensions and whether its sources are connected."""
        return self._exporter.catalogue()

    @cached_property
    def _exporter(self) -> Exporter:
        from orchestration.lib.semantic.exports import Exporter

        return Exporter(self)

    def slices(
        self, metrics: Sequence[str], by: Sequence[str], grain: str | None, filters: tuple[str, ...] = ()
    ) -> QueryResult:
        """For exports: like `query`, but without a period when `grain` is None, with filters as dbt's saved queries
        write them, and with nulls where a precomputed metric has no such slice."""
        return self._compute(tuple(metrics), tuple(by), grain, filters=filters, lenient=True)

    def check(self, metrics: Sequence[str], by: Sequence[str] = (), grain: str = "month") -> None:
        """Raises `UsageError` for a metric, dimension or grain that there is not; plans nothing."""
        self._checked(metrics, by, grain)

    def explain(
        self, metrics: Sequence[str], by: Sequence[str] = (), grain: str = "month", where: str | None = None
    ) -> list[CompiledQuery]:
        """The statements that `query` would run, also for metrics whose source is not connected."""
        metrics, by = self._checked(metrics, by, grain)
        return [
            self._compiled(batch, names, by)
            for batch, names in self._batches(metrics, by, grain, self._predicate(metrics, where), (), False).items()
        ]

    def _checked(
        self, metrics: Sequence[str], by: Sequence[str], grain: str
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if not metrics:
            raise UsageError("name at least one metric")
        metrics = tuple(dict.fromkeys(metrics))
        by = tuple(dict.fromkeys(by))
        for metric in metrics:
            if metric not in self.metrics:
                near = difflib.get_close_matches(metric, self.metrics, n=3, cutoff=0.4)
                hint = f"; did you mean {', '.join(near)}?" if near else ""
                raise UsageError(f"unknown metric {metric!r}{hint}")
        if grain not in GRAINS:
            raise UsageError(f"unknown grain {grain!r}; one of {', '.join(GRAINS)}")
        for metric in metrics:
            own = self.own_grain(metric)
            if finer(grain, own):
                raise UsageError(
                    f"{metric} exists per {own}; --grain {grain} is finer. Use {_or(GRAINS[GRAINS.index(own) :])}"
                )
            for name in by:
                if name not in self.dimensions(metric):
                    raise UsageError(f"{metric} cannot be sliced by {name!r}; dimensions: {self._allowed([metric])}")
            if self.metrics[metric].single_dimensions is not None and len(by) > 1:
                raise UsageError(f"{metric} is precomputed by one dimension at a time; choose one of {_or(by)}")
        return metrics, by

    def _allowed(self, metrics: Iterable[str]) -> str:
        return ", ".join(self._common(metrics)) or "none"

    def _common(self, metrics: Iterable[str]) -> list[str]:
        sets = [set(self.dimensions(metric)) for metric in metrics]
        return sorted(set.intersection(*sets)) if sets else []

    def _predicate(self, metrics: Sequence[str], where: str | None) -> Predicate | None:
        return None if where is None or not where.strip() else parse_predicate(where, self._common(metrics))

    def _batches(
        self,
        metrics: Sequence[str],
        by: Sequence[str],
        grain: str | None,
        predicate: Predicate | None,
        filters: tuple[str, ...],
        lenient: bool,
    ) -> dict[_Batch, tuple[str, ...]]:
        """Metrics grouped by the statement that answers them. `lenient` leaves out what has no such slice."""
        batches: dict[_Batch, tuple[str, ...]] = {}
        for metric in metrics:
            definition = self.metrics[metric]
            own = self.own_grain(metric)
            takes = {"snapshot": "last", "opening": "first"}.get(definition.kind)
            if grain == own:
                takes = None
            fetched = own if takes else grain
            if definition.single_dimensions is None:
                batch = self._plain_batch(metric, by, fetched, takes, predicate, filters)
            else:
                if lenient and (len(by) > 1 or not set(by) <= set(definition.single_dimensions)):
                    continue
                batch = self._cube_batch(metric, by, fetched, takes, predicate)
            batches[batch] = (*batches.get(batch, ()), metric)
        return batches

    def _plain_batch(
        self,
        metric: str,
        by: Sequence[str],
        fetched: str | None,
        takes: str | None,
        predicate: Predicate | None,
        filters: tuple[str, ...],
    ) -> _Batch:
        names = self.dimensions(metric)
        columns = tuple(names[name] for name in by)
        where = filters
        if predicate is not None:
            where = (*filters, render(predicate, lambda name: f"{{{{ Dimension('{names[name]}') }}}}", self._literals))
        return _Batch(fetched, takes, (*_time(fetched), *columns), columns, where, self.compiler.sources(metric))

    def _cube_batch(
        self, metric: str, by: Sequence[str], fetched: str | None, takes: str | None, predicate: Predicate | None
    ) -> _Batch:
        """A precomputed metric: the rows of its cube for one dimension, or for the total."""
        entity = self.compiler.primary_entity(metric)
        key = f"{{{{ Dimension('{entity}__{self.settings.cube_dimension}') }}}}"
        value = f"{{{{ Dimension('{entity}__{self.settings.cube_value}') }}}}"
        filtered = set(dimensions_of(predicate)) if predicate is not None else set()
        used = sorted({*by, *filtered})
        if len(used) > 1:
            raise UsageError(
                f"{metric} is precomputed by one dimension at a time, not by {' and '.join(used)} together"
            )
        if predicate is not None and not by and not pins_one_value(predicate):
            raise UsageError(f"{metric} cannot be combined over several values of {used[0]}; add --by {used[0]}")
        where = [f"{key} = {literal(used[0] if used else self.settings.cube_total, self._literals)}"]
        if predicate is not None:
            where.append(render(predicate, lambda _: value, self._literals))
        columns = tuple(f"{entity}__{self.settings.cube_value}" for _ in by)
        return _Batch(fetched, takes, (*_time(fetched), *columns), columns, tuple(where), self.compiler.sources(metric))

    @property
    def _literals(self) -> str:
        return "databricks" if self.dialect == "spark" else self.dialect

    def _compiled(self, batch: _Batch, metrics: tuple[str, ...], by: Sequence[str]) -> CompiledQuery:
        relations = dict.fromkeys(name for metric in metrics for name in self.compiler.relations(metric))
        return CompiledQuery(
            metrics=metrics,
            sql=self.compiler.sql(metrics, batch.group_by, batch.where),
            grain=batch.grain,
            takes=batch.takes,
            dimensions={name: column for name, column in zip(by, batch.columns, strict=True) if column},
            relations=tuple(relations),
        )

    def _compute(
        self,
        metrics: tuple[str, ...],
        by: tuple[str, ...],
        grain: str | None,
        since: dt.date | None = None,
        until: dt.date | None = None,
        predicate: Predicate | None = None,
        filters: tuple[str, ...] = (),
        lenient: bool = False,
    ) -> QueryResult:
        available = [metric for metric in metrics if self.is_available(metric)]
        values: dict[Key, dict[dt.date | None, dict[str, Any]]] = {} if by else {(): {}}
        for batch, names in self._batches(available, by, grain, predicate, filters, lenient).items():
            for slice_key, period, is_chosen, row in self._fetch(batch, names, grain):
                if any(value is not None for value in row.values()):
                    # A slice counts as seen even when the month that stands for the period has no row of it.
                    values.setdefault(slice_key, {})
                if is_chosen and slice_key in values:
                    values[slice_key].setdefault(period, {}).update(row)
        periods, reach = self._periods(metrics, grain, values)
        columns = (*(("metric_time",) if grain else ()), *by, *metrics)
        marks = grain in ("quarter", "year")
        rows: list[tuple[Any, ...]] = []
        for slice_key, found in values.items():
            for period in periods:
                if period is not None and grain is not None and not _touches(period, grain, since, until):
                    continue
                row = found.get(period, {})
                cells = [
                    row[metric] if row.get(metric) is not None else self._empty(metric, period in reach[metric])
                    for metric in metrics
                ]
                if not row and not any(period in reach[metric] for metric in metrics):
                    continue
                head = (*((period,) if grain else ()), *slice_key)
                tail = (end_of(period, grain) <= self.calendar.as_of,) if marks and period and grain else ()
                rows.append((*head, *cells, *tail))
        if marks:
            columns = (*columns, "is_complete")
        width = len(by) + (1 if grain else 0)
        rows.sort(key=lambda row: tuple((value is None, value if value is not None else "") for value in row[:width]))
        return QueryResult(columns, rows, metrics, by, grain)

    def _empty(self, metric: str, reached: bool) -> Any:
        """What a metric holds where no row speaks: 0 for connected sums inside their time, else null."""
        definition = self.metrics[metric]
        if definition.empty is None or not reached or not self.is_available(metric):
            return None
        return Decimal(0) if definition.unit in ("currency", "hours") else definition.empty

    def _fetch(
        self, batch: _Batch, metrics: tuple[str, ...], grain: str | None
    ) -> Iterable[tuple[Key, dt.date | None, bool, dict[str, Any]]]:
        """Rows of one statement: slice, first day of the period asked for, whether the row stands for it, values."""
        cursor = self.connection.execute(self.compiler.sql(metrics, batch.group_by, batch.where))
        names = [column[0] for column in cursor.description]
        time = names.index(f"metric_time__{batch.grain}") if batch.grain else None
        keys = [names.index(column) for column in batch.columns if column]
        cells = [(metric, names.index(metric)) for metric in metrics]
        for row in cursor.fetchall():
            period: dt.date | None = None
            is_chosen = True
            if time is not None:
                if row[time] is None:
                    continue
                period = _date(row[time])
                if batch.takes:
                    is_chosen, period = self._standing_in(period, batch.grain or "", grain, batch.takes)
            cell = {metric: row[index] for metric, index in cells}
            yield tuple(row[index] for index in keys), period, is_chosen, cell

    def _standing_in(self, fetched: dt.date, own: str, grain: str | None, takes: str) -> tuple[bool, dt.date | None]:
        """Whether the period `fetched` of grain `own` stands for the coarser period around it, and that period.

        Decided from the calendar and not from the rows: a slice that vanished before the period's end must
        not show its last value as the period's.
        """
        last_day = self.calendar.last_day(own) or fetched
        first_day = min(self.calendar.first_on or fetched, fetched)
        period = start_of(fetched, grain) if grain else None
        if takes == "last":
            end = min(end_of(fetched, grain), last_day) if grain else last_day
            return fetched == start_of(end, own), period
        begin = max(period, start_of(first_day, own)) if period else start_of(first_day, own)
        return fetched == begin, period

    def _periods(
        self, metrics: Sequence[str], grain: str | None, values: Mapping[Key, Mapping[dt.date | None, Any]]
    ) -> tuple[list[dt.date | None], dict[str, set[dt.date | None]]]:
        """All periods of the answer ascending, and per metric those in which an absent row means nothing happened."""
        if grain is None:
            return [None], {metric: {None} for metric in metrics}
        first = self.calendar.first_on
        reach: dict[str, set[dt.date | None]] = {}
        for metric in metrics:
            last = self.calendar.last_day(self.own_grain(metric))
            reach[metric] = set(period_starts(first, last, grain)) if first and last else set()
        seen = {period for rows in values.values() for period in rows}
        every = seen.union(*reach.values())
        return sorted(every, key=lambda period: period or dt.date.min), reach

    def project_sql(self, sql: str) -> str:
        """A statement of the settings with the build's directory filled in."""
        return sql.replace("{build_dir}", str(self.paths.build_dir).replace("'", "''"))


def _must_exist(path: Path, what: str) -> None:
    if not path.exists():
        raise UsageError(f"no {what} at {path}: build it first")


def _touches(period: dt.date, grain: str, since: dt.date | None, until: dt.date | None) -> bool:
    return (since is None or next_start(period, grain) > since) and (until is None or period <= until)


def _time(grain: str | None) -> tuple[str, ...]:
    return (f"metric_time__{grain}",) if grain else ()


def _date(value: Any) -> Any:
    return value.date() if isinstance(value, dt.datetime) else value


def _json(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _or(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else list(names))
