"""The raw zone against its own manifest: nothing that was loaded may be gone, nor more or less than was loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.lib.contracts.sql import literal
from orchestration.lib.loader.ledger import Ledger, LoadRecord
from orchestration.lib.loader.zone import EMPTY, RawZone, session


@dataclass(frozen=True)
class BrokenLoad:
    """A load whose rows are not what its manifest says. ``file`` is the landing file that it came from."""

    load_id: str
    source: str
    object: str
    file: str
    problem: str
    mend: str

    def __str__(self) -> str:
        return f"load {self.load_id} of {self.source} {self.file}: {self.problem}; {self.mend}"


def broken_loads(home: Path) -> list[BrokenLoad]:
    """Loads with data or quarantine files that are gone or hold other numbers of rows, and loads without a manifest.

    Reads the files' footers alone. In order of load ids.
    """
    zone = RawZone.of(home)
    if not zone.loads.is_dir():
        return []
    with session() as connection:
        records = Ledger(zone, connection).records
        found = [*_missing_manifests(zone, records)]
        stored = _rows(connection, [path for path in zone.root.rglob("*.parquet") if _is_data(zone, path)])
    for record in records:
        folder = zone.object_folder(record.connector, record.object)
        rows = sum(count for path, count in stored.get(record.load_id, ()) if path.is_relative_to(folder))
        found += _difference(record, rows, record.rows_loaded + record.rows_withdrawn, f"rows in {folder}")
        set_aside = zone.quarantine_file(record.connector, record.object, record.load_id)
        rows = sum(count for path, count in stored.get(record.load_id, ()) if path == set_aside)
        expected = record.rows_quarantined or (1 if record.status == "quarantined" else 0)
        found += _difference(record, rows, expected, f"quarantined rows in {set_aside}")
    return sorted(found, key=lambda broken: broken.load_id)


def _is_data(zone: RawZone, path: Path) -> bool:
    """Whether a file holds rows of loads: those of objects, and those that were set aside."""
    if path.name == EMPTY:
        return False
    return path.is_relative_to(zone.quarantine) or not path.relative_to(zone.root).parts[0].startswith("_")


def _missing_manifests(zone: RawZone, records: list[LoadRecord]) -> Iterator[BrokenLoad]:
    """Load ids count up: a number that was left out had a manifest once."""
    numbers = {int(record.load_id.split("-")[0]) for record in records}
    for number in sorted(set(range(1, max(numbers, default=0) + 1)) - numbers):
        yield BrokenLoad(
            f"{number:06d}",
            "the raw zone",
            "",
            "",
            f"its manifest is gone from {zone.loads}",
            "restore the state directory from a copy",
        )


def _rows(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> dict[str, list[tuple[Path, int]]]:
    """Files by load id with their numbers of rows; a file that cannot be read counts none."""
    found: dict[str, list[tuple[Path, int]]] = {}
    for path, count in _counted(connection, files):
        load_id = "-".join(path.stem.split("-")[:2])
        found.setdefault(load_id, []).append((path, count))
    return found


def _counted(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> Iterator[tuple[Path, int]]:
    if not files:
        return
    query = "select file_name, num_rows from parquet_file_metadata([{}])"
    try:
        rows = connection.execute(query.format(", ".join(literal(str(path)) for path in files))).fetchall()
    except duckdb.Error:
        if len(files) == 1:
            yield files[0], 0
            return
        # one of them is damaged: halve until it is alone
        middle = len(files) // 2
        yield from _counted(connection, files[:middle])
        yield from _counted(connection, files[middle:])
        return
    for name, count in rows:
        yield Path(name), int(count)


def _difference(record: LoadRecord, rows: int, expected: int, what: str) -> Iterator[BrokenLoad]:
    if rows != expected:
        yield BrokenLoad(
            record.load_id,
            record.source,
            record.object,
            record.file,
            f"{expected} {what} were written and {rows} are there",
            "restore the file from a copy of the state directory, or start a new one and load everything again",
        )
