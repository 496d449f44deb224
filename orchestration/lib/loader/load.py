"""Loads the files of a source into the raw zone, one transaction per file.

The manifest row is the commit: data and quarantine are written before it, under names that readers
ignore, and whatever has no manifest is cleared at the next start. So a run that is killed anywhere
and started again ends in the state that an undisturbed run reaches.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.lib.config import Config
from orchestration.lib.contracts import Connector, ObjectContract, load_connectors
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.errors import PostsaleError
from orchestration.lib.loader.arrival import Arrival
from orchestration.lib.loader.inspect import FileFaultError, file_hash, inspect_text
from orchestration.lib.loader.judge import Fault, judge, stored_key
from orchestration.lib.loader.landing import LandingFile, scan
from orchestration.lib.loader.ledger import REPLAYED, Ledger, LoadRecord
from orchestration.lib.loader.policy import POLICY, policy_files
from orchestration.lib.loader.read_csv import read_csv
from orchestration.lib.loader.read_jsonl import read_jsonl
from orchestration.lib.loader.read_parquet import read_parquet
from orchestration.lib.loader.versions import StoredVersions, timestamp
from orchestration.lib.loader.zone import RawZone, clear_unfinished, session, write_table
from orchestration.lib.privacy import Pseudonyms, Tombstones, erase, pseudonymise

Progress = Callable[[str], None]

# Rows per Parquet file; a larger load is written in parts.
ROWS_PER_PART = 1_000_000
_LARGE_FILE = 16 << 20
# A policy applies to the time before its first change was recorded.
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class InputError(PostsaleError):
    """The inputs cannot be built from; the message names source, file and mend."""

    exit_code = 1


def load_source(config: Config, home: Path, source_name: str, on_progress: Progress | None = None) -> list[LoadRecord]:
    """Loads every file of ``[sources.<source_name>]`` whose content at its path is new.

    Returns a record per file that was read, in load order; nothing new is an empty list. ``on_progress``
    is told in words what is being read. Raises InputError when a file's rows cannot be accounted for.
    """
    source = config.sources[source_name]
    connector = load_connectors()[source.connector]
    landing = scan(source.path, connector)
    return _load(home, source_name, connector, landing.files, on_progress, Pseudonyms.of(config))


def load_policy(config: Config, home: Path, on_progress: Progress | None = None) -> list[LoadRecord]:
    """Loads the policy tables: the bundled default of each, or the company's file of the same name."""
    connector = load_connectors()[POLICY]
    return _load(home, POLICY, connector, policy_files(config.policy_dir), on_progress, Pseudonyms.of(config))


def _load(
    home: Path,
    source: str,
    connector: Connector,
    files: Sequence[LandingFile],
    on_progress: Progress | None,
    pseudonyms: Pseudonyms | None,
) -> list[LoadRecord]:
    with _opened(home, source, connector, pseudonyms) as loading, ThreadPoolExecutor(1, "read") as ahead:
        loading.present = frozenset(file.relative for file in files)
        reader = loading.beside()
        # While the rows of one file are sorted and written, those of the next are read and judged.
        reading = ahead.submit(reader.read_ahead, files[0]) if files else None
        records = []
        try:
            for number, file in enumerate(files, start=1):
                if on_progress:
                    on_progress(f"{source}: {number}/{len(files)} {file.relative}")
                assert reading is not None
                read = reading.result()
                reading = ahead.submit(reader.read_ahead, files[number]) if number < len(files) else None
                record = loading.load(file, read)
                if record is not None:
                    records.append(record)
        finally:
            ahead.shutdown(cancel_futures=True)
        return records


@contextmanager
def _opened(home: Path, source: str, connector: Connector, pseudonyms: Pseudonyms | None = None) -> Iterator[_Loading]:
    zone = RawZone.of(home)
    zone.loads.mkdir(parents=True, exist_ok=True)
    clear_unfinished(zone)
    scratch = Path(home) / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        with session(scratch) as connection:
            yield _Loading(
                zone, connection, source, connector, scratch, Ledger(zone, connection), pseudonyms=pseudonyms
            )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@dataclass(frozen=True)
