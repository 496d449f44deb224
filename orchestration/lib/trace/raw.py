"""The raw rows behind fact rows: which they are, whether they are still what arrived, and how a replay reads them."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from orchestration.lib.contracts import ObjectContract, load_connectors
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.loader.zone import RawZone
from orchestration.lib.replay import raw_sources
from orchestration.lib.trace.facts import KEY, Side

# What is known of a traced row or range of rows, before the raw zone itself is read.
TRACED = "source, object, record_id, file, row_from, row_to, row_hash, load_id, row_count, role"

# What a row does for the fact, the weightiest first: it is named by it, it decides what it says, it is a rule of the
# company, it says when the calendar begins, it decides only by what the fact can be sliced.
ROLES = ("record", "measure", "policy", "calendar", "slice")
CALENDAR, SLICE = "calendar", "slice"

# The calendar's rows name a few customers with which the company began. Alone they would be counted as what they are
# not: an onboarding whose end was left out is open. So those customers come with all rows of the same objects.
_FIRST_CUSTOMERS = f"""
    select sources.source_name, sources.source_object, sources.record_id, sources.source_file, sources.row_from,
        sources.row_to, sources.row_hash, sources.load_id, sources.row_count, {literal(CALENDAR)}
    from intermediate.int_family_sources as sources
    where sources.canonical_object in (select canonical_object from traced_sources where scope = 'family')
        and sources.revenue_account_id in (select revenue_account_id from first_customers)
    union all
    select ranges.source_name, ranges.source_object, null, ranges.source_file, ranges.row_from,
        ranges.row_to, ranges.row_hash, ranges.load_id, ranges.row_count, {literal(SLICE)}
    from intermediate.int_source_ranges as ranges
    where ranges.scope = 'person'
        and ranges.canonical_object in (select canonical_object from traced_sources where scope = 'staff')
        and ranges.scope_id in (
            select email from intermediate.int_family_staff
            where revenue_account_id in (select revenue_account_id from first_customers)
        )
