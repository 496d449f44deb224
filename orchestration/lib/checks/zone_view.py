"""The raw zone as it was known at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.config import Config
from orchestration.lib.contracts import ObjectContract, load_connectors
from orchestration.lib.contracts.sql import identifier, literal, typed_column
from orchestration.lib.loader.versions import timestamp
from orchestration.lib.loader.zone import RawZone


class ZoneView:
    """SQL relations over the raw zone, masked by ``known_at``."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, zone: RawZone, known_at: datetime) -> None:
        self._connection = connection
        self.zone = zone
        self._known_at = timestamp(known_at)

    def rows(self, query: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._connection.execute(query, values or {}).fetchall()
        return found

    def scalar(self, query: str) -> Any:
        row = self._connection.execute(query).fetchone()
        return row[0] if row else None

    def loads(self) -> str:
        return f"(select * from {self.zone.loads_relation()} where known_at <= {self._known_at})"

    def quarantine(self) -> str:
        return f"(select * from {self.zone.quarantine_relation()} where known_at <= {self._known_at})"

    def latest(self, source: str, connector: str, object_name: str) -> str:
        """The current version of each record of an object, withdrawn ones left out."""
        contract = load_connectors()[connector].objects[object_name]
        key = ", ".join(f"trim({identifier(name)})" for name in contract.key)
        version = typed_column(contract.version, contract.columns[contract.version]) if contract.version else "null"
        return (
            f"(select * from (select * from {self.zone.object_relation(connector, object_name)} "
            f"where _source = {literal(source)} and _known_at <= {self._known_at} "
            f"qualify row_number() over (partition by {key} order by cast({version} as timestamp) desc nulls last, "
            f"_known_at desc, _load_id desc, _row_number desc nulls last) = 1) where not _is_withdrawn)"
        )

    def objects(self, config: Config, canonical: Sequence[str]) -> Iterator[tuple[str, str, str, ObjectContract]]:
        """(source, connector, object, contract) of every configured object that feeds these canonical ones."""
        connectors = load_connectors()
        for name, source in config.sources.items():
            for object_name, contract in connectors[source.connector].objects.items():
                if contract.canonical in canonical:
                    yield name, source.connector, object_name, contract


def relative_to_config(config: Config, path: Path) -> str:
    """A path as the reader of the configuration would write it."""
    folder = config.file.parent
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
