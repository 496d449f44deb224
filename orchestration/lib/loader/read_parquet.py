"""Parquet files into the temporary table ``arrived``: values become the text that the contracts speak of."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from orchestration.lib.contracts import ObjectContract
from orchestration.lib.contracts.sql import identifier, literal
from orchestration.lib.loader.arrival import Arrival, match_columns
from orchestration.lib.loader.inspect import FileFaultError


def read_parquet(connection: duckdb.DuckDBPyConnection, file: Path, contract: ObjectContract) -> Arrival:
    """Reads the file; raises FileFaultError when it is empty, damaged or does not fit the contract."""
    if file.stat().st_size == 0:
        raise FileFaultError("empty_file", "the file has no content; export it again, or remove it")
    relation = f"read_parquet({literal(str(file))}, file_row_number=true, hive_partitioning=false)"
    try:
        described = connection.execute(f"describe select * exclude (file_row_number) from {relation}").fetchall()
    except duckdb.Error as error:
        raise _damaged(error) from error
    seen = [row[0] for row in described]
    kinds = {row[0]: row[1] for row in described}
    positions = match_columns(contract, seen)
    columns = ", ".join(
        f"nullif({_text(seen[positions[name]], kinds[seen[positions[name]]], column.type)}, '') as {identifier(name)}"
        if name in positions
        else f"cast(null as varchar) as {identifier(name)}"
        for name, column in contract.columns.items()
    )
    declared = set(positions.values())
    extras = [name for place, name in enumerate(seen) if place not in declared]
    pairs = ", ".join(
        f"case when {identifier(name)} is not null then {literal(json.dumps(name, ensure_ascii=False) + ':')} "
        f"|| to_json({identifier(name)})::varchar end"
        for name in extras
    )
    extra = f"'{{' || nullif(concat_ws(',', {pairs}), '') || '}}'" if extras else "cast(null as varchar)"
    try:
        connection.execute(
            f"create or replace temp table arrived as select file_row_number + 1 as _row_number, "
            f"cast(null as varchar) as _fault, cast(null as varchar) as _fault_detail, "
            f"cast(null as varchar) as _raw_record, {columns}, {extra} as _extra from {relation}"
        )
    except duckdb.Error as error:
        raise _damaged(error) from error
    row = connection.execute("select count(*) from arrived").fetchone()
    assert row is not None
    missing = tuple(name for name in contract.columns if name not in positions)
    return Arrival(row[0], tuple(seen), tuple(extras), missing)


def _text(name: str, kind: str, wanted: str) -> str:
    """SQL of the value as text. A number is written plainly, a midnight that stands for a date as that date."""
    value = identifier(name)
    plain = f"cast({value} as varchar)"
    if kind in ("FLOAT", "DOUBLE"):
        whole = f"cast(cast({value} as bigint) as varchar)"
        exact = f"cast(try_cast({value} as decimal(38, 12)) as varchar)"
        return (
            f"case when {value} = floor({value}) and abs({value}) < 1e15 then {whole} "
            f"when contains({plain}, 'e') then coalesce({exact}, {plain}) else {plain} end"
        )
    if kind.startswith("TIMESTAMP") and wanted == "date":
        moment = f"cast({value} as timestamp)"
        day = f"cast(cast({moment} as date) as varchar)"
        return f"case when {moment} = date_trunc('day', {moment}) then {day} else {plain} end"
    if kind.startswith(("STRUCT", "MAP")) or kind.endswith("]"):
        return f"cast(to_json({value}) as varchar)"
    return plain


def _damaged(error: duckdb.Error) -> FileFaultError:
    first_line = str(error).splitlines()[0]
    return FileFaultError("truncated_file", f"the Parquet file is incomplete or damaged; write it again ({first_line})")
