"""The raw zone on disk: where things lie, how they are written, how a killed run is cleared away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.lib.contracts import (
    MANIFEST_COLUMNS,
    QUARANTINE_COLUMNS,
    REPLAY_COLUMNS,
    Connector,
    load_connectors,
    raw_columns,
)
from orchestration.lib.contracts.columns import ERASURE_COLUMNS
from orchestration.lib.contracts.sql import identifier, literal

EMPTY = "_empty.parquet"
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class RawZone:
    """Paths below ``<home>/raw``."""

    root: Path

    @classmethod
    def of(cls, home: Path) -> RawZone:
        return cls(Path(home) / "raw")

    @property
    def loads(self) -> Path:
        return self.root / "_loads"

    @property
    def quarantine(self) -> Path:
        return self.root / "_quarantine"

    @property
    def replays(self) -> Path:
        return self.root / "_replays"

    @property
    def erasures(self) -> Path:
        """Who was erased, by pseudonym, and in which files; not the loader's."""
        return self.root / "_erasures"

    @property
    def tombstones(self) -> Path:
        """By what an erased person is recognized."""
        return self.erasures / "tombstones.json"

    def unfinished_erasure(self, pseudonym: str) -> Path:
        """Is there from the first change that an erasure makes to the last."""
        return self.erasures / f"{pseudonym}.begun"

    def object_folder(self, connector: str, name: str) -> Path:
        return self.root / connector / name

    def data_file(self, connector: str, name: str, load_id: str, load_date: str, part: int | None) -> Path:
        suffix = "" if part is None else f"-{part:04d}"
        return self.object_folder(connector, name) / f"load_date={load_date}" / f"{load_id}{suffix}.parquet"

    def quarantine_file(self, connector: str, name: str, load_id: str) -> Path:
        return self.quarantine / connector / name / f"{load_id}.parquet"

    def replay_file(self, load_id: str) -> Path:
        return self.replays / f"{load_id}.parquet"

    def manifest_file(self, load_id: str) -> Path:
        return self.loads / f"{load_id}.parquet"

    def object_glob(self, connector: str, name: str) -> str:
        return str(self.object_folder(connector, name) / "**" / "*.parquet")

    def object_relation(self, connector: str, name: str) -> str:
        """SQL of the object's raw rows, zero-row table included."""
        return _parquet(self.object_glob(connector, name))

    def loads_relation(self) -> str:
        return _parquet(str(self.loads / "*.parquet"))

    def quarantine_relation(self) -> str:
        return _parquet(str(self.quarantine / "**" / "*.parquet"))

    def replays_relation(self) -> str:
        """SQL of the links from quarantined rows to the loads that replayed them; empty before there is any."""
        return _ledger(self.replays, REPLAY_COLUMNS)

    def erasures_relation(self) -> str:
        """SQL of the files that erasures changed; empty before there is any."""
        return _ledger(self.erasures, ERASURE_COLUMNS)


def _ledger(folder: Path, columns: dict[str, str]) -> str:
    if not any(folder.glob("*.parquet")):
        return f"({empty_table(columns)})"
    return _parquet(str(folder / "*.parquet"))


def _parquet(pattern: str) -> str:
    return f"read_parquet({literal(pattern)}, union_by_name=true, hive_partitioning=false)"


def publish_file(finished: Path) -> Path:
    """Gives a file written under an unfinished name its final one, atomically; returns the final path."""
    final = finished.with_name(finished.name.removesuffix(UNFINISHED))
    finished.replace(final)
    return final


def unfinished(final: Path) -> Path:
    """The name under which ``final`` is written first; no reader's pattern matches it."""
    final.parent.mkdir(parents=True, exist_ok=True)
    return final.with_name(final.name + UNFINISHED)


def write_table(connection: duckdb.DuckDBPyConnection, query: str, final: Path) -> None:
    """Writes a query's rows as Parquet under an unfinished name and publishes the file."""
    target = unfinished(final)
    connection.execute(f"copy ({query}) to {literal(str(target))} (format parquet, compression zstd)")
    publish_file(target)


def clear_unfinished(zone: RawZone) -> list[Path]:
    """Removes what a killed run left: unfinished files, and files of a load without a manifest.

    The manifest is written last, so a load without one never happened. Returns the removed paths.
    """
    if not zone.root.is_dir():
        return []
    committed = {file.stem for file in zone.loads.glob("*.parquet")}
    removed: list[Path] = []
    for folder, _, names in os.walk(zone.root):
        if Path(folder) in (zone.loads, zone.erasures):
            doomed = [name for name in names if name.endswith(UNFINISHED)]
        else:
            doomed = [
                name
                for name in names
                if name.endswith(UNFINISHED)
                or (name.endswith(".parquet") and name != EMPTY and _load_id(name) not in committed)
            ]
        for name in doomed:
            path = Path(folder) / name
            path.unlink(missing_ok=True)
            removed.append(path)
    return removed


def _load_id(file_name: str) -> str:
    """``000001-<hash>`` of ``000001-<hash>.parquet`` and of its parts ``000001-<hash>-0001.parquet``."""
    return "-".join(file_name.removesuffix(".parquet").split("-")[:2])


def prepare_raw_zone(home: Path, connectors: dict[str, Connector] | None = None) -> RawZone:
    """Makes ``<home>/raw`` ready to be read and loaded into.

    Clears what a killed run left, and writes a zero-row Parquet with the full contract for every
    declared object, for the manifest and for the quarantine, where it is absent or out of date.
    """
    zone = RawZone.of(home)
    zone.loads.mkdir(parents=True, exist_ok=True)
    zone.quarantine.mkdir(parents=True, exist_ok=True)
    clear_unfinished(zone)
    wanted: dict[Path, dict[str, str]] = {
        zone.loads / EMPTY: MANIFEST_COLUMNS,
        zone.quarantine / EMPTY: QUARANTINE_COLUMNS,
        zone.replays / EMPTY: REPLAY_COLUMNS,
        zone.erasures / EMPTY: ERASURE_COLUMNS,
    }
    for name, connector in (connectors or load_connectors()).items():
        for object_name, contract in connector.objects.items():
            wanted[zone.object_folder(name, object_name) / EMPTY] = raw_columns(contract)
    with session() as connection:
        present = _schemas(connection, [path for path in wanted if path.is_file()])
        for path, columns in wanted.items():
            if present.get(str(path)) != list(columns):
                write_table(connection, empty_table(columns), path)
    return zone


def _schemas(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> dict[str, list[str]]:
    if not files:
        return {}
    rows = connection.execute(
        "select file_name, list(name order by row_number) from ("
        "  select file_name, name, type, row_number() over () as row_number from parquet_schema($files)"
        ") where type is not null group by file_name",
        {"files": [str(file) for file in files]},
    ).fetchall()
    return {str(file_name): list(names) for file_name, names in rows}


def empty_table(columns: dict[str, str]) -> str:
    """SQL of a relation with these columns and no rows."""
    casts = ", ".join(f"cast(null as {kind}) as {identifier(name)}" for name, kind in columns.items())
    return f"select {casts} where false"


@contextmanager
def session(scratch: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB connection in UTC; ``scratch`` is where it may spill."""
    connection = duckdb.connect()
    try:
        connection.execute("set TimeZone = 'UTC'")
        limit = os.environ.get("POSTSALE_MEMORY_LIMIT", "4GB")
        connection.execute(f"set memory_limit = {literal(limit)}")
        if scratch is not None:
            connection.execute(f"set temp_directory = {literal(str(scratch))}")
        yield connection
    finally:
        connection.close()
