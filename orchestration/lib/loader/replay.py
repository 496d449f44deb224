"""Loads rows that were quarantined, mended: judged by the contract as any row is, stored as a load of their own.

Nothing that is stored changes. The rows keep the file and the row they came in, arrive now, and a link says which
load replayed which quarantined row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.lib.contracts import Connector, ObjectContract
from orchestration.lib.contracts.columns import REPLAY_COLUMNS
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.insert import create_table
from orchestration.lib.loader.arrival import Arrival
from orchestration.lib.loader.inspect import FileFaultError, file_hash
from orchestration.lib.loader.judge import Fault, stored_key
from orchestration.lib.loader.landing import LandingFile, split_name
from orchestration.lib.loader.ledger import REPLAYED, LoadRecord
from orchestration.lib.loader.load import InputError, _Loading, _opened
from orchestration.lib.loader.versions import StoredVersions, timestamp
from orchestration.lib.loader.zone import write_table
from orchestration.lib.privacy import Pseudonyms

ADDS = "adds"
SUPERSEDES = "supersedes"
OLDER = "older version"
DUPLICATE = "duplicate"
REJECTED = "rejected"


@dataclass(frozen=True)
class MendedFile:
    """Mended rows of one earlier load, as a file in one of the formats that are loaded.

    ``rows`` are the rows of the original file that they stand for, in the order of ``path``; None when ``path``
    stands for the whole of a file that was refused.
    """

    original: LoadRecord
    path: Path
    rows: tuple[int, ...] | None


@dataclass(frozen=True)
class JudgedRow:
    """What loading one mended row would do.

    ``outcome``: ``adds`` a record, ``supersedes`` the stored version of one, is an ``older version`` than the one that
    counts, is a ``duplicate`` of what is stored, or is ``rejected`` (``reason``, ``column``, ``detail``).
    ``record`` holds the declared columns with a value, ``before`` those of the version that counts now.
    """

    row_number: int
    outcome: str
    record: dict[str, str]
    before: dict[str, str] | None = None
    reason: str | None = None
    column: str | None = None
    detail: str | None = None

    @property
    def changes(self) -> dict[str, tuple[str | None, str | None]]:
        """(before, after) of each column that would differ from the version that counts."""
        before = self.before or {}
        names = dict.fromkeys([*self.record, *before])
        return {
            name: (before.get(name), self.record.get(name))
            for name in names
            if before.get(name) != self.record.get(name)
        }


@dataclass(frozen=True)
class _Judged:
    """A mended file whose rows are in the temporary table ``judged``."""

    record: LoadRecord
    file: LandingFile
    arrival: Arrival
    faults: list[Fault]


@contextmanager
def replaying(
    home: Path, source: str, connector: Connector, pseudonyms: Pseudonyms | None = None
) -> Iterator[Replaying]:
    """A session in which mended rows of one source are judged and loaded. The caller holds the home's lock."""
    with _opened(home, source, connector, pseudonyms) as loading:
        yield Replaying(loading)


