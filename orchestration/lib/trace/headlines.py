"""The headline numbers of the pages, taken apart when they are published: row by row, and made again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import duckdb

from orchestration.lib.contracts.sql import identifier
from orchestration.lib.dbt.compiled_models import COMPILED_MODELS
from orchestration.lib.home import Home
from orchestration.lib.insert import create_table
from orchestration.lib.semantic import SemanticLayer
from orchestration.lib.semantic.postsale import building_paths
from orchestration.lib.trace.question import Question
from orchestration.lib.trace.report import verdict
from orchestration.lib.trace.tracer import Trace, Tracer

Progress = Callable[[str], None]

# A page lists no more rows and ranges of each number than these, the weightiest role first; `postsale trace` has all.
SHOWN_ROWS = 5000

NUMBER = (("metric", "varchar"), ("grain", "varchar"), ("metric_time", "date"))
TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    "headline": (
        *NUMBER,
        *(("value", "double"), ("recomputed", "double"), ("method", "varchar"), ("reconciles", "boolean")),
        *(("verdict", "varchar"), ("fact_rows", "bigint"), ("raw_rows", "bigint"), ("listed_rows", "bigint")),
    ),
    "headline_fact": (
        *NUMBER,
        *(("side", "varchar"), ("side_metric", "varchar"), ("fact", "varchar"), ("fact_id", "varchar")),
        *(("account_id", "varchar"), ("fact_on", "date"), ("contribution", "double"), ("share", "double")),
    ),
    "headline_source": (
        *NUMBER,
        *(("role", "varchar"), ("source", "varchar"), ("object", "varchar"), ("file", "varchar")),
        *(("row_from", "bigint"), ("row_to", "bigint"), ("row_count", "bigint"), ("row_hash", "varchar")),
        *(("load_id", "varchar"), ("loaded_at", "timestamp")),
    ),
}


def record_headlines(home: Home, on_progress: Progress = lambda _: None) -> dict[str, tuple[bool, str]]:
    """Trace the headline numbers of the build under way and write `audit.headline*` into its warehouse.

    A headline is a metric that a saved query names in `config.meta.headlines`: its total of the last complete period.
    Returns by metric whether it reconciles, and the verdict. A number that does not reconcile, or could not be traced
    at all, is written too and says so: it is published either way, and nobody is told that it was checked.
    """
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
    verdicts = {}
    # A part of a build, chosen in the Dagster UI over a cleaned dbt target, has no models to make anything again by.
    if (home.next / COMPILED_MODELS).exists():
        with Tracer(home, building_paths(home)) as tracer:
            for question in headline_questions(tracer.layer):
                on_progress(f"headlines: {question.metric}")
                value = tracer.value(question)
                try:
                    trace = tracer.trace(question, raw_limit=SHOWN_ROWS)
                except Exception as error:
                    words = f"could not be traced: {next(iter(str(error).splitlines()), '') or repr(error)}"
                    verdicts[question.metric] = (False, words)
                    rows["headline"].append((*_number(question), _float(value), None, None, False, words, 0, 0, 0))
                    continue
                verdicts[question.metric] = (trace.reconciles, verdict(trace))
                for name in TABLES:
                    rows[name] += _rows(name, trace)
    with duckdb.connect(str(home.next / "warehouse.duckdb")) as warehouse:
        for name, columns in TABLES.items():
            _write(warehouse, name, columns, rows[name])
    return verdicts


def headline_questions(layer: SemanticLayer) -> list[Question]:
    """Each headline metric with its last complete period, in the order of the saved queries; none before the first."""
    questions = []
    for query in layer.saved_queries.values():
        if query.grain is not None and (last := layer.calendar.last_complete(query.grain)) is not None:
            questions += [Question(metric, last, query.grain) for metric in query.headlines]
    return questions


def _rows(table: str, trace: Trace) -> Iterator[tuple[Any, ...]]:
    number = _number(trace.question)
    if table == "headline":
        made = trace.recomputation
        yield (
            *number,
            *(_float(trace.value), _float(made.value) if made else None, made.method if made else None),
            *(trace.reconciles, verdict(trace), sum(len(side.rows) for side in trace.sides)),
            *(sum(trace.raw_counts.values()), len(trace.raw_rows)),
        )
    elif table == "headline_fact":
        for side in trace.sides:
            for row in side.rows:
                yield (
                    *number,
                    *(side.side.name, side.side.metric, row.fact, row.fact_id),
                    *(row.account_id, row.on, _float(row.contribution), row.share),
                )
    else:
        for raw in trace.raw_rows:
            yield (
                *number,
                *(raw.role, raw.source, raw.object, raw.file, raw.row_from, raw.row_to, raw.row_count),
                *(raw.row_hash, raw.load_id, raw.loaded_at),
            )


def _number(question: Question) -> tuple[Any, ...]:
    return (question.metric, question.grain, question.period)


def _float(value: Any) -> float | None:
    """For a page; the ledger keeps every digit."""
    return None if value is None else float(value)


def _write(
    warehouse: duckdb.DuckDBPyConnection,
    name: str,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    table = f"audit.{identifier(name)}"
    warehouse.execute("create schema if not exists audit")
    create_table(warehouse, table, dict(columns), rows)