"""


@dataclass(frozen=True)
class RawRow:
    """One raw row; or a range of rows of one file, of which `row_count` belong to the number."""

    source: str
    object: str
    record_id: str | None
    file: str | None
    row_from: int | None
    row_to: int | None
    row_hash: str | None
    load_id: str
    row_count: int
    role: str
    loaded_at: dt.datetime | None

    @property
    def place(self) -> str:
        """Where it stands, for a reader."""
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
    def behind(
        cls,
        warehouse: duckdb.DuckDBPyConnection,
        numbers: Iterable[Sequence[Side]],
        home: Path,
        build_dir: Path,
        *,
        with_slices: bool = True,
    ) -> Traced:
        """The raw rows behind the rows that contribute to the sides of any of the numbers, each once.

        `with_slices` also those that only slice them. When no row contributes to a number, those behind all rows of
        its period and slice: that they make nothing is checked too.
        """
        warehouse.execute("create or replace temp table traced_facts (fact_name varchar, fact_id varchar)")
        for sides in numbers:
            if not _note_facts(warehouse, sides, is_contributing=True):
                _note_facts(warehouse, sides, is_contributing=False)
        traced = cls(home, build_dir)
        wanted = "true" if with_slices else f"role <> {literal(SLICE)}"
        warehouse.execute(
            f"create or replace temp table traced_sources as select {TRACED}, scope, canonical_object "
            f"from ({_sources_of_facts(warehouse)}) where {wanted}"
        )
        warehouse.execute(
            # a row of somebody who owns several customers stands for none of them
            f"""
            create or replace temp table first_customers as
            select distinct min(families.revenue_account_id) as revenue_account_id
            from intermediate.int_family_sources as families
            inner join traced_sources as named
                on families.load_id = named.load_id
                and families.source_object = named.object
                and families.row_from <= named.row_to
                and families.row_to >= named.row_from
            where named.role = {literal(CALENDAR)}
            group by families.load_id, families.source_object, families.row_from
            having count(distinct families.revenue_account_id) = 1
            """
        )
        warehouse.execute(
            f"""
            copy (
                select source, object, record_id, file, row_from, row_to, row_hash, load_id, row_count,
                    arg_min(role, list_position({list(ROLES)}, role)) as role
                from (select {TRACED} from traced_sources union all {_FIRST_CUSTOMERS})
                group by all
            ) to {literal(str(traced._list))} (format parquet)
            """
        )
        return traced

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """Rows by source and object; of ranges those that belong to the number, once per range."""
        with duckdb.connect() as connection:
            rows = connection.execute(
                f"select source, object, sum(row_count) from {self._relation} group by all order by all"
            ).fetchall()
        return {(source, name): int(count) for source, name, count in rows}

    def rows(self, limit: int | None = None) -> list[RawRow]:
        """The rows and ranges in order of source, object, file and row."""
        with duckdb.connect() as connection:
            found = connection.execute(
                f"select {TRACED}, (select max(loaded_at) from {self._zone.loads_relation()} as loads "
                f"where loads.load_id = listed.load_id) as loaded_at from {self._relation} as listed "
                f"order by list_position({list(ROLES)}, role), source, object, file, row_from, row_to, record_id "
                f"{f'limit {int(limit)}' if limit else ''}"
            ).fetchall()
        return [RawRow(*row) for row in found]

    def sources(self) -> dict[str, str]:
        """SQL of every raw table that models read, by `connector.object`: these rows, and policy as a whole."""
        with duckdb.connect() as connection:
            listed = connection.execute(
                "select source, object, bool_or(row_count = 1), bool_or(row_count > 1) "
                f"from {self._relation} group by all"
            ).fetchall()
        found = raw_sources(
            self._home, self._build_dir, {f"{name}.{table}": "true" for name, table in self._policy()}, others="false"
        )
        for source, name, by_hash, by_range in listed:
            connector = self._connector_of[source, name]
            if not self._connectors[connector].is_policy:
                found[f"{connector}.{name}"] = self._selected(connector, name, by_hash=by_hash, by_range=by_range)
        return found

    def _policy(self) -> Iterator[tuple[str, str]]:
        for name, connector in self._connectors.items():
            if connector.is_policy:
                yield from ((name, table) for table in connector.objects)

    def damages(self) -> Iterator[Damage]:
        """Traced rows that are no longer in the raw zone, or whose content does not give the hash they came with.

        A row in which a person was erased keeps the hash it came with: it holds as long as its file is, byte by byte,
        what the erasure left.
        """
        with duckdb.connect() as connection:
            for source, name in self.counts:
                connector = self._connector_of[source, name]
                contract = self._connectors[connector].objects[name]
                yield from self._damages(connection, source, connector, name, contract)

    @cached_property
    def _connector_of(self) -> dict[tuple[str, str], str]:
        """Connector of each source and object: several have an object of one name."""
        with duckdb.connect() as connection:
            found = connection.execute(
                "select source, object, connector from read_parquet(?)", [str(self._build_dir / "sources.parquet")]
            ).fetchall()
        policy = {(name, table): name for name, table in self._policy()}
        return policy | {(source, table): connector for source, table, connector in found}

    @property
    def _relation(self) -> str:
        return f"read_parquet({literal(str(self._list))})"

    def _selected(self, connector: str, name: str, *, by_hash: bool, by_range: bool) -> str:
        relation = self._zone.object_relation(connector, name)
        listed = f"(select * from {self._relation} where object = {literal(name)})"
        alone = (
            f"(raw._source, raw._load_id, raw._row_hash) in (select (source, load_id, row_hash) from {listed} "
            "where row_count = 1)"
        )
        parts = [f"select raw.* from {relation} as raw where {alone}"] if by_hash else []
        if by_range:
            parts.append(
                f"select raw.* from {relation} as raw asof inner join ({_spans(listed)}) as span "
                "on raw._source = span.source and raw._load_id = span.load_id and raw._file = span.file "
                "and raw._row_number >= span.row_from where raw._row_number <= span.row_to"
                + (f" and not {alone}" if by_hash else "")
            )
        return " union all ".join(parts) or f"select raw.* from {relation} as raw where false"

    def _damages(
        self, connection: duckdb.DuckDBPyConnection, source: str, connector: str, name: str, contract: ObjectContract
    ) -> Iterator[Damage]:
        columns = ", ".join(f"{literal(column)} || chr(30) || raw.{identifier(column)}" for column in contract.columns)
        found = connection.execute(
            f"""
            with listed as (
                select * from {self._relation} where source = {literal(source)} and object = {literal(name)}
            ),
            stored as (
                select raw._load_id, raw._file, raw._row_number, raw._row_hash,
                    sha256(concat_ws(chr(31), {columns}, raw._extra)) as content_hash
                from ({self._selected(connector, name, by_hash=True, by_range=True)}) as raw
            ),
            placed as (
                select _load_id, _file, _row_number,
                    row_number() over (partition by _load_id, _file order by _row_number) as place
                from stored
                where _row_number is not null
            )
            select listed.source, listed.object, listed.record_id, listed.file, listed.row_from, listed.row_to,
                listed.row_hash, listed.load_id, listed.row_count, listed.role, cast(null as timestamp), true
            from listed
            where listed.row_count = 1 and not exists (
                select 1 from stored
                where stored._load_id = listed.load_id and stored._row_hash = listed.row_hash
            )
            union all
            select {literal(source)}, {literal(name)}, null, _file, _row_number, _row_number, _row_hash, _load_id, 1,
                'record', cast(null as timestamp), false
            from stored
            where content_hash <> _row_hash
            union all
            select listed.source, listed.object, null, listed.file, listed.row_from, listed.row_to, listed.row_hash,
                listed.load_id, listed.row_count, listed.role, cast(null as timestamp), true
            from listed
            asof left join placed as last_inside
                on listed.load_id = last_inside._load_id
                and listed.file = last_inside._file
                and listed.row_to >= last_inside._row_number
            asof left join placed as last_before
                on listed.load_id = last_before._load_id
                and listed.file = last_before._file
                and listed.row_from > last_before._row_number
            where listed.row_count > 1
                and coalesce(last_inside.place, 0) - coalesce(last_before.place, 0) < listed.row_count
            order by 4, 5, 3
            """
        ).fetchall()
        as_erased: set[tuple[str, int]] = set()
        if not all(is_missing for *_, is_missing in found):
            as_erased = self._rows_as_erased(connection, connector, name)
        for *row, is_missing in found:
            raw = RawRow(*row)
            if not is_missing and (raw.load_id, raw.row_from) in as_erased:
                continue
            what = (
                "is no longer in the raw zone with the content that was loaded"
                if is_missing
                else f"was changed since it was loaded: its content does not give its hash {str(raw.row_hash)[:12]}…"
            )
            yield Damage(raw, what)

    def _rows_as_erased(self, connection: duckdb.DuckDBPyConnection, connector: str, name: str) -> set[tuple[str, int]]:
        """(load id, row number) of the object's rows in files that are as the last erasure in them left them."""
        folder = self._zone.object_folder(connector, name)
        noted = connection.execute(
            f"select file, arg_max(hash_after, erasure_id) from {self._zone.erasures_relation()} "
            "where area = 'raw' and hash_after is not null group by file"
        ).fetchall()
        paths = [(self._home / file, known) for file, known in noted if folder in (self._home / file).parents]
        whole = [str(path) for path, known in paths if path.is_file() and _sha256(path) == known]
        if not whole:
            return set()
        return set(
            connection.execute(
                "select _load_id, _row_number from read_parquet($files, hive_partitioning=false)", {"files": whole}
            ).fetchall()
        )


