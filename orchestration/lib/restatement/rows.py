"""What became of the raw rows between two builds, record by record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from orchestration.lib.contracts import ObjectContract, load_connectors
from orchestration.lib.contracts.sql import identifier, literal, typed_column
from orchestration.lib.loader.judge import stored_key
from orchestration.lib.loader.versions import LATEST_FIRST, timestamp
from orchestration.lib.loader.zone import RawZone
from orchestration.lib.restatement.causes import HIERARCHY, ROWS_CHANGED, ROWS_LATE, ROWS_WITHDRAWN, cause_of_table

SCHEMA = "moved_records"


@dataclass(frozen=True)
class Seen:
    """Which raw rows a build saw: those of loads up to `last_load` that had arrived by `known_at`."""

    last_load: str
    known_at: datetime

    def condition(self, alias: str = "") -> str:
        """SQL over the lineage columns of raw rows."""
        prefix = f"{alias}." if alias else ""
        return f"({prefix}_load_id <= {literal(self.last_load)} and {prefix}_known_at <= {timestamp(self.known_at)})"


@dataclass(frozen=True)
class MovedRecords:
    """A raw table in which records came, changed or went between two builds.

    `table` holds one row per such record: `key`, `cause` (that brings its rows), whether it `is_reparented`, its
    `parent_before` and `parent_after`. `causes` counts the records by cause.
    """

    name: str
    contract: ObjectContract
    table: str
    causes: dict[str, int]


def moved_records(
    connection: duckdb.DuckDBPyConnection, zone: RawZone, names: Iterable[str], before: Seen, after: Seen
) -> dict[str, MovedRecords]:
    """Raw tables (`connector.object`) among `names` whose rows the two builds see differently, by name.

    Only records of loads that one of the builds did not see are looked at. A record that only the later build has
    came late; one that both have and that has other rows changed; one that only the earlier has was withdrawn. One
    whose parent alone changed moved in the hierarchy. Any change of a policy table is policy or fx.
    """
    wanted = set(names)
    found: dict[str, MovedRecords] = {}
    connection.execute(f"create schema if not exists {SCHEMA}")
    for name, loads in _differing_loads(connection, zone, before, after):
        connector_name, object_name = name.split(".", 1)
        connector = load_connectors().get(connector_name)
        if name not in wanted or connector is None or object_name not in connector.objects:
            continue
        contract = connector.objects[object_name]
        table = f"{SCHEMA}.{identifier(name)}"
        connection.execute(
            f"create or replace table {table} as "
            + _records(zone.object_relation(connector_name, object_name), name, contract, loads, before, after)
        )
        counted = connection.execute(f"select cause, count(*) from {table} group by cause").fetchall()
        reparented = connection.execute(f"select count(*) from {table} where is_reparented").fetchone()
        causes: dict[str, int] = dict(counted)
        if reparented is not None and reparented[0]:
            causes[HIERARCHY] = reparented[0]
        if causes:
            found[name] = MovedRecords(name, contract, table, causes)
    return found


def _differing_loads(
    connection: duckdb.DuckDBPyConnection, zone: RawZone, before: Seen, after: Seen
) -> list[tuple[str, list[str]]]:
    loads = f"(select load_id as _load_id, known_at as _known_at, * from {zone.loads_relation()})"
    rows: list[tuple[str, list[str]]] = connection.execute(
        f"select connector || '.' || object, list(load_id order by load_id) from {loads} "
        f"where (rows_loaded > 0 or rows_withdrawn > 0) and {before.condition()} <> {after.condition()} "
        f"group by 1 order by 1"
    ).fetchall()
    return rows


def _records(relation: str, name: str, contract: ObjectContract, loads: list[str], before: Seen, after: Seen) -> str:
    key = stored_key(contract)
    version = typed_column(contract.version, contract.columns[contract.version]) if contract.version else "null"
    parent = f"nullif(trim({identifier(contract.parent)}), '')" if contract.parent else "cast(null as varchar)"
    fixed = cause_of_table(name)
    cause = f"""
        case
            when {literal(fixed or "")} <> '' then {literal(fixed or "")}
            when not was_there and is_there then '{ROWS_LATE}'
            when was_there and not is_there then '{ROWS_WITHDRAWN}'
            when is_reparented and content_before = content_after then '{HIERARCHY}'
            when was_there then '{ROWS_CHANGED}'
            else '{ROWS_WITHDRAWN}'
        end
    """
    return f"""
        with stored as (
            select
                {key} as key, cast({version} as timestamp) as version, _known_at as known_at, _load_id as load_id,
                _row_number as row_number, _is_withdrawn as is_withdrawn, {parent} as parent,
                {_content(contract)} as content,
                {before.condition()} as in_before, {after.condition()} as in_after
            from {relation}
            where {key} in (
                select {key} from {relation} where list_contains([{", ".join(map(literal, loads))}], _load_id)
            )
        ),

        earlier as (
            select * from stored where in_before
            qualify row_number() over (partition by key order by {LATEST_FIRST}) = 1
        ),

        later as (
            select * from stored where in_after
            qualify row_number() over (partition by key order by {LATEST_FIRST}) = 1
        ),

        compared as (
            select
                records.key,
                coalesce(not earlier.is_withdrawn, false) as was_there,
                coalesce(not later.is_withdrawn, false) as is_there,
                earlier.content as content_before,
                later.content as content_after,
                earlier.parent as parent_before,
                later.parent as parent_after,
                was_there and is_there and earlier.parent is distinct from later.parent as is_reparented
            from (select distinct key from stored where in_before <> in_after) as records
            left join earlier on records.key = earlier.key
            left join later on records.key = later.key
        )

        select key, {cause} as cause, is_reparented, parent_before, parent_after from compared
    """


def _content(contract: ObjectContract) -> str:
    """SQL of what a record says apart from its place in the hierarchy and the time of its last change."""
    apart = {contract.parent, contract.version}
    columns = ", ".join(f"coalesce(trim({identifier(name)}), '')" for name in contract.columns if name not in apart)
    return f"md5_number(concat_ws(chr(31), {columns}, coalesce(_extra, '')))"