class _Outcome:
    """Rows of a file by what becomes of them; ``late`` counts loaded ones, null where lateness is unknown."""

    loaded: int
    duplicate: int
    quarantined: int
    late: int | None
    has_unknown_keys: bool


@dataclass(frozen=True)
class _Read:
    """A file's content and what reading it gave; ``table`` holds its judged rows, null when nobody has read it yet."""

    content_hash: str
    size: int
    table: str | None = None
    arrival: Arrival | None = None
    faults: list[Fault] = field(default_factory=list)
    fault: FileFaultError | None = None


@dataclass
class _Loading:
    zone: RawZone
    connection: duckdb.DuckDBPyConnection
    source: str
    connector: Connector
    scratch: Path
    ledger: Ledger
    versions: dict[str, StoredVersions] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    threads: int = 0
    pseudonyms: Pseudonyms | None = None
    _tables: int = 0
    _judged: str | None = None

    def beside(self) -> _Loading:
        """A reader for another thread: a connection of its own to the same database, with a folder of its own."""
        return replace(self, connection=self.connection.cursor(), scratch=self.scratch / "ahead")

    def read_ahead(self, file: LandingFile) -> _Read | None:
        """Reads and judges a file that brings something, into a table that every connection sees.

        None for a content that was already read at its path. A large file is left to its loading, which then has the
        whole machine and needs no copy of its rows.
        """
        try:
            content_hash, size = file_hash(file.path)
        except OSError as error:
            raise InputError(
                f"{self.source}: {file.relative}: cannot be read ({error.strerror}); check the file and its permissions"
            ) from error
        at_path = self._at_path(file)
        if at_path and at_path[-1].file_hash == content_hash:
            return None
        if size >= _LARGE_FILE:
            return _Read(content_hash, size)
        self.scratch.mkdir(exist_ok=True)
        try:
            arrival, faults = self.read_and_judge(file)
        except FileFaultError as fault:
            return _Read(content_hash, size, fault=fault)
        self._tables = 1 - self._tables
        table = f"judged_{self._tables}"
        self.connection.execute(f"create or replace table {table} as select * from judged")
        return _Read(content_hash, size, table, arrival, faults)

    def _at_path(self, file: LandingFile) -> list[LoadRecord]:
        earlier = self.ledger.of_object(self.source, file.object)
        return [record for record in earlier if record.file == file.relative and record.status != REPLAYED]

    def load(self, file: LandingFile, read: _Read | None) -> LoadRecord | None:
        """Loads one file that was read ahead, or returns None when this content was already read at this path."""
        if read is None:
            return None
        content_hash, size = read.content_hash, read.size
        self._use_threads(size)
        earlier = self.ledger.of_object(self.source, file.object)
        at_path = self._at_path(file)
        loaded_at = datetime.now(UTC).replace(tzinfo=None)
        record = LoadRecord(
            load_id=self.ledger.next_load_id(content_hash),
            source=self.source,
            connector=self.connector.connector,
            object=file.object,
            file=file.relative,
            file_hash=content_hash,
            bytes=size,
            known_at=self._known_at(file, loaded_at, bool(at_path)),
            loaded_at=loaded_at,
            status="loaded",
        )
        twin = next((other for other in reversed(earlier) if other.file_hash == content_hash), None)
        try:
            arrival, faults = self._taken(file, read)
        except FileFaultError as fault:
            if twin is not None and not at_path:
                return self._commit(replace(record, status="duplicate_file", detail=_same_bytes(twin)))
            return self._refuse(record, fault)
        return self._settle(record, file, arrival, faults, twin if not at_path else None, is_update=bool(at_path))

    def _taken(self, file: LandingFile, read: _Read) -> tuple[Arrival, list[Fault]]:
        """Makes ``judged`` of what was read ahead; reads the file where nobody has."""
        if read.fault is not None:
            raise read.fault
        if self._judged is not None:
            self.connection.execute(f"drop {self._judged} if exists judged")
        if read.arrival is None or read.table is None:
            self._judged = "table"
            return self.read_and_judge(file)
        self._judged = "view"
        self.connection.execute(f"create temp view judged as select * from {read.table}")
        return read.arrival, read.faults

    def _use_threads(self, size: int) -> None:
        """Starting threads for a small file costs more than they save."""
        wanted = 1 if size < _LARGE_FILE else os.cpu_count() or 1
        if wanted != self.threads:
            self.connection.execute(f"set threads = {wanted}")
            self.threads = wanted

    def _known_at(self, file: LandingFile, loaded_at: datetime, is_update: bool) -> datetime:
        if file.delivered_at is not None:
            # What has been loaded is known: a folder dated ahead of this machine's clock must not hide its rows.
            return min(file.delivered_at.replace(tzinfo=None), loaded_at)
        if self.connector.is_policy and not is_update:
            return _EVER.replace(tzinfo=None)
        return loaded_at

    def read_and_judge(self, file: LandingFile) -> tuple[Arrival, list[Fault]]:
        """Fills ``judged`` with the file's rows, personal data replaced where the company asks for it.

        Rows are hashed after pseudonyms and before tombstones: the row of somebody who was erased is known again when
        a file brings it once more.
        """
        contract = self.connector.objects[file.object]
        is_jsonl = file.format == "jsonl"
        arrival = self._read(file)
        if self.pseudonyms is not None:
            pseudonymise(self.connection, contract, self.pseudonyms, is_jsonl=is_jsonl)
        faults = judge(self.connection, contract, arrival.missing)
        tombstones = Tombstones.read(self.zone.tombstones)
        if tombstones is not None and erase(
            self.connection,
            "judged",
            self.connector.connector,
            file.object,
            contract,
            tombstones,
            is_jsonl=is_jsonl,
        ):
            self.connection.execute(f"update judged set _key = {stored_key(contract)} where _key is not null")
        return arrival, faults

    def _read(self, file: LandingFile) -> Arrival:
        contract = self.connector.objects[file.object]
        if file.format == "parquet":
            return read_parquet(self.connection, self._without_pattern(file.path), contract)
        facts = inspect_text(file.path, is_compressed=file.is_compressed, scratch=self.scratch)
        reader = read_csv if file.format == "csv" else read_jsonl
        arrival = reader(self.connection, facts, contract, self.scratch)
        if facts.plain != file.path:
            facts.plain.unlink(missing_ok=True)
        return arrival

    def _without_pattern(self, path: Path) -> Path:
        """DuckDB takes a path with these characters for a pattern; such a file is read from a copy."""
        if not set("*?[") & set(str(path)):
            return path
        return Path(shutil.copyfile(path, self.scratch / "landing.parquet"))

    def _refuse(self, record: LoadRecord, fault: FileFaultError) -> LoadRecord:
        """Quarantines the whole file: one quarantine row without a row number."""
        refused = replace(record, status="quarantined", reason=fault.reason, detail=fault.detail)
        self.connection.execute(
            "create or replace temp table refusal as "
            "select $file_hash as row_hash, $reason as reason, $detail as detail",
            {"file_hash": record.file_hash, "reason": fault.reason, "detail": fault.detail},
        )
        self._write_quarantine(
            refused,
            "select cast(null as bigint) as _row_number, row_hash as _row_hash, reason as _reason, "
            "cast(null as varchar) as _column, detail as _detail, cast(null as varchar) as _raw_record from refusal",
        )
        return self._commit(refused)

    def _settle(
        self,
        record: LoadRecord,
        file: LandingFile,
        arrival: Arrival,
        faults: list[Fault],
        twin: LoadRecord | None,
        *,
        is_update: bool,
    ) -> LoadRecord:
        """Sorts the judged rows into loaded, duplicate and quarantined, and writes them."""
        contract = self.connector.objects[file.object]
        stored = self._stored(file.object)
        outcome = self._count(contract, stored, record.known_at, file)
        loaded, duplicate, quarantined = outcome.loaded, outcome.duplicate, outcome.quarantined
        arrived = loaded + duplicate + quarantined
        if arrived != arrival.rows:
            raise InputError(
                f"{self.source}: {record.file}: {arrival.rows} rows arrived but {loaded} loaded, {duplicate} duplicate "
                f"and {quarantined} quarantined rows were counted; the file is not loaded"
            )
        settled = replace(
            record,
            rows_arrived=arrived,
            rows_duplicate=duplicate,
            rows_loaded=loaded,
            rows_quarantined=quarantined,
            columns_seen=json.dumps(arrival.seen, ensure_ascii=False),
            extra_columns=json.dumps(arrival.extra, ensure_ascii=False),
            missing_columns=json.dumps(arrival.missing, ensure_ascii=False),
        )
        if twin is not None and loaded == 0:
            # The same bytes under another name bring nothing, and their rejected rows are on record already.
            return self._commit(
                replace(
                    settled,
                    status="duplicate_file",
                    rows_duplicate=arrived,
                    rows_quarantined=0,
                    detail=_same_bytes(twin),
                )
            )
        # A row too damaged to tell which record it is may be any of them, so then none has left.
        withdrawn = 0
        if is_update and not stored.is_empty and not outcome.has_unknown_keys:
            withdrawn = stored.withdraw(self._paths_of(record), record.known_at)
        settled = replace(settled, rows_withdrawn=withdrawn, rows_late=outcome.late)
        if loaded or withdrawn:
            self._write_data(settled, contract, stored)
        if quarantined:
            self._write_quarantine(settled, self._rejected_rows(contract, faults))
        return self._commit(settled)

    def _stored(self, object_name: str) -> StoredVersions:
        if object_name not in self.versions:
            has_rows = any(record.rows_loaded for record in self.ledger.of_object(self.source, object_name))
            self.versions[object_name] = StoredVersions(
                self.connection,
                self.zone,
                self.source,
                self.connector,
                object_name,
                len(self.versions),
                is_empty=not has_rows,
            )
        return self.versions[object_name]

    def _paths_of(self, record: LoadRecord) -> set[str]:
        """The file's path, and those that are gone and held a content that this one then took over."""
        earlier = self.ledger.of_object(self.source, record.object)
        contents = {other.file_hash for other in earlier if other.file == record.file}
        moved = {other.file for other in earlier if other.file_hash in contents and other.file not in self.present}
        return {record.file, *moved}

    def _count(
        self, contract: ObjectContract, stored: StoredVersions, known_at: datetime, file: LandingFile
    ) -> _Outcome:
        """Fills ``excluded`` with the rows that are not stored, and counts every row once.

        ``outcome`` is duplicate or quarantined; ``first_row`` the row that a conflicting duplicate
        conflicts with.
        """
        knows_late = file.delivered_at is not None and contract.event_date is not None
        oldest = (file.delivered_at or _EVER).date() - timedelta(days=contract.late_after_days)
        is_late = f"judged._event_on < date '{oldest.isoformat()}'"
        row = self.connection.execute(
            f"select count(*), count(*) filter (_verdict is not null), "
            f"count(*) filter (_verdict is null) - count(distinct _key) filter (_verdict is null), "
            f"count(*) filter (_key is null), count(*) filter (_verdict is null and {is_late}) from judged"
        ).fetchone()
        assert row is not None
        arrived, rejected, repeated_keys, unknown_keys, late = row
        self.connection.execute(
            "create or replace temp table excluded as select _row_number, 'quarantined' as outcome, "
            "cast(null as bigint) as first_row from judged where _verdict is not null"
        )
        if repeated_keys:
            self._exclude_repeated(contract)
        if not stored.is_empty:
            self._exclude_stored(contract, stored, known_at)
        loaded, duplicate, quarantined = arrived - rejected, 0, rejected
        if repeated_keys or not stored.is_empty:
            counted = self.connection.execute(
                f"select count(*) filter (excluded.outcome is null), count(*) filter (excluded.outcome = 'duplicate'), "
                f"count(*) filter (excluded.outcome = 'quarantined'), "
                f"count(*) filter (excluded.outcome is null and {is_late}) "
                f"from judged left join excluded on judged._row_number = excluded._row_number"
            ).fetchone()
            assert counted is not None
            loaded, duplicate, quarantined, late = counted
        return _Outcome(loaded, duplicate, quarantined, late if knows_late else None, bool(unknown_keys))

    def _exclude_repeated(self, contract: ObjectContract) -> None:
        """Rows whose key stands in the file more than once: equal ones, and those that contradict the first."""
        state = "_key, _version" if contract.version else "_key"
        self.connection.execute(
            f"""
            insert into excluded
            with compared as (
                select
                    _row_number,
                    _row_hash,
                    first_value(_row_number) over state as first_row,
                    first_value(_row_hash) over state as first_hash,
                    row_number() over (partition by _key, _row_hash order by _row_number) as copy
                from judged
                where _verdict is null
                window state as (partition by {state} order by _row_number)
            )
            select
                _row_number,
                case when _row_hash = first_hash then 'duplicate' else 'quarantined' end,
                case when _row_hash = first_hash then null else first_row end
            from compared
            where _row_hash <> first_hash or copy > 1
            """
        )

    def _exclude_stored(self, contract: ObjectContract, stored: StoredVersions, known_at: datetime) -> None:
        """Rows that say what is stored already."""
        current = stored.current(known_at, "key in (select _key from judged where _verdict is null)")
        if contract.version:
            # A version that is stored already is no news, even when a newer one is current.
            known = (
                f"(select distinct versions.key, versions.hash from {stored.table} as versions "
                f"inner join {current} as current on versions.key = current.key "
                f"where not current.is_withdrawn and not versions.is_withdrawn "
                f"and versions.known_at <= {timestamp(known_at)})"
            )
        else:
            known = f"(select key, hash from {current} where not is_withdrawn)"
        self.connection.execute(
            f"""
            insert into excluded
            select judged._row_number, 'duplicate', null
            from judged
            inner join {known} as known on judged._key = known.key and md5_number(judged._row_hash) = known.hash
            where judged._verdict is null and judged._row_number not in (select _row_number from excluded)
            """
        )

    def _write_data(self, record: LoadRecord, contract: ObjectContract, stored: StoredVersions) -> None:
        kept = self.kept_rows(record, contract)
        gone = self._raw_rows(record, contract, "cast(null as bigint)", "true") + " from withdrawn"
        rows = record.rows_loaded + record.rows_withdrawn
        query = f"{kept} union all {gone}" if record.rows_withdrawn else kept
        if rows <= ROWS_PER_PART:
            self._write_part(record, query, None)
        else:
            last = self.connection.execute("select max(_row_number) from judged").fetchone()
            assert last is not None
            for part, start in enumerate(range(0, int(last[0]) + 1, ROWS_PER_PART)):
                between = f"_row_number >= {start} and _row_number < {start + ROWS_PER_PART}"
                self._write_part(record, f"{kept} and {between}", part)
            if record.rows_withdrawn:
                self._write_part(record, gone, part + 1)
        moment = f"{timestamp(record.known_at)}, {literal(record.load_id)}"
        stored.remember(
            f"select _key, md5_number(_row_hash), _version, {moment}, _row_number, false, {literal(record.file)} "
            f"from judged where _row_number not in (select _row_number from excluded)"
        )
        if record.rows_withdrawn:
            stored.remember(
                f"select gone.key, gone.hash, versions.version, {moment}, null, true, {literal(record.file)} "
                f"from gone inner join (select distinct key, hash, load_id, version from {stored.table}) as versions "
                f"using (key, hash, load_id)"
            )

    def kept_rows(self, record: LoadRecord, contract: ObjectContract) -> str:
        """SQL of the judged rows that are stored, with their lineage."""
        return (
            f"{self._raw_rows(record, contract, '_row_number', 'false')} from judged "
            "where _row_number not in (select _row_number from excluded)"
        )

    def _raw_rows(self, record: LoadRecord, contract: ObjectContract, row_number: str, is_withdrawn: str) -> str:
        names = ", ".join(identifier(name) for name in contract.columns)
        return (
            f"select {names}, _extra, {literal(self.source)} as _source, {literal(record.object)} as _object, "
            f"{literal(record.file)} as _file, {row_number} as _row_number, cast(null as varchar) as _record_id, "
            f"cast(null as bigint) as _page, {literal(record.load_id)} as _load_id, "
            f"{timestamp(record.loaded_at)} as _loaded_at, {timestamp(record.known_at)} as _known_at, "
            f"_row_hash, {is_withdrawn} as _is_withdrawn"
        )

    def _write_part(self, record: LoadRecord, query: str, part: int | None) -> None:
        load_date = record.loaded_at.date().isoformat()
        final = self.zone.data_file(record.connector, record.object, record.load_id, load_date, part)
        write_table(self.connection, query, final)

    def _rejected_rows(self, contract: ObjectContract, faults: list[Fault]) -> str:
        """SQL of the quarantine's columns; only the verdicts that were given are put into words."""
        given = [
            int(row[0])
            for row in self.connection.execute(
                "select distinct _verdict from judged where _verdict is not null order by 1"
            ).fetchall()
        ]

        def said(part: Callable[[Fault], str]) -> str:
            whens = " ".join(f"when {place} then {part(faults[place])}" for place in given)
            return f"case _verdict {whens} end" if whens else "cast(null as varchar)"

        as_json = ", ".join(f"{identifier(name)} := {identifier(name)}" for name in contract.columns)
        key = ", ".join(contract.key)
        return f"""
            select
                judged._row_number,
                judged._row_hash,
                case when first_row is null then {said(lambda fault: fault.reason)}
                    else 'conflicting_duplicate' end as _reason,
                case when first_row is null then {said(lambda fault: fault.column)}
                    else {literal(contract.key[0])} end as _column,
                case when first_row is null then {said(lambda fault: fault.detail)}
                    else {literal(f"same {key} as row ")} || first_row
                        || ' but other content; keep one of the two' end as _detail,
                coalesce(
                    judged._raw_record,
                    cast(json_merge_patch(to_json(struct_pack({as_json})), coalesce(judged._extra, '{{}}')) as varchar)
                ) as _raw_record
            from judged
            inner join (select _row_number, first_row from excluded where excluded.outcome = 'quarantined') as rejected
                on judged._row_number = rejected._row_number
            order by judged._row_number
        """

    def _write_quarantine(self, record: LoadRecord, query: str) -> None:
        final = self.zone.quarantine_file(record.connector, record.object, record.load_id)
        write_table(
            self.connection,
            f"select {literal(self.source)} as source, {literal(record.connector)} as connector, "
            f"{literal(record.object)} as object, {literal(record.file)} as file, _row_number as row_number, "
            f"{literal(record.load_id)} as load_id, {timestamp(record.loaded_at)} as loaded_at, "
            f"{timestamp(record.known_at)} as known_at, _row_hash as row_hash, _reason as reason, "
            f"_column as column_name, _detail as detail, _raw_record as raw_record from ({query})",
            final,
        )

    def _commit(self, record: LoadRecord) -> LoadRecord:
        self.ledger.add(record)
        return record


def _same_bytes(twin: LoadRecord) -> str:
    return f"the same bytes were loaded from {twin.file} as {twin.load_id}"
