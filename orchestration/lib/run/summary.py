"""What a run tells its user at the end: rows per object, what was quarantined and why, time per step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
            from read_parquet(?, union_by_name = true)
            group by all
            order by connector = 'policy', connector, object
            """,
            raw / "_loads" / "*.parquet",
        )
    ]


def quarantined(raw: Path) -> list[Quarantined]:
    """Quarantined rows per object and reason. Source: `raw/_quarantine`."""
    return [
        Quarantined(*row)
        for row in _query(
            """
            select connector, object, reason, count(*)::bigint,
                min(file || case when row_number is null then '' else ', row ' || row_number end)
            from read_parquet(?, union_by_name = true)
            group by all
            order by connector, object, reason
            """,
            raw / "_quarantine" / "**" / "*.parquet",
        )
    ]


def _query(sql: str, files: Path) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        try:
            return connection.execute(sql, [str(files)]).fetchall()
        except duckdb.IOException:  # nothing was loaded yet
            return []
