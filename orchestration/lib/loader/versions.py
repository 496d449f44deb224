"""The versions of each record that the raw zone already holds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import duckdb

from orchestration.lib.contracts import Connector, ObjectContract
from orchestration.lib.contracts.sql import identifier, literal, typed_column
from orchestration.lib.loader.judge import stored_key
from orchestration.lib.loader.zone import RawZone

# Latest first: modified, known, loaded, row of the file.
LATEST_FIRST = "version desc nulls last, known_at desc, load_id desc, row_number desc nulls last"


class StoredVersions:
    """Keys and hashes of one object's stored rows of one source, in a temporary table.

    Columns: ``key``, ``hash`` (128 bits of the row hash), ``version`` (UTC or null), ``known_at``,
    ``load_id``, ``row_number``, ``is_withdrawn``, ``file``. Read from the raw zone once, then kept
    in step with each load.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        zone: RawZone,
        source: str,
        connector: Connector,
        object_name: str,
        number: int,
        *,
        is_empty: bool,
    ) -> None:
        self._connection = connection
        self._zone = zone
        self._source = source
        self._connector = connector
        self._object_name = object_name
        self._contract: ObjectContract = connector.objects[object_name]
        self.table = f"versions_{number}"
        self.is_empty = is_empty
        self._create()

    def _create(self) -> None:
        contract = self._contract
        version = typed_column(contract.version, contract.columns[contract.version]) if contract.version else "null"
        relation = (
            f"(select * from {self._zone.object_relation(self._connector.connector, self._object_name)} "
            f"where _source = {literal(self._source)})"
        )
        stored = (
            f"select {stored_key(contract)} as key, md5_number(_row_hash) as hash, "
            f"cast({version} as timestamp) as version, _known_at as known_at, _load_id as load_id, "
            f"_row_number as row_number, _is_withdrawn as is_withdrawn, _file as file from {relation}"
        )
        self._connection.execute(
            f"create or replace temp table {self.table} as {stored}{' where false' if self.is_empty else ''}"
        )

    def current(self, known_at: datetime, where: str) -> str:
        """SQL of the version of each key that counted at ``known_at``, among the keys that ``where`` keeps."""
        return (
            f"(select * from {self.table} where known_at <= {timestamp(known_at)} and {where} "
            f"qualify row_number() over (partition by key order by {LATEST_FIRST}) = 1)"
        )

    def remember(self, query: str) -> None:
        """Adds the rows that a load has just stored (a query of the table's columns, in order)."""
        self._connection.execute(f"insert into {self.table} {query}")
        self.is_empty = False

    def withdraw(self, files: Collection[str], known_at: datetime) -> int:
        """Fills ``withdrawn`` with the full rows of records that left a file; returns how many.

        ``files`` are the paths that the file has had. A record has left when its current version came
        from there and no row of the new content, acceptable or not, has its key.
        """
        self._connection.execute("create or replace temp table gone (key uhugeint, hash uhugeint, load_id varchar)")
        names = ", ".join(literal(file) for file in sorted(files))
        of_file = f"key in (select key from {self.table} where file in ({names}))"
        self._connection.execute(
            f"insert into gone select key, hash, load_id from {self.current(known_at, of_file)} as current "
            f"where file in ({names}) and not is_withdrawn "
            f"and not exists (select 1 from judged where judged._key = current.key)"
        )
        row = self._connection.execute("select count(*) from gone").fetchone()
        assert row is not None
        if row[0] == 0:
            return 0
        relation = self._zone.object_relation(self._connector.connector, self._object_name)
        columns = ", ".join(identifier(name) for name in [*self._contract.columns, "_extra", "_row_hash"])
        self._connection.execute(
            f"create or replace temp table withdrawn as "
            f"select {columns}, gone.key as _key from {relation} as stored "
            f"inner join gone on {stored_key(self._contract)} = gone.key and stored._load_id = gone.load_id "
            f"and md5_number(stored._row_hash) = gone.hash "
            f"where stored._source = {literal(self._source)} "
            f"qualify row_number() over (partition by gone.key order by stored._row_number) = 1"
        )
        return int(row[0])


def timestamp(moment: datetime) -> str:
    """A UTC time as a SQL literal without time zone."""
    return f"timestamp '{moment.replace(tzinfo=None).isoformat(sep=' ', timespec='microseconds')}'"
