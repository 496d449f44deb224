"""What the layer has to be told about a project: where its artifacts lie, its calendar, its sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lib.semantic.periods import end_of, start_of

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class LayerPaths:
    """Files that the layer reads and writes.

    `build_dir` is the build that the warehouse belongs to; exports are written to `exports`.
    `manifest` (dbt's whole manifest) is read only by exports. `compiled`, when given, keeps compiled statements.
    """

    warehouse: Path
    semantic_manifest: Path
    manifest: Path
    build_dir: Path
    exports: Path
    compiled: Path | None = None


@dataclass(frozen=True)
class Calendar:
    """What the build covers: first day of data, last day seen, last month-end that is closed (None: none yet)."""

    first_on: dt.date | None
    as_of: dt.date
    last_closed_on: dt.date | None

    def last_day(self, own_grain: str) -> dt.date | None:
        """Last day known for a metric: month-end metrics stop at the last closed month, others at `as_of`."""
        return self.as_of if own_grain in ("day", "week") else self.last_closed_on

    def last_complete(self, grain: str) -> dt.date | None:
        """First day of the last period of `grain` that is over; of months the last closed one (None: none yet)."""
        if self.first_on is None:
            return None
        if grain == "month":
            return start_of(self.last_closed_on, grain) if self.last_closed_on else None
        period = start_of(self.as_of, grain)
        return period if end_of(period, grain) <= self.as_of else start_of(period - dt.timedelta(days=1), grain)


@dataclass(frozen=True)
class TableExport:
    """A table beside the saved queries' own, copied from one SQL statement over the build.

    `metrics`: what the statement finds in the relation `{metrics}`, one row per month (`metric_time`, then each
    metric in total). So a table can build on metrics without computing them a second time.
    """

    name: str
    sql: str
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComputedExport:
    """A table beside the saved queries' own that no SQL can give: `rows` computes it from the build's warehouse.

    `columns`: names and DuckDB types.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: Callable[[duckdb.DuckDBPyConnection], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class LayerSettings:
    """One project's facts, as SQL over the warehouse. `{build_dir}` in a statement is the build's directory.

    `calendar_sql`: one row (first_on, as_of, last_closed_on). `sources_sql`: rows (object, is_connected).
    `cube_dimension`, `cube_value`: the key columns of precomputed metrics, and `cube_total` the key of their total.
    `empty_label` stands for a missing dimension value in exports, `total_label` for a rolled-up one.
    """

    calendar_sql: str
    sources_sql: str
    table_exports: tuple[TableExport, ...] = ()
    computed_exports: tuple[ComputedExport, ...] = ()
    cube_dimension: str = "dimension"
    cube_value: str = "dimension_value"
    cube_total: str = "total"
    export_schema: str = "metrics"
    total_label: str = "All"
    empty_label: str = "none"

    @property
    def own_tables(self) -> list[str]:
        """Names of the project's own tables beside those of the saved queries."""
        return [*(table.name for table in self.table_exports), *(table.name for table in self.computed_exports)]
