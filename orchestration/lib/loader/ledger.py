"""The load ledger: one manifest row per file and content that arrived."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime

import duckdb

from orchestration.lib.contracts import MANIFEST_COLUMNS
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.loader.zone import RawZone, write_table

REPLAYED = "replayed"


@dataclass(frozen=True)
class LoadRecord:
    """What became of one file. ``rows_arrived = rows_loaded + rows_duplicate + rows_quarantined``.

    ``status``: ``loaded``; ``quarantined`` (the whole file, with ``reason``); ``duplicate_file``
    (the same bytes were loaded before from another path); ``replayed`` (rows of an earlier load's
    quarantine, mended; ``file`` is the one they had come in). Times are UTC. ``rows_late`` is null
    outside a ``delivered=`` folder. ``columns_seen``, ``extra_columns`` (unknown to the contract)
    and ``missing_columns`` (optional ones that the file lacks) are JSON lists.
    """

    load_id: str
    source: str
    connector: str
    object: str
    file: str
    file_hash: str
    bytes: int
    known_at: datetime
    loaded_at: datetime
    status: str
    rows_arrived: int = 0
    rows_loaded: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    rows_withdrawn: int = 0
    rows_late: int | None = None
    columns_seen: str | None = None
    extra_columns: str | None = None
    missing_columns: str | None = None
    reason: str | None = None
    detail: str | None = None


_FIELDS = [field.name for field in fields(LoadRecord)]


class Ledger:
    """The manifest in memory; what is added is on disk before ``add`` returns."""

    def __init__(self, zone: RawZone, connection: duckdb.DuckDBPyConnection) -> None:
        self._zone = zone
        self._connection = connection
        names = ", ".join(identifier(name) for name in _FIELDS)
        rows = connection.execute(f"select {names} from {zone.loads_relation()} order by load_id").fetchall()
        self.records = [LoadRecord(**dict(zip(_FIELDS, row, strict=True))) for row in rows]

    def next_load_id(self, content_hash: str) -> str:
        """Ids sort in the order of loading; the hash ties each to its content."""
        last = int(self.records[-1].load_id.split("-")[0]) if self.records else 0
        return f"{last + 1:06d}-{content_hash[:12]}"

    def of_object(self, source: str, object_name: str) -> list[LoadRecord]:
        return [record for record in self.records if record.source == source and record.object == object_name]

    def add(self, record: LoadRecord) -> None:
        """Commits a load: its manifest file is the last one written, so that it is whole or absent."""
        values = asdict(record)
        columns = ", ".join(
            f"cast({_sql(values[name])} as {kind}) as {identifier(name)}" for name, kind in MANIFEST_COLUMNS.items()
        )
        write_table(self._connection, f"select {columns}", self._zone.manifest_file(record.load_id))
        self.records.append(record)


def _sql(value: object) -> str:
    return "null" if value is None else literal(str(value))
