"""Rows of Python as rows of a DuckDB table."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import orjson

from orchestration.lib.contracts.sql import identifier, literal


def insert_rows(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]
) -> None:
    """Appends rows to ``table`` (quoted as SQL wants it) in their order; ``columns``: its names with their types.

    Values are None, bool, int, float (null where not finite), Decimal, date, datetime or text, one per column. They go
    through a file of JSON lines, which DuckDB reads many times faster than it binds parameters. Raises `ValueError` for
    a row of another width, `duckdb.Error` for a value that is not of its type.
    """
    names = tuple(columns)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.ndjson"
        with file.open("wb") as lines:
            for row in rows:
                cells = dict(zip(names, row, strict=True))
                lines.write(orjson.dumps(cells, default=str, option=orjson.OPT_APPEND_NEWLINE))
        kinds = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns.items())
        connection.execute(
            f"insert into {table} select {', '.join(map(identifier, names))} from "
            f"read_json({literal(str(file))}, format = 'newline_delimited', columns = {{{kinds}}})"
        )


def create_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    rows: Iterable[Sequence[Any]],
    *,
    temporary: bool = False,
) -> None:
    """Makes ``table`` anew of the rows; see `insert_rows`."""
    declared = ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())
    kind = "temporary table" if temporary else "table"
    connection.execute(f"create or replace {kind} {table} ({declared})")
    insert_rows(connection, table, columns, rows)
