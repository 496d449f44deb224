"""What a run tells its user at the end: rows per object, what was quarantined and why, time per step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb


@dataclass(frozen=True)
class ObjectRows:
    """Rows of one object over all loads so far. arrived = loaded + duplicate + quarantined."""

    connector: str
    object: str
    files: int
    arrived: int
    loaded: int
    duplicate: int
    quarantined: int


@dataclass(frozen=True)
class Quarantined:
    """Rows set aside for one reason, with one example."""

    connector: str
    object: str
    reason: str
    rows: int
    example: str


def object_rows(raw: Path) -> list[ObjectRows]:
    """Totals of the load ledger per object. Source: `raw/_loads`."""
    return [
        ObjectRows(*row)
        for row in _query(
            """
            select connector, object, count(distinct file)::int, coalesce(sum(rows_arrived), 0)::bigint,
                coalesce(sum(rows_loaded), 0)::bigint, coalesce(sum(rows_duplicate), 0)::bigint,
                coalesce(sum(rows_quarantined), 0)::bigint
            from read_parquet($files, union_by_name = true)
            group by connector, object
            order by connector = 'policy', connector, object
            """,
            {"files": str(raw / "_loads" / "*.parquet")},
        )
    ]


def quarantined(raw: Path, examples: int = 1) -> list[Quarantined]:
    """Quarantined rows per object and reason, with up to `examples` places. Source: `raw/_quarantine`."""
    return [
        Quarantined(*row)
        for row in _query(
            """
            with named as (
                select connector, object, reason,
                    file || case when row_number is null then '' else ', row ' || row_number end as place
                from read_parquet($files, union_by_name = true)
            )
            select connector, object, reason, count(*)::bigint,
                array_to_string(list_slice(list_sort(list(place)), 1, $examples), '; ')
            from named
            group by all
            order by connector, object, reason
            """,
            {"files": str(raw / "_quarantine" / "**" / "*.parquet"), "examples": examples},
        )
    ]


def quarantined_rows(raw: Path, connector: str, examples: int) -> dict[str, list[Quarantined]]:
    """The same for one connector, by object."""
    found: dict[str, list[Quarantined]] = {}
    for entry in quarantined(raw, examples):
        if entry.connector == connector:
            found.setdefault(entry.object, []).append(entry)
    return found


def _query(sql: str, values: dict[str, object]) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        try:
            rows: list[tuple[Any, ...]] = connection.execute(sql, values).fetchall()
        except duckdb.IOException:  # nothing was loaded yet
            rows = []
    return rows