class Replaying:
    """Judges and loads mended files, one after the other."""

    def __init__(self, loading: _Loading) -> None:
        self._loading = loading

    @property
    def scratch(self) -> Path:
        """A folder that is removed with the session."""
        return self._loading.scratch

    def preview(self, mended: MendedFile, target: Path, known_at: datetime | None) -> list[JudgedRow]:
        """What loading ``mended`` would do; the rows that would be stored go to ``target`` as raw Parquet.

        ``known_at`` stands for the time of arrival, so that a build that knows no later one sees them.
        """
        judged = self._judge(mended)
        record = judged.record
        contract = self._loading.connector.objects[record.object]
        stored = self._loading._stored(record.object)
        self._loading._count(contract, stored, record.known_at, judged.file)
        arrived = replace(record, known_at=known_at or record.known_at)
        write_table(self._loading.connection, self._loading.kept_rows(arrived, contract), target)
        return self._outcomes(judged, contract, stored)

    def load(self, mended: MendedFile) -> LoadRecord:
        """Loads ``mended`` and links the quarantined rows to the load; returns its record."""
        judged = self._judge(mended)
        self._link(mended, judged.record)
        return self._loading._settle(judged.record, judged.file, judged.arrival, judged.faults, None, is_update=False)

    def _judge(self, mended: MendedFile) -> _Judged:
        """Reads and judges the file: fills ``judged`` under the row numbers of the original file."""
        original = mended.original
        loading = self._loading
        content_hash, size = file_hash(mended.path)
        loading._use_threads(size)
        _, format_name, is_compressed = split_name(mended.path.name)
        if format_name is None:
            raise InputError(f"{mended.path}: give the mended rows as .csv, .jsonl or .parquet")
        moment = datetime.now(UTC).replace(tzinfo=None)
        record = LoadRecord(
            load_id=loading.ledger.next_load_id(content_hash),
            source=original.source,
            connector=original.connector,
            object=original.object,
            file=original.file,
            file_hash=content_hash,
            bytes=size,
            known_at=moment,
            loaded_at=moment,
            status=REPLAYED,
        )
        file = LandingFile(mended.path, original.file, original.object, format_name, is_compressed, None)
        try:
            arrival, faults = loading.read_and_judge(file)
        except FileFaultError as fault:
            raise InputError(f"{mended.path.name}: {fault.reason}: {fault.detail}") from fault
        if mended.rows is not None:
            if arrival.rows != len(mended.rows):
                raise InputError(
                    f"{mended.path.name}: {arrival.rows} rows for {len(mended.rows)} quarantined ones; "
                    "give one mended row for each, in the same order"
                )
            self._renumber(mended.rows)
        return _Judged(record, file, arrival, faults)

    def _renumber(self, rows: Sequence[int]) -> None:
        connection = self._loading.connection
        columns = dict.fromkeys(("_place", "_original"), "bigint")
        create_table(connection, "places", columns, enumerate(rows, 1), temporary=True)
        connection.execute(
            "create or replace temp table judged as with placed as ("
            "select *, row_number() over (order by _row_number) as _place from judged) "
            "select _original as _row_number, placed.* exclude (_row_number, _place) "
            "from placed inner join places using (_place)"
        )

    def _outcomes(self, judged: _Judged, contract: ObjectContract, stored: StoredVersions) -> list[JudgedRow]:
        connection = self._loading.connection
        names = list(contract.columns)
        values = ", ".join(identifier(name) for name in names)
        rejected = {
            row[0]: row[1:]
            for row in connection.execute(
                f"select _row_number, _reason, _column, _detail "
                f"from ({self._loading._rejected_rows(contract, judged.faults)})"
            ).fetchall()
        }
        before = self._before(judged.record, contract, stored, names)
        found = []
        for row_number, outcome, key, version, *row in connection.execute(
            f"select judged._row_number, excluded.outcome, judged._key, judged._version, {values} from judged "
            f"left join excluded on judged._row_number = excluded._row_number order by judged._row_number"
        ).fetchall():
            content = _filled(names, row)
            current = before.get(key)
            if outcome == "quarantined":
                reason, column, detail = rejected[row_number]
                found.append(JudgedRow(row_number, REJECTED, content, None, reason, column, detail))
                continue
            if outcome == "duplicate":
                what = DUPLICATE
            elif current is None or current[0]:
                what = ADDS
            elif current[1] is not None and version is not None and current[1] > version:
                what = OLDER
            else:
                what = SUPERSEDES
            found.append(JudgedRow(row_number, what, content, None if what == ADDS or current is None else current[2]))
        return found

    def _before(
        self, record: LoadRecord, contract: ObjectContract, stored: StoredVersions, names: Sequence[str]
    ) -> dict[Any, tuple[bool, datetime | None, dict[str, str]]]:
        """(is withdrawn, version, columns) of the stored version that counts, by key."""
        if stored.is_empty:
            return {}
        loading = self._loading
        relation = loading.zone.object_relation(record.connector, record.object)
        columns = ", ".join(f"raw.{identifier(name)}" for name in names)
        rows = loading.connection.execute(
            f"select current.key, current.is_withdrawn, current.version, {columns} "
            f"from {stored.current(record.known_at, 'key in (select _key from judged)')} as current "
            f"inner join (select *, {stored_key(contract)} as _key from {relation} "
            f"where _source = {literal(record.source)}) as raw on raw._key = current.key "
            f"and raw._load_id = current.load_id and raw._row_number is not distinct from current.row_number"
        ).fetchall()
        return {row[0]: (row[1], row[2], _filled(names, row[3:])) for row in rows}

    def _link(self, mended: MendedFile, record: LoadRecord) -> None:
        """Writes which quarantined rows the load replays; like all else it counts once the manifest is written."""
        original = mended.original
        values = {
            "replayed_by_load": literal(record.load_id),
            "load_id": literal(original.load_id),
            "source": literal(original.source),
            "connector": literal(original.connector),
            "object": literal(original.object),
            "file": literal(original.file),
            "row_number": "row_number",
            "known_at": timestamp(record.known_at),
        }
        select = ", ".join(f"cast({values[name]} as {kind}) as {name}" for name, kind in REPLAY_COLUMNS.items())
        rows = "[null]" if mended.rows is None else f"[{', '.join(str(row) for row in mended.rows)}]"
        write_table(
            self._loading.connection,
            f"select {select} from (select unnest(cast({rows} as bigint[])) as row_number)",
            self._loading.zone.replay_file(record.load_id),
        )


def _filled(names: Sequence[str], row: Sequence[Any]) -> dict[str, str]:
    return {name: str(value) for name, value in zip(names, row, strict=True) if value is not None}
