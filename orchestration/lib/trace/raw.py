"""The raw rows behind fact rows: which they are, whether they are still what arrived, and how a replay reads them."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from orchestration.lib.contracts import Connector, ObjectContract, load_connectors
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.loader.zone import RawZone
from orchestration.lib.replay import raw_sources
from orchestration.lib.trace.facts import CONTRIBUTION, KEY, Side

# What is known of a traced row or range of rows, before the raw zone itself is read.
TRACED = "source, object, record_id, file, row_from, row_to, row_hash, load_id"


@dataclass(frozen=True)
class RawRow:
    """One raw row, or of events a range of rows of one file (`row_hash` None)."""

    source: str
    object: str
    record_id: str | None
    file: str | None
    row_from: int | None
    row_to: int | None
    row_hash: str | None
    load_id: str
    loaded_at: dt.datetime | None

    @property
    def place(self) -> str:
        """Where it stands, for a reader."""
        if self.row_from is None:
            return f"{self.source} {self.object} {self.file or ''} record {self.record_id}"
        rows = f"row {self.row_from}" if self.row_from == self.row_to else f"rows {self.row_from} to {self.row_to}"
        return f"{self.source} {self.object} {self.file}, {rows}"


@dataclass(frozen=True)
class Damage:
    """A traced row that is not in the raw zone as the build read it."""

    row: RawRow
    what: str


class Traced:
    """The raw rows behind some fact rows, kept in a small file so that any database can read the list.

    Use as a context manager, or `close()` it.
    """

    def __init__(self, home: Path, build_dir: Path) -> None:
        self._home = home
        self._build_dir = build_dir
        self._zone = RawZone.of(home)
        self._connectors = load_connectors()
        self._folder = tempfile.TemporaryDirectory(prefix="postsale-trace-")
        self._list = Path(self._folder.name) / "traced.parquet"

    def __enter__(self) -> Traced:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the list."""
        self._folder.cleanup()

    @classmethod
    def behind(cls, warehouse: duckdb.DuckDBPyConnection, sides: Iterable[Side], home: Path, build_dir: Path) -> Traced:
        """The raw rows behind the rows that contribute to the sides.

        When none contributes, those behind all rows of the period and slice: that they make nothing is checked too.
        """
        listed = list(sides)
        contributing = " union ".join(
            f"select {literal(side.fact)} as fact_name, {KEY} as fact_id from ({side.sql}) "
            f"where {CONTRIBUTION} is not null {f'and {CONTRIBUTION} <> 0' if side.aggregation == 'sum' else ''}"
            for side in listed
        )
        present = " union ".join(
            f"select {literal(side.fact)} as fact_name, {KEY} as fact_id from ({side.sql})" for side in listed
        )
        warehouse.execute(f"create or replace temp table traced_facts as {contributing}")
        if not _count(warehouse, "traced_facts"):
            warehouse.execute(f"create or replace temp table traced_facts as {present}")
        traced = cls(home, build_dir)
        warehouse.execute(
            f"copy (select distinct {TRACED} from audit.fact_sources semi join traced_facts "
            "on fact_sources.fact_name = traced_facts.fact_name and fact_sources.fact_id = traced_facts.fact_id) "
            f"to {literal(str(traced._list))} (format parquet)"
        )
        return traced

    @classmethod
    def together(cls, parts: Sequence[Traced]) -> Traced:
        """The rows of several lists, each once."""
        whole = cls(parts[0]._home, parts[0]._build_dir)
        files = ", ".join(literal(str(part._list)) for part in parts)
        with duckdb.connect() as connection:
            connection.execute(
                f"copy (select distinct {TRACED} from read_parquet([{files}])) "
                f"to {literal(str(whole._list))} (format parquet)"
            )
        return whole

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """Rows by source and object, events counted by row."""
        with duckdb.connect() as connection:
            rows = connection.execute(
                "select source, object, sum(case when row_hash is null and row_from is not null "
                f"then row_to - row_from + 1 else 1 end) from {self._relation} group by all order by all"
            ).fetchall()
        return {(source, name): int(count) for source, name, count in rows}

    def rows(self, limit: int | None = None) -> list[RawRow]:
        """The rows and ranges in order of source, object, file and row."""
        with duckdb.connect() as connection:
            found = connection.execute(
                f"select {TRACED}, (select max(loaded_at) from {self._zone.loads_relation()} as loads "
                f"where loads.load_id = listed.load_id) as loaded_at from {self._relation} as listed "
                f"order by source, object, file, row_from, record_id {f'limit {int(limit)}' if limit else ''}"
            ).fetchall()
        return [RawRow(*row) for row in found]

    def sources(self) -> dict[str, str]:
        """SQL of every raw table that models read, by `connector.object`: these rows, and policy as a whole."""
        with duckdb.connect() as connection:
            named = {
                (row[0], row[1]): (row[2], row[3])
                for row in connection.execute(
                    "select source, object, bool_or(row_hash is not null), bool_or(row_hash is null) "
                    f"from {self._relation} group by all"
                ).fetchall()
            }
        found = raw_sources(self._home, self._build_dir)
        for connector, contract in self._objects():
            if contract.is_policy:
                continue
            for name in contract.objects:
                kinds = [kinds for (_, listed), kinds in named.items() if listed == name]
                found[f"{connector}.{name}"] = self._selected(
                    connector, name, by_hash=any(kind[0] for kind in kinds), by_range=any(kind[1] for kind in kinds)
                )
        return found

    def damages(self) -> Iterator[Damage]:
        """Traced rows that are no longer in the raw zone, or whose content does not give the hash they came with."""
        with duckdb.connect() as connection:
            for source, name in self.counts:
                for connector, contract in self._objects():
                    if name in contract.objects and not contract.is_policy:
                        yield from self._damages(connection, source, connector, name, contract.objects[name])

    def _objects(self) -> Iterable[tuple[str, Connector]]:
        return self._connectors.items()

    @property
    def _relation(self) -> str:
        return f"read_parquet({literal(str(self._list))})"

    def _selected(self, connector: str, name: str, *, by_hash: bool, by_range: bool) -> str:
        relation = self._zone.object_relation(connector, name)
        listed = f"(select * from {self._relation} where object = {literal(name)})"
        conditions = []
        if by_hash:
            conditions.append(
                f"(raw._source, raw._load_id, raw._row_hash) in (select (source, load_id, row_hash) from {listed} "
                "where row_hash is not null)"
            )
        if by_range:
            conditions.append(
                f"exists (select 1 from {listed} as listed where listed.row_hash is null "
                "and raw._source = listed.source and raw._load_id = listed.load_id and raw._file = listed.file "
                "and raw._row_number between listed.row_from and listed.row_to)"
            )
        condition = " or ".join(conditions) or "false"
        return f"select raw.* from {relation} as raw where {condition}"

    def _damages(
        self, connection: duckdb.DuckDBPyConnection, source: str, connector: str, name: str, contract: ObjectContract
    ) -> Iterator[Damage]:
        columns = ", ".join(f"{literal(column)} || chr(30) || raw.{identifier(column)}" for column in contract.columns)
        found = connection.execute(
            f"""
            with listed as (
                select * from {self._relation}
                where source = {literal(source)} and object = {literal(name)} and row_hash is not null
            ),
            stored as (
                select raw._load_id, raw._row_hash, raw._is_withdrawn,
                    sha256(concat_ws(chr(31), {columns}, raw._extra)) as content_hash
                from {self._zone.object_relation(connector, name)} as raw
                where raw._source = {literal(source)}
            )
            select listed.source, listed.object, listed.record_id, listed.file, listed.row_from, listed.row_to,
                listed.row_hash, listed.load_id, cast(null as timestamp), stored._row_hash is null
            from listed
            left join stored on listed.load_id = stored._load_id and listed.row_hash = stored._row_hash
            where stored._row_hash is null or stored.content_hash <> stored._row_hash
            order by listed.file, listed.row_from, listed.record_id
            """
        ).fetchall()
        for *row, is_missing in found:
            raw = RawRow(*row)
            what = (
                "is no longer in the raw zone with the content that was loaded"
                if is_missing
                else f"was changed since it was loaded: its content does not give its hash {str(raw.row_hash)[:12]}…"
            )
            yield Damage(raw, what)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0