def _spans(listed: str) -> str:
    """SQL of the ranges of rows without their overlaps: those of the customers of one file lie across each other, and a
    row is looked for once."""
    return f"""
        select source, load_id, file, min(row_from) as row_from, max(row_to) as row_to
        from (
            select *, count(*) filter (row_from > coalesce(reached, -1) + 1) over (
                partition by source, load_id, file order by row_from, row_to
            ) as span
            from (
                select *, max(row_to) over (
                    partition by source, load_id, file order by row_from, row_to
                    rows between unbounded preceding and 1 preceding
                ) as reached
                from {listed} where row_count > 1
            )
        )
        group by source, load_id, file, span
    """


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _note_facts(warehouse: duckdb.DuckDBPyConnection, sides: Sequence[Side], *, is_contributing: bool) -> int:
    """Adds the rows of a number to `traced_facts`, those that contribute or all; returns how many there are."""
    found = " union ".join(
        f"select {literal(side.fact)} as fact_name, {KEY} as fact_id from ({side.sql})"
        + (f" where {side.contributes}" if is_contributing else "")
        for side in sides
    )
    row = warehouse.execute(f"insert into traced_facts {found}").fetchone()
    return int(row[0]) if row else 0


def _sources_of_facts(warehouse: duckdb.DuckDBPyConnection) -> str:
    """SQL of the sources of `traced_facts`. Each fact is asked by its name, so that no other one is planned."""
    facts = warehouse.execute("select distinct fact_name from traced_facts order by all").fetchall()
    return (
        " union all ".join(
            f"select * from audit.fact_sources where fact_name = {literal(fact)} "
            f"and fact_id in (select fact_id from traced_facts where fact_name = {literal(fact)})"
            for (fact,) in facts
        )
        or "select * from audit.fact_sources where false"
    )
